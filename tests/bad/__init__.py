"""Files made to mislead, overfill or stop a reader, each by a few lines of code: none of them is kept."""

from collections.abc import Callable
from dataclasses import dataclass

from extractor.errors import Reason

MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Bad:
    """A bad file. `reason` is why it must be rejected, None where it must be read; `said` is part of the detail."""

    name: str
    make: Callable[[], bytes]
    reason: Reason | None
    said: str = ""

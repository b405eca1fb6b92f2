"""What all workers share: the types, the limits, and the call that a worker makes for one job."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from extractor.errors import Rejected

Key = TypeVar("Key")
Job = TypeVar("Job")
Result = TypeVar("Result")

Outcome = tuple[Key, Result | Exception]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may take: `seconds` of a worker's time, and (0: no limit) `memory` of the worker, in bytes.

    The memory counts what a process writes to, models and all (RLIMIT_DATA), where the system has such a limit.
    """

    seconds: float
    memory: int = 0


def overdue(limits: Limits) -> Rejected:
    """The refusal of a document that takes too long."""
    return Rejected("timed-out", f"not done within {limits.seconds:g} seconds (setting document_seconds)")


def overfull(problem: MemoryError, limits: Limits) -> Rejected:
    """The refusal of a document for which the memory did not do."""
    allowed = f" of {limits.memory:,} bytes (setting worker_bytes)" if limits.memory else ""
    return Rejected("out-of-memory", f"more memory is needed than there is{allowed} {problem}")


def ended(exitcode: int | None) -> Rejected:
    """The refusal of a document that ended its worker with this exit code (negative: by that signal)."""
    how = f"ended with status {exitcode}"
    if exitcode is not None and exitcode < 0:
        names = {number.value: number.name for number in signal.Signals}
        how = f"was ended by {names.get(-exitcode, f'signal {-exitcode}')}"
        if how.endswith("SIGKILL"):
            how += ", as the system does for want of memory"
    return Rejected("crashed", f"its worker {how}, twice: the second time it had a process to itself")


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Ctrl-C waits meanwhile, and a process started here never hears it: ending it is for us to do."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

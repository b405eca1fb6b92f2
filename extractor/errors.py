"""What can go wrong, as a tree:

ExtractorError
├── WrongUsage      the call itself is off (no such path, a database that is not ours): exit status 2, nothing done
│   └── Busy        another run is at work on the database
├── Rejected        one document cannot be taken: recorded with its reason, the others go on
└── ModelError      a part of models/ or the encoder is missing or not the one pinned
"""

from collections.abc import Mapping
from typing import Literal

Reason = Literal[
    "binary",
    "changed",
    "crashed",
    "damaged",
    "empty",
    "encrypted",
    "internal",
    "no-text",
    "out-of-memory",
    "timed-out",
    "too-large",
    "unreadable",
]

# Why a document is not taken, all there is: what each code means.
REASONS: Mapping[Reason, str] = {
    "binary": "data of no kind that is read here",
    "changed": "written to or replaced while it was read",
    "crashed": "its worker process ended before it was done",
    "damaged": "broken, cut short or made to mislead",
    "empty": "nothing in it, or white space alone",
    "encrypted": "opens with a password only",
    "internal": "a fault in the extractor itself",
    "no-text": "no words in it, such as pictures of pages",
    "out-of-memory": "more memory needed than the machine or the settings allow",
    "timed-out": "not done within the time for one document",
    "too-large": "beyond a limit of the settings, packed or unpacked",
    "unreadable": "no file, not to be opened, or of a kind to be saved as another",
}
# What fits into three lines of a screen.
MAX_DETAIL = 300


class ExtractorError(Exception):
    """Base of every error that the command line turns into one line."""


class WrongUsage(ExtractorError):
    """The request cannot be carried out as it was put."""


class Busy(WrongUsage):
    """Another run is at work on the database: the same call may do later."""


class Rejected(ExtractorError):
    """A document cannot be read; `reason` is one of REASONS, for counting, `detail` a line for people."""

    def __init__(self, reason: Reason, detail: str) -> None:
        # libraries put line breaks and stretches of the file into what they say of it
        shown = (c if c.isprintable() or c.isspace() else c.encode("unicode_escape").decode("ascii") for c in detail)
        line = " ".join("".join(shown).split())
        line = line if len(line) <= MAX_DETAIL else line[: MAX_DETAIL - 1] + "…"
        super().__init__(f"{reason}: {line}")
        self.reason = reason
        self.detail = line


def too_large(what: str, limit: int, setting: str = "") -> Rejected:
    """The refusal of a document in which something goes beyond a limit, that of the setting named where there is one.

    `what` says how much there is ("7 pages"); the caller raises what is returned.
    """
    named = f" (setting {setting})" if setting else ""
    return Rejected("too-large", f"{what}; the limit is {limit:,}{named}")


class ModelError(ExtractorError):
    """Model files are missing, damaged or of another version than the pinned one."""

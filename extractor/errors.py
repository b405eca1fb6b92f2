"""What can go wrong, as a tree:

ExtractorError
├── WrongUsage      the call itself is off (no such path, a database that is not ours): exit status 2, nothing done
├── Rejected        one document cannot be taken: recorded with its reason, the others go on
└── ModelError      a part of models/ or the encoder is missing or not the one pinned
"""


class ExtractorError(Exception):
    """Base of every error that the command line turns into one line."""


class WrongUsage(ExtractorError):
    """The request cannot be carried out as it was put."""


class Rejected(ExtractorError):
    """A document cannot be read; `reason` is a short code (for counting), the message a sentence for people."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class ModelError(ExtractorError):
    """Model files are missing, damaged or of another version than the pinned one."""

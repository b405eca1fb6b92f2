"""Files of any kind off the disk, without ever waiting for one, and their names as they can be shown and stored."""

import os
import re
import stat
from pathlib import Path

from extractor.errors import Rejected, too_large

# What no line on a screen, no database and no JSON can hold: bytes that are no UTF-8 (PEP 383), control characters and
# line breaks, and marks that turn the direction of writing round, which make a name look like another.
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (lambda mode: True, "something else"),
)
# Opening a pipe that nobody writes to waits for a writer, without this.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def shown_name(path: Path) -> str:
    """A file's name as it is shown and stored: what cannot be shown is written as an escape, such as "\\xe9"."""
    return _UNSHOWN.sub(_escaped, path.name)


def _escaped(match: re.Match[str]) -> str:
    character = match.group()
    if "\udc80" <= character <= "\udcff":
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")


def read_file(path: Path, *, limit: int, setting: str = "") -> bytes:
    """All of a file, as it stood while nobody wrote to it; `setting` names what sets the limit in bytes.

    Raises Rejected: "unreadable" for what is no file or cannot be opened, "too-large" before anything is read, and
    "changed" where the file was written to, cut or replaced in the meantime.
    """
    try:
        _check_kind(path, path.stat().st_mode)
        descriptor = os.open(path, _FLAGS)
        with os.fdopen(descriptor, "rb") as stream:
            before = os.fstat(descriptor)
            # looked at again: between asking and opening the name may have come to mean something else
            _check_kind(path, before.st_mode)
            if before.st_size > limit:
                raise too_large(f"{before.st_size:,} bytes", limit, setting)
            # one byte more than there should be, so that growth is seen and no flood is read
            raw = stream.read(before.st_size + 1)
            after = os.fstat(descriptor)
        now = path.stat()
    except OSError as problem:
        raise Rejected("unreadable", f"the file cannot be opened: {problem.strerror or problem}") from problem
    if len(raw) != before.st_size or not _mark(before) == _mark(after) == _mark(now):
        raise Rejected("changed", "the file changed while it was read; read it again when it is complete")
    return raw


def _check_kind(path: Path, mode: int) -> None:
    if stat.S_ISREG(mode):
        return
    if stat.S_ISDIR(mode):
        # that it cannot be opened, where it cannot, says more than that it is a folder
        os.scandir(path).close()
    kind = next(name for test, name in _KINDS if test(mode))
    raise Rejected("unreadable", f"{kind}, not a file")


def _mark(state: os.stat_result) -> tuple[int, int, int, int]:
    return state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns

"""One run at a time: what links a database must not see another change it meanwhile."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from extractor.errors import Busy, WrongUsage

# In the folder beside the database: FILE.index/lock. It stays, as taking it away would let two in.
FOLDER, FILE = ".index", "lock"


@contextmanager
def alone(database: Path) -> Iterator[None]:
    """Within, no other process works on this database in the same way; readers and reviewers go on as they like.

    The system takes the lock back from a process that is killed. Raises Busy where another process has it, and
    WrongUsage where nothing can be written beside the database.
    """
    folder = Path(f"{database.resolve()}{FOLDER}")
    try:
        folder.mkdir(exist_ok=True)
        file = (folder / FILE).open("a")
    except OSError as problem:
        raise WrongUsage(f"cannot write beside {database}: {problem.strerror or problem}") from problem
    with file:
        if not _taken(file):
            raise Busy(f"another run is at work on {database}: wait until it is done, or end it")
        yield


def _taken(file: IO[str]) -> bool:
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

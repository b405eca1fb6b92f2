"""Which files the paths of a call stand for."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from extractor.errors import WrongUsage
from extractor.ingest.detect import ENDINGS


def gather(paths: Sequence[Path]) -> list[Path]:
    """The files that the paths stand for: files as named, folders searched for documents, each file once.

    A folder that cannot be opened stands for itself, so that reading it says why. Raises WrongUsage for a path that
    does not exist and where there is no document at all, before anything is read.
    """
    missing = [str(path) for path in paths if _is_missing(path)]
    if missing:
        raise WrongUsage(f"no such file or folder: {', '.join(missing)}")
    found: dict[str, Path] = {}
    for path in paths:
        for file in sorted(documents_in(path)):
            # unlike Path.resolve, this takes a link that points at itself
            found.setdefault(os.path.realpath(file), file)
    if not found:
        raise WrongUsage(f"no documents in {', '.join(map(str, paths))} (looked for {', '.join(sorted(ENDINGS))})")
    return list(found.values())


def _is_missing(path: Path) -> bool:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return True
    except OSError:
        # it may be there: whoever opens it will say what is wrong
        return False
    return False


def documents_in(path: Path) -> Iterator[Path]:
    """The documents of a folder and of those in it, in no order, and folders that cannot be opened; a file is itself.

    What is hidden (its name begins with a dot) is left out.
    """
    try:
        is_folder = path.is_dir()
    except OSError:
        is_folder = False
    if not is_folder:
        yield path
        return
    # Links to folders are not followed: two that point at each other would never end.
    closed: list[Path] = []
    for root, folders, names in os.walk(path, onerror=lambda problem: closed.append(Path(problem.filename))):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (
            Path(root) / name for name in names if Path(name).suffix.lower() in ENDINGS and not name.startswith(".")
        )
    yield from closed

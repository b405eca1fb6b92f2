"""Feeds as they were written, kept by this process for as long as the database stays what it is and the day lasts."""

import hashlib
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from extractor.web.queries.search import today

DATABASES, CONTENTS = 4, 60


@dataclass(frozen=True, slots=True)
class Rendered:
    """A whole feed, and its entity tag (RFC 9110 section 8.8.3)."""

    content: str
    tag: str


@dataclass(slots=True)
class _Shelf:
    """What was written from one version of one database."""

    # it reads nothing but the number of the version: https://www.sqlite.org/pragma.html#pragma_data_version
    watch: sqlite3.Connection
    version: tuple[int, str] = (0, "")
    contents: OrderedDict[Hashable, Future[Rendered]] = field(default_factory=OrderedDict)


_shelves: OrderedDict[Path, _Shelf] = OrderedDict()
_lock = threading.Lock()


def rendered(path: Path, key: Hashable, write: Callable[[], str]) -> Rendered:
    """What `write` makes of the database at `path`, or made of its present version today when last asked for `key`.

    Where several ask at once it is written once: the others wait for it, and share its error.
    """
    with _lock:
        contents = _contents(path)
        found = contents.get(key)
        awaited = found or contents.setdefault(key, Future())
        contents.move_to_end(key)
        if len(contents) > CONTENTS:
            contents.popitem(last=False)
    if found is None:
        try:
            content = write()
            awaited.set_result(Rendered(content, f'"{hashlib.sha256(content.encode()).hexdigest()[:32]}"'))
        except BaseException as error:
            with _lock:
                if contents.get(key) is awaited:
                    del contents[key]
            awaited.set_exception(error)
    return awaited.result()


def _contents(path: Path) -> OrderedDict[Hashable, Future[Rendered]]:
    """What was written of the present version; all else is forgotten."""
    if path not in _shelves:
        address = f"{path.absolute().as_uri()}?mode=ro"
        _shelves[path] = _Shelf(sqlite3.connect(address, uri=True, check_same_thread=False))
        if len(_shelves) > DATABASES:
            _shelves.popitem(last=False)[1].watch.close()
    shelf = _shelves[path]
    _shelves.move_to_end(path)
    version = (int(shelf.watch.execute("pragma data_version").fetchone()[0]), today())
    if shelf.version != version:
        # a new one: what is being written of the old version may still be put on the old one
        shelf.version, shelf.contents = version, OrderedDict()
    return shelf.contents

"""Answers of slow queries, kept by connection for as long as the database stays what it is."""

import functools
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from extractor.web.queries.search import today

Asked = ParamSpec("Asked")
Found = TypeVar("Found")

CONNECTIONS, ANSWERS = 16, 500


@dataclass(slots=True)
class _Shelf:
    """What one connection was told, of one version of the database."""

    # held, so that no other connection can be taken for it
    connection: sqlite3.Connection
    version: tuple[int, int] = (0, 0)
    answers: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)


_shelves: OrderedDict[int, _Shelf] = OrderedDict()
_lock = threading.Lock()


def kept(
    look: Callable[Concatenate[sqlite3.Connection, Asked], Found],
) -> Callable[Concatenate[sqlite3.Connection, Asked], Found]:
    """A query whose answer is given again until the database changes or the day does.

    Its arguments must be hashable, and nobody may change its answer. Where SQLite sees a new version of the database
    (https://www.sqlite.org/pragma.html#pragma_data_version) all answers are forgotten.
    """

    @functools.wraps(look)
    def kept_look(connection: sqlite3.Connection, /, *args: Asked.args, **kwargs: Asked.kwargs) -> Found:
        answers = _answers(connection)
        key = (look.__module__, look.__qualname__, today(), args, tuple(sorted(kwargs.items())))
        if key not in answers:
            answers[key] = look(connection, *args, **kwargs)
            if len(answers) > ANSWERS:
                answers.popitem(last=False)
        answers.move_to_end(key)
        return cast(Found, answers[key])

    return kept_look


def _answers(connection: sqlite3.Connection) -> OrderedDict[Hashable, Any]:
    """What this connection may still be told again; a connection serves one thread at a time."""
    # others' changes, and its own, which SQLite does not count as a new version
    version = (int(connection.execute("pragma data_version").fetchone()[0]), connection.total_changes)
    with _lock:
        shelf = _shelves.setdefault(id(connection), _Shelf(connection))
        _shelves.move_to_end(id(connection))
        if len(_shelves) > CONNECTIONS:
            _shelves.popitem(last=False)
    if shelf.version != version:
        shelf.version = version
        shelf.answers.clear()
    return shelf.answers

"""Owners under two names: what reviewers said of them, for the page of either."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from extractor.store.owner_merges import Merge, chain, merges


@dataclass(frozen=True, slots=True)
class OtherName:
    """A review that merged two owners, and the id of the one that is not on its own page: None where it has none."""

    merge: Merge
    id: str | None


def counted_as(connection: sqlite3.Connection, name: str) -> list[OtherName]:
    """Step by step, the owners that the one of this name is said to be; its statements count for the last.

    They keep their own owner where the last has no id, as nobody can be counted for an owner that is not here.
    """
    steps = chain(name, merges(connection))
    ids = _ids(connection, (merge.into for merge in steps))
    return [OtherName(merge, ids.get(merge.into)) for merge in steps]


def names_under(connection: sqlite3.Connection, name: str) -> list[OtherName]:
    """The owners, in order of their names, whose statements count for the one of this name."""
    given = merges(connection)
    under = [merge for owner, merge in given.items() if chain(owner, given)[-1].into == name]
    ids = _ids(connection, (merge.owner for merge in under))
    return [OtherName(merge, ids.get(merge.owner)) for merge in under]


def _ids(connection: sqlite3.Connection, names: Iterable[str]) -> dict[str, str]:
    """The ids of owners by name; of several of one name the first, for which statements count."""
    return dict(
        connection.execute(
            "select name, min(id) from owners where name in (select value from json_each(?)) group by name",
            [json.dumps(list(names))],
        ).fetchall()
    )

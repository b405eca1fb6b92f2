"""Owners under two names: what reviewers said is the same body, and its statements counted for one of the two."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

import sqlite_utils

from extractor.errors import ExtractorError

# Who is whose other name, by the newest review of each.
_MERGED = """
SELECT owner, into_owner, at, reviewer, note FROM owner_reviews
WHERE id IN (SELECT max(id) FROM owner_reviews GROUP BY owner) AND action = 'merge' ORDER BY owner
"""
_TABLES = ("commitments", "progress")


@dataclass(frozen=True, slots=True)
class Merge:
    """What the newest review of an owner says: that it is the same as `into`, both by name.

    `at` is when it was said (UTC, ISO 8601); `reviewer` and `note` are None where none was given.
    """

    owner: str
    into: str
    at: str
    reviewer: str | None
    note: str | None


def merges(connection: sqlite3.Connection) -> dict[str, Merge]:
    """What stands of the reviews of owners, by the name of the owner that is merged into another."""
    return {row[0]: Merge(*row) for row in connection.execute(_MERGED)}


def chain(owner: str, given: Mapping[str, Merge]) -> list[Merge]:
    """The merges that lead from an owner (a name) to the one that its statements count for, in order; empty for one
    that stands by itself.

    Raises ExtractorError where they lead in a circle, which `judgements.merge_owner` does not let happen.
    """
    found: list[Merge] = []
    seen = {owner}
    while (merge := given.get(owner)) is not None:
        if merge.into in seen:
            raise ExtractorError(f"reviews of owners lead in a circle: {' → '.join(sorted(seen))}")
        found.append(merge)
        owner = merge.into
        seen.add(owner)
    return found


def leads_to(db: sqlite_utils.Database, owner: str, end: str) -> bool:
    """Whether the statements of the owner named `owner` would come to count for `end`, were that not merged itself."""
    given = merges(db.conn)
    given.pop(end, None)
    return owner == end or any(merge.into == end for merge in chain(owner, given))


def merged_names(db: sqlite_utils.Database) -> dict[str, str]:
    """The name that reviewers gave to each merged owner, by the owner's own name; chains are followed to their end.

    Raises ExtractorError where they lead in a circle.
    """
    given = merges(db.conn)
    return {owner: chain(owner, given)[-1].into for owner in given}


def as_found(db: sqlite_utils.Database) -> None:
    """Give every statement back the owner that was found for it."""
    for table in _TABLES:
        db.execute(
            f"UPDATE {table} SET owner_id = owner_found_id, owner_found_id = NULL WHERE owner_found_id IS NOT NULL"
        )


def merge(db: sqlite_utils.Database) -> None:
    """Let the statements of merged owners, all of them as found, count for the owners they were merged into.

    An owner merged into one that is not in the table of owners keeps its own.
    """
    for owner, into in merged_names(db).items():
        (heir,) = db.execute("SELECT min(id) FROM owners WHERE name = ?", [into]).fetchone()
        if heir is None:
            continue
        for table in _TABLES:
            db.execute(
                f"UPDATE {table} SET owner_found_id = owner_id, owner_id = :heir "
                "WHERE owner_found_id IS NULL AND owner_id IN (SELECT id FROM owners WHERE name = :owner)",
                {"heir": heir, "owner": owner},
            )

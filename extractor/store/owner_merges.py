"""Owners under two names: what reviewers said is the same body, and its statements counted for one of the two."""

import sqlite_utils

from extractor.errors import ExtractorError

# Who is whose other name, by the newest review of each.
_MERGED = """
SELECT owner, into_owner FROM owner_reviews WHERE id IN (SELECT max(id) FROM owner_reviews GROUP BY owner)
AND action = 'merge' ORDER BY owner
"""
_TABLES = ("commitments", "progress")


def leads_to(db: sqlite_utils.Database, owner: str, end: str) -> bool:
    """Whether the statements of the owner named `owner` would come to count for `end`, were that not merged itself."""
    given = _given(db)
    given.pop(end, None)
    return _end(owner, given) == end


def merged_names(db: sqlite_utils.Database) -> dict[str, str]:
    """The name that reviewers gave to each merged owner, by the owner's own name; chains are followed to their end.

    Raises ExtractorError where they lead in a circle, which `judgements.merge_owner` does not let happen.
    """
    given = _given(db)
    return {owner: _end(owner, given) for owner in given}


def _given(db: sqlite_utils.Database) -> dict[str, str]:
    return {str(owner): str(into) for owner, into in db.execute(_MERGED)}


def _end(owner: str, given: dict[str, str]) -> str:
    seen = {owner}
    while (into := given.get(owner)) is not None:
        if into in seen:
            raise ExtractorError(f"reviews of owners lead in a circle: {' → '.join(sorted(seen))}")
        seen.add(into)
        owner = into
    return owner


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

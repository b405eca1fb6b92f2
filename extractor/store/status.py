"""What is in a database: how much of what, what the last run did, and which documents would be read anew today."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlite_utils

from extractor.records import Rejection

_TABLES = ("documents", "commitments", "progress", "mentions", "owners", "threads", "links", "reviews", "versions")


@dataclass(frozen=True, slots=True)
class Status:
    """The state of a database.

    `counts` says how many rows there are of each kind, and pages; `formats` how many documents of each; `runs` how many
    there were; `last_run` is the row of the latest one (None before the first) and `changes` counts its changes by
    kind; `rejected` are the files (name, reason, detail) that could not be taken and are still not there; `stale` says
    of how many documents the version of the program, its models or its settings are others than now.
    """

    counts: Mapping[str, int]
    formats: Mapping[str, int]
    runs: int
    last_run: Mapping[str, Any] | None
    changes: Mapping[str, int]
    rejected: tuple[tuple[str, str, str], ...] = ()
    stale: Mapping[str, int] = field(default_factory=dict)


def status(db: sqlite_utils.Database, *, version: str, settings: str, models: str) -> Status:
    """The state of a database, told with the version and the digests of settings and models that hold now."""
    counts = {table: _count(db, f"SELECT count(*) FROM {table}") for table in _TABLES}
    counts["pages"] = _count(db, "SELECT coalesce(sum(pages), 0) FROM documents")
    last = next(db.query("SELECT * FROM runs ORDER BY id DESC LIMIT 1"), None)
    changes = 'SELECT "change", count(*) FROM run_changes WHERE run_id = ? GROUP BY "change" ORDER BY "change"'
    now = {"version": version, "models": models, "settings": settings}
    other = "SELECT count(*) FROM documents d JOIN runs r ON r.id = d.run_id WHERE r.{} <> ?"
    return Status(
        counts=counts,
        formats=dict(db.execute("SELECT format, count(*) FROM documents GROUP BY format ORDER BY format")),
        runs=_count(db, "SELECT count(*) FROM runs"),
        last_run=last,
        changes=dict(db.execute(changes, [last["id"]])) if last else {},
        rejected=tuple(
            db.execute(
                "SELECT name, reason, detail FROM rejections r "
                "WHERE id = (SELECT max(id) FROM rejections WHERE name = r.name) "
                "AND NOT EXISTS (SELECT 1 FROM documents WHERE name = r.name AND run_id >= r.run_id) ORDER BY name"
            )
        ),
        stale={name: stale for name, value in now.items() if (stale := _count(db, other.format(name), value))},
    )


def was_cut_off(db: sqlite_utils.Database) -> bool:
    """Whether something killed the latest run, so that it neither ended nor failed."""
    latest = db.execute("SELECT finished FROM runs ORDER BY id DESC LIMIT 1").fetchone()
    return latest is not None and latest[0] is None


def known_rejections(
    db: sqlite_utils.Database, *, version: str, settings: str, models: str
) -> dict[tuple[str, str], Rejection]:
    """What this program rejected with these settings and models, by name and hash of the file: it would do so again.

    Files whose bytes could not be had are not among them.
    """
    found = db.execute(
        "SELECT r.name, r.reason, r.detail, r.sha256 FROM rejections r JOIN runs u ON u.id = r.run_id "
        "WHERE r.sha256 IS NOT NULL AND u.version = ? AND u.settings = ? AND u.models = ? ORDER BY r.id",
        [version, settings, models],
    )
    return {(row[0], row[3]): Rejection(*row) for row in found}


def _count(db: sqlite_utils.Database, sql: str, *values: str) -> int:
    return int(db.execute(sql, values).fetchone()[0])

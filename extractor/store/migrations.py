"""Numbered steps that bring an older database up to date, each in a transaction, after a copy was put aside."""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import sqlite_utils

from extractor.store.declaration import View
from extractor.store.version5 import publishing

Step = Callable[[sqlite_utils.Database], None]

_VOICES = "'own', 'quoted', 'reported', 'unnamed'"


def _voices_and_mentions(db: sqlite_utils.Database) -> None:
    """To version 2: how sure a statement is, whose words it is, the sentence it is a part of; and mentions."""
    for table in ("commitments", "progress"):
        for column in (
            '"sure" INTEGER NOT NULL DEFAULT 1 CHECK ("sure" IN (0, 1))',
            f'"voice" TEXT CHECK ("voice" IN ({_VOICES}))',
            '"speaker" TEXT',
            '"negated" INTEGER CHECK ("negated" IN (0, 1))',
            '"sentence_start" INTEGER',
            '"sentence_end" INTEGER',
        ):
            db.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
    for column in ("sure", "voice"):
        db.execute(f"CREATE INDEX commitments_{column} ON commitments ({column})")
    db.execute(
        f"""
        CREATE TABLE mentions (
          "id" TEXT PRIMARY KEY NOT NULL,
          "document_id" TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
          "quote" TEXT NOT NULL,
          "start" INTEGER NOT NULL,
          "end" INTEGER NOT NULL,
          "page" INTEGER,
          "heading" TEXT,
          "lead_in" TEXT,
          "kind" TEXT NOT NULL CHECK ("kind" IN ('demand', 'recommendation', 'former', 'refusal')),
          "voice" TEXT NOT NULL CHECK ("voice" IN ({_VOICES})),
          "speaker" TEXT,
          "confidence" REAL NOT NULL,
          "reasons" TEXT NOT NULL CHECK (json_valid(reasons))
        )
        """
    )
    for column in ("document_id", "kind"):
        db.execute(f"CREATE INDEX mentions_{column} ON mentions ({column})")


def _words_of_fields(db: sqlite_utils.Database) -> None:
    """To version 3: where the words of each field stand, which rule read them and how often such a reading is right."""

    def found(field: str = "") -> tuple[str, ...]:
        words = f"{field}words_" if field else ""
        return f'"{words}start" INTEGER', f'"{words}end" INTEGER', f'"{field}confidence" REAL'

    added = {
        "commitments": found("deadline_"),
        "progress": (
            *found("deadline_"),
            *found("when_"),
            '"owner_rule" TEXT',
            *found("owner_"),
        ),
        "commitment_owners": ('"rule" TEXT', *found()),
        "metrics": ('"target" REAL', '"per" TEXT', '"rule" TEXT', '"confidence" REAL'),
        "milestones": found(),
    }
    for table, columns in added.items():
        for column in columns:
            db.execute(f"ALTER TABLE {table} ADD COLUMN {column}")


def _judgements(db: sqlite_utils.Database) -> None:
    """To version 4: what people say about pairs of statements and about owners, and an owner as it was found."""
    remarks = '"note" TEXT, "reviewer" TEXT, "at" TEXT NOT NULL'
    db.execute(
        f"""
        CREATE TABLE pair_reviews (
          "id" INTEGER PRIMARY KEY,
          "action" TEXT NOT NULL CHECK ("action" IN ('confirm', 'merge', 'reject', 'split')),
          "a_id" TEXT NOT NULL,
          "b_id" TEXT NOT NULL,
          {remarks},
          CHECK (a_id <> b_id)
        )
        """
    )
    db.execute(
        f"""
        CREATE TABLE owner_reviews (
          "id" INTEGER PRIMARY KEY,
          "action" TEXT NOT NULL CHECK ("action" IN ('merge', 'split')),
          "owner" TEXT NOT NULL,
          "into_owner" TEXT,
          {remarks},
          CHECK ((action = 'merge') = (into_owner IS NOT NULL)),
          CHECK (owner <> into_owner)
        )
        """
    )
    for table in ("pair_reviews", "owner_reviews"):
        for verb in ("update", "delete"):
            db.execute(
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    for table in ("commitments", "progress"):
        db.execute(f'ALTER TABLE {table} ADD COLUMN "owner_found_id" TEXT REFERENCES owners (id) ON DELETE RESTRICT')
        db.execute(f"CREATE INDEX {table}_owner_found_id ON {table} (owner_found_id)")
    for table, columns in (
        ("pair_reviews", "a_id"),
        ("pair_reviews", "b_id"),
        ("owner_reviews", "owner"),
        ("documents", "series, published"),
    ):
        name = "_".join((table, *columns.replace(",", "").split()))
        db.execute(f"CREATE INDEX {name} ON {table} ({columns})")


def _runs(db: sqlite_utils.Database) -> None:
    """To version 6: how a run ended and how long it took, what it changed, and versions that gave way to another."""
    for column in (
        '"superseded" INTEGER',
        "\"outcome\" TEXT CHECK (\"outcome\" IN ('finished', 'interrupted', 'failed'))",
        '"seconds" REAL',
    ):
        db.execute(f"ALTER TABLE runs ADD COLUMN {column}")
    in_run = "INTEGER NOT NULL REFERENCES runs (id) ON DELETE RESTRICT"
    db.execute(
        f"""
        CREATE TABLE versions (
          "id" INTEGER PRIMARY KEY,
          "document_id" TEXT NOT NULL,
          "run_id" {in_run},
          "until_run_id" {in_run},
          "sha256" TEXT NOT NULL,
          "name" TEXT NOT NULL,
          "title" TEXT,
          "published" TEXT,
          "statements" INTEGER NOT NULL,
          "text" TEXT NOT NULL
        )
        """
    )
    db.execute(
        f"""
        CREATE TABLE run_changes (
          "id" INTEGER PRIMARY KEY,
          "run_id" {in_run},
          "document_id" TEXT NOT NULL,
          "statement_id" TEXT NOT NULL,
          "change" TEXT NOT NULL CHECK ("change" IN ('new', 'changed', 'vanished')),
          "fields" TEXT,
          "was" TEXT CHECK (was IS NULL OR json_valid(was))
        )
        """
    )
    for table, columns in (
        ("versions", "document_id"),
        ("versions", "run_id"),
        ("versions", "until_run_id"),
        ("run_changes", "run_id, change"),
        ("run_changes", "document_id"),
        ("run_changes", "statement_id"),
    ):
        name = "_".join((table, *columns.replace(",", "").split()))
        db.execute(f"CREATE INDEX {name} ON {table} ({columns})")


# Step n (counted from 0) brings version n + 1 to n + 2. A step is never changed once released, so it says in its own
# words what it makes; the schema's declarations always describe the latest version.
STEPS: tuple[Step, ...] = (_voices_and_mentions, _words_of_fields, _judgements, publishing, _runs)
LATEST = 1 + len(STEPS)


def upgrade(
    db: sqlite_utils.Database, path: Path, version: int, *, steps: Sequence[Step], views: Sequence[View]
) -> Path:
    """Take the steps from `version` on; returns the copy of the old database, which is kept beside it.

    Foreign keys are off during a step, as rebuilding a table needs (https://www.sqlite.org/lang_altertable.html), and
    are checked before it counts. Raises sqlite3.IntegrityError where a step leaves one dangling: it is undone then.
    `views` hold no data, so they are made anew with the last step, as they are declared today; no step needs to know
    any.
    """
    copy = path.with_name(f"{path.name}.version{version}")
    with sqlite3.connect(copy) as target:
        db.conn.backup(target)
    target.close()
    db.execute("PRAGMA foreign_keys = OFF")
    try:
        for number, step in enumerate(steps[version - 1 :], start=version + 1):
            with db.atomic():
                # A view of the old tables could forbid a step to rename them.
                for view in views:
                    db.execute(f"DROP VIEW IF EXISTS {view.name}")
                step(db)
                if number == 1 + len(steps):
                    _make(db, views)
                if broken := db.execute("PRAGMA foreign_key_check").fetchone():
                    raise sqlite3.IntegrityError(f"upgrade to version {number}: dangling reference in {broken[0]}")
                db.execute(f"PRAGMA user_version = {number}")
    finally:
        db.execute("PRAGMA foreign_keys = ON")
    return copy


def _make(db: sqlite_utils.Database, views: Sequence[View]) -> None:
    for view in views:
        for statement in view.ddl():
            db.execute(statement)

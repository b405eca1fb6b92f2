"""Numbered steps that bring an older database up to date, each in a transaction, after a copy was put aside."""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import sqlite_utils

from extractor.records import Block
from extractor.store import sections
from extractor.store.declaration import View

Step = Callable[[sqlite_utils.Database], None]

_VOICES = "'own', 'quoted', 'reported', 'unnamed'"
_REVIEWED = "'confirmed', 'corrected', 'rejected'"
_DELIVERIES = "'delivered', 'partly delivered', 'not delivered', 'withdrawn', 'cannot be told'"


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


def _publishing(db: sqlite_utils.Database) -> None:
    """To version 5: what a person said of a statement as a whole."""
    for table in ("commitments", "progress"):
        db.execute(f"""ALTER TABLE {table} ADD COLUMN "review" TEXT CHECK ("review" IN ({_REVIEWED}))""")
        db.execute(f"CREATE INDEX {table}_review ON {table} (review)")
    _corrections(db)
    _first_found(db)
    _standing(db)
    _pages_and_sections(db)


def _corrections(db: sqlite_utils.Database) -> None:
    """What reviewers changed beside what was found, whether a commitment was kept, and reviews of documents."""
    for table in ("commitments", "progress", "documents"):
        db.execute(f'ALTER TABLE {table} ADD COLUMN "as_found" TEXT CHECK (as_found IS NULL OR json_valid(as_found))')
    db.execute(f"""ALTER TABLE commitments ADD COLUMN "delivery" TEXT CHECK ("delivery" IN ({_DELIVERIES}))""")
    db.execute("CREATE INDEX commitments_delivery ON commitments (delivery)")
    db.execute(
        """
        CREATE TABLE document_reviews (
          "id" INTEGER PRIMARY KEY,
          "document_id" TEXT NOT NULL,
          "action" TEXT NOT NULL CHECK ("action" IN ('correct', 'withdraw')),
          "field" TEXT CHECK ("field" IN ('date', 'publisher')),
          "value" TEXT,
          "note" TEXT,
          "reviewer" TEXT,
          "at" TEXT NOT NULL,
          CHECK ((action = 'correct') = (value IS NOT NULL)),
          CHECK (action = 'withdraw' OR field IS NOT NULL)
        )
        """
    )
    db.execute("CREATE INDEX document_reviews_document_id ON document_reviews (document_id)")
    for verb in ("update", "delete"):
        db.execute(
            f"CREATE TRIGGER document_reviews_no_{verb} BEFORE {verb.upper()} ON document_reviews "
            "BEGIN SELECT RAISE(ABORT, 'document_reviews is append-only'); END"
        )


def _standing(db: sqlite_utils.Database) -> None:
    """Facts that lists are narrowed by, and indexes that hold all of them; what links tell is filled in afterwards."""
    for column in (
        '"published" TEXT',
        '"progress_from" TEXT',
        '"stated_again" TEXT',
        '"due" TEXT',
        '"measured" INTEGER NOT NULL DEFAULT 0',
    ):
        db.execute(f"ALTER TABLE commitments ADD COLUMN {column}")
    for column in ("moved_days", "quiet", "quiet_of"):
        db.execute(f'ALTER TABLE threads ADD COLUMN "{column}" INTEGER')
    for column in ("moved_days", "quiet"):
        db.execute(f"CREATE INDEX threads_{column}_id ON threads ({column}, id)")
    db.execute(
        "UPDATE commitments SET published = (SELECT published FROM documents WHERE documents.id = document_id), "
        "due = coalesce(deadline_end, deadline_start), "
        "measured = EXISTS (SELECT 1 FROM metrics WHERE statement_id = commitments.id)"
    )
    for column in ("owner_id", "deadline_end", "deadline_year", "sure", "voice"):
        db.execute(f"DROP INDEX commitments_{column}")
    for table in ("commitments", "progress"):
        db.execute(f"CREATE INDEX {table}_sure_confidence_id_owner_id ON {table} (sure, confidence, id, owner_id)")
    db.execute("DROP INDEX themes_theme")
    db.execute("CREATE INDEX themes_theme_statement_id ON themes (theme, statement_id)")
    narrowed_by = (
        "strength, voice, deadline_start, deadline_end, progress_from, stated_again, review, thread_id, "
        "measured, id, search_key"
    )
    for name, columns in {
        "by_certainty": f"sure DESC, published DESC, document_id, start, due, owner_id, {narrowed_by}, deadline_year",
        "by_day": f"published DESC, sure DESC, document_id, start, due, owner_id, {narrowed_by}, deadline_year",
        "by_owner": f"owner_id, published DESC, sure DESC, document_id, start, due, {narrowed_by}, deadline_year",
        "by_deadline": f"due, sure DESC, document_id, start, owner_id, published, {narrowed_by}, deadline_year",
        "by_year": f"deadline_year, due, sure DESC, document_id, start, owner_id, published, {narrowed_by}",
    }.items():
        db.execute(f"CREATE INDEX commitments_{name} ON commitments ({columns})")
    db.execute(
        "CREATE TRIGGER commitments_days_insert AFTER INSERT ON commitments BEGIN "
        "UPDATE commitments SET published = (SELECT published FROM documents WHERE id = new.document_id), "
        "due = coalesce(new.deadline_end, new.deadline_start) WHERE search_key = new.search_key; END"
    )
    db.execute(
        "CREATE TRIGGER commitments_days_update AFTER UPDATE OF deadline_start, deadline_end ON commitments BEGIN "
        "UPDATE commitments SET due = coalesce(new.deadline_end, new.deadline_start) "
        "WHERE search_key = new.search_key; END"
    )
    db.execute(
        "CREATE TRIGGER commitments_published_update AFTER UPDATE OF published ON documents BEGIN "
        "UPDATE commitments SET published = new.published WHERE document_id = new.id; END"
    )
    db.execute(
        "CREATE TRIGGER commitments_measured_insert AFTER INSERT ON metrics BEGIN "
        "UPDATE commitments SET measured = 1 WHERE id = new.statement_id AND NOT measured; END"
    )
    db.execute(
        "CREATE TRIGGER commitments_measured_delete AFTER DELETE ON metrics BEGIN "
        "UPDATE commitments SET measured = EXISTS (SELECT 1 FROM metrics WHERE statement_id = old.statement_id) "
        "WHERE id = old.statement_id; END"
    )


def _first_found(db: sqlite_utils.Database) -> None:
    """In which run each statement and link was found first; of what is there, the run of the version stored."""
    db.execute(
        """
        CREATE TABLE first_found (
          "id" TEXT PRIMARY KEY NOT NULL,
          "statement_id" TEXT NOT NULL,
          "run_id" INTEGER NOT NULL REFERENCES runs (id) ON DELETE RESTRICT,
          "published" TEXT,
          "document_id" TEXT NOT NULL,
          "position" INTEGER NOT NULL
        )
        """
    )
    db.execute("CREATE INDEX first_found_statement_id_run_id ON first_found (statement_id, run_id)")
    db.execute(
        "CREATE INDEX first_found_newest ON first_found "
        "(run_id DESC, published DESC, document_id, position, statement_id)"
    )
    db.execute(
        "INSERT INTO first_found SELECT s.id, s.id, d.run_id, d.published, d.id, s.position "
        "FROM statements s JOIN documents d ON d.id = s.document_id ORDER BY s.rowid"
    )
    db.execute(
        "INSERT INTO first_found SELECT l.id, l.later_id, max(e.run_id, d.run_id), d.published, d.id, s.position "
        "FROM links l JOIN statements s ON s.id = l.later_id JOIN documents d ON d.id = s.document_id "
        "JOIN statements f ON f.id = l.earlier_id JOIN documents e ON e.id = f.document_id ORDER BY l.rowid"
    )
    new = "NOT EXISTS (SELECT 1 FROM first_found WHERE id = new.id)"
    into = "INSERT INTO first_found (id, statement_id, run_id, published, document_id, position)"
    db.execute(
        f"CREATE TRIGGER first_found_statements AFTER INSERT ON statements BEGIN {into} "
        f"SELECT new.id, new.id, d.run_id, d.published, d.id, new.position FROM documents d "
        f"WHERE d.id = new.document_id AND {new}; END"
    )
    db.execute(
        f"CREATE TRIGGER first_found_links AFTER INSERT ON links BEGIN {into} "
        "SELECT new.id, new.later_id, (SELECT max(id) FROM runs), d.published, d.id, s.position FROM statements s "
        f"JOIN documents d ON d.id = s.document_id WHERE s.id = new.later_id AND {new}; END"
    )


def _pages_and_sections(db: sqlite_utils.Database) -> None:
    """Where statements stand on pages (known once a document is read again), and documents cut into sections."""
    of_document = '"document_id" TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE'
    for table, columns in {
        "headings": f"""{of_document}, "position" INTEGER NOT NULL, "level" INTEGER NOT NULL, "text" TEXT NOT NULL,
          "section" INTEGER NOT NULL, PRIMARY KEY (document_id, position)""",
        "sections": f"""{of_document}, "number" INTEGER NOT NULL, "title" TEXT, "part" INTEGER NOT NULL,
          "first" INTEGER NOT NULL, "last" INTEGER NOT NULL, "start" INTEGER NOT NULL, "end" INTEGER NOT NULL,
          PRIMARY KEY (document_id, number)""",
        "pages": f"""{of_document}, "number" INTEGER NOT NULL, "width" REAL NOT NULL, "height" REAL NOT NULL,
          "turn" INTEGER NOT NULL CHECK ("turn" IN (0, 90, 180, 270)), PRIMARY KEY (document_id, number)""",
        "originals": """"document_id" TEXT PRIMARY KEY NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
          "allowed_by" TEXT NOT NULL""",
        "places": """"statement_id" TEXT NOT NULL REFERENCES statements (id) ON DELETE CASCADE,
          "line" INTEGER NOT NULL, "page" INTEGER NOT NULL, "x0" REAL NOT NULL, "top" REAL NOT NULL,
          "x1" REAL NOT NULL, "bottom" REAL NOT NULL, PRIMARY KEY (statement_id, line)""",
    }.items():
        db.execute(f"CREATE TABLE {table} ({columns})")
    for document, text in db.execute("SELECT id, text FROM documents").fetchall():
        listed = 'SELECT kind, level, "start", "end" FROM blocks WHERE document_id = ? ORDER BY position'
        found = db.query(listed, [document])
        blocks = [Block(b["kind"], b["start"], b["end"], b["level"]) for b in found]
        for table, new in sections.rows(document, text, blocks).items():
            db[table].insert_all(new)


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
STEPS: tuple[Step, ...] = (_voices_and_mentions, _words_of_fields, _judgements, _publishing, _runs)
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

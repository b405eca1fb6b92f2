"""The step to version 5, for publishing: reviews of statements and documents, what lists are narrowed by, pages."""

import sqlite_utils

from extractor.records import Block
from extractor.store import sections

_REVIEWED = "'confirmed', 'corrected', 'rejected'"
_DELIVERIES = "'delivered', 'partly delivered', 'not delivered', 'withdrawn', 'cannot be told'"


def publishing(db: sqlite_utils.Database) -> None:
    """What a person said of statements and documents, in which run each was found first, what lists ask for, pages."""
    for table in ("commitments", "progress"):
        db.execute(f"""ALTER TABLE {table} ADD COLUMN "review" TEXT CHECK ("review" IN ({_REVIEWED}))""")
        db.execute(f"CREATE INDEX {table}_review ON {table} (review)")
    _corrections(db)
    _first_found(db)
    _standing(db)
    pages_and_sections(db)


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
    db.execute('ALTER TABLE threads ADD COLUMN "commitments" INTEGER NOT NULL DEFAULT 0')
    for column in ("moved_days", "quiet"):
        db.execute(f"CREATE INDEX threads_{column}_id_commitments ON threads ({column}, id, commitments)")
    db.execute(
        """
        CREATE TABLE thread_marks (
          "thread_id" TEXT NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
          "since" TEXT NOT NULL,
          "until" TEXT NOT NULL,
          "moved" INTEGER NOT NULL,
          "quiet_from" TEXT,
          "delivered" INTEGER NOT NULL,
          "commitments" INTEGER NOT NULL,
          PRIMARY KEY (thread_id, since)
        )
        """
    )
    for name, columns in {
        "moved": "moved, thread_id, since, until, commitments",
        "quiet": "delivered, since, thread_id, quiet_from, until, commitments",
    }.items():
        db.execute(f"CREATE INDEX thread_marks_{name} ON thread_marks ({columns})")
    db.execute(
        "UPDATE commitments SET published = (SELECT published FROM documents WHERE documents.id = document_id), "
        "due = coalesce(deadline_end, deadline_start), "
        "measured = EXISTS (SELECT 1 FROM metrics WHERE statement_id = commitments.id)"
    )
    for column in ("document_id", "owner_id", "deadline_end", "deadline_year", "sure", "voice"):
        db.execute(f"DROP INDEX commitments_{column}")
    for table in ("commitments", "progress"):
        db.execute(f"CREATE INDEX {table}_sure_confidence_id_owner_id ON {table} (sure, confidence, id, owner_id)")
    db.execute("CREATE INDEX documents_by_day ON documents (published DESC, name, id)")
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
        "by_document": f"document_id, start, published, sure, due, owner_id, {narrowed_by}, deadline_year",
        "by_id": "id, review, thread_id, published, stated_again, owner_id",
        "by_progress": "progress_from, published, review, stated_again, owner_id, thread_id, id",
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


def pages_and_sections(db: sqlite_utils.Database) -> None:
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

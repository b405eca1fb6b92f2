"""Taking a document out for good, with everything that hangs on it and all that people said of it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import sqlite_utils

from extractor.errors import ExtractorError, WrongUsage
from extractor.store import facts, owner_merges, versions
from extractor.store.tables import TABLES
from extractor.store.writer import delete_document, drop_unused_owners, writing


def remove_document(db: sqlite_utils.Database, id_or_name: str) -> str:
    """Remove a document for good, with everything that hangs on it; returns its id.

    Gone are its text, statements, mentions, links, the threads it took part in (linking again makes the others' anew),
    owners that only it named, reviews of either and rejections of its file. The file is rewritten, so that no
    deleted page keeps a word; copies made before an upgrade are not touched. Raises WrongUsage where no document has
    this id or name, or several have the name, and ExtractorError where another program's reading kept the file from
    being cleared.
    """
    found = db.execute(
        "SELECT id, name, sha256 FROM documents WHERE id = :key OR name = :key", {"key": id_or_name}
    ).fetchall()
    if not found:
        raise WrongUsage(f"no document {id_or_name!r} in the database")
    if len(found) > 1:
        raise WrongUsage(
            f"several documents are named {id_or_name!r}; give one of {', '.join(sorted(r[0] for r in found))}"
        )
    document, name, sha256 = found[0]
    with writing(db):
        owner_merges.as_found(db)
        named = _owner_names(db)
        with _reviews_open(db):
            _delete_reviews(db, document)
            db.execute("DELETE FROM rejections WHERE name = ? OR sha256 = ?", [name, sha256])
            versions.forget(db, document)
            delete_document(db, document)
            drop_unused_owners(db)
            db.execute(
                "DELETE FROM first_found WHERE statement_id NOT IN (SELECT id FROM statements) "
                "OR (id <> statement_id AND id NOT IN (SELECT id FROM links))"
            )
            for gone in sorted(named - _owner_names(db)):
                db.execute("DELETE FROM owner_reviews WHERE :gone IN (owner, into_owner)", {"gone": gone})
        owner_merges.merge(db)
        facts.renew(db)
        # Deleting leaves the words in older segments of the index until they are merged.
        for index in ("documents_fts", "commitments_fts"):
            db.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")
    try:
        db.execute("VACUUM")
        cleared = not db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.OperationalError:
        cleared = False
    if not cleared:
        raise ExtractorError(
            f"{name} is out of the database, but another program is reading it and its words may still be in the file: "
            "end that program and run VACUUM on the database"
        )
    return str(document)


@contextmanager
def _reviews_open(db: sqlite_utils.Database) -> Iterator[None]:
    """Lift the ban on deleting reviews for a moment: those of a withdrawn document are the one exception to it."""
    names = [f"{table.name}_no_delete" for table in TABLES if table.append_only]
    triggers = [db.execute("SELECT sql FROM sqlite_master WHERE name = ?", [name]).fetchone()[0] for name in names]
    for name in names:
        db.execute(f"DROP TRIGGER {name}")
    yield
    for trigger in triggers:
        db.execute(trigger)


def _delete_reviews(db: sqlite_utils.Database, document: str) -> None:
    """Delete what people said of a document and of its statements, alone or in pairs."""
    its = "(SELECT id FROM statements WHERE document_id = :document)"
    db.execute(f"DELETE FROM reviews WHERE statement_id IN {its}", {"document": document})
    db.execute("DELETE FROM document_reviews WHERE document_id = :document", {"document": document})
    db.execute(
        f"DELETE FROM first_found WHERE statement_id IN {its} "
        f"OR id IN (SELECT id FROM links WHERE earlier_id IN {its})",
        {"document": document},
    )
    db.execute(f"DELETE FROM pair_reviews WHERE a_id IN {its} OR b_id IN {its}", {"document": document})


def _owner_names(db: sqlite_utils.Database) -> set[str]:
    return {name for (name,) in db.execute("SELECT name FROM owners")}

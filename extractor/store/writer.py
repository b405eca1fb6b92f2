"""The one writer: a transaction a document, so that readers see each document whole and an interruption costs none."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Literal

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from extractor import ids
from extractor.records import Analysis, Link, Mention, Rejection, Statement, Thread
from extractor.store import corrections, facts, owner_merges, places, rows, sections, versions
from extractor.store.rows import RegisterEntry, Row

Outcome = Literal["finished", "interrupted", "failed"]

_INSERT_OWNER = """
INSERT INTO owners (id, name, kind, valid_from, valid_to, ods_code, known)
VALUES (:id, :name, :kind, :valid_from, :valid_to, :ods_code, :known)
ON CONFLICT (id) DO UPDATE SET
  name = excluded.name, kind = excluded.kind, valid_from = excluded.valid_from, valid_to = excluded.valid_to,
  ods_code = excluded.ods_code, known = excluded.known
WHERE excluded.known > owners.known
  OR (excluded.known = owners.known AND (excluded.known OR excluded.name < owners.name))
"""  # of two spellings of an unknown owner the first in the alphabet stays, whichever came first

_UNUSED_OWNERS = """
WITH RECURSIVE used (id) AS (
  SELECT owner_id FROM commitment_owners
  UNION SELECT owner_id FROM commitments
  UNION SELECT owner_id FROM progress
  UNION SELECT owner_found_id FROM commitments
  UNION SELECT owner_found_id FROM progress
  UNION SELECT json_extract(as_found, '$.owner_id') FROM commitments WHERE review IS NOT NULL
  UNION SELECT json_extract(as_found, '$.owner_id') FROM progress WHERE review IS NOT NULL
  UNION SELECT json_extract(value, '$.owner_id') FROM commitments, json_each(as_found, '$.commitment_owners')
    WHERE review IS NOT NULL
  UNION SELECT id FROM owners WHERE name IN (SELECT value FROM reviews WHERE field = 'owner')
  UNION SELECT owners.successor_id FROM owners JOIN used ON owners.id = used.id
)
DELETE FROM owners WHERE id NOT IN (SELECT id FROM used WHERE id IS NOT NULL)
"""  # what was found stays even where a reviewer corrected it, as that may be taken back


def start_run(db: sqlite_utils.Database, *, version: str, settings: str, models: str) -> int:
    """Begin a run of program `version` with these digests of settings and models; returns its number."""
    with writing(db):
        row: Row = {"started": _now(), "version": version, "settings": settings, "models": models}
        _insert(db, "runs", [row])
        return int(db.execute("SELECT last_insert_rowid()").fetchone()[0])


def finish_run(
    db: sqlite_utils.Database,
    run_id: int,
    *,
    unchanged: int,
    superseded: int = 0,
    outcome: Outcome = "finished",
    seconds: float | None = None,
) -> None:
    """Close a run: what is not given (files skipped as `unchanged` or `superseded`) is counted from the tables."""
    with writing(db):
        db.execute(
            """
            UPDATE runs SET
              finished = :now,
              unchanged = :unchanged,
              superseded = :superseded,
              outcome = :outcome,
              seconds = :seconds,
              documents = (SELECT count(*) FROM documents WHERE run_id = :run),
              rejected = (SELECT count(*) FROM rejections WHERE run_id = :run),
              statements = (
                SELECT count(*) FROM statements JOIN documents ON documents.id = document_id WHERE run_id = :run
              ),
              links = (SELECT count(*) FROM links)
            WHERE id = :run
            """,
            {"now": _now(), "unchanged": unchanged, "superseded": superseded}
            | {"outcome": outcome, "seconds": seconds, "run": run_id},
        )


def fingerprint(sha256: str, name: str, *, version: str, settings: str, models: str, metadata: str = "") -> str:
    """What an analysis depends on, as one hash: the file's bytes, its name (a date, a kind or a title may be read from
    it), what was said about it (a digest of sidecar and options, "" for none), the program and the digests of its
    settings and models.
    """
    return ids.short_id("analysis", sha256, name, version, settings, models, metadata)


def known(db: sqlite_utils.Database) -> dict[str, str]:
    """The id of each stored document by its `fingerprint`: a file whose fingerprint is there need not be read again."""
    return {kept: document for document, kept, _ in _fingerprints(db)}


def superseded(db: sqlite_utils.Database) -> dict[str, str]:
    """The id of a stored document by the `fingerprint` of each file that had to give way to the version stored."""
    return {mark: document for document, _, others in _fingerprints(db) for mark in others}


def save_superseded(db: sqlite_utils.Database, document: str, fingerprints: Iterable[str]) -> None:
    """Remember files that had to give way to the stored version of a document, until another version is stored."""
    with writing(db):
        (found,) = db.execute("SELECT fingerprint FROM documents WHERE id = ?", [document]).fetchone()
        # The kept one first; which of the others came first must leave no trace.
        kept, *others = found.split()
        marks = [kept, *sorted({*others, *fingerprints} - {kept})]
        db.execute("UPDATE documents SET fingerprint = ? WHERE id = ?", [" ".join(marks), document])


def _fingerprints(db: sqlite_utils.Database) -> Iterator[tuple[str, str, list[str]]]:
    """Of each document its id, the fingerprint of the version stored, and those of the files that gave way to it."""
    for document, marks in db.execute("SELECT id, fingerprint FROM documents ORDER BY id").fetchall():
        kept, *others = marks.split()
        yield document, kept, others


def save_analysis(
    db: sqlite_utils.Database,
    analysis: Analysis,
    run_id: int,
    *,
    register: Mapping[str, RegisterEntry] | None = None,
    metadata: str = "",
) -> None:
    """Store one document with all that was found in it, in one transaction, in place of an earlier version of it, which
    is kept among the `versions`, with what the run changed.

    `register` gives what is known about owners, by id; owners it lacks are stored by name. `metadata` is the digest
    that `fingerprint` was asked with. Links and threads of an earlier version go with it until `renew_links`; reviews
    stay, and count for what is stored now. Raises ValueError, with nothing stored, where a statement or a mention does
    not stand in the text where it says, or a statement not within its sentence.
    """
    document = analysis.document
    _check_places(analysis)
    with writing(db):
        run = db.execute("SELECT version, settings, models FROM runs WHERE id = ?", [run_id]).fetchone()
        if run is None:
            raise ValueError(f"there is no run {run_id}")
        version, settings, models = run
        mark = fingerprint(
            document.sha256, document.name, version=version, settings=settings, models=models, metadata=metadata
        )
        before = versions.standing(db, document.id)
        delete_document(db, document.id)
        _insert(db, "documents", [{**rows.document(document), "run_id": run_id, "fingerprint": mark}])
        _insert(db, "blocks", rows.blocks(document))
        for table, found in sections.rows(document.id, document.text, document.blocks).items():
            _insert(db, table, found)
        _insert(db, "pages", places.pages(document))
        _save_owners(db, analysis, register or {})
        for table, found in rows.statements(analysis.statements).items():
            _insert(db, table, found)
        _put_vectors(db, analysis.vectors, models)
        _insert(db, "places", places.places(analysis))
        _insert(db, "mentions", rows.mentions(analysis.mentions))
        corrections.settle(db, document.id)
        versions.record(db, document.id, run_id, before)
        # Nothing but an earlier version can leave an owner behind, and among 100,000 statements it takes time to look.
        if before.row is not None:
            drop_unused_owners(db)


def save_rejection(db: sqlite_utils.Database, rejection: Rejection, run_id: int) -> None:
    """Record a file that could not be taken."""
    with writing(db):
        row = {"name": rejection.name, "reason": rejection.reason, "detail": rejection.detail}
        _insert(db, "rejections", [{**row, "sha256": rejection.sha256, "run_id": run_id, "at": _now()}])


def renew_links(
    db: sqlite_utils.Database,
    links: Iterable[Link],
    threads: Iterable[Thread],
    *,
    gone: Iterable[tuple[str, str]],
    loose: Iterable[str],
) -> None:
    """Store what changed of links and threads, and count the statements of owners that reviewers merged for the owners
    they were merged into.

    `links` are stored beside those that are there, or in place of the same pair's; those of the pairs `gone` (earlier,
    later) are not any longer. `threads` are those that the statements `loose` (ids, in the database or not) now form
    among themselves; they no longer belong to any other. Raises ValueError for a thread and sqlite3.IntegrityError for
    a link with a statement that is not in the database, with nothing stored.
    """
    with writing(db):
        pairs = [(ids.short_id("link", earlier, later),) for earlier, later in gone]
        db.conn.executemany("DELETE FROM links WHERE id = ?", pairs)
        _put_links(db, links)
        names = json.dumps(sorted(loose))
        left = "SELECT DISTINCT thread_id FROM statements WHERE id IN (SELECT value FROM json_each(?))"
        before = json.dumps([thread for (thread,) in db.execute(left, [names]) if thread])
        with _placed(db, threads):
            for table in ("statements", "commitments", "progress"):
                db.execute(
                    f"UPDATE {table} SET thread_id = NULL "
                    "WHERE id IN (SELECT value FROM json_each(?)) AND id NOT IN (SELECT id FROM placed)",
                    [names],
                )
            db.execute(
                "DELETE FROM threads WHERE id IN (SELECT value FROM json_each(?)) "
                "AND NOT EXISTS (SELECT 1 FROM statements WHERE thread_id = threads.id)",
                [before],
            )
        _settle_owners(db)
        facts.renew(db)


def _put_links(db: sqlite_utils.Database, links: Iterable[Link]) -> None:
    db.conn.executemany(
        "INSERT INTO links (id, earlier_id, later_id, relation, score, reasons, changes) "
        "VALUES (:id, :earlier_id, :later_id, :relation, :score, :reasons, :changes) "
        "ON CONFLICT (id) DO UPDATE SET relation = excluded.relation, score = excluded.score, "
        "reasons = excluded.reasons, changes = excluded.changes",
        (rows.link(link) for link in links),
    )


@contextmanager
def _placed(db: sqlite_utils.Database, threads: Iterable[Thread]) -> Iterator[None]:
    """Store threads and put their statements into them; within, the temporary table `placed` tells which went where.

    Only rows that change are written: in a database of 100,000 statements most threads are what they were.
    """
    db.execute("CREATE TEMP TABLE placed (id TEXT PRIMARY KEY, thread_id TEXT NOT NULL)")
    for thread in threads:
        db.execute(
            "INSERT INTO threads (id, title, first_seen, last_seen, statements, documents) "
            "VALUES (:id, :title, :first_seen, :last_seen, :statements, :documents) "
            "ON CONFLICT (id) DO UPDATE SET title = excluded.title, first_seen = excluded.first_seen, "
            "last_seen = excluded.last_seen, statements = excluded.statements",
            rows.thread(thread),
        )
        db.conn.executemany("INSERT INTO placed VALUES (?, ?)", ((id, thread.id) for id in thread.statements))
    for id, name in db.execute("SELECT id, thread_id FROM placed WHERE id NOT IN (SELECT id FROM statements)"):
        raise ValueError(f"thread {name}: no statement {id}")
    for table in ("statements", "commitments", "progress"):
        db.execute(
            f"UPDATE {table} SET thread_id = p.thread_id FROM placed p "
            f"WHERE p.id = {table}.id AND {table}.thread_id IS NOT p.thread_id"
        )
    yield
    db.execute(
        "UPDATE threads SET documents = "
        "(SELECT count(DISTINCT document_id) FROM statements WHERE thread_id = threads.id) "
        "WHERE id IN (SELECT thread_id FROM placed)"
    )
    db.execute("DROP TABLE placed")


def _settle_owners(db: sqlite_utils.Database) -> None:
    """Count statements for the owners that the newest reviews name, starting from what was found."""
    if db.execute("SELECT 1 FROM owner_reviews LIMIT 1").fetchone():
        owner_merges.as_found(db)
        drop_unused_owners(db)
        owner_merges.merge(db)


def save_vectors(db: sqlite_utils.Database, vectors: Mapping[str, NDArray[np.float32]]) -> None:
    """Keep vectors of statements, by id, as made with the models of the latest run."""
    with writing(db):
        (models,) = db.execute("SELECT models FROM runs ORDER BY id DESC LIMIT 1").fetchone()
        _put_vectors(db, {id: vector.astype("<f4").tobytes() for id, vector in vectors.items()}, models)


def _put_vectors(db: sqlite_utils.Database, vectors: Mapping[str, bytes], models: str) -> None:
    db.conn.executemany(
        "INSERT OR REPLACE INTO vectors (statement_id, vector, models) VALUES (?, ?, ?)",
        ((id, vector, models) for id, vector in vectors.items()),
    )


def _check_places(analysis: Analysis) -> None:
    document = analysis.document
    located: tuple[Statement | Mention, ...] = (*analysis.statements, *analysis.mentions)
    for found in located:
        if found.document_id != document.id:
            raise ValueError(f"{found.id} belongs to document {found.document_id}, not to {document.id}")
        if document.text[found.start : found.end] != found.quote:
            raise ValueError(f"{found.id}: the quote does not stand at {found.start}:{found.end}")
    for statement in analysis.statements:
        first, last = statement.sentence or (statement.start, statement.end)
        if not 0 <= first <= statement.start < statement.end <= last <= len(document.text):
            raise ValueError(f"{statement.id}: the quote does not stand within its sentence {first}:{last}")


@contextmanager
def writing(db: sqlite_utils.Database) -> Iterator[None]:
    """One transaction, its write lock taken at the start: waiting for another writer happens before any work."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        db.conn.rollback()
        raise


def delete_document(db: sqlite_utils.Database, document: str) -> None:
    """Delete a document, by cascade what hangs on it, and the threads it took part in (their titles may quote it)."""
    facts.forget(db, document)
    db.execute("DELETE FROM threads WHERE id IN (SELECT thread_id FROM statements WHERE document_id = ?)", [document])
    db.execute("DELETE FROM documents WHERE id = ?", [document])


def drop_unused_owners(db: sqlite_utils.Database) -> None:
    """Delete the owners whom no statement names, as it was found or after corrections, and no reviewer."""
    db.execute(_UNUSED_OWNERS)


def _save_owners(db: sqlite_utils.Database, analysis: Analysis, register: Mapping[str, RegisterEntry]) -> None:
    entries = rows.owners(analysis.statements, register)
    db.conn.executemany(_INSERT_OWNER, entries)
    # Set when all are there: successors may come later in the alphabet.
    db.conn.executemany("UPDATE owners SET successor_id = :successor_id WHERE id = :id AND known", entries)


def _insert(db: sqlite_utils.Database, table: str, new: list[Row]) -> None:
    """Insert rows that all have the same columns."""
    if new:
        columns = ", ".join(f'"{column}"' for column in new[0])
        db.conn.executemany(f"INSERT INTO {table} ({columns}) VALUES ({', '.join(f':{c}' for c in new[0])})", new)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")

"""What came before is kept: earlier versions of documents, and what each run changed, until they are removed."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils

from extractor.ids import content_hash
from extractor.records import Analysis, Rejection
from extractor.store import removal, writer
from extractor.store.run_queries import RUN_QUERIES
from tests.factories import analysis, deadline, statement
from tests.store_samples import RUN

OLD = ("We will open a ward.", "We will train ten midwives.", "We will close the mill.")
NEW = ("We will train ten midwives.", "We will close the mill.", "We will open two wards.")
QUERIES = {query.name: query.sql for query in RUN_QUERIES}


def version(quotes: tuple[str, ...], **fields: Any) -> Analysis:
    """A version of the one document, with the hash of its words."""
    return analysis(quotes, sha256=content_hash("\n".join(quotes).encode()), **fields)


def store(db: sqlite_utils.Database, *versions: Analysis) -> int:
    run = writer.start_run(db, **RUN)
    for found in versions:
        writer.save_analysis(db, found, run)
    writer.finish_run(db, run, unchanged=0)
    return run


def changes(db: sqlite_utils.Database, run: int) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in db.query(QUERIES["changes_of_a_run"], {"run": str(run), "change": ""}):
        found.setdefault(row["change"], set()).add(row["quote"])
    return found


def test_a_new_version_takes_the_place_and_the_old_one_is_kept(db: sqlite_utils.Database) -> None:
    first = store(db, version(OLD, name="draft.txt"))
    second = store(db, version(NEW, name="final.txt"))
    assert changes(db, first) == {"new": set(OLD)}
    assert changes(db, second) == {"new": {NEW[2]}, "vanished": {OLD[0]}}
    ((name, text, statements, run, until),) = db.execute(
        "SELECT name, text, statements, run_id, until_run_id FROM versions"
    )
    assert (name, text, statements, run, until) == ("draft.txt", "\n".join(OLD), 3, first, second)
    named = [(r["name"], r["statements"]) for r in db.query(QUERIES["versions_of_documents"], {"document": "nal.t"})]
    assert named == [("final.txt", 3)]
    named = [(r["name"], r["statements"]) for r in db.query(QUERIES["versions_of_documents"], {"document": ""})]
    assert named == [("draft.txt", 3), ("final.txt", 3)]
    # And back again: the words that vanished are new once more, and two versions have given way.
    third = store(db, version(OLD, name="draft.txt"))
    assert changes(db, third) == {"new": {OLD[0]}, "vanished": {NEW[2]}}
    assert db.execute("SELECT name FROM versions ORDER BY id").fetchall() == [("draft.txt",), ("final.txt",)]


def test_the_same_words_read_otherwise_are_changed(db: sqlite_utils.Database) -> None:
    """Another program finds a deadline: the document has no new version, but the run has changed a statement."""
    words = "We will publish a plan by March 2024."
    store(db, analysis((words,)))
    found = analysis((words,))
    dated = replace(found, statements=(statement(words, deadline=deadline(start=23), confidence=0.5),))
    run = store(db, dated)
    ((fields, was),) = db.execute("SELECT fields, was FROM run_changes WHERE run_id = ?", [run])
    assert fields == "deadline, deadline_end"
    assert json.loads(was)["deadline_end"] is None
    assert db.execute("SELECT count(*) FROM versions").fetchone() == (0,)
    # How sure the program is, and where the words stand, is no change.
    moved = analysis(("Preamble.", words), name="x.txt")
    surer = replace(moved, statements=(statement(words, start=10, deadline=deadline(start=33), confidence=0.99),))
    assert changes(db, store(db, surer)) == {}


@pytest.mark.parametrize("order", [1, -1], ids=["the kept one first", "the kept one last"])
def test_two_files_of_one_document_in_a_run_leave_the_trace_of_one(db: sqlite_utils.Database, order: int) -> None:
    store(db, version(OLD))
    passing = version(("We will do something else.",))
    run = store(db, *([version(NEW)] if order == 1 else [passing, version(NEW)]))
    assert changes(db, run) == {"new": {NEW[2]}, "vanished": {OLD[0]}}
    assert db.execute("SELECT text FROM versions").fetchall() == [("\n".join(OLD),)]


def test_what_comes_back_in_the_same_run_never_left(db: sqlite_utils.Database) -> None:
    store(db, version(OLD))
    run = store(db, version(NEW), version(OLD))
    assert changes(db, run) == {}
    assert db.execute("SELECT count(*) FROM versions").fetchone() == (0,)


def test_a_removed_document_leaves_no_trace_of_any_version(path: Path, db: sqlite_utils.Database) -> None:
    words = ("We will open the quokka ward.", "We will train ten midwives.")
    store(db, version(words, name="secret-draft.txt"))
    run = store(db, version(NEW, name="final.txt"), version(("We will stay.",), id="other", name="other.txt"))
    writer.save_rejection(db, Rejection("secret-draft.txt", "damaged", "quokka"), run)
    assert b"quokka" in contents(path, db)
    removal.remove_document(db, "final.txt")
    left = contents(path, db)
    assert b"quokka" not in left
    assert b"secret-draft" not in left
    assert b"midwives" not in left
    assert b"We will stay." in left
    assert db.execute("SELECT DISTINCT document_id FROM run_changes").fetchall() == [("other",)]


def contents(path: Path, db: sqlite_utils.Database) -> bytes:
    """Every byte of the database, the log beside it included."""
    files = [path, *path.parent.glob(f"{path.name}-*")]
    return b"".join(file.read_bytes() for file in files)


def test_a_run_says_how_it_ended_and_how_long_it_took(db: sqlite_utils.Database) -> None:
    run = writer.start_run(db, **RUN)
    writer.save_analysis(db, version(OLD), run)
    row = next(db.query(QUERIES["runs_and_changes"]))
    assert (row["outcome"], row["new"], row["seconds"]) == ("cut off or at work", 3, None)
    writer.finish_run(db, run, unchanged=2, superseded=1, outcome="interrupted", seconds=1.5)
    row = next(db.query(QUERIES["runs_and_changes"]))
    assert (row["outcome"], row["documents"], row["unchanged"], row["superseded"]) == ("interrupted", 1, 2, 1)
    assert (row["seconds"], row["new"], row["changed"], row["vanished"]) == (1.5, 3, 0, 0)


def test_the_latest_run_is_meant_where_none_is_named(db: sqlite_utils.Database) -> None:
    store(db, version(OLD))
    store(db, version(NEW))
    sql = QUERIES["changes_of_a_run"]
    latest = [row["quote"] for row in db.query(sql, {"run": "", "change": "vanished"})]
    assert latest == [OLD[0]]
    assert len(list(db.query(sql, {"run": "1", "change": "new"}))) == 3

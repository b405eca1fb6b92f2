"""When something was first found: kept through every new reading, filled in by an upgrade, gone with its document."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
import sqlite_utils

from extractor.store import removal, writer
from extractor.store.schema import open_database
from tests.store_samples import RUN, corpus, links_of, put_links
from tests.test_store_upgrade import VERSION_1

Found = dict[str, tuple[str, int]]


@pytest.fixture
def db(tmp_path: Path) -> sqlite_utils.Database:
    return open_database(tmp_path / "a.db", create=True)


def found(db: sqlite_utils.Database) -> Found:
    """For each id the statement that it is about and the run."""
    return {
        id: (statement, run) for id, statement, run in db.execute("SELECT id, statement_id, run_id FROM first_found")
    }


def read(db: sqlite_utils.Database, documents: slice = slice(None)) -> int:
    """Store some documents of the corpus in a run of their own, then the links between all that is there."""
    run = writer.start_run(db, **RUN)
    for analysis in corpus()[documents]:
        writer.save_analysis(db, analysis, run)
    there = {id for (id,) in db.execute("SELECT id FROM statements")}
    links, threads = links_of(corpus())
    kept = [link for link in links if {link.earlier, link.later} <= there]
    known = [replace(t, statements=tuple(s for s in t.statements if s in there)) for t in threads]
    put_links(db, kept, [thread for thread in known if thread.statements])
    return run


def test_what_is_read_again_keeps_the_run_that_found_it(db: sqlite_utils.Database) -> None:
    first = read(db, slice(1))
    early = found(db)
    assert {run for _, run in early.values()} == {first}
    second = read(db)
    later = found(db)
    assert {id: later[id] for id in early} == early
    assert {run for id, (_, run) in later.items() if id not in early} == {second}
    for earlier, statement in db.execute("SELECT id, later_id FROM links"):
        assert later[earlier][0] == statement
    read(db)
    assert found(db) == later


def test_what_is_removed_is_forgotten(db: sqlite_utils.Database) -> None:
    read(db)
    for document in [row["id"] for row in db["documents"].rows]:
        removal.remove_document(db, document)
        there = {id for table in ("statements", "links") for (id,) in db.execute(f"SELECT id FROM {table}")}
        assert set(found(db)) == there
    assert not found(db)


def test_an_upgrade_fills_in_the_run_of_the_version_stored(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(VERSION_1)
    connection.close()
    db = open_database(path, create=False)
    runs = dict(db.execute("SELECT s.id, d.run_id FROM statements s JOIN documents d ON d.id = document_id"))
    links = {id: max(runs[a], runs[b]) for id, a, b in db.execute("SELECT id, earlier_id, later_id FROM links")}
    assert links
    assert {id: run for id, (_, run) in found(db).items()} == runs | links

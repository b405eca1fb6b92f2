"""A database that version 1 made: brought up to date it has lost nothing, and differs in nothing from a new one."""

import re
import sqlite3
from pathlib import Path

import pytest
import sqlite_utils

from extractor.errors import WrongUsage
from extractor.records import Judgement
from extractor.store import judgements, migrations, removal, writer
from extractor.store.export import FORMATS, export
from extractor.store.reader import load_judgements
from extractor.store.schema import open_database
from tests.store_samples import RUN, check_integrity, corpus, put_links

VERSION_1 = (Path(__file__).parent / "store_version1.sql").read_text(encoding="utf-8")
SAID = {"sure", "voice", "speaker", "negated", "sentence_start", "sentence_end"}
# What version 3 added, by table.
FOUND = {
    "commitments": {"deadline_words_start", "deadline_words_end", "deadline_confidence"},
    "progress": {
        *(f"{field}_{part}" for field in ("deadline", "when", "owner") for part in ("words_start", "words_end")),
        *(f"{field}_confidence" for field in ("deadline", "when", "owner")),
        "owner_rule",
    },
    "commitment_owners": {"rule", "start", "end", "confidence"},
    "metrics": {"target", "per", "rule", "confidence"},
    "milestones": {"start", "end", "confidence"},
}

# What versions 4 and 5 added: columns, and tables that start empty.
LATER = {"owner_found_id", "review", "delivery", "as_found", "superseded", "outcome", "seconds"}
JUDGED: dict[str, list[tuple[object, ...]]] = {
    name: [] for name in ("pair_reviews", "owner_reviews", "document_reviews", "versions", "run_changes")
}
PLACED: dict[str, list[tuple[object, ...]]] = {"pages": [], "places": [], "originals": []}
# Tables that an upgrade fills from the others: test_first_found, test_sections and test_store_facts have these.
FILLED = {"first_found", "sections", "headings", "thread_marks"}
# What lists are narrowed by, also of version 5: worked out from the rest, so it is left out wherever rows are compared.
DERIVED = {
    "commitments": {"published", "progress_from", "stated_again", "due", "measured"},
    "threads": {"moved_days", "quiet", "quiet_of", "commitments"},
}

Rows = dict[str, list[tuple[object, ...]]]


@pytest.fixture
def old(path: Path) -> Path:
    """A database of version 1, written without any of today's code."""
    connection = sqlite3.connect(path)
    connection.executescript(VERSION_1)
    connection.close()
    return path


def tables(connection: sqlite3.Connection) -> list[str]:
    """All but those that an upgrade fills from the others."""
    names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%_fts%' ORDER BY name"
    return [name for (name,) in connection.execute(names) if name not in FILLED]


def rows(connection: sqlite3.Connection, *, without: set[str], new: bool = False) -> Rows:
    """Every row of every table with its rowid, but for the columns `without` and (`new`) those of later ones."""
    found: Rows = {}
    for table in tables(connection):
        left_out = without | DERIVED.get(table, set()) | (FOUND.get(table, set()) | LATER if new else set())
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[1] not in left_out]
        listed = ", ".join(f'"{column}"' for column in columns)
        found[table] = connection.execute(f"SELECT rowid, {listed} FROM {table} ORDER BY rowid").fetchall()
    return found


def declared(db: sqlite_utils.Database) -> dict[tuple[str, str], object]:
    """Everything a database is made of, as its SQL without white space, which SQLite puts where it likes."""
    listed = {
        (kind, name): re.sub(r"\s+", "", sql or "")
        for kind, name, sql in db.execute("SELECT type, name, sql FROM sqlite_master")
    }
    columns = {("columns", name): db.execute(f"PRAGMA table_xinfo({name})").fetchall() for _, name in listed}
    return {**listed, **columns}


def test_an_upgraded_database_is_made_like_a_new_one(old: Path, tmp_path: Path) -> None:
    upgraded, new = open_database(old, create=False), open_database(tmp_path / "new.db", create=True)
    assert declared(upgraded) == declared(new)
    for pragma in ("user_version", "application_id", "journal_mode", "foreign_keys"):
        assert upgraded.execute(f"PRAGMA {pragma}").fetchone() == new.execute(f"PRAGMA {pragma}").fetchone()
    assert {name for kind, name in declared(new) if kind == "trigger"} >= {
        "reviews_no_delete",
        "commitments_fts_insert",
    }
    upgraded.close()
    new.close()


def test_an_upgrade_keeps_every_row_and_the_copy_is_the_old_database(old: Path) -> None:
    before = sqlite3.connect(old)
    kept = rows(before, without=set())
    before.close()
    assert len(kept["reviews"]) == 2
    assert len(kept["commitments"]) == 2
    db = open_database(old, create=False)
    # In the tables of statements the new columns are no loss; mentions have a column of one of their names.
    assert rows(db.conn, without=SAID, new=True) == kept | {"mentions": []} | JUDGED | PLACED
    check_integrity(db)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        db.execute("DELETE FROM reviews")
    db.close()
    copy = sqlite3.connect(old.with_name(f"{old.name}.version1"))
    assert rows(copy, without=set()) == kept
    assert copy.execute("PRAGMA user_version").fetchone() == (1,)
    copy.close()


def test_what_version_1_did_not_ask_is_not_made_up(old: Path) -> None:
    """Its statements count, as they did; whose words they are nobody knows until the document is read again."""
    db = open_database(old, create=False)
    for table in ("commitments", "progress"):
        said = db.execute(f"SELECT DISTINCT {', '.join(sorted(SAID))} FROM {table}").fetchall()
        assert [dict(zip(sorted(SAID), row, strict=True)) for row in said] == [{**dict.fromkeys(SAID), "sure": 1}]
    assert db.execute("SELECT ref, state, sure, voice, whose, negated FROM pledges ORDER BY ref").fetchall() == [
        ("s1", "progress reported", "yes", None, "own", None),
        ("s2", "no date", "yes", None, None, None),
    ]
    found = "SELECT rowid FROM commitments_fts WHERE commitments_fts MATCH ?"
    assert db.execute(found, ["nurse"]).fetchall() == [(81,)]
    for format in FORMATS:
        assert "".join(export(db, format))
    db.close()


def test_version_2_gains_the_words_of_fields_and_nothing_else_changes(old: Path) -> None:
    """A database of version 2 is one of version 1 after the first step; what nobody kept then is null."""
    db = sqlite_utils.Database(sqlite3.connect(old))
    migrations.upgrade(db, old, 1, steps=migrations.STEPS[:1], views=())
    before = rows(db.conn, without=set())
    db.close()
    db = open_database(old, create=False)
    assert old.with_name(f"{old.name}.version2").exists()
    assert rows(db.conn, without=set(), new=True) == before | JUDGED | PLACED
    for table, columns in FOUND.items():
        kept = db.execute(f"SELECT {', '.join(f'{chr(34)}{name}{chr(34)}' for name in sorted(columns))} FROM {table}")
        assert all(value is None for row in kept for value in row), table
    for format in FORMATS:
        assert "".join(export(db, format))
    check_integrity(db)
    db.close()


def test_version_3_gains_judgements_and_they_take_effect(old: Path) -> None:
    """A database of version 3 is one of version 1 after two steps; its owners are as they were found."""
    db = sqlite_utils.Database(sqlite3.connect(old))
    migrations.upgrade(db, old, 1, steps=migrations.STEPS[:2], views=())
    before = rows(db.conn, without=set())
    db.close()
    db = open_database(old, create=False)
    assert old.with_name(f"{old.name}.version3").exists()
    assert rows(db.conn, without=LATER) == before | JUDGED | PLACED
    assert load_judgements(db) == ()
    whose = "SELECT id, owner_id, owner_found_id FROM commitments ORDER BY id"
    was = db.execute(whose).fetchall()
    assert {found for _, _, found in was} == {None}
    judgements.confirm(db, "s1", "s3")
    db.execute("INSERT INTO owners (id, name, known) VALUES ('heir', 'Heir', 0)")
    name, owner = db.execute("SELECT o.name, o.id FROM commitments c JOIN owners o ON o.id = c.owner_id").fetchone()
    db.execute("UPDATE progress SET owner_id = 'heir'")
    judgements.merge_owner(db, name, "heir")
    db.execute("INSERT INTO document_reviews (document_id, action, at) VALUES ('d1', 'withdraw', '2026-01-01')")
    assert load_judgements(db) == (Judgement("s1", "s3", True),)
    put_links(db, [], [])
    assert db.execute(whose).fetchall() == [(id, "heir" if of else None, of) for id, of, _ in was]
    assert owner in {of for _, of, _ in was}
    for table in ("pair_reviews", "owner_reviews"):
        for sql in (f"DELETE FROM {table}", f"UPDATE {table} SET note = 'x'"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                db.execute(sql)
    check_integrity(db)
    db.close()


def test_an_upgraded_database_goes_on(old: Path) -> None:
    """It takes new documents and new versions of old ones, and a second opening changes nothing."""
    open_database(old, create=False).close()
    copy = old.with_name(f"{old.name}.version1")
    stamp = copy.stat().st_mtime_ns
    db = open_database(old, create=False)
    assert copy.stat().st_mtime_ns == stamp
    first, second, _ = corpus()
    run = writer.start_run(db, **RUN)
    for found in (first, second):
        writer.save_analysis(db, found, run)
    assert db.execute("SELECT count(*) FROM mentions").fetchone() == (len(second.mentions),)
    assert removal.remove_document(db, "plan.txt") == "d1"
    assert db.execute("SELECT statement_id FROM reviews").fetchall() == [("gone",)]
    check_integrity(db)
    db.close()


def test_an_upgrade_that_fails_leaves_the_old_database(old: Path) -> None:
    spoilt = sqlite3.connect(old)
    spoilt.execute("CREATE TABLE mentions (somebody_elses)")
    spoilt.commit()
    spoilt.close()
    with pytest.raises(WrongUsage, match="mentions"):
        open_database(old, create=False)
    left = sqlite3.connect(old)
    assert left.execute("PRAGMA user_version").fetchone() == (1,)
    assert left.execute("SELECT count(*) FROM pledges").fetchone() == (2,)
    assert not SAID & {row[1] for row in left.execute("PRAGMA table_info(commitments)")}
    left.close()

"""The database as a file: what is refused, shared between connections, removed for good and upgraded."""

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils

from extractor.errors import ExtractorError, WrongUsage
from extractor.records import (
    Analysis,
    Link,
    Reason,
    Rejection,
)
from extractor.store import migrations, removal, schema, writer
from extractor.store.schema import open_database
from tests.store_samples import (
    RUN,
    analysis,
    contents,
    corpus,
    fill,
    links_of,
    mention,
    owner,
    put_links,
    review,
    statement,
)


def foreign_database(path: Path, *pragmas: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE photos (id)")
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
    connection.close()


@pytest.mark.parametrize(
    ("make", "create", "message"),
    [
        pytest.param(lambda p: None, False, "does not exist", id="missing: a typing error must not make a database"),
        pytest.param(
            lambda p: p.touch(), False, "not a commitments database", id="empty: SQLite would take it for one"
        ),
        pytest.param(lambda p: p.mkdir(), True, "not a commitments database", id="a folder"),
        pytest.param(lambda p: p.write_text("name,quote\n"), True, "not a commitments database", id="a text file"),
        pytest.param(
            lambda p: p.write_bytes(b"SQLite format 3\0"),
            True,
            "not a commitments database",
            id="cut off in its header",
        ),
        pytest.param(foreign_database, True, "not a commitments database", id="somebody else's database"),
        pytest.param(
            lambda p: foreign_database(p, "journal_mode = WAL"),
            True,
            "not a commitments database",
            id="somebody else's, in WAL mode",
        ),
        pytest.param(
            lambda p: foreign_database(p, f"application_id = {schema.APPLICATION_ID}", "user_version = 999"),
            True,
            "newer version",
            id="written by a newer program",
        ),
    ],
)
def test_other_files_are_refused_untouched(path: Path, make: Any, create: bool, message: str) -> None:
    make(path)

    def everything() -> dict[str, bytes]:
        return {p.name: p.read_bytes() for p in path.parent.iterdir() if p.is_file()}

    before = everything()
    with pytest.raises(WrongUsage, match=message):
        open_database(path, create=create)
    assert everything() == before


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="no folder"):
        open_database(tmp_path / "no" / "such.db", create=True)


def test_a_damaged_database_is_wrong_usage(path: Path) -> None:
    open_database(path, create=True).close()
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(WrongUsage, match="cannot be opened"):
        open_database(path, create=False)


def test_a_new_database_is_ours_and_opens_again(path: Path) -> None:
    path.touch()  # an empty file, as tempfile makes them, may become one
    open_database(path, create=True).close()
    db = open_database(path, create=False)
    pragmas = {
        name: db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "foreign_keys", "user_version")
    }
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "user_version": schema.VERSION}
    assert db.execute("PRAGMA busy_timeout").fetchone()[0] > 1000
    db.close()


def test_readers_see_whole_documents_and_wait_for_nobody(db: sqlite_utils.Database, path: Path) -> None:
    reader = open_database(path, create=False)
    count = "SELECT count(*) FROM documents"
    fill(db)
    with writer.writing(db):
        db.execute("DELETE FROM links")
        db.execute("DELETE FROM documents")
        assert reader.execute(count).fetchone() == (3,)
    assert reader.execute(count).fetchone() == (0,)
    reader.execute("BEGIN")
    assert reader.execute(count).fetchone() == (0,)
    fill(db)
    assert reader.execute(count).fetchone() == (0,)  # its own snapshot, until it ends
    reader.execute("COMMIT")
    assert reader.execute(count).fetchone() == (3,)
    reader.close()


def test_a_second_writer_is_held_up_before_it_begins(db: sqlite_utils.Database, path: Path) -> None:
    other = open_database(path, create=False)
    other.execute("PRAGMA busy_timeout = 50")
    with writer.writing(db), pytest.raises(sqlite3.OperationalError, match="locked"), writer.writing(other):
        pytest.fail("two writers at once")
    with writer.writing(other):
        pass
    other.close()


def test_reviews_are_append_only(db: sqlite_utils.Database) -> None:
    review(db, "anything")
    for sql in ("UPDATE reviews SET note = 'changed'", "DELETE FROM reviews"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            db.execute(sql)


SECRET = "Zephyrine Quackenbush"


def secret_document() -> Analysis:
    said = statement(
        f"Training will be led by {SECRET}.",
        owners=(owner(SECRET),),
        themes=(SECRET,),
        lead_in=f"About {SECRET}:",
        heading=(SECRET,),
    )
    told = mention(f"{SECRET} wants more.", speaker=SECRET, reasons=(Reason("name", 1.0, SECRET),))
    return analysis("secret.txt", [said], mentions=[told], intro=f"{SECRET} wrote this. " * 500, title=f"By {SECRET}")


def holding(folder: Path, word: str) -> list[str]:
    # The index holds words in lower case, without their endings.
    return [p.name for p in folder.iterdir() if word.encode() in p.read_bytes().lower()]


@pytest.mark.parametrize("key", ["id", "name"])
def test_a_removed_document_leaves_no_trace(db: sqlite_utils.Database, path: Path, key: str) -> None:
    db.execute("PRAGMA secure_delete = OFF")  # some builds overwrite what is deleted on their own
    a, *_ = fill(db)
    reader = open_database(path, create=False)  # a server that has the file open is no hindrance
    assert reader.execute("SELECT count(*) FROM documents").fetchone() == (3,)
    before = contents(db)
    secret = secret_document()
    run = writer.start_run(db, **RUN)
    writer.save_analysis(db, secret, run)
    writer.save_rejection(db, Rejection("secret.txt", "damaged", f"{SECRET} again"), run)
    joined = Link(
        secret.statements[0].id, a.statements[0].id, "restates", 0.9, (Reason("name", 1.0, SECRET),), (f"was {SECRET}",)
    )
    links, threads = links_of(corpus())
    with_secret = replace(threads[0], title=SECRET, statements=(*threads[0].statements, joined.earlier))
    put_links(db, [*links, joined], [with_secret, threads[1]])
    review(db, secret.statements[0].id, f"{SECRET} is misspelt")
    review(db, a.statements[0].id)
    assert holding(path.parent, "zephyrin")

    assert removal.remove_document(db, getattr(secret.document, key)) == secret.document.id
    assert holding(path.parent, "zephyrin") == []
    assert holding(path.parent, "quackenbush") == []
    assert db.execute("SELECT id FROM threads").fetchall() == [("t2",)]
    put_links(db, links, threads)
    assert contents(db) == before
    assert db.execute("SELECT note FROM reviews").fetchall() == [("seen",)]
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        db.execute("DELETE FROM reviews")
    reader.close()


def test_removing_names_what_it_cannot_find_or_tell_apart(db: sqlite_utils.Database) -> None:
    a, *_ = fill(db)
    with pytest.raises(WrongUsage, match="no document 'unheard-of'"):
        removal.remove_document(db, "unheard-of")
    twin = analysis("twin", [statement("It will act.")])
    writer.save_analysis(db, replace(twin, document=replace(twin.document, name="a.txt")), 1)
    with pytest.raises(WrongUsage, match="several documents") as refused:
        removal.remove_document(db, "a.txt")
    assert a.document.id in str(refused.value)
    assert twin.document.id in str(refused.value)


def test_removing_says_where_a_reader_keeps_the_words(db: sqlite_utils.Database, path: Path) -> None:
    fill(db)
    reader = open_database(path, create=False)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM documents").fetchone()
    db.execute("PRAGMA busy_timeout = 50")
    with pytest.raises(ExtractorError, match="VACUUM"):
        removal.remove_document(db, "a.txt")
    assert db.execute("SELECT count(*) FROM documents").fetchone() == (2,)
    reader.execute("COMMIT")
    reader.close()


def test_an_upgrade_takes_the_missing_steps_and_keeps_a_copy(db: sqlite_utils.Database, path: Path) -> None:
    fill(db)
    steps: list[migrations.Step] = [
        lambda d: pytest.fail("it starts at version 2"),
        lambda d: d.execute("CREATE TABLE colours (id)"),
        lambda d: d.execute("ALTER TABLE colours ADD COLUMN hue"),
    ]
    copy = migrations.upgrade(db, path, 2, steps=steps, views=schema.VIEWS)
    assert db.execute("PRAGMA user_version").fetchone() == (4,)
    assert [column.name for column in db["colours"].columns] == ["id", "hue"]
    assert db.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert db.execute("SELECT count(*) FROM pledges").fetchone() == (6,)
    old = open_database(copy, create=False)
    assert old.execute("SELECT count(*) FROM documents").fetchone() == (3,)
    assert "colours" not in old.table_names()
    old.close()


def test_a_step_that_breaks_references_is_undone(db: sqlite_utils.Database, path: Path) -> None:
    fill(db)

    def breaks(d: sqlite_utils.Database) -> None:
        d.execute("DELETE FROM owners")

    steps = [breaks] * schema.VERSION
    with pytest.raises(sqlite3.IntegrityError, match=f"version {schema.VERSION + 1}"):
        migrations.upgrade(db, path, schema.VERSION, steps=steps, views=schema.VIEWS)
    assert db.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
    assert db.execute("SELECT count(*) FROM pledges").fetchone() == (6,)
    assert db.execute("SELECT count(*) FROM owners").fetchone() == (3,)


def test_opening_an_older_database_upgrades_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_database(path, create=True).close()
    steps = (*migrations.STEPS, lambda d: d.execute("CREATE TABLE colours (id)"))
    monkeypatch.setattr(schema, "VERSION", len(steps) + 1)
    monkeypatch.setattr(migrations, "STEPS", steps)
    db = open_database(path, create=False)
    assert "colours" in db.table_names()
    db.close()

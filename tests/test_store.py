"""What is stored, replaced and found again, and that the order of arrival does not matter."""

import itertools
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlite_utils

from extractor.link import claim_of
from extractor.records import (
    Analysis,
    Claim,
    Link,
    Owner,
    Rejection,
    Thread,
)
from extractor.store import writer
from extractor.store.export import FORMATS, export
from extractor.store.reader import load_claims, load_vectors
from extractor.store.rows import financial_year
from extractor.store.schema import open_database
from tests.store_samples import (
    REGISTER,
    RUN,
    TODAY,
    analysis,
    contents,
    corpus,
    fill,
    links_of,
    owner,
    put_links,
    review,
    statement,
)


def test_what_is_stored_can_be_read_back(db: sqlite_utils.Database) -> None:
    a, b, c = fill(db)
    first = next(db.query("SELECT * FROM commitments WHERE id = ?", [a.statements[0].id]))
    assert first["heading"] == "Plan › Staff"
    assert (first["owner_id"], first["owner_explicit"], first["strength"]) == ("training-board", 1, "firm")
    assert first["deadline_year"] == financial_year(TODAY - timedelta(days=400))
    assert first["deadline_anchor"] == "2023-06-30"
    assert [
        tuple(r)
        for r in db.execute(
            "SELECT owner_id, rank, explicit FROM commitment_owners WHERE commitment_id = ? ORDER BY rank",
            [first["id"]],
        )
    ] == [
        ("training-board", 1, 1),
        ("care-office", 2, 0),
    ]
    assert db.execute("SELECT value, is_all, unit, baseline FROM metrics ORDER BY id").fetchall() == [
        (5000.0, 0, "nurses", 300.0),
        (None, 1, "trusts", None),
        (4000.0, 0, "nurses", None),
    ]
    assert db.execute("SELECT text, value, unit FROM milestones ORDER BY id").fetchall() == [
        ("half by spring", 5000.0, "nurses"),
        ("in May", None, None),
    ]
    progress = next(db.query("SELECT * FROM progress"))
    assert (progress["kind"], progress["when_start"], progress["deadline_text"]) == ("delivered", "2025-03-01", None)
    assert db.execute("SELECT count(*) FROM blocks WHERE document_id = ?", [a.document.id]).fetchone() == (
        len(a.document.blocks),
    )
    assert db.execute("SELECT id, statements, documents FROM threads ORDER BY id").fetchall() == [
        ("t1", 2, 2),
        ("t2", 2, 2),
    ]
    assert db.execute("SELECT thread_id FROM commitments WHERE id = ?", [b.statements[0].id]).fetchone() == ("t1",)
    assert db.execute("SELECT thread_id FROM progress WHERE id = ?", [c.statements[0].id]).fetchone() == ("t2",)
    run = next(db.query("SELECT * FROM runs"))
    assert (run["documents"], run["unchanged"], run["rejected"], run["statements"], run["links"]) == (3, 0, 0, 7, 2)
    assert run["finished"] >= run["started"]


def test_the_same_words_twice_stay_two(db: sqlite_utils.Database) -> None:
    fill(db)
    assert db.execute("SELECT count(*), count(DISTINCT id) FROM commitments WHERE quote = 'Complete.'").fetchone() == (
        2,
        2,
    )


def test_states_follow_from_dates_and_links(db: sqlite_utils.Database) -> None:
    fill(db)
    states = dict(db.execute("SELECT quote, state FROM pledges").fetchall())
    assert states == {
        "The Training Board will train 5,000 nurses for every trust by last year.": "deadline passed",
        "Every hospital will offer flexible rotas soon.": "progress reported",
        "The Care Office hopes to train 4,000 nurses in the coming years.": "dated",
        "Somebody ought to consider a café; it’s “due”, \\ perhaps.": "no date",
        "Complete.": "no date",
    }
    put_links(db, [], [])
    assert db.execute("SELECT state FROM pledges WHERE quote LIKE 'Every%'").fetchone() == ("due in 90 days",)
    row = next(db.query("SELECT * FROM pledges WHERE quote LIKE 'The Training%'"))
    assert (row["measure"], row["themes"]) == (
        "5,000 nurses; every trust",
        '["recruitment", "training"]'.replace(", ", ","),
    )
    assert (row["restated"], row["progress_reports"], row["thread_statements"]) == (0, 0, None)


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2024, 3, 31), "2023-24"),  # the last day of a year
        (date(2024, 4, 1), "2024-25"),  # the first
        (date(2000, 1, 1), "1999-00"),  # the turn of the century
        (date(2008, 12, 31), "2008-09"),  # a leading nought
    ],
)
def test_financial_years(day: date, year: str) -> None:
    assert financial_year(day) == year


def misplaced(found: Analysis) -> Analysis:
    first = found.statements[0]
    return replace(found, statements=(replace(first, start=first.start - 1, end=first.end - 1),))


def strayed(found: Analysis) -> Analysis:
    return replace(found, statements=(replace(found.statements[0], document_id="another"),))


def mention_misplaced(found: Analysis) -> Analysis:
    first = found.mentions[0]
    return replace(found, mentions=(replace(first, start=first.start - 1, end=first.end - 1),))


def mention_strayed(found: Analysis) -> Analysis:
    return replace(found, mentions=(replace(found.mentions[0], document_id="another"),))


@pytest.mark.parametrize("spoil", [misplaced, strayed, mention_misplaced, mention_strayed])
def test_a_statement_must_stand_where_it_says(db: sqlite_utils.Database, spoil: Any) -> None:
    run = writer.start_run(db, **RUN)
    with pytest.raises(ValueError, match=r"stand at|belongs to"):
        writer.save_analysis(db, spoil(corpus()[1]), run)
    assert db.execute("SELECT count(*) FROM documents").fetchone() == (0,)


def test_a_failure_half_way_stores_nothing(db: sqlite_utils.Database) -> None:
    a = corpus()[0]
    fill(db)
    before = list(db.conn.iterdump())
    doubled = replace(a, statements=(*a.statements, a.statements[0]))
    with pytest.raises(sqlite3.IntegrityError):
        writer.save_analysis(db, doubled, 1)
    with pytest.raises(ValueError, match="no run 99"):
        writer.save_analysis(db, a, 99)
    with pytest.raises(ValueError, match="no statement"):
        put_links(db, [], [Thread("t9", "Nobody", ("unheard-of",), None, None)])
    with pytest.raises(sqlite3.IntegrityError):
        put_links(db, [Link(a.statements[0].id, "unheard-of", "restates", 1.0, ())], [])
    assert list(db.conn.iterdump()) == before


def test_running_again_changes_nothing(db: sqlite_utils.Database) -> None:
    fill(db)
    before = contents(db)
    fill(db)
    assert contents(db) == before
    assert db.execute("SELECT DISTINCT run_id FROM documents").fetchall() == [(2,)]


def test_a_new_version_replaces_the_old_and_keeps_reviews(db: sqlite_utils.Database) -> None:
    a, *_ = fill(db)
    review(db, a.statements[0].id)
    newer = analysis("a.txt", [statement("Staff will get a canteen.", owners=(owner("Canteen Club"),))], title="Newer")
    assert newer.document.id == a.document.id
    writer.save_analysis(db, newer, writer.start_run(db, **RUN))
    assert db.execute("SELECT title FROM documents WHERE id = ?", [a.document.id]).fetchall() == [("Newer",)]
    assert db.execute("SELECT quote FROM commitments WHERE document_id = ?", [a.document.id]).fetchall() == [
        ("Staff will get a canteen.",)
    ]
    assert db.execute("SELECT count(*) FROM reviews").fetchone() == (1,)
    assert search(db, "rotas") == []
    assert db.execute("SELECT count(*) FROM links").fetchone() == (0,)
    # Threads of the old version wait for linking; none is left that counts statements which are gone.
    assert db.execute("SELECT count(*) FROM threads").fetchone() == (0,)
    assert {row[0] for row in db.execute("SELECT id FROM owners")} == {"canteen-club", "care-office", "local-café"}


def search(db: sqlite_utils.Database, words: str) -> list[str]:
    matching = "SELECT rowid FROM commitments_fts WHERE commitments_fts MATCH ?"
    found = db.execute(f"SELECT quote FROM pledges WHERE search_key IN ({matching}) ORDER BY quote", [words])
    return [row[0] for row in found]


def test_search_finds_words_in_any_form(db: sqlite_utils.Database) -> None:
    fill(db)
    trained = [
        "The Care Office hopes to train 4,000 nurses in the coming years.",
        "The Training Board will train 5,000 nurses for every trust by last year.",
    ]
    assert search(db, "nurse") == trained
    assert search(db, "cafe") == ["Somebody ought to consider a café; it’s “due”, \\ perhaps."]
    assert len(search(db, "heading: staff")) == 5
    # The row numbers that search relies on survive a rewrite of the file.
    db.execute("VACUUM")
    assert search(db, "nurse") == trained
    # The tools that look for an index on their own find it.
    assert {row["title"] for row in db["documents"].search("welcome")} == {"Plan a.txt", "Plan b.pdf", None}


def test_the_order_of_arrival_does_not_matter(tmp_path: Path) -> None:
    seen = []
    for number, order in enumerate(itertools.permutations(corpus())):
        db = open_database(tmp_path / f"{number}.db", create=True)
        # The order in which the statements of a document are handed over does not matter either.
        fill(db, [replace(found, statements=found.statements[:: (-1) ** number]) for found in order])
        db.execute("UPDATE runs SET started = '2026-01-01T00:00:00+00:00'")
        seen.append((contents(db, drop=()), {format: "".join(export(db, format)) for format in FORMATS}))
        db.close()
    assert all(other == seen[0] for other in seen[1:])


def test_links_do_not_depend_on_an_earlier_linking(db: sqlite_utils.Database) -> None:
    documents = fill(db)
    before = contents(db)
    put_links(db, [], [])
    assert db.execute("SELECT count(*) FROM commitments WHERE thread_id IS NOT NULL").fetchone() == (0,)
    links, threads = links_of(documents)
    put_links(db, reversed(links), reversed(threads))
    assert contents(db) == before


def test_owners_come_from_the_register_with_their_successors(db: sqlite_utils.Database) -> None:
    run = writer.start_run(db, **RUN)
    found = analysis("a.txt", [statement("The Training Board will act.", owners=(owner("Training Board"),))])
    writer.save_analysis(db, found, run, register=REGISTER)
    assert db.execute(
        "SELECT id, kind, valid_to, successor_id, ods_code, known FROM owners ORDER BY id"
    ).fetchall() == [
        ("care-office", "arm's-length body", None, None, "X24", 1),
        ("training-board", "arm's-length body", "2023-03-31", "care-office", None, 1),
    ]
    with pytest.raises(ValueError, match="successor"):
        writer.save_analysis(db, found, run, register={"training-board": REGISTER["training-board"]})


def test_duties_are_followed_to_whoever_holds_them_today(db: sqlite_utils.Database) -> None:
    # an end, what came after it, and a circle such as a file of the user's own might make
    bodies = [
        ("first", "2015-03-31", "second"),
        ("second", "2021-03-31", "third"),
        ("third", None, None),
        ("lost", "2010-01-01", None),
        ("round", "2010-01-01", "about"),
        ("about", "2010-01-01", "round"),
    ]
    db.execute("PRAGMA defer_foreign_keys = ON")
    for name, last, _ in bodies:
        db.execute("INSERT INTO owners (id, name, known, valid_to) VALUES (?, ?, 1, ?)", [name, name.title(), last])
    db.conn.executemany("UPDATE owners SET successor_id = ? WHERE id = ?", [(heir, name) for name, _, heir in bodies])
    found = db.query("SELECT owner_id, abolished, holder FROM holders ORDER BY owner_id")
    assert [tuple(row.values()) for row in found] == [
        ("first", "yes", "Third"),
        ("lost", "yes", "Lost"),
        ("second", "yes", "Third"),
        ("third", "no", "Third"),
    ]


@pytest.mark.parametrize("spellings", [("ACME board", "Acme Board"), ("Acme Board", "ACME board")])
def test_of_two_spellings_one_stays_whichever_comes_first(db: sqlite_utils.Database, spellings: Sequence[str]) -> None:
    run = writer.start_run(db, **RUN)
    for name in spellings:
        found = analysis(
            name,
            [statement("It will act.", owners=(Owner("acme-board", name, False, True, 1.0, "subject", "subject"),))],
        )
        writer.save_analysis(db, found, run)
    assert db.execute("SELECT name FROM owners").fetchall() == [("ACME board",)]


def test_unchanged_documents_are_known(db: sqlite_utils.Database) -> None:
    run = writer.start_run(db, **RUN)
    a, b, _ = corpus()
    writer.save_analysis(db, a, run, metadata="sidecar-1")
    writer.save_analysis(db, b, run)
    digest, name = a.document.sha256, a.document.name
    same = writer.fingerprint(digest, name, **RUN, metadata="sidecar-1")
    assert writer.known(db)[same] == a.document.id
    others = [
        writer.fingerprint(digest, name, **RUN),  # the sidecar was taken away
        writer.fingerprint(digest, name, **{**RUN, "models": "m2"}, metadata="sidecar-1"),
        writer.fingerprint(digest, name, **{**RUN, "settings": "s2"}, metadata="sidecar-1"),
        writer.fingerprint(digest, name, **{**RUN, "version": "2.0"}, metadata="sidecar-1"),
        writer.fingerprint("0" * 64, name, **RUN, metadata="sidecar-1"),
        writer.fingerprint(digest, "2024-05.txt", **RUN, metadata="sidecar-1"),  # a date is read from the name
    ]
    assert not set(others) & set(writer.known(db))


def test_files_that_gave_way_are_known_until_another_version_is_stored(db: sqlite_utils.Database) -> None:
    run = writer.start_run(db, **RUN)
    a, b, _ = corpus()
    writer.save_analysis(db, a, run)
    writer.save_analysis(db, b, run)
    (kept,) = [mark for mark, id in writer.known(db).items() if id == a.document.id]
    writer.save_superseded(db, a.document.id, ["f2", "f1", kept])
    writer.save_superseded(db, a.document.id, ["f3"])
    assert writer.superseded(db) == dict.fromkeys(["f1", "f2", "f3"], a.document.id)
    assert writer.known(db)[kept] == a.document.id
    writer.save_analysis(db, a, run)
    assert writer.superseded(db) == {}


def test_a_stored_statement_makes_the_same_claim_as_one_that_is_not(db: sqlite_utils.Database) -> None:
    made = [claim_of(statement, found.document) for found in fill(db) for statement in found.statements]
    assert load_claims(db) == sorted(made, key=lambda claim: claim.id)


def test_claims_carry_what_linking_needs(db: sqlite_utils.Database) -> None:
    a, b, c = fill(db)
    claims = {claim.id: claim for claim in load_claims(db)}
    assert list(claims) == sorted(claims)
    assert len(claims) == 7
    first = a.statements[0]
    assert claims[first.id] == Claim(
        id=first.id,
        document_id=a.document.id,
        label="commitment",
        text=first.quote,
        published=date(2023, 6, 30),
        owner="Training Board",
        deadline_end=TODAY - timedelta(days=400),
        figures=((5000.0, "nurses"),),
        strength="firm",
    )
    report = claims[c.statements[0].id]
    assert (report.label, report.kind, report.strength) == ("progress", "delivered", None)
    assert claims[b.statements[1].id].owner == "Local Café"


def test_vectors_are_kept_for_the_models_that_made_them(db: sqlite_utils.Database) -> None:
    a, *_ = fill(db)
    vector = np.array([0.6, -0.8], dtype=np.float32)
    writer.save_vectors(db, {a.statements[0].id: vector})
    loaded = load_vectors(db)
    assert list(loaded) == [a.statements[0].id]
    assert np.array_equal(loaded[a.statements[0].id], vector)
    writer.start_run(db, **{**RUN, "models": "m2"})
    assert load_vectors(db) == {}


def test_rejections_are_counted(db: sqlite_utils.Database) -> None:
    run = writer.start_run(db, **RUN)
    writer.save_rejection(db, Rejection("x.pdf", "encrypted", "The file needs a password.", "ab" * 32), run)
    writer.finish_run(db, run, unchanged=4)
    assert db.execute("SELECT rejected, unchanged FROM runs").fetchone() == (1, 4)
    assert next(db.query("SELECT name, reason, detail FROM rejections")) == {
        "name": "x.pdf",
        "reason": "encrypted",
        "detail": "The file needs a password.",
    }

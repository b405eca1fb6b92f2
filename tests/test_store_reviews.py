"""What people say of single statements and documents counts at once, in every later run, and until it is taken back."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils

from extractor.errors import WrongUsage
from extractor.store import judgements, removal, reviews, writer
from extractor.store.export import FORMATS, export
from extractor.store.judgements import Remark
from extractor.store.reader import load_claims
from tests.store_samples import (
    REGISTER,
    RUN,
    analysis,
    check_integrity,
    contents,
    corpus,
    fill,
    links_of,
    put_links,
    statement,
)

# What is only there because somebody spoke.
SAID = ("reviews", "document_reviews", "pair_reviews", "owner_reviews", "first_found")


def relinked(db: sqlite_utils.Database) -> None:
    """What linking again does to the store, here with the same links as before."""
    counting = {claim.id for claim in load_claims(db)}
    links, threads = links_of(corpus())
    put_links(
        db,
        [link for link in links if {link.earlier, link.later} <= counting],
        [
            replace(thread, statements=kept)
            for thread in threads
            if len(kept := tuple(id for id in thread.statements if id in counting)) > 1
        ],
    )


def read_again(db: sqlite_utils.Database) -> None:
    """Every document once more, as a forced run stores it."""
    run = writer.start_run(db, **RUN)
    for found in corpus():
        writer.save_analysis(db, found, run, register=REGISTER)
    relinked(db)


def found(db: sqlite_utils.Database) -> dict[str, list[str]]:
    return {table: rows for table, rows in contents(db).items() if table not in SAID}


def row(db: sqlite_utils.Database, id: str, table: str = "commitments") -> dict[str, Any]:
    sql = f"SELECT t.*, o.name AS owner FROM {table} t LEFT JOIN owners o ON o.id = t.owner_id WHERE t.id = ?"
    (one,) = db.query(sql, [id])
    return dict(one)


def first(db: sqlite_utils.Database, table: str = "commitments") -> str:
    """The first statement of the first thread with its table's label, which has an owner and a deadline."""
    return str(db.execute(f"SELECT id FROM {table} WHERE thread_id IS NOT NULL ORDER BY thread_id, id").fetchone()[0])


def said(db: sqlite_utils.Database, table: str = "reviews") -> list[tuple[Any, ...]]:
    columns = "action, field, value, note, reviewer" + (", evidence_url" if table == "reviews" else "")
    return list(db.execute(f"SELECT {columns} FROM {table} ORDER BY id").fetchall())


# Every kind of word, with what it sets on the commitment.
WORDS: list[tuple[Callable[[sqlite_utils.Database, str], object], dict[str, Any]]] = [
    (reviews.accept, {"review": "confirmed", "sure": 1}),
    (reviews.dismiss, {"review": "rejected", "thread_id": None}),
    (lambda db, id: reviews.correct(db, id, "owner", "local-café"), {"review": "corrected", "owner": "Local Café"}),
    (lambda db, id: reviews.correct(db, id, "owner", "New  Body"), {"owner": "New Body", "owner_id": "new-body"}),
    (lambda db, id: reviews.correct(db, id, "owner", "none"), {"owner": None, "review": "corrected"}),
    (
        lambda db, id: reviews.correct(db, id, "deadline", "2027-03-31"),
        {"deadline_start": None, "deadline_end": "2027-03-31", "deadline_year": "2026-27", "deadline_rule": "reviewed"},
    ),
    (
        lambda db, id: reviews.correct(db, id, "deadline", "2027-04-01/.."),
        {"deadline_start": "2027-04-01", "deadline_end": None, "deadline_year": "2027-28"},
    ),
    (
        lambda db, id: reviews.correct(db, id, "deadline", "none"),
        {"deadline_text": None, "deadline_end": None, "deadline_year": None, "deadline_rule": None},
    ),
    (lambda db, id: reviews.correct(db, id, "strength", "proposal"), {"strength": "proposal", "review": "corrected"}),
    (
        lambda db, id: reviews.status(db, id, "partly delivered", evidence="https://example.org/e?a=1#b"),
        {"delivery": "partly delivered", "review": None},
    ),
]


@pytest.mark.parametrize(("say", "sets"), WORDS)
def test_a_word_counts_at_once_and_after_a_new_reading_and_until_it_is_taken_back(
    db: sqlite_utils.Database, say: Callable[[sqlite_utils.Database, str], object], sets: dict[str, Any]
) -> None:
    fill(db)
    relinked(db)
    was, id = found(db), first(db)
    say(db, id)
    assert {name: row(db, id)[name] for name in sets} == sets
    relinked(db)
    now = found(db)
    assert {name: row(db, id)[name] for name in sets} == sets
    read_again(db)
    assert found(db) == now, "the same as if nothing had been read again"
    reviews.withdraw(db, id)
    relinked(db)
    read_again(db)
    assert {name: rows for name, rows in found(db).items() if name != "owners"} == {
        name: rows for name, rows in was.items() if name != "owners"
    }
    assert len(said(db)) == 2, "nothing that was said is lost"
    check_integrity(db)


def test_the_newest_word_on_each_question_counts(db: sqlite_utils.Database) -> None:
    fill(db)
    id = first(db)
    strength = row(db, id)["strength"]
    reviews.correct(db, id, "strength", "directive", remark=Remark("read again", "Jo"))
    reviews.correct(db, id, "owner", "Local Café")
    reviews.correct(db, id, "strength", "proposal")
    reviews.status(db, id, "not delivered")
    reviews.status(db, id, "delivered", evidence="http://example.org/")
    one = row(db, id)
    assert (one["strength"], one["owner"], one["delivery"], one["review"]) == (
        "proposal",
        "Local Café",
        "delivered",
        "corrected",
    )
    reviews.withdraw(db, id, "strength")
    assert (row(db, id)["strength"], row(db, id)["owner"]) == (strength, "Local Café")
    reviews.dismiss(db, id)
    assert row(db, id)["review"] == "rejected"
    reviews.accept(db, id)
    assert row(db, id)["review"] == "corrected", "its owner still is"
    reviews.withdraw(db, id, "owner")
    assert row(db, id)["review"] == "confirmed"
    reviews.withdraw(db, id, "verdict")
    assert (row(db, id)["review"], row(db, id)["delivery"]) == (None, "delivered")
    assert said(db)[0] == ("correct", "strength", "directive", "read again", "Jo", None)
    assert [action for action, *_ in said(db)] == [
        *("correct", "correct", "correct", "status", "status", "withdraw", "reject", "confirm", "withdraw", "withdraw")
    ]  # fmt: skip


def test_what_is_rejected_counts_nowhere(db: sqlite_utils.Database) -> None:
    fill(db)
    commitment, report = first(db), first(db, "progress")
    reviews.dismiss(db, commitment)
    reviews.dismiss(db, report)
    relinked(db)
    assert not {commitment, report} & {claim.id for claim in load_claims(db)}
    assert db.execute("SELECT count(*) FROM pledges WHERE ref = ?", [commitment]).fetchone() == (0,)
    assert db.execute(
        "SELECT count(*) FROM links WHERE earlier_id IN (?, ?) OR later_id IN (?, ?)", [commitment, report] * 2
    ).fetchone() == (0,)
    for format in set(FORMATS) - {"reviews"}:
        text = "".join(export(db, format))
        assert commitment not in text, format
        assert report not in text, format
    told = [json.loads(line) for line in "".join(export(db, "reviews")).splitlines()]
    assert [(review["table"], review["statement_id"], review["action"]) for review in told] == [
        ("reviews", commitment, "reject"),
        ("reviews", report, "reject"),
    ]


def test_a_corrected_owner_leads_the_candidates_and_can_be_merged(db: sqlite_utils.Database) -> None:
    fill(db)
    id = first(db)
    candidates = (
        "SELECT o.name, c.rank, c.rule FROM commitment_owners c JOIN owners o ON o.id = c.owner_id "
        "WHERE commitment_id = ? ORDER BY rank"
    )
    before = db.execute(candidates, [id]).fetchall()
    reviews.correct(db, id, "owner", "Local Café")
    after = db.execute(candidates, [id]).fetchall()
    assert after[0] == ("Local Café", 1, "reviewed")
    assert [name for name, *_ in after[1:]] == [name for name, *_ in before if name != "Local Café"]
    judgements.merge_owner(db, "Local Café", "Care Office")
    relinked(db)
    assert row(db, id)["owner"] == "Care Office"
    reviews.accept(db, id)
    assert row(db, id)["owner"] == "Care Office", "a later word on something else leaves the merger alone"
    reviews.withdraw(db, id)
    relinked(db)
    assert db.execute(candidates, [id]).fetchall() == before
    judgements.split_owner(db, "Local Café")
    relinked(db)
    assert row(db, id)["owner"] == before[0][0]


def test_progress_has_a_kind_and_no_status(db: sqlite_utils.Database) -> None:
    fill(db)
    id = first(db, "progress")
    reviews.correct(db, id, "kind", "measure")
    reviews.correct(db, id, "owner", "Training Board")
    one = row(db, id, "progress")
    assert (one["kind"], one["owner"], one["owner_rule"], one["review"]) == (
        "measure",
        "Training Board",
        "reviewed",
        "corrected",
    )
    with pytest.raises(WrongUsage, match="no commitment"):
        reviews.status(db, id, "delivered")
    with pytest.raises(WrongUsage, match="no field of a progress"):
        reviews.correct(db, id, "strength", "aim")


def test_a_document_is_corrected_and_read_again(db: sqlite_utils.Database) -> None:
    a, *_ = fill(db)
    relinked(db)
    was = found(db)
    reviews.correct_document(db, "a.txt", "date", "2022-03", remark=Remark("see the cover", "Jo"))
    reviews.correct_document(db, a.document.id, "publisher", " Training  Board ")
    seen = "SELECT published, precision, publisher, json_extract(sources, '$.published') FROM documents WHERE id = ?"
    for _ in range(2):
        assert db.execute(seen, [a.document.id]).fetchone() == ("2022-03-01", "month", "Training Board", "review")
        assert {claim.published for claim in load_claims(db) if claim.document_id == a.document.id} == {
            date(2022, 3, 1)
        }
        read_again(db)
    reviews.withdraw_document(db, "a.txt", "publisher")
    assert db.execute(seen, [a.document.id]).fetchone()[:3] == ("2022-03-01", "month", a.document.publisher)
    reviews.withdraw_document(db, "a.txt")
    relinked(db)
    assert found(db) == was
    assert said(db, "document_reviews")[0] == ("correct", "date", "2022-03", "see the cover", "Jo")


def test_a_word_waits_for_its_statement_and_follows_it_into_a_changed_document(db: sqlite_utils.Database) -> None:
    a, *_ = fill(db)
    id = a.statements[0].id
    reviews.correct(db, id, "strength", "aim")
    run = writer.start_run(db, **RUN)
    writer.save_analysis(db, replace(a, statements=a.statements[1:]), run, register=REGISTER)
    assert db.execute("SELECT count(*) FROM commitments WHERE id = ?", [id]).fetchone() == (0,)
    changed = analysis("a.txt", [statement("Something new is planned."), *a.statements], intro="Quite another plan.")
    assert changed.document.sha256 != a.document.sha256
    writer.save_analysis(db, changed, run, register=REGISTER)
    assert (row(db, id)["strength"], row(db, id)["review"]) == ("aim", "corrected")


@pytest.mark.parametrize(
    ("say", "message"),
    [
        (lambda db, id: reviews.accept(db, "nowhere"), "no statement 'nowhere' in the database"),
        (lambda db, id: reviews.correct(db, id, "label", "progress"), "no field of a commitment"),
        (lambda db, id: reviews.correct(db, id, "kind", "measure"), "no field of a commitment"),
        (lambda db, id: reviews.correct(db, id, "strength", "strong"), "strength is one of firm"),
        (lambda db, id: reviews.correct(db, id, "owner", "  "), "a name has 1 to 300 characters"),
        (lambda db, id: reviews.correct(db, id, "owner", "A\x07B"), "a name has 1 to 300 characters"),
        (lambda db, id: reviews.correct(db, id, "deadline", "March 2025"), "a deadline is a day"),
        (lambda db, id: reviews.correct(db, id, "deadline", "2025-02-30"), "a deadline is a day"),
        (lambda db, id: reviews.correct(db, id, "deadline", "20250331"), "a deadline is a day"),
        (lambda db, id: reviews.correct(db, id, "deadline", "2025-03-31/2024-03-31"), "a deadline is a day"),
        (lambda db, id: reviews.correct(db, id, "deadline", "../.."), "a deadline is a day"),
        (lambda db, id: reviews.status(db, id, "broken"), "a status is one of delivered"),
        (lambda db, id: reviews.status(db, id, "delivered", evidence="javascript:alert(1)"), "begins with https://"),
        (lambda db, id: reviews.status(db, id, "delivered", evidence="https://a b/"), "begins with https://"),
        (lambda db, id: reviews.status(db, id, "delivered", evidence="http://"), "begins with https://"),
        (lambda db, id: reviews.withdraw(db, id), "nothing to withdraw"),
        (lambda db, id: reviews.withdraw(db, id, "owner"), "nothing to withdraw of its owner"),
        (lambda db, id: reviews.withdraw(db, id, "label"), "cannot be withdrawn"),
        (lambda db, id: reviews.correct_document(db, "none.txt", "date", "2024"), "no document 'none.txt'"),
        (lambda db, id: reviews.correct_document(db, "a.txt", "title", "X"), "no field of a document"),
        (lambda db, id: reviews.correct_document(db, "a.txt", "date", "May 2024"), "a date is a day, month or year"),
        (lambda db, id: reviews.withdraw_document(db, "a.txt"), "nothing to withdraw"),
    ],
)
def test_what_cannot_be_said_is_named_and_nothing_kept(
    db: sqlite_utils.Database, say: Callable[[sqlite_utils.Database, str], object], message: str
) -> None:
    fill(db)
    was = found(db)
    with pytest.raises(WrongUsage, match=message):
        say(db, first(db))
    assert said(db) == said(db, "document_reviews") == []
    assert found(db) == was


def test_a_rejected_statement_is_not_corrected(db: sqlite_utils.Database) -> None:
    fill(db)
    id = first(db)
    reviews.dismiss(db, id)
    with pytest.raises(WrongUsage, match="was rejected: accept it first"):
        reviews.correct(db, id, "strength", "aim")


def test_what_another_program_wrote_changes_no_field_that_cannot_take_it(db: sqlite_utils.Database) -> None:
    fill(db)
    id = first(db)
    was = row(db, id)
    for field, value in (("strength", "<b>"), ("deadline", "soon"), ("kind", "measure"), (None, None)):
        db.execute(
            "INSERT INTO reviews (statement_id, action, field, value, at) VALUES (?, 'correct', ?, ?, '2026')",
            [id, field, value],
        )
    db.execute("INSERT INTO reviews (statement_id, action, value, at) VALUES (?, 'status', 'mostly', '2026')", [id])
    read_again(db)
    now = row(db, id)
    assert {name for name in was if was[name] != now[name]} <= {"review", "as_found"}


def test_reviews_are_append_only(db: sqlite_utils.Database) -> None:
    fill(db)
    reviews.accept(db, first(db))
    reviews.correct_document(db, "a.txt", "date", "2022")
    for table in ("reviews", "document_reviews"):
        for sql in (f"DELETE FROM {table}", f"UPDATE {table} SET note = 'x'"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                db.execute(sql)


def test_a_withdrawn_document_takes_along_what_was_said_of_it(db: sqlite_utils.Database, path: Path) -> None:
    a, *_ = fill(db)
    secret = analysis("secret.txt", [statement("It will act on Zephyrine's case.")])
    writer.save_analysis(db, secret, 1)
    (spoken,) = secret.statements
    reviews.correct(db, spoken.id, "owner", "Zephyrine Quackenbush", remark=Remark("Zephyrine again"))
    reviews.correct_document(db, "secret.txt", "publisher", "Zephyrine & Sons")
    reviews.accept(db, a.statements[0].id)
    removal.remove_document(db, "secret.txt")
    assert [action for action, *_ in said(db)] == ["confirm"]
    assert said(db, "document_reviews") == []
    assert db.execute("SELECT count(*) FROM owners WHERE name LIKE 'Zeph%'").fetchone() == (0,)
    assert not [file.name for file in path.parent.iterdir() if b"zephyrin" in file.read_bytes().lower()]


def test_it_is_known_whether_linking_depends_on_a_word(db: sqlite_utils.Database) -> None:
    fill(db)
    id = first(db)
    strength = row(db, id)["strength"]
    assert not reviews.accept(db, id)
    assert not reviews.status(db, id, "delivered")
    assert not reviews.correct(db, id, "strength", strength), "as it was"
    assert reviews.correct(db, id, "strength", "directive")
    assert reviews.correct(db, id, "owner", "none")
    assert reviews.correct(db, id, "deadline", "2031-01-01")
    assert reviews.dismiss(db, id)
    assert reviews.accept(db, id), "after it was rejected"
    assert not reviews.withdraw(db, id, "status")
    assert reviews.withdraw(db, id)
    assert not reviews.correct_document(db, "a.txt", "publisher", "Training Board")
    assert reviews.correct_document(db, "a.txt", "date", "2022")
    assert not reviews.withdraw_document(db, "a.txt", "publisher")
    assert reviews.withdraw_document(db, "a.txt")

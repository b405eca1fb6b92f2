"""What falls due and what has passed: each thread once, as it was stated last."""

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import sqlite_utils

from extractor.records import Analysis, Thread
from extractor.store import writer
from extractor.store.queries import QUERIES
from tests.store_samples import RUN, TODAY, analysis, deadline, put_links, statement

Said = tuple[str, str, int | None]  # the thread ("" for none), the words, and the days from today until it is due
Issue = tuple[int | None, Sequence[Said]]  # days since publication, what it says; words "Done." are a report

SQL = {query.name: query.sql for query in QUERIES}


def made(thread: str, words: str, days: int | None) -> Any:
    due = TODAY + timedelta(days=days) if days is not None else None
    fields: dict[str, Any] = {"label": "progress", "kind": "delivered"} if words == "Done." else {}
    return statement(words, deadline=deadline("by then", None, due) if due else None, **fields)


def stored(db: sqlite_utils.Database, issues: Sequence[Issue]) -> list[Analysis]:
    run = writer.start_run(db, **RUN)
    documents: list[Analysis] = []
    members: dict[str, list[str]] = {}
    for number, (ago, said) in enumerate(issues):
        day = TODAY - timedelta(days=ago) if ago is not None else None
        found = analysis(
            f"{number:02}.txt", [made(*one) for one in said], published=day, precision="day" if day else None
        )
        writer.save_analysis(db, found, run)
        documents.append(found)
        for (thread, _, _), one in zip(said, found.statements, strict=True):
            members.setdefault(thread, []).append(one.id)
    put_links(db, [], [Thread(name, name, tuple(ids), None, None) for name, ids in members.items() if name])
    return documents


def listed(db: sqlite_utils.Database, name: str) -> list[tuple[str, int]]:
    """The words of what a query lists, and how often each was stated."""
    return [(row["quote"], row["versions"]) for row in db.query(SQL[name], {"days": "90"})]


@pytest.mark.parametrize(
    ("issues", "expected", "why"),
    [
        ([(9, [("", "One.", 5), ("", "Two.", 6)])], [("One.", 1), ("Two.", 1)], "those without a thread stand alone"),
        ([(9, [("t", "First.", 5)]), (3, [("t", "Last.", 7)])], [("Last.", 2)], "stated twice is listed once"),
        ([(3, [("t", "Last.", 7)]), (9, [("t", "First.", 5)])], [("Last.", 2)], "published last, not stored last"),
        ([(9, [("t", "First.", 5)]), (3, [("t", "Moved.", 200)])], [], "it is not due on the day it had before"),
        ([(9, [("t", "First.", 200)]), (3, [("t", "Forward.", 5)])], [("Forward.", 2)], "brought forward"),
        ([(9, [("t", "First.", 5)]), (3, [("t", "Vague.", None)])], [], "the last statement names no day"),
        ([(None, [("t", "Undated.", 5)]), (9, [("t", "Dated.", 6)])], [("Dated.", 2)], "what is undated is not last"),
        ([(9, [("t", "Above.", 5), ("t", "Below.", 6)])], [("Below.", 2)], "in one document the last by its place"),
        (
            [(9, [("t", "First.", 5), ("u", "Other.", 4)]), (3, [("t", "Last.", 7)])],
            [("Other.", 1), ("Last.", 2)],
            "threads apart",
        ),
        ([(9, [("t", "First.", 5)]), (3, [("t", "Done.", None)])], [("First.", 1)], "a report states nothing again"),
    ],
)
def test_due_soon(
    db: sqlite_utils.Database, issues: Sequence[Issue], expected: list[tuple[str, int]], why: str
) -> None:
    stored(db, issues)
    assert listed(db, "due_soon") == expected, why


@pytest.mark.parametrize(
    ("issues", "expected", "why"),
    [
        ([(9, [("", "One.", -5), ("", "Two.", -4)])], [("One.", 1), ("Two.", 1)], "those without a thread stand alone"),
        ([(90, [("t", "First.", -9)]), (30, [("t", "Last.", -5)])], [("Last.", 2)], "stated twice is listed once"),
        ([(90, [("t", "First.", -9)]), (30, [("t", "Moved.", 60)])], [], "moved, its day is still to come"),
        ([(90, [("t", "First.", 60)]), (30, [("t", "Forward.", -2)])], [("Forward.", 2)], "brought forward and over"),
        (
            [(90, [("t", "First.", -9)]), (30, [("t", "Last.", -5)]), (2, [("t", "Done.", None)])],
            [],
            "a later report in the thread, linked with neither or with the earlier one only",
        ),
        (
            [(90, [("t", "First.", -9)]), (60, [("t", "Done.", None)]), (30, [("t", "Last.", -5)])],
            [("Last.", 2)],
            "a report from before it was stated again says nothing of what was stated then",
        ),
        (
            [(90, [("t", "First.", -9)]), (2, [("u", "Done.", None), ("u", "Other.", 5)])],
            [("First.", 1)],
            "a report in another thread",
        ),
    ],
)
def test_passed_without_progress(
    db: sqlite_utils.Database, issues: Sequence[Issue], expected: list[tuple[str, int]], why: str
) -> None:
    stored(db, issues)
    assert listed(db, "passed_without_progress") == expected, why


def test_days_are_counted_from_today(db: sqlite_utils.Database) -> None:
    stored(db, [(500, [("", "Ahead.", 90), ("", "Too far.", 91), ("", "Today.", 0), ("", "Over.", -400)])])
    ahead = [(row["quote"], row["days_left"]) for row in db.query(SQL["due_soon"], {"days": ""})]
    assert ahead == [("Today.", 0), ("Ahead.", 90)]
    (over,) = db.query(SQL["passed_without_progress"])
    assert (over["days_since"], over["due"]) == (400, (TODAY - timedelta(days=400)).isoformat())


@pytest.mark.parametrize(("name", "days"), [("due_soon", 5), ("passed_without_progress", -5)])
def test_of_two_documents_of_one_day_the_one_with_the_greater_id_is_last(
    db: sqlite_utils.Database, name: str, days: int
) -> None:
    documents = stored(db, [(9, [("t", f"Said in {number}.", days)]) for number in range(6)])
    last = max(documents, key=lambda found: found.document.id)
    assert listed(db, name) == [(last.statements[0].quote, 6)]


@pytest.mark.parametrize("name", ["due_soon", "passed_without_progress"])
def test_a_thread_of_thousands_is_soon_read(db: sqlite_utils.Database, name: str) -> None:
    """Each statement compared with all others of its thread would be four million comparisons: more than a second."""
    days = 5 if name == "due_soon" else -5
    stored(db, [(ago + 9, [("t", f"Said {ago}, {n}.", days) for n in range(100)]) for ago in range(20)])
    start = time.process_time()
    assert listed(db, name) == [("Said 0, 99.", 2_000)]
    assert time.process_time() - start < 0.5

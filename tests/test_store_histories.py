"""The view of threads through the years, held against the same worked out by hand, and fast on many threads."""

import random
import time
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
import sqlite_utils
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractor.records import Analysis, Thread
from extractor.store import writer
from extractor.store.schema import open_database
from tests.store_samples import RUN, analysis, deadline, put_links, statement

Said = tuple[str, date | None]  # "commitment" or a kind of progress, and the deadline stated
Issue = tuple[date | None, str | None, Sequence[Said]]  # published, series, what it says of the thread

START = date(2020, 1, 1)


def day(number: int) -> date:
    return START + timedelta(days=number)


def document(name: str, published: date | None, series: str | None, said: Sequence[Said]) -> Analysis:
    made = []
    for number, (what, due) in enumerate(said):
        fields: dict[str, Any] = {} if what == "commitment" else {"label": "progress", "kind": what}
        when = deadline("by then", None, due) if due else None
        made.append(statement(f"It {what} number {number} of {name}.", deadline=when, **fields))
    precision = "day" if published else None
    return analysis(name, made, published=published, precision=precision, series=series)


def history(db: sqlite_utils.Database, issues: Sequence[Issue]) -> dict[str, Any]:
    """The history of the one thread that all of these documents speak of."""
    run = writer.start_run(db, **RUN)
    documents = [document(f"{number:02}.txt", *issue) for number, issue in enumerate(issues)]
    for found in documents:
        writer.save_analysis(db, found, run)
    ids = [s.id for found in documents for s in found.statements]
    days = [found.document.published for found in documents if found.statements and found.document.published]
    thread = Thread("t", "It", tuple(ids), min(days, default=None), max(days, default=None))
    put_links(db, [], [thread])
    (row,) = db.query("SELECT * FROM thread_histories")
    return dict(row)


PROMISE: Said = ("commitment", None)
NOTHING: tuple[Said, ...] = ()


@pytest.mark.parametrize(
    ("issues", "expected", "why"),
    [
        ([(day(0), None, [PROMISE])], {"versions": 1, "slippage_days": None, "quiet": None}, "said once, in no series"),
        (
            [(day(0), None, [("commitment", day(100))]), (day(9), None, [("commitment", day(192))])],
            {"versions": 2, "slippage_days": 92, "first_deadline": "2020-04-10", "last_deadline": "2020-07-11"},
            "moved later",
        ),
        (
            [(day(0), None, [("commitment", day(100))]), (day(9), None, [("commitment", day(90))])],
            {"slippage_days": -10},
            "brought forward",
        ),
        (
            [(day(0), None, [("commitment", day(100))]), (day(9), None, [PROMISE])],
            {"slippage_days": None, "first_deadline": "2020-04-10"},
            "a date dropped is no date moved",
        ),
        (
            [(day(0), None, [("commitment", day(100)), ("commitment", day(200))])],
            {"slippage_days": None, "first_deadline": "2020-04-10", "last_deadline": "2020-07-19"},
            "two dates in one document are no move",
        ),
        (
            [(None, None, [("commitment", day(100))]), (day(9), None, [("commitment", day(200))])],
            {"slippage_days": None, "versions": 2},
            "nobody knows when the first was stated",
        ),
        (
            [(day(0), None, [("commitment", day(100))]), (day(9), None, [("delayed", day(130))])],
            {"slippage_days": 30, "versions": 1, "latest_progress": "delayed", "latest_progress_day": "2020-01-10"},
            "a delay states the new date",
        ),
        (
            [(day(0), None, [PROMISE]), (day(5), None, [("delivered", None)]), (day(9), None, [("measure", None)])],
            {"latest_progress": "measure", "progress_reports": 2, "delivered": 1, "last_seen": "2020-01-10"},
            "the latest report, though an earlier one says more",
        ),
        (
            [(None, None, [("underway", None)]), (day(0), None, [PROMISE])],
            {"latest_progress": "underway", "latest_progress_day": None, "delivered": 0},
            "a report without a day",
        ),
        (
            [(day(0), "board", [PROMISE]), (day(1), "board", NOTHING), (day(2), "other", NOTHING)],
            {"series": "board", "quiet": 1, "later": 1, "promised": "2020-01-01"},
            "the next of the series is silent",
        ),
        (
            [(day(0), "board", [PROMISE]), (day(1), "board", NOTHING), (day(2), "board", [PROMISE])],
            {"quiet": 0, "later": 2},
            "the latest of the series mentions it",
        ),
        (
            [(day(n), "board", [PROMISE] if n in (1, 3) else NOTHING) for n in range(6)],
            {"quiet": 2, "later": 4},
            "n of m: the last two of the four since it was promised",
        ),
        (
            [(day(0), "board", [PROMISE]), (day(1), "board", NOTHING), (day(2), "plan", [PROMISE])],
            {"quiet": 0, "series": "board", "later": 1},
            "it is not quiet about what another document took up since",
        ),
        (
            [
                *((day(n), "board", [PROMISE] if not n else NOTHING) for n in range(3)),
                *((day(n), "plan", [PROMISE] if not n else NOTHING) for n in range(4)),
            ],
            {"series": "plan", "quiet": 3, "later": 3},
            "of two silent series the longer silence",
        ),
        (
            [(day(0), "board", [("underway", None)]), (day(0), None, [PROMISE]), (day(1), "board", NOTHING)],
            {"series": None, "quiet": None},
            "a series that only reported on it promised nothing",
        ),
    ],
)
def test_history(db: sqlite_utils.Database, issues: Sequence[Issue], expected: dict[str, object], why: str) -> None:
    found = history(db, issues)
    assert {name: found[name] for name in expected} == expected, why


DAYS = st.one_of(st.none(), st.integers(0, 6).map(day))
SAID = st.tuples(st.sampled_from(["commitment", "delivered", "delayed"]), DAYS)
ISSUES = st.lists(
    st.tuples(DAYS, st.sampled_from([None, "a", "b"]), st.lists(SAID, max_size=3)), min_size=1, max_size=6
)


def by_hand(issues: Sequence[Issue]) -> dict[str, object]:
    stated = [(d, due) for d, _, said in issues for _, due in said if d and due]
    days_stated = {d for d, _ in stated}
    promised: dict[str, date] = {}
    for d, series, said in issues:
        if d and series and any(what == "commitment" for what, _ in said):
            promised[series] = min(d, promised.get(series, d))
    last = max((d for d, _, said in issues if d and said), default=None)

    def after(series: str, than: date | None) -> int:
        return sum(1 for d, of, _ in issues if of == series and d and than and d > than)

    silent = sorted((-after(series, last), series) for series in promised)
    return {
        "versions": sum(what == "commitment" for _, _, said in issues for what, _ in said),
        "moves": len(days_stated) > 1,
        "quiet": -silent[0][0] if silent else None,
        "later": after(silent[0][1], promised[silent[0][1]]) if silent else None,
        "delivered": any(what == "delivered" for _, _, said in issues for what, _ in said),
    }


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ISSUES.filter(lambda issues: any(said for _, _, said in issues)))
def test_history_as_worked_out_by_hand(tmp_path_factory: pytest.TempPathFactory, issues: Sequence[Issue]) -> None:
    db = open_database(tmp_path_factory.mktemp("history") / "commitments.db", create=True)
    found = history(db, issues)
    db.close()
    expected = by_hand(issues)
    moves = found["slippage_days"] is not None
    assert {**{name: found[name] for name in expected if name != "moves"}, "moves": moves} == expected


def test_many_threads_are_soon_read(db: sqlite_utils.Database) -> None:
    """Of 100,000 commitments 6,000; the time for all of them is some 1.2 s, for one thread too short to measure."""
    rng = random.Random(3)
    run = writer.start_run(db, **RUN)
    ids: list[str] = []
    for number in range(60):
        said = [("commitment", day(rng.randrange(900))) for _ in range(100)]
        found = document(f"{number:03}.txt", day(number), f"series {number % 5}", said)
        writer.save_analysis(db, found, run)
        ids += [s.id for s in found.statements]
    rng.shuffle(ids)
    threads = [Thread(f"t{n}", "It", tuple(ids[n : n + 2]), day(0), day(99)) for n in range(0, len(ids), 2)]
    put_links(db, [], threads)
    start = time.process_time()
    assert len(db.execute("SELECT * FROM thread_histories").fetchall()) == 3_000
    assert time.process_time() - start < 2
    start = time.process_time()
    assert len(db.execute("SELECT * FROM thread_histories WHERE thread_id = 't8'").fetchall()) == 1
    assert time.process_time() - start < 0.1

"""Facts kept beside commitments and threads for lists: set when links are made, and never left behind by a change."""

from datetime import date
from typing import Any

import pytest
import sqlite_utils

from extractor.records import Analysis, Link, Reason, Relation, Thread
from extractor.store import facts, removal, writer
from tests.store_samples import RUN, analysis, deadline, put_links, statement

NEWS: dict[str, Any] = {"label": "progress", "kind": "delivered"}


def made(name: str, quote: str, day: date | None, due: date | None = None, **more: Any) -> Analysis:
    when = deadline("by then", None, due) if due else None
    precision = "day" if day else None
    return analysis(name, [statement(quote, deadline=when, **more)], published=day, precision=precision, series="plan")


def link(earlier: Analysis, later: Analysis, relation: Relation) -> Link:
    return Link(earlier.statements[0].id, later.statements[0].id, relation, 0.9, (Reason("r", 1.0, "why"),), ())


def facts_of(db: sqlite_utils.Database, found: Analysis) -> tuple[Any, ...]:
    row = db.execute(
        "SELECT published, progress_from, stated_again, due, measured FROM commitments WHERE id = ?",
        [found.statements[0].id],
    ).fetchone()
    return tuple(row)


@pytest.fixture
def stored(db: sqlite_utils.Database) -> list[Analysis]:
    """Promised in 2020, again in 2022 with a later date, reported on in 2023; one document of no day says it, too."""
    found = [
        made("a", "We will do it by then.", date(2020, 1, 1), date(2021, 1, 1)),
        made("b", "We will yet do it by then.", date(2022, 1, 1), date(2021, 1, 31)),
        made("c", "It is done.", date(2023, 1, 1), **NEWS),
        made("d", "Some day we will do it.", None),
    ]
    run = writer.start_run(db, **RUN)
    for each in found:
        writer.save_analysis(db, each, run)
    relink(db, found)
    return found


def relink(db: sqlite_utils.Database, found: list[Analysis]) -> None:
    links = [link(found[0], found[1], "revises"), link(found[0], found[2], "progresses")]
    ids = tuple(each.statements[0].id for each in found)
    put_links(db, links, [Thread("t", "It", ids, date(2020, 1, 1), date(2023, 1, 1))])


def test_what_links_tell_is_kept(db: sqlite_utils.Database, stored: list[Analysis]) -> None:
    first, again, _, undated = stored
    assert facts_of(db, first) == ("2020-01-01", "2023-01-01", "2022-01-01", "2021-01-01", 0)
    assert facts_of(db, again) == ("2022-01-01", None, None, "2021-01-31", 0)
    # of no day: whatever has one is newer
    assert facts_of(db, undated) == (None, None, "2020-01-01", None, 0)
    kept = db.execute("SELECT moved_days, quiet, quiet_of, commitments FROM threads").fetchall()
    assert kept == [(30, 0, 2, 3)]
    assert kept == db.execute("SELECT slippage_days, quiet, later, versions FROM thread_histories").fetchall()


MARKS = "SELECT since, until, moved, quiet_from, delivered, commitments FROM thread_marks ORDER BY since"


def test_from_when_until_when_a_thread_had_a_mark(db: sqlite_utils.Database, stored: list[Analysis]) -> None:
    """Its series passes it over in 2021 and in 2024; what is said of it on the day itself is no silence."""
    moved = [
        ("2022-01-01", "2023-01-01", 1, None, 0, 2),
        ("2023-01-01", "9999-12-31", 1, None, 1, 2),
    ]
    assert db.execute(MARKS).fetchall() == moved
    run = writer.start_run(db, **RUN)
    for name, day in (("e", date(2021, 5, 5)), ("f", date(2024, 2, 2)), ("g", date(2025, 2, 2))):
        writer.save_analysis(db, made(name, f"Of {name} alone.", day), run)
    relink(db, stored)
    assert db.execute(MARKS).fetchall() == [
        ("2020-01-01", "2022-01-01", 0, "2021-05-05", 0, 1),
        moved[0],
        ("2023-01-01", "9999-12-31", 1, "2024-02-02", 1, 2),
    ]
    removal.remove_document(db, stored[1].document.id)
    assert db.execute(MARKS).fetchall() == []


def test_a_report_of_no_day_counts_now_and_on_no_past_day(db: sqlite_utils.Database) -> None:
    promise, report = made("a", "We will do it by then.", date(2020, 1, 1)), made("c", "It is done.", None, **NEWS)
    run = writer.start_run(db, **RUN)
    for each in (promise, report):
        writer.save_analysis(db, each, run)
    put_links(db, [link(promise, report, "progresses")], [])
    assert facts_of(db, promise)[1] == "9999-12-31"


def test_a_corrected_day_or_deadline_is_followed(db: sqlite_utils.Database, stored: list[Analysis]) -> None:
    db.execute("UPDATE documents SET published = '2019-05-05' WHERE id = ?", [stored[0].document.id])
    db.execute(
        "UPDATE commitments SET deadline_end = NULL, deadline_start = '2021-04-01' WHERE id = ?",
        [stored[0].statements[0].id],
    )
    assert facts_of(db, stored[0])[0] == "2019-05-05"
    assert facts_of(db, stored[0])[3] == "2021-04-01"


def test_figures_that_come_and_go_are_followed(db: sqlite_utils.Database, stored: list[Analysis]) -> None:
    id = stored[0].statements[0].id
    row = {"statement_id": id, "is_all": 1, "unit": "nurses", "text": "all nurses", "start": 0, "end": 10}
    db["metrics"].insert_all([row, row])
    assert facts_of(db, stored[0])[4] == 1
    db.execute("DELETE FROM metrics WHERE id = (SELECT min(id) FROM metrics)")
    assert facts_of(db, stored[0])[4] == 1
    db.execute("DELETE FROM metrics")
    assert facts_of(db, stored[0])[4] == 0


def test_what_a_person_rejected_tells_nothing(db: sqlite_utils.Database, stored: list[Analysis]) -> None:
    first, again, report, _ = stored
    for table, found in (("commitments", again), ("progress", report)):
        db.execute(f"UPDATE {table} SET review = 'rejected' WHERE id = ?", [found.statements[0].id])
    with db.atomic():
        facts.renew(db)
    assert facts_of(db, first)[1:3] == (None, None)
    assert db.execute("SELECT moved_days FROM threads").fetchall() == [(None,)]


@pytest.mark.parametrize(("gone", "reported"), [(1, "2023-01-01"), (2, None)])
def test_a_document_removed_takes_with_it_what_it_told(
    db: sqlite_utils.Database, stored: list[Analysis], gone: int, reported: str | None
) -> None:
    """Its thread goes with it until linking makes it anew: then every commitment stands for itself."""
    removal.remove_document(db, stored[gone].document.id)
    assert facts_of(db, stored[0])[1:3] == (reported, None)


def test_another_version_of_a_document_tells_nothing_until_it_is_linked(
    db: sqlite_utils.Database, stored: list[Analysis]
) -> None:
    run = writer.start_run(db, **RUN)
    writer.save_analysis(db, stored[2], run)
    assert facts_of(db, stored[0])[1:3] == (None, None)
    relink(db, stored)
    assert facts_of(db, stored[0])[1:3] == ("2023-01-01", "2022-01-01")

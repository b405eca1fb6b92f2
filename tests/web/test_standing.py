"""States, marks and days of the past in lists, held against the same worked out by hand from the rows themselves."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from extractor.store import facts, schema
from extractor.web import across, queries, words
from extractor.web.queries import Search
from extractor.web.queries import statements as listing
from tests.bench import pledges

NOW = ""
# before the first document, on days between, and on the day of reading
DAYS = ("2003-01-01", "2011-06-30", "2019-02-28", "2026-01-01", NOW)
EVERYTHING = 10_000


@dataclass(frozen=True)
class Said:
    """A statement: what it is, when it was published (None: nobody knows), in which series, when it is due."""

    id: str
    thread: str
    published: str | None
    series: str | None
    first: str | None
    last: str | None
    place: tuple[str, int, str]


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path: Path = tmp_path_factory.mktemp("standing") / "invented.db"
    pledges.write(path, 500)
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    # one in twenty was rejected by a person, and one report in ten
    for table, share in (("commitments", 20), ("progress", 10)):
        connection.execute(f"update {table} set review = 'rejected' where rowid % {share} = 3")
    connection.commit()
    database = schema.open_database(path, create=False)
    with database.atomic():
        facts.renew(database)
    database.close()
    yield connection
    connection.close()


def said(connection: sqlite3.Connection, table: str, day: str) -> list[Said]:
    """The statements of a table that nobody rejected and that were known on a day."""
    rows = connection.execute(
        f"""select s.id, s.thread_id, d.published, d.series, s.deadline_start, s.deadline_end, s.document_id, s.start
            from {table} s join documents d on d.id = s.document_id where s.review is not 'rejected'"""
    )
    found = [
        Said(id, thread, published, series, first, last, (document, start, id))
        for id, thread, published, series, first, last, document, start in map(tuple, rows)
    ]
    return [one for one in found if not day or (one.published and one.published <= day)]


def states(connection: sqlite3.Connection, day: str) -> dict[str, str]:
    """The state of every commitment on a day, by its id."""
    reports = {one.id for one in said(connection, "progress", day)}
    links = connection.execute("select earlier_id, later_id from links where relation = 'progresses'")
    reported = {earlier for earlier, later in links if later in reports}
    today = day or queries.today()
    soon = (date.fromisoformat(today) + timedelta(days=90)).isoformat()
    found = {}
    for one in said(connection, "commitments", day):
        due = one.last or one.first
        if one.id in reported:
            found[one.id] = "progress reported"
        elif due is None:
            found[one.id] = "no date"
        elif due < today:
            found[one.id] = "deadline passed" if one.last else "start date passed"
        else:
            found[one.id] = "due in 90 days" if due <= soon else "dated"
    return found


def marks(connection: sqlite3.Connection, day: str) -> dict[str, tuple[int | None, int | None, int | None]]:
    """Of each thread by a day: how many days its deadline had moved, how many of how many documents passed it by."""
    promised, reports = said(connection, "commitments", day), said(connection, "progress", day)
    threads = defaultdict(list)
    for one in (*promised, *reports):
        threads[one.thread].append(one)
    issues = defaultdict(list)
    for series, published in connection.execute("select series, published from documents where published is not null"):
        if not day or published <= day:
            issues[series].append(published)
    last_seen = {}
    if day:
        last_seen = {thread: max(one.published for one in ones if one.published) for thread, ones in threads.items()}
    else:  # as linking stored it, statements that were rejected since among them
        last_seen = dict(connection.execute("select id, last_seen from threads"))
    found: dict[str, tuple[int | None, int | None, int | None]] = {}
    for thread, ones in threads.items():
        dated = sorted((one.published, *one.place, one.last) for one in ones if one.published and one.last)
        moved = None
        if dated and dated[0][0] < dated[-1][0]:
            moved = (date.fromisoformat(dated[-1][-1]) - date.fromisoformat(dated[0][-1])).days
        silent = []
        for series in {one.series for one in promised if one.thread == thread and one.series and one.published}:
            first = min(
                one.published for one in promised if one.thread == thread and one.series == series and one.published
            )
            quiet = sum(issue > last_seen[thread] for issue in issues[series])
            silent.append((-quiet, series, quiet, sum(issue > first for issue in issues[series])))
        found[thread] = (moved, *(min(silent)[2:] if silent else (None, None)))
    return found


def listed(connection: sqlite3.Connection, search: Search) -> list[sqlite3.Row]:
    found = queries.find_pledges(connection, search, limit=EVERYTHING, offset=0)
    assert queries.count_pledges(connection, search) == len(found)
    threads = {row["thread_id"] for row in found}
    assert queries.count_found(connection, search) == (len(found), len(threads))
    return found


@pytest.mark.parametrize("day", DAYS)
def test_a_list_and_its_filters_tell_the_state_of_the_day(connection: sqlite3.Connection, day: str) -> None:
    expected = states(connection, day)
    assert {row["id"]: row["state"] for row in listed(connection, Search(as_of=day))} == expected
    for name in words.STATES:
        found = {row["id"] for row in listed(connection, Search(as_of=day, state=name))}
        assert found == {id for id, state in expected.items() if state == name}, name
    counted = {row["state"]: row["total"] for row in queries.count_states(connection, Search(as_of=day))}
    assert {name: counted.get(name, 0) for name in words.STATES} == {
        name: list(expected.values()).count(name) for name in words.STATES
    }
    assert day == "2003-01-01" or len(set(expected.values())) > 3


@pytest.mark.parametrize("day", DAYS)
def test_a_list_and_its_filters_tell_the_marks_of_the_day(connection: sqlite3.Connection, day: str) -> None:
    expected = marks(connection, day)
    rows = listed(connection, Search(as_of=day))
    for row in rows:
        assert (row["moved_days"], row["quiet"], row["quiet_of"]) == expected[row["thread_id"]], dict(row)
    owner = next((row["owner_id"] for row in rows if row["owner_id"]), "nobody")
    for mark, place in (("moved", 0), ("gone quiet", 1)):
        marked = {row["id"] for row in rows if expected[row["thread_id"]][place]}
        assert {row["id"] for row in listed(connection, Search(as_of=day, state=mark))} == marked, mark
        its = {row["id"] for row in listed(connection, Search(as_of=day, state=mark, owner=owner))}
        assert its == {row["id"] for row in rows if row["id"] in marked and row["owner_id"] == owner}, mark
    assert not rows or any(row["moved_days"] for row in rows)


def test_the_marks_of_many_days(connection: sqlite3.Connection) -> None:
    """Once for every season: those counted, those listed, and each with the numbers that the mark stands for."""
    first = date(2004, 1, 1)
    for day in ((first + timedelta(days=97 * n)).isoformat() for n in range(80)):
        expected = marks(connection, day)
        known = {one.thread for one in said(connection, "commitments", day)}
        for mark, place in (("moved", 0), ("gone quiet", 1)):
            search = Search(as_of=day, state=mark)
            rows = queries.find_pledges(connection, search, limit=EVERYTHING, offset=0)
            marked = {thread for thread in known if expected[thread][place]}
            assert {row["thread_id"] for row in rows} == marked, (day, mark)
            assert queries.count_found(connection, search) == (len(rows), len(marked)), (day, mark)
            assert queries.count_pledges(connection, replace(search, each="latest")) == len(marked), (day, mark)
            themed = replace(search, theme="pay")
            assert queries.count_pledges(connection, themed) == len(
                queries.find_pledges(connection, themed, limit=EVERYTHING, offset=0)
            ), (day, mark)


@pytest.mark.parametrize("search", [Search(strength="aim"), Search(theme="pay"), Search(state="moved")])
def test_beyond_a_number_of_pledges_only_that_there_are_more(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, search: Search
) -> None:
    statements, pledges = queries.count_found(connection, search)
    monkeypatch.setattr(listing, "MOST_PLEDGES", 7)
    assert queries.count_found.__wrapped__(connection, search) == (statements, 8)  # type: ignore[attr-defined]
    monkeypatch.setattr(listing, "MOST_PLEDGES", pledges)
    assert queries.count_found.__wrapped__(connection, search) == (statements, pledges)  # type: ignore[attr-defined]


@pytest.mark.parametrize("day", DAYS)
def test_each_pledge_once_is_its_last_statement(connection: sqlite3.Connection, day: str) -> None:
    last: dict[str, Said] = {}
    for one in sorted(said(connection, "commitments", day), key=lambda one: (one.published or "", one.place)):
        last[one.thread] = one
    found = listed(connection, Search(as_of=day, each="latest"))
    assert sorted(row["id"] for row in found) == sorted(one.id for one in last.values())
    assert queries.counts(connection, day)["pledges"] == len(found)


@pytest.mark.parametrize("search", [Search(), Search(state="deadline passed"), Search(theme="pay", as_of="2015-01-01")])
def test_by_deadline_is_in_order_and_its_pages_are_one_list(connection: sqlite3.Connection, search: Search) -> None:
    search = replace(search, order="due")
    whole = listed(connection, search)
    dates = [row["deadline_end"] or row["deadline_start"] or "9999" for row in whole]
    assert dates == sorted(dates)
    paged = [
        row["id"]
        for offset in range(0, len(whole), 7)
        for row in queries.find_pledges(connection, search, limit=7, offset=offset)
    ]
    assert paged == [row["id"] for row in whole]


@pytest.mark.parametrize("day", DAYS)
def test_the_quiet_page_lists_what_has_the_mark(connection: sqlite3.Connection, day: str) -> None:
    search = Search(as_of=day)
    expected = marks(connection, day)
    found = across.quiet_threads(connection, search, limit=EVERYTHING, offset=0)
    assert across.count_quiet(connection, search) == len(found)
    known = {row["thread_id"] for row in listed(connection, search)}
    assert set(found) & known == {thread for thread, (_, quiet, _) in expected.items() if quiet} & known
    for row in across.histories(connection, [thread for thread in found if thread in known][:20], search):
        assert (row["quiet"], row["later"]) == expected[row["thread_id"]][1:]
    silent = [row["last_seen"] for row in across.histories(connection, found, search) if not row["delivered"]]
    assert silent == sorted(silent)


def test_what_is_unclear_is_counted_in_one_go(connection: sqlite3.Connection) -> None:
    measured = {row[0] for row in connection.execute("select statement_id from metrics")}
    rows = listed(connection, Search())
    totals = dict(queries.count_unclear(connection, Search()))
    lacking: dict[str, Any] = {
        "date": [row for row in rows if not row["deadline_text"]],
        "measure": [row for row in rows if row["id"] not in measured],
        "owner": [row for row in rows if row["owner_id"] is None],
    }
    assert totals == {
        "found": len(rows),
        "any": len({row["id"] for some in lacking.values() for row in some}),
        **{what: len(some) for what, some in lacking.items()},
    }
    for what, some in lacking.items():
        found = queries.unclear(connection, Search(), what, limit=EVERYTHING, offset=0)
        assert {row["id"] for row in found} == {row["id"] for row in some}

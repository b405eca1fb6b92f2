"""Read-only SQL for the lists of commitments: what a search finds, what falls due, what is unclear."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from extractor.store.pledges import state
from extractor.web.queries.kept import kept
from extractor.web.queries.marks import THREADS, THREADS_THEN, moved_then, quiet_then
from extractor.web.queries.search import (
    BY_DEADLINE,
    MISSING,
    NEWEST,
    WITHIN_DAY,
    Search,
    conditions,
)

# Up to here the pledges that a search finds are counted; beyond, a reader is told that there are more.
MOST_PLEDGES = 5_000
_ANY_MISSING = " or ".join(MISSING.values())
_STATE = state(":today", ":known")
_THREADS_SHOWN = "select c.thread_id from json_each(:keys) k join commitments c on c.id = k.value"
_MARKS = "left join threads t on t.id = c.thread_id"
_MARKS_THEN = (
    f"left join ({moved_then(_THREADS_SHOWN)}) m on m.thread_id = c.thread_id "
    f"left join ({quiet_then(_THREADS_SHOWN)}) q on q.thread_id = c.thread_id"
)


@kept
def count_pledges(connection: sqlite3.Connection, search: Search) -> int:
    """How many commitments a search finds."""
    if _mark_alone(search):
        statements, pledges = _count_marked(connection, search)
        return pledges if search.each == "latest" else statements
    condition, given = conditions(search)
    return _count(connection, condition, given)


@kept
def count_found(connection: sqlite3.Connection, search: Search) -> tuple[int, int]:
    """How many commitments a search finds, and how many pledges (threads) these state: one that is stated again counts
    once. Where there are more than MOST_PLEDGES, one more than these.
    """
    if _mark_alone(search) and search.each != "latest":
        statements, pledges = _count_marked(connection, search)
        return statements, min(pledges, MOST_PLEDGES + 1)
    condition, given = conditions(search)
    if search.theme or search.words:
        # what takes long is to find them, which is done once; those of a theme in an index with all that is asked of it
        index = "" if replace(search, theme="") else "indexed by commitments_by_id"
        counted = f"select count(*), count(distinct coalesce(c.thread_id, c.id)) from commitments c {index}"
        statements, pledges = connection.execute(f"{counted} where {condition}", given).fetchone()
        return statements, min(pledges, MOST_PLEDGES + 1)
    # it ends where there are enough: to tell a hundred thousand texts from each other takes longer than all else
    counted = f"""select count(*) from (
        select distinct coalesce(c.thread_id, c.id) from commitments c where {condition} limit :most)"""
    pledges = connection.execute(counted, {**given, "most": MOST_PLEDGES + 1}).fetchone()[0]
    return count_pledges(connection, search), int(pledges)


def _mark_alone(search: Search) -> bool:
    """Whether a mark is all that a search asks for: then threads are counted, which are fewer."""
    return search.state in THREADS and not replace(search, state="")


def _count_marked(connection: sqlite3.Connection, search: Search) -> tuple[int, int]:
    """How many commitments and how many pledges have the mark of a search that asks for nothing else."""
    threads = (THREADS_THEN if search.as_of else THREADS)[search.state]
    counted = f"select coalesce(sum(commitments), 0), coalesce(sum(commitments > 0), 0) from ({threads})"
    statements, pledges = connection.execute(counted, {"known": search.known}).fetchone()
    return statements, pledges


def find_pledges(connection: sqlite3.Connection, search: Search, *, limit: int, offset: int) -> list[sqlite3.Row]:
    """One page of the commitments that a search finds: best match first where words are given, else newest first.

    Where nothing is searched for, those to be checked come after all others.
    """
    condition, given = conditions(search, few=True)
    page: dict[str, str | int] = {**given, "limit": limit, "offset": offset}
    if search.order == "due":
        return _chosen(connection, search, _by_deadline(condition, search), page)
    if not search and not search.order:
        return _chosen(connection, search, _sure_first(condition), page)
    if not (search.words and given["words"]) or search.order:
        return _chosen(connection, search, f"select c.id from commitments c where {condition} order by {NEWEST}", page)
    if search == Search(words=search.words):
        # nothing but the index of words is read for those that are not shown
        return listed(connection, search, _ids(connection, _BEST_MATCHES, page))
    keys = f"""select c.id from commitments_fts join commitments c on c.search_key = commitments_fts.rowid
        where commitments_fts match :words and {condition}
        order by commitments_fts.rank, c.sure desc, c.document_id, c.start"""
    return _chosen(connection, search, keys, page)


_BEST_MATCHES = """
    select c.id from (
        select rowid as found, rank as score from commitments_fts where commitments_fts match :words
           and rowid not in (select search_key from commitments where review = 'rejected')
        order by rank, rowid limit :limit offset :offset
    ) f join commitments c on c.search_key = f.found order by f.score, f.found"""


def _sure_first(condition: str) -> str:
    """What is to be checked after all else, each newest first."""
    return _stretches(
        f"select c.id from commitments c where c.sure = {sure} and {condition} order by {NEWEST}" for sure in (1, 0)
    )


def _by_deadline(condition: str, search: Search) -> str:
    """What is due next first, what has no date last."""
    if search.owner:
        # few enough to be put in order
        return f"select c.id from commitments c where {condition} order by c.due is null, {BY_DEADLINE}"
    return _stretches(
        f"select c.id from commitments c where c.due is {what} and {condition} order by {BY_DEADLINE}"
        for what in ("not null", "null")
    )


def _stretches(keys: Iterable[str]) -> str:
    """One query after the other: stretches of an index, which need not be put in order."""
    # the limit keeps the inner orders from being left out
    return " union all ".join(f"select id from ({each} limit -1)" for each in keys)


def _count(connection: sqlite3.Connection, condition: str, given: Mapping[str, str]) -> int:
    return int(connection.execute(f"select count(*) from commitments c where {condition}", given).fetchone()[0])


def _chosen(
    connection: sqlite3.Connection, search: Search, keys: str, given: Mapping[str, str | int]
) -> list[sqlite3.Row]:
    """The commitments of one page: the keys are sorted first, so that only these few have their state worked out."""
    return listed(connection, search, _ids(connection, f"{keys} limit :limit offset :offset", given))


def _ids(connection: sqlite3.Connection, keys: str, given: Mapping[str, str | int]) -> list[str]:
    return [row["id"] for row in connection.execute(keys, given)]


def listed(connection: sqlite3.Connection, search: Search, ids: Sequence[str]) -> list[sqlite3.Row]:
    """These commitments as lists show them, in the order given: state and marks as of the day of a search."""
    moved, quiet = ("m.moved_days", "q.quiet, q.quiet_of") if search.as_of else ("t.moved_days", "t.quiet, t.quiet_of")
    return connection.execute(
        f"""select c.id, c.quote, c.owner_id, o.name as owner, c.owner_explicit, c.strength, {_STATE} as state,
               {moved}, {quiet}, c.deadline_text, c.deadline_start, c.deadline_end, c.deadline_year, c.page,
               c.confidence, c.sure, c.voice, c.speaker, c.negated, c.review, c.delivery, c.thread_id, c.document_id,
               coalesce(d.title, d.name) as document, d.publisher, d.published, d.precision, d.kind
            from json_each(:keys) k join commitments c on c.id = k.value join documents d on d.id = c.document_id
            left join owners o on o.id = c.owner_id {_MARKS_THEN if search.as_of else _MARKS} order by k.key""",
        {"keys": json.dumps(list(ids)), "today": search.today, "known": search.known},
    ).fetchall()


def due_next(connection: sqlite3.Connection, search: Search, *, limit: int) -> list[sqlite3.Row]:
    """The commitments that a search finds whose last day comes next."""
    condition, given = conditions(search)
    keys = f"""select c.id from commitments c
        where c.due >= :today and c.deadline_end is not null and {condition} order by {BY_DEADLINE}"""
    return _chosen(connection, search, keys, {**given, "limit": limit, "offset": 0})


@kept
def deadline_years(connection: sqlite3.Connection, search: Search) -> list[sqlite3.Row]:
    """Each financial year in which something is due, latest first, with how much is due and how much still ahead.

    Of what `search` finds, but in every year.
    """
    condition, given = conditions(replace(search, year=""))
    return connection.execute(
        f"""select c.deadline_year as year, count(*) as total, sum(c.due >= :today) as ahead
            from commitments c where c.deadline_year is not null and c.due is not null and {condition}
            group by c.deadline_year order by c.deadline_year desc""",
        given,
    ).fetchall()


@kept
def count_due(connection: sqlite3.Connection, search: Search, *, passed: bool) -> int:
    """How many commitments a search finds that are due in its year, or (where it has none) from or before today."""
    condition, given = _due_condition(search, passed)
    return _count(connection, condition, given)


def due(connection: sqlite3.Connection, search: Search, *, passed: bool, limit: int, offset: int) -> list[sqlite3.Row]:
    """One page of what `count_due` counts: soonest first, what has passed latest first."""
    condition, given = _due_condition(search, passed)
    order = f"c.due desc, {WITHIN_DAY}" if passed and not search.year else BY_DEADLINE
    keys = f"select c.id from commitments c where {condition} order by {order}"
    return _chosen(connection, search, keys, {**given, "limit": limit, "offset": offset})


def _due_condition(search: Search, passed: bool) -> tuple[str, dict[str, str]]:
    condition, given = conditions(search)
    if search.year:
        return condition, given
    # what holds from a day on is not over when that day has come
    day = "c.due < :today and c.deadline_end is not null" if passed else "c.due >= :today"
    return f"{day} and {condition}", given


@kept
def count_unclear(connection: sqlite3.Connection, search: Search) -> sqlite3.Row:
    """How many commitments a search finds (`found`), how many of them lack each of MISSING, how many any of these."""
    condition, given = conditions(search)
    lacking = ", ".join(f'count(*) filter (where {lacking}) as "{what}"' for what, lacking in MISSING.items())
    row: sqlite3.Row = connection.execute(
        f"""select count(*) as found, count(*) filter (where {_ANY_MISSING}) as "any", {lacking}
            from commitments c where {condition}""",
        given,
    ).fetchone()
    return row


def unclear(
    connection: sqlite3.Connection, search: Search, missing: str, *, limit: int, offset: int
) -> list[sqlite3.Row]:
    """One page of what a search finds that lacks a "date", a "measure", an "owner" or "any" of these, newest first."""
    condition, given = conditions(search)
    # the sign keeps the planner to the index in this order
    wanted = f"+({MISSING.get(missing, _ANY_MISSING)}) and {condition}"
    keys = f"select c.id from commitments c where {wanted} order by {NEWEST}"
    return _chosen(connection, search, keys, {**given, "limit": limit, "offset": offset})


@kept
def count_states(connection: sqlite3.Connection, search: Search) -> Sequence[sqlite3.Row]:
    """How many of the commitments that a search finds are in each state, and how many have each mark."""
    condition, given = conditions(replace(search, state=""))
    totals = connection.execute(
        f"select {_STATE} as state, count(*) as total from commitments c where {condition} group by 1", given
    ).fetchall()
    asked = {mark: conditions(replace(search, state=mark))[0] for mark in ("moved", "gone quiet")}
    marks = " union all ".join(
        f"select '{mark}' as state, count(*) as total from commitments c where {wanted}"
        for mark, wanted in asked.items()
    )
    return [*totals, *connection.execute(marks, given)]

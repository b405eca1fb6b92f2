"""Read-only SQL that looks across documents: threads, the series they run through, the owners that share them."""

import json
import sqlite3
from collections.abc import Sequence


def series_days(connection: sqlite3.Connection) -> list[sqlite3.Row]:
    """The days of publication in each series of documents, in order."""
    return connection.execute(
        """select series, published from documents where series is not null and published is not null
           order by series, published"""
    ).fetchall()


def threads_in_series(connection: sqlite3.Connection) -> list[sqlite3.Row]:
    """Each thread last seen before the latest document of a series that promised it, with each such series.

    A row is: the thread's id, the series, the day when that series first promised it, the day when the thread was last
    seen in any document, and whether a report of progress says that it was delivered.
    """
    return connection.execute(
        """with latest as (
              select series, max(published) as day from documents where series is not null group by series
           ),
           part as materialized (
              select d.id, d.series, d.published, l.day from documents d join latest l on l.series = d.series
              where d.published is not null
           )
           select t.id, p.series, min(p.published) as promised, t.last_seen,
              t.id in (select thread_id from progress where kind = 'delivered' and thread_id is not null) as delivered
           from commitments c join part p on p.id = c.document_id join threads t on t.id = c.thread_id
           where t.last_seen < p.day group by t.id, p.series"""
    ).fetchall()


def threads(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, sqlite3.Row]:
    """These threads by id."""
    rows = connection.execute(
        "select * from threads where id in (select value from json_each(?))", [json.dumps(list(ids))]
    )
    return {row["id"]: row for row in rows}


def connected_owners(connection: sqlite3.Connection) -> list[sqlite3.Row]:
    """Each owner that stands in a thread with another, with the number of such threads, most first."""
    return connection.execute(
        """with named as materialized (
              select thread_id, owner_id from commitments where thread_id is not null and owner_id is not null
              union
              select thread_id, owner_id from progress where thread_id is not null and owner_id is not null
           )
           select owner_id as id, count(*) as threads from named
           where thread_id in (select thread_id from named group by thread_id having count(*) > 1)
           group by owner_id order by threads desc, owner_id"""
    ).fetchall()


def owners_by_thread(connection: sqlite3.Connection, owners: Sequence[str]) -> list[sqlite3.Row]:
    """Every pair of these owners (`a` before `b` by id) with statements in the same threads, most threads first.

    Gives the number of these threads, and one of them: that with most statements.
    """
    return connection.execute(
        """with chosen as (select value as id from json_each(?)),
           named as materialized (
              select thread_id, owner_id from commitments where thread_id is not null and owner_id in chosen
              union
              select thread_id, owner_id from progress where thread_id is not null and owner_id in chosen
           )
           select a.owner_id as a, b.owner_id as b, count(*) as threads, max(t.statements) as longest,
              t.id as thread_id, t.title as thread
           from named a join named b on a.thread_id = b.thread_id and a.owner_id < b.owner_id
           join threads t on t.id = a.thread_id
           group by a.owner_id, b.owner_id order by threads desc, a.owner_id, b.owner_id""",
        [json.dumps(list(owners))],
    ).fetchall()


def owners_by_document(connection: sqlite3.Connection, owners: Sequence[str]) -> dict[tuple[str, str], int]:
    """In how many documents each pair of these owners (in order of their ids) has commitments."""
    rows = connection.execute(
        """with named as (
              select distinct document_id, owner_id from commitments
              where owner_id in (select value from json_each(?))
           )
           select a.owner_id as a, b.owner_id as b, count(*) as total
           from named a join named b on a.document_id = b.document_id and a.owner_id < b.owner_id
           group by a.owner_id, b.owner_id""",
        [json.dumps(list(owners))],
    )
    return {(row["a"], row["b"]): row["total"] for row in rows}


def owner_totals(connection: sqlite3.Connection, owners: Sequence[str]) -> list[sqlite3.Row]:
    """These owners with their names and how many commitments each has."""
    return connection.execute(
        """select o.id, o.name, (select count(*) from commitments c where c.owner_id = o.id) as commitments
           from owners o where o.id in (select value from json_each(?)) order by o.id""",
        [json.dumps(list(owners))],
    ).fetchall()

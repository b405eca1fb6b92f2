"""Read-only SQL that looks across documents: threads, the series they run through, the owners that share them."""

import json
import sqlite3
from collections.abc import Sequence

from extractor.web.queries.kept import kept
from extractor.web.queries.marks import THREADS, THREADS_THEN, quiet_then
from extractor.web.queries.search import Search


@kept
def count_quiet(connection: sqlite3.Connection, search: Search) -> int:
    """How many threads had gone quiet by the day of a search."""
    threads = (THREADS_THEN if search.as_of else THREADS)["gone quiet"]
    return int(connection.execute(f"select count(*) from ({threads})", {"known": search.known}).fetchone()[0])


def quiet_threads(connection: sqlite3.Connection, search: Search, *, limit: int, offset: int) -> Sequence[str]:
    """The ids of the threads that `count_quiet` counts: those without delivery first, longest silent first."""
    if not search.as_of:
        return _quiet_now(connection)[offset : offset + limit]
    rows = connection.execute(
        """select thread_id from thread_marks where quiet_from <= :known and until > :known
           order by delivered, since, thread_id limit :limit offset :offset""",
        {"known": search.known, "limit": limit, "offset": offset},
    )
    return [row["thread_id"] for row in rows]


@kept
def _quiet_now(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute(
        """select id from threads where quiet > 0 order by id in (
              select thread_id from progress where kind = 'delivered' and review is not 'rejected'
           ), last_seen, id"""
    )
    return [row["id"] for row in rows]


def histories(connection: sqlite3.Connection, threads: Sequence[str], search: Search) -> list[sqlite3.Row]:
    """These threads through the years up to the day of a search, in the order given."""
    given = {"threads": json.dumps(list(threads)), "known": search.known}
    if not search.as_of:
        return connection.execute(
            "select h.* from json_each(:threads) k join thread_histories h on h.thread_id = k.value order by k.key",
            given,
        ).fetchall()
    return connection.execute(
        f"""select t.id as thread_id, t.title, x.last_seen, x.series, x.promised, x.quiet, x.quiet_of as later,
              count(*) as statements, count(distinct s.document_id) as documents,
              max(g.kind is 'delivered' and g.review is not 'rejected') as delivered
            from json_each(:threads) k join threads t on t.id = k.value
            join ({quiet_then("select value from json_each(:threads)")}) x on x.thread_id = t.id
            join statements s on s.thread_id = t.id
            join documents d on d.id = s.document_id and d.published <= :known
            left join progress g on g.id = s.id
            group by t.id order by k.key""",
        given,
    ).fetchall()


@kept
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
    """These owners with their names and how many pledges each has; one that is stated again counts once."""
    return connection.execute(
        """select o.id, o.name,
              (select count(distinct coalesce(c.thread_id, c.id)) from commitments c where c.owner_id = o.id) as pledges
           from owners o where o.id in (select value from json_each(?)) order by o.id""",
        [json.dumps(list(owners))],
    ).fetchall()

"""Read-only SQL that looks across documents: threads, the series they run through, the owners that share them."""

import json
import sqlite3
from collections.abc import Sequence


def quiet_threads(connection: sqlite3.Connection) -> list[str]:
    """The ids of the threads gone quiet, as `thread_histories` says: those without delivery first, then by how many
    documents pass over them, oldest first.
    """
    rows = connection.execute(
        "select thread_id from thread_histories where quiet > 0 order by delivered, quiet desc, last_seen, thread_id"
    )
    return [row["thread_id"] for row in rows]


def histories(connection: sqlite3.Connection, threads: Sequence[str]) -> list[sqlite3.Row]:
    """These threads through the years, in the order given."""
    return connection.execute(
        "select h.* from json_each(?) k join thread_histories h on h.thread_id = k.value order by k.key",
        [json.dumps(list(threads))],
    ).fetchall()


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

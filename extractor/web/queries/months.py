"""Read-only SQL for the calendar: what is due on each day of a month."""

import sqlite3

from extractor.web.queries.search import Search, conditions
from extractor.web.queries.statements import listed

_ORDER = "c.due, c.sure desc, c.document_id, c.start"


def count_between(connection: sqlite3.Connection, search: Search, first: str, last: str) -> int:
    """How many commitments that a search finds are due from one day to another (ISO 8601, both counted in).

    What is due within an interval is due on its last day; what only begins on a day counts on that day.
    """
    condition, given = conditions(search)
    sql = f"select count(*) from commitments c where c.due between :first and :last and {condition}"
    return int(connection.execute(sql, {**given, "first": first, "last": last}).fetchone()[0])


def due_between(
    connection: sqlite3.Connection, search: Search, first: str, last: str, *, limit: int, offset: int
) -> list[sqlite3.Row]:
    """Part of what `count_between` counts, day by day."""
    condition, given = conditions(search)
    keys = connection.execute(
        f"""select c.id from commitments c where c.due between :first and :last and {condition}
            order by {_ORDER} limit :limit offset :offset""",
        {**given, "first": first, "last": last, "limit": limit, "offset": offset},
    ).fetchall()
    return listed(connection, search, [key["id"] for key in keys])


def due_by_day(
    connection: sqlite3.Connection, search: Search, first: str, last: str, *, each: int
) -> dict[str, tuple[int, list[sqlite3.Row]]]:
    """For each day (ISO 8601) on which something is due: how much, and at most `each` of it."""
    condition, given = conditions(search)
    keys = connection.execute(
        f"""select id, due, total from (
               select c.id, c.due, count(*) over (partition by c.due) as total,
                  row_number() over (partition by c.due order by {_ORDER}) as place
               from commitments c where c.due between :first and :last and {condition}
            ) where place <= :each order by due, place""",
        {**given, "first": first, "last": last, "each": each},
    ).fetchall()
    found: dict[str, tuple[int, list[sqlite3.Row]]] = {}
    for key, row in zip(keys, listed(connection, search, [key["id"] for key in keys]), strict=True):
        found.setdefault(key["due"], (key["total"], []))[1].append(row)
    return found


def nearest_days(
    connection: sqlite3.Connection, search: Search, first: str, last: str
) -> tuple[str | None, str | None]:
    """The last day before `first` and the first day after `last` (ISO 8601) on which something is due."""
    condition, given = conditions(search)
    before, after = (
        connection.execute(
            f"select {function}(c.due) from commitments c where c.due {comparison} :day and {condition}",
            {**given, "day": day},
        ).fetchone()[0]
        for function, comparison, day in (("max", "<", first), ("min", ">", last))
    )
    return before, after

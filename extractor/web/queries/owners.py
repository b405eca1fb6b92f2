"""Read-only SQL on owners: what the register knows of one, and whose duties it took over."""

import sqlite3


def owner(connection: sqlite3.Connection, slug: str, today: str) -> sqlite3.Row | None:
    """An owner of the register or of the documents, with its successor's name; whether it had `ended` by `today`."""
    row: sqlite3.Row | None = connection.execute(
        """select o.*, coalesce(o.valid_to < ?, 0) as ended, s.name as successor,
              h.holder_id, h.holder
           from owners o left join owners s on s.id = o.successor_id left join holders h on h.owner_id = o.id
           where o.id = ?""",
        [today, slug],
    ).fetchone()
    return row


def predecessors(connection: sqlite3.Connection, slug: str) -> list[sqlite3.Row]:
    """The owners that pass, or have passed, their duties to this one."""
    return connection.execute(
        """select id, name, valid_from, valid_to from owners where successor_id = ?
           order by valid_to is null, valid_to, name""",
        [slug],
    ).fetchall()

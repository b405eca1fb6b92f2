"""Read-only SQL of the review queue: what nobody has looked at yet, and what was said last."""

import json
import sqlite3

from extractor.web.queries.kept import kept

# What the statements that nobody has reviewed can be narrowed to.
DOUBTS = {"": "", "unsure": " and x.sure = 0", "owner": " and x.owner_id is null"}


# What was taken back as a whole no longer counts, as nobody had ever said it. Asked once for all statements: one after
# the other it would take ten times as long.
_REVIEWED = """
    select r.statement_id from reviews r where r.id > coalesce((
        select max(w.id) from reviews w
        where w.statement_id = r.statement_id and w.action = 'withdraw' and w.field is null
    ), 0)"""


def _unreviewed(table: str, doubt: str) -> str:
    return f"{table} x where x.id not in ({_REVIEWED}){DOUBTS[doubt]}"


@kept
def count_unreviewed(connection: sqlite3.Connection, doubt: str) -> int:
    """How many statements of a doubt nobody has reviewed, commitments and reports alike; "" for all of them."""
    counted = " + ".join(f"(select count(*) from {_unreviewed(table, doubt)})" for table in ("commitments", "progress"))
    return int(connection.execute(f"select {counted}").fetchone()[0])


def least_certain(connection: sqlite3.Connection, doubt: str, *, limit: int, offset: int) -> list[sqlite3.Row]:
    """One page of what `count_unreviewed` counts: to be checked and least certain first."""
    both = " union all ".join(
        f"select x.id, x.sure, x.confidence from {_unreviewed(table, doubt)}" for table in ("commitments", "progress")
    )
    # both tables have an index in this order, which is merged
    keys = connection.execute(f"{both} order by sure, confidence, id limit ? offset ?", [limit, offset]).fetchall()
    rows = connection.execute(
        """select k.key as place, x.*, o.name as owner, coalesce(d.title, d.name) as document, d.publisher,
              d.published, d.precision
           from json_each(?) k join (
              select id, 'commitment' as label, strength as sort, quote, sure, confidence, voice, speaker, negated,
                     owner_id, document_id, page from commitments
              union all
              select id, 'progress', kind, quote, sure, confidence, voice, speaker, negated, owner_id, document_id, page
              from progress
           ) x on x.id = k.value join documents d on d.id = x.document_id left join owners o on o.id = x.owner_id""",
        [json.dumps([key["id"] for key in keys])],
    ).fetchall()
    # put in order here: to do it, SQLite would read both tables whole
    return sorted(rows, key=lambda row: int(row["place"]))


def latest_reviews(connection: sqlite3.Connection, *, limit: int) -> list[sqlite3.Row]:
    """The reviews given last, with the words of the statement where it is still in the database."""
    return connection.execute(
        """select r.*, coalesce(c.quote, g.quote) as quote from reviews r
           left join commitments c on c.id = r.statement_id left join progress g on g.id = r.statement_id
           order by r.id desc limit ?""",
        [limit],
    ).fetchall()

"""Read-only SQL for the lists: search and its filters, what falls due, what is unclear, owners, rejections."""

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

COMMITMENTS = "commitments c join documents d on d.id = c.document_id"
# What is due next stands first in a list by date; what has no date comes last.
ORDERS = {
    "newest": "d.published is null, d.published desc, c.sure desc, c.document_id, c.start",
    "due": "coalesce(c.deadline_end, c.deadline_start) is null, coalesce(c.deadline_end, c.deadline_start), "
    "c.sure desc, c.id",
}
MISSING = {
    "date": "c.deadline_start is null and c.deadline_end is null",
    "measure": "not exists (select 1 from metrics m where m.statement_id = c.id)",
    "owner": "c.owner_id is null",
}


@dataclass(frozen=True, slots=True)
class Search:
    """What a reader asks of a list of commitments; empty strings ask for nothing.

    `sure` is "1" for those that the program decided, "0" for those to be checked.
    """

    words: str = ""
    owner: str = ""
    theme: str = ""
    strength: str = ""
    state: str = ""
    kind: str = ""
    year: str = ""
    sure: str = ""
    voice: str = ""
    order: str = ""

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self) if field.name != "order")


def match_expression(text: str) -> str:
    """A full-text query that takes every word as it is: phrases in quotation marks stay together, `*` ends a stem.

    Nothing that a reader types can be an operator, so no search is an error; "" where no letter or digit is left.
    """
    terms: list[str] = []
    for phrase, word in re.findall(r'"([^"]*)"|(\S+)', text.replace("“", '"').replace("”", '"')):
        content = (phrase or word).replace('"', " ").strip()
        if any(character.isalnum() for character in content):
            terms.append(f'"{content.rstrip("*")}"' + ("*" if content.endswith("*") else ""))
    return " ".join(terms)


def _conditions(search: Search) -> tuple[str, dict[str, str]]:
    wanted: list[str] = []
    given: dict[str, str] = {}
    for name, condition in (
        ("owner", "c.owner_id = :owner"),
        ("theme", "c.id in (select statement_id from themes where theme = :theme)"),
        ("strength", "c.strength = :strength"),
        ("state", "c.id in (select ref from pledges where state = :state)"),
        ("kind", "d.kind = :kind"),
        ("year", "c.deadline_year = :year"),
        ("sure", "c.sure = :sure"),
        ("voice", "c.voice = :voice"),
    ):
        if value := getattr(search, name):
            wanted.append(condition)
            given[name] = value
    if search.words:
        given["words"] = match_expression(search.words)
        # A search for nothing but punctuation finds nothing, rather than everything.
        found = "c.search_key in (select rowid from commitments_fts where commitments_fts match :words)"
        wanted.append(found if given["words"] else "0")
    return " and ".join(wanted) or "1", given


def count_pledges(connection: sqlite3.Connection, search: Search) -> int:
    """How many commitments a search finds."""
    condition, given = _conditions(search)
    return int(connection.execute(f"select count(*) from {COMMITMENTS} where {condition}", given).fetchone()[0])


def find_pledges(connection: sqlite3.Connection, search: Search, *, limit: int, offset: int) -> list[sqlite3.Row]:
    """One page of the commitments that a search finds: best match first where words are given, else newest first.

    Where nothing is searched for, those to be checked come after all others.
    """
    condition, given = _conditions(search)
    source, order = COMMITMENTS, ORDERS[search.order or "newest"]
    if not search and not search.order:
        order = f"c.sure desc, {order}"
    if search.words and given["words"] and not search.order:
        source += " join commitments_fts on commitments_fts.rowid = c.search_key"
        condition += " and commitments_fts match :words"
        order = "commitments_fts.rank, c.sure desc, c.id"
    return _chosen(connection, source, condition, order, {**given, "limit": limit, "offset": offset})


def _chosen(
    connection: sqlite3.Connection, source: str, condition: str, order: str, given: Mapping[str, str | int]
) -> list[sqlite3.Row]:
    """The commitments of one page: the keys are sorted first, so that only these few have their state worked out."""
    keys = connection.execute(
        f"select c.id from {source} where {condition} order by {order} limit :limit offset :offset", given
    ).fetchall()
    return connection.execute(
        """select c.id, c.quote, c.owner_id, o.name as owner, c.owner_explicit, c.strength, p.state, c.deadline_text,
              c.deadline_start, c.deadline_end, c.deadline_year, c.page, c.confidence, c.sure, c.voice, c.speaker,
              c.negated, c.thread_id, c.document_id,
              coalesce(d.title, d.name) as document, d.publisher, d.published, d.precision, d.kind
           from json_each(:keys) k join commitments c on c.id = k.value join documents d on d.id = c.document_id
           join pledges p on p.ref = c.id left join owners o on o.id = c.owner_id order by k.key""",
        {"keys": json.dumps([key["id"] for key in keys])},
    ).fetchall()


def counts(connection: sqlite3.Connection) -> sqlite3.Row:
    """How much there is: commitments, of these to be checked, the pledges (threads) that they state, those of them in
    several documents, progress, documents, owners.
    """
    row: sqlite3.Row = connection.execute(
        """select (select count(*) from commitments) as commitments, (select count(*) from progress) as progress,
           (select count(*) from commitments where sure = 0) as unsure,
           (select count(*) from documents) as documents, (select count(*) from threads) as pledges,
           (select count(*) from threads where documents > 1) as threads,
           (select count(distinct owner_id) from commitments) as owners"""
    ).fetchone()
    return row


def filter_choices(connection: sqlite3.Connection) -> dict[str, list[sqlite3.Row]]:
    """What a search can be narrowed to, with how often each occurs: owners, themes, kinds of document, years.

    Each counts the entries of one index alone, which is ten times as fast as joining first. A theme's total includes
    reports of progress.
    """
    return {
        "owners": connection.execute(
            """select o.id as value, o.name as name, total
               from (select owner_id, count(*) as total from commitments where owner_id is not null group by owner_id)
               join owners o on o.id = owner_id order by o.name collate nocase"""
        ).fetchall(),
        "themes": connection.execute(
            "select theme as value, theme as name, count(*) as total from themes group by theme order by theme"
        ).fetchall(),
        "kinds": connection.execute(
            """select d.kind as value, d.kind as name, sum(held) as total
               from (select document_id, count(*) as held from commitments group by document_id)
               join documents d on d.id = document_id group by d.kind order by d.kind"""
        ).fetchall(),
        "years": connection.execute(
            """select deadline_year as value, deadline_year as name, count(*) as total from commitments
               where deadline_year is not null group by deadline_year order by deadline_year desc"""
        ).fetchall(),
    }


def due_next(connection: sqlite3.Connection, *, limit: int) -> list[sqlite3.Row]:
    """The commitments whose last day comes next."""
    return _chosen(
        connection,
        COMMITMENTS,
        "c.deadline_end >= date('now')",
        "c.deadline_end, c.sure desc, c.id",
        {"limit": limit, "offset": 0},
    )


def newest_documents(connection: sqlite3.Connection, *, limit: int) -> list[sqlite3.Row]:
    """The documents published last, with how many commitments and reports of progress each holds."""
    return connection.execute(
        """select d.id, d.title, d.name, d.publisher, d.published, d.precision, d.kind,
              (select count(*) from commitments c where c.document_id = d.id) as commitments,
              (select count(*) from progress g where g.document_id = d.id) as progress
           from documents d order by d.published is null, d.published desc, d.name limit ?""",
        [limit],
    ).fetchall()


def deadline_years(connection: sqlite3.Connection, search: Search) -> list[sqlite3.Row]:
    """Each financial year in which something is due, latest first, with how much is due and how much still ahead.

    Of what `search` finds, but in every year.
    """
    condition, given = _conditions(replace(search, year=""))
    return connection.execute(
        f"""select c.deadline_year as year, count(*) as total,
              sum(coalesce(c.deadline_end, c.deadline_start) >= date('now')) as ahead
            from {COMMITMENTS} where c.deadline_year is not null and {condition}
            group by c.deadline_year order by c.deadline_year desc""",
        given,
    ).fetchall()


def count_due(connection: sqlite3.Connection, search: Search, *, passed: bool) -> int:
    """How many commitments a search finds that are due in its year, or (where it has none) from or before today."""
    condition, given = _due_condition(search, passed)
    return int(connection.execute(f"select count(*) from {COMMITMENTS} where {condition}", given).fetchone()[0])


def due(connection: sqlite3.Connection, search: Search, *, passed: bool, limit: int, offset: int) -> list[sqlite3.Row]:
    """One page of what `count_due` counts: soonest first, what has passed latest first."""
    direction = "desc" if passed and not search.year else "asc"
    order = f"coalesce(c.deadline_end, c.deadline_start) {direction}, c.sure desc, c.id"
    condition, given = _due_condition(search, passed)
    return _chosen(connection, COMMITMENTS, condition, order, {**given, "limit": limit, "offset": offset})


def _due_condition(search: Search, passed: bool) -> tuple[str, dict[str, str]]:
    condition, given = _conditions(search)
    if search.year:
        return condition, given
    # what holds from a day on is not over when that day has come
    day = "c.deadline_end <" if passed else "coalesce(c.deadline_end, c.deadline_start) >="
    return f"{day} date('now') and {condition}", given


def count_unclear(connection: sqlite3.Connection, search: Search) -> dict[str, int]:
    """How many of the commitments that a search finds lack a date, a measure, an owner."""
    condition, given = _conditions(search)
    count = f"select count(*) from {COMMITMENTS} where {condition} and"
    return {
        what: int(connection.execute(f"{count} {lacking}", given).fetchone()[0]) for what, lacking in MISSING.items()
    }


def unclear(
    connection: sqlite3.Connection, search: Search, missing: str, *, limit: int, offset: int
) -> list[sqlite3.Row]:
    """One page of what a search finds that lacks a "date", a "measure" or an "owner", newest first."""
    condition, given = _conditions(search)
    wanted = f"{MISSING[missing]} and {condition}"
    return _chosen(connection, COMMITMENTS, wanted, ORDERS["newest"], {**given, "limit": limit, "offset": offset})


def owner(connection: sqlite3.Connection, slug: str) -> sqlite3.Row | None:
    """An owner of the register or of the documents, with its successor's name."""
    row: sqlite3.Row | None = connection.execute(
        """select o.*, coalesce(o.valid_to < date('now'), 0) as ended, s.name as successor,
              h.holder_id, h.holder
           from owners o left join owners s on s.id = o.successor_id left join holders h on h.owner_id = o.id
           where o.id = ?""",
        [slug],
    ).fetchone()
    return row


def predecessors(connection: sqlite3.Connection, slug: str) -> list[sqlite3.Row]:
    """The owners that pass, or have passed, their duties to this one."""
    return connection.execute(
        """select id, name, valid_from, valid_to from owners where successor_id = ?
           order by valid_to is null, valid_to, name""",
        [slug],
    ).fetchall()


def count_states(connection: sqlite3.Connection, search: Search) -> Sequence[sqlite3.Row]:
    """How many of the commitments that a search finds are in each state."""
    condition, given = _conditions(search)
    return connection.execute(
        f"""select p.state, count(*) as total from {COMMITMENTS} join pledges p on p.ref = c.id where {condition}
            group by p.state""",
        given,
    ).fetchall()


def rejections(connection: sqlite3.Connection, *, limit: int, offset: int) -> list[sqlite3.Row]:
    """The documents that could not be taken, newest first, with the reason."""
    return connection.execute(
        "select name, reason, detail, sha256, at from rejections order by id desc limit ? offset ?", [limit, offset]
    ).fetchall()


def count_rejections(connection: sqlite3.Connection) -> int:
    """How many documents could not be taken."""
    return int(connection.execute("select count(*) from rejections").fetchone()[0])


def latest_run(connection: sqlite3.Connection) -> sqlite3.Row | None:
    """The run that ended last: when, and with which version of the program and of the models."""
    row: sqlite3.Row | None = connection.execute(
        "select finished, version, models from runs where finished is not null order by id desc limit 1"
    ).fetchone()
    return row


# Statements that nobody has reviewed, commitments and reports of progress alike.
_UNREVIEWED = """(
    select id, sure, confidence, owner_id from commitments union all select id, sure, confidence, owner_id from progress
) x where not exists (select 1 from reviews r where r.statement_id = x.id)"""
# What the unreviewed statements can be narrowed to.
DOUBTS = {"": "", "unsure": " and x.sure = 0", "owner": " and x.owner_id is null"}


def count_unreviewed(connection: sqlite3.Connection, doubt: str) -> int:
    """How many statements of a doubt nobody has reviewed; "" for all of them."""
    return int(connection.execute(f"select count(*) from {_UNREVIEWED}{DOUBTS[doubt]}").fetchone()[0])


def least_certain(connection: sqlite3.Connection, doubt: str, *, limit: int, offset: int) -> list[sqlite3.Row]:
    """One page of what `count_unreviewed` counts: to be checked and least certain first, then without an owner."""
    keys = connection.execute(
        f"""select x.id from {_UNREVIEWED}{DOUBTS[doubt]}
            order by x.sure, x.confidence, x.owner_id is not null, x.id limit ? offset ?""",
        [limit, offset],
    ).fetchall()
    return connection.execute(
        """select x.*, o.name as owner, coalesce(d.title, d.name) as document, d.publisher, d.published, d.precision
           from json_each(?) k join (
              select id, 'commitment' as label, strength as sort, quote, sure, confidence, voice, speaker, negated,
                     owner_id, document_id, page from commitments
              union all
              select id, 'progress', kind, quote, sure, confidence, voice, speaker, negated, owner_id, document_id, page
              from progress
           ) x on x.id = k.value join documents d on d.id = x.document_id left join owners o on o.id = x.owner_id
           order by k.key""",
        [json.dumps([key["id"] for key in keys])],
    ).fetchall()


def latest_reviews(connection: sqlite3.Connection, *, limit: int) -> list[sqlite3.Row]:
    """The reviews given last, with the words of the statement where it is still in the database."""
    return connection.execute(
        """select r.*, coalesce(c.quote, g.quote) as quote from reviews r
           left join commitments c on c.id = r.statement_id left join progress g on g.id = r.statement_id
           order by r.id desc limit ?""",
        [limit],
    ).fetchall()

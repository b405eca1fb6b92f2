"""Read-only SQL for what there is: counts, the choices of the search form, the newest documents, runs, rejections."""

import sqlite3

from extractor.web.queries.kept import kept
from extractor.web.queries.search import Search, conditions

OWNERS = 250


@kept
def counts(connection: sqlite3.Connection, as_of: str = "") -> sqlite3.Row:
    """How much there is: commitments, of these to be checked, the pledges (threads) that they state, progress,
    documents, owners; and how many threads stand in several documents. With `as_of` how much there was in documents
    published by that day, but for the last, which is null then.
    """
    condition, given = conditions(Search(as_of=as_of))
    by_then = "d.published <= :known" if as_of else "1"
    again = " or c.stated_again > :known" if as_of else ""
    row: sqlite3.Row = connection.execute(
        f"""select count(*) as commitments, coalesce(sum(not c.sure), 0) as unsure,
              coalesce(sum(c.stated_again is null{again}), 0) as pledges,
              (select count(*) from owners o
                 where exists (select 1 from commitments c where c.owner_id = o.id and {condition})) as owners,
              (select count(*) from documents d cross join progress g on g.document_id = d.id where {by_then})
                 - (select count(*) from progress g join documents d on d.id = g.document_id
                    where g.review = 'rejected' and {by_then}) as progress,
              (select count(*) from documents d where {by_then}) as documents,
              {"null" if as_of else "(select count(*) from threads where documents > 1)"} as threads
           from commitments c where {condition}""",
        given,
    ).fetchone()
    return row


@kept
def filter_choices(connection: sqlite3.Connection) -> dict[str, list[sqlite3.Row]]:
    """What a search can be narrowed to, with how often each occurs: owners, themes, kinds of document, years.

    Of the owners only the OWNERS with most commitments: a page with all of them could be larger than all else on it. A
    theme's total includes reports of progress.
    """
    condition, given = conditions(Search())
    found = {
        "owners": f"""select o.id as value, o.name as name, total
            from (select c.owner_id, count(*) as total from commitments c
               where c.owner_id is not null and {condition} group by c.owner_id order by total desc, c.owner_id
               limit {OWNERS})
            join owners o on o.id = owner_id order by o.name collate nocase""",
        "themes": "select theme as value, theme as name, count(*) as total from themes group by theme order by theme",
        "kinds": f"""select d.kind as value, d.kind as name, sum(held) as total
            from (select c.document_id, count(*) as held from commitments c where {condition} group by c.document_id)
            join documents d on d.id = document_id group by d.kind order by d.kind""",
        "years": f"""select c.deadline_year as value, c.deadline_year as name, count(*) as total from commitments c
            where c.due is not null and {condition} group by c.deadline_year order by c.deadline_year desc""",
    }
    return {name: connection.execute(sql, given).fetchall() for name, sql in found.items()}


@kept
def newest_documents(connection: sqlite3.Connection, *, limit: int, as_of: str = "") -> list[sqlite3.Row]:
    """The documents published last, with how many commitments and reports of progress each holds."""
    return connection.execute(
        f"""select d.id, d.title, d.name, d.publisher, d.published, d.precision, d.kind,
              (select count(*) from commitments c where c.document_id = d.id and c.review is not 'rejected')
                 as commitments,
              (select count(*) from progress g where g.document_id = d.id and g.review is not 'rejected') as progress
           from documents d {"where d.published <= :as_of" if as_of else ""}
           order by d.published desc, d.name limit :limit""",
        {"as_of": as_of, "limit": limit},
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

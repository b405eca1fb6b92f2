"""Read-only SQL for what is read closely: one statement in its place, and one thread."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from extractor.store.pledges import WHOSE
from extractor.web.marking import Piece, Stretch, pieces

# Blocks shown before and after the one that a statement stands in.
NEIGHBOURS = 1


@dataclass(frozen=True, slots=True)
class Shown:
    """A block of a document as a page shows it: its kind and level, its page, its text cut at statements.

    `position` is its place among the blocks, `start` where what is shown of it begins in the text.
    """

    kind: str
    level: int
    page: int | None
    pieces: tuple[Piece, ...]
    position: int
    start: int


def label_of(connection: sqlite3.Connection, ref: str) -> str | None:
    """Whether an id is that of a commitment or of a progress report; None for an id that is not there."""
    row = connection.execute("select label from statements where id = ?", [ref]).fetchone()
    return str(row["label"]) if row else None


def statement(connection: sqlite3.Connection, ref: str, label: str) -> sqlite3.Row:
    """A statement's own fields with those of its document, its owner and (a commitment's) state."""
    table, state = (
        ("commitments", "(select p.state from pledges p where p.ref = s.id)")
        if label == "commitment"
        else ("progress", "null")
    )
    row: sqlite3.Row = connection.execute(
        f"""select s.*, {state} as state, {WHOSE} as whose, o.name as owner, d.title, d.name as file,
               d.publisher, d.published, d.precision, d.url, d.kind as document_kind, d.pages, d.licence
            from {table} s join documents d on d.id = s.document_id left join owners o on o.id = s.owner_id
            where s.id = ?""",
        [ref],
    ).fetchone()
    return row


def owners(connection: sqlite3.Connection, ref: str) -> list[sqlite3.Row]:
    """The candidates for who must act, best first, with the reason for each."""
    return connection.execute(
        """select o.id, o.name, coalesce(o.valid_to < date('now'), 0) as ended, c.explicit, c.score, c.reason,
              c.rule, c.confidence, substr(d.text, c.start + 1, c.end - c.start) as words,
              s.id as successor_id, s.name as successor, h.holder_id, h.holder
           from commitment_owners c join owners o on o.id = c.owner_id left join owners s on s.id = o.successor_id
              left join holders h on h.owner_id = o.id
              join statements t on t.id = c.commitment_id join documents d on d.id = t.document_id
           where c.commitment_id = ? order by c.rank""",
        [ref],
    ).fetchall()


def metrics(connection: sqlite3.Connection, ref: str) -> list[sqlite3.Row]:
    """The figures of a statement, in the order in which it gives them."""
    return connection.execute("select * from metrics where statement_id = ? order by start, id", [ref]).fetchall()


def figures(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    """The words that give the figures of these statements, by statement, in the order in which it gives them."""
    found: dict[str, list[str]] = {}
    rows = connection.execute(
        """select statement_id, text from metrics where statement_id in (select value from json_each(?))
           order by start, id""",
        [json.dumps(list(ids))],
    )
    for row in rows:
        found.setdefault(row["statement_id"], []).append(row["text"])
    return found


def same_owner_and_theme(connection: sqlite3.Connection, row: sqlite3.Row, *, limit: int) -> list[sqlite3.Row]:
    """Other pledges of a commitment's owner on most of its themes, as they were last stated, the latest first."""
    return connection.execute(
        """select c.id, c.quote, c.deadline_start, c.deadline_end, c.sure, c.confidence, d.published, d.precision
           from commitments c join documents d on d.id = c.document_id
           join themes t on t.statement_id = c.id
           where c.owner_id = :owner and t.theme in (select theme from themes where statement_id = :id)
              and c.id <> :id and (c.thread_id is null or c.thread_id is not :thread)
              and c.stated_again is null and c.review is not 'rejected'
           group by c.id order by count(*) desc, d.published desc, c.document_id, c.start limit :limit""",
        {"owner": row["owner_id"], "id": row["id"], "thread": row["thread_id"], "limit": limit},
    ).fetchall()


def milestones(connection: sqlite3.Connection, ref: str) -> list[sqlite3.Row]:
    """The further dates of a statement."""
    return connection.execute(
        "select * from milestones where statement_id = ? order by coalesce(end_day, start_day), id", [ref]
    ).fetchall()


def themes(connection: sqlite3.Connection, ref: str) -> list[str]:
    """What a statement is about."""
    return [
        row["theme"]
        for row in connection.execute("select theme from themes where statement_id = ? order by theme", [ref])
    ]


def reviews(connection: sqlite3.Connection, ref: str) -> list[sqlite3.Row]:
    """What people said about a statement, in the order given."""
    return connection.execute("select * from reviews where statement_id = ? order by id", [ref]).fetchall()


def words(connection: sqlite3.Connection, document: str, start: int | None, end: int | None) -> str | None:
    """A stretch of a document's text; None where nobody kept where it stands."""
    if start is None or end is None:
        return None
    found = "select substr(text, ?, ?) from documents where id = ?"
    return str(connection.execute(found, [start + 1, end - start, document]).fetchone()[0])


def sentence(connection: sqlite3.Connection, row: sqlite3.Row) -> Shown | None:
    """The whole sentence that a statement is a part of, that part marked; None where the statement is all of it."""
    first, last = row["sentence_start"], row["sentence_end"]
    if first is None:
        return None
    text = connection.execute(
        "select substr(text, ?, ?) from documents where id = ?", [first + 1, last - first, row["document_id"]]
    ).fetchone()[0]
    cut = pieces(text, first, (Stretch(row["id"], row["start"], row["end"]),))
    return Shown(kind="sentence", level=0, page=row["page"], pieces=cut, position=0, start=first)


def other_parts(connection: sqlite3.Connection, row: sqlite3.Row) -> list[sqlite3.Row]:
    """The statements that are other parts of the same sentence, in its order."""
    return connection.execute(
        """select id, quote from (
              select id, quote, start, sentence_start from commitments where document_id = :document
              union all
              select id, quote, start, sentence_start from progress where document_id = :document
           ) where sentence_start = :sentence and id <> :id order by start, id""",
        {"document": row["document_id"], "sentence": row["sentence_start"], "id": row["id"]},
    ).fetchall()


def surroundings(connection: sqlite3.Connection, document: str, place: Stretch) -> tuple[Shown, ...]:
    """The blocks that a statement stands in, with the neighbours before and after, its words marked."""
    first, last = connection.execute(
        "select min(position), max(position) from blocks where document_id = ? and start < ? and end > ?",
        [document, place.end, place.start],
    ).fetchone()
    if first is None:
        raise ValueError(f"{place.id}: no block of document {document} holds its words")
    return blocks(connection, document, first - NEIGHBOURS, last + NEIGHBOURS, (place,))


def blocks(
    connection: sqlite3.Connection,
    document: str,
    first: int,
    last: int,
    statements: tuple[Stretch, ...],
    *,
    within: tuple[int, int] | None = None,
) -> tuple[Shown, ...]:
    """The blocks at positions `first` to `last` (inclusive) with the words of `statements` marked.

    Of a block that goes beyond the characters `within`, only what lies in there is shown.
    """
    rows = connection.execute(
        """select position, kind, level, start, end, page from blocks
           where document_id = ? and position between ? and ? order by position""",
        [document, first, last],
    ).fetchall()
    if not rows:
        return ()
    offset, end = within or (rows[0]["start"], rows[-1]["end"])
    # only the stretch that is shown leaves the database: a document may have ten million characters
    text = connection.execute(
        "select substr(text, ?, ?) from documents where id = ?", [offset + 1, end - offset, document]
    ).fetchone()[0]
    cut = ((row, max(row["start"], offset), min(row["end"], end)) for row in rows)
    return tuple(
        Shown(
            kind=row["kind"],
            level=row["level"],
            page=row["page"],
            pieces=pieces(text[begin - offset : until - offset], begin, statements),
            position=row["position"],
            start=begin,
        )
        for row, begin, until in cut
        if begin < until
    )


def thread(connection: sqlite3.Connection, id: str) -> sqlite3.Row | None:
    """A thread through the years."""
    row: sqlite3.Row | None = connection.execute(
        "select thread_id as id, * from thread_histories where thread_id = ?", [id]
    ).fetchone()
    return row


def versions(connection: sqlite3.Connection, thread: str) -> list[sqlite3.Row]:
    """The statements of a thread in order of publication, with their documents, but none that a person rejected."""
    return connection.execute(
        """select x.*, d.title, d.name as file, d.publisher, d.published, d.precision, o.name as owner
           from (
              select id, 'commitment' as label, strength as sort, quote, start, page, document_id, owner_id,
                     deadline_text, deadline_start, deadline_end, sure, confidence, voice, speaker, negated
              from commitments where thread_id = :thread and review is not 'rejected'
              union all
              select id, 'progress', kind, quote, start, page, document_id, owner_id,
                     deadline_text, deadline_start, deadline_end, sure, confidence, voice, speaker, negated
              from progress where thread_id = :thread and review is not 'rejected'
           ) x join documents d on d.id = x.document_id left join owners o on o.id = x.owner_id
           order by d.published is null, d.published, x.document_id, x.start""",
        {"thread": thread},
    ).fetchall()


def links(connection: sqlite3.Connection, thread: str) -> list[sqlite3.Row]:
    """The links between the statements of a thread, strongest first."""
    return connection.execute(
        """select l.* from links l join statements a on a.id = l.earlier_id join statements b on b.id = l.later_id
           where a.thread_id = :thread and b.thread_id = :thread order by l.score desc, l.id""",
        {"thread": thread},
    ).fetchall()

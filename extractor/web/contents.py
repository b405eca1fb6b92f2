"""Read-only SQL for one document: its sections and outline, and what stands in one section. No page reads it whole."""

import sqlite3
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from extractor.web import reading
from extractor.web.marking import Stretch

# Headings listed beside the text, but for those of the section that is shown: more is no outline any more.
OUTLINE = 60

_STATEMENTS = """
select x.*, t.position + 1 as number, o.name as owner from (
   select id, 'commitment' as label, strength as sort, quote, start, end, page, owner_id, deadline_text, deadline_start,
          deadline_end, sure, confidence, voice, speaker, negated
   from commitments where document_id = :document and start < :end and end > :start and review is not 'rejected'
   union all
   select id, 'progress', kind, quote, start, end, page, owner_id, deadline_text, deadline_start,
          deadline_end, sure, confidence, voice, speaker, negated
   from progress where document_id = :document and start < :end and end > :start and review is not 'rejected'
) x join statements t on t.id = x.id left join owners o on o.id = x.owner_id order by x.start, x.id
"""


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its number from 1, the heading it stands under (None before the first), which part of it, its place.

    `first` to `last` are its blocks, `start` to `end` its characters.
    """

    number: int
    title: str | None
    part: int
    first: int
    last: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the outline: its place among the blocks, its level from 1 (the highest), its words, its section."""

    position: int
    level: int
    text: str
    section: int


@dataclass(frozen=True, slots=True)
class Outline:
    """The headings that are listed; whether others come before and after them, and whether deeper ones are left out."""

    headings: tuple[Heading, ...]
    before: bool = False
    after: bool = False
    deeper: bool = False


def document(connection: sqlite3.Connection, id: str) -> sqlite3.Row | None:
    """A document's metadata, without its text, with how much of everything it has."""
    row: sqlite3.Row | None = connection.execute(
        """select id, name, title, kind, publisher, published, precision, url, series, licence, format, sha256, pages,
              characters, sources, warnings, as_found,
              (select count(*) from commitments c where c.document_id = d.id and c.review is not 'rejected')
                 as commitments,
              (select count(*) from progress p where p.document_id = d.id and p.review is not 'rejected') as progress,
              (select count(*) from mentions m where m.document_id = d.id) as mentions,
              (select count(*) from sections s where s.document_id = d.id) as sections,
              exists (select 1 from originals o where o.document_id = d.id) as shown
           from documents d where id = ?""",
        [id],
    ).fetchone()
    return row


def section(connection: sqlite3.Connection, document: str, number: int) -> Section | None:
    """A section of a document by its number; None where there is none."""
    row = connection.execute(
        "select number, title, part, first, last, start, end from sections where document_id = ? and number = ?",
        [document, number],
    ).fetchone()
    return Section(*row) if row else None


def section_of(connection: sqlite3.Connection, document: str, statement: str) -> int | None:
    """The number of the section in which a statement of the document begins; None where it is none of its."""
    row = connection.execute(
        """select max(s.number) from sections s join (
              select start from commitments where id = :statement and document_id = :document
              union all
              select start from progress where id = :statement and document_id = :document
           ) x on s.start <= x.start where s.document_id = :document""",
        {"document": document, "statement": statement},
    ).fetchone()
    return row[0] if row else None


def outline(connection: sqlite3.Connection, document: str, current: int) -> Outline:
    """The outline as far as it helps a reader of section `current`: the highest levels, and all of that section."""
    levels = connection.execute(
        "select level, count(*) from headings where document_id = ? group by level order by level", [document]
    ).fetchall()
    deepest, total = 0, 0
    for level, count in levels:
        if total + count > OUTLINE:
            break
        deepest, total = level, total + count
    if not deepest and levels:
        return _nearest(connection, document, current, levels[0][0])
    rows = connection.execute(
        """select position, level, text, section from headings
           where document_id = ? and (level <= ? or section = ?) order by position""",
        [document, deepest, current],
    ).fetchall()
    return Outline(tuple(Heading(*row) for row in rows), deeper=any(level > deepest for level, _ in levels))


def _nearest(connection: sqlite3.Connection, document: str, current: int, level: int) -> Outline:
    """The headings around a section, where a document has too many even of the highest level."""
    half = OUTLINE // 2
    select = "select position, level, text, section from headings where document_id = ? and level = ? and section"
    before = connection.execute(
        f"{select} < ? order by position desc limit ?", [document, level, current, half + 1]
    ).fetchall()
    after = connection.execute(
        f"{select} >= ? order by position limit ?", [document, level, current, half + 1]
    ).fetchall()
    rows = [*reversed(before[:half]), *after[:half]]
    deeper = "select 1 from headings where document_id = ? and level > ? limit 1"
    return Outline(
        tuple(Heading(*row) for row in rows),
        before=len(before) > half,
        after=len(after) > half,
        deeper=connection.execute(deeper, [document, level]).fetchone() is not None,
    )


def blocks(
    connection: sqlite3.Connection, document: str, shown: Section, marks: Sequence[Stretch]
) -> tuple[reading.Shown, ...]:
    """The blocks of a section with the words of `marks` marked; of a block that is cut, its part."""
    return reading.blocks(connection, document, shown.first, shown.last, tuple(marks), within=(shown.start, shown.end))


def statements(connection: sqlite3.Connection, document: str, shown: Section) -> list[sqlite3.Row]:
    """The statements of a section in the order of its text, numbered as in the whole document."""
    place = {"document": document, "start": shown.start, "end": shown.end}
    return connection.execute(_STATEMENTS, place).fetchall()


def mentions(connection: sqlite3.Connection, document: str, shown: Section) -> list[sqlite3.Row]:
    """The mentions of a section in the order of its text."""
    return connection.execute(
        "select * from mentions where document_id = ? and start < ? and end > ? order by start, id",
        [document, shown.end, shown.start],
    ).fetchall()


def statement_ids(connection: sqlite3.Connection, document: str, limit: int, offset: int) -> list[str]:
    """The ids of a document's statements in the order of its text, or a part of them; rejected ones are left out."""
    rows = connection.execute(
        """select t.id from statements t left join commitments c on c.id = t.id left join progress p on p.id = t.id
           where t.document_id = ? and c.review is not 'rejected' and p.review is not 'rejected'
           order by t.position limit ? offset ?""",
        [document, limit, offset],
    ).fetchall()
    return [row[0] for row in rows]


def block_of(shown: Sequence[reading.Shown], found: Any) -> int | None:
    """The position of the block among those shown in which a statement or mention begins, or goes on."""
    at = bisect_right([block.start for block in shown], found["start"])
    return shown[max(0, at - 1)].position if shown else None

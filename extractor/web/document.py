"""The page of one document: where it comes from, and its text, a section a page, with every statement marked."""

import json
import re
import sqlite3
from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

from extractor.web import contents, data, images, page, reviewed, since, tables, words
from extractor.web.marking import Stretch

# Statements that our JSON gives at once.
ROWS = 1_000

FIELDS = {
    "title": "Title",
    "kind": "Kind",
    "publisher": "Publisher",
    "published": "Published",
    "url": "Address",
    "series": "Series",
    "licence": "Licence",
}


async def document(datasette: Any, request: Any) -> Any:
    """A section of a document's text (`section`, or that of a `statement`), with what is known of the whole."""
    id = page.path_variable(request, "id")
    number = _section_parameter(request)
    statement = page.text_parameter(request, "statement")
    part = page.page_parameter(request)
    found = await page.read(datasette, lambda connection: _look(connection, id, number, statement))
    return await data.answer(datasette, "document.html", found, request=request, table=_table(found, part))


def _section_parameter(request: Any) -> int | None:
    """The number of the section asked for, None where none is."""
    value = page.text_parameter(request, "section")
    if value and not re.fullmatch(r"[1-9][0-9]{0,5}", value):
        raise page.BadParameter(f"“section” is a whole number from 1; it cannot be “{words.shorten(value, 40)}”.")
    return int(value) if value else None


def _table(found: dict[str, Any], part: int) -> data.Table:
    """The statements of the whole document, in the order of its text."""
    row = found["d"]
    shown = page.Pagination(part, ROWS, row["commitments"] + row["progress"]).check()

    def rows(connection: sqlite3.Connection, limit: int, offset: int) -> Sequence[data.Row]:
        return tables.statements(connection, contents.statement_ids(connection, row["id"], limit, offset))

    kept = ("id", "name", "series", "licence", "url", "kind", "format", "sha256", "pages", "characters", "sections")
    return data.Table(tuple(tables.STATEMENT_COLUMNS), rows, shown, {"document": {name: row[name] for name in kept}})


def _look(connection: sqlite3.Connection, id: str, number: int | None, statement: str) -> dict[str, Any]:
    row = contents.document(connection, id)
    if row is None:
        raise page.NothingHere("No document has this reference. It may have been withdrawn.")
    if statement and (number := contents.section_of(connection, id, statement)) is None:
        raise page.NothingHere("No statement of this document has this reference. Its words may have changed.")
    shown = contents.section(connection, id, number or 1)
    if shown is None and number:
        raise page.NothingHere(f"There is no section {number}: this document has {row['sections']}.")
    return {
        "d": row,
        "said": (said := reviewed.of_document(connection, id)),
        "spoken": reviewed.spoken(connection, row, said),
        "sources": _sources(row),
        "pictures": images.of_document(connection, id),
        "warnings": json.loads(row["warnings"]),
        "since": since.since(connection, row),
        "section": shown,
        **_shown(connection, id, shown),
    }


def _shown(connection: sqlite3.Connection, id: str, shown: contents.Section | None) -> dict[str, Any]:
    """What stands in a section and around it; a document without a block has none."""
    if shown is None:
        return {"before": None, "after": None, "outline": contents.Outline(()), "statements": [], "mentions": [],
                "labels": {}, "by_id": {}, "blocks": (), "block_of": {}}  # fmt: skip
    statements = contents.statements(connection, id, shown)
    mentions = contents.mentions(connection, id, shown)
    marks = [Stretch(s["id"], s["start"], s["end"]) for s in (*statements, *apart(mentions, statements))]
    blocks = contents.blocks(connection, id, shown, marks)
    return {
        "before": contents.section(connection, id, shown.number - 1),
        "after": contents.section(connection, id, shown.number + 1),
        "outline": contents.outline(connection, id, shown.number),
        "statements": statements,
        "mentions": mentions,
        "labels": {s["id"]: s["label"] for s in statements} | {m["id"]: "mention" for m in mentions},
        "by_id": {found["id"]: found for found in (*statements, *mentions)},
        "blocks": blocks,
        "block_of": {found["id"]: contents.block_of(blocks, found) for found in (*statements, *mentions)},
    }


def apart(mentions: Sequence[Any], statements: Sequence[Any]) -> list[Any]:
    """The mentions that share no word with a statement: where they do, only the statement is marked.

    Each has a `start` and an `end`; the statements come in order of their starts.
    """
    starts = [s["start"] for s in statements]
    # how far the statements up to each one reach
    reach = list(accumulate((s["end"] for s in statements), max))
    before = [(mention, bisect_left(starts, mention["end"])) for mention in mentions]
    return [mention for mention, count in before if not count or reach[count - 1] <= mention["start"]]


def _sources(row: sqlite3.Row) -> list[tuple[str, str, str]]:
    """Each piece of metadata as (its name, its value, where it came from)."""
    came_from = json.loads(row["sources"])
    shown: dict[str, Callable[[str], str]] = {
        "kind": words.term,
        "published": lambda value: words.day(value, row["precision"]),
    }
    return [
        (
            name,
            shown.get(field, str)(row[field]) if row[field] else "not known",
            words.source(came_from.get(field, "")) if row[field] else "",
        )
        for field, name in FIELDS.items()
    ]

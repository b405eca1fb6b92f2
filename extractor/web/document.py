"""The page of one document: where it comes from, its outline, its text with every statement and mention marked."""

import json
import sqlite3
from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

from extractor.web import page, reading, words
from extractor.web.marking import Stretch

BLOCKS = 120

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
    """A stretch of a document's text, with what is known of the whole."""
    id = page.path_variable(request, "id")
    number = page.page_parameter(request)
    found = await page.read(datasette, lambda connection: _look(connection, id, number))
    return page.render(datasette, "document.html", found, request=request)


def _look(connection: sqlite3.Connection, id: str, number: int) -> dict[str, object]:
    row = reading.document(connection, id)
    if row is None:
        raise page.NothingHere("No document has this reference. It may have been withdrawn.")
    shown = page.Pagination(number, BLOCKS, row["blocks"]).check()
    statements = reading.statements(connection, id)
    mentions = reading.mentions(connection, id)
    marks = tuple(Stretch(s["id"], s["start"], s["end"]) for s in (*statements, *apart(mentions, statements)))
    return {
        "d": row,
        "pagination": shown,
        "sources": _sources(row),
        "warnings": json.loads(row["warnings"]),
        "outline": reading.outline(connection, id),
        "statements": statements,
        "numbers": {s["id"]: n for n, s in enumerate(statements, start=1)},
        "here_stated": [s for s in statements if shown.offset <= s["block"] < shown.offset + shown.size],
        "mentions": mentions,
        "here_mentioned": [m for m in mentions if shown.offset <= m["block"] < shown.offset + shown.size],
        "labels": {s["id"]: s["label"] for s in statements} | {m["id"]: "mention" for m in mentions},
        "by_id": {found["id"]: found for found in (*statements, *mentions)},
        "blocks": reading.blocks(connection, id, shown.offset, shown.offset + shown.size - 1, marks),
        "per_page": BLOCKS,
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

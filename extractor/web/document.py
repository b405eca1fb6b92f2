"""The page of one document: where it comes from, its outline, its text with every statement marked."""

import json
import sqlite3
from collections.abc import Callable
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
    marks = tuple(Stretch(s["id"], s["start"], s["end"]) for s in statements)
    return {
        "d": row,
        "pagination": shown,
        "sources": _sources(row),
        "warnings": json.loads(row["warnings"]),
        "outline": reading.outline(connection, id),
        "statements": statements,
        "numbers": {s["id"]: n for n, s in enumerate(statements, start=1)},
        "here_stated": [s for s in statements if shown.offset <= s["block"] < shown.offset + shown.size],
        "labels": {s["id"]: s["label"] for s in statements},
        "by_id": {s["id"]: s for s in statements},
        "blocks": reading.blocks(connection, id, shown.offset, shown.offset + shown.size - 1, marks),
        "per_page": BLOCKS,
    }


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

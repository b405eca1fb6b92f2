"""The page of one statement: its words in their place, what was read from them and why, what came before and after."""

import json
import sqlite3
from typing import Any

from extractor.store.rows import HEADING_SEPARATOR
from extractor.web import page, reading, words
from extractor.web.marking import Stretch
from extractor.web.thread import versions


async def pledge(datasette: Any, request: Any) -> Any:
    """A commitment, or a report of progress."""
    ref = page.path_variable(request, "ref")
    found = await page.read(datasette, lambda connection: _look(connection, ref))
    return page.render(datasette, "pledge.html", found, request=request)


async def embed(datasette: Any, request: Any) -> Any:
    """The same statement in a few lines, for a frame in another site's page."""
    ref = page.path_variable(request, "ref")

    def look(connection: sqlite3.Connection) -> dict[str, object]:
        label = _label(connection, ref)
        return {"s": reading.statement(connection, ref, label), "label": label}

    return page.render(datasette, "embed.html", await page.read(datasette, look), request=request)


def _label(connection: sqlite3.Connection, ref: str) -> str:
    label = reading.label_of(connection, ref)
    if label is None:
        raise page.NothingHere(
            "No statement has this reference. Its document may have been withdrawn, or its words changed."
        )
    return label


def _look(connection: sqlite3.Connection, ref: str) -> dict[str, object]:
    label = _label(connection, ref)
    row = reading.statement(connection, ref, label)
    place = Stretch(ref, row["start"], row["end"])
    return {
        "s": row,
        "label": label,
        "headings": row["heading"].split(HEADING_SEPARATOR) if row["heading"] else [],
        "sentence": reading.sentence(connection, row),
        "other_parts": reading.other_parts(connection, row),
        "surroundings": reading.surroundings(connection, row["document_id"], place),
        "owners": reading.owners(connection, ref),
        "owner_words": None if label == "commitment" else _owner_words(connection, row),
        "metrics": reading.metrics(connection, ref),
        "milestones": reading.milestones(connection, ref),
        "themes": reading.themes(connection, ref),
        "reasons": json.loads(row["reasons"]),
        "versions": versions(connection, row["thread_id"]) if row["thread_id"] else (),
        "reviews": reading.reviews(connection, ref),
        "citation": citation(row),
        "explanation": words.STRENGTHS[row["strength"]] if label == "commitment" else words.PROGRESS_KINDS[row["kind"]],
    }


def _owner_words(connection: sqlite3.Connection, report: sqlite3.Row) -> str | None:
    """The words that name the owner of a report of progress, which has no table of candidates."""
    return reading.words(connection, report["document_id"], report["owner_words_start"], report["owner_words_end"])


def citation(row: sqlite3.Row) -> str:
    """The statement's source as plain text to copy, all but the address: quote, publisher, title, date, page."""
    parts = [f"“{' '.join(row['quote'].split())}”", row["publisher"], row["title"] or row["file"]]
    parts.append(words.day(row["published"], row["precision"]) if row["published"] else "undated")
    if row["page"]:
        parts.append(f"page {row['page']}")
    return ", ".join(part for part in parts if part) + "."

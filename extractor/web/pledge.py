"""The page of one statement: its words in their place, what was read from them and why, what came before and after."""

import json
import sqlite3
from collections.abc import Mapping
from datetime import date
from typing import Any

from extractor.store.rows import HEADING_SEPARATOR
from extractor.web import data, images, page, reading, reviewed, tables, words
from extractor.web.citing import citations
from extractor.web.marking import Stretch
from extractor.web.thread import comparisons, links, versions

# Columns that mean something to the database alone.
HIDDEN = ("search_key", "reasons")
RELATED = 5


async def pledge(datasette: Any, request: Any) -> Any:
    """A commitment, or a report of progress."""
    ref = page.path_variable(request, "ref")
    found = await page.read(datasette, lambda connection: _look(connection, ref))
    thread = found["s"]["thread_id"]
    follow = {"thread": thread} if thread else None
    permalink = f"{page.site(datasette, request)}/pledge/{ref}"
    cited = citations(
        found["s"], address=page.web_address(found["s"]["url"]) or "", permalink=permalink, today=date.today()
    )
    context = {**found, "citations": cited, "frame": frame(found["s"], page.site(datasette, request))}
    return await data.answer(
        datasette, "pledge.html", context, request=request, table=_table(found), follow=follow, script="copy.js"
    )


def frame(row: sqlite3.Row, site: str) -> str:
    """The mark-up with which another page shows a statement in a frame; nothing of the document's words is in it."""
    return f'<iframe src="{site}/embed/{row["id"]}" title="A pledge on the record" width="100%" height="320"></iframe>'


def _table(found: Mapping[str, Any]) -> data.Table:
    """One row: a commitment as the view `pledges` has it, a report as lists of statements do; in the JSON all else."""
    ref, thread = found["s"]["id"], found["versions"]
    more = {
        "label": found["label"],
        "statement": {name: found["s"][name] for name in found["s"].keys() if name not in HIDDEN},  # noqa: SIM118
        **{name: tables.records(found[name]) for name in ("owners", "metrics", "milestones", "reviews")},
        "themes": found["themes"],
        "reasons": found["reasons"],
        "history": [dict(version.row) for version in thread],
        "links": links(thread),
    }
    columns, read = tuple(tables.STATEMENT_COLUMNS), tables.statements
    if found["label"] == "commitment":
        columns, read = tables.PLEDGE_COLUMNS, tables.pledges
    one = page.Pagination(1, 1, 1)
    return data.Table(columns, lambda connection, *_: read(connection, [ref]), one, more)


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


def _look(connection: sqlite3.Connection, ref: str) -> dict[str, Any]:
    label = _label(connection, ref)
    row = reading.statement(connection, ref, label)
    place = Stretch(ref, row["start"], row["end"])
    told = versions(connection, row["thread_id"]) if row["thread_id"] else ()
    return {
        "s": row,
        "label": label,
        "headings": row["heading"].split(HEADING_SEPARATOR) if row["heading"] else [],
        "sentence": reading.sentence(connection, row),
        "other_parts": reading.other_parts(connection, row),
        "surroundings": reading.surroundings(connection, row["document_id"], place),
        "on_pages": images.of_statement(connection, row["document_id"], ref),
        "owners": reading.owners(connection, ref),
        "owner_words": None if label == "commitment" else _owner_words(connection, row),
        "metrics": reading.metrics(connection, ref),
        "milestones": reading.milestones(connection, ref),
        "themes": reading.themes(connection, ref),
        "reasons": json.loads(row["reasons"]),
        "versions": told,
        "reviews": (said := reading.reviews(connection, ref)),
        "spoken": reviewed.spoken(connection, row, said),
        "compared": comparisons(connection, told),
        "related": reading.same_owner_and_theme(connection, row, limit=RELATED) if label == "commitment" else (),
        "explanation": words.STRENGTHS[row["strength"]] if label == "commitment" else words.PROGRESS_KINDS[row["kind"]],
    }


def _owner_words(connection: sqlite3.Connection, report: sqlite3.Row) -> str | None:
    """The words that name the owner of a report of progress, which has no table of candidates."""
    return reading.words(connection, report["document_id"], report["owner_words_start"], report["owner_words_end"])

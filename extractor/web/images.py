"""Pages of documents as pictures: their addresses, and what a statement's page shows of them with its words boxed."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from datasette.utils.asgi import Response

from extractor.lexicon.licences import publishable
from extractor.settings import Settings
from extractor.store.originals import beside
from extractor.web import page
from extractor.web.pictures import Busy, NotDrawn, PageOf, picture

# A statement that runs over more pages than these is shown where it begins.
MOST_PAGES = 3
# Points around the words, so that the box does not touch them.
MARGIN = 1.5
# Long enough for any number of pages; what is longer is no number that anybody meant.
_DIGITS = 6
_PAGE = """
SELECT d.sha256, p.turn FROM documents d JOIN originals o ON o.document_id = d.id JOIN pages p ON p.document_id = d.id
WHERE d.id = ? AND p.number = ?
"""
_BOXES = """
SELECT b.page, b.x0, b.top, b.x1, b.bottom, p.width, p.height FROM places b
JOIN pages p ON p.document_id = :document AND p.number = b.page WHERE b.statement_id = :statement ORDER BY b.line
"""
_DOCUMENT = """
SELECT d.format, d.licence, d.pages, o.allowed_by, EXISTS (SELECT 1 FROM pages p WHERE p.document_id = d.id) AS measured
FROM documents d LEFT JOIN originals o ON o.document_id = d.id WHERE d.id = ?
"""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in points from the upper left of its page."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page to show: its number, its width and height in points, and the boxes to draw on it."""

    number: int
    width: float
    height: float
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What can be shown of the pages that a statement stands on, or why nothing can be (`why`)."""

    sheets: tuple[Sheet, ...] = ()
    further: int = 0
    why: str = ""


async def page_image(datasette: Any, request: Any) -> Any:
    """A page of a document as PNG, where its licence allows that.

    A reader's browser asks each time whether the picture still holds: a document may be withdrawn.
    """
    id, number = page.path_variable(request, "id"), _number(page.path_variable(request, "number"))
    wanted = await page.read(datasette, lambda connection: connection.execute(_PAGE, [id, number]).fetchone())
    folder = beside(str(datasette.get_database(page.DATABASE).path or ""))
    if wanted is None or folder is None:
        raise page.NothingHere("There is no such page here, or the licence of its document does not let it be shown.")
    tag = f'"{wanted["sha256"][:32]}-{number}"'
    headers = {**page.SECURITY_HEADERS, "ETag": tag, "Cache-Control": "no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response("", status=HTTPStatus.NOT_MODIFIED, headers=headers)
    try:
        drawn = await picture(PageOf(folder, wanted["sha256"], number, wanted["turn"]), settings=settings_of(datasette))
    except Busy as problem:
        return page.problem(datasette, request, HTTPStatus.SERVICE_UNAVAILABLE, str(problem))
    except NotDrawn as problem:
        return page.problem(datasette, request, HTTPStatus.INTERNAL_SERVER_ERROR, str(problem))
    return Response(drawn, headers=headers, content_type="image/png")


def settings_of(datasette: Any) -> Settings:
    """The settings that the server was started with."""
    given: Settings | None = getattr(datasette, "program_settings", None)
    return given or Settings()


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS and text[0] != "0"):
        raise page.NothingHere("Pages are counted from 1.")
    return int(text)


def of_statement(connection: sqlite3.Connection, document: str, statement: str) -> Shown | None:
    """The pages that a statement stands on with its words boxed; None for a document without pages."""
    row = connection.execute(_DOCUMENT, [document]).fetchone()
    if row is None or row["format"] != "pdf":
        return None
    if not row["allowed_by"] or not row["measured"]:
        return Shown(why=_why(row))
    found = connection.execute(_BOXES, {"document": document, "statement": statement}).fetchall()
    sheets = _sheets(found)
    if not sheets:
        return Shown(why="Nobody kept where on the page these words stand.")
    return Shown(sheets[:MOST_PAGES], max(0, len(sheets) - MOST_PAGES))


def of_document(connection: sqlite3.Connection, document: str) -> str:
    """Why the pages of a document are shown or not, in a sentence; nothing for a document without pages."""
    row = connection.execute(_DOCUMENT, [document]).fetchone()
    if row is None or row["format"] != "pdf":
        return ""
    if not row["allowed_by"] or not row["measured"]:
        return _why(row)
    if row["allowed_by"] == "setting":
        return "Whoever runs this site has chosen to show the pages of every document."
    return f"Its licence allows it: {row['allowed_by']}."


def _sheets(rows: Sequence[sqlite3.Row]) -> tuple[Sheet, ...]:
    numbers = sorted({row["page"] for row in rows})
    by_page = {number: [row for row in rows if row["page"] == number] for number in numbers}
    return tuple(
        Sheet(number, on[0]["width"], on[0]["height"], tuple(_box(row) for row in on)) for number, on in by_page.items()
    )


def _box(row: sqlite3.Row) -> Box:
    return Box(
        round(row["x0"] - MARGIN, 1),
        round(row["top"] - MARGIN, 1),
        round(max(0.0, row["x1"] - row["x0"]) + 2 * MARGIN, 1),
        round(max(0.0, row["bottom"] - row["top"]) + 2 * MARGIN, 1),
    )


def _why(row: sqlite3.Row) -> str:
    """Why no page of a document is shown."""
    if not row["licence"]:
        return "The licence of this document is not known, so its page is not shown."
    if publishable(row["licence"]) is None:
        return f"The licence of this document (“{row['licence']}”) is none that lets its page be shown here."
    if not row["measured"]:
        return "An earlier version of the program read this document and kept nothing of its pages."
    return "Pages of documents are not shown here: whoever runs this site has chosen so."

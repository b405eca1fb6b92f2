"""PDF files: text and geometry from pdfium, ruled tables from pdfplumber, structure from how the page is set."""

import ctypes
import io
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pdfplumber
import pypdfium2
import pypdfium2.raw as pdfium

from extractor.errors import Rejected
from extractor.ingest.layout import Reading, clean, lay_out
from extractor.ingest.pdf_blocks import Page, pieces
from extractor.ingest.pdf_lines import Word, lines_of, words_of

# Only pages with rules as long as a cell are searched for tables, since the search takes most of the time.
MIN_RULE = 8.0
MAX_RULES = 3000
MAX_PAGES = 5000
# Titles that programs make up.
_NO_TITLE = re.compile(r"(?i)microsoft word|untitled|document\d*$|powerpoint|\.(?:docx?|indd|pdf|pptx?|qxd)$|^\W*$")


Box = tuple[float, float, float, float]
Grid = list[list[Box | None]]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page as pdfium gives it."""

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    ruled: bool
    pictured: bool


def read(raw: bytes) -> Reading:
    """Read a PDF. Raises Rejected: "encrypted", "damaged", "too-large", "no-text" (a scan)."""
    document = _open(raw)
    try:
        total = len(document)
        if total == 0:
            raise Rejected("damaged", "the PDF has no pages")
        if total > MAX_PAGES:
            raise Rejected("too-large", f"{total:,} pages; the limit is {MAX_PAGES:,}")
        sheets = [_sheet(document, number) for number in range(total)]
        outline = _outline(document)
        embedded, hints = _embedded(document)
    finally:
        document.close()
    scanned = [sheet.number for sheet in sheets if not sheet.words and sheet.pictured]
    if not any(sheet.words for sheet in sheets):
        reason = "its pages are pictures and need text recognition (OCR) first" if scanned else "its pages are blank"
        raise Rejected("no-text", f"the PDF has no text layer: {reason}")
    warnings: tuple[str, ...] = ()
    if scanned:
        listed = ", ".join(map(str, scanned[:20])) + ("…" if len(scanned) > 20 else "")
        warnings = (f"no text on page {listed}: a picture that needs text recognition (OCR)",)
    tables, problems = _tables(raw, [sheet for sheet in sheets if sheet.ruled and sheet.words])
    text, blocks = lay_out(pieces(_pages(sheets, tables), outline))
    return Reading(text, blocks, embedded=embedded, hints=hints, pages=total, warnings=(*warnings, *problems))


def _open(raw: bytes) -> Any:
    try:
        return pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as problem:
        if pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD or "password" in str(problem).casefold():
            raise Rejected("encrypted", "the PDF is protected by a password; save a copy without one") from problem
        raise Rejected("damaged", "the PDF is broken or cut short") from problem


def _sheet(document: Any, number: int) -> _Sheet:
    """One page's words, moved so that the page's lower left corner is the origin."""
    try:
        page = document[number]
        textpage = page.get_textpage()
    except pypdfium2.PdfiumError as problem:
        raise Rejected("damaged", f"page {number + 1} of the PDF is broken") from problem
    try:
        left, bottom, right, top = page.get_bbox()
        words = [
            replace(word, x0=word.x0 - left, x1=word.x1 - left, baseline=word.baseline - bottom)
            for word in words_of(textpage.raw)
        ]
        # what lies outside the page is not seen by a reader
        seen = tuple(w for w in words if 0 <= w.baseline <= top - bottom and -1 <= w.x0 <= right - left)
        items = [item.raw for item in page.get_objects(max_depth=3)]
        paths = [item for item in items if pdfium.FPDFPageObj_GetType(item) == pdfium.FPDF_PAGEOBJ_PATH]
        pictures = sum(pdfium.FPDFPageObj_GetType(item) == pdfium.FPDF_PAGEOBJ_IMAGE for item in items)
        # letters drawn as outlines are a picture of a page, too
        pictured = pictures > 0 or len(paths) > MAX_RULES
        return _Sheet(number + 1, right - left, top - bottom, seen, _is_ruled(paths), pictured)
    finally:
        textpage.close()
        page.close()


def _is_ruled(paths: list[Any]) -> bool:
    """Whether a page's paths could draw a table: rules or boxes with edges at three places across and three down."""
    if not 4 <= len(paths) <= MAX_RULES:
        return False
    across: set[int] = set()
    down: set[int] = set()
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for path in paths:
        if not pdfium.FPDFPageObj_GetBounds(path, left, bottom, right, top):
            continue
        width, height = right.value - left.value, top.value - bottom.value
        if width < MIN_RULE and height < MIN_RULE:
            continue
        if height >= MIN_RULE:
            across.update((round(left.value / 3), round(right.value / 3)))
        if width >= MIN_RULE:
            down.update((round(bottom.value / 3), round(top.value / 3)))
    return len(across) >= 3 and len(down) >= 3


def _pages(sheets: list[_Sheet], tables: Mapping[int, list[Grid]]) -> list[Page]:
    """Sheets to pages: tables taken out where rules draw them, the other words as lines in reading order."""
    pages = []
    for sheet in sheets:
        words = list(sheet.words)
        placed: list[tuple[float, list[list[str]]]] = []
        for grid in tables.get(sheet.number, []):
            rows, used = _fill(grid, words)
            if not _is_data(rows):
                continue
            placed.append((max(box[3] for row in grid for box in row if box), rows))
            words = [word for at, word in enumerate(words) if at not in used]
        pages.append(Page(sheet.number, sheet.width, sheet.height, tuple(lines_of(words, sheet.number)), tuple(placed)))
    return pages


def _tables(raw: bytes, sheets: list[_Sheet]) -> tuple[dict[int, list[Grid]], tuple[str, ...]]:
    """Grids of cell boxes (x0, y0, x1, y1, origin at the lower left) by page number; a warning if that failed."""
    if not sheets:
        return {}, ()
    try:
        return _grids(raw, sheets), ()
    except Exception as problem:
        # pdfplumber stands on another parser than pdfium and gives up on files that pdfium mends, with errors of any
        # kind; the words are there all the same, only the table's form is not
        return {}, (f"tables were read as running text, since their rules could not be: {str(problem)[:120]}",)


def _grids(raw: bytes, sheets: list[_Sheet]) -> dict[int, list[Grid]]:
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    found: dict[int, list[Grid]] = {}
    with pdfplumber.open(io.BytesIO(raw)) as document:
        for sheet in sheets:
            page = document.pages[sheet.number - 1]
            left, base = page.bbox[0], page.bbox[3]
            grids = [
                [[_flip(cell, left, base) if cell else None for cell in row.cells] for row in table.rows]
                for table in page.find_tables()
            ]
            found[sheet.number] = [grid for grid in grids if len(grid) > 1 and max(map(len, grid)) > 1]
            page.close()
    return found


def _flip(cell: Box, left: float, base: float) -> Box:
    x0, top, x1, bottom = cell
    return x0 - left, base - bottom, x1 - left, base - top


def _fill(grid: Grid, words: list[Word]) -> tuple[list[list[str]], set[int]]:
    """The text of each cell and which words went into one."""
    used: set[int] = set()
    rows: list[list[str]] = []
    for row in grid:
        texts = []
        for box in row:
            inside = (
                [] if box is None else [at for at, word in enumerate(words) if at not in used and _is_inside(word, box)]
            )
            used.update(inside)
            texts.append(_cell_text([words[at] for at in inside]))
        rows.append(texts)
    return rows, used


def _cell_text(words: list[Word]) -> str:
    parts: list[str] = []
    for line in lines_of(words, 0) if words else []:
        glued = parts and parts[-1].endswith("-") and not parts[-1].endswith(" -")
        parts.append(line.text if glued or not parts else f" {line.text}")
    return "".join(parts)


def _is_inside(word: Word, box: Box) -> bool:
    middle = (word.x0 + word.x1) / 2
    return box[0] - 1 <= middle <= box[2] + 1 and box[1] - 1 <= word.baseline + 0.25 * word.size <= box[3] + 1


def _is_data(rows: list[list[str]]) -> bool:
    """Whether a grid is a table and no frame around running text: several columns filled in several rows."""
    filled = [[cell for cell in row if clean(cell)] for row in rows]
    broad = [row for row in filled if len(row) > 1]
    return len(broad) > 1 and len(broad) >= 0.4 * len([row for row in filled if row])


def _outline(document: Any) -> frozenset[tuple[int, str]]:
    """What the document's bookmarks point at, as (page, folded text). Their levels rarely match how the page is set."""
    found: set[tuple[int, str]] = set()
    try:
        for entry in document.get_toc(max_depth=6):
            target = entry.get_dest()
            index = target.get_index() if target is not None else None
            title = clean(entry.get_title() or "").casefold()
            if index is not None and title:
                found.add((index + 1, title))
    except pypdfium2.PdfiumError:
        # broken bookmarks cost nothing but a few headings set like running text
        return frozenset(found)
    return frozenset(found)


def _embedded(document: Any) -> tuple[dict[str, str], dict[str, str]]:
    given = document.get_metadata_dict()
    title = clean(given.get("Title", ""))
    found = {"title": title} if title and not _NO_TITLE.search(title) else {}
    date = re.match(r"D:(\d{4})(\d{2})(\d{2})", given.get("CreationDate", ""))
    return found, {"published": "-".join(date.groups())} if date else {}

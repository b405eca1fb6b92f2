"""The pages of an open PDF one by one: by their tags, by how they are set, or recognised from their pictures."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

import pypdfium2

from extractor.errors import Rejected, too_large
from extractor.ingest.pdf.aligned import aligned_tables
from extractor.ingest.pdf.characters import Box, Frame, Sheet, Word, sheet_of
from extractor.ingest.pdf.columns import order_columns
from extractor.ingest.pdf.lines import lines_of, stretches_of, with_bullets, with_drop_capitals
from extractor.ingest.pdf.ocr import Unrecognised, looks_like_paper, missing, needs_recognition, recognise_page
from extractor.ingest.pdf.page import CellLines, Page, RuledTable
from extractor.ingest.pdf.rules import Drawing, Grid, drawing_of, grids_of
from extractor.ingest.pdf.tables import has_columns
from extractor.ingest.pdf.tagged import tagged_page
from extractor.ingest.pdf.tags import BrokenTree, tags_of
from extractor.settings import Settings

# Of a page with more characters nobody asks whether it is a scan.
FEW = 2_000


class PageReader:
    """Reads pages. `recognised` gives the confidence of those read from pictures, `unread` why others were not, and
    `frames` how each page is read: width, height, degrees turned.
    """

    def __init__(self, document: Any, settings: Settings) -> None:
        self.document = document
        self.settings = settings
        self.recognised: dict[int, float] = {}
        self.unread: dict[int, str] = {}
        self.frames: dict[int, tuple[float, float, int]] = {}
        self._scans: dict[int, tuple[Sheet, Drawing]] = {}
        self._sizes: list[float] = []
        self._missing: str | None = None
        self._asked = False
        self._characters = 0

    def pages(self, *, tagged: bool) -> list[Page]:
        """All pages; `tagged`: by their tags where these are sound. Raises Rejected where one is broken."""
        self._characters = 0
        return [self._page(number, tagged=tagged) for number in range(1, len(self.document) + 1)]

    def _page(self, number: int, *, tagged: bool) -> Page:
        try:
            page = self.document[number - 1]
            textpage = page.get_textpage()
        except pypdfium2.PdfiumError as problem:
            raise Rejected("damaged", f"page {number} of the PDF is broken") from problem
        try:
            self._characters += max(0, textpage.count_chars())
            if self._characters > self.settings.max_characters:
                raise too_large(
                    f"{self._characters:,} characters on {number:,} pages",
                    self.settings.max_characters,
                    "max_characters",
                )
            sheet = sheet_of(page, textpage)
            sheet = sheet._replace(words=with_drop_capitals(sheet.words))
            self.frames[number] = _frame(sheet, page.get_rotation())
            made = _by_tags(page, sheet, number) if tagged else None
            if made is not None:
                return made
            drawing = drawing_of(page, sheet.frame)
            characters = _characters(sheet)
            scanned = needs_recognition(characters, pictured=drawing.pictured, outlines=drawing.outlines)
            if scanned and (seen := self._recognised(page, number, characters)):
                sheet, drawing = seen
                # it was looked at as it is shown
                self.frames[number] = _frame(sheet, 0)
            return _by_geometry(sheet, drawing, number)
        finally:
            textpage.close()
            page.close()

    def _recognised(self, page: Any, number: int, characters: int) -> tuple[Sheet, Drawing] | None:
        """A scanned page's words and tables; None where it could not be read or says less than its text layer."""
        if number in self._scans or number in self.unread:
            return self._scans.get(number)
        if not looks_like_paper(page):
            # a photograph, which has no words to read
            return None
        if not self._asked:
            self._missing, self._asked = missing(self.settings), True
        if self._missing is not None:
            self.unread[number] = f"a picture that needs text recognition (OCR); {self._missing}"
            return None
        try:
            seen = recognise_page(page, self.settings, sizes=self._sizes)
        except Unrecognised as problem:
            self.unread[number] = str(problem)
            return None
        if sum(len(word.text) for word in seen.words) <= 2 * characters:
            return None
        self._sizes += [size for size in seen.sizes if size not in self._sizes]
        self.recognised[number] = round(seen.confidence, 3)
        width, height = page.get_size()
        sheet = Sheet(seen.words, Frame(0.0, 0.0, width, height, seen.turn))
        self._scans[number] = sheet, Drawing(tuple(grids_of(seen.rules, seen.height)), 0.0)
        return self._scans[number]


def _frame(sheet: Sheet, shown: int) -> tuple[float, float, int]:
    """A page's width and height as it is read, and by how many degrees clockwise it is turned for that; `shown` is by
    how many a viewer turns it anyway.
    """
    width, height = sheet.frame.size
    return round(width, 2), round(height, 2), (90 * sheet.frame.turn - shown) % 360


def _characters(sheet: Sheet) -> int:
    """How many letters and figures a page has; counted exactly only while there are few."""
    total = sum(len(word.text) for word in sheet.words)
    return total if total > FEW else sum(char.isalnum() for word in sheet.words for char in word.text)


def _by_tags(page: Any, sheet: Sheet, number: int) -> Page | None:
    if not any(word.mcid >= 0 for word in sheet.words):
        return None
    try:
        tags = tags_of(page)
    except BrokenTree:
        return None
    return tagged_page(tags, sheet, number) if tags else None


def _by_geometry(sheet: Sheet, drawing: Drawing, number: int) -> Page:
    """A page as lines in reading order, tables taken out where rules draw them."""
    width, height = sheet.frame.size
    words: Sequence[Word] = with_bullets(sheet.words, drawing.dots)
    tables: list[RuledTable] = []
    for grid in drawing.grids:
        rows, used = _fill(grid, words, number)
        if not has_columns(rows):
            continue
        tables.append(RuledTable(max(box[3] for row in grid for box in row if box), rows))
        words = [word for at, word in enumerate(words) if at not in used]
    aligned, stretches = aligned_tables(stretches_of(words, number))
    return Page(number, width, height, tuple(order_columns(stretches)), (*tables, *aligned))


def _fill(grid: Grid, words: Sequence[Word], page: int) -> tuple[tuple[tuple[CellLines, ...], ...], set[int]]:
    """The lines of each cell and which words went into one."""
    used: set[int] = set()
    heights = sorted((_middle(word), at) for at, word in enumerate(words))
    rows = []
    for row in grid:
        cells: list[CellLines] = []
        for box in row:
            level = (
                heights[bisect_left(heights, (box[1] - 1, -1)) : bisect_left(heights, (box[3] + 1, -1))] if box else []
            )
            inside = sorted(at for _, at in level if box and at not in used and _is_across(words[at], box))
            used.update(inside)
            cells.append(tuple(lines_of([words[at] for at in inside], page)) if inside else ())
        rows.append(tuple(cells))
    return tuple(rows), used


def _middle(word: Word) -> float:
    return word.baseline + 0.25 * word.size


def _is_across(word: Word, box: Box) -> bool:
    return box[0] - 1 <= (word.x0 + word.x1) / 2 <= box[2] + 1

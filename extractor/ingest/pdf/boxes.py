"""Where a quotation stands on the pages of a PDF, and pages as pictures with such boxes drawn in."""

from collections.abc import Iterable, Sequence
from functools import cache

import pypdfium2
from PIL import Image, ImageDraw

from extractor.errors import WrongUsage
from extractor.ingest.layout import clean
from extractor.ingest.pdf.characters import Sheet, Word, sheet_of
from extractor.records import Document, TextLine

# A word belongs to a line where the two overlap by so much of the line's height.
_LEVEL = 0.6


class PdfPages:
    """The pages of a PDF, open for looking at. To be closed; a context manager closes it."""

    def __init__(self, raw: bytes) -> None:
        self._document = pypdfium2.PdfDocument(raw)
        self._sheet = cache(self._read)

    def __enter__(self) -> "PdfPages":
        return self

    def __exit__(self, *_: object) -> None:
        self._document.close()

    def __len__(self) -> int:
        return len(self._document)

    def boxes(self, document: Document, start: int, end: int) -> list[TextLine]:
        """The boxes that the document's text from `start` to `end` fills, line by line, in points from the upper left.

        Lines that it fills in part are cut between letters. Raises WrongUsage for a span outside the text.
        """
        if not 0 <= start < end <= len(document.text):
            raise WrongUsage(f"{start}:{end} is no span of a text of {len(document.text)} characters")
        return [self._cut(document.text, line, start, end) for line in lines_between(document.lines, start, end)]

    def picture(
        self, number: int, boxes: Iterable[tuple[TextLine, str]] = (), *, dpi: int = 100, turn: int | None = None
    ) -> Image.Image:
        """Page `number` (from 1) as it is read, with boxes in the colours given. Raises WrongUsage: no such page.

        `turn` is what the document's `frames` say; without it the page is turned as its letters stand.
        """
        if not 1 <= number <= len(self):
            raise WrongUsage(f"there is no page {number}: the document has {len(self)}")
        page = self._document[number - 1]
        try:
            if turn is None:
                turn = (90 * self._sheet(number).frame.turn - page.get_rotation()) % 360
            image: Image.Image = page.render(scale=dpi / 72, rotation=turn).to_pil().convert("RGB")
        finally:
            page.close()
        drawn = ImageDraw.Draw(image)
        scale = dpi / 72
        for box, colour in boxes:
            corners = (box.x0 * scale - 2, box.top * scale - 1, box.x1 * scale + 2, box.bottom * scale + 1)
            drawn.rectangle(corners, outline=colour, width=2)
        return image

    def _read(self, number: int) -> Sheet:
        page = self._document[number - 1]
        textpage = page.get_textpage()
        try:
            return sheet_of(page, textpage)
        finally:
            textpage.close()
            page.close()

    def _cut(self, text: str, line: TextLine, start: int, end: int) -> TextLine:
        """The part of a line's box that lies between two characters of the text."""
        words = _words_in(self._sheet(line.page), line)
        letters = [letter for word in words for letter in _letters(word)]
        # the bullet before an item and the hyphen of a word that was cut stand on the page and not in the text
        begin = "".join(char for char, _, _ in letters).find(_solid(text[line.start : line.end]))
        first = begin + len(_solid(text[line.start : max(line.start, start)]))
        past = first + len(_solid(text[max(line.start, start) : min(line.end, end)]))
        if begin < 0 or past == first:
            # a page read from its picture has no letters: go by their number
            width = (line.x1 - line.x0) / max(1, line.end - line.start)
            x0 = line.x0 + width * max(0, start - line.start)
            x1 = line.x0 + width * (min(end, line.end) - line.start)
        else:
            x0, x1 = letters[first][1], letters[past - 1][2]
        return line._replace(start=max(start, line.start), end=min(end, line.end), x0=round(x0, 1), x1=round(x1, 1))


def boxes_of(raw: bytes, document: Document, spans: Iterable[tuple[int, int]]) -> list[list[TextLine]]:
    """The boxes of each of these spans of the document's text, as `PdfPages.boxes` gives them."""
    with PdfPages(raw) as pages:
        return [pages.boxes(document, start, end) for start, end in spans]


def lines_between(lines: Sequence[TextLine], start: int, end: int) -> list[TextLine]:
    """The lines that a span of the text touches."""
    return [line for line in lines if line.start < end and line.end > start]


def _solid(text: str) -> str:
    return "".join(text.split())


def _words_in(sheet: Sheet, line: TextLine) -> list[Word]:
    """The words of a page that make a line, left to right; a bullet or mark of a note left of it is none of them."""
    height = sheet.frame.size[1]
    size = (line.bottom - line.top) / 1.05
    baseline = height - line.top - 0.8 * size
    return sorted(
        (
            word
            for word in sheet.words
            if abs(word.baseline - baseline) <= (1 - _LEVEL) * size
            and word.x0 >= line.x0 - 1
            and word.x1 <= line.x1 + 1
            and not (word.size < 0.8 * size and word.baseline > baseline + 0.1 * size)
        ),
        key=lambda word: word.x0,
    )


def _letters(word: Word) -> Iterable[tuple[str, float, float]]:
    """Each letter with its left and right edge, all taken to be of one width."""
    text = _solid(clean(word.text))
    step = (word.x1 - word.x0) / max(1, len(text))
    return [(char, word.x0 + at * step, word.x0 + (at + 1) * step) for at, char in enumerate(text)]

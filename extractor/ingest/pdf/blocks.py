"""Lines of a PDF to pieces by how they are set: size and weight make headings, indents and gaps make blocks."""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Literal

from extractor.ingest.layout import Piece, Place
from extractor.ingest.lines import Marker, depth_of, ends_sentence, is_label, looks_like_heading, marker_of
from extractor.ingest.pdf.flow import Flow, flow, is_closed, is_led, joined_over_pages, shifted, without_leader
from extractor.ingest.pdf.line import Line
from extractor.ingest.pdf.page import Page, RuledTable
from extractor.ingest.pdf.tables import Columns, add_table
from extractor.ingest.pdf.typography import Typography, rounded

NOTE = re.compile(r"(?:\d{1,3}|[*†‡]|\[\d{1,3}\])\s+\S")
# Footnotes are set smaller than running text and stand in the lower part of a page.
SMALL = 0.92
NOTES_BELOW = 0.6
# A heading has at most so many words; in type as large as one a sentence or quotation of few may be meant as one.
HEADING_WORDS = 25
SHORT = 8
# A line that leaves more than this share of its column empty ended what it is part of.
EARLY = 0.25
_DECIMAL = re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,3}\.?)\s+(?=[^\W\d_])")
_FIELD = re.compile(r"[A-Z][A-Za-z ]{1,20}:\s")
_BRACKETED = re.compile(r"\[\d{1,3}\]")
_CAPTION = re.compile(r"(?:figure|table|chart|map|source)s?\s+(?:\d|[A-Z]\b)", re.IGNORECASE)
_NUMBERING = re.compile(r"(?:chapter|section|part)?\s*(\d{1,2}(?:\.\d{1,2})*)[.:]?\s+\S", re.IGNORECASE)
_ROMANS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")
_PAGE_AT_END = re.compile(r"[^\W\d_].*[\s.…](?:\d{1,3}|[ivxlc]{1,6})$")


@dataclass(slots=True)
class _Open:
    """The block being put together."""

    kind: Literal["heading", "paragraph", "item"]
    lines: list[Line]
    level: int = 0
    marker: Marker | None = None
    indent: float = 0.0


class Builder:
    """Grows blocks line by line and page by page. `outline` names lines that are headings, by (page, folded text).

    `headed` says that tags name the headings: a line in bold that they do not name is then none. `weighs` says that
    bold type sets something apart.
    """

    headed = False
    weighs = True

    def __init__(self, type_: Typography, outline: Set[tuple[int, str]], heights: Mapping[int, float]) -> None:
        self.type = type_
        self.outline = outline
        self.heights = heights
        self.pieces: list[Piece] = []
        self.notes: list[Piece] = []
        self.open: _Open | None = None
        self.stack: list[tuple[int, str]] = []
        self.last_item = (0, 0.0)
        # the markers that opened items so far, by where they stand
        self.markers: set[tuple[str, int]] = set()
        # the lines of the page, and where those of a column end, by where they begin
        self.beside: Sequence[Line] = ()
        self.rights: dict[int, float] = {}
        # those of the last table
        self.columns = Columns()

    def page(self, page: Page) -> None:
        """Take a page by its geometry."""
        self.beside, self.rights = page.lines, {}
        body, notes = self._split_notes(page)
        body = _without_marks(body, notes)
        self._footnotes(notes)
        tables = sorted(page.tables, key=lambda t: -t.top)
        listed = _is_contents(page)
        for line in body:
            while tables and tables[0].top > line.baseline:
                self._ruled(tables.pop(0), page.number)
            if listed:
                self._alone(line)
            else:
                self.line(line)
        for remaining in tables:
            self._ruled(remaining, page.number)

    def finish(self) -> list[Piece]:
        """The pieces of all pages, footnotes last."""
        self.close()
        # lines of dots lead the eye in lists of contents and say nothing
        said = [piece for piece in self.pieces if piece.kind == "row" or any(map(str.isalnum, piece.text))]
        joined = joined_over_pages(said, self.type.words)
        if not self.headed:
            joined = _by_numbers(joined)
        return [*_plain_headings(joined, 1 + len(self.type.heading_sizes)), *self.notes]

    def flow(self, lines: Sequence[Line]) -> Flow:
        """The text of lines and its places."""
        return flow(lines, self.type.words, self.heights)

    def _ruled(self, found: RuledTable, page: int) -> None:
        self.table([[self.flow(cell) for cell in row] for row in found.rows], page, header=None)

    def table(self, rows: Sequence[Sequence[Flow]], page: int, *, header: bool | None, cut: bool = False) -> None:
        """A table of cells with their places; `cut`: the first of its rows is known to begin on the page before."""
        self.close()
        self.stack.clear()
        self.columns = add_table(
            self.pieces, rows, page, header=header, before=self.columns, words=self.type.words, cut=cut
        )

    def _split_notes(self, page: Page) -> tuple[list[Line], list[Line]]:
        """Running text, and the footnotes at the foot of each column: small lines from one that a note's mark opens."""
        body: list[Line] = []
        notes: list[Line] = []
        lowest = page.height * NOTES_BELOW
        inside = False
        for line in page.lines:
            small = line.size <= SMALL * self.type.body
            opens = small and line.baseline < lowest and (line.noted or NOTE.match(line.text) is not None)
            inside = opens or (inside and small)
            (notes if inside else body).append(line)
        return body, notes

    def _footnotes(self, lines: list[Line]) -> None:
        group: list[Line] = []
        for line in lines:
            if group and (line.noted or NOTE.match(line.text)):
                self.note(group)
                group = []
            group.append(line)
        if group:
            self.note(group)

    def note(self, lines: Sequence[Line]) -> None:
        """A footnote, kept apart until all running text is read."""
        text, places = self.flow(lines)
        self.notes.append(Piece("footnote", text, page=lines[0].page, places=places))

    def _alone(self, line: Line) -> None:
        """A line of a table of contents: a paragraph of its own, whatever its size."""
        self.close()
        self.open = _Open("paragraph", [line])
        self.close()

    def line(self, line: Line) -> None:
        """Take the next line of running text."""
        if self.open and self.open.kind == "heading" and self._wraps(line):
            self.open.lines.append(line)
            return
        level = self.heading_level(line)
        if level:
            large = line.size >= 1.1 * self.type.body
            if large and self.open and self.open.kind == "heading" and self._same_heading(line, level):
                self.open.lines.append(line)
                return
            self.close()
            self.stack.clear()
            self.open = _Open("heading", [line], level=level)
            return
        if is_led(line.text):
            self._alone(line)
            return
        marker = marker_of(line.text) or self._next_number(line)
        if marker is not None and self._opens_item(line, marker):
            self.close()
            self.markers.add((marker.style, round(line.x0 / 3)))
            self.open = _Open("item", [line], marker=marker, indent=line.x0)
            return
        if self.open and self.open.kind != "heading" and self._continues(line):
            self.open.lines.append(line)
            return
        self.close()
        self.open = _Open("paragraph", [line], indent=line.x0)

    def heading_level(self, line: Line) -> int:
        """The level that a line's size, weight or bookmark gives it, 0 where it is running text."""
        words = len(line.text.split())
        size = rounded(line.size)
        if not any(char.isalpha() for char in line.text) or _CAPTION.match(line.text):
            return 0
        if size >= 1.1 * self.type.body and words <= HEADING_WORDS:
            return min(5, 1 + sum(larger > size for larger in self.type.heading_sizes))
        if (line.page, line.text.casefold()) in self.outline:
            return min(6, 1 + len(self.type.heading_sizes))
        previous = self.open.lines[-1] if self.open else None
        bold_inside = previous is not None and self.open is not None and self.open.kind != "heading" and previous.bold
        if self.weighs and line.bold and line.size >= 0.75 * self.type.body and words <= 16 and not bold_inside:
            marker = marker_of(line.text)
            if marker is not None and not any(char.isalnum() for char in marker.sign):
                return 0
            if not line.text.endswith((".", ";", ",")):
                return 6 if size < self.type.body else min(6, 1 + len(self.type.heading_sizes))
        return 0

    def _same_heading(self, line: Line, level: int) -> bool:
        assert self.open is not None
        last = self.open.lines[-1]
        near = last.page == line.page and 0 < last.baseline - line.baseline < 1.6 * line.size
        return near and level == self.open.level and last.bold == line.bold and rounded(last.size) == rounded(line.size)

    def _wraps(self, line: Line) -> bool:
        """Whether a line goes on with what is set like a heading: its first word did not fit in the line before."""
        assert self.open is not None
        last = self.open.lines[-1]
        gap = last.baseline - line.baseline
        return (
            last.page == line.page
            and 0 < gap < 1.45 * line.size
            and last.bold == line.bold
            and rounded(last.size) == rounded(line.size)
            and self._room(last) < _first_word(line) + line.size
        )

    def _room(self, line: Line) -> float:
        """How far a line ends from where most lines of its column end."""
        key = round(line.x0 / 20)
        if key not in self.rights:
            beside = sorted(other.x1 for other in self.beside if abs(other.x0 - line.x0) < 40)
            self.rights[key] = beside[int(0.8 * (len(beside) - 1))] if beside else line.x1
        return self.rights[key] - line.x1

    def _next_number(self, line: Line) -> Marker | None:
        """The marker of a numbered point that begins with a small letter, where it counts on from the point before."""
        found = _DECIMAL.match(line.text)
        before = self.open.marker if self.open else None
        if found is None or before is None or not before.style.startswith("decimal"):
            return None
        own, last = ([int(part) for part in sign.strip(".").split(".")] for sign in (found[1], before.sign))
        return Marker(before.style, found[1], found.end()) if own == [*last[:-1], last[-1] + 1] else None

    def _opens_item(self, line: Line, marker: Marker) -> bool:
        """Whether a marker opens an item and is no figure or dash that the line break put first."""
        if self.open is None or self.open.kind == "heading":
            return True
        last = self.open.lines[-1]
        if (marker.style, round(line.x0 / 3)) in self.markers:
            return True
        if not any(char.isalnum() for char in marker.sign):
            # a dash in the middle of a sentence stands where the text stands, a bullet's dash further in or out
            return (
                marker.style not in "–—-"
                or ends_sentence(last.text)
                or abs(line.x0 - last.x0) > 3
                or is_closed(last.text)
            )
        if is_closed(last.text) or line.page != last.page or last.baseline - line.baseline > 1.25 * self.type.leading:
            return True
        own = ordinal(marker.sign)
        before = ordinal(self.open.marker.sign) if self.open.marker else None
        return own is not None and ((before is not None and own == before + 1) or (own == 1 and line.x0 > last.x0 + 3))

    def _continues(self, line: Line) -> bool:
        """Whether a line goes on with the open paragraph or item."""
        assert self.open is not None
        last = self.open.lines[-1]
        if line.page != last.page:
            return False
        if abs(rounded(line.size) - rounded(last.size)) > 0.15 * last.size or line.noted:
            return False
        gap = last.baseline - line.baseline
        if gap < -1:
            # the next column: left to the joining of broken paragraphs
            return False
        usual = max(self.type.leading, 1.15 * line.size) if line.size >= 0.9 * self.type.body else 1.35 * line.size
        if gap > 1.3 * usual:
            return False
        closed = is_closed(last.text)
        if self.open.kind == "item":
            # an item's later lines stand under its text; a line back at the marker or left of it is no part of it
            return line.x0 > self.open.indent + 2 or not closed
        if closed and line.x0 > min(x.x0 for x in self.open.lines[-3:]) + 8 and len(self.open.lines) > 1:
            return False
        # a line that ends early though the next word would have fitted ended its paragraph
        room = self._room(last)
        if room < _first_word(line) + 3 * line.size:
            return True
        early = room > EARLY * (last.x1 + room - last.x0)
        return not (closed and (early or gap > 1.12 * usual)) and not (early and _FIELD.match(line.text))

    def close(self) -> None:
        """End the open block."""
        block, self.open = self.open, None
        if block is None:
            return
        text, places = self.flow(block.lines)
        page = block.lines[0].page
        if block.kind == "item" and block.marker is not None:
            self.item(text, places, block.marker, block.lines[0])
            return
        if block.kind == "heading" and self._is_heading(text, block.lines[0]):
            self.pieces.append(Piece("heading", without_leader(text), level=block.level, page=page, places=places))
            return
        self.stack.clear()
        self.pieces.append(Piece("paragraph", text, page=page, places=places))

    def _is_heading(self, text: str, first: Line) -> bool:
        """Whether lines set like a heading are one: no paragraph in bold, no lead-in, no quotation set large."""
        words = len(text.split())
        large = first.size >= 1.1 * self.type.body
        if words > HEADING_WORDS or (text.endswith((".", ";", ",")) and (not large or words > SHORT)):
            return False
        if text.endswith(":") and not is_label(text):
            return False
        return not (large and words > SHORT and text[0] in "“‘\"'")

    def item(self, text: str, places: tuple[Place, ...], marker: Marker, line: Line) -> None:
        """A list item whose text opens with its marker, in the line that it begins with."""
        if len(text) > marker.text_at:
            text, places = text[marker.text_at :], shifted(places, -marker.text_at)
        level = self.depth(line, marker.style)
        self.pieces.append(Piece("item", text, level=level, page=line.page, marker=printed(marker.sign), places=places))

    def depth(self, line: Line, style: str) -> int:
        """The depth from 1 of an item by its indent. In the next column or page a list goes on at another indent."""
        indent = round(line.x0 / 6)
        page, baseline = self.last_item
        self.last_item = (line.page, line.baseline)
        if self.stack and (line.page != page or line.baseline > baseline):
            known = [at for at, (_, used) in enumerate(self.stack) if used == style]
            by = indent - self.stack[known[-1] if known else 0][0]
            self.stack[:] = [(one + by, used) for one, used in self.stack]
        return depth_of(self.stack, indent, style)


def _without_marks(body: list[Line], notes: Sequence[Line]) -> list[Line]:
    """Running text without "[1]" and the like where the page has a note that opens so."""
    signs = {found[0] for line in notes if (found := _BRACKETED.match(line.text))}
    if not signs:
        return body
    mark = re.compile("|".join(rf"\s?{re.escape(sign)}" for sign in signs))
    return [replace(line, text=mark.sub("", line.text)) for line in body]


def _first_word(line: Line) -> float:
    """How wide the first word of a line is, its letters taken to be of one width."""
    return (line.x1 - line.x0) * len(line.text.split(" ", 1)[0]) / max(1, len(line.text))


def ordinal(sign: str) -> int | None:
    """What a marker counts: "12." and "(3)", "b)" as 2, "iv." as 4; None for bullets."""
    bare = sign.strip("().[]").casefold()
    if bare.isdecimal():
        return int(bare)
    if bare in _ROMANS:
        return _ROMANS.index(bare) + 1
    return ord(bare) - ord("a") + 1 if len(bare) == 1 and "a" <= bare <= "z" else None


def _by_numbers(given: list[Piece]) -> list[Piece]:
    """Pieces with the levels of numbered headings by their numbers: 2.1 is one below 2, whatever their sizes."""
    found = {
        at: numbering[1].count(".")
        for at, piece in enumerate(given)
        if piece.kind == "heading" and (numbering := _NUMBERING.match(piece.text))
    }
    if len(found) < 3 or not any(found.values()):
        return given
    top = min(given[at].level - depth for at, depth in found.items())
    return [
        replace(piece, level=max(1, min(6, max(1, top) + found[at]))) if at in found else piece
        for at, piece in enumerate(given)
    ]


def printed(sign: str) -> str:
    """A marker as the canonical text shows it: fonts of pictures have their bullets where Unicode has nothing."""
    return "•" if any("\ue000" <= char <= "\uf8ff" for char in sign) or sign == "o" else sign


def _is_contents(page: Page) -> bool:
    """Whether a page is a table of contents: most of its lines end in a page number."""
    ended = [line.text for line in page.lines if line.text[-1] in "0123456789ivxlc"]
    numbered = sum(bool(_PAGE_AT_END.search(text)) for text in ended)
    return numbered >= 5 and numbered > 0.6 * len(page.lines)


def _plain_headings(given: list[Piece], level: int) -> list[Piece]:
    """Make headings of paragraphs that only their words show to be one, where running text follows.

    Short lines in a row are the labels of a diagram or a title page and stay as they are.
    """
    short = [
        piece.kind == "paragraph" and looks_like_heading(piece.text) and not _CAPTION.match(piece.text)
        for piece in given
    ]
    result = list(given)
    for at in range(1, len(given) - 1):
        alone = short[at] and not short[at - 1] and not short[at + 1]
        before, after = given[at - 1], given[at + 1]
        follows = after.kind == "paragraph" and is_closed(after.text) and not is_led(after.text)
        if alone and follows and before.kind != "row" and is_closed(before.text):
            result[at] = replace(given[at], kind="heading", level=min(6, level))
    return result

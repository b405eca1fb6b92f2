"""Lines of a PDF to pieces: running headers go, size and weight make headings, broken paragraphs are joined."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from itertools import pairwise

from extractor.ingest.layout import Piece, clean, table
from extractor.ingest.lines import Marker, depth_of, ends_sentence, looks_like_heading, marker_of, number_in
from extractor.ingest.pdf_lines import Line

EDGE = 0.13
_PAGE_NUMBER = re.compile(
    r"(?:page\s*)?[-–|]?\s*(?:\d{1,4}|[ivxlc]{1,6})\s*(?:(?:of|/)\s*\d{1,4})?\s*[-–|]?", re.IGNORECASE
)
_NOTE = re.compile(r"(?:\d{1,3}|[*†‡])\s+\S")
_LEADER = re.compile(r"(?:\s?[.…_]){4,}\s*\d*\s*$")
_PAGE_AT_END = re.compile(r"[^\W\d_].*[\s.…](?:\d{1,3}|[ivxlc]{1,6})$")
_HYPHEN = re.compile(r"([^\W\d_]+)[-\u00ad\u2010]$")
_FIRST = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_CLOSED = re.compile(r"[.!?:;][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class Page:
    """A page in reading order: lines, and tables as (baseline of their top edge, rows of cell texts)."""

    number: int
    width: float
    height: float
    lines: tuple[Line, ...]
    tables: tuple[tuple[float, list[list[str]]], ...] = ()


@dataclass(frozen=True, slots=True)
class Typography:
    """What is normal in a document: size of running text, distance of its lines, right edge of a page's text."""

    body: float
    leading: float
    heading_sizes: tuple[float, ...]
    words: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Open:
    """The block being put together."""

    kind: str
    lines: list[Line]
    level: int = 0
    marker: Marker | None = None
    indent: float = 0.0


def running_lines(pages: Iterable[Page]) -> set[tuple[int, float, str]]:
    """Headers, footers, page numbers as (page, baseline, text): lines at an edge whose words, figures aside, repeat."""
    seen: defaultdict[str, set[int]] = defaultdict(set)
    edges: list[Line] = []
    total = 0
    for page in pages:
        total += 1
        top, bottom = page.height * (1 - EDGE), page.height * EDGE
        ordered = sorted(page.lines, key=lambda line: -line.baseline)
        outer = {id(line) for line in (*ordered[:2], *ordered[-2:])}
        for line in page.lines:
            if line.baseline > top or line.baseline < bottom or id(line) in outer:
                edges.append(line)
                seen[_shape(line.text)].add(page.number)
    needed = 3 if total > 4 else 2
    found = set()
    for line in edges:
        if (total > 1 and len(seen[_shape(line.text)]) >= needed) or _PAGE_NUMBER.fullmatch(line.text.strip()):
            found.add((line.page, line.baseline, line.text))
    return found


def _shape(text: str) -> str:
    return re.sub(r"\d+|\b[ivxlc]+\b|\s+", "#", clean(text).casefold())


def typography(pages: Iterable[Page]) -> Typography:
    """Measure a document's running text."""
    sizes: Counter[float] = Counter()
    gaps: Counter[float] = Counter()
    words: Counter[str] = Counter()
    lines = [line for page in pages for line in page.lines]
    for line in lines:
        sizes[_rounded(line.size)] += len(line.text)
        # the last word may be cut in two
        words.update(word.casefold() for word in _WORD.findall(line.text.rsplit(" ", 1)[0]))
    body = max(sizes, key=lambda size: sizes[size]) if sizes else 10.0
    for above, below in pairwise(lines):
        gap = above.baseline - below.baseline
        if (
            above.page == below.page
            and _rounded(above.size) == _rounded(below.size) == body
            and 0.8 * body < gap < 2.5 * body
        ):
            gaps[round(gap, 0)] += 1
    leading = max(gaps, key=lambda gap: (gaps[gap], -gap)) if gaps else 1.2 * body
    large = sorted(
        {_rounded(line.size) for line in lines if line.size >= 1.1 * body and len(line.text.split()) <= 25},
        reverse=True,
    )
    return Typography(body, leading, tuple(large), words)


def _rounded(size: float) -> float:
    return round(size * 2) / 2


def pieces(pages: Iterable[Page], outline: Set[tuple[int, str]]) -> list[Piece]:
    """All pages as pieces in reading order. `outline` names lines that are headings, by (page, folded text)."""
    pages = list(pages)
    running = running_lines(pages)
    pages = [
        replace(p, lines=tuple(line for line in p.lines if (line.page, line.baseline, line.text) not in running))
        for p in pages
    ]
    type_ = typography(pages)
    builder = _Builder(type_, outline)
    for page in pages:
        builder.page(page)
    return builder.finish()


class _Builder:
    """Grows blocks line by line and page by page."""

    def __init__(self, type_: Typography, outline: Set[tuple[int, str]]) -> None:
        self.type = type_
        self.outline = outline
        self.pieces: list[Piece] = []
        self.notes: list[Piece] = []
        self.open: _Open | None = None
        self.stack: list[tuple[int, str]] = []
        self.right = 0.0

    def page(self, page: Page) -> None:
        self.right = max((line.x1 for line in page.lines), default=page.width)
        body, notes = self._split_notes(page)
        self._footnotes(notes)
        tables = sorted(page.tables, key=lambda t: -t[0])
        listed = _is_contents(page)
        for line in body:
            while tables and tables[0][0] > line.baseline:
                self._table(tables.pop(0)[1], page.number)
            if listed:
                self._alone(line)
            else:
                self._line(line)
        for _, rows in tables:
            self._table(rows, page.number)

    def finish(self) -> list[Piece]:
        self._close()
        joined = _joined_over_pages(self.pieces, self.type.words)
        return [*_plain_headings(joined, 1 + len(self.type.heading_sizes)), *self.notes]

    def _table(self, rows: list[list[str]], page: int) -> None:
        self._close()
        self.stack.clear()
        last = self.pieces[-1] if self.pieces else None
        goes_on = last is not None and last.kind == "row" and last.page == page - 1 and len(last.cells) == len(rows[0])
        carried = [header for header, _ in last.cells] if last is not None and goes_on else []
        self.pieces.extend(table(rows, page=page, carried=carried))

    def _split_notes(self, page: Page) -> tuple[list[Line], list[Line]]:
        """Running text and the footnotes below it: small lines from the first that a note's number opens."""
        small = [line.size <= 0.92 * self.type.body for line in page.lines]
        lowest = page.height * 0.6
        for at, line in enumerate(page.lines):
            opens = (line.noted or _NOTE.match(line.text)) and small[at] and line.baseline < lowest
            if opens and all(small[at:]):
                return list(page.lines[:at]), list(page.lines[at:])
        return list(page.lines), []

    def _footnotes(self, lines: list[Line]) -> None:
        group: list[Line] = []
        for line in lines:
            if group and (line.noted or _NOTE.match(line.text)):
                self.notes.append(self._note(group))
                group = []
            group.append(line)
        if group:
            self.notes.append(self._note(group))

    def _note(self, lines: list[Line]) -> Piece:
        return Piece("footnote", _joined(lines, self.type.words), page=lines[0].page)

    def _alone(self, line: Line) -> None:
        """A line of a table of contents: a paragraph of its own, whatever its size."""
        self._close()
        self.open = _Open("paragraph", [line])
        self._close()

    def _line(self, line: Line) -> None:
        if not clean(line.text):
            return
        level = self._heading_level(line)
        if level:
            if self.open and self.open.kind == "heading" and self._same_heading(line, level):
                self.open.lines.append(line)
                return
            self._close()
            self.stack.clear()
            self.open = _Open("heading", [line], level=level)
            return
        if _LEADER.search(line.text):
            self._alone(line)
            return
        marker = marker_of(line.text)
        if marker is not None and self._opens_item(line, marker):
            self._close()
            self.open = _Open("item", [line], marker=marker, indent=line.x0)
            return
        if self.open and self.open.kind != "heading" and self._continues(line):
            self.open.lines.append(line)
            return
        self._close()
        self.open = _Open("paragraph", [line], indent=line.x0)

    def _heading_level(self, line: Line) -> int:
        words = len(line.text.split())
        size = _rounded(line.size)
        if size >= 1.1 * self.type.body and words <= 25 and any(char.isalpha() for char in line.text):
            return min(5, 1 + sum(larger > size for larger in self.type.heading_sizes))
        if (line.page, clean(line.text).casefold()) in self.outline:
            return min(6, 1 + len(self.type.heading_sizes))
        previous = self.open.lines[-1] if self.open else None
        bold_inside = previous is not None and self.open is not None and self.open.kind != "heading" and previous.bold
        if line.bold and line.size >= 0.95 * self.type.body and words <= 16 and not bold_inside:
            text = clean(line.text)
            marker = marker_of(text)
            if marker is not None and not any(char.isalnum() for char in marker.sign):
                return 0
            if not text.endswith((".", ";", ",")) and any(char.isalpha() for char in text):
                return 6 if size < self.type.body else min(6, 1 + len(self.type.heading_sizes))
        return 0

    def _same_heading(self, line: Line, level: int) -> bool:
        assert self.open is not None
        last = self.open.lines[-1]
        near = last.page == line.page and 0 < last.baseline - line.baseline < 1.6 * line.size
        return (
            near and level == self.open.level and last.bold == line.bold and _rounded(last.size) == _rounded(line.size)
        )

    def _opens_item(self, line: Line, marker: Marker) -> bool:
        """Whether a marker opens an item and is no figure that the line break put first."""
        if self.open is None or self.open.kind == "heading":
            return True
        last = self.open.lines[-1]
        if not any(char.isalnum() for char in marker.sign):
            # a dash in the middle of a sentence stands where the text stands, a bullet's dash further in or out
            return (
                marker.style not in "–—-"
                or ends_sentence(last.text)
                or abs(line.x0 - last.x0) > 3
                or bool(_CLOSED.search(last.text))
            )
        if (
            _CLOSED.search(last.text)
            or line.page != last.page
            or last.baseline - line.baseline > 1.25 * self.type.leading
        ):
            return True
        before = number_in(self.open.marker.sign) if self.open.marker else None
        return before is not None and number_in(marker.sign) == before + 1

    def _continues(self, line: Line) -> bool:
        """Whether a line goes on with the open paragraph or item."""
        assert self.open is not None
        last = self.open.lines[-1]
        if line.page != last.page:
            return False
        if abs(_rounded(line.size) - _rounded(last.size)) > 0.15 * last.size or line.noted:
            return False
        gap = last.baseline - line.baseline
        if gap < -1:
            # the next column: left to the joining of broken paragraphs
            return False
        usual = max(self.type.leading, 1.15 * line.size) if line.size >= 0.9 * self.type.body else 1.35 * line.size
        if gap > 1.3 * usual:
            return False
        closed = bool(_CLOSED.search(last.text))
        if self.open.kind == "item":
            # an item's later lines stand under its text; a line back at the marker or left of it is no part of it
            return line.x0 > self.open.indent + 2 or not closed
        if closed and line.x0 > min(x.x0 for x in self.open.lines[-3:]) + 8 and len(self.open.lines) > 1:
            return False
        # a line that ends early though the next word would have fitted ended its paragraph
        width = line.x1 - line.x0
        first = width * len(line.text.split(" ", 1)[0]) / max(1, len(line.text))
        room = self.right - last.x1
        return not (closed and room > first + 3 * line.size and gap > 1.12 * usual)

    def _close(self) -> None:
        block, self.open = self.open, None
        if block is None:
            return
        text = _joined(block.lines, self.type.words)
        page = block.lines[0].page
        if block.kind == "item" and block.marker is not None:
            marker = block.marker
            text = text[marker.text_at :] if len(block.lines[0].text) >= marker.text_at else text
            indent = round(block.indent / 6)
            # fonts of pictures have their bullets where Unicode has nothing
            sign = "•" if "\ue000" <= marker.sign <= "\uf8ff" else marker.sign
            self.pieces.append(
                Piece("item", text, level=depth_of(self.stack, indent, marker.style), page=page, marker=sign)
            )
            return
        if block.kind == "heading":
            text = _LEADER.sub("", text)
            self.pieces.append(Piece("heading", text, level=block.level, page=page))
            return
        self.stack.clear()
        self.pieces.append(Piece("paragraph", text, page=page))


def _is_contents(page: Page) -> bool:
    """Whether a page is a table of contents: most of its lines end in a page number."""
    numbered = sum(bool(_PAGE_AT_END.search(line.text)) for line in page.lines)
    return numbered >= 5 and numbered > 0.6 * len(page.lines)


def _joined(lines: list[Line], words: Mapping[str, int]) -> str:
    text = lines[0].text
    for line in lines[1:]:
        text = join_lines(text, line.text, words)
    return text


def join_lines(first: str, second: str, words: Mapping[str, int]) -> str:
    """Two lines as one; a word cut in two is made whole unless the document writes it with its hyphen."""
    cut = _HYPHEN.search(first)
    rest = _FIRST.match(second)
    if cut is None:
        glued = first.endswith(("-", "–", "/")) and not first.endswith((" -", " –", " /"))
        return first + ("" if glued else " ") + second
    if rest is None or rest.group()[0].isupper():
        return first + second
    left, right = cut.group(1).casefold(), rest.group().casefold()
    if words.get(left + right, 0) > words.get(f"{left}-{right}", 0):
        return first[:-1] + second
    if words.get(f"{left}-{right}", 0) or (words.get(left, 0) and words.get(right, 0)):
        return first + second
    return first[:-1] + second


def _joined_over_pages(given: list[Piece], words: Mapping[str, int]) -> list[Piece]:
    """Put paragraphs and items together again that a column or a page break cut in the middle of a sentence."""
    result: list[Piece] = []
    for piece in given:
        last = result[-1] if result else None
        if (
            last is not None
            and piece.kind == "paragraph"
            and last.kind in ("paragraph", "item")
            and not _CLOSED.search(last.text.rstrip())
            and not _LEADER.search(last.text)
            and not _LEADER.search(piece.text)
            and (
                piece.text[:1].islower()
                or (last.page != piece.page and not looks_like_heading(last.text) and _runs_on(last.text))
            )
        ):
            result[-1] = replace(last, text=join_lines(last.text, piece.text, words))
            continue
        result.append(piece)
    return result


def _plain_headings(given: list[Piece], level: int) -> list[Piece]:
    """Make headings of paragraphs that only their words show to be one, where running text follows.

    Short lines in a row are the labels of a diagram or a title page and stay as they are.
    """
    short = [piece.kind == "paragraph" and looks_like_heading(clean(piece.text)) for piece in given]
    result = list(given)
    for at in range(1, len(given) - 1):
        alone = short[at] and not short[at - 1] and not short[at + 1]
        before, after = given[at - 1], given[at + 1]
        follows = after.kind == "paragraph" and _CLOSED.search(after.text.rstrip()) and not _LEADER.search(after.text)
        if alone and follows and before.kind != "row" and _CLOSED.search(before.text.rstrip()):
            result[at] = replace(given[at], kind="heading", level=min(6, level))
    return result


def _runs_on(text: str) -> bool:
    """Whether a text breaks off where no paragraph ends: long, and closed by no mark."""
    return len(text.split()) > 12 and text.rstrip()[-1:].isalnum()

"""What a reader hands on, and the builder that makes one canonical text of pieces of layout, with blocks into it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from extractor.records import Block, BlockKind, Cell, TextLine

SEPARATOR = "\n\n"
CELL_SEPARATOR = " | "
INDENT = "  "
# So many rows may stand above the names of the columns.
MAX_TITLES = 3

# Typographic ligatures come out of PDF fonts as single characters; no search would ever find "ﬁrst".
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_MENDED = str.maketrans(
    # soft hyphens, zero-width characters, byte-order marks, and the object and replacement marks of embedded pictures
    {**_LIGATURES, **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff\ufffc\ufffe\uffff")}
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_SPACE = re.compile(r"\s+")
# "No.", "Ref.", "Para. no.": the names of columns are cut short to fit them
_SHORTENED = re.compile(r"(?:[^\W\d_]+\.? )?[^\W\d_]{1,5}\.")
# "Noted.", "In hand.": what stands below a name that only looks cut short
_ANSWER = re.compile(r"(?:[^\W\d_]+ ){0,2}[^\W\d_]+\.")


class Place(NamedTuple):
    """Where the text from character `at` on, up to the next place, stands: a line's box on a page.

    In points with the origin at the upper left of the page as it is read.
    """

    at: int
    page: int
    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A block before it has a place: its words, and for a row its cells as (header, words), left to right.

    `marker` is what stands before an item in the canonical text ("-", "3.", "(a)"). `places` tell where its lines are,
    `cell_places` the same for each cell; text with places must be clean already. `begun` is whether the file says that
    it begins on the page before, None where it says nothing of that.
    """

    kind: BlockKind
    text: str = ""
    level: int = 0
    page: int | None = None
    cells: tuple[tuple[str, str], ...] = ()
    marker: str = "-"
    places: tuple[Place, ...] = ()
    cell_places: tuple[tuple[Place, ...], ...] = ()
    begun: bool | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader makes of a file: the canonical text, its blocks, and the metadata that the file itself carries.

    `embedded` holds fields of the sidecar's names ("title", "published" as an ISO day or month…). `hints` holds weaker
    evidence of the same fields, such as the day on which the file was made, which a date in the text outweighs. `lines`
    tell where the text stands on the pages, `frames` how each page is read: width and height in points, by how many
    degrees clockwise it is turned for that; `recognised` gives the confidence (0–1) of each page read from a picture.
    """

    text: str
    blocks: tuple[Block, ...]
    embedded: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)
    pages: int | None = None
    warnings: tuple[str, ...] = ()
    lines: tuple[TextLine, ...] = ()
    recognised: Mapping[int, float] = field(default_factory=dict)
    frames: tuple[tuple[float, float, int], ...] = ()


def clean(text: str) -> str:
    """Mend a stretch of text: white space to single spaces, ligatures spelt out, invisible characters dropped."""
    return _SPACE.sub(" ", _CONTROL.sub(" ", text.translate(_MENDED))).strip()


def lay_out(pieces: Iterable[Piece]) -> tuple[str, tuple[Block, ...]]:
    """Place pieces one below the other and return (canonical text, blocks); pieces without words are left out."""
    layout = _Layout()
    for piece in pieces:
        layout.add(piece)
    return "".join(layout.parts), tuple(layout.blocks)


def lay_out_pages(pieces: Iterable[Piece]) -> tuple[str, tuple[Block, ...], tuple[TextLine, ...]]:
    """As `lay_out`, with the lines of the pages that the text stands in."""
    layout = _Layout()
    for piece in pieces:
        layout.add(piece)
    return "".join(layout.parts), tuple(layout.blocks), tuple(layout.lines)


@dataclass(slots=True)
class _Layout:
    """The canonical text as it grows."""

    parts: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    lines: list[TextLine] = field(default_factory=list)
    length: int = 0

    def add(self, piece: Piece) -> None:
        filled = [
            (clean(header), clean(words), piece.cell_places[at] if piece.cell_places else ())
            for at, (header, words) in enumerate(piece.cells)
        ]
        filled = [cell for cell in filled if cell[1]]
        text = clean(piece.text)
        if not (filled if piece.kind == "row" else text):
            return
        if self.parts:
            self._write(SEPARATOR)
        if piece.kind == "row":
            cells: list[Cell] = []
            for header, words, places in filled:
                if cells:
                    self._write(CELL_SEPARATOR)
                start = self._write(words, places)
                cells.append(Cell(header, start, self.length))
            self.blocks.append(Block("row", cells[0].start, self.length, page=piece.page, cells=tuple(cells)))
            return
        level = piece.level
        if piece.kind == "item":
            level = max(1, level)
            self._write(f"{INDENT * (level - 1)}{piece.marker} ")
        elif piece.kind == "heading":
            level = min(6, max(1, level))
        start = self._write(text, piece.places)
        self.blocks.append(Block(piece.kind, start, self.length, level=level, page=piece.page))

    def _write(self, part: str, places: Sequence[Place] = ()) -> int:
        """Add a stretch of text and the lines that it stands in; return where it starts."""
        self.parts.append(part)
        start, self.length = self.length, self.length + len(part)
        for number, place in enumerate(places):
            end = places[number + 1].at if number + 1 < len(places) else len(part)
            if place.at < end <= len(part):
                self.lines.append(TextLine(start + place.at, start + end, *place[1:]))
        return start


def table(
    rows: Sequence[Sequence[str]],
    *,
    header: bool | None = None,
    page: int | None = None,
    carried: Sequence[str] = (),
) -> list[Piece]:
    """Rows of cell texts as pieces. `header` says whether the first row names the columns (None: judge by its look).

    `carried` are the names of the columns of the table that this one goes on with, where it names none itself. Below
    its first row a table may name its columns anew, and above it may stand rows of a title.
    """
    rows = [row for row in rows if any(clean(cell) for cell in row)]
    heads = 0 if header else None if header is False else _header_row(rows, carried)
    names: Sequence[str] = carried
    pieces = []
    for number, row in enumerate(rows):
        if number == heads or names_again(row, names):
            names, own = row, [""] * len(row)
        else:
            own = [names[at] if at < len(names) else "" for at in range(len(row))]
        pieces.append(Piece("row", page=page, cells=tuple(zip(own, row, strict=True))))
    return pieces


def _header_row(rows: Sequence[Sequence[str]], carried: Sequence[str]) -> int | None:
    """Which row names the columns: the first, or the first below rows that are half empty, as titles are."""
    if carried:
        return None
    for number in range(min(MAX_TITLES, len(rows))):
        if looks_like_header(rows[number:]):
            return number
        if sum(bool(clean(cell)) for cell in rows[number]) > 0.5 * len(rows[number]):
            return None
    return None


def names_again(row: Sequence[str], names: Sequence[str]) -> bool:
    """Whether a row repeats most names of the columns, as tables do on the next page and for their next part."""
    pairs = [(clean(cell).casefold(), clean(name).casefold()) for cell, name in zip(row, names, strict=False)]
    named = [pair for pair in pairs if pair[1]]
    same = sum(cell == name for cell, name in named)
    return len(named) > 1 and same > 1 and same > 0.6 * len(named)


def looks_like_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names columns: several cells, all filled, short, no sentences, no bare figures."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    cells = [clean(cell) for cell in rows[0]]
    named = [cell for cell in cells if cell]
    return (
        len(named) > 1
        and len(named) >= len(cells) - 1
        and all(_is_name(cell) or _is_shortened(cell, at, rows) for at, cell in enumerate(cells) if cell)
    )


def _is_name(cell: str) -> bool:
    return len(cell.split()) <= 8 and not cell.endswith((".", ";")) and not cell[0].isdigit()


def _is_shortened(cell: str, at: int, rows: Sequence[Sequence[str]]) -> bool:
    """Whether a cell of the first row is a name cut short with a full stop, and no answer like those below it."""
    if _SHORTENED.fullmatch(cell) is None:
        return False
    below = (clean(row[at]) for row in rows[1:] if at < len(row))
    return not any(_ANSWER.fullmatch(other) for other in below if other != cell)

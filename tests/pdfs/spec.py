"""A small description of a document: what it says (blocks) and how it is set (a look), and the truth that follows."""

import re
from dataclasses import dataclass, field
from typing import Literal

Running = Literal["none", "plain", "chapter", "alternating"]
Numbers = Literal["none", "bare", "of", "roman"]
DrawOrder = Literal["natural", "rows", "reversed", "furniture-last", "furniture-first"]
Glyphs = Literal["line", "word", "glyph"]

MARK = re.compile(r"\[\^(\d+)\]")
BULLETS = "•●○◦▪■‣⁃–*✓\uf0b7\uf0a7o-"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a level from 1, with its number where it has one. `across`: over all columns."""

    text: str
    level: int = 1
    number: str = ""
    across: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; "[^3]" is the mark of footnote 3."""

    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """A list item at a depth from 1 behind its marker, which is drawn as a shape where it is empty."""

    text: str
    level: int = 1
    marker: str = "•"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, the first naming the columns; None is a cell merged with the one above, a row of one spans all.

    A cell's "\\n" starts a paragraph, and "\\n• " an item.
    """

    rows: tuple[tuple[str | None, ...], ...]
    widths: tuple[float, ...]
    ruled: bool = True


@dataclass(frozen=True, slots=True)
class Caption:
    """The words below a picture, which is an empty frame `height` high."""

    text: str
    height: float = 60


@dataclass(frozen=True, slots=True)
class Box:
    """Blocks in a frame: within the column, or in the margin beside it."""

    blocks: tuple["Heading | Paragraph | Item", ...]
    place: Literal["inline", "margin"] = "inline"


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows stands on a new page."""


Block = Heading | Paragraph | Item | Table | Caption | Box | PageBreak


@dataclass(frozen=True, slots=True)
class Look:
    """How a document is set. Lengths in points; `margins` are left, bottom, right, top; fonts are reportlab's names.

    `heading_sizes` are per level; equal to `size` they leave boldness alone to tell a heading. `origin` moves the page
    box off (0, 0) and prints a line outside it, `rotate` turns the page's own axes against the way it is seen. `mark`
    is how a footnote's number is set: raised in both places, raised in the text alone, or in brackets.
    """

    page: tuple[float, float] = (595, 842)
    margins: tuple[float, float, float, float] = (72, 72, 72, 80)
    columns: int = 1
    gutter: float = 24
    balance: bool = False
    font: str = "Helvetica"
    size: float = 10.5
    leading: float = 1.25
    gap: float = 7
    indent_first: float = 0
    justify: bool = False
    hyphenate: bool = False
    ligatures: bool = False
    glyphs: Glyphs = "line"
    spaces: bool = True
    heading_sizes: tuple[float, ...] = (20, 15, 12)
    heading_bold: bool = True
    heading_spacing: float = 0
    item_indent: float = 18
    item_gap: float = 3
    table_size: float = 9.5
    repeat_header: bool = True
    split_rows: bool = False
    note_size: float = 8
    mark: Literal["raised", "flat-note", "bracket"] = "raised"
    header: Running = "none"
    footer: Running = "none"
    numbers: Numbers = "none"
    first_number: int = 1
    running_gap: float = 30
    order: DrawOrder = "natural"
    origin: tuple[float, float] = (0, 0)
    rotate: int = 0
    margin_box: float = 120
    watermark: str = ""


@dataclass(frozen=True, slots=True)
class Spec:
    """A document to make: blocks, footnotes by the number of their mark, the title that a running header repeats."""

    blocks: tuple[Block, ...]
    look: Look = field(default_factory=Look)
    notes: tuple[tuple[int, str], ...] = ()
    title: str = "Annual plan for fair staffing"


UnitKind = Literal["heading", "paragraph", "item", "cell", "caption"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A block as it should be read. `loose` blocks have no one place in the order (a box in the margin)."""

    kind: UnitKind
    text: str
    level: int = 0
    marker: str = ""
    loose: bool = False


Row = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """What a reader should find: blocks in order, rows as (header, words), footnotes, and running lines by page."""

    units: tuple[Unit, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    running: tuple[tuple[str, ...], ...]


def truth(spec: Spec, running: tuple[tuple[str, ...], ...]) -> Truth:
    """The truth about a document whose pages carry these running lines."""
    units: list[Unit] = []
    rows: list[Row] = []
    for block in spec.blocks:
        if isinstance(block, Box):
            units += [unit for inner in block.blocks for unit in _units(inner, loose=block.place == "margin")]
        elif isinstance(block, Table):
            rows += table_rows(block)
            units += [Unit("cell", part) for row in block.rows for cell in row if cell for part in cell_parts(cell)]
        else:
            units += _units(block)
    return Truth(tuple(units), tuple(rows), tuple(text for _, text in spec.notes), running)


def _units(block: Block, *, loose: bool = False) -> list[Unit]:
    match block:
        case Heading(text, level, number):
            return [Unit("heading", f"{number} {text}".strip(), level=level, loose=loose)]
        case Paragraph(text):
            return [Unit("paragraph", MARK.sub("", text), loose=loose)]
        case Item(text, level, marker):
            return [Unit("item", MARK.sub("", text), level=level, marker=marker, loose=loose)]
        case Caption(text):
            return [Unit("caption", text)]
    return []


def cell_parts(cell: str) -> list[str]:
    """The paragraphs and items of a cell, without their bullets."""
    return [part.removeprefix("• ") for part in MARK.sub("", cell).split("\n")]


def table_rows(table: Table) -> list[Row]:
    """A table's rows below its header; a merged cell is its first row's, a row of one cell has no header."""
    names = [cell or "" for cell in table.rows[0]]
    rows: list[Row] = []
    for row in table.rows[1:]:
        if len(row) == 1:
            rows.append((("", row[0] or ""),))
        else:
            rows.append(
                tuple((name, " ".join(cell_parts(cell))) for name, cell in zip(names, row, strict=True) if cell)
            )
    return rows

"""A PDF page between its words and its blocks: lines in reading order, tables, and the parts that its tags name."""

from dataclasses import dataclass

from extractor.ingest.pdf.line import Line

# A cell of a table drawn by rules: its lines.
CellLines = tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class RuledTable:
    """A table that rules draw: where its top edge stands, and the lines of its cells row by row."""

    top: float
    rows: tuple[tuple[CellLines, ...], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A block of a tagged page: what kind of block the tags say it is ("loose": outside the tags), and its lines.

    `label` is a list item's bullet or number, `level` a heading's level (0: not said) or an item's depth. `begun` says
    that it begins on the page before.
    """

    kind: str
    lines: tuple[Line, ...]
    level: int = 0
    label: str = ""
    rows: tuple[tuple["CellParts", ...], ...] = ()
    begun: bool = False


@dataclass(frozen=True, slots=True)
class CellParts:
    """A cell of a tagged table, whether it heads a column or row, over how many columns and rows it goes."""

    parts: tuple[Part, ...]
    heads: bool
    columns: int
    rows: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its lines in reading order; either the tables beside them that rules draw, or the parts of its tags.

    `artifacts` says that something on it is marked as no part of the text.
    """

    number: int
    width: float
    height: float
    lines: tuple[Line, ...]
    tables: tuple[RuledTable, ...] = ()
    parts: tuple[Part, ...] | None = None
    artifacts: bool = False

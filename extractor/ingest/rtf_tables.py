"""Tables of rich text: rows whose cells are known only by the places of their right edges."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from extractor.ingest.layout import Piece
from extractor.ingest.office import MAX_COLUMNS, TableCell, table_pieces

# Edges nearer to each other than this, in twentieths of a point, are one edge that was moved by hand.
SAME_EDGE = 60


@dataclass(frozen=True, slots=True)
class _Shape:
    """What is said of a cell before its row: its right edge, and whether the cell to the left or above covers it."""

    right: int
    covered_left: bool = False
    covered_above: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    cells: tuple[tuple[Piece, ...], ...]
    shapes: tuple[_Shape, ...]
    heading: bool


@dataclass(slots=True)
class Table:
    """A table as it is read. `pieces` are those of the open cell."""

    pieces: list[Piece] = field(default_factory=list)
    _cells: list[tuple[Piece, ...]] = field(default_factory=list)
    _shapes: list[_Shape] = field(default_factory=list)
    _rows: list[_Row] = field(default_factory=list)
    _left: bool = False
    _above: bool = False
    _heading: bool = False

    def define(self, word: str, value: int | None) -> None:
        """Take in what a control word says of the row or of its next cell."""
        if word == "trowd":
            self._shapes.clear()
            self._heading = self._left = self._above = False
        elif word == "trhdr":
            self._heading = value != 0
        elif word == "clmrg":
            self._left = True
        elif word == "clvmrg":
            self._above = True
        elif word == "cellx" and len(self._shapes) < MAX_COLUMNS:
            self._shapes.append(_Shape(value or 0, self._left, self._above))
            self._left = self._above = False

    def end_cell(self) -> None:
        """Close the open cell."""
        self._cells.append(tuple(self.pieces))
        self.pieces.clear()

    def end_row(self) -> None:
        """Close the open row."""
        if self.pieces:
            self.end_cell()
        if self._cells:
            self._rows.append(_Row(tuple(self._cells[:MAX_COLUMNS]), tuple(self._shapes), self._heading))
        self._cells.clear()

    def finished(self) -> Iterator[Piece]:
        """The table's rows as pieces, whatever is open closed."""
        self.end_row()
        edges: list[int] = []
        for edge in sorted(shape.right for row in self._rows for shape in row.shapes):
            if not edges or edge - edges[-1] > SAME_EDGE:
                edges.append(edge)
        heads = next((at for at, row in enumerate(self._rows) if not row.heading), 0)
        yield from table_pieces([_placed(row, edges) for row in self._rows], heads=heads)


def _placed(row: _Row, edges: list[int]) -> list[TableCell]:
    """A row's cells with the number of columns that each covers."""
    placed: list[TableCell] = []
    column = 0
    for number, pieces in enumerate(row.cells):
        shape = row.shapes[number] if number < len(row.shapes) else None
        until = sum(edge <= shape.right for edge in edges) if shape is not None else column + 1
        span, column = max(1, until - column), max(until, column + 1)
        if shape is not None and shape.covered_left and placed and not pieces:
            placed[-1] = TableCell(placed[-1].pieces, placed[-1].span + span)
        else:
            covered = shape is not None and shape.covered_above
            placed.append(TableCell(() if covered else pieces, span))
    return placed

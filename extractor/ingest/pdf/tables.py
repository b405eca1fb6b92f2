"""Tables of pages to rows: short rows put in their columns, tables and rows that a page break cut put together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

from extractor.ingest.layout import Piece, names_again, table
from extractor.ingest.pdf.flow import Flow, is_closed, join_flows

# The cells of one column begin, end or are centred at one place, to so many points.
LEVEL = 3.0
# Rows of more columns than this are not looked through for the best place of each cell.
MAX_ALIGNED = 30
# No column is called by more words.
NAME_WORDS = 20
# What a cell costs in a column whose place is not known, in points.
UNKNOWN = 50.0
# A cell of more words than this that no mark closes breaks off in its sentence.
SHORT = 4
# With so many rows on either side of a page break are those at it compared.
COMPARED = 20
# So many rows show what the rows of a table are like.
ENOUGH = 3

# From where to where text reaches, left to right, in points.
Span = tuple[float, float]
Row = list[Flow]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table: what they are called and how far the text in them reaches (None: not known)."""

    names: tuple[str, ...] = ()
    spans: tuple[Span | None, ...] = ()


def add_table(
    pieces: list[Piece],
    cells: Sequence[Sequence[Flow]],
    page: int,
    *,
    header: bool | None,
    before: Columns,
    words: Mapping[str, int],
    cut: bool = False,
) -> Columns:
    """Add a table's rows to `pieces` and return its columns; `before` are those of the last table.

    A table that goes on from the page before keeps that one's columns, and its first row may be the rest of the last
    of `pieces`; `cut` says that the document itself holds it for one. `header` is as in `layout.table`.
    """
    rows: list[Row] = [list(row) for row in cells if any(text for text, _ in row)]
    if not rows:
        return before
    ends = _last_page(pieces[-1]) if pieces and pieces[-1].kind == "row" else 0
    over = ends == page - 1
    width = max(map(len, rows))
    if over and width < len(before.spans) and _fit(rows, before.spans):
        # each row lacks a cell that reaches down from the page before
        width = len(before.spans)
    goes_on = ends >= page - 1 and width == len(before.spans)
    spans = _spans(rows, width, before.spans if goes_on else (None,) * width)
    rows = [_in_columns(row, spans) for row in rows]
    carried = before.names if goes_on else ()
    if over and goes_on:
        _rejoin(pieces, rows, carried, header=bool(header), words=words, cut=cut)
    texts = [[text for text, _ in row] for row in rows]
    made = table(texts, header=header, page=page, carried=carried)
    for piece, row in zip(made, rows, strict=True):
        pieces.append(replace(piece, cell_places=tuple(places for _, places in row)))
    named = (tuple(name for name, _ in piece.cells) for piece in reversed(made))
    names = next((names for names in named if any(names)), tuple(carried))
    return Columns(() if any(len(name.split()) > NAME_WORDS for name in names) else names, spans)


def has_columns(rows: Sequence[Sequence[object]]) -> bool:
    """Whether a grid of cells is a table and no frame around running text: several columns filled in several rows.

    A cell is filled where it is true: a text or lines that are not empty.
    """
    filled = [count for row in rows if (count := sum(bool(cell) for cell in row))]
    broad = sum(count > 1 for count in filled)
    return broad > 1 and broad >= 0.4 * len(filled)


def goes_on_from(pieces: Sequence[Piece], page: int) -> bool:
    """Whether all that was read so far ends in a table at the end of the page before."""
    return bool(pieces) and pieces[-1].kind == "row" and _last_page(pieces[-1]) == page - 1


def _last_page(piece: Piece) -> int:
    return max((place.page for places in piece.cell_places for place in places), default=piece.page or 0)


def _extent(cell: Flow) -> Span | None:
    places = cell[1]
    return (min(place.x0 for place in places), max(place.x1 for place in places)) if places else None


def _spans(rows: Sequence[Row], width: int, known: Sequence[Span | None]) -> tuple[Span | None, ...]:
    """How far the text of each column reaches in the rows that have all cells, else in what is known already."""
    found: list[Span | None] = [None] * width
    for row in rows:
        for at, cell in enumerate(row):
            extent = _extent(cell)
            # a cell over several columns, which empty ones follow, says nothing of where the first of them ends
            if len(row) < width or extent is None or (at + 1 < width and not row[at + 1][0]):
                continue
            span = found[at]
            found[at] = (min(span[0], extent[0]), max(span[1], extent[1])) if span else extent
    return tuple(own or span for own, span in zip(found, known, strict=True))


def _fit(rows: Sequence[Row], spans: Sequence[Span | None]) -> bool:
    """Whether nearly all cells stand level with the text of some column."""
    extents = [extent for row in rows for cell in row if (extent := _extent(cell)) is not None]
    level = sum(any(span is not None and _is_level(extent, span) for span in spans) for extent in extents)
    return level > 0.7 * len(extents)


def _is_level(extent: Span, span: Span) -> bool:
    left, right = extent[0] - span[0], extent[1] - span[1]
    return min(abs(left), abs(right), abs(left + right) / 2) <= LEVEL


def _in_columns(row: Row, spans: Sequence[Span | None]) -> Row:
    """A row with a cell for each column: what there are go, in their order, where the text of each fits best."""
    width = len(spans)
    missing = width - len(row)
    if not missing or width > MAX_ALIGNED:
        return [*row, *[("", ())] * missing]
    # by how many columns are used: the least cost of the cells so far, and in which columns they stand
    best: list[tuple[float, tuple[int, ...]]] = [(0.0, ())] * (width + 1)
    for cell in row:
        extent = _extent(cell)
        step: list[tuple[float, tuple[int, ...]]] = [(inf, ())]
        for at, span in enumerate(spans):
            cost, used = best[at]
            here = (cost + _misfit(extent, span), (*used, at))
            step.append(here if here[0] < step[at][0] else step[at])
        best = step
    aligned: Row = [("", ())] * width
    for at, cell in zip(best[width][1], row, strict=True):
        aligned[at] = cell
    return aligned


def _misfit(extent: Span | None, span: Span | None) -> float:
    """How far a cell's text reaches out of a column's, in points."""
    if extent is None:
        return 0.0
    return UNKNOWN if span is None else max(0.0, span[0] - extent[0]) + max(0.0, extent[1] - span[1])


def _rejoin(
    pieces: list[Piece],
    rows: list[Row],
    names: Sequence[str],
    *,
    header: bool,
    words: Mapping[str, int],
    cut: bool,
) -> None:
    """Take the rest of the last row of the page before out of `rows`; it stands first or below the columns' names."""
    again = header or names_again([text for text, _ in rows[0]], names)
    last = pieces[-1]
    if len(rows) <= again or len(last.cells) != len(rows[0]):
        return
    texts = [[text for text, _ in row] for row in rows[again:]]
    others = [*texts[1 : 1 + COMPARED], *_rows_before(pieces, len(last.cells))]
    if not cut and not _is_rest([text for _, text in last.cells], texts[0], others):
        return
    rest = rows.pop(again)
    joined = [
        join_flows((text, places), cell, words)
        for (_, text), places, cell in zip(last.cells, last.cell_places, rest, strict=True)
    ]
    pieces[-1] = replace(
        last,
        cells=tuple((name, text) for (name, _), (text, _) in zip(last.cells, joined, strict=True)),
        cell_places=tuple(places for _, places in joined),
    )


def _rows_before(pieces: Sequence[Piece], width: int) -> Iterator[list[str]]:
    """The texts of the rows of so many cells before the last."""
    for piece in pieces[-1 - COMPARED : -1]:
        if piece.kind == "row" and len(piece.cells) == width and any(name for name, _ in piece.cells):
            yield [text for _, text in piece.cells]


def _is_rest(last: Sequence[str], row: Sequence[str], others: Sequence[Sequence[str]]) -> bool:
    """Whether a row goes on with the cells of the last row and opens none of its own.

    The first cell, which tells rows apart, ended on the page before or is cut in its sentence, too. Figures alone make
    a row, as those of totals do.
    """
    broken = [_is_cut(last[at], text, [other[at] for other in others]) for at, text in enumerate(row)]
    lower = [text[:1].islower() for text in row]
    key = next((at for at, text in enumerate(row) if last[at] or text), 0)
    if row[key] and not broken[key]:
        return False
    if any(text and not any(map(str.isalpha, text)) for text in row) and not any(
        cut and small for cut, small in zip(broken, lower, strict=True)
    ):
        return False
    if not row[key] and _lacks(key, last, row, others):
        return True
    goes_on = (
        not text or (last[at] and (broken[at] or lower[at] or text[0].isdecimal())) for at, text in enumerate(row)
    )
    return any(broken) and all(goes_on)


def _lacks(key: int, last: Sequence[str], row: Sequence[str], others: Sequence[Sequence[str]]) -> bool:
    """Whether a row lacks its first cell, which no other row does, and more that would be there below a merged cell."""
    beside = [at for at, text in enumerate(last) if text and at != key]
    short = len(beside) == 1 or any(not row[at] for at in beside)
    return short and len(others) >= ENOUGH and all(other[key] for other in others)


def _is_cut(above: str, text: str, others: Sequence[str]) -> bool:
    """Whether a page break cut a sentence in the middle of a cell, which looks like no other of its column then."""
    length = len(above.split())
    if length < 2 or not text or is_closed(above):
        return False
    if text[0].islower() and not any(other[:1].islower() for other in others):
        return True
    return length > SHORT and all(is_closed(other) for other in others if len(other.split()) > SHORT)

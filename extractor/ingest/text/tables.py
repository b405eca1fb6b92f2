"""Tables in plain text: rows by bars, by tabs, or by columns set with spaces."""

import re
from collections.abc import Sequence
from itertools import pairwise

from extractor.ingest.text.lines import Line
from extractor.records import Block, Cell

Span = tuple[int, int]

_GAP = re.compile(r"[ \t\u00a0]{2,}")
_WIDE = 3
_ALIGNED = 1
# A line with more gaps than this is no row; each of its columns would be held against each of the next line's.
MAX_COLUMNS = 30
MAX_HEADER_WORDS = 6


def rows_of(lines: Sequence[Line]) -> dict[int, tuple[Span, ...]]:
    """For each line that is a row of a table, by its number, the spans of its cells."""
    split = [_split(line) for line in lines]
    columns = [columns_of(line) for line in lines]
    places = [_places(line, spans) for line, spans in zip(lines, columns, strict=True)]
    rows: dict[int, tuple[Span, ...]] = {}
    for number, line in enumerate(lines):
        cells = split[number]
        if len(cells) > 1:
            around = [at for at in (number - 1, number + 1) if 0 <= at < len(lines)]
            if line.text.count("|") >= 2 or any(len(split[at]) == len(cells) for at in around):
                rows[number] = cells
        elif len(columns[number]) > 1 and line.depth == 0:
            beside = [at for at in _neighbours(columns, number) if lines[at].page == line.page]
            beside = [at for at in beside if _align(places[number], places[at])]
            if beside and (_is_wide(columns[number]) or len(beside) == 2):
                rows[number] = tuple((line.start + start, line.start + end) for start, end in columns[number])
    return rows


def _neighbours(columns: Sequence[tuple[Span, ...]], number: int) -> list[int]:
    """The lines above and below that may be rows of the same table; a cell may go on over one line in between."""
    found = []
    for step in (-1, 1):
        near = [at for at in (number + step, number + 2 * step) if 0 <= at < len(columns) and len(columns[at]) > 1]
        found += near[:1]
    return found


def _split(line: Line) -> tuple[Span, ...]:
    """The cells of a line between bars, or else between tabs."""
    if line.marker is not None and "\t" in line.text[: line.marker.text_at]:
        return ()
    if "|" not in line.text and "\t" not in line.text:
        return ()
    spans = []
    for match in re.finditer(r"[^|]+" if "|" in line.text else r"[^\t]+", line.text):
        cell = match.group()
        if cell.strip():
            begin = line.start + match.start() + len(cell) - len(cell.lstrip())
            spans.append((begin, begin + len(cell.strip())))
    return tuple(spans)


def columns_of(line: Line) -> tuple[Span, ...]:
    """The stretches of a line between gaps of two spaces or more, as spans into the line."""
    edges = [0]
    for gap in _GAP.finditer(line.text):
        # two spaces behind a full stop are a typist's habit
        if len(gap.group()) > 2 or line.text[gap.start() - 1] not in ".!?:":
            edges += gap.span()
    edges.append(len(line.text))
    if line.marker is not None and len(edges) > 2 and edges[2] <= line.marker.text_at:
        edges = [0, *edges[3:]]
    if len(edges) > 2 * MAX_COLUMNS:
        return ((0, len(line.text)),)
    return tuple(zip(edges[::2], edges[1::2], strict=True))


def _is_wide(columns: tuple[Span, ...]) -> bool:
    return all(right[0] - left[1] >= _WIDE for left, right in pairwise(columns))


def _places(line: Line, columns: Sequence[Span]) -> list[Span]:
    """The columns as they stand on the page, indentation included."""
    return [(line.indent + start, line.indent + end) for start, end in columns]


def _align(one: list[Span], other: list[Span]) -> bool:
    """Whether every column of the shorter row begins or ends where one of the longer does, but for a letter."""
    less, more = sorted((one, other), key=len)
    return len(less) > 1 and all(
        any(abs(a[0] - b[0]) <= _ALIGNED or abs(a[1] - b[1]) <= _ALIGNED for b in more[1:]) for a in less[1:]
    )


def goes_on(row: Line, line: Line) -> bool:
    """Whether a line goes on with a cell of the row above: it begins in small letters under one of its columns."""
    return line.text[0].islower() and any(
        abs(line.indent - start) <= _ALIGNED for start, _ in _places(row, columns_of(row))
    )


def row_block(cells: tuple[Span, ...], end: int, *, opens: bool, follows: bool, names: list[str], text: str) -> Block:
    """A row as a block up to `end`; `names` holds the headers of the table being read and is filled by its first row.

    `opens`: the row is the first of its table; `follows`: another row comes after it.
    """
    words = [text[start:stop] for start, stop in cells]
    if opens:
        plain = all(
            len(word.split()) <= MAX_HEADER_WORDS and not word.endswith(".") and not word[0].isdigit() for word in words
        )
        names[:] = words if follows and plain else [""] * len(words)
    made = tuple(
        Cell("" if opens or at >= len(names) else names[at], start, stop) for at, (start, stop) in enumerate(cells)
    )
    return Block("row", cells[0][0], max(end, cells[-1][1]), cells=made)

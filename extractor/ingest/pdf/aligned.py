"""Tables without rules: rows whose cells begin at the same places across the page."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from extractor.ingest.pdf.columns import MIN_CHARACTERS, column_parts, without_line_numbers
from extractor.ingest.pdf.line import Line
from extractor.ingest.pdf.page import RuledTable

# Cells of a column begin within so many points of each other.
NEAR = 3.0
# Fewer rows with two cells or more are no table but a letterhead or the names below a letter.
MIN_ROWS = 3
MAX_COLUMNS = 8
# Rows of a table stand farther apart than the lines of a cell.
ROW_GAP = 1.2
# In running text no more of the lines than these begin anew; the cells of a row begin together, these of them at least.
MOST_BREAKS = 0.6
LEVEL = 0.6
SURE = 0.9

# What a paragraph hangs from: "Risk 1", "Recommendation 12".
_LABEL = re.compile(r"([^\W\d_]+) (\d{1,3})[.:]?")

_Row = list[Line]


def aligned_tables(lines: Sequence[Line]) -> tuple[list[RuledTable], list[Line]]:
    """The tables among the stretches of text on a page, and those in none but the numbers of lines in the margin.

    Where the page has columns, a table over several of them must look like one; the others lie within a column.
    """
    kept = without_line_numbers(list(lines))
    in_columns = len(column_parts(kept)) > 1
    tables, rest = _tables(kept, in_columns=in_columns)
    if not in_columns:
        return tables, rest
    outside: list[Line] = []
    for part in column_parts(rest):
        found, left = _tables(part, in_columns=False)
        tables.extend(found)
        outside.extend(left)
    return tables, outside


def _tables(lines: Sequence[Line], *, in_columns: bool) -> tuple[list[RuledTable], list[Line]]:
    rows = _rows(lines)
    tables: list[RuledTable] = []
    rest: list[Line] = []
    at = 0
    while at < len(rows):
        end, columns = _region(rows, at)
        if end and _is_prose(rows[at:end], columns):
            rest.extend(line for row in rows[at:end] for line in row)
            at = end
            continue
        table = _table(rows[at:end], columns, in_columns=in_columns) if end else None
        if table is None:
            rest.extend(rows[at])
            at += 1
        else:
            tables.append(table)
            at = end
    return tables, rest


def _rows(lines: Sequence[Line]) -> list[_Row]:
    rows: list[_Row] = []
    for line in sorted(lines, key=lambda line: (-line.baseline, line.x0)):
        if rows and abs(rows[-1][0].baseline - line.baseline) <= 0.3 * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.x0) for row in rows]


def _region(rows: Sequence[_Row], at: int) -> tuple[int, list[float]]:
    """Where the table that begins with a row ends and where its columns begin; (0, []) where none begins.

    It ends at a row that looks other than those above it and stands farther off than they do from each other.
    """
    columns = [line.x0 for line in rows[at]]
    if not 2 <= len(columns) <= MAX_COLUMNS:
        return 0, []
    end = at + 1
    widest = 0.0
    while end < len(rows) and _fits(rows[end], columns) and _follows(rows[end - 1], rows[end]):
        gap = rows[end - 1][0].baseline - rows[end][0].baseline
        if end - at >= MIN_ROWS and gap > ROW_GAP * widest and _looks_other(rows[end - 1], rows[end]):
            break
        widest = max(widest, gap)
        end += 1
    while end > at and len(rows[end - 1]) < 2 and not _is_wrapped(rows[end - 2], rows[end - 1]):
        end -= 1
    full = sum(len(row) > 1 for row in rows[at:end])
    return (end, columns) if full >= MIN_ROWS and full >= 0.3 * (end - at) else (0, [])


def _fits(row: _Row, columns: Sequence[float]) -> bool:
    """Whether each stretch begins where a column begins and ends before the next column does."""
    for line in row:
        own = _column(line, columns)
        if own is None or (own + 1 < len(columns) and line.x1 > columns[own + 1] - 1):
            return False
    return True


def _column(line: Line, columns: Sequence[float]) -> int | None:
    return next((at for at, start in enumerate(columns) if abs(line.x0 - start) <= NEAR), None)


def _follows(above: _Row, below: _Row) -> bool:
    return above[0].baseline - below[0].baseline < 4 * below[0].size


def _looks_other(above: _Row, below: _Row) -> bool:
    """Whether a row is set in another size than the one above it, or is one bold stretch below others: a heading."""
    sizes = [max(line.size for line in row) for row in (above, below)]
    bold = len(below) == 1 and below[0].bold and not all(line.bold for line in above)
    return max(sizes) > 1.05 * min(sizes) or bold


def _is_wrapped(above: _Row, row: _Row) -> bool:
    """Whether a row of one stretch goes on with a cell above it."""
    return any(abs(line.x0 - row[0].x0) <= NEAR for line in above) and (
        above[0].baseline - row[0].baseline < 1.5 * row[0].size
    )


def _table(rows: Sequence[_Row], columns: Sequence[float], *, in_columns: bool) -> RuledTable | None:
    """The rows of a region as those of a table; none of a list of contents, whose last column counts pages."""
    last = [row[-1].text for row in rows if len(row) > 1]
    if sum(text.strip(". ").isdecimal() for text in last) > 0.6 * len(last) and len(columns) == 2:
        return None
    groups = _groups(rows, columns)
    if _is_numbered(groups, columns):
        return None
    if in_columns and not _is_loose(rows, groups, len(columns)) and not _is_level(rows, groups, columns):
        return None
    cells = tuple(
        tuple(
            tuple(line for row in group for line in row if _column(line, columns) == at) for at in range(len(columns))
        )
        for group in groups
    )
    return RuledTable(rows[0][0].baseline + rows[0][0].size, cells)


def _groups(rows: Sequence[_Row], columns: Sequence[float]) -> list[list[_Row]]:
    """The lines of each row: parted by gaps where these are of two sorts, else by the lines of the first column."""
    gaps = [above[0].baseline - below[0].baseline for above, below in pairwise(rows)]
    tight = min(gaps)
    spaced = max(gaps) > ROW_GAP * tight and not all(len(row) > 1 for row in rows)
    groups: list[list[_Row]] = []
    for number, row in enumerate(rows):
        wide = number == 0 or gaps[number - 1] > ROW_GAP * tight
        if wide if spaced else _column(row[0], columns) == 0:
            groups.append([])
        groups[-1].append(row)
    return groups


def _is_loose(rows: Sequence[_Row], groups: Sequence[Sequence[_Row]], columns: int) -> bool:
    """Whether cells begin side by side and leave room below them, as a table's do and columns of prose do not."""
    together = sum(len(group[0]) > 1 for group in groups)
    filled = sum(map(len, rows)) / (columns * len(rows))
    return (
        len(groups) >= MIN_ROWS
        and together >= 0.7 * len(groups)
        and len(rows) <= 6 * len(groups)
        and filled <= (0.8 if columns > 2 else 0.65)
    )


def _is_numbered(groups: Sequence[Sequence[_Row]], columns: Sequence[float]) -> bool:
    """Whether rows are paragraphs that hang from their numbers, as "Risk 1", "Risk 2": a table has a row of names."""
    if len(columns) != 2:
        return False
    labels = [_LABEL.fullmatch(group[0][0].text) for group in groups]
    counted = [(label[1], int(label[2])) for label in labels if label]
    return len(counted) == len(groups) and all(
        name == before and number == last + 1 for (before, last), (name, number) in pairwise(counted)
    )


class _Cells(NamedTuple):
    """What stands in a column: at which rows, at which of them it begins anew, and whether it is running text."""

    filled: set[int]
    breaks: set[int]
    running: bool


def _is_prose(rows: Sequence[_Row], columns: Sequence[float]) -> bool:
    """Whether a column of running text happens to stand beside others: it reads on where they begin anew."""
    return any(best < LEVEL for best, _ in _levels(rows, columns))


def _is_level(rows: Sequence[_Row], groups: Sequence[Sequence[_Row]], columns: Sequence[float]) -> bool:
    """Whether cells that hold running text begin beside others in row after row, each set apart from the one above.

    Without the gaps two lists of items that are equally long look just so.
    """
    if len(groups) > MOST_BREAKS * len(rows):
        return False
    levels = _levels(rows, columns)
    return bool(levels) and all(best >= SURE and count >= MIN_ROWS for best, count in levels)


def _levels(rows: Sequence[_Row], columns: Sequence[float]) -> list[tuple[float, int]]:
    """For each column of running text, how far it begins together with the column it does so most with, how often."""
    filled = [
        [(at, line) for at, row in enumerate(rows) for line in row if line.text and _column(line, columns) == number]
        for number in range(len(columns))
    ]
    filled = [column for column in filled if len(column) >= MIN_ROWS]
    gaps = [above.baseline - below.baseline for column in filled for (_, above), (_, below) in pairwise(column)]
    cells = [_cells(column, min(gaps)) for column in filled]
    return [
        max(_level(one, other) for at, other in enumerate(cells) if at != number)
        for number, one in enumerate(cells)
        if one.running and len(cells) > 1
    ]


def _cells(column: Sequence[tuple[int, Line]], tight: float) -> _Cells:
    """A column of lines with their rows, where text is set so tight at least."""
    breaks = _breaks(column, tight)
    running = _reads_on([line.text for _, line in column]) and len(breaks) < MOST_BREAKS * len(column)
    if not running:
        breaks |= {at for at, line in column[1:] if not line.text[0].islower()}
    return _Cells({at for at, _ in column}, breaks, running)


def _level(one: _Cells, other: _Cells) -> tuple[float, int]:
    """The share of one column's beginnings beside which the other begins too, and their number.

    A cell may hold several paragraphs, so that those of the column with fewer beginnings are looked at; but where it
    has far fewer, its lines belong to no rows.
    """
    few, many = sorted((one, other), key=lambda cells: len(cells.breaks))
    if 2 * len(few.breaks) < len(many.breaks):
        few, many = many, few
    beside = few.breaks & many.filled
    return (len(beside & many.breaks) / len(beside), len(beside)) if beside else (0.0, 0)


def _reads_on(texts: Sequence[str]) -> bool:
    """Whether the lines of a column are long enough for running text, and many begin in the middle of a sentence."""
    inside = sum(text[0].islower() or before.endswith("-") for before, text in pairwise(texts))
    return sum(map(len, texts)) >= MIN_CHARACTERS * len(texts) and inside >= 0.4 * len(texts)


def _breaks(column: Sequence[tuple[int, Line]], tight: float) -> set[int]:
    """At which rows a column's text begins anew: below a gap, or below a line that had room for the next word."""
    right = max(line.x1 for _, line in column)
    found = set()
    for (_, above), (at, below) in pairwise(column):
        word = (below.x1 - below.x0) * (len(below.text.split(" ", 1)[0]) + 1) / len(below.text)
        roomy = above.x1 + 1.1 * word < right
        if roomy or above.baseline - below.baseline > ROW_GAP * tight:
            found.add(at)
    return found

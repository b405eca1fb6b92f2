"""Tables without rules: rows whose cells begin at the same places across the page."""

from collections.abc import Sequence
from itertools import pairwise

from extractor.ingest.pdf.columns import find_gutter
from extractor.ingest.pdf.line import Line
from extractor.ingest.pdf.page import RuledTable

# Cells of a column begin within so many points of each other.
NEAR = 3.0
# Fewer rows with two cells or more are no table but a letterhead or the names below a letter.
MIN_ROWS = 3
MAX_COLUMNS = 8
# Rows of a table stand farther apart than the lines of a cell.
ROW_GAP = 1.2

_Row = list[Line]


def aligned_tables(lines: Sequence[Line]) -> tuple[list[RuledTable], list[Line]]:
    """The tables among the stretches of text on a page, and the stretches that are in none."""
    in_columns = find_gutter(list(lines)) is not None
    rows = _rows(lines)
    tables: list[RuledTable] = []
    rest: list[Line] = []
    at = 0
    while at < len(rows):
        end, columns = _region(rows, at)
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
    """Where the table that begins with a row ends and where its columns begin; (0, []) where none begins."""
    columns = [line.x0 for line in rows[at]]
    if not 2 <= len(columns) <= MAX_COLUMNS:
        return 0, []
    end = at + 1
    while end < len(rows) and _fits(rows[end], columns) and _follows(rows[end - 1], rows[end]):
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
    if in_columns and not _is_loose(rows, groups, len(columns)):
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

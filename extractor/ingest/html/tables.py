"""Tables as rows: cells that span rows and columns, header rows of several levels, rows that name themselves."""

from dataclasses import dataclass, replace

from lxml.html import HtmlElement

from extractor.ingest.html.text import HEADINGS, text_of
from extractor.ingest.layout import Piece, clean, looks_like_header
from extractor.ingest.lines import ends_sentence

MAX_COLUMNS = 200
MAX_CELLS = 500_000
# A cell over several rows is said again in each where it is a label; a sentence would become several statements.
MAX_LABEL_WORDS = 8


@dataclass(frozen=True, slots=True)
class _Cell:
    """What a place of the grid says, and what it is called by as a header; `fresh` where a cell begins.

    `head` marks a `<th>`, `names_row` one that names its row rather than its column.
    """

    said: str
    name: str
    head: bool
    names_row: bool
    fresh: bool = True


_Line = list[_Cell]


def table_pieces(table: HtmlElement) -> list[Piece] | None:
    """A table's caption and rows, each cell with its column's header; None for a table that only lays out the page."""
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table"), None) is table]
    if _is_layout(table, rows):
        return None
    grid = _grid(rows)
    heads = _count_header_rows(grid, rows)
    names = _column_names(grid[:heads])
    pieces = [Piece("paragraph", text_of(caption)) for caption in table.iterchildren("caption")]
    pieces += [Piece("row", cells=tuple(("", one.said if one.fresh else "") for one in line)) for line in grid[:heads]]
    return pieces + [Piece("row", cells=_named(line, names)) for line in grid[heads:]]


def _is_layout(table: HtmlElement, rows: list[HtmlElement]) -> bool:
    """Whether a table places parts of the page: it says so, holds tables or sections, or has one row or column."""
    if table.get("role") in ("presentation", "none") or next(table.iterdescendants("table"), None) is not None:
        return True
    widest = max((sum(_span(cell, "colspan") for cell in row.iterchildren("td", "th")) for row in rows), default=0)
    if widest < 2:
        return True
    if next(table.iterdescendants("th", "caption", "thead"), None) is not None:
        return False
    return len(rows) < 2 or next(table.iterdescendants(*HEADINGS), None) is not None


def _grid(rows: list[HtmlElement]) -> list[_Line]:
    """The cells of each row in their columns, those that span several in each of them."""
    grid: list[_Line] = []
    # column → rows still to fill, and with what
    carried: dict[int, tuple[int, _Cell]] = {}
    room = MAX_CELLS
    for row in rows:
        line: _Line = []
        for element in row.iterchildren("td", "th"):
            _carry(carried, line)
            cell = _cell(element)
            down = _span(element, "rowspan") - 1
            for at in range(max(1, min(_span(element, "colspan"), MAX_COLUMNS - len(line), room))):
                here = cell if at == 0 else replace(cell, said="", name=cell.name if cell.head else "", fresh=False)
                if down:
                    carried[len(line)] = (down, replace(here, said=here.said if _is_label(here) else "", fresh=False))
                line.append(here)
        _carry(carried, line)
        room = max(0, room - len(line))
        grid.append(line)
    return grid


def _carry(carried: dict[int, tuple[int, _Cell]], line: _Line) -> None:
    """Fill the next columns of a row with the cells of rows above that reach into it."""
    while held := carried.pop(len(line), None):
        left, cell = held
        if left > 1:
            carried[len(line)] = (left - 1, cell)
        line.append(cell)


def _cell(element: HtmlElement) -> _Cell:
    words = clean(text_of(element))
    role = element.get("role")
    head = element.tag == "th" or role in ("columnheader", "rowheader")
    names_row = head and (element.get("scope") in ("row", "rowgroup") or role == "rowheader")
    return _Cell(words, words, head, names_row)


def _is_label(cell: _Cell) -> bool:
    return len(cell.said.split()) <= MAX_LABEL_WORDS and not ends_sentence(cell.said)


def _count_header_rows(grid: list[_Line], rows: list[HtmlElement]) -> int:
    """How many rows at the top name the columns."""
    count = 0
    in_head = len([row for row in rows if next(row.iterancestors("thead", "table"), row).tag == "thead"])
    if in_head:
        return min(in_head, len(grid) - 1)
    for line in grid:
        filled = [cell for cell in line if cell.said or cell.name]
        if not (filled and all(cell.head and not cell.names_row for cell in filled)):
            break
        count += 1
    if count == len(grid):
        # nothing but headers: the first names the columns, unless it stands alone
        return 1 if count > 1 else 0
    if count == 0 and not any(cell.head for line in grid for cell in line) and not all(map(_opens_with_label, grid)):
        return 1 if looks_like_header([[cell.said for cell in line] for line in grid]) else 0
    return count


def _column_names(header: list[_Line]) -> list[str]:
    """The name of each column: what stands above it from the top down, each once."""
    names = []
    for at in range(max(map(len, header), default=0)):
        above = dict.fromkeys(line[at].name for line in header if at < len(line))
        names.append(" ".join(name for name in above if name))
    return names


def _named(line: _Line, names: list[str]) -> tuple[tuple[str, str], ...]:
    """A row's cells with the headers of their columns; where columns have none, the row's own."""
    if len(line) > 1 and line[0].fresh and not any(cell.fresh or cell.said for cell in line[1:]):
        # one cell across the table heads the rows below it
        return (("", line[0].said),)
    own = line[0].name if line and not names and (line[0].head or _opens_with_label(line)) else ""
    return tuple((names[at] if at < len(names) else own if at else "", cell.said) for at, cell in enumerate(line))


def _opens_with_label(line: _Line) -> bool:
    """Whether a row opens with a name and a colon ("Due:"), as forms set out as tables do."""
    return bool(line) and line[0].said.endswith(":") and _is_label(line[0])


def _span(cell: HtmlElement, attribute: str) -> int:
    value = cell.get(attribute, "1").strip()
    return max(1, min(1000, int(value))) if value.isascii() and value.isdecimal() and len(value) < 6 else 1

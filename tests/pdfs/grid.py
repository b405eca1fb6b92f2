"""Tables set into the flow: rows over pages with their header repeated, merged cells, bullets inside cells."""

from dataclasses import dataclass

from tests.pdfs.breaking import Face, Line, Node
from tests.pdfs.flow import Flow, Rule
from tests.pdfs.fonts import bold
from tests.pdfs.spec import Table

PAD = 4.0
BULLET_INDENT = 10.0


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell's lines with their offsets from its left edge; None where it goes on from the row above."""

    lines: tuple[tuple[float, Line], ...]
    x: float
    width: float
    open_above: bool = False


def set_table(flow: Flow, table: Table) -> None:
    """Set a table of the flow's full column width."""
    node = flow.parent.add("Table")
    flow.space(flow.look.gap + 4)
    header = table.rows[0]
    strong = Face(bold(flow.look.font), flow.look.table_size)
    plain = Face(flow.body.font, flow.look.table_size)
    named = False
    page, column = flow.page, flow.column
    for number, row in enumerate(table.rows):
        face = plain if number else strong
        cells = _cells(flow, table, row, face, node.add("TR"), "TD" if number else "TH", _spans(table, number))
        while cells:
            most = max(len(cell.lines) for cell in cells)
            step = plain.size * flow.look.leading
            room = int((flow.y - flow.floor - flow.note_room - 2 * PAD) / step)
            if room < (most if not flow.look.split_rows else min(most, 3)):
                _close(flow, table)
                flow.next_column()
                room = 10_000
            if named and flow.look.repeat_header and (page, column) != (flow.page, flow.column):
                _row(
                    flow,
                    table,
                    _cells(flow, table, header, strong, Node("TR"), "TH", _spans(table, 0)),
                    strong,
                    artefact=True,
                )
            page, column, named = flow.page, flow.column, True
            cells = _row(flow, table, cells, face, room)
    _close(flow, table)
    flow.y -= 4


def _close(flow: Flow, table: Table) -> None:
    """Draw the rule below the last row."""
    if table.ruled:
        flow.laid.rules.append(Rule(flow.page, flow.left, flow.y, flow.left + flow.room, flow.y))


def _spans(table: Table, number: int) -> list[tuple[int, int]]:
    """How many rows and columns each cell of a row covers."""
    if len(table.rows[number]) == 1:
        return [(1, len(table.widths))]
    spans = []
    for column in range(len(table.widths)):
        below = table.rows[number + 1 :]
        rows = next((at for at, row in enumerate(below) if len(row) == 1 or row[column] is not None), len(below))
        spans.append((rows + 1, 1))
    return spans


def _cells(
    flow: Flow,
    table: Table,
    row: tuple[str | None, ...],
    face: Face,
    node: Node,
    tag: str,
    spans: list[tuple[int, int]],
) -> list[_Cell]:
    shares = (sum(table.widths),) if len(row) == 1 else table.widths
    found = []
    x = 0.0
    for text, share, span in zip(row, shares, spans, strict=True):
        wide = flow.room * share / sum(table.widths)
        cell = node.add(tag) if text is not None else None
        if cell:
            cell.spans = span
        lines: list[tuple[float, Line]] = []
        listed: Node | None = None
        for part in (text or "").split("\n") if cell else []:
            assert cell is not None
            if part.startswith("• "):
                listed = listed or cell.add("L")
                entry = listed.add("LI")
                bullet = flow.lines("•", entry.add("Lbl"), face, wide)
                words = flow.lines(part[2:], entry.add("LBody"), face, wide - 2 * PAD - BULLET_INDENT)
                lines += [
                    (BULLET_INDENT if at else 0.0, line) for at, line in enumerate([bullet[0] + words[0], *words[1:]])
                ]
            elif part:
                lines += [(0.0, line) for line in flow.lines(part, cell.add("P"), face, wide - 2 * PAD)]
        found.append(_Cell(tuple(lines), x, wide, open_above=text is None))
        x += wide
    return found


def _row(
    flow: Flow, table: Table, cells: list[_Cell], face: Face, room: int = 10_000, *, artefact: bool = False
) -> list[_Cell]:
    """Set as many lines of the cells as there is room for; returns what is left of them."""
    step = face.size * flow.look.leading
    most = min(room, max(len(cell.lines) for cell in cells))
    top = flow.y
    for cell in cells:
        for number, (offset, line) in enumerate(cell.lines[:most]):
            y = top - PAD - (number + 1) * step + 0.2 * step
            flow.line(line, face, flow.left + cell.x + PAD + offset, y, artefact=artefact)
    flow.y = top - most * step - 2 * PAD
    flow.lowest = min(flow.lowest, flow.y)
    if table.ruled:
        for cell in cells:
            x = flow.left + cell.x
            if not cell.open_above or top == flow.region_top:
                flow.laid.rules.append(Rule(flow.page, x, top, x + cell.width, top))
            flow.laid.rules.append(Rule(flow.page, x, flow.y, x, top))
        right = flow.left + flow.room
        flow.laid.rules.append(Rule(flow.page, right, flow.y, right, top))
    rest = [_Cell(cell.lines[most:], cell.x, cell.width, open_above=True) for cell in cells]
    return rest if any(cell.lines for cell in rest) else []

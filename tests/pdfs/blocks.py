"""Each sort of block set into the flow: headings, paragraphs, items, captions, boxes."""

from tests.pdfs.breaking import Face, Node
from tests.pdfs.flow import Flow, Laid, Rule
from tests.pdfs.fonts import bold, font_for, width
from tests.pdfs.grid import set_table
from tests.pdfs.spec import Box, Caption, Heading, Item, PageBreak, Paragraph, Spec, Table


def lay(spec: Spec) -> Laid:
    """Set a whole document."""
    flow = Flow(spec)
    for at, block in enumerate(spec.blocks):
        if not isinstance(block, Item):
            flow.lists.clear()
        match block:
            case Heading():
                _heading(flow, block, at)
            case Paragraph(text):
                _paragraph(flow, text)
            case Item():
                _item(flow, block)
            case Table():
                set_table(flow, block)
            case Caption():
                _caption(flow, block)
            case Box():
                _box(flow, block)
            case PageBreak():
                flow.new_page()
    flow.close_column()
    return flow.laid


def _heading(flow: Flow, block: Heading, at: int) -> None:
    look = flow.look
    if block.across:
        if flow.column and not look.balance:
            flow.new_page()
        flow.close_column()
        flow.y, flow.column, flow.across = min(flow.y, flow.lowest), 0, True
        flow.floor = look.margins[1]
    size = look.heading_sizes[min(block.level, len(look.heading_sizes)) - 1]
    face = Face(bold(look.font) if look.heading_bold else flow.body.font, size, look.heading_spacing)
    node = flow.parent.add(f"H{block.level}")
    lines = flow.lines(f"{block.number} {block.text}".strip(), node, face, flow.room)
    # a heading stays with the two lines below it
    if not flow.fits((len(lines) * size + 2 * flow.body.size) * look.leading + 2 * look.gap):
        flow.next_column()
    flow.space(2 * look.gap)
    if block.level == 1:
        flow.chapter(block.text)
    flow.set_lines(lines, face)
    flow.y -= 0.3 * look.gap
    if block.across:
        flow.across = False
        flow.y -= look.gap
        flow.region_top = flow.lowest = flow.y
        if look.balance:
            _balance(flow, at)


def _balance(flow: Flow, at: int) -> None:
    """Make the columns below a heading as short as they can be for what stands before the next heading across."""
    height = 0.0
    for block in flow.spec.blocks[at + 1 :]:
        if isinstance(block, Heading) and block.across:
            break
        if not isinstance(block, Heading | Paragraph | Item):
            return
        lines = len(flow.lines(block.text, Node("P"), flow.body, flow.room - flow.look.item_indent))
        height += (lines + 0.5) * flow.body.size * flow.look.leading + flow.look.gap
    floor = flow.y - height / flow.look.columns - 3 * flow.body.size * flow.look.leading
    flow.floor = max(flow.floor, floor)


def _paragraph(flow: Flow, text: str) -> None:
    flow.space(flow.look.gap)
    indent = flow.look.indent_first
    lines = flow.lines(text, flow.parent.add("P"), flow.body, flow.room, indent)
    flow.set_lines(lines, flow.body, indent=indent, justify=flow.look.justify)


def _item(flow: Flow, block: Item) -> None:
    look = flow.look
    del flow.lists[block.level :]
    while len(flow.lists) < block.level:
        outer = flow.lists[-1][1] if flow.lists else flow.parent
        flow.lists.append((outer.add("L"), outer))
    entry = flow.lists[-1][0].add("LI")
    label = entry.add("Lbl").leaf()
    body = entry.add("LBody")
    flow.lists[-1] = (flow.lists[-1][0], body)
    offset = block.level * look.item_indent
    lines = flow.lines(block.text, body, flow.body, flow.room - offset)
    flow.space(look.item_gap)
    if not flow.fits(flow.body.size * look.leading):
        flow.next_column()
    face = Face(font_for(block.marker, flow.body.font), flow.body.size)
    x = flow.left + offset - max(look.item_indent * 0.8, width(block.marker, face.font, face.size) + 3)
    y = flow.y - flow.body.size * look.leading
    if block.marker:
        flow.put((block.marker,), x, y, face.width(" "), face, label)
    else:
        flow.laid.rules.append(Rule(flow.page, x, y + 2, x + 3, y + 5))
    flow.set_lines(lines, flow.body, offset=offset, justify=look.justify)


def _caption(flow: Flow, block: Caption) -> None:
    figure = flow.parent.add("Figure")
    flow.space(flow.look.gap)
    size = flow.body.size
    flow.advance(block.height + 2 * size)
    right = flow.left + flow.room
    flow.laid.rules.append(Rule(flow.page, flow.left, flow.y + 2 * size, right, flow.y + block.height + size))
    flow.y += 1.2 * size
    face = Face(flow.body.font, flow.look.note_size + 0.5)
    flow.set_lines(flow.lines(block.text, figure.add("Caption"), face, flow.room), face)
    flow.y -= flow.look.gap


def _box(flow: Flow, block: Box) -> None:
    outer, flow.parent = flow.parent, flow.parent.add("Sect")
    if block.place == "margin":
        _margin_box(flow, block)
    else:
        _inline_box(flow, block)
    flow.lists.clear()
    flow.parent = outer


def _margin_box(flow: Flow, block: Box) -> None:
    """Beside the text, at the height where the text stands now, in smaller type."""
    face = Face(flow.body.font, flow.body.size - 1.5)
    x = flow.look.page[0] - flow.look.margins[2] + 14
    y = flow.y
    for inner in block.blocks:
        strong = Face(bold(flow.look.font), face.size) if isinstance(inner, Heading) else face
        node = flow.parent.add(f"H{inner.level}" if isinstance(inner, Heading) else "P")
        for line in flow.lines(inner.text, node, strong, flow.look.margin_box):
            y -= face.size * flow.look.leading
            flow.line(line, strong, x, y)
        y -= 0.5 * flow.look.gap
    flow.laid.rules.append(Rule(flow.page, x - 6, y, x + flow.look.margin_box + 6, flow.y + 4))


def _inline_box(flow: Flow, block: Box) -> None:
    look = flow.look
    lines = sum(len(flow.lines(inner.text, Node("P"), flow.body, flow.room - 40)) for inner in block.blocks)
    height = lines * flow.body.size * look.leading + (len(block.blocks) + 2) * 2 * look.gap + 12
    if not flow.fits(height):
        flow.next_column()
    flow.space(2 * look.gap)
    top = flow.y
    flow.y -= look.gap
    flow.inset = 10
    for inner in block.blocks:
        if not isinstance(inner, Item):
            flow.lists.clear()
        match inner:
            case Heading():
                _heading(flow, inner, 0)
            case Item():
                _item(flow, inner)
            case Paragraph(text):
                _paragraph(flow, text)
    flow.inset = 0
    flow.y -= look.gap
    flow.laid.rules.append(Rule(flow.page, flow.left, flow.y, flow.left + flow.room, top))
    flow.space(look.gap)

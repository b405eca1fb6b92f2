"""The contents of made documents: a plan with all that plans have, and one sample for each thing that goes wrong."""

from dataclasses import replace

from tests.pdfs.prose import Prose
from tests.pdfs.spec import Block, Box, Caption, Heading, Item, Look, Paragraph, Spec, Table

_RUNNING = Look(header="alternating", footer="plain", numbers="of")


def plan(
    *,
    look: Look,
    chapters: int = 6,
    sections: int = 2,
    sentences: int = 3,
    seed: int = 7,
    lists: bool = False,
    tables: bool = False,
    notes: bool = False,
    boxes: bool = False,
    captions: bool = False,
    numbered: bool = False,
    across: bool = False,
) -> Spec:
    """A plan of chapters and sections with as much in each section as is asked for."""
    prose = Prose(seed)
    blocks: list[Block] = []
    called: list[tuple[int, str]] = []
    for chapter in range(1, chapters + 1):
        blocks.append(Heading(prose.heading(), 1, str(chapter) if numbered else "", across=across))
        for section in range(1, sections + 1):
            blocks.append(Heading(prose.heading(), 2, f"{chapter}.{section}" if numbered else ""))
            blocks += [Paragraph(prose.paragraph(sentences)) for _ in range(2)]
            if notes:
                called.append((len(called) + 1, prose.sentence()))
                blocks.append(Paragraph(f"{prose.sentence()}[^{len(called)}] {prose.paragraph(2)}"))
            if lists:
                blocks.append(Paragraph(prose.sentence()[:-1] + ":"))
                blocks += [Item(prose.item(), level) for level in (1, 2, 2, 1)]
        if boxes:
            inner = (Heading(prose.heading(), 3), Paragraph(prose.paragraph(2)), Item(prose.item()), Item(prose.item()))
            blocks += [Box(inner), Paragraph(prose.paragraph(sentences))]
        if captions:
            blocks += [Caption(f"Figure {chapter}: {prose.item()}"), Paragraph(prose.paragraph(sentences))]
        if tables:
            blocks += [_log(prose, 4), Paragraph(prose.paragraph(sentences))]
    return Spec(tuple(blocks), look, tuple(called))


def _log(prose: Prose, rows: int, *, ruled: bool = True) -> Table:
    names = ("Action", "Owner", "Deadline")
    return Table((names, *((prose.item(), prose.who(), prose.when()) for _ in range(rows))), (3, 2, 2), ruled=ruled)


def _opened(prose: Prose) -> list[Block]:
    return [Heading(prose.heading()), Paragraph(prose.paragraph(4)), Paragraph(prose.sentence()[:-1] + ":")]


def bullets() -> Spec:
    """A list for each bullet; the private-use signs are those of the Symbol and Wingdings fonts."""
    prose = Prose(11)
    blocks: list[Block] = []
    for sign in "•●○◦▪■‣⁃–*✓\uf0b7\uf0a7o-":
        blocks += [*_opened(prose), *(Item(prose.item(), marker=sign) for _ in range(3))]
    return Spec(tuple(blocks), replace(_RUNNING, font="Vera", size=9.5))


def drawn_bullets() -> Spec:
    """Bullets that are small shapes and no characters, so that only the indent (or the tags) tells an item."""
    prose = Prose(25)
    blocks: list[Block] = []
    for _ in range(7):
        blocks += [*_opened(prose), *(Item(prose.item(), level, "") for level in (1, 2, 2, 1))]
    return Spec(tuple(blocks), _RUNNING)


def numbered_lists() -> Spec:
    """Lists that count in every way, one that goes on counting after a paragraph, and one inside another."""
    prose = Prose(12)
    blocks: list[Block] = []
    for signs in 2 * (("1.", "2.", "3."), ("(a)", "(b)", "(c)"), ("i.", "ii.", "iii."), ("1)", "2)", "3)")):
        blocks += [*_opened(prose), *(Item(prose.item(), marker=sign) for sign in signs)]
    blocks += _opened(prose)
    for level, sign in ((1, "1."), (2, "(a)"), (2, "(b)"), (1, "2.")):
        blocks.append(Item(prose.item(), level, sign))
    blocks.append(Paragraph(prose.paragraph(2)))
    blocks += [Item(prose.item(), marker="3."), Item(prose.item(), marker="4.")]
    return Spec(tuple(blocks), _RUNNING)


def deep_lists() -> Spec:
    """Three levels down and up again."""
    prose = Prose(13)
    blocks: list[Block] = []
    for _ in range(9):
        blocks += _opened(prose)
        blocks += [Item(prose.item(), level, "•–▪"[level - 1]) for level in (1, 2, 3, 3, 2, 1, 2)]
    return Spec(tuple(blocks), replace(_RUNNING, font="Vera", size=9.5))


def long_items() -> Spec:
    """Items of two sentences, so that some run over a column's end."""
    prose = Prose(14)
    blocks: list[Block] = []
    for _ in range(8):
        blocks += [*_opened(prose), *(Item(prose.paragraph(2), 1 + at % 3 // 2) for at in range(9))]
    return Spec(tuple(blocks), replace(_RUNNING, columns=2, margins=(50, 60, 50, 70), size=9.5))


def long_headings() -> Spec:
    """Headings too long for a line."""
    prose = Prose(15)
    blocks: list[Block] = []
    for _ in range(4):
        names = [prose.heading() for _ in range(5)]
        blocks.append(Heading(f"{names[0]}, {names[1].lower()} and {names[2].lower()}"))
        blocks += [Paragraph(prose.paragraph(3)) for _ in range(2)]
        blocks.append(Heading(f"{names[3]} with {names[4].lower()} for all who live in the smaller districts", 2))
        blocks += [Paragraph(prose.paragraph(3)) for _ in range(2)]
    return Spec(tuple(blocks), _RUNNING)


def numbered_paragraphs() -> Spec:
    """Paragraphs counted through each chapter: to a reader of the page they are items of a list that never ends."""
    prose = Prose(16)
    blocks: list[Block] = []
    for chapter in range(1, 5):
        blocks.append(Heading(prose.heading(), 1, f"Chapter {chapter}:"))
        blocks += [Item(prose.paragraph(3), marker=f"{chapter}.{number}.") for number in range(1, 9)]
    return Spec(tuple(blocks), replace(_RUNNING, item_indent=36, item_gap=8))


def action_log(*, repeat: bool = True, split: bool = False, ruled: bool = True, rows: int = 70) -> Spec:
    """A table of actions, with text before and after it."""
    prose = Prose(17)
    blocks = (Heading(prose.heading()), Paragraph(prose.paragraph(3)), _log(prose, rows, ruled=ruled))
    look = replace(_RUNNING, repeat_header=repeat, split_rows=split)
    return Spec((*blocks, Paragraph(prose.paragraph(3))), look)


def bullets_in_cells() -> Spec:
    """A plan as a table: what, how (bullets), by when."""
    prose = Prose(18)
    rows = [
        (prose.item(), f"{prose.sentence()}\n• {prose.item()}\n• {prose.item()}\n• {prose.item()}", prose.when())
        for _ in range(14)
    ]
    table = Table((("Aim", "What we will do", "By when"), *rows), (2, 4, 2))
    return Spec(
        (Heading(prose.heading()), Paragraph(prose.paragraph(3)), table, Paragraph(prose.paragraph(2))), _RUNNING
    )


def merged_cells() -> Spec:
    """Themes that span several rows on the left, and a row across for each part."""
    prose = Prose(19)
    rows: list[tuple[str | None, ...]] = [("Theme", "Action", "Deadline")]
    for _ in range(9):
        rows.append((f"Part on {prose.heading().lower()} and what follows from it",))
        for _ in range(2):
            rows.append((prose.heading(), prose.item(), prose.when()))
            rows += [(None, prose.item(), prose.when()) for _ in range(2)]
    blocks = (Heading(prose.heading()), Paragraph(prose.paragraph(3)), Table(tuple(rows), (2, 4, 2)))
    return Spec((*blocks, Paragraph(prose.paragraph(3))), _RUNNING)


def table_in_column() -> Spec:
    """Two columns, the table as wide as one of them."""
    prose = Prose(20)
    blocks: list[Block] = []
    for _ in range(5):
        blocks += [Heading(prose.heading()), *(Paragraph(prose.paragraph(4)) for _ in range(3))]
        rows = tuple((prose.item(), prose.when()) for _ in range(4))
        blocks += [Table((("Action", "By"), *rows), (3, 2)), *(Paragraph(prose.paragraph(4)) for _ in range(4))]
    return Spec(tuple(blocks), replace(_RUNNING, columns=2, margins=(50, 60, 50, 70), size=9.5, table_size=8.5))


def margin_boxes() -> Spec:
    """Side-bars of their own width in a broad margin."""
    prose = Prose(21)
    blocks: list[Block] = []
    for _ in range(6):
        blocks.append(Heading(prose.heading()))
        blocks.append(Paragraph(prose.paragraph(4)))
        blocks.append(Box((Heading(prose.heading(), 3), Paragraph(prose.paragraph(1))), "margin"))
        blocks += [Paragraph(prose.paragraph(4)) for _ in range(2)]
    return Spec(tuple(blocks), replace(_RUNNING, margins=(60, 72, 200, 80)))


def many_notes() -> Spec:
    """Up to three marks in one paragraph, some before the full stop, some beside figures."""
    prose = Prose(22)
    blocks: list[Block] = []
    called: list[tuple[int, str]] = []

    def mark(words: int = 1) -> str:
        called.append((len(called) + 1, prose.paragraph(words)))
        return f"[^{len(called)}]"

    for _ in range(6):
        blocks.append(Heading(prose.heading()))
        for _ in range(3):
            first, second = prose.sentence()[:-1], prose.sentence()[:-1]
            blocks.append(
                Paragraph(f"{first}{mark()}. In 2025 there were 1,240{mark()} such cases, and {second[0].lower()}"
                          f"{second[1:]}.{mark(2)} {prose.sentence()}")
            )  # fmt: skip
    return Spec(
        tuple(blocks), replace(_RUNNING, font="Times-Roman", size=11, justify=True, hyphenate=True), tuple(called)
    )


def figures_at_edges() -> Spec:
    """Every paragraph begins with a figure, so that some page begins or ends with such a line."""
    prose = Prose(23)
    blocks: list[Block] = [Heading(prose.heading())]
    blocks += [Paragraph(f"{200 + 7 * at} officers answered. {prose.paragraph(2)}") for at in range(40)]
    return Spec(tuple(blocks), replace(_RUNNING, gap=4))


def minutes() -> Spec:
    """A board's minutes, each point numbered, with an action after some."""
    prose = Prose(24)
    blocks: list[Block] = [
        Heading("Minutes of the oversight board"),
        Paragraph("Present: Ada Quill, Ben Orrin, Cy Adeyemi"),
    ]
    for number in range(1, 9):
        blocks.append(Heading(prose.heading(), 2, f"{number}."))
        blocks += [Item(prose.paragraph(2), marker=f"{number}.{point}") for point in (1, 2, 3)]
        blocks.append(Paragraph(f"Action: BO to {prose.item()}."))
    return Spec(tuple(blocks), replace(_RUNNING, heading_sizes=(16, 10.5, 10.5), item_indent=30, item_gap=6))

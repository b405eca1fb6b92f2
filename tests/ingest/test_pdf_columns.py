"""Columns, tables without rules and line numbers on a PDF page, from its stretches of text."""

from collections.abc import Sequence
from itertools import chain, zip_longest

import pytest

from extractor.ingest.pdf.aligned import aligned_tables
from extractor.ingest.pdf.columns import order_columns
from extractor.ingest.pdf.line import Line

# Letters are so many points wide on these pages.
LETTER = 5.0
NOUNS = ("drains", "ferries", "lamps", "signs", "boats", "meals")


def stretch(text: str, x: float, baseline: float, *, size: float = 10.0, bold: bool = False) -> Line:
    return Line(text, x, x + LETTER * len(text), baseline, size, bold, 1)


def column(texts: Sequence[str], x: float, top: float) -> list[Line]:
    return [stretch(text, x, top - 12 * at) for at, text in enumerate(texts)]


def prose(name: str, count: int, width: int, *, every: int = 7) -> list[str]:
    """Lines that fill a column of so many letters; every so many of them the last of a paragraph, which is short."""
    made = []
    for at in range(count):
        noun = NOUNS[at % len(NOUNS)]
        text = (
            f"{noun} end {name}{at}." if at % every == every - 1 else f"{noun} ".ljust(width - 5, "o") + f" {name}{at}"
        )
        made.append(text.capitalize() if at % every == 0 else text)
    return made


def table(rows: Sequence[tuple[Sequence[str], ...]], places: Sequence[float], top: float) -> list[Line]:
    """Cells of several lines each, the rows set apart."""
    made: list[Line] = []
    for row in rows:
        for cell, x in zip(row, places, strict=True):
            made += column(cell, x, top)
        top -= 12 * max(map(len, row)) + 6
    return made


def texts(found: Sequence[Line]) -> list[str]:
    return [line.text for line in found]


def test_1_columns_of_prose_are_no_table() -> None:
    """Below a list that broke up the gutters of the page, three columns once came out as rows of three cells."""
    a, b, c = prose("a", 20, 28), prose("b", 20, 28, every=5), prose("c", 20, 28, every=9)
    columns = [*column(a, 50, 500), *column(b, 210, 500), *column(c, 370, 500)]
    above = [
        stretch(f"An entry over all of the columns number {at} " + 40 * "o", 50, 960 - 12 * at) for at in range(36)
    ]
    tables, rest = aligned_tables([*above, *columns])
    assert not tables
    assert texts(order_columns(rest)) == [*texts(above), *a, *b, *c]


def test_2_a_table_of_long_cells_is_one() -> None:
    """Its cells read on from line to line as prose does, but those of a row begin together."""
    rows = [
        (
            ("We ask that the council", f"mend the harbour {at}."),
            ("It agrees, and has said so", "in the plan for the coast", "and in its budget."),
        )
        for at in range(5)
    ]
    tables, rest = aligned_tables(table([(("Recommendation",), ("Response",)), *rows], (50, 230), 700))
    assert not rest
    assert [[texts(cell) for cell in row] for row in tables[0].rows[1:]] == [
        [list(cell) for cell in row] for row in rows
    ]


def test_3_a_table_beside_columns_of_prose_is_found_in_its_column() -> None:
    """A row across the page has a line of the other column in it, which begins where no cell does."""
    rows = [((f"Stage {at}",), ("Mend the quay and all of", f"the boats {at}")) for at in range(4)]
    left, right = prose("l", 30, 46), prose("r", 30, 46)
    inside = table([(("Stage",), ("Duty",)), *rows], (50, 110), 697)
    page = [*column(left, 50, 560), *column(right, 310, 700), *inside]
    tables, rest = aligned_tables(page)
    assert [texts(row[0]) for row in tables[0].rows] == [["Stage"], *([f"Stage {at}"] for at in range(4))]
    assert texts(order_columns(rest)) == [*left, *right]


def test_4_sections_of_other_columns_are_read_one_after_the_other() -> None:
    """A newsletter: three columns below one headline, two, across their gutters, below the next."""
    first = [prose(name, 12, 28) for name in "abc"]
    second = [prose(name, 12, 46) for name in "de"]
    page = [stretch("Spring and all that grows in it, which is much ".ljust(98, "o"), 50, 760, size=20)]
    page += [line for x, part in zip((50, 210, 370), first, strict=True) for line in column(part, x, 730)]
    page += [stretch("Summer and all that grows in it, which is more ".ljust(98, "o"), 50, 560, size=20)]
    page += [line for x, part in zip((50, 300), second, strict=True) for line in column(part, x, 530)]
    expected = [page[0].text, *chain(*first), page[37].text, *chain(*second)]
    assert texts(order_columns(page)) == expected


def test_5_sections_without_a_headline_are_parted_by_white() -> None:
    """No line over both: only the strip between them tells that the columns change."""
    first = [prose(name, 12, 28) for name in "abc"]
    second = [prose(name, 12, 46) for name in "de"]
    page = [line for x, part in zip((50, 210, 370), first, strict=True) for line in column(part, x, 730)]
    page += [line for x, part in zip((50, 300), second, strict=True) for line in column(part, x, 530)]
    assert texts(order_columns(page)) == [*chain(*first, *second)]


def test_6_a_strip_of_white_through_both_columns_parts_nothing() -> None:
    """Paragraphs that end level are no sections: the left column is read to its foot first."""
    left, right = prose("l", 24, 46), prose("r", 24, 46)
    page = [
        stretch(text, x, 700 - 12 * at - 30 * (at >= 14))
        for x, part in ((50, left), (310, right))
        for at, text in enumerate(part)
    ]
    assert texts(order_columns(page)) == [*left, *right]


def test_7_a_table_ends_at_a_heading() -> None:
    """Heading and text that begin where its cells do once became its last rows."""

    def rows(name: str) -> list[tuple[Sequence[str], ...]]:
        return [((f"{name} {at}",), ("Mend the quay and all", "of the boats")) for at in "abcd"]

    heading = stretch("Risks", 50, 560, size=15, bold=True)
    tables, rest = aligned_tables([*table(rows("Item"), (50, 150), 700), heading, *table(rows("Risk"), (50, 150), 535)])
    assert [[texts(row[0])[0] for row in found.rows] for found in tables] == [
        ["Item a", "Item b", "Item c", "Item d"],
        ["Risk a", "Risk b", "Risk c", "Risk d"],
    ]
    assert texts(rest) == ["Risks"]


def test_8_paragraphs_that_hang_from_their_numbers_are_no_table() -> None:
    """A table names its columns; these are paragraphs set with a tab."""
    rows = [((f"Risk {at}",), ("The quay may fall down before", "the boats come home")) for at in range(1, 6)]
    tables, rest = aligned_tables(table(rows, (50, 150), 700))
    assert not tables
    assert texts(order_columns(rest))[:2] == ["Risk 1 The quay may fall down before", "the boats come home"]


NUMBERED = prose("n", 30, 80)


@pytest.mark.parametrize(
    ("numbers", "body", "kept"),
    [
        pytest.param([str(at) for at in range(41, 71)], NUMBERED, False, id="a draft, numbered from page to page"),
        pytest.param(
            [str(at) if at % 5 == 0 else "" for at in range(1, 31)], NUMBERED, False, id="a bill: every fifth line"
        ),
        pytest.param(
            [str(at) for at in range(1, 31)], [text.capitalize() for text in NUMBERED], True, id="a list of titles"
        ),
        pytest.param([str(at * at) for at in range(1, 31)], NUMBERED, True, id="figures that do not rise evenly"),
        pytest.param([str(at) for at in range(1, 7)], NUMBERED, True, id="notes at the head of a page"),
    ],
)
def test_9_numbers_of_lines_are_no_text(numbers: list[str], body: list[str], *, kept: bool) -> None:
    """Each line once was a row of its number and its text."""
    page: list[Line] = []
    for at, (number, text) in enumerate(zip_longest(numbers, body, fillvalue="")):
        page.append(stretch(text, 70, 700 - 12 * at))
        if number:
            page.append(stretch(number, 50 - LETTER * len(number), 700 - 12 * at))
    tables, rest = aligned_tables(page)
    figures = [line.text for line in (*rest, *(line for t in tables for row in t.rows for c in row for line in c))]
    assert any(text.isdecimal() for text in figures) is kept


def test_10_the_mark_of_a_note_that_stands_alone_is_no_cell() -> None:
    """Such a line has no text; how long its words are cannot be asked."""
    mark = Line("", 210, 214, 652, 10.0, False, 1, noted=True)
    rows = column(prose("a", 20, 28), 50, 700), column(prose("b", 20, 28, every=5), 210, 700)
    tables, rest = aligned_tables([*chain(*rows), mark])
    assert not tables
    assert len(order_columns(rest)) == 40


def test_11_lists_of_equally_long_items_are_no_table() -> None:
    """Their items begin level as the cells of rows do, but no gaps set rows apart."""
    lists = [
        [
            line
            for at in "pqrstuv"
            for line in (f"Mend the {name} quay and all of the boats {at}", f"of the {name}{at}.")
        ]
        for name in ("old", "new")
    ]
    tables, rest = aligned_tables([*column(lists[0], 50, 700), *column(lists[1], 310, 700)])
    assert not tables
    assert texts(order_columns(rest)) == [*lists[0], *lists[1]]

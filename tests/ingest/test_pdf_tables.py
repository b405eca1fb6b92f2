"""Tables over page breaks, cells without text, hyphens at the ends of lines: a case for each way they were misread."""

import io
from collections.abc import Sequence

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from extractor.ingest import read_bytes
from extractor.ingest.layout import Piece, Place, looks_like_header
from extractor.ingest.pdf.flow import Flow, join_lines, joined_over_pages, words_of
from extractor.ingest.pdf.line import Line
from extractor.ingest.pdf.tables import Columns, add_table
from tests.pdfs.tags import Element, write_tree

BODY = ("1", "Mend the roof", "Ann")


@pytest.mark.parametrize(
    ("first", "below", "header", "why"),
    [
        (("No.", "Action", "Owner"), [BODY], True, "a name cut short with a full stop"),
        (("Para. no.", "Action", "Resp."), [BODY], True, "two of them, one of two words"),
        (("Item", "Progress", "Owner"), [BODY], True, "names without a stop are names still"),
        (("Roof", "Noted.", "Ann"), [("Pier", "Agreed.", "Ola")], False, "answers like the one below it"),
        (("Roof", "Mended by the trust.", "Ann"), [BODY], False, "a sentence"),
        (("Roof", "In hand; see 4;", "Ann"), [BODY], False, "no letters alone before its mark"),
    ],
)
def test_names_of_columns_that_end_in_a_stop(
    first: Sequence[str], below: Sequence[Sequence[str]], header: bool, why: str
) -> None:
    assert looks_like_header([first, *below]) is header, why


def line(text: str) -> Line:
    return Line(text, 72.0, 300.0, 700.0, 10.0, False, 1)


PLAIN = ["The wardens met at the hall and spoke of the harbour"] * 90
CUTTING = ["new sound-", "proofing", "old cold-", "frames", "cold frames", "mis-", "led", "misled"]
KEEPING = ["night-", "time", "tide-", "marks", "tide marks", "cold-", "frames", "cold frames"]


@pytest.mark.parametrize(
    ("said", "first", "second", "joined", "why"),
    [
        (["a dial-a-ride bus"], "the dial-a-", "ride bus", "the dial-a-ride bus", "a hyphen earlier in the compound"),
        (["buses a day"], "the dial-", "a-ride bus", "the dial-a-ride bus", "a hyphen later in the compound"),
        (["all"], "non-govern-", "mental", "non-governmental", "of a cut word in a compound no part is known"),
        (["under-tens", "sixteens"], "under-", "sixteens", "under-sixteens", "the parts of compounds are words"),
        (["what in-", "comes rose in May"], "all in-", "comes", "all incomes", "what a cut leaves is no word"),
        (["low incomes"], "all in-", "comes", "all incomes", "the whole word is known"),
        (["co\u2011operative"], "a co-", "operative", "a co-operative", "a hyphen that does not break counts as one"),
        (["the last one"], "at last-", "one", "at last-one", "the last word of a line counts"),
        (["soft sound-", "proofing", *PLAIN], "sound-", "proofing", "sound-proofing", "hardly a line ends in a hyphen"),
        (CUTTING, "sound-", "proofing", "soundproofing", "a word cut in two shows that words are cut"),
        (KEEPING, "night-", "time", "night-time", "most hyphens at the ends of lines belong to compounds"),
    ],
)
def test_hyphens_at_the_ends_of_lines(said: Sequence[str], first: str, second: str, joined: str, why: str) -> None:
    assert join_lines(first, second, words_of(map(line, said))) == joined, why


LEFT = (72.0, 120.0, 300.0, 400.0)


def cell(text: str, column: int, page: int) -> Flow:
    return (text, (Place(0, page, LEFT[column], 0.0, LEFT[column] + 4.0 * len(text), 10.0),)) if text else ("", ())


def row(page: int, *texts: str, columns: Sequence[int] = (0, 1, 2, 3)) -> list[Flow]:
    return [cell(text, column, page) for text, column in zip(texts, columns, strict=False)]


LOG = [
    row(1, "Ref", "Action", "Owner", "Due"),
    row(1, "A1", "Mend the roof of the village hall.", "Ann", "May"),
    row(1, "A2", "Paint the pier in the colours that the parish", "Ola Brandt of the works team", "June"),
]
NEXT = row(2, "A3", "Open the baths.", "Jo", "July")


def laid(*after: list[Flow]) -> list[tuple[tuple[str, str], ...]]:
    """The rows of the log and what follows it on the next page, without empty cells."""
    pieces: list[Piece] = []
    columns = add_table(pieces, LOG, 1, header=None, before=Columns(), words={})
    add_table(pieces, after, 2, header=None, before=columns, words={})
    return [tuple(pair for pair in piece.cells if pair[1]) for piece in pieces]


OPEN = "Paint the pier in the colours that the parish"


@pytest.mark.parametrize(
    ("first", "cells", "why"),
    [
        (row(2, "", "chose in May.", "", ""), (f"{OPEN} chose in May.", "Ola Brandt of the works team"), "one cell"),
        (
            row(2, "", "chose in May.", "and the harbour", ""),
            (f"{OPEN} chose in May.", "Ola Brandt of the works team and the harbour"),
            "two cells",
        ),
        (row(2, "", "Council chose.", "", ""), (f"{OPEN} Council chose.", "Ola Brandt of the works team"), "a capital"),
    ],
)
def test_a_row_cut_by_the_end_of_a_page(first: list[Flow], cells: tuple[str, str], why: str) -> None:
    rows = laid(first, NEXT)
    assert rows[2] == (("Ref", "A2"), ("Action", cells[0]), ("Owner", cells[1]), ("Due", "June")), why
    assert [text for _, text in rows[3]] == ["A3", "Open the baths.", "Jo", "July"], why
    # below names that the next page prints again, it is the same row
    again = laid(row(2, "Ref", "Action", "Owner", "Due"), first, NEXT)
    assert again[2] == rows[2], why
    assert len(again) == len(rows) + 1, why


@pytest.mark.parametrize(
    ("first", "why"),
    [
        (NEXT, "a row with a key of its own"),
        (row(2, "", "Total", "", "44"), "figures make a row without a key"),
        (row(2, "a3", "open the baths", "jo", "july"), "a key is not cut, whatever it begins with"),
    ],
)
def test_a_row_that_begins_a_page(first: list[Flow], why: str) -> None:
    assert len(laid(first, row(2, "A4", "Close the baths.", "Jo", "July"))) == 5, why


def test_rows_in_small_letters_are_not_taken_for_rests() -> None:
    """A list of actions none of which opens with a capital or ends in a full stop."""
    pieces: list[Piece] = []
    texts = ["mend the roof of the village hall", "paint the pier and the landing stage", "open the baths on all days"]
    rows = [row(1, "Action", "Owner"), *(row(1, text, "Ann") for text in texts)]
    columns = add_table(pieces, rows, 1, header=None, before=Columns(), words={})
    add_table(pieces, [row(2, text, "Ola") for text in texts], 2, header=None, before=columns, words={})
    assert len(pieces) == 7


@pytest.mark.parametrize(
    ("short", "names", "why"),
    [
        (row(2, "Open the baths.", "Jo", "July", columns=(1, 2, 3)), ["Action", "Owner", "Due"], "a merged first cell"),
        (row(2, "A3", "Jo", "July", columns=(0, 2, 3)), ["Ref", "Owner", "Due"], "a merged cell in the middle"),
        (row(2, "A3", "Open the baths.", columns=(0, 1)), ["Ref", "Action"], "the last cells are missing"),
    ],
)
def test_rows_short_of_cells_stand_in_their_columns(short: list[Flow], names: list[str], why: str) -> None:
    """A cell that reaches down from the page before is not known to the next."""
    assert [name for name, _ in laid(short, NEXT)[3]] == names, why
    assert [name for name, _ in laid(short)[3]] == names, f"{why}, in all rows"


@pytest.mark.parametrize(
    ("begun", "pieces", "why"),
    [
        (False, 2, "the file says that another begins"),
        (True, 1, "the file says that it goes on"),
        (None, 1, "nothing says so, and it breaks off in its sentence"),
    ],
)
def test_paragraphs_over_a_page_break(begun: bool | None, pieces: int, why: str) -> None:
    text = "Action agreed by all who came to the meeting in the hall: mend the roof, Tom Sedge"
    second = Piece("paragraph", "Brandt will paint the pier.", page=2, begun=begun)
    assert len(joined_over_pages([Piece("paragraph", text, page=1, begun=begun), second], {})) == pieces, why


def tagged(pages: Sequence[Sequence[tuple[str, float, float]]], *blocks: Element) -> bytes:
    """A PDF whose pages show texts at (x, y), marked 0, 1, 2… on each, with a tree of blocks."""
    buffer = io.BytesIO()
    drawn = canvas.Canvas(buffer, pagesize=A4, invariant=1)
    for page in pages:
        drawn.setFont("Helvetica", 11)
        for number, (text, x, y) in enumerate(page):
            drawn._code.append(f"/P <</MCID {number}>> BDC")
            drawn.drawString(x, y, text)
            drawn._code.append("EMC")
        drawn.showPage()
    document = drawn._doc
    write_tree(document, Element("Document", list(blocks)), document.Pages.pages, None)
    drawn.save()
    return buffer.getvalue()


def tr(*kids: Element) -> Element:
    return Element("TR", list(kids))


def td(*ids: tuple[int, int], kind: str = "TD", down: int = 1) -> Element:
    return Element(kind, [Element("P", list(ids))] if ids else [], (down, 1))


def read_rows(raw: bytes) -> list[list[tuple[str, str]]]:
    read = read_bytes(raw, "log.pdf")
    return [
        [(at.header, read.text[at.start : at.end]) for at in block.cells]
        for block in read.blocks
        if block.kind == "row"
    ]


HEAD = [("Action", 72.0, 780.0), ("Owner", 250.0, 780.0), ("Due", 400.0, 780.0)]
NAMES = tr(*(td((0, at), kind="TH") for at in range(3)))


def test_an_empty_cell_keeps_its_column() -> None:
    """Programs that mark nothing in an empty cell leave an element without content."""
    page = [*HEAD, ("Mend the roof.", 72, 760), ("May", 400, 760), ("Paint the pier.", 72, 740), ("Ola", 250, 740)]
    rows = [NAMES, tr(td((0, 3)), td(), td((0, 4))), tr(td((0, 5)), td((0, 6)), td())]
    assert read_rows(tagged([page], Element("Table", list(rows))))[1:] == [
        [("Action", "Mend the roof."), ("Due", "May")],
        [("Action", "Paint the pier."), ("Owner", "Ola")],
    ]


def test_blocks_of_other_kinds_are_cells() -> None:
    """A style that its author called TH stands in the role map as P."""
    page = [*HEAD, ("Mend the roof.", 72, 760), ("Ann", 250, 760), ("May", 400, 760)]
    names = tr(*(Element("P", [(0, at)]) for at in range(3)))
    body = tr(*(td((0, at)) for at in range(3, 6)))
    assert read_rows(tagged([page], Element("Table", [names, body])))[1:] == [
        [("Action", "Mend the roof."), ("Owner", "Ann"), ("Due", "May")]
    ]


CUT = [*HEAD, ("Paint the pier.", 72.0, 70.0), ("Ola", 250.0, 70.0), ("June", 400.0, 70.0)]
REST = [("Then open it.", 72.0, 780.0), ("Open the baths.", 72.0, 740.0), ("Jo", 250.0, 740.0), ("July", 400.0, 740.0)]
CUT_ROW = tr(Element("TD", [Element("P", [(0, 3), (1, 0)])]), td((0, 4)), td((0, 5)))


@pytest.mark.parametrize(
    ("last", "why"),
    [
        ([tr(*(td((1, at)) for at in range(1, 4)))], "a whole row follows"),
        ([], "the rest is all that the next page has of the table"),
    ],
)
def test_a_row_that_the_tags_have_on_two_pages(last: list[Element], why: str) -> None:
    """The text of the cell is closed on the first page, and only the tree says that it goes on."""
    pages = [CUT, REST if last else REST[:1]]
    rows = read_rows(tagged(pages, Element("Table", [NAMES, CUT_ROW, *last])))
    assert rows[1] == [("Action", "Paint the pier. Then open it."), ("Owner", "Ola"), ("Due", "June")], why
    assert len(rows) == 2 + len(last), why


def test_a_merged_cell_over_a_page_break() -> None:
    """The rows of the next page lack the cell that reaches down to them."""
    first = [*HEAD, ("Roof", 72, 70), ("Ann", 250, 70), ("June", 400, 70)]
    second = [("Jo", 250, 780), ("July", 400, 780), ("Pier", 72, 760), ("Ola", 250, 760), ("May", 400, 760)]
    table = Element(
        "Table",
        [
            NAMES,
            tr(td((0, 3), down=2), td((0, 4)), td((0, 5))),
            tr(td((1, 0)), td((1, 1))),
            tr(*(td((1, at)) for at in (2, 3, 4))),
        ],
    )
    assert read_rows(tagged([first, second], table))[2:] == [
        [("Owner", "Jo"), ("Due", "July")],
        [("Action", "Pier"), ("Owner", "Ola"), ("Due", "May")],
    ]

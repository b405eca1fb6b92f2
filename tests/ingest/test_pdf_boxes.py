"""Where words stand: every line of the text has its box, quotations are boxed to the letter."""

import re
from typing import Any

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth

from extractor.errors import WrongUsage
from extractor.ingest import read_bytes
from extractor.ingest.pdf.boxes import PdfPages
from extractor.segment import segment
from tests.ingest.builders import HEIGHT, WIDTH, lines, make_pdf, together

FIRST = "The department will publish the survey of the harbour by June. It will"
SECOND = "then report to the trustees every quarter."
LETTER = make_pdf([lines(FIRST, SECOND, top=700, leading=14, size=11)])


def x(text: str) -> float:
    """Where a text that begins at the left margin ends."""
    return 72 + float(stringWidth(text, "Helvetica", 11))


QUOTES = [
    ("publish the survey", [(x("The department will "), x("The department will publish the survey"))]),
    ("It will then report", [(x(FIRST[:-7]), x(FIRST)), (72, x("then report"))]),  # over the end of a line
    ("The", [(72, x("The"))]),  # the beginning of a word and a line
    (f"{FIRST} {SECOND}", [(72, x(FIRST)), (72, x(SECOND))]),  # all of it
]


@pytest.mark.parametrize(("quote", "extents"), QUOTES)
def test_a_quotation_is_boxed_to_the_letter(quote: str, extents: list[tuple[float, float]]) -> None:
    document = read_bytes(LETTER, "letter.pdf")
    start = document.text.index(quote)
    with PdfPages(LETTER) as pages:
        boxes = pages.boxes(document, start, start + len(quote))
    assert [(box.x0, box.x1) for box in boxes] == [pytest.approx(extent, abs=2.5) for extent in extents]
    for box in boxes:
        # a line of 11 points on a baseline 700 or 686 points up
        assert box.bottom - box.top == pytest.approx(11 * 1.05, abs=0.2)
        assert min(abs(HEIGHT - up - box.top - 0.8 * 11) for up in (700, 686)) < 0.2


def test_every_character_leads_to_a_line() -> None:
    """Whatever the text says of the page stands in the lines, in order and without overlaps."""
    document = read_bytes(LETTER, "letter.pdf")
    covered = "".join(document.text[line.start : line.end] for line in document.lines)
    assert re.sub(r"\s", "", covered) == re.sub(r"\s", "", document.text)
    assert all(one.end <= two.start for one, two in zip(document.lines, document.lines[1:], strict=False))


def sideways(page: Any) -> None:
    page.rotate(90)
    page.translate(0, -WIDTH)
    lines(FIRST, top=500, size=11)(page)


def test_a_page_set_sideways_is_boxed_as_it_is_read() -> None:
    raw = make_pdf([sideways])
    document = read_bytes(raw, "plan.pdf")
    with PdfPages(raw) as pages:
        (box,) = pages.boxes(document, 0, 3)
        picture = pages.picture(1, [(box, "#ff0000")], dpi=72)
    assert (box.x0, box.x1) == pytest.approx((72, x("The")), abs=2.5)
    assert picture.size == pytest.approx((HEIGHT, WIDTH), abs=1)  # upright: broader than high
    assert picture.getpixel((round(box.x0) - 2, round((box.top + box.bottom) / 2))) == (255, 0, 0)


def test_a_passage_is_on_the_page_on_which_it_begins() -> None:
    """A paragraph over two pages: its last sentence is quoted from the second."""
    body = [f"Line {number} of a paragraph that goes on and on over all of this page" for number in range(45)]
    raw = make_pdf(
        [
            lines(*body, "and so it ends. The department", top=780),
            lines("will act by June.", "It will report.", top=780),
        ]
    )
    document = read_bytes(raw, "plan.pdf")
    pages = {passage.text: passage.page for passage in segment(document)}
    assert pages["The department will act by June."] == 1
    assert pages["It will report."] == 2


def test_what_is_not_there_is_wrong_usage() -> None:
    document = read_bytes(LETTER, "letter.pdf")
    with PdfPages(LETTER) as pages:
        with pytest.raises(WrongUsage, match="no span"):
            pages.boxes(document, 5, 10_000)
        with pytest.raises(WrongUsage, match="no page 2"):
            pages.picture(2)


def test_part_of_an_item_is_boxed_to_the_letter() -> None:
    """The bullet is no letter of the text: it once moved what was boxed by one."""
    raw = make_pdf([together(lines("\u2022", x=72, top=700), lines("act on the review", x=90, top=700))])
    document = read_bytes(raw, "plan.pdf")
    start = document.text.index("review")
    with PdfPages(raw) as pages:
        (box,) = pages.boxes(document, start, start + len("review"))
    assert box.x0 == pytest.approx(90 + stringWidth("act on the ", "Helvetica", 11), abs=1.5)


def test_bullets_and_marks_of_notes_are_in_no_box() -> None:
    raw = make_pdf(
        [
            together(
                lines("\u2022", x=72, top=700),
                lines("act on the review", x=90, top=700),
                lines("3", x=180, top=704, size=6),
            )
        ]
    )
    document = read_bytes(raw, "plan.pdf")
    start = document.text.index("act")
    with PdfPages(raw) as pages:
        (box,) = pages.boxes(document, start, start + len("act on the review"))
    assert box.x0 == pytest.approx(90, abs=2.5)
    assert document.text.rstrip().endswith("act on the review")

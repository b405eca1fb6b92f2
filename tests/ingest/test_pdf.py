"""One test for each real page that was read wrongly."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

from extractor.ingest import read_bytes
from extractor.ingest.pdf import _listed
from extractor.ingest.pdf.characters import Word
from extractor.ingest.pdf.lines import lines_in_order, lines_of
from tests.ingest.builders import lines, make_pdf, together


def test_a_heading_beside_smaller_lines_draws_none_of_them_in() -> None:
    """A heading in one column once pulled two lines of the other onto its baseline, their words interleaved."""
    left = [
        Word(text, 50.0 + 40 * i, 85.0 + 40 * i, 700.0 - 12 * row, 10.0, False)
        for row, line in enumerate((("one", "two", "three"), ("four", "five", "six")))
        for i, text in enumerate(line)
    ]
    heading = Word("Heading", 320.0, 380.0, 694.0, 14.0, True)
    raised = Word("7", 165.5, 169.0, 704.0, 6.0, False)
    texts = [line.text for line in lines_of([heading, *left, raised], 1)]
    assert [text for text in texts if text != "Heading"] == ["one two three", "four five six"]
    assert "Heading" in texts


@pytest.mark.parametrize(
    ("unicode", "why"),
    [
        (b"006C006C", "as it should be"),
        (b"006C0020", "a letter and a space: reads as “wil col ect”"),
        (b"6C006C00", "with the bytes swapped, as Ghostscript does: reads as “wi氀氀”"),
    ],
)
def test_a_ligature_whose_font_names_its_second_letter_a_space(unicode: bytes, why: str) -> None:
    """A real plan read "al " for "all": its ligature of two letters l was mapped to l and a space."""
    pdfmetrics.registerFont(TTFont("PlainVera", "Vera.ttf"))
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer, pageCompression=0, invariant=1)
    page.setFont("PlainVera", 12)
    page.drawString(72, 700, "Trusts wi\u00a6 co\u00a6ect a\u00a6 the tall figures of fuel by May.")
    page.save()
    raw = buffer.getvalue().replace(b"<01> <00A6>", b"<01> <" + unicode + b">")
    assert read_bytes(raw, "plan.pdf").text == "Trusts will collect all the tall figures of fuel by May.", why


BODY = [
    "The trust will write to every ward about the survey and will say by the end of",
    "the month what became of each of the points that were raised in it last year.",
]


def texts(raw: bytes, kind: str) -> list[str]:
    document = read_bytes(raw, "plan.pdf")
    return [document.text[block.start : block.end] for block in document.blocks if block.kind == kind]


def body_of(number: int) -> list[str]:
    """Words that no other page has."""
    ward = ("Ash", "Birch", "Cedar")[number - 1]
    return [f"{ward} ward is to say by May what it has done about the survey and what", f"it has left to {ward} House."]


def numbered_page(number: int, title: str) -> Callable[[Any], None]:
    return together(
        lines(title, top=780, font="Helvetica-Bold", size=14),
        lines(*body_of(number), top=740),
        lines(str(number), x=290, top=30, size=9),
    )


def test_a_section_that_counts_with_the_pages_keeps_its_heading() -> None:
    """A chapter a page: "2 Homes" at the head was once taken for the number of page 2 and what stands beside it."""
    heads = [
        together(
            lines(str(number), top=780, font="Helvetica-Bold", size=14),
            lines(title, x=130, top=780, font="Helvetica-Bold", size=14),
            lines(*body_of(number), top=740),
            lines(str(number), x=290, top=30, size=9),
        )
        for number, title in enumerate(("Introduction", "Homes", "Pay"), 1)
    ]
    assert texts(make_pdf(heads), "heading") == ["1 Introduction", "2 Homes", "3 Pay"]


def test_headings_alike_but_for_their_figures_are_no_running_lines() -> None:
    """ "Recommendation 4" at the head of one page and "Recommendation 9" at that of another once both went."""
    titles = ["Recommendation 4", "Recommendation 9", "Recommendation 11"]
    raw = make_pdf([numbered_page(number, title) for number, title in enumerate(titles, 1)])
    assert texts(raw, "heading") == titles


def test_a_drop_capital_is_the_first_letter_of_its_word() -> None:
    """The initial once drew the words beside it onto its own line."""
    raw = make_pdf(
        [
            together(
                lines("T", top=672, size=46),
                lines("he trust will write to every ward", "and will say what became of it.", x=102, top=694),
                lines("It will report in May.", top=666),
            )
        ]
    )
    assert read_bytes(raw, "plan.pdf").text.startswith("The trust will write to every ward and will say")


def test_a_small_line_below_large_type_stays_a_line() -> None:
    """A subtitle close to a title of 30 points was once strewn into it word by word."""
    raw = make_pdf(
        [
            together(
                lines("A strategy for the valley", top=760, size=30),
                lines("October 2026, for the lower valley", top=744, size=11),
                lines(*BODY, top=700),
            )
        ]
    )
    assert "A strategy for the valley" in texts(raw, "heading")
    assert "October 2026, for the lower valley" in read_bytes(raw, "plan.pdf").text


def test_a_recommendation_in_bold_is_a_paragraph() -> None:
    """Inquiries set recommendations in bold; the first line was once a heading and the rest a paragraph."""
    bold = ["We recommend that every trust should review its rotas no later than the", "end of March."]
    raw = make_pdf(
        [
            together(
                lines("Recommendation 1", top=760, font="Helvetica-Bold"),
                lines(*bold, top=740, font="Helvetica-Bold"),
                lines(*BODY, *BODY, top=690),
            )
        ]
    )
    assert texts(raw, "heading") == ["Recommendation 1"]
    assert " ".join(bold) in texts(raw, "paragraph")


def test_a_lead_in_in_bold_is_no_heading() -> None:
    raw = make_pdf(
        [
            together(
                lines(*BODY, top=760),
                lines("By May the trust will:", top=720, font="Helvetica-Bold"),
                lines("- act on the survey;", "- report on it.", top=704),
            )
        ]
    )
    assert texts(raw, "heading") == []
    assert texts(raw, "item") == ["act on the survey;", "report on it."]


def test_figures_that_a_font_has_raised_are_marks_of_notes() -> None:
    """They are letters of their own in Unicode; a power behind a unit stays."""
    raw = make_pdf([lines("The works will cost £4m.² They cover 3 km² of the parish³ and end in May.")])
    assert read_bytes(raw, "plan.pdf").text == "The works will cost £4m. They cover 3 km² of the parish and end in May."


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ([2], "2"),
        ([1, 2, 3, 7, 9, 10], "1–3, 7, 9–10"),
        (list(range(1, 60, 2)), ", ".join(map(str, range(1, 41, 2))) + "…"),
    ],
    ids=["one", "stretches", "too many to name"],
)
def test_pages_of_a_warning(numbers: list[int], shown: str) -> None:
    assert _listed(numbers) == shown


def test_a_figure_that_opens_a_reference_is_kept() -> None:
    """Lists of contents are tagged as references: "1 Introduction" once lost its number as the mark of a note."""
    words = [Word("1", 72, 78, 700, 11, False, 7), Word("Introduction", 84, 150, 700, 11, False, 7)]
    marked = [Word("costs", 72, 100, 700, 11, False, 6), Word("1", 100, 104, 700, 11, False, 7)]
    (kept,), (note,) = lines_in_order(words, 1, marks={7}), lines_in_order(marked, 1, marks={7})
    assert (kept.text, note.text) == ("1 Introduction", "costs")

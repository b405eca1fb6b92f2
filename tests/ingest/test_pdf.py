"""One test for each real page that was read wrongly."""

import io

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

from extractor.ingest import read_bytes
from extractor.ingest.pdf.characters import Word
from extractor.ingest.pdf.lines import lines_of


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

"""What each reader makes of headings, lists, tables and running text, on small files made here."""

import time
from pathlib import Path
from typing import Any

import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from extractor.errors import Rejected
from extractor.ingest import ENDINGS, read, read_bytes
from extractor.ingest.detect import declared_format, detect
from extractor.records import Document
from extractor.segment import segment
from tests.ingest.builders import lines, make_docx, make_pdf, together


def outline(document: Document) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, document.text[block.start : block.end]) for block in document.blocks]


def headers(document: Document) -> list[list[str]]:
    return [[cell.header for cell in block.cells] for block in document.blocks if block.kind == "row"]


def fill_docx(document: Any) -> None:
    document.add_heading("Staff plan", 0)
    document.add_heading("Aims", 2)
    paragraph = document.add_paragraph("The trust ")
    paragraph.add_run("will").bold = True
    paragraph.add_run(" act:")
    document.add_paragraph("train staff", style="List Bullet")
    document.add_paragraph("on wards", style="List Bullet 2")
    document.add_paragraph("report", style="List Number")
    table = document.add_table(rows=2, cols=2)
    for at, text in enumerate(["Action", "Due", "Write plan", "May"]):
        table.cell(at // 2, at % 2).text = text
    document.add_paragraph().add_run("Next steps").bold = True
    document.add_paragraph("• typed bullet")
    document.add_paragraph("We close.")


def test_docx() -> None:
    document = read_bytes(make_docx(fill_docx), "plan.docx")
    assert outline(document) == [
        ("heading", 1, "Staff plan"),
        ("heading", 2, "Aims"),
        ("paragraph", 0, "The trust will act:"),
        ("item", 1, "train staff"),
        ("item", 2, "on wards"),
        ("item", 1, "report"),
        ("row", 0, "Action | Due"),
        ("row", 0, "Write plan | May"),
        ("heading", 5, "Next steps"),
        ("item", 1, "typed bullet"),
        ("paragraph", 0, "We close."),
    ]
    assert headers(document) == [["", ""], ["Action", "Due"]]
    leads = {p.text: p.lead_in for p in segment(document)}
    assert leads["on wards"] == "The trust will act: train staff"


def test_docx_tracked_changes() -> None:
    """What was deleted is gone, what was inserted is there."""

    def fill(document: Any) -> None:
        paragraph = document.add_paragraph("The trust will ")
        for tag, text_tag, word in (("w:del", "w:delText", "not"), ("w:ins", "w:t", "always")):
            change, run, text = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(text_tag)
            text.text = word
            run.append(text)
            change.append(run)
            paragraph._p.append(change)
        paragraph.add_run(" act.")

    assert read_bytes(make_docx(fill), "plan.docx").text == "The trust will always act."


def test_docx_numbered_list_without_a_list_style() -> None:
    """Lists made with the ribbon have a numbering of their own and an ordinary style."""

    def fill(document: Any) -> None:
        for level, word in enumerate(("outer", "inner")):
            properties = document.add_paragraph(word)._p.get_or_add_pPr()
            numbering, depth, number = OxmlElement("w:numPr"), OxmlElement("w:ilvl"), OxmlElement("w:numId")
            depth.set(qn("w:val"), str(level))
            number.set(qn("w:val"), "1")
            numbering.extend([depth, number])
            properties.append(numbering)

    assert outline(read_bytes(make_docx(fill), "plan.docx")) == [("item", 1, "outer"), ("item", 2, "inner")]


BODY = (
    "The trust will train more nurses in every ward of the",
    "hospital and will report on its work in May each year, so",
    "that staff can see what has been done for them by then.",
)


def test_pdf_headings_paragraphs_and_lists() -> None:
    page = together(
        lines("Staff plan", top=760, size=20, font="Helvetica-Bold"),
        lines("Aims of the plan", top=730, size=11, font="Helvetica-Bold"),
        lines(*BODY, top=700),
        lines("Trusts must do the following things in the year:", top=640),
        lines("• train more staff, and keep those that they already", "• report", x=90, top=620, leading=28),
        lines("have in their hospitals", x=100, top=606),
    )
    assert outline(read_bytes(make_pdf([page]), "plan.pdf")) == [
        ("heading", 1, "Staff plan"),
        ("heading", 2, "Aims of the plan"),
        ("paragraph", 0, " ".join(BODY)),
        ("paragraph", 0, "Trusts must do the following things in the year:"),
        ("item", 1, "train more staff, and keep those that they already have in their hospitals"),
        ("item", 1, "report"),
    ]


def test_pdf_pages() -> None:
    """Running headers and page numbers go, a paragraph cut by the page break is one block, on the page it starts on."""

    def page(number: int, *body: str) -> Any:
        return together(
            lines("Example Trust annual plan", top=800, size=9),
            lines(*body, top=720),
            lines(f"Page {number} of 3", top=30, size=9),
        )

    document = read_bytes(
        make_pdf(
            [page(1, *BODY, "The board will publish its"), page(2, "accounts in June.", "", "It ends."), page(3, *BODY)]
        ),
        "plan.pdf",
    )
    assert "annual plan" not in document.text
    assert "Page" not in document.text
    assert "The board will publish its accounts in June." in document.text
    assert [block.page for block in document.blocks] == [1, 2, 3]
    assert document.pages == 3


def test_pdf_two_columns() -> None:
    """Columns are read one after the other, below the headline that spans them."""
    left = [f"Left column line {n} goes on and on" for n in range(12)]
    right = [f"Right column line {n} goes on and on" for n in range(12)]
    page = together(
        lines("A headline that stands over both of the columns here", top=760, size=18, font="Helvetica-Bold"),
        lines(*left, x=60, top=700),
        lines(*right, x=320, top=700),
    )
    document = read_bytes(make_pdf([page]), "plan.pdf")
    text = document.text
    assert text.index("Left column line 11") < text.index("Right column line 0")
    assert "on and on Right" not in text.replace("\n", " ").split("Left column line 11")[0]


def test_pdf_hyphens() -> None:
    """A word cut at the line's end is mended unless the document writes it with its hyphen."""
    page = lines(
        "We plan re-entry courses. All of the infor-",
        "mation on courses for staff is free, and re-",
        "entry courses pay well for those who take them.",
    )
    assert read_bytes(make_pdf([page]), "plan.pdf").text == (
        "We plan re-entry courses. All of the information on courses for staff is free, and re-entry courses "
        "pay well for those who take them."
    )


def draw_table(page: Any) -> None:
    page.setFont("Helvetica", 10)
    for column in (72, 272, 372):
        page.line(column, 600, column, 690)
    for row, cells in enumerate((("Action", "Due"), ("Write plan", "May"), ("Train staff", "June"))):
        page.line(72, 690 - 30 * row, 372, 690 - 30 * row)
        page.drawString(78, 672 - 30 * row, cells[0])
        page.drawString(278, 672 - 30 * row, cells[1])
    page.line(72, 600, 372, 600)


def test_pdf_ruled_table() -> None:
    page = together(
        lines("The table shows what the trust will do in this year.", top=720),
        draw_table,
        lines("That is all that there is to say.", top=560),
    )
    document = read_bytes(make_pdf([page]), "log.pdf")
    assert [text for _, _, text in outline(document)] == [
        "The table shows what the trust will do in this year.",
        "Action | Due",
        "Write plan | May",
        "Train staff | June",
        "That is all that there is to say.",
    ]
    assert headers(document) == [["", ""], ["Action", "Due"], ["Action", "Due"]]


def test_pdf_footnotes_are_kept_apart() -> None:
    page = together(
        lines(*BODY, top=700),
        lines("Staff numbers rose last year", top=640),
        lines("1", x=222, top=644, size=6),
        lines("and will rise again.", x=230, top=640),
        lines("1 Staff survey of the trust", top=80, size=8),
    )
    document = read_bytes(make_pdf([page]), "plan.pdf")
    assert "Staff numbers rose last year and will rise again." in document.text
    assert outline(document)[-1][0] == "footnote"
    assert all("survey" not in passage.text for passage in segment(document))


@pytest.mark.parametrize("name", ["plan.docx", "plan.pdf"])
def test_every_offset_points_at_its_words(name: str) -> None:
    raw = {
        "plan.docx": make_docx(fill_docx),
        "plan.pdf": make_pdf([together(lines(*BODY), draw_table)], title="Plan"),
    }[name]
    document = read_bytes(raw, name)
    assert read_bytes(raw, name) == document
    for block in document.blocks:
        assert document.text[block.start : block.end] == document.text[block.start : block.end].strip()
    assert all(document.text[p.start : p.end] == p.text for p in segment(document))


def test_pdf_table_goes_on_over_the_page() -> None:
    """The columns keep their names on the next page, where nobody printed them again."""

    def more(page: Any) -> None:
        page.setFont("Helvetica", 10)
        for column in (72, 272, 372):
            page.line(column, 630, column, 690)
        for row, cells in enumerate((("7 new posts", "July"), ("8 new wards", "August"))):
            page.line(72, 690 - 30 * row, 372, 690 - 30 * row)
            page.drawString(78, 672 - 30 * row, cells[0])
            page.drawString(278, 672 - 30 * row, cells[1])
        page.line(72, 630, 372, 630)

    document = read_bytes(make_pdf([together(lines(*BODY, top=760), draw_table), more]), "log.pdf")
    rows = [block for block in document.blocks if block.kind == "row"]
    assert [row.page for row in rows] == [1, 1, 1, 2, 2]
    assert [cell.header for cell in rows[-1].cells] == ["Action", "Due"]


SHARED = Path(__file__).resolve().parents[3] / "shared" / "documents"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared documents are not here")
def test_action_log_of_a_real_board() -> None:
    document = read(SHARED / "transparency-board-action-log-2011-06.pdf")
    rows = [block for block in document.blocks if block.kind == "row"]
    assert len(rows) >= 28
    named = [row for row in rows if row.cells[0].header]
    assert {len(row.cells) for row in named} == {4}
    assert sum(row.cells[2].header == "Deadline" for row in named) >= 26


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared documents are not here")
def test_a_scan_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractor.ingest.pdf.reader.missing", lambda settings: "Tesseract is not installed")
    with pytest.raises(Rejected, match="OCR") as refusal:
        read(SHARED / "post-office-inquiry-response-scanned.pdf")
    assert refusal.value.reason == "no-text"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("---\r\n" + "a: line\r\n" * 3000, id="front matter that never closes"),
        pytest.param("---\n" + "--- a\n" * 3000, id="lines that only begin like its end"),
        pytest.param("<!---->" * 700 + "words", id="comments before no page"),
        pytest.param("[" * 40_000, id="brackets of no link"),
        pytest.param("-" * 40_000 + "a", id="a rule as long as the file"),
        pytest.param("<p " * 15_000, id="tags that never close"),
    ],
)
def test_a_format_is_told_in_linear_time(content: str) -> None:
    began = time.perf_counter()
    detect(content.encode(), "plan.md")
    assert time.perf_counter() - began < 2


def test_endings_are_those_that_have_a_format() -> None:
    assert {".xhtml", ".text", ".markdown", ".pdf", ".docx"} < ENDINGS
    assert all(declared_format(f"plan{ending}") for ending in ENDINGS)

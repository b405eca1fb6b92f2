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


PAGE = """<!doctype html><html lang="en"><head><title>Staff plan – Example Trust</title>
<meta property="og:site_name" content="Example Trust">
<script type="application/ld+json">
{"@type": "NewsArticle", "headline": "Staff plan", "datePublished": "2024-03-05T09:00:00Z"}</script>
</head><body><header><a href="/">Home</a></header><nav><ul><li>News</li></ul></nav>
<main><h1>Staff plan</h1><p>The trust will act<sup>1</sup>. It&nbsp;has<br>begun.</p>
<h2>Aims</h2><p>The trust will:</p><ul><li>train staff<ul><li>on wards</li></ul></li><li><p>keep staff</p></li></ul>
<ol start="3"><li>report</li></ol>
<table><thead><tr><th>Action</th><th>Due</th></tr></thead><tr><td>Write plan</td><td>May</td></tr></table>
<dl><dt>Owner</dt><dd>The board</dd></dl><blockquote><p>“We mean it.”</p></blockquote>
<p><strong>Next steps</strong></p><div>Loose words.<p>A paragraph.</p></div>
<div class="share-links">Share this</div><script>var a = 1;</script></main>
<footer>All rights reserved</footer></body></html>"""


def test_html_main_content() -> None:
    document = read_bytes(PAGE.encode(), "page.html")
    assert outline(document) == [
        ("heading", 1, "Staff plan"),
        ("paragraph", 0, "The trust will act. It has begun."),
        ("heading", 2, "Aims"),
        ("paragraph", 0, "The trust will:"),
        ("item", 1, "train staff"),
        ("item", 2, "on wards"),
        ("item", 1, "keep staff"),
        ("item", 1, "report"),
        ("row", 0, "Action | Due"),
        ("row", 0, "Write plan | May"),
        ("row", 0, "Owner | The board"),
        ("paragraph", 0, "“We mean it.”"),
        ("heading", 5, "Next steps"),
        ("paragraph", 0, "Loose words."),
        ("paragraph", 0, "A paragraph."),
    ]
    assert headers(document) == [["", ""], ["Action", "Due"], ["", "Owner"]]
    assert "- train staff\n\n  - on wards" in document.text
    assert "3. report" in document.text
    assert (document.title, document.publisher, str(document.published)) == (
        "Staff plan",
        "Example Trust",
        "2024-03-05",
    )
    assert document.kind == "news"


def test_html_without_a_main_element_drops_what_frames_the_page() -> None:
    page = (
        "<html><body><div id='cookie-banner'>We use cookies</div><p>We will act.</p>"
        "<div role='navigation'>More</div></body></html>"
    )
    assert outline(read_bytes(page.encode(), "page.html")) == [("paragraph", 0, "We will act.")]


def test_html_wrapper_with_a_telling_name_keeps_the_article() -> None:
    """Themes name the article's own wrapper after the share buttons that they put into it."""
    body = "The trust will train more nurses. " * 15
    shared = "<div class='social'><a>Share</a></div>"
    page = f"<html><body><div class='content social-sharing'><p>{body}</p></div>{shared}</body></html>"
    assert outline(read_bytes(page.encode(), "page.html")) == [("paragraph", 0, body.strip())]


def test_html_in_its_declared_character_set() -> None:
    page = "<html><head><meta charset='iso-8859-1'></head><body><p>The trust’s plan – £5m</p></body></html>"
    assert read_bytes(page.encode("cp1252"), "page.html").text == "The trust’s plan – £5m"


def test_html_entities_outside_the_page_stay_outside() -> None:
    page = (
        '<!DOCTYPE html [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
        "<html><body><p>Plan &secret; ends.</p></body></html>"
    )
    assert "root:" not in read_bytes(page.encode(), "page.html").text


MARKDOWN = """---
title: Staff plan
date: 2024-03-05
organisation: Example Trust
---

# Staff plan

The trust **will** act by [May](https://example.org).

Trusts must:

- train
  - nurses
- keep

1. First
2. Second

| Action | Due |
| --- | --- |
| Write plan | May |

> We mean it.
"""


def test_markdown() -> None:
    document = read_bytes(MARKDOWN.encode(), "plan.md")
    assert outline(document) == [
        ("heading", 1, "Staff plan"),
        ("paragraph", 0, "The trust will act by May."),
        ("paragraph", 0, "Trusts must:"),
        ("item", 1, "train"),
        ("item", 2, "nurses"),
        ("item", 1, "keep"),
        ("item", 1, "First"),
        ("item", 1, "Second"),
        ("row", 0, "Action | Due"),
        ("row", 0, "Write plan | May"),
        ("paragraph", 0, "We mean it."),
    ]
    assert (document.title, document.publisher, str(document.published)) == (
        "Staff plan",
        "Example Trust",
        "2024-03-05",
    )
    assert document.sources["published"] == "file"


def test_markdown_with_broken_front_matter_is_read_with_a_warning() -> None:
    document = read_bytes(b"---\ntitle: [unclosed\n---\n\nWe will act.\n", "plan.md")
    assert document.text == "We will act."
    assert "front matter" in document.warnings[0]


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


@pytest.mark.parametrize("name", ["plan.html", "plan.md", "plan.docx", "plan.pdf"])
def test_every_offset_points_at_its_words(name: str) -> None:
    raw = {
        "plan.html": PAGE.encode(),
        "plan.md": MARKDOWN.encode(),
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
    assert {len(row.cells) for row in rows} == {4}
    assert sum(row.cells[2].header == "Deadline" for row in rows) >= 20


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared documents are not here")
def test_a_scan_says_what_it_needs() -> None:
    with pytest.raises(Rejected, match="OCR") as refusal:
        read(SHARED / "post-office-inquiry-response-scanned.pdf")
    assert refusal.value.reason == "no-text"


def test_front_matter_with_the_line_ends_of_windows() -> None:
    document = read_bytes(b"---\r\ntitle: Staff plan\r\n---\r\nWe will act.\r\n", "plan.md")
    assert (document.format, document.title, document.text.strip()) == ("markdown", "Staff plan", "We will act.")


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

"""Render the Word and PDF documents of the corpus from their Markdown manuscripts, the same bytes on every run."""

from __future__ import annotations

import argparse
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from xml.sax.saxutils import escape

import docx
from docx.shared import Pt
from markdown_it import MarkdownIt
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    ListFlowable,
    ListItem,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Table,
    TableStyle,
)

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph as WordParagraph
    from markdown_it.token import Token

HERE = Path(__file__).parent
MARKING = "Illustrative text written for this project; not an official document."
# The first moment that a zip archive can hold.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
COLUMNS_START, COLUMNS_END = "<!-- columns -->", "<!-- /columns -->"
WORD_LIST_STYLES = {"bullets": "List Bullet", "numbers": "List Number"}
PDF_LIST_OPTIONS = {
    "bullets": {"bulletType": "bullet", "start": "•"},
    "numbers": {"bulletType": "1", "bulletFormat": "%s."},
}


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style; a line break is the text "\\n"."""

    text: str
    bold: bool = False
    italic: bool = False


Spans: TypeAlias = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a manuscript.

    `kind` is heading, text, bullets, numbers, table, columns or end_columns; `rows` holds one cell for a heading or a
    paragraph, one single-celled row for each item of a list, and the rows of a table with its header first.
    """

    kind: str
    rows: tuple[tuple[Spans, ...], ...] = ()
    level: int = 0


@dataclass(frozen=True, slots=True)
class Manuscript:
    """What a rendered document is made from: its blocks, and what its front matter and its sidecar say about it."""

    name: str
    format: str
    running_header: str
    title: str
    publisher: str
    published: str
    blocks: tuple[Block, ...]


def spans(inline: Token) -> Spans:
    """The styled runs of an inline token. Raises ValueError for Markdown that no manuscript uses."""
    found: list[Span] = []
    bold = italic = False
    for child in inline.children or ():
        match child.type:
            case "text":
                found.append(Span(child.content, bold, italic))
            case "softbreak":
                found.append(Span(" ", bold, italic))
            case "hardbreak":
                found.append(Span("\n"))
            case "strong_open" | "strong_close":
                bold = child.type == "strong_open"
            case "em_open" | "em_close":
                italic = child.type == "em_open"
            case other:
                raise ValueError(f"a manuscript cannot hold {other}: {inline.content[:60]!r}")
    return tuple(span for span in found if span.text)


def parse_blocks(markdown: str) -> Iterator[Block]:
    """The blocks of a Markdown text, in order. Raises ValueError for Markdown that no manuscript uses."""
    rows: list[tuple[Spans, ...]] = []
    list_kind, level = "", 0
    for token in MarkdownIt("commonmark").enable("table").parse(markdown):
        match token.type:
            case "heading_open":
                level = int(token.tag[1])
            case "heading_close":
                level = 0
            case "bullet_list_open" | "ordered_list_open":
                list_kind, rows = ("bullets" if token.type == "bullet_list_open" else "numbers"), []
            case "bullet_list_close" | "ordered_list_close":
                yield Block(list_kind, tuple(rows))
                list_kind = ""
            case "table_open":
                list_kind, rows = "table", []
            case "tr_open":
                rows.append(())
            case "table_close":
                yield Block("table", tuple(rows))
                list_kind = ""
            case "inline" if list_kind == "table":
                rows[-1] = (*rows[-1], spans(token))
            case "inline" if list_kind:
                rows.append((spans(token),))
            case "inline":
                yield Block("heading" if level else "text", ((spans(token),),), level)
            case "html_block" if token.content.strip() in (COLUMNS_START, COLUMNS_END):
                yield Block("columns" if token.content.strip() == COLUMNS_START else "end_columns")
            case "html_block" | "fence" | "code_block" | "hr" | "blockquote_open":
                raise ValueError(f"a manuscript cannot hold {token.type}: {token.content[:60]!r}")


def read_manuscript(path: Path, sidecars: Path) -> Manuscript:
    """Read a manuscript, and the sidecar of its name in `sidecars` for the title, publisher and date."""
    opening, front_matter, body = path.read_text(encoding="utf-8").split("---\n", 2)
    if opening:
        raise ValueError(f"{path.name} does not begin with its front matter")
    options = dict(line.split(": ", 1) for line in front_matter.splitlines())
    sidecar = json.loads((sidecars / f"{path.stem}.meta.json").read_text(encoding="utf-8"))
    return Manuscript(
        path.stem,
        options["format"],
        options.get("running_header", ""),
        sidecar["title"],
        sidecar["publisher"],
        sidecar["published"],
        tuple(parse_blocks(body)),
    )


def add_spans(paragraph: WordParagraph, content: Spans) -> None:
    """Append styled runs to a Word paragraph."""
    for span in content:
        if span.text == "\n":
            paragraph.add_run().add_break()
            continue
        run = paragraph.add_run(span.text)
        run.bold, run.italic = span.bold or None, span.italic or None


def add_word_table(document: WordDocument, block: Block) -> None:
    """Append a ruled table with a bold header row."""
    table = document.add_table(rows=len(block.rows), cols=len(block.rows[0]), style="Table Grid")
    for row_index, row in enumerate(block.rows):
        for cell, content in zip(table.rows[row_index].cells, row, strict=True):
            header = tuple(Span(span.text, True) for span in content) if row_index == 0 else content
            add_spans(cell.paragraphs[0], header)
    document.add_paragraph()


def render_docx(manuscript: Manuscript) -> bytes:
    """The manuscript as a Word document with built-in styles and the marking in the page footer.

    Raises ValueError where there are two numbered lists: a second list in the built-in style would go on counting.
    """
    if sum(block.kind == "numbers" for block in manuscript.blocks) > 1:
        raise ValueError(f"{manuscript.name}: a Word manuscript can have one numbered list")
    document = docx.Document()
    for block in manuscript.blocks:
        match block.kind:
            case "heading":
                add_spans(document.add_heading(level=block.level - 1), block.rows[0][0])
            case "text":
                add_spans(document.add_paragraph(), block.rows[0][0])
            case "bullets" | "numbers":
                for (item,) in block.rows:
                    add_spans(document.add_paragraph(style=WORD_LIST_STYLES[block.kind]), item)
            case "table":
                add_word_table(document, block)
            case other:
                raise ValueError(f"{manuscript.name}: a Word manuscript cannot hold {other}")
    footer = document.sections[0].footer.paragraphs[0].add_run(MARKING)
    footer.font.size, footer.italic = Pt(8), True
    properties = document.core_properties
    published = datetime.fromisoformat(manuscript.published)
    properties.title, properties.author, properties.comments = manuscript.title, manuscript.publisher, ""
    properties.language, properties.last_modified_by, properties.revision = "en-GB", manuscript.publisher, 1
    properties.created = properties.modified = published
    saved = io.BytesIO()
    document.save(saved)
    return with_fixed_times(saved.getvalue())


def with_fixed_times(archive: bytes) -> bytes:
    """The same zip archive with fixed timestamps (what it compresses to is still up to the build of zlib)."""
    fixed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            # Otherwise the operating system that writes the archive is recorded in it.
            entry.create_system = 3
            target.writestr(entry, source.read(name))
    return fixed.getvalue()


def markup(content: Spans) -> str:
    """Styled runs in the small markup of ReportLab's paragraphs."""
    parts = []
    for span in content:
        text = "<br/>" if span.text == "\n" else escape(span.text)
        text = f"<b>{text}</b>" if span.bold else text
        parts.append(f"<i>{text}</i>" if span.italic else text)
    return "".join(parts)


class OutlinedTemplate(BaseDocTemplate):  # type: ignore[misc]
    """A document template that puts every heading into the PDF's outline."""

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 (the name that ReportLab calls)
        """Add an outline entry for a heading that has just been placed."""
        style = getattr(getattr(flowable, "style", None), "name", "")
        if style.startswith("Heading"):
            key = f"{self.page}-{self.frame.id}-{self.frame._y:.2f}"
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(flowable.getPlainText(), key, int(style[-1]) - 1)


def decorate(running_header: str) -> Callable[[Canvas, BaseDocTemplate], None]:
    """A page callback that draws the running header, a rule, and a footer with the marking and the page number."""

    def draw(canvas: Canvas, template: BaseDocTemplate) -> None:
        canvas.saveState()
        canvas.setFont("Helvetica", 8)
        canvas.drawString(22 * mm, A4[1] - 14 * mm, running_header)
        canvas.line(22 * mm, A4[1] - 16 * mm, A4[0] - 22 * mm, A4[1] - 16 * mm)
        canvas.drawString(22 * mm, 12 * mm, MARKING)
        canvas.drawRightString(A4[0] - 22 * mm, 12 * mm, f"Page {template.page}")
        canvas.restoreState()

    return draw


def page_templates(running_header: str) -> list[PageTemplate]:
    """The page with one column and the page with two."""
    left, bottom, width, height = 22 * mm, 22 * mm, A4[0] - 44 * mm, A4[1] - 44 * mm
    column = (width - 8 * mm) / 2
    one = [Frame(left, bottom, width, height, id="one")]
    two = [Frame(x, bottom, column, height, id=f"column{x:.0f}") for x in (left, left + column + 8 * mm)]
    draw = decorate(running_header)
    return [PageTemplate("one", one, onPage=draw), PageTemplate("two", two, onPage=draw)]


def pdf_flowables(blocks: Sequence[Block]) -> Iterator[Flowable]:
    """The blocks as ReportLab flowables. A stretch in columns takes pages of its own."""
    styles = getSampleStyleSheet()
    body = ParagraphStyle("Prose", styles["BodyText"], fontName="Times-Roman", fontSize=10.5, leading=13.5)
    cell = ParagraphStyle("Cell", body, fontSize=9.5, leading=11.5)
    ruled = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    for block in blocks:
        match block.kind:
            case "heading":
                yield Paragraph(markup(block.rows[0][0]), styles[f"Heading{block.level}"])
            case "text":
                yield Paragraph(markup(block.rows[0][0]), body)
            case "bullets" | "numbers":
                items = [ListItem(Paragraph(markup(item), body)) for (item,) in block.rows]
                yield ListFlowable(items, **PDF_LIST_OPTIONS[block.kind])
            case "table":
                header, *rest = block.rows
                bold = tuple(tuple(Span(span.text, True) for span in content) for content in header)
                rows = [[Paragraph(markup(content), cell) for content in row] for row in (bold, *rest)]
                yield Table(rows, repeatRows=1, style=ruled, spaceBefore=6, spaceAfter=6)
            case "columns" | "end_columns":
                yield NextPageTemplate("two" if block.kind == "columns" else "one")
                yield PageBreak()
            case other:
                raise ValueError(f"a PDF manuscript cannot hold {other}")


def render_pdf(manuscript: Manuscript) -> bytes:
    """The manuscript as a PDF with running headers, page numbers and an outline."""
    saved = io.BytesIO()
    template = OutlinedTemplate(
        saved,
        pagesize=A4,
        pageTemplates=page_templates(manuscript.running_header),
        title=manuscript.title,
        author=manuscript.publisher,
        lang="en-GB",
        # Fixes dates and identifiers; without compression the bytes do not depend on the build of zlib.
        invariant=1,
        pageCompression=0,
    )
    template.build(list(pdf_flowables(manuscript.blocks)))
    return saved.getvalue()


RENDERERS: dict[str, Callable[[Manuscript], bytes]] = {"docx": render_docx, "pdf": render_pdf}


def make_documents(manuscripts: Path, sidecars: Path, output: Path) -> list[Path]:
    """Render every manuscript of a folder into `output`, and return the paths that were written, sorted."""
    written = []
    for path in sorted(manuscripts.glob("*.md")):
        manuscript = read_manuscript(path, sidecars)
        target = output / f"{manuscript.name}.{manuscript.format}"
        target.write_bytes(RENDERERS[manuscript.format](manuscript))
        written.append(target)
    return written


def main() -> None:
    """Command line: the folder to write into, by default the corpus's own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=HERE / "documents")
    make_documents(HERE / "manuscripts", HERE / "documents", parser.parse_args().output)


if __name__ == "__main__":
    main()

"""PDF files: text and geometry from pdfium; blocks by the tags where they are sound, else by how the page is set."""

import logging
import re
from collections.abc import Iterator, Sequence
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from extractor.errors import Rejected, too_large
from extractor.ingest.layout import Piece, Reading, clean, lay_out_pages
from extractor.ingest.pdf.guard import check_pdf
from extractor.ingest.pdf.page import Page
from extractor.ingest.pdf.reader import PageReader
from extractor.ingest.pdf.tagged import TaggedBuilder, is_torn, without_running
from extractor.ingest.pdf.typography import typography, weight_tells
from extractor.settings import Settings

# So many stretches of pages are named in a warning.
LISTED = 20
# Titles that programs make up.
_NO_TITLE = re.compile(r"(?i)microsoft word|untitled|document\d*$|powerpoint|\.(?:docx?|indd|pdf|pptx?|qxd)$|^\W*$")


def read(raw: bytes, settings: Settings) -> Reading:
    """Read a PDF. Raises Rejected: "encrypted", "damaged", "too-large", "no-text" (a scan that cannot be read)."""
    # of what it mends in a file the library writes to the error output, which is the command line's
    logging.getLogger("pypdfium2").setLevel(logging.CRITICAL)
    check_pdf(raw, settings)
    document = _open(raw)
    try:
        total = len(document)
        if total == 0:
            raise Rejected("damaged", "the PDF has no pages")
        if total > settings.max_pages:
            raise too_large(f"{total:,} pages", settings.max_pages, "max_pages")
        reader = PageReader(document, settings)
        pages = reader.pages(tagged=True)
        if is_torn(pages):
            pages = reader.pages(tagged=False)
        outline = _outline(document)
        embedded, hints = _embedded(document)
    finally:
        document.close()
    if not any(page.lines or page.tables for page in pages):
        reason = next(iter(reader.unread.values()), "its pages are blank or hold pictures without words")
        raise Rejected("no-text", f"the PDF has no text layer: {reason}")
    text, blocks, lines = lay_out_pages(_pieces(pages, outline))
    return Reading(
        text,
        blocks,
        embedded=embedded,
        hints=hints,
        pages=total,
        warnings=tuple(_warnings(reader)),
        lines=lines,
        recognised=reader.recognised,
        frames=tuple(reader.frames[number] for number in range(1, total + 1)),
    )


def _warnings(reader: PageReader) -> Iterator[str]:
    """A line for the pages that were read from their pictures, and one for each reason why others were not."""
    seen = reader.recognised
    if seen:
        mean = sum(seen.values()) / len(seen)
        yield f"read by text recognition: page {_listed(list(seen))}, with a mean confidence of {mean:.2f}"
    for reason in dict.fromkeys(reader.unread.values()):
        yield f"no text on page {_listed([page for page, why in reader.unread.items() if why == reason])}: {reason}"


def _listed(numbers: Sequence[int]) -> str:
    """Page numbers in rising order as people write them: "1–3, 7"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number])
    shown = ", ".join("–".join(map(str, run)) for run in runs[:LISTED])
    return shown + ("…" if len(runs) > LISTED else "")


def _pieces(pages: Sequence[Page], outline: frozenset[tuple[int, str]]) -> list[Piece]:
    """The blocks of all pages in reading order, running lines left out."""
    pages = without_running(pages)
    builder = TaggedBuilder(typography(pages), outline, {page.number: page.height for page in pages})
    builder.weighs = weight_tells(pages)
    parts = [part for page in pages for part in page.parts or ()]
    builder.headed = sum(part.kind == "heading" for part in parts) >= 3
    builder.flat = not any(part.kind == "item" and part.level > 1 for part in parts)
    for page in pages:
        if page.parts is None:
            builder.page(page)
        else:
            builder.tagged(page)
    return builder.finish()


def _open(raw: bytes) -> Any:
    try:
        return pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as problem:
        if pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD or "password" in str(problem).casefold():
            raise Rejected("encrypted", "the PDF is protected by a password; save a copy without one") from problem
        raise Rejected("damaged", "the PDF is broken or cut short") from problem


def _outline(document: Any) -> frozenset[tuple[int, str]]:
    """What the document's bookmarks point at, as (page, folded text). Their levels rarely match how the page is set."""
    found: set[tuple[int, str]] = set()
    try:
        for entry in document.get_toc(max_depth=6):
            target = entry.get_dest()
            index = target.get_index() if target is not None else None
            title = clean(entry.get_title() or "").casefold()
            if index is not None and title:
                found.add((index + 1, title))
    except pypdfium2.PdfiumError:
        # broken bookmarks cost nothing but a few headings set like running text
        return frozenset(found)
    return frozenset(found)


def _embedded(document: Any) -> tuple[dict[str, str], dict[str, str]]:
    given = document.get_metadata_dict()
    title = clean(given.get("Title", ""))
    found = {"title": title} if title and not _NO_TITLE.search(title) else {}
    date = re.match(r"D:(\d{4})(\d{2})(\d{2})", given.get("CreationDate", ""))
    return found, {"published": "-".join(date.groups())} if date else {}

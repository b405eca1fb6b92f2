"""Whatever a PDF does with its text, the boxes of a passage hold its words, and the frames fit the pictures."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from extractor.ingest import read_bytes
from extractor.ingest.layout import clean
from extractor.ingest.pdf.boxes import PdfPages, boxes_of
from extractor.records import Document, TextLine
from extractor.segment import segment
from tests.ingest.test_ocr import LETTER, needs_tesseract, scanned
from tests.pdfs import samples
from tests.pdfs.draw import Tagging, make
from tests.pdfs.spec import Look, Spec

PLAIN = Look()
SPECS = {
    "lists and tables": samples.plan(look=PLAIN, chapters=2, lists=True, tables=True),
    "two columns": samples.plan(look=replace(PLAIN, columns=2), chapters=2, lists=True),
    "items that run over a column's end": samples.long_items(),
    "every sort of bullet": samples.bullets(),
    "a page box off the origin": samples.plan(look=replace(PLAIN, origin=(30, 40)), chapters=1),
    "running headers and footers": samples.plan(look=replace(PLAIN, header="alternating", footer="plain"), chapters=2),
}


def letters(text: str) -> str:
    return "".join(char for char in clean(text) if char.isalnum()).casefold()


def within(file: pypdfium2.PdfDocument, boxes: Sequence[TextLine]) -> str:
    """What pdfium itself finds in these boxes, on pages that are not turned."""
    said = ""
    for box in boxes:
        page = file[box.page - 1]
        left, _, _, top = page.get_bbox()
        # half a letter of room: a box is cut at the letters' edges
        said += page.get_textpage().get_text_bounded(
            left + box.x0 - 0.3, top - box.bottom, left + box.x1 + 0.3, top - box.top
        )
    return said


def passages(document: Document) -> list[tuple[int, int]]:
    return [(p.start, p.end) for p in segment(document) if p.kind in ("sentence", "item", "row")]


@pytest.mark.parametrize("tagging", ["untagged", "tagged"])
@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_boxed_words_are_the_passages(spec: Spec, tagging: Tagging) -> None:
    raw = make(spec, tagging).raw
    document = read_bytes(raw, "plan.pdf")
    spans = passages(document)
    assert len(spans) > 10
    with pypdfium2.PdfDocument(raw) as file:
        for (start, end), boxes in zip(spans, boxes_of(raw, document, spans), strict=True):
            assert letters(within(file, boxes)) == letters(document.text[start:end])


@pytest.mark.parametrize("rotate", [90, 270])
def test_a_turned_page_has_the_boxes_of_one_that_is_not(rotate: int) -> None:
    """The page's own axes lie across the way it is read; its frame and boxes are those of the page as read."""
    spec = samples.plan(look=PLAIN, chapters=1)
    straight, turned = make(spec).raw, make(replace(spec, look=replace(PLAIN, rotate=rotate))).raw
    documents = [read_bytes(raw, "plan.pdf") for raw in (straight, turned)]
    assert documents[0].text == documents[1].text
    found = [boxes_of(raw, d, passages(d)) for raw, d in zip((straight, turned), documents, strict=True)]
    for upright, other in zip(*found, strict=True):
        for one, two in zip(upright, other, strict=True):
            assert one.page == two.page
            assert (two.x0, two.top, two.x1, two.bottom) == pytest.approx((one.x0, one.top, one.x1, one.bottom), abs=1)
    frame = documents[1].frames[0]
    assert frame[:2] == pytest.approx(documents[0].frames[0][:2], abs=1)
    with PdfPages(turned) as pages:
        assert pages.picture(1, dpi=72, turn=frame[2]).size == pytest.approx(frame[:2], abs=1)


def test_every_page_has_a_frame() -> None:
    made = make(SPECS["lists and tables"])
    document = read_bytes(made.raw, "plan.pdf")
    assert made.pages > 1
    assert document.frames == ((595.0, 842.0, 0),) * made.pages


def darkest(picture: Image.Image) -> int:
    """The darkest shade of a grey picture, 0 for black."""
    return int(np.asarray(picture).min())


@needs_tesseract
def test_the_boxes_of_a_scan_lie_on_its_ink() -> None:
    """Of one that lay on the scanner sideways: its picture is turned as its frame says."""
    raw = scanned(LETTER, turn=1)
    document = read_bytes(raw, "scan.pdf")
    spans = passages(document)
    width, height, turned = document.frames[0]
    with PdfPages(raw) as pages:
        picture = pages.picture(1, dpi=72, turn=turned).convert("L")
    assert picture.size == pytest.approx((width, height), abs=1)
    shades = []
    for boxes in boxes_of(raw, document, spans):
        assert boxes
        for box in boxes:
            area = picture.crop((round(box.x0), round(box.top), round(box.x1), round(box.bottom)))
            shades.append(darkest(area))
    assert max(shades) < 140
    empty = picture.crop((0, round(height) - 40, round(width), round(height) - 10))
    assert darkest(empty) > 140

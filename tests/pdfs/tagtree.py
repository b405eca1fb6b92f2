"""The truth about a tagged PDF that we did not make: its own tag tree, read by pdfium."""

import ctypes
import re
from collections import Counter, defaultdict
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from tests.pdfs.score import squeeze
from tests.pdfs.spec import Truth, Unit

_BLOCKS = frozenset(["H", "H1", "H2", "H3", "H4", "H5", "H6", "P", "BlockQuote", "LI", "LBody", "TH", "TD", "Caption"])
_APART = frozenset(["Note", "FENote", "Reference"])
_DEEPEST = 60
# What pdfium gives for a hyphen at a line's end.
_HYPHENS = "\x02\ufffe"
# A line outside the tags is a running line where as many pages have one of its shape.
_REPEATED = 3


def truth_of(raw: bytes, limit: int | None = None) -> Truth | None:
    """Blocks and running lines of the first `limit` pages, page by page; None where no page has a tagged block.

    `notes` holds footnotes and whatever else stands outside the blocks and is no running line.
    """
    document = pypdfium2.PdfDocument(raw)
    units: list[Unit] = []
    apart: list[str] = []
    outside: list[list[str]] = []
    try:
        for number in range(min(limit or len(document), len(document))):
            texts, lines = _contents(document, number)
            blocks, used = _blocks(document, number)
            units += [Unit("paragraph", "".join(texts.get(mcid, "") for mcid in block)) for block in blocks]
            apart += [text for mcid, text in texts.items() if mcid not in used]
            outside.append(lines)
    finally:
        document.close()
    if not any(unit.text for unit in units):
        return None
    pages = Counter(shape for lines in outside for shape in {_shape(line) for line in lines})
    running = tuple(tuple(line for line in lines if pages[_shape(line)] >= _REPEATED) for lines in outside)
    apart += [line for lines in outside for line in lines if pages[_shape(line)] < _REPEATED]
    return Truth(tuple(unit for unit in units if unit.text), (), tuple(apart), running)


def _shape(line: str) -> str:
    return re.sub(r"\d+", "#", squeeze(line))


def _contents(document: Any, number: int) -> tuple[dict[int, str], list[str]]:
    """A page's text by marked-content id, and the lines that have none."""
    page = document[number]
    textpage = page.get_textpage()
    texts: defaultdict[int, list[str]] = defaultdict(list)
    rows: defaultdict[int, list[tuple[float, str]]] = defaultdict(list)
    ids: dict[int, int] = {}
    x, baseline = ctypes.c_double(), ctypes.c_double()
    for at in range(pdfium.FPDFText_CountChars(textpage.raw)):
        sign = chr(pdfium.FPDFText_GetUnicode(textpage.raw, at))
        item = pdfium.FPDFText_GetTextObject(textpage.raw, at)
        if not item or sign in _HYPHENS or pdfium.FPDFText_IsGenerated(textpage.raw, at) == 1:
            continue
        address = ctypes.addressof(item.contents)
        if address not in ids:
            ids[address] = pdfium.FPDFPageObj_GetMarkedContentID(item)
        if ids[address] >= 0:
            texts[ids[address]].append(sign)
        elif pdfium.FPDFText_GetCharOrigin(textpage.raw, at, x, baseline):
            rows[round(baseline.value / 3)].append((x.value, sign))
    textpage.close()
    page.close()
    lines = ["".join(sign for _, sign in sorted(row)) for row in rows.values()]
    return {mcid: "".join(signs) for mcid, signs in texts.items()}, lines


def _blocks(document: Any, number: int) -> tuple[list[list[int]], set[int]]:
    """For each innermost block, as the tree orders them, the ids of its marked content; and the ids of all blocks."""
    page = document[number]
    tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
    blocks: list[list[int]] = []
    if tree:
        for at in range(pdfium.FPDF_StructTree_CountChildren(tree)):
            element = pdfium.FPDF_StructTree_GetChildAtIndex(tree, at)
            if element:
                _walk(element, None, blocks, 0)
        pdfium.FPDF_StructTree_Close(tree)
    page.close()
    return blocks, {mcid for block in blocks for mcid in block}


def _walk(element: Any, block: list[int] | None, blocks: list[list[int]], depth: int) -> None:
    tag = _tag(element)
    if depth > _DEEPEST or tag in _APART:
        return
    if tag in _BLOCKS:
        block = []
        blocks.append(block)
    for at in range(pdfium.FPDF_StructElement_CountChildren(element)):
        child = pdfium.FPDF_StructElement_GetChildAtIndex(element, at)
        if child:
            _walk(child, block, blocks, depth + 1)
            continue
        mcid = pdfium.FPDF_StructElement_GetChildMarkedContentID(element, at)
        if mcid >= 0 and block is not None:
            block.append(mcid)


def _tag(element: Any) -> str:
    size = pdfium.FPDF_StructElement_GetType(element, None, 0)
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDF_StructElement_GetType(element, buffer, size)
    return buffer.raw[:-2].decode("utf-16-le")

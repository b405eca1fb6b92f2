"""Word documents in document order: headings by style or outline level, lists by numbering, tables row by row.

What is deleted under tracked changes is left out, what is inserted stays; footnotes are kept apart.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from lxml import etree

from extractor.errors import Rejected
from extractor.ingest.layout import Piece, Reading, clean, lay_out, table
from extractor.ingest.lines import is_label, looks_like_heading, marker_of

# A zip bomb unpacks to a thousand times its size; Word's own XML rarely reaches forty times.
MAX_UNPACKED = 500_000_000
MAX_RATIO = 200
# Longer cells hold running text; their table sets columns and no data.
MAX_CELL_WORDS = 150

_SKIPPED = frozenset(map(qn, ("w:del", "w:moveFrom", "w:pPr", "w:rPr", "w:txbxContent", "w:instrText", "w:sdtPr")))
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TEXT_BOX = qn("w:txbxContent")
_HEADING = re.compile(r"^heading (\d)$", re.IGNORECASE)
_NO_TITLE = re.compile(r"word document|document\d*$|untitled|microsoft word", re.IGNORECASE)
_LIST_STYLE = re.compile(r"^list (bullet|number|paragraph|continue)?\s*(\d)?$", re.IGNORECASE)


def read(raw: bytes) -> Reading:
    """Read a .docx file. Raises Rejected: "too-large" for a zip bomb, "encrypted", "damaged"."""
    _check_archive(raw)
    try:
        document = docx.Document(io.BytesIO(raw))
    except (PackageNotFoundError, KeyError, ValueError, zipfile.BadZipFile, etree.XMLSyntaxError) as problem:
        raise Rejected("damaged", f"Word's parts are missing or broken: {str(problem).splitlines()[0]}") from problem
    pieces = [*_Walk(document).body(), *_notes(document)]
    text, blocks = lay_out(pieces)
    return Reading(text, blocks, embedded=_embedded(document), hints=_created(document))


def _check_archive(raw: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as problem:
        raise Rejected("damaged", f"the file is a broken zip archive: {problem}") from problem
    if any(entry.flag_bits & 1 for entry in entries):
        raise Rejected("encrypted", "the document is protected by a password; save a copy without one")
    unpacked = sum(entry.file_size for entry in entries)
    bombs = [e for e in entries if e.file_size > 20_000_000 and e.file_size > MAX_RATIO * max(1, e.compress_size)]
    if unpacked > MAX_UNPACKED or bombs:
        raise Rejected("too-large", f"the document unpacks to {unpacked:,} bytes")


class _Walk:
    """One pass through a document's body, with what its paragraphs need to know of styles and numbering."""

    def __init__(self, document: WordDocument) -> None:
        self.styles = {style.style_id: style for style in document.styles}
        self.formats = _number_formats(document)
        self.element = document.element.body

    def body(self) -> Iterator[Piece]:
        yield from self._children(self.element)

    def _children(self, parent: Any) -> Iterator[Piece]:
        for node in parent:
            if node.tag == qn("w:p"):
                yield from self._paragraph(node)
            elif node.tag == qn("w:tbl"):
                yield from self._table(node)
            elif node.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml"), qn("w:smartTag")):
                yield from self._children(node)

    def _paragraph(self, node: Any) -> Iterator[Piece]:
        text = _text(node)
        if clean(text):
            yield self._piece(node, text)
        for box in node.iter(_TEXT_BOX):
            if not any(ancestor.tag == _FALLBACK for ancestor in box.iterancestors()):
                yield from self._children(box)

    def _piece(self, node: Any, text: str) -> Piece:
        names = self._style_names(node)
        level = self._heading_level(node, names)
        text = clean(text)
        if level:
            return Piece("heading", text, level=level)
        item = self._list_level(node, names)
        if item and not (_is_bold(node) and looks_like_heading(text) and self._is_ordered(node)):
            depth, ordered = item
            typed = marker_of(text)
            if typed is not None and not ordered and not typed.style.startswith("decimal"):
                text = text[typed.text_at :]
            return Piece("item", text, level=depth)
        typed = marker_of(text)
        if typed is not None and not (_is_bold(node) and looks_like_heading(text)):
            sign = typed.sign if any(c.isalnum() for c in typed.sign) and typed.sign != "o" else "-"
            return Piece("item", text[typed.text_at :], level=1 + _indent(node), marker=sign)
        if _is_bold(node) and len(text.split()) <= 14 and (looks_like_heading(text) or is_label(text)):
            return Piece("heading", text, level=5)
        return Piece("paragraph", text)

    def _style_names(self, node: Any) -> list[str]:
        """The names of a paragraph's style and of those it is based on."""
        found = node.find(qn("w:pPr") + "/" + qn("w:pStyle"))
        style = self.styles.get(found.get(qn("w:val"))) if found is not None else None
        names: list[str] = []
        while style is not None and len(names) < 20:
            names.append((style.name or "").strip())
            style = getattr(style, "base_style", None)
        return names

    def _style_elements(self, node: Any) -> Iterator[Any]:
        """Paragraph properties that count, nearest first: the paragraph's own, then those of its styles."""
        own = node.find(qn("w:pPr"))
        if own is None:
            return
        yield own
        found = own.find(qn("w:pStyle"))
        style = self.styles.get(found.get(qn("w:val"))) if found is not None else None
        for _ in range(20):
            if style is None:
                return
            properties = style.element.find(qn("w:pPr"))
            if properties is not None:
                yield properties
            style = getattr(style, "base_style", None)

    def _heading_level(self, node: Any, names: list[str]) -> int:
        for name in names:
            found = _HEADING.match(name)
            if found:
                return min(6, max(1, int(found.group(1))))
            if name.casefold() == "title":
                return 1
            if name.casefold() == "subtitle":
                return 2
        for properties in self._style_elements(node):
            outline = properties.find(qn("w:outlineLvl"))
            if outline is not None:
                level = int(outline.get(qn("w:val"), "9"))
                return level + 1 if level < 6 else 0
        return 0

    def _list_level(self, node: Any, names: list[str]) -> tuple[int, bool] | None:
        """Depth from 1 of a list paragraph and whether its list counts, None outside lists."""
        style_level = 1
        for name in names:
            found = _LIST_STYLE.match(name)
            if found and found.group(1):
                style_level = int(found.group(2) or 1)
        number, level = self._numbering(node)
        if number is not None:
            if number == "0":
                return None
            ordered = self.formats.get((number, level or "0")) not in (None, "bullet")
            return max(int(level or "0") + 1, style_level), ordered
        if any(re.match(r"list (bullet|number)", name, re.IGNORECASE) for name in names):
            return style_level, any("number" in name.casefold() for name in names)
        return None

    def _numbering(self, node: Any) -> tuple[str | None, str | None]:
        number: str | None = None
        level: str | None = None
        for properties in self._style_elements(node):
            found = properties.find(qn("w:numPr"))
            if found is None:
                continue
            own_number, own_level = found.find(qn("w:numId")), found.find(qn("w:ilvl"))
            level = level if level is not None or own_level is None else own_level.get(qn("w:val"))
            if own_number is not None:
                number = own_number.get(qn("w:val"))
                break
        return number, level

    def _is_ordered(self, node: Any) -> bool:
        number, level = self._numbering(node)
        return number is not None and self.formats.get((number, level or "0"), "bullet") != "bullet"

    def _table(self, node: Any) -> Iterator[Piece]:
        rows = [row for row in node.iter(qn("w:tr")) if next(row.iterancestors(qn("w:tbl")), None) is node]
        grid = [list(self._cells(row)) for row in rows]
        texts = [[_cell_text(cell) for cell in row] for row in grid]
        filled = [[text for text in row if text] for row in texts]
        widest = max((len(row) for row in filled), default=0)
        nested = any(True for _ in node.iterdescendants(qn("w:tbl")))
        if widest < 2 or nested or any(len(text.split()) > MAX_CELL_WORDS for row in texts for text in row):
            for row_cells in grid:
                for cell in row_cells:
                    if cell is not None:
                        yield from self._children(cell)
            return
        marked = rows[0].find(qn("w:trPr") + "/" + qn("w:tblHeader")) is not None and len(rows) > 1
        yield from table(texts, header=True if marked else None)

    @staticmethod
    def _cells(row: Any) -> Iterator[Any]:
        """The row's cells by column of the grid; None where a wider or higher cell covers the place."""
        for cell in row.iter(qn("w:tc")):
            if next(cell.iterancestors(qn("w:tr")), None) is not row:
                continue
            merge = cell.find(qn("w:tcPr") + "/" + qn("w:vMerge"))
            yield None if merge is not None and merge.get(qn("w:val"), "continue") == "continue" else cell
            span = cell.find(qn("w:tcPr") + "/" + qn("w:gridSpan"))
            yield from [None] * (min(60, int(span.get(qn("w:val"), "1"))) - 1 if span is not None else 0)


def _cell_text(cell: Any) -> str:
    return "" if cell is None else " ".join(clean(_text(paragraph)) for paragraph in cell.iter(qn("w:p")))


def _text(node: Any) -> str:
    """The words of a paragraph: runs, links and insertions; no deletions, field codes, note marks or text boxes."""
    parts: list[str] = []
    for child in node:
        if child.tag in _SKIPPED or child.tag == _FALLBACK:
            continue
        if child.tag == qn("w:t"):
            parts.append(child.text or "")
        elif child.tag in (qn("w:tab"), qn("w:br"), qn("w:cr")):
            parts.append(" ")
        elif child.tag == qn("w:noBreakHyphen"):
            parts.append("-")
        elif child.tag == qn("w:p"):
            continue
        else:
            parts.append(_text(child))
    return "".join(parts)


def _is_bold(node: Any) -> bool:
    """Whether every run with words is set in bold by its own properties."""
    runs = [run for run in node.iter(qn("w:r")) if clean(_text(run))]
    return bool(runs) and all(_is_on(run.find(qn("w:rPr") + "/" + qn("w:b"))) for run in runs)


def _is_on(switch: Any) -> bool:
    return switch is not None and switch.get(qn("w:val"), "1") not in ("0", "false", "off")


def _indent(node: Any) -> int:
    """How many half inches a paragraph is indented beyond the first, as typed sub-items are."""
    found = node.find(qn("w:pPr") + "/" + qn("w:ind"))
    twips = (found.get(qn("w:left")) or found.get(qn("w:start")) or "0") if found is not None else "0"
    return min(5, max(0, int(float(twips)) // 720 - 1)) if re.fullmatch(r"-?\d+(\.\d+)?", twips) else 0


def _number_formats(document: WordDocument) -> dict[tuple[str, str], str]:
    """Number formats ("bullet", "decimal"…) by list id and level."""
    try:
        root = document.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return {}
    abstract = {
        node.get(qn("w:abstractNumId")): {
            level.get(qn("w:ilvl")): found.get(qn("w:val"), "decimal")
            for level in node.iter(qn("w:lvl"))
            if (found := level.find(qn("w:numFmt"))) is not None
        }
        for node in root.iter(qn("w:abstractNum"))
    }
    formats = {}
    for node in root.iter(qn("w:num")):
        kind = node.find(qn("w:abstractNumId"))
        for level, shape in abstract.get(kind.get(qn("w:val")) if kind is not None else None, {}).items():
            formats[node.get(qn("w:numId")), level] = shape
    return formats


def _notes(document: WordDocument) -> Iterator[Piece]:
    """Footnotes and endnotes, which python-docx does not know."""
    for relation in document.part.rels.values():
        if not relation.reltype.endswith(("/footnotes", "/endnotes")):
            continue
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        root = etree.fromstring(relation.target_part.blob, parser=parser)
        for note in root:
            if note.get(qn("w:type")) in (None, "normal"):
                yield Piece("footnote", " ".join(_text(p) for p in note.iter(qn("w:p"))))


def _embedded(document: WordDocument) -> dict[str, str]:
    title = clean(document.core_properties.title or "")
    # Word offers the name of its template or the first line of an older document; neither is a title
    return {"title": title} if title and not _NO_TITLE.match(title) else {}


def _created(document: WordDocument) -> dict[str, str]:
    created = document.core_properties.created
    if created is None:
        return {}
    return {"published": str((created.astimezone(UTC) if created.tzinfo else created).date())}

"""Word documents in document order: headings by style or outline level, lists with their own numbers, tables by row.

Changes are read as accepted: what is deleted or moved away is left out, what is inserted stays, paragraphs whose mark
is deleted become one. Footnotes are kept apart; comments, page headers, hidden text and contents lists are not read.
Own work on lxml: python-docx knows neither the labels of lists nor changes, text boxes and notes, and refuses files
with a single broken link inside.
"""

import posixpath
import re
from collections.abc import Iterator, Sequence

from lxml import etree

from extractor.errors import Rejected
from extractor.ingest.archive import Archive, open_archive
from extractor.ingest.days import iso_day
from extractor.ingest.docx_styles import WORD, Lists, Styles, is_on, value, w, whole
from extractor.ingest.layout import Piece, Reading, clean, lay_out
from extractor.ingest.office import (
    MAX_COLUMNS,
    Paragraph,
    TableCell,
    level_of_style,
    own_title,
    pieces_of,
    table_pieces,
    with_numbered_headings,
)
from extractor.ingest.xml import parse_xml, xml_part
from extractor.settings import Settings

_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_FALLBACK = f"{_COMPATIBILITY}Fallback"
_MATHS_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
_TEXT_BOX = w("txbxContent")
_SKIPPED = frozenset(
    map(w, ("del", "moveFrom", "pPr", "rPr", "txbxContent", "instrText", "delText", "sdtPr", "rt", "p"))
)
# What may stand between a body, a cell or a row and its paragraphs, cells or rows.
_WRAPPERS = frozenset(map(w, ("sdtContent", "ins", "moveTo", "customXml", "smartTag")))
_LIST_STYLE = re.compile(r"list (bullet|number)(?: (\d))?$", re.IGNORECASE)
_CONTENTS_STYLE = re.compile(r"(?:toc \d|toc heading|table of figures|index \d)$", re.IGNORECASE)


def read(raw: bytes, settings: Settings) -> Reading:
    """Read a .docx file. Raises Rejected: "too-large" for a zip bomb, "encrypted", "damaged"."""
    with open_archive(raw, settings) as archive:
        package = _linked(archive, "")
        main = package.get("officeDocument", ["word/document.xml"])[0]
        root = _part(archive, main)
        body = root.find(w("body")) if root is not None else None
        if body is None:
            raise Rejected("damaged", "Word's parts are missing or broken: there is no body of a document")
        linked = _linked(archive, main)
        styles, numbering = (_part(archive, linked.get(kind, [""])[0]) for kind in ("styles", "numbering"))
        walk = _Walk(styles, numbering)
        pieces = with_numbered_headings(walk.children(body))
        for kind in ("footnotes", "endnotes"):
            for part in linked.get(kind, ()):
                pieces.extend(walk.notes(_part(archive, part)))
        core = _part(archive, package.get("core-properties", ["docProps/core.xml"])[0])
    text, blocks = lay_out(pieces)
    return Reading(text, blocks, embedded=_embedded(core), hints=_created(core))


def _part(archive: Archive, name: str) -> etree._Element | None:
    raw = archive.part(name)
    # the strict variant of the standard differs in little but the names of its namespaces
    return None if raw is None else parse_xml(raw.replace(_STRICT, WORD.encode(), 1), name)


def _linked(archive: Archive, part: str) -> dict[str, list[str]]:
    """The parts that a part ("" for the whole package) refers to and that are there, by the kind of relationship."""
    folder, name = posixpath.split(part)
    root = xml_part(archive, posixpath.join(folder, "_rels", f"{name}.rels"))
    found: dict[str, list[str]] = {}
    for node in root if root is not None else ():
        target = posixpath.normpath(posixpath.join("/", folder, node.get("Target", ""))).lstrip("/")
        if target in archive.names:
            found.setdefault(node.get("Type", "").rpartition("/")[2], []).append(target)
    return found


class _Walk:
    """One pass through a document, with what its paragraphs need to know of styles and lists."""

    def __init__(self, styles: etree._Element | None, numbering: etree._Element | None) -> None:
        self.styles = Styles(styles)
        self.lists = Lists(numbering, self.styles)

    def children(self, parent: etree._Element) -> Iterator[Piece]:
        """The pieces of a body, a cell or a text box."""
        held: list[etree._Element] = []
        for node in _unwrapped(parent):
            if node.tag == w("p"):
                held.append(node)
                if not _is_mark_deleted(node):
                    yield from self._paragraph(held)
                    held = []
            elif node.tag == w("tbl"):
                yield from self._paragraph(held)
                held = []
                yield from self._table(node)
        yield from self._paragraph(held)

    def notes(self, root: etree._Element | None) -> Iterator[Piece]:
        """Footnotes or endnotes, each a piece."""
        for note in root if root is not None else ():
            if note.get(w("type")) in (None, "normal"):
                yield Piece("footnote", " ".join(self._text(paragraph) for paragraph in note.iter(w("p"))))

    def _paragraph(self, nodes: Sequence[etree._Element]) -> Iterator[Piece]:
        """Paragraphs that deleted marks joined, as one; its properties are those of the last, as Word has it."""
        if not nodes:
            return
        last = nodes[-1]
        names = self.styles.names(last)
        if any(_CONTENTS_STYLE.match(name) for name in names):
            return
        # an empty paragraph counts in its list, too
        place = self.lists.place(last)
        text = "".join(self._text(node) for node in nodes)
        if clean(text):
            depth, label = place or (1, "")
            yield from pieces_of(
                Paragraph(
                    text,
                    outline=self._outline(last, names),
                    # Word gives the deeper of its list styles lists of their own, each at its first level
                    depth=max(depth, _list_style(names)) if depth and (place or _list_style(names)) else 0,
                    label=label,
                    emphasised=all(self._is_emphasised(node) for node in nodes),
                    indent=self._indent(last),
                )
            )
        for node in nodes:
            for box in node.iter(_TEXT_BOX):
                if next(box.iterancestors(w("p"))) is node and next(box.iterancestors(_FALLBACK), None) is None:
                    yield from self.children(box)

    def _text(self, node: etree._Element) -> str:
        """The words of a paragraph: runs, links and insertions; no deletions, field codes, note marks or text boxes."""
        parts: list[str] = []
        for child in node:
            tag = child.tag
            if tag in _SKIPPED or tag == _FALLBACK or _is_placeholder(child):
                continue
            if tag in (w("t"), _MATHS_TEXT):
                parts.append(child.text or "")
            elif tag in (w("br"), w("cr")):
                parts.append("\n" if child.get(w("type"), "textWrapping") == "textWrapping" else " ")
            elif tag in (w("tab"), w("ptab")):
                parts.append(" ")
            elif tag == w("noBreakHyphen"):
                parts.append("-")
            elif tag != w("r") or not self.styles.switch(child, None, "vanish"):
                parts.append(self._text(child))
        return "".join(parts)

    def _is_emphasised(self, paragraph: etree._Element) -> bool:
        """Whether every run with words is bold, by its own properties or by a style, or underlined by its own.

        Links are underlined by their style, and head nothing for it.
        """
        words = [run for run in paragraph.iter(w("r")) if any(map(str.isalnum, self._text(run)))]
        return all(
            self.styles.switch(run, paragraph, "b") or (value(run, "rPr", "u") or "none") != "none" for run in words
        )

    def _outline(self, paragraph: etree._Element, names: Sequence[str]) -> int:
        level = next((level for name in names if (level := level_of_style(name))), 0)
        if level:
            return level
        for properties in self.styles.properties(paragraph):
            outline = value(properties, "outlineLvl")
            if outline is not None:
                stated = whole(outline, 9)
                return stated + 1 if 0 <= stated < 6 else 0
        return 0

    def _indent(self, paragraph: etree._Element) -> int:
        """How many half inches a paragraph is indented beyond the first, as typed sub-items are."""
        found = paragraph.find(f"{w('pPr')}/{w('ind')}")
        twips = whole((found.get(w("left")) or found.get(w("start"))) if found is not None else None, 0)
        return min(5, max(0, twips // 720 - 1))

    def _table(self, node: etree._Element) -> Iterator[Piece]:
        rows: list[list[TableCell]] = []
        heads = 0
        for row in _unwrapped(node):
            properties = row.find(w("trPr"))
            if row.tag != w("tr") or value(properties, "del") is not None:
                continue
            if heads == len(rows) and is_on(value(properties, "tblHeader")):
                heads += 1
            rows.append([*self._cells(row)])
        yield from table_pieces(rows, heads=heads)

    def _cells(self, row: etree._Element) -> Iterator[TableCell]:
        before = whole(value(row, "trPr", "gridBefore"), 0)
        if before > 0:
            yield TableCell(span=min(MAX_COLUMNS, before))
        for cell in _unwrapped(row):
            if cell.tag != w("tc") or value(cell, "tcPr", "cellDel") is not None:
                continue
            span = min(MAX_COLUMNS, max(1, whole(value(cell, "tcPr", "gridSpan"), 1)))
            covered = value(cell, "tcPr", "vMerge") in ("", "continue")
            yield TableCell(() if covered else tuple(self.children(cell)), span)


def _unwrapped(parent: etree._Element) -> Iterator[etree._Element]:
    """The elements inside `parent`, those in content controls, smart tags and insertions among them."""
    for node in parent:
        if node.tag == w("sdt"):
            if not _is_contents(node) and not _is_placeholder(node):
                yield from _unwrapped(node)
        elif node.tag in _WRAPPERS:
            yield from _unwrapped(node)
        else:
            yield node


def _is_contents(control: etree._Element) -> bool:
    """Whether a content control holds a table of contents."""
    return value(control, "sdtPr", "docPartObj", "docPartGallery") == "Table of Contents"


def _is_placeholder(node: etree._Element) -> bool:
    """Whether an element is a content control that nobody filled: Word's own prompt stands in it."""
    return node.tag == w("sdt") and is_on(value(node, "sdtPr", "showingPlcHdr"))


def _is_mark_deleted(paragraph: etree._Element) -> bool:
    properties = paragraph.find(f"{w('pPr')}/{w('rPr')}")
    return value(properties, "del") is not None or value(properties, "moveFrom") is not None


def _list_style(names: Sequence[str]) -> int:
    """The depth that the name of a built-in list style gives, 0 for other styles."""
    return next((int(found.group(2) or 1) for name in names if (found := _LIST_STYLE.match(name))), 0)


def _embedded(core: etree._Element | None) -> dict[str, str]:
    return own_title(core.findtext(f"{_DUBLIN_CORE}title")) if core is not None else {}


def _created(core: etree._Element | None) -> dict[str, str]:
    created = iso_day(core.findtext(f"{_TERMS}created")) if core is not None else None
    return {"published": created} if created else {}

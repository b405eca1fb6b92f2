"""OpenDocument text (.odt, flat .fodt) in document order: headings with levels, lists with their own numbers, tables.

Changes are read as accepted: what was deleted stands apart in the file and is not read. Notes are kept apart; comments,
page headers, hidden text and contents lists are not read. Own work on lxml: odfpy, the one library for the format, has
had no release since 2020 and leaves styles, lists and spans to its user.
"""

from collections.abc import Hashable, Iterator
from dataclasses import replace

from lxml import etree

from extractor.errors import Rejected, too_large
from extractor.ingest.archive import open_archive
from extractor.ingest.days import iso_day
from extractor.ingest.layout import Piece, Reading, clean, lay_out
from extractor.ingest.numbering import Counters
from extractor.ingest.odt_styles import DRAW, Look, Styles, q, whole
from extractor.ingest.office import (
    MAX_COLUMNS,
    Paragraph,
    TableCell,
    own_title,
    pieces_of,
    table_pieces,
    with_numbered_headings,
)
from extractor.ingest.xml import parse_xml, xml_part
from extractor.settings import Settings

_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_PARAGRAPHS = (q("text:p"), q("text:h"))
_NOT_TEXT = frozenset(
    map(q, ("text:note", "text:number", "text:ruby-text", "text:hidden-text", "text:hidden-paragraph"))
) | {q("office:annotation"), q("text:script")}
_NOT_CONTENT = frozenset(
    map(
        q,
        (
            "text:tracked-changes",
            "text:table-of-content",
            "text:illustration-index",
            "text:table-index",
            "text:object-index",
            "text:user-index",
            "text:alphabetical-index",
            "office:annotation",
            "office:forms",
        ),
    )
)


def read(raw: bytes, settings: Settings) -> Reading:
    """Read an .odt or .fodt file. Raises Rejected: "too-large" for a zip bomb, "encrypted", "damaged"."""
    content, styles, meta = _parts(raw, settings)
    body = content.find(f"{q('office:body')}/{q('office:text')}")
    if body is None:
        raise Rejected("damaged", "the OpenDocument file has no body of text")
    holders = [root.find(q("office:styles")) for root in (styles, content) if root is not None]
    walk = _Walk(Styles(*holders, content.find(q("office:automatic-styles"))))
    pieces = with_numbered_headings(walk.children(body))
    text, blocks = lay_out([*pieces, *walk.notes])
    return Reading(text, blocks, embedded=_embedded(meta), hints=_created(meta))


def _parts(raw: bytes, settings: Settings) -> tuple[etree._Element, etree._Element | None, etree._Element | None]:
    """The roots of the content, of the common styles (None in a flat file) and of the metadata."""
    if not raw.startswith(b"PK"):
        if len(raw) > settings.max_part_bytes:
            raise too_large(f"{len(raw):,} bytes of XML", settings.max_part_bytes, "max_part_bytes")
        flat = parse_xml(raw, "the flat OpenDocument file")
        return flat, None, flat
    with open_archive(raw, settings) as archive:
        manifest = xml_part(archive, "META-INF/manifest.xml")
        if manifest is not None and any(True for _ in manifest.iter("{*}encryption-data")):
            raise Rejected("encrypted", "the document is protected by a password; save a copy without one")
        content = xml_part(archive, "content.xml")
        if content is None:
            raise Rejected("damaged", "the OpenDocument file has no content.xml")
        return content, xml_part(archive, "styles.xml"), xml_part(archive, "meta.xml")


class _Walk:
    """One pass through a document, with what its paragraphs need to know of styles and lists. `notes` fills on it."""

    def __init__(self, styles: Styles) -> None:
        self.styles = styles
        self.notes: list[Piece] = []
        self._counters = Counters()
        self._list_of_id: dict[str, Hashable] = {}
        self._list_of_style: dict[str, Hashable] = {}

    def children(self, parent: etree._Element) -> Iterator[Piece]:
        """The pieces of a body, a section, a cell or a text box."""
        for node in parent:
            yield from self._block(node)

    def _block(self, node: etree._Element) -> Iterator[Piece]:
        if node.tag in _PARAGRAPHS:
            yield from self._paragraph(node)
        elif node.tag == q("text:list"):
            yield from self._list(node, 1, node.get(q("text:style-name"), ""), self._key(node))
        elif node.tag == q("text:numbered-paragraph"):
            yield from self._numbered_paragraph(node)
        elif node.tag == q("table:table"):
            yield from self._table(node)
        elif node.tag not in _NOT_CONTENT and node.get(q("text:display")) != "none":
            yield from self.children(node)

    def _paragraph(self, node: etree._Element, *, depth: int = 0, label: str = "") -> Iterator[Piece]:
        style = node.get(q("text:style-name"))
        look = self.styles.look("paragraph", style, Look())
        outline = self.styles.outline_level(style)
        if node.tag == q("text:h"):
            outline = min(6, max(1, whole(node.get(q("text:outline-level")), outline)))
            label = label or self._outline_number(node, outline)
        text = self._text(node, look)
        if clean(text):
            emphasised = all(self._emphasis(node, look))
            yield from pieces_of(Paragraph(text, outline=outline, depth=depth, label=label, emphasised=emphasised))
        for inner in _anchored(node):
            if inner.tag == q("text:note"):
                self._note(inner)
            else:
                yield from self._block(inner)

    def _outline_number(self, node: etree._Element, level: int) -> str:
        stated = node.find(q("text:number"))
        if stated is not None:
            return clean(stated.text or "")
        if node.get(q("text:is-list-header")) == "true":
            return ""
        start = whole(node.get(q("text:start-value")), 0) if node.get(q("text:restart-numbering")) == "true" else None
        # levels without a format carry no number
        return self._counters.next("outline", self.styles.outline, level, start=start) or ""

    def _note(self, node: etree._Element) -> None:
        body = node.find(q("text:note-body"))
        paragraphs = body.iter(*_PARAGRAPHS) if body is not None else ()
        self.notes.append(Piece("footnote", " ".join(self._text(paragraph, Look()) for paragraph in paragraphs)))

    def _text(self, node: etree._Element, look: Look) -> str:
        """The words of a paragraph: spans, links and insertions; no note marks, comments, frames or hidden text."""
        parts = ["" if look.hidden else node.text or ""]
        for child in node:
            if child.tag in (q("text:s"), q("text:tab")):
                parts.append(" ")
            elif child.tag == q("text:line-break"):
                parts.append("\n")
            elif not _is_apart(child):
                parts.append(self._text(child, self._inner_look(child, look)))
            parts.append("" if look.hidden else child.tail or "")
        return "".join(parts)

    def _emphasis(self, node: etree._Element, look: Look) -> Iterator[bool]:
        """For each stretch of words in a paragraph, whether it is set in bold or underlined."""
        if any(map(str.isalnum, node.text or "")):
            yield look.emphasised
        for child in node:
            if not _is_apart(child):
                yield from self._emphasis(child, self._inner_look(child, look))
            if any(map(str.isalnum, child.tail or "")):
                yield look.emphasised

    def _inner_look(self, node: etree._Element, look: Look) -> Look:
        if node.tag == q("text:a"):
            # a link is underlined for being one
            return replace(look, underlined=False)
        return self.styles.look("text", node.get(q("text:style-name")), look) if node.tag == q("text:span") else look

    def _key(self, node: etree._Element) -> Hashable:
        """What a list counts by: its own count, or that of the list that it goes on with."""
        style = node.get(q("text:style-name"), "")
        key: Hashable = node
        if (before := node.get(q("text:continue-list"))) is not None:
            key = self._list_of_id.get(before, node)
        elif node.get(q("text:continue-numbering")) == "true":
            key = self._list_of_style.get(style, node)
        self._list_of_style[style] = self._list_of_id[node.get(_XML_ID, "")] = key
        return key

    def _list(self, node: etree._Element, depth: int, style: str, key: Hashable) -> Iterator[Piece]:
        for item in node:
            own = item.get(q("text:style-override"), style)
            first = True
            for child in item:
                if child.tag == q("text:list"):
                    yield from self._list(child, depth + 1, child.get(q("text:style-name"), own), key)
                elif child.tag not in _PARAGRAPHS:
                    yield from self._block(child)
                elif not first:
                    yield from _continued(self._paragraph(child), depth)
                else:
                    first = False
                    yield from self._item(child, item, depth, own, key)

    def _item(
        self, node: etree._Element, item: etree._Element, depth: int, style: str, key: Hashable
    ) -> Iterator[Piece]:
        """The paragraph that opens a list item. A header of a list carries no mark, and counts for nothing."""
        label: str | None = None
        if item.tag == q("text:list-item"):
            stated = item.get(q("text:start-value"))
            start = whole(stated, 1) if stated is not None else None
            label = self._counters.next(key, self.styles.levels(style), depth, start=start)
        yield from self._paragraph(node, depth=0 if label is None else depth, label=label or "")

    def _numbered_paragraph(self, node: etree._Element) -> Iterator[Piece]:
        depth = max(1, whole(node.get(q("text:level")), 1))
        key = node.get(q("text:list-id"), "")
        for child in node.iterchildren(*_PARAGRAPHS):
            label = self._counters.next(key, self.styles.levels(node.get(q("text:style-name"), "")), depth)
            yield from self._paragraph(child, depth=0 if label is None else depth, label=label or "")

    def _table(self, node: etree._Element) -> Iterator[Piece]:
        rows = [(row, heading) for row, heading in _rows(node) if row.get(q("table:visibility")) != "collapse"]
        heads = next((at for at, (_, heading) in enumerate(rows) if not heading), 0)
        yield from table_pieces([[*self._cells(row)] for row, _ in rows], heads=heads)

    def _cells(self, row: etree._Element) -> Iterator[TableCell]:
        covered = 0
        for cell in row:
            repeated = min(MAX_COLUMNS, max(1, whole(cell.get(q("table:number-columns-repeated")), 1)))
            if cell.tag == q("table:table-cell"):
                span = min(MAX_COLUMNS, max(1, whole(cell.get(q("table:number-columns-spanned")), 1)))
                covered = span - 1
                yield from [TableCell(tuple(self.children(cell)), span)] * repeated
            elif cell.tag == q("table:covered-table-cell"):
                # what no cell to the left covers is covered from above
                yield from [TableCell()] * max(0, repeated - covered)
                covered = max(0, covered - repeated)


def _rows(node: etree._Element, heading: bool = False) -> Iterator[tuple[etree._Element, bool]]:
    """The rows of a table, each with whether it stands among those that name the columns."""
    for child in node:
        if child.tag == q("table:table-row"):
            yield child, heading
        elif child.tag == q("table:table-header-rows"):
            yield from _rows(child, True)
        elif child.tag in (q("table:table-rows"), q("table:table-row-group")):
            yield from _rows(child, heading)


def _continued(pieces: Iterator[Piece], depth: int) -> Iterator[Piece]:
    """Further paragraphs of a list item, one level below it, so that they end neither the item nor its list."""
    for piece in pieces:
        yield replace(piece, kind="item", level=depth + 1) if piece.kind in ("paragraph", "item") else piece


def _is_apart(node: etree._Element) -> bool:
    return node.tag in _NOT_TEXT or str(node.tag).startswith(DRAW)


def _anchored(node: etree._Element) -> Iterator[etree._Element]:
    """The notes and the outermost frames and shapes in a paragraph."""
    for child in node:
        if child.tag == q("text:note") or str(child.tag).startswith(DRAW):
            yield child
        else:
            yield from _anchored(child)


def _embedded(meta: etree._Element | None) -> dict[str, str]:
    return own_title(meta.findtext(f".//{_DUBLIN_CORE}title")) if meta is not None else {}


def _created(meta: etree._Element | None) -> dict[str, str]:
    created = iso_day(meta.findtext(f".//{q('meta:creation-date')}")) if meta is not None else None
    return {"published": created} if created else {}

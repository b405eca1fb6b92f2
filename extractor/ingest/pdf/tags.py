"""The structure that a tagged PDF states of itself: its blocks in reading order, as lists of marked content.

Types are those of ISO 32000-1, 14.8.4, after the document's own role map.
"""

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium

HEADING = re.compile(r"H([1-6])?")
_TEXT = frozenset({"P", "Caption", "TOCI", "Code", "Title", "Sub", "BibEntry", "LBody", "DocumentFragment"})
_NOTES = frozenset({"Note", "FENote"})
_INLINE = frozenset(
    {"Span", "Quote", "Link", "Annot", "Em", "Strong", "Sub", "Ruby", "RB", "RT", "RP", "Warichu", "WT", "WP", "Lbl"}
    | {"Reference"}
)
_PICTURES = frozenset({"Figure", "Formula", "Form"})
_GROUPS = frozenset(
    {
        "Document",
        "Part",
        "Art",
        "Sect",
        "Div",
        "Aside",
        "BlockQuote",
        "TOC",
        "Index",
        "NonStruct",
        "Private",
        "LI",
        "TR",
    }
    | {"TD", "TH", "LBody"}
)
# What the text of a list item stands in; browsers leave the standard's LBody out.
_BODIES = frozenset({"LBody", "P", "Div", "Sect", "NonStruct"})
_ROW_GROUPS = frozenset({"THead", "TBody", "TFoot"})
# A tree deeper or larger than any writer makes is broken.
MAX_DEPTH = 60
MAX_ELEMENTS = 50_000
MAX_SPAN = 60


@dataclass(slots=True)
class Tag:
    """A block of the tag tree.

    `kind` is "heading", "text", "item", "note", "picture" or "table". `ids` are its marked content in order, `label`
    that of a list item's bullet or number, `references` the part of `ids` that refers to something, as marks of
    footnotes do. `level` is a heading's 1–6 (0 where the tree does not say) or an item's depth from 1. `begun` says
    that it begins on the page before.
    """

    kind: str
    ids: list[int] = field(default_factory=list)
    label: list[int] = field(default_factory=list)
    references: list[int] = field(default_factory=list)
    level: int = 0
    rows: list[list["TagCell"]] = field(default_factory=list)
    begun: bool = False

    def all_ids(self) -> Iterator[int]:
        """Every marked content in the block."""
        yield from self.label
        yield from self.ids
        for row in self.rows:
            for cell in row:
                for block in cell.blocks:
                    yield from block.all_ids()


@dataclass(slots=True)
class TagCell:
    """A cell of a table: its blocks, whether it heads its column or row, over how many columns and rows it goes."""

    blocks: list[Tag]
    heads: bool
    columns: int = 1
    rows: int = 1


class BrokenTree(Exception):
    """The tag tree cannot be followed."""


def tags_of(page: Any) -> list[Tag]:
    """The blocks of a page in the order of the tag tree; none where it has none. Raises BrokenTree."""
    tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
    if not tree:
        return []
    try:
        walk = _Walk()
        for number in range(pdfium.FPDF_StructTree_CountChildren(tree)):
            element = pdfium.FPDF_StructTree_GetChildAtIndex(tree, number)
            if element:
                walk.block(element, 0, 0)
        tags = [tag for tag in walk.tags if next(tag.all_ids(), None) is not None]
        if walk.unknown > 0.3 * sum(1 for tag in tags for _ in tag.all_ids()):
            raise BrokenTree("most of its types mean nothing")
        return tags
    finally:
        pdfium.FPDF_StructTree_Close(tree)


class _Walk:
    """One pass through the elements of a page that collects blocks."""

    def __init__(self) -> None:
        self.tags: list[Tag] = []
        self.seen = 0
        # pieces of text in elements of a type that neither the standard nor the role map knows
        self.unknown = 0
        # the paragraph that loose marked content is gathered in, None after a block
        self.loose: Tag | None = None

    def block(self, element: Any, depth: int, lists: int) -> None:
        """Take an element that stands where blocks stand; `lists` counts the lists around it."""
        kind = _type(element)
        level = HEADING.fullmatch(kind)
        if level:
            self._running(element, Tag("heading", level=int(level[1] or 0)), depth, lists)
        elif kind in _TEXT:
            self._running(element, Tag("text", begun=_is_begun(element)), depth, lists)
        elif kind in _NOTES:
            self._running(element, Tag("note"), depth, lists)
        elif kind in _PICTURES:
            self._running(element, Tag("picture"), depth, lists)
        elif kind == "L":
            self._inside(element, depth, lists + 1)
        elif kind == "LI":
            self._item(element, depth, max(1, lists))
        elif kind == "Table":
            self._table(element, depth, lists)
        elif kind in _INLINE:
            if self.loose is None:
                self.loose = self._add(Tag("text"))
            self._gather(element, self.loose, depth + 1, lists)
        elif kind not in _GROUPS and kind != "Artifact" and self._is_item(element, depth):
            # a style of the author's own that the role map forgot
            self._item(element, depth, lists + 1)
        elif kind != "Artifact":
            self._inside(element, depth, lists)

    def _is_item(self, element: Any, depth: int) -> bool:
        """Whether an element of an unknown type is a list item by what is in it."""
        return any(
            child is not None and _type(child) in ("Lbl", "LBody") for child, _ in self._children(element, depth)
        )

    def _add(self, tag: Tag) -> Tag:
        self.tags.append(tag)
        return tag

    def _inside(self, element: Any, depth: int, lists: int) -> None:
        """The children of a grouping element; its own marked content makes paragraphs between them."""
        self.loose = None
        kind = _type(element)
        for child, mcid in self._children(element, depth):
            if child is None:
                self.unknown += kind not in _GROUPS
                if self.loose is None:
                    self.loose = self._add(Tag("text"))
                self.loose.ids.append(mcid)
            elif _type(child) in _INLINE:
                self.block(child, depth + 1, lists)
            else:
                self.loose = None
                self.block(child, depth + 1, lists)
                self.loose = None
        self.loose = None

    def _running(self, element: Any, tag: Tag, depth: int, lists: int) -> None:
        """A block of running text. Blocks inside it, such as a list in a paragraph, follow it."""
        self.loose = None
        self._add(tag)
        self._gather(element, tag, depth, lists)

    def _gather(self, element: Any, tag: Tag, depth: int, lists: int) -> None:
        for child, mcid in self._children(element, depth):
            if child is None:
                tag.ids.append(mcid)
                continue
            kind = _type(child)
            if kind == "Reference":
                self._gather_all(child, tag.references, tag, depth + 1, lists)
            elif kind == "Lbl" and tag.kind == "item":
                self._gather_all(child, tag.label, tag, depth + 1, lists)
            elif kind in _INLINE or (tag.kind == "note" and kind in _TEXT):
                self._gather(child, tag, depth + 1, lists)
            elif kind != "Artifact":
                own = self.loose
                self.block(child, depth + 1, lists)
                self.loose = own

    def _gather_all(self, element: Any, ids: list[int], tag: Tag, depth: int, lists: int) -> None:
        """All marked content under an element; a note that stands inside a reference is a block of its own."""
        for child, mcid in self._children(element, depth):
            if child is None:
                ids.append(mcid)
                if ids is tag.references:
                    tag.ids.append(mcid)
            elif _type(child) in _NOTES:
                self.block(child, depth + 1, lists)
            else:
                self._gather_all(child, ids, tag, depth + 1, lists)

    def _item(self, element: Any, depth: int, lists: int) -> None:
        tag = self._add(Tag("item", level=lists))
        self.loose = None
        for child, mcid in self._children(element, depth):
            if child is None:
                tag.ids.append(mcid)
                continue
            kind = _type(child)
            if kind == "Lbl":
                self._gather_all(child, tag.label, tag, depth + 1, lists)
            elif kind in _BODIES and not tag.ids:
                self._body(child, tag, depth + 1, lists)
            elif kind in _INLINE:
                self._gather(child, tag, depth + 1, lists)
            else:
                self.block(child, depth + 1, lists)

    def _body(self, element: Any, tag: Tag, depth: int, lists: int) -> None:
        """An item's body: its first paragraph is the item's text, further ones are items below it."""
        for child, mcid in self._children(element, depth):
            if child is None:
                tag.ids.append(mcid)
                continue
            kind = _type(child)
            if kind in _BODIES and not tag.ids:
                self._body(child, tag, depth + 1, lists)
            elif kind == "P":
                self._running(child, Tag("item", level=lists + 1), depth + 1, lists)
            elif kind == "Reference":
                self._gather_all(child, tag.references, tag, depth + 1, lists)
            elif kind in _INLINE:
                self._gather(child, tag, depth + 1, lists)
            else:
                self.block(child, depth + 1, lists)

    def _table(self, element: Any, depth: int, lists: int) -> None:
        self.loose = None
        table = self._add(Tag("table"))
        self._rows(element, table, depth, lists)
        table.rows = _without_surplus(table.rows)

    def _rows(self, element: Any, table: Tag, depth: int, lists: int) -> None:
        for child, mcid in self._children(element, depth):
            kind = _type(child) if child is not None else ""
            if child is None:
                self._add(Tag("text", ids=[mcid]))
            elif kind == "TR":
                table.rows.append(self._cells(child, depth + 1, lists))
            elif kind in _ROW_GROUPS or kind in ("Div", "NonStruct"):
                self._rows(child, table, depth + 1, lists)
            else:
                self.block(child, depth + 1, lists)

    def _cells(self, row: Any, depth: int, lists: int) -> list[TagCell]:
        """The cells of a row, empty ones for those that have no text on this page."""
        cells: list[TagCell] = []
        proper = False
        for child, mcid in self._children(row, depth, absent=True):
            kind = _type(child) if child is not None else ""
            if kind in ("TD", "TH"):
                proper = True
                cells.append(
                    TagCell(
                        self._apart(child, depth, lists, inside=True),
                        kind == "TH",
                        _span(child, b"ColSpan"),
                        _span(child, b"RowSpan"),
                    )
                )
            elif child is None and mcid < 0:
                if len(cells) < MAX_SPAN:
                    cells.append(TagCell([], False))
            elif child is not None and not proper and kind not in _INLINE and kind != "Artifact":
                # a style that its author called TH and mapped to P
                cells.append(TagCell(self._apart(child, depth, lists), False))
            elif cells:
                # what stands between cells, as spaces and borders of Word tables do, belongs to the one before
                own = [Tag("text", ids=[mcid])] if child is None else self._apart(child, depth, lists)
                cells[-1].blocks.extend(own)
        return cells

    def _apart(self, element: Any, depth: int, lists: int, *, inside: bool = False) -> list[Tag]:
        """The blocks of an element, or of its children, by themselves; the first begins where the element does."""
        inner = _Walk()
        inner.seen = self.seen
        if inside:
            inner._inside(element, depth + 1, lists)
        else:
            inner.block(element, depth + 1, lists)
        self.seen = inner.seen
        if inner.tags:
            inner.tags[0].begun = _is_begun(element)
        return inner.tags

    def _children(self, element: Any, depth: int, *, absent: bool = False) -> Iterator[tuple[Any | None, int]]:
        """An element's children on this page: (element, -1) or (None, marked content); `absent`: others as (None, -1).

        An element without marked content on the page, because it stands on another or is empty, is not on it.
        """
        if depth > MAX_DEPTH:
            raise BrokenTree(f"deeper than {MAX_DEPTH} elements")
        for number in range(pdfium.FPDF_StructElement_CountChildren(element)):
            child = pdfium.FPDF_StructElement_GetChildAtIndex(element, number)
            if child:
                self.seen += 1
                if self.seen > MAX_ELEMENTS:
                    raise BrokenTree(f"more than {MAX_ELEMENTS:,} elements on a page")
                yield child, -1
                continue
            mcid = pdfium.FPDF_StructElement_GetChildMarkedContentID(element, number)
            if mcid >= 0 or absent:
                yield None, mcid


def _without_surplus(rows: list[list[TagCell]]) -> list[list[TagCell]]:
    """Rows without empty cells where these make them longer than the rows without any.

    Some programs write the cells of a row that a page break cuts twice, the second ones empty.
    """
    whole = [row for row in rows if all(cell.blocks for cell in row)]
    width = max((sum(cell.columns for cell in row) for row in whole), default=MAX_SPAN)
    return [[cell for cell in row if cell.blocks] if sum(cell.columns for cell in row) > width else row for row in rows]


def _is_begun(element: Any) -> bool:
    """Whether the first thing in an element is on another page, which then is the one before."""
    for _ in range(MAX_DEPTH):
        if pdfium.FPDF_StructElement_CountChildren(element) < 1:
            return False
        child = pdfium.FPDF_StructElement_GetChildAtIndex(element, 0)
        if not child:
            return bool(pdfium.FPDF_StructElement_GetChildMarkedContentID(element, 0) < 0)
        if _type(child) in ("Link", "Annot"):
            # what comes first in these is the annotation, which has no marked content on any page
            return False
        element = child
    return False


_buffer = (ctypes.c_ushort * 64)()


def _type(element: Any) -> str:
    length = pdfium.FPDF_StructElement_GetType(element, _buffer, ctypes.sizeof(_buffer))
    return bytes(_buffer)[: max(0, min(length, 128) - 2)].decode("utf-16-le", "replace")


def _span(element: Any, name: bytes) -> int:
    """A cell's ColSpan or RowSpan (ISO 32000-1, 14.8.5.7)."""
    value = ctypes.c_float()
    for number in range(pdfium.FPDF_StructElement_GetAttributeCount(element)):
        attribute = pdfium.FPDF_StructElement_GetAttributeAtIndex(element, number)
        found = pdfium.FPDF_StructElement_Attr_GetValue(attribute, name)
        if found and pdfium.FPDF_StructElement_Attr_GetNumberValue(found, value):
            return max(1, min(MAX_SPAN, int(value.value)))
    return 1

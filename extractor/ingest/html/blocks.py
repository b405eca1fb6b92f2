"""A pruned page as pieces: one walk over its elements that never recurses, with the open lists and items on a stack."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from lxml import etree
from lxml.html import HtmlElement

from extractor.ingest.html.content import is_footnotes
from extractor.ingest.html.numbering import Numbering
from extractor.ingest.html.tables import table_pieces
from extractor.ingest.html.text import BLOCKS, BREAK, LISTS, QUOTATION_MARKS, heading_level, is_unquoted, text_of
from extractor.ingest.layout import Piece, clean
from extractor.ingest.lines import Marker, ends_sentence, marker_of, shown_sign

_BOLD = frozenset({"b", "strong"})
# Word marks the items of its lists, which it writes as paragraphs, by their level.
_WORD_LIST = re.compile(r"mso-list\s*:\s*\S+ level([1-9])")
# A heading that holds these was never closed; it is read as what it holds.
_NO_HEADING = ("p", "ul", "ol", "table", "dl", "blockquote")
MAX_BOLD_HEADING_WORDS = 14
BOLD_LEVEL = 5
TICKED, UNTICKED = "☑", "☐"


@dataclass(slots=True)
class _Item:
    """An open item: the marker that its first words get, its last words, and whether it goes on behind a list."""

    marker: str
    said: str = ""
    is_behind_list: bool = False


@dataclass(slots=True)
class _Definitions:
    """An open definition list: the terms that wait for their definition, and whether they have had one."""

    terms: list[str] = field(default_factory=list)
    is_defined: bool = False


@dataclass(slots=True)
class _Line:
    """A line of loose text, and whether all of its letters are bold."""

    text: str
    is_bold: bool


def pieces(root: HtmlElement) -> Iterator[Piece]:
    """The blocks of a pruned element in document order, every word once."""
    walker = _Walker()
    events = etree.iterwalk(root, events=("start", "end"))
    for event, node in events:
        if event == "start":
            yield from walker.open(node)
            if walker.is_done_with(node):
                events.skip_subtree()
        else:
            yield from walker.close(node, is_root=node is root)


class _Walker:
    """Where the walk stands: the open lists and items, and the words since the last block began."""

    def __init__(self) -> None:
        self._inline: list[tuple[str, bool]] = []
        self._lists: list[Numbering | _Item] = []
        self._definitions: list[_Definitions] = []
        self._bold = self._quotes = self._preformatted = self._notes = 0
        self._level = 1
        self._word_level = 0
        self._done: HtmlElement | None = None

    def is_done_with(self, node: HtmlElement) -> bool:
        """Whether all that a node holds has been read when it opened."""
        return self._done is node

    def open(self, node: HtmlElement) -> Iterator[Piece]:
        """What is complete when an element begins, and elements that are read as a whole."""
        self._done = None
        if node.tag in BLOCKS or heading_level(node) is not None:
            yield from self._flush()
            yield from self._open_block(node)
            if self._done is node:
                return
        elif node.tag == "br":
            self._inline.append((BREAK, False))
        elif node.tag == "input":
            self._tick(node)
        elif node.tag == "q" and is_unquoted(node):
            self._quotes += 1
            self._say(QUOTATION_MARKS[(self._quotes - 1) % 2][0])
        self._bold += node.tag in _BOLD
        self._preformatted += node.tag == "pre"
        self._say(node.text)

    def close(self, node: HtmlElement, *, is_root: bool) -> Iterator[Piece]:
        """What is complete when an element ends; its tail belongs to what stands around it."""
        if self._done is node:
            self._done = None
        else:
            yield from self._end(node)
        if not is_root:
            self._say(node.tail)

    def _end(self, node: HtmlElement) -> Iterator[Piece]:
        self._bold -= node.tag in _BOLD
        if node.tag == "q" and is_unquoted(node):
            self._say(QUOTATION_MARKS[(self._quotes - 1) % 2][1])
            self._quotes -= 1
        if node.tag not in BLOCKS and heading_level(node) is None:
            return
        yield from self._flush()
        self._word_level = 0
        self._preformatted -= node.tag == "pre"
        self._notes -= is_footnotes(node)
        if node.tag in LISTS:
            self._lists.pop()
            if self._lists and isinstance(self._lists[-1], _Item):
                self._lists[-1].is_behind_list = True
        elif node.tag == "li":
            self._lists.pop()
        elif node.tag == "dl":
            yield from self._close_definitions()

    def _open_block(self, node: HtmlElement) -> Iterator[Piece]:
        if node.tag in LISTS:
            self._lists.append(Numbering(node))
        elif node.tag == "li":
            around = self._lists[-1] if self._lists else None
            self._lists.append(_Item(around.marker(node) if isinstance(around, Numbering) else "-"))
        elif node.tag == "dl":
            self._definitions.append(_Definitions())
        elif node.tag in ("dt", "dd"):
            yield from self._open_definition(node)
        elif node.tag == "table":
            rows = table_pieces(node)
            if rows is not None:
                self._done = node
                yield from rows
        elif (level := self._heading_level(node)) is not None and next(
            node.iterdescendants(*_NO_HEADING), None
        ) is None:
            self._done = node
            yield Piece("heading", text_of(node), level=level)
        elif (listed := _WORD_LIST.search(node.get("style", ""))) is not None:
            self._word_level = int(listed[1])
        if self._done is not node:
            self._notes += is_footnotes(node)

    def _heading_level(self, node: HtmlElement) -> int | None:
        level = heading_level(node)
        if level is not None:
            self._level = level
        elif (
            node.tag == "summary"
            and not any(heading_level(inner) for inner in node.iterdescendants())
            and len(clean(text_of(node)).split()) <= MAX_BOLD_HEADING_WORDS
        ):
            # the line that unfolds a part heads it, a level below the heading that it stands under
            return min(6, self._level + 1)
        return level

    def _open_definition(self, node: HtmlElement) -> Iterator[Piece]:
        if not self._definitions:
            return
        known = self._definitions[-1]
        if node.tag == "dt":
            if known.is_defined:
                known.terms, known.is_defined = [], False
            if words := clean(text_of(node)):
                known.terms.append(words)
            self._done = node
            return
        terms = () if known.is_defined else tuple(known.terms)
        header = ", ".join(known.terms)
        known.is_defined = True
        if header and _is_one_paragraph(node):
            self._done = node
            yield Piece("row", cells=(*(("", term) for term in terms), (header, text_of(node))))
        elif terms:
            yield Piece("heading", " ".join(terms), level=BOLD_LEVEL)

    def _close_definitions(self) -> Iterator[Piece]:
        known = self._definitions.pop()
        if not known.is_defined:
            yield from (Piece("paragraph", term) for term in known.terms)

    def _tick(self, box: HtmlElement) -> None:
        item = self._lists[-1] if self._lists else None
        if isinstance(item, _Item) and not item.said:
            item.marker = TICKED if "checked" in box.attrib else UNTICKED

    def _say(self, text: str | None) -> None:
        if text:
            self._inline.append((text.replace("\n", BREAK) if self._preformatted else text, self._bold > 0))

    def _flush(self) -> Iterator[Piece]:
        """The words since the last block began, as paragraphs: an empty line parts them, typed bullets make items."""
        lines, self._inline = _lines(self._inline), []
        for paragraph in _paragraphs(lines):
            if self._is_bold_heading(paragraph):
                yield Piece("heading", _joined(paragraph), level=BOLD_LEVEL)
            elif self._is_bold_heading(paragraph[:1]):
                yield Piece("heading", paragraph[0].text, level=BOLD_LEVEL)
                yield from self._paragraph(paragraph[1:])
            else:
                yield from self._paragraph(paragraph)

    def _is_bold_heading(self, lines: list[_Line]) -> bool:
        """Whether lines are all bold, few words, and no sentence; in a list or a note they are none."""
        words = _joined(lines)
        return (
            not self._lists
            and not self._notes
            and all(line.is_bold for line in lines)
            and len(words.split()) <= MAX_BOLD_HEADING_WORDS
            and not words.endswith((".", ";", ","))
        )

    def _paragraph(self, lines: list[_Line]) -> Iterator[Piece]:
        """The lines of one paragraph joined, or parted where several open with typed bullets or numbers."""
        markers = [_typed_marker(clean(line.text)) for line in lines]
        opens = [0, *(at for at, marker in enumerate(markers) if marker is not None and at)]
        if sum(marker is not None for marker in markers) < 2:
            opens = [0]
        for start, end in pairwise([*opens, len(lines)]):
            yield from self._text(_joined(lines[start:end]), markers[start])

    def _text(self, text: str, typed: Marker | None) -> Iterator[Piece]:
        if self._notes:
            yield Piece("footnote", text)
            return
        around = self._lists[-1] if self._lists else None
        depth = sum(isinstance(one, Numbering) for one in self._lists)
        if isinstance(around, _Item):
            # a list that hides its numbers has them typed
            typed = marker_of(text) if not around.marker and not around.said else typed
            yield _item_piece(around, text, typed, max(1, depth))
        elif typed is not None:
            level = self._word_level or depth + (around is None)
            yield Piece("item", text[typed.text_at :], level=level, marker=shown_sign(typed.sign))
        elif around is not None:
            yield Piece("item", text, level=depth)
        else:
            yield Piece("paragraph", text)


def _item_piece(item: _Item, text: str, typed: Marker | None, depth: int) -> Piece:
    """A paragraph of an item: the first behind its marker, further ones without, below one that breaks off."""
    first = not item.said
    closed = item.is_behind_list or ends_sentence(item.said) or text[:1].islower()
    item.said = text
    if typed is not None:
        words = text[typed.text_at :]
        return Piece("item", words, level=depth + (not first), marker=shown_sign(typed.sign))
    if first:
        return Piece("item", text, level=depth, marker=item.marker)
    return Piece("item", text, level=depth + (not closed), marker="")


def _is_one_paragraph(node: HtmlElement) -> bool:
    """Whether an element holds a single run of text: no blocks, or one paragraph alone."""
    blocks = [inner for inner in node.iterdescendants() if inner.tag in BLOCKS]
    return not blocks or (len(blocks) == 1 and blocks[0].tag in ("p", "div") and not clean(node.text or ""))


def _lines(inline: Iterable[tuple[str, bool]]) -> list[_Line]:
    """Text in its lines; a line is bold where every letter and figure in it is."""
    lines = [_Line("", True)]
    for text, bold in inline:
        for number, part in enumerate(text.split(BREAK)):
            if number:
                lines.append(_Line("", True))
            line = lines[-1]
            line.text += part
            line.is_bold = line.is_bold and (bold or not any(map(str.isalnum, part)))
    return lines


def _paragraphs(lines: Iterable[_Line]) -> Iterator[list[_Line]]:
    paragraph: list[_Line] = []
    for line in lines:
        if clean(line.text):
            paragraph.append(line)
        elif paragraph:
            yield paragraph
            paragraph = []
    if paragraph:
        yield paragraph


def _joined(lines: Iterable[_Line]) -> str:
    return clean(" ".join(line.text for line in lines))


def _typed_marker(text: str) -> Marker | None:
    """The list marker that was typed before a line; "2.1" numbers a paragraph and stays in its text."""
    marker = marker_of(text)
    return None if marker is None or marker.style.startswith("decimal") else marker

"""Blocks to passages: sentences, list items with the lead-in that opens their list, table rows and headings."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from extractor.records import Block, Document, Passage, PassageKind
from extractor.segment.actions import with_fields
from extractor.segment.lists import OpenList, heads_list, leads_into, opens_list
from extractor.segment.splitter import Span, inline_bullets, sentences
from extractor.segment.turns import Speaking, voices

__all__ = ["segment", "sentences"]

_BULLET = re.compile(r"\S\s+")


def segment(document: Document) -> tuple[Passage, ...]:
    """The document's passages in order, never overlapping: `document.text[p.start:p.end] == p.text` for each.

    Headings, rows and footnote-free text are covered but for white space and for bullets that stand inside a paragraph;
    footnotes give no passages. An action's passage has the labelled lines below it ("Due: May") as cells, which then
    lie outside its span.
    """
    blocks = [block for block in document.blocks if block.kind != "footnote"]
    text = document.text
    paragraphs = (text[block.start : block.end] for block in blocks if block.kind in ("paragraph", "item"))
    speaking = Speaking(voices(text, paragraphs, minutes=document.kind == "minutes"))
    state = _State(document, speaking, OpenList(text))
    passages: list[Passage] = []
    for number, block in enumerate(blocks):
        following = blocks[number + 1] if number + 1 < len(blocks) else None
        passages.extend(state.passages(block, following))
    return with_fields(passages)


@dataclass(slots=True)
class _State:
    """Where the walk through the blocks stands: open headings, the open list, who speaks, the passage before."""

    document: Document
    speaking: Speaking
    points: OpenList
    headings: list[tuple[int, str]] = field(default_factory=list)
    previous: Span | None = None

    def passages(self, block: Block, following: Block | None) -> Iterator[Passage]:
        if block.kind == "heading":
            yield self._heading(block, following)
        elif block.kind == "row":
            self.points.close()
            yield self._passage(block, (block.start, block.end), "row")
        elif block.kind == "item":
            yield from self._item(block, following)
        else:
            yield from self._paragraph(block, following)

    def _heading(self, block: Block, following: Block | None) -> Passage:
        self.points.close()
        self.speaking.heading()
        self.previous = None
        while self.headings and self.headings[-1][0] >= block.level:
            self.headings.pop()
        passage = self._passage(block, (block.start, block.end), "heading")
        self.headings.append((block.level, " ".join(passage.text.split())))
        self.previous = None
        if following is not None and following.kind == "item" and heads_list(passage.text):
            self.points.open((block.start, block.end))
        return passage

    def _paragraph(self, block: Block, following: Block | None) -> Iterator[Passage]:
        self.points.interrupt(block)
        yield from self._sentences(block, "sentence", ())
        if following is not None and following.kind == "item" and self.previous is not None:
            last = self._words(self.previous)
            if leads_into(last, following, self.document.text):
                self.points.open(self.previous)

    def _item(self, block: Block, following: Block | None) -> Iterator[Passage]:
        yield from self._sentences(block, "item", self.points.enter(block))
        if self.previous is not None:
            self.points.leave(block, self.previous, following)

    def _sentences(self, block: Block, kind: PassageKind, lead_in: tuple[Span, ...]) -> Iterator[Passage]:
        """The passages of a paragraph or an item; points behind bullets inside it are items under what opens them."""
        words = self.document.text[block.start : block.end]
        self.speaking.paragraph(words)
        bullets = frozenset(inline_bullets(words))
        inner: tuple[Span, ...] = ()
        for start, end in sentences(words):
            span = (block.start + start, block.start + end)
            bullet = _BULLET.match(words, start, end) if start in bullets else None
            if bullet is None:
                inner = ()
                yield self._passage(block, span, kind, lead_in)
                continue
            if not inner and start and self.previous is not None and opens_list(self._words(self.previous)):
                inner = (self.previous,)
            yield self._passage(block, (block.start + bullet.end(), span[1]), "item", (*lead_in, *inner))

    def _words(self, span: Span) -> str:
        return self.document.text[span[0] : span[1]]

    def _passage(self, block: Block, span: Span, kind: PassageKind, lead_in: tuple[Span, ...] = ()) -> Passage:
        start, end = span
        passage = Passage(
            text=self.document.text[start:end],
            start=start,
            end=end,
            kind=kind,
            heading=tuple(heading for _, heading in self.headings),
            lead_in=" ".join(" ".join(self._words(span).split()) for span in lead_in) or None,
            lead_in_spans=lead_in,
            previous=self._words(self.previous) if self.previous else None,
            page=self._page(block, start),
            cells=block.cells,
            speaker=self.speaking.says(self.document.text[start:end]) if kind in ("sentence", "item") else None,
        )
        self.previous = (start, end)
        return passage

    def _page(self, block: Block, at: int) -> int | None:
        """The page on which the text stands from a character on: a block may go on over several."""
        lines = self.document.lines
        number = bisect_right(lines, at, key=lambda line: line.start) - 1
        return lines[number].page if number >= 0 and lines[number].end > at else block.page

"""A document cut into sections, as much as is read at one go: by its headings, short ones joined, long ones cut."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractor.records import Block
from extractor.store.rows import Row

# In characters. A page of a section must stay small however much of it is marked; a plan's chapter has some 10,000.
SHORT = 4_000
AMPLE = 8_000
LONG = 16_000
# Short lines, such as the rows of a table, cost more mark-up than text.
BLOCKS = 80


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a document: its blocks `first` to `last` (inclusive) and its characters `start` to `end`.

    `heading` is the position of the heading that it begins with or goes on under, None before the first heading;
    `part` counts from 1 the sections under that heading.
    """

    heading: int | None
    part: int
    first: int
    last: int
    start: int
    end: int


def rows(document: str, text: str, blocks: Sequence[Block]) -> dict[str, list[Row]]:
    """The rows of `sections` and `headings` of a document."""
    cut = sections(text, blocks)
    titles = {n: text[b.start : b.end] for n, b in enumerate(blocks) if b.kind == "heading"}
    found: list[Row] = []
    within: dict[int, int] = {}
    for number, section in enumerate(cut, start=1):
        found.append(
            {
                "document_id": document,
                "number": number,
                "title": None if section.heading is None else titles[section.heading],
                "part": section.part,
                "first": section.first,
                "last": section.last,
                "start": section.start,
                "end": section.end,
            }
        )
        for position in range(section.first, section.last + 1):
            within.setdefault(position, number)
    outline: list[Row] = [
        {
            "document_id": document,
            "position": position,
            "level": blocks[position].level,
            "text": words,
            "section": within[position],
        }
        for position, words in titles.items()
    ]
    return {"sections": found, "headings": outline}


def sections(text: str, blocks: Sequence[Block]) -> tuple[Section, ...]:
    """Cut a document; the sections follow each other and hold every block."""
    made: list[Section] = []
    heading: int | None = None
    for first, last in _stretches(blocks):
        if blocks[first].kind == "heading":
            heading, part = first, 1
        else:
            part = made[-1].part + 1 if made and made[-1].heading == heading else 1
        for start, end in _cuts(text, blocks[first].start, blocks[last].end):
            made.append(Section(heading, part, first, last, start, end))
            part += 1
        inside = [position for position in range(first, last + 1) if blocks[position].kind == "heading"]
        if inside and inside[-1] != heading:
            # what follows without a heading of its own goes on under the last one
            heading = inside[-1]
    return tuple(made)


def _stretches(blocks: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """The first and last block of each section; a block that is too long by itself stands alone.

    What is short as a whole is not cut at all.
    """
    first, top = 0, _top(blocks)
    if blocks and blocks[-1].end <= AMPLE and len(blocks) <= BLOCKS:
        yield 0, len(blocks) - 1
        return
    for position in range(1, len(blocks)):
        if _begins(blocks, first, position, top):
            yield first, position - 1
            first = position
    if blocks:
        yield first, len(blocks) - 1


def _top(blocks: Sequence[Block]) -> int:
    """The level of a document's chapters: the highest that it has more than one heading of, as a title stands alone."""
    levels = Counter(block.level for block in blocks if block.kind == "heading")
    return min((level for level, count in levels.items() if count > 1), default=1)


def _begins(blocks: Sequence[Block], first: int, position: int, top: int) -> bool:
    """Whether a new section begins at the block at `position`, the one before having begun at `first`.

    `top` is the level of the document's chapters.
    """
    opening, block = blocks[first], blocks[position]
    if blocks[position - 1].kind == "heading" and position - first < 2 * BLOCKS:
        # a heading is not left behind by what stands under it, however long that is
        return False
    if position - first >= BLOCKS or block.end - opening.start > LONG:
        return True
    if block.kind != "heading":
        return False
    size = block.start - opening.start
    beside = opening.kind != "heading" or block.level <= max(opening.level, top)
    return size >= (SHORT if beside else AMPLE)


def _cuts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A stretch cut where it is too long even for a section: between words, where there are any."""
    while end - start > 2 * LONG:
        space = text.rfind(" ", start + LONG // 2, start + LONG)
        cut = space + 1 if space > 0 else start + LONG
        yield start, cut
        start = cut
    yield start, end

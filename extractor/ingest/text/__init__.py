"""Plain text: the decoded file is the canonical text as it stands, its blocks are spans found by their look."""

from collections.abc import Sequence

from extractor.ingest.detect import decode
from extractor.ingest.layout import Reading
from extractor.ingest.lines import depth_of
from extractor.ingest.text.groups import Group, group_lines
from extractor.ingest.text.headings import find_headings
from extractor.ingest.text.lines import find_lines
from extractor.ingest.text.tables import row_block
from extractor.records import Block
from extractor.settings import Settings


def read(raw: bytes, settings: Settings) -> Reading:
    """Read a plain text file. Raises Rejected (see `detect.decode`)."""
    # a database would take a NUL for the end of the text; what stands for it is as long, so that no offset moves
    text = decode(raw).replace("\x00", "\ufffd")
    return Reading(text, blocks_of(text))


def blocks_of(text: str) -> tuple[Block, ...]:
    """Find headings, paragraphs, list items and table rows in a plain text, as spans into it.

    Page numbers and running lines are left out, but for those in the middle of a sentence.
    """
    groups = group_lines(find_lines(text), text)
    headings = find_headings(groups)
    blocks = []
    stack: list[tuple[int, str]] = []
    names: list[str] = []
    for number, group in enumerate(groups):
        if group.kind != "item" or number in headings:
            stack.clear()
        if group.kind != "row":
            names.clear()
        if number in headings:
            # a numbered heading's number belongs to it
            start = group.start - (group.marker.text_at if group.marker else 0)
            blocks.append(Block("heading", start, group.end, level=headings[number]))
        elif group.kind == "item":
            style = group.marker.style if group.marker else ""
            if style.startswith("decimal") and not any(known.startswith(("decimal", "number")) for _, known in stack):
                # "2.14" below bullets counts paragraphs, not points of theirs
                stack.clear()
            blocks.append(Block("item", group.start, group.end, level=depth_of(stack, group.indent, style)))
        elif group.kind == "row":
            blocks.append(_row(groups, number, names, text))
        else:
            blocks.append(Block("paragraph", group.start, group.end))
    return tuple(blocks)


def _row(groups: Sequence[Group], number: int, names: list[str], text: str) -> Block:
    group = groups[number]
    follows = number + 1 < len(groups) and groups[number + 1].kind == "row"
    return row_block(group.cells, group.end, opens=not names, follows=follows, names=names, text=text)

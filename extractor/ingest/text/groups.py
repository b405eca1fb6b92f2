"""Lines to groups: which lines of a plain text make one block."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractor.ingest.lines import Marker, ends_sentence, is_label, number_in
from extractor.ingest.text.lines import Line, is_filled, wrap_width
from extractor.ingest.text.tables import goes_on, rows_of
from extractor.records import BlockKind

_ITEM_END = re.compile(r"[;,](?:\s+(?:and|or))?$")
_FIELD = re.compile(r"[A-Z][\w .’'-]{0,40}:\s")
# No sentence ends in one of these: the line below goes on, however wide the line is.
_RUNS_ON = re.compile(
    r"\b(?:and|or|the|an?|of|to|by|for|with|in|on|at|from|that|which|will|must|should|shall|our|their|its)$"
)
_PAGE_END = 200


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that make one block; `start` leaves a marker out. `cells` are spans, `underline` is the rule below it."""

    kind: BlockKind
    start: int
    end: int
    text: str
    indent: int
    follows_blank: bool
    marker: Marker | None = None
    cells: tuple[tuple[int, int], ...] = ()
    underline: str = ""


def group_lines(lines: Sequence[Line], text: str) -> list[Group]:
    """Merge hard-wrapped lines into the blocks they belong to."""
    width = wrap_width(lines)
    rows = rows_of(lines)
    groups: list[Group] = []
    # the group's last line: looking back over all of a long paragraph for each line would take quadratic time
    before: Line | None = None
    for number, line in enumerate(lines):
        last = groups[-1] if groups else None
        joins = before is not None and last is not None and _is_torn(last, before, line)
        if number in rows:
            cells = rows[number]
            groups.append(Group("row", cells[0][0], cells[-1][1], "", line.indent, line.follows_blank, None, cells))
        elif last is None or before is None or not (joins or _joins(last, before, line, width)):
            marker = line.marker if last is None or before is None or _is_marked(last, before, line, width) else None
            groups.append(_group(line, marker))
        else:
            groups[-1] = replace(last, end=line.end)
        before = line
    return _bare_items([replace(group, text=text[group.start : group.end]) for group in groups])


def _group(line: Line, marker: Marker | None) -> Group:
    at = line.start + (marker.text_at if marker else 0)
    kind: BlockKind = "item" if marker else "paragraph"
    return Group(kind, at, line.end, "", line.indent, line.follows_blank, marker, (), line.underline)


def _joins(group: Group, before: Line, line: Line, width: int) -> bool:
    """Whether a line goes on with the group, whose last line is `before`."""
    if line.follows_blank or before.underline or line.underline:
        return False
    if group.kind == "row":
        return goes_on(before, line)
    if line.marker is not None and _is_marked(group, before, line, width):
        return False
    return _is_continued(group, before, line, width)


def _is_torn(group: Group, before: Line, line: Line) -> bool:
    """Whether the end of a page tore a sentence apart.

    What stood between (a page number, a running line) then lies inside the block: half a sentence says nothing.
    """
    return (
        line.breaks_page
        and line.marker is None
        and group.kind in ("paragraph", "item")
        and line.text[0].islower()
        and not ends_sentence(before.text)
        and not before.text.endswith(":")
        and line.start - before.end <= _PAGE_END
    )


def _is_marked(group: Group, before: Line, line: Line, width: int) -> bool:
    """Whether the marker at the head of a line opens an item, or is a figure or dash that the wrap put first."""
    marker = line.marker
    if marker is None:
        return False
    if line.follows_blank or group.kind == "row" or not width or not is_filled(before.width, line.text, width):
        return True
    closed = ends_sentence(before.text)
    if closed or before.text.endswith((":", " and", " or")) or group.marker is not None:
        if marker.style.startswith(("number", "decimal")) and group.marker is not None:
            last, own = number_in(group.marker.sign), number_in(marker.sign)
            return last is None or own is None or own == last + 1 or closed
        return True
    return False


def _is_continued(group: Group, before: Line, line: Line, width: int) -> bool:
    """Whether the group's last line broke only because the next word did not fit, or in the middle of a sentence."""
    closed = ends_sentence(before.text)
    if closed and _FIELD.match(line.text) and not is_label(before.text):
        return False
    if group.marker is not None and line.indent >= group.indent + 2 and not _is_new_paragraph(group, before, line):
        return True
    if _RUNS_ON.search(before.text) or (before.text.endswith(",") and before.text.count(",") > 1):
        return not _FIELD.match(line.text)
    if not width or _is_new_paragraph(group, before, line):
        return False
    if line.text[0].islower() and not closed and not before.text.endswith(":"):
        return before.width >= 0.4 * width
    # a line set at the right or in the middle ends far out without being full
    return len(before.text) >= 0.5 * width and is_filled(before.width, line.text, width)


def _is_new_paragraph(group: Group, before: Line, line: Line) -> bool:
    """Whether an indented first line begins a paragraph, as printers set them."""
    return group.kind == "paragraph" and line.indent > before.indent + 1 and ends_sentence(before.text)


def _bare_items(groups: list[Group]) -> list[Group]:
    """Make items of unmarked lines that a lead-in opens: copied lists lose their bullets, not their small letters."""
    result = list(groups)
    opened = False
    for number, group in enumerate(groups):
        if group.kind != "paragraph":
            opened = False
            continue
        if opened and (group.text[0].islower() or _ITEM_END.search(group.text)):
            result[number] = replace(group, kind="item")
            continue
        # the last item of "a; b; and" / "c." closes the list
        if opened and number and _ITEM_END.search(groups[number - 1].text) and result[number - 1].kind == "item":
            result[number] = replace(group, kind="item")
        opened = group.text.endswith(":") and not is_label(group.text)
    return result

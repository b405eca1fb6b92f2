"""Plain text: the decoded file is the canonical text as it stands, its blocks are spans found by their look."""

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from extractor.ingest.detect import decode
from extractor.ingest.layout import Reading
from extractor.ingest.lines import (
    Marker,
    depth_of,
    ends_sentence,
    is_capitals,
    is_label,
    looks_like_heading,
    marker_of,
    number_in,
)
from extractor.records import Block, BlockKind, Cell

_LINE = re.compile(r"[^\n\r\f\v\x1c-\x1e\x85\u2028\u2029]+")
_BREAK = re.compile(r"\r\n|[\n\r\v\x85\u2028]")
_FIRST_WORD = re.compile(r"\S+")
_DECIMAL = re.compile(r"(\d+(?:\.\d+)*)\.?\s")
_ITEM_END = re.compile(r"[;,](?:\s+(?:and|or))?$")

# A wrapped line breaks off in the middle of a sentence: in running English far more than a third of line pairs show it.
WRAPPED_SHARE = 0.35
WRAPPED_WIDTH = 130


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with something on it: its span without surrounding white space, its indent, and what opens it."""

    text: str
    start: int
    end: int
    indent: int
    follows_blank: bool
    marker: Marker | None


@dataclass(frozen=True, slots=True)
class _Group:
    """Lines that make one block; `start` leaves a marker out. `cells` are spans, `rule` is a line of mere rules."""

    kind: BlockKind
    start: int
    end: int
    text: str
    indent: int
    follows_blank: bool
    marker: Marker | None = None
    cells: tuple[tuple[int, int], ...] = ()


def read(raw: bytes) -> Reading:
    """Read a plain text file. Raises Rejected (see `detect.decode`)."""
    text = decode(raw)
    return Reading(text, blocks_of(text))


def blocks_of(text: str) -> tuple[Block, ...]:
    """Find headings, paragraphs, list items and table rows in a plain text, as spans into it."""
    groups = _join(_lines(text), text)
    groups = _bare_items(groups)
    return _blocks(groups, text)


def _lines(text: str) -> list[_Line]:
    found: list[_Line] = []
    previous_end = 0
    for match in _LINE.finditer(text):
        whole = match.group()
        stripped = whole.strip()
        if not stripped or not any(char.isalnum() for char in stripped):
            # a line of rules parts what stands above from what stands below, as a blank line does
            continue
        lead = len(whole) - len(whole.lstrip())
        start = match.start() + lead
        gap = text[previous_end:start]
        breaks = len(_BREAK.findall(gap))
        blank = not found or breaks > 1 or "\f" in gap or "\u2029" in gap
        indent = len(whole[:lead].expandtabs(4))
        marker = marker_of(stripped)
        found.append(_Line(stripped, start, start + len(stripped), indent, blank, marker))
        previous_end = start + len(stripped)
    return found


def _join(lines: list[_Line], text: str) -> list[_Group]:
    """Merge hard-wrapped lines into the blocks they belong to."""
    width = _wrap_width(lines)
    groups: list[_Group] = []
    # the group's last line: looking back over all of a long paragraph for each line would take quadratic time
    before = ""
    last_length = 0
    for number, line in enumerate(lines):
        cells = _cells(line, lines, number)
        if cells:
            groups.append(
                _Group("row", cells[0][0], cells[-1][1], line.text, line.indent, line.follows_blank, None, cells)
            )
            last_length = 0
            continue
        open_group = groups[-1] if groups and not line.follows_blank and groups[-1].kind != "row" else None
        marker = line.marker
        if marker and open_group and width and not _marker_fits(marker, open_group, before):
            marker = None
        if open_group and marker is None and width and _is_continued(open_group, before, last_length, line, width):
            groups[-1] = replace(open_group, end=line.end)
        else:
            at = line.start + (marker.text_at if marker else 0)
            kind: BlockKind = "item" if marker else "paragraph"
            groups.append(_Group(kind, at, line.end, "", line.indent, line.follows_blank, marker))
        before, last_length = line.text, line.indent + len(line.text)
    return [group if group.kind == "row" else replace(group, text=text[group.start : group.end]) for group in groups]


def _wrap_width(lines: list[_Line]) -> int:
    """The width at which the text was hard-wrapped, 0 where each line is a paragraph of its own."""
    pairs = [(a, b) for a, b in pairwise(lines) if not b.follows_blank and b.marker is None]
    if not pairs:
        return 0
    broken = sum(not ends_sentence(a.text) and b.text[0].islower() for a, b in pairs)
    if broken < WRAPPED_SHARE * len(pairs):
        return 0
    lengths = sorted(a.indent + len(a.text) for a, _ in pairs)
    width = lengths[int(0.95 * (len(lengths) - 1))]
    return width if width <= WRAPPED_WIDTH else 0


def _marker_fits(marker: Marker, group: _Group, before: str) -> bool:
    """Whether a marker in the middle of wrapped lines opens an item, or is a figure or dash that the wrap put first."""
    closed = ends_sentence(before)
    if closed or before.endswith((":", " and", " or")) or group.marker is not None:
        if marker.style.startswith(("number", "decimal")) and group.marker is not None:
            last, own = number_in(group.marker.sign), number_in(marker.sign)
            return last is None or own is None or own == last + 1 or closed
        return True
    return False


def _is_continued(group: _Group, before: str, last_length: int, line: _Line, width: int) -> bool:
    """Whether the group's last line broke only because the next word did not fit, or in the middle of a sentence."""
    word = _FIRST_WORD.match(line.text)
    first = len(word.group()) if word else 0
    if group.kind == "paragraph" and line.indent > group.indent + 1 and ends_sentence(before):
        return False
    if line.text[0].islower() and not ends_sentence(before) and not before.endswith(":"):
        return last_length >= 0.4 * width
    return last_length + 1 + first > 0.85 * width


def _cells(line: _Line, lines: list[_Line], number: int) -> tuple[tuple[int, int], ...]:
    """The spans of a line's cells where it is a row of a table: two bars, or a bar or tab shared with a neighbour."""
    if line.marker is not None and "\t" in line.text[: line.marker.text_at]:
        return ()
    spans = _split_cells(line)
    if len(spans) < 2:
        return ()
    if line.text.count("|") >= 2:
        return spans
    around = [lines[at] for at in (number - 1, number + 1) if 0 <= at < len(lines)]
    return spans if any(len(_split_cells(other)) == len(spans) for other in around) else ()


def _split_cells(line: _Line) -> tuple[tuple[int, int], ...]:
    if "|" not in line.text and "\t" not in line.text:
        return ()
    spans = []
    for match in re.finditer(r"[^|]+" if "|" in line.text else r"[^\t]+", line.text):
        cell = match.group()
        if cell.strip():
            begin = line.start + match.start() + len(cell) - len(cell.lstrip())
            spans.append((begin, begin + len(cell.strip())))
    return tuple(spans)


def _bare_items(groups: list[_Group]) -> list[_Group]:
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


def _blocks(groups: list[_Group], text: str) -> tuple[Block, ...]:
    headings = _headings(groups)
    blocks = []
    stack: list[tuple[int, str]] = []
    names: list[str] = []
    for number, group in enumerate(groups):
        if group.kind != "item" or number in headings:
            stack.clear()
        if group.kind != "row":
            names.clear()
        if number in headings:
            start = group.start if group.marker is None else _with_marker(group)
            blocks.append(Block("heading", start, group.end, level=headings[number]))
        elif group.kind == "item":
            style = group.marker.style if group.marker else ""
            blocks.append(Block("item", group.start, group.end, level=depth_of(stack, group.indent, style)))
        elif group.kind == "row":
            blocks.append(_row(group, groups, number, names, text))
        else:
            blocks.append(Block("paragraph", group.start, group.end))
    return tuple(blocks)


def _row(group: _Group, groups: list[_Group], number: int, names: list[str], text: str) -> Block:
    """A row as a block; `names` holds the column headers of the table being read and is filled by its first row."""
    words = [text[start:end] for start, end in group.cells]
    first = not names
    if first:
        follows = number + 1 < len(groups) and len(groups[number + 1].cells) > 1
        plain = all(len(word.split()) <= 6 and not word.endswith(".") and not word[0].isdigit() for word in words)
        names.extend(words if follows and plain else [""] * len(words))
    cells = tuple(
        Cell("" if first or at >= len(names) else names[at], start, end) for at, (start, end) in enumerate(group.cells)
    )
    return Block("row", group.start, group.end, cells=cells)


def _with_marker(group: _Group) -> int:
    """Where a numbered heading starts: its number belongs to it."""
    return group.start - group.marker.text_at if group.marker else group.start


def _headings(groups: list[_Group]) -> dict[int, int]:
    """Which groups are headings, with their levels.

    A candidate is a short line without a closing mark. In a run of three or more (names of those present, cells of a
    table that lost its form) only the line before real text, labels and lines in capitals are headings.
    """
    candidate = [_is_candidate(groups, number) for number in range(len(groups))]
    chosen: list[int] = []
    number = 0
    while number < len(groups):
        if not candidate[number]:
            number += 1
            continue
        end = number
        while end < len(groups) and candidate[end]:
            end += 1
        for at in range(number, end):
            own = groups[at].text
            last = at == end - 1
            strong = is_capitals(own) or is_label(own) or groups[at].marker is not None
            if (
                (last and end < len(groups))
                or (at == 0 and end - number > 0)
                or strong
                or (end - number == 2 and end < len(groups))
            ):
                chosen.append(at)
        number = end
    return _levels(groups, chosen)


def _is_candidate(groups: list[_Group], number: int) -> bool:
    group = groups[number]
    if group.kind == "row" or "\n" in group.text or "\r" in group.text:
        return False
    if group.marker is not None:
        return _is_numbered_heading(groups, number)
    if group.kind != "paragraph" or not looks_like_heading(group.text):
        return False
    following = groups[number + 1] if number + 1 < len(groups) else None
    if group.text.endswith(":") and following is not None and following.kind == "item":
        return len(group.text.split()) <= 2
    return True


def _is_numbered_heading(groups: list[_Group], number: int) -> bool:
    """Whether "3. Workforce" is a section's heading: it looks like one and its neighbours are no items of its list."""
    group = groups[number]
    if group.marker is None or not group.marker.style.startswith(("number", "decimal")):
        return False
    if not looks_like_heading(group.text) or group.text.endswith(":"):
        return False
    around = [groups[at] for at in (number - 1, number + 1) if 0 <= at < len(groups)]
    same = [other for other in around if other.marker and other.marker.style == group.marker.style]
    return not any(looks_like_heading(other.text) for other in same) and number + 1 < len(groups)


def _levels(groups: list[_Group], chosen: list[int]) -> dict[int, int]:
    """Levels from what sets headings apart in this text: the opening title, capitals, numbers, plain lines, labels."""
    levels: dict[int, int] = {}
    capitals = any(is_capitals(groups[at].text) for at in chosen if at)
    numbered = any(groups[at].marker for at in chosen)
    plain = 2 + capitals + numbered
    for at in chosen:
        group = groups[at]
        if at == 0:
            level = 1
        elif group.marker is not None:
            parts = _DECIMAL.match(group.marker.sign + " ")
            level = 1 + capitals + (parts.group(1).count(".") + 1 if parts else 1)
        elif is_capitals(group.text):
            level = 2
        elif group.text.endswith(":"):
            level = plain + 2
        else:
            level = plain
            if at - 1 in levels and levels[at - 1] == plain:
                level = plain + 1
        levels[at] = min(6, level)
    return levels

"""The order in which the lines of a PDF page are read: section by section, and in each column by column."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import groupby, pairwise

from extractor.ingest.pdf.line import Line

# Fewer lines than this make no columns, and each column has at least half of them.
MIN_LINES = 12
# A gutter lies in this part of the width; closer to the edges it parts bullets or numbers from their text.
INNER = (0.12, 0.88)
# Columns of running text hold so many characters a line; cells of figures hold fewer.
MIN_CHARACTERS = 16
MAX_DEPTH = 8
MAX_GUTTERS = 8
# A line over so much of the width with nothing beside it parts what stands above it from what stands below.
WIDE = 0.55
# So does white space over the whole width that is so many sizes high, from baseline to baseline.
STRIP = 2.2
# So many lines with others beside them that cross a gutter belong to a section of other columns.
CROSSING = 3
# What stands level with a line is among so many before and after it.
NEXT = 6
# So many figures one above the other number the lines, and at least this share of the lines among them.
MIN_NUMBERS = 5
NUMBERED = 0.8
STEPS = (1, 2, 5, 10)
# Running text that is numbered line by line begins so many of its lines in the middle of a sentence.
INSIDE = 0.25
_INSIDE = re.compile(r"[a-z]+[ ,.;]")


def order_columns(lines: list[Line]) -> list[Line]:
    """Lines in reading order, section by section and column by column; what stands on one baseline is one line."""
    return [line for part in column_parts(lines) for line in _merge_rows(part)]


def column_parts(lines: list[Line], depth: int = 0) -> list[list[Line]]:
    """Lines parted into pieces of one column, in reading order; in each they stand from top to bottom.

    A recursive cut in both directions (after Nagy and Seth, 1984): a gutter parts columns, and the columns are looked
    at in the same way again. Where no gutter goes down the page or it cuts through the lines of other columns, the
    page is first cut across, at lines over the whole width or else at the highest strip of white.
    """
    lines = sorted(lines, key=lambda line: (-line.baseline, line.x0))
    if depth >= MAX_DEPTH or len(lines) < MIN_LINES:
        return [lines]
    beside = [_has_beside(lines, at) for at in range(len(lines))]
    if sum(beside) < MIN_LINES // 2:
        return [lines]
    gutter = find_gutter(lines)
    if gutter is None or _cuts(lines, beside, gutter):
        parts = _section_parts(lines, beside, depth)
        if len(parts) > 1:
            return parts
    return [lines] if gutter is None else _gutter_parts(lines, gutter, depth)


def _gutter_parts(lines: list[Line], gutter: float, depth: int) -> list[list[Line]]:
    """The columns on both sides of a gutter, between the lines that stand over both."""
    parts: list[list[Line]] = []
    left: list[Line] = []
    right: list[Line] = []
    over: list[Line] = []

    def flush() -> None:
        for side in (left, right):
            if side:
                parts.extend(column_parts(side, depth + 1))
                side.clear()

    for line in lines:
        if _spans(line, lines, gutter):
            flush()
            over.append(line)
            continue
        if over:
            parts.append(over)
            over = []
        (left if line.x1 <= gutter + 2 else right).append(line)
    flush()
    return [*parts, over] if over else parts


def _cuts(lines: list[Line], beside: list[bool], gutter: float) -> bool:
    """Whether a gutter goes through lines that have others beside them: there the page has other columns."""
    crossing = (line.x0 < gutter - 2 and line.x1 > gutter + 2 for line in lines)
    return sum(crosses and has for crosses, has in zip(crossing, beside, strict=True)) >= CROSSING


def _has_beside(lines: list[Line], at: int) -> bool:
    """Whether a line stands level with one of those sorted from top to bottom, wholly to its left or right.

    Where columns are set on lines of different heights, the next ones up and down are level with it.
    """
    line = lines[at]
    for nearby in (lines[max(0, at - NEXT) : at][::-1], lines[at + 1 : at + 1 + NEXT]):
        for near in nearby:
            if abs(near.baseline - line.baseline) >= 0.7 * line.size:
                break
            if near.x0 >= line.x1 - 1 or near.x1 <= line.x0 + 1:
                return True
    return False


def _section_parts(lines: list[Line], beside: list[bool], depth: int) -> list[list[Line]]:
    """The parts of the sections that lie one above the other; those of one column each are one part."""
    parts: list[list[Line]] = []
    single = False
    for section in _sections(lines, beside):
        found = column_parts(section, depth + 1) if len(section) < len(lines) else [section]
        if single and len(found) == 1:
            parts[-1].extend(found[0])
        else:
            parts.extend(found)
        single = len(found) == 1
    return parts


def _sections(lines: list[Line], beside: list[bool]) -> list[list[Line]]:
    """Lines cut across the page at those over the whole width, or without such at the highest strip of white."""
    width = max(line.x1 for line in lines) - min(line.x0 for line in lines)
    wide = [not has and line.x1 - line.x0 >= WIDE * width for line, has in zip(lines, beside, strict=True)]
    if any(wide):
        groups = groupby(zip(lines, wide, strict=True), key=lambda pair: pair[1])
        return [[line for line, _ in group] for _, group in groups]
    strips = [(above.baseline - below.baseline) / below.size for above, below in pairwise(lines)]
    highest = max(range(len(strips)), key=lambda at: strips[at])
    return [lines[: highest + 1], lines[highest + 1 :]] if strips[highest] > STRIP else [lines]


def _spans(line: Line, lines: list[Line], gutter: float) -> bool:
    """Whether a line stands over both columns: it crosses the gutter, or is a heading below which both begin anew."""
    if line.x1 > gutter + 2:
        return line.x0 < gutter - 2
    usual = sorted(other.size for other in lines)[len(lines) // 2]
    if line.size < 1.1 * usual:
        return False
    low, high = line.baseline - 0.5 * usual, line.baseline + line.size + 0.6 * usual
    right = [other.baseline for other in lines if other.x0 >= gutter - 2]
    if any(low < baseline < high for baseline in right):
        return False
    left_below = max(
        (other.baseline for other in lines if other.x1 <= gutter + 2 and other.baseline < low), default=None
    )
    right_below = max((baseline for baseline in right if baseline < low), default=None)
    return left_below is not None and right_below is not None and right_below > left_below - usual


def find_gutter(lines: list[Line]) -> float | None:
    """The x of an empty strip with running text on both sides side by side, None where the page has one column."""
    if len(lines) < MIN_LINES:
        return None
    low, high = min(line.x0 for line in lines), max(line.x1 for line in lines)
    width = high - low
    starts = {round(line.x0) for line in lines if low + INNER[0] * width < line.x0 < low + INNER[1] * width}
    crossing = _crossing(lines, starts)
    for start in sorted(starts, key=lambda start: (crossing[start], start))[:MAX_GUTTERS]:
        gutter = start - 3.0
        left = [line for line in lines if line.x1 <= gutter + 2]
        right = [line for line in lines if line.x0 >= gutter - 2]
        across = len(lines) - len(left) - len(right)
        if min(len(left), len(right)) < MIN_LINES // 2 or across > 0.35 * len(lines):
            continue
        if _is_running(left) and _is_running(right) and _overlap(left, right) > 0.4:
            return gutter
    return None


def _crossing(lines: list[Line], starts: set[int]) -> dict[int, int]:
    """How many lines go across just left of each place: fewest do where a column begins."""
    begins = sorted(line.x0 for line in lines)
    ends = sorted(line.x1 for line in lines)
    narrow = [line for line in lines if line.x1 - line.x0 <= 4]
    return {
        start: bisect_left(begins, start - 5)
        - bisect_right(ends, start - 1)
        + sum(line.x0 >= start - 5 and line.x1 <= start - 1 for line in narrow)
        for start in starts
    }


def _is_running(lines: list[Line]) -> bool:
    """Whether lines are running text, most of which fill their column; the cells of a table do not."""
    widths = sorted(line.x1 - line.x0 for line in lines)
    full = widths[int(0.9 * (len(widths) - 1))]
    filling = sum(width > 0.6 * full for width in widths)
    characters = sum(len(line.text) for line in lines)
    return filling >= 0.4 * len(lines) and characters >= MIN_CHARACTERS * len(lines)


def _overlap(left: list[Line], right: list[Line]) -> float:
    """Share of the shorter column's height that lies beside the other."""
    spans = [(min(line.baseline for line in side), max(line.baseline for line in side)) for side in (left, right)]
    shared = min(spans[0][1], spans[1][1]) - max(spans[0][0], spans[1][0])
    return shared / max(1.0, min(high - low for low, high in spans))


def _merge_rows(lines: list[Line]) -> list[Line]:
    """Join what stands on one baseline in one column: tab stops, numbers set apart in the margin."""
    merged: list[Line] = []
    for line in lines:
        last = merged[-1] if merged else None
        if last is not None and abs(last.baseline - line.baseline) <= 0.3 * line.size and line.x0 >= last.x1 - 1:
            text = f"{last.text} {line.text}".strip()
            bold = line.bold and (last.bold or not last.text)
            size = line.size if not last.text else last.size
            runs = (*(last.runs or (last.text,)), *(line.runs or (line.text,)))
            merged[-1] = replace(last, text=text, x1=line.x1, bold=bold, size=size, runs=runs)
        else:
            merged.append(line)
    return [line for line in merged if line.text]


def without_line_numbers(lines: list[Line]) -> list[Line]:
    """Lines without the column of figures in the margin that numbers them, as in drafts of bills."""
    figures = [line for line in lines if line.text.isdecimal() and len(line.text) <= 4]
    if len(figures) < MIN_NUMBERS:
        return lines
    edges: tuple[Callable[[Line], float], ...] = (lambda line: line.x1, lambda line: line.x0)
    for edge in edges:
        place, _ = Counter(round(edge(line)) for line in figures).most_common(1)[0]
        column = {line for line in figures if abs(edge(line) - place) <= 2}
        text = [line for line in lines if line not in column]
        if len(column) >= MIN_NUMBERS and _number_lines(column, text):
            return text
    return lines


def _number_lines(column: set[Line], text: list[Line]) -> bool:
    """Whether figures rise evenly beside nearly every line, or every fifth, of a page of running text.

    The rows of a table, the items of a list and notes are numbered so too, but do not begin in the middle of a
    sentence, or not so many of a page do.
    """
    numbers = sorted(column, key=lambda line: -line.baseline)
    steps = Counter(int(below.text) - int(above.text) for above, below in pairwise(numbers))
    step, count = steps.most_common(1)[0]
    if step not in STEPS or count < NUMBERED * (len(numbers) - 1):
        return False
    low, high = numbers[-1].baseline - 1, numbers[0].baseline + 1
    among = [line for line in text if low <= line.baseline <= high]
    heights = {round(line.baseline) for line in among}
    beside = sum(any(abs(line.baseline - number.baseline) <= 0.3 * line.size for line in among) for number in numbers)
    return (
        beside >= NUMBERED * len(numbers)
        and beside * step >= NUMBERED * len(heights)
        and len(among) >= NUMBERED * len(text)
        and sum(_INSIDE.match(line.text) is not None for line in among) >= INSIDE * len(among)
    )

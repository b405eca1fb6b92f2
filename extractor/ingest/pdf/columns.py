"""The order in which the lines of a PDF page are read: column by column where gutters part it."""

from dataclasses import replace

from extractor.ingest.pdf.line import Line

# Fewer lines than this make no columns, and each column has at least half of them.
MIN_LINES = 12
# A gutter lies in this part of the width; closer to the edges it parts bullets or numbers from their text.
INNER = (0.12, 0.88)
# Columns of running text hold so many characters a line; cells of figures hold fewer.
MIN_CHARACTERS = 16
MAX_DEPTH = 5
MAX_GUTTERS = 8


def order_columns(lines: list[Line], depth: int = 0) -> list[Line]:
    """Lines in reading order: where a gutter parts the page, bands between full-width lines column by column.

    The columns of a band are looked at in the same way again: three columns are two, the second of which is two.
    """
    lines = sorted(lines, key=lambda line: (-line.baseline, line.x0))
    gutter = find_gutter(lines) if depth < MAX_DEPTH else None
    if gutter is None:
        return _merge_rows(lines)
    ordered: list[Line] = []
    left: list[Line] = []
    right: list[Line] = []

    def flush() -> None:
        ordered.extend(order_columns(left, depth + 1))
        ordered.extend(order_columns(right, depth + 1))
        left.clear()
        right.clear()

    for line in lines:
        if _spans(line, lines, gutter):
            flush()
            ordered.append(line)
        elif line.x1 <= gutter + 2:
            left.append(line)
        else:
            right.append(line)
    flush()
    return ordered


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
    # just left of a column fewest lines go across
    crossing = {start: sum(line.x0 < start - 5 and line.x1 > start - 1 for line in lines) for start in starts}
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

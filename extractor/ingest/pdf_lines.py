"""A PDF page's characters as lines with their place, size and weight, in reading order.

Geometry is in points with the origin at the lower left, as in the PDF reference (ISO 32000-1, 8.3.2.3).
"""

import ctypes
import math
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2.raw as pdfium

_BOLD = re.compile(r"bold|black|heavy|demi|-bd\b|semibold", re.IGNORECASE)
_BARE_MARKER = re.compile(r"[•●○◦▪▫■□‣⁃∙·➢✓\uf0b7\uf0a7–—-]|o|\(?[\da-zA-Z]{1,4}[.)]|\d{1,2}(?:\.\d{1,3}){1,3}\.?")
BOLD_WEIGHT = 600


@dataclass(frozen=True, slots=True)
class Word:
    """Characters without white space between them, as set: box, baseline, size in points, weight."""

    text: str
    x0: float
    x1: float
    baseline: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one baseline. `noted` says that a raised figure opened it, as footnotes do."""

    text: str
    x0: float
    x1: float
    baseline: float
    size: float
    bold: bool
    page: int
    noted: bool = False


@dataclass(frozen=True, slots=True)
class _Style:
    size: float
    bold: bool
    upright: bool


def words_of(textpage: Any) -> list[Word]:
    """The words of a page in the order of its content stream; text set at an angle is left out."""
    count = pdfium.FPDFText_CountChars(textpage)
    styles: dict[int, _Style] = {}
    words: list[Word] = []
    text: list[str] = []
    x0 = x1 = baseline = 0.0
    style: _Style | None = None
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    origin_x, origin_y = ctypes.c_double(), ctypes.c_double()

    def close() -> None:
        if text and style is not None:
            words.append(Word("".join(text), x0, x1, baseline, style.size, style.bold))
        text.clear()

    index = 0
    while index < count:
        at = index
        code = pdfium.FPDFText_GetUnicode(textpage, index)
        index += 1
        if 0xD800 <= code < 0xDC00 and index < count:
            low = pdfium.FPDFText_GetUnicode(textpage, index)
            if 0xDC00 <= low < 0xE000:
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
                index += 1
        # pdfium gives U+0002 (U+FFFE in older builds) for a hyphen at the end of a line
        char = "-" if code in (0x02, 0xFFFE) else chr(code) if code and not 0xD800 <= code < 0xE000 else " "
        if char.isspace() or (code < 0x20 and char != "-") or pdfium.FPDFText_IsGenerated(textpage, at) == 1:
            close()
            continue
        pdfium.FPDFText_GetLooseCharBox(textpage, at, _rect := pdfium.FS_RECTF())
        pdfium.FPDFText_GetCharOrigin(textpage, at, origin_x, origin_y)
        if not pdfium.FPDFText_GetCharBox(textpage, at, left, right, bottom, top):
            continue
        begin, end = min(left.value, _rect.left), max(right.value, _rect.right)
        key = ctypes.cast(pdfium.FPDFText_GetTextObject(textpage, at), ctypes.c_void_p).value or 0
        own = styles.get(key)
        if own is None:
            own = styles[key] = _style(textpage, at)
        if not own.upright:
            close()
            continue
        if text and style is not None:
            scaled = not 0.8 * style.size <= own.size <= 1.25 * style.size
            moved = abs(origin_y.value - baseline) > 0.1 * style.size
            if moved or scaled or begin - x1 > 0.25 * own.size or begin < x1 - 1.5 * own.size:
                close()
        if not text:
            x0, baseline, style = begin, origin_y.value, own
            x1 = end
        text.append(char)
        x1 = max(x1, end)
    close()
    return words


def _style(textpage: Any, index: int) -> _Style:
    matrix = pdfium.FS_MATRIX()
    scale = 1.0
    upright = True
    if pdfium.FPDFText_GetMatrix(textpage, index, matrix):
        scale = math.hypot(matrix.c, matrix.d) or 1.0
        upright = abs(matrix.b) < 0.2 * max(abs(matrix.a), 1e-6)
    size = pdfium.FPDFText_GetFontSize(textpage, index) * scale
    buffer = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    length = pdfium.FPDFText_GetFontInfo(textpage, index, buffer, 128, flags)
    name = buffer.raw[: max(0, min(length, 128) - 1)].decode("utf-8", "replace")
    bold = bool(_BOLD.search(name)) or pdfium.FPDFText_GetFontWeight(textpage, index) >= BOLD_WEIGHT
    return _Style(round(size, 1) or 1.0, bold, upright)


def lines_of(words: list[Word], page: int) -> list[Line]:
    """The lines of a page in reading order: words joined along baselines, columns one after the other."""
    return order_columns([_line(segment, page) for segment in _segments(words)])


def _rows(words: list[Word]) -> list[list[Word]]:
    """Words of like size on one baseline, across the page; raised and lowered words go to the word that they touch.

    Without touching, a heading in one column would draw in two lines of the smaller text beside it.
    """
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (-w.baseline, w.x0)):
        for row in reversed(rows[-8:]):
            first = row[0]
            larger = max(first.size, word.size)
            if min(first.size, word.size) > 0.8 * larger and abs(first.baseline - word.baseline) <= 0.45 * larger:
                row.append(word)
                break
        else:
            rows.append([word])
    rows.sort(key=lambda row: row[0].size)
    for place, row in enumerate(rows):
        for word in list(row):
            home = next((other for other in rows[place + 1 :] if any(_touch(word, beside) for beside in other)), None)
            if home is not None:
                row.remove(word)
                home.append(word)
    return [row for row in rows if row]


def _touch(small: Word, large: Word) -> bool:
    """Whether a smaller word stands against a larger one, raised, lowered or level with it."""
    gap = max(small.x0 - large.x1, large.x0 - small.x1)
    return (
        small.size <= 0.8 * large.size
        and abs(small.baseline - large.baseline) <= 0.6 * large.size
        and (-0.3 * large.size <= gap <= 0.5 * large.size)
    )


def _segments(words: list[Word]) -> list[list[Word]]:
    """Runs of words on one baseline without a wide gap, whatever order the page was written in."""
    rows = _rows(words)
    segments: list[list[Word]] = []
    for row in rows:
        row.sort(key=lambda w: w.x0)
        run = [row[0]]
        for word in row[1:]:
            gap = word.x0 - run[-1].x1
            bare = len(run) == 1 and _BARE_MARKER.fullmatch(run[0].text) is not None
            if gap > (5 if bare else 1.3) * max(word.size, run[-1].size):
                segments.append(run)
                run = []
            run.append(word)
        segments.append(run)
    return segments


def _line(words: list[Word], page: int) -> Line:
    """Words to a line; raised figures, the marks of footnotes, are left out."""
    sizes: Counter[float] = Counter()
    bold = 0
    for word in words:
        sizes[word.size] += len(word.text)
        bold += len(word.text) * word.bold
    size = max(sizes, key=lambda s: (sizes[s], s))
    base = next(w.baseline for w in words if w.size == size)
    parts: list[str] = []
    noted = False
    last: Word | None = None
    kept: list[Word] = []
    for word in words:
        raised = word.size < 0.8 * size and word.baseline > base + 0.12 * size
        if raised and re.fullmatch(r"[\d,*†‡]{1,8}", word.text):
            noted = noted or not kept
            continue
        if last is not None and word.x0 - last.x1 > 0.12 * size:
            parts.append(" ")
        parts.append(word.text)
        kept.append(word)
        last = word
    if not kept:
        # a raised figure alone: keep it, a later stage drops it with the page numbers or not at all
        kept, parts, noted = words, [word.text for word in words], True
    total = sum(len(word.text) for word in words)
    return Line("".join(parts), kept[0].x0, max(w.x1 for w in kept), base, size, bold > 0.8 * total, page, noted)


def order_columns(lines: list[Line]) -> list[Line]:
    """Lines in reading order: where a gutter parts the page, bands between full-width lines column by column."""
    lines = sorted(lines, key=lambda line: (-line.baseline, line.x0))
    gutter = find_gutter(lines)
    if gutter is None:
        return _merge_rows(lines)
    ordered: list[Line] = []
    left: list[Line] = []
    right: list[Line] = []

    def flush() -> None:
        ordered.extend(_merge_rows(left))
        ordered.extend(_merge_rows(right))
        left.clear()
        right.clear()

    for line in lines:
        if line.x1 <= gutter + 2:
            left.append(line)
        elif line.x0 >= gutter - 2:
            right.append(line)
        else:
            flush()
            ordered.append(line)
    flush()
    return ordered


def find_gutter(lines: list[Line]) -> float | None:
    """The x of an empty strip with running text on both sides side by side, None where the page has one column."""
    if len(lines) < 12:
        return None
    low, high = min(line.x0 for line in lines), max(line.x1 for line in lines)
    width = high - low
    starts = Counter(round(line.x0) for line in lines if low + 0.3 * width < line.x0 < low + 0.7 * width)
    for start, _ in starts.most_common(4):
        gutter = start - 3.0
        left = [line for line in lines if line.x1 <= gutter + 2]
        right = [line for line in lines if line.x0 >= gutter - 2]
        across = len(lines) - len(left) - len(right)
        # columns of running text fill their width; the cells of a table do not
        if min(len(left), len(right)) < 6 or across > 0.35 * len(lines):
            continue
        full_left = sum(line.x1 - line.x0 > 0.6 * (gutter - low) for line in left)
        full_right = sum(line.x1 - line.x0 > 0.6 * (high - gutter) for line in right)
        if full_left >= 0.4 * len(left) and full_right >= 0.4 * len(right) and _overlap(left, right) > 0.4:
            return gutter
    return None


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
            merged[-1] = replace(last, text=f"{last.text} {line.text}", x1=line.x1, bold=last.bold and line.bold)
        else:
            merged.append(line)
    return merged

"""What Tesseract writes (hOCR) as words with place, size and weight, and the rules of tables; bullets mended by shape.

hOCR is the format of Breuel and others (kba.github.io/hocr-spec). The words come out as if the scan lay straight.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from extractor.ingest.pdf.characters import Box, Word

Ink = NDArray[np.bool_]

_LINES = frozenset({"ocr_line", "ocr_header", "ocr_caption", "ocr_textfloat"})
_PROPERTY = re.compile(r"(\w+) (-?[\d.]+(?: -?[\d.]+)*)")
# Ascenders and descenders together are 0.90 em in Times and 0.93 em in Helvetica (Adobe's font metrics).
_EXTENT = 0.92
# Both together with the x-height, in x-heights: 2.00 in Times, 1.77 in Helvetica.
_USUAL_RATIO = 1.85
# Lines of one size were read within 8 per cent of each other at 150–300 dpi; lines of few small letters are guesses.
_SAME_SIZE = 0.09
_SAME_SIZE_GUESSED = 0.2
# Strokes of bold print are 1.19–1.48 times as thick as those of the page's running text, regular ones below 1.09.
_BOLD = 1.16
# Of the signs read below this confidence one in a hundred stood on the page; of words with letters half did.
_SURE_SIGN = 0.6
# Pictures and stains come out as lines of such words; the worst line of true text stood at 0.62.
_SURE_LINE = 0.4


@dataclass(frozen=True, slots=True)
class ScannedWord:
    """A word as Tesseract gives it: its box in pixels from the picture's upper left, confidence 0–1."""

    text: str
    box: tuple[int, int, int, int]
    confidence: float

    @property
    def is_sign(self) -> bool:
        """Whether it has neither letters nor figures."""
        return not any(char.isalnum() for char in self.text)


@dataclass(frozen=True, slots=True)
class ScannedLine:
    """A line as Tesseract gives it; the baseline is y = bottom + slope · (x - left) + offset in pixels."""

    box: tuple[int, int, int, int]
    slope: float
    offset: float
    x_height: float
    extent: float
    words: tuple[ScannedWord, ...]

    def baseline(self, x: float) -> float:
        """Where the baseline passes x, in pixels from the top."""
        return self.box[3] + self.slope * (x - self.box[0]) + self.offset

    @property
    def characters(self) -> int:
        """How many characters stand in it."""
        return sum(len(word.text) for word in self.words)


@dataclass(frozen=True, slots=True)
class Scan:
    """A page as Tesseract gives it: lines of text, and the boxes of rules."""

    lines: tuple[ScannedLine, ...]
    rules: tuple[tuple[int, int, int, int], ...] = ()

    @property
    def characters(self) -> int:
        """How many characters stand on it."""
        return sum(line.characters for line in self.lines)

    @property
    def confidence(self) -> float:
        """The mean confidence of its characters, 0–1; 1 for a blank page, on which nothing can be misread."""
        total = sum(word.confidence * len(word.text) for line in self.lines for word in line.words)
        return total / self.characters if self.characters else 1.0

    @property
    def upended(self) -> bool:
        """Whether most of its text runs up or down the page; Tesseract reads that well but gives it no baselines."""
        long = [line for line in self.lines if line.characters >= 5]
        upright = sum(line.characters for line in long if line.box[2] - line.box[0] >= line.box[3] - line.box[1])
        return 2 * upright < sum(line.characters for line in long)


@dataclass(frozen=True, slots=True)
class Placing:
    """How pixels of a scan become points: the picture's size in pixels, the page's in points, its lines' slope."""

    pixels: tuple[int, int]
    points: tuple[float, float]
    slope: float = 0.0

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A place in points, origin at the lower left, the scan turned straight about its middle."""
        middle_x, middle_y = self.pixels[0] / 2, self.pixels[1] / 2
        cosine = 1 / math.hypot(1, self.slope)
        sine = self.slope * cosine
        across = middle_x + cosine * (x - middle_x) + sine * (y - middle_y)
        down = middle_y + cosine * (y - middle_y) - sine * (x - middle_x)
        width, height = self.points
        return across * width / self.pixels[0], height - down * height / self.pixels[1]

    @property
    def scale(self) -> float:
        """Points a pixel."""
        return self.points[1] / self.pixels[1]


def scan_of(hocr: bytes) -> Scan:
    """Read hOCR. Raises ValueError where it is none."""
    lines: list[ScannedLine] = []
    rules: list[tuple[int, int, int, int]] = []
    try:
        root = etree.fromstring(hocr, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as problem:
        raise ValueError(f"no hOCR: {problem}") from problem
    for element in root.iter():
        kind = element.get("class")
        if kind == "ocr_separator":
            rules.append(_box(_properties(element)["bbox"]))
        elif kind in _LINES:
            line = _line(element)
            if line.words:
                lines.append(line)
    return Scan(tuple(lines), tuple(rules))


def _properties(element: etree._Element) -> dict[str, list[float]]:
    found = _PROPERTY.findall(element.get("title", ""))
    return {name: [float(value) for value in values.split()] for name, values in found}


def _box(values: Sequence[float]) -> tuple[int, int, int, int]:
    x0, y0, x1, y1 = (int(value) for value in values)
    return x0, y0, x1, y1


def _line(element: etree._Element) -> ScannedLine:
    given = _properties(element)
    words = []
    for inner in element.iter():
        text = (inner.text or "").strip()
        if inner.get("class") == "ocrx_word" and text:
            own = _properties(inner)
            words.append(ScannedWord(text, _box(own["bbox"]), own["x_wconf"][0] / 100))
    slope, offset = given.get("baseline", [0.0, 0.0])
    extent = given.get("x_size", [0.0])[0]
    beyond = given.get("x_ascenders", [0.0])[0] + given.get("x_descenders", [0.0])[0]
    return ScannedLine(_box(given["bbox"]), slope, offset, extent - beyond, extent, tuple(words))


def slope_of(lines: Iterable[ScannedLine]) -> float:
    """The slope of most of the text: the median over the lines, each counted by its length."""
    slopes = sorted((line.slope, line.box[2] - line.box[0]) for line in lines if line.characters >= 15)
    half = sum(width for _, width in slopes) / 2
    for slope, width in slopes:
        half -= width
        if half <= 0:
            return slope
    return 0.0


@dataclass(frozen=True, slots=True)
class Mended:
    """The lines of a scan without noise and with their bullets, and how many words were dropped as noise."""

    lines: tuple[ScannedLine, ...]
    dropped: int = 0


def mend(scan: Scan, ink: Ink) -> Mended:
    """Put bullets where their shape shows them, drop noise. Words with letters and figures stay as they were read."""
    marks = {id(line): _mark(line, ink) for line in scan.lines}
    starts = [line.words[0].box[0] for line in scan.lines if marks[id(line)]]
    lines: list[ScannedLine] = []
    dropped = 0
    for line in scan.lines:
        words = line.words
        mark = marks[id(line)]
        first = words[0]
        # a letter is taken for a bullet only where another stands above or below it
        aligned = sum(abs(start - first.box[0]) <= line.x_height for start in starts) > 1
        if mark and (first.is_sign or aligned):
            words = (ScannedWord(mark, first.box, 1.0), *words[1:])
        kept = tuple(_upright_bar(word, line, ink) for word in words if not _is_noise(word, line, scan.rules))
        sure = sum(word.confidence * len(word.text) for word in kept) / max(1, sum(len(word.text) for word in kept))
        if sure < _SURE_LINE:
            kept = ()
        dropped += len(words) - len(kept)
        if kept:
            lines.append(replace(line, words=kept))
    return Mended(tuple(lines), dropped)


def _is_noise(word: ScannedWord, line: ScannedLine, rules: Iterable[tuple[int, int, int, int]]) -> bool:
    """Whether a sign is a stain or a piece of a rule."""
    if not word.is_sign:
        return False
    x0, y0, x1, y1 = word.box
    near = line.x_height / 2
    on_rule = set(word.text) <= set("|[]_—–-=‘’'") and any(
        x0 <= right + near and x1 >= left - near and y0 <= bottom and y1 >= top for left, top, right, bottom in rules
    )
    return on_rule or word.confidence < _SURE_SIGN


@dataclass(frozen=True, slots=True)
class _Glyph:
    """The ink in a word's box, in x-heights: breadth, height, its middle above the baseline; how much of it is ink."""

    breadth: float
    height: float
    middle: float
    filled: float


def _glyph(word: ScannedWord, line: ScannedLine, ink: Ink) -> _Glyph | None:
    x0, y0, x1, y1 = word.box
    cut = ink[y0:y1, x0:x1]
    if not cut.any() or line.x_height <= 0:
        return None
    # a stray pixel at the rim of the box is no part of the sign
    rows = np.flatnonzero(cut.sum(axis=1) > 0.1 * cut.shape[1])
    columns = np.flatnonzero(cut.sum(axis=0) > 0.1 * cut.shape[0])
    if not len(rows) or not len(columns):
        return None
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    middle = line.baseline((x0 + x1) / 2) - (y0 + (top + bottom) / 2)
    unit = line.x_height
    filled = float(cut[top:bottom, left:right].mean())
    return _Glyph((right - left) / unit, (bottom - top) / unit, middle / unit, filled)


def _mark(line: ScannedLine, ink: Ink) -> str:
    """The bullet or dash that opens a line, by its shape; "" for none.

    A disc fills 0.79 of its box and a square all of it; the letters it is taken for (e, o, ©) fill half of theirs.
    """
    first = line.words[0]
    glyph = _glyph(first, line, ink) if len(first.text) <= 2 and not first.text.isdigit() else None
    if glyph is None or not 0.25 <= glyph.middle <= 0.95 or glyph.filled < 0.62:
        return ""
    if 0.25 <= glyph.height <= 0.98 and 0.7 <= glyph.breadth / glyph.height <= 1.4:
        return "•"
    if glyph.height <= 0.3 and glyph.breadth >= 2.5 * glyph.height:
        return "–" if glyph.breadth > 0.8 else "-"
    return ""


def _upright_bar(word: ScannedWord, line: ScannedLine, ink: Ink) -> ScannedWord:
    """A bar that is as high as a capital and has no foot is an I without serifs; a figure one has a flag."""
    if word.text != "|":
        return word
    glyph = _glyph(word, line, ink)
    bare = glyph is not None and glyph.filled > 0.85 and glyph.breadth < 0.25 * glyph.height
    return replace(word, text="I") if bare and glyph is not None and 1.1 <= glyph.height <= 1.7 else word


def words_of(lines: Sequence[ScannedLine], ink: Ink, placing: Placing, sizes: Sequence[float] = ()) -> list[Word]:
    """Lines as words in points; the sizes of like lines are made one, those of earlier pages (`sizes`) first."""
    levelled = _sizes(lines, placing.scale, sizes)
    bold = _bold(lines, ink)
    words: list[Word] = []
    for line, size, heavy in zip(lines, levelled, bold, strict=True):
        middle = (line.box[0] + line.box[2]) / 2
        baseline = placing.point(middle, line.baseline(middle))[1]
        for word in line.words:
            x0, _ = placing.point(word.box[0], line.baseline(word.box[0]))
            x1, _ = placing.point(word.box[2], line.baseline(word.box[2]))
            words.append(Word(word.text, x0, x1, baseline, size, heavy))
    return words


def rules_of(scan: Scan, placing: Placing) -> tuple[Box, ...]:
    """The rules of a scan in points as boxes (x0, y0, x1, y1) without breadth, origin at the lower left."""
    found = []
    for left, top, right, bottom in scan.rules:
        level = right - left > bottom - top
        x0, y1 = placing.point(left, top)
        x1, y0 = placing.point(right, bottom)
        middle_x, middle_y = (x0 + x1) / 2, (y0 + y1) / 2
        found.append((x0, middle_y, x1, middle_y) if level else (middle_x, y0, middle_x, y1))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Sizing:
    """A line's size as read, in points, how many small letters there were to measure, and how many characters."""

    size: float
    letters: int
    weight: int


def _sizes(lines: Sequence[ScannedLine], scale: float, known: Sequence[float]) -> list[float]:
    """Sizes in points to half a point, the same for lines that were read as nearly the same."""
    ratios = sorted(line.extent / line.x_height for line in lines if line.x_height > 0 and _descends(line))
    ratio = ratios[len(ratios) // 2] if ratios else _USUAL_RATIO
    read = []
    for line in lines:
        # bold print has a greater x-height, a line without descenders seems to have a smaller extent
        extent = line.extent if _descends(line) or line.x_height <= 0 else line.x_height * ratio
        if line.x_height > 0:
            extent = math.sqrt(line.x_height * ratio * extent)
        letters = sum(char.islower() for word in line.words for char in word.text)
        read.append(_Sizing(extent * scale / _EXTENT, letters, line.characters))
    settled = [_level(one, known) for one in read]
    while None in settled:
        common = [_commonest([one for one, size in zip(read, settled, strict=True) if size is None])]
        settled = [_level(one, common) if size is None else size for one, size in zip(read, settled, strict=True)]
    return [max(1.0, round(2 * size) / 2) for size in settled if size is not None]


def _descends(line: ScannedLine) -> bool:
    return any(char in "gjpqy" for word in line.words for char in word.text)


def _level(read: _Sizing, levels: Iterable[float]) -> float | None:
    """The first level that a size read is about, None where it is about none: the commonest level comes first."""
    tolerance = _SAME_SIZE if read.letters >= 6 else _SAME_SIZE_GUESSED
    return next((level for level in levels if abs(read.size - level) <= tolerance * level), None)


def _commonest(read: Sequence[_Sizing]) -> float:
    """The size that most characters have, about: the median of the lines that are like it."""

    def alike(level: float) -> list[_Sizing]:
        return [one for one in read if abs(one.size - level) <= _SAME_SIZE * level]

    # lines with small letters first: the others' sizes are guesses
    best = max(read, key=lambda one: (one.letters >= 6, sum(other.weight for other in alike(one.size))))
    like = sorted(one.size for one in alike(best.size))
    return like[len(like) // 2]


def _bold(lines: Sequence[ScannedLine], ink: Ink) -> list[bool]:
    """Which lines are bold: their strokes are thicker, measured in x-heights, than those of the page's running text."""
    strokes = [_stroke(line, ink) for line in lines]
    counted = sorted((stroke, line.characters) for stroke, line in zip(strokes, lines, strict=True) if stroke > 0)
    half = sum(count for _, count in counted) / 2
    usual = 0.0
    for usual, count in counted:  # noqa: B007 - the last one seen is the median
        half -= count
        if half <= 0:
            break
    return [stroke > _BOLD * usual > 0 and line.characters >= 3 for stroke, line in zip(strokes, lines, strict=True)]


def _stroke(line: ScannedLine, ink: Ink) -> float:
    """The thickness of a line's strokes in x-heights: twice their area by their outline."""
    area = outline = 0
    for word in line.words:
        x0, y0, x1, y1 = word.box
        if word.is_sign or x1 <= x0 or y1 <= y0:
            continue
        cut = np.pad(ink[y0:y1, x0:x1], 1)
        if cut.sum() > 0.6 * (x1 - x0) * (y1 - y0):
            # white letters on a dark ground
            cut = np.pad(~ink[y0:y1, x0:x1], 1)
        area += int(cut.sum())
        outline += int((cut[1:] != cut[:-1]).sum()) + int((cut[:, 1:] != cut[:, :-1]).sum())
    return 2 * area / outline / line.x_height if outline and line.x_height > 0 else 0.0

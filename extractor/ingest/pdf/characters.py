"""The words of a PDF page as pdfium gives them: text, place, size and weight, and the marked content they belong to.

Geometry is in points with the origin at the lower left of the visible page (ISO 32000-1, 8.3.2.3).
"""

import ctypes
import math
import re
from collections import Counter
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

_BOLD = re.compile(r"bold|black|heavy|demi|-bd\b|semibold", re.IGNORECASE)
_TOKEN = re.compile(r"[^\s\x00-\x1f]+")
BOLD_WEIGHT = 600
# No page is high enough for larger type; broken files ask for any.
MAX_SIZE = 2_000
# Letters farther apart than this, in sizes, are two words though no space stands between them.
WORD_GAP = 0.3
# A space is at least so wide, in sizes; letters are set closer.
SPACE = 0.12
# Letters that fonts have a ligature of with themselves.
_DOUBLE = re.compile(r"[flt] ")
# pdfium gives U+0002 (U+FFFE in older builds) for a hyphen at the end of a line. Ghostscript writes the letters of some
# ligatures with their bytes swapped, which makes "ti" U+7400 U+6900: no English text has these characters.
_MENDED = str.maketrans(
    {"\x02": "-", "\ufffe": "-"} | {chr(code << 8): chr(code) for code in range(ord("a"), ord("z") + 1)}
)

# As declared by pypdfium2 these functions make a pointer object a call, which is ten times as slow as a plain address.
_text_object = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)(
    ctypes.cast(pdfium.FPDFText_GetTextObject, ctypes.c_void_p).value or 0
)
_font = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)(
    ctypes.cast(pdfium.FPDFTextObj_GetFont, ctypes.c_void_p).value or 0
)


class Word(NamedTuple):
    """Characters without white space between them, as set: extent, baseline, size in points, weight.

    `mcid` is the marked content it belongs to (ISO 32000-1, 14.7.4.2), -1 for none; `artifact` says that it is marked
    as no part of the text. `spaced` says that a space character, not just a gap, stands before it.
    """

    text: str
    x0: float
    x1: float
    baseline: float
    size: float
    bold: bool
    mcid: int = -1
    artifact: bool = False
    spaced: bool = True


Box = tuple[float, float, float, float]


class Frame(NamedTuple):
    """How a page lies: its visible box (left, bottom, right, top) and the quarter turns, anticlockwise, of its text."""

    left: float
    bottom: float
    right: float
    top: float
    turn: int = 0

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as the page is read."""
        width, height = self.right - self.left, self.top - self.bottom
        return (width, height) if self.turn % 2 == 0 else (height, width)

    def turned(self, box: Box) -> Box:
        """A box (x0, y0, x1, y1) of the page's own space with the text upright and the origin at the lower left."""
        x0, y0, x1, y1 = box
        if self.turn == 0:
            return x0 - self.left, y0 - self.bottom, x1 - self.left, y1 - self.bottom
        if self.turn == 1:
            return y0 - self.bottom, self.right - x1, y1 - self.bottom, self.right - x0
        if self.turn == 2:
            return self.right - x1, self.top - y1, self.right - x0, self.top - y0
        return self.top - y1, x0 - self.left, self.top - y0, x1 - self.left


class Sheet(NamedTuple):
    """What stands on a page: its words in the order of its content stream, and how it lies."""

    words: tuple[Word, ...]
    frame: Frame


class _Style(NamedTuple):
    size: float
    bold: bool
    turn: int
    mcid: int
    artifact: bool


# Text at an angle that is no quarter turn: watermarks, labels of charts.
_SLANTED = -1


class _Token(NamedTuple):
    """A word before the page is turned: its two ends as boxes (left, bottom, right, top) and its origin."""

    text: str
    style: _Style
    first: Box
    last: Box
    origin: tuple[float, float]
    spaced: bool


def sheet_of(page: Any, textpage: Any) -> Sheet:
    """The words of a page, turned so that most of the text is upright; text set at another angle is left out."""
    tokens = _tokens(textpage.raw)
    turns = Counter[int]()
    for token in tokens:
        turns[token.style.turn] += len(token.text)
    turns.pop(_SLANTED, None)
    left, bottom, right, top = page.get_bbox()
    frame = Frame(left, bottom, right, top, turns.most_common(1)[0][0] if turns else 0)
    width, height = frame.size
    words = []
    for token in tokens:
        style = token.style
        if style.turn != frame.turn or not 0 < style.size < MAX_SIZE:
            continue
        if frame.turn:
            first, last = frame.turned(token.first), frame.turned(token.last)
            x, y = token.origin
            baseline = frame.turned((x, y, x, y))[1]
            x0, x1 = min(first[0], last[0]), max(first[2], last[2])
        else:
            baseline = token.origin[1] - bottom
            x0, x1 = token.first[0] - left, token.last[2] - left
        # what lies outside the page is not seen by a reader
        if 0 <= baseline <= height and -1 <= x0 <= width:
            words.append(
                Word(token.text, x0, x1, baseline, style.size, style.bold, style.mcid, style.artifact, token.spaced)
            )
    return Sheet(tuple(words), frame)


def _tokens(textpage: Any) -> list[_Token]:
    text = _page_text(textpage).translate(_MENDED)
    handle = ctypes.cast(textpage, ctypes.c_void_p).value or 0
    styles: dict[int, _Style] = {}
    # whether a font is bold, by its handle
    fonts: dict[int, bool] = {}
    tokens: list[_Token] = []
    generated = pdfium.FPDFText_IsGenerated
    halves = _halves(textpage, text)
    for match in _TOKEN.finditer(text):
        begin, end = match.span()
        rest = begin - 1 in halves
        spaced = not rest and begin > 0 and text[begin - 1] not in "\r\n" and generated(textpage, begin - 1) == 0
        key = _text_object(handle, begin) or 0
        if end - begin > 1 and key == (_text_object(handle, end - 1) or 0) and key:
            runs = [(begin, end, key)]
        else:
            runs = _runs(handle, begin, end)
        for run_begin, run_end, run_key in runs:
            style = styles.get(run_key)
            if style is None:
                style = styles[run_key] = _style(textpage, run_begin, run_key, fonts)
            first = _box(textpage, run_begin)
            last = first if run_end == run_begin + 1 else _box(textpage, run_end - 1)
            token = _Token(
                text[run_begin:run_end],
                style,
                first,
                last,
                _origin(textpage, run_begin),
                spaced and run_begin == begin,
            )
            if run_end in halves:
                token = token._replace(text=token.text + text[run_end - 1])
            before = tokens[-1] if tokens and (run_begin > begin or rest) else None
            if before is not None and _goes_on(before, token, SPACE if rest else WORD_GAP):
                tokens[-1] = before._replace(text=before.text + token.text, last=token.last)
            else:
                tokens.append(token)
    return tokens


def _halves(textpage: Any, text: str) -> set[int]:
    """Spaces that are the second half of a ligature whose font gives its characters wrongly, "al " for "all".

    They are of one glyph with the letter before them and stand at its place.
    """
    found = set()
    for match in _DOUBLE.finditer(text):
        letter = match.start()
        if _origin(textpage, letter) == _origin(textpage, letter + 1):
            found.add(letter + 1)
    return found


def _page_text(textpage: Any) -> str:
    """The characters of a page, one a position: half of a surrogate pair each where a character needs two."""
    count = pdfium.FPDFText_CountChars(textpage)
    if count <= 0:
        return ""
    buffer = (ctypes.c_ushort * (count + 1))()
    written = pdfium.FPDFText_GetText(textpage, 0, count, buffer)
    text = bytes(buffer)[: 2 * max(0, written - 1)].decode("utf-16-le", "replace")
    if len(text) == count:
        return text
    # characters beyond the basic plane shift the positions: read them one by one
    codes = (pdfium.FPDFText_GetUnicode(textpage, index) for index in range(count))
    return "".join(chr(code) if code and not 0xD800 <= code < 0xE000 else "\ufffd" for code in codes)


def _runs(handle: int, begin: int, end: int) -> list[tuple[int, int, int]]:
    """A word's stretches of one text object each, as (first, past last, object)."""
    runs: list[tuple[int, int, int]] = []
    for index in range(begin, end):
        key = _text_object(handle, index) or 0
        if runs and runs[-1][2] == key:
            runs[-1] = (runs[-1][0], index + 1, key)
        else:
            runs.append((index, index + 1, key))
    return runs


def _goes_on(before: _Token, token: _Token, widest: float) -> bool:
    """Whether a stretch goes on with the word before it: set alike, on one line, no gap wider than so many sizes."""
    one, other = before.style, token.style
    if one != other:
        return False
    size = one.size
    along, across = (0, 1) if one.turn % 2 == 0 else (1, 0)
    moved = abs(before.origin[across] - token.origin[across])
    gap = token.first[along] - before.last[along + 2]
    return moved <= 0.1 * size and (abs(gap) <= widest * size or one.turn in (2, 3))


_rectangle = pdfium.FS_RECTF()
_x, _y = ctypes.c_double(), ctypes.c_double()
_sides = tuple(ctypes.c_double() for _ in range(4))


def _box(textpage: Any, index: int) -> Box:
    """A character's place with its advance width: (left, bottom, right, top)."""
    if pdfium.FPDFText_GetLooseCharBox(textpage, index, _rectangle) and _rectangle.right > _rectangle.left:
        return _rectangle.left, _rectangle.bottom, _rectangle.right, _rectangle.top
    left, right, bottom, top = _sides
    pdfium.FPDFText_GetCharBox(textpage, index, left, right, bottom, top)
    return left.value, bottom.value, right.value, top.value


def _origin(textpage: Any, index: int) -> tuple[float, float]:
    pdfium.FPDFText_GetCharOrigin(textpage, index, _x, _y)
    return _x.value, _y.value


def _style(textpage: Any, index: int, key: int, fonts: dict[int, bool]) -> _Style:
    matrix = pdfium.FS_MATRIX()
    scale, turn = 1.0, 0
    if pdfium.FPDFText_GetMatrix(textpage, index, matrix):
        scale = math.hypot(matrix.c, matrix.d) or 1.0
        turn = _turn(matrix.a, matrix.b)
    size = pdfium.FPDFText_GetFontSize(textpage, index) * scale
    font = _font(key) if key else 0
    bold = fonts.get(font) if font else None
    if bold is None:
        bold = fonts[font or 0] = _is_bold(textpage, index)
    mcid, artifact = _marks(key)
    return _Style(round(size, 1) or 1.0, bold, turn, mcid, artifact)


def _is_bold(textpage: Any, index: int) -> bool:
    buffer = ctypes.create_string_buffer(128)
    length = pdfium.FPDFText_GetFontInfo(textpage, index, buffer, 128, ctypes.c_int())
    name = buffer.raw[: max(0, min(length, 128) - 1)].decode("utf-8", "replace")
    return bool(_BOLD.search(name)) or bool(pdfium.FPDFText_GetFontWeight(textpage, index) >= BOLD_WEIGHT)


def _turn(a: float, b: float) -> int:
    """Quarter turns of text whose matrix begins (a, b), _SLANTED for any other angle."""
    if abs(b) < 0.2 * abs(a):
        return 0 if a > 0 else 2
    if abs(a) < 0.2 * abs(b):
        return 1 if b > 0 else 3
    return _SLANTED


def _marks(key: int) -> tuple[int, bool]:
    """The marked content that a text object belongs to, and whether it is an artifact (ISO 32000-1, 14.8.2.2)."""
    if not key:
        return -1, False
    item = ctypes.cast(key, pdfium.FPDF_PAGEOBJECT)
    mcid = pdfium.FPDFPageObj_GetMarkedContentID(item)
    if mcid >= 0:
        return mcid, False
    buffer = (ctypes.c_ushort * 32)()
    length = ctypes.c_ulong()
    for number in range(pdfium.FPDFPageObj_CountMarks(item)):
        mark = pdfium.FPDFPageObj_GetMark(item, number)
        if pdfium.FPDFPageObjMark_GetName(mark, buffer, ctypes.sizeof(buffer), length):
            name = bytes(buffer)[: max(0, min(length.value, 64) - 2)].decode("utf-16-le", "replace")
            if name == "Artifact":
                return -1, True
    return -1, False

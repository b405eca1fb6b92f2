"""Words of a PDF page as lines with their place, size and weight, in reading order.

Geometry is in points with the origin at the lower left, as in the PDF reference (ISO 32000-1, 8.3.2.3).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

from extractor.ingest.layout import clean
from extractor.ingest.lines import marker_of
from extractor.ingest.pdf.characters import SPACE, Box, Word
from extractor.ingest.pdf.columns import order_columns
from extractor.ingest.pdf.line import Line

_BARE_MARKER = re.compile(r"[•●○◦▪▫■□‣⁃∙·➢✓\uf0b7\uf0a7–—-]|o|\(?[\da-zA-Z]{1,4}[.)]|\d{1,2}(?:\.\d{1,3}){1,3}\.?")
# The marks of footnotes: figures, alone or in a row, and the signs of older print.
_MARK = re.compile(r"[\[(]?(?:\d{1,3}|[*†‡§¶])(?:[,\s–-](?:\d{1,3}))*[\])]?,?")
# Marks of notes in the numerals of endnotes and in letters count only where they are raised.
_RAISED_MARK = re.compile(rf"{_MARK.pattern}|[ivxlc]{{1,6}}|[a-z]")
_RAISABLE = re.compile(rf"{_RAISED_MARK.pattern}|[\d,.–-]{{1,6}}|st|nd|rd|th|[™®©℠]")
# Figures that a font has raised itself are marks behind words and stops ("cost.³"), and powers behind units ("km²").
_SUPERIOR = re.compile(r"[¹²³⁰⁴-⁹]")
_SUPERIOR_FIRST = re.compile(r"[¹²³⁰⁴-⁹]+\s*(?=\S)")
_SUPERIOR_MARK = re.compile(r"(?:(?<=[^\W\d_]{3})|(?<=[.,;:!?”’)\]]))[¹²³⁰⁴-⁹]+(?!\w)")
# An initial of so many times the size of the text beside it is its first letter.
DROP_CAPITAL = 1.8
# So many letters in a row at even distances are a word with room between its letters.
SPACED_OUT = 4
# A gutter may be as narrow as this, in sizes.
GUTTER = 0.8
# Rows are looked up by their height on the page in bands of so many points.
BAND = 12.0


def lines_of(words: Sequence[Word], page: int) -> list[Line]:
    """The lines of a page in reading order: words joined along baselines, columns one after the other."""
    return order_columns(stretches_of(words, page))


def stretches_of(words: Sequence[Word], page: int) -> list[Line]:
    """Words joined along baselines up to wide gaps and gutters, in no order yet."""
    made = (line_of(segment, page) for segment in _segments(words))
    return [line for line in made if line is not None]


def with_bullets(words: Sequence[Word], dots: Sequence[Box]) -> Sequence[Word]:
    """Words with a bullet for each small shape that stands alone before the first word of a line."""
    if not dots:
        return words
    found: list[Word] = []
    for x0, y0, x1, y1 in dots:
        middle = (y0 + y1) / 2
        level = [word for word in words if word.baseline - 0.2 * word.size <= middle <= word.baseline + word.size]
        after = min((word for word in level if word.x0 >= x1), key=lambda word: word.x0, default=None)
        before = any(word.x0 < x1 and after is not None and word.x1 > x0 - 8 * after.size for word in level)
        if after is not None and not before and after.x0 - x1 < 3 * after.size and not marker_of(f"{after.text} x"):
            found.append(Word("•", x0, x1, after.baseline, after.size, False))
    return (*words, *found)


def with_drop_capitals(words: Sequence[Word]) -> tuple[Word, ...]:
    """Words with large initials put before the rest of their word, which stands beside the top of them."""
    usual = Counter(word.size for word in words).most_common(1)[0][0] if words else 0.0
    large = (word for word in words if word.size >= DROP_CAPITAL * usual)
    initials = [word for word in large if len(word.text) < 3 and word.text[-1].isupper()]
    rest: dict[Word, Word] = {}
    taken: set[Word] = set()
    for initial in initials:
        beside = [
            word
            for word in words
            if word.size * DROP_CAPITAL <= initial.size
            and -0.1 * initial.size <= word.x0 - initial.x1 <= 1.2 * word.size
            and 0.3 * initial.size <= word.baseline - initial.baseline <= 0.75 * initial.size
        ]
        if beside:
            first = max(beside, key=lambda word: (word.baseline, -word.x0))
            rest[first] = first._replace(text=initial.text + first.text, spaced=True)
            taken.add(initial)
    return tuple(rest.get(word, word) for word in words if word not in taken) if rest else tuple(words)


def lines_in_order(words: Sequence[Word], page: int, *, marks: Collection[int] = ()) -> list[Line]:
    """Words whose order is known as lines; `marks` is the marked content that may hold marks of footnotes."""
    runs: list[list[Word]] = []
    for word in words:
        if runs and _same_line(runs[-1], word):
            runs[-1].append(word)
        else:
            runs.append([word])
    made = (line_of(run, page, marks=marks) for run in runs)
    return [line for line in made if line is not None]


def _same_line(run: list[Word], word: Word) -> bool:
    """Whether a word goes on with a line: on its baseline or raised against it, and not back to the left."""
    last = run[-1]
    size = max(last.size, word.size)
    level = abs(word.baseline - last.baseline)
    return level <= (0.15 if word.size > 0.8 * last.size and last.size > 0.8 * word.size else 0.6) * size and (
        word.x0 >= last.x1 - 0.6 * size
    )


def _rows(words: Iterable[Word]) -> list[list[Word]]:
    """Words of like size on one baseline, across the page; raised and lowered words go to the word that they touch.

    Without touching, a heading in one column would draw in two lines of the smaller text beside it. Bullets are set in
    any size and go by their baseline alone.
    """
    rows: list[list[Word]] = []
    bullets: list[Word] = []
    for word in sorted(words, key=lambda w: (-w.baseline, w.x0)):
        if len(word.text) == 1 and not word.text.isalnum() and _BARE_MARKER.fullmatch(word.text):
            bullets.append(word)
            continue
        for row in reversed(rows[-8:]):
            first = row[0]
            larger = max(first.size, word.size)
            if min(first.size, word.size) > 0.8 * larger and abs(first.baseline - word.baseline) <= 0.45 * larger:
                row.append(word)
                break
        else:
            rows.append([word])
    rows = _with_raised(rows)
    for bullet in bullets:
        near = min(rows, key=lambda row: abs(row[0].baseline - bullet.baseline), default=None)
        if near is not None and abs(near[0].baseline - bullet.baseline) <= 0.4 * near[0].size:
            near.append(bullet)
        else:
            rows.append([bullet])
    return rows


def _with_raised(rows: list[list[Word]]) -> list[list[Word]]:
    """Rows with the raised and lowered words among them put to the larger words that they touch."""
    largest = max((row[0].size for row in rows), default=0.0)
    by_height: defaultdict[int, list[list[Word]]] = defaultdict(list)
    for row in rows:
        by_height[int(row[0].baseline // BAND)].append(row)
    reach = int(1.1 * largest // BAND) + 1
    for row in sorted(rows, key=lambda row: row[0].size):
        if row[0].size > 0.8 * largest:
            break
        band = int(row[0].baseline // BAND)
        near = [
            other
            for at, others in by_height.items()
            if abs(at - band) <= reach
            for other in others
            if other and row[0].size < 0.9 * other[0].size
        ]
        for word in _marks(row):
            home = next((other for other in near if any(_touch(word, large) for large in other)), None)
            if home is not None:
                row.remove(word)
                home.append(word)
    return [row for row in rows if row]


def _marks(row: Sequence[Word]) -> list[Word]:
    """The words of a row that may be raised or lowered beside larger type: signs and figures that stand alone in it.

    A smaller line below a title, or beside a quotation in large type, touches it as well and is none.
    """
    found = [word for word in row if _RAISABLE.fullmatch(word.text)]
    others = [word for word in row if not _RAISABLE.fullmatch(word.text)]
    return [
        word for word in found if all(max(word.x0 - other.x1, other.x0 - word.x1) > 0.5 * word.size for other in others)
    ]


def _touch(small: Word, large: Word) -> bool:
    """Whether a smaller word stands against a larger one, raised, lowered or level with it."""
    gap = max(small.x0 - large.x1, large.x0 - small.x1)
    return (
        small.size <= 0.8 * large.size
        and abs(small.baseline - large.baseline) <= 0.6 * large.size
        and (-0.3 * large.size <= gap <= 0.5 * large.size)
    )


def _segments(words: Sequence[Word]) -> list[list[Word]]:
    """Runs of words on one baseline without a wide gap or a gutter, whatever order the page was written in."""
    rows = _rows(words)
    for row in rows:
        row.sort(key=lambda w: w.x0)
    gutters = _gutters(rows)
    segments: list[list[Word]] = []
    for row in rows:
        run = [row[0]]
        for word in row[1:]:
            gap = word.x0 - run[-1].x1
            size = max(word.size, run[-1].size)
            bare = len(run) == 1 and _BARE_MARKER.fullmatch(run[0].text) is not None
            if gap > (5 if bare else 1.3) * size or (round(word.x0) in gutters and gap > GUTTER * size and not bare):
                segments.append(run)
                run = []
            run.append(word)
        segments.append(run)
    return segments


def _gutters(rows: Sequence[Sequence[Word]]) -> set[int]:
    """Where columns begin: places at which words of many rows begin after a gap that justified lines rarely have."""
    starts: Counter[int] = Counter()
    for row in rows:
        for at, (before, word) in enumerate(pairwise(row)):
            if word.x0 - before.x1 > GUTTER * word.size and (at or not _BARE_MARKER.fullmatch(before.text)):
                starts[round(word.x0)] += 1
    found = {start for start, count in starts.items() if count >= max(6, 0.2 * len(rows))}
    return found | {start + 1 for start in found} | {start - 1 for start in found}


def line_of(words: Sequence[Word], page: int, *, marks: Collection[int] = ()) -> Line | None:
    """Words to a line without the marks of footnotes; None where nothing else stands in it."""
    sizes: Counter[float] = Counter()
    bold = total = 0
    for word in words:
        sizes[word.size] += len(word.text)
        bold += len(word.text) * word.bold
        total += len(word.text)
    size = max(sizes, key=lambda s: (sizes[s], s))
    base = next(w.baseline for w in words if w.size == size)
    noted = False
    end = words[0].x0
    kept: list[Word] = []
    parts: list[str] = []
    spread = _spread(words)
    for word in words:
        raised = word.size < 0.8 * size and word.baseline > base + 0.12 * size
        # a figure that the tags call a reference may be that of a chapter: marks are raised, small or without a space
        small = word.mcid in marks and (word.size < 0.95 * size or (bool(kept) and word.x0 - end < SPACE * size))
        mark = _RAISED_MARK if raised else _MARK if small else None
        if mark is not None and mark.fullmatch(word.text):
            noted = noted or not kept
            end = word.x1
            continue
        gap = word.x0 - end
        if kept and (gap > max(SPACE * size, spread) or (not spread and word.spaced and gap > -SPACE * size)):
            parts.append(" ")
        parts.append(word.text)
        kept.append(word)
        end = word.x1
    text = clean("".join(parts))
    if _SUPERIOR.search(text):
        opening = _SUPERIOR_FIRST.match(text)
        noted = noted or opening is not None
        text = clean(_SUPERIOR_MARK.sub("", text[opening.end() :] if opening else text))
    if not text:
        # a raised figure alone opens the note that stands beside it
        return Line("", words[0].x0, words[-1].x1, base, size, False, page, True) if noted else None
    return Line(text, min(w.x0 for w in kept), max(w.x1 for w in kept), base, size, bold > 0.8 * total, page, noted)


def _spread(words: Sequence[Word]) -> float:
    """How far apart the letters of a word may stand on a line that is set with room between them; 0 on others."""
    if len(words) < SPACED_OUT or any(len(word.text) > 1 for word in words):
        return 0.0
    gaps = sorted(word.x0 - before.x1 for before, word in pairwise(words))
    usual = gaps[len(gaps) // 2]
    return 1.6 * usual if 0 < usual < words[0].size and words[0].text.isalpha() else 0.0

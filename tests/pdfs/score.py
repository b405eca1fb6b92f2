"""How much of a made document a reader found: of its text alone, and of the blocks that it made.

White space and hyphens do not count, except in `words`; footnotes and their marks are held apart from the running text.
"""

import bisect
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import combinations

from extractor.records import Block
from tests.pdfs.spec import BULLETS, Row, Truth

_IGNORED = re.compile(r"[\s\-\u00ad\u2010\u2011]+")
_NOTE_SIGN = re.compile(r"^\W*\d{1,3}\W*")
# Shorter blocks may stand in the text by chance.
LONG = 40
# Shorter running lines (page numbers) are looked for as lines of their own.
LINE = 7


@dataclass(frozen=True, slots=True)
class TextScore:
    """Shares of 1, but for `noise`: running lines a page.

    `whole`: blocks that the text holds in one piece, of those of LONG characters or more; `order`: those of them in
    the right order; `extra`: how much longer the text is than all that was printed; `words`: whole blocks whose every
    word is set apart as it should be (white space and hyphens count).
    """

    whole: float
    order: float
    noise: float
    extra: float
    words: float


@dataclass(frozen=True, slots=True)
class BlockScore:
    """Shares of 1. F1 over blocks with the right words: `paragraphs`, `headings`, `items`, `rows` (with headers).

    Of those found, `levels` are pairs of headings in the right relation, `depths` items at the right depth, `markers`
    items with the right marker. `notes`: footnotes that are blocks of their own and stand nowhere else.
    """

    paragraphs: float
    headings: float
    levels: float
    items: float
    depths: float
    markers: float
    rows: float
    notes: float


def squeeze(text: str) -> str:
    """The text without white space and hyphens."""
    return _IGNORED.sub("", text)


def score_text(text: str, truth: Truth) -> TextScore:
    """Hold a text against the truth."""
    squeezed = squeeze(text)
    places: list[int] = []
    apart = wanted = cursor = 0
    loose = set()
    plain = " ".join(text.split())
    for unit in truth.units:
        block = squeeze(unit.text)
        if len(block) < LONG:
            continue
        wanted += 1
        place = squeezed.find(block, cursor)
        place = squeezed.find(block) if place < 0 else place
        if place < 0:
            continue
        if unit.loose:
            loose.add(len(places))
        else:
            cursor = place
        places.append(place)
        apart += unit.text in plain
    fixed = [place for number, place in enumerate(places) if number not in loose]
    printed = _printed(truth)
    return TextScore(
        whole=_share(len(places), wanted),
        order=_share(_longest_run(fixed), len(fixed)),
        noise=_noise(text, squeezed, truth),
        extra=max(0.0, len(squeezed) / max(1, printed) - 1),
        words=_share(apart, len(places)),
    )


def score_blocks(text: str, blocks: Sequence[Block], truth: Truth) -> BlockScore:
    """Hold a canonical text's blocks against the truth."""
    found = {kind: [b for b in blocks if b.kind == kind] for kind in ("heading", "paragraph", "item", "row")}
    captions = {squeeze(unit.text) for unit in truth.units if unit.kind == "caption"}
    paragraphs = [squeeze(text[b.start : b.end]) for b in found["paragraph"]]
    headings = [(squeeze(text[b.start : b.end]), b.level) for b in found["heading"]]
    items = [(squeeze(text[b.start : b.end]), b.level, _marker(text, b)) for b in found["item"]]
    true_headings = [(squeeze(unit.text), unit.level) for unit in truth.units if unit.kind == "heading"]
    true_items = [(squeeze(u.text), u.level, _sign(u.marker)) for u in truth.units if u.kind == "item"]
    paired = _paired([h[0] for h in true_headings], [h[0] for h in headings])
    listed = _paired([i[0] for i in true_items], [i[0] for i in items])
    levels = [
        _sign_of(true_headings[a][1] - true_headings[c][1]) == _sign_of(headings[b][1] - headings[d][1])
        for (a, b), (c, d) in combinations(paired, 2)
    ]
    return BlockScore(
        paragraphs=_f1(
            [squeeze(unit.text) for unit in truth.units if unit.kind == "paragraph"],
            [words for words in paragraphs if words not in captions],
        ),
        headings=_f1([h[0] for h in true_headings], [h[0] for h in headings]),
        levels=_share(sum(levels), len(levels)),
        items=_f1([i[0] for i in true_items], [i[0] for i in items]),
        depths=_share(sum(true_items[a][1] == items[b][1] for a, b in listed), len(listed)),
        markers=_share(sum(true_items[a][2] == items[b][2] for a, b in listed), len(listed)),
        rows=_f1([_row(row) for row in truth.rows], _rows(text, found["row"], truth)),
        notes=_notes(text, blocks, truth),
    )


def summary(*scores: TextScore | BlockScore) -> dict[str, float]:
    """All figures by name."""
    return {field.name: getattr(score, field.name) for score in scores for field in fields(score)}


def _printed(truth: Truth) -> int:
    parts = [unit.marker + unit.text for unit in truth.units]
    parts += [header for row in truth.rows[:1] for header, _ in row]
    parts += [*truth.notes, *(line for page in truth.running for line in page)]
    return sum(len(squeeze(part)) for part in parts)


def _noise(text: str, squeezed: str, truth: Truth) -> float:
    """Running lines in the text beyond those that the document's own blocks repeat, a page."""
    blocks = squeeze("\n".join(unit.text for unit in truth.units))
    lines = Counter(squeeze(line) for line in text.splitlines())
    printed = Counter(squeeze(line) for page in truth.running for line in page)
    found = 0
    for line, times in printed.items():
        if len(line) < LINE:
            found += min(times, lines[line])
        else:
            found += min(times, max(0, squeezed.count(line) - blocks.count(line)))
    return found / max(1, len(truth.running))


def _longest_run(places: Iterable[int]) -> int:
    run: list[int] = []
    for place in places:
        at = bisect.bisect_right(run, place)
        run[at : at + 1] = [place]
    return len(run)


def _share(part: float, whole: int) -> float:
    return part / whole if whole else 1.0


def _f1(wanted: list[str], found: list[str]) -> float:
    both = sum((Counter(wanted) & Counter(found)).values())
    return _share(2 * both, len(wanted) + len(found))


def _paired(wanted: list[str], found: list[str]) -> list[tuple[int, int]]:
    """Positions of equal entries, each used once."""
    pairs: list[tuple[int, int]] = []
    free = dict.fromkeys(range(len(found)))
    for at, words in enumerate(wanted):
        match = next((other for other in free if found[other] == words), None)
        if match is not None:
            del free[match]
            pairs.append((at, match))
    return pairs


def _sign_of(number: int) -> int:
    return (number > 0) - (number < 0)


def _marker(text: str, block: Block) -> str:
    return _sign(text[text.rfind("\n", 0, block.start) + 1 : block.start].strip())


def _sign(marker: str) -> str:
    return "•" if not marker or (len(marker) == 1 and marker in BULLETS) else marker


def _cell(text: str) -> str:
    return "".join(char for char in squeeze(text) if char not in BULLETS or char.isalnum())


def _row(row: Row) -> str:
    if len(row) == 1:
        return _cell(row[0][1])
    return "|".join(f"{_cell(header)}={_cell(words)}" for header, words in row)


def _rows(text: str, blocks: list[Block], truth: Truth) -> list[str]:
    """Rows as they were found, without those that name the columns."""
    named = {_cell(header) for row in truth.rows for header, _ in row if header}
    found = []
    for block in blocks:
        row = tuple((cell.header, text[cell.start : cell.end]) for cell in block.cells)
        if any(header for header, _ in row) or not {_cell(words) for _, words in row} <= named:
            found.append(_row(row))
    return found


def _notes(text: str, blocks: Sequence[Block], truth: Truth) -> float:
    apart = Counter(squeeze(_NOTE_SIGN.sub("", text[b.start : b.end])) for b in blocks if b.kind == "footnote")
    running = squeeze("\n".join(text[b.start : b.end] for b in blocks if b.kind != "footnote"))
    right = [note for note in truth.notes if apart[squeeze(note)] == 1 and squeeze(note) not in running]
    return _share(len(right), len(truth.notes))

"""What is usual in a PDF: the size of its running text, the lines that run along the edges of its pages."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from extractor.ingest.pdf.flow import words_of
from extractor.ingest.pdf.line import Line
from extractor.ingest.pdf.page import Page

# How far into a page, as a share of its height, running lines are looked for; what they say has to repeat. The two
# outermost lines of a page may stand farther in.
EDGE = 0.13
OUTER_EDGE = 0.25
# Where more of the text than this is bold, bold type says nothing.
MOSTLY = 0.6
# Running lines stand this far from the text, in distances of lines.
APART = 1.4
# "Page 3", "3 of 40", "3/40" name a page by themselves; a bare figure or numeral only in step with its neighbours.
_PAGE_NAMED = re.compile(
    r"[-–|]?\s*(?:page\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|\d{1,4}\s*(?:of|/)\s*\d{1,4})\s*[-–|]?", re.I
)
_PAGE_BARE = re.compile(r"[-–|]?\s*(\d{1,4}|[ivxlc]{1,7})\s*[-–|]?", re.IGNORECASE)
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_VARYING = re.compile(r"\d+|^[ivxlc]+\b|\b[ivxlc]+$|\s+")

# A line of a page: (page, baseline, text).
LineKey = tuple[int, float, str]


class _Edge(NamedTuple):
    """A line near the upper or lower edge of its page or a stretch of it: `shape` is its text but for figures.

    It may be one of the outermost two, rather far in, in plain type apart from what stands inward of it.
    """

    line: Line
    text: str
    shape: str
    upper: bool
    outermost: bool
    far: bool
    apart: bool


@dataclass(frozen=True, slots=True)
class Typography:
    """What is normal in a document: size of running text, distance of its lines, sizes of headings, words it uses."""

    body: float
    leading: float
    heading_sizes: tuple[float, ...]
    words: Mapping[str, int] = field(default_factory=dict)


def key_of(line: Line) -> LineKey:
    """What a line is known by."""
    return line.page, line.baseline, line.text


def weight_tells(pages: Sequence[Page]) -> bool:
    """Whether bold type sets anything apart: fonts of some writers are all bold by their own account."""
    total = bold = 0
    for page in pages:
        for line in page.lines:
            total += len(line.text)
            bold += len(line.text) * line.bold
    return bold <= MOSTLY * total


def at_edge(line: Line, height: float) -> bool:
    """Whether a line stands where running lines do."""
    return not EDGE <= line.baseline / height <= 1 - EDGE


def rounded(size: float) -> float:
    """A size in half points: programs scale type by odd factors."""
    return round(size * 2) / 2


def running_lines(pages: Sequence[Page]) -> set[LineKey]:
    """Headers, footers and page numbers: lines near an edge whose words, figures aside, repeat from page to page.

    A line that says something else, such as the title of a short chapter, is one where it stands apart from the text
    and just where lines stand apart on other pages, too. A line in larger type is a heading that they repeat.
    """
    edges = [edge for page in pages for edge in _edges(page)]
    counted = [edge for edge in edges if edge.outermost and not edge.far and _PAGE_NAMED.fullmatch(edge.text)]
    # what stands beside the number of the page is none of its text, unless it is set as a heading is
    numbered = {
        key_of(edge.line) for edge in (*counted, *_page_numbers(edges)) if edge.apart or len(edge.line.runs) < 2
    }
    running = {id(edge) for edge in (*_repeated(edges, pages), *_in_place(edges, pages))}
    kept = {key_of(edge.line) for edge in edges if id(edge) not in running}
    return ({key_of(edge.line) for edge in edges} - kept) | numbered


def _edges(page: Page) -> Iterator["_Edge"]:
    """The lines of a page that stand near its top or bottom, each stretch between wide gaps by itself."""
    ordered = sorted(page.lines, key=lambda line: -line.baseline)
    outer = {id(line) for line in (*ordered[:2], *ordered[-2:])}
    size = _median([line.size for line in ordered], 0.0)
    gaps = [above.baseline - below.baseline for above, below in pairwise(ordered)]
    usual = _median([gap for gap in gaps if gap > 0.5 * size], 1.2 * size)
    for at, line in enumerate(ordered):
        share = line.baseline / page.height
        far = not at_edge(line, page.height)
        if far and not (id(line) in outer and not OUTER_EDGE <= share <= 1 - OUTER_EDGE):
            continue
        inward = gaps[at : at + 1] if share > 0.5 else gaps[max(0, at - 1) : at]
        apart = line.size <= 1.1 * size and (not inward or inward[0] > APART * max(usual, size))
        for text in line.runs or (line.text,):
            shape = _VARYING.sub("#", text.casefold())
            yield _Edge(line, text, shape, share > 0.5, id(line) in outer, far, apart)


def _median(values: Sequence[float], otherwise: float) -> float:
    return sorted(values)[len(values) // 2] if values else otherwise


def _repeated(edges: Sequence["_Edge"], pages: Sequence[Page]) -> Iterator["_Edge"]:
    """Lines that other pages repeat: on three pages, or on two of a short document at the same height."""
    groups: defaultdict[str, list[_Edge]] = defaultdict(list)
    for edge in edges:
        # a figure by itself is a page's number or the end of a sentence, whatever other pages end in
        if any(char.isalpha() for char in edge.shape):
            groups[edge.shape].append(edge)
    needed, often = 3 if len(pages) > 6 else 2, max(3, 0.3 * len(pages))
    for group in groups.values():
        usual = sorted(edge.line.size for edge in group)[(len(group) - 1) // 2]
        alike = _in_step([edge for edge in group if edge.line.size < 1.25 * usual])
        on = {edge.line.page for edge in alike}
        level = len({round(edge.line.baseline / 4) for edge in alike}) <= 2
        for edge in alike:
            if len(on) >= (often if edge.far else needed) and (level or len(on) >= 3):
                yield edge


def _in_step(group: Sequence["_Edge"]) -> list["_Edge"]:
    """Lines alike but for figures whose figures are those of another such line, or as far from their pages' numbers.

    "Recommendation 4" and "Recommendation 9" at the heads of two pages are headings and keep no step.
    """
    figures = [[int(figure) for figure in re.findall(r"\d{1,9}", edge.text)] for edge in group]
    seen: Counter[tuple[int, str, int]] = Counter()
    for edge, found in zip(group, figures, strict=True):
        for at, figure in enumerate(found):
            seen.update([(at, "same", figure), (at, "step", figure - edge.line.page)])
    return [
        edge
        for edge, found in zip(group, figures, strict=True)
        if all(
            seen[at, "same", figure] > 1 or seen[at, "step", figure - edge.line.page] > 1
            for at, figure in enumerate(found)
        )
    ]


def _in_place(edges: Sequence["_Edge"], pages: Sequence[Page]) -> Iterator["_Edge"]:
    """Lines apart from the text at a height at which lines stand apart on most pages."""
    places: defaultdict[tuple[float, float], set[int]] = defaultdict(set)
    apart = [edge for edge in edges if edge.apart and edge.outermost and not edge.far]
    for edge in apart:
        places[_place(edge.line)].add(edge.line.page)
    for edge in apart:
        if len(pages) > 1 and len(places[_place(edge.line)]) >= max(2, 0.55 * len(pages)):
            yield edge


def _page_numbers(edges: Sequence["_Edge"]) -> Iterator["_Edge"]:
    """Bare numbers at an edge that count the pages: as far from the page's place in the file as another page's is."""
    numbered = [
        (edge, number)
        for edge in edges
        if edge.outermost and not edge.far and (number := _number(edge.text)) is not None
    ]
    # by the distance of the number from the page's place in the file, at the head or at the foot
    steps = defaultdict[tuple[int, bool], set[int]](set)
    for edge, number in numbered:
        steps[number - edge.line.page, edge.upper].add(edge.line.page)
    sides = Counter[bool]()
    for (_, upper), on in steps.items():
        sides[upper] += len(on) if len(on) > 1 else 0
    for edge, number in numbered:
        # pages are numbered at the head or at the foot; what counts on the other side are sections
        if len(steps[number - edge.line.page, edge.upper]) > 1 and sides[edge.upper] >= sides[not edge.upper]:
            yield edge


def _number(text: str) -> int | None:
    """The value of a bare page number, in figures or Roman numerals."""
    found = _PAGE_BARE.fullmatch(text)
    if found is None:
        return None
    if found[1].isdecimal():
        return int(found[1])
    values = [_ROMAN[letter] for letter in found[1].casefold()]
    return sum(-value if value < following else value for value, following in pairwise([*values, 0]))


def _place(line: Line) -> tuple[float, float]:
    return round(line.baseline), rounded(line.size)


def typography(pages: Sequence[Page]) -> Typography:
    """Measure a document's running text."""
    sizes: Counter[float] = Counter()
    gaps: Counter[float] = Counter()
    lines = [line for page in pages for line in _running_text(page)]
    for line in lines:
        sizes[rounded(line.size)] += len(line.text)
    body = _body(sizes)
    for above, below in pairwise(lines):
        gap = above.baseline - below.baseline
        if (
            above.page == below.page
            and rounded(above.size) == rounded(below.size) == body
            and 0.8 * body < gap < 2.5 * body
        ):
            gaps[round(gap, 0)] += 1
    leading = max(gaps, key=lambda gap: (gaps[gap], -gap)) if gaps else 1.2 * body
    large = sorted(
        {rounded(line.size) for line in lines if line.size >= 1.1 * body and len(line.text.split()) <= 25},
        reverse=True,
    )
    words = words_of(line for page in pages for line in _all_text(page))
    return Typography(body, leading, tuple(large), words)


def _all_text(page: Page) -> Iterator[Line]:
    """A page's lines with those of its tables."""
    yield from page.lines
    for table in page.tables:
        for row in table.rows:
            for cell in row:
                yield from cell


def _running_text(page: Page) -> Sequence[Line]:
    """A page's lines without those of its tables and notes, where its tags tell them apart."""
    if page.parts is None:
        return page.lines
    running = [line for part in page.parts if part.kind not in ("table", "note") for line in part.lines]
    return running or page.lines


def _body(sizes: Mapping[float, int]) -> float:
    """The size of running text: the most frequent, or a larger one nearly as frequent, as beside many notes."""
    if not sizes:
        return 10.0
    most = max(sizes.values())
    return max(size for size, count in sizes.items() if count >= 0.5 * most)

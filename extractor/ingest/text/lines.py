"""The lines of a plain text: what each begins with, what stands under it, and which are mere page furniture."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from extractor.ingest.lines import Marker, ends_sentence, marker_of

_LINE = re.compile(r"[^\n\r\f\v\x1c-\x1e\x85\u2028\u2029]+")
_BREAK = re.compile(r"\r\n|[\n\r\v\x85\u2028]")
# The marks of a quoted mail: "> ", ">> ", "> > ".
_QUOTED = re.compile(r"(?:>[ \t]?)+(?=\s|$|(?<=\s))|>+")
_RULE = re.compile(r"([=\-_~*])\1{2,}")
_PAGE_NUMBER = re.compile(
    r"(?:page\s+(\d{1,4})(?:\s*(?:of|/)\s*\d{1,4})?|(\d{1,4})\s*\|\s*page|[-–—]\s*(\d{1,4})\s*[-–—]|(\d{1,4})\s*(?:of|/)\s*\d{1,4}|(\d{1,4}))",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
# Columns and tables are as wide as they need.
_SET = re.compile(r"[|\t]|\s{3}")
_FIRST_WORD = re.compile(r"\S+")
MAX_UNDERLINED = 110
# How many lines at either edge of a page may be running lines, on how many pages they must come.
EDGE_LINES = 2
RUNNING_PAGES = 3
# Bare figures are page numbers where at least so many count on, this many lines apart or more.
BARE_NUMBERS = 3
BARE_APART = 3
# Wrapped lines are about as wide as the widest; longer ones show that a line is a paragraph.
LONGEST_WIDTH = 220
SHORTEST_WIDTH = 20
LONGER = 1.15
LONGER_SHARE = 0.05
FILLED = 0.85
FILLED_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Line:
    """A line with something on it: its span without the white space and quotation marks of a mail around it.

    `indent` counts columns, `underline` is the sign of a rule right below it, `depth` how often a mail has quoted it.
    `page` counts form feeds before it; `breaks_page` says that page furniture or a form feed stands between it and the
    line before.
    """

    text: str
    start: int
    end: int
    indent: int
    follows_blank: bool
    marker: Marker | None
    underline: str = ""
    depth: int = 0
    page: int = 0
    breaks_page: bool = False

    @property
    def width(self) -> int:
        """The column at which the line ends."""
        return self.indent + len(self.text)


def find_lines(text: str) -> list[Line]:
    """The lines of the text that say something, in order; page numbers and running lines are left out."""
    return _without_furniture(_all_lines(text))


def _all_lines(text: str) -> list[Line]:
    found: list[Line] = []
    previous_end = 0
    page = 0
    for match in _LINE.finditer(text):
        whole = match.group()
        quoted = _QUOTED.match(whole)
        skipped = quoted.end() if quoted else 0
        stripped = whole[skipped:].strip()
        if not any(char.isalnum() for char in stripped):
            # a line of rules parts what stands above from what stands below, as a blank line does
            rule = _RULE.fullmatch(stripped)
            if rule and found and _underlines(stripped, found[-1], text[found[-1].end : match.start()]):
                found[-1] = replace(found[-1], underline=rule.group(1))
            continue
        lead = len(whole) - len(whole[skipped:].lstrip())
        start = match.start() + lead
        gap = text[previous_end:start]
        page += gap.count("\f")
        depth = quoted.group().count(">") if quoted else 0
        breaks = len(_BREAK.findall(gap))
        blank = not found or breaks > 1 or "\f" in gap or "\u2029" in gap or depth != found[-1].depth
        indent = len(whole[skipped:lead].expandtabs(4))
        end = start + len(stripped)
        found.append(
            Line(
                stripped,
                start,
                end,
                indent,
                blank,
                marker_of(stripped),
                depth=depth,
                page=page,
                breaks_page="\f" in gap,
            )
        )
        previous_end = end
    return found


def _underlines(rule: str, line: Line, gap: str) -> bool:
    """Whether a rule stands right under a line that it makes a heading."""
    return (
        len(_BREAK.findall(gap)) == 1
        and line.follows_blank
        and len(line.text) <= MAX_UNDERLINED
        and len(line.text) / 2 <= len(rule) <= 2 * len(line.text) + 4
        and not line.text.endswith((".", ";", ","))
        and "|" not in line.text
    )


def _without_furniture(lines: list[Line]) -> list[Line]:
    dropped = _page_numbers(lines)
    dropped |= _running_lines(lines, dropped)
    kept: list[Line] = []
    broken = blank = False
    for number, line in enumerate(lines):
        if number in dropped:
            broken, blank = True, blank or line.follows_blank
            continue
        if broken or blank:
            line = replace(line, follows_blank=True, breaks_page=broken or line.breaks_page)
        kept.append(line)
        broken = blank = False
    return kept


def _page_numbers(lines: Sequence[Line]) -> set[int]:
    """Which lines are page numbers: they say so, or count on from page to page."""
    said: list[tuple[int, int]] = []
    bare: list[tuple[int, int]] = []
    for number, line in enumerate(lines):
        found = _PAGE_NUMBER.fullmatch(line.text)
        if found and found.lastindex:
            (bare if found.lastindex == 5 else said).append((number, int(found[found.lastindex])))
    numbers = {number for number, _ in said if not lines[number].text[0].isdigit()}
    numbers |= _counting(said, apart=1, least=2)
    edges = [(number, value) for number, value in bare if _at_edge(lines, number)]
    numbers |= _counting(edges, apart=1, least=2)
    return numbers | _counting(bare, apart=BARE_APART, least=BARE_NUMBERS)


def _counting(found: list[tuple[int, int]], *, apart: int, least: int) -> set[int]:
    """The members of runs that count up by one, at least `least` of them, with `apart` lines or more between them."""
    counted: set[int] = set()
    run: list[int] = []
    before = (-apart - 1, -1)
    for number, value in found:
        if value != before[1] + 1 or number - before[0] <= apart:
            run = []
        run.append(number)
        if len(run) >= least:
            counted.update(run[-least:])
        before = (number, value)
    return counted


def _at_edge(lines: Sequence[Line], number: int) -> bool:
    """Whether a line is the first or the last of a page that a form feed ends or begins."""
    page = lines[number].page
    first = number == 0 or lines[number - 1].page != page
    last = number + 1 == len(lines) or lines[number + 1].page != page
    return lines[-1].page > 0 and (first or last)


def _running_lines(lines: Sequence[Line], numbers: set[int]) -> set[int]:
    """Lines that come again at the edges of pages, whatever number they bear; the text's first line is its title."""
    edges: dict[int, str] = {}
    pages: list[list[int]] = [[]]
    for number, line in enumerate(lines):
        if pages[-1] and line.page != lines[pages[-1][-1]].page:
            pages.append([])
        pages[-1].append(number)
    for page in pages if len(pages) >= RUNNING_PAGES else []:
        body = [number for number in page if number not in numbers]
        edges.update(
            (number, _DIGITS.sub("0", lines[number].text)) for number in (*body[:EDGE_LINES], *body[-EDGE_LINES:])
        )
    for number in numbers:
        # without form feeds, what stands right beside page numbers
        for beside in (number - 1, number + 1):
            if 0 <= beside < len(lines) and beside not in numbers:
                edges[beside] = _DIGITS.sub("0", lines[beside].text)
    times = Counter(edges.values())
    return {number for number, look in edges.items() if number and times[look] >= RUNNING_PAGES}


def wrap_width(lines: Sequence[Line]) -> int:
    """The width at which the text was hard-wrapped, 0 where each line is a paragraph of its own.

    Judged by the lines that break off before a small letter: most of them fill the width, and hardly any line is wider.
    """
    broken = [
        (a, b)
        for a, b in pairwise(lines)
        if not b.follows_blank and b.marker is None and not ends_sentence(a.text) and b.text[0].islower()
    ]
    if not broken:
        return 0
    width = sorted(a.width for a, _ in broken)[-1 - len(broken) // 20]
    filled = sum(is_filled(a.width, b.text, width) for a, b in broken)
    longer = sum(line.width > LONGER * width and not _SET.search(line.text) for line in lines)
    if not SHORTEST_WIDTH <= width <= LONGEST_WIDTH or longer > LONGER_SHARE * len(lines):
        return 0
    return width if filled >= FILLED_SHARE * len(broken) else 0


def is_filled(width: int, following: str, limit: int) -> bool:
    """Whether a line of this width was broken because the first word of the following one did not fit."""
    word = _FIRST_WORD.match(following)
    return width + 1 + (len(word.group()) if word else 0) > FILLED * limit

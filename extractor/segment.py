"""Blocks to passages: sentences, list items with the lead-in that opens their list, table rows and headings.

The sentence splitter is rule-based in the manner of Grefenstette and Tapanainen (1994): a closing mark is a boundary
unless an abbreviation, an initial, a number or an open bracket before it, or a small letter after it, says otherwise.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from extractor.records import Block, Document, Passage

Span = tuple[int, int]


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Titles and references that always lean on the word after them.
_LEANS_ON_NEXT = _words(
    "mr mrs ms mx messrs dr prof rev revd fr rt hon st sir gen col maj capt lt sgt cllr supt insp "
    "e.g eg i.e ie cf viz vs v approx ca incl esp dept govt assoc"
)
# Abbreviations of a reference: they lean on a number or a numeral, and end a sentence before anything else.
_LEANS_ON_NUMBER = _words(
    "no nos p pp para paras fig figs vol vols ch chs chap art arts sec sect s ss r reg regs sch app cl ref tel ext c "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
# Abbreviations that may end a sentence; before a word that often begins one they do.
_MAY_END = _words("etc ltd plc inc corp co al jr snr sr bros a.m p.m am pm u.s u.k u.n e.u ph.d m.p")
_OPENERS = _words(
    "the this these that those it its we they he she i you in on at as for if when while where who how what why "
    "however there here our their his her your my a an and but so to by from with after before since under all "
    "some many most further also no not each every both any one two three once until although though because "
    "given following during over through within between among across another other such then thus therefore "
    "meanwhile finally first firstly secondly"
)
_MARK = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s|$)")
_BEFORE = re.compile(r"[^\s(\[“\"‘/–—]+$")
_NEXT = re.compile(r"\s+([\"'“‘«(\[]*)(\S+)")
_WORD = re.compile(r"[^\W_]+")
_INITIALS = re.compile(r"(?:[A-Z]\.)*[A-Z]")
_NUMBERING = re.compile(r"\(?(?:\d{1,3}|[A-Za-z]|[ivx]{1,5})(?:\.\d{1,2})*")
_COLON_END = re.compile(r":\s*[-–—]?[\"”’)\]]*$")
_CLOSED = re.compile(r"[.!?…][\"'”’»)\]]*$")
# A bracket that stays open longer than this is a slip of the pen, not an aside.
MAX_ASIDE = 600
# How far back an abbreviation is looked for; longer "words" are addresses of web pages.
_WORD_REACH = 40


def segment(document: Document) -> tuple[Passage, ...]:
    """The document's passages in order, never overlapping: `document.text[p.start:p.end] == p.text` for each.

    Headings, rows and footnote-free text are covered but for white space; footnotes give no passages.
    """
    blocks = [block for block in document.blocks if block.kind != "footnote"]
    state = _State(document.text)
    passages: list[Passage] = []
    for number, block in enumerate(blocks):
        following = blocks[number + 1] if number + 1 < len(blocks) else None
        passages.extend(state.passages(block, following))
    return tuple(passages)


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences in running text, without the white space around them. Linear in the length of the text."""
    spans = []
    start = _skip_space(text, 0)
    asides = _asides(text)
    aside = 0
    for mark in _MARK.finditer(text):
        end = mark.end()
        while aside < len(asides) and asides[aside][1] < end:
            aside += 1
        if mark.start() < start or not _is_boundary(text, start, mark):
            continue
        inside = aside < len(asides) and asides[aside][0] < mark.start() < asides[aside][1]
        if inside and asides[aside][0] > start:
            continue
        spans.append((start, end))
        start = _skip_space(text, end)
    rest = len(text.rstrip())
    if start < rest:
        spans.append((start, rest))
    return spans


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _asides(text: str) -> list[tuple[int, int]]:
    """Outermost bracketed stretches as (opening, closing) positions, in order."""
    found: list[tuple[int, int]] = []
    open_at: list[int] = []
    for match in re.finditer(r"[()\[\]]", text):
        if match.group() in "([":
            # an opening bracket that never closed must not swallow the rest of the document
            if open_at and match.start() - open_at[0] > MAX_ASIDE:
                open_at.clear()
            open_at.append(match.start())
        elif open_at:
            begin = open_at.pop()
            if not open_at and match.start() - begin <= MAX_ASIDE:
                found.append((begin, match.start()))
    return found


def _is_boundary(text: str, start: int, mark: re.Match[str]) -> bool:
    """Whether the closing mark ends the sentence that began at `start`."""
    following = _NEXT.match(text, mark.end())
    if following is None:
        return True
    opening, word = following.groups()
    first = word[0]
    if first.islower():
        return False
    signs = mark.group()
    if not signs.startswith(".") or signs.startswith(".."):
        # "What next? Nothing." ends; "we … NHS England" does not, "and so on … The Board" does
        return not signs.startswith(("…", "..")) or bool(opening) or _bare(word) in _OPENERS
    if len(signs) > 1:
        return True
    before = _BEFORE.search(text, max(start, mark.start() - _WORD_REACH), mark.start())
    token = before.group() if before else ""
    lowered = token.casefold()
    if before and _NUMBERING.fullmatch(token) and before.start() <= start + 1:
        return False
    if lowered in _LEANS_ON_NEXT:
        return False
    if lowered in _LEANS_ON_NUMBER and (first.isdigit() or re.fullmatch(r"[IVXLC]+[.,;)]*|[A-Z]\d.*", word)):
        return False
    if lowered in _MAY_END and lowered != "etc":
        return _bare(word) in _OPENERS
    if len(token) == 1 and token.islower():
        # "…; b. Secondly": a lettered point inside a paragraph
        return False
    if _INITIALS.fullmatch(token):
        # "J. Smith", "U.S. Government"; but "Plan B. The Board" ends
        return _bare(word) in _OPENERS
    return True


def _bare(word: str) -> str:
    found = _WORD.search(word)
    return found.group().casefold() if found else ""


@dataclass(slots=True)
class _State:
    """Where the walk through the blocks stands: open headings, the open list, the passage before."""

    text: str
    headings: list[tuple[int, str]] = field(default_factory=list)
    opening: Span | None = None
    parents: list[tuple[int, Span]] = field(default_factory=list)
    sibling: "_Sibling | None" = None
    previous: Span | None = None

    def passages(self, block: Block, following: Block | None) -> Iterator[Passage]:
        if block.kind == "heading":
            yield self._heading(block)
        elif block.kind == "row":
            self._close_list()
            yield self._passage(block, block.start, block.end)
        elif block.kind == "item":
            yield from self._item(block, following)
        else:
            yield from self._paragraph(block, following)

    def _heading(self, block: Block) -> Passage:
        self._close_list()
        self.previous = None
        while self.headings and self.headings[-1][0] >= block.level:
            self.headings.pop()
        passage = self._passage(block, block.start, block.end)
        self.headings.append((block.level, " ".join(passage.text.split())))
        self.previous = None
        return passage

    def _paragraph(self, block: Block, following: Block | None) -> Iterator[Passage]:
        self._close_list()
        for start, end in sentences(self.text[block.start : block.end]):
            yield self._passage(block, block.start + start, block.start + end)
        if following is not None and following.kind == "item" and opens_list(self._words(self.previous)):
            self.opening = self.previous

    def _item(self, block: Block, following: Block | None) -> Iterator[Passage]:
        while self.parents and self.parents[-1][0] >= block.level:
            self.parents.pop()
        if self.sibling is not None and not self.sibling.takes(block, self.text):
            self.sibling = None
        inherited = [self.opening, self.sibling.lead_in if self.sibling else None, *(span for _, span in self.parents)]
        lead_in = tuple(span for span in inherited if span)
        for start, end in sentences(self.text[block.start : block.end]):
            yield self._passage(block, block.start + start, block.start + end, lead_in)
        last = self.previous
        if last is None or following is None or following.kind != "item":
            return
        if following.level > block.level:
            self.parents.append((block.level, last))
        elif (
            following.level == block.level and _COLON_END.search(self._words(last)) and not self._is_numbered(following)
        ):
            self.sibling = _Sibling(last, block.level, _is_closed(following, self.text))

    def _is_numbered(self, block: Block) -> bool:
        """Whether an item stands behind a number: it is then no part of a list that the point before opens."""
        line = self.text.rfind("\n", 0, block.start) + 1
        return any(char.isalnum() and char != "o" for char in self.text[line : block.start])

    def _words(self, span: Span | None) -> str:
        return self.text[span[0] : span[1]] if span else ""

    def _close_list(self) -> None:
        self.opening = None
        self.parents.clear()
        self.sibling = None

    def _passage(self, block: Block, start: int, end: int, lead_in: tuple[Span, ...] = ()) -> Passage:
        kind = "sentence" if block.kind == "paragraph" else block.kind
        passage = Passage(
            text=self.text[start:end],
            start=start,
            end=end,
            kind=kind,  # type: ignore[arg-type]  # `segment` leaves footnotes out; the other kinds are passage kinds
            heading=tuple(heading for _, heading in self.headings),
            lead_in=" ".join(" ".join(self._words(span).split()) for span in lead_in) or None,
            lead_in_spans=lead_in,
            previous=self._words(self.previous) or None,
            page=block.page,
            cells=block.cells,
        )
        self.previous = (start, end)
        return passage


@dataclass(frozen=True, slots=True)
class _Sibling:
    """An item that opens a list of items at its own level, as lists do whose indentation was lost.

    Its items go on as long as they look like the first one: all closed by a full stop, or none.
    """

    lead_in: Span
    level: int
    closed: bool

    def takes(self, block: Block, text: str) -> bool:
        return block.level > self.level or (block.level == self.level and _is_closed(block, text) == self.closed)


def _is_closed(block: Block, text: str) -> bool:
    return bool(_CLOSED.search(text[max(block.start, block.end - 10) : block.end]))


def opens_list(sentence: str) -> bool:
    """Whether a sentence right before a list leads into it: it ends in a colon, breaks off, or names what follows."""
    if _COLON_END.search(sentence) or not _CLOSED.search(sentence):
        return True
    return bool(re.search(r"\bfollowing\b", sentence))

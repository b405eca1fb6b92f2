"""Lists: what opens one, whose items belong together, and which list goes on after an interruption."""

import re
from dataclasses import dataclass, field

from extractor.records import Block
from extractor.segment.splitter import Span

_COLON_END = re.compile(r":\s*[-–—]?[\"”’)\]]*$")
_CLOSED = re.compile(r"[.!?…][\"'”’»)\]]*$")
_UNFINISHED = re.compile(r"(?:[;,]|[;,]?\s(?:and|or|and/or))$")
_OPEN_END = re.compile(
    r"\b(?:will|shall|must|should|would|can|could|may|to|by|that|includ(?:e|es|ing)|are|is|on|for|of|with|and)$"
)
_PARAGRAPH_MARKER = re.compile(r"\(?(\d{1,3})[.)]?|(?:\d{1,2}\.)+\d{1,2}\.?")
_DECIMAL = re.compile(r"(?:\d{1,2}\.)+\d{1,2}\.?")
_LINE_START = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]*$")
_MARKER_REACH = 80
# More paragraphs than this between two items, and the second begins a list of its own.
MAX_BETWEEN = 2


def opens_list(sentence: str) -> bool:
    """Whether a sentence right before a list leads into it: it ends in a colon, breaks off, or names what follows."""
    if _COLON_END.search(sentence) or not _CLOSED.search(sentence):
        return True
    return bool(re.search(r"\bfollowing\b", sentence))


def heads_list(heading: str) -> bool:
    """Whether a heading right before a list leads into it ("We will:", "What the fund is for:", "The Board must")."""
    return bool(_COLON_END.search(heading) or _OPEN_END.search(heading))


def marker(block: Block, text: str) -> str:
    """What stands on the item's line before its words: its bullet or number."""
    return _before(block, text).strip()


def _before(block: Block, text: str) -> str:
    # looked for within reach: a text may be one endless line
    found = _LINE_START.search(text, max(0, block.start - _MARKER_REACH), block.start)
    return found.group() if found else ""


def _indent(block: Block, text: str) -> int:
    before = _before(block, text)
    return len(before) - len(before.lstrip())


def is_numbered(block: Block, text: str) -> bool:
    """Whether an item stands behind a number: it is then no part of a list that the point before opens."""
    return any(char.isalnum() and char != "o" for char in marker(block, text))


def is_numbered_paragraph(block: Block, text: str) -> bool:
    """Whether an item is a paragraph that bears a number for reference: whole sentences behind a figure."""
    words = text[block.start : block.end]
    return (
        words[0].isupper()
        and len(words.split()) >= 8
        and _is_closed(block, text)
        and _PARAGRAPH_MARKER.fullmatch(marker(block, text)) is not None
    )


def begins_anew(block: Block, last: Block, text: str) -> bool:
    """Whether a numbered paragraph right below a list of bullets is none of its points."""
    found = _DECIMAL.fullmatch(marker(block, text)) is not None or is_numbered_paragraph(block, text)
    return (
        found
        and not is_numbered(last, text)
        and _indent(block, text) <= _indent(last, text)
        and not _COLON_END.search(text[max(last.start, last.end - 10) : last.end])
    )


def leads_into(sentence: str, block: Block, text: str) -> bool:
    """Whether a sentence or broken-off line opens the list that `block` begins."""
    if not opens_list(sentence):
        return False
    # a line without a mark above numbered paragraphs is what they are about, not what they go on from
    runs_on = _COLON_END.search(sentence) or _CLOSED.search(sentence) or _OPEN_END.search(sentence)
    return bool(runs_on) or not is_numbered_paragraph(block, text)


def _is_closed(block: Block, text: str) -> bool:
    return bool(_CLOSED.search(text[max(block.start, block.end - 10) : block.end]))


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


@dataclass(slots=True)
class OpenList:
    """The list being read: the sentence that opened it, the open items above, and the paragraphs that interrupt it."""

    text: str
    opening: Span | None = None
    parents: list[tuple[int, Span]] = field(default_factory=list)
    sibling: _Sibling | None = None
    last: Block | None = None
    between: list[Block] = field(default_factory=list)

    def close(self) -> None:
        """Forget the list."""
        self.opening = self.sibling = self.last = None
        self.parents.clear()
        self.between.clear()

    def open(self, lead_in: Span) -> None:
        """Begin the list that this sentence opens."""
        self.close()
        self.opening = lead_in

    def interrupt(self, block: Block) -> None:
        """A paragraph came: the next item will show whether the list goes on."""
        self.between.append(block)
        if self.last is None or len(self.between) > MAX_BETWEEN:
            self.close()

    def enter(self, block: Block) -> tuple[Span, ...]:
        """An item came: the sentences that lead into it, outermost first."""
        interrupted = self.between and not self._goes_on(block)
        if interrupted or (self.last is not None and begins_anew(block, self.last, self.text)):
            self.close()
        self.between.clear()
        while self.parents and self.parents[-1][0] >= block.level:
            self.parents.pop()
        if self.sibling is not None and not self.sibling.takes(block, self.text):
            self.sibling = None
        inherited = [self.opening, self.sibling.lead_in if self.sibling else None, *(span for _, span in self.parents)]
        return tuple(span for span in inherited if span)

    def leave(self, block: Block, end: Span, following: Block | None) -> None:
        """An item's last sentence stands at `end`: it may itself open what follows."""
        self.last = block
        if following is None or following.kind != "item" or begins_anew(following, block, self.text):
            return
        if following.level > block.level:
            self.parents.append((block.level, end))
        elif (
            following.level == block.level
            and _COLON_END.search(self.text[end[0] : end[1]])
            and not is_numbered(following, self.text)
        ):
            self.sibling = _Sibling(end, block.level, _is_closed(following, self.text))

    def _goes_on(self, block: Block) -> bool:
        """Whether an item after one or two paragraphs belongs to the list before them.

        It does where the paragraphs are indented below the item, the numbering goes on, or the item was unfinished.
        """
        last = self.last
        if last is None:
            return False
        if all(_indent(one, self.text) > _indent(last, self.text) for one in self.between):
            return True
        if _follows(marker(last, self.text), marker(block, self.text)):
            return True
        # only the end can matter: a block of any length must not be read again for each interruption
        return bool(_UNFINISHED.search(self.text[max(last.start, last.end - 10) : last.end]))


def _follows(before: str, after: str) -> bool:
    """Whether two markers count on: 3. and 4., (b) and (c)."""
    one, two = before.strip("()."), after.strip("().")
    if one.isdecimal() and two.isdecimal():
        return int(two) == int(one) + 1
    return len(one) == len(two) == 1 and one.isalpha() and ord(two) == ord(one) + 1

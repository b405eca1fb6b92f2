"""The first lines of a document and what each of them is: a mark, an address, a field, or words that may be a title."""

import re
from dataclasses import dataclass, replace

from extractor.ingest.cues import cues, matches
from extractor.ingest.days import DATE, MONTH, WEEKDAY
from extractor.ingest.layout import Reading
from extractor.records import Block, BlockKind

HEAD_BLOCKS = 40
TAIL_BLOCKS = 12
MAX_LINE = 400
MAX_SHORT = 160

_SEASON_YEAR = re.compile(
    rf"\b(?:spring|summer|autumn|winter)\s+(?:19|20)\d\d\b|\b\d{{1,2}}(?:st|nd|rd|th)?\s+{MONTH}\b", re.IGNORECASE
)
# "Tuesday 9 July 2024 at 10 in the Town Hall" is a date with its time and place
_OPENS_WITH_DATE = re.compile(
    rf"(?:{WEEKDAY},?\s+)?(?:{DATE.pattern})(?:$|[,;]|\s(?:at|to)\s|\s*[-–—(|]).{{0,60}}$", re.IGNORECASE | re.VERBOSE
)
_WEEKDAY_DATE = re.compile(rf"(?:\b{WEEKDAY},?\s+)?(?:{DATE.pattern})", re.IGNORECASE | re.VERBOSE)
_DATE_FILLER = re.compile(
    rf"\b(?:{WEEKDAY}|{MONTH}|the|on|of|at|from|to|am|pm|noon|hrs|session|(?:19|20)\d\d)\b"
    r"|\d{1,2}(?:st|nd|rd|th)?(?:[:.]\d\d)?(?:am|pm)?|[\W_]",
    re.IGNORECASE,
)
_FINITE = re.compile(r"\b(?:is|are|was|were|has|have|had|will|must|can|may|should|said|began|we|i|you)\b", re.I)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the opening: its words, the block it is (or is part of), and its role, "" where none is known.

    `continues`: the line before belongs to the same block; `adjoins`: no blank line parts it from the block before.
    """

    text: str
    kind: BlockKind
    level: int
    page: int | None
    role: str
    continues: bool = False
    adjoins: bool = False

    @property
    def is_sentence(self) -> bool:
        """Whether the line is running text, which no cover or letterhead holds."""
        if self.kind == "heading":
            return False
        return len(self.text) > MAX_SHORT or (
            self.text.endswith((".", ".”", '."', "?”"))
            and len(self.text.split()) > 5
            and bool(_FINITE.search(self.text))
        )


def head_lines(reading: Reading) -> tuple[Line, ...]:
    """The first blocks as lines. A block of several short lines is several lines, a row of two cells is "label: value"
    and other rows are left empty: what stands in a table is not said of the document.
    """
    found: list[Line] = []
    end = 0
    for block in reading.blocks[:HEAD_BLOCKS]:
        lines = _lines_of(reading.text, block)
        adjoins = bool(found) and reading.text.count("\n", end, block.start) == 1
        found += [replace(line, adjoins=adjoins) for line in lines[:1]] + lines[1:]
        end = block.end
    return tuple(found)


def tail_lines(reading: Reading) -> tuple[Line, ...]:
    """The last blocks as lines, where an imprint may stand; none of those that `head_lines` gives."""
    last = reading.blocks[max(HEAD_BLOCKS, len(reading.blocks) - TAIL_BLOCKS) :]
    return tuple(line for block in last for line in _lines_of(reading.text, block))


def front(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines before the text begins: up to its first sentence or its first section."""
    for at, line in enumerate(lines):
        if line.is_sentence and line.role not in ("salutation", "reference", "issued", "parliament", "field"):
            return lines[:at]
        if line.role == "table" or (line.role == "section" and at):
            return lines[:at]
    return lines


def starts_inside(head: tuple[Line, ...]) -> bool:
    """Whether a text begins in the middle of a sentence: an excerpt, whose headings are those of sections."""
    first = next((line for line in head if line.role not in ("mark", "reference")), None)
    return first is not None and first.text[:1].islower()


def role_of(text: str) -> str:
    """What a line is where it is no title: "salutation", "address", "date"…, "" where it may be one."""
    left = without_date(text)
    if left != text and (not re.search(r"\w", _DATE_FILLER.sub("", left)) or _OPENS_WITH_DATE.match(text)):
        return "date"
    return next((role for role, patterns in cues().roles if matches(patterns, text)), "")


def without_date(text: str) -> str:
    """A line without its dates, seasons of a year and bare year; the text itself where it has none."""
    if re.fullmatch(r"\d{4}", text):
        return ""
    return _SEASON_YEAR.sub("", _WEEKDAY_DATE.sub("", text))


def _lines_of(text: str, block: Block) -> list[Line]:
    if block.kind == "row":
        if len(block.cells) != 2 or block.cells[0].end - block.cells[0].start > 40:
            return [Line("", "row", 0, block.page, "table")]
        label, value = (" ".join(text[cell.start : cell.end].split()) for cell in block.cells)
        joined = f"{label.rstrip(':')}: {value}"[:MAX_LINE]
        return [Line(joined, "row", 0, block.page, role_of(joined) or "field")]
    whole = text[block.start : min(block.end, block.start + MAX_LINE)]
    parts = [part for line in whole.splitlines() if (part := " ".join(line.split()))]
    if len(parts) > 1 and (len(parts) > 8 or any(len(part) > MAX_SHORT for part in parts) or _is_prose(parts)):
        parts = [" ".join(parts)]
    lines = [Line(part, block.kind, block.level, block.page, role_of(part)) for part in parts]
    return [*lines[:1], *(replace(line, continues=True) for line in lines[1:])]


def _is_prose(parts: list[str]) -> bool:
    """Whether lines are one wrapped paragraph: it ends as a sentence and none of its lines is anything of its own."""
    return parts[-1].endswith((".", "?", ";")) and not any(role_of(part) for part in parts)

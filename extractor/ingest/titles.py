"""The title of a document: a labelled one, a letter's subject, the lines of a cover, the masthead of minutes."""

import re
from dataclasses import dataclass

from extractor.ingest.cues import cues, fills, matches
from extractor.ingest.days import WEEKDAY
from extractor.ingest.lines import is_capitals
from extractor.ingest.opening import Line, front, starts_inside, without_date
from extractor.ingest.publishers import body_named, is_body, is_part_of_a_body, names_document, out_of_capitals
from extractor.lexicon.organisations import Register
from extractor.records import Kind

MAX_TITLE = 220
MAX_BODY_WORDS = 9
# More of them make a list of people.
MAX_COMMAS = 4
_OPEN_END = re.compile(
    r"(?:[:,–—-]|['’]s?|\b(?:of|the|and|for|to|in|on|with|a|an|by|from|at|or|our|your|its|their))$", re.IGNORECASE
)
_GOES_ON = re.compile(r"(?:[a-z(&]|and\b|of\b|for\b|to\b|in\b)")
_PERIOD = re.compile(r"(?:19|20)\d\d\s*(?:[-–/]|to)\s*(?:\d\d|(?:19|20)\d\d)|(?:19|20)\d\d")
_SUBJECT_IN_LINE = re.compile(
    r"\bDear (?:(?:[A-Z][a-z][\w’'-]*|and) ){1,4}(?P<subject>[A-Z][A-Z :,&’'()/-]{12,}[A-Z])\b"
)
_MINUTES = re.compile(r"\b(?:minutes?|notes?|action log|record)\b", re.IGNORECASE)
# "TB (7)1.ii" numbers a meeting's paper
_PAPER_NUMBER = re.compile(r"^[A-Z]{1,4} ?\(\d+\)[\w.]*\s+(?=\w)")
_HELD = re.compile(
    rf"[\s,]+(?:meeting\s+)?(?:held\b|which took place|on (?:the )?(?:(?:{WEEKDAY})\s+)?\d).*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Title:
    """A title and the line below it that says more, None where there is none."""

    text: str
    subtitle: str | None = None


def title_in(head: tuple[Line, ...], kind: Kind | None, publisher: str | None, register: Register) -> Title | None:
    """The title in the first lines, None where none of them is one. `kind` is what the opening shows."""
    labelled = _labelled(head)
    if labelled:
        return Title(labelled)
    cover = front(head)
    if any(line.role == "salutation" or re.search(r"\d Dear [A-Z]", line.text) for line in head[:25]):
        subject = _subject(head, publisher, register)
        return Title(subject) if subject else None
    if starts_inside(head):
        return None
    if kind == "minutes":
        of_minutes = _minutes(cover, publisher, register)
        if of_minutes:
            return Title(of_minutes)
    found = _cover(cover, publisher, register) or _highest(head, publisher, register)
    if found is None and head and head[0].kind == "heading" and head[0].level == 1 and head[0].role == "":
        # nothing but the body's name stands above the text
        return Title(head[0].text)
    return found


def _labelled(head: tuple[Line, ...]) -> str | None:
    for at, line in enumerate(head):
        found = cues().title.labels.match(line.text)
        if found is None:
            continue
        value = found["value"] or ""
        if not value and line.text.rstrip().endswith(":") and at + 1 < len(head):
            value = head[at + 1].text
        if 5 <= len(value) <= MAX_TITLE:
            return value.strip()
    return None


def _subject(head: tuple[Line, ...], publisher: str | None, register: Register) -> str | None:
    """A letter's subject: the line below the salutation, else a heading above that calls it a letter or opens it."""
    salutations = (n for n, line in enumerate(head) if line.role == "salutation" or re.search(r"\bDear\b", line.text))
    at = next(salutations, None)
    if at is None:
        return None
    if inside := _SUBJECT_IN_LINE.search(head[at].text):
        return inside["subject"].strip(" :")
    for number, line in enumerate(head[at + 1 : at + 4], start=at + 1):
        if line.is_sentence:
            break
        if _may_be_title(line) and not line.text.endswith((",", ":")) and line.role == "":
            return _joined(head, number)[0]
    for line in head[:at]:
        called = re.search(r"\b(?:letter|reply|memorandum)\b", line.text, re.IGNORECASE)
        first = line is head[0] and line.kind == "heading" and not body_named(line.text, register)
        if (called or first) and _may_be_title(line) and line.role == "" and len(line.text.split()) > 2:
            return line.text
    return None


def _minutes(cover: tuple[Line, ...], publisher: str | None, register: Register) -> str | None:
    """What minutes are of: a line that says so, else the masthead's innermost body and the word."""
    body: str | None = None
    above: str | None = None
    for line in cover:
        if line.role in ("field", "section") and body:
            break
        if fills(cues().title.meeting, without_date(line.text).strip(" ,–-()")):
            named = body or publisher or above
            return f"{out_of_capitals(named)} minutes" if named else None
        if _MINUTES.search(line.text) and line.role not in ("field", "mark"):
            return _trimmed(line.text)
        if line.role == "" and (body_named(line.text, register) or is_part_of_a_body(line.text) or is_body(line.text)):
            # "Trust: Remuneration Committee" names the part after the whole
            body = _innermost(line.text)
        elif line.role == "" and line.kind == "heading" and _may_be_title(line):
            above = above or line.text
    return f"{out_of_capitals(body)} minutes" if body else None


def _innermost(line: str) -> str:
    before, _, after = line.partition(": ")
    if not after:
        before, _, after = line.partition(" – ")
    if after and is_part_of_a_body(after):
        return after
    if after and re.match(r"(?:agenda|minutes|notes?)\b", after, re.IGNORECASE):
        return before
    return re.sub(r"\s*[-–—|]\s*(?:agenda|minutes|notes?)\b.*$", "", line, flags=re.IGNORECASE)


def _trimmed(line: str) -> str:
    """A title of minutes without "held on …": the day is a field of its own."""
    return _HELD.sub("", line).rstrip(" ,:–-") or line


def _cover(cover: tuple[Line, ...], publisher: str | None, register: Register) -> Title | None:
    """The first lines that may be a title, or those of a higher heading below them, joined where they go on."""
    found = [
        at
        for at, line in enumerate(cover)
        if line.role == "" and _may_be_title(line) and not _is_masthead(line, cover, at, publisher, register)
    ]
    if not found:
        return None
    start = found[0]
    higher = [at for at in found if cover[at].kind == "heading" and cover[at].level < _rank(cover[start])]
    if higher and (cover[start].kind == "heading" or cover[higher[0]].level == 1):
        start = min(higher, key=lambda at: (cover[at].level, at))
    text, end = _joined(cover, start)
    following = next((cover[at] for at in found if at >= end), None)
    subtitle = following.text if following is not None and cover.index(following) == end else None
    if subtitle and is_part_of_a_body(text) and matches(cues().title.generic, subtitle):
        sort = re.match(r"agenda|[^,(]+", subtitle, re.IGNORECASE)
        return Title(f"{out_of_capitals(text)}: {sort[0].strip() if sort else subtitle}")
    return Title(text, subtitle)


def _rank(line: Line) -> int:
    return line.level if line.kind == "heading" else 7


def _highest(head: tuple[Line, ...], publisher: str | None, register: Register) -> Title | None:
    """The first heading of the highest level, where the text begins before any title does."""
    headings = [
        (line.level, at)
        for at, line in enumerate(head[:20])
        if line.kind == "heading"
        and line.role == ""
        and _may_be_title(line)
        and not _is_masthead(line, head, at, publisher, register)
    ]
    if not headings or min(headings)[0] > 1:
        return None
    return Title(_joined(head, min(headings)[1])[0])


def _joined(lines: tuple[Line, ...], start: int) -> tuple[str, int]:
    """The title that starts at a line, with the lines that go on with it, and where it ends."""
    text, end = lines[start].text, start + 1
    while end < len(lines) and len(text) < MAX_TITLE and _goes_on(text, lines[end - 1], lines[end]):
        text, end = f"{text} {lines[end].text}", end + 1
    return _PAPER_NUMBER.sub("", text).rstrip(" :–-"), end


def _goes_on(text: str, before: Line, line: Line) -> bool:
    if line.kind not in ("heading", "paragraph") or line.is_sentence or line.page != before.page:
        return False
    if _PERIOD.fullmatch(line.text):
        return not _PERIOD.search(text)
    if line.role:
        return False
    same = line.continues or line.adjoins or (line.kind, line.level) == (before.kind, before.level)
    if same and (_OPEN_END.search(before.text) or _GOES_ON.match(line.text)):
        return True
    return line.continues and not matches(cues().title.subtitle, line.text) and not is_capitals(before.text)


def _may_be_title(line: Line) -> bool:
    text = line.text
    first = next((char for char in text if char.isalnum()), "")
    return (
        line.kind in ("heading", "paragraph")
        and len(text) <= MAX_TITLE
        and (first.isupper() or first.isdigit())
        and not text.endswith((".", ";"))
        and not line.is_sentence
        and " | " not in text
        and text.count(",") < MAX_COMMAS
        and (len(text.split()) > 1 or line.level == 1)
    )


def _is_masthead(line: Line, lines: tuple[Line, ...], at: int, publisher: str | None, register: Register) -> bool:
    """Whether a line names the publisher (or the committee above a paper) and is no title of its own."""
    if len(lines) == 1:
        return False
    body = None if names_document(line.text) else body_named(line.text, register)
    if body and (body == publisher or is_body(line.text) or len(line.text.split()) <= MAX_BODY_WORDS):
        return True
    if re.fullmatch(r"house of (?:commons|lords)", line.text, re.IGNORECASE) or (publisher or "").endswith(line.text):
        return True
    following = lines[at + 1].text if at + 1 < len(lines) else ""
    return is_part_of_a_body(line.text) and not matches(cues().title.generic, following)

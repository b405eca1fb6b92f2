"""Which of a sentence's dates is its deadline, and which says when that which it reports was done."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from extractor.find.dates import DatePhrase, find_date_doubts, find_dates
from extractor.find.recurrence import AGAIN, Recurrence, find_recurrences
from extractor.lexicon.calendar import load_calendar
from extractor.records import Deadline, Precision, Reason

_CALENDAR = load_calendar()
_CUES = _CALENDAR.cues


def _words(words: Iterable[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s") for word in sorted(words, key=len, reverse=True))


# Where a clause ends. Commas inside numbers and dates have no space after them or are inside a phrase.
_BOUNDARY = re.compile(
    r"[.;:()\n]\s|,\s|\s[–—-]\s|\b(?:which|who|whose|where|when|but|although|while|because|that)\b", re.IGNORECASE
)
_FUTURE = re.compile(rf"(?<!\w)(?:{_words(_CUES.future)})\b", re.IGNORECASE)
# "has to", "have until" and "had better" are duties
_PAST = re.compile(rf"\b(?:{_words(_CUES.past)})\b(?!\s(?:to|until|till|better)\b)", re.IGNORECASE)
# What a plan was before it moved: "should have opened", "was to have been finished", "had been due"
_SUPERSEDED = re.compile(rf"\b(?:{_words(_CUES.superseded)})\b", re.IGNORECASE)
_COMPARED = re.compile(rf"\b(?:{_words(_CUES.compared)})\s(?:\S+\s){{0,4}}$", re.IGNORECASE)
_TOLD_BY = re.compile(rf"\b(?:{_words(_CUES.reporting)})\s(?:[\w-]+\s)?$", re.IGNORECASE)
_RELATIVE = re.compile(r"\b(?:which|who|whose|where)$", re.IGNORECASE)
_CELL = re.compile(r"\s\|\s")
_PARTICIPLE = re.compile(rf"\b(?:{_words(_CUES.participles)})\b", re.IGNORECASE)
_TOPIC = re.compile(rf"\b(?:{_words(_CALENDAR.words.topics)})\s$", re.IGNORECASE)
_STANDARD = re.compile(rf"\b(?:{_words(_CALENDAR.words.standards)})\b", re.IGNORECASE)
_REPEATED = re.compile(rf"\b(?:{_words(_CALENDAR.words.repeated)})\b", re.IGNORECASE)
_AUXILIARY = re.compile(r"\b(?:be|been|being|is|are|was|were|get|gets|and|or|not|then|also|\w+ly)\s$", re.IGNORECASE)
_BACKWARD_FORMS = frozenset({"ago", "the last so many", "recent times", "this time last year"})
_FORWARD_FORMS = frozenset(
    {
        "within a duration",
        "the next so many",
        "next so many",
        "coming weeks",
        "weeks ahead",
        "in so much time",
        "from now",
        "from now on",
        "over a duration",
        "this time next year",
        "decade",
        "Parliament",
    }
)
_COUNTED_FORMS = frozenset({"in so much time", "from now", "from now on", "over a duration", "this time next year"})
# A strong phrase says by or on when; a weak one gives a start, a purpose or only stands beside.
_WEAK = frozenset({"for", "from", "after", "not before", "alone", "as of"})


@dataclass(frozen=True, slots=True)
class _Clauses:
    """Where the clauses of a text end and where its cues stand, in order: found once, then looked up."""

    boundaries: tuple[tuple[int, int], ...]
    future: tuple[int, ...]
    past: tuple[int, ...]
    participles: tuple[tuple[int, int], ...]
    standards: tuple[int, ...]
    repeated: tuple[int, ...]
    cells: tuple[tuple[int, int], ...]
    superseded: tuple[int, ...]
    length: int

    def before(self, start: int) -> int:
        """Where the clause that holds `start` begins."""
        at = bisect_right(self.boundaries, (start, start)) - 1
        while at >= 0 and self.boundaries[at][1] > start:
            at -= 1
        return self.boundaries[at][1] if at >= 0 else 0

    def after(self, end: int) -> int:
        """Where the clause that goes on at `end` ends."""
        at = bisect_left(self.boundaries, (end + 2, 0))
        return self.boundaries[at][0] if at < len(self.boundaries) else self.length


def find_deadlines(text: str, *, published: date | None, precision: Precision | None = None) -> tuple[Deadline, ...]:
    """The dates by which, on which or from which `text` says that something will be so; the best first.

    Dates of what was done, said or measured, standards of service and the years in names are left out. A phrase with
    "by", "in" or "within" goes before one with "from" or "for", otherwise the first in the text is first. Offsets are
    into `text`; `published` and `precision` are the document's.
    """
    phrases = find_dates(text, published=published, precision=precision, ahead=True)
    if not phrases:
        return ()
    clauses = _clauses(text)
    kept = [phrase for phrase in phrases if not _is_background(phrase, text, clauses, published)]
    in_order = sorted(kept, key=lambda p: (_is_weak(p), p.start))
    repeats = find_recurrences(text)
    return tuple(_deadline(phrase, _again(phrase, repeats, clauses)) for phrase in in_order)


def find_due(cell: str, *, published: date | None, precision: Precision | None = None) -> tuple[Deadline, ...]:
    """Every date of a cell that holds nothing but the day something is due, past days too; in order of place."""
    return tuple(_deadline(phrase) for phrase in find_dates(cell, published=published, precision=precision, ahead=True))


def find_date_reasons(
    text: str, *, published: date | None, precision: Precision | None = None, ahead: bool = True
) -> tuple[Reason, ...]:
    """Why dates of `text` are missing or doubtful, for a statement's reasons; the rule is "deadline" or "when".

    A phrase that counts from an unknown publication day, a day that does not exist, an interval that runs backwards,
    a weekday that is another's, something told as done after publication, something done again and again. Their score
    is 0: they speak for no date.
    """
    doubts = find_date_doubts(text, published=published, precision=precision, ahead=ahead)
    told = [(doubt.text, doubt.reason) for doubt in doubts]
    if ahead:
        told += [(one.text, "says how often, and names no last day") for one in find_recurrences(text)]
    told += [(phrase.text, f"told as done, but after {published}") for phrase in _done_ahead(text, published)]
    rule = "deadline" if ahead else "when"
    return tuple(Reason(rule, 0.0, f"“{' '.join(words.split())[:80]}”: {reason}") for words, reason in told)


def _done_ahead(text: str, published: date | None) -> list[DatePhrase]:
    """As in: "was published in March 2025" in a document of 2023: the day of the document or the sentence is wrong."""
    phrases = [phrase for phrase in find_dates(text, published=published) if phrase.anchor is None and phrase.first]
    if not phrases:
        return []
    clauses = _clauses(text)
    return [
        phrase
        for phrase in phrases
        if published
        and (phrase.first or published) > published
        and _participle_before(phrase, text, clauses, begin := clauses.before(phrase.start)) is not None
        and _first(clauses.future, begin, phrase.start) is None
        and _first(clauses.past, begin, phrase.start) is not None
    ]


def find_when(text: str, *, published: date | None, precision: Precision | None = None) -> Deadline | None:
    """When that which `text` reports was done or measured; None where it does not say.

    A date without a year is the last on or before publication. Of a change "from … in X to … in Y" it is Y.
    """
    phrases = find_dates(text, published=published, precision=precision, ahead=False)
    if not phrases:
        return None
    clauses = _clauses(text)
    kept = [phrase for phrase in phrases if _is_past(phrase, text, clauses, published)]
    kept = [phrase for phrase in kept if not _is_aside(phrase, text, clauses, alone=len(kept) == 1)]
    if moved := next((phrase for phrase in phrases if phrase.relation == "moved to"), None):
        return _deadline(moved)
    for left, right in pairwise(kept):
        if re.match(r"\sto\s", text[left.end : right.start]) and re.search(r"\bfrom\b", text[: left.start]):
            return _deadline(right)
    return _deadline(kept[0]) if kept else None


def _clauses(text: str) -> _Clauses:
    def starts(pattern: re.Pattern[str]) -> tuple[int, ...]:
        return tuple(m.start() for m in pattern.finditer(text))

    return _Clauses(
        boundaries=tuple(m.span() for m in _BOUNDARY.finditer(text)),
        future=starts(_FUTURE),
        past=starts(_PAST),
        participles=tuple(m.span() for m in _PARTICIPLE.finditer(text)),
        standards=starts(_STANDARD),
        repeated=starts(_REPEATED),
        cells=tuple(m.span() for m in _CELL.finditer(text)),
        superseded=starts(_SUPERSEDED),
        length=len(text),
    )


def _first(places: tuple[int, ...], start: int, end: int) -> int | None:
    """The first of `places` in `start`:`end`, None where there is none."""
    at = bisect_left(places, start)
    return places[at] if at < len(places) and places[at] < end else None


def _is_weak(phrase: DatePhrase) -> bool:
    return phrase.relation in _WEAK and not (phrase.relation == "alone" and phrase.anchor is not None)


def _is_background(phrase: DatePhrase, text: str, clauses: _Clauses, published: date | None) -> bool:
    if phrase.relation == "moved to":
        return False
    if phrase.relation in ("since", "of", "instead of") or phrase.form in _BACKWARD_FORMS:
        return True
    if _is_superseded(phrase, clauses) or _cell_number(phrase, text, clauses) == 0:
        return True
    if published and phrase.last and phrase.last < published:
        return True
    if phrase.relation == "alone" and published and phrase.anchor is None and phrase.first == phrase.last == published:
        return True  # the date at the head of a letter
    if _is_topic(phrase, text) or _is_standard(phrase, clauses):
        return True
    if phrase.relation == "as of" or phrase.text.lower() in ("today", "yesterday"):
        begin, end = clauses.before(phrase.start), clauses.after(phrase.end)
        ahead = (_first(clauses.future, *span) for span in ((phrase.end, end), (begin, phrase.start)))
        return all(place is None for place in ahead) or _is_told(phrase, text, clauses)
    if phrase.relation in ("by", "before") and published and phrase.last:
        return False  # nothing done has a day ahead of it
    written_ahead = published and phrase.anchor is None and phrase.first and phrase.first > published
    if phrase.form in _COUNTED_FORMS or written_ahead:
        return False
    return _is_told(phrase, text, clauses)


def _is_superseded(phrase: DatePhrase, clauses: _Clauses) -> bool:
    """As in: "which should have opened in May": the day of a plan that has moved; but "should have begun by May"."""
    begin = max(clauses.before(phrase.start), phrase.start - 45)
    return phrase.relation not in ("by", "before") and _first(clauses.superseded, begin, phrase.start) is not None


def _is_aside(phrase: DatePhrase, text: str, clauses: _Clauses, *, alone: bool) -> bool:
    """As in: "the day, dropped in 2017, is back" and "the plan, which began in May, ended in June": a comma closes it.

    A date that stands `alone` may be in a relative clause all the same.
    """
    begin = clauses.before(phrase.start)
    if "," not in (text[phrase.end : phrase.end + 1], text[(end := clauses.after(phrase.end)) : end + 1]):
        return False
    if _RELATIVE.search(text[max(0, begin - 8) : begin]):
        return not alone
    at = bisect_left(clauses.participles, (begin, 0))
    return begin > 0 and at < len(clauses.participles) and clauses.participles[at][0] == begin


def _cell_number(phrase: DatePhrase, text: str, clauses: _Clauses) -> int | None:
    """Which cell of a row of three or more the date fills by itself; None where it does not fill one.

    The first cell of a log's row holds the meeting or the day on which the action was raised.
    """
    if len(clauses.cells) < 2:
        return None
    number = bisect_right(clauses.cells, (phrase.start, phrase.start))
    begin = clauses.cells[number - 1][1] if number else 0
    end = clauses.cells[number][0] if number < len(clauses.cells) else clauses.length
    return number if text[begin:end].strip(" .") == phrase.text else None


def _is_told(phrase: DatePhrase, text: str, clauses: _Clauses) -> bool:
    """Does the verb of the date's own clause look back ("published in March", "the rate was 5% in May")?"""
    begin = clauses.before(phrase.start)
    if text[begin : phrase.start].strip(" \"'“‘"):
        participle = _participle_before(phrase, text, clauses, begin)
        if participle is None and phrase.relation not in ("by", "before") and _told_after(phrase, clauses):
            return True
        if _first(clauses.future, begin, phrase.start) is None:
            return participle is not None or _first(clauses.past, begin, phrase.start) is not None
        # "we will build on the plan published in March"; but "will be published in March", "we want it agreed by May"
        if participle is None or phrase.relation in ("by", "before"):
            return False
        return not _AUXILIARY.search(text[max(begin, participle - 20) : participle])
    ahead = _first(clauses.future, phrase.end, clauses.length)
    told = [_first(clauses.past, phrase.end, clauses.length)]
    at = bisect_left(clauses.participles, (phrase.end, 0))
    told.append(clauses.participles[at][0] if at < len(clauses.participles) else None)
    earliest = min((place for place in told if place is not None), default=None)
    return earliest is not None and (ahead is None or earliest < ahead)


def _told_after(phrase: DatePhrase, clauses: _Clauses) -> bool:
    """As in: "the cabinet on Wednesday agreed"."""
    at = bisect_left(clauses.participles, (phrase.end, 0))
    return at < len(clauses.participles) and clauses.participles[at][0] == phrase.end + 1


def _participle_before(phrase: DatePhrase, text: str, clauses: _Clauses, begin: int) -> int | None:
    """Where the participle of "published in March" stands, with at most a word between it and the date."""
    at = bisect_left(clauses.participles, (phrase.start, 0)) - 1
    if at < 0 or clauses.participles[at][0] < begin:
        return None
    start, end = clauses.participles[at]
    between = text[end : phrase.start]
    return start if len(between) < 20 and len(between.split()) <= 1 else None


def _is_past(phrase: DatePhrase, text: str, clauses: _Clauses, published: date | None) -> bool:
    if phrase.relation in ("of", "before", "not before", "after", "instead of") or (
        phrase.form in _FORWARD_FORMS and phrase.form != "over a duration"
    ):
        return False
    if phrase.form == "this time last year" or _cell_number(phrase, text, clauses) is not None:
        return False
    before = text[max(0, phrase.start - 60) : phrase.start]
    if _is_superseded(phrase, clauses) or _COMPARED.search(before) or _TOLD_BY.search(before):
        return False
    if _is_topic(phrase, text) or _is_standard(phrase, clauses):
        return False
    if _is_promised(phrase, clauses):
        return False
    if published is None:
        return True
    if phrase.first is None:
        return phrase.last is not None and phrase.last <= published
    return phrase.first <= published


def _is_promised(phrase: DatePhrase, clauses: _Clauses) -> bool:
    """Does the clause of a date with "by" only look forward ("HR to circulate the draft by 14 July")?"""
    if phrase.relation != "by":
        return False
    begin = clauses.before(phrase.start)
    if _first(clauses.future, begin, phrase.start) is None or _first(clauses.past, begin, phrase.start) is not None:
        return False
    at = bisect_left(clauses.participles, (begin, 0))
    return at == len(clauses.participles) or clauses.participles[at][0] >= phrase.start


def _is_topic(phrase: DatePhrase, text: str) -> bool:
    """As in: "the guidance for 2025/26": the year belongs to the noun before it."""
    return (
        phrase.text.lower().startswith("for ")
        and _TOPIC.search(text[max(0, phrase.start - 30) : phrase.start]) is not None
    )


def _is_standard(phrase: DatePhrase, clauses: _Clauses) -> bool:
    """As in: "seen within two weeks": what a service does each time is not due on a day."""
    if phrase.form != "within a duration" or " next " in phrase.text:
        return False
    begin, end = clauses.before(phrase.start), clauses.after(phrase.end)
    if _first(clauses.standards, begin, phrase.start) is not None:
        return True
    return phrase.text.endswith("days") and any(
        _first(clauses.repeated, *span) is not None for span in ((begin, phrase.start), (phrase.end, end))
    )


def _again(phrase: DatePhrase, repeats: Sequence[Recurrence], clauses: _Clauses) -> str | None:
    """The period after which a date comes again, where its clause says how often; the phrase gives the next days."""
    begin, end = clauses.before(phrase.start), clauses.after(phrase.end)
    return next((one.period for one in repeats if begin <= one.start and one.end <= end), None)


def _deadline(phrase: DatePhrase, again: str | None = None) -> Deadline:
    rule = f"{phrase.rule}; {AGAIN} every {again}" if again else phrase.rule
    return Deadline(phrase.text, phrase.first, phrase.last, rule, phrase.anchor, phrase.start, phrase.end)

"""Date phrases: a time with the words before it that bend it ("by the end of", "before", "between … and")."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from extractor.find.dates import absolute, beside, named, relative
from extractor.find.dates.bending import bend, pick
from extractor.find.dates.grammar import Form, Match
from extractor.find.dates.intervals import Context, Interval
from extractor.find.dates.leading import LEADING, Relation, part_of_time, relation_of
from extractor.lexicon.calendar import load_calendar
from extractor.records import Precision


@dataclass(frozen=True, slots=True)
class DatePhrase:
    """A phrase as written at `start`:`end` and the days it allows, None where open.

    `relation` is what its preposition says, `form` the way the time is written, `anchor` the publication day where the
    interval was counted from it.
    """

    text: str
    start: int
    end: int
    first: date | None
    last: date | None
    rule: str
    anchor: date | None
    relation: Relation
    form: str


@dataclass(frozen=True, slots=True)
class DateDoubt:
    """A phrase at `start`:`end` that speaks of a time but gave no days, or days that its own words deny; and why."""

    text: str
    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A time found in the text, with the words peeled off before it: parts (nearest first) and preposition."""

    form: Form
    match: Match
    start: int
    end: int
    parts: tuple[Match, ...]
    relation: Relation
    determined: bool


FORMS = (*absolute.FORMS, *relative.FORMS, *beside.FORMS, *named.FORMS)

# Words that may follow a time without making it a mere description of what follows.
_FUNCTION_WORD = re.compile(
    r"""
    \s?(?:[^\w\s'’-] | $ | –)
  | \s(?:and|or|but|to|the|an?|we|they|it|he|she|i|you|will|would|should|shall|must|may|can|could|
    is|are|was|were|has|have|had|which|when|where|who|with|without|for|in|at|by|on|onwards?|as|of|from|that|this|these|those|
    until|through|after|before|all|each|every|our|their|its|there|if|while|so|because|subject|following|across|under|using|
    including|per|than|up|via|over|only|also|not|be|being|been|if|unless|since|then|into|against|between|both)\b
  | \s\d
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SEASON_MODIFIES = frozenset(load_calendar().words.season_modifies)
_COMPARISONS = frozenset(load_calendar().words.comparisons)
_OCCASION = re.compile(rf"\s(?:{named.OCCASION})\b", re.IGNORECASE)
# "Due: May 2011", "Timescale - 2025": a label makes a bare time a date
_LABEL = re.compile(
    r"(?:due|deadline|date|when|timescale|target|by when|timing|completion)(?: date)?\s?[:–-]\s?$", re.IGNORECASE
)
_RELATIVE = frozenset(form.name for form in (*relative.FORMS, *beside.FORMS))
# "will not now be finished before March", "spring 2024 at the earliest" and "before the summer is out"
_NEVER = re.compile(r"(?:\b(?:not|no|never|nor)|n['’]t)\b(?:\s[\w-]+){0,6}\s$", re.IGNORECASE)
_BACKDATED = re.compile(r"backdated\b", re.IGNORECASE)
_EARLIEST = re.compile(r",?\sat\s(?:the\s)?(?:very\s)?earliest\b", re.IGNORECASE)
_OUT = re.compile(r"\s(?:(?:is|was|are)\s(?:out|over)|ends?)\b", re.IGNORECASE)
# what stands between the cells of a row or the parts of a note: "| Spring |", "(SHA leads, November)"
_CELL_BEFORE = re.compile(r"(?:\||[,;:]|\s[–—-])\s?$")
_CELL_AFTER = re.compile(r"\s?(?:\||[.;)]{1,3}(?:\s|$)|$)")
_WEEKDAY_NAMED = re.compile(r"\b((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*)\b")
_ONWARDS = re.compile(r"\s(?:and\s)?onwards?\b", re.IGNORECASE)
_DAY_BEFORE = re.compile(r"\d(?:st|nd|rd|th)?\s(?:of\s)?$", re.IGNORECASE)
_GAP = re.compile(r"\s?(?:[–—‑/-]|,?\s(?:and|or|&)|,)?\s?$")
_DASH = re.compile(r"\s?[–—‑-]\s?$")


def find_dates(
    text: str, *, published: date | None, precision: Precision | None = None, ahead: bool = True
) -> tuple[DatePhrase, ...]:
    """Every date phrase of `text` that can be resolved, in order, none overlapping.

    `published` is the day relative phrases count from; without it (or, for days, weeks and months, where `precision` is
    "year") they are left out, as are impossible dates (31 June) and intervals that run backwards. `ahead` says which
    way a date without a year is looked for: on or after publication, or on or before it.

    Published 8 June 2023, "Plans are due by next spring." gives "by next spring", open to 31 May 2024.
    """
    context = Context(published, precision, ahead)
    resolved = (_phrase(group, text, context) for group in _grouped(_candidates(text), text))
    return tuple(phrase for phrase in resolved if isinstance(phrase, DatePhrase))


def find_date_doubts(
    text: str, *, published: date | None, precision: Precision | None = None, ahead: bool = True
) -> tuple[DateDoubt, ...]:
    """Every date phrase of `text` that find_dates leaves out with the same arguments, or whose weekday is another's.

    Without a publication day, "Plans are due by next spring." gives "by next spring" with the reason that nothing
    tells from which day it counts; "by 31 June 2024" is no day of the calendar.
    """
    context = Context(published, precision, ahead)
    resolved = (_phrase(group, text, context) for group in _grouped(_candidates(text), text))
    found = (one if isinstance(one, DateDoubt) else _wrong_weekday(one) for one in resolved)
    return tuple(doubt for doubt in found if doubt)


def _wrong_weekday(phrase: DatePhrase) -> DateDoubt | None:
    """As in: "Monday 13 January 2015", which was a Tuesday."""
    named = _WEEKDAY_NAMED.search(phrase.text)
    day = phrase.last if phrase.form == "calendar days" and phrase.relation != "before" else None
    if named is None or day is None or f"{day:%A}".startswith(named[1].capitalize()[:3]):
        return None
    reason = f"{day.day} {day:%B %Y} is a {day:%A}: the weekday or the date is wrong"
    return DateDoubt(phrase.text, phrase.start, phrase.end, reason)


def date_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Where `text` speaks of times, resolved or not: what no other finder should read as a figure.

    "within 18 weeks" is not among them: where it is no deadline it is a standard, and so a figure.
    """
    return tuple((c.start, c.end) for c in _candidates(text) if c.form.name != "within a duration")


# Two finders ask for the times of each statement, and every item of a list for those of its lead-in.
@lru_cache(maxsize=64)
def _candidates(text: str) -> tuple[Candidate, ...]:
    """Times from left to right, the longest reading first, each with the words that belong to it."""
    found = sorted(
        ((m.start(), -m.end(), rank, form, m) for rank, form in enumerate(FORMS) for m in form.pattern.finditer(text)),
        key=lambda item: item[:3],
    )
    # most sentences hold no time, and then no words before one are needed
    leading = {m.end(): m for m in LEADING.finditer(text)} if found else {}
    candidates: list[Candidate] = []
    waiting: Candidate | None = None
    taken = 0
    for start, minus_end, _, form, match in found:
        if start < taken:
            continue
        candidate = _peeled(form, match, text, leading, taken)
        if not _is_time(candidate, text):
            continue
        neighbour = waiting if waiting and waiting.end > taken else candidates[-1] if candidates else None
        joined = neighbour is not None and _joined(neighbour, candidate, text)
        if candidate.relation == "to" and neighbour and neighbour.relation == "instead of":
            candidate = replace(candidate, relation="moved to")
        elif candidate.relation == "to" and not joined:
            begin = candidate.parts[-1].start() if candidate.parts else start
            candidate = replace(candidate, start=begin, relation="alone")
        pair = replace(candidate, start=waiting.start) if joined and neighbour is waiting and waiting else candidate
        if (joined and neighbour is not waiting) or _stands(pair, text):
            # "April" of "April–June 2024" cannot stand alone: what follows it decides
            if joined and neighbour is waiting and waiting is not None:
                candidates.append(waiting)
            candidates.append(candidate)
            taken = -minus_end
        elif waiting is None or start >= waiting.end:
            waiting = candidate
    return tuple(candidates)


def _peeled(form: Form, match: Match, text: str, leading: dict[int, Match], floor: int) -> Candidate:
    """The time with its preposition and parts: "by the end of" + "Q2"."""
    start, determined = match.start(), False
    parts: list[Match] = []
    relation: Relation = "alone"
    while (word := leading.get(start)) and word.start() >= floor:
        if (preposition := relation_of(word)) is not None:
            start, relation = word.start(), preposition
            break
        if (part := part_of_time(word)) is not None:
            if part == "end of named" and not form.qualifies:
                break  # the verb of "will end in June"
            parts.append(word)
        elif determined or parts:
            break
        else:
            determined = True
        start = word.start()
    return Candidate(form, match, start, match.end(), tuple(parts), relation, determined and not parts)


def _is_time(candidate: Candidate, text: str) -> bool:
    """Is this a time, or part of a name or a description ("the 2016 report", "winter pressures", "for May bidding")?"""
    form, after = candidate.form, text[candidate.end : candidate.end + 40]
    occasion = _OCCASION.match(after) is not None
    if form.needs and not candidate.parts:
        return False
    if form.qualifies and candidate.determined and not occasion and not _FUNCTION_WORD.match(after):
        return False
    if form.name.startswith("month") and _DAY_BEFORE.search(
        text[max(0, candidate.match.start() - 8) : candidate.match.start()]
    ):
        return False  # the day before it is none: "32 July"
    if form.name == "season, no year" and _next_word(after) in _SEASON_MODIFIES:
        return False
    if form.qualifies and _next_word(after) in _COMPARISONS:
        return False
    if candidate.relation == "by" and candidate.match[0].lower() == "immediately":
        return False  # "by immediately changing the law"
    if form.name.endswith("no year") and candidate.relation == "for" and not _FUNCTION_WORD.match(after):
        return False
    return after[:2].lower() not in ("'s", "’s") or _OCCASION.match(after[2:]) is not None


def _stands(candidate: Candidate, text: str) -> bool:
    """May this time stand alone? Not in "Agenda for Change 2004": a bare year needs a preposition or a label."""
    if candidate.form.bare or candidate.relation not in ("alone", "to") or candidate.parts:
        return True
    before, after = text[max(0, candidate.start - 30) : candidate.start], text[candidate.end : candidate.end + 30]
    if _CELL_AFTER.match(after) is None:
        return False
    opens = not text[: candidate.start].strip(" (") and (not after or candidate.form.name != "numeric day and month")
    return (
        opens
        or _LABEL.search(before) is not None
        or (_CELL_BEFORE.search(before) is not None and candidate.form.name not in ("year", "numeric day and month"))
    )


def _next_word(after: str) -> str:
    word = re.match(r"\s([\w-]+)", after)
    return word[1].lower() if word else ""


def _joined(left: Candidate, right: Candidate, text: str) -> bool:
    """Do two times form one phrase: "between X and Y", "from X to Y", "X–Y", "in X and Y"?"""
    gap = text[left.end : right.start]
    bounded = left.relation in ("from", "between")
    if (
        right.relation in ("to", "by")
        and gap.isspace()
        and (bounded or not _RELATIVE & {left.form.name, right.form.name})
    ):
        return left.relation in ("from", "between", "in", "alone", "for", "to") and (
            right.relation == "to" or left.relation == "from"
        )
    if _RELATIVE & {left.form.name, right.form.name} and not bounded:
        return False  # "within six weeks, or next year" are two times
    return 0 < len(gap) <= 6 and right.relation == "alone" and not gap.isspace() and _GAP.match(gap) is not None


def _grouped(candidates: Iterable[Candidate], text: str) -> list[tuple[Candidate, ...]]:
    groups: list[tuple[Candidate, ...]] = []
    for candidate in candidates:
        if (
            groups
            and _joined(groups[-1][-1], candidate, text)
            and (len(groups[-1]) == 1 or all(one.relation == "alone" for one in groups[-1][1:]))
        ):
            groups[-1] = (*groups[-1], candidate)
        else:
            groups.append((candidate,))
    return groups


def _phrase(group: tuple[Candidate, ...], text: str, context: Context) -> DatePhrase | DateDoubt:
    """The resolved phrase of one time, or of those that belong together; where there is none, the reason."""
    left, right = group[0], group[-1]

    def doubt(reason: str) -> DateDoubt:
        return DateDoubt(text[left.start : right.end], left.start, right.end, reason)

    onwards = _ONWARDS.match(text, right.end) is not None and left.relation in ("alone", "in", "for")
    relation: Relation = "from" if onwards else left.relation
    end = right.end
    if relation == "moved to":
        context = replace(context, ahead=True)
    elif _BACKDATED.match(text, left.start):
        context = replace(context, ahead=False)
    if earliest := _EARLIEST.match(text, end):
        relation, end = "not before", earliest.end()
    elif relation == "before" and _NEVER.search(text[max(0, left.start - 60) : left.start]):
        relation = "not before"
    elif relation == "before" and (out := _OUT.match(text, end)):
        relation, end = "by", out.end()
    try:
        if left is right and left.form.name == "now":
            return doubt("“now” begins no interval here")
        if left is right:
            time = _time(left, context)
            interval = bend(relation, time, left.parts, context) if time else None
        else:
            interval = _range(left, right, text, context)
    except (ValueError, OverflowError) as problem:
        return doubt(f"there is no such day in the calendar ({problem})")
    if interval is None or interval.first is interval.last is None:
        return doubt(_unknown(context))
    if interval.first and interval.last and interval.first > interval.last:
        return doubt(f"it runs backwards, from {interval.first} to {interval.last}")
    if (occasion := _OCCASION.match(text[end : end + 40])) and right.form.qualifies:
        end += occasion.end()
    return DatePhrase(
        text[left.start : end], left.start, end, interval.first, interval.last, interval.rule,
        context.published if interval.anchored else None, relation, left.form.name,
    )  # fmt: skip


def _unknown(context: Context) -> str:
    if context.published is None:
        return "it counts from the day of publication, which is not known"
    if context.precision == "year":
        return "it counts from the day of publication, of which only the year is known"
    return "there is no such day, or none that the table of events knows"


def _range(left: Candidate, right: Candidate, text: str, context: Context) -> Interval | None:
    """First day of the one to last day of the other: "between July and September 2012", "April–June 2024".

    A year that only the second one has holds for the first; where neither has one, the second comes after the first.
    """
    if right.relation == "by" or _DASH.match(text[left.end : right.start]) or left.relation in ("from", "between"):
        rule = "from the first day of the one to the last day of the other"
    else:
        rule = "from the first of them to the last"
    if context.ahead:
        first, second = _time(left, context), _time(right, context)
        if first and second and first.floating and second.floating and first.first:
            second = _time(right, replace(context, published=first.first))
    else:
        first, second = _time(left, context), _time(right, context)
    if second and second.last and (first is None or first.floating) and not (context.ahead and second.floating):
        first = _time(left, Context(second.last, "day", False))
    if not first or not second:
        return None
    start, end = pick(first, left.parts, context), pick(second, right.parts, context)
    if left.relation == "by":
        return Interval(None, end.last, "span", f"by: until its last day; {end.rule}", end.anchored)
    return Interval(start.first, end.last, "span", rule, start.anchored or end.anchored)


def _time(candidate: Candidate, context: Context) -> Interval | None:
    return candidate.form.resolve(candidate.match, context)

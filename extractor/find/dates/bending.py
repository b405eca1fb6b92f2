"""What the words before a time make of it: the part they pick, and the side of it that stays open."""

from dataclasses import replace
from datetime import date

from extractor.find.dates.grammar import Match, ordinal_number
from extractor.find.dates.intervals import ONE_DAY, Context, Interval, add_months, third, week_of
from extractor.find.dates.leading import Relation, part_of_time

_ENDS = ("end", "end of named")
_THIRDS = {"early": 0, "mid": 1, "late": 2}


def bend(relation: Relation, time: Interval, parts: tuple[Match, ...], context: Context) -> Interval:
    """What the preposition makes of the time: "before April 2024" is open to 31 March 2024."""
    at = pick(time, parts, context)
    first, last, whole = at.first, at.last, at.unit == "span" and at.first and at.last
    ends = bool(parts) and part_of_time(parts[0]) in _ENDS
    starts = bool(parts) and part_of_time(parts[0]) == "start"
    if relation == "by":
        return replace(
            at,
            first=None,
            last=first if starts else last,
            rule=f"by: until its {'first' if starts else 'last'} day; {at.rule}",
        )
    if relation == "before":
        if ends or at.unit == "event":
            return replace(at, first=None, last=last, rule=f"before the end: until its last day; {at.rule}")
        day = (first or last or date.min) - ONE_DAY
        return replace(at, first=None, last=day, rule=f"before: until the day before; {at.rule}")
    if relation == "after":
        return replace(at, first=(last or date.max) + ONE_DAY, last=None, rule=f"after: from the day after; {at.rule}")
    if relation == "in" and ends and first is None and at.unit not in ("event", "financial year"):
        return replace(at, first=last, rule=f"at the end: on its last day; {time.rule}")
    if relation in ("not before", "from", "since") and not (
        whole and relation == "from" and at.rule.startswith("the first day to")
    ):
        return replace(at, first=first or last, last=None, rule=f"{relation}: from its first day; {at.rule}")
    if relation == "as of" and context.ahead:
        return replace(at, first=first or last, last=None, rule=f"as of: from its first day; {at.rule}")
    return at


def pick(time: Interval, parts: tuple[Match, ...], context: Context) -> Interval:
    """The part of a time that the words before it pick, innermost first ("the end of" the "first quarter of" 2024)."""
    for word in parts:
        time = _one_part(time, word, context)
    return time


def _one_part(time: Interval, word: Match, context: Context) -> Interval:
    kind, first, last = part_of_time(word) or "", time.first, time.last
    if kind in _THIRDS:
        return third(time, _THIRDS[kind])
    if kind in ("early to mid", "mid to late"):
        low, high = (third(time, _THIRDS[name]) for name in kind.split(" to "))
        return replace(low, last=high.last, rule=f"{kind}: two thirds")
    if kind in _ENDS:
        return replace(time, first=None, rule=f"the end: its last day; {time.rule}")
    if kind == "start":
        if first and time.unit in ("month", "year", "quarter", "season"):
            return replace(third(time, 0), rule=f"the start: its first third; {time.rule}")
        return replace(time, last=first, rule=f"the start: its first day; {time.rule}")
    if kind == "rest" and context.published and first and last and first < context.published <= last:
        return replace(
            time, first=context.published, unit="span", rule=f"the rest, from publication; {time.rule}", anchored=True
        )
    if kind == "stretch":
        return _stretch(time, word)
    if kind == "week of" and first:
        return replace(time, last=week_of(first)[1], unit="week", rule="the week that starts then")
    if kind == "week to" and last:
        return replace(time, first=week_of(last)[0], unit="week", rule="the week that ends then")
    if kind == "year to" and last:
        return replace(time, first=add_months(last + ONE_DAY, -12), unit="span", rule="the twelve months up to it")
    return time


def _stretch(time: Interval, word: Match) -> Interval:
    """As in: "the first half of" 2024, "the last three months of" 2024, "the first week of" March."""
    number, size = ordinal_number(word["nth"]), word["size"].lower().rstrip("s")
    many = {"two": 2, "three": 3, "four": 4, "six": 6, "nine": 9}.get((word["many"] or "").lower(), 1)
    first, last = time.first, time.last
    if first is None or last is None:
        raise ValueError("an open interval has no stretches")
    rule = f"the {word['nth'].lower()} {size} of it"
    if size == "week":
        if number == -1:
            return replace(time, first=last - 7 * many * ONE_DAY + ONE_DAY, unit="span", rule=rule)
        start = first + 7 * many * (number - 1) * ONE_DAY
        return replace(time, first=start, last=start + 7 * many * ONE_DAY - ONE_DAY, unit="span", rule=rule)
    if size == "half" and time.unit == "month":
        middle = first.replace(day=15)
        days = (first, middle) if number == 1 else (middle + ONE_DAY, last)
        return replace(time, first=days[0], last=days[1], rule=rule)
    whole = (last.year - first.year) * 12 + last.month - first.month + 1
    months = {"half": whole // 2, "third": whole // 3, "quarter": whole // 4, "month": many}[size]
    if number == -1:
        return replace(time, first=add_months(last + ONE_DAY, -months), unit="span", rule=rule)
    start = add_months(first, months * (number - 1))
    return replace(time, first=start, last=add_months(start, months) - ONE_DAY, unit="span", rule=rule)

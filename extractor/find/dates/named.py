"""Times that have a name: Parliaments, recesses, Budgets, the new year, birthdays, events known by their month."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from extractor.find.dates.absolute import SEASON, turn
from extractor.find.dates.grammar import MONTH, YEAR, Form, Match, form, month_number, nearest, year_number
from extractor.find.dates.intervals import (
    ONE_DAY,
    Context,
    Interval,
    Unit,
    add_months,
    easter_sunday,
    months_from,
    season_of,
    weekday_of,
)
from extractor.lexicon.calendar import YearlyDay, load_calendar

_CALENDAR = load_calendar()
_CONVENTIONS = _CALENDAR.conventions


def _new_year(match: Match, context: Context) -> Interval | None:
    """As in: "the new year" is January: published 8 October 2024, 1 to 31 January 2025."""

    def january(year: int) -> Interval:
        return Interval(date(year, 1, 1), date(year, 1, 31), "month", "the new year: January")

    return january(int(match["y"])) if match["y"] else turn("next" if context.ahead else "this", context, january)


def _decade(match: Match, context: Context) -> Interval | None:
    """Published in 2023, "the decade" closes on 31 December 2029; "the 2030s" are 2030 to 2039."""
    if match["y"]:
        start = int(match["y"])
        return Interval(date(start, 1, 1), date(start + 9, 12, 31), "span", "the decade's ten years")
    if context.published is None:
        return None
    start = context.published.year // 10 * 10
    if match["which"].lower() == "next":
        return Interval(
            date(start + 10, 1, 1), date(start + 19, 12, 31), "span", "the decade's ten years", anchored=True
        )
    return Interval(None, date(start + 9, 12, 31), "event", "the decade: the year ending in 9", anchored=True)


def _parliament(match: Match, context: Context) -> Interval | None:
    """Published 8 October 2024, "this Parliament" runs from that day to 9 July 2029, five years after it first met."""
    day, which = context.day(), match["which"].lower()
    if day is None:
        return None
    if match["y"]:
        met = next((d for d in _CALENDAR.parliaments if d.year == int(match["y"])), None)
    else:
        met = max((d for d in _CALENDAR.parliaments if d <= day), default=None)
    if met is None:
        return None
    years = _CONVENTIONS.parliament_years
    last = add_months(met, 12 * years)
    if last < day:
        return None  # the table does not know the Parliament of that day
    if which.endswith("next"):
        return Interval(
            last + ONE_DAY, add_months(last, 12 * years), "span", "the next Parliament: the five years after", True
        )
    if which.endswith(("last", "previous")):
        before = max((d for d in _CALENDAR.parliaments if d < met), default=None)
        return Interval(before, met - ONE_DAY, "span", "the last Parliament", True) if before else None
    return Interval(day, last, "span", "this Parliament: five years after it first met", anchored=True)


def _birthday(match: Match, context: Context) -> Interval:
    """The "NHS’s 75th birthday" is 5 July 2023: 1948 and 75 years."""
    founded = _CONVENTIONS.nhs_founded
    day = date(founded.year + int(match["n"] or match["n2"]), founded.month, founded.day)
    return Interval(day, day, "day", f"the NHS was founded on {founded.day} July {founded.year}")


_YEARLY = {name.lower(): event for event in _CALENDAR.yearly for name in event.names}
_DATED = {name.lower(): event for event in _CALENDAR.dated for name in event.names}


def _yearly(match: Match, context: Context) -> Interval | None:
    """Published 8 October 2024, "Christmas" closes on 25 December 2024, "the summer recess" on 31 July 2025."""
    name = " ".join(match["e"].lower().split())
    event = _YEARLY[name]
    found = [one for day in event.days if (one := _yearly_one(event.names[0], day, match, context))]
    if not found:
        return None
    best = min(found, key=_first_day) if context.ahead else max(found, key=_first_day)
    unit: Unit = "event" if event.reads == "end" else "day"
    return replace(best, first=None, unit=unit) if context.ahead and event.reads != "day" else best


def _yearly_one(name: str, day: YearlyDay, match: Match, context: Context) -> Interval | None:
    def make(year: int) -> Interval:
        there = _yearly_day(day, year)
        return Interval(there, there, "day", f"{name}: {there.day} {there:%B}")

    if written := match["y"] or match["y2"]:
        return make(year_number(written))
    return turn(match["which"], context, make) if match["which"] else nearest(context, make)


def _first_day(interval: Interval) -> date:
    return interval.first or date.min


def _yearly_day(day: YearlyDay, year: int) -> date:
    if day.easter is not None:
        return easter_sunday(year) + timedelta(days=day.easter)
    assert day.month is not None
    if day.weekday is not None:
        assert day.number is not None
        return weekday_of(year, day.month, day.weekday, day.number)
    assert day.day is not None
    return date(year, day.month, day.day)


def _dated(match: Match, context: Context) -> Interval | None:
    """Published 1 September 2024, "the Budget" is 30 October 2024; a month in the phrase wins over the table.

    A Budget that the table does not know of gives nothing.
    """
    days = _DATED[" ".join(match["e"].lower().split())].days
    if written := match["y"] or match["y2"]:
        day = next((d for d in days if d.year == year_number(written)), None)
    elif context.published is None:
        return None
    elif context.ahead and not (match["which"] or "").lower().startswith("last"):
        day = next((d for d in days if d >= context.published), None)
    else:
        day = next((d for d in reversed(days) if d <= context.published), None)
    return Interval(day, day, "day", f"table of events: {match['e']}", anchored=not written) if day else None


def _names(events: Iterable[str]) -> str:
    return "|".join(re.escape(name).replace(r"\ ", r"\s") for name in sorted(events, key=len, reverse=True))


def _monthly_event(match: Match, context: Context) -> Interval | None:
    """As in: "November’s Budget", "the autumn paper" are known by month or season: before them is by its last day."""
    season = _CALENDAR.seasons.get(match["m"].lower())

    def make(year: int) -> Interval:
        if season:
            return replace(season_of(year, season), unit="event", rule="an event known by its season")
        return Interval(*months_from(year, month_number(match["m"]), 1), "event", "an event known by its month")

    return make(int(match["y"])) if match["y"] else nearest(context, make)


_DATED_NAMES = _names(name for event in _CALENDAR.dated for name in event.names)
_WHICH = r"(?:(?P<which>(?:this|next|last)(?:\syear['’]s)?)\s|the\s)?"
OCCASION = "|".join(
    re.escape(w).replace(r"\ ", r"\s") for w in sorted(_CALENDAR.words.occasions, key=len, reverse=True)
)
FORMS: tuple[Form, ...] = (
    form("new year", rf"(?:the\snew\syear|New\sYear(?=\s2))(?:\s(?P<y>{YEAR}))?(?!['’]s)", _new_year),
    form("decade", r"(?P<y>(?!))?(?P<which>the\scurrent|the|this|next)\sdecade", _decade),
    form("decade by number", r"(?P<which>(?!))?(?P<y>(?:19|20)\d0)['’]?s", _decade, bare=False),
    form(
        "Parliament",
        r"""
        (?P<which>this|the(?:\s(?:current|present|next|last|previous|whole|(?P<y>20\d\d)))?)\s
        (?:five-year\s)?Parliament(?!['’]s)
        """,
        _parliament,
    ),
    # the NHS's 75th birthday; the 80th anniversary of the NHS
    form(
        "NHS birthday",
        r"""
        (?:the\s)?(?: (?:NHS|health\sservice)(?:['’]s?)?\s(?P<n>\d{1,3})(?:st|nd|rd|th)\s(?:birthday|anniversary)
                    | (?P<n2>\d{1,3})(?:st|nd|rd|th)\s(?:birthday|anniversary)\sof\sthe\s(?:NHS|health\sservice) )
        """,
        _birthday,
    ),
    form(
        "yearly event",
        rf"(?:{_WHICH})(?:(?P<y2>{YEAR})\s)?(?P<e>{_names(_YEARLY)})(?:\s(?P<y>{YEAR}))?(?!['’]s)",
        _yearly,
        bare=False,
    ),
    form(
        "dated event",
        rf"""
        {_WHICH}(?:(?P<y2>{YEAR})\s)?(?P<e>(?-i:{_DATED_NAMES}))(?:\s(?P<y>{YEAR}))?
        (?!['’]s|\s(?:report|document|settlement)|\s(?-i:[A-Z]))                # not the Budget Responsibility Act
        """,
        _dated,
        bare=False,
    ),
    # November's Budget; the June Board meeting; in the September 2019 intake; with the autumn software release
    form(
        "event of a month",
        rf"""
        (?P<m>{MONTH}|{SEASON})(?:\s(?P<y>{YEAR}))?(?:['’]s)?
        (?:\s(?!(?:and|or|to|the|an?|at|by|in|on|of|for|will|is|was|we|our|after|before|as|until)\b)[\w-]{{2,20}})?
        \s(?:{OCCASION})
        """,
        _monthly_event,
    ),
)

"""Durations and periods that count from publication: within six weeks, next year, the coming months, two years ago."""

import re
from dataclasses import replace
from datetime import date, timedelta

from extractor.find.dates.grammar import (
    COUNT,
    THIS_NEXT,
    YEAR,
    Form,
    Match,
    count_number,
    form,
    year_number,
)
from extractor.find.dates.intervals import (
    ONE_DAY,
    Context,
    Interval,
    academic_year,
    add_months,
    anchored,
    financial_year,
    months_from,
    quarter_of,
    start_year,
    week_of,
    year_of,
)
from extractor.find.numbers import SMALL_WORDS
from extractor.lexicon.calendar import load_calendar

_CALENDAR = load_calendar()
_CONVENTIONS = _CALENDAR.conventions
_UNIT = (
    r"(?:working\sdays?|calendar\sdays?|days?|fortnights?|weeks?|calendar\smonths?|months?|quarters?|years?|decades?)"
)
_PERIOD = (
    r"(?:(?P<kind>financial|fiscal|tax|academic|school|calendar|parliamentary)\s)?(?P<unit>week|month|quarter|year)"
)
_OPENING = re.compile(r"\b(?:start|beginning|opening)\sof\s$", re.IGNORECASE)


def advance(day: date, count: int, unit: str) -> date:
    """`day` so many days, weeks, months, quarters, years or decades on; working days leave weekends out.

    30 June 2023 and 15 years give 30 June 2038; 12 January 2022 and six weeks 23 February.
    """
    word = unit.lower().rstrip("s")
    if word.startswith("working"):
        if count > 1000:
            raise ValueError("working days are counted up to a thousand")
        for _ in range(count):
            day += ONE_DAY
            while day.weekday() > 4:
                day += ONE_DAY
        return day
    if word.endswith("day"):
        return day + timedelta(days=count)
    if word.endswith(("week", "fortnight")):
        return day + timedelta(weeks=count * (2 if word.endswith("fortnight") else 1))
    months = {"month": 1, "quarter": 3, "year": 12, "decade": 120}
    return add_months(day, count * months[word.split()[-1]])


def _length(count: str | None, unit: str) -> int:
    """How many units: a written count, one for a bare "year" or "decade", or what "a few" or "coming weeks" means."""
    written = count_number(count) if count else None if unit.lower().endswith("s") else 1
    if written is not None:
        return written
    few = {"week": _CONVENTIONS.few_weeks, "month": _CONVENTIONS.few_months, "year": _CONVENTIONS.few_years}
    word = unit.lower().rstrip("s").split()[-1]
    if word not in few:
        raise ValueError(f"nobody says how many {unit} a few are")
    return few[word]


def _duration(match: Match, context: Context) -> Interval | None:
    """Published 12 January 2022, "within six weeks" is 12 January to 23 February; "3 to 5 years" takes the longer."""
    day = context.day()
    if day is None:
        return None
    unit = match["u"]
    count = _length(match["n2"] or match["n"], unit)
    return anchored(
        day, advance(day, count, unit), f"publication + {count} {unit.lower().rstrip('s')}{'s' * (count != 1)}"
    )


def _course(match: Match, context: Context) -> Interval | None:
    """Published 17 July 2008, "spread over two years" is 17 July 2008 to 17 July 2010; of the past it ends there."""
    day = context.day()
    if day is None:
        return None
    unit = match["u0"] or match["u"]
    count = _length(match["n0"] or match["n"], unit)
    rule = f"{count} {unit} {'from' if context.ahead else 'up to'} publication"
    there = advance(day, count if context.ahead else -count, unit)
    return anchored(day, there, rule) if context.ahead else anchored(there, day, rule)


def _after(match: Match, context: Context) -> Interval | None:
    """Published 8 June 2023, "in six months’ time" is 8 December 2023, that day."""
    day = context.day()
    if day is None:
        return None
    count = _length(match["n"], match["u"])
    there = advance(day, count, match["u"])
    return anchored(there, there, f"that day: publication + {count} {match['u'].lower()}")


def _ago(match: Match, context: Context) -> Interval | None:
    """Published 8 June 2023, "two years ago" is the year 2021, "a fortnight ago" a week: as exact as the unit."""
    day = context.day()
    if day is None:
        return None
    count, unit = _length(match["n"], match["u"]), match["u"].lower().rstrip("s")
    if "day" in unit:
        there = day - timedelta(days=count)
        return anchored(there, there, "counted back from publication")
    if unit.endswith(("week", "fortnight")):
        weeks = count * (2 if unit == "fortnight" else 1)
        return anchored(*week_of(day - timedelta(weeks=weeks)), "the week counted back from publication")
    months = count * {"month": 1, "quarter": 3, "year": 12, "decade": 120}[unit.split()[-1]]
    there = add_months(day, -months)
    if unit in ("year", "decade"):
        return replace(year_of(there.year), anchored=True)
    return anchored(*months_from(there.year, there.month, 1), "the month counted back from publication")


def _past_span(match: Match, context: Context) -> Interval | None:
    """Published 8 June 2023, "over the last two years" is 8 June 2021 to 8 June 2023."""
    day = context.day()
    if day is None:
        return None
    count, unit = _length(match["n"], match["u"]), match["u"].lower().rstrip("s")
    if "day" in unit or unit.endswith(("week", "fortnight")):
        first = day - (advance(day, count, unit) - day)
    else:
        first = add_months(day, -count * {"month": 1, "quarter": 3, "year": 12, "decade": 120}[unit.split()[-1]])
    return anchored(first, day, f"publication - {count} {unit}")


def _period(match: Match, context: Context) -> Interval | None:
    """Published 5 March 2019, "this financial year" is 1 April 2018 to 31 March 2019, "next month" April 2019."""
    day, unit, kind = context.day(), match["unit"].lower(), (match["kind"] or "").lower()
    which = match["which"].lower()
    opening = which == "the" and context.ahead and _OPENING.search(match.string[: match.start()][-20:]) is not None
    if day is None and not (unit == "year" and context.published):
        return None
    day = day or context.published
    assert day is not None
    step = 1 if "next" in which or "coming" in which or "new" in which else 0
    step = -1 if "last" in which or "previous" in which else 0 if which == "this coming" and unit == "year" else step
    whole = _shifted(day, unit, kind, step)
    if opening and whole.first and whole.first < day:
        whole = _shifted(day, unit, kind, step + 1)  # once it has begun, "the start of the year" is the next one's
    return replace(whole, anchored=True)


def _shifted(day: date, unit: str, kind: str, step: int) -> Interval:
    if unit == "week":
        return Interval(*week_of(day + timedelta(weeks=step)), "week", "week: Monday to Sunday")
    if unit == "month":
        there = add_months(day, step)
        return Interval(*months_from(there.year, there.month, 1), "month", "the whole month")
    if unit == "quarter":
        there = add_months(day, 3 * step)
        year = financial_year(start_year(there, _CONVENTIONS.financial_year_month))
        return quarter_of(year, (there.month - _CONVENTIONS.financial_year_month) % 12 // 3 + 1)
    if kind in ("financial", "fiscal", "tax"):
        return financial_year(start_year(day, _CONVENTIONS.financial_year_month) + step)
    if kind in ("academic", "school"):
        return academic_year(start_year(day, _CONVENTIONS.academic_year_month) + step)
    return year_of(day.year + step)


def _later(match: Match, context: Context) -> Interval | None:
    """Published 30 July 2020, "later this year" is 30 July to 31 December 2020; "later in 2024" ends with 2024."""
    day = context.day()
    if match["y"]:
        year = year_of(year_number(match["y"]))
        first = max(day, year.first) if day and year.first and year.last and day <= year.last else year.first
        return Interval(first, year.last, "span", "later: the rest of the year", anchored=first == day)
    if day is None:
        return None
    whole = _shifted(day, match["unit"].lower(), (match["kind"] or "").lower(), 0)
    if match["when"].lower().startswith("earlier"):
        return anchored(whole.first, day, "earlier: up to publication")
    return anchored(day, whole.last, "later: from publication to the end")


FORMS: tuple[Form, ...] = (
    # within six weeks; within the next 3 to 5 years; within a year of publication
    form(
        "within a duration",
        rf"""
        (?:within|inside)\s(?:a\speriod\sof\s|no\smore\sthan\s)?(?:the\s(?:next|coming|following)\s)?
        (?P<n>{COUNT})(?:(?:\sto\s|\sor\s|\s?[–-]\s?)(?P<n2>{COUNT}))?[\s-](?P<u>{_UNIT})
        (?:\s(?:of|from|after)\s(?:publication|today|now|this\sletter|the\sdate\sof\s(?:this\s)?(?:letter|publication)))?
        (?!\s(?:of|from|after)\s|['’])
        """,
        _duration,
    ),
    # over the next 15 years; in the next few weeks; during the coming months; the next decade
    form(
        "the next so many",
        rf"""
        (?:(?:(?:with)?in|over|during|for|across|throughout|through)\s)?(?:the|these|our)\s(?:next|coming|forthcoming)\s
        (?: (?P<n>{COUNT})(?:(?:\sto\s|\sor\s|\s?[–-]\s?)(?P<n2>{COUNT}))?\s )?
        (?P<u>{_UNIT}) (?!['’]|\s(?:budget|plan))
        """,
        _duration,
    ),
    # in coming weeks; over coming months; in the weeks ahead; in the months to come
    form(
        "coming weeks",
        r"(?:in|over|during)\s(?:the\s)?(?:coming|forthcoming)\s(?P<n>(?!))?(?P<n2>(?!))?(?P<u>days|weeks|months|years)",
        _duration,
    ),
    form(
        "weeks ahead",
        r"(?:in|over|during)\sthe\s(?P<n>(?!))?(?P<n2>(?!))?(?P<u>weeks|months|years)\s(?:ahead|to\scome)",
        _duration,
    ),
    # spread over two years; over the course of five years; not "waited over two years" or "over 52 weeks"
    form(
        "over a duration",
        rf"""
        (?<!for\s)(?<!of\s)(?<!to\s)(?<!by\s)(?<!wait\s)(?<!waits\s)(?<!waited\s)(?<!waiting\s)(?<!just\s)(?<!,\s)
        over\s (?: (?:the\scourse|a\speriod|the\speriod|the\sspace)\sof\s(?P<n0>{COUNT})\s(?P<u0>months?|years?)
                  | (?P<n>{SMALL_WORDS}|\d{{1,2}})\s(?P<u>months?|years) )
        (?=\s?[.,;:)]|$|\s(?:to|from|and|by|beginning|starting|in|under)\b)
        """,
        _course,
    ),
    # next two years, without its article
    form("next so many", rf"(?:over|in|for)\snext\s(?P<n>{COUNT})(?P<n2>(?!))?\s(?P<u>{_UNIT})", _duration),
    # in six months' time; three weeks from now; two weeks after publication
    form(
        "in so much time",
        rf"""
        (?:in\s(?:just\s|about\s)?(?P<n>{COUNT})\s(?P<u>{_UNIT})['’]?s?['’]?\stime)
        """,
        _after,
    ),
    form("from now", rf"(?P<n>{COUNT})\s(?P<u>{_UNIT})\s(?:from\s(?:now|today)|after\spublication)", _after),
    form("ago", rf"(?:more\sthan\s|over\s)?(?P<n>{COUNT})\s(?P<u>{_UNIT})\sago", _ago),
    form(
        "the last so many",
        rf"""
        (?:(?:in|over|during|for|within)\s)?(?:the|these)\s(?:last|past|previous|recent)\s
        (?:(?P<n>{COUNT})\s)?(?P<u>{_UNIT})(?!\sof\b)
        """,
        _past_span,
    ),
    form(
        "recent times",
        r"(?:in|over|during)\s(?:recent|past|previous)\s(?P<n>(?!))?(?P<u>weeks|months|years)",
        _past_span,
    ),
    form(
        "this or next period",
        rf"(?P<which>{THIS_NEXT})\s{_PERIOD}(?!['’]s?|\s(?:of|group|plan|rule)\b)",
        _period,
    ),
    form("the period", rf"(?P<which>the|each)\s{_PERIOD}(?!['’]s)", _period, needs=True),
    form(
        "later this year",
        rf"(?P<when>later|earlier)\s(?:on\s)?(?:(?:this|in\sthe)\s{_PERIOD}|in\s(?P<y>{YEAR}))",
        _later,
    ),
)

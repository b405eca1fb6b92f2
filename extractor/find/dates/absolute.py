"""Times that name their own day, month, quarter or year; where the year is left out, publication gives it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from extractor.find.dates.grammar import (
    DAY,
    MONTH,
    ORDINAL,
    ORDINAL_WORD,
    SHORT_SPLIT_YEAR,
    SHORT_WEEKDAY,
    SHORT_YEAR,
    SPLIT_YEAR,
    WEEKDAY,
    WEEKDAYS,
    YEAR,
    Form,
    Match,
    any_year,
    form,
    month_number,
    nearest,
    ordinal_number,
    split_year,
    year_number,
)
from extractor.find.dates.intervals import (
    Context,
    Interval,
    academic_year,
    financial_year,
    half_of,
    month_of,
    quarter_of,
    season_of,
    weekday_of,
    year_of,
)
from extractor.lexicon.calendar import load_calendar

_CALENDAR = load_calendar()
SEASON = rf"(?:{'|'.join(_CALENDAR.seasons)})"
# "March next year", "October of this year"
_YEAR_BESIDE = r"(?:,?\s(?:of\s|in\s)?(?P<which>this|next|last)\syear(?!['’]))"
_ANY_YEAR = rf"(?:(?:FY\s?|(?:the\s)?financial\syear\s)?(?:{SPLIT_YEAR}|{SHORT_SPLIT_YEAR})|{YEAR})"


def _days(first: date, last: date) -> Interval:
    return Interval(
        first, last, "day" if first == last else "span", "the day" if first == last else "the first day to the last"
    )


def _numeric(match: Match, context: Context) -> Interval:
    """As in: "30/06/2016" is 30 June 2016, day before month; "2024-03-31" is 31 March 2024 (ISO 8601)."""
    day = date(year_number(match["y"]), int(match["m"]), int(match["d"]))
    return _days(day, day)


def _numeric_day(match: Match, context: Context) -> Interval | None:
    """As in: "31/01" is 31 January, day before month."""

    def make(year: int) -> Interval:
        day = date(year, int(match["m"]), int(match["d"]))
        return _days(day, day)

    return nearest(context, make)


def _worded_day(match: Match, context: Context) -> Interval | None:
    """As in: "the first of April 2015"."""
    number, month = ordinal_number(match["n"]), month_number(match["m"])

    def make(year: int) -> Interval:
        day = date(year, month, number)
        return _days(day, day)

    return make(year_number(match["y"])) if match["y"] else nearest(context, make)


def _calendar_days(match: Match, context: Context) -> Interval | None:
    """As in: "3 and 17 March 2016" is 3 to 17 March; "15 March" takes its year from publication, or from its weekday.

    Published 14 January 2015, "Monday 12 January" is 12 January 2015: a year whose weekday agrees wins.
    """
    parts = match.groupdict()
    numbers = [int(n) for n in re.findall(r"\d{1,2}", match["d"])]
    month = month_number(match["m"])
    if numbers != sorted(numbers):
        raise ValueError("days that run backwards")

    def make(year: int) -> Interval:
        return _days(date(year, month, numbers[0]), date(year, month, numbers[-1]))

    if parts["y"]:
        return make(year_number(parts["y"]))
    if parts["which"]:
        return _beside(context, parts["which"], make)
    return _of_weekday(parts.get("w"), context, make)


def _of_weekday(weekday: str | None, context: Context, make: Callable[[int], Interval]) -> Interval | None:
    found = nearest(context, make)
    if not weekday:
        return found
    wanted = next(number for name, number in WEEKDAYS.items() if name.startswith(weekday[:3].capitalize()))
    if found and found.first and found.first.weekday() != wanted:
        other = nearest(replace(context, ahead=not context.ahead), make)
        return other if other and other.first and other.first.weekday() == wanted else found
    return found


def _beside(context: Context, which: str, make: Callable[[int], Interval]) -> Interval | None:
    """What `make` gives for the year before ("last"), of ("this") or after ("next") publication."""
    if context.published is None:
        return None
    return replace(make(context.published.year + {"last": -1, "this": 0, "next": 1}[which.lower()]), anchored=True)


def _month(match: Match, context: Context) -> Interval | None:
    """As in: "March 2024", "Mar-24", "March next year"; "October" alone takes its year from publication."""
    month = month_number(match["m"])
    if match["y"]:
        return month_of(year_number(match["y"]), month)
    if match["which"]:
        return _beside(context, match["which"], lambda year: month_of(year, month))
    return nearest(context, lambda year: month_of(year, month))


def _month_and_number(match: Match, context: Context) -> Interval | None:
    """As in: "March 31" is a day; "March 25" is March 2025 where that is two years back to nine on."""
    number, month = int(match["d"]), month_number(match["m"])
    if context.published and -2 <= 2000 + number - context.published.year <= 9:
        return month_of(2000 + number, month)
    return nearest(context, lambda year: _days(date(year, month, number), date(year, month, number)))


def _turn(match: Match, context: Context) -> Interval | None:
    """Published 5 March 2019, "next March" is March 2020 (the first to start later), "this March" that of 2019."""
    month = month_number(match["m"])
    return turn(match["turn"], context, lambda year: month_of(year, month))


def turn(word: str, context: Context, make: Callable[[int], Interval]) -> Interval | None:
    """A yearly time: the next to start after publication, this year's, or the last that ended before it."""
    day = context.published
    if day is None:
        return None
    if "last" in word.lower() or "previous" in word.lower():
        found = next(m for y in range(day.year, day.year - 3, -1) if (m := make(y)).last and m.last < day)
    elif "next" in word.lower() or "coming" in word.lower():
        found = next(m for y in range(day.year, day.year + 3) if (m := make(y)).first and m.first > day)
    else:
        found = make(day.year)
        previous = make(day.year - 1)
        # in January the winter that began in December is "this winter"
        if previous.last and previous.last >= day:
            found = previous
    return replace(found, anchored=True)


def _season(match: Match, context: Context) -> Interval | None:
    """As in: "autumn 2020" is 1 September to 30 November; "winter 2024/25" starts in December 2024."""
    month = _CALENDAR.seasons[match["s"].lower()]
    if match["y"]:
        first = re.split(r"[/–-]", match["y"])[0]
        # the spring of 2024/25 is in its second half
        later = first.strip() != match["y"].strip() and month < 6
        return season_of(year_number(first) + later, month)
    if match["which"]:
        return _beside(context, match["which"], lambda year: season_of(year, month))
    return nearest(context, lambda year: season_of(year, month))


def _season_turn(match: Match, context: Context) -> Interval | None:
    """Published June 2023, "next spring" is spring 2024: the first to start after publication."""
    return turn(match["turn"], context, lambda year: season_of(year, _CALENDAR.seasons[match["s"].lower()]))


def _weekday_of_month(match: Match, context: Context) -> Interval | None:
    """As in: "the first Thursday of May 2015" is 7 May 2015."""
    number, weekday, month = ordinal_number(match["n"]), WEEKDAYS[match["w"].capitalize()], month_number(match["m"])

    def make(year: int) -> Interval:
        day = weekday_of(year, month, weekday, number)
        return _days(day, day)

    return make(year_number(match["y"])) if match["y"] else nearest(context, make)


def _year(match: Match, context: Context) -> Interval:
    """As in: "2024", "the year 2024", "calendar year 2024"."""
    return year_of(year_number(match["y"]))


def _financial_year(match: Match, context: Context) -> Interval:
    """As in: "2021/22", "the financial year 2010/11", "FY24/25": 1 April to 31 March."""
    return split_year(match["y"])


def _closing_year(match: Match, context: Context) -> Interval:
    """As in: "FY25" is the financial year that ends in March 2025."""
    return financial_year(year_number(match["y"]) - 1)


def _academic_year(match: Match, context: Context) -> Interval:
    """As in: "academic year 2026/27" is 1 September 2026 to 31 August 2027; "academic year 2026" begins in 2026."""
    return academic_year(year_number(re.split(r"[/–-]", match["y"] or match["y2"])[0]))


def _quarter(match: Match, context: Context) -> Interval | None:
    """As in: "Q1 2021/22" is April to June 2021, "Q1 2024" January to March; "Q2" alone is a financial quarter."""
    numbers = [int(n) for n in re.findall(r"[1-4]", match["q"])]
    if numbers != sorted(numbers):
        raise ValueError("quarters that run backwards")
    written = match["y"] or match["y2"]

    def make(year: Interval) -> Interval:
        first = quarter_of(year, numbers[0])
        return replace(first, last=quarter_of(year, numbers[1]).last, unit="span") if numbers[1:] else first

    if written:
        return make(any_year(written))
    return nearest(context, lambda year: make(financial_year(year)))


def _half(match: Match, context: Context) -> Interval | None:
    """As in: "H1 2024/25" is April to September 2024; "H2" alone is of the financial year."""
    if match["y"]:
        return half_of(any_year(match["y"]), int(match["h"]))
    return nearest(context, lambda year: half_of(financial_year(year), int(match["h"])))


_TWO_DIGITS = rf"(?:{SHORT_YEAR}|(?<=-)\d\d\b)"
FORMS: tuple[Form, ...] = (
    # 2024-03-31
    form("ISO date", r"(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)(?![\d-])", _numeric),
    # 30/06/2016, 30.06.2016, 3/6/16
    form("numeric date", r"(?P<d>\d{1,2})(?:/(?P<m>\d{1,2})/(?P<y>(?:20|19)\d\d|\d\d))(?![\d/])", _numeric),
    # 12/4 and 31/01 take their year from publication; 24/7 is none
    form(
        "numeric day and month",
        r"(?P<d>3[01]|[12]\d|0?[1-9])/(?P<m>1[0-2]|0?[1-9])(?<!24/7)(?!\d|[/.-]\d)",
        _numeric_day,
        bare=False,
    ),
    form("dotted date", r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>(?:20|19)\d\d)(?!\d|\.\d)", _numeric),
    form(
        "calendar days",
        # "2000-01 and 1 January": the second half of a year is no day
        rf"""
        (?<!\d[-–/])(?:(?P<w>{SHORT_WEEKDAY}),?\s)? (?:the\s)?
        (?P<d>{DAY} (?:(?:,\s|\s?[/–-]\s?|\sand\s|\sor\s|\sto\s|,\sand\s){DAY}){{0,5}})   # 3 / 3 and 17 / 3–17
        (?:\s(?:of\s)?|-) (?P<m>{MONTH})                                    # 6 May / 3rd of May / 31-Mar
        (?: ,?\s(?P<y>{YEAR} | {SHORT_YEAR} | \d\d(?=\s{{0,2}}(?:[.,;:)]|$)))  # 2021 / ’24 / 24 where a clause ends
          | {_YEAR_BESIDE} )?
        """,
        _calendar_days,
    ),
    form("day in words", rf"(?:the\s)?(?P<n>{ORDINAL_WORD})\sof\s(?P<m>{MONTH})(?:,?\s(?P<y>{YEAR}))?", _worded_day),
    # 31-Mar-24, 31-March-2024
    form("hyphenated date", rf"(?P<d>{DAY})-(?P<m>{MONTH})-(?P<y>{YEAR}|\d\d)(?P<which>(?!))?", _calendar_days),
    # May 6, 2021; March 3rd
    form("month first", rf"(?P<m>{MONTH})\s(?P<d>{DAY}),?\s(?P<y>{YEAR})(?P<which>(?!))?", _calendar_days),
    form(
        "month first, no year", rf"(?P<m>{MONTH})\s(?P<d>{DAY}(?<=[a-z]))(?P<y>(?!))?(?P<which>(?!))?", _calendar_days
    ),
    form(
        "month and number",
        rf"(?P<m>{MONTH})\s(?P<d>{DAY}(?<=\d))(?!\s(?:{MONTH}|%|per\scent))",
        _month_and_number,
        bare=False,
    ),
    form(
        "month",
        rf"(?P<m>{MONTH}) (?:,?\s(?:of\s)?(?P<y>{YEAR}|{SHORT_YEAR})|{_YEAR_BESIDE})",
        _month,
        qualifies=True,
    ),
    # Mar-24, Mar24 in tables
    form("short month", rf"(?P<m>{MONTH})-?(?P<y>{_TWO_DIGITS}|(?<=-){YEAR})(?P<which>(?!))?", _month, qualifies=True),
    form("month, no year", rf"(?P<m>{MONTH})(?P<y>(?!))?(?P<which>(?!))?", _month, bare=False, qualifies=True),
    form("this or next month by name", rf"(?P<turn>this\scoming|this|next|last)\s(?P<m>{MONTH})", _turn),
    form(
        "weekday of a month",
        rf"(?:the\s)?(?P<n>{ORDINAL})\s(?P<w>{WEEKDAY})\s(?:of|in)\s(?P<m>{MONTH})(?:,?\s(?P<y>{YEAR}))?",
        _weekday_of_month,
    ),
    form(
        "season",
        rf"(?P<s>{SEASON})(?:\sterm)?(?:,?\s(?:of\s)?(?P<y>{SPLIT_YEAR}|{YEAR})|{_YEAR_BESIDE})",
        _season,
        qualifies=True,
    ),
    form("season, no year", rf"(?P<s>{SEASON})(?:\sterm)?(?P<y>(?!))?(?P<which>(?!))?", _season, bare=False),
    form("this or next season", rf"(?P<turn>this\scoming|the\scoming|this|next|last)\s(?P<s>{SEASON})", _season_turn),
    form(
        # no year in "2000 and 50 nurses", but "30 per cent by 2026 and 50 per cent by 2028" has one
        "year",
        rf"(?P<y>{YEAR})(?:(?!\s(?:to|and)\s\d+\s(?!{MONTH}))|(?<=\b(?:by|in)\s\d{{4}})(?=\sand\s\d{{1,3}}\s))",
        _year,
        bare=False,
        qualifies=True,
    ),
    form("named year", rf"(?:the\s)?(?:calendar\s)?year\s(?P<y>{YEAR})", _year),
    form("financial year", rf"(?P<y>{SPLIT_YEAR}|{SHORT_SPLIT_YEAR})", _financial_year, bare=False, qualifies=True),
    form(
        "named financial year",
        rf"""
        (?:the\s)?(?:FY\s?|(?:financial|fiscal|tax|reporting)\syears?,?\s)(?P<y>{SPLIT_YEAR}|{SHORT_SPLIT_YEAR})
        """,
        _financial_year,
    ),
    form(
        "financial year named after",
        # the 2025/26 financial year
        rf"(?:the\s)?(?P<y>{SPLIT_YEAR}|{SHORT_SPLIT_YEAR})\s(?:financial|fiscal|tax|reporting)\syear",
        _financial_year,
    ),
    form("closing year", r"FY\s?(?P<y>(?:20)?\d\d)(?![/–-]?\d)", _closing_year),
    form(
        "academic year",
        rf"""
        (?:the\s)? (?: (?:academic|school)\syears?\s(?P<y>{SPLIT_YEAR}|{YEAR})   # academic year 2026/27
                     | (?P<y2>{SPLIT_YEAR}|{YEAR})\s(?:academic|school)\syear )  # the 2026/27 academic year
        """,
        _academic_year,
    ),
    form(
        "quarter",
        rf"""
        (?: (?P<y2>{_ANY_YEAR})\s )?                                             # 2024/25 Q3
        (?P<q> (?:Q|quarters?\s)[1-4] (?:\s?(?:and|to|[/–-]|&)\s?(?:Q|quarter\s)?[1-4](?!\d))? )
        (?: ,?\s(?:of\s)?(?P<y>{_ANY_YEAR}) )?
        """,
        _quarter,
        qualifies=True,
    ),
    form("half", rf"H(?P<h>[12])(?:,?\s(?:of\s)?(?P<y>{_ANY_YEAR}))?", _half, qualifies=True),
)

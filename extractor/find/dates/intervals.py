"""Calendar arithmetic on closed intervals of days, by the conventions of British government."""

import calendar
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from extractor.records import Precision

Unit = Literal["day", "days", "week", "month", "quarter", "season", "half", "year", "financial year", "span", "event"]

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Interval:
    """The days from `first` to `last`, None where open. `unit` decides what "early" or "before" makes of it.

    `anchored`: counted from publication. `floating`: its year was not written and could be another.
    """

    first: date | None
    last: date | None
    unit: Unit
    rule: str
    anchored: bool = False
    floating: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """What a resolver may know: the publication day (None: unknown), its precision and which way to look for a year.

    `ahead`: a date without a year is the first on or after publication, otherwise the last on or before it.
    """

    published: date | None
    precision: Precision | None
    ahead: bool

    def day(self) -> date | None:
        """The publication day where days can be counted from it: a document dated only by its year has none."""
        return None if self.precision == "year" else self.published


def anchored(first: date | None, last: date | None, rule: str) -> Interval:
    """The days from `first` to `last`, counted from publication."""
    return Interval(first, last, "day" if first == last else "span", rule, anchored=True)


def add_months(day: date, months: int) -> date:
    """`day` so many months on, on the last day where the month is shorter: 31 January + 1 is 28 or 29 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_from(year: int, month: int, count: int) -> tuple[date, date]:
    """First and last day of `count` months from the given one: (2024, 12, 3) is December to the end of February."""
    first = date(year, month, 1)
    return first, add_months(first, count) - ONE_DAY


def month_of(year: int, month: int) -> Interval:
    first, last = months_from(year, month, 1)
    return Interval(first, last, "month", "the whole month")


def year_of(year: int) -> Interval:
    return Interval(date(year, 1, 1), date(year, 12, 31), "year", "calendar year")


def financial_year(start: int, *, month: int = 4) -> Interval:
    """The financial year that begins in `start`: 2021 is 1 April 2021 to 31 March 2022."""
    first, last = months_from(start, month, 12)
    return Interval(first, last, "financial year", "financial year: 1 April to 31 March")


def academic_year(start: int, *, month: int = 9) -> Interval:
    first, last = months_from(start, month, 12)
    return Interval(first, last, "year", "academic year: 1 September to 31 August")


def start_year(day: date, month: int) -> int:
    """The year in which the year that begins each `month` and holds `day` began: 5 March 2019 and 4 give 2018."""
    return day.year if day.month >= month else day.year - 1


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of the week that holds `day`."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def quarter_of(year: Interval, number: int) -> Interval:
    """A quarter of a calendar or financial year: the first of 2021/22 is April to June 2021."""
    return part_of(
        year, number, 3, "quarter", "quarter of a financial year" if _financial(year) else "calendar quarter"
    )


def half_of(year: Interval, number: int) -> Interval:
    """A half of a year: the first of 2024 is 1 January to 30 June."""
    return part_of(year, number, 6, "half", "half of a financial year" if _financial(year) else "half of a year")


def part_of(year: Interval, number: int, months: int, unit: Unit, rule: str) -> Interval:
    """The `number`th stretch of so many months of a year; ValueError where there is no such stretch."""
    if year.first is None or not 1 <= number <= 12 // months:
        raise ValueError(f"no stretch {number} of {months} months")
    first = add_months(year.first, months * (number - 1))
    return replace(year, first=first, last=add_months(first, months) - ONE_DAY, unit=unit, rule=rule)


def _financial(year: Interval) -> bool:
    return year.unit == "financial year"


def season_of(year: int, month: int) -> Interval:
    """The season that starts in `month` of `year`: winter 2024 is 1 December 2024 to 28 February 2025."""
    first, last = months_from(year, month, 3)
    return Interval(first, last, "season", "season: meteorological, three months")


def third(interval: Interval, which: int) -> Interval:
    """Early (0), mid (1) or late (2): days 1–10, 11–20, 21–last of a month, whole months of anything longer.

    Early 2024 is January to April, mid-May is 11 to 20 May, late spring is May.
    """
    first, last = interval.first, interval.last
    if first is None or last is None:
        raise ValueError("an open interval has no early, middle or late part")
    name = ("early", "mid", "late")[which]
    if interval.unit == "month":
        start = first + timedelta(days=10 * which)
        end = last if which == 2 else start + timedelta(days=9)
        return replace(interval, first=start, last=end, unit="days", rule=f"{name}: a third of the month")
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if months % 3:
        raise ValueError(f"{months} months have no thirds")
    start = add_months(first, which * months // 3)
    end = add_months(start, months // 3) - ONE_DAY
    return replace(interval, first=start, last=end, unit="span", rule=f"{name}: a third of the {interval.unit}")


def weekday_of(year: int, month: int, weekday: int, number: int) -> date:
    """The `number`th weekday (Monday 0) of a month, -1 for the last: the first Thursday of May 2015 is the 7th."""
    first, last = months_from(year, month, 1)
    if number == -1:
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))
    if day > last:
        raise ValueError(f"{first:%B %Y} has no weekday number {number}")
    return day


def easter_sunday(year: int) -> date:
    """Easter Sunday in the Gregorian calendar (anonymous computus, Nature, 20 April 1876): 2024 gives 31 March."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    ell = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    month, day = divmod(h + ell - 7 * ((a + 11 * h + 22 * ell) // 451) + 114, 31)
    return date(year, month, day + 1)

"""Days that a document gives as its own: spans that look like a date, and the ISO day, month or year that they mean."""

import re
from datetime import date
from functools import cache
from typing import Any

from extractor.records import Precision

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_YEAR = r"(?:19|20)\d\d"
# Searching for dates is left to this pattern: dateparser's own search reads "may", "We" and "by 30%" as dates.
DATE = re.compile(
    rf"""
    (?<![\d/.])\b(?:
        {_YEAR}-\d\d(?:-\d\d)?(?!\d)                                   # 2024-03-05, 2024-03
      | \d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{MONTH}\.?,?\s+{_YEAR}   # 5th of March 2024
      | {MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,\s+{_YEAR}              # March 5, 2024
      | \d{{1,2}}/\d{{1,2}}/(?:{_YEAR}|\d\d)(?![\d/])                  # 05/03/2024, 5/3/24: the day first
      | \d{{1,2}}[.-]\d{{1,2}}[.-]{_YEAR}                              # 05.03.2024
      | {MONTH}\.?,?\s+{_YEAR}                                         # March 2024
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ].*)?)?)?", re.DOTALL)
_NUMBERS = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})")
_TWO_DIGIT_YEARS_FROM = 70  # 70 to 99 are of the last century, as in POSIX


def parse_day(value: str) -> tuple[date, Precision] | None:
    """An ISO day, month or year (a time of day may follow a day) as its first day and its precision."""
    found = _ISO.fullmatch(value.strip())
    if found is None:
        return None
    year, month, day = found.groups()
    precision: Precision = "day" if day else "month" if month else "year"
    try:
        return date(int(year), int(month or 1), int(day or 1)), precision
    except ValueError:
        return None


def iso_day(stamp: object) -> str | None:
    """A time stamp or a written-out date ("6th December 2023", "Wed, 06 Dec 2023 10:00 GMT") as an ISO day or month.

    None where it is no string, no date, or no possible one. Figures alone are read the day first, never the month:
    "02/13/2024" is no date.
    """
    if not isinstance(stamp, str) or len(stamp) > 60:
        return None
    text = stamp.strip()
    if _ISO.fullmatch(text):
        return text[:10] if len(text) > 4 and parse_day(text) else None
    if figures := _NUMBERS.match(text):
        return _from_figures(*figures.groups())
    if DATE.fullmatch(text):
        return _from_words(text)
    found = _parser().get_date_data(re.sub(r"(?<=\d)\s+of\s+", " ", stamp))
    if found.date_obj is None or found.period not in ("day", "month", "time"):
        return None
    return str(found.date_obj.date())[: 7 if found.period == "month" else 10]


def iso_of(year: str | int, month: str | int | None = None, day: str | int | None = None) -> str | None:
    """A year, a month (its number or its name) and a day as an ISO day, month or year; None where there is no such."""
    full = int(year)
    if full < 100:
        full += 1900 if full >= _TWO_DIGIT_YEARS_FROM else 2000
    if month is None:
        return f"{full:04}"
    number = int(month) if str(month).isdecimal() else _MONTHS.index(str(month)[:3].casefold()) + 1
    value = f"{full:04}-{number:02}" + (f"-{int(day):02}" if day is not None else "")
    return value if parse_day(value) else None


def fits_weekday(day: date, weekday: str) -> bool:
    """Whether a day falls on the weekday of a name such as "Thursday" or "thurs"."""
    return _WEEKDAYS[day.weekday()] == weekday[:3].casefold()


def _from_figures(day: str, month: str, year: str) -> str | None:
    return iso_of(year, month, day)


def _from_words(text: str) -> str | None:
    """A day or month with its month in letters; the figure of four digits is the year, the other one the day."""
    name = re.search(MONTH, text, re.IGNORECASE)
    figures = re.findall(r"\d+", text)
    return iso_of(figures[-1], name[0], figures[0] if len(figures) > 1 else None) if name else None


@cache
def _parser() -> Any:
    # Loading takes a third of a second; only the stamps of mail, feeds and web pages need it.
    from dateparser.date import DateDataParser

    return DateDataParser(
        languages=["en"],
        settings={
            "DATE_ORDER": "DMY",
            "PARSERS": ["absolute-time"],
            "PREFER_DAY_OF_MONTH": "first",
            "REQUIRE_PARTS": ["month", "year"],
        },
    )

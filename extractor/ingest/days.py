"""Days that a document gives as its own: spans that look like a date, resolved by dateparser."""

import re
from datetime import date
from functools import cache
from typing import Any

from extractor.records import Precision

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_YEAR = r"(?:19|20)\d\d"
# Searching for dates is left to this pattern: dateparser's own search reads "may", "We" and "by 30%" as dates.
DATE = re.compile(
    rf"""
    \b(?:
        {_YEAR}-\d\d(?:-\d\d)?(?!\d)                                # 2024-03-05, 2024-03
      | \d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\.?,?\s+{_YEAR}  # 5th of March 2024
      | {_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,\s+{_YEAR}             # March 5, 2024
      | \d{{1,2}}/\d{{1,2}}/{_YEAR}                                  # 05/03/2024, the day first
      | {_MONTH}\.?,?\s+{_YEAR}                                      # March 2024
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ].*)?)?)?", re.DOTALL)


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

    None where it is no string, no date, or no possible one.
    """
    if not isinstance(stamp, str) or len(stamp) > 60:
        return None
    if _ISO.fullmatch(stamp.strip()):
        return stamp.strip()[:10] if len(stamp.strip()) > 4 and parse_day(stamp) else None
    found = _parser().get_date_data(re.sub(r"(?<=\d)\s+of\s+", " ", stamp))
    if found.date_obj is None or found.period not in ("day", "month", "time"):
        return None
    return str(found.date_obj.date())[: 7 if found.period == "month" else 10]


@cache
def _parser() -> Any:
    # Loading takes a third of a second, which a file with a sidecar need not wait for.
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

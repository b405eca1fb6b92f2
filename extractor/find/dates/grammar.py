"""Building blocks of the date grammar: what a month, a day, a year or a count looks like, and a form made of them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from extractor.find.dates.intervals import Context, Interval, financial_year, year_of
from extractor.find.numbers import ORDINALS, SMALL_WORDS, number

Match = re.Match[str]

MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "January Jan", "February Feb", "March Mar", "April Apr", "May", "June Jun", "July Jul", "August Aug",
            "September Sept Sep", "October Oct", "November Nov", "December Dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
WEEKDAYS = {
    name: day for day, name in enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"))
}
_MONTH_NAMES = "|".join(sorted([*MONTHS, *(m.upper() for m in MONTHS)], key=len, reverse=True))
# Months and weekdays have a capital: "may" and "march" are verbs. "Jan." keeps its full stop before a digit.
MONTH = rf"(?-i:(?:{_MONTH_NAMES})\b(?:\.(?=\s*\d))?)"
WEEKDAY = rf"(?-i:(?:{'|'.join(WEEKDAYS)})\b)"
# before a day of the month a weekday may be cut short
SHORT_WEEKDAY = rf"(?-i:(?:{'|'.join(WEEKDAYS)}|Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\b\.?)"
# "3", "03", "3rd"; never the tail of a longer number, a price or a decimal
DAY = r"(?<![\d.,/£$€])(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?![\d%])"
YEAR = r"(?<![\d.,£$€])(?:19|20)\d\d(?!\d|,\d|\.\d|%|/\d)"
SHORT_YEAR = r"['’]\d\d\b"
# "2021/22", "2021-22", "2021/2022", "2021–22"
SPLIT_YEAR = r"(?<![\d/.,£$€-])(?:19|20)\d\d\s?[/–‑-]\s?(?:(?:19|20)\d\d|\d\d)(?![\d/%]|-\d)"
# "24/25" counts only where the second number is the next one
SHORT_SPLIT_YEAR = r"(?<![\d/.,£$€-])\d\d\s?[/–-]\s?\d\d(?![\d/%]|[.-]\d)"
ORDINAL = rf"(?:{'|'.join(ORDINALS)}|last|final|latter|1st|2nd|3rd|4th)"
ORDINAL_WORD = rf"(?:{'|'.join(ORDINALS)})"
COUNT = rf"(?:(?<![\d.,])\d{{1,3}}(?![\d.,]\d|%)|{SMALL_WORDS}|an?|a\scouple\sof|several|a\sfew|few)"
THIS_NEXT = (
    r"(?:this\scoming|the\scoming|the\scurrent|the\spresent|this|next|last|the\sprevious|the\snext|the\slast"
    r"|the\snew(?=\s(?:financial|academic|school|tax)))"
)


@dataclass(frozen=True, slots=True)
class Form:
    """A way of writing a time. `resolve` gives its interval, None where it cannot be known (no publication day).

    `bare`: may stand without a preposition. `qualifies`: often only describes a noun ("the 2016 report").
    `needs`: stands only after a word for a part ("the end of the year").
    """

    name: str
    pattern: re.Pattern[str]
    resolve: Callable[[Match, Context], Interval | None]
    bare: bool = True
    qualifies: bool = False
    needs: bool = False


def form(
    name: str,
    pattern: str,
    resolve: Callable[[Match, Context], Interval | None],
    *,
    bare: bool = True,
    qualifies: bool = False,
    needs: bool = False,
) -> Form:
    """A form from a verbose, case-insensitive pattern that starts and ends at word boundaries."""
    # the line break keeps a comment at a pattern's end from swallowing what follows
    compiled = re.compile(rf"\b(?=\w)(?<!pre-)(?<!post-)(?:{pattern}" + "\n" + r")(?!\w)", re.VERBOSE | re.IGNORECASE)
    return Form(name, compiled, resolve, bare, qualifies, needs)


def month_number(text: str) -> int:
    """As in: "Sept", "SEPTEMBER" and "Sep." are 9."""
    return MONTHS[text.strip(". ").capitalize()]


def year_number(text: str) -> int:
    """As in: "2024" is itself; "24" and "’24" are 2024, "97" is 1997 (from 70 on, the last century)."""
    digits = int(text.strip("'’ -"))
    return digits if digits >= 100 else digits + (1900 if digits >= 70 else 2000)


def ordinal_number(text: str) -> int:
    """As in: "first" and "1st" are 1; "last" and "final" are -1; "latter" is 2."""
    word = text.lower()
    if word in ORDINALS:
        return ORDINALS[word]
    return {"last": -1, "final": -1, "latter": 2}.get(word) or int(word[0])


def count_number(text: str) -> int | None:
    """A count of weeks or years; None for "few" and "several", whose length is a convention."""
    word = " ".join(text.lower().split())
    if word in ("a", "an"):
        return 1
    if word == "a couple of":
        return 2
    return None if word.endswith("few") or word == "several" else int(number(word))


def split_year(text: str) -> Interval:
    """As in: "2021/22" is the financial year from 1 April 2021; "2024-29" the calendar years 2024 to 2029.

    ValueError where the second year is not after the first.
    """
    left, right = (part.strip() for part in re.split(r"[/–‑-]", text))
    start = year_number(left)
    end = int(right) if len(right) == 4 else start // 100 * 100 + int(right)
    end += 100 if end < start and len(right) == 2 else 0
    if end == start + 1:
        return financial_year(start)
    if len(left) == 2 or not start < end <= start + 30:
        raise ValueError(f"{text!r} is no span of years")
    return Interval(date(start, 1, 1), date(end, 12, 31), "span", "from the first year to the last")


def any_year(text: str) -> Interval:
    """A calendar year from "2024" or a financial year from "2024/25" or "24/25"."""
    return split_year(text) if re.search(r"\d\s?[/–‑-]", text) else year_of(year_number(text))


def nearest(context: Context, make: Callable[[int], Interval | None]) -> Interval | None:
    """The `make(year)` that a phrase without a year means (see Context.ahead); None without a publication day.

    Published 8 June 2023, ahead, "October" is October 2023 and "March" March 2024; back, October 2022 and March 2023.
    """
    day = context.published
    if day is None:
        return None
    # eight years reach the next 29 February across a century that has none
    years = range(day.year - 1, day.year + 9) if context.ahead else range(day.year + 1, day.year - 9, -1)
    for year in years:
        try:
            found = make(year)
        except ValueError:
            continue
        if found is None or found.first is None or found.last is None:
            continue
        if (found.last >= day) if context.ahead else (found.first <= day):
            return Interval(found.first, found.last, found.unit, found.rule, floating=True, anchored=True)
    return None

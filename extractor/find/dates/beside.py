"""Days and weeks told by their place beside publication: today, Friday week, the weekend, the 23rd, month 7."""

from dataclasses import replace
from datetime import timedelta

from extractor.find.dates.grammar import WEEKDAY, WEEKDAYS, Form, Match, form, nearest, ordinal_number
from extractor.find.dates.intervals import ONE_DAY, Context, Interval, add_months, anchored, months_from, week_of
from extractor.lexicon.calendar import load_calendar

_CONVENTIONS = load_calendar().conventions


def _near_day(match: Match, context: Context) -> Interval | None:
    """As in: "today", "tomorrow" and "yesterday"; "immediately" and "by return" are the publication day if promised."""
    day = context.day()
    word = match[0].lower()
    if day is None or not (context.ahead or word.endswith("day")):
        return None
    there = day + timedelta(days={"tomorrow": 1, "yesterday": -1}.get(word.split()[0], 0))
    return anchored(there, there, "the publication day" if there == day else f"{word}: beside the publication day")


def _weekday(match: Match, context: Context) -> Interval | None:
    """Published on Wednesday 12 January 2022, "Friday" and "next Friday" are 14 January; back, "Friday" is the 7th."""
    day = context.day()
    if day is None:
        return None
    weekday, which = WEEKDAYS[match["w"].capitalize()], (match["turn"] or "").lower()
    ahead = (weekday - day.weekday()) % 7
    back = (day.weekday() - weekday) % 7
    if which == "next":
        there = day + timedelta(days=ahead or 7)
    elif which == "last":
        there = day - timedelta(days=back or 7)
    else:
        there = day + timedelta(days=ahead) if context.ahead or which else day - timedelta(days=back)
    return anchored(there, there, "the weekday beside publication")


def _same_time(match: Match, context: Context) -> Interval | None:
    """Published 8 June 2023, "this time next year" is 8 June 2024, "this time last year" 8 June 2022."""
    day = context.day()
    if day is None:
        return None
    sign = 1 if match["turn"].lower() == "next" else -1
    return anchored(there := add_months(day, 12 * sign), there, f"that day: publication {'+-'[sign < 0]} 1 year")


def _now(match: Match, context: Context) -> Interval | None:
    """As in: "between now and May", which starts with publication; alone it is no time."""
    day = context.day()
    return anchored(day, day, "now: the publication day") if day else None


def _from_now_on(match: Match, context: Context) -> Interval | None:
    day = context.day()
    return anchored(day, None, "from the publication day") if day else None


def _weekend(match: Match, context: Context) -> Interval | None:
    """Published on Wednesday 12 January 2022, "the weekend" is 15 and 16 January, "next weekend" a week later."""
    day = context.day()
    if day is None:
        return None
    sunday = week_of(day)[1]
    weeks = {"next": 1, "last": -1}.get((match["which"] or "").lower(), 0 if context.ahead else -1)
    there = sunday + timedelta(weeks=weeks)
    return anchored(there - ONE_DAY, there, "the weekend: Saturday and Sunday")


def _week_on(match: Match, context: Context) -> Interval | None:
    """Published on Tuesday 17 October 2023, "Friday week" is 27 October and "a week today" 24 October."""
    day = context.day()
    if day is None:
        return None
    name = match["w"] or match["w2"]
    ahead = (WEEKDAYS[name.capitalize()] - day.weekday()) % 7 if name else int("tomorrow" in match[0].lower())
    there = day + timedelta(days=ahead, weeks=2 if match[0].lower().startswith("a fortnight") else 1)
    return anchored(there, there, "that day, a week on")


def _month_day(match: Match, context: Context) -> Interval | None:
    """Published 3 July 2014, "until the 25th" is 25 July; "the first of this month" 1 July."""
    day = context.published
    if day is None or context.precision == "year" or not (context.ahead or match["which"]):
        return None
    number = ordinal_number(match["n"]) if match["n"] else int(match["d"])
    which = (match["which"] or "").lower()
    for step in (1,) if which == "next" else (0,) if which else range(3) if context.ahead else range(0, -3, -1):
        month = add_months(day.replace(day=1), step)
        if number > (add_months(month, 1) - month).days:
            continue
        there = month.replace(day=number)
        if which or (there >= day if context.ahead else there <= day):
            return anchored(there, there, "the day of the month beside publication")
    return None


def _numbered_month(match: Match, context: Context) -> Interval | None:
    """As in: "month 7" of a board's figures is October, the seventh month of the financial year."""

    def make(year: int) -> Interval:
        first, _ = months_from(year, _CONVENTIONS.financial_year_month, 12)
        month = add_months(first, int(match["n"]) - 1)
        return Interval(month, add_months(month, 1) - ONE_DAY, "month", f"month {match['n']} of the financial year")

    return nearest(context, make)


def _months_so_far(match: Match, context: Context) -> Interval | None:
    """As in: "to month 7": April to October."""
    month = _numbered_month(match, context)
    if month is None or month.first is None:
        return None
    return replace(month, first=add_months(month.first, 1 - int(match["n"])), unit="span", rule=f"up to {month.rule}")


FORMS: tuple[Form, ...] = (
    form(
        "near day",
        r"""
        (?:today|tomorrow|yesterday)(?!['’]) | with\simmediate\seffect
      | immediately(?!\s(?:after|before|following|available|prior|adjacent|below|above|if|when|upon))
      | (?<!all\s)(?<!almost\s)at\sonce(?=\s?(?:[.,;:)]|$))
      | by\sreturn(?:\sof\s(?:post|email))? | straight\saway | forthwith
        """,
        _near_day,
    ),
    form("weekday", rf"(?P<turn>(?!))?(?P<w>{WEEKDAY})(?!['’]s)", _weekday, bare=False),
    form("this or next weekday", rf"(?P<turn>next|last|this\scoming|this)\s(?P<w>{WEEKDAY})(?!['’]s)", _weekday),
    form("this time next year", r"(?:this|the\ssame)\s(?:time|point)\s(?P<turn>next)\syear", _same_time),
    form("this time last year", r"(?:this|the\ssame)\s(?:time|point)\s(?P<turn>last)\syear", _same_time),
    form("now", r"(?:(?<=between\s)|(?<=from\s))now(?=\s(?:and|to|until|till|up\sto)\s(?!then))", _now),
    form("from now on", r"from\snow\son(?:wards)?|henceforth", _from_now_on),
    form("weekend", r"(?:(?P<which>this|next|last|the|this\scoming)\s)weekend(?!['’])", _weekend, bare=False),
    # by Friday week; a week today; a week on Monday
    form(
        "a week on",
        rf"(?P<w>{WEEKDAY})\sweek | a\s(?:week|fortnight)\s(?:today|tomorrow|(?:on\s)?(?P<w2>{WEEKDAY}))",
        _week_on,
    ),
    # on the 23rd; from the first of this month
    form(
        "day of the month",
        r"""
        (?:(?<=\bon\s)|(?<=\bby\s)|(?<=\buntil\s)|(?<=\bfrom\s)|(?<=\bbefore\s)|(?<=\bis\s))the\s
        (?: (?P<d>3[01]|[12]?\d)(?:st|nd|rd|th) | (?P<n>first) )
        (?: \sof\s(?P<which>this|next|the)\smonth | (?<=\d[a-z]{2})(?=\s?(?:[.,;:)]|$)|\s(?:and|or|to|at)\s) )
        """,
        _month_day,
    ),
    # Spending to month 7; by month 8
    form("months so far", r"(?:year\s)?to\smonth\s(?P<n>1[0-2]|[1-9])(?!\d|\.\d)", _months_so_far),
    form("numbered month", r"month\s(?P<n>1[0-2]|[1-9])(?!\d|\.\d)", _numbered_month, bare=False),
)

"""The page of deadlines as a calendar: a month as a table, Monday first, and the list of a single day."""

import re
import sqlite3
from calendar import Calendar
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from extractor.web import data, page, queries, scope, tables, words
from extractor.web.queries import months

EACH_DAY = 5
ROWS = 50
FIRST_YEAR, LAST_YEAR = 1900, 2200
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


async def calendar(datasette: Any, request: Any) -> Any:
    """What is due in a month, day by day; or all that is due on one day."""
    asked = scope.asked(request)
    search = replace(asked.search, each=page.choice_parameter(request, "each", queries.EACH))
    day = _day(request)
    month = day.replace(day=1) if day else _month(request, search.today)
    first, last = (day, day) if day else (month, _after(month) - timedelta(days=1))
    between = (first.isoformat(), last.isoformat())
    number = page.page_parameter(request)

    def look(connection: sqlite3.Connection) -> dict[str, Any]:
        total = months.count_between(connection, search, *between)
        shown = page.Pagination(number, ROWS, total).check()
        if day:
            rows = months.due_between(connection, search, *between, limit=shown.size, offset=shown.offset)
            found: dict[str, object] = {"rows": rows, "due": {}}
        else:
            found = {"rows": (), "due": months.due_by_day(connection, search, *between, each=EACH_DAY)}
        before, after = months.nearest_days(connection, search, *between)
        name = scope.name(connection, asked)
        return {"pagination": shown, "before": before, "after": after, "name": name, **found}

    found = await page.read(datasette, look)
    context = {
        "day": day,
        "month": month,
        "title": words.day(day.isoformat()) if day else f"{month:%B} {month.year}",
        "weeks": Calendar().monthdatescalendar(month.year, month.month),
        "weekdays": WEEKDAYS,
        "today": search.today,
        "previous": month - timedelta(days=1),
        "following": _after(month),
        **found,
    }
    table = tables.of_pledges(
        lambda connection, limit, offset: months.due_between(connection, search, *between, limit=limit, offset=offset),
        found["pagination"],
    )
    return await data.answer(
        datasette, "calendar.html", context, request=request, table=table, follow=asked.given, as_of=search.as_of
    )


def _day(request: Any) -> date | None:
    value = page.text_parameter(request, "day")
    if not value:
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        day = None
    if day is None or day.isoformat() != value or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise page.BadParameter(f"“day” is a day such as 2026-03-31; it cannot be “{words.shorten(value, 40)}”.")
    return day


def _month(request: Any, today: str) -> date:
    """The first day of the month asked for, else of this month."""
    value = page.text_parameter(request, "month") or today[:7]
    match = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", value)
    if match is None or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        raise page.BadParameter(f"“month” is a month such as 2026-03; it cannot be “{words.shorten(value, 40)}”.")
    return date(int(match[1]), int(match[2]), 1)


def _after(month: date) -> date:
    """The first day of the next month."""
    return (month + timedelta(days=31)).replace(day=1)

"""The pages that are lists: an owner's pledges, deadlines, what is unclear, what could not be read."""

import sqlite3
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any

from extractor.errors import REASONS
from extractor.records import VOICES
from extractor.store.rows import financial_year
from extractor.web import merged, page, queries, words

ROWS = 50
PREVIEW = 8
WHEN = ("ahead", "passed")


def _narrowed(request: Any) -> queries.Search:
    """What every list of pledges can be narrowed to."""
    return queries.Search(
        sure=page.choice_parameter(request, "sure", tuple(words.SURE)),
        voice=page.choice_parameter(request, "voice", VOICES),
    )


async def owner(datasette: Any, request: Any) -> Any:
    """An owner: when it existed, whom it followed, who followed it, its other names, and its pledges by state."""
    slug = page.path_variable(request, "slug")
    state = page.choice_parameter(request, "state", tuple(words.STATES))
    narrowed = replace(_narrowed(request), owner=slug, order="due")
    number = page.page_parameter(request)

    def look(connection: sqlite3.Connection) -> dict[str, object]:
        row = queries.owner(connection, slug)
        if row is None:
            raise page.NothingHere("No owner has this name here.")
        search = replace(narrowed, state=state)
        shown = page.Pagination(number, ROWS, queries.count_pledges(connection, search)).check()
        totals = {total["state"]: total["total"] for total in queries.count_states(connection, narrowed)}
        return {
            "o": row,
            "predecessors": queries.predecessors(connection, slug),
            "counted_as": merged.counted_as(connection, row["name"]),
            "names_under": merged.names_under(connection, row["name"]),
            "states": [(name, totals.get(name, 0)) for name in words.STATES],
            "search": search,
            "pagination": shown,
            "results": queries.find_pledges(connection, search, limit=shown.size, offset=shown.offset),
        }

    return page.render(datasette, "owner.html", await page.read(datasette, look), request=request)


async def deadlines(datasette: Any, request: Any) -> Any:
    """What falls due, by financial year, what comes next first; or one year; or what has passed."""
    search = replace(_narrowed(request), year=page.year_parameter(request))
    passed = page.choice_parameter(request, "when", WHEN) == "passed"
    number = page.page_parameter(request)

    def look(connection: sqlite3.Connection) -> dict[str, object]:
        shown = page.Pagination(number, ROWS, queries.count_due(connection, search, passed=passed)).check()
        rows = queries.due(connection, search, passed=passed, limit=shown.size, offset=shown.offset)
        return {
            "years": queries.deadline_years(connection, search),
            "groups": [(name, list(group)) for name, group in groupby(rows, key=lambda row: row["deadline_year"])],
            "pagination": shown,
        }

    found = await page.read(datasette, look)
    context = {"search": search, "passed": passed, "this_year": financial_year(date.today()), **found}
    return page.render(datasette, "deadlines.html", context, request=request)


async def unclear(datasette: Any, request: Any) -> Any:
    """The commitments that nobody could check as they stand: without a date, a measure or an owner."""
    search = _narrowed(request)
    missing = page.choice_parameter(request, "missing", tuple(queries.MISSING))
    number = page.page_parameter(request)

    def look(connection: sqlite3.Connection) -> dict[str, object]:
        totals = queries.count_unclear(connection, search)
        if missing:
            shown = page.Pagination(number, ROWS, totals[missing]).check()
            lists = {missing: queries.unclear(connection, search, missing, limit=shown.size, offset=shown.offset)}
        else:
            shown = None
            lists = {
                what: queries.unclear(connection, search, what, limit=PREVIEW, offset=0) for what in queries.MISSING
            }
        return {
            "totals": totals,
            "lists": lists,
            "pagination": shown,
            "all": queries.count_pledges(connection, search),
        }

    context = {"missing": missing, "search": search, **await page.read(datasette, look)}
    return page.render(datasette, "unclear.html", context, request=request)


async def rejections(datasette: Any, request: Any) -> Any:
    """The documents that could not be taken."""
    number = page.page_parameter(request)

    def look(connection: sqlite3.Connection) -> dict[str, object]:
        shown = page.Pagination(number, ROWS, queries.count_rejections(connection)).check()
        return {
            "pagination": shown,
            "rejections": queries.rejections(connection, limit=shown.size, offset=shown.offset),
            "reasons": REASONS,
        }

    return page.render(datasette, "rejections.html", await page.read(datasette, look), request=request)

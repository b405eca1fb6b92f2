"""The pages that are lists: an owner's pledges, deadlines, what is unclear, what could not be read."""

import sqlite3
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any

from extractor.errors import REASONS
from extractor.store.rows import financial_year
from extractor.web import asking, data, merged, page, queries, reviewed, scope, tables, words

ROWS = 50
PREVIEW = 8
WHEN = ("ahead", "passed")
REJECTED = ("name", "reason", "detail", "sha256", "at")


async def owner(datasette: Any, request: Any) -> Any:
    """An owner: when it existed, whom it followed, who followed it, its other names, and its pledges by state."""
    slug = page.path_variable(request, "slug")
    narrowed = replace(asking.narrowed(request), owner=slug, order="due")
    search = replace(narrowed, state=asking.state(request))
    number = page.page_parameter(request)

    def look(connection: sqlite3.Connection) -> dict[str, Any]:
        row = queries.owner(connection, slug, search.today)
        if row is None:
            raise page.NothingHere("No owner has this name here.")
        totals = {total["state"]: total["total"] for total in queries.count_states(connection, narrowed)}
        found = totals.get(search.state, 0) if search.state else queries.count_pledges(connection, search)
        shown = page.Pagination(number, ROWS, found).check()
        return {
            "o": row,
            "owner_reviews": reviewed.of_owner(connection, row["name"]),
            "predecessors": queries.predecessors(connection, slug),
            "counted_as": merged.counted_as(connection, row["name"]),
            "names_under": merged.names_under(connection, row["name"]),
            "states": [(name, totals.get(name, 0)) for name in (*words.STATES, *words.MARKS)],
            "pagination": shown,
            "results": queries.find_pledges(connection, search, limit=shown.size, offset=shown.offset),
        }

    context = {"search": search, **await page.read(datasette, look)}
    return await data.answer(
        datasette,
        "owner.html",
        context,
        request=request,
        table=tables.of_pledges(
            lambda connection, limit, offset: queries.find_pledges(connection, search, limit=limit, offset=offset),
            context["pagination"],
        ),
        follow={"owner": slug},
        as_of=search.as_of,
    )


async def deadlines(datasette: Any, request: Any) -> Any:
    """What falls due, by financial year, what comes next first; or one year; or what has passed."""
    search = replace(asking.narrowed(request), year=page.year_parameter(request))
    passed = page.choice_parameter(request, "when", WHEN) == "passed"
    number = page.page_parameter(request)

    def find(connection: sqlite3.Connection, limit: int, offset: int) -> list[sqlite3.Row]:
        return queries.due(connection, search, passed=passed, limit=limit, offset=offset)

    def look(connection: sqlite3.Connection) -> dict[str, Any]:
        shown = page.Pagination(number, ROWS, queries.count_due(connection, search, passed=passed)).check()
        rows = find(connection, shown.size, shown.offset)
        return {
            "years": queries.deadline_years(connection, search),
            "groups": [(name, list(group)) for name, group in groupby(rows, key=lambda row: row["deadline_year"])],
            "pagination": shown,
        }

    found = await page.read(datasette, look)
    this_year = financial_year(date.fromisoformat(search.today))
    context = {"search": search, "passed": passed, "this_year": this_year, **found}
    table = tables.of_pledges(find, found["pagination"])
    return await data.answer(
        datasette,
        "deadlines.html",
        context,
        request=request,
        table=table,
        follow=scope.asked(request).given,
        as_of=search.as_of,
    )


async def unclear(datasette: Any, request: Any) -> Any:
    """The commitments that nobody could check as they stand: without a date, a measure or an owner."""
    search = asking.narrowed(request)
    missing = page.choice_parameter(request, "missing", tuple(queries.MISSING))
    number = page.page_parameter(request)

    def find(connection: sqlite3.Connection, limit: int, offset: int) -> list[sqlite3.Row]:
        return queries.unclear(connection, search, missing or "any", limit=limit, offset=offset)

    def look(connection: sqlite3.Connection) -> dict[str, Any]:
        totals = queries.count_unclear(connection, search)
        shown = page.Pagination(number, ROWS, totals[missing or "any"]).check()
        if missing:
            lists = {missing: find(connection, shown.size, shown.offset)}
        else:
            lists = {
                what: queries.unclear(connection, search, what, limit=PREVIEW, offset=0) for what in queries.MISSING
            }
        return {"totals": totals, "lacking": tuple(queries.MISSING), "lists": lists, "pagination": shown}

    context = {"missing": missing, "search": search, **await page.read(datasette, look)}
    table = tables.of_pledges(find, context["pagination"])
    return await data.answer(datasette, "unclear.html", context, request=request, table=table, as_of=search.as_of)


async def rejections(datasette: Any, request: Any) -> Any:
    """The documents that could not be taken."""
    number = page.page_parameter(request)

    def part(connection: sqlite3.Connection, limit: int, offset: int) -> list[sqlite3.Row]:
        return queries.rejections(connection, limit=limit, offset=offset)

    def look(connection: sqlite3.Connection) -> dict[str, Any]:
        shown = page.Pagination(number, ROWS, queries.count_rejections(connection)).check()
        return {"pagination": shown, "rejections": part(connection, shown.size, shown.offset), "reasons": REASONS}

    context = await page.read(datasette, look)
    table = data.Table(REJECTED, part, context["pagination"])
    return await data.answer(datasette, "rejections.html", context, request=request, table=table)

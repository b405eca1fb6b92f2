"""The page of threads gone quiet: promised in a series of documents whose latest ones do not mention them."""

import sqlite3
from typing import Any

from extractor.web import across, asking, data, page, queries

ROWS = 50
COLUMNS = (
    "thread_id",
    "title",
    "last_seen",
    "series",
    "promised",
    "quiet",
    "later",
    "delivered",
    "statements",
    "documents",
)


async def quiet(datasette: Any, request: Any) -> Any:
    """What a series promised and no longer mentions."""
    search = queries.Search(as_of=asking.as_of(request))
    number = page.page_parameter(request)

    def part(connection: sqlite3.Connection, limit: int, offset: int) -> list[sqlite3.Row]:
        found = across.quiet_threads(connection, search, limit=limit, offset=offset)
        return across.histories(connection, found, search)

    def look(connection: sqlite3.Connection) -> dict[str, Any]:
        shown = page.Pagination(number, ROWS, across.count_quiet(connection, search)).check()
        return {"pagination": shown, "threads": part(connection, shown.size, shown.offset)}

    context = {"search": search, **await page.read(datasette, look)}
    table = data.Table(COLUMNS, part, context["pagination"])
    return await data.answer(datasette, "quiet.html", context, request=request, table=table, as_of=search.as_of)

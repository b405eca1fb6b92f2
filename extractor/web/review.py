"""The page of what deserves a second look first, and of what reviewers have said."""

import sqlite3
from typing import Any

from extractor.web import data, page, queries, reviewed

ROWS = 25
LINKS = 20
LATEST = 20
COLUMNS = (
    *("id", "label", "quote", "sort", "sure", "confidence", "owner_id", "owner"),
    *("document_id", "document", "publisher", "published", "page"),
)


async def review(datasette: Any, request: Any) -> Any:
    """The statements that nobody has reviewed, the least certain first; or only those to be checked, or ownerless.

    Under the first of them stand the links of which the program is least certain.
    """
    doubt = page.choice_parameter(request, "missing", ("owner",))
    if page.choice_parameter(request, "sure", ("0",)):
        doubt = "unsure"
    number = page.page_parameter(request)

    def part(connection: sqlite3.Connection, limit: int, offset: int) -> list[sqlite3.Row]:
        return queries.least_certain(connection, doubt, limit=limit, offset=offset)

    def look(connection: sqlite3.Connection) -> dict[str, Any]:
        totals = {which: queries.count_unreviewed(connection, which) for which in queries.DOUBTS}
        shown = page.Pagination(number, ROWS, totals[doubt]).check()
        first = number == 1 and not doubt
        return {
            "totals": totals,
            "pagination": shown,
            "statements": part(connection, shown.size, shown.offset),
            "links": reviewed.doubtful_links(connection, limit=LINKS) if first else (),
            "total_links": reviewed.count_doubtful_links(connection) if first else 0,
            "reviews": queries.latest_reviews(connection, limit=LATEST),
        }

    context = {"doubt": doubt, **await page.read(datasette, look)}
    table = data.Table(COLUMNS, part, context["pagination"])
    return await data.answer(datasette, "review.html", context, request=request, table=table)

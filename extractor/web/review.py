"""The page of what deserves a second look first, and of what reviewers have said."""

import sqlite3
from typing import Any

from extractor.web import page, queries

ROWS = 50
LATEST = 20


async def review(datasette: Any, request: Any) -> Any:
    """The statements that nobody has reviewed, the least certain first; or only those to be checked, or ownerless."""
    doubt = page.choice_parameter(request, "missing", ("owner",))
    if page.choice_parameter(request, "sure", ("0",)):
        doubt = "unsure"
    number = page.page_parameter(request)

    def look(connection: sqlite3.Connection) -> dict[str, object]:
        totals = {which: queries.count_unreviewed(connection, which) for which in queries.DOUBTS}
        shown = page.Pagination(number, ROWS, totals[doubt]).check()
        return {
            "totals": totals,
            "pagination": shown,
            "statements": queries.least_certain(connection, doubt, limit=shown.size, offset=shown.offset),
            "reviews": queries.latest_reviews(connection, limit=LATEST),
        }

    context = {"doubt": doubt, **await page.read(datasette, look)}
    return page.render(datasette, "review.html", context, request=request)

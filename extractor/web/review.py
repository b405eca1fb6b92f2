"""The page of what deserves a second look first, and of what reviewers have said."""

import sqlite3
from typing import Any

from extractor.web import page, queries

ROWS = 50
LATEST = 20


async def review(datasette: Any, request: Any) -> Any:
    """The statements that nobody has reviewed, the least certain first; or only those without an owner."""
    ownerless = page.choice_parameter(request, "missing", ("owner",)) == "owner"
    number = page.page_parameter(request)

    def look(connection: sqlite3.Connection) -> dict[str, object]:
        totals = {
            "all": queries.count_unreviewed(connection, ownerless=False),
            "owner": queries.count_unreviewed(connection, ownerless=True),
        }
        shown = page.Pagination(number, ROWS, totals["owner" if ownerless else "all"]).check()
        return {
            "totals": totals,
            "pagination": shown,
            "statements": queries.least_certain(connection, ownerless=ownerless, limit=shown.size, offset=shown.offset),
            "reviews": queries.latest_reviews(connection, limit=LATEST),
        }

    context = {"ownerless": ownerless, **await page.read(datasette, look)}
    return page.render(datasette, "review.html", context, request=request)

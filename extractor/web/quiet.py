"""The page of threads gone quiet: promised in a series of documents whose latest ones do not mention them."""

import sqlite3
from typing import Any

from extractor.web import across, page

ROWS = 50


async def quiet(datasette: Any, request: Any) -> Any:
    """What a series promised and no longer mentions."""
    number = page.page_parameter(request)

    def look(connection: sqlite3.Connection) -> dict[str, object]:
        found = across.quiet_threads(connection)
        shown = page.Pagination(number, ROWS, len(found)).check()
        return {
            "pagination": shown,
            "threads": across.histories(connection, found[shown.offset : shown.offset + shown.size]),
        }

    return page.render(datasette, "quiet.html", await page.read(datasette, look), request=request)

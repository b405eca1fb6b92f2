"""The deadlines as a calendar and the changes as a feed, written by the store's own exports."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import sqlite_utils
from datasette.utils.asgi import Response

from extractor.store import feeds
from extractor.web.page import DATABASE, site

Write = Callable[[sqlite_utils.Database, str], Iterator[str]]


async def calendar(datasette: Any, request: Any) -> Any:
    """Every deadline as an all-day event (RFC 5545)."""
    return await _written(
        datasette, request, lambda db, base: feeds.calendar(db, base=base), "text/calendar; charset=utf-8"
    )


async def changes(datasette: Any, request: Any) -> Any:
    """What was found last (RFC 4287)."""
    return await _written(
        datasette, request, lambda db, base: feeds.atom(db, base=base), "application/atom+xml; charset=utf-8"
    )


async def _written(datasette: Any, request: Any, write: Write, content_type: str) -> Any:
    path = Path(datasette.get_database(DATABASE).path)
    # in a thread of its own: the time limit of the pages is meant for people who wait
    content = await asyncio.to_thread(_whole, path, write, site(datasette, request))
    return Response(content, headers={"X-Content-Type-Options": "nosniff"}, content_type=content_type)


def _whole(path: Path, write: Write, base: str) -> str:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        db = sqlite_utils.Database(connection)
        with db.atomic():  # one state of the database
            return "".join(write(db, base))
    finally:
        connection.close()

"""Deadlines as a calendar and changes as a feed, of everything, an owner, a thread or a search."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import sqlite_utils
from datasette.utils.asgi import Response

from extractor.store import atom, feeds
from extractor.store.changes import WHAT
from extractor.web import scope
from extractor.web.page import DATABASE, SECURITY_HEADERS, choice_parameter, site
from extractor.web.rendered import rendered

# What a calendar on the site holds at most: programs ask for the whole of it again and again.
EVENTS = 500

Write = Callable[[sqlite_utils.Database, str], Iterator[str]]


async def calendar(datasette: Any, request: Any) -> Any:
    """Each deadline as an all-day event (RFC 5545)."""
    asked = scope.asked(request)

    def write(db: sqlite_utils.Database, base: str) -> Iterator[str]:
        named = scope.name(db.conn, asked)
        name = f"Deadlines: {named}" if named else "Deadlines"
        return feeds.calendar(db, base=base, chosen=asked.chosen(), name=name, most=EVENTS)

    return await _written(datasette, request, write, asked.given, "text/calendar; charset=utf-8")


async def changes(datasette: Any, request: Any) -> Any:
    """What was found last and what it changed (RFC 4287)."""
    asked = scope.asked(request)
    what = choice_parameter(request, "what", tuple(WHAT))
    given = {**asked.given, "what": what} if what else asked.given

    def write(db: sqlite_utils.Database, base: str) -> Iterator[str]:
        name = ", ".join(
            part for part in (scope.name(db.conn, asked), atom.CALLED[what].lower() if what else "") if part
        )
        return atom.atom(db, base=base, chosen=asked.chosen(), query=urlencode(given), name=name, what=what)

    return await _written(datasette, request, write, given, "application/atom+xml; charset=utf-8")


async def _written(datasette: Any, request: Any, write: Write, given: Mapping[str, str], content_type: str) -> Any:
    """What `write` gives for some parameters, or only that nothing has changed since the reader asked before (RFC 9110
    section 13).
    """
    path = Path(datasette.get_database(DATABASE).path)
    base = site(datasette, request)
    key = (content_type, base, tuple(sorted(given.items())))
    # in a thread of its own: the time limit of the pages is meant for people who wait
    found = await asyncio.to_thread(rendered, path, key, lambda: _whole(path, write, base))
    headers = {**SECURITY_HEADERS, "ETag": found.tag, "Cache-Control": "max-age=300"}
    if _known(request, found.tag):
        return Response("", status=HTTPStatus.NOT_MODIFIED.value, headers=headers, content_type=content_type)
    return Response(found.content, headers=headers, content_type=content_type)


def _known(request: Any, tag: str) -> bool:
    """Whether the reader has this version: one of the tags that it names is that of ours, weak or strong."""
    named = [given.strip().removeprefix("W/") for given in request.headers.get("if-none-match", "").split(",")]
    return tag in named or "*" in named


def _whole(path: Path, write: Write, base: str) -> str:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    try:
        db = sqlite_utils.Database(connection)
        with db.atomic():  # one state of the database
            return "".join(write(db, base))
    finally:
        connection.close()

"""The first page: what there is, the search, what falls due next, the newest documents."""

import sqlite3
from typing import Any

from extractor.records import KINDS, STRENGTHS, VOICES
from extractor.web import queries, words
from extractor.web.page import (
    Pagination,
    choice_parameter,
    page_parameter,
    read,
    render,
    text_parameter,
    year_parameter,
)

RESULTS = 25


def _search(request: Any) -> queries.Search:
    return queries.Search(
        words=text_parameter(request, "q"),
        owner=text_parameter(request, "owner"),
        theme=text_parameter(request, "theme"),
        strength=choice_parameter(request, "strength", STRENGTHS),
        state=choice_parameter(request, "state", tuple(words.STATES)),
        kind=choice_parameter(request, "kind", KINDS),
        year=year_parameter(request),
        sure=choice_parameter(request, "sure", tuple(words.SURE)),
        voice=choice_parameter(request, "voice", VOICES),
        order=choice_parameter(request, "order", tuple(queries.ORDERS)),
    )


async def home(datasette: Any, request: Any) -> Any:
    """Everything, or what a search finds."""
    search = _search(request)
    page = page_parameter(request)

    def look(connection: sqlite3.Connection) -> dict[str, object]:
        shown = Pagination(page, RESULTS, queries.count_pledges(connection, search)).check()
        front = not search and not search.order and page == 1
        return {
            "pagination": shown,
            "results": queries.find_pledges(connection, search, limit=shown.size, offset=shown.offset),
            "choices": queries.filter_choices(connection),
            "counts": queries.counts(connection) if front else None,
            "due": queries.due_next(connection, limit=6) if front else (),
            "newest": queries.newest_documents(connection, limit=6) if front else (),
        }

    found = await read(datasette, look)
    return render(datasette, "home.html", {"search": search, **found}, request=request)

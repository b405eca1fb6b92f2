"""A dossier to print: the pledges of an owner, a thread or a search with all that became of them, and their sources."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from extractor.web import data, page, queries, reading, scope, tables
from extractor.web.thread import Version, versions

PLEDGES = 40  # a part: with their histories about as much as a page may weigh
VERSIONS = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """A pledge: its row, the statements of its thread in order, how many of these are left out, what reviewers said."""

    row: Mapping[str, Any]
    versions: Sequence[Version]
    left_out: int
    reviews: Sequence[sqlite3.Row]


async def dossier(datasette: Any, request: Any) -> Any:
    """The pledges that the parameters choose, each once, as it was last stated, with its history."""
    asked = scope.asked(request)
    if not asked:
        raise page.BadParameter(
            "A dossier is about an owner, a thread or a search: say which, as in “?owner=nhs-england”."
        )
    number = page.page_parameter(request)
    search = replace(asked.search, each="latest", order=asked.search.order or "due")

    def look(connection: sqlite3.Connection) -> dict[str, Any]:
        name = scope.name(connection, asked)
        shown = page.Pagination(number, PLEDGES, _count(connection, asked, search)).check()
        table = _table(asked, search, shown)
        entries = [_entry(connection, row) for row in table.part(connection, shown.size, shown.offset)]
        stated = dict.fromkeys(entry.row["document_id"] for entry in entries)
        told = dict.fromkeys(v.row["document_id"] for entry in entries for v in entry.versions)
        sources = _sources(connection, [*{**stated, **told}])
        return {
            "name": name,
            "pagination": shown,
            "table": table,
            "entries": entries,
            "sources": sources,
            "reference": {source["id"]: n for n, source in enumerate(sources, start=1)},
            "run": queries.latest_run(connection),
        }

    found = await page.read(datasette, look)
    table = found.pop("table")
    context = {**found, "today": search.today, "origin": page.site(datasette, request)}
    return await data.answer(
        datasette, "dossier.html", context, request=request, table=table, follow=asked.given, as_of=search.as_of
    )


def _count(connection: sqlite3.Connection, asked: scope.Scope, search: queries.Search) -> int:
    return len(_last_stated(connection, asked.thread)) if asked.thread else queries.count_pledges(connection, search)


def _table(asked: scope.Scope, search: queries.Search, shown: page.Pagination) -> data.Table:
    if asked.thread:
        return data.Table(
            tables.PLEDGE_COLUMNS,
            lambda connection, limit, offset: tables.pledges(
                connection, _last_stated(connection, asked.thread)[offset : offset + limit]
            ),
            shown,
        )
    return tables.of_pledges(
        lambda connection, limit, offset: queries.find_pledges(connection, search, limit=limit, offset=offset), shown
    )


def _last_stated(connection: sqlite3.Connection, thread: str) -> list[str]:
    """The id of the last commitment of a thread; none where it has only reports of progress."""
    rows = connection.execute(
        """select id from commitments where thread_id = ? and review is not 'rejected'
           order by published desc, document_id desc, start desc limit 1""",
        [thread],
    )
    return [row["id"] for row in rows]


def _sources(connection: sqlite3.Connection, documents: Sequence[str]) -> list[sqlite3.Row]:
    """What a list of references says of these documents, in their order."""
    return connection.execute(
        """select d.id, d.title, d.name, d.publisher, d.published, d.precision, d.url
           from json_each(?) k join documents d on d.id = k.value order by k.key""",
        [json.dumps(documents)],
    ).fetchall()


def _entry(connection: sqlite3.Connection, pledge: data.Row) -> Entry:
    told = versions(connection, pledge["thread_id"]) if pledge["thread_id"] else ()
    (statement,) = tables.statements(connection, [pledge["ref"]])
    return Entry(
        {**dict(statement), **dict(pledge)},
        told[-VERSIONS:] if len(told) > 1 else (),
        max(len(told) - VERSIONS, 0),
        reading.reviews(connection, pledge["ref"]),
    )

"""A page's rows as JSON and CSV, under its own address with `.json` or `.csv` at the end; and the page itself."""

import asyncio
import json
import re
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from datasette.utils.asgi import AsgiStream, Response

from extractor.store.spreadsheet import csv_line
from extractor.web import page
from extractor.web.patience import time_limit

Row = Mapping[str, Any] | sqlite3.Row
Part = Callable[[sqlite3.Connection, int, int], Sequence[Row]]

CHUNK = 2_000  # rows that a download reads at a time
# Columns that hold JSON in the database: in our JSON they are lists, not texts with a list in them.
LISTS = ("themes", "changes", "reasons")


@dataclass(frozen=True, slots=True)
class Table:
    """What a page lists: names of columns, and the rows of any part of the list.

    `part` takes a connection, how many rows and how many to pass over; each row has a value for every one of `columns`.
    `pagination` says which part the page shows. `more` stands in the JSON alone, beside the rows.
    """

    columns: tuple[str, ...]
    part: Part
    pagination: page.Pagination
    more: Mapping[str, object] = field(default_factory=dict)


def whole(columns: Sequence[str], rows: Sequence[Row], more: Mapping[str, object] | None = None) -> Table:
    """A table of rows that are all there already and all on the page."""
    shown = page.Pagination(1, max(len(rows), 1), len(rows))
    return Table(tuple(columns), lambda _, limit, offset: rows[offset : offset + limit], shown, more or {})


async def answer(
    datasette: Any,
    template: str,
    context: Mapping[str, object],
    *,
    request: Any,
    table: Table,
    follow: Mapping[str, str] | None = None,
    as_of: str = "",
    script: str = "",
) -> Any:
    """The page in the format that its address asks for: `template` filled with `context`, or `table` as JSON or CSV.

    `follow` gives the parameters under which feed, calendar and dossier hold the same statements, where they can.
    `as_of` is the day (ISO) that states are counted from, "" for today. `script` names a script of ours for the page.
    """
    asked = page.format_of(request)
    if asked == "csv":
        return await _csv(datasette, request, table)
    if asked == "json":
        title = page.title(datasette, template, context, request=request)
        return await _json(datasette, request, table, title=title, as_of=as_of or date.today().isoformat())
    offered = {name: _address(request, name, keep_page=name == "json") for name in ("json", "csv") if table.columns}
    if not table.columns:
        offered = {"json": _address(request, "json", keep_page=False)}
    return page.render(datasette, template, context, request=request, offered=offered, follow=follow, script=script)


def _address(request: Any, format: str, *, keep_page: bool) -> str:
    """The page's own address and parameters with the ending of a format ("" for the page itself)."""
    path = page.path_without_format(request)
    if format:
        path = f"{path}search.{format}" if path.endswith("/") else f"{path}.{format}"
    given = {name: request.args.get(name) for name in request.args if keep_page or name != "page"}
    query = urlencode({name: value for name, value in given.items() if value})
    return f"{path}?{query}" if query else path


async def _json(datasette: Any, request: Any, table: Table, *, title: str, as_of: str) -> Any:
    """The rows that the page shows, with what a program needs to ask for the next ones."""
    shown = table.pagination
    rows = await page.read(datasette, lambda connection: table.part(connection, shown.size, shown.offset))
    origin = f"{request.scheme}://{request.host}"
    following = None
    if shown.page < shown.pages:
        given = {name: request.args.get(name) for name in request.args} | {"page": str(shown.page + 1)}
        following = f"{origin}{request.path}?{urlencode(given)}"
    content = {
        "title": title,
        "address": origin + _address(request, "", keep_page=True),
        "as_of": as_of,
        "total": shown.total,
        "page": shown.page,
        "next": following,
        **table.more,
        "rows": [{name: _value(name, row[name]) for name in table.columns} for row in rows],
    }
    body = json.dumps(content, ensure_ascii=False, allow_nan=False, default=dict)
    return Response(body, headers=dict(page.SECURITY_HEADERS), content_type="application/json; charset=utf-8")


def _value(name: str, value: Any) -> Any:
    return json.loads(value) if name in LISTS and isinstance(value, str) else value


async def _csv(datasette: Any, request: Any, table: Table) -> Any:
    """Every row of the list, not only those on the page, sent while it is read."""
    if not table.columns:
        raise page.NothingHere("This page lists nothing: it has no CSV. Its JSON has what it says.")
    chunks = _chunks(Path(datasette.get_database(page.DATABASE).path), table, datasette.setting("sql_time_limit_ms"))
    first = await asyncio.to_thread(next, chunks)  # what goes wrong at once is still answered with a page

    async def stream(writer: Any) -> None:
        await writer.write(first)
        async for chunk in _in_a_thread(chunks):
            await writer.write(chunk)

    name = re.sub(r"[^A-Za-z0-9-]+", "-", page.path_without_format(request).strip("/")) or "search"
    headers = {**page.SECURITY_HEADERS, "Content-Disposition": f'attachment; filename="{name}.csv"'}
    return AsgiStream(stream, headers=headers, content_type="text/csv; charset=utf-8")


async def _in_a_thread(chunks: Iterator[str]) -> AsyncIterator[str]:
    while (chunk := await asyncio.to_thread(next, chunks, None)) is not None:
        yield chunk


def _chunks(path: Path, table: Table, limit: int) -> Iterator[str]:
    """The lines of the whole list, some thousands at a time, from one state of the database.

    No read takes longer than `limit` milliseconds, as on a page.
    """
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("begin")
        lines, offset = csv_line(table.columns), 0
        while True:
            with time_limit(connection, limit):
                rows = table.part(connection, CHUNK, offset)
            yield lines + "".join(csv_line(row[name] for name in table.columns) for row in rows)
            lines, offset = "", offset + len(rows)
            if len(rows) < CHUNK:
                return
    finally:
        connection.close()

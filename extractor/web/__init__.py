"""The pages: a Datasette plugin with views of our own at the root; Datasette's table pages stay where they are."""

import logging
import sqlite3
from collections.abc import Callable, Generator
from http import HTTPStatus
from typing import Any, TypeVar, cast

from datasette import hookimpl
from datasette.utils.asgi import Base400, NotFound, Response
from datasette.views.base import DatasetteError

from extractor.web import (
    alike,
    api,
    assets,
    cells,
    changes,
    document,
    dossier,
    feeds,
    guard,
    home,
    images,
    lists,
    method,
    months,
    naming,
    network,
    page,
    pledge,
    quiet,
    review,
    reviewing,
    since,
    thread,
)

logger = logging.getLogger(__name__)
Hook = TypeVar("Hook", bound=Callable[..., Any])


def _hook(function: Hook) -> Hook:
    """`hookimpl` with its type kept: Datasette ships no types."""
    return cast(Hook, hookimpl(function))


@_hook
def register_routes() -> list[tuple[str, page.View]]:
    """Our addresses; they come before Datasette's own, so `/` is ours."""
    # pages that list something, or tell of one thing: each also as JSON and CSV under the same address
    pages: list[tuple[str, page.View]] = [
        (r"/search", home.home),
        (r"/pledge/(?P<ref>[^/]+?)", pledge.pledge),
        (r"/thread/(?P<id>[^/]+?)", thread.thread),
        (r"/document/(?P<id>[^/]+?)", document.document),
        (r"/document/(?P<id>[^/]+)/changes", since.changes),
        (r"/owner/(?P<slug>[^/]+?)", lists.owner),
        (r"/deadlines", lists.deadlines),
        (r"/deadlines/calendar", months.calendar),
        (r"/dossier", dossier.dossier),
        (r"/unclear", lists.unclear),
        (r"/changes", changes.changes),
        (r"/quiet", quiet.quiet),
        (r"/network", network.network),
        (r"/review", review.review),
        (r"/rejections", lists.rejections),
        (r"/method", method.method),
        (r"/alike", alike.alike),
        (r"/api", api.api),
    ]
    others: list[tuple[str, page.View]] = [
        (r"/$", home.home),
        (r"/deadlines\.ics$", feeds.calendar),
        (r"/changes\.atom$", feeds.changes),
        (r"/document/(?P<id>[^/]+)/page/(?P<number>[^/]+)\.png$", images.page_image),
        (r"/-/commitments/(?P<name>[^/]+)$", assets.asset),
        (guard.CLOSED, guard.closed),
        (r"/review/sign-in$", reviewing.sign_in),
        (r"/review/sign-out$", reviewing.sign_out),
        (r"/review/say$", reviewing.say),
    ]
    return [
        *((address, page.guarded(view)) for address, view in others),
        *((rf"{address}(?:\.(?P<format>json|csv))?$", page.guarded(view)) for address, view in pages),
        (r"/embed/(?P<ref>[^/]+)$", page.embeddable(page.guarded(pledge.embed))),
    ]


@_hook
def render_cell(value: Any, column: str, table: str | None, database: str, datasette: Any) -> Any:
    """Identifiers become links to our pages and JSON lists become readable, in Datasette's tables of our database."""
    return cells.cell(datasette, value, column, table) if database == page.DATABASE else None


@_hook
def extra_css_urls(database: str | None, datasette: Any) -> list[str]:
    """A style sheet that makes Datasette's pages of our database easier to read."""
    return [datasette.urls.path("/-/commitments/tables.css")] if database == page.DATABASE else []


@_hook
def asgi_wrapper(datasette: Any) -> Callable[[naming.Application], naming.Application]:
    """Language and names for Datasette's own pages, and headers for every answer."""
    return lambda application: guard.secured(naming.naming(application))


@_hook
def prepare_connection(conn: sqlite3.Connection, database: str) -> None:
    """Bounds for what a reader's SQL can do."""
    guard.limit(conn)


@_hook
def menu_links(datasette: Any) -> list[dict[str, str]]:
    """The way back from Datasette's pages to ours."""
    return [
        {"href": datasette.urls.path(path), "label": label}
        for path, label in (
            ("/", "Search"),
            ("/deadlines", "Deadlines"),
            ("/changes", "Changes"),
            ("/api", "API notes"),
            ("/method", "Method"),
        )
    ]


@hookimpl(wrapper=True)  # type: ignore[untyped-decorator]  # Datasette ships no types
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Generator[None, list[Any], list[Any]]:
    """An unknown address and an error of ours get a page of ours; everything else keeps Datasette's answer.

    As a wrapper, it also keeps Datasette's handler from printing the local variables of every wrong address.
    """
    guard.hush()
    answers = yield
    datasette_json = request.path.endswith(".json") and not page.format_of(request)
    if page.DATABASE not in datasette.databases:
        return answers
    if isinstance(exception, NotFound) and not datasette_json:
        return [page.problem(datasette, request, HTTPStatus.NOT_FOUND, "There is no page at this address.")]
    if isinstance(exception, Base400 | DatasetteError):
        return answers
    logger.error("%s failed", request.path, exc_info=exception)
    if datasette_json:
        return [Response.json({"ok": False, "error": "Something went wrong here.", "status": 500}, status=500)]
    return [page.problem(datasette, request, HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here.")]

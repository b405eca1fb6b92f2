"""What every page shares: one read-only look at the database, checked parameters, the template, the headers."""

import functools
import json
import re
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import unquote, urlencode

import jinja2
import markupsafe
from datasette.utils.asgi import Response

from extractor.errors import ExtractorError
from extractor.web import words
from extractor.web.desk import reviewer_of
from extractor.web.patience import time_limit

Read = TypeVar("Read")
View = Callable[[Any, Any], Awaitable[Any]]

DATABASE = "commitments"
# Nothing is fetched from elsewhere and no script runs, so a quote that smuggles in mark-up could do nothing with it.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
LONGEST_PARAMETER = 300
LARGEST_PAGE = 100_000
_WEB_ADDRESS = re.compile(r"https?://[^\s/\"<>\\^`{|}][^\s\"<>\\^`{|}]*", re.IGNORECASE)
# Functions of `words` that templates use as filters.
WORDING = (
    *("day", "interval", "figure", "term", "shorten"),
    *("confidence", "often", "count", "silence", "check", "said_by"),
)


class BadParameter(ExtractorError):
    """A query parameter has a value that it cannot have: status 400."""


class NothingHere(ExtractorError):
    """The address names something that the database does not hold: status 404."""


@dataclass(frozen=True, slots=True)
class Pagination:
    """Which part of a list is shown: `size` rows a page, `page` counted from 1, of `total` rows."""

    page: int
    size: int
    total: int

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        return min(self.offset + 1, self.total)

    @property
    def last(self) -> int:
        return min(self.offset + self.size, self.total)

    def check(self) -> "Pagination":
        """Return itself, or raise NothingHere for a page beyond the last."""
        if self.page > self.pages:
            raise NothingHere(f"There is no page {self.page}: the list ends with page {self.pages}.")
        return self


def text_parameter(request: Any, name: str, *, longest: int = LONGEST_PARAMETER) -> str:
    """A free-text parameter of at most `longest` characters without surrounding white space ("" where missing)."""
    value = (request.args.get(name) or "").strip()
    if len(value) > longest or "\x00" in value:
        raise BadParameter(f"“{name}” is longer than {longest} characters or holds what is no text.")
    return str(value)


def choice_parameter(request: Any, name: str, choices: Sequence[str]) -> str:
    """A parameter that must be one of `choices`, or missing or empty ("")."""
    value = text_parameter(request, name)
    if value and value not in choices:
        raise BadParameter(f"“{name}” can be {', '.join(choices)}; it cannot be “{words.shorten(value, 40)}”.")
    return value


def year_parameter(request: Any, name: str = "year") -> str:
    """A financial year such as 2024-25, or "" where it is missing."""
    value = text_parameter(request, name)
    match = re.fullmatch(r"([0-9]{4})-([0-9]{2})", value)
    if value and (match is None or (int(match[1]) + 1) % 100 != int(match[2])):
        raise BadParameter(f"“{name}” is a financial year such as 2024-25; it cannot be “{words.shorten(value, 40)}”.")
    return value


def page_parameter(request: Any) -> int:
    """The number of the page asked for, from 1."""
    value = text_parameter(request, "page")
    if not value:
        return 1
    if not re.fullmatch(r"[0-9]{1,6}", value) or not 1 <= int(value) <= LARGEST_PAGE:
        raise BadParameter(f"“page” is a whole number from 1; it cannot be “{words.shorten(value, 40)}”.")
    return int(value)


def path_variable(request: Any, name: str) -> str:
    """A part of the address, decoded."""
    return unquote(request.url_vars[name])


def site(datasette: Any, request: Any) -> str:
    """The address that this site is reached at in this request, without a slash at its end."""
    return f"{request.scheme}://{request.host}{datasette.urls.path('/')}".rstrip("/")


async def read(datasette: Any, look: Callable[[sqlite3.Connection], Read]) -> Read:
    """Run `look` on a read-only connection within one snapshot, so that a page never mixes two states of the database.

    Raises sqlite3.OperationalError ("interrupted") when Datasette's time limit for SQL is over.
    """
    limit = datasette.setting("sql_time_limit_ms")

    def timed(connection: sqlite3.Connection) -> Read:
        with time_limit(connection, limit):
            connection.execute("begin")
            try:
                return look(connection)
            finally:
                connection.rollback()

    result: Read = await datasette.get_database(DATABASE).execute_fn(timed)
    return result


def web_address(url: str | None) -> str | None:
    """The address itself where it is safe as a link (http and https), else None: `javascript:` must never be one.

    What no address holds unescaped (RFC 3986: quotation marks, brackets of mark-up), or is not seen, makes it none.
    """
    return url if url and _WEB_ADDRESS.fullmatch(url) and url.isprintable() else None


@functools.cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("extractor.web", "templates/commitments"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in WORDING:
        environment.filters[name] = getattr(words, name)
    environment.filters["capitalised"] = words.capitalised
    environment.filters["web_address"] = web_address
    environment.globals["words"] = words
    return environment


def format_of(request: Any) -> str:
    """What the end of the address asks for: "json", "csv", or "" for a page."""
    route = request.scope.get("url_route") or {"kwargs": {}}
    return route["kwargs"].get("format") or ""


def path_without_format(request: Any) -> str:
    """The path of the page itself: that of the request without the ending of its format."""
    asked = format_of(request)
    return str(request.path).removesuffix(f".{asked}") if asked else str(request.path)


def render(
    datasette: Any,
    template: str,
    context: Mapping[str, object],
    *,
    request: Any,
    status: int = 200,
    offered: Mapping[str, str] | None = None,
    follow: Mapping[str, str] | None = None,
    script: str = "",
) -> Any:
    """A finished page: `template` filled with `context`, with the headers that keep it safe.

    `offered` gives the addresses of the same content by format, `follow` the parameters of its feed. `script` names
    the script of ours that the page loads; on all other pages no script may run.
    """
    variables = _variables(datasette, request) | {"offered": offered or {}, "follow": follow, "script": script}
    html = _templates().get_template(template).render(**context, **variables)
    policy = f"script-src 'self'; {POLICY}" if script else POLICY
    headers = {**SECURITY_HEADERS, "Content-Security-Policy": policy}
    if variables["reviewer"]:
        headers["Cache-Control"] = "no-store"  # its forms are those of one person
    return Response.html(html, status=status, headers=headers)


def title(datasette: Any, template: str, context: Mapping[str, object], *, request: Any) -> str:
    """The title that the page has, as plain text: the block of that name in its template."""
    chosen = _templates().get_template(template)
    variables = chosen.new_context({**context, **_variables(datasette, request)})
    next(iter(chosen.root_render_func(variables)), None)  # what the template sets before its blocks
    return markupsafe.Markup("".join(chosen.blocks["title"](variables))).unescape()


def _variables(datasette: Any, request: Any) -> dict[str, object]:
    """What every template may use."""
    parameters = {key: request.args.get(key) for key in request.args}

    def here(**changes: object) -> str:
        """The page's own address with some parameters changed; empty ones fall away."""
        merged = {key: value for key, value in {**parameters, **changes}.items() if value not in (None, "")}
        return f"{request.path}?{urlencode(merged)}" if merged else str(request.path)

    def address(path: str, given: Mapping[str, str]) -> str:
        """An address of ours with parameters."""
        query = urlencode({key: value for key, value in given.items() if value})
        return f"{datasette.urls.path(path)}?{query}" if query else str(datasette.urls.path(path))

    return {
        "link": datasette.urls.path,
        "here": here,
        "address": address,
        "reviewer": reviewer_of(datasette, request),
        "permalink": f"{request.scheme}://{request.host}{path_without_format(request)}",
    }


def problem(datasette: Any, request: Any, status: HTTPStatus, explanation: str) -> Any:
    """What is wrong, said in the format that was asked for: a page of ours, JSON, or (for CSV) plain text."""
    asked = format_of(request)
    if asked == "json":
        content = json.dumps({"status": status.value, "error": explanation}, ensure_ascii=False)
        kind = "application/json; charset=utf-8"
        return Response(content, status=status.value, headers=dict(SECURITY_HEADERS), content_type=kind)
    if asked == "csv":
        return Response.text(f"{explanation}\n", status=status.value, headers=dict(SECURITY_HEADERS))
    context = {"heading": status.phrase.capitalize(), "explanation": explanation, "status": status.value}
    return render(datasette, "problem.html", context, request=request, status=status.value)


def guarded(view: View) -> View:
    """A view whose errors become pages: 400 for a bad parameter, 404 for what is not there, 503 for a slow query."""

    @functools.wraps(view)
    async def safe(datasette: Any, request: Any) -> Any:
        if DATABASE not in datasette.databases:
            return problem(datasette, request, HTTPStatus.NOT_FOUND, f"No database called {DATABASE} is served here.")
        try:
            return await view(datasette, request)
        except BadParameter as error:
            return problem(datasette, request, HTTPStatus.BAD_REQUEST, str(error))
        except NothingHere as error:
            return problem(datasette, request, HTTPStatus.NOT_FOUND, str(error))
        except sqlite3.OperationalError as error:
            if error.args != ("interrupted",):
                raise
            explanation = "This took longer than a page may take. Try a narrower search."
            return problem(datasette, request, HTTPStatus.SERVICE_UNAVAILABLE, explanation)

    return safe


def embeddable(view: View) -> View:
    """A view whose page may stand in a frame of any other site; all other pages refuse that."""

    @functools.wraps(view)
    async def framed(datasette: Any, request: Any) -> Any:
        response = await view(datasette, request)
        response.headers["Content-Security-Policy"] = POLICY.replace("frame-ancestors 'self'", "frame-ancestors *")
        return response

    return framed

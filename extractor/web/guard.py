"""What keeps Datasette's own pages safe beside ours: headers, addresses that are closed, bounds for readers' SQL."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from extractor.web.naming import Application, Message, Receive, Send
from extractor.web.page import NothingHere

# Datasette's pages about itself tell of the machine: the file's place, versions, plugins, threads, settings. Open stay
# what its pages load, ours, and the metadata.
CLOSED = r"/-/(?!(?:static|static-plugins|commitments)/|metadata(?:\.json)?$)"

# Datasette's pages bring scripts and styles of their own, some of them in the page; nothing of theirs is elsewhere.
DATASETTE_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
EVERYWHERE: Mapping[bytes, bytes] = {b"x-content-type-options": b"nosniff", b"referrer-policy": b"same-origin"}
_POLICY = b"content-security-policy"
# Everything can be read; only what a reviewer's forms send is sent anywhere.
READING = ("GET", "HEAD", "OPTIONS")
FORMS = "/review/"
# What a reader's SQL may make of one value: a document's text is far shorter, and `zeroblob` would fill the memory.
LONGEST_VALUE = 50_000_000
# Tells where on this machine the file lies; the statement of the same name, which Datasette asks, no reader can send.
_HIDDEN_TABLES = frozenset({"pragma_database_list"})


async def closed(datasette: Any, request: Any) -> Any:
    """A page of Datasette's about itself, which is nobody's business."""
    raise NothingHere("This page is not open to readers.")


def secured(application: Application) -> Application:
    """The ASGI application with the headers that an answer lacks: EVERYWHERE, and a policy on pages without one.

    It refuses (405) what is sent to an address that takes no form.
    """

    async def answered(scope: Message, receive: Receive, send: Send) -> None:
        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {bytes(name).lower(): bytes(value) for name, value in message.get("headers", ())}
                missing = {name: value for name, value in EVERYWHERE.items() if name not in given}
                if given.get(b"content-type", b"").startswith(b"text/html") and _POLICY not in given:
                    missing[_POLICY] = DATASETTE_POLICY.encode()
                message = {**message, "headers": [*message.get("headers", ()), *missing.items()]}
            await send(message)

        if scope["type"] == "http" and scope["method"] not in READING and FORMS not in scope["path"]:
            headers = [
                (b"content-type", b"text/plain; charset=utf-8"),
                (b"allow", b", ".join(map(str.encode, READING))),
            ]
            await send_secured({"type": "http.response.start", "status": 405, "headers": headers})
            await send_secured({"type": "http.response.body", "body": b"This address can only be read.\n"})
            return
        await application(scope, receive, send_secured)

    return answered


def hush() -> None:
    """Keep Datasette's handler of errors from printing every local variable of each wrong query.

    It does with a library that others bring along, and takes a second for it, in which nobody else is served.
    """
    # imported late: Datasette loads its own plugins and then us
    from datasette import handle_exception

    handle_exception.rich = None


def limit(connection: sqlite3.Connection) -> None:
    """Bound what SQL can do on a connection that readers' queries run on."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.set_authorizer(_authorise)


def _authorise(action: int, first: str | None, *_: str | None) -> int:
    hidden = action == sqlite3.SQLITE_READ and first in _HIDDEN_TABLES
    return sqlite3.SQLITE_DENY if hidden else sqlite3.SQLITE_OK

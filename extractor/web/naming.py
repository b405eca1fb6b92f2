"""Gives Datasette's own pages what a screen reader needs and they lack: their language and names for controls."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

# Text from documents cannot hold these: in it, an angle bracket is always escaped.
NAMED: Mapping[bytes, bytes] = {
    b"<html>": b'<html lang="en-GB">',
    b'<select name="_filter_column"': b'<select aria-label="Column to filter by" name="_filter_column"',
    b'<select name="_filter_op"': b'<select aria-label="Comparison" name="_filter_op"',
    b'<input type="text" name="_filter_value"': b'<input aria-label="Value" type="text" name="_filter_value"',
    b'<select name="_sort" id="sort_by"': b'<select aria-label="Sort by" name="_sort" id="sort_by"',
}


def naming(application: Application) -> Application:
    """The ASGI application with NAMED put in its HTML (which Datasette sends whole, without saying its length)."""

    async def named(scope: Message, receive: Receive, send: Send) -> None:
        html = False

        async def send_named(message: Message) -> None:
            nonlocal html
            if message["type"] == "http.response.start":
                headers = dict(message.get("headers", ()))
                html = headers.get(b"content-type", b"").startswith(b"text/html") and b"content-length" not in headers
            elif html and message["type"] == "http.response.body":
                body = message.get("body", b"")
                for bare, better in NAMED.items():
                    body = body.replace(bare, better)
                message = {**message, "body": body}
            await send(message)

        await application(scope, receive, send_named)

    return named

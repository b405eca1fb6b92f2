"""Serves the few files that the pages need, read from the package: nothing outside the list can be asked for."""

import functools
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from datasette.utils.asgi import Response

from extractor.web.page import NothingHere, path_variable

ASSETS: Mapping[str, str] = {
    "style.css": "text/css; charset=utf-8",
    "tables.css": "text/css; charset=utf-8",
    "copy.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


async def asset(datasette: Any, request: Any) -> Any:
    """A style sheet, a script or the icon."""
    name = path_variable(request, "name")
    if name not in ASSETS:
        raise NothingHere("There is no such file.")
    headers = {"Cache-Control": "max-age=3600", "X-Content-Type-Options": "nosniff"}
    return Response(_content(name), headers=headers, content_type=ASSETS[name])


@functools.cache
def _content(name: str) -> str:
    return (files("extractor.web") / "static" / name).read_text(encoding="utf-8")

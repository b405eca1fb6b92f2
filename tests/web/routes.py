"""An address for every route of ours, made from the routes themselves: a new one cannot be forgotten."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from extractor import web
from extractor.web.assets import ASSETS
from extractor.web.guard import CLOSED

_FORMAT = r"(?:\.(?P<format>json|csv))?"
_VARIABLE = re.compile(r"\(\?P<(\w+)>[^()]*\)")
# "text_parameter(request, "q")", or "year_parameter(request)", which reads the parameter that it is called after.
_NAMED = re.compile(r'(?:_parameter\(\s*request,\s*|request\.args\.get\()"(\w+)"')
_CALLED = re.compile(r"\b(\w+)_parameter\(request\)")

# Datasette's pages about itself and the machine that it runs on.
SHUT = (
    "versions", "plugins", "settings", "config", "threads", "databases", "permissions", "messages", "allow-debug",
    "patterns", "auth-token", "actor", "logout",
)  # fmt: skip

# Values of variables, by the part of the address before them (a star for each variable in it) and their name.
Values = Mapping[tuple[str, str], Sequence[str]]


def patterns() -> list[str]:
    """The regular expressions of our routes."""
    return [pattern for pattern, _ in web.register_routes()]


def addresses(pattern: str, values: Values) -> Iterator[str]:
    """Addresses that a route answers: with every value of its variables, and in every format.

    Raises KeyError, naming what is missing, for a variable without values: give it some.
    """
    if pattern == CLOSED:
        yield from (f"/-/{name}{ending}" for name in SHUT for ending in ("", ".json"))
        return
    plain = pattern.removesuffix("$")
    for ending in ("", ".json", ".csv") if _FORMAT in plain else ("",):
        yield from _filled("", "", plain.replace(_FORMAT, re.escape(ending)), values)


def _filled(done: str, shape: str, pattern: str, values: Values) -> Iterator[str]:
    """`done` is the beginning of the address, `shape` the same with a star for each value, `pattern` the rest."""
    variable = _VARIABLE.search(pattern)
    if variable is None:
        yield done + _literal(pattern)
        return
    between = _literal(pattern[: variable.start()])
    for value in values[shape + between, variable[1]]:
        yield from _filled(done + between + value, f"{shape}{between}*", pattern[variable.end() :], values)


def _literal(pattern: str) -> str:
    return re.sub(r"\\(.)", r"\1", pattern)


def values(names: dict[str, str]) -> Values:
    """A value for every variable of our routes, each of something that is in the sample with these names."""
    return {
        ("/pledge/", "ref"): [names["first"]],
        ("/embed/", "ref"): [names["first"]],
        ("/thread/", "id"): [names["thread"]],
        ("/document/", "id"): [names["plan"]],
        ("/document/*/page/", "number"): ["1"],
        ("/owner/", "slug"): ["nursing-board"],
        ("/-/commitments/", "name"): assets(),
    }


def parameters() -> list[str]:
    """Every query parameter that a page of ours reads, as its source names them."""
    folder = Path(web.__file__).parent
    sources = [file.read_text(encoding="utf-8") for file in folder.rglob("*.py")]
    return sorted({name for source in sources for read in (_NAMED, _CALLED) for name in read.findall(source)})


def assets() -> list[str]:
    """The names of the files that pages load."""
    return list(ASSETS)

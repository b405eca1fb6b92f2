"""Which licences let a page of a document be shown to the public, read from licences.toml."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from extractor.errors import WrongUsage
from extractor.lexicon.calendar import strings

SHIPPED = Path(__file__).with_name("licences.toml")
# What is called a licence in metadata is a line, not the text of one.
LONGEST = 300
_KEYS = frozenset({"name", "called", "addresses"})
_ADDRESS = re.compile(r"https?://(?:www\.)?", re.IGNORECASE)
_VERSION = re.compile(r"\b(?:version |v ?)?\d[\d.]*")
_MARKS = re.compile(r"[^\w.]+|_+")


@dataclass(frozen=True, slots=True)
class Licences:
    """Names of licences by what they are called (as `_plain` puts it) and by the addresses of their texts."""

    names: Mapping[str, str]
    addresses: Mapping[str, str]
    openings: tuple[str, ...]
    closings: tuple[str, ...]


def publishable(licence: str | None) -> str | None:
    """The name of the licence that a document's metadata state, where it lets a page be shown to the public.

    None for no licence, for one that does not, and for words that say more than its name: these may restrict it.

    >>> publishable("OGL-UK-3.0"), publishable("https://creativecommons.org/licenses/by-nc/4.0/")
    ('Open Government Licence', None)
    """
    if not licence or len(licence) > LONGEST:
        return None
    known = licences()
    given = licence.strip()
    if address := _ADDRESS.match(given):
        rest = given[address.end() :].casefold().rstrip("/")
        return next((name for start, name in known.addresses.items() if f"{rest}/".startswith(f"{start}/")), None)
    return next((known.names[words] for words in _bared(_plain(given), known) if words in known.names), None)


@cache
def licences() -> Licences:
    """The shipped list. Raises WrongUsage naming what is wrong with it."""
    return read(SHIPPED)


def read(path: Path) -> Licences:
    """A list of licences from a TOML file. Raises WrongUsage naming what is wrong with it."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        names: dict[str, str] = {}
        addresses: dict[str, str] = {}
        for entry in given["licence"]:
            _take(entry, names, addresses)
        openings, closings = (strings(given[key], key) for key in ("openings", "closings"))
    except (KeyError, TypeError, ValueError) as problem:
        raise WrongUsage(f"{path.name}: {problem}") from problem
    return Licences(names, addresses, openings, closings)


def _take(entry: Mapping[str, object], names: dict[str, str], addresses: dict[str, str]) -> None:
    if set(entry) != _KEYS or not isinstance(entry["name"], str):
        raise ValueError(f"a licence needs {', '.join(sorted(_KEYS))} and nothing else, not {', '.join(sorted(entry))}")
    name = entry["name"]
    for words in strings(entry["called"], f"{name}: called"):
        if _plain(words) != words:
            raise ValueError(f"{name}: {words!r} can never be found; write {_plain(words)!r}")
        if names.setdefault(words, name) != name:
            raise ValueError(f"{words!r} is both {names[words]} and {name}")
    for address in strings(entry["addresses"], f"{name}: addresses"):
        addresses[address.casefold()] = name


def _plain(words: str) -> str:
    """Words in lower case, without versions and punctuation, spelt one way."""
    unversioned = _VERSION.sub(" ", _MARKS.sub(" ", words.casefold())).replace(".", " ")
    return " ".join(unversioned.replace("license", "licence").split())


def _bared(words: str, known: Licences) -> Iterator[str]:
    """The words, and what is left of them as openings and closings that change nothing are taken off."""
    yield words
    while opening := next((o for o in known.openings if words.startswith(f"{o} ")), None):
        words = words[len(opening) + 1 :]
        yield words
    while closing := next((c for c in known.closings if words.endswith(f" {c}")), None):
        words = words[: -len(closing) - 1]
        yield words

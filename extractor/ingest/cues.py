"""The words by which a document's opening shows what it is: kinds.toml, checked when it is read."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from extractor.records import KINDS, Kind

Patterns = tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class KindCues:
    """How one kind shows: in the file's name, the title, a line of the first page, turns of phrase of the text.

    Where `opening_first`, the opening outweighs the title.
    """

    kind: Kind
    name: Patterns
    title: Patterns
    opening: Patterns
    body: Patterns
    opening_first: bool


@dataclass(frozen=True, slots=True)
class PublisherCues:
    """`forms` and `within`: whole lines that name a body, or a part of one; `heads`: nouns that close a body's name.

    `outlets` close the name of a newspaper, `labels` open a line that states the publisher, `domains` are of web and
    e-mail addresses, with slugs of the register; `expand` writes out the abbreviation that closes a name.
    """

    forms: Patterns
    within: Patterns
    heads: frozenset[str]
    outlets: frozenset[str]
    labels: re.Pattern[str]
    domains: Mapping[str, str]
    expand: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TitleCues:
    """`labels` open a line that states the title; `meeting`, `generic` and `subtitle` are lines that are none alone."""

    labels: re.Pattern[str]
    meeting: Patterns
    generic: Patterns
    subtitle: Patterns


@dataclass(frozen=True, slots=True)
class SeriesCues:
    """`period` words show that a document comes again, `serial` nouns do with a date; `capitals` are written so."""

    period: Patterns
    serial: Patterns
    capitals: frozenset[str]


@dataclass(frozen=True, slots=True)
class Cues:
    """All of kinds.toml; `roles` are what a line may be where it is no title, in order."""

    kinds: tuple[KindCues, ...]
    publisher: PublisherCues
    roles: tuple[tuple[str, Patterns], ...]
    title: TitleCues
    series: SeriesCues


def matches(patterns: Patterns, text: str) -> bool:
    """Whether any of the patterns is found in the text."""
    return any(pattern.search(text) for pattern in patterns)


def fills(patterns: Patterns, text: str) -> bool:
    """Whether any of the patterns is all of the text."""
    return any(pattern.fullmatch(text) for pattern in patterns)


@cache
def cues() -> Cues:
    """The shipped cues; a kind that does not exist or a broken pattern is an error in the package and raises."""
    given = tomllib.loads(Path(__file__).with_name("kinds.toml").read_text(encoding="utf-8"))
    publisher, title, series = given["publisher"], given["title"], given["series"]
    return Cues(
        kinds=tuple(_kind(entry) for entry in given["kind"]),
        publisher=PublisherCues(
            _patterns(publisher["forms"]),
            _patterns(publisher["within"]),
            frozenset(publisher["heads"]),
            frozenset(publisher["outlets"]),
            _label(publisher["labels"]),
            dict(publisher["domains"]),
            dict(publisher["expand"]),
        ),
        roles=tuple((entry["role"], _patterns(entry["patterns"])) for entry in given["role"]),
        title=TitleCues(
            _label(title["labels"]),
            _patterns(title["meeting"]),
            _patterns(title["generic"]),
            _patterns(title["subtitle"]),
        ),
        series=SeriesCues(_patterns(series["period"]), _patterns(series["serial"]), frozenset(series["capitals"])),
    )


def _kind(entry: Mapping[str, object]) -> KindCues:
    kind = next((known for known in KINDS if known == entry["kind"]), None)
    if kind is None:
        raise ValueError(f"kinds.toml: no such kind {entry['kind']!r}")
    where = {part: _patterns(cast(list[str], entry[part])) for part in ("name", "title", "opening", "body")}
    return KindCues(
        kind,
        where["name"],
        where["title"],
        where["opening"],
        where["body"],
        bool(entry.get("opening_first")),
    )


def _patterns(given: Iterable[str]) -> Patterns:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in given)


def _label(words: Iterable[str]) -> re.Pattern[str]:
    """A line of one of these labels, a colon (or a table's bar) and the value, which may stand on the next line."""
    return re.compile(rf"(?:{'|'.join(map(re.escape, words))})\s*(?::|\||$)\s*(?P<value>.*)$", re.IGNORECASE)

"""What stands on a web page beside its text, read from furniture.toml: names of parts, headings, labels, licences."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from extractor.records import KINDS


@dataclass(frozen=True, slots=True)
class Names:
    """Patterns over the parts of an element's `class` and `id`, furniture.toml says of which names."""

    never: re.Pattern[str]
    whole: re.Pattern[str]
    rarely: re.Pattern[str]
    unseen: re.Pattern[str]
    content: re.Pattern[str]
    pull_quote: re.Pattern[str]
    footnote: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Furniture:
    """All of furniture.toml. Headings, sites and persons match a whole line, labels and licences the words of one."""

    names: Names
    contents: re.Pattern[str]
    elsewhere: re.Pattern[str]
    sites: re.Pattern[str]
    hyphenated: re.Pattern[str]
    persons: re.Pattern[str]
    published: re.Pattern[str]
    touched: re.Pattern[str]
    kinds: Mapping[str, str]
    licences: Mapping[str, re.Pattern[str]]


@cache
def furniture() -> Furniture:
    """The shipped words; a missing list, a broken pattern or a kind that does not exist is an error and raises."""
    given = tomllib.loads(Path(__file__).with_name("furniture.toml").read_text(encoding="utf-8"))
    metadata = given["metadata"]
    if unknown := set(metadata["kinds"].values()) - set(KINDS):
        raise ValueError(f"furniture.toml: no such kind {', '.join(sorted(unknown))}")
    return Furniture(
        names=Names(**{name: _part(parts) for name, parts in given["names"].items()}),
        contents=_line(given["headings"]["contents"]),
        elsewhere=_line(given["headings"]["elsewhere"]),
        sites=_line(metadata["sites"]),
        hyphenated=_line(metadata["hyphenated"]),
        persons=_line(metadata["persons"]),
        published=_label(metadata["published"]),
        touched=_label(metadata["touched"]),
        kinds=metadata["kinds"],
        licences={name: re.compile(sign, re.IGNORECASE) for name, sign in metadata["licences"].items()},
    )


def _part(parts: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?:^|[\s_-])(?:{'|'.join(parts)})(?:$|[\s_-])", re.IGNORECASE)


def _line(lines: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\s*(?:{'|'.join(lines)})\s*", re.IGNORECASE)


def _label(labels: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(labels)})\b", re.IGNORECASE)

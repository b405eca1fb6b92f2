"""Loader of the devolved nations: what shows that a document is about one, and whom common words mean there."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from extractor.errors import WrongUsage

SHIPPED = Path(__file__).with_name("jurisdictions.toml")


@dataclass(frozen=True, slots=True)
class Meaning:
    """The `words`, in lower case, that mean one of `bodies` (names of the register): the first the document writes."""

    bodies: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A devolved nation: its `slug`, the `words` that point to it, and what words mean in its documents."""

    slug: str
    words: tuple[str, ...]
    means: tuple[Meaning, ...]


@cache
def load_jurisdictions(path: Path = SHIPPED) -> tuple[Jurisdiction, ...]:
    """The nations of a TOML file. Raises WrongUsage naming each fault: an unknown key, a list of no words."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise WrongUsage(f"jurisdictions: {path.name}: {problem}") from problem
    problems = [f"unknown section {key!r}" for key in sorted(set(given) - {"jurisdiction"})]
    tables = given.get("jurisdiction", {})
    found = [_parse(slug, table, problems) for slug, table in (tables.items() if isinstance(tables, dict) else ())]
    if not found:
        problems.append("there is no jurisdiction")
    if problems:
        raise WrongUsage("jurisdictions: " + "; ".join(problems))
    return tuple(found)


def _parse(slug: str, table: object, problems: list[str]) -> Jurisdiction:
    if not isinstance(table, dict):
        problems.append(f"{slug} must be a table")
        table = {}
    problems += [f"{slug}: unknown key {key!r}" for key in table if key not in ("words", "means")]
    means = []
    rows = table.get("means", [])
    for row in rows if isinstance(rows, list) else []:
        row = row if isinstance(row, dict) else {}
        bodies, words = (_strings(row, key, f"{slug}: means", problems) for key in ("bodies", "words"))
        means.append(Meaning(bodies, tuple(word.lower() for word in words)))
    return Jurisdiction(slug, _strings(table, "words", slug, problems), tuple(means))


def _strings(table: Mapping[str, object], key: str, where: str, problems: list[str]) -> tuple[str, ...]:
    value = table.get(key)
    if not isinstance(value, list) or not value or any(not isinstance(v, str) or not v.strip() for v in value):
        problems.append(f"{where}: {key!r} must be a list of words")
        return ()
    return tuple(value)

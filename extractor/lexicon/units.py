"""Loader of the words around figures: units, names with numbers, verbs that say which way."""

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from extractor.errors import WrongUsage
from extractor.lexicon.calendar import strings

SHIPPED = Path(__file__).with_name("units.toml")


@dataclass(frozen=True, slots=True)
class Numbers:
    """Words beside a number that decide whether it measures anything; units.toml says what each list is for."""

    names: frozenset[str]
    references: frozenset[str]
    structure: frozenset[str]
    lengths: frozenset[str]
    time_prepositions: frozenset[str]
    verb_openers: frozenset[str]
    telephones: frozenset[str]
    openers: frozenset[str]
    predicates: frozenset[str]
    time_units: frozenset[str]
    denominators: frozenset[str]


@dataclass(frozen=True, slots=True)
class NounPhrases:
    """Words that tell where the noun phrase of a unit begins and ends."""

    modifiers: frozenset[str]
    plurals: frozenset[str]
    singulars: frozenset[str]
    graded: frozenset[str]
    stops: frozenset[str]


@dataclass(frozen=True, slots=True)
class Directions:
    """Words that say which way a figure goes."""

    increase: frozenset[str]
    decrease: frozenset[str]
    more: frozenset[str]
    fewer: frozenset[str]


@dataclass(frozen=True, slots=True)
class Columns:
    """Words of a column's header that say what its figures are."""

    targets: frozenset[str]
    periods: frozenset[str]
    numbering: frozenset[str]


@dataclass(frozen=True, slots=True)
class Units:
    """The whole lexicon, every word lower-case."""

    numbers: Numbers
    units: NounPhrases
    direction: Directions
    columns: Columns


@cache
def load_units(path: Path = SHIPPED) -> Units:
    """The words in a TOML file. Raises WrongUsage naming an unknown or missing key, a doubled or an empty word."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        tables = {f.name: raw.pop(f.name, {}) for f in fields(Units)}
        if raw:
            raise ValueError(f"unknown {', '.join(sorted(raw))}")
        units = Units(
            Numbers(**_sets(tables, "numbers", Numbers)),
            NounPhrases(**_sets(tables, "units", NounPhrases)),
            Directions(**_sets(tables, "direction", Directions)),
            Columns(**_sets(tables, "columns", Columns)),
        )
        if both := sorted(units.direction.increase & units.direction.decrease):
            raise ValueError(f"direction: {', '.join(both)} cannot be both")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError, ValueError) as problem:
        raise WrongUsage(f"units {path.name}: {problem}") from problem
    return units


def _sets(tables: dict[str, object], name: str, kind: type) -> dict[str, frozenset[str]]:
    table = tables[name]
    if not isinstance(table, dict):
        raise TypeError(f"{name} must be a table")
    known = {f.name for f in fields(kind)}
    if table.keys() != known:
        raise ValueError(f"{name}: unknown or missing {', '.join(sorted(table.keys() ^ known))}")
    found: dict[str, frozenset[str]] = {}
    for key, value in table.items():
        words = [word.lower() for word in strings(value, f"{name}.{key}")]
        if len(set(words)) < len(words):
            raise ValueError(f"{name}.{key}: {next(w for w in words if words.count(w) > 1)} stands twice")
        found[key] = frozenset(words)
    return found

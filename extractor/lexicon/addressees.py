"""Loader of whom letters and guides are written to: salutations, words of titles, and classes that only stand by."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from extractor.errors import WrongUsage

SHIPPED = Path(__file__).with_name("addressees.toml")
SECTIONS = ("salutations", "titles", "bystanders")


@dataclass(frozen=True, slots=True)
class Addressees:
    """`salutations`: the class of bodies for each; `papers`: words of titles; `bystanders`: names of classes."""

    salutations: Mapping[str, str]
    papers: frozenset[str]
    bystanders: frozenset[str]


@cache
def load_addressees(path: Path = SHIPPED) -> Addressees:
    """The addressees of a TOML file. Raises WrongUsage naming every fault: a section missing, a list of no words."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise WrongUsage(f"addressees: {path.name}: {problem}") from problem
    problems = [f"unknown section {key!r}" for key in sorted(set(given) - set(SECTIONS))]
    lists: dict[str, dict[str, list[str]]] = {}
    for section in SECTIONS:
        table = given.get(section)
        lists[section] = {}
        if not isinstance(table, dict) or not table:
            problems.append(f"{section!r} must hold lists of words")
            continue
        for key, words in table.items():
            if not isinstance(words, list) or not words or any(not isinstance(w, str) or not w.strip() for w in words):
                problems.append(f"{section}: {key!r} must be a list of words")
            else:
                lists[section][key] = words
    problems += [
        f"there is no {s}: {k!r}" for s, k in (("titles", "papers"), ("bystanders", "classes")) if k not in lists[s]
    ]
    if problems:
        raise WrongUsage("addressees: " + "; ".join(problems))
    return Addressees(
        {form: name for name, forms in lists["salutations"].items() for form in forms},
        frozenset(lists["titles"]["papers"]),
        frozenset(lists["bystanders"]["classes"]),
    )

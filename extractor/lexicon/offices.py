"""Loader of the offices that minutes name by their initials ("DoF to report")."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from extractor.errors import WrongUsage

SHIPPED = Path(__file__).with_name("offices.toml")


@dataclass(frozen=True, slots=True)
class Offices:
    """`by_initials`: the office in words for each of its short forms."""

    by_initials: Mapping[str, str]


@cache
def load_offices(path: Path = SHIPPED) -> Offices:
    """The offices of a TOML file. Raises WrongUsage naming each fault: a list of no words, a form given twice."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise WrongUsage(f"offices: {path.name}: {problem}") from problem
    problems = [f"unknown section {key!r}" for key in sorted(set(given) - {"initials"})]
    found: dict[str, str] = {}
    table = given.get("initials")
    if not isinstance(table, dict) or not table:
        problems.append("'initials' must hold a list of short forms for each office")
        table = {}
    for office, forms in table.items():
        if not isinstance(forms, list) or not forms or any(not isinstance(f, str) or not f.strip() for f in forms):
            problems.append(f"{office!r} must hold a list of short forms")
            continue
        for form in forms:
            if form in found:
                problems.append(f"{form!r} stands for both {found[form]!r} and {office!r}")
            found[form] = office
    if problems:
        raise WrongUsage("offices: " + "; ".join(problems))
    return Offices(found)

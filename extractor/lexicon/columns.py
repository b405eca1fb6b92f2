"""Columns of action logs: which holds the owner, the due day and the status, and what says that an action is done."""

import re
import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from extractor.errors import WrongUsage

SHIPPED = Path(__file__).with_name("columns.toml")


@dataclass(frozen=True, slots=True)
class Columns:
    """Headers and words; columns.toml says what each is for."""

    owner: frozenset[str]
    due: frozenset[str]
    status: frozenset[str]
    done: frozenset[str]

    def is_owner(self, header: str) -> bool:
        """Whether a column of this header names who must carry out the row's action."""
        return _plain(header) in self.owner

    def is_due(self, header: str) -> bool:
        """Whether a column of this header gives the day by which the row's action is due."""
        return _plain(header) in self.due

    def is_status(self, header: str) -> bool:
        """Whether a column of this header tells how far the row's action is."""
        return _plain(header) in self.status

    def says_done(self, status: str) -> bool:
        """Whether a status opens with a word that says that the action is done ("Completed 12 May", not "Not done")."""
        first = re.match(r"\W*(\w+)", status)
        return first is not None and first[1].lower() in self.done


def _plain(header: str) -> str:
    return " ".join(header.lower().split()).strip(" :*")


@cache
def load_columns(path: Path = SHIPPED) -> Columns:
    """The column words of a TOML file. Raises WrongUsage naming each list that is unknown, missing or no words."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise WrongUsage(f"columns {path.name}: {problem}") from problem
    names = {f.name for f in fields(Columns)}
    problems = [f"unknown list {name!r}" for name in sorted(set(given) - names)]
    problems += [f"no list {name!r}" for name in sorted(names - set(given))]
    for name in sorted(names & set(given)):
        words = given[name]
        if not isinstance(words, list) or not words or any(not isinstance(w, str) or w != _plain(w) for w in words):
            problems.append(f"{name} must list lower-case words")
        elif len(set(words)) < len(words):
            problems.append(f"{name} holds a word twice")
    if problems:
        raise WrongUsage(f"columns {path.name}: " + "; ".join(problems))
    return Columns(**{name: frozenset(words) for name, words in given.items()})

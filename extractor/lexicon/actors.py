"""Loader of the words around a name that tell who must act: nouns for bodies, verbs of telling and promising."""

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from extractor.errors import WrongUsage

SHIPPED = Path(__file__).with_name("actors.toml")


@dataclass(frozen=True, slots=True)
class ActorWords:
    """Word lists; actors.toml says what each is for."""

    body_nouns: frozenset[str]
    parts_of_a_body: frozenset[str]
    taken_up: frozenset[str]
    works: frozenset[str]
    people_acting: frozenset[str]
    people_endings: frozenset[str]
    not_people: frozenset[str]
    own_body: frozenset[str]
    undertakings: frozenset[str]
    offices: frozenset[str]
    telling: frozenset[str]
    reporting: frozenset[str]
    promising: frozenset[str]
    reactions: frozenset[str]
    openers: frozenset[str]
    technical: frozenset[str]


@cache
def load_actor_words(path: Path = SHIPPED) -> ActorWords:
    """The word lists of a TOML file. Raises WrongUsage naming each list that is unknown, missing, empty or no words."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise WrongUsage(f"actor words {path.name}: {problem}") from problem
    names = {f.name for f in fields(ActorWords)}
    problems = [f"unknown list {name!r}" for name in sorted(set(given) - names)]
    problems += [f"no list {name!r}" for name in sorted(names - set(given))]
    for name in sorted(names & set(given)):
        words = given[name]
        if (
            not isinstance(words, list)
            or not words
            or any(not isinstance(w, str) or w != w.strip().lower() for w in words)
        ):
            problems.append(f"{name} must list lower-case words")
        elif len(set(words)) < len(words):
            problems.append(f"{name} holds a word twice")
    if problems:
        raise WrongUsage(f"actor words {path.name}: " + "; ".join(problems))
    return ActorWords(**{name: frozenset(words) for name, words in given.items()})

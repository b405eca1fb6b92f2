"""Word lists in TOML: `name = ["word", …]`, each name the field of a dataclass of frozen sets."""

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import TypeVar

from extractor.errors import WrongUsage

Lists = TypeVar("Lists")


def read_word_lists(path: Path, kind: type[Lists], *, what: str) -> Lists:
    """The lists of a file as a `kind`, a dataclass whose every field is a frozenset of strings.

    Raises WrongUsage, opening with `what`, that names each list that is unknown, missing, empty, no words or repeated.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise WrongUsage(f"{what} {path.name}: {problem}") from problem
    names = {f.name for f in fields(kind)}  # type: ignore[arg-type]  # any dataclass, which no type says
    problems = [f"unknown list {name!r}" for name in sorted(set(given) - names)]
    problems += [f"no list {name!r}" for name in sorted(names - set(given))]
    for name in sorted(names & set(given)):
        words = given[name]
        if not isinstance(words, list) or not words or any(not _is_word(word) for word in words):
            problems.append(f"{name} must list lower-case words")
        elif len(set(words)) < len(words):
            problems.append(f"{name} holds a word twice")
    if problems:
        raise WrongUsage(f"{what} {path.name}: " + "; ".join(problems))
    return kind(**{name: frozenset(words) for name, words in given.items()})


def _is_word(word: object) -> bool:
    return isinstance(word, str) and bool(word) and word == " ".join(word.lower().split())

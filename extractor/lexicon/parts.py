"""Loader of the words by which one sentence comes apart into several commitments."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from extractor.lexicon.words import read_word_lists

SHIPPED = Path(__file__).with_name("parts.toml")


@dataclass(frozen=True, slots=True)
class PartWords:
    """Word lists; parts.toml says what each is for."""

    verbs: frozenset[str]
    ahead: frozenset[str]
    taking_up: frozenset[str]
    no_verbs: frozenset[str]


@cache
def load_part_words(path: Path = SHIPPED) -> PartWords:
    """The word lists of a TOML file. Raises WrongUsage naming each list that is unknown, missing, empty or no words."""
    return read_word_lists(path, PartWords, what="words of parts")

"""Loader of the words around a name that tell who must act: nouns for bodies, verbs of telling and promising."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from extractor.lexicon.words import read_word_lists

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
    recipients: frozenset[str]
    weak_adjectives: frozenset[str]
    own_body: frozenset[str]
    undertakings: frozenset[str]
    offices: frozenset[str]
    telling: frozenset[str]
    asking: frozenset[str]
    obligations: frozenset[str]
    reporting: frozenset[str]
    promising: frozenset[str]
    reactions: frozenset[str]
    openers: frozenset[str]
    technical: frozenset[str]


@cache
def load_actor_words(path: Path = SHIPPED) -> ActorWords:
    """The word lists of a TOML file. Raises WrongUsage naming each list that is unknown, missing, empty or no words."""
    return read_word_lists(path, ActorWords, what="actor words")

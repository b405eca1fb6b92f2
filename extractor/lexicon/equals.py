"""When an owner or a unit that was found says the same as the one that a reader wrote down."""

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from extractor.lexicon.words import read_word_lists

SHIPPED = Path(__file__).with_name("equals.toml")


@dataclass(frozen=True, slots=True)
class Equals:
    """Lists of names, each of which stands for one owner."""

    government: frozenset[str]
    trusts: frozenset[str]
    boards: frozenset[str]
    unions: frozenset[str]


@cache
def load_equals(path: Path = SHIPPED) -> tuple[frozenset[str], ...]:
    """The lists of a TOML file. Raises WrongUsage naming each that is unknown, missing or holds no words."""
    read = read_word_lists(path, Equals, what="equal names")
    return tuple(getattr(read, field.name) for field in fields(read))


def owner_key(name: str) -> str:
    """A name under which equal owners compare equal."""
    plain = " ".join(name.lower().split()).removeprefix("the ")
    return next((min(group) for group in load_equals() if plain in group), plain)


def unit_head(unit: str | None) -> str:
    """The last word of a unit without its plural, "%" read as "per cent": units of one head are the same."""
    *_, last = ["", *(unit or "").replace("%", " per cent").casefold().split()]
    return last.rstrip("s")

"""What became of the words: two wordings word by word where they are alike, else field by field."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from extractor.web import words

# Below this share of words in common (difflib's ratio) a comparison word by word is confetti.
ALIKE = 0.5
# Comparing takes the product of both lengths in time; no promise is as long as this.
LONGEST = 400
Kind = Literal["same", "gone", "new"]


@dataclass(frozen=True, slots=True)
class Run:
    """Words that stand side by side in the later wording, or did in the earlier one."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a promise with what it was and what it became, each in words."""

    name: str
    was: str
    became: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """An earlier and a later statement: the words where they are alike, and the fields that differ."""

    runs: tuple[Run, ...]
    fields: tuple[Field, ...]


def compare(earlier: str, later: str) -> tuple[Run, ...]:
    """Both wordings in one, in order; nothing where they share too little to be read like that."""
    old, new = earlier.split(), later.split()
    if not old or not new or max(len(old), len(new)) > LONGEST:
        return ()
    matcher = SequenceMatcher(None, [_plain(word) for word in old], [_plain(word) for word in new], autojunk=False)
    if matcher.ratio() < ALIKE:
        return ()
    runs: list[Run] = []
    for operation, first, last, start, end in matcher.get_opcodes():
        if operation == "equal":
            runs.append(Run("same", " ".join(new[start:end])))
            continue
        if last > first:
            runs.append(Run("gone", " ".join(old[first:last])))
        if end > start:
            runs.append(Run("new", " ".join(new[start:end])))
    return tuple(runs)


def _plain(word: str) -> str:
    """A word as it is compared: a capital or a comma alone is no other wording."""
    return word.casefold().strip(".,;:“”\"'‘’()") or word


def changed_fields(earlier: sqlite3.Row, later: sqlite3.Row, figures: Mapping[str, Sequence[str]]) -> tuple[Field, ...]:
    """Deadline, figure, owner and strength of two statements, those that differ. `figures` has them by statement."""
    fields = [
        Field("Deadline", *(words.interval(row["deadline_start"], row["deadline_end"]) for row in (earlier, later))),
        Field("Figure", *("; ".join(figures.get(row["id"], ())) or "none given" for row in (earlier, later))),
        Field("Owner", *(row["owner"] or "no owner found" for row in (earlier, later))),
    ]
    if earlier["label"] == later["label"] == "commitment":
        fields.append(Field("Strength", earlier["sort"], later["sort"]))
    return tuple(field for field in fields if field.was != field.became)

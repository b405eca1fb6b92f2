"""Columns of action logs: which holds the owner, the due day and the status, and what says that an action is done."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from extractor.lexicon.words import read_word_lists

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
    return read_word_lists(path, Columns, what="columns")

"""How often something is to be done: "annually by 31 March" comes again every year, "every month" has no last day."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractor.lexicon.calendar import load_calendar

# What the rule of a deadline goes on with where the date comes again.
AGAIN = "again"
_PERIODS = {words: period for period, listed in load_calendar().repeats.items() for words in listed}
_REPEAT = re.compile(
    r"\b(?:" + "|".join(re.escape(words) for words in sorted(_PERIODS, key=len, reverse=True)) + r")\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """The words at `start`:`end` by which something is done again in every `period` ("year", "three months")."""

    text: str
    start: int
    end: int
    period: str


def find_recurrences(text: str) -> Sequence[Recurrence]:
    """Every phrase of `text` that says how often, in order ("quarterly", "every six months")."""
    return [
        Recurrence(match[0], match.start(), match.end(), _PERIODS[match[0].lower()]) for match in _REPEAT.finditer(text)
    ]

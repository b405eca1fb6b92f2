"""Loader of the words that tell in whose voice something is said, and of those that deny it."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from extractor.lexicon.words import read_word_lists

SHIPPED = Path(__file__).with_name("voices.toml")


@dataclass(frozen=True, slots=True)
class VoiceWords:
    """Word lists; voices.toml says what each is for."""

    unnamed: frozenset[str]
    unnamed_in_news: frozenset[str]
    unnamed_not: frozenset[str]
    saying: frozenset[str]
    sayings: frozenset[str]
    meeting_acts: frozenset[str]
    shifted: frozenset[str]
    according: frozenset[str]
    denying: frozenset[str]
    not_denying: frozenset[str]
    putting_off: frozenset[str]
    opening_no: frozenset[str]
    denied: frozenset[str]
    undone: frozenset[str]


@cache
def load_voice_words(path: Path = SHIPPED) -> VoiceWords:
    """The word lists of a TOML file. Raises WrongUsage naming each list that is unknown, missing, empty or no words."""
    return read_word_lists(path, VoiceWords, what="voice words")

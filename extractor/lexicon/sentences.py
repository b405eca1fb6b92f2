"""Loader of the words around a full stop that tell whether it ends a sentence, and of the titles that speakers bear."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from extractor.lexicon.words import read_word_lists

SHIPPED = Path(__file__).with_name("sentences.toml")


@dataclass(frozen=True, slots=True)
class SentenceWords:
    """Word lists, in small letters and without the last full stop; sentences.toml says what each is for."""

    leaning_on_word: frozenset[str]
    leaning_on_name: frozenset[str]
    leaning_on_number: frozenset[str]
    closing: frozenset[str]
    closing_clause: frozenset[str]
    after_time: frozenset[str]
    openers: frozenset[str]
    openers_or_names: frozenset[str]
    lettered: frozenset[str]
    numbered: frozenset[str]
    speakers: frozenset[str]

    def opens_sentence(self, word: str) -> bool:
        """Whether a word often begins a sentence."""
        return word in self.openers or word in self.openers_or_names

    def leans(self, word: str) -> bool:
        """Whether an abbreviation leans on what follows it: on any word, or on a number."""
        return word in self.leaning_on_word or word in self.leaning_on_number


@cache
def load_sentence_words(path: Path = SHIPPED) -> SentenceWords:
    """The word lists of a TOML file. Raises WrongUsage naming each list that is unknown, missing, empty or no words."""
    return read_word_lists(path, SentenceWords, what="sentence words")

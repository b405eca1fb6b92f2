"""The words that linking knows (terms.toml), and what it reads out of a statement with them: stems, names, denial,
change.
"""

import json
import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from extractor.errors import ModelError
from extractor.settings import shipped

FILE = Path(__file__).with_name("terms.toml")
_PATTERNS = (
    "denial", "change", "stands", "reported", "vague_days", "undated", "weaker", "stronger", "narrower", "wider",
    "durations", "ahead", "handover", "roundly", "everyone", "partly",
    "country", "regions",
)  # fmt: skip
_LISTS = ("stop", "common_names", *_PATTERNS)
_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?")
# A name inside a sentence: capitalised words, joined by a small "of", "for" or "and". The first word of a sentence is
# capitalised anyway, and counts only where a second capitalised word follows.
_NAME = re.compile(r"\b[A-Z][\w’'-]*(?:\s+(?:(?:of|for|and|on|in)\s+(?:the\s+)?)?(?:[A-Z][\w’'-]*|\d{1,3}\b))*")
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("s", ""))


@dataclass(frozen=True, slots=True)
class Terms:
    """What terms.toml holds; patterns compiled."""

    stop: frozenset[str]
    common_names: frozenset[str]
    wholes: Mapping[str, tuple[str, ...]]
    denial: re.Pattern[str]
    change: re.Pattern[str]
    stands: re.Pattern[str]
    reported: re.Pattern[str]
    vague_days: re.Pattern[str]
    undated: re.Pattern[str]
    weaker: re.Pattern[str]
    stronger: re.Pattern[str]
    narrower: re.Pattern[str]
    wider: re.Pattern[str]
    durations: re.Pattern[str]
    ahead: re.Pattern[str]
    handover: re.Pattern[str]
    roundly: re.Pattern[str]
    everyone: re.Pattern[str]
    partly: re.Pattern[str]
    country: re.Pattern[str]
    regions: re.Pattern[str]


def read_terms(path: Path) -> Terms:
    """Read a file of terms. Raises ModelError naming what is unknown, missing, doubled or broken in it."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise ModelError(f"{path.name}: {problem}") from problem
    problems = [f"unknown key {key!r}" for key in sorted(set(given) - {*_LISTS, "wholes"})]
    for name in _LISTS:
        values = given.get(name)
        if (
            not isinstance(values, list)
            or not values
            or any(not isinstance(value, str) or not value for value in values)
        ):
            problems.append(f"{name!r} must be a list of words")
            continue
        problems += [f"{name!r} names {value!r} twice" for value in sorted({v for v in values if values.count(v) > 1})]
    wholes = given.get("wholes", {})
    if not isinstance(wholes, dict) or any(not isinstance(slugs, list) for slugs in wholes.values()):
        problems.append("'wholes' must map a kind to a list of slugs")
    if problems:
        raise ModelError(f"{path.name}: {'; '.join(problems)}")
    try:
        patterns = {name: _either(given[name]) for name in _PATTERNS}
    except re.error as broken:
        raise ModelError(f"{path.name}: {broken}") from broken
    return Terms(
        stop=frozenset(stem(word) for word in given["stop"]),
        common_names=frozenset(given["common_names"]),
        wholes={kind: tuple(slugs) for kind, slugs in wholes.items()},
        **patterns,
    )


def _either(patterns: list[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b", re.IGNORECASE)


@lru_cache(maxsize=1)
def load_terms() -> Terms:
    """The shipped terms."""
    return read_terms(FILE)


def stem(word: str) -> str:
    """A word without its inflection, roughly: plural, -ing and -ed go where four letters are left ("nurses" →
    "nurse").
    """
    for ending, instead in _ENDINGS:
        if (
            word.endswith(ending)
            and not word.endswith(("ss", "us", "is"))
            and len(word) - len(ending) >= 4 - len(instead)
        ):
            word = word[: -len(ending)] + instead
            break
    # "hiring" and "hire" meet in "hir", "planning" and "plan" in "plan".
    return word[:-1] if len(word) > 4 and (word[-1] == "e" or word[-1] == word[-2]) else word


def stems(text: str) -> frozenset[str]:
    """The stems of a text's words, without stop words and numbers."""
    stop = load_terms().stop
    found = (stem(word.replace("’", "'").removesuffix("'s")) for word in _WORD.findall(text.lower()))
    return frozenset(one for one in found if len(one) > 2 and one not in stop)


def names(text: str) -> frozenset[str]:
    """Programmes, laws, places and schemes that a text names ("Framework 15", "People Promise")."""
    common = load_terms().common_names
    found: set[str] = set()
    for match in _NAME.finditer(text):
        name = " ".join(re.sub(r"['’]s\b", "", match[0]).split())
        if _opens(text, match.start()):
            first, _, rest = name.partition(" ")
            name = (
                name
                if rest[:1].isupper() and first not in ("The", "A", "An", "This", "Our", "All", "Each", "Every")
                else rest
            )
        if len(name) > 2 and name[0].isupper() and name not in common and not name.isupper() | (len(name) <= 3):
            found.add(name)
    return frozenset(found)


def _opens(text: str, at: int) -> bool:
    """Whether a sentence, a line or a quotation begins at `at`. Looks back over white space alone."""
    while at and text[at - 1].isspace() and text[at - 1] != "\n":
        at -= 1
    return not at or text[at - 1] in '\n.!?:;“"'


@dataclass(frozen=True, slots=True)
class Rarity:
    """In how many of `documents` texts each stem stands; one that is not listed is taken to stand in one."""

    documents: int
    stems: Mapping[str, int]

    def of(self, word: str) -> float:
        """How rare a stem is: the logarithm of the inverse share of texts that hold it (idf)."""
        return math.log(self.documents / self.stems.get(word, 1))

    def unit_vector(self, words: Iterable[str]) -> dict[str, float]:
        """The words with weights in proportion to their rarity, the squares of which add up to one."""
        weights = {word: self.of(word) for word in sorted(words)}
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        return {word: round(weight / length, 5) for word, weight in weights.items()} if length else {}


@lru_cache(maxsize=1)
def load_rarity() -> Rarity:
    """The shipped table of rarity. Raises ModelError where it is missing or does not fit."""
    file = shipped("models") / "relation" / "rarity.json"
    try:
        return Rarity(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as problem:
        raise ModelError(f"rarity of words: {problem}") from problem

"""The noun phrase after a figure: its unit as written, found without a parser by where such phrases end."""

import re

from extractor.lexicon.units import load_units
from extractor.records import Direction

_LEXICON = load_units()
_NOUNS, _DIRECTIONS = _LEXICON.units, _LEXICON.direction
_TIME_UNITS = _LEXICON.numbers.time_units
_MOST_WORDS = 9
WORD = re.compile(r"[A-Za-z][\w'’&/-]*|\d[\d,]*")


def noun_phrase(text: str, start: int, *, comma: bool) -> tuple[str, int, Direction | None] | None:
    """The noun phrase that begins at `start`, as written, where it ends, and which way its first words say.

    Modifiers are left out in front; it runs to its first plural noun, or to the word before a verb or preposition.
    " extra Sure Start health visitors to" gives "Sure Start health visitors" and increase.
    """
    at = start
    words: list[re.Match[str]] = []
    direction: Direction | None = None
    head = -1
    for _ in range(_MOST_WORDS):
        word = WORD.match(text, at + 1)
        gap = text[at : at + 1]
        if comma and gap == "," and text[at + 1 : at + 2] == " " and not words[1:]:
            word, gap = WORD.match(text, at + 2), " "
        if word is None or not gap.isspace():
            break
        plain = word[0].lower()
        if not words and (plain in _NOUNS.modifiers or plain[0].isdigit()):
            direction = direction or (
                "increase" if plain in _DIRECTIONS.more else "decrease" if plain in _DIRECTIONS.fewer else None
            )
        elif words and plain.isdigit() and words[-1][0].lower() in _NOUNS.graded:
            pass  # "band 8 posts"
        elif plain in _NOUNS.stops or plain[0].isdigit() or (head >= 0 and not is_plural(word[0])):
            break
        else:
            words.append(word)
            head = len(words) - 1 if is_plural(word[0]) else head
        at = word.end()
        if words and plain.endswith(("s'", "s’")) and plain[:-2] in _TIME_UNITS:
            return text[words[0].start() : at - 1], at - 1, direction  # "six weeks' notice"
    if not words:
        return None
    kept = words[: head + 1] if head >= 0 else words
    first = kept[0].start()
    unit = text[first : kept[-1].end()].rstrip("'’-/&")
    return unit, first + len(unit), direction


def is_plural(word: str) -> bool:
    """Does a word look like a plural noun: "places" and "staff", not "is", "NHS" or "services" (often an attribute)?"""
    plain = word.lower()
    if plain in _NOUNS.plurals:
        return True
    return (
        plain.endswith("s")
        and len(word) > 2
        and not plain.endswith(("ss", "us", "is", "’s", "'s"))
        and plain not in _NOUNS.singulars
        and not word.isupper()
    )

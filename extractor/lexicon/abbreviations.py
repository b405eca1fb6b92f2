"""Abbreviations and initials that a document introduces itself: "the Royal College of Podiatry (RCPod)"."""

import re
from collections.abc import Iterator

_BRACKET = re.compile(r"\(\s*[\"“'‘]?([A-Z][A-Za-z&/]{1,9})[\"”'’]?\s*\)")
_WORD = re.compile(r"[\w'’&]+")
# No name that is abbreviated in practice runs to more words.
MAX_WORDS = 12
# Characters before the bracket in which those words stand; a line may be as long as the document.
_REACH = 400


def document_aliases(text: str) -> dict[str, str]:
    """The abbreviations that a text introduces in brackets, each with its long form; the first introduction counts.

    The letters are matched from the right as in Schwartz and Hearst (2003): each must occur in the long form in order,
    the capitals at the start of words. Initials of people ("Rachel Jones (RJ)") are found alike.
    """
    found: dict[str, str] = {}
    for short, long in _introductions(text):
        found.setdefault(short, long)
    return found


def _introductions(text: str) -> Iterator[tuple[str, str]]:
    for bracket in _BRACKET.finditer(text):
        short = bracket[1]
        if sum(letter.isupper() for letter in short) < 2:
            continue
        reach = max(0, bracket.start() - _REACH)
        line = text[max(reach, text.rfind("\n", reach, bracket.start()) + 1) : bracket.start()]
        # A long form does not reach over a full stop, a semicolon or another bracket.
        line = re.split(r"[.;:()\[\]•]\s", line)[-1].rstrip()
        words = list(_WORD.finditer(line))[-min(MAX_WORDS, len(short) * 2 + 5) :]
        if words and (
            long := _long_form(short.removesuffix("s") if short[-1] == "s" else short, line[words[0].start() :])
        ):
            yield short, long


def _long_form(short: str, before: str) -> str | None:
    """The shortest ending of `before` that spells the abbreviation, or None."""
    letters = [letter for letter in short if letter.isalpha()]
    at = len(before) - 1
    for number in range(len(letters) - 1, -1, -1):
        letter = letters[number].lower()
        while at >= 0 and not (before[at].lower() == letter and (letters[number].islower() or _begins(before, at))):
            at -= 1
        if at < 0:
            return None
        at -= 1
    long = before[at + 1 :].strip(" ,–-\"“”'‘’")
    return long if len(long) > len(short) and (long[:1].isupper() or len(letters) > 2) else None


def _begins(text: str, at: int) -> bool:
    """Whether a capital may stand for this letter: one that starts a word, or a capital within one ("FT")."""
    return at == 0 or not text[at - 1].isalnum() or text[at].isupper()

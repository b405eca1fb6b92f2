"""Cuts text into the pieces that a page shows: plain text, the words of statements, words that two texts share."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractor.link.lexical import word_stems

# A word, or a number with the marks inside it ("7,500").
_WORD = re.compile(r"\w+(?:[,.'’]\w+)*")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A statement's place in its document's text, as characters `start` to `end`."""

    id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Text to show. `statement` is the id of the statement whose words they are, None for plain text.

    `opens` and `closes` tell where a statement begins and ends when it runs over several pieces.
    """

    text: str
    statement: str | None = None
    opens: bool = False
    closes: bool = False


def pieces(text: str, offset: int, statements: Sequence[Stretch]) -> tuple[Piece, ...]:
    """Cut `text`, which begins at character `offset` of its document, where statements begin and end.

    The pieces joined give `text` again. Statements may begin before `text` and end after it. Where two overlap, the
    one that begins first keeps the words in common, so that no word is shown twice.
    """
    result: list[Piece] = []
    end, at = offset + len(text), offset
    for stretch in sorted(statements, key=lambda s: (s.start, -s.end)):
        first, last = max(stretch.start, at), min(stretch.end, end)
        if first >= last:
            continue
        if first > at:
            result.append(Piece(text[at - offset : first - offset]))
        words = text[first - offset : last - offset]
        result.append(Piece(words, stretch.id, opens=stretch.start >= offset, closes=stretch.end <= end))
        at = last
    if at < end:
        result.append(Piece(text[at - offset :]))
    return tuple(result)


def shared_words(text: str, other: str) -> tuple[tuple[str, bool], ...]:
    """`text` in pieces, each with whether it is a word that `other` has too, whatever its ending ("nurse", "nurses").

    Words that say nothing by themselves ("the", "will") are nobody's; numbers count. The pieces joined give `text`.
    """
    stems = frozenset(word_stems(other))
    result: list[tuple[str, bool]] = []
    at = 0
    for match in _WORD.finditer(text):
        if not stems.issuperset(word_stems(match[0])):
            continue
        if match.start() > at:
            result.append((text[at : match.start()], False))
        result.append((match[0], True))
        at = match.end()
    if at < len(text):
        result.append((text[at:], False))
    return tuple(result)

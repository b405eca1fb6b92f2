"""Cuts a document's blocks into the pieces that a page shows: plain text, and the words of statements."""

from collections.abc import Sequence
from dataclasses import dataclass


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

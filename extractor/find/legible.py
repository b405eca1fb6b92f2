"""How far a passage can be read at all: other languages, badly recognised text, tables of numbers, text without end.

The network knows English sentences and gives some answer to everything else, often a certain one; these are the doubts.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.encoder import MAX_CHARACTERS
from extractor.records import Reason

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# The rule of the doubt that no statement outlives.
UNREADABLE = "unreadable"
# Word pieces a word: English policy prose has 1.0 to 1.4 (99 % of the labelled statements), French and noise from
# recognition 1.7 and more, German, Polish and Welsh 2.6 and more.
STRANGE = 1.65
FOREIGN = 2.0
# Fewer words may all be names.
FEWEST_WORDS = 8
# Of the signs of a row of numbers fewer are letters.
LETTERS = 0.35
_WORD = re.compile(r"[^\W\d_]{2,}")


def find_doubts(text: str, tokenizer: "Tokenizer") -> tuple[Reason, ...]:
    """Why a passage may not say what it seems to; empty where it reads well. `tokenizer` is the network's,
    without an end."""
    return tuple(_doubts(text[:MAX_CHARACTERS], tokenizer, whole=len(text) <= MAX_CHARACTERS))


def _doubts(text: str, tokenizer: "Tokenizer", *, whole: bool) -> Iterator[Reason]:
    if not whole:
        yield Reason(
            "length", 1.0, f"has no end of a sentence in its first {MAX_CHARACTERS:,} characters, and no more was read"
        )
    signs = sum(not sign.isspace() for sign in text)
    letters = sum(sign.isalpha() for sign in text) / max(1, signs)
    if letters < LETTERS:
        yield Reason("letters", round(letters, 3), "holds hardly any words")
    words = _WORD.findall(text)
    if len(words) < FEWEST_WORDS:
        return
    pieces = len(tokenizer.encode(" ".join(words), add_special_tokens=False)) / len(words)
    if pieces >= STRANGE:
        rule = UNREADABLE if pieces >= FOREIGN else "strange"
        yield Reason(rule, round(pieces, 3), "reads as another language, or as badly recognised text")

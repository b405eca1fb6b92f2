"""Actions of minutes in labelled lines: "Action: …", "Owner: …", "Due: September" are one action with its fields."""

import re
from collections.abc import Sequence
from dataclasses import replace

from extractor.lexicon.columns import load_columns
from extractor.records import Cell, Passage

_FIELD = re.compile(r"(?P<label>[A-Z][\w ()/-]{0,24}?)\s*[:–—-]\s+(?P<value>\S.*)", re.DOTALL)
_ACTION = re.compile(
    r"(?:agreed\s+)?actions?(?:\s+points?)?(?:\s+(?:no\.?\s*)?[\w./]{1,6})?\s*[:.–—-]\s*(?P<rest>.*)", re.I | re.S
)
_WHO = re.compile(
    r"(?:[A-Z]{2,4}|All|Chair|Secretariat)(?:\s*(?:[/,&+]|and)\s*(?:[A-Z]{2,4}|All|Chair|Secretariat))*\.?"
)
# What a field's value has at most; more words are a sentence that happens to open with the same word.
MAX_WORDS = 7
# An action rarely has more sentences than this.
MAX_SENTENCES = 4


def with_fields(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """The passages, those of an action with the lines that follow it as cells: who owns it, when it is due, its status.

    The cells lie outside the action's span, where the lines stand; the lines stay passages of their own.
    """
    result = list(passages)
    number = 0
    while number < len(passages):
        fields: list[Cell] = []
        end = number + 1
        while end < len(passages) and (cell := _field(passages[end])) is not None:
            fields.append(cell)
            end += 1
        if fields and passages[number].kind in ("sentence", "item") and _field(passages[number]) is None:
            for at in range(_first_of_action(passages, number), number + 1):
                result[at] = replace(result[at], cells=(*result[at].cells, *fields))
        number = end
    return tuple(result)


def _labelled(text: str) -> tuple[str, int, int] | None:
    """A field's label and the span of its value in `text`."""
    action = _ACTION.fullmatch(text)
    if action:
        # "Action: RJ" below what was agreed says who, and nothing else
        return ("Action by", *action.span("rest")) if _WHO.fullmatch(action["rest"]) else None
    found = _FIELD.fullmatch(text)
    if found is None or len(found["value"].split()) > MAX_WORDS:
        return None
    columns, label = load_columns(), found["label"]
    known = columns.is_due(label) or columns.is_owner(label) or columns.is_status(label)
    return (label, *found.span("value")) if known else None


def _field(passage: Passage) -> Cell | None:
    if passage.kind not in ("sentence", "item"):
        return None
    labelled = _labelled(passage.text)
    return Cell(labelled[0], passage.start + labelled[1], passage.start + labelled[2]) if labelled else None


def _first_of_action(passages: Sequence[Passage], last: int) -> int:
    """Where the action begins whose last sentence is number `last`: at its label, or with that sentence itself."""
    for at in range(last, max(-1, last - MAX_SENTENCES), -1):
        if passages[at].kind not in ("sentence", "item"):
            break
        if _ACTION.match(passages[at].text):
            return at
    return last

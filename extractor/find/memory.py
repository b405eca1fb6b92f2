"""Who acted, was named, was told to act, and whose plan was meant, by the start of each passage of a document."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import TypedDict

from extractor.find.actors import Actor, DocumentContext, names_in, with_joint_ends
from extractor.lexicon.addressees import load_addressees
from extractor.records import Passage

# An actor is still in the reader's mind this many passages later.
MEMORY = 8
# "The council" is one of so many actors named last: lists of all of them would grow with the square of the document.
REMEMBERED = 50

_ACTS = re.compile(
    r"(?:['’]s)?\s+(?:\w+ly\s+|also\s+|now\s+|then\s+|is\s+|are\s+|has\s+|have\s+|had\s+)?"
    r"(?:will|would|must|should|shall|may|might|could|can|has|have|had|is|are|was|were|said|says|aims?|plans?|hopes?|wants?"
    r"|intends?|expects?|\w{3,}ed|told|needs?|began|begun|made|set|put|to)\b"
)
# A name behind one of these is no subject: in "the framework used by X and Y will be reviewed" neither acts.
_BEHIND = re.compile(
    r"\b(?P<preposition>about|across|among|at|between|by|for|from|in|of|on|to|with|within)\s+"
    r"(?:the\s+|our\s+|all\s+|NHS\s+)?(?:[\w/’'-]+(?:\s[A-Z][\w/’'-]*)*,?\s+(?:and|&)\s+(?:the\s+)?)?$"
)
_MUST = re.compile(r"\b(?:must|should|need to|needs to|asked to|expected to|required to|told to|wil+ need|wil+ want)\b")
_YOU = re.compile(r"\b(?:you|your|yours)\b", re.IGNORECASE)


def acts(text: str, start: int, end: int) -> bool:
    """Whether the name from `start` goes on, after `end`, with a verb that it is the subject of, or a colon follows.

    `end` is the end of the list of names that it stands in.
    """
    behind = _BEHIND.search(text, max(0, start - 80), start)
    if text[end:].strip() == ":":
        return behind is None or behind["preposition"] in ("by", "for")
    return behind is None and bool(_ACTS.match(text, end))


class Memory(TypedDict):
    before: dict[int, tuple[Actor, ...]]
    met: dict[int, tuple[Actor, ...]]
    told: dict[int, Actor]
    plan: dict[int, Actor]


def make_memory(passages: Sequence[Passage], context: DocumentContext, addressee: Actor | None) -> Memory:
    """What `DocumentContext` says by the start of each passage."""
    memory = Memory(before={}, met={}, told={}, plan={})
    acted: list[tuple[int, Actor]] = []
    met: dict[Actor, None] = {}
    told: dict[tuple[str, ...], Actor] = {}
    times_told: Counter[Actor] = Counter()
    times_named: Counter[Actor] = Counter()
    plan: Actor | None = None
    heading: tuple[str, ...] | None = None
    for number, passage in enumerate(passages):
        if passage.heading != heading:
            heading, acted = passage.heading, []
        acted = [(at, actor) for at, actor in acted if number - at <= MEMORY]
        memory["before"][passage.start] = tuple(dict.fromkeys(actor for _, actor in reversed(acted)))
        memory["met"][passage.start] = tuple(islice(reversed(met), REMEMBERED))
        if heading in told:
            memory["told"][passage.start] = told[heading]
        if plan:
            memory["plan"][passage.start] = plan
        for named, end in with_joint_ends(passage.text, names_in(passage.text, context)):
            met.pop(named.actor, None)
            met[named.actor] = None
            if named.actor.kind == "class":
                times_named[named.actor] += 1
            if named.through == "plan":
                plan = named.actor
            elif acts(passage.text, named.start, end):
                acted.append((number, named.actor))
                if named.actor.kind == "class" and _MUST.search(passage.text, end, end + 40):
                    told.setdefault(passage.heading, named.actor)
                    told[passage.heading] = named.actor
                    times_told[named.actor] += 1
    bystanders = load_addressees().bystanders
    counts = times_told or Counter({a: n for a, n in times_named.items() if a.name not in bystanders})
    usual = addressee or max(counts, key=lambda actor: (counts[actor], actor.id), default=None)
    if addressee:
        # "Confirm whether you accept": you are whom the letter is for, whoever else its section tells to act
        for passage in passages:
            if _YOU.search(f"{passage.lead_in or ''} {passage.text}"):
                memory["told"][passage.start] = addressee
    if usual and context.kind != "minutes":
        # where its section tells nobody, a passage speaks to those whom the document tells (or names) most often
        for passage in passages:
            memory["told"].setdefault(passage.start, usual)
    return memory

"""Who must act: owners of a statement, best first, each with the rule that found it and a score that ranks it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.find.actors import Actor, DocumentContext, names_in
from extractor.find.context import acts, make_context
from extractor.find.nouns import OWN_VOICE, Sentence
from extractor.find.owner_rules import owner
from extractor.find.roles import from_syntax
from extractor.find.short_forms import from_action, from_cells
from extractor.records import Owner, Passage

if TYPE_CHECKING:
    from spacy.tokens import Doc

__all__ = ["DocumentContext", "find_owners", "make_context"]

KEPT = 5
# A lead-in that only says that something was talked about gives its items no owner.
_NOTED = re.compile(r"\b(?:noted|discussed|raised|points|context|background|comments)\b")
_NO_SINGLE_BODY = ("class", "office")
_DASHED = re.compile(r"\s[–—-]\s+(?P<who>.+)$")


def find_owners(
    passage: Passage, doc: Doc, *, label: str, strength: str | None, context: DocumentContext
) -> tuple[Owner, ...]:
    """Owners of a statement, best first, none twice; empty where nothing in passage or document says who.

    `doc` is the parse of `passage.text`; `label` "commitment" or "progress"; `strength` None for progress.
    """
    sentence = Sentence(passage, doc, doc.text, strength, context)
    found = [*from_cells(passage, context), *from_action(sentence), *from_syntax(sentence), *_from_context(sentence)]
    best: dict[str, Owner] = {}
    for one in sorted(found, key=lambda o: -o.score):
        best.setdefault(one.id, one)
    return tuple(best.values())[:KEPT]


def _from_context(sentence: Sentence) -> Iterator[Owner]:
    """Owners whom only heading, lead-in or the document name."""
    passage, strength, context = sentence.passage, sentence.strength, sentence.context
    lead = _lead_in_actor(passage, strength, context)
    if lead:
        span = _lead_in_span(lead, passage, context)
        yield owner(lead, rule="lead-in", reason="is the subject of the lead-in", score=0.74, explicit=False, span=span)
    heading, score = _heading_actor(passage, context)
    if heading:
        yield owner(heading, rule="heading", reason="is named in the heading", score=score, explicit=False, span=None)
    told = context.told.get(passage.start)
    if strength == "directive" and told:
        reason = "is who the text tells to act"
        yield owner(told, rule="told-before", reason=reason, score=0.62, explicit=False, span=None)
    if (last := _last_to_act(passage, context)) is not None:
        reason = "acted last before this"
        yield owner(last, rule="acted-before", reason=reason, score=0.53, explicit=False, span=None)
    if context.default:
        reason = "is whose commitments this document states"
        yield owner(context.default, rule="default", reason=reason, score=0.5, explicit=False, span=None)


def _last_to_act(passage: Passage, context: DocumentContext) -> Actor | None:
    """Who is being told of: in news whoever acted last; in minutes a body other than the one that meets, which came to
    tell of its work.
    """
    before = context.before.get(passage.start, ())
    if context.kind == "minutes":
        bodies = (a for a in before if a.known and a.kind not in (*_NO_SINGLE_BODY, "person", "government"))
        return next((a for a in bodies if a != context.default), None)
    return before[0] if context.kind == "news" and before and before[0].kind not in _NO_SINGLE_BODY else None


def _lead_in_actor(passage: Passage, strength: str | None, context: DocumentContext) -> Actor | None:
    """Whoever the sentence that opens a list says will do, or (of a directive) is told to do, what its items name."""
    if not passage.lead_in:
        return None
    if context.kind == "minutes" and _NOTED.search(passage.lead_in):
        return None
    opening = re.match(r"\w+", passage.lead_in)
    if opening and opening[0].lower() in OWN_VOICE:
        # "I should be grateful if you would:" is for whom the letter addresses
        asked = strength == "directive" and re.search(r"\byou\b", passage.lead_in)
        return context.told.get(passage.start) if asked else context.speaker
    acting = [n.actor for n in names_in(passage.lead_in, context) if acts(passage.lead_in, n.start, n.end)]
    if not acting:
        return None
    return acting[-1] if strength == "directive" else acting[0]


def _lead_in_span(actor: Actor, passage: Passage, context: DocumentContext) -> tuple[int, int] | None:
    """Where in the document the lead-in names an actor; None where it says "we" or breaks the name over two lines."""
    for start, end in passage.lead_in_spans:
        for name in names_in(context.text[start:end], context):
            if name.actor == actor:
                return start + name.start, start + name.end
    return None


def _heading_actor(passage: Passage, context: DocumentContext) -> tuple[Actor | None, float]:
    """Whom the nearest heading that names anybody names, with a score: all of it, after a dash, or as its topic."""
    for heading in reversed(passage.heading):
        dashed = _DASHED.search(heading)
        if dashed:
            # "Topic – Ann Field, NHSE and Roy Hill, NHS Employers": whoever presents first, by the body named last
            for presenter in re.split(r"\s+and\s+(?=[A-Z][\w’'-]+ [A-Z])", dashed["who"]):
                if named := names_in(presenter, context):
                    return named[-1].actor, 0.66
        named = names_in(heading, context)
        if named and named[0].actor.known:
            bare = re.sub(r"\([^)]*\)|^[\W\d]+|\W+$", "", heading)
            share = (named[0].end - named[0].start) / max(len(bare), 1)
            # in minutes a heading is what was talked about, elsewhere it may say whose duties follow
            if share > 0.5:
                return named[0].actor, 0.66 if share > 0.9 and context.kind != "minutes" else 0.52
    return None, 0.0

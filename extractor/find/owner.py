"""Who must act: owners of a statement, best first, each with the rule that found it and a score that ranks it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.find.actors import Actor, DocumentContext, names_in, resolve
from extractor.find.context import acts, make_context
from extractor.find.roles import OWN_VOICE, acts_together, from_syntax, owner
from extractor.find.syntax import within
from extractor.lexicon.actors import load_actor_words
from extractor.lexicon.columns import load_columns
from extractor.records import Owner, Passage

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

__all__ = ["DocumentContext", "find_owners", "make_context"]

KEPT = 5
LONGEST_NAME = 9  # words before "to" that can still be whoever is given an action

_LABEL = r"(?:agreed\s+)?actions?(?:\s*(?:point|no\.?))?\s*[\w/.]{0,6}\s*[:.–—-]\s*"
_ACTION = re.compile(
    rf"(?:^|[.;:–—]\s+)(?P<label>(?i:{_LABEL}))?(?P<who>[A-Z][^.:;()–—]{{0,70}}?)\s+to\s+(?P<verb>[a-z]+)\b"
)
_DASH = re.compile(r"^(?P<who>[A-Z]{2,3}(?:\s*[/&,]\s*[A-Z]{2,3})*)\s*[–—:-]\s+\S")
_TAG = re.compile(
    r"(?:\b(?:action(?:ed)?(?:\s+by)?|lead|owner|responsible)\s*[:–-]\s*|[\[(])"
    r"(?P<who>[A-Z][\w’' ./&-]{1,60}?)\s*[\])]?\.?$"
)
_DASHED = re.compile(r"\s[–—-]\s+(?P<who>.+)$")
# A lead-in that only says that something was talked about gives its items no owner.
_NOTED = re.compile(r"\b(?:noted|discussed|raised|points|context|background|comments)\b")
_SPLIT = re.compile(r"\s*(?:[/;+&\n]|,|\band\b)\s*")
# A verb of action is no copula, and what follows "to" is not always a verb.
# "Subject to legislation", "further to minute 4": no person, whatever the parse makes of the next word.
_NO_PERSON = frozenset(
    {"according", "addition", "contrary", "due", "further", "owing", "prior", "regard", "relation", "subject", "thanks"}
)
_NO_ACTION = frozenset({"be", "the", "a", "date", "have", "follow", "come", "it", "this", "that"})
_VERBAL = frozenset({"MD", "VBD", "VBZ", "VBP", "VB", "VBG", "VBN", "IN", "TO", "PRP", "WDT", "WP"})
_WHOEVER = frozenset({"all", "everyone", "all members", "group", "board", "committee", "panel"})


def find_owners(
    passage: Passage, doc: Doc, *, label: str, strength: str | None, context: DocumentContext
) -> tuple[Owner, ...]:
    """Owners of a statement, best first, none twice; empty where nothing in passage or document says who.

    `doc` is the parse of `passage.text`; `label` "commitment" or "progress"; `strength` None for progress.
    """
    found = [
        *_from_cells(passage, context),
        *_from_action(passage, doc, context),
        *from_syntax(passage, doc, strength, context),
        *_from_context(passage, doc, strength, context),
    ]
    best: dict[str, Owner] = {}
    for one in sorted(found, key=lambda o: -o.score):
        best.setdefault(one.id, one)
    return tuple(best.values())[:KEPT]


def _who(text: str, context: DocumentContext) -> Iterator[Actor]:
    """The actors of a short stretch that names owners and nothing else ("RJ / NHS England", "Finance leads")."""
    for part in _parts(text, context):
        part = re.sub(r"^(?:the|a|an)\s+", "", part.strip(" .–-•*"), flags=re.IGNORECASE)
        named = names_in(part, context)
        if named:
            yield from dict.fromkeys(n.actor for n in named)
        elif part.lower() in ("chair", "chairman", "chairperson") and context.chair:
            yield context.chair
        elif part.lower() in _WHOEVER | load_actor_words().own_body and context.default:
            yield context.default
        elif re.search(r"[A-Za-z]{2}", part):
            yield resolve(part[0].upper() + part[1:], context, "person" if part.isupper() else "office")


def _parts(text: str, context: DocumentContext) -> Iterator[str]:
    """What stands between the joining words and signs, but for those that belong to a name.

    "Health and Social Care" does not come apart; what is registered as one but joins two bodies does.
    """
    whole = [(name.start, name.end) for name in names_in(text, context)]
    named = context.register.named
    start = 0
    for joint in _SPLIT.finditer(text):
        around = next((span for span in whole if span[0] <= joint.start() and joint.end() <= span[1]), None)
        if around is None or (named(text[around[0] : joint.start()]) and named(text[joint.end() : around[1]])):
            yield text[start : joint.start()]
            start = joint.end()
    yield text[start:]


def _from_cells(passage: Passage, context: DocumentContext) -> Iterator[Owner]:
    for cell in passage.cells:
        if load_columns().is_owner(cell.header):
            # the cells of an action in labelled lines stand below it
            text = context.text[cell.start : cell.end]
            for place, actor in enumerate(_who(text, context)):
                yield owner(
                    actor, explicit=True, score=1.0 - place / 100, reason=f"stands under “{cell.header.strip()}”"
                )


def _from_action(passage: Passage, doc: Doc, context: DocumentContext) -> Iterator[Owner]:
    """Owners in the short forms of minutes: "RJ to circulate …", "AB – costings", "… [Action: RJ]"."""
    text = doc.text
    for match in _ACTION.finditer(text):
        if context.kind != "minutes" and not match["label"]:
            continue
        who, verb = within(doc, *match.span("who")), within(doc, *match.span("verb"))
        if (
            not who
            or not verb
            or verb[0].lower_ in _NO_ACTION
            or verb[0].tag_ in ("NN", "NNS", "NNP")
            or len(who) > LONGEST_NAME
        ):
            continue
        if who[-1].lower_ in _NO_PERSON or _is_thing(who[-1]):
            continue
        verbal = (t for t in who if t.tag_ in _VERBAL and t.text not in context.people)
        if any(t.lower_ not in ("of", "from", "for") for t in verbal) or _says_something(who):
            continue
        for place, actor in enumerate(_who(match["who"], context)):
            yield owner(actor, explicit=True, score=0.98 - place / 100, reason="stands before “to” in an action")
    if context.kind != "minutes":
        return
    dash = _DASH.search(text)
    if dash:
        for place, actor in enumerate(_who(dash["who"], context)):
            yield owner(actor, explicit=True, score=0.96 - place / 100, reason="stands at the head of the action")
    tag = _TAG.search(text)
    if tag and (names_in(tag["who"], context) or not tag[0].startswith(("(", "["))):
        for place, actor in enumerate(_who(tag["who"], context)):
            yield owner(actor, explicit=True, score=0.97 - place / 100, reason="is named at the end of the action")


def _is_thing(noun: Token) -> bool:
    """Whether a noun is none for people or bodies, as in "the right to request …"."""
    words = load_actor_words()
    if noun.tag_ != "NN" or not noun.text.islower() or acts_together(noun):
        return False
    return noun.lower_ not in words.own_body | words.offices | words.body_nouns | words.parts_of_a_body | words.taken_up


def _says_something(who: list[Token]) -> bool:
    """Whether the words before "to" hold a verb of promising or telling, or name a paper: then they are no name."""
    words = load_actor_words()
    verbs = words.promising | words.telling | words.reporting
    return who[-1].lemma_ in words.works or any(
        t.lemma_ in verbs or t.lower_.removesuffix("ed") in verbs for t in who[1:]
    )


def _from_context(passage: Passage, doc: Doc, strength: str | None, context: DocumentContext) -> Iterator[Owner]:
    """Owners whom only heading, lead-in or the document name."""
    lead = _lead_in_actor(passage, strength, context)
    if lead:
        yield owner(lead, explicit=False, score=0.74, reason="is the subject of the lead-in")
    heading, score = _heading_actor(passage, context)
    if heading:
        yield owner(heading, explicit=False, score=score, reason="is named in the heading")
    told = context.told.get(passage.start)
    if strength == "directive" and told:
        yield owner(told, explicit=False, score=0.62, reason="is who the text tells to act")
    before = context.before.get(passage.start, ())
    if context.kind == "news" and before and before[0].kind not in ("class", "office"):
        yield owner(before[0], explicit=False, score=0.52, reason="acted last before this")
    if context.default:
        yield owner(context.default, explicit=False, score=0.5, reason="is whose commitments this document states")


def _lead_in_actor(passage: Passage, strength: str | None, context: DocumentContext) -> Actor | None:
    """Whoever the sentence that opens a list says will do, or (of a directive) is told to do, what its items name."""
    if not passage.lead_in:
        return None
    if context.kind == "minutes" and _NOTED.search(passage.lead_in):
        return None
    opening = re.match(r"\w+", passage.lead_in)
    if opening and opening[0].lower() in OWN_VOICE:
        return context.speaker
    acting = [n.actor for n in names_in(passage.lead_in, context) if acts(passage.lead_in, n.start, n.end)]
    if not acting:
        return None
    return acting[-1] if strength == "directive" else acting[0]


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

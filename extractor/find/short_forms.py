"""The short forms in which minutes and action logs name owners: cells, "RJ to circulate …", "… [Action: RJ]"."""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.find.actors import Actor, DocumentContext, names_in, resolve
from extractor.find.nouns import Role, Sentence, acts_together, plural_of
from extractor.find.owner_rules import owner
from extractor.find.syntax import within
from extractor.lexicon.actors import load_actor_words
from extractor.lexicon.columns import load_columns
from extractor.records import Owner, Passage

if TYPE_CHECKING:
    from spacy.tokens import Token

LONGEST_NAME = 9  # words before "to" that can still be whoever is given an action

_LABEL = r"(?:agreed\s+)?actions?(?:\s*(?:point|no\.?))?\s*[\w/.]{0,6}\s*[:.–—-]\s*"
# "(5.7) Department to publish", "22/12: RJ to circulate", and in a row the cell before it.
_NUMBER = r"(?:\(?\d[\d./]{0,8}[a-z]?\)?[.:]?\s+)?"
_ACTION = re.compile(
    rf"(?:^|[.;:–—|]\s+){_NUMBER}(?P<label>(?i:{_LABEL}))?"
    rf"(?P<who>[A-Z][^.:;()|–—]{{0,70}}?(?:\s\([^()|]{{1,20}}\))?)\s+to\s+(?P<verb>[a-z]+)\b"
)
_DASH = re.compile(r"^(?P<who>[A-Z]{2,3}(?:\s*[/&,]\s*[A-Z]{2,3})*)\s*[–—:-]\s+\S")
_TAG = re.compile(
    r"(?:\b(?:action(?:ed)?(?:\s+by)?|lead|owner|responsible)\s*[:–-]\s*|[\[(])"
    r"(?P<who>[A-Z][\w’' ./&-]{1,60}?)\s*[\])]?\.?$"
)
_SPLIT = re.compile(r"\s*(?:[/;+&\n]|,|\band\b)\s*")
# "… of draft guidance: Ms Wray", "…; Occupational Health, 30 June.", "… (SHA leads, November)"
_CLOSING = re.compile(
    r"(?:[:;]|\s[–—-]|,(?=[^,]{3,50},\s+(?:by\s+)?\d)|\s[(\[])\s*(?P<who>[A-Z][\w’'./&-]*(?:\s[\w’'./&-]+){0,4})"
    rf"(?P<date>,\s+(?:by\s+)?(?:\d{{1,2}}\s)?(?:{'|'.join(month_name[1:])})(?:\s\d{{4}})?)?[)\]]?\.?$"
)
_TITLE = re.compile(r"(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor|Cllr|Councillor|Sir|Dame)\b")
# "Subject to legislation", "further to minute 4": no person, whatever the parse makes of the next word.
_NO_PERSON = frozenset(
    {"according", "addition", "contrary", "due", "further", "owing", "prior", "regard", "relation", "subject", "thanks"}
)
# A verb of action is no copula, and what follows "to" is not always a verb.
_NO_ACTION = frozenset({"be", "the", "a", "date", "have", "follow", "come", "it", "this", "that"})
_VERBAL = frozenset({"MD", "VBD", "VBZ", "VBP", "VB", "VBG", "VBN", "IN", "TO", "PRP", "WDT", "WP"})
_WHOEVER = frozenset({"all", "everyone", "all members", "group", "board", "committee", "panel"})
_IN_BRACKETS = re.compile(r"\s*\([^()]{1,40}\)$")


def _who(text: str, context: DocumentContext) -> Iterator[Actor]:
    """The actors of a short stretch that names owners and nothing else ("RJ / NHS England", "Finance leads")."""
    for part in _parts(text, context):
        part = re.sub(r"^(?:the|a|an)\s+", "", part.strip(" .–-•*"), flags=re.IGNORECASE)
        each = re.match(r"(?:each|every)\s+(?P<noun>.+)", part, flags=re.IGNORECASE)
        part = plural_of(each["noun"]) if each and not names_in(part, context) else part
        named = names_in(part, context)
        if named:
            yield from dict.fromkeys(n.actor for n in named)
        elif part.lower() in ("chair", "chairman", "chairperson") and context.chair:
            yield context.chair
        elif part.lower() in _WHOEVER | load_actor_words().own_body and context.default:
            yield context.default
        elif re.match(r"[A-Za-z’'. -]*[A-Za-z]{2}", part):
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


def from_cells(passage: Passage, context: DocumentContext) -> Iterator[Owner]:
    """Owners in the columns that name them."""
    for cell in passage.cells:
        if load_columns().is_owner(cell.header):
            # the cells of an action in labelled lines stand below it
            text = _IN_BRACKETS.sub("", context.text[cell.start : cell.end])
            reason = f"stands under “{cell.header.strip()}”"
            yield from _all_of(text, cell.start, Role("column", 1.0, reason), context)


def from_action(sentence: Sentence) -> Iterator[Owner]:
    """Owners in the short forms of minutes: "RJ to circulate …", "AB – costings", "… [Action: RJ]"."""
    context, text = sentence.context, sentence.text
    # a row of a table is noted as briefly as an action in minutes, whatever document it stands in
    minuted = context.kind == "minutes" or sentence.passage.kind == "row"
    first = sentence.passage.start
    for match in _ACTION.finditer(text):
        if not minuted and not match["label"]:
            continue
        who, verb = within(sentence.doc, *match.span("who")), within(sentence.doc, *match.span("verb"))
        if who and verb and _is_action(who, verb[0], context):
            role = Role("action", 0.98, "stands before “to” in an action")
            yield from _all_of(match["who"], first + match.start("who"), role, context)
    if not minuted:
        return
    dash = _DASH.search(text)
    if dash:
        role = Role("dash", 0.96, "stands at the head of the action")
        yield from _all_of(dash["who"], first + dash.start("who"), role, context)
    closing = _CLOSING.search(text)
    if closing and (closing["date"] or _TITLE.match(closing["who"]) or names_in(closing["who"], context)):
        role = Role("tag", 0.95, "is named at the end of the action")
        yield from _all_of(closing["who"], first + closing.start("who"), role, context)
    tag = _TAG.search(text)
    if tag and (names_in(tag["who"], context) or not tag[0].startswith(("(", "["))):
        role = Role("tag", 0.97, "is named at the end of the action")
        yield from _all_of(tag["who"], first + tag.start("who"), role, context)


def _all_of(text: str, start: int, role: Role, context: DocumentContext) -> Iterator[Owner]:
    """Everybody whom a stretch of the document that begins at `start` names, the first the best."""
    for place, actor in enumerate(_who(text, context)):
        score, span = role.score - place / 100, (start, start + len(text))
        yield owner(actor, rule=role.rule, reason=role.reason, score=score, explicit=True, span=span)


def _is_action(who: list[Token], verb: Token, context: DocumentContext) -> bool:
    """Whether the words before "to" can be whoever is given an action, and the word behind it can be the action."""
    if verb.lower_ in _NO_ACTION or verb.tag_ in ("NN", "NNS", "NNP") or len(who) > LONGEST_NAME:
        return False
    if who[-1].lower_ in _NO_PERSON or _is_thing(who[-1]):
        return False
    verbal = (t for t in who if t.tag_ in _VERBAL and t.text not in context.people)
    return not any(t.lower_ not in ("of", "from", "for") for t in verbal) and not _says_something(who)


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
    if len(who) == 1 and who[0].lower_.removesuffix("es") in words.promising:
        return True  # "Wishes to fund …"
    return who[-1].lemma_ in words.works or any(
        t.lemma_ in verbs or t.lower_.removesuffix("ed") in verbs for t in who[1:]
    )

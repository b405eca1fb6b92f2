"""Who tells whom to act: the verbs and nouns that lay a task on somebody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.find.syntax import case_of, has_infinitive, is_passive, modal_of
from extractor.lexicon.actors import load_actor_words

if TYPE_CHECKING:
    from spacy.tokens import Token

# "warned doctors that they must", "were reminded that returns must", "has been directed, so it says, to have"
_THAT = re.compile(
    r"[^.;]{0,80}?\bthat\s[^.;]{0,100}?\b(?:must|should|shall|(?:are|is|were|was|need|needs|ought) to)\b"
)
_LATER = re.compile(r"[^.;]{0,100}?\bto\s[a-z]+")
REACH = 40  # tokens
_CHARGING = frozenset({"charge", "task", "entrust"})
# Who is invited may decline: the promise is whose who invites.
_LEAVING_FREE = frozenset({"invite", "encourage", "urge", "nudge", "advise", "call"})


def lays_a_task(verb: Token) -> bool:
    """Whether a verb of telling says what there is to do: an infinitive, "that they must …", "charged with …"."""
    if has_infinitive(verb):
        return True
    if verb.lemma_.lower() in _CHARGING:
        return any(c.lower_ == "with" for child in verb.children for c in child.children)
    return bool(_THAT.match(_behind(verb)))


def _behind(verb: Token) -> str:
    """The words behind a verb, as far as what it lays on somebody may stand."""
    return verb.doc[verb.i + 1 : verb.i + 1 + REACH].text


def is_told(verb: Token, strength: str | None) -> bool:
    """Whether the subject of a verb is told to act: "are asked to", "were reminded that", "are under orders to"."""
    words, lemma = load_actor_words(), verb.lemma_.lower()
    if case_of(verb) == "under" and lemma in words.obligations:
        return has_infinitive(verb)
    passive = is_passive(verb) or (lemma in _CHARGING and any(c.dep_ == "cop" for c in verb.children))
    if not passive or (lemma not in words.telling and not _is_given_time(verb)):
        return False
    if strength == "directive":
        # the parse often loses an infinitive that stands far off
        return lays_a_task(verb) or bool(_LATER.match(_behind(verb)))
    return lays_a_task(verb) and (strength != "firm" or lemma in words.asking - _LEAVING_FREE)


def _is_given_time(verb: Token) -> bool:
    """Whether it says "given until …" or "given 14 days to …"."""
    return verb.lemma_.lower() == "give" and verb.i + 1 < len(verb.doc) and verb.doc[verb.i + 1].lower_ == "until"


def will_ask(verb: Token) -> bool:
    """Whether the asking itself is what is promised: "will ask the trusts to", not "will expect the trusts to"."""
    if verb.lemma_.lower() not in load_actor_words().asking:
        return False
    return modal_of(verb) is not None or (
        verb.dep_ in ("xcomp", "acl") and any(c.lower_ == "to" and c.i < verb.i for c in verb.children)
    )

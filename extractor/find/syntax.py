"""Small questions to a parsed sentence: who is the subject, what governs it, is a verb passive. Labels are UD's."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token


SUBJECTS = ("nsubj", "nsubj:pass", "csubj", "csubj:pass", "nsubj:outer")
MODALS = frozenset(
    {"will", "shall", "would", "must", "should", "may", "might", "could", "can", "'ll", "’ll", "wil", "wo"}
)
# What a clause loses by standing below the main one; a reported clause is where the promise is.
_DEPTH = {"acl:relcl": 0.3, "acl": 0.3, "advcl": 0.45, "advcl:relcl": 0.3, "parataxis": 0.05, "ccomp": 0.0}


def within(doc: Doc, start: int, end: int) -> list[Token]:
    """The tokens that overlap the characters `start`:`end`."""
    return list(doc.char_span(start, end, alignment_mode="expand") or ())


def is_person(token: Token) -> bool:
    """Whether the recogniser takes a token for a part of a person's name; what is all capitals is rather an acronym."""
    return token.ent_type_ == "PERSON" and not token.text.isupper()


def head_of(tokens: list[Token]) -> Token:
    """The token of a stretch whose own head lies outside it; the last where there are several."""
    inside = {token.i for token in tokens}
    return next((t for t in reversed(tokens) if t.head.i not in inside or t.head.i == t.i), tokens[-1])


def conjuncts_head(token: Token) -> Token:
    """The first member of the coordination that a token belongs to ("trusts and ICBs" → trusts)."""
    while token.dep_ == "conj" and token.head.i < token.i:
        token = token.head
    return token


def subject_of(verb: Token) -> Token | None:
    """The verb's subject, its own or the one it shares with the verb it is joined to."""
    seen: set[int] = set()
    while verb.i not in seen:
        seen.add(verb.i)
        own = [child for child in verb.children if child.dep_ in SUBJECTS]
        if own:
            return own[0]
        if verb.dep_ not in ("conj", "xcomp"):
            return None
        verb = verb.head
    return None


def modal_of(verb: Token) -> str | None:
    """The lower-case modal that governs a verb ("will", "must"), or None."""
    return next((c.lower_ for c in verb.children if c.dep_ in ("aux", "aux:pass") and c.lower_ in MODALS), None)


def is_passive(verb: Token) -> bool:
    """Whether a verb form is passive."""
    return any(child.dep_ in ("nsubj:pass", "aux:pass", "csubj:pass") for child in verb.children)


def has_infinitive(verb: Token) -> bool:
    """Whether a "to" infinitive depends on the verb, or on its object."""
    below = [
        *verb.children,
        *(grandchild for child in verb.children if child.dep_ in ("obj", "iobj") for grandchild in child.children),
    ]
    return any(
        c.dep_ in ("xcomp", "advcl", "acl", "ccomp") and any(g.lower_ == "to" for g in c.children) for c in below
    )


def complement_of(verb: Token) -> Token | None:
    """The clause that a verb of saying reports, or None."""
    inner = next((child for child in verb.children if child.dep_ in ("ccomp", "xcomp")), None)
    if inner is not None:
        return inner
    return (
        verb.head
        if verb.dep_ == "parataxis"
        else next((c for c in verb.children if c.dep_ == "parataxis" and c.i < verb.i), None)
    )


def depth(verb: Token) -> float:
    """How far below the main clause a verb stands, as a loss of score (0–0.5)."""
    lost = 0.0
    seen: set[int] = set()
    while verb.head.i != verb.i and verb.i not in seen:
        seen.add(verb.i)
        lost += _DEPTH.get(verb.dep_, 0.02)
        verb = verb.head
    return min(lost, 0.5)


def case_of(token: Token) -> str:
    """The lower-case preposition before a nominal, "" where there is none."""
    return next((child.lower_ for child in token.children if child.dep_ == "case"), "")


def proper_name(subject: Token, doc: Doc) -> str | None:
    """The capitalised words around a noun, joined by "of" or "for", or None where the noun is no name.

    A common noun that only opens the sentence has its capital from there and is none.
    """
    if not subject.text[:1].isupper() or subject.tag_ not in ("NNP", "NNPS", "NN", "NNS"):
        return None
    first = last = subject.i
    while first and (
        _is_capital(doc[first - 1])
        or (doc[first - 1].lower_ in ("of", "for") and first > 1 and _is_capital(doc[first - 2]))
    ):
        first -= 1
    while first < subject.i and (
        doc[first].tag_ in ("DT", "IN", "PRP$", "CC", "RB", "WRB", "PRP", "UH") or doc[first].is_punct
    ):
        first += 1
    while last + 1 < len(doc) and (
        (_is_capital(doc[last + 1]) and doc[last + 1].tag_.startswith("NN"))
        or (doc[last + 1].lower_ in ("of", "for") and last + 2 < len(doc) and _is_capital(doc[last + 2]))
    ):
        last += 2 if doc[last + 1].lower_ in ("of", "for") else 1
    if first == 0 and subject.tag_ in ("NN", "NNS") and not doc[subject.i].text.isupper():
        return None
    return doc[first : last + 1].text


def _is_capital(token: Token) -> bool:
    return token.text[:1].isupper()

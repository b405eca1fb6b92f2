"""Owners behind a subject that is no known name: a pronoun, "the council", an office, people who act together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.find.actors import Actor, DocumentContext, actor_of, resolve, unknown_actor
from extractor.find.owner_rules import OwnerRule, owner
from extractor.find.syntax import is_person, modal_of, proper_name
from extractor.lexicon.actors import load_actor_words
from extractor.records import Owner, Passage

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

OWN_VOICE = frozenset({"we", "our", "us", "i", "my", "ours", "ourselves"})
THIRD = frozenset({"it", "they", "he", "she", "its", "their", "his", "her"})
OWN_STAFF = frozenset({"officers", "officials", "staff", "members", "colleagues"})
INDEFINITE = frozenset({"a", "an", "another", "no", "some"})
DISTRIBUTIVE = frozenset({"each", "every", "any"})
# What the subject of a verb that promises or obliges scores at least.
BINDING_SCORE = 0.85
# What those score at most whom nothing binds: less than the document's default.
UNBOUND = 0.45


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is asked who must act in it: a passage, its parse, the strength of its promise and its document.

    `text` is that of the parse, kept because a Doc puts it together anew at each asking.
    """

    passage: Passage
    doc: Doc
    text: str
    strength: str | None
    context: DocumentContext

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The characters `start`:`end` of the parse in the document."""
        return self.passage.start + start, self.passage.start + end

    def span_of(self, noun: Token, name: str | None = None) -> tuple[int, int]:
        """The characters of a noun with the words before it, or of the name it stands in, in the document."""
        if name:
            start = self.passage.text.find(name, max(0, noun.idx - len(name)), noun.idx + len(noun) + len(name))
            if start >= 0:
                return self.span(start, start + len(name))
        first = min((c.idx for c in noun.children if c.dep_ in ("compound", "amod")), default=noun.idx)
        return self.span(min(first, noun.idx), noun.idx + len(noun))


@dataclass(frozen=True, slots=True)
class Role:
    """What a place in the sentence makes of whoever stands there: rule, score (0–1) and the reason in words."""

    rule: OwnerRule
    score: float
    reason: str


def stand_in(subject: Token, verb: Token, role: Role, sentence: Sentence) -> Iterator[Owner]:
    """Owners behind the subject of a verb, a noun or pronoun in no known name, whose place gives it a role."""
    words, context = load_actor_words(), sentence.context
    if any(c.dep_ == "expl" for c in verb.children):
        return  # "there will be 500 more doctors": nobody acts
    here = sentence.span(subject.idx, subject.idx + len(subject))
    word = subject.lower_
    possessor = next((c for c in subject.children if c.dep_ == "nmod:poss"), None)
    by = {word, possessor.lower_ if possessor else ""}
    if by & OWN_VOICE:
        # a directive is for others to carry out, whoever utters it
        if context.speaker and sentence.strength != "directive":
            spoken = max(min(role.score, 0.9), 0.72)
            reason = f"“{word}” is who publishes this"
            yield owner(context.speaker, rule="own-voice", reason=reason, score=spoken, explicit=False, span=here)
    elif by & THIRD:
        # in a reported clause the pronoun is rather whoever reports
        less = 0.2 if verb.dep_ == "ccomp" else 0.1
        for place, actor in enumerate(_acted_before(word, sentence)):
            score, reason = role.score - less - place / 10, f"“{word}” takes up who acted before"
            yield owner(actor, rule="pronoun", reason=reason, score=score, explicit=False, span=here)
    elif takes_up(subject):
        yield from noun_acting(subject, role, sentence)
    elif word in words.works:
        plan = context.plan.get(sentence.passage.start)
        definite = any(c.lower_ in ("the", "this") for c in subject.children)
        # elsewhere "the plan" is the document itself, and its publisher the default
        about = context.kind in ("news", "report", "press_release") and word in ("plan", "strategy", "programme")
        if plan and definite and about:
            reason = f"“the {word}” takes up a plan named before"
            yield owner(plan, rule="plan", reason=reason, score=0.7, explicit=False, span=here)
    elif possessor is not None and possessor.lower_ in words.taken_up:
        if body := taken_up(possessor, sentence):
            score, reason = role.score - 0.08, f"“{possessor.text}” takes up a body named before"
            yield owner(body, rule="taken-up", reason=reason, score=score, explicit=False, span=here)
    else:
        named = list(_new_name(subject, role, sentence))
        yield from named
        if not named:
            yield from noun_acting(subject, role, sentence)


def _acted_before(pronoun: str, sentence: Sentence) -> list[Actor]:
    acted = sentence.context.before.get(sentence.passage.start, ())
    return [actor for actor in acted if pronoun == "they" or actor.kind not in ("class", "office")][:2]


def takes_up(noun: Token) -> bool:
    """Whether a noun may stand for a body named before: "the council", "each trust", "Board noted", not "a group"."""
    words = load_actor_words()
    if noun.lower_ not in words.taken_up | words.own_body:
        return False
    before = {c.lower_ for c in noun.children if c.tag_ in ("DT", "PRP$")}
    return not before & INDEFINITE and (noun.i == 0 or bool(before))


def taken_up(subject: Token, sentence: Sentence) -> Actor | None:
    """Whom a definite noun means: a body named before that bears it, the body of the minutes, or a stranger."""
    noun, context = subject.lower_, sentence.context
    if any(c.lower_ in DISTRIBUTIVE for c in subject.children):
        # "each participating trust": all of them, whichever was named before
        each = context.register.named(f"every {noun}") if " " not in phrase_of(subject) else None
        return actor_of(each, context.register) if each else None
    phrase = phrase_of(subject)
    circle = [context.speaker, *context.met.get(sentence.passage.start, ()), context.default]
    for actor in circle:
        if (
            actor
            and actor.kind not in ("class", "person")
            and set(phrase.lower().split()) <= set(actor.name.lower().split())
        ):
            return actor
    if " " not in phrase and (noun == "team" or (context.kind == "minutes" and noun in load_actor_words().own_body)):
        return context.speaker or context.default
    if phrase == "Department":
        health = context.register.organisations["department-of-health-and-social-care"]
        return actor_of(context.register.at(health, context.day) if context.day else health, context.register)
    if context.kind in ("plan", "letter", "response"):
        return None
    if noun not in load_actor_words().taken_up:
        return None  # "the next meeting" meets, and is nobody
    stranger = resolve(phrase, context, "office")
    # "the insurance regulator" may be anybody; "the service" alone is nobody that a reader could find
    return stranger if stranger.known or " " in stranger.name else None


def _new_name(subject: Token, role: Role, sentence: Sentence) -> Iterator[Owner]:
    words, context = load_actor_words(), sentence.context
    name = proper_name(subject, sentence.doc)
    here = sentence.span_of(subject, name)
    if name and context.chair and name.lower() in words.offices and name.lower().startswith("chair"):
        reason = "presides and " + role.reason
        yield owner(context.chair, rule=role.rule, reason=reason, score=role.score, explicit=True, span=here)
    elif name and (
        context.kind == "minutes"
        or len(name.split()) > 1
        or name in context.bodies
        or is_person(subject)
        or resolve(name, context).known
    ):
        speaks = f"{name} speaks for it"
        if body := context.bodies.get(name) or context.bodies.get(name.split()[-1]):
            yield owner(body, rule="speaks-for", reason=speaks, score=role.score - 0.01, explicit=True, span=here)
        elif context.kind != "minutes" and context.default and is_person(subject):
            score = role.score - 0.02
            yield owner(context.default, rule="speaks-for", reason=speaks, score=score, explicit=False, span=here)
        actor = resolve(name, context, "person" if is_person(subject) else "office")
        # "The Guardian hoped to train thirty champions": in minutes an office, in the press a newspaper
        actor = unknown_actor(name, "office") if actor.kind == "news outlet" and context.kind != "news" else actor
        if actor.kind != "news outlet":
            score = role.score - 0.05
            yield owner(actor, rule="new-name", reason=role.reason, score=score, explicit=True, span=here)


def noun_acting(noun: Token, role: Role, sentence: Sentence) -> Iterator[Owner]:
    """Whom a common noun in a place that makes it act means: a body named before, or an owner of its own name."""
    body = taken_up(noun, sentence) if takes_up(noun) else None
    if body:
        here = sentence.span_of(noun)
        score = role.score - (0.0 if role.rule == "source" else 0.04)
        if not body.known and body.name == phrase_of(noun):
            # taken up from nowhere: an owner of its own name after all
            yield owner(body, rule="common-noun", reason=role.reason, score=score, explicit=True, span=here)
            return
        reason = f"“{noun.lower_}” takes up a body named before"
        yield owner(body, rule="taken-up", reason=reason, score=score, explicit=False, span=here)
    elif role.rule not in ("subject", "mention") or role.score >= (
        0.8 if sentence.strength == "directive" else BINDING_SCORE
    ):
        # behind a verb that binds nobody such a noun is rather who gains by it ("nurses get more time")
        yield from _people_acting(noun, role, sentence)


def _people_acting(subject: Token, role: Role, sentence: Sentence) -> Iterator[Owner]:
    """Whoever a common noun for people or a body names, as an owner of that name; a body's staff stand for it."""
    own = sentence.context.default
    if own and subject.lower_ in OWN_STAFF and " " not in phrase_of(subject):
        here = sentence.span_of(subject)
        reason, score = f"“{subject.text}” are its staff", role.score - 0.1
        yield owner(own, rule="taken-up", reason=reason, score=score, explicit=False, span=here)
    elif acts_together(subject):
        phrase = phrase_of(subject)
        met = sentence.context.met.get(sentence.passage.start, ())
        same = (a for a in met if a.name.lower().endswith(" " + phrase.lower()))
        meant = next((a for a in same if a.kind == "class"), None) or resolve(phrase, sentence.context, "office")
        here = sentence.span_of(subject)
        told_of = role.rule == "source" and subject.lower_ in load_actor_words().people_acting
        score = role.score - (0.0 if told_of else 0.1)
        score = min(score, UNBOUND) if _is_unbound(subject, role, sentence) else score
        yield owner(meant, rule="common-noun", reason=role.reason, score=score, explicit=True, span=here)


def _is_unbound(noun: Token, role: Role, sentence: Sentence) -> bool:
    """Whether people are only told of ("councillors voted to commission a report"), not "will" or "plan to"."""
    if role.rule != "subject" or sentence.strength == "directive" or noun.tag_ != "NNS":
        return False
    return modal_of(noun.head) is None and noun.head.lemma_.lower() not in load_actor_words().promising


def phrase_of(noun: Token) -> str:
    """A noun with the nouns and adjectives before it, as a name; of "each" and "every" the plural.

    An office keeps what it is held over ("heads of midwifery"), and what only says which of several is left out.
    """
    words = load_actor_words()
    before = [
        t.text
        for t in noun.doc[noun.left_edge.i : noun.i]
        if (t.head.i == noun.i or t.dep_ == "compound")
        and t.dep_ in ("compound", "amod")
        and t.lower_ not in words.weak_adjectives
    ]
    each = any(c.lower_ in DISTRIBUTIVE for c in noun.children) and noun.tag_ == "NN"
    last = plural_of(noun.text) if each else noun.text
    phrase = " ".join([*before, last, *_held_over(noun)])
    return phrase[0].upper() + phrase[1:]


def plural_of(noun: str) -> str:
    """The regular plural of a noun ("agency" → "agencies")."""
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


def _held_over(noun: Token) -> list[str]:
    """The "of" or "for" behind an office with what it is held over, where that is one or two bare nouns."""
    if noun.lower_.removesuffix("s") not in load_actor_words().offices:
        return []
    for field in noun.children:
        case = next((c for c in field.children if c.dep_ == "case"), None)
        if field.dep_ == "nmod" and case is not None and case.lower_ in ("of", "for") and case.i == noun.i + 1:
            bare = field.i - case.i <= 2 and field.tag_ in ("NN", "NNS", "NNP")
            return [t.text for t in noun.doc[case.i : field.i + 1]] if bare else []
    return []


def _of_recipients(noun: Token) -> bool:
    """Whether a noun only picks some of those who gain by it: "every member of NHS staff", "groups of patients"."""
    return any(c.dep_ == "nmod" and c.lower_ in load_actor_words().recipients for c in noun.children)


def acts_together(noun: Token) -> bool:
    """Whether a common noun stands for people or bodies that can be told to act, all of them or a certain one."""
    words = load_actor_words()
    word = noun.lower_
    if {word, plural_of(word)} & words.recipients or _of_recipients(noun):
        return False
    if word in words.people_acting:
        return True
    certain = noun.tag_ == "NNS" or any(c.lower_ in ("the", "each", "every", "any") for c in noun.children)
    return certain and word.endswith(tuple(words.people_endings)) and word not in words.not_people and len(word) > 5

"""How strongly its place in the sentence makes somebody the one who must act: the syntax behind `find_owners`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from extractor.find.actors import (
    Actor,
    DocumentContext,
    Named,
    actor_of,
    names_in,
    resolve,
    unknown_actor,
    with_joint_ends,
)
from extractor.find.syntax import (
    SUBJECTS,
    case_of,
    complement_of,
    conjuncts_head,
    depth,
    has_infinitive,
    head_of,
    is_passive,
    modal_of,
    proper_name,
    subject_of,
    within,
)
from extractor.lexicon.actors import load_actor_words
from extractor.records import Owner, Passage

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

OWN_VOICE = frozenset({"we", "our", "us", "i", "my", "ours", "ourselves"})
THIRD = frozenset({"it", "they", "he", "she", "its", "their", "his", "her"})
OWN_STAFF = frozenset({"officers", "officials", "staff", "members", "colleagues"})
INDEFINITE = frozenset({"a", "an", "another", "no", "some"})
DISTRIBUTIVE = frozenset({"each", "every", "any"})
RELATIVE = frozenset({"who", "which", "that"})
# Predicates that bind their subject; after other adjectives ("eligible", "high") it is only spoken of.
BINDING = frozenset(
    [
        "content",
        "happy",
        "prepared",
        "accountable",
        "bound",
        "committed",
        "determined",
        "due",
        "free",
        "keen",
        "ready",
        "responsible",
        "set",
        "sure",
        "willing",
    ]
)
# A headline's "X to have Y" gives X something, it does not oblige X.
RECEIVING = frozenset({"have", "get", "be", "receive", "gain"})
MODIFIERS = ("compound", "amod", "nmod", "nmod:unmarked", "nmod:desc", "flat", "appos")
# What a mere mention scores: less than the document's default.
MENTIONED = 0.3
PART_OF_A_NAME = 0.15
# Where the parse is lost in a long sentence, the words still stand side by side.
BESIDE_ITS_VERB = 0.8
PROMISE = re.compile(
    # "ICBs, which plan services locally, have been told to": what is put in between changes nothing
    r"(?:,\s+(?:which|who|whose|where)\s[^,;.]{1,80},)?"
    r"\s+(?:also\s+|now\s+|\w+ly\s+)?(?:wil+|would|must|should|shall|is to|are to|aims?|plans?|intends?|hopes?|pledged"
    r"|(?:is|are|was|were|has been|have been|wil+ be)\s+"
    r"(?:asked|expected|required|encouraged|told|urged|invited|instructed)\s+to)\b(?!\s+(?:be|have|get|receive|gain)\b)"
)
PERSON_PROMISES = re.compile(
    r"\s+(?:also\s+|then\s+)?(?:to\s+(?!be\b)[a-z]+|will|would"
    r"|(?:has\s+)?(?:agreed|volunteered|undertook|undertaken|offered|promised)"
    r"|(?:is|are|was|were)\s+\w+ing)\b"
)


def owner(actor: Actor, *, explicit: bool, score: float, reason: str) -> Owner:
    """An actor as the owner of a statement."""
    return Owner(actor.id, actor.name, actor.known, explicit, round(min(max(score, 0.0), 1.0), 3), reason)


def from_syntax(passage: Passage, doc: Doc, strength: str | None, context: DocumentContext) -> Iterator[Owner]:
    """Owners whom the sentence names, and those behind its pronouns and definite nouns."""
    text = doc.text  # put together anew at each asking
    named = names_in(text, context)
    yield from _from_names(named, doc, text, strength, context)
    covered = [(name.start, name.end) for name in named]
    for verb in doc:
        own = [c for c in verb.children if c.dep_ in SUBJECTS]
        if own and own[0].lower_ in RELATIVE and verb.dep_.startswith("acl"):
            for name in named:
                if name.start <= verb.head.idx < name.end and name.through != "plan":
                    yield owner(
                        name.actor, explicit=True, score=weigh(verb, strength)[0] - 0.06, reason=f"is who “{verb.text}”"
                    )
        elif own and not any(start <= own[0].idx < end for start, end in covered):
            yield from _stand_in(own[0], verb, passage, doc, strength, context)
        if strength == "directive" and verb.lemma_.lower() in load_actor_words().telling:
            for told in (c for c in verb.children if c.dep_ in ("obj", "iobj") and has_infinitive(verb)):
                if any(start <= told.idx < end for start, end in covered) or told.tag_ in ("PRP", "WP"):
                    continue
                reason = f"is who the text “{verb.text}” to act"
                told_name = proper_name(told, doc)
                ours = context.default if not told_name and told.lower_ in OWN_STAFF else None
                if _takes_up(told):
                    # "the Government asked the Forum to": one word with a capital is a body named before, too
                    ours = _taken_up(told, passage, context)
                told_actor = ours or resolve(told_name or _phrase(told), context, "person")
                # "expects the reductions to be complete": things are not told to act
                if ours or told_name or told_actor.known or acts_together(told):
                    yield owner(told_actor, explicit=True, score=0.95, reason=reason)


def _from_names(
    named: Sequence[Named], doc: Doc, text: str, strength: str | None, context: DocumentContext
) -> Iterator[Owner]:
    last_end, last_score = -1, 0.0
    named = [_with_its_nouns(name, doc) for name in named]
    # from the last name to the first: those joined by "and" stand in one place, whatever the parse makes of each
    for place, (name, end) in reversed([*enumerate(with_joint_ends(text, named))]):
        score, reason = _role(name, doc, strength)
        promise = (PERSON_PROMISES if name.actor.kind == "person" else PROMISE).match(text, end)
        if PART_OF_A_NAME < score < BESIDE_ITS_VERB and promise:
            score, reason = BESIDE_ITS_VERB, f"stands before “{promise[0].strip()}”"
        if end == last_end and score > PART_OF_A_NAME:
            score = max(score, last_score)
        last_end, last_score = end, score
        # of two that stand alike the first is the nearer to the head of the sentence
        score -= place / 1000
        if context.speaker and name.actor.kind == "class" and _is_ours(name, doc):
            yield owner(context.speaker, explicit=False, score=score, reason=f"“our” part of it {reason}")
        else:
            yield owner(name.actor, explicit=name.through != "plan", score=score, reason=reason)


def _with_its_nouns(name: Named, doc: Doc) -> Named:
    """A name that the nouns before it make another body's: "local workforce action boards" are not boards at large."""
    tokens = within(doc, name.start, name.end)
    if name.actor.kind != "office" or not name.actor.known or len(tokens) != 1:
        return name
    noun = first = tokens[0]
    while first.i and doc[first.i - 1].dep_ in ("compound", "amod") and doc[first.i - 1].is_alpha:
        first = doc[first.i - 1]
    if not any(t.tag_.startswith("NN") for t in doc[first.i : noun.i]):
        return name
    phrase = doc[first.i : noun.i + 1].text
    return Named(first.idx, name.end, unknown_actor(phrase[0].upper() + phrase[1:]))


def _is_ours(name: Named, doc: Doc) -> bool:
    """Whether a class is the speaker's own ("our regional teams")."""
    tokens = within(doc, name.start, name.end)
    return bool(tokens) and any(c.dep_ == "nmod:poss" and c.lower_ in OWN_VOICE for c in head_of(tokens).children)


def _phrase(noun: Token) -> str:
    """A noun with the nouns and adjectives before it, as a name."""
    words = [t.text for t in noun.subtree if t.i < noun.i and t.head.i == noun.i and t.dep_ in ("compound", "amod")]
    phrase = " ".join([*words, noun.text])
    return phrase[0].upper() + phrase[1:]


def weigh(verb: Token, strength: str | None) -> tuple[float, str]:
    """How likely the subject of a verb is to be who must act (0–1), and the reason in words."""
    words = load_actor_words()
    lemma, modal, passive = verb.lemma_.lower(), modal_of(verb), is_passive(verb)
    inner = complement_of(verb)
    if passive:
        if lemma in words.telling and strength != "firm" and has_infinitive(verb):
            return 0.97, f"is {verb.lower_} to act"
        return 0.4 - depth(verb) / 2, f"has it done to it (“{verb.text}”)"
    if (
        lemma in words.telling
        and strength == "directive"
        and has_infinitive(verb)
        and any(c.dep_ in ("obj", "iobj") for c in verb.children)
    ):
        return 0.35, f"tells others to act (“{verb.text}”)"
    if lemma in words.reporting and inner is not None:
        said = subject_of(inner)
        speaks = said is None or said.lower_ in THIRD | OWN_VOICE
        return (0.86, "speaks of itself") if speaks and not is_passive(inner) else (0.54, "reports it")
    if any(c.dep_ == "cop" for c in verb.children) and verb.tag_ in ("JJ", "JJR", "JJS") and lemma not in BINDING:
        return 0.45 - depth(verb) / 2, f"is {verb.text}"
    if lemma in words.promising:
        score = 0.94
    elif modal or lemma in ("need", "have"):
        score = 0.95
    else:
        score = 0.93 if has_infinitive(verb) else 0.84
    return score - depth(verb), f"is the subject of “{f'{modal} ' if modal else ''}{verb.text}”"


def _role(name: Named, doc: Doc, strength: str | None) -> tuple[float, str]:
    words = load_actor_words()
    tokens = within(doc, name.start, name.end)
    if not tokens:
        return 0.1, "is mentioned"
    top = conjuncts_head(head_of(tokens))
    # "the NHS England board", "Treasury officials", "health minister Lord Ashgrove": the body, not the noun behind it
    while (
        top.dep_ in (*MODIFIERS, "nmod:poss")
        and top.head.i != top.i
        and (
            top.head.lower_ in words.parts_of_a_body
            or (top.head.tag_ == "NNP" and top.dep_ != "nmod" and name.through == "role")
        )
    ):
        top = conjuncts_head(top.head)
    if name.actor.kind == "class" and any(
        c.dep_ in ("compound", "amod") and c.idx < name.start and c.tag_.startswith("NN")
        for c in head_of(tokens).children
    ):
        return PART_OF_A_NAME, "is part of another name"
    dep, governor = top.dep_, top.head
    if dep in SUBJECTS:
        return weigh(governor, strength)
    if dep in ("obj", "iobj", "obl") and case_of(top) in ("", "on", "upon") and has_infinitive(governor):
        lemma = governor.lemma_.lower()
        if lemma == "commit" or (lemma in words.telling and strength == "directive"):
            return 0.97, f"is who the text “{governor.text}” to act"
    if dep == "obl:agent" or (dep.startswith("obl") and case_of(top) == "by"):
        return 0.88 - depth(governor), "is who it is done by"
    if dep == "nmod:poss":
        if governor.dep_ in ("obj", "obl") and governor.lower_ in words.undertakings:
            return 0.96 - depth(governor.head), f"is whose “{governor.text}” is told"
        if governor.dep_ in SUBJECTS:
            return 0.86 - depth(governor.head), f"owns the subject “{governor.text}”"
        return (0.8 if governor.dep_ == "ROOT" else 0.45), f"owns “{governor.text}”"
    if dep == "ROOT":
        gets = name.actor.kind != "person" and any(
            c.dep_ in ("acl", "xcomp") and c.lemma_ in RECEIVING for c in top.children
        )
        return (0.4, "is given something") if gets else (0.8, "heads the sentence")
    if dep in MODIFIERS and governor.dep_ in (*SUBJECTS, "ROOT"):
        close = top.i < governor.i or case_of(top) in ("of", "at", "from", "between", "by")
        passive = governor.dep_ in SUBJECTS and is_passive(governor.head)
        return (0.7 if close else 0.35) - (
            0.0 if passive else depth(governor.head)
        ), f"stands with the subject “{governor.text}”"
    if any(c.lower_ == "according" for c in top.children):
        return 0.55, "is the source of it"
    return MENTIONED, "is mentioned"


def _stand_in(
    subject: Token, verb: Token, passage: Passage, doc: Doc, strength: str | None, context: DocumentContext
) -> Iterator[Owner]:
    """Owners behind a subject that is no known name: a pronoun, "the council", an office, a new name."""
    words = load_actor_words()
    score, reason = weigh(verb, strength)
    word = subject.lower_
    possessor = next((c.lower_ for c in subject.children if c.dep_ == "nmod:poss"), "")
    before = [
        actor
        for actor in context.before.get(passage.start, ())
        if word == "they" or actor.kind not in ("class", "office")
    ]
    if word in OWN_VOICE or possessor in OWN_VOICE:
        # a directive is for others to carry out, whoever utters it
        if context.speaker and strength != "directive":
            spoken = max(min(score, 0.9), 0.72)
            yield owner(context.speaker, explicit=False, score=spoken, reason=f"“{word}” is who publishes this")
    elif word in THIRD or possessor in THIRD:
        # in a reported clause the pronoun is rather whoever reports
        less = 0.2 if verb.dep_ == "ccomp" else 0.1
        for place, actor in enumerate(before[:2]):
            yield owner(
                actor, explicit=False, score=score - less - place / 10, reason=f"“{word}” takes up who acted before"
            )
    elif _takes_up(subject):
        if body := _taken_up(subject, passage, context):
            yield owner(body, explicit=False, score=score - 0.04, reason=f"“{word}” takes up a body named before")
    elif word in words.works:
        plan = context.plan.get(passage.start)
        definite = any(c.lower_ in ("the", "this") for c in subject.children)
        # elsewhere "the plan" is the document itself, and its publisher the default
        about = context.kind in ("news", "report", "press_release") and word in ("plan", "strategy", "programme")
        if plan and definite and about:
            yield owner(plan, explicit=False, score=0.7, reason=f"“the {word}” takes up a plan named before")
    elif owning := next((c for c in subject.children if c.dep_ == "nmod:poss" and c.lower_ in words.taken_up), None):
        if body := _taken_up(owning, passage, context):
            taken = f"“{owning.text}” takes up a body named before"
            yield owner(body, explicit=False, score=score - 0.08, reason=taken)
    else:
        named = list(_new_name(subject, passage, doc, context, score, reason))
        yield from named
        # a common noun for people is who is told or who promises, elsewhere rather who gains by it
        if not named and score > 0.8 and (strength == "directive" or verb.lemma_ in words.promising):
            yield from _people_acting(subject, passage, context, score, reason)


def _takes_up(noun: Token) -> bool:
    """Whether a noun may stand for a body named before: "the council", "each trust", "Board noted", not "a group"."""
    words = load_actor_words()
    if noun.lower_ not in words.taken_up | words.own_body:
        return False
    before = {c.lower_ for c in noun.children if c.tag_ in ("DT", "PRP$")}
    return not before & INDEFINITE and (noun.i == 0 or bool(before))


def _taken_up(subject: Token, passage: Passage, context: DocumentContext) -> Actor | None:
    """Whom a definite noun means: a body named before that bears it, the body of the minutes, or a stranger."""
    noun = subject.lower_
    if any(c.lower_ in DISTRIBUTIVE for c in subject.children):
        # "each participating trust": all of them, whichever was named before
        each = context.register.named(f"every {noun}")
        return actor_of(each, context.register) if each else None
    circle = [context.speaker, *context.met.get(passage.start, ()), context.default]
    for actor in circle:
        if actor and actor.kind not in ("class", "person") and noun in actor.name.lower().split():
            return actor
    if noun == "team" or (context.kind == "minutes" and noun in load_actor_words().own_body):
        return context.speaker or context.default
    if context.kind in ("plan", "letter", "response"):
        return None
    if noun == "department":
        health = context.register.organisations["department-of-health-and-social-care"]
        return actor_of(context.register.at(health, context.day) if context.day else health, context.register)
    stranger = resolve(_phrase(subject), context, "office")
    # "the insurance regulator" may be anybody; "the service" alone is nobody that a reader could find
    return stranger if stranger.known or " " in stranger.name else None


def _new_name(
    subject: Token, passage: Passage, doc: Doc, context: DocumentContext, score: float, reason: str
) -> Iterator[Owner]:
    words = load_actor_words()
    name = proper_name(subject, doc)
    if name and context.chair and name.lower() in words.offices and name.lower().startswith("chair"):
        yield owner(context.chair, explicit=True, score=score, reason="presides and " + reason)
    elif name and (
        context.kind == "minutes" or len(name.split()) > 1 or name in context.bodies or resolve(name, context).known
    ):
        if body := context.bodies.get(name) or context.bodies.get(name.split()[-1]):
            yield owner(body, explicit=True, score=score - 0.01, reason=f"{name} speaks for it")
        elif context.kind != "minutes" and context.default and subject.tag_ == "NNP":
            yield owner(context.default, explicit=False, score=score - 0.02, reason=f"{name} speaks for it")
        actor = resolve(name, context, "office")
        # "The Guardian hoped to train thirty champions": in minutes an office, in the press a newspaper
        actor = unknown_actor(name, "office") if actor.kind == "news outlet" and context.kind != "news" else actor
        if actor.kind != "news outlet":
            yield owner(actor, explicit=True, score=score - 0.05, reason=reason)


def _people_acting(
    subject: Token, passage: Passage, context: DocumentContext, score: float, reason: str
) -> Iterator[Owner]:
    if acts_together(subject):
        phrase = _phrase(subject)
        same = (a for a in context.met.get(passage.start, ()) if a.name.lower().endswith(" " + phrase.lower()))
        meant = next((actor for actor in same if actor.kind == "class"), None) or resolve(phrase, context, "office")
        yield owner(meant, explicit=True, score=score - 0.1, reason=reason)


def acts_together(noun: Token) -> bool:
    """Whether a common noun stands for people or bodies that can be told to act, all of them or a certain one."""
    words = load_actor_words()
    word = noun.lower_
    if word in words.people_acting:
        return True
    certain = noun.tag_ == "NNS" or any(c.lower_ in ("the", "each", "every", "any") for c in noun.children)
    return certain and word.endswith(tuple(words.people_endings)) and word not in words.not_people and len(word) > 5

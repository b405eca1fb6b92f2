"""How strongly its place in the sentence makes somebody the one who must act: the syntax behind `find_owners`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from extractor.find.actors import Named, names_in, resolve, unknown_actor, with_joint_ends
from extractor.find.context import acts
from extractor.find.nouns import (
    OWN_STAFF,
    OWN_VOICE,
    THIRD,
    Role,
    Sentence,
    acts_together,
    noun_acting,
    phrase_of,
    stand_in,
    taken_up,
    takes_up,
)
from extractor.find.owner_rules import owner
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
from extractor.find.telling import REACH, is_told, lays_a_task, will_ask
from extractor.lexicon.actors import load_actor_words
from extractor.records import Owner

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

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
# What an agent loses behind a participle that describes a noun: less than the document's default is left.
ONLY_SAYS_WHICH = 0.46
# Where the parse is lost in a long sentence, the words still stand side by side.
BESIDE_ITS_VERB = 0.8
PROMISE = re.compile(
    # "ICBs, which plan services locally, have been told to": what is put in between changes nothing
    r"(?P<inserted>,\s+(?:which|who|whose|where|for|as|too)\b[^,;.]{0,80},)?"
    r"\s+(?:also\s+|now\s+|\w+ly\s+)?(?:wil+|would|must|should|shall|is to|are to|aims?|plans?|intends?|hopes?|pledged"
    r"|(?:(?:has|have|had)\s+)?(?:agreed|offered|promised|resolved|undertook|undertaken|volunteered|vowed)\s+to"
    r"|(?:is|are|was|were|has been|have been|wil+ be)\s+"
    r"(?:asked|expected|required|encouraged|told|urged|invited|instructed)\s+to)\b(?!\s+(?:be|have|get|receive|gain)\b)"
)
# "proposed that each trust name an executive": the parse takes such a verb for a noun.
_THAT_EACH = re.compile(
    r"\b(?:proposed|recommended|requested|asked|agreed|suggested|required|directed|urged)\s+that\s+"
    r"(?:(?:each|every|all|the|both|any)\s+)?$",
    re.IGNORECASE,
)
_BARE_VERB = re.compile(
    r"\s+(?!(?:be|is|are|was|were|has|have|had|would|could|might|may|can)\b)[a-z]+\s+(?:a|an|the|its|their)\s"
)
PERSON_PROMISES = re.compile(
    r"(?P<inserted>,\s+(?:who|for|as|too)\b[^,;.]{0,80},)?"
    r"\s+(?:also\s+|then\s+)?(?:to\s+(?!be\b)[a-z]+|will|would"
    r"|(?:has\s+)?(?:agreed|volunteered|undertook|undertaken|offered|promised)"
    r"|(?:is|are|was|were)\s+\w+ing)\b"
)


def from_syntax(sentence: Sentence) -> Iterator[Owner]:
    """Owners whom the sentence names, and those behind its pronouns and definite nouns."""
    named = names_in(sentence.text, sentence.context)
    yield from _from_names(named, sentence.text, sentence)
    covered = [(name.start, name.end) for name in named]
    for verb in sentence.doc:
        own = next((c for c in verb.children if c.dep_ in SUBJECTS), None)
        if own is not None and own.lower_ in RELATIVE and verb.dep_.startswith("acl"):
            yield from _from_antecedent(verb, named, sentence)
        elif own is not None and not any(start <= own.idx < end for start, end in covered):
            yield from stand_in(own, verb, weigh(verb, sentence.strength), sentence)
        else:
            yield from _beside_infinitive(verb, covered, sentence)
        if sentence.strength == "directive" and verb.lemma_.lower() in load_actor_words().telling:
            for told in verb.children:
                if told.dep_ in ("obj", "iobj") and not any(start <= told.idx < end for start, end in covered):
                    yield from _told(told, verb, sentence)


def _beside_infinitive(token: Token, covered: Sequence[tuple[int, int]], sentence: Sentence) -> Iterator[Owner]:
    """A common noun that heads a headline or item ("each partner to name …"), or is whom a passive is done by."""
    if not token.tag_.startswith("NN") or any(start <= token.idx < end for start, end in covered):
        return
    if token.dep_ == "obl:agent":
        yield from noun_acting(
            token, Role("agent", 0.88 - _depth_of_passive(token.head), "is who it is done by"), sentence
        )
    elif token.dep_ in ("ROOT", "parataxis") and any(
        c.dep_ == "acl"
        and c.lemma_ not in RECEIVING
        and not is_passive(c)
        and any(g.lower_ == "to" and g.i > token.i for g in c.children)
        for c in token.children
    ):
        yield from noun_acting(token, Role("head", 0.9, "heads the sentence"), sentence)
    elif (token.dep_ == "ROOT" or any(c.tag_ == "MD" for c in token.children)) and (
        modal := next((t for t in token.doc[token.i : token.i + REACH] if t.tag_ == "MD"), None)
    ):
        # a relative clause or an insertion between a noun and its verb often breaks the parse
        yield from noun_acting(token, Role("beside-verb", 0.9, f"stands before “{modal.text}”"), sentence)


def _from_antecedent(verb: Token, named: Sequence[Named], sentence: Sentence) -> Iterator[Owner]:
    """The name that a relative clause is about ("the trusts who must …")."""
    for name in named:
        if name.start <= verb.head.idx < name.end and name.through != "plan":
            score = weigh(verb, sentence.strength).score - 0.06
            span = sentence.span(name.start, name.end)
            reason = f"is who “{verb.text}”"
            yield owner(name.actor, rule="subject", reason=reason, score=score, explicit=True, span=span)


def _told(told: Token, verb: Token, sentence: Sentence) -> Iterator[Owner]:
    """Whoever the object of a verb of telling stands for, in no known name."""
    if told.tag_ in ("PRP", "WP") or not lays_a_task(verb):
        return
    context = sentence.context
    name = proper_name(told, sentence.doc)
    ours = context.default if not name and told.lower_ in OWN_STAFF else None
    if takes_up(told):
        # "the Government asked the Forum to": one word with a capital is a body named before, too
        ours = taken_up(told, sentence)
    actor = ours or resolve(name or phrase_of(told), context, "person")
    # "expects the reductions to be complete": things are not told to act
    if ours or name or actor.known or acts_together(told):
        span = sentence.span_of(told, name)
        reason = f"is who the text “{verb.text}” to act"
        score = 0.9 if will_ask(verb) else 0.95
        yield owner(actor, rule="told", reason=reason, score=score, explicit=True, span=span)


def _from_names(named: Sequence[Named], text: str, sentence: Sentence) -> Iterator[Owner]:
    last_end, last_score = -1, 0.0
    speaker, doc = sentence.context.speaker, sentence.doc
    named = [_with_its_nouns(name, doc) for name in named]
    # from the last name to the first: those joined by "and" stand in one place, whatever the parse makes of each
    for place, (name, end) in reversed([*enumerate(with_joint_ends(text, named))]):
        role = _role(name, sentence)
        promise = (PERSON_PROMISES if name.actor.kind == "person" else PROMISE).match(text, end)
        # "the homes run by X will": what stands behind a preposition is no subject
        inserted = promise.end("inserted") if promise and promise["inserted"] else end
        if PART_OF_A_NAME < role.score < BESIDE_ITS_VERB and promise and acts(text, name.start, inserted):
            role = Role("beside-verb", BESIDE_ITS_VERB, f"stands before “{promise[0].strip()}”")
        proposed = _THAT_EACH.search(text[max(0, name.start - 60) : name.start])
        if role.score < BESIDE_ITS_VERB and proposed and _BARE_VERB.match(text, end):
            role = Role("told", 0.9, "is who it is proposed should act")
        if end == last_end and role.score > PART_OF_A_NAME:
            role = replace(role, score=max(role.score, last_score))
        last_end, last_score = end, role.score
        # of two that stand alike the first is the nearer to the head of the sentence
        score = role.score - place / 1000
        span = sentence.span(name.start, name.end)
        if speaker and name.actor.kind == "class" and _is_ours(name, doc):
            reason = f"“our” part of it {role.reason}"
            yield owner(speaker, rule="own-voice", reason=reason, score=score, explicit=False, span=span)
        else:
            explicit = name.through != "plan"
            yield owner(name.actor, rule=role.rule, reason=role.reason, score=score, explicit=explicit, span=span)


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


def weigh(verb: Token, strength: str | None) -> Role:
    """By what rule, how likely (0–1) and for what reason in words the subject of a verb is who must act."""
    words = load_actor_words()
    lemma, modal, passive = verb.lemma_.lower(), modal_of(verb), is_passive(verb)
    inner = complement_of(verb)
    if is_told(verb, strength):
        return Role("told", 0.97, f"is “{verb.text}” to act")
    if passive:
        return Role("mention", 0.4 - depth(verb) / 2, f"has it done to it (“{verb.text}”)")
    if (
        lemma in words.telling
        and strength == "directive"
        and not will_ask(verb)
        and lays_a_task(verb)
        and any(c.dep_ in ("obj", "iobj") for c in verb.children)
    ):
        return Role("mention", 0.35, f"tells others to act (“{verb.text}”)")
    if lemma in words.reporting and inner is not None:
        said = subject_of(inner)
        speaks = said is None or said.lower_ in THIRD | OWN_VOICE
        if speaks and not is_passive(inner):
            return Role("subject", 0.86, "speaks of itself")
        return Role("source", 0.54 - depth(verb) / 2, "reports it")
    if lemma in words.reporting and not modal and not has_infinitive(verb):
        return Role("source", 0.54 - depth(verb) / 2, "reports it")
    if any(c.dep_ == "cop" for c in verb.children) and verb.tag_ in ("JJ", "JJR", "JJS") and lemma not in BINDING:
        return Role("mention", 0.45 - depth(verb) / 2, f"is {verb.text}")
    if lemma in words.promising:
        score = 0.94
    elif modal or lemma == "need" or (lemma == "have" and has_infinitive(verb)):
        score = 0.95
    else:
        score = 0.93 if has_infinitive(verb) else 0.84
    return Role("subject", score - depth(verb), f"is the subject of “{f'{modal} ' if modal else ''}{verb.text}”")


def _depth_of_passive(verb: Token) -> float:
    """As `depth`, but "questions to be circulated by X" is as good as a sentence; "a fund run by X" only says which."""
    if not verb.dep_.startswith("acl"):
        return depth(verb)
    heads = verb.dep_ == "acl" and verb.head.dep_ == "ROOT" and any(c.lower_ == "to" for c in verb.children)
    return 0.0 if heads else max(ONLY_SAYS_WHICH, depth(verb))


def _role(name: Named, sentence: Sentence) -> Role:
    words, strength = load_actor_words(), sentence.strength
    tokens = within(sentence.doc, name.start, name.end)
    if not tokens:
        return Role("mention", 0.1, "is mentioned")
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
        return Role("mention", PART_OF_A_NAME, "is part of another name")
    dep, governor = top.dep_, top.head
    if dep in SUBJECTS:
        # "all regions will have it"; "trusts have today signed" is another have
        gains = name.actor.kind == "class" and strength != "directive" and governor.lemma_ in RECEIVING
        gains = gains and (governor.lemma_ not in ("have", "be") or modal_of(governor) is not None)
        return Role("mention", 0.45, "is given something") if gains else weigh(governor, strength)
    if dep in ("obj", "iobj", "obl") and case_of(top) in ("", "on", "upon") and lays_a_task(governor):
        lemma = governor.lemma_.lower()
        if lemma == "commit" or (lemma in words.telling and strength == "directive"):
            return Role("told", 0.9 if will_ask(governor) else 0.97, f"is who the text “{governor.text}” to act")
    if dep == "obl:agent" or (dep.startswith("obl") and case_of(top) == "by"):
        if is_told(governor, strength):
            return Role("mention", 0.35, f"tells others to act (“{governor.text}”)")
        return Role("agent", 0.88 - _depth_of_passive(governor), "is who it is done by")
    if dep == "nmod:poss":
        if governor.dep_ in ("obj", "obl") and governor.lower_ in words.undertakings:
            return Role("possessive", 0.96 - depth(governor.head), f"is whose “{governor.text}” is told")
        if governor.dep_ in SUBJECTS:
            return Role("possessive", 0.86 - depth(governor.head), f"owns the subject “{governor.text}”")
        return Role("possessive", (0.8 if governor.dep_ == "ROOT" else 0.45), f"owns “{governor.text}”")
    if dep == "ROOT":
        gets = name.actor.kind != "person" and any(
            c.dep_ in ("acl", "xcomp") and c.lemma_ in RECEIVING for c in top.children
        )
        return Role("mention", 0.4, "is given something") if gets else Role("head", 0.8, "heads the sentence")
    if dep in MODIFIERS and governor.dep_ in (*SUBJECTS, "ROOT"):
        if name.actor.kind == "class" and top.i < governor.i and governor.lower_ not in words.parts_of_a_body:
            return Role("mention", MENTIONED, f"only says which “{governor.text}”")
        close = top.i < governor.i or case_of(top) in ("of", "at", "from", "between", "by")
        passive = governor.dep_ in SUBJECTS and is_passive(governor.head)
        score = (0.7 if close else 0.35) - (0.0 if passive else depth(governor.head))
        return Role("with-subject", score, f"stands with the subject “{governor.text}”")
    if any(c.lower_ == "according" for c in top.children):
        return Role("source", 0.55, "is the source of it")
    return Role("mention", MENTIONED, "is mentioned")

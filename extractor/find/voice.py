"""In whose voice a passage speaks, who that is, and whether it denies what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from extractor.find.syntax import SUBJECTS, complement_of, is_passive, proper_name, subject_of
from extractor.lexicon.actors import load_actor_words
from extractor.lexicon.sentences import load_sentence_words
from extractor.lexicon.voices import load_voice_words
from extractor.records import Kind, Label, Passage, ProgressKind, Voice

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

# Scare quotes and titles are shorter, what somebody says is not.
QUOTED_WORDS = 4
_QUOTATION = re.compile(r"[“\"](?P<inner>[^“”\"]+)(?:[”\"]|$)|^(?P<rest>[^“”\"]+)[”\"]")
_AROUND = ' ,;:–—-“”"\n'
_FIRST_PERSON = frozenset({"we", "i", "our", "my"})
_PRONOUNS = frozenset(
    {"he", "she", "they", "it", "who", "that", "this", "which", "what", "one", "these", "those", "there"}
)
_LONGEST_SPEAKER = 12
# What ends the name behind "said": ", who runs it", " at the hearing", " when officials came".
_NAME_ENDS = re.compile(r"[;:.!?(“\"]|,? (?:when|who|whose|which|as|after|before|in|at|on|during|yesterday|last)\b")
# A title, then the name of whoever bears it ("the chair, Ann Bell").
_TITLED = re.compile(
    r"(?:[Tt]he|[Ii]ts|[Tt]heir|[Hh]is|[Hh]er|[Aa]n?) .+, (?P<name>[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){1,3})"
)
_AUXILIARY = re.compile(r"(?: (?:has|have|had|also|later|then|[a-z]+ly))+$")
_SUBORDINATE = frozenset({"advcl", "advcl:relcl", "acl", "acl:relcl"})
# Clauses that hang on a name and are no part of it ("Ann Bell, who leads the trust").
_BESIDE_THE_NAME = frozenset({"acl:relcl", "acl", "parataxis", "appos", "advcl", "punct"})


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whose words a passage gives. `start`:`end` is the stretch of the passage that shows it, None where none does.

    `speaker` is who says it, as written; None for the publisher itself and for somebody whom the passage does not name.
    """

    voice: Voice
    speaker: str | None = None
    start: int | None = None
    end: int | None = None


def find_voice(passage: Passage, doc: Doc, *, kind: Kind) -> Attribution:
    """Who says what the passage says: the publisher itself, or somebody whom it quotes, reports or leaves unnamed.

    `doc` is the parse of `passage.text`. A reporter retells others throughout: in news what nobody is quoted with is
    reported, and so is what minutes tell in the past of reported speech, but for the acts of the meeting itself.
    """
    text = passage.text
    reporters = list(_reporters(doc))
    said_by = next((name for name, _ in reporters if name), None)
    if hidden := _unnamed(text, news=kind == "news"):
        return Attribution("unnamed", None, *hidden.span())
    if quotation := _quotation(text):
        return Attribution("quoted", _teller(doc, quotation) or said_by or passage.speaker, *quotation)
    if passage.speaker and kind != "minutes":
        return Attribution("quoted", passage.speaker)
    if reporters:
        name, verb = reporters[0]
        return Attribution("reported", name, verb.idx, verb.idx + len(verb))
    if told := _told(doc, text):
        return told
    if (saying := _possessed(doc)) is not None:
        return Attribution("reported", *saying)
    if passage.speaker or kind == "news" or (kind == "minutes" and _is_retold(doc)):
        return Attribution("reported", passage.speaker)
    return Attribution("own")


def find_denial(
    doc: Doc, *, label: Label, kind: ProgressKind | None, text: str | None = None
) -> tuple[int, int] | None:
    """The span of the word by which a promise is one not to act, or a report one of something not done; else None.

    `text` is that of `doc`, for callers who have it: spaCy puts it together anew at each asking.
    """
    words = load_voice_words()
    text = doc.text if text is None else text
    if label == "progress":
        if undone := _phrases(words.undone).search(text):
            return undone.span()
        if kind == "measure":
            # a figure may well say "not"
            return None
    if outright := _outright(text):
        return outright
    for verb in _main_verbs(doc):
        if ruled := _rules_out(verb):
            return verb.idx, ruled.idx + len(ruled)
        for child in verb.children:
            low = child.lower_
            if low in words.denying and not _leaves_standing(doc, child):
                return child.idx, child.idx + len(child)
            if low == "longer" and child.i and doc[child.i - 1].lower_ == "no":
                return doc[child.i - 1].idx, child.idx + len(child)
            if child.dep_ in SUBJECTS and (none := _no_one(child)):
                return none.idx, none.idx + len(none)
    return None


def _quotation(text: str) -> tuple[int, int] | None:
    """The longest stretch between quotation marks, where it is long enough to be somebody's words."""
    best = max(_QUOTATION.finditer(text), key=lambda m: len(m[0]), default=None)
    if best is None or len((best["inner"] or best["rest"]).split()) < QUOTED_WORDS:
        return None
    return best.span()


def _unnamed(text: str, *, news: bool) -> re.Match[str] | None:
    words = load_voice_words()
    for match in _phrases(words.unnamed | words.unnamed_in_news if news else words.unnamed).finditer(text):
        near = text[max(0, match.start() - 12) : match.end() + 12].lower()
        if not any(phrase in near for phrase in words.unnamed_not):
            return match
    return None


def _according() -> re.Pattern[str]:
    return _phrases(load_voice_words().according)


@cache
def _phrases(phrases: frozenset[str]) -> re.Pattern[str]:
    ordered = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, ordered))})\b", re.IGNORECASE)


def _told(doc: Doc, text: str) -> Attribution | None:
    """What "according to the union" or "the union, by its own account," shows to be told by another."""
    shown = _according().search(text)
    if shown is None:
        return None
    phrase = shown[0].lower()
    if phrase.endswith((" to", " from", " of")):
        behind = _NAME_ENDS.split(text[shown.end() :], maxsplit=1)[0]
        return Attribution("reported", _as_named(behind.partition(", ")[0]), *shown.span())
    near = [token for token in doc if shown.start() <= token.idx < shown.end() and token.tag_.startswith("V")]
    carrying = (*near, *(token for token in doc if token.dep_ == "ROOT"))
    subjects = [child for verb in carrying for child in verb.children if child.dep_ in SUBJECTS]
    others = [subject for subject in subjects if subject.lower_ not in _FIRST_PERSON]
    if subjects and not others and not phrase.startswith("we "):
        # "we gave an assurance that" is our own word
        return None
    return Attribution("reported", _name(others[0]) if others else None, *shown.span())


def _possessed(doc: Doc) -> tuple[str, int, int] | None:
    """Whose word it is in "Ann Bell's assurance was that", with the span of that word; None where there is none."""
    words = load_voice_words()
    for noun in doc:
        if noun.lower_ not in words.sayings or noun.i < 2 or noun.nbor(-1).tag_ != "POS":
            continue
        after = [token.lower_ for token in doc[noun.i + 1 : noun.i + 4]]
        before = next((child.lower_ for child in noun.children if child.dep_ == "case"), "")
        owner = noun.nbor(-2)
        name = proper_name(owner, doc) or _name(owner)
        if ("that" in after or before == "in") and name:
            return name, noun.idx, noun.idx + len(noun)
    return None


def _is_retold(doc: Doc) -> bool:
    """Whether minutes tell what was said in the meeting ("the post would be filled"), not what it did."""
    words = load_voice_words()
    low = {token.lower_ for token in doc}
    return bool(low & words.shifted) and not low & words.meeting_acts


def _reporters(doc: Doc) -> Iterator[tuple[str | None, Token]]:
    """Every verb of saying that has a clause to report, with its subject's name (None for a pronoun)."""
    saying = load_actor_words().reporting | load_voice_words().saying
    for verb in doc:
        if verb.lemma_.lower() not in saying or not verb.tag_.startswith("V") or verb.dep_ in _SUBORDINATE:
            continue
        if is_passive(verb) or (complement_of(verb) is None and not _introduces(verb)):
            continue
        subject = subject_of(verb) or _noun_before(verb)
        if subject is None or any(token.lower_ in _FIRST_PERSON for token in subject.subtree):
            continue
        yield _name(subject), verb


def _noun_before(verb: Token) -> Token | None:
    """The noun right before a verb, which the parse may have failed to take for its subject."""
    noun = verb.nbor(-1) if verb.i else verb
    return noun if noun.tag_.startswith("NN") and verb.tag_ in ("VBD", "VBZ") else None


def _introduces(verb: Token) -> bool:
    """Whether a clause stands behind a verb or the verb ends the sentence, whatever the parse makes of it."""
    behind = verb.doc[verb.i + 1 :]
    if any(token.lower_ == "that" for token in behind[:6]):
        return True
    # "say" takes nothing but clauses
    said = verb.lemma_.lower() == "say" and any(token.tag_ in ("MD", "VBD", "VBP", "VBZ") for token in behind)
    return said or (all(token.is_punct for token in behind) and _apart(verb))


def _apart(verb: Token) -> bool:
    """Whether a comma parts a verb and its subject from what they tell (", the regulator has ruled")."""
    opening = min((token.i for child in verb.children if child.dep_ in SUBJECTS for token in child.subtree), default=0)
    return opening > 0 and verb.doc[opening - 1].text == "," and verb.doc[opening].tag_ != "CC"


def _teller(doc: Doc, quotation: tuple[int, int]) -> str | None:
    """Who stands with a verb of saying behind the quotation (“…,” Ann Bell said · “…,” said the chair, Ann Bell).

    Read from the words: where quotations are concerned the parse is often wrong.
    """
    saying = load_actor_words().reporting | load_voice_words().saying
    for verb in doc:
        if verb.idx >= quotation[1] and verb.lemma_.lower() in saying and verb.tag_.startswith("V"):
            before = doc.text[quotation[1] : verb.idx]
            behind = _NAME_ENDS.split(doc.text[verb.idx + len(verb) :], maxsplit=1)[0]
            return _as_named(before if before.strip() else behind)
    return None


def _as_named(words: str) -> str | None:
    """A name as it is written, without a title before it or what is said of its bearer behind it; None for no name."""
    words = _AUXILIARY.sub("", words.strip(_AROUND)).removesuffix("'s").removesuffix("’s")
    if titled := _TITLED.fullmatch(words):
        words = titled["name"]
    # "Ann Bell, its chief executive", and no list of names
    head, _, rest = words.partition(", ")
    if rest[:1].islower() and " and " not in rest:
        words = head
    low = words.lower().split()
    if not low or len(low) > _LONGEST_SPEAKER or low[0] in _PRONOUNS | _FIRST_PERSON:
        return None
    return words


def _name(subject: Token) -> str | None:
    """The subject as written, without what only hangs on it; None where it names nobody."""
    if subject.lower_ in _PRONOUNS:
        return None
    doc = subject.doc
    kept = [subject.i]
    for child in subject.children:
        tokens = [token.i for token in child.subtree]
        beside = child.dep_ in _BESIDE_THE_NAME and not (child.dep_ == "appos" and _continues(subject, child, tokens))
        # "At its conference the union said"
        opening = tokens[0] < subject.i and doc[tokens[0]].dep_ == "case"
        if not beside and not opening:
            kept += tokens
    first, last = min(kept), max(kept)
    if first and doc[first - 1].text.istitle() and doc[first - 1].lower_ in load_sentence_words().speakers:
        first -= 1
    while last + 1 < len(doc) and doc[last + 1].ent_iob_ == "I":
        # a name that the parse has torn
        last += 1
    return _as_named(doc[first : last + 1].text)


def _continues(subject: Token, child: Token, tokens: list[int]) -> bool:
    """Whether an apposition is part of the name: "Ms Kerr", or the bearer of a title ("The chair, Ann Bell,")."""
    behind = subject.doc[subject.i + 1 : subject.i + 2].text
    return tokens[0] == subject.i + 1 or (child.tag_ == "NNP" and behind == ",")


def _main_verbs(doc: Doc) -> Iterator[Token]:
    """The verbs that carry the sentence: its roots, and what these report or order."""
    words = load_actor_words()
    telling = words.reporting | words.promising | load_voice_words().saying
    for token in doc:
        if token.dep_ == "ROOT" or token.head.i == token.i:
            pending = [token]
            while pending:
                verb = pending.pop()
                lemma = verb.lemma_.lower()
                if lemma not in words.reporting or complement_of(verb) is None:
                    yield verb
                pending += [
                    child
                    for child in verb.children
                    if child.dep_ == "xcomp" or (child.dep_ == "ccomp" and lemma in telling and not _asks(child))
                ]


def _asks(clause: Token) -> bool:
    """Whether a clause is a question ("find out why …"): what it denies is not what the sentence promises."""
    return any(child.lower_ == "whether" or child.tag_ in ("WRB", "WP") for child in clause.children)


def _leaves_standing(doc: Doc, negator: Token) -> bool:
    words = load_voice_words()
    following = doc[negator.i + 1].lower_ if negator.i + 1 < len(doc) else ""
    # "will not open until May": it will
    return following in words.not_denying or any(token.lower_ in words.putting_off for token in doc[negator.i + 1 :])


def _outright(text: str) -> tuple[int, int] | None:
    """The span of words that deny whatever the parse makes of the rest ("No new charges", "there will be no cuts")."""
    words = load_voice_words()
    if (first := _opening_no().match(text)) and first["next"].lower() not in words.not_denying:
        return first.span("no")
    denied = _phrases(words.denied).search(text)
    return denied.span() if denied else None


@cache
def _opening_no() -> re.Pattern[str]:
    """A word like "No" or "Nobody" at the head of a passage and the word behind it; not "No 10", "No." or "No, "."""
    ordered = sorted(load_voice_words().opening_no, key=lambda word: (-len(word), word))
    return re.compile(rf"\W*(?P<no>{'|'.join(map(re.escape, ordered))})\s+(?P<next>[^\W\d]+)", re.IGNORECASE)


def _no_one(noun: Token) -> Token | None:
    """The "no" of "no trust will be asked", None where there is none."""
    return next(
        (
            c
            for c in noun.children
            # "No 10" is an address
            if c.lower_ in ("no", "neither")
            and c.dep_ in ("det", "det:predet")
            and not any(token.like_num for token in c.doc[c.i + 1 : c.i + 2])
        ),
        None,
    ) or (noun if noun.lower_ in ("nobody", "none", "nothing") else None)


def _rules_out(verb: Token) -> Token | None:
    """The "out" of "ruled out", None where the verb is another."""
    return (
        next((c for c in verb.children if c.lower_ == "out" and c.i > verb.i), None)
        if verb.lemma_.lower() == "rule"
        else None
    )

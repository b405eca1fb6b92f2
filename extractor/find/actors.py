"""The names of actors in a passage: known to the register, introduced by the document, or known to neither."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from extractor.lexicon.actors import load_actor_words
from extractor.lexicon.organisations import Mention, Organisation, Register, slug_of

_CAPITAL = r"(?:[A-Z][\w’'&.-]*[\w’']|[A-Z])"
_NAME = re.compile(rf"{_CAPITAL}(?:[ \u00a0]+(?:(?:of|for|and|the|on|in|&)[ \u00a0]+){{0,2}}{_CAPITAL})*")
# "shadow health secretary", "Vice-Chancellor"
_NOT_THE_HOLDER = re.compile(r"(?i)(?:\b(?:shadow|former|ex|deputy|vice)\s|-)$")
_STANDS_ALONE = re.compile(
    r"(?:\s+in England)?(?:\s*$|\s*[.,;:’']|\s+(?:will|would|must|should|is|has|have|had|was|to|and|can|could|may|might"
    r"|needs?|aims|plans|hopes|wants|intends|expects|said|says)\b)"
)
_GENERIC = frozenset({"of", "for", "the", "and", "minutes", "notes", "directors", "members", "chair"})
_JOINED = re.compile(r"\s*(?:,|and|or|, and|&|/)\s*(?:the\s+|all\s+|every\s+|each\s+)?")


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who can owe something. `known`: in the register; `kind` as there, or "person", "body" or "office"."""

    id: str
    name: str
    known: bool
    kind: str


@dataclass(frozen=True, slots=True)
class Named:
    """An actor named at `start`:`end` of a text; `through` says by what: its own "name", an office or a plan."""

    start: int
    end: int
    actor: Actor
    through: str = "name"


@dataclass(frozen=True, slots=True)
class DocumentContext:
    """What one document says about its actors, made once by `make_context`.

    `text` is the document's. `default` acts where nobody else is named; `speaker` is who "we" is; `day` that of
    publication. `aliases` maps the document's own abbreviations, `people` initials and titled names, `local` what
    common words mean in its nation, in lower case ("boards"); `chair` presides; `bodies` are those that people speak
    for, by name and surname. By the start of each passage: `before` are those who acted within the same section, `met`
    those who were named last (both nearest first), `told` the class of bodies last told to act, `plan` the body whose
    plan was last named.
    """

    kind: str
    text: str
    day: date | None
    register: Register
    default: Actor | None
    speaker: Actor | None
    chair: Actor | None = None
    aliases: Mapping[str, Actor] = field(default_factory=dict)
    people: Mapping[str, Actor] = field(default_factory=dict)
    local: Mapping[str, Actor] = field(default_factory=dict)
    bodies: Mapping[str, Actor] = field(default_factory=dict)
    before: Mapping[int, tuple[Actor, ...]] = field(default_factory=dict)
    met: Mapping[int, tuple[Actor, ...]] = field(default_factory=dict)
    told: Mapping[int, Actor] = field(default_factory=dict)
    plan: Mapping[int, Actor] = field(default_factory=dict)


def actor_of(organisation: Organisation, register: Register, day: date | None = None) -> Actor:
    """The register's organisation as an actor; an office or a plan stands for its body (as it was on a day)."""
    body = register.body(organisation)
    if day and body is not organisation:
        body = register.at(body, day)
    return Actor(body.slug, body.name, True, body.kind)


def unknown_actor(name: str, kind: str = "body") -> Actor:
    """An actor that the register does not have, under the name the document gives it."""
    name = " ".join(name.split())
    return Actor(slug_of(name) or "unnamed", name, False, kind)


def resolve(name: str, context: DocumentContext, kind: str = "body") -> Actor:
    """The actor that a name alone means: the register's or the document's where they have it, else an unknown one.

    The singular of a class counts ("the local PCT" → primary care trusts).
    """
    own = context.people.get(name) or context.aliases.get(name) or context.local.get(name.lower())
    if own:
        return own
    organisation = context.register.named(name) or context.register.named(name + "s")
    return actor_of(organisation, context.register) if organisation else unknown_actor(name, kind)


def names_in(text: str, context: DocumentContext) -> tuple[Named, ...]:
    """Every actor named in a text, in order, none overlapping: the register's, the document's own, and unknown bodies.

    Bodies that only report (news outlets) are left out.
    """
    taken = list(_own_names(text, context))
    for mention in _registered(text, context.register):
        kind = mention.organisation.kind
        through = kind if kind in ("role", "plan") else "name"
        if through == "role" and _NOT_THE_HOLDER.search(text, 0, mention.start):
            continue
        if mention.text.lower() == "systems" and _is_technical(text, mention.start):
            continue
        # "NHS staff", "NHS Highland": alone it is the service in England, before a noun it is not
        if mention.text == "NHS" and not _STANDS_ALONE.match(text, mention.end):
            continue
        local = context.local.get(mention.text.lower())
        actor = local or actor_of(mention.organisation, context.register, context.day)
        _add(taken, Named(mention.start, mention.end, actor, through))
    for unknown in _unknown_bodies(text):
        _add(taken, unknown)
    return tuple(n for n in taken if n.actor.kind != "news outlet")


def _is_technical(text: str, start: int) -> bool:
    """Whether the word before "systems" makes them machines."""
    before = re.search(r"([\w-]+)\s+$", text[max(0, start - 40) : start])
    return before is not None and before[1].lower() in load_actor_words().technical


def _add(taken: list[Named], other: Named) -> None:
    """Add a name to those in order unless one that begins no later stands in its way; one that it begins before gives
    way to it.

    A longer name that begins earlier is another body ("US Government"), one that begins alike only adds a part of it.
    """
    place = bisect_right(taken, other.start, key=lambda name: name.start)
    if place and taken[place - 1].end > other.start:
        return
    end = place
    while end < len(taken) and taken[end].start < other.end:
        end += 1
    taken[place:end] = [other]


def _own_names(text: str, context: DocumentContext) -> Iterator[Named]:
    own = {**context.people, **context.aliases}
    if own:
        for match in _any_of(tuple(own)).finditer(text):
            yield Named(match.start(), match.end(), own[match[0]])


# A document's own names are looked for in its every passage, and the pattern takes longer to make than to match.
@lru_cache(maxsize=8)
def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(names, key=len, reverse=True))) + r")(?!\w)")


# A passage is asked for its names several times, a heading or lead-in once for each passage below it.
@lru_cache(maxsize=4096)
def _registered(text: str, register: Register) -> tuple[Mention, ...]:
    return register.mentions(text)


@lru_cache(maxsize=4096)
def _unknown_bodies(text: str) -> tuple[Named, ...]:
    return tuple(_capitalised_bodies(text))


def _capitalised_bodies(text: str) -> Iterator[Named]:
    for match in _NAME.finditer(text):
        words = _without_openers([(match.start() + w.start(), w[0]) for w in re.finditer(r"\S+", match[0])])
        for part in _joined_names(words):
            name = _body_name(_without_openers(part))
            if name and not text[name.start : name.end].isupper():
                yield name


def _without_openers(words: Sequence[tuple[int, str]]) -> Sequence[tuple[int, str]]:
    openers = load_actor_words().openers
    first = next((i for i, (_, word) in enumerate(words) if word.lower().strip(",.") not in openers), len(words))
    return words[first:]


def _joined_names(words: Sequence[tuple[int, str]]) -> Iterator[Sequence[tuple[int, str]]]:
    """Split capitalised words at an "and" that follows a whole name: "X Agency and Y Council" are two."""
    nouns = load_actor_words().body_nouns
    start = 0
    for i, (_, word) in enumerate(words):
        if word == "and" and i > start and words[i - 1][1].lower() in nouns:
            yield words[start:i]
            start = i + 1
    yield words[start:]


def _body_name(words: Sequence[tuple[int, str]]) -> Named | None:
    """The body's name among capitalised words: up to its last body noun, or on where "of" or "for" follows that."""
    nouns = load_actor_words().body_nouns
    last = max(
        (i for i, (_, word) in enumerate(words) if re.sub(r"[’'.,]s?$|,$", "", word.lower()) in nouns), default=-1
    )
    going_on = last + 1 < len(words) and words[last + 1][1] in ("of", "for")
    if last < 0 or (last == 0 and not going_on):
        return None
    kept = words if going_on else words[: last + 1]
    if going_on and all(word.lower() in _GENERIC | nouns for _, word in kept):
        return None  # "Board of Directors", "Minutes of the Board": whose, the name does not say
    start, (at, word) = kept[0][0], kept[-1]
    end = at + len(re.sub(r"[’']s$|[’'.,]$", "", word))
    name = " ".join(word for _, word in kept[:-1]) + " " + word[: end - at]
    return Named(start, end, unknown_actor(name))


def with_joint_ends(text: str, named: Sequence[Named]) -> Iterator[tuple[Named, int]]:
    """Each name with the end of the list it stands in: in "ICBs and providers must" both are followed by "must"."""
    ends = [n.end for n in named]
    for i in range(len(named) - 2, -1, -1):
        if _JOINED.fullmatch(text, named[i].end, named[i + 1].start):
            ends[i] = ends[i + 1]
    return zip(named, ends, strict=True)

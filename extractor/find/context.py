"""A document read once for its actors: publisher, abbreviations, people, the body it is about, who acted where."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TypedDict

from extractor.find.actors import Actor, DocumentContext, actor_of, names_in, unknown_actor, with_joint_ends
from extractor.lexicon.abbreviations import document_aliases
from extractor.lexicon.actors import load_actor_words
from extractor.lexicon.organisations import Register, load_register
from extractor.records import Document, Passage

# Kinds that report on what others do; when they publish, the document's actor is whom they write about.
REPORTERS = frozenset({"news outlet", "parliament", "think tank"})
# Kinds that react to news rather than make it.
BYSTANDERS = frozenset({"person", "party", "union", "think tank", "parliament"})
# Passages from the top of a report in which its main actor is introduced, and what a mention there counts more.
OPENING = 6
OPENING_WEIGHT = 2.0
TITLE_WEIGHT = 4.0
ACTING_WEIGHT = 2.0
# A class of bodies is told to act or measured more often than it is what a report is about.
CLASS_WEIGHT = 0.1
# Names that are places as often as bodies.
PLACES = ("Hospital", "Centre", "Academy")
# An actor is still in the reader's mind this many passages later.
MEMORY = 8
# "The council" is one of so many actors named last: lists of all of them would grow with the square of the document.
REMEMBERED = 50

# A list of those present stands at the top of a record.
PRESENT = 1500
_PERSON = r"[A-Z][\w’'-]+(?:[ \u00a0]+[A-Z][\w’'.-]*){1,3}"
_INTRODUCED = re.compile(rf"(?P<name>{_PERSON})\s*\((?P<initials>[A-Z][A-Za-z]{{1,4}})\b(?P<rest>[^\n]{{0,80}})")
_FULL_NAME = re.compile(r"\b(?P<first>[A-Z][a-z’'-]+)[ \u00a0]+(?P<last>(?:[A-Z][\w’'-]+-)?[A-Z][\w’'-]+)\b")
_INITIALS = re.compile(
    r"(?<![\w-])(?<!the )(?<!The )[A-Z]{2,3}(?=(?: and [A-Z]{2,3})? (?:to [a-z]|will|would|has agreed|gave|said|asked"
    r"|agreed|reported|noted|advised|confirmed|explained|suggested|aims|volunteered|undertook|thanked|was|is|are|were"
    r"|has|have|had)\b| [–-] [a-z])"
    r"|(?<=\bby )[A-Z]{2,3}(?=[ .,;])"
)
_TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor|Cllr|Councillor|Sir|Dame|Lord|Lady|Baroness|Insp|Inspector|Supt|Revd)"
    r"\.?[ \u00a0]"
    r"(?:[A-Z]\.?[ \u00a0])?[A-Z][\w’'-]+(?:[ \u00a0][A-Z][a-z’'-]+)?"
)
_TO = re.compile(r"^[ \t]*(?:To|For the attention of|FAO)\s*:\s*(?P<who>(?:.+\n?)+)", re.MULTILINE)
_OFFICE = (
    r"(?:[a-z-]+[ \u00a0]+){0,4}"
    r"(?:chair\w*|chief|executive|director|head|minister|secretary|officer|leader|president|lead|spokes\w+)"
)
_PERSON_OF = re.compile(
    rf"(?P<name>{_PERSON}),?[ \u00a0]+(?:who is |the |its )?{_OFFICE}"
    r"(?:[ \u00a0][a-z-]+){0,4}?[ \u00a0](?:of|at|for|from)[ \u00a0](?:the[ \u00a0])?$"
)
_OF_PERSON = re.compile(rf"(?:['’]s)?[ \u00a0]+{_OFFICE}(?:[ \u00a0][a-z-]+){{0,3}}?,?[ \u00a0](?P<name>{_PERSON})")
_BESIDE = re.compile(rf"(?P<name>{_PERSON}),[ \u00a0]+$")
_CHAIR = re.compile(r"(?i)\bchair(?:man|woman|person)?\b")
_ACTS = re.compile(
    r"(?:['’]s)?\s+(?:\w+ly\s+|also\s+|now\s+|then\s+|is\s+|are\s+|has\s+|have\s+|had\s+)?"
    r"(?:will|would|must|should|shall|may|might|could|can|has|have|had|is|are|was|were|said|says|aims?|plans?|hopes?|wants?"
    r"|intends?|expects?|\w{3,}ed|told|needs?|began|begun|made|set|put|to)\b"
)
# A name behind one of these is no subject: in "the framework used by X and Y will be reviewed" neither acts.
_BEHIND = re.compile(
    r"\b(?P<preposition>about|across|among|at|between|by|for|from|in|of|on|to|with|within)\s+"
    r"(?:the\s+|our\s+|all\s+|NHS\s+)?(?:[\w/’'-]+(?:\s[A-Z][\w/’'-]*)*,?\s+(?:and|&)\s+(?:the\s+)?)?$"
)
_MUST = re.compile(r"\b(?:must|should|need to|needs to|asked to|expected to|required to|told to|wil+ need|wil+ want)\b")


def make_context(
    document: Document, passages: Sequence[Passage], *, lexicon_files: Sequence[Path] = ()
) -> DocumentContext:
    """Read a document once for its actors. `lexicon_files` add to the register."""
    register = load_register(tuple(lexicon_files))
    publisher = _publisher(document, register)
    people, chair = _people(document, register)
    aliases = {**_aliases(document.text, register, people), **_own_class(publisher, register)}
    if chair:
        people |= {"Chair": chair, "The Chair": chair, "the Chair": chair}
    bare = DocumentContext(
        document.kind, document.text, document.published, register, None, None, chair, aliases, people
    )
    default = publisher
    if publisher is None or document.kind == "news" or publisher.kind in REPORTERS or _is_reaction(document):
        # a paper reports: where it names nobody, nobody has promised
        default = _subject_matter(document, passages, bare, publisher) or (
            None if document.kind == "news" else publisher
        )
    # a guide to somebody else's plan states that body's commitments
    default = next((n.actor for n in names_in(document.title or "", bare) if n.through == "plan"), default)
    bodies = _bodies_of_people(passages, bare)
    speaker = default if document.kind == "news" or publisher is None else publisher
    for actor in filter(None, (default, publisher)):
        aliases |= {short: actor for short in _short_forms(actor) if short not in aliases}
    memory = _memory(passages, bare, _addressee(document, bare))
    return replace(bare, default=default, speaker=speaker, bodies=bodies, **memory)


def acts(text: str, start: int, end: int) -> bool:
    """Whether the name from `start` goes on, after `end`, with a verb that it is the subject of, or a colon follows.

    `end` is the end of the list of names that it stands in.
    """
    behind = _BEHIND.search(text, max(0, start - 80), start)
    if text[end:].strip() == ":":
        return behind is None or behind["preposition"] in ("by", "for")
    return behind is None and bool(_ACTS.match(text, end))


def _publisher(document: Document, register: Register) -> Actor | None:
    if not document.publisher:
        return None
    organisation = register.named(document.publisher)
    if organisation is None:
        # "Environment Agency Improvement Board": a part of a known body
        begun = next((m for m in register.mentions(document.publisher) if m.start == 0), None)
        rest = document.publisher[begun.end :].lower().split() if begun else []
        if (
            begun
            and 0 < len(rest) < 3
            and begun.organisation.kind != "government"
            and rest[-1] in load_actor_words().parts_of_a_body
        ):
            organisation = begun.organisation
    if organisation is None:
        return unknown_actor(document.publisher)
    if document.published and organisation.valid_from and document.published < organisation.valid_from:
        # archives file old papers under the name of today
        organisation = register.at(organisation, document.published)
    return actor_of(organisation, register, document.published)


def _own_class(publisher: Actor | None, register: Register) -> dict[str, Actor]:
    """The abbreviation of the publisher's class, which in its own documents means itself ("the ICB")."""
    return {
        alias[:-1]: publisher
        for organisation in register.organisations.values()
        for alias in organisation.aliases
        if publisher
        and organisation.kind == "class"
        and re.fullmatch(r"[A-Z]{2,}s", alias)
        and organisation.name.lower().removesuffix("s") in publisher.name.lower()
    }


def _short_forms(actor: Actor) -> Iterator[str]:
    """What a body unknown to the register is called in passing: "Harrow Vale" for its council, "Combined Authority"."""
    words = actor.name.split()
    nouns = load_actor_words().body_nouns
    if actor.known or len(words) < 3 or words[-1].lower() not in nouns:
        return
    place = words[:-1]
    while place and place[-1].lower() in nouns | {"nhs", "foundation", "borough", "district", "county", "city"}:
        place.pop()
    if len(place) > 1 and all(word[:1].isupper() or word == "and" for word in place):
        yield " ".join(place)
    if words[-2][:1].isupper() and words[-2] != "NHS":
        yield " ".join(words[-2:])


def _addressee(document: Document, context: DocumentContext) -> Actor | None:
    """The class of bodies that a letter is addressed to, from its "To:" lines."""
    found = _TO.search(document.text, 0, PRESENT) if document.kind == "letter" else None
    named = names_in(found["who"], context) if found else ()
    return next((n.actor for n in named if n.actor.kind == "class"), None)


def _is_reaction(document: Document) -> bool:
    words = load_actor_words().reactions
    return any(re.search(rf"\b{re.escape(word)}\b", (document.title or "").lower()) for word in words)


def _people(document: Document, register: Register) -> tuple[dict[str, Actor], Actor | None]:
    """People by their initials and whoever presides, where the document is a record of a meeting."""
    people: dict[str, Actor] = {}
    chair = None
    if document.kind != "minutes":
        return people, chair
    text, nouns = document.text, load_actor_words().body_nouns
    for match in _INTRODUCED.finditer(text):
        name = match["name"].replace("\u00a0", " ")
        words = name.split()
        fits = match["initials"][0] == words[0][0] and any(w[0] == match["initials"][1].upper() for w in words[1:])
        if (
            not fits
            or len(words) != len(match["initials"]) > 2
            or register.named(name)
            or nouns & set(name.lower().split())
        ):
            continue
        person = people.setdefault(match["initials"], unknown_actor(name, "person"))
        # the office stands behind the name or on a line of its own below it
        rest = match["rest"].strip(" )")
        below = next((line for line in text[match.end() : match.end() + 120].split("\n") if line.strip()), "")
        if chair is None and (_CHAIR.search(rest[:40]) or (not rest and len(below) < 60 and _CHAIR.search(below))):
            chair = person
    spelled: dict[str, set[str]] = defaultdict(set)
    for match in _FULL_NAME.finditer(text, 0, max(PRESENT, len(text) // 4)):
        if not nouns & {match["first"].lower(), match["last"].lower()}:
            spelled[match["first"][0] + match["last"][0]].add(match[0])
    for match in _INITIALS.finditer(text):
        initials = match[0]
        if initials not in people and not register.named(initials) and not register.named(initials + "s"):
            names = spelled.get(initials, set())
            people[initials] = unknown_actor(names.pop() if len(names) == 1 else initials, "person")
    for match in _TITLED.finditer(text):
        people.setdefault(match[0], unknown_actor(match[0], "person"))
    return people, chair


def _bodies_of_people(passages: Sequence[Passage], context: DocumentContext) -> dict[str, Actor]:
    """Who speaks for which body, by full name and surname (in minutes by first name, too).

    "Ann Field, chair of X", "X chief executive Ann Field", and in a heading of minutes "Ann Field, X".
    """
    found: dict[str, Actor] = {}
    nouns = load_actor_words().body_nouns
    for passage in passages:
        for named in names_in(passage.text, context):
            before = _PERSON_OF.search(passage.text, max(0, named.start - 120), named.start)
            after = _OF_PERSON.match(passage.text, named.end)
            beside = _BESIDE.search(passage.text, max(0, named.start - 60), named.start)
            presents = beside if passage.kind == "heading" and context.kind == "minutes" else None
            for match in filter(None, (before, after, presents)):
                name = match["name"]
                if named.actor.kind not in ("class", "person") and not nouns & set(name.lower().split()):
                    for short in (name, name.split()[-1], *([name.split()[0]] if context.kind == "minutes" else [])):
                        found.setdefault(short, named.actor)
    return found


def _aliases(text: str, register: Register, people: Mapping[str, Actor]) -> dict[str, Actor]:
    nouns = load_actor_words().body_nouns
    found: dict[str, Actor] = {}
    for short, long in document_aliases(text).items():
        if short in people or register.named(short):
            continue
        organisation = register.named(long)
        if organisation:
            found[short] = actor_of(organisation, register)
        elif long[:1].isupper() and (set(long.lower().split()) & nouns or long.startswith(("Royal ", "National "))):
            found[short] = unknown_actor(long)
    return found


def _subject_matter(
    document: Document, passages: Sequence[Passage], context: DocumentContext, publisher: Actor | None
) -> Actor | None:
    """The body that a report is about: named in the title or the opening, and acting."""
    weights: dict[Actor, float] = defaultdict(float)
    title = document.title or ""
    texts = [(title, TITLE_WEIGHT)]
    texts += [(p.text, OPENING_WEIGHT if i < OPENING else 1.0) for i, p in enumerate(passages)]
    nouns = load_actor_words().body_nouns & set(re.findall(r"\w+", title.lower()))
    for text, weight in texts:
        for named in names_in(text, context):
            if named.actor == publisher or named.actor.kind in BYSTANDERS:
                continue
            acting = ACTING_WEIGHT if acts(text, named.start, named.end) else 1.0
            share = (
                CLASS_WEIGHT if named.actor.kind in ("class", "office") or named.actor.name.endswith(PLACES) else 1.0
            )
            if named.actor not in weights and nouns & set(named.actor.name.lower().split()):
                weights[named.actor] += (
                    2 * TITLE_WEIGHT  # "Council backs down" is about the council that the text then names
                )
            weights[named.actor] += weight * acting * share
    return max(weights, key=lambda actor: (weights[actor], actor.id), default=None)


class _Memory(TypedDict):
    before: dict[int, tuple[Actor, ...]]
    met: dict[int, tuple[Actor, ...]]
    told: dict[int, Actor]
    plan: dict[int, Actor]


def _memory(passages: Sequence[Passage], context: DocumentContext, addressee: Actor | None) -> _Memory:
    """What `DocumentContext` says by the start of each passage."""
    memory = _Memory(before={}, met={}, told={}, plan={})
    acted: list[tuple[int, Actor]] = []
    met: dict[Actor, None] = {}
    told: dict[tuple[str, ...], Actor] = {}
    times_told: Counter[Actor] = Counter()
    times_named: Counter[Actor] = Counter()
    plan: Actor | None = None
    heading: tuple[str, ...] | None = None
    for number, passage in enumerate(passages):
        if passage.heading != heading:
            heading, acted = passage.heading, []
        acted = [(at, actor) for at, actor in acted if number - at <= MEMORY]
        memory["before"][passage.start] = tuple(dict.fromkeys(actor for _, actor in reversed(acted)))
        memory["met"][passage.start] = tuple(islice(reversed(met), REMEMBERED))
        if heading in told:
            memory["told"][passage.start] = told[heading]
        if plan:
            memory["plan"][passage.start] = plan
        for named, end in with_joint_ends(passage.text, names_in(passage.text, context)):
            met.pop(named.actor, None)
            met[named.actor] = None
            if named.actor.kind == "class":
                times_named[named.actor] += 1
            if named.through == "plan":
                plan = named.actor
            elif acts(passage.text, named.start, end):
                acted.append((number, named.actor))
                if named.actor.kind == "class" and _MUST.search(passage.text, end, end + 40):
                    told.setdefault(passage.heading, named.actor)
                    told[passage.heading] = named.actor
                    times_told[named.actor] += 1
    counts = times_told or times_named
    usual = addressee or max(counts, key=lambda actor: (counts[actor], actor.id), default=None)
    if usual and context.kind != "minutes":
        # where its section tells nobody, a passage speaks to those whom the document tells (or names) most often
        for passage in passages:
            memory["told"].setdefault(passage.start, usual)
    return memory

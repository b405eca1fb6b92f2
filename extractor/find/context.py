"""A document read once for its actors: publisher, abbreviations, people, the body it is about, who acted where."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from extractor.find.actors import Actor, DocumentContext, actor_of, names_in, unknown_actor
from extractor.find.addressee import addressee_of
from extractor.find.jurisdiction import jurisdiction_of, local_names
from extractor.find.memory import acts, make_memory
from extractor.find.people import bodies_of_people, people_in
from extractor.lexicon.abbreviations import document_aliases
from extractor.lexicon.actors import load_actor_words
from extractor.lexicon.organisations import Register, load_register
from extractor.records import Document, Passage

__all__ = ["acts", "make_context"]

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


def make_context(
    document: Document, passages: Sequence[Passage], *, lexicon_files: Sequence[Path] = ()
) -> DocumentContext:
    """Read a document once for its actors. `lexicon_files` add to the register."""
    register = load_register(tuple(lexicon_files))
    publisher = _publisher(document, register)
    nation = jurisdiction_of(document, register.organisations.get(publisher.id) if publisher else None)
    local = local_names(document, nation, register) if nation else {}
    people, chair = people_in(document, register)
    # "the Minister" is no name of the register's, so it is looked for beside the document's own
    unregistered = {form: actor for form, actor in local.items() if register.named(form) is None}
    aliases = {
        **{as_written: actor for form, actor in unregistered.items() for as_written in _capitalised(form)},
        **_aliases(document.text, register, people),
        **_own_class(publisher, register),
    }
    if chair:
        people |= {"Chair": chair, "The Chair": chair, "the Chair": chair}
    bare = DocumentContext(
        document.kind, document.text, document.published, register, None, None, chair, aliases, people, local
    )
    default = publisher
    if publisher is None or document.kind == "news" or publisher.kind in REPORTERS or _is_reaction(document):
        # a paper reports: where it names nobody, nobody has promised
        default = _subject_matter(document, passages, bare, publisher) or (
            None if document.kind == "news" else publisher
        )
    # a guide to somebody else's plan states that body's commitments
    default = next((n.actor for n in names_in(document.title or "", bare) if n.through == "plan"), default)
    bodies = bodies_of_people(passages, bare)
    speaker = default if document.kind == "news" or publisher is None else publisher
    for actor in filter(None, (default, publisher)):
        aliases |= {short: actor for short in _short_forms(actor) if short not in aliases}
    memory = make_memory(passages, bare, addressee_of(document, bare))
    return replace(bare, default=default, speaker=speaker, bodies=bodies, **memory)


def _capitalised(form: str) -> Iterator[str]:
    """A title as a sentence writes it: "the Cabinet Secretary", "The Cabinet Secretary"; never without capitals."""
    title = form.removeprefix("the ").title()
    yield from (title,) if title == form.title() else (f"the {title}", f"The {title}")


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
            and begun.organisation.kind not in ("government", "class", "role")
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


def _is_reaction(document: Document) -> bool:
    words = load_actor_words().reactions
    return any(re.search(rf"\b{re.escape(word)}\b", (document.title or "").lower()) for word in words)


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

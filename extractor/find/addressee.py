"""The class of bodies that a letter or a guide is written to, which its directives are for."""

import re
from collections.abc import Iterator
from functools import cache

from extractor.find.actors import Actor, DocumentContext, actor_of, names_in
from extractor.find.people import PRESENT
from extractor.lexicon.addressees import load_addressees
from extractor.records import Document

_TO = re.compile(
    r"^[ \t]*(?:To|For[ \t]+action|For[ \t]+the[ \t]+attention[ \t]+of|FAO)[ \t]*:[ \t]*"
    r"(?P<who>[^\n]{1,400}(?:\n[^\n]{1,400}){0,5})",
    re.MULTILINE,
)
_DEAR = re.compile(r"^[ \t]*(?P<words>Dear[ \t][A-Z][^\n,.]{1,60}?)[ \t]{0,4}[,.]?[ \t]{0,4}$", re.MULTILINE)


def addressee_of(document: Document, context: DocumentContext) -> Actor | None:
    """Whom a letter names in its "To:" lines or its salutation, and a letter or a plan in its title; None elsewhere."""
    if document.kind not in ("letter", "plan"):
        return None
    for words in _written_to(document):
        addressed = next((n.actor for n in names_in(words, context) if n.actor.kind == "class"), None)
        if addressed:
            return addressed
    return _saluted(document, context) if document.kind == "letter" else None


def _written_to(document: Document) -> Iterator[str]:
    if document.kind == "letter" and (found := _TO.search(document.text, 0, PRESENT)):
        yield found["who"]
    match = _written_paper().search(document.title or "")
    # "Guidance for X" is about X as often as it is for X to carry out
    if match and (document.kind == "letter" or match["joint"].lower() == "to"):
        yield match["who"]


@cache
def _written_paper() -> re.Pattern[str]:
    papers = "|".join(map(re.escape, sorted(load_addressees().papers)))
    return re.compile(rf"(?i)\b(?:{papers})\s+(?:[\w’'-]+\s+){{0,3}}?(?P<joint>to|for|of)\s+(?P<who>.{{1,200}})")


def _saluted(document: Document, context: DocumentContext) -> Actor | None:
    dear = _DEAR.search(document.text, 0, 2 * PRESENT)
    name = load_addressees().salutations.get(dear["words"].replace("’", "'")) if dear else None
    organisation = context.register.named(name) if name else None
    return actor_of(organisation, context.register) if organisation else None

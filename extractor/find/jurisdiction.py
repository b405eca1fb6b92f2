"""The nation that a document is about, where that is Scotland, Wales or Northern Ireland, and whom words mean there."""

import re

from extractor.find.actors import Actor, actor_of
from extractor.lexicon.jurisdictions import Jurisdiction, load_jurisdictions
from extractor.lexicon.organisations import Organisation, Register
from extractor.records import Document

# What counts against a devolved nation.
_ENGLAND = re.compile(r"\b(?:England|English|Whitehall|Westminster|Britain|British|UK|United Kingdom)\b")
# A text by nobody in particular is about a nation that it names this often, and this many times as often as others.
ENOUGH = 3
OUTWEIGHS = 2
# Whoever publishes under one of these kinds writes about other nations, too.
ANYWHERE = frozenset({"news outlet", "parliament", "think tank", "union", "party", "international", "charity"})


def jurisdiction_of(document: Document, publisher: Organisation | None) -> Jurisdiction | None:
    """The devolved nation of a document: its publisher's, its title's, else the one that its text names most.

    None for England, the United Kingdom as a whole, and where nothing tells. `publisher` is the register's, if it is
    there.
    """
    nations = load_jurisdictions()
    for named in (document.publisher or "", document.title or ""):
        settled = [nation for nation in nations if _pattern(nation).search(named)]
        if len(settled) == 1:
            return settled[0]
        if named == document.publisher and publisher and publisher.kind not in ANYWHERE:
            return None
    counts = {nation.slug: len(_pattern(nation).findall(document.text)) for nation in nations}
    most = max(nations, key=lambda nation: counts[nation.slug])
    others = sum(counts.values()) - counts[most.slug] + len(_ENGLAND.findall(document.text))
    return most if counts[most.slug] >= ENOUGH and counts[most.slug] > OUTWEIGHS * others else None


def local_names(document: Document, nation: Jurisdiction, register: Register) -> dict[str, Actor]:
    """Whom words mean in the documents of a nation, by the words in lower case."""
    found: dict[str, Actor] = {}
    text = document.text.lower()
    for meaning in nation.means:
        written = next((body for body in meaning.bodies if body.lower().removesuffix("s") in text), meaning.bodies[-1])
        organisation = register.named(written)
        if organisation is None:
            raise ValueError(f"the register has no {written!r}, which words mean in {nation.slug}")
        actor = actor_of(organisation, register)
        found |= dict.fromkeys(meaning.words, actor)
    return found


def _pattern(nation: Jurisdiction) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(map(re.escape, nation.words)) + r")\b")

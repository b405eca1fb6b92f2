"""The people whom a document names: full names behind initials and surnames, who presides, who speaks for whom."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from extractor.find.actors import Actor, DocumentContext, names_in, unknown_actor
from extractor.lexicon.actors import load_actor_words
from extractor.lexicon.offices import load_offices
from extractor.lexicon.organisations import Register
from extractor.records import Document, Passage

# A list of those present stands at the top of a record.
PRESENT = 1500
_TITLE = (
    r"(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor|Cllr|Coun|Councillor|Sir|Dame|Lord|Lady|Baroness|Insp|Inspector|Supt|Revd)\.?"
)
_PERSON = r"[A-Z][\w’'-]{1,40}(?:[ \u00a0]{1,3}[A-Z][\w’'.-]{0,40}){1,3}"
_LAST = r"(?:[A-Z][\w’']{1,30}-)?[A-Z](?:[\w-]|[’'](?!s\b)){1,40}"
_INTRODUCED = re.compile(rf"(?P<name>{_PERSON})\s*\((?P<initials>[A-Z][A-Za-z]{{1,4}})\b(?P<rest>[^\n]{{0,80}})")
_FULL_NAME = re.compile(
    rf"\b(?:(?P<title>{_TITLE})[ \u00a0]+)?(?!{_TITLE}[ \u00a0])(?P<first>[A-Z][a-z’'-]{{1,40}}|[A-Z]\.?)[ \u00a0]+"
    rf"(?P<last>{_LAST})"
)
_INITIALS = re.compile(
    r"(?<![\w-])(?<!the )(?<!The )[A-Z]{2,3}(?=(?: and [A-Z]{2,3})? (?:to [a-z]|will|would|has agreed|gave|said|asked"
    r"|agreed|reported|noted|advised|confirmed|explained|suggested|aims|volunteered|undertook|thanked|was|is|are|were"
    r"|has|have|had)\b| [–-] [a-z])"
    r"|(?<=\bby )[A-Z]{2,3}(?=[ .,;])"
)
_TITLED = re.compile(
    rf"\b{_TITLE}[ \u00a0](?:[A-Z]\.?[ \u00a0])?[A-Z][\w’'-]{{1,40}}(?:[ \u00a0][A-Z][a-z’'-]{{1,40}})?"
)
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


class _Spelling(NamedTuple):
    """A full name as a document writes it: "Ann" or "A" and "Field", `title` "" where it has none."""

    title: str
    first: str
    last: str

    @property
    def name(self) -> str:
        """The name without its title where a first name is given, with it where there is but an initial."""
        initial = len(self.first.rstrip(".")) == 1
        return " ".join(part for part in (self.title if initial else "", self.first, self.last) if part)


def people_in(document: Document, register: Register) -> tuple[dict[str, Actor], Actor | None]:
    """People by their initials and titled names and whoever presides, where the document is a record of a meeting."""
    if document.kind != "minutes":
        return {}, None
    text = document.text
    people, chair = _introduced(text, register)
    by_initials: dict[str, set[str]] = defaultdict(set)
    by_surname: dict[str, list[_Spelling]] = defaultdict(list)
    for at, spelling in _spellings(text):
        by_surname[spelling.last].append(spelling)
        if at < max(PRESENT, len(text) // 4):
            by_initials[spelling.first[0] + spelling.last[0]].add(spelling.name)
    offices = load_offices().by_initials
    # "DoF" is no name of the register's, and the minutes' own people come first
    people = {short: unknown_actor(office, "office") for short, office in offices.items()} | people
    cells = (text[c.start : c.end].strip() for block in document.blocks for c in block.cells)
    written = [match[0] for match in _INITIALS.finditer(text)]
    written += [cell for cell in cells if re.fullmatch(r"[A-Z]{2,3}", cell) and len(by_initials.get(cell, ())) == 1]
    for initials in written:
        if initials not in people and not register.named(initials) and not register.named(initials + "s"):
            names = by_initials.get(initials, set())
            people[initials] = unknown_actor(next(iter(names)) if len(names) == 1 else initials, "person")
    for match in _TITLED.finditer(text):
        people.setdefault(match[0], unknown_actor(_full_name(match[0], by_surname), "person"))
    return people, chair


def _introduced(text: str, register: Register) -> tuple[dict[str, Actor], Actor | None]:
    """Whom the text introduces with initials, "Ann Field (AF)", and which of them is said to be in the chair."""
    nouns = load_actor_words().body_nouns
    people: dict[str, Actor] = {}
    chair = None
    for match in _INTRODUCED.finditer(text):
        name = re.sub(rf"^{_TITLE}[ \u00a0]+(?=\S+[ \u00a0])", "", match["name"].replace("\u00a0", " "))
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
    return people, chair


def _spellings(text: str) -> Iterator[tuple[int, _Spelling]]:
    """Every full name with its place in the text; two words of which one tells of a body are none."""
    nouns = load_actor_words().body_nouns
    for match in _FULL_NAME.finditer(text):
        if not nouns & {match["first"].lower(), match["last"].lower()}:
            yield match.start(), _Spelling(match["title"] or "", match["first"], match["last"])


def _full_name(titled: str, by_surname: Mapping[str, Sequence[_Spelling]]) -> str:
    """The name in full that a document gives for "Ms Field", where it gives one and no other."""
    surname = re.sub(r"[’']s$", "", titled.split()[-1])
    title = titled.split()[0]
    # "P Field" says no more than "Councillor Field", "Ms P Field" says all that there is
    known = [s for s in by_surname.get(surname, ()) if len(s.first.rstrip(".")) > 1 or s.title]
    spelled = [s for s in known if s.title in ("", title)]
    names = {s.name for s in spelled}
    return names.pop() if len(names) == 1 and len(titled.split()) < 4 else re.sub(r"[’']s$", "", titled)


def bodies_of_people(passages: Sequence[Passage], context: DocumentContext) -> dict[str, Actor]:
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
                if named.actor.kind not in ("class", "office", "person") and not nouns & set(name.lower().split()):
                    for short in (name, name.split()[-1], *([name.split()[0]] if context.kind == "minutes" else [])):
                        found.setdefault(short, named.actor)
    return found

"""Who published a document: by a label, the letterhead or masthead, the title, the imprint, addresses; else nobody.

Names are the register's where it has them, else as written. Bodies that are only talked about publish nothing.
"""

import re
from collections.abc import Callable, Iterable

from extractor.ingest.cues import cues, fills
from extractor.ingest.days import DATE
from extractor.ingest.opening import Line, role_of, without_date
from extractor.lexicon.organisations import Mention, Register

MASTHEAD_LINES = 16
MAX_NAMING_LINE = 140
MAX_NAME_WORDS = 12
MAX_WORDS_BY_DATE = 3
_NO_BODY = frozenset({"class", "plan", "role"})
_SMALL = frozenset({"OF", "AND", "FOR", "THE", "ON", "IN"})
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)\s|\bcopyright\s)\s*(?:copyright\s*)?(?:\d{4}\s*)?(?:by\s+)?(?P<name>[^.\d©]{3,90})", re.I
)
_CROWN = re.compile(r"\b(?:crown|parliamentary)\s+copyright\b", re.IGNORECASE)
_ADDRESSES = re.compile(r"(?:@|https?://|www\.)[\w./@-]+", re.IGNORECASE)
_GOVERNMENT_PAGE = re.compile(r"gov\.uk/government/organisations/([a-z-]+)")
_MINISTER = re.compile(
    r"by (?:the )?(Secretary of State for|Minister for) (?P<field>[^.]{4,80}?)(?= by command|$)", re.I
)
# Words that no body's name holds, but headings that close with "Board" or "Service" do.
_NO_NAME = re.compile(
    r"\b(?:is|are|will|has|have|was|to|our|we|by|reports?|response|minutes?|notes?|agenda|record)\b", re.IGNORECASE
)
_STATED_BY = re.compile(r"(?:published|issued|produced) by (?=[A-Z])(?P<value>.+)$", re.IGNORECASE)
_MEETING_PAPER = re.compile(r"\b(?:minutes?|notes?|agenda|action log|record|manifesto)\b", re.IGNORECASE)
_HOUSE = re.compile(r"house of (?:commons|lords)", re.IGNORECASE)
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")
# Words before a body's name that do not make it part of a longer one.
_BEFORE_NAME = re.compile(
    r"(?:^|\b(?:of|the|for|by|from|to|minutes|notes|agenda|\d+(?:st|nd|rd|th)?)|[-–—:|,])\s*$", re.I
)
_DOCUMENT_WORD = re.compile(
    r"\s*[-–—:|,]\s*(?:agenda|(?:draft )?minutes|notes?|action (?:log|notes)|papers?|terms of reference)\b.*$",
    re.IGNORECASE,
)
_MINUTES_OF = re.compile(
    r"\b(?:minutes?|notes?|record) of (?:the |a )?(?:(?:\S+ )?meeting of (?:the )?)?(?P<name>[^,.:]+?)"
    r"(?:\s+(?:meeting|held|on|at)\b.*|[,.:].*)?$",
    re.IGNORECASE,
)


def publisher_in(
    front: tuple[Line, ...], head: tuple[Line, ...], tail: tuple[Line, ...], register: Register
) -> str | None:
    """The publisher by its first piece of evidence, strongest first; canonical where the register knows it."""
    ways: tuple[Callable[[], str | None], ...] = (
        lambda: _labelled(head, register),
        lambda: _masthead(front, register),
        lambda: _presented(front, register),
        lambda: _byline(front, register),
        lambda: _in_titles(front, register),
        lambda: _attended(head, register),
        lambda: _imprint((*head, *tail), register),
        lambda: _signature(head, register),
        lambda: _addresses((*front, *(line for line in head if line.role == "field"), *tail), register),
    )
    return next((name for way in ways if (name := way())), None)


def body_named(line: str, register: Register) -> str | None:
    """The body that a line names and says nothing of: a date, an address, its committee, "- Minutes" may follow."""
    bare = _DOCUMENT_WORD.sub("", line)
    if len(line) > MAX_NAMING_LINE or is_part_of_a_body(line):
        return None
    mention = next(iter(register.mentions(bare)), None)
    if mention and mention.start == 0 and _publishes(mention) and _says_nothing(bare[mention.end :], register):
        return mention.organisation.name
    for mark in ("", ": ", " | ", " – ", " — ", " - ", ", ", ". "):
        name, _, rest = bare.partition(mark) if mark else (bare, "", "")
        if is_body(_stripped(name)) and _says_nothing(rest, register):
            return canonical(_stripped(name), register)
    return None


def names_document(line: str) -> bool:
    """Whether a line goes on from a body to a sort of document: "Rural Forum – minutes of the sixth meeting"."""
    return bool(_DOCUMENT_WORD.search(line))


def _publishes(mention: Mention) -> bool:
    """Whether a mention may be of a publisher: "Ministers" and "the Government" are no mastheads."""
    organisation = mention.organisation
    return organisation.kind not in _NO_BODY and (organisation.kind != "government" or len(mention.text.split()) > 1)


def _says_nothing(rest: str, register: Register) -> bool:
    """Whether what follows a body's name is only its committee, another body, a date, a number or an address."""
    rest = re.sub(r"^\s*(?:[-–—:|,.;(]|and\b|with\b)+\s*(?:with\b|and\b)?", "", rest).strip(" ()")
    if not rest or rest[0].isdigit() or is_part_of_a_body(rest) or role_of(rest) in ("date", "address"):
        return True
    if rest[0].isupper() and (mention := next(iter(register.mentions(rest)), None)) and mention.start == 0:
        return _publishes(mention) and mention.end >= len(rest.rstrip(" .,"))
    dated = bool(DATE.search(rest)) and len(without_date(rest).split()) <= MAX_WORDS_BY_DATE
    return dated or bool(_POSTCODE.search(rest))


def is_part_of_a_body(line: str) -> bool:
    """Whether a line names a board or committee that only the body above it tells from others of that name."""
    return fills(cues().publisher.within, _stripped(_DOCUMENT_WORD.sub("", line)))


def is_body(name: str) -> bool:
    """Whether words have the form of a body's own name, not of a part of one."""
    words = name.split()
    found = cues().publisher
    if not 2 <= len(words) <= MAX_NAME_WORDS or not words[0][0].isupper() or name.endswith((":", "?", "!")):
        return False
    if fills(found.within, name) or _NO_NAME.search(name):
        return False
    if re.search(r"[:|]|\d", name) or DATE.search(name):
        return False
    return (words[-1][0].isupper() and words[-1].capitalize() in found.heads) or fills(found.forms, name)


def canonical(name: str, register: Register) -> str:
    """A body's name as the register has it, else as written, out of capitals."""
    if known := _known(name, register):
        return known
    first, _, last = name.rpartition(" ")
    if first and last in cues().publisher.expand:
        name = f"{first} {cues().publisher.expand[last]}"
    return _known(name, register) or out_of_capitals(name)


def _known(name: str, register: Register) -> str | None:
    """The register's name for a body that may publish, None where it has none."""
    known = register.named(name)
    return known.name if known is not None and known.kind not in _NO_BODY else None


def out_of_capitals(name: str) -> str:
    """A name set in capitals as it is written elsewhere; short words may be initials and stay."""
    if not name.isupper() or len(name.split()) < 2:
        return name
    words = [word.lower() if word in _SMALL else word if len(word) <= 3 else word.capitalize() for word in name.split()]
    return " ".join([words[0].capitalize() if words[0].islower() else words[0], *words[1:]])


def is_news_outlet(name: str, register: Register) -> bool:
    """Whether a publisher prints news: the register says so, or its name ends as those of newspapers do."""
    known = register.named(name)
    return known.kind == "news outlet" if known else name.split()[-1] in cues().publisher.outlets


def _labelled(lines: tuple[Line, ...], register: Register) -> str | None:
    for at, line in enumerate(lines):
        stated = cues().publisher.labels.match(line.text) or _STATED_BY.match(line.text)
        if stated is None:
            continue
        value = stated["value"] or (lines[at + 1].text if at + 1 < len(lines) else "")
        sentence = value.endswith(".") and len(value.split()) > MAX_NAME_WORDS
        if not value or not value[0].isupper() or sentence:
            continue
        name = _first_body(value, register) or (_stripped(value) if is_body(_stripped(value)) else None)
        if name:
            return canonical(name, register)
    return None


def _masthead(front: tuple[Line, ...], register: Register) -> str | None:
    for at, line in enumerate(front[:MASTHEAD_LINES]):
        if line.role == "salutation":
            return None
        if line.role in ("field", "person", "section", "parliament", "kind", "mark", "issued") or line.kind == "item":
            continue
        following = front[at + 1].text if at + 1 < len(front) else ""
        if _HOUSE.fullmatch(line.text) and following.endswith("Committee"):
            return f"{out_of_capitals(line.text)} {following}"
        if name := body_named(line.text, register):
            return name
    return None


def _presented(front: tuple[Line, ...], register: Register) -> str | None:
    """The department of the minister who presented a command paper."""
    for line in front:
        if line.role != "parliament":
            continue
        mentions = register.mentions(line.text)
        department = next((m.organisation.name for m in mentions if m.organisation.kind == "department"), None)
        if department:
            return department
        for mention in mentions:
            minister = mention.organisation
            if minister.kind == "role" and not re.match(r"\s+(?:of|for)\b", line.text[mention.end :]):
                return register.body(minister).name
        if found := _MINISTER.search(line.text):
            for opening in ("Department for", "Department of", "Ministry of"):
                if known := register.named(f"{opening} {found['field'].strip()}"):
                    return known.name
    return None


def _byline(front: tuple[Line, ...], register: Register) -> str | None:
    """The newspaper that a byline names: "By A Person, The Gazette, 3 May 2019"."""
    for line in front:
        parts = [_stripped(part) for part in line.text.strip("*").split(",")]
        if line.role not in ("field", "byline", "date", "") or len(parts) < 2 or len(line.text) > 120:
            continue
        for part in parts[1:]:
            known = register.named(part) if part else None
            if known and known.kind == "news outlet":
                return known.name
            words = part.split()
            if 1 < len(words) <= 5 and words[-1] in cues().publisher.outlets and part[0].isupper():
                return part
    return None


def _in_titles(front: tuple[Line, ...], register: Register) -> str | None:
    """The body that a heading of minutes or of a response opens with: "Minutes of the 29th ODUG meeting"."""
    for line in front[:MASTHEAD_LINES]:
        if _MEETING_PAPER.search(line.text) and not line.is_sentence:
            place = re.search(r"\b(?:held|at the)\b", line.text)
            if name := _first_body(line.text[: place.start()] if place else line.text, register):
                return name
            found = _MINUTES_OF.search(line.text)
            if found and is_body(_stripped(found["name"])) and not is_part_of_a_body(found["name"]):
                return canonical(_stripped(found["name"]), register)
        answer = re.match(r"(?:the )?(?P<name>.{2,80}?)(?:['’]s)? response to\b", line.text, re.IGNORECASE)
        if answer and (known := _known(answer["name"], register)):
            return known
    return None


def _attended(head: tuple[Line, ...], register: Register) -> str | None:
    """The body of the register whose members' list opens the minutes: "ODUG attendees"."""
    for line in head:
        found = re.fullmatch(r"(?P<name>.{2,60}?) (?:attendees|members(?: present)?):?", line.text, re.IGNORECASE)
        if found and (known := _known(found["name"], register)):
            return known
    return None


def _imprint(lines: tuple[Line, ...], register: Register) -> str | None:
    for line in lines:
        if _CROWN.search(line.text):
            continue
        for found in _COPYRIGHT.finditer(line.text):
            name = _stripped(re.split(r"\s+(?:all rights|and contributors)\b", found["name"], flags=re.IGNORECASE)[0])
            if name and (_known(name, register) or is_body(name)):
                return canonical(name, register)
    return None


def _signature(head: tuple[Line, ...], register: Register) -> str | None:
    """The only body of the register whose name is a whole line below a foreword or letter.

    Several such lines are a list of members or of those who were asked.
    """
    lines = [line.text for line in head if line.role == "" and line.kind in ("heading", "paragraph")]
    bodies = {canonical(text, register) for text in lines if _is_whole_name(text, register)}
    return next(iter(bodies)) if len(bodies) == 1 else None


def _is_whole_name(text: str, register: Register) -> bool:
    return (" " in text and _known(text, register) is not None) or (
        is_body(text) and bool(re.search(r"(?:Trust|Board|Council)$", text)) and not is_part_of_a_body(text)
    )


def _addresses(lines: Iterable[Line], register: Register) -> str | None:
    """The only body whose web or e-mail addresses stand on the first and the last page."""
    found: set[str] = set()
    for line in lines:
        for address in _ADDRESSES.findall(line.text):
            if page := _GOVERNMENT_PAGE.search(address.lower()):
                found.update({page[1]} & set(register.organisations))
                continue
            host = re.split(r"[/?#]", re.sub(r"^(?:@|https?://|www\.)+", "", address.lower()))[0].removeprefix("www.")
            for domain, slug in cues().publisher.domains.items():
                if host == domain or host.endswith(f".{domain}"):
                    found.add(slug)
    return register.organisations[next(iter(found))].name if len(found) == 1 else None


def _first_body(text: str, register: Register) -> str | None:
    """The first body of the register in a text, where it is not the end of a longer name."""
    for mention in register.mentions(text):
        if _publishes(mention) and _BEFORE_NAME.search(text[: mention.start]):
            return mention.organisation.name
    return None


def _stripped(name: str) -> str:
    return DATE.sub("", name).strip(' ,.;–—-()|*"“”')

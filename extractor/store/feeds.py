"""What is due as a calendar (RFC 5545) and what was found as a feed (RFC 4287): text from rows, nothing fetched."""

import re
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import sqlite_utils

from extractor.store.graph import xml_text

ATOM = "http://www.w3.org/2005/Atom"
PRODUCT = "-//commitment-extractor//Commitments//EN"
TITLE_LENGTH = 120  # characters: what calendars and feed readers show of a title
FOLD = 75  # octets a line
ENTRIES = 200  # what a feed holds at most: readers ask for the whole of it again and again

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:commitment-extractor")
# RFC 5545 allows no control character in a text but the tab; a new line is escaped, others are dropped.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})

_COMMITMENTS = """
SELECT c.id, c.quote, o.name AS owner, c.strength, c.deadline_text, c.deadline_end, c.page,
  c.sure, c.confidence, c.voice, c.speaker, r.started AS stored,
  coalesce(d.title, d.name) AS document, d.publisher, d.published, d.url
FROM commitments c
JOIN statements s ON s.id = c.id
JOIN documents d ON d.id = c.document_id
JOIN runs r ON r.id = d.run_id
LEFT JOIN owners o ON o.id = c.owner_id
"""

Row = dict[str, Any]


def calendar(db: sqlite_utils.Database, *, base: str | None = None) -> Iterator[str]:
    """An all-day event on the last day of each deadline, in order of days.

    `base` is the address of the site that serves it, without a slash at its end: events then lead to the pages of this
    site, else to where their documents were published.
    """
    yield from content_lines(["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN"])
    sql = f"{_COMMITMENTS} WHERE c.deadline_end IS NOT NULL ORDER BY c.deadline_end, d.id, s.position"
    for row in db.query(sql):
        yield from content_lines(_event(row, base))
    yield from content_lines(["END:VCALENDAR"])


def atom(db: sqlite_utils.Database, *, base: str | None = None) -> Iterator[str]:
    """A feed of the newest ENTRIES commitments: what was stored last comes first, then what was published last.

    `base` is the address of the site that serves it, without a slash at its end: entries then lead to the pages of this
    site and name the published document as their source, else they lead to the published document.
    """
    feed = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": "en-GB"})
    newest = f"{_COMMITMENTS} ORDER BY r.started DESC, d.published DESC, d.id, s.position LIMIT {ENTRIES}"
    rows = list(db.query(newest))
    _add(feed, "id", uuid.uuid5(_NAMESPACE, "feed").urn)
    _add(feed, "title", "Commitments found in documents")
    # An empty database has no time of its own; the epoch says that nothing was ever added.
    _add(feed, "updated", _rfc3339(max((row["stored"] for row in rows), default="1970-01-01T00:00:00+00:00")))
    _add(_add(feed, "author"), "name", "commitment-extractor")
    if base and _is_address(base):
        _add(feed, "link", rel="self", type="application/atom+xml", href=f"{base}/changes.atom")
        _add(feed, "link", rel="alternate", type="text/html", href=f"{base}/")
    for row in rows:
        _entry(feed, row, base)
    ElementTree.indent(feed)
    yield '<?xml version="1.0" encoding="utf-8"?>\n'
    yield ElementTree.tostring(feed, encoding="unicode") + "\n"


def escape(text: str) -> str:
    """The text as a value of type TEXT (RFC 5545 section 3.3.11)."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).translate(_ESCAPED)


def content_lines(lines: Iterable[str]) -> Iterator[str]:
    """The lines with their CRLF, folded so that no part exceeds 75 octets and no character is cut (section 3.1)."""
    for line in lines:
        parts, current, size = [], "", 0
        for character in line:
            width = len(character.encode("utf-8"))
            if size + width > FOLD:
                parts.append(current)
                # The space that marks a continuation counts, too.
                current, size = " ", 1
            current, size = current + character, size + width
        yield "\r\n".join([*parts, current]) + "\r\n"


def _event(row: Row, base: str | None) -> list[str]:
    day = date.fromisoformat(row["deadline_end"])
    source = ", ".join(part for part in (row["document"], row["publisher"], row["published"]) if part)
    page = f", page {row['page']}" if row["page"] else ""
    about = f"{row['quote']}\n\nDeadline as written: {row['deadline_text']}\n{_caution(row)}Source: {source}{page}"
    lines = [
        "BEGIN:VEVENT",
        f"UID:{uuid.uuid5(_NAMESPACE, row['id'])}",
        f"DTSTAMP:{datetime.fromisoformat(row['stored']).astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        # The end is exclusive.
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escape(_title(row))}",
        f"DESCRIPTION:{escape(about)}",
        f"CATEGORIES:{escape(row['strength'])}",
        "TRANSP:TRANSPARENT",
    ]
    if address := _page(row, base) or _source(row):
        lines.append(f"URL:{address}")
    return [*lines, "END:VEVENT"]


def _entry(feed: ElementTree.Element, row: Row, base: str | None) -> None:
    entry = _add(feed, "entry")
    _add(entry, "id", uuid.uuid5(_NAMESPACE, row["id"]).urn)
    _add(entry, "title", _title(row))
    _add(entry, "updated", _rfc3339(row["stored"]))
    if row["published"]:
        _add(entry, "published", f"{row['published']}T00:00:00Z")
    if row["publisher"]:
        _add(_add(entry, "author"), "name", row["publisher"])
    page, source = _page(row, base), _source(row)
    if page:
        _add(entry, "link", rel="alternate", type="text/html", href=page)
    if source:
        _add(entry, "link", rel="via" if page else "alternate", href=source, title=row["document"])
    _add(entry, "category", term=row["strength"], label=f"Strength: {row['strength']}")
    due = f"\n\nDue: {row['deadline_end']} ({row['deadline_text']})" if row["deadline_end"] else ""
    where = f", page {row['page']}" if row["page"] else ""
    _add(entry, "content", f"{row['quote']}{due}\n\n{_caution(row)}Source: {row['document']}{where}", type="text")


def _add(parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    safe = {key: xml_text(value) for key, value in attributes.items()}
    element = ElementTree.SubElement(parent, name, safe)
    element.text = None if text is None else xml_text(text)
    return element


def _title(row: Row) -> str:
    """The owner and the words on one line, cut where it gets long."""
    words = " ".join(str(row["quote"]).split())
    title = f"{row['owner']}: {words}" if row["owner"] else words
    title = title if row["sure"] else f"To be checked: {title}"
    return title if len(title) <= TITLE_LENGTH else title[: TITLE_LENGTH - 1].rstrip() + "…"


def _caution(row: Row) -> str:
    """A line each where the program is not sure, and where the words are not the publisher's own."""
    checked = "" if row["sure"] else f"To be checked: the program is {row['confidence']:.0%} sure of it\n"
    if row["voice"] in (None, "own"):
        return checked
    who = "an unnamed source" if row["voice"] == "unnamed" else row["speaker"] or "somebody who is not named"
    return f"{checked}Whose words: {who}{', retold' if row['voice'] == 'reported' else ''}\n"


def _page(row: Row, base: str | None) -> str | None:
    """The commitment's page on the site at `base`, or None where there is no site."""
    address = f"{base}/pledge/{row['id']}"
    return address if base and _is_address(address) else None


def _source(row: Row) -> str | None:
    """Where the document was published, or None where that is unknown or no web address."""
    return row["url"] if row["url"] and _is_address(row["url"]) else None


def _is_address(url: str) -> bool:
    """Only web addresses without white space may stand unescaped where a URI is asked for."""
    return re.fullmatch(r"https?://[!-~]+", url) is not None


def _rfc3339(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

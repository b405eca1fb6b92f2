"""What is due as a calendar (RFC 5545): text from rows, nothing fetched."""

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlite_utils

from extractor.store.changes import Chosen

PRODUCT = "-//commitment-extractor//Commitments//EN"
TITLE_LENGTH = 120  # characters: what calendars and feed readers show of a title
REFRESH = "P1D"  # how often a calendar should ask again
FOLD = 75  # octets a line

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:commitment-extractor")
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
_WANTED = "c.deadline_end IS NOT NULL AND c.review IS NOT 'rejected'"
# An index has the days in order, so that only these few are compared.
_NEAREST = """
SELECT id FROM (
  SELECT * FROM (
    SELECT c.id, c.due FROM commitments c WHERE c.due >= date('now') AND {wanted} ORDER BY c.due, c.id LIMIT :most
  ) UNION ALL SELECT * FROM (
    SELECT c.id, c.due FROM commitments c WHERE c.due < date('now') AND {wanted} ORDER BY c.due DESC, c.id LIMIT :most
  )
) ORDER BY abs(julianday(due) - julianday(date('now'))), id LIMIT :most
"""

Row = Mapping[str, Any]


def calendar(
    db: sqlite_utils.Database,
    *,
    base: str | None = None,
    chosen: Chosen | None = None,
    name: str = "Deadlines",
    most: int | None = None,
) -> Iterator[str]:
    """An all-day event on the last day of each deadline, in order of days; of all commitments or of those `chosen`.

    Where there are more than `most`, it has those nearest to today; its description says so.

    `base` is the address of the site that serves it, without a slash at its end: events then lead to the pages of this
    site, else to where their documents were published. `name` is what a program shows for the calendar (RFC 7986).
    """
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN"]
    named = [f"NAME:{escape(name)}", f"X-WR-CALNAME:{escape(name)}", f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}"]
    if most is not None:
        about = escape(f"At most {most:,} deadlines, those nearest to today.")
        named += [f"DESCRIPTION:{about}", f"X-WR-CALDESC:{about}"]
    yield from content_lines([*head, *named])
    wanted = f"{_WANTED} AND c.id IN ({chosen.ids})" if chosen and chosen.ids else _WANTED
    given: dict[str, str | int] = {**chosen.given} if chosen else {}
    if most is not None:
        wanted = f"c.id IN ({_NEAREST.format(wanted=wanted)})"
        given["most"] = most
    for row in db.query(f"{_COMMITMENTS} WHERE {wanted} ORDER BY c.deadline_end, d.id, s.position", given):
        yield from content_lines(_event(row, base))
    yield from content_lines(["END:VCALENDAR"])


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
    about = f"{row['quote']}\n\nDeadline as written: {row['deadline_text']}\n{caution(row)}Source: {source}{page}"
    lines = [
        "BEGIN:VEVENT",
        f"UID:{uuid.uuid5(NAMESPACE, row['id'])}",
        f"DTSTAMP:{datetime.fromisoformat(row['stored']).astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        # The end is exclusive.
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escape(title_of(row))}",
        f"DESCRIPTION:{escape(about)}",
        f"CATEGORIES:{escape(row['strength'])}",
        "TRANSP:TRANSPARENT",
    ]
    if address := page_of(row, base) or source_of(row):
        lines.append(f"URL:{address}")
    return [*lines, "END:VEVENT"]


def title_of(row: Row) -> str:
    """The owner and the words on one line, cut where it gets long."""
    words = " ".join(str(row["quote"]).split())
    title = f"{row['owner']}: {words}" if row["owner"] else words
    title = title if row["sure"] else f"To be checked: {title}"
    return title if len(title) <= TITLE_LENGTH else title[: TITLE_LENGTH - 1].rstrip() + "…"


def caution(row: Row) -> str:
    """A line each where the program is not sure, and where the words are not the publisher's own."""
    checked = "" if row["sure"] else f"To be checked: the program is {row['confidence']:.0%} sure of it\n"
    if row["voice"] in (None, "own"):
        return checked
    who = "an unnamed source" if row["voice"] == "unnamed" else row["speaker"] or "somebody who is not named"
    return f"{checked}Whose words: {who}{', retold' if row['voice'] == 'reported' else ''}\n"


def page_of(row: Row, base: str | None) -> str | None:
    """The commitment's page on the site at `base`, or None where there is no site."""
    address = f"{base}/pledge/{row['id']}"
    return address if base and is_address(address) else None


def source_of(row: Row) -> str | None:
    """Where the document was published, or None where that is unknown or no web address."""
    return row["url"] if row["url"] and is_address(row["url"]) else None


def is_address(url: str) -> bool:
    """Only web addresses without white space and marks of mark-up may stand unescaped where a URI is asked for."""
    return re.fullmatch(r"""https?://[^\x00- "<>\\^`{|}\x7f-\U0010ffff]+""", url) is not None

"""What changed as a feed (RFC 4287): new statements, moved deadlines, weaker wordings, other owners, progress."""

import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from xml.etree import ElementTree

import sqlite_utils

from extractor.store.changes import Change, Chosen, find_changes
from extractor.store.feeds import NAMESPACE, caution, is_address, page_of, source_of, title_of
from extractor.store.graph import xml_text

ATOM = "http://www.w3.org/2005/Atom"
ENTRIES = 100  # what a feed holds at most: readers ask for the whole of it again and again
# Where nothing was ever found there is no time of its own; the epoch says so.
NEVER = "1970-01-01T00:00:00+00:00"
# What a change is called before the words of its statement, by its name in `changes.WHAT`.
CALLED: Mapping[str, str] = {
    "moved": "Deadline changed",
    "weakened": "Wording weakened",
    "owner": "Owner changed",
    "figure": "Figure changed",
    "progress": "Progress reported",
    "restated": "Said again",
    "new": "New",
}
CHANGED = "Changed"


def atom(
    db: sqlite_utils.Database,
    *,
    base: str | None = None,
    chosen: Chosen | None = None,
    query: str = "",
    name: str = "",
    what: str = "",
) -> Iterator[str]:
    """A feed of the newest ENTRIES changes: what was found last comes first, then what was published last.

    `chosen` narrows it to some statements, `what` to one kind of change; `query` (the parameters that say so, as in its
    address) and `name` (the same for people) tell this feed from others. `base` is the address of the site that serves
    it, without a slash at its end: entries then lead to the pages of this site and name the published document as
    their source, else they lead to the published document.
    """
    feed = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": "en-GB"})
    found = find_changes(db.conn, chosen or Chosen(), what=what, limit=ENTRIES)
    _add(feed, "id", uuid.uuid5(NAMESPACE, f"feed {query}".strip()).urn)
    _add(feed, "title", f"Pledges on the record: {name or 'all changes'}")
    _add(feed, "updated", rfc3339(max((change.row["found"] for change in found), default=NEVER)))
    _add(_add(feed, "author"), "name", "commitment-extractor")
    if base and is_address(base):
        asked = f"?{query}" if query else ""
        _add(feed, "link", rel="self", type="application/atom+xml", href=f"{base}/changes.atom{asked}")
        _add(feed, "link", rel="alternate", type="text/html", href=f"{base}/changes{asked}")
    for change in found:
        _entry(feed, change, base)
    ElementTree.indent(feed)
    yield '<?xml version="1.0" encoding="utf-8"?>\n'
    yield ElementTree.tostring(feed, encoding="unicode") + "\n"


def called(change: Change) -> str:
    """What a change is, in two words: the first of all that it is."""
    return CALLED[change.what[0]] if change.what else CHANGED


def _entry(feed: ElementTree.Element, change: Change, base: str | None) -> None:
    row = change.row
    entry = _add(feed, "entry")
    _add(entry, "id", uuid.uuid5(NAMESPACE, change.id).urn)
    _add(entry, "title", f"{called(change)}: {title_of(row)}")
    _add(entry, "updated", rfc3339(row["found"]))
    if row["published"]:
        _add(entry, "published", f"{row['published']}T00:00:00Z")
    if row["publisher"]:
        _add(_add(entry, "author"), "name", row["publisher"])
    page, source = page_of(row, base), source_of(row)
    if page:
        _add(entry, "link", rel="alternate", type="text/html", href=page)
    if source:
        _add(entry, "link", rel="via" if page else "alternate", href=source, title=row["document"])
    kind = "Strength" if row["label"] == "commitment" else "Progress"
    _add(entry, "category", term=row["sort"], label=f"{kind}: {row['sort']}")
    for name in change.what:
        _add(entry, "category", term=name, label=CALLED[name])
    _add(entry, "content", _content(change), type="text")


def _content(change: Change) -> str:
    row = change.row
    due = f"Due: {row['deadline_end']} ({row['deadline_text']})\n" if row["deadline_end"] else ""
    where = f", page {row['page']}" if row["page"] else ""
    before = [
        f"{tie.relation.capitalize()}: “{tie.quote}” ({tie.document}{f', {tie.published}' if tie.published else ''})"
        + (f"\nWhat changed: {'; '.join(tie.changes)}" if tie.changes else "")
        for tie in change.ties
    ]
    told = [row["quote"], *before, f"{due}{caution(row)}Source: {row['document']}{where}"]
    return "\n\n".join(told)


def _add(parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    safe = {key: xml_text(value) for key, value in attributes.items()}
    element = ElementTree.SubElement(parent, name, safe)
    element.text = None if text is None else xml_text(text)
    return element


def rfc3339(moment: str) -> str:
    """A moment as feeds give it: UTC, to the second."""
    return f"{datetime.fromisoformat(moment).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

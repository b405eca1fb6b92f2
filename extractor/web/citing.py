"""A statement's source in three styles: a line for a newspaper, Harvard for a report, BibTeX for a reference manager.

The first is what a news desk prints: the words, who said them, where and when. Harvard (author and date) is what the
reports of think tanks, committees and universities in Britain mostly ask for. BibTeX is read by every reference
manager, which makes any other style of it, OSCOLA for lawyers among them.
"""

import re
import sqlite3
from dataclasses import dataclass
from datetime import date

from extractor.web import words

_SPECIAL = re.compile(r"[\\{}$&#%_~^]")
_REPLACED = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation as plain text to copy, with the name of its style and what it is for."""

    name: str
    purpose: str
    text: str


def citations(row: sqlite3.Row, *, address: str, permalink: str, today: date) -> tuple[Citation, ...]:
    """The source of a statement in every style.

    `address` is where the document was published ("" where that is unknown or no web address), `permalink` the
    statement's own page, `today` the day on which it was looked at.
    """
    return (
        Citation("Newspaper", "one line, with the words", newspaper(row, address)),
        Citation("Harvard", "for reports and papers", harvard(row, address or permalink, today)),
        Citation("BibTeX", "for reference managers", bibtex(row, address, permalink, today)),
    )


def newspaper(row: sqlite3.Row, address: str) -> str:
    """Quote, publisher, title, date, page, address."""
    parts = [f"“{quoted(row).rstrip('.')}”", row["publisher"], _title(row), _dated(row)]
    if row["page"]:
        parts.append(f"page {row['page']}")
    return f"{', '.join(part for part in parts if part)}. {address}".strip()


def harvard(row: sqlite3.Row, address: str, today: date) -> str:
    """Publisher (year) title. Kind, date, page. Available at: address (Accessed: day), then the words."""
    year = row["published"][:4] if row["published"] else "no date"
    day = f", {_dated(row)}" if row["published"] and row["precision"] != "year" else ""
    page = f", p. {row['page']}" if row["page"] else ""
    publisher = row["publisher"] or "Unknown publisher"
    return (
        f"{publisher} ({year}) {_title(row)}. {words.term(row['document_kind'])}{day}{page}. Available at: {address} "
        f"(Accessed: {words.day(today.isoformat())}). Quoted: “{quoted(row)}”"
    )


def bibtex(row: sqlite3.Row, address: str, permalink: str, today: date) -> str:
    """An entry of type misc, its key made from publisher, year and reference."""
    first = re.sub(r"[^a-z]", "", (row["publisher"] or "unknown").split()[0].lower()) or "unknown"
    year = row["published"][:4] if row["published"] else "nd"
    fields = {
        "author": f"{{{escaped(row['publisher'])}}}" if row["publisher"] else "",
        "title": f"{{{escaped(_title(row))}}}",
        "year": year if row["published"] else "",
        "month": str(int(row["published"][5:7])) if row["published"] and row["precision"] != "year" else "",
        "howpublished": escaped(words.term(row["document_kind"])),
        "pages": str(row["page"] or ""),
        "url": address or permalink,
        "urldate": today.isoformat(),
        "note": f"“{escaped(quoted(row))}” Pledge on record at {permalink}",
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return "@misc{{{}{}-{},\n{}\n}}".format(first, year, row["id"][:6], ",\n".join(lines))


def escaped(text: str) -> str:
    """The text with every character that means something to TeX taken as itself."""
    return _SPECIAL.sub(lambda found: _REPLACED.get(found[0], "\\" + found[0]), text)


def quoted(row: sqlite3.Row) -> str:
    """The words on one line."""
    return " ".join(row["quote"].split())


def _title(row: sqlite3.Row) -> str:
    return str(row["title"] or row["file"])


def _dated(row: sqlite3.Row) -> str:
    return words.day(row["published"], row["precision"]) if row["published"] else "undated"

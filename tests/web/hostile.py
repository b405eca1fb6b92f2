"""A database in which everything that a document or a person can put into it tries to break out of its page, and its
twin, the same but harmless: what the two pages are built of must be the same.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlite_utils

from extractor.records import Analysis, Reason, Rejection, Thread
from extractor.store import schema, writer
from tests.store_samples import put_links
from tests.web.made import deadline, document, link, mention, owner, statement
from tests.web.vectors import give_vectors

# Each with the way in which it would break out.
ATTACKS: tuple[tuple[str, str], ...] = (
    ("a script", "<script>alert('a')</script>"),
    ("a script in mixed case with white space", "<ScRiPt\n>alert(1)</sCrIpT >"),
    ("an event handler in an element", "<img src=x onerror=alert(2)>"),
    ("an event handler after a double quote", '" onmouseover="alert(3)" x="'),
    ("an event handler after a single quote", "' onfocus='alert(4)' autofocus x='"),
    ("an event handler without quotes", "x onpointerenter=alert(5) y=z"),
    ("a drawing", "<svg/onload=alert(6)><animate onbegin=alert(7) attributeName=x dur=1s>"),
    ("a script inside a drawing", "</text></svg><svg><script href=data:,alert(8) /></svg>"),
    ("an element that was already escaped", "&lt;script&gt;alert(9)&lt;/script&gt; &#60;b&#62; &amp;lt;i&amp;gt;"),
    ("an entity left open", "&lt &#x3C;script&#x3E &unknown; &"),
    ("syntax of the templates", "{{ 7*7 }} {% raw %} {# gone #} ${7*7} <%= 7*7 %> {{ config.items() }}"),
    ("the end of a title", "</title><script>alert(10)</script><title>"),
    ("the end of a text field", "</textarea><script>alert(11)</script></option></select>"),
    ("the end of a style sheet", "</style><style>body{display:none}</style>"),
    ("the end of a comment and of a section of characters", "--><b>x</b><!-- ]]><i>y</i><![CDATA["),
    ("another base", "<base href=//evil.example><meta http-equiv=refresh content=0;url=//evil.example>"),
    ("a frame and a form", "<iframe srcdoc='<b>'></iframe><form action=//evil.example><input name=q>"),
    ("an address that is a script", "javascript:alert(12)//"),
    ("an address that is a script, hidden by a tab", "java\tscript:alert(13)"),
    ("an address that is a page", "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=="),
    ("an address with an attribute", 'https://example.org/"onclick="alert(14)'),
    ("an address of another host", "//evil.example/x"),
    ("text that runs from right to left", "paid \u202egnp.exe\u202c in full \u2066\u2067isolates\u2069\u200f"),
    ("controls and a byte order mark", "bell \x07 escape \x1b[31m delete \x7f next \x85 mark \ufeff \ufffe"),
    ("a nothing in the middle", "before \x00 after"),
    ("a very long word", "Donau" * 400),
    ("marks piled on a letter", "Z\u0301\u0302\u0303" + "\u0304" * 40 + " a\u0308" * 20),
    ("a formula", "=HYPERLINK(\"//evil.example\";\"x\")"),
    ("a formula that runs a program", "@SUM(1+1)*cmd|' /C calc'!A0"),
    ("a formula after a sign", "+1-2"),
    ("a line break into a calendar", "x\r\nEND:VEVENT\r\nBEGIN:VALARM\r\nACTION:AUDIO\r\nATTACH:file:///etc/passwd"),
    ("a line break into a header", "x\r\nSet-Cookie: a=b\r\n\r\n<script>alert(15)</script>"),
    ("separators of lines that only some know", "one\u2028two\u2029three\x0bfour\x0cfive"),
    ("an entity from outside", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'),
    ("an end of the table", "</td></tr></table><p>outside</p>"),
    ("a database's string", "'; DROP TABLE commitments; --"),
    ("a path", "../../../../etc/passwd%00.html"),
    ("JSON in a script", '</script>","x":[]}'),
)  # fmt: skip


def harmless(text: str) -> str:
    """Text of the same length and words in which nothing is active."""
    return re.sub(r"[^A-Za-z0-9 ]", "x", text)


@dataclass(frozen=True, slots=True)
class Names:
    """What addresses of pages need: ids by attack."""

    documents: list[str]
    commitments: list[str]
    reports: list[str]
    threads: list[str]


def fill(path: Path, *, spoil: Callable[[str], str] = str) -> Names:
    """Write a database in which each attack, passed through `spoil`, stands in every field that is text."""
    names = Names([], [], [], [])
    links, threads = [], []
    database = schema.open_database(path, create=True)
    run = writer.start_run(database, version=spoil("<b>version</b>"), settings="s", models=spoil("<i>models</i>"))
    for number, (_, attack) in enumerate(ATTACKS):
        early, late = (_analysis(number, spoil(attack), later=later) for later in (False, True))
        for analysis in (early, late):
            writer.save_analysis(database, analysis, run, register={})
            names.documents.append(analysis.document.id)
        first, again, report = early.statements[0], late.statements[0], late.statements[1]
        links.append(link(first, again, "revises", spoil(f"wording {attack}")))
        links.append(link(again, report, "progresses"))
        thread = Thread(
            f"{number:016x}",
            spoil(attack) or "untitled",
            (first.id, again.id, report.id),
            early.document.published,
            late.document.published,
        )
        threads.append(thread)
        names.threads.append(thread.id)
        names.commitments.extend((first.id, again.id))
        names.reports.append(report.id)
        writer.save_rejection(database, Rejection(spoil(attack), "no_text", spoil(attack)), run)
        _say(database, spoil(attack), early, late)
    put_links(database, links, threads)
    give_vectors(database)
    writer.finish_run(database, run, unchanged=0)
    database.close()
    return names


def _say(database: sqlite_utils.Database, attack: str, early: Analysis, late: Analysis) -> None:
    """What reviewers said, in every table of reviews and every field of theirs that takes any text."""
    said = {"reviewer": attack, "note": attack, "at": "2024-05-01T10:00"}
    first, again = early.statements[0], late.statements[0]
    judged = {"field": "owner", "value": attack, "evidence_url": attack}
    database["reviews"].insert({"statement_id": first.id, "action": "correct", **judged, **said})
    status = {"value": "delivered", "evidence_url": attack}
    database["reviews"].insert({"statement_id": again.id, "action": "status", **status, **said})
    corrected = {"document_id": early.document.id, "action": "correct", "field": "publisher", "value": attack or "-"}
    database["document_reviews"].insert(corrected | said)
    database["pair_reviews"].insert({"action": "confirm", "a_id": first.id, "b_id": again.id} | said)


def _analysis(number: int, attack: str, *, later: bool) -> Analysis:
    """A document of the attack: a commitment, in the later one a report on it too, a mention, tables and a footnote."""
    written = attack.replace("\x00", "\ufffd")  # as reading has it
    promise = f"The board will send {written} to 7,500 trusts by March {2031 + later}."
    report = f"It has sent {written} to 40 trusts since May 2020."
    asked = f"Members call for {written} at once."
    source = document(
        f"{attack} {number} {later}.txt",
        [
            ("heading", 1, f"On {written}"),
            ("paragraph", 0, promise),
            ("paragraph", 0, report),
            ("item", 1, asked),
            ("row", 0, f"{written}\tYes\t{written}"),
            ("footnote", 0, f"1 {written}"),
        ],
        page_every=2,
        title=attack,
        publisher=attack,
        published=date(2019, 1, 1) + timedelta(days=number + 500 * later),
        series=attack,
        url=attack,
        licence=attack,
        warnings=(attack,),
    )
    spoken: dict[str, Any] = {
        "voice": "quoted",
        "speaker": attack,
        "reasons": (Reason(attack, 0.5, attack),),
        "themes": (attack,),
    }
    due = (f"by March {2031 + later}", None, f"{2031 + later}-03-31")
    who = [replace(owner(f"evil-{number}"), name=attack)]
    found = [
        statement(
            source, promise, owners=who, due=due, figures=[("7,500 trusts", 7500, attack)], lead_in=attack, **spoken
        )
    ]
    if later:
        when = deadline(source, source.text.index(report), "since May 2020", "2020-05-01", None)
        found.append(statement(source, report, label="progress", sort="underway", owners=who, when=when, **spoken))
    return Analysis(source, (), tuple(found), (mention(source, asked, "demand"),))

"""Small sound files of every format, from which the broken ones are made."""

import io
import zipfile
from functools import cache
from typing import Any

from docx.oxml import OxmlElement

from tests.bad import packed, pdf
from tests.ingest.builders import lines, make_docx, make_pdf

WORDS = ("The trust will recruit 40 nurses by May 2027:", "we will act;", "and so will the board.")

HTML = b"""<!DOCTYPE html><html><head><title>Plan | Trust</title><meta charset="utf-8">
<meta property="article:published_time" content="2024-05-01">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Plan", "datePublished": "2024-05-01"}</script>
</head><body><nav>Home</nav><main><h1>Plan</h1><p>The trust will <b>act</b><sup>1</sup> by May.</p>
<ul><li>One<ol start="3"><li>two</li></ol></li></ul><dl><dt>Owner</dt><dd>Board</dd></dl>
<table><caption>Log</caption><tr><th>Action</th><th>Due</th></tr><tr><td colspan="2">Recruit</td></tr>
<tr><td rowspan=2>a</td><td>May</td></tr></table><p style="display:none">x</p>&amp;&#8364;&nbsp;</main></body></html>"""

MARKDOWN = b"""---
title: Plan
date: 2024-05-01
---
# Plan

The trust will **act** by [May](https://example.org).

1. one
   - two

| Action | Due |
|---|---|
| Recruit | May |

> Quoted
"""

TEXT = """PLAN

The trust will recruit 40 nurses by May 2027, and the board
will report on it each year.

1. Workforce
- we will act;
- and so will they.

Action | Due
Recruit | May
“Dr” £5m…""".encode()

MAIL = b"""From: Board <board@example.org>
To: all@example.org
Date: Wed, 1 May 2024 10:00:00 +0100
Subject: =?utf-8?q?Plan_=E2=82=AC?=
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: multipart/alternative; boundary="c"

--c
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

Dear all, the trust will act=2E

> quoted
--c
Content-Type: text/html

<p>Dear all, the trust will act.</p>
--c--
--b
Content-Type: text/plain; name="a.txt"
Content-Disposition: attachment; filename="a.txt"
Content-Transfer-Encoding: base64

V2Ugd2lsbCBhY3Qu
--b--
"""

RTF = rb"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}{\info{\title Plan}}\pard\b Plan\b0\par
The trust will recruit 40 nurses\'85 \u8364? by May.\par{\pntext\bullet\tab}We act;\par
\trowd\cellx1000\cellx2000 Action\cell Due\cell\row\pard\par}"""


ODT = """<text:h text:outline-level="1">Plan</text:h>
<text:list><text:list-item><text:p>We act;</text:p></text:list-item></text:list>
<text:p>a<text:s text:c="2"/>b<text:note><text:note-body><text:p>n</text:p></text:note-body></text:note></text:p>
"""


def _fill(document: Any) -> None:
    document.core_properties.title = "Plan"
    document.add_heading("Plan", 1)
    document.add_paragraph(WORDS[0])
    for words in WORDS[1:]:
        document.add_paragraph(words, style="List Bullet")
    document.add_paragraph("First", style="List Number")
    table = document.add_table(2, 2)
    for cell, words in zip(
        (c for row in table.rows for c in row.cells), ("Action", "Due", "Recruit", "May"), strict=True
    ):
        cell.text = words
    inserted = OxmlElement("w:ins")
    inserted.append(document.add_paragraph("It will.").runs[0]._r)
    document.paragraphs[-1]._p.append(inserted)


def _grid(page: Any) -> None:
    lines(*WORDS)(page)
    page.grid([72, 172, 272], [300, 330, 360])
    page.drawString(80, 340, "Action")
    page.drawString(180, 340, "Due")
    page.drawString(80, 310, "Recruit")
    page.bookmarkPage("p")
    page.addOutlineEntry("Plan", "p")


def _tagged() -> bytes:
    more = {
        1: b"<< /Type /Catalog /Pages 2 0 R /MarkInfo << /Marked true >> /StructTreeRoot 8 0 R /Lang (en) >>",
        8: b"<< /Type /StructTreeRoot /K 9 0 R /ParentTree << /Nums [0 [9 0 R 11 0 R]] >> /RoleMap << /Q /P >> >>",
        9: b"<< /Type /StructElem /S /Document /P 8 0 R /K [10 0 R 11 0 R] >>",
        10: b"<< /Type /StructElem /S /H1 /P 9 0 R /Pg 3 0 R /K 0 >>",
        11: b"<< /Type /StructElem /S /Q /P 9 0 R /Pg 3 0 R /K [1 << /Type /MCR /MCID 2 >>] /ActualText (x) >>",
    }
    words = b"BT /F1 20 Tf 72 700 Td /H1 << /MCID 0 >> BDC (Plan) Tj EMC /F1 11 Tf 0 -30 Td "
    words += b"/Q << /MCID 1 >> BDC (The trust will act in May,) Tj EMC 0 -14 Td "
    words += b"/P << /MCID 2 >> BDC (and so will we.) Tj EMC ET"
    return pdf.page(pdf.stream(words), more, entries=b"/StructParents 0")


@cache
def seeds(format: str) -> tuple[bytes, ...]:
    """Sound files of a format, a name of `detect.FORMATS`."""
    match format:
        case "pdf":
            made = make_pdf([_grid, lines(*WORDS)], title="Plan")
            return made, _tagged(), pdf.with_xref_stream(), pdf.forms(2, 2), pdf.locked("", 128)
        case "docx":
            return make_docx(_fill), packed.word()
        case "odt":
            return (packed.odt(ODT),)
        case "text":
            return TEXT, TEXT.decode().encode("utf-16"), TEXT.decode().encode("cp1252")
    return ({"html": HTML, "markdown": MARKDOWN, "eml": MAIL, "rtf": RTF}[format],)


def members(raw: bytes) -> dict[str, bytes]:
    """The members of a zip archive by name."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}

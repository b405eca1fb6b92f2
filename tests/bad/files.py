"""The other bad files, one by one, and all of them together: what makes each and what must become of it."""

import base64

from tests.bad import MB, Bad, packed, pdf
from tests.bad.pdf_files import PDFS

PLAIN_TEXT = ("Content-Type: text/plain", "", packed.WORDS)


def _html(body: str, before: str = "<!DOCTYPE html>") -> bytes:
    return f"{before}<html><body><p>{packed.WORDS}</p>{body}</body></html>".encode()


def _mail(*lines: str) -> bytes:
    return "\r\n".join(("From: a@example.org", "Subject: Plan", "MIME-Version: 1.0", *lines)).encode()


def _mail_with(name: str, raw: bytes) -> bytes:
    """A letter with an attachment."""
    coded = base64.encodebytes(raw).decode()
    return _mail(
        'Content-Type: multipart/mixed; boundary="b"', "", "--b", "Content-Type: text/plain", "", packed.WORDS, "--b",
        f'Content-Type: application/octet-stream; name="{name}"', "Content-Transfer-Encoding: base64",
        f'Content-Disposition: attachment; filename="{name}"', "", coded, "--b--", "",
    )  # fmt: skip


def _deep_mail(depth: int) -> bytes:
    letter = _mail("Content-Type: text/plain", "", packed.WORDS)
    for _ in range(depth):
        letter = _mail("Content-Type: message/rfc822", "", letter.decode())
    return letter


def _parts(count: int) -> bytes:
    part = ("--b", "Content-Type: text/plain", "", packed.WORDS)
    return _mail('Content-Type: multipart/mixed; boundary="b"', "", *part * count, "--b--", "")


PACKED = (
    Bad("bomb.docx", lambda: packed.word(packing=b" " * (70 * MB)), "too-large"),
    Bad("bomb.odt", lambda: packed.odt(packing=b" " * (70 * MB)), "too-large"),
    Bad("side-bomb.docx", lambda: packed.word(more={"word/styles.xml": b" " * (70 * MB)}), "too-large"),
    Bad("shared-members.docx", lambda: packed.shared_members(10 * MB, 200), "too-large"),
    Bad(
        "understated.docx",
        lambda: packed.understated(packed.word(packing=b" " * (70 * MB)), "word/document.xml", 500),
        "damaged",
    ),
    Bad("doll.docx", lambda: packed.russian_doll(20, b" " * MB, "word/document.xml"), "damaged"),
    Bad("zip-in-zip.docx", lambda: packed.russian_doll(20, b" " * MB, "inner.zip"), "unreadable"),
    Bad("members.docx", lambda: packed.word(more={f"m{n}": b"" for n in range(30_000)}), "too-large"),
    Bad(
        "laughs.docx",
        lambda: packed.word(
            "<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>", before=packed.LAUGHS.replace("DOCTYPE x", "DOCTYPE w:document")
        ),
        "damaged",
    ),
    Bad(
        "elsewhere.docx",
        lambda: packed.word("<w:p><w:r><w:t>&file;&net;</w:t></w:r></w:p>", before=packed.ELSEWHERE),
        None,
    ),
    Bad(
        "deep.docx",
        lambda: packed.word("<w:sdt><w:sdtContent>" * 20_000 + "</w:sdtContent></w:sdt>" * 20_000),
        "damaged",
    ),
    Bad(
        "wide-cells.docx",
        lambda: packed.word(
            "<w:tbl>"
            + '<w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr><w:p/></w:tc></w:tr>' * 200
            + "</w:tbl>"
        ),
        None,
    ),
    Bad("laughs.odt", lambda: packed.odt("<text:p>&a9;</text:p>", before=packed.LAUGHS), "damaged"),
    Bad("elsewhere.odt", lambda: packed.odt("<text:p>&file;&net;</text:p>", before=packed.ELSEWHERE), None),
    Bad("deep.odt", lambda: packed.odt("<text:section>" * 20_000 + "</text:section>" * 20_000), "damaged"),
    Bad("spaces.odt", lambda: packed.odt('<text:p>a<text:s text:c="2000000000"/>b</text:p>'), None),
    Bad(
        "repeated-cells.odt",
        lambda: packed.odt(
            '<table:table xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><table:table-row '
            'table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="1000000">'
            "<text:p>We act.</text:p></table:table-cell></table:table-row></table:table>"
        ),
        None,
    ),
)

MARKED_UP = (
    Bad("laughs.html", lambda: _html("<p>&a9;</p>", packed.LAUGHS.replace("DOCTYPE x", "DOCTYPE html")), None),
    Bad(
        "laughs.xhtml",
        lambda: _html("<p>&a9;</p>", '<?xml version="1.0"?>' + packed.LAUGHS.replace("DOCTYPE x", "DOCTYPE html")),
        None,
    ),
    Bad(
        "elsewhere.html",
        lambda: _html("<p>&file;&net;</p>", packed.ELSEWHERE.replace("DOCTYPE x", "DOCTYPE html")),
        None,
    ),
    Bad("deep.html", lambda: _html("<div>" * 50_000), "damaged"),
    Bad("deep-inline.html", lambda: _html("<p>" + "<b>" * 50_000 + "x"), "damaged"),
    Bad("deep-lists.html", lambda: _html("<ul><li>" * 20_000), "damaged"),
    Bad("deep-tables.html", lambda: _html("<table><tr><td>" * 20_000), "damaged"),
    Bad(
        "wide-table.html",
        lambda: _html("<table>" + "<tr>" + "<td colspan=1000000>a</td>" * 500 + "</tr>" + "</table>"),
        None,
    ),
    Bad(
        "long-spans.html",
        lambda: _html("<table>" + ("<tr>" + "<td rowspan=65534>a</td>" * 20 + "</tr>") * 300 + "</table>"),
        None,
    ),
    Bad("comments.html", lambda: _html("<!--" * 100_000), None),
    Bad("open-comments.html", lambda: b"<!-- x -->" * 50_000 + _html(""), None),
    Bad("attributes.html", lambda: _html("<p " + " ".join(f"a{n}=1" for n in range(30_000)) + ">"), "damaged"),
    Bad("siblings.html", lambda: _html("<p>We act.</p>" * 30_000), None),
    Bad("inline-siblings.html", lambda: _html("<p>" + "<b>We act.</b>" * 30_000 + "</p>"), None),
    Bad("linked-data.html", lambda: _html('<script type="application/ld+json">' + "[" * 100_000 + "</script>"), None),
    Bad(
        "half-a-letter.html",
        lambda: _html('<script type="application/ld+json">{"headline": "\\ud800 plan"}</script>'),
        None,
    ),
    Bad("quotes.md", lambda: b"# Plan\n\nWe will act.\n\n" + b">" * 20_000 + b" x\n", None),
    Bad("brackets.md", lambda: b"# Plan\n\nWe will act.\n\n" + b"[" * 20_000 + b"\n", None),
    Bad("stars.md", lambda: b"# Plan\n\nWe will act.\n\n" + b"*a **b " * 10_000 + b"\n", None),
    Bad("ticks.md", lambda: b"# Plan\n\n" + b" ".join(b"`" * n for n in range(1, 1_200)) + b"\n", None),
    Bad(
        "lists.md",
        lambda: b"# Plan\n\nWe will act.\n\n" + b"".join(b" " * (2 * n) + b"- x\n" for n in range(2_000)),
        None,
    ),
    Bad("cells.md", lambda: b"# Plan\n\n" + b"|a" * 2_000 + b"|\n" + b"|-" * 2_000 + b"|\n" + b"|x\n" * 2_000, None),
    Bad(
        "front-laughs.md",
        lambda: (
            b"---\na: &a [x,x]\n"
            + b"".join(b"%c: &%c [*%c,*%c,*%c,*%c]\n" % (n, n, n - 1, n - 1, n - 1, n - 1) for n in range(98, 118))
            + b"title: *u\n---\nWe will act.\n"
        ),
        None,
    ),
    Bad("front-depth.md", lambda: b"---\ntitle: " + b"[" * 9_000 + b"\n---\nWe will act.\n", None),
)

LETTERS = (
    Bad("deep.eml", lambda: _deep_mail(300), "no-text"),
    Bad("parts.eml", lambda: _parts(4_000), None),
    Bad("bomb.eml", lambda: _mail_with("plan.docx", packed.word(packing=b" " * (70 * MB))), None),
    Bad("pdf-bomb.eml", lambda: _mail_with("plan.pdf", pdf.page(pdf.bomb(70 * MB))), None),
    Bad("headers.eml", lambda: _mail(*(f"X-{n}: y" for n in range(50_000)), *PLAIN_TEXT), None),
    Bad("long-address.eml", lambda: _mail("To: " + "(" * 20_000 + ", a@b" * 2_000, *PLAIN_TEXT), None),
    Bad("deep.rtf", lambda: b"{\\rtf1 We act." + b"{" * 100_000 + b"}" * 100_001, "damaged"),
    Bad("binary.rtf", lambda: b"{\\rtf1 The trust will act.\\bin2000000000 x}", None),
)  # fmt: skip

PLAIN = (
    Bad("one-line.txt", lambda: b"We will act by May 2027. " * 60_000, None),
    Bad("one-word.txt", lambda: b"We act. " + b"a" * 5_000_000, None),
    Bad("blank-lines.txt", lambda: b"We act." + b"\n" * 5_000_000 + b"So do they.", None),
    Bad("bullets.txt", lambda: b"- We will act;\n" * 50_000, None),
    Bad("bars.txt", lambda: b"a | b | c\n" * 30_000, None),
    Bad("one-row.txt", lambda: b"a|" * 200_000 + b"\n" + b"b|" * 200_000, None),
    Bad("indents.txt", lambda: b"".join(b" " * n + b"- x\n" for n in range(2_000)), None),
    Bad("legacy.txt", lambda: b"The trust\x81 will act \x8d.\n" * 30_000, None),
    Bad("too-many-letters.txt", lambda: b"We will act. " * 1_000_000, "too-large", "max_characters"),
    Bad("zeros.txt", lambda: bytes(50 * MB), "empty"),
    Bad("noise.txt", lambda: bytes(range(256)) * 100_000, "binary"),
    Bad("magic.txt", lambda: b"PK\x03\x04" + b"x" * 1_000_000, "damaged"),
)

FILES = (*PDFS, *PACKED, *MARKED_UP, *LETTERS, *PLAIN)
# They take half a second to three each, to make or to read, most of a minute together: `make test-fuzz` reads them.
SLOW_NAMES = frozenset(
    (
        "bars.txt", "blank-lines.txt", "boxes-100000.pdf", "boxes-1500000.pdf", "boxes-spread.pdf", "bullets.txt",
        "cells.md", "flate-bomb.pdf", "front-depth.md", "indents.txt", "inline-siblings.html", "legacy.txt",
        "letters-100000.pdf", "lists.md", "long-spans.html", "many-bombs.pdf", "nested-bomb.pdf", "objects.pdf",
        "one-line.txt", "one-long-line.pdf", "one-row.txt", "parts.eml", "saved-states-3000000.pdf", "siblings.html",
    )
)  # fmt: skip
QUICK = tuple(bad for bad in FILES if bad.name not in SLOW_NAMES)
SLOW = tuple(bad for bad in FILES if bad.name in SLOW_NAMES)

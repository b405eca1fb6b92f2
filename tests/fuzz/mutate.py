"""Ways to break a file: bytes, numbers, chunks, words of its format, members of its archive, elements of its XML."""

import random
import re
from collections.abc import Callable

from lxml import etree

from tests.bad.packed import archive
from tests.fuzz.seeds import members

_NUMBER = re.compile(rb"-?\d+")
NUMBERS = (
    b"0", b"-1", b"1", b"2", b"255", b"256", b"65535", b"65536", b"2147483647", b"2147483648", b"-2147483648",
    b"4294967295", b"4294967296", b"9" * 25, b"0.0000001", b"1e308", b"NaN", b"",
)  # fmt: skip
WORDS = {
    "pdf": b"<< >> [ ] R 0 null true endstream endobj obj stream /Kids /Parent /Contents /Resources",
    "docx": b'<w:p/> <w:tbl> </w:tbl> <w:r> </w:r> w:val="-1" <w:ins> <w:del> <w:sdt/> &#0; &x; <!-- --> <![CDATA[ ]]>',
    "odt": b'<text:p/> <text:list> </text:list> text:c="9" <text:s/> &#0; &x; <!-- --> <![CDATA[ ]]>',
    "html": b"<p> </p> <table> <tr> <td> </table> <ul> <li> <dl> <dd> <br> <!-- --> <script> <![CDATA[ ]]> &#0;",
    "markdown": b"--- # ## > - 1. ``` ~~~ | |---| [a](b) ![a](b) <div> </div> <!-- * ** _ \\ \t &amp;",
    "text": b"\r \n \f \t | - 1. 1.1 (a) \xe2\x80\xa8 \xe2\x80\xa9 \xc2\x85 \x00 \xef\xbb\xbf : ; \xe2\x80\xa2",
    "eml": b"--b --c --b-- \r\n\r\n Content-Type: multipart/mixed text/html message/rfc822 charset= base64",
    "rtf": b"{ } \\par \\pard \\row \\cell \\trowd \\bin9 \\u-1? \\'ff \\uc9 \\ucs \\* \\b \\fonttbl",
}
MORE_WORDS = {
    "pdf": b"/Prev /Length /Filter /FlateDecode /LZWDecode /MediaBox /Rotate /K /MCID BT ET Tj TJ Do q Q BDC EMC cm",
    "html": b"&#xD800; <plaintext> <template> <svg> <select> <main> </body> <frameset> <style> colspan=0 \x00",
    "markdown": b"!!python/x !!binary !!timestamp 2024-99-99 <? ?> ]( ||| +++ === [^1] title: &a *a",
    "eml": b'=?x?q?a?= Date: From: Subject: boundary="" ; = quoted-printable =?utf-8?b?/w==?= filename*0*=utf-7',
    "rtf": b"\\info \\title \\pict \\field \\object \\\\ \\mac \\ansicpg932 \\ansicpg99999 \\fcharset128 \\ud \\upr",
}

Change = Callable[[random.Random, bytes, str], bytes]


def _flip(chance: random.Random, raw: bytes, format: str) -> bytes:
    out = bytearray(raw)
    for _ in range(chance.choice((1, 1, 2, 8))):
        if out:
            out[chance.randrange(len(out))] = chance.choice((0, 255, 10, 32, chance.randrange(256)))
    return bytes(out)


def _span(chance: random.Random, raw: bytes) -> tuple[int, int]:
    start = chance.randrange(len(raw) + 1)
    return start, min(len(raw), start + chance.choice((1, 4, 16, 64, 300)))


def _cut(chance: random.Random, raw: bytes, format: str) -> bytes:
    return raw[: chance.randrange(len(raw) + 1)]


def _drop(chance: random.Random, raw: bytes, format: str) -> bytes:
    start, end = _span(chance, raw)
    return raw[:start] + raw[end:]


def _repeat(chance: random.Random, raw: bytes, format: str) -> bytes:
    start, end = _span(chance, raw)
    return raw[:end] + raw[start:end] * chance.choice((1, 2, 5, 50)) + raw[end:]


def _swap(chance: random.Random, raw: bytes, format: str) -> bytes:
    a, b, c, d = sorted((*_span(chance, raw), *_span(chance, raw)))
    return raw[:a] + raw[c:d] + raw[b:c] + raw[a:b] + raw[d:]


def _renumber(chance: random.Random, raw: bytes, format: str) -> bytes:
    found = list(_NUMBER.finditer(raw))
    if not found:
        return raw
    spot = chance.choice(found)
    return raw[: spot.start()] + chance.choice(NUMBERS) + raw[spot.end() :]


def _insert(chance: random.Random, raw: bytes, format: str) -> bytes:
    at = chance.randrange(len(raw) + 1)
    word = chance.choice((WORDS[format] + b" " + MORE_WORDS.get(format, b"")).split(b" ")) * chance.choice(
        (1, 1, 3, 40)
    )
    return raw[:at] + b" " + word + b" " + raw[at:]


def _exchange(chance: random.Random, raw: bytes, format: str) -> bytes:
    """Put one word of the file in place of another."""
    words = list(re.finditer(rb"[/<\\]?[A-Za-z0-9:]+", raw))
    if len(words) < 2:
        return raw
    old, new = chance.sample(words, 2)
    return raw[: old.start()] + new.group() + raw[old.end() :]


PLAIN: tuple[Change, ...] = (_flip, _cut, _drop, _repeat, _swap, _renumber, _insert, _exchange)


def _graft(chance: random.Random, raw: bytes, format: str) -> bytes:
    """Move, repeat, wrap or drop an element, or change one of its attributes; XML that stays well-formed."""
    try:
        root = etree.fromstring(raw, etree.XMLParser(resolve_entities=False))
    except (etree.XMLSyntaxError, ValueError):
        return _flip(chance, raw, format)
    nodes = [node for node in root.iter() if isinstance(node.tag, str)]
    for _ in range(chance.choice((1, 1, 3))):
        node, other = chance.choice(nodes), chance.choice(nodes)
        parent = node.getparent()
        match chance.randrange(6):
            case 0 if parent is not None:
                parent.remove(node)
            case 1:
                other.append(etree.fromstring(etree.tostring(node, with_tail=False)))
            case 2 if other not in node.iter():
                other.append(node)
            case 3 if node.attrib:
                key = chance.choice(list(node.attrib))
                node.set(key, chance.choice(NUMBERS).decode() or "x")
            case 4 if parent is not None:
                node.tag = other.tag
            case _:
                node.text = chance.choice(("", " ", "\u2028", "x" * 3000, "1.", "•"))
    return etree.tostring(root)


def _repack(chance: random.Random, raw: bytes, format: str) -> bytes:
    """Change one member of an archive and pack it again; or drop it, or give it another's name."""
    inside = members(raw)
    if not inside:
        return _flip(chance, raw, format)
    name = chance.choice(sorted(inside))
    match chance.randrange(8):
        case 0:
            del inside[name]
        case 1:
            inside[name] = inside[chance.choice(sorted(inside))]
        case 2 | 3:
            inside[name] = chance.choice(PLAIN)(chance, inside[name], format)
        case _:
            inside[name] = _graft(chance, inside[name], format)
    return archive(inside)


def broken(seed: int, raw: bytes, format: str) -> bytes:
    """A sound file broken once to a few times; the same seed breaks it in the same way."""
    chance = random.Random(seed)
    if raw.startswith(b"PK") and chance.random() < 0.8:
        for _ in range(chance.choice((1, 2, 4))):
            raw = _repack(chance, raw, format)
        return raw
    for _ in range(chance.choice((1, 1, 2, 4, 10))):
        raw = chance.choice(PLAIN)(chance, raw, format)
    return raw

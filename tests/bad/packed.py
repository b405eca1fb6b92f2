"""Zipped office files and mark-up made to unpack, nest or refer without end."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = (
    b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    b'<Override PartName="/word/document.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    b'Target="word/document.xml"/></Relationships>'
)
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
MIMETYPE = b"application/vnd.oasis.opendocument.text"
MANIFEST = b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
WORDS = "The trust will act in May."
# Each entity stands for ten of the one before: the last for a thousand million times "ha".
LAUGHS = '<!DOCTYPE x [<!ENTITY a0 "ha">{}]>'.format(
    "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
)
ELSEWHERE = (
    '<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd"><!ENTITY net SYSTEM "http://127.0.0.1:9/x">'
    '<!ENTITY % more SYSTEM "file:///etc/hostname"> %more;]>'
)


def archive(members: Mapping[str, bytes]) -> bytes:
    """A zip archive, the same at any time of day."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, raw in members.items():
            opened.writestr(zipfile.ZipInfo(name), raw, zipfile.ZIP_DEFLATED, 9)
    return buffer.getvalue()


def word(body: str = "", *, before: str = "", more: Mapping[str, bytes] | None = None, packing: bytes = b"") -> bytes:
    """A Word document of one paragraph and a further body; `packing` follows the XML's end."""
    paragraph = f"<w:p><w:r><w:t>{WORDS}</w:t></w:r></w:p>"
    document = f'{before}<w:document xmlns:w="{W}"><w:body>{paragraph}{body}</w:body></w:document>'
    parts = {"[Content_Types].xml": TYPES, "_rels/.rels": RELATIONS, "word/document.xml": document.encode() + packing}
    return archive({**parts, **(more or {})})


def odt(body: str = "", *, before: str = "", packing: bytes = b"") -> bytes:
    """An OpenDocument text of one paragraph and a further body."""
    content = (
        f'{before}<office:document-content xmlns:office="{OFFICE}" xmlns:text="{TEXT}"><office:body><office:text>'
        f"<text:p>{WORDS}</text:p>{body}</office:text></office:body></office:document-content>"
    )
    return archive({"mimetype": MIMETYPE, "META-INF/manifest.xml": MANIFEST, "content.xml": content.encode() + packing})


def shared_members(length: int, count: int) -> bytes:
    """An archive whose members are all the same packed bytes: each is listed, all but the first cost nothing."""
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = engine.compress(b" " * length) + engine.flush()
    checksum = zlib.crc32(b" " * length)
    first = "word/document.xml"
    head = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 33, checksum, len(data), length, len(first), 0)
    out = bytearray(head + first.encode() + data)
    start = len(out)
    for number in range(count):
        name = (first if number == 0 else f"word/part{number}.xml").encode()
        sizes = (checksum, len(data), length, len(name))
        out += struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 33, *sizes, 0, 0, 0, 0, 0, 0) + name
    size = len(out) - start
    return bytes(out) + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, size, start, 0)


def understated(raw: bytes, name: str, size: int) -> bytes:
    """An archive that claims another length of a member than it unpacks to."""
    out = bytearray(raw)
    with zipfile.ZipFile(io.BytesIO(raw)) as opened:
        entry = opened.getinfo(name)
    out[entry.header_offset + 22 : entry.header_offset + 26] = struct.pack("<L", size)
    listed = out.find(b"PK\x01\x02")
    while listed >= 0:
        if out[listed + 46 : listed + 46 + len(name)] == name.encode():
            out[listed + 24 : listed + 28] = struct.pack("<L", size)
        listed = out.find(b"PK\x01\x02", listed + 4)
    return bytes(out)


def russian_doll(depth: int, inner: bytes, name: str) -> bytes:
    """An archive in an archive in an archive."""
    for _ in range(depth):
        inner = archive({name: inner})
    return inner

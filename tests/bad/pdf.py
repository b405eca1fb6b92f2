"""PDFs written by hand, object by object, so that each can be wrong in exactly one way."""

import hashlib
import io
import zlib
from collections.abc import Mapping

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from pdfminer.arcfour import Arcfour
from reportlab.lib import pdfencrypt
from reportlab.pdfgen import canvas

WORDS = b"BT /F1 11 Tf 72 700 Td (The trust will act in May.) Tj ET\n"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
FONTS = b"/Font << /F1 5 0 R >>"
PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")

Objects = Mapping[int, bytes]


def file(objects: Objects, trailer: bytes = b"/Root 1 0 R") -> bytes:
    """A file of numbered objects, with its table and its trailer."""
    out = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    size = max(objects) + 1
    lines = [b"%010d 00000 n \n" % places[n] if n in places else b"0000000000 65535 f \n" for n in range(size)]
    out += b"xref\n0 %d\n" % size + b"".join(lines)
    return bytes(out) + b"trailer\n<< /Size %d " % size + trailer + b" >>\nstartxref\n%d\n%%%%EOF\n" % start


def stream(data: bytes, dictionary: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< " + dictionary + b" /Length %d >>\nstream\n" % len(data) + data + b"\nendstream"


def page(content: bytes, more: Objects | None = None, *, resources: bytes = FONTS, entries: bytes = b"") -> bytes:
    """A file of one page with the content object 4, further objects beside it."""
    leaf = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << %s >> %s >>"
    own = {1: CATALOG, 2: PAGES, 3: leaf % (resources, entries), 4: content, 5: FONT}
    return file({**own, **(more or {})})


def packed(data: bytes, dictionary: bytes = b"", *, filters: bytes = b"/FlateDecode") -> bytes:
    """A stream whose data are compressed once."""
    return stream(zlib.compress(data, 9), b"/Filter " + filters + b" " + dictionary)


def spaces(length: int) -> bytes:
    """So many spaces, compressed, without ever holding them."""
    engine = zlib.compressobj(9)
    whole, rest = divmod(length, 1 << 20)
    parts = [engine.compress(b" " * (1 << 20)) for _ in range(whole)]
    return b"".join([*parts, engine.compress(b" " * rest), engine.flush()])


def bomb(length: int, dictionary: bytes = b"") -> bytes:
    """A stream of so many spaces."""
    return stream(spaces(length), b"/Filter /FlateDecode " + dictionary)


def lzw(length: int) -> bytes:
    """About so many spaces by LZW: each code stands for one space more than the code before."""
    bits = "".join(f"{code:0{width}b}" for code, width in _codes(length))
    return int(bits + "0" * (-len(bits) % 8), 2).to_bytes((len(bits) + 7) // 8, "big")


def _codes(length: int) -> list[tuple[int, int]]:
    """Codes with their widths in bits: clear, a space, then each time the code that is about to be made."""
    codes = [(256, 9)]
    made = 0
    while made < length:
        codes += [(32, 9), *((code, (code + 1).bit_length()) for code in range(258, 4095)), (256, 12)]
        made += sum(range(1, 4095 - 256))
    return [*codes, (257, 9)]


def form(content: bytes, resources: bytes = FONTS) -> bytes:
    """A drawing that others can name."""
    return stream(content, b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << " + resources + b" >>")


def forms(depth: int, times: int) -> bytes:
    """A page that draws a form that draws the next so many times, and so on."""
    more = {
        10 + level: form(b"/X Do\n" * times, b"/XObject << /X %d 0 R >>" % (11 + level)) for level in range(depth - 1)
    }
    more[9 + depth] = form(WORDS)
    return page(stream(WORDS + b"/X Do\n"), more, resources=FONTS + b" /XObject << /X 10 0 R >>")


def locked(password: str, strength: int, filler: int = 0) -> bytes:
    """A page encrypted by RC4, opened by the password; `filler` spaces in its content."""
    buffer = io.BytesIO()
    lock = pdfencrypt.StandardEncryption(password, ownerPassword="owner", strength=strength)
    drawn = canvas.Canvas(buffer, encrypt=lock, invariant=1)
    drawn.drawString(72, 700, "The trust will act in May.")
    if filler:
        drawn._code.append(" " * filler)
    drawn.showPage()
    drawn.save()
    return buffer.getvalue()


def locked_by_aes(content: bytes) -> bytes:
    """A page encrypted by AES-128 under the empty password: ISO 32000-1, 7.6 (V 4, R 4)."""
    identity, owner, permissions = b"0123456789abcdef", bytes(32), (-4).to_bytes(4, "little", signed=True)
    key = hashlib.md5(PADDING + owner + permissions + identity).digest()
    for _ in range(50):
        key = hashlib.md5(key).digest()
    user = hashlib.md5(PADDING + identity).digest()
    for turn in range(20):
        user = Arcfour(bytes(byte ^ turn for byte in key)).encrypt(user)
    own = hashlib.md5(key + (4).to_bytes(3, "little") + bytes(2) + b"sAlT").digest()
    filling = 16 - len(content) % 16
    engine = Cipher(algorithms.AES(own), modes.CBC(bytes(16))).encryptor()
    hidden = bytes(16) + engine.update(content + bytes([filling]) * filling)
    lock = (
        b"<< /Filter /Standard /V 4 /R 4 /Length 128 /P -4 /O <%s> /U <%s> /StmF /S /StrF /S "
        b"/CF << /S << /CFM /AESV2 /AuthEvent /DocOpen /Length 16 >> >> >>"
    )
    leaf = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << " + FONTS + b" >> >>"
    objects = {
        1: CATALOG,
        2: PAGES,
        3: leaf,
        4: stream(hidden, b"/Filter /FlateDecode"),
        5: FONT,
        6: lock % (owner.hex().encode(), (user + bytes(16)).hex().encode()),
    }
    marks = b"<" + identity.hex().encode() + b">"
    return file(objects, b"/Root 1 0 R /Encrypt 6 0 R /ID [" + marks + b" " + marks + b"]")


def with_xref_stream(bombs: int = 0, *, previous: int | None = None, hidden: bytes = b"") -> bytes:
    """A file whose page lies in an object stream and whose table is a stream, either of which can be a bomb."""
    leaf = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << " + FONTS + b" >> >>"
    inside = [(1, CATALOG), (2, PAGES), (3, leaf), (5, FONT)]
    places, texts = [], b""
    for number, body in inside:
        places.append(b"%d %d" % (number, len(texts)))
        texts += body + b" "
    index = b" ".join(places) + b" "
    out = bytearray(b"%PDF-1.7\n")
    starts = {}
    for number, body in (
        (4, stream(WORDS)),
        (
            6,
            packed(index + texts + hidden + b" " * bombs, b"/Type /ObjStm /N %d /First %d" % (len(inside), len(index))),
        ),
    ):
        starts[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    rows = b""
    for number in range(8):
        found = [at for at, (inner, _) in enumerate(inside) if inner == number]
        kind, first, second = (2, 6, found[0]) if found else (1, starts.get(number, start), 0) if number else (0, 0, 0)
        rows += bytes([kind]) + first.to_bytes(4, "big") + bytes([second])
    back = b"" if previous is None else b"/Prev %d " % (start if previous == 0 else previous)
    out += b"7 0 obj\n" + packed(rows, b"/Type /XRef /Size 8 /W [1 4 1] /Root 1 0 R " + back) + b"\nendobj\n"
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % start

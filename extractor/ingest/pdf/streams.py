"""The objects of a PDF as its bytes show them, and its streams unpacked within limits.

Objects are found by their keywords, not by the file's tables of them: those can lie, and an object that no table names
costs little to look at. ISO 32000-1, 7.3 (objects), 7.4 (filters), 7.5.7 (object streams), 7.6 (encryption).
"""

import hashlib
import io
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher
from pdfminer.arcfour import Arcfour
from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect
from pdfminer.pdfparser import PDFParser

from extractor.errors import Rejected
from extractor.ingest.pdf.filters import UNDO

Dictionary = dict[bytes, object]
Decipher = Callable[[int, int, bytes], bytes]

_NUMBER = re.compile(rb"(\d{1,10})\s+(\d{1,5})\s*$")
_TOKEN = re.compile(
    rb"<<|>>|\[|\]|/[^\s()<>\[\]{}/%]*|\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f\s]*>|%[^\r\n]*|[^\s()<>\[\]{}/%]+", re.DOTALL
)
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_DATA = re.compile(rb"stream(?:\r\n|\n|\r)?")
# What a font is loaded from, whatever else the stream may call itself.
_LOADED = re.compile(rb"/(?:FontFile[23]?|ToUnicode|CIDToGIDMap|Encoding|UseCMap)\s+(\d{1,10})\s")
# Streams that reading never unpacks: pictures, and files attached.
_LEFT_PACKED = ((b"Subtype", b"/Image"), (b"Type", b"/EmbeddedFile"))
# The largest reports, with a tag for each phrase, hold some 300,000; each takes a quarter of a kilobyte here.
MAX_OBJECTS = 1_000_000


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference to an object by its number."""

    number: int


@dataclass(frozen=True, slots=True)
class Stream:
    """Where in the file a stream's bytes begin and are said to end; its object's number and generation."""

    dictionary: Dictionary
    start: int
    end: int
    number: int
    generation: int


@dataclass(frozen=True, slots=True)
class Object:
    """An object: its source up to a stream, and the stream where it has one."""

    text: bytes
    stream: Stream | None = None

    @property
    def value(self) -> object:
        """The object's value: a dictionary, a list, a Reference, or a word (bytes)."""
        return parse(self.text)


@dataclass(slots=True)
class File:
    """A PDF's objects by number, each in every version that the file holds, the last in force; limits in bytes."""

    raw: bytes
    part: int
    whole: int
    decipher: Decipher | None = None
    objects: dict[int, list[Object]] = field(default_factory=dict)
    held: int = 0
    unpacked: int = 0
    _values: dict[int, object] = field(default_factory=dict)

    def add(self, number: int, object: Object) -> None:
        """Take an object, or a further version of it. Raises Rejected("too-large") beyond MAX_OBJECTS."""
        self.held += 1
        if self.held > MAX_OBJECTS:
            raise Rejected("too-large", f"the PDF holds more than {MAX_OBJECTS:,} objects")
        self.objects.setdefault(number, []).append(object)

    def resolved(self, value: object) -> object:
        """What a value refers to; of several versions the last, None where there is none. Always the same instance."""
        if not isinstance(value, Reference):
            return value
        if value.number not in self._values:
            versions = self.objects.get(value.number)
            self._values[value.number] = versions[-1].value if versions else None
        return self._values[value.number]

    def forget(self) -> None:
        """Drop what was resolved before all objects were known."""
        self._values.clear()

    def unpack(self, stream: Stream) -> bytes | memoryview:
        """A stream's bytes with its filters undone. Raises Rejected("too-large") beyond `part` bytes at any stage."""
        filters = self._filters(stream)
        plain: bytes | memoryview
        if self.decipher is not None and stream.dictionary.get(b"Type") != b"/XRef":
            plain = self.decipher(stream.number, stream.generation, self.raw[stream.start : stream.end])
        else:
            plain = memoryview(self.raw)[stream.start : stream.end]
            if not filters or filters[0] in (b"/FlateDecode", b"/Fl"):
                # compressed data say themselves where they end; what the file says of it may be wrong
                plain = memoryview(self.raw)[stream.start :]
        data = plain
        # what names no filter is tried as what nearly all streams are: a wrong guess ends at the second byte
        for name in filters or [b"/FlateDecode"]:
            undo = UNDO.get(name)
            if undo is None:
                break
            data = b"".join(self._limited(undo(data)))
        return data if filters or data else memoryview(self.raw)[stream.start : stream.end]

    def count(self, stream: Stream) -> bytes | memoryview:
        """Unpack a stream and add it to what all have unpacked to. Raises Rejected as `unpack`, and beyond `whole`."""
        data = self.unpack(stream)
        # what was not packed is part of the file, whose size has a limit of its own
        self.unpacked += len(data) if isinstance(data, bytes) else 0
        if self.unpacked > self.whole:
            raise Rejected(
                "too-large", f"the PDF unpacks to more than {self.whole:,} bytes (setting max_unpacked_bytes)"
            )
        return data

    def _filters(self, stream: Stream) -> list[bytes]:
        given = self.resolved(stream.dictionary.get(b"Filter"))
        names = [self.resolved(name) for name in given] if isinstance(given, list) else [given]
        return [name for name in names if isinstance(name, bytes) and name != b"/Crypt"]

    def _limited(self, parts: Iterator[bytes]) -> Iterator[bytes]:
        length = 0
        for part in parts:
            length += len(part)
            if length > self.part:
                raise Rejected(
                    "too-large",
                    f"a stream of the PDF unpacks to more than {self.part:,} bytes (setting max_part_bytes)",
                )
            yield part


def open_file(raw: bytes, *, part: int, whole: int) -> File:
    """Find a PDF's objects and unpack every stream but pictures once, for its size.

    Raises Rejected "too-large" where a stream unpacks to more than `part` bytes or all of them to more than `whole`,
    "encrypted" where the empty password does not open the file.
    """
    file = File(raw, part, whole)
    for number, object in _plain(raw):
        file.add(number, object)
    if b"/Encrypt" in raw:
        for stream in _with_streams(file):
            # the step after this unpacks tables of objects, which are never encrypted
            if stream.dictionary.get(b"Type") == b"/XRef":
                file.unpack(stream)
        file.decipher = _decipher(raw)
    streams = _with_streams(file)
    for stream in streams:
        if stream.dictionary.get(b"Type") == b"/ObjStm":
            for number, object in _packed(file, stream):
                file.add(number, object)
    # an object stream may have hidden what another's filters are
    file.forget()
    fonts = {int(number) for versions in file.objects.values() for o in versions for number in _LOADED.findall(o.text)}
    for stream in streams:
        if stream.number in fonts or not _is_left_packed(stream.dictionary):
            file.count(stream)
    return file


def _is_left_packed(dictionary: Dictionary) -> bool:
    return any(dictionary.get(key) == value for key, value in _LEFT_PACKED)


def _with_streams(file: File) -> list[Stream]:
    return [o.stream for versions in file.objects.values() for o in versions if o.stream is not None]


def _plain(raw: bytes) -> Iterator[tuple[int, Object]]:
    """The objects that stand in the file itself, each from the keyword that opens it to the next "obj" or "endobj"."""
    opened: re.Match[bytes] | None = None
    begin = closing = 0
    at = raw.find(b"obj")
    while True:
        if opened is not None:
            number, generation = int(opened.group(1)), int(opened.group(2))
            end = len(raw) if at < 0 else at
            keyword = raw.find(b"stream", begin, end)
            if keyword < 0:
                yield number, Object(raw[begin:end])
            else:
                # looked for once, since a file can hold many streams and no end of any
                if 0 <= closing < keyword:
                    closing = raw.find(b"endstream", keyword)
                text = raw[begin:keyword]
                yield number, Object(text, _stream(raw, text, keyword, closing, number, generation))
            opened = None
        if at < 0:
            return
        if raw[max(0, at - 3) : at] != b"end":
            opened = _NUMBER.search(raw[max(0, at - 24) : at])
            begin = at + 3
        at = raw.find(b"obj", at + 3)


def _stream(raw: bytes, text: bytes, keyword: int, closing: int, number: int, generation: int) -> Stream:
    opening = _DATA.match(raw, keyword)
    start = opening.end() if opening else keyword
    value = parse(text)
    dictionary = value if isinstance(value, dict) else {}
    stated = dictionary.get(b"Length")
    length = int(stated) if isinstance(stated, bytes) and stated.isdigit() and len(stated) < 12 else 0
    return Stream(dictionary, start, max(start + length, closing if closing >= 0 else len(raw)), number, generation)


def _packed(file: File, stream: Stream) -> Iterator[tuple[int, Object]]:
    """The objects in an object stream, which opens with pairs of number and place."""
    data = bytes(file.count(stream))
    first = stream.dictionary.get(b"First")
    if not isinstance(first, bytes) or not first.isdigit() or len(first) > 11:
        return
    index = [int(word) for word in data[: int(first)].split() if word.isdigit() and len(word) < 12]
    pairs = sorted(zip(index[1::2], index[::2], strict=False))
    for (at, number), (end, _) in zip(pairs, [*pairs[1:], (len(data), 0)], strict=True):
        yield number, Object(data[int(first) + at : int(first) + end])


def parse(text: bytes) -> object:
    """The first value in `text`: dictionaries and arrays as such, references as `Reference`, the rest as words.

    What is out of place is taken as far as it makes sense: this looks at files that may be broken on purpose.
    """
    open_at: list[list[object]] = [[]]
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token in (b"<<", b"["):
            open_at.append([token])
        elif token in (b">>", b"]"):
            if len(open_at) > 1:
                kind, *items = open_at.pop()
                open_at[-1].append(_dictionary(items) if kind == b"<<" else items)
        elif token == b"R" and len(open_at[-1]) > 1 and isinstance(open_at[-1][-2], bytes):
            number = open_at[-1][-2]
            if number.isdigit() and len(number) <= 10:
                del open_at[-1][-2:]
                open_at[-1].append(Reference(int(number)))
        elif not token.startswith(b"%"):
            open_at[-1].append(unescaped(token) if token.startswith(b"/") else token)
        if len(open_at) == 1 and open_at[0] and not isinstance(open_at[0][0], bytes):
            break
    while len(open_at) > 1:
        kind, *items = open_at.pop()
        open_at[-1].append(_dictionary(items) if kind == b"<<" else items)
    return open_at[0][0] if open_at[0] else None


def unescaped(name: bytes) -> bytes:
    """A name with its escaped characters (#20) as themselves."""
    return _ESCAPE.sub(lambda match: bytes.fromhex(match.group(1).decode("ascii")), name)


def _dictionary(items: list[object]) -> Dictionary:
    found: Dictionary = {}
    key: bytes | None = None
    for item in items:
        if key is None:
            key = item[1:] if isinstance(item, bytes) and item.startswith(b"/") else None
        else:
            found[key] = item
            key = None
    return found


def _decipher(raw: bytes) -> Decipher:
    """What turns an encrypted stream into a plain one under the empty password. Raises Rejected("encrypted")."""
    # what it finds broken it says to the screen
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    try:
        decrypt = PDFDocument(PDFParser(io.BytesIO(raw))).decipher
    except PDFPasswordIncorrect as problem:
        raise Rejected("encrypted", "the PDF is protected by a password; save a copy without one") from problem
    except Exception as problem:
        # pdfminer raises anything at all on a broken file; what it cannot open nobody can look into
        raise Rejected("encrypted", "the PDF is encrypted in a way that is not known here") from problem
    handler = getattr(decrypt, "__self__", None)
    if decrypt is None or handler is None:
        # the word stands in the file, but no table of objects that is in force names it
        return lambda number, generation, data: data
    method = getattr(handler, "cfm", {}).get(getattr(handler, "strf", None), getattr(handler, "decrypt_rc4", None))
    if getattr(method, "__name__", "") != "decrypt_rc4":
        return lambda number, generation, data: bytes(decrypt(number, generation, data, {}))
    # pdfminer's own RC4 takes 20 seconds a megabyte
    return lambda number, generation, data: _rc4(handler.key, number, generation, data)


def _rc4(key: bytes, number: int, generation: int, data: bytes) -> bytes:
    """ISO 32000-1, algorithm 1."""
    salted = key + number.to_bytes(4, "little")[:3] + generation.to_bytes(4, "little")[:2]
    own = hashlib.md5(salted, usedforsecurity=False).digest()[: min(16, len(key) + 5)]
    try:
        return Cipher(ARC4(own), mode=None).decryptor().update(data)
    except ValueError:
        # keys of a length that only PDF knows
        return bytes(Arcfour(own).decrypt(data))

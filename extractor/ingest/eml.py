"""E-mail (.eml, RFC 5322 and MIME): the body as a letter, then each attachment that can be read under its name.

What was quoted from earlier mails stays, without the marks before its lines. An attachment that cannot be read is
named in a warning and never stops the rest.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime
from typing import TypeVar

from extractor.errors import Rejected, too_large
from extractor.ingest.detect import declared_format, decode_as, detect
from extractor.ingest.layout import SEPARATOR, Reading, clean, lay_out
from extractor.ingest.mail_text import body_pieces, unflowed
from extractor.ingest.publishers import out_of_capitals
from extractor.ingest.readers import read_as
from extractor.records import Block
from extractor.settings import Settings

# A forwarded mail in a forwarded mail in a forwarded mail is the last that is read.
MAX_FORWARDED = 3
MAX_ATTACHMENTS = 50
MAX_NESTING = 30
MAX_PARTS = 25_000
# A plain alternative that holds less than this share of the words of the page beside it only points at that page.
PLAIN_SHARE = 0.5
# A mail that is encrypted as a whole, or wrapped up whole in its signature.
_SEALED = ("application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted")
# Signatures are there for machines: nobody misses them.
_SILENT = ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature")
_TEXT_TYPES = ("text/plain", "text/markdown", "text/x-markdown", "text/html")
_Answer = TypeVar("_Answer")
_REPLY = re.compile(r"(?:\s*(?:re|fwd?|aw)\s*:\s*)+", re.IGNORECASE)
# Health and government mail systems put the organisation in brackets: "SMITH, Jane (NHS ENGLAND - X24)".
_ORGANISATION = re.compile(r"\(([A-Z][\w&', ]{5,60}?)(?:\s+-\s+\w{2,6})?\)\s*$")


@dataclass(slots=True)
class _Parts:
    """The leaves of a message: what makes its body, in order, and what is attached to it; how many there were."""

    settings: Settings
    body: list[Message] = field(default_factory=list)
    attached: list[Message] = field(default_factory=list)
    seen: int = 0


def read(raw: bytes, settings: Settings) -> Reading:
    """Read an .eml file. Raises Rejected: "encrypted", "no-text" with what became of its parts, "too-large" for many
    attachments, "damaged" for absurd nesting.
    """
    return _read(_parsed(raw), settings, MAX_FORWARDED)


def _parsed(raw: bytes) -> Message:
    return BytesParser(EmailMessage, policy=policy.default).parsebytes(raw)


def _read(message: Message, settings: Settings, forwards: int) -> Reading:
    parts = _Parts(settings)
    _sort(message, parts, 0)
    if len(parts.attached) > MAX_ATTACHMENTS:
        raise too_large(f"{len(parts.attached)} attachments", MAX_ATTACHMENTS)
    joined = _Joined()
    for part in parts.body:
        try:
            joined.add(*_body(part, settings))
        except Rejected as refusal:
            joined.warnings.append(f"a part of the mail was not read: {refusal.reason}: {refusal.detail}")
    for number, part in enumerate(parts.attached, start=1):
        name = _name(part) or f"number {number}"
        try:
            reading = _attachment(part, name, settings, forwards)
        except Rejected as refusal:
            joined.warnings.append(f"the attachment {name} was not read: {refusal.reason}: {refusal.detail}")
            continue
        joined.add(*_heading(name))
        joined.add(reading.text, tuple(_lowered(block) for block in reading.blocks))
        joined.warnings.extend(f"the attachment {name}: {warning}" for warning in reading.warnings)
    if not joined.blocks and joined.warnings:
        raise Rejected("no-text", f"the mail holds no text that can be read: {'; '.join(joined.warnings)[:300]}")
    return Reading(
        SEPARATOR.join(joined.texts),
        tuple(joined.blocks),
        embedded=_embedded(message),
        hints={"kind": "letter", **_publisher(message)},
        warnings=tuple(joined.warnings),
    )


@dataclass(slots=True)
class _Joined:
    """Texts one below the other, with the blocks of each moved to its place."""

    texts: list[str] = field(default_factory=list)
    length: int = 0
    blocks: list[Block] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def add(self, text: str, blocks: tuple[Block, ...]) -> None:
        if not blocks:
            return
        if self.texts:
            self.length += len(SEPARATOR)
        by = self.length
        self.texts.append(text)
        self.length += len(text)
        self.blocks.extend(
            replace(
                block,
                start=block.start + by,
                end=block.end + by,
                cells=tuple(replace(cell, start=cell.start + by, end=cell.end + by) for cell in block.cells),
            )
            for block in blocks
        )


def _lowered(block: Block) -> Block:
    """A block of an attachment: its headings go below the attachment's own; its pages are none of the mail's."""
    return replace(block, page=None, level=min(6, block.level + 1) if block.kind == "heading" else block.level)


def _heading(name: str) -> tuple[str, tuple[Block, ...]]:
    text = f"Attachment: {name}"
    return text, (Block("heading", 0, len(text), level=1),)


def _sort(part: Message, parts: _Parts, nesting: int) -> None:
    """Sort the leaves below a part into body and attachments."""
    kind = _type(part)
    if kind in _SEALED and not nesting:
        raise Rejected("encrypted", "the mail is encrypted or sealed; save a copy that is not")
    parts.seen += 1
    if parts.seen > MAX_PARTS:
        raise Rejected("too-large", f"the mail has more than {MAX_PARTS:,} parts")
    if nesting > MAX_NESTING:
        raise Rejected("damaged", f"the mail is nested more than {MAX_NESTING} parts deep")
    if kind == "message/rfc822" or not part.is_multipart():
        if _is_attached(part, kind):
            parts.attached.append(part)
        elif kind in ("text/plain", "text/html"):
            parts.body.append(part)
    elif kind == "multipart/alternative":
        _sort_alternatives(part, parts, nesting)
    else:
        for inner in _inner(part):
            _sort(inner, parts, nesting + 1)


def _sort_alternatives(part: Message, parts: _Parts, nesting: int) -> None:
    """Of several forms of the same text take one: the plain one if it holds the text; what hangs on any is attached."""
    forms: list[_Parts] = []
    for inner in _inner(part):
        form = _Parts(parts.settings)
        _sort(inner, form, nesting + 1)
        parts.attached.extend(form.attached)
        if form.body:
            forms.append(form)
    if not forms:
        return
    words = [sum(_word_count(leaf, parts.settings) for leaf in form.body) for form in forms]
    plain = [all(_type(leaf) == "text/plain" for leaf in form.body) for form in forms]
    good = [at for at in range(len(forms)) if plain[at] and words[at] >= PLAIN_SHARE * max(words)]
    best = good[0] if good else max(range(len(forms)), key=lambda at: words[at])
    parts.body.extend(forms[best].body)


def _word_count(part: Message, settings: Settings) -> int:
    try:
        return len(_body(part, settings)[0].split())
    except Rejected:
        # what cannot be read holds nothing that would count against another form
        return 0


def _inner(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    return (inner for inner in payload if isinstance(inner, Message)) if isinstance(payload, list) else iter(())


def _is_attached(part: Message, kind: str) -> bool:
    """Whether a leaf is an attachment that a reader of the mail would see as one."""
    if kind in _SILENT:
        return False
    attached = (_header(part, "Content-Disposition") or "").strip().casefold().startswith("attachment")
    if kind.startswith("image/"):
        return attached
    return attached or bool(_name(part)) or kind not in ("text/plain", "text/html")


def _body(part: Message, settings: Settings) -> tuple[str, tuple[Block, ...]]:
    text = _decoded(part)
    if _type(part) == "text/html":
        # the mark says that the character set is settled, whatever the page itself claims
        reading = read_as("html", b"\xef\xbb\xbf" + text.encode("utf-8", "replace"), settings)
        return reading.text, reading.blocks
    if str(_parameter(part, "format")).casefold() == "flowed":
        text = unflowed(text, delete_space=str(_parameter(part, "delsp")).casefold() == "yes")
    return lay_out(body_pieces(text))


def _attachment(part: Message, name: str, settings: Settings, forwards: int) -> Reading:
    kind = _type(part)
    forwarded = next(_inner(part), None) if kind == "message/rfc822" else None
    raw = _bytes(part) if forwarded is None else b""
    format = detect(raw, name) if forwarded is None else "eml"
    if format == "eml":
        if not forwards:
            raise Rejected("unreadable", f"mails in mails are read to a depth of {MAX_FORWARDED}")
        reading = _read(_parsed(raw) if forwarded is None else forwarded, settings, forwards - 1)
    elif format in ("text", "markdown") and declared_format(name) is None and kind not in _TEXT_TYPES:
        # calendars, address cards and tables of figures are characters, too, but no document
        raise Rejected("unreadable", f"data of the type {kind}")
    else:
        reading = read_as(format, raw, settings)
    if not reading.blocks:
        raise Rejected("no-text", "it holds no text")
    return reading


def _bytes(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except Exception as problem:
        # the decoders raise whatever the broken bytes lead them to
        raise Rejected("damaged", "its transfer encoding cannot be undone") from problem
    return payload if isinstance(payload, bytes) else b""


def _decoded(part: Message) -> str:
    """The text of a part by the character set that it declares, where that is a known one and holds; else by its look.

    Raises Rejected (see `detect.decode`).
    """
    return decode_as(_bytes(part), str(_parameter(part, "charset") or "utf-8"))


def _type(part: Message) -> str:
    return _asked(part.get_content_type, "text/plain")


def _parameter(part: Message, name: str) -> object:
    return _asked(lambda: part.get_param(name), None)


def _header(part: Message, name: str) -> str | None:
    value = _asked(lambda: str(part.get(name) or ""), "")
    return clean(value) or None


def _asked(question: Callable[[], _Answer], otherwise: _Answer) -> _Answer:
    """What the library says of a header; of one that it cannot parse, what stands for a header that is not there."""
    try:
        return question()
    except Exception:
        # the library's parser of structured headers raises anything at all on a broken one
        return otherwise


def _name(part: Message) -> str | None:
    """What an attachment is called: its file's name, for a forwarded mail its subject."""
    name = clean(_asked(lambda: part.get_filename() or "", ""))
    if not name and _type(part) == "message/rfc822":
        inner = next(_inner(part), None)
        name = (_header(inner, "Subject") or "forwarded message") if inner is not None else ""
    return name or None


def _embedded(message: Message) -> dict[str, str]:
    found: dict[str, str] = {}
    subject = _header(message, "Subject") or ""
    if reply := _REPLY.match(subject):
        subject = subject[reply.end() :]
    if subject:
        found["title"] = subject
    try:
        found["published"] = parsedate_to_datetime(_header(message, "Date") or "").date().isoformat()
    except (ValueError, TypeError, OverflowError, IndexError):
        # a mail without a date that can be read is dated by its text
        return found
    return found


def _publisher(message: Message) -> dict[str, str]:
    name, _ = parseaddr(_header(message, "From") or "")
    stated = _ORGANISATION.search(name)
    if stated is None:
        return {}
    return {"publisher": out_of_capitals(stated.group(1))}

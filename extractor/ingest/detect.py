"""Which format a file has, judged by its content; its name only settles what the content leaves open."""

import re
from pathlib import PurePath

import puremagic
from charset_normalizer import from_bytes

from extractor.errors import Rejected
from extractor.ingest.archive import open_archive

FORMATS = ("pdf", "docx", "odt", "rtf", "eml", "html", "markdown", "text")
_FORMAT_OF = {
    ".pdf": "pdf",
    ".docx": "docx",
    ".odt": "odt",
    ".fodt": "odt",
    ".rtf": "rtf",
    ".eml": "eml",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".text": "text",
}
# Endings of the files that a folder is searched for; a file named by itself is read whatever it is called.
ENDINGS = frozenset(_FORMAT_OF)
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?>.*?-->)\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_HTML_BLOCK = re.compile(r"<(?:p|div|h[1-6]|ul|ol|li|table|section|article|main)\b[^<>]*>", re.I)
_FRONT_MATTER = re.compile(
    r"\s*(?P<fence>---|\+\+\+)[ \t]*\r?\n(?P<matter>.{0,100000}?)^(?P=fence)[ \t]*\r?(?:\n|\Z)", re.S | re.M
)
_LATIN_1 = frozenset(("iso-8859-1", "latin-1", "latin1", "ascii", "us-ascii"))
_MARKDOWN_SIGN = re.compile(
    r"^#{1,6} \S|\[[^\[\]\n]+\]\(https?://[^)\s]+\)|^\|?(?=[ :-]*---)[ :-]++\|[ |:-]*$|^```", re.M
)
_FLAT_ODT = re.compile(
    rb"<(?:\w+:)?document\s[^>]*?mimetype\s*=\s*[\"']application/vnd\.oasis\.opendocument\.text[\"']"
)
_MAIL_HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]{1,60}):[ \t]?[^\r\n]*(?:\r?\n[ \t]+[^\r\n]*)*\r?\n")
# What stands at the head of a memo as well as of a mail, and what only mail programs write.
_WRITTEN_HEADERS = frozenset((b"from", b"to", b"subject", b"date"))
_MACHINE_HEADERS = frozenset(
    (
        b"mime-version",
        b"received",
        b"message-id",
        b"return-path",
        b"content-type",
        b"content-transfer-encoding",
        b"delivered-to",
        b"dkim-signature",
        b"arc-seal",
        b"thread-index",
        b"in-reply-to",
        b"references",
    )
)
_WORD_PART = re.compile(rb"(?:wordprocessingml\.(?:document|template)|ms-word\.\w+\.macroEnabled\w*)\.main\+xml")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def declared_format(name: str) -> str | None:
    """The format that a file's ending claims, None for an unknown ending."""
    return _FORMAT_OF.get(PurePath(name).suffix.lower())


def detect(raw: bytes, name: str) -> str:
    """The format of a file's content, one of FORMATS. Raises Rejected where no reader can take it, saying why."""
    if not raw.strip(b"\x00\t\n\r\f\v "):
        raise Rejected("empty", "the file holds nothing but white space" if raw else "the file is empty")
    if _is_mail(raw, name):
        return "eml"
    if b"%PDF-" in raw[:1024]:
        return "pdf"
    if raw.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _inside_zip(raw)
    if raw.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in raw:
            raise Rejected("encrypted", "the Office document is protected by a password; save a copy without one")
        raise Rejected("unreadable", "an Office file of before 2007; save it as .docx or PDF")
    if raw.startswith(b"{\\rtf"):
        return "rtf"
    if _FLAT_ODT.search(raw[:10_000]):
        return "odt"
    return _format_of_text(decode(raw), name)


def decode(raw: bytes) -> str:
    """The text of a file's bytes: UTF-8 and UTF-16 (with or without a byte-order mark), else the charset it looks like.

    Raises Rejected("binary") for what is no text.
    """
    for mark, codec in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            try:
                return raw.decode(codec)
            except UnicodeDecodeError as problem:
                raise Rejected("damaged", f"the file announces {codec} but is not: {problem.reason}") from problem
    wide = _utf16_without_mark(raw)
    if wide is not None:
        return wide
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = _legacy(raw)
    if len(_CONTROL.findall(text)) > _stray(len(text)):
        raise Rejected("binary", _what_binary(raw))
    return text


def decode_as(raw: bytes, charset: str) -> str:
    """The text of bytes in the character set that they are declared to be in, where that is a known one and holds.

    Else as `decode`, which see for what is raised.
    """
    name = charset.casefold()
    try:
        # browsers and mail programs write Windows-1252 and call it Latin-1
        return raw.decode("cp1252" if name in _LATIN_1 else name)
    except (LookupError, ValueError):
        return decode(raw)


def front_matter(text: str) -> re.Match[str] | None:
    """The block of YAML (between lines of three hyphens) or TOML (three plus signs) that a text opens with.

    Its groups are "fence" and "matter"; None where there is none.
    """
    return _FRONT_MATTER.match(text)


def _utf16_without_mark(raw: bytes) -> str | None:
    """Decode UTF-16 that lost its mark: in mostly Latin text every second byte is zero."""
    if len(raw) < 4 or len(raw) % 2:
        return None
    sample = raw[:4000]
    half = len(sample) // 2
    for codec, zeros in (("utf-16-le", sample[1::2].count(0)), ("utf-16-be", sample[0::2].count(0))):
        if zeros > 0.7 * half and sample.count(0) < 1.2 * zeros:
            try:
                return raw.decode(codec)
            except UnicodeDecodeError:
                return None
    return None


def _legacy(raw: bytes) -> str:
    if len(_CONTROL.findall(raw[:100_000].decode("latin-1"))) > _stray(len(raw[:100_000])):
        raise Rejected("binary", _what_binary(raw))
    try:
        # What an English document in one byte a character nearly always is; five byte values are undefined in it.
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        best = from_bytes(raw).best()
    if best is None:
        raise Rejected("unreadable", "the text is in no character set that could be recognised") from None
    return str(best)


def _stray(length: int) -> int:
    """How many control characters a text of this length may hold by accident and be a text."""
    return max(3, length // 500)


def _is_mail(raw: bytes, name: str) -> bool:
    """Whether a file opens with the headers of a mail: a file named .eml needs two of them, any other must be plainly
    written by a mail program, since letters and memos begin with "To:" and "From:", too.
    """
    names: set[bytes] = set()
    at = len(raw) - len(raw.lstrip(b"\xef\xbb\xbf\r\n"))
    # far more than any mail carries; a text of such lines is not searched to its end
    end = at + 100_000
    while at < end and (header := _MAIL_HEADER.match(raw, at, end)) is not None:
        names.add(header.group(1).lower())
        at = header.end()
    written, machine = len(names & _WRITTEN_HEADERS), len(names & _MACHINE_HEADERS)
    if declared_format(name) == "eml":
        return written + len(names & {b"mime-version", b"received"}) >= 2
    return written >= 1 and machine >= 2


def _inside_zip(raw: bytes) -> str:
    """The format of a zip archive, by the type that the package states and by the parts that it holds."""
    with open_archive(raw) as archive:
        types = archive.part("[Content_Types].xml") or b""
        kind = (archive.part("mimetype") or b"")[:100]
        names = archive.names
    # Word's own name for the part; where it is another one, the package says so
    if "word/document.xml" in names or _WORD_PART.search(types):
        return "docx"
    if b"opendocument.text" in kind or (not kind and {"content.xml", "META-INF/manifest.xml"} <= names):
        return "odt"
    if b"opendocument" in kind:
        raise Rejected("unreadable", "an OpenDocument file that is no text (.odt); save it as PDF")
    raise Rejected("unreadable", "a zip archive that is no Word document (it has no word/document.xml)")


def _format_of_text(text: str, name: str) -> str:
    declared = declared_format(name)
    if _HTML_START.match(text[:5000]):
        return "html"
    if declared != "text" and front_matter(text) is not None:
        return "markdown"
    tags = len(_HTML_BLOCK.findall(text[:50_000]))
    if declared == "html" and tags:
        return "html"
    if declared == "markdown":
        return "markdown"
    if tags >= 5 and text.lstrip().startswith("<"):
        return "html"
    if declared != "text" and len(_MARKDOWN_SIGN.findall(text[:50_000])) >= 2:
        return "markdown"
    return "text"


def _what_binary(raw: bytes) -> str:
    try:
        guess = puremagic.from_string(raw[:100_000])
    except (puremagic.PureError, ValueError):
        return "the file is binary data of no format known here"
    return f"the file is binary data (it looks like {str(guess).lstrip('.')})"

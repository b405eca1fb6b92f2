"""Which format a file has, judged by its content; its name only settles what the content leaves open."""

import io
import re
import zipfile
from pathlib import PurePath

import puremagic
from charset_normalizer import from_bytes

from extractor.errors import Rejected

FORMATS = ("pdf", "docx", "html", "markdown", "text")
_FORMAT_OF = {
    ".pdf": "pdf",
    ".docx": "docx",
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
_FRONT_OPENS = re.compile(r"\s*---[ \t]*\r?\n")
_FRONT_CLOSES = re.compile(r"^---[ \t]*\r?$", re.M)
_MARKDOWN_SIGN = re.compile(
    r"^#{1,6} \S|\[[^\[\]\n]+\]\(https?://[^)\s]+\)|^\|?(?=[ :-]*---)[ :-]++\|[ |:-]*$|^```", re.M
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def declared_format(name: str) -> str | None:
    """The format that a file's ending claims, None for an unknown ending."""
    return _FORMAT_OF.get(PurePath(name).suffix.lower())


def detect(raw: bytes, name: str) -> str:
    """The format of a file's content, one of FORMATS. Raises Rejected where no reader can take it, saying why."""
    if not raw.strip(b"\x00\t\n\r\f\v "):
        raise Rejected("empty", "the file holds nothing but white space" if raw else "the file is empty")
    if b"%PDF-" in raw[:1024]:
        return "pdf"
    if raw.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _inside_zip(raw)
    if raw.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in raw:
            raise Rejected("encrypted", "the Office document is protected by a password; save a copy without one")
        raise Rejected("unreadable", "an Office file of before 2007; save it as .docx or PDF")
    if raw.startswith(b"{\\rtf"):
        raise Rejected("unreadable", "a rich text file (RTF); save it as .docx or PDF")
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


def is_front_matter(text: str) -> bool:
    """Whether a text opens with a YAML block between two lines of three hyphens."""
    beginning = text[:20_000]
    opening = _FRONT_OPENS.match(beginning)
    return opening is not None and _FRONT_CLOSES.search(beginning, opening.end()) is not None


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


def _inside_zip(raw: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            names = set(archive.namelist())
            if "word/document.xml" in names:
                return "docx"
            kind = archive.read("mimetype")[:100] if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, ValueError, NotImplementedError) as problem:
        raise Rejected("damaged", f"the file is a broken zip archive: {problem}") from problem
    if b"opendocument.text" in kind:
        raise Rejected("unreadable", "an OpenDocument text (.odt); save it as .docx or PDF")
    raise Rejected("unreadable", "a zip archive that is no Word document (it has no word/document.xml)")


def _format_of_text(text: str, name: str) -> str:
    declared = declared_format(name)
    if _HTML_START.match(text[:5000]):
        return "html"
    if declared != "text" and is_front_matter(text):
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

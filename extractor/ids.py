"""Short identifiers made from content, so that a permalink survives a re-run and another machine."""

import hashlib
import unicodedata

LENGTH = 16  # hex digits: 64 bits, a collision among ten million statements has a chance below one in 300,000


def content_hash(raw: bytes) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal: what tells one version of a document from the next."""
    return hashlib.sha256(raw).hexdigest()


def normalise(text: str) -> str:
    """Fold case, compatibility forms and white space, so that a re-typeset quote keeps its id."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def short_id(*parts: str) -> str:
    """A short id of the parts; unit separators keep ("ab", "c") apart from ("a", "bc")."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8")).hexdigest()[:LENGTH]


def document_id(
    *, url: str | None, publisher: str | None, title: str | None, published: str | None, sha256: str
) -> str:
    """Identity of a document: its URL, else publisher, title and date, else (any of them missing) its content."""
    if url:
        return short_id("url", normalise(url))
    if publisher and title and published:
        return short_id("work", normalise(publisher), normalise(title), published)
    return short_id("content", sha256)


def statement_id(document: str, quote: str, occurrence: int) -> str:
    """Identity of a statement: its document, its words, and which occurrence (from 0) of these words it is."""
    return short_id("statement", document, normalise(quote), str(occurrence))


def mention_id(document: str, quote: str, occurrence: int) -> str:
    """Identity of a mention, as that of a statement; words that become a statement in a later run get another."""
    return short_id("mention", document, normalise(quote), str(occurrence))

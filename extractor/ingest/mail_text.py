"""The plain text of a mail as pieces: quoted lines without their marks, soft line ends of "flowed" text undone."""

import re
from collections.abc import Iterator

from extractor.ingest.layout import Piece
from extractor.ingest.lines import shown_sign
from extractor.ingest.text import blocks_of

_QUOTED = re.compile(r"(?:[ \t]?>)+[ \t]?")
# "On 3 May 2024, Jane Smith <jane@example.org> wrote:", which mail programs break into two lines.
_BROKEN_ATTRIBUTION = re.compile(
    r"^((?:>[ \t]?)*On[ \t][^\n]{8,160}\S)[ \t]*\n(?:>[ \t]?)*([^\n]{0,80}\bwrote:)[ \t]*$", re.M
)
_ATTRIBUTION = re.compile(r".{1,250}\bwrote:|-{3,}\s*(?:original|forwarded) message\s*-{3,}", re.I | re.S)
# What closes a mail: the lines below it are a name, a post, an address, and no headings.
_CLOSING = re.compile(
    r"(?:(?:with |kind |best |warm |kindest |many )*(?:regards|wishes|thanks)|thank you"
    r"|yours (?:sincerely|faithfully|ever)|sincerely|cheers)\b[^.]{0,40}",
    re.IGNORECASE,
)


def unflowed(text: str, *, delete_space: bool = False) -> str:
    """Join the lines of "format=flowed" text (RFC 3676): one that ends in a space goes on in the next."""
    result: list[str] = []
    open_at: int | None = None
    for line in text.replace("\r\n", "\n").split("\n"):
        depth, words = _quote(line)
        # a space is put before lines that begin with one, with a mark of quotation or with "From"
        words = words.removeprefix(" ") if not depth else words
        flows = words.endswith(" ") and words != "-- "
        shown = words[:-1] if flows and delete_space else words
        if open_at == depth:
            result[-1] += shown
        else:
            result.append(">" * depth + (" " if depth else "") + shown)
        open_at = depth if flows else None
    return "\n".join(result)


def body_pieces(text: str) -> Iterator[Piece]:
    """The blocks of a mail's plain text as pieces."""
    text = _unquoted(_BROKEN_ATTRIBUTION.sub(r"\1 \2", text.replace("\r\n", "\n")))
    quoting = closed = False
    for block in blocks_of(text):
        words = text[block.start : block.end]
        if block.kind == "row":
            cells = tuple((cell.header, text[cell.start : cell.end]) for cell in block.cells)
            yield Piece("row", cells=cells)
            continue
        before = text[text.rfind("\n", 0, block.start) + 1 : block.start].strip()
        if block.kind == "item" and (before or not quoting):
            yield Piece("item", words, level=block.level, marker=shown_sign(before))
            continue
        # the colon after "wrote" opens no list, and the line is no heading of what was written
        attributed = _ATTRIBUTION.fullmatch(words) is not None
        quoting = attributed or (quoting and block.kind == "item")
        closed = not attributed and (closed or _CLOSING.fullmatch(words) is not None)
        kind = "paragraph" if attributed or closed or block.kind == "item" else block.kind
        yield Piece(kind, words, level=block.level if kind == "heading" else 0)


def _unquoted(text: str) -> str:
    """The lines without marks of quotation, a blank line wherever the depth of quotation changes."""
    result: list[str] = []
    before = 0
    for line in text.split("\n"):
        depth, words = _quote(line)
        if depth != before:
            result.append("")
        result.append(words)
        before = depth
    return "\n".join(result)


def _quote(line: str) -> tuple[int, str]:
    found = _QUOTED.match(line)
    return (found.group().count(">"), line[found.end() :]) if found else (0, line)

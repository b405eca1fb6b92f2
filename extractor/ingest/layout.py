"""What a reader hands on, and the builder that makes one canonical text of pieces of layout, with blocks into it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from extractor.records import Block, BlockKind, Cell

SEPARATOR = "\n\n"
CELL_SEPARATOR = " | "
INDENT = "  "

# Typographic ligatures come out of PDF fonts as single characters; no search would ever find "ﬁrst".
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_MENDED = str.maketrans(
    # soft hyphens, zero-width characters, byte-order marks, and the object and replacement marks of embedded pictures
    {**_LIGATURES, **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff\ufffc\ufffe\uffff")}
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A block before it has a place: its words, and for a row its cells as (header, words), left to right.

    `marker` is what stands before an item in the canonical text ("-", "3.", "(a)").
    """

    kind: BlockKind
    text: str = ""
    level: int = 0
    page: int | None = None
    cells: tuple[tuple[str, str], ...] = ()
    marker: str = "-"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader makes of a file: the canonical text, its blocks, and the metadata that the file itself carries.

    `embedded` holds fields of the sidecar's names ("title", "published" as an ISO day or month…). `hints` holds weaker
    evidence of the same fields, such as the day on which the file was made, which a date in the text outweighs.
    """

    text: str
    blocks: tuple[Block, ...]
    embedded: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)
    pages: int | None = None
    warnings: tuple[str, ...] = ()


def clean(text: str) -> str:
    """Mend a stretch of text: white space to single spaces, ligatures spelt out, invisible characters dropped."""
    return _SPACE.sub(" ", _CONTROL.sub(" ", text.translate(_MENDED))).strip()


def lay_out(pieces: Iterable[Piece]) -> tuple[str, tuple[Block, ...]]:
    """Place pieces one below the other and return (canonical text, blocks); pieces without words are left out."""
    parts: list[str] = []
    blocks: list[Block] = []
    length = 0

    def add(part: str) -> int:
        nonlocal length
        parts.append(part)
        start, length = length, length + len(part)
        return start

    for piece in pieces:
        filled = [(clean(header), clean(words)) for header, words in piece.cells]
        filled = [(header, words) for header, words in filled if words]
        text = clean(piece.text)
        if not (filled if piece.kind == "row" else text):
            continue
        if parts:
            add(SEPARATOR)
        if piece.kind == "row":
            cells: list[Cell] = []
            for header, words in filled:
                if cells:
                    add(CELL_SEPARATOR)
                start = add(words)
                cells.append(Cell(header, start, length))
            blocks.append(Block("row", cells[0].start, length, page=piece.page, cells=tuple(cells)))
            continue
        level = piece.level
        if piece.kind == "item":
            level = max(1, level)
            add(f"{INDENT * (level - 1)}{piece.marker} ")
        elif piece.kind == "heading":
            level = min(6, max(1, level))
        start = add(text)
        blocks.append(Block(piece.kind, start, length, level=level, page=piece.page))
    return "".join(parts), tuple(blocks)


def table(
    rows: list[list[str]], *, header: bool | None = None, page: int | None = None, carried: Sequence[str] = ()
) -> list[Piece]:
    """Rows of cell texts as pieces. `header` says whether the first row names the columns (None: judge by its look).

    `carried` are the names of the columns of the table that this one goes on with, where it names none itself.
    """
    rows = [row for row in rows if any(clean(cell) for cell in row)]
    if not rows:
        return []
    if header is None:
        header = looks_like_header(rows)
    names = rows[0] if header else list(carried)
    pieces = []
    for number, row in enumerate(rows):
        own = [] if header and number == 0 else names
        cells = tuple((own[i] if i < len(own) else "", cell) for i, cell in enumerate(row))
        pieces.append(Piece("row", page=page, cells=cells))
    return pieces


def looks_like_header(rows: list[list[str]]) -> bool:
    """Whether the first row names columns: several cells, all filled, short, no sentences, no bare figures."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    cells = [clean(cell) for cell in rows[0]]
    named = [cell for cell in cells if cell]
    return len(named) >= len(cells) - 1 and all(
        len(cell.split()) <= 8 and not cell.endswith((".", ";")) and not cell[0].isdigit() for cell in named
    )

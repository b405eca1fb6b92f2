"""The pages of tests/ingest/pages with the blocks that are expected of each, and how far an extractor's blocks agree.

A gold file gives metadata, a line a field, then a blank line, then a block a line: `h2` a heading of level 2, `p` a
paragraph, `i2 -` an item of depth 2 with its marker, `r` a row of cells ("header ⇒ words"), `n` a footnote.
"""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from extractor.records import Block, Document

FOLDER = Path(__file__).with_name("pages")
NAMES = sorted(path.stem for path in FOLDER.glob("*.html"))
_KINDS = {"heading": "h", "paragraph": "p", "item": "i", "row": "r", "footnote": "n"}


@dataclass(frozen=True, slots=True)
class Expected:
    """What a page should come out as: metadata fields, and the blocks as lines of the gold file."""

    fields: dict[str, str]
    blocks: list[str]


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares from 0 to 1 of blocks found whole, blocks that are the page's, items at their depth, cells named."""

    recall: float
    precision: float
    depth: float
    named: float


def page(name: str) -> bytes:
    return (FOLDER / f"{name}.html").read_bytes()


def expected(name: str) -> Expected:
    fields, _, blocks = (FOLDER / f"{name}.gold.txt").read_text(encoding="utf-8").partition("\n\n")
    return Expected(dict(line.split(": ", 1) for line in fields.splitlines()), blocks.splitlines())


def written(document: Document) -> list[str]:
    """A document's blocks as lines of a gold file."""
    return [_line(document.text, block) for block in document.blocks]


def _line(text: str, block: Block) -> str:
    words = text[block.start : block.end]
    if block.kind == "row":
        cells = [(cell.header, text[cell.start : cell.end]) for cell in block.cells]
        words = " | ".join(f"{header} ⇒ {said}" if header else said for header, said in cells)
    elif block.kind == "item":
        words = f"{text[text.rfind(chr(10), 0, block.start) + 1 : block.start].strip()} {words}".strip()
    level = str(block.level) if block.kind in ("heading", "item") else ""
    return f"{_KINDS[block.kind]}{level} {words}"


def figures(found: list[str], gold: list[str]) -> Figures:
    """How far blocks agree with the gold ones; both as lines of a gold file. Markers and the kind do not count."""
    have, want = Counter(map(_words, found)), Counter(map(_words, gold))
    hits = (have & want).total()
    items, got_items = _items(gold), _items(found)
    cells, got_cells = _cells(gold), _cells(found)
    return Figures(
        recall=hits / want.total(),
        precision=hits / max(1, have.total()),
        depth=(items & got_items).total() / items.total() if items else 1.0,
        named=(cells & got_cells).total() / cells.total() if cells else 1.0,
    )


def _words(line: str) -> str:
    kind, _, rest = line.partition(" ")
    if kind.startswith("i"):
        rest = re.sub(r"^(?:[-☑]|\(?\w{1,4}[.)]|\d+\.\d+) ", "", rest)
    if kind == "r":
        rest = " ".join(cell.split(" ⇒ ", 1)[-1] for cell in rest.split(" | "))
    return " ".join(re.findall(r"\w+", rest.casefold()))


def _items(lines: list[str]) -> Counter[str]:
    return Counter(f"{line[1]} {_words(line)}" for line in lines if re.match(r"i\d", line))


def _cells(lines: list[str]) -> Counter[str]:
    rows = [line[2:].split(" | ") for line in lines if line.startswith("r ")]
    return Counter(" ".join(cell.split()) for row in rows for cell in row if " ⇒ " in cell)

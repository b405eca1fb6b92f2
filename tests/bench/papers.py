"""Documents to measure whole runs on: letters, minutes and plans of our own labelled passages, in the formats that
offices use. The same number gives the same bytes.

Statements are one passage in five, as in what public bodies publish; in the labelled documents they are two in five.
"""

import html
import io
import json
import random
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, groupby, islice
from pathlib import Path
from typing import Any

import docx

from tests.bench.find import LABELS
from tests.pdfs.draw import make
from tests.pdfs.spec import Block, Heading, Item, Look, Paragraph, Spec, Table

Unit = dict[str, Any]

# Of ten documents six are letters, three are minutes, one is a plan; so many passages each has at least and at most.
SIZES = (*6 * ((15, 60),), *3 * ((80, 160),), (300, 700))
LETTERS = ((15, 30),)
# Every third of the labelled statements in turn, beside all passages that state nothing: one in five.
THIRDS = 3
SENTENCES = 4
FIRST_DAY = date(2015, 1, 5)
# What a page holds where the format has none.
WORDS_A_PAGE = 400
LOOKS = (
    Look(header="plain", footer="plain", numbers="of", justify=True, hyphenate=True),
    Look(columns=2, margins=(50, 60, 50, 70), size=9.5, header="plain", numbers="bare"),
    Look(font="Vera", size=10, numbers="bare"),
)


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that is still to be written in some format; units are those of the label files."""

    title: str
    publisher: str
    published: date
    units: tuple[Unit, ...]

    @property
    def opening(self) -> tuple[str, ...]:
        """The lines that say who publishes it, and when."""
        return (self.publisher, f"Published {self.published.day} {self.published:%B %Y}")


def units() -> Iterator[tuple[Unit, Unit]]:
    """The units of the labelled documents, each with its document, over and over, one third of the statements at a
    time.
    """
    files = [
        [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        for file in sorted(LABELS.glob("*-[0-9][0-9].jsonl"))
    ]
    for turn in count():
        stating = count()
        for head, *rows in files:
            for row in rows:
                if row["label"] == "none" or next(stating) % THIRDS == turn % THIRDS:
                    yield head, row


def papers(number: int, *, sizes: Sequence[tuple[int, int]] = SIZES, seed: int = 8) -> Iterator[Paper]:
    """So many documents of lengths drawn from `sizes`, which follow one another through the labelled passages."""
    chance = random.Random(seed)
    stream = units()
    for n in range(number):
        taken = list(islice(stream, chance.randint(*sizes[n % len(sizes)])))
        head, _ = taken[0]
        day = FIRST_DAY + timedelta(days=chance.randrange(4_000))
        yield Paper(f"{head['title']}, paper {n + 1}", head["publisher"], day, tuple(unit for _, unit in taken))


def _blocks(paper: Paper) -> Iterator[tuple[str, list[Unit]]]:
    """The units as paragraphs of a few sentences, and tables of rows under one header; the others one by one."""
    for (kind, _), group in groupby(paper.units, key=lambda unit: (unit["type"], unit.get("header"))):
        alike = list(group)
        size = {"sentence": SENTENCES, "row": len(alike)}.get(kind, 1)
        for start in range(0, len(alike), size):
            yield kind, alike[start : start + size]


def _rows(alike: Sequence[Unit]) -> list[list[str]]:
    header = [str(name) for name in alike[0].get("header") or ["Action"]]
    rows = [header]
    for unit in alike:
        cells = [cell.strip() for cell in unit["text"].split("|")]
        rows.append([*cells, *[""] * len(header)][: len(header)])
    return rows


def _words(alike: Sequence[Unit]) -> str:
    return " ".join(unit["text"] for unit in alike)


def as_pdf(paper: Paper, number: int) -> tuple[bytes, int]:
    """The PDF, every other one tagged, in one of three looks; and how many pages it has."""
    blocks: list[Block] = [Heading(paper.title), *map(Paragraph, paper.opening)]
    for kind, alike in _blocks(paper):
        if kind == "row":
            header, *rows = _rows(alike)
            blocks.append(Table((tuple(header), *map(tuple, rows)), (1.0,) * len(header)))
        elif kind == "heading":
            blocks.append(Heading(_words(alike), min(alike[0].get("level", 2) + 1, 3)))
        else:
            blocks.append(Item(_words(alike)) if kind == "item" else Paragraph(_words(alike)))
    made = make(
        Spec(tuple(blocks), LOOKS[number % len(LOOKS)], title=paper.title), "tagged" if number % 2 else "untagged"
    )
    return made.raw, made.pages


def as_html(paper: Paper) -> str:
    """A page as a content management system would give it, with navigation around the text."""
    parts = [f"<h1>{html.escape(paper.title)}</h1>", *(f"<p>{html.escape(line)}</p>" for line in paper.opening)]
    for kind, alike in _blocks(paper):
        if kind == "row":
            header, *rows = _rows(alike)
            lines = [_row("th", header), *(_row("td", row) for row in rows)]
            parts.append(f"<table>{''.join(lines)}</table>")
        else:
            name = {"heading": f"h{min(alike[0].get('level', 2) + 1, 4)}", "item": "li"}.get(kind, "p")
            text = f"<{name}>{html.escape(_words(alike))}</{name}>"
            parts.append(f"<ul>{text}</ul>" if name == "li" else text)
    inside = "\n".join(parts)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{html.escape(paper.title)}</title></head>\n"
        '<body><nav><a href="/">Home</a> <a href="/news">News</a></nav>\n'
        f"<main>{inside}</main><footer>Contact us</footer></body></html>\n"
    )


def _row(name: str, cells: Sequence[str]) -> str:
    return "<tr>" + "".join(f"<{name}>{html.escape(cell)}</{name}>" for cell in cells) + "</tr>"


def as_word(paper: Paper) -> bytes:
    """A Word document with headings, bullets and tables."""
    document = docx.Document()
    document.add_heading(paper.title, 1)
    for line in paper.opening:
        document.add_paragraph(line)
    for kind, alike in _blocks(paper):
        if kind == "row":
            rows = _rows(alike)
            table = document.add_table(rows=0, cols=len(rows[0]))
            for row in rows:
                for cell, words in zip(table.add_row().cells, row, strict=True):
                    cell.text = words
        elif kind == "heading":
            document.add_heading(_words(alike), min(alike[0].get("level", 2) + 1, 4))
        else:
            document.add_paragraph(_words(alike), style="List Bullet" if kind == "item" else None)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def as_text(paper: Paper) -> str:
    """Plain text, wrapped at ninety characters."""
    parts = [paper.title, *paper.opening]
    for kind, alike in _blocks(paper):
        if kind == "row":
            parts.append("\n".join(" | ".join(row) for row in _rows(alike)))
        else:
            parts.append(textwrap.fill(("- " if kind == "item" else "") + _words(alike), 90))
    return "\n\n".join(parts) + "\n"


# Of twenty documents nine are PDF (the plans among them), five HTML, four Word and two plain text.
FORMATS = (
    *("pdf", "html", "pdf", "docx", "pdf", "html", "pdf", "txt", "docx", "pdf"),
    *("pdf", "html", "pdf", "docx", "pdf", "html", "docx", "txt", "html", "pdf"),
)


def write(paper: Paper, number: int, folder: Path) -> int:
    """Write the document in the format of its number; returns its pages (for formats without, by its words)."""
    ending = FORMATS[number % len(FORMATS)]
    file = folder / f"paper-{number:04}.{ending}"
    if ending == "pdf":
        raw, pages = as_pdf(paper, number)
        file.write_bytes(raw)
        return pages
    if ending == "docx":
        file.write_bytes(as_word(paper))
    else:
        written: Callable[[Paper], str] = as_html if ending == "html" else as_text
        file.write_text(written(paper), encoding="utf-8")
    return -(-len(_words(paper.units).split()) // WORDS_A_PAGE)

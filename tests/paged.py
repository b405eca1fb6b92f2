"""A PDF of two pages with two commitments, stored with the boxes of their words, for all that deals with its pages."""

import textwrap
from dataclasses import replace
from pathlib import Path

import sqlite_utils

from extractor.ids import statement_id
from extractor.ingest import read_bytes
from extractor.ingest.pdf.boxes import boxes_of
from extractor.records import Analysis, Statement
from extractor.settings import Settings
from extractor.store import originals, writer
from extractor.store.schema import open_database
from tests.ingest.builders import lines, make_pdf

RUN = {"version": "1", "settings": "s", "models": "m"}
FIRST = "The department will publish the survey of the harbour by June and send it to the pilots and masters."
SECOND = "The trustees will open a school."
OVER = "The board will report to the House each spring and the House will answer it."


def letter(word: str = "harbour") -> bytes:
    """The file; with another word it is another version of it."""
    opening, over = textwrap.wrap(FIRST.replace("harbour", word), 70), textwrap.wrap(OVER, 40)
    filling = [f"Line {number} says nothing that anybody will ever have to keep." for number in range(40)]
    return make_pdf(
        [
            lines(*opening, *filling, over[0], top=770, leading=15),
            lines(*over[1:], "", SECOND, top=770),
        ]
    )


def analysis(raw: bytes, name: str = "letter.pdf", **metadata: str | None) -> Analysis:
    """The file read, with a commitment at each of the words above that it has."""
    given = {"title": "A letter", "publisher": "The Harbour Board", "url": f"https://example.org/{name}"}
    fields = {key: value for key, value in {**given, **metadata}.items() if value is not None}
    document = read_bytes(raw, name, overrides=fields)
    found = []
    for words in (FIRST, SECOND, OVER):
        start = document.text.find(words)
        if start < 0:
            continue
        found.append(
            Statement(
                id=statement_id(document.id, words, 0),
                document_id=document.id,
                label="commitment",
                quote=words,
                start=start,
                end=start + len(words),
                page=1,
                heading=(),
                lead_in=None,
                confidence=0.9,
                strength="firm",
            )
        )
    boxes = boxes_of(raw, document, [(s.start, s.end) for s in found])
    return replace(
        Analysis(document, (), tuple(found)),
        boxes={s.id: tuple(lines) for s, lines in zip(found, boxes, strict=True)},
    )


def save(
    db: sqlite_utils.Database, raw: bytes, *, settings: Settings, name: str = "letter.pdf", **metadata: str | None
) -> Analysis:
    """Store the file as a run would, without finding or linking anything."""
    made = analysis(raw, name, **metadata)
    run = writer.start_run(db, **RUN)
    writer.save_analysis(db, made, run)
    originals.keep(db, made.document.id, raw, settings=settings)
    originals.settle(db, settings=settings)
    writer.finish_run(db, run, unchanged=0)
    return made


def opened(path: Path) -> sqlite_utils.Database:
    """A new database."""
    return open_database(path, create=True)

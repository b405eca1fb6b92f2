"""Labelled documents with every statement given: what the finders of fields make of them when the label is right."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from extractor.find.confidence import UNCOUNTED, Field, Rates
from extractor.find.describe import describe
from extractor.find.statement import Decision
from extractor.ids import content_hash
from extractor.ingest import read
from extractor.ingest.days import parse_day
from extractor.parse import parse
from extractor.present import read_jsonl
from extractor.records import Analysis, Block, BlockKind, Cell, Document, Passage
from extractor.segment import segment
from extractor.settings import Settings

CELL_JOINT = " | "
Unit = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Described:
    """A labelled document. `units` have `unit` (their number), `start` and `end` in the document's text beside their
    labels, as gold files do; `analysis` holds a statement or more for every unit that is one.
    """

    file: str
    units: tuple[Unit, ...]
    analysis: Analysis

    def gold(self) -> dict[str, Any]:
        """The document as `extractor.evaluate` takes it."""
        return {"file": self.file, "units": self.units}

    def found(self) -> Iterator[tuple[Unit, tuple[Any, ...]]]:
        """Every unit that is a statement with the statements that begin in it."""
        for unit in self.units:
            mine = tuple(s for s in self.analysis.statements if unit["start"] <= s.start < unit["end"])
            if mine and unit["label"] in ("commitment", "progress"):
                yield unit, mine


def described(
    files: Iterable[Path], *, settings: Settings, rates: Mapping[Field, Rates] = UNCOUNTED
) -> Iterator[Described]:
    """Read label files (GENRE-NN.jsonl) and gold documents (*.gold.json) and fill in the fields of their statements."""
    for file in files:
        document, units = load_document(file)
        passages = segment(document)
        decisions = decide(passages, units)
        docs = parse(passages[decision.index] for decision in decisions)
        statements = describe(document, passages, decisions, docs, settings=settings, rates=rates)
        yield Described(document.name, units, Analysis(document, tuple(passages), statements))


def load_document(file: Path) -> tuple[Document, tuple[Unit, ...]]:
    """A label file or a gold document as a document and its units, these with `unit`, `start` and `end`."""
    if not file.name.endswith(".gold.json"):
        return _laid_out(file)
    gold = json.loads(file.read_text(encoding="utf-8"))
    return read(file.parent / gold["file"]), tuple(gold["units"])


def decide(passages: Sequence[Passage], units: Sequence[Unit]) -> list[Decision]:
    """The label of each passage that lies for the most part in a labelled unit."""
    found = []
    for number, passage in enumerate(passages):
        overlap, best = max(
            (min(passage.end, unit["end"]) - max(passage.start, unit["start"]), -place)
            for place, unit in enumerate(units)
        )
        unit = units[-best]
        if 2 * overlap >= len(passage.text) and unit["label"] in ("commitment", "progress"):
            found.append(Decision(number, unit["label"], 1.0, True, unit.get("strength"), unit.get("kind"), ()))
    return found


def _laid_out(file: Path) -> tuple[Document, tuple[Unit, ...]]:
    """The document that the units of a label file were cut from, laid out anew, and the units with their places."""
    head, *rows = (row for _, row in read_jsonl(file))
    text, units = "", []
    blocks: list[Block] = []
    for number, row in enumerate(rows):
        goes_on = row["type"] == "sentence" and not row.get("paragraph_start")
        last = blocks[-1] if blocks else None
        if last and goes_on and last.kind == "paragraph":
            text += " "
            blocks[-1] = Block("paragraph", last.start, len(text) + len(row["text"]))
        else:
            text += "\n\n" if text else ""
            blocks.append(_block(row, len(text)))
        start = len(text)
        text += row["text"]
        place = {"unit": number, "start": start, "end": len(text)}
        units.append({**row, **place, **({"kind": row["progress_kind"]} if "progress_kind" in row else {})})
    published, precision = _day(head.get("published"))
    document = Document(
        id=head["document"],
        name=file.name,
        format="jsonl",
        sha256=content_hash(file.read_bytes()),
        text=text,
        blocks=tuple(blocks),
        kind=head["kind"],
        title=head.get("title"),
        publisher=head.get("publisher"),
        published=published,
        precision=precision,
    )
    return document, tuple(units)


def _day(given: str | None) -> tuple[date | None, Any]:
    return (parse_day(given) if given else None) or (None, None)


def _block(row: Unit, start: int) -> Block:
    end = start + len(row["text"])
    kind: BlockKind = "paragraph" if row["type"] == "sentence" else row["type"]
    level = row.get("level", 1) if kind in ("heading", "item") else 0
    return Block(kind, start, end, level=level, cells=tuple(_cells(row, start)) if kind == "row" else ())


def _cells(row: Unit, start: int) -> Iterator[Cell]:
    for header, words in zip(row.get("header", ()), row["text"].split(CELL_JOINT), strict=False):
        if words:
            yield Cell(header, start, start + len(words))
        start += len(words) + len(CELL_JOINT)

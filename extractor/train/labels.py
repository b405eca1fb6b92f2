"""Labelled data → examples: label files (corpus/labels) and folders of gold documents, read as the product reads."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from extractor.errors import WrongUsage
from extractor.find.statement import context_of
from extractor.ingest import read
from extractor.present import read_jsonl
from extractor.records import Kind, Passage
from extractor.segment import segment
from extractor.segment.turns import Speaking, voices
from extractor.train.example import Example


def load_examples(folders: list[Path]) -> list[Example]:
    """Examples of every label file (GENRE-NN.jsonl) and gold document (*.gold.json) in the folders, in order of names.

    Raises WrongUsage for a folder that holds neither.
    """
    examples: list[Example] = []
    for folder in folders:
        # pairs.jsonl beside the labels is for linking
        files = sorted([*folder.glob("*-[0-9][0-9].jsonl"), *folder.glob("*.gold.json")])
        if not files:
            raise WrongUsage(f"{folder}: no label file (GENRE-NN.jsonl) and no gold document (*.gold.json) in it")
        for file in files:
            examples += _gold_examples(file) if file.name.endswith(".gold.json") else _label_examples(file)
    return examples


def _example(label: Mapping[str, Any], passage: Passage, kind: Kind, **where: Any) -> Example:
    return Example(
        text=passage.text,
        context=context_of(kind, passage),
        label=label["label"],
        strength=label.get("strength"),
        # label files and gold documents each have their own name for it
        kind=label.get("progress_kind") or label.get("kind"),
        otherwise=label.get("why"),
        document_kind=kind,
        **where,
    )


def _label_examples(file: Path) -> Iterator[Example]:
    rows = [row for _, row in read_jsonl(file)]
    if not rows:
        raise WrongUsage(f"{file}: it is empty")
    head, *units = rows
    for unit, passage in zip(units, label_passages(units, kind=head["kind"]), strict=True):
        yield _example(unit, passage, head["kind"], document=head["document"], source=head["document"])


def label_passages(units: list[dict[str, Any]], *, kind: Kind) -> Iterator[Passage]:
    """The passages that a document of a kind, made of these labelled units, would be cut into."""
    path: list[tuple[int, str]] = []
    lead_in: str | None = None
    previous: str | None = None
    opened = _paragraphs(units)
    text = "\n".join(unit["text"] for unit in units)
    speaking = Speaking(voices(text, opened.values(), minutes=kind == "minutes"))
    for number, unit in enumerate(units):
        text, shape = unit["text"], unit["type"]
        heading = tuple(name for _, name in path)
        if shape == "heading":
            speaking.heading()
        elif number in opened:
            speaking.paragraph(opened[number])
        yield Passage(
            text,
            0,
            len(text),
            shape,
            heading,
            lead_in if shape == "item" else None,
            None if shape == "heading" else previous,
            speaker=speaking.says(text) if shape in ("sentence", "item") else None,
        )
        if shape == "heading":
            level = unit.get("level", 1)
            path = [*(entry for entry in path if entry[0] < level), (level, text)]
            lead_in = previous = None
        else:
            previous = text
            if shape != "item":
                lead_in = text if text.rstrip().endswith(":") else None


def _paragraphs(units: list[dict[str, Any]]) -> dict[int, str]:
    """The words of every paragraph and list item, by the number of the unit that opens it."""
    found: dict[int, str] = {}
    first = None
    for number, unit in enumerate(units):
        if unit["type"] == "sentence" and first is not None and not unit.get("paragraph_start"):
            found[first] += f" {unit['text']}"
        elif unit["type"] in ("sentence", "item"):
            found[number] = unit["text"]
            first = number if unit["type"] == "sentence" else None
        else:
            first = None
    return found


def _gold_examples(file: Path) -> Iterator[Example]:
    gold = json.loads(file.read_text(encoding="utf-8"))
    document = read(file.parent / gold["file"])
    units = gold["units"]
    for passage in segment(document):
        shared = [
            (min(passage.end, unit["end"]) - max(passage.start, unit["start"]), n) for n, unit in enumerate(units)
        ]
        overlap, best = max(shared)
        unit = units[best]
        if 2 * overlap >= len(passage.text) and unit["label"] != "either":
            yield _example(unit, passage, document.kind, document=gold["file"], source=gold["source"], public=True)

"""The labelled documents whose units say whose words they are, and what their sentences join, parsed once."""

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractor.parse import parse
from extractor.records import Kind, Passage
from extractor.train.labels import label_passages

if TYPE_CHECKING:
    from spacy.tokens import Doc

FOLDER = Path(__file__).resolve().parents[1] / "corpus" / "labels"
# The word lists were written with the even-numbered files in view, so these are the ones that measure.
KEPT = "*-[78][13579].jsonl"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A statement of a labelled document: what its writer says of it, and what the finders read."""

    unit: dict[str, Any]
    passage: Passage
    doc: "Doc"
    kind: Kind
    published: date


@lru_cache(maxsize=1)
def kept_statements() -> tuple[Labelled, ...]:
    """The commitments and reports of the kept files, in order of files and lines."""
    found: list[Labelled] = []
    for path in sorted(FOLDER.glob(KEPT)):
        head, *units = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
        day = head["published"]
        published = date.fromisoformat(day if len(day) == len("2024-01-31") else f"{day}-01")
        stating = [
            pair
            for pair in zip(units, label_passages(units, kind=head["kind"]), strict=True)
            if pair[0]["label"] != "none"
        ]
        docs = parse(passage for _, passage in stating)
        found += [
            Labelled(unit, passage, doc, head["kind"], published)
            for (unit, passage), doc in zip(stating, docs, strict=True)
        ]
    return tuple(found)

"""Records with defaults for everything, so that a test names only what it is about."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from extractor.ids import content_hash, statement_id
from extractor.link.clustering import Bonds
from extractor.records import Analysis, Block, Claim, Deadline, Document, Kind, Owner, Passage, Statement


def document(
    text: str = "We will publish a plan by March 2024.",
    *,
    kind: Kind = "letter",
    published: date | None = date(2023, 6, 8),
    **more: Any,
) -> Document:
    """A document of one paragraph a line."""
    blocks, at = [], 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            blocks.append(Block("paragraph", at, at + len(line.rstrip("\n"))))
        at += len(line)
    fields: dict[str, Any] = {
        "id": "doc",
        "name": "doc.txt",
        "format": "text",
        "sha256": content_hash(text.encode()),
        "text": text,
        "blocks": tuple(blocks),
        "kind": kind,
        "title": "A letter",
        "publisher": "NHS England",
        "published": published,
        "precision": "day" if published else None,
    }
    return Document(**(fields | more))


def passage(text: str = "We will publish a plan by March 2024.", *, start: int = 0, **more: Any) -> Passage:
    """A sentence that stands at `start`."""
    fields: dict[str, Any] = {"text": text, "start": start, "end": start + len(text), "kind": "sentence"}
    return Passage(**(fields | more))


def owner(name: str = "NHS England", **more: Any) -> Owner:
    """A known, named owner."""
    fields: dict[str, Any] = {
        "id": name.lower().replace(" ", "-"),
        "name": name,
        "known": True,
        "explicit": True,
        "score": 0.9,
        "reason": "subject of “will”",
        "rule": "subject",
    }
    return Owner(**(fields | more))


def deadline(
    text: str = "by March 2024", *, last: date | None = date(2024, 3, 31), start: int = 0, **more: Any
) -> Deadline:
    """A deadline open at its beginning."""
    fields: dict[str, Any] = {
        "text": text,
        "first": None,
        "last": last,
        "rule": "by",
        "anchor": None,
        "start": start,
        "end": start + len(text),
    }
    return Deadline(**(fields | more))


def statement(
    quote: str = "We will publish a plan by March 2024.", *, document_id: str = "doc", start: int = 0, **more: Any
) -> Statement:
    """A firm commitment that stands at `start`."""
    fields: dict[str, Any] = {
        "id": statement_id(document_id, quote, 0),
        "document_id": document_id,
        "label": "commitment",
        "quote": quote,
        "start": start,
        "end": start + len(quote),
        "page": None,
        "heading": (),
        "lead_in": None,
        "confidence": 0.9,
        "strength": "firm",
    }
    if more.get("label") == "progress":
        fields |= {"strength": None, "kind": "delivered"}
    return Statement(**(fields | more))


def analysis(quotes: Sequence[str] = ("We will publish a plan by March 2024.",), **more: Any) -> Analysis:
    """A document made of these sentences, each of them a commitment."""
    whole = document("\n".join(quotes), **more)
    found = tuple(statement(quote, document_id=whole.id, start=whole.text.index(quote)) for quote in quotes)
    return Analysis(whole, tuple(passage(quote, start=whole.text.index(quote)) for quote in quotes), found)


def claim(text: str = "NHS England will publish a plan.", **more: Any) -> Claim:
    """A commitment as linking sees it."""
    fields: dict[str, Any] = {
        "id": statement_id("claim", text, 0),
        "document_id": "doc",
        "label": "commitment",
        "text": text,
        "published": date(2023, 6, 8),
        "owner": "NHS England",
        "deadline_end": None,
    }
    return Claim(**(fields | more))


def bonds(odds: Mapping[tuple[int, int], float]) -> Bonds:
    """Bonds between the first and the second of each pair (the lower first)."""
    pairs = np.array(list(odds), dtype=np.int64).reshape(-1, 2)
    return Bonds(pairs[:, 0], pairs[:, 1], np.array(list(odds.values()), dtype=np.float64))

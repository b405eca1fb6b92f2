"""Factories for the page tests: records full of defaults, so that a sample names only what matters."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from extractor import ids
from extractor.records import (
    Block,
    Deadline,
    Document,
    Label,
    Link,
    Mention,
    MentionKind,
    Metric,
    Owner,
    Reason,
    Relation,
    Statement,
)
from extractor.store.rows import RegisterEntry

TODAY = date.today()

REGISTER = {
    "nursing-board": RegisterEntry(
        "nursing-board",
        "Nursing Board",
        "arm's-length body",
        date(2012, 6, 1),
        date(2022, 3, 31),
        "care-workforce-england",
    ),
    "care-workforce-england": RegisterEntry(
        "care-workforce-england", "Care Workforce England", "arm's-length body", date(2022, 4, 1), None, None, "X99"
    ),
    "department-of-care": RegisterEntry(
        "department-of-care", "Department of Care", "department", successor_id="care-workforce-england"
    ),
}


def owner(slug: str = "department-of-care", *, explicit: bool = True, score: float = 0.9) -> Owner:
    """A candidate owner; one that the register lacks is named after its slug."""
    entry = REGISTER.get(slug)
    name = entry.name if entry else slug.replace("-", " ").capitalize()
    reason = "it is the subject of the sentence" if explicit else "it published the document"
    return Owner(slug, name, known=entry is not None, explicit=explicit, score=score, reason=reason, rule="subject")


def document(name: str, blocks: Iterable[tuple[str, int, str]], *, page_every: int = 0, **metadata: object) -> Document:
    """A document of (kind, level, text) blocks, a blank line between them, a new page every `page_every` blocks."""
    text, made = "", []
    for number, (kind, level, words) in enumerate(blocks):
        text += "\n\n" if text else ""
        page = number // page_every + 1 if page_every else None
        made.append(Block(kind, len(text), len(text) + len(words), level, page))  # type: ignore[arg-type]
        text += words
    fields: dict[str, object] = {
        "kind": "plan",
        "publisher": "Department of Care",
        "sources": {"title": "text"},
    } | metadata
    if "published" in fields:
        fields.setdefault("precision", "day")
    pages = made[-1].page if page_every else None
    return Document(
        id=ids.short_id("document", name),
        name=name,
        format="txt",
        sha256=ids.content_hash(text.encode()),
        text=text,
        blocks=tuple(made),
        pages=pages,
        **fields,  # type: ignore[arg-type]
    )


def statement(
    source: Document,
    quote: str,
    *,
    owners: Sequence[Owner] = (),
    due: tuple[str, str | None, str | None] | None = None,
    figures: Sequence[tuple[str, float | None, str]] = (),
    label: Label = "commitment",
    sort: str = "firm",
    lead_in: str | None = None,
    confidence: float = 0.9,
    **more: object,
) -> Statement:
    """A statement at the first place of `quote`; `due` is (phrase, first, last day), a figure (text, value, unit)."""
    start = source.text.index(quote)
    block = next(b for b in source.blocks if b.start <= start < b.end)
    headings = [b for b in source.blocks if b.kind == "heading" and b.start < start]
    reasons = (
        Reason("classifier", confidence, "the wording is that of a promise"),
        Reason("verb", 0.4, "“will” with an action"),
    )
    fields: dict[str, object] = {"strength" if label == "commitment" else "kind": sort, "reasons": reasons} | more
    return Statement(
        id=ids.statement_id(source.id, quote, 0),
        document_id=source.id,
        label=label,
        quote=quote,
        start=start,
        end=start + len(quote),
        page=block.page,
        heading=tuple(source.text[b.start : b.end] for b in headings[-1:]),
        lead_in=lead_in,
        confidence=confidence,
        owners=tuple(_named(one, quote, start) for one in owners),
        deadline=deadline(source, start, *due) if due else None,
        metrics=tuple(
            Metric(
                words,
                "all" if value is None else value,
                unit,
                source.text.index(words),
                source.text.index(words) + len(words),
            )
            for words, value, unit in figures
        ),
        **fields,  # type: ignore[arg-type]
    )


def mention(source: Document, quote: str, kind: MentionKind, **more: object) -> Mention:
    """A mention at the first place of `quote`."""
    start = source.text.index(quote)
    fields: dict[str, object] = {"confidence": 0.8, "reasons": (Reason("cue", 0.5, "“calls for”"),)} | more
    return Mention(
        id=ids.short_id("mention", source.id, quote),
        document_id=source.id,
        kind=kind,
        quote=quote,
        start=start,
        end=start + len(quote),
        page=None,
        heading=(),
        lead_in=None,
        **fields,  # type: ignore[arg-type]
    )


def deadline(source: Document, after: int, phrase: str, first: str | None, last: str | None) -> Deadline:
    """The deadline given by `phrase`, which stands at or after character `after`."""
    start = source.text.index(phrase, after)
    days = [date.fromisoformat(day) if day else None for day in (first, last)]
    anchor = source.published if "next" in phrase else None
    rule = "the last day of what is named"
    return Deadline(phrase, days[0], days[1], rule, anchor, start, start + len(phrase), confidence=0.84)


def _named(given: Owner, quote: str, start: int) -> Owner:
    """An owner with the place of its name, where the quote has it; no way of finding the others was ever checked."""
    at = quote.find(given.name)
    if at < 0:
        return given
    return replace(given, start=start + at, end=start + at + len(given.name), confidence=0.66)


def soon(days: int) -> str:
    """The day so many days from today, in ISO form."""
    return (TODAY + timedelta(days=days)).isoformat()


def link(earlier: Statement, later: Statement, relation: Relation, *changes: str) -> Link:
    """A link with a reason."""
    return Link(earlier.id, later.id, relation, 0.87, (Reason("owner", 1.0, "the same owner"),), changes)

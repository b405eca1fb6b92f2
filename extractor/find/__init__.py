"""Parsed passages → statements: what is promised or reported, by whom, by when, how much."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from extractor.find.deadline import find_deadlines, find_due, find_when
from extractor.find.metric import find_metrics
from extractor.find.milestone import find_milestones
from extractor.find.owner import DocumentContext, find_owners, make_context
from extractor.find.statement import Decision, decide
from extractor.find.theme import find_themes
from extractor.ids import normalise, statement_id
from extractor.lexicon.columns import load_columns
from extractor.records import Deadline, Document, Metric, Passage, Reason, Statement
from extractor.settings import Settings

if TYPE_CHECKING:
    # spaCy draws in torch, which `extractor dates` must not wait for.
    from spacy.tokens import Doc

__all__ = ["decide", "describe"]


def describe(
    document: Document,
    passages: Sequence[Passage],
    decisions: Sequence[Decision],
    docs: "Iterable[Doc]",
    *,
    settings: Settings,
) -> tuple[Statement, ...]:
    """Fill in the fields of every decision; `docs` are the parsed passages of the decisions, in their order."""
    context = make_context(document, passages, lexicon_files=settings.lexicon_files)
    occurrences = _occurrences(passages)
    statements = []
    for decision, doc in zip(decisions, docs, strict=True):
        passage = passages[decision.index]
        identity = statement_id(document.id, passage.text, occurrences[decision.index])
        themes = find_themes(passage.text, heading=passage.heading, lexicon_files=settings.lexicon_files)
        statement = _describe(document, passage, decision, doc, context, identity=identity, themes=themes)
        statements.append(statement.check_against(document.text))
    return tuple(statements)


def _occurrences(passages: Sequence[Passage]) -> list[int]:
    """For each passage how many before it have the same words: "Complete." four times in one table stays four.

    All passages count, statements or not, so that a change of what is found renames nothing.
    """
    seen: Counter[str] = Counter()
    numbers = []
    for passage in passages:
        key = normalise(passage.text)
        numbers.append(seen[key])
        seen[key] += 1
    return numbers


def _describe(
    document: Document,
    passage: Passage,
    decision: Decision,
    doc: "Doc",
    context: DocumentContext,
    *,
    identity: str,
    themes: tuple[str, ...],
) -> Statement:
    promised = decision.label == "commitment" or decision.kind == "delayed"
    dates, reasons = _deadlines(document, passage) if promised else ((), ())
    when = None
    if decision.label == "progress" and not (decision.kind == "delayed" and dates):
        found = find_when(passage.text, published=document.published, precision=document.precision)
        when = _shifted(found, passage.start) if found else None
    date_spans = [(d.start - passage.start, d.end - passage.start) for d in (*dates, *((when,) if when else ()))]
    metrics = find_metrics(passage.text, dates=[span for span in date_spans if 0 <= span[0] < len(passage.text)])
    figures = tuple(_shifted_metric(metric, passage.start) for metric in metrics)
    owners = find_owners(passage, doc, label=decision.label, strength=decision.strength, context=context)
    return Statement(
        id=identity,
        document_id=document.id,
        label=decision.label,
        quote=passage.text,
        start=passage.start,
        end=passage.end,
        page=passage.page,
        heading=passage.heading,
        lead_in=passage.lead_in,
        confidence=decision.confidence,
        strength=decision.strength,
        kind=decision.kind,
        owners=owners,
        deadline=dates[0] if dates else None,
        when=when,
        milestones=find_milestones(document.text, dates, figures),
        metrics=figures,
        themes=themes,
        reasons=(*decision.reasons, *reasons, *_recognised(document, passage)),
    )


def _recognised(document: Document, passage: Passage) -> Iterator[Reason]:
    """A warning for words that text recognition read from a picture: a letter or a figure may be another."""
    confidence = document.recognised.get(passage.page) if passage.page is not None else None
    if confidence is not None:
        yield Reason("recognised", confidence, f"page {passage.page} was read from its picture: check the words there")


def _deadlines(document: Document, passage: Passage) -> tuple[tuple[Deadline, ...], tuple[Reason, ...]]:
    """The passage's deadlines: from its "Due" cell, from its own words, or (a list item) from the nearest lead-in's."""
    for cell in passage.cells:
        if load_columns().is_due(cell.header):
            text = document.text[cell.start : cell.end]
            found = find_due(text, published=document.published, precision=document.precision)
            if found:
                reason = Reason("deadline", 1.0, f"the column “{cell.header}” gives the date")
                return tuple(_shifted(d, cell.start) for d in found), (reason,)
    for start, end in ((passage.start, passage.end), *reversed(passage.lead_in_spans)):
        # Found in the document's own words: the lead-in of a passage has lost its line breaks.
        found = find_deadlines(document.text[start:end], published=document.published, precision=document.precision)
        if found:
            opening = Reason("deadline", 1.0, "the sentence that opens the list gives the date")
            return tuple(_shifted(d, start) for d in found), () if start == passage.start else (opening,)
    return (), ()


def _shifted(deadline: Deadline, offset: int) -> Deadline:
    return replace(deadline, start=deadline.start + offset, end=deadline.end + offset)


def _shifted_metric(metric: Metric, offset: int) -> Metric:
    return replace(metric, start=metric.start + offset, end=metric.end + offset)

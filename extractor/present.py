"""Records as people and programs read them: the JSON line of a statement, a table, a report on a reading."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from extractor.errors import WrongUsage
from extractor.find.deadline import find_date_reasons, find_deadlines
from extractor.ingest.days import parse_day
from extractor.records import (
    Analysis,
    Deadline,
    Document,
    MentionKind,
    Metric,
    Owner,
    Passage,
    Precision,
    Statement,
    TextLine,
)

if TYPE_CHECKING:
    from PIL import Image

QUOTE_WIDTH = 78
CELL_WIDTH = 48
# Further candidates are in JSON; a table of five names hides the one that counts.
SHOWN_OWNERS = 2
# What a document speaks of without promising it, as it is counted.
MENTIONS: Mapping[MentionKind, str] = {
    "demand": "demanded",
    "recommendation": "recommended",
    "former": "told as history",
    "refusal": "turned down",
}


def statement_object(document: Document, statement: Statement) -> dict[str, Any]:
    """A statement as one flat JSON object; offsets point into the document's canonical text."""
    mine = {"strength": statement.strength} if statement.label == "commitment" else {"kind": statement.kind}
    return {
        "document": document.name,
        "id": statement.id,
        "label": statement.label,
        "quote": statement.quote,
        "start": statement.start,
        "end": statement.end,
        "page": statement.page,
        "heading": list(statement.heading),
        "lead_in": statement.lead_in,
        **mine,
        "owners": [owner.name for owner in statement.owners],
        "owner_explicit": bool(statement.owners and statement.owners[0].explicit),
        "owner_candidates": [_owner_object(owner) for owner in statement.owners],
        "deadline": _date_object(statement.deadline),
        "when": _date_object(statement.when),
        "metrics": [_metric_object(metric) for metric in statement.metrics],
        "milestones": [
            {
                **(_date_object(milestone.deadline) or {}),
                **({"metric": _metric_object(milestone.metric)} if milestone.metric else {}),
            }
            for milestone in statement.milestones
        ],
        "themes": list(statement.themes),
        "confidence": statement.confidence,
        "sure": statement.sure,
        "voice": statement.voice,
        "speaker": statement.speaker,
        "negated": statement.negated,
        "sentence": {"start": statement.sentence[0], "end": statement.sentence[1]} if statement.sentence else None,
        "reasons": [f"{reason.rule}: {reason.detail}" for reason in statement.reasons]
        + [f"owner: {owner.name}, {owner.reason}" for owner in statement.owners[:1]],
    }


def _owner_object(owner: Owner) -> dict[str, Any]:
    """A candidate; `start` and `end` are null where no words of the document name it."""
    return {
        "name": owner.name,
        "id": owner.id,
        "explicit": owner.explicit,
        "score": owner.score,
        "reason": owner.reason,
        "rule": owner.rule,
        "start": owner.start,
        "end": owner.end,
        "confidence": owner.confidence,
    }


def _date_object(deadline: Deadline | None) -> dict[str, Any] | None:
    """A date: `start` and `end` are its first and last day, so its words have a `span` of their own."""
    if deadline is None:
        return None
    return {
        "text": deadline.text,
        "start": _iso(deadline.first),
        "end": _iso(deadline.last),
        "rule": deadline.rule,
        "confidence": deadline.confidence,
        "span": {"start": deadline.start, "end": deadline.end},
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _metric_object(metric: Metric) -> dict[str, Any]:
    value = int(metric.value) if metric.value != "all" and float(metric.value).is_integer() else metric.value
    given = {
        "from": metric.baseline,
        "target": metric.target,
        "per": metric.per,
        "direction": metric.direction,
        "scope": metric.scope,
    }
    return {
        "value": value,
        "unit": metric.unit,
        "text": metric.text,
        **{key: found for key, found in given.items() if found is not None},
        "start": metric.start,
        "end": metric.end,
        "rule": metric.rule,
        "confidence": metric.confidence,
    }


def read_jsonl(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a file that holds one a line, each with the number of its line; blank lines are passed over.

    Raises WrongUsage where the file cannot be read, and naming the first line that holds no object.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise WrongUsage(f"{file}: {problem}") from problem
    # splitlines() would also cut at U+2028, which a string in JSON may hold (RFC 8259, section 7).
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as problem:
            reason = problem.msg if isinstance(problem, json.JSONDecodeError) else str(problem)
            raise WrongUsage(f"{file}, line {number}: no JSON ({reason})") from problem
        if not isinstance(row, dict):
            raise WrongUsage(f"{file}, line {number}: an object is needed")
        yield number, row


def check_sentence(given: Mapping[str, Any], *, optional: Sequence[str] = (), days: Sequence[str] = ()) -> None:
    """Raise WrongUsage unless "text" is a string, the `optional` fields are strings or null, and so are the `days`,
    which also are days or months in ISO form.
    """
    if not isinstance(given.get("text"), str):
        raise WrongUsage("“text” must be a string")
    for name in (*optional, *days):
        if not isinstance(given.get(name), str | None):
            raise WrongUsage(f"“{name}” must be a string or null, not {given[name]!r}")
    for name in ("text", *optional):
        # JSON can write half of a character ("\\ud83d"), which no model and no terminal takes.
        if any("\ud800" <= character <= "\udfff" for character in given.get(name) or ""):
            raise WrongUsage(f"“{name}” holds half a character (a lone surrogate)")
    for name in days:
        given_day(given.get(name))


def date_object(text: str, published: str | None) -> dict[str, str | None]:
    """The deadline of a sentence published on an ISO day or month; all null where there is none, but for the `reason`
    why a date that it names is none.
    """
    day, precision = given_day(published)
    found = find_deadlines(text, published=day, precision=precision)
    if not found:
        doubts = find_date_reasons(text, published=day, precision=precision)
        reason = "; ".join(doubt.detail for doubt in doubts) or None
        return {"phrase": None, "start": None, "end": None, "rule": None, "reason": reason}
    first = found[0]
    days = {"start": _iso(first.first), "end": _iso(first.last)}
    return {"phrase": first.text, **days, "rule": first.rule, "reason": None}


def given_day(published: str | None) -> tuple[date | None, Precision | None]:
    """A day or month that a caller gives in ISO form, as its first day and its precision; nothing for nothing.

    Raises WrongUsage for anything else.
    """
    if not published:
        return None, None
    found = parse_day(published)
    if found is None:
        raise WrongUsage(f"{published!r} is no date (2024-03-05) and no month (2024-03)")
    return found


def statement_table(analysis: Analysis) -> str:
    """The statements of a document, one below the other, with their fields aligned: each with the words that give it,
    where they stand, how often such a finding is right, and the rule that found it.
    """
    document = analysis.document
    origin = f"{document.publisher or 'no publisher'}, {document.published or 'no date'}"
    lines = [f"{document.name}: {document.title or 'no title'} ({origin})"]
    for statement in analysis.statements:
        words = " ".join(statement.quote.split())
        lines.append("")
        lines.append(f"  {statement.label:10} {words[:QUOTE_WIDTH]}{'…' if len(words) > QUOTE_WIDTH else ''}")
        lines += _aligned([*_found(document, statement)])
        fields = {
            "strength" if statement.strength else "kind": statement.strength or statement.kind,
            "themes": ", ".join(statement.themes),
            "said by": _said_by(statement),
            "denied": "a promise not to act, or something not done" if statement.negated else "",
            "confidence": f"{statement.confidence:.2f}" + ("" if statement.sure else ", to be checked"),
        }
        lines += [f"    {name:10} {value}" for name, value in fields.items() if value]
    counts = Counter(statement.label for statement in analysis.statements)
    found = f"{counts['commitment']} commitments, {counts['progress']} progress reports"
    lines += ["", f"  {found} in {len(analysis.passages)} passages"]
    if analysis.mentions:
        kinds = Counter(mention.kind for mention in analysis.mentions)
        lines.append("  only mentioned: " + ", ".join(f"{n} {MENTIONS[kind]}" for kind, n in sorted(kinds.items())))
    lines.append("")
    return "\n".join(lines)


def _said_by(statement: Statement) -> str:
    """Whose words these are, empty for the publisher's own."""
    if statement.voice == "own":
        return ""
    return f"{statement.speaker or 'not named'} ({statement.voice})"


class _Found(NamedTuple):
    """A field as a line of the table: its name, what it says, its words and their place, its confidence and rule."""

    name: str
    value: str
    words: str
    confidence: str
    rule: str


def _found(document: Document, statement: Statement) -> Iterator[_Found]:
    """The lines of a statement's owners, dates and figures; of the owners the best and the next."""
    for rank, owner in enumerate(statement.owners[:SHOWN_OWNERS]):
        words = "named" if owner.explicit else "not named"
        if owner.start is not None:
            words = f"“{document.text[owner.start : owner.end]}” {owner.start}:{owner.end}"
        yield _Found("or" if rank else "owner", owner.name, words, _sure(owner.confidence), owner.rule)
    further = [milestone.deadline for milestone in statement.milestones]
    for name, dates in (("deadline", [statement.deadline]), ("when", [statement.when]), ("milestone", further)):
        for found in dates:
            if found:
                days = f"{found.first or '…'} to {found.last or '…'}"
                yield _Found(name, days, _words(found), _sure(found.confidence), found.rule)
    for metric in statement.metrics:
        yield _Found("measure", _figure(metric), _words(metric), _sure(metric.confidence), metric.rule)


def _words(found: Deadline | Metric) -> str:
    return f"“{found.text}” {found.start}:{found.end}"


def _sure(confidence: float | None) -> str:
    return "–" if confidence is None else f"{confidence:.2f}"


def _figure(metric: Metric) -> str:
    """A figure with all that is known of it: "30 per cent, from 7, increase"."""
    value = metric.value if metric.value == "all" else f"{metric.value:,.10g}"
    per = f"per {metric.per}" if metric.per else ""
    baseline = f"from {metric.baseline:,.10g}" if metric.baseline is not None else ""
    target = f"against {metric.target:,.10g}" if metric.target is not None else ""
    parts = (f"{value} {metric.unit} {per}".strip(), baseline, target, metric.direction, metric.scope)
    return ", ".join(part for part in parts if part)


def _aligned(rows: Sequence[_Found]) -> Iterator[str]:
    """The rows with their columns one below the other, cut where they are too wide for a line."""
    cut = [row._replace(value=_shortened(row.value), words=_shortened(row.words)) for row in rows]
    values, words = (max((len(row[column]) for row in cut), default=0) for column in (1, 2))
    for row in cut:
        yield f"    {row.name:10} {row.value:{values}}  {row.words:{words}}  {row.confidence:4}  {row.rule}"


def _shortened(text: str) -> str:
    """Text on one line, its middle left out where it is wider than a column: the place at its end stays."""
    line = " ".join(text.split())
    return line if len(line) <= CELL_WIDTH else f"{line[: CELL_WIDTH - 16]}… {line[-14:]}"


def reading_report(document: Document, passages: Sequence[Passage]) -> str:
    """How a document was read: its metadata with where each piece came from, its outline, its passages in order."""
    named = ("title", "kind", "publisher", "published", "url", "series", "licence")
    lines = [f"{document.name} ({document.format}, {document.pages or 'no'} pages, {len(document.text)} characters)"]
    lines += [
        f"  {name:10} {getattr(document, name) or '–'}  [{document.sources.get(name, 'not found')}]" for name in named
    ]
    if document.recognised:
        mean = sum(document.recognised.values()) / len(document.recognised)
        lines.append(f"  recognised {len(document.recognised)} pages from their pictures, confidence {mean:.2f}")
    lines += [f"  warning    {warning}" for warning in document.warnings]
    outline = [passage for passage in passages if passage.kind == "heading"]
    if outline:
        lines += ["", "Outline"]
        lines += [f"{'  ' * len(p.heading)}  {p.text}{f' (p. {p.page})' if p.page else ''}" for p in outline]
    lines += ["", "Passages"]
    for passage in passages:
        place = f"p. {passage.page} " if passage.page else ""
        if passage.kind == "heading":
            lines.append(f"{'#' * (len(passage.heading) + 1)} {passage.text}")
        else:
            lead = f"   ← {passage.lead_in}" if passage.lead_in else ""
            lead += f"   ‹{passage.speaker}›" if passage.speaker else ""
            lines.append(
                f"  [{place}{passage.start}:{passage.end} {passage.kind}] {' '.join(passage.text.split())}{lead}"
            )
    return "\n".join(lines)


# Colours of the boxes on page images, told apart in print and with any colour vision (Okabe and Ito, 2008).
_COLOURS = {"heading": "#0072B2", "sentence": "#009E73", "item": "#D55E00", "row": "#CC79A7"}


def page_images(
    raw: bytes, document: Document, passages: Sequence[Passage], pages: Sequence[int] = ()
) -> Iterator[tuple[int, "Image.Image"]]:
    """The pages of a PDF (those numbered, or all) as pictures with a box around each line of each passage.

    Raises WrongUsage where the document is no PDF or has no such page.
    """
    from extractor.ingest.pdf.boxes import PdfPages

    if document.format != "pdf":
        raise WrongUsage(f"{document.name}: only the pages of a PDF can be drawn, this is {document.format}")
    boxes: dict[int, list[tuple[TextLine, str]]] = {}
    with PdfPages(raw) as book:
        for passage in passages:
            for box in book.boxes(document, passage.start, passage.end):
                boxes.setdefault(box.page, []).append((box, _COLOURS[passage.kind]))
        for number in pages or range(1, len(book) + 1):
            turn = document.frames[number - 1][2] if number <= len(document.frames) else None
            yield number, book.picture(number, boxes.get(number, ()), turn=turn)

"""Records as rows of the tables, and back: the shape of the data in SQLite, without touching a database."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from extractor import ids
from extractor.records import Block, Claim, Deadline, Document, Link, Mention, Metric, Owner, Reason, Statement, Thread

Value = str | int | float | None
Row = dict[str, Value]

HEADING_SEPARATOR = " › "


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """What the register knows about an owner: valid from the first to the last day, then followed by its successor."""

    id: str
    name: str
    kind: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    successor_id: str | None = None
    ods_code: str | None = None


def financial_year(day: date) -> str:
    """The UK financial year (1 April to 31 March) that holds the day, such as 2024-25."""
    first = day.year if day.month >= 4 else day.year - 1
    return f"{first}-{(first + 1) % 100:02}"


def search_key(identity: str) -> int:
    """The row number in the full-text index: 52 bits of a hash, which JavaScript's numbers hold, too."""
    return int(ids.short_id("search", identity)[:13], 16)


def document(record: Document) -> Row:
    """The row of `documents`, but for the run that stores it."""
    key = search_key(record.id)
    return {
        # sqlite-utils and Datasette join an index by rowid where nobody tells them better.
        "rowid": key,
        "id": record.id,
        "name": record.name,
        "title": record.title,
        "kind": record.kind,
        "publisher": record.publisher,
        "published": _iso(record.published),
        "precision": record.precision,
        "url": record.url,
        "series": record.series,
        "licence": record.licence,
        "format": record.format,
        "sha256": record.sha256,
        "pages": record.pages,
        "characters": len(record.text),
        "text": record.text,
        "sources": _json(dict(sorted(record.sources.items()))),
        "warnings": _json(record.warnings),
        "search_key": key,
    }


def blocks(record: Document) -> list[Row]:
    """The rows of `blocks`."""
    return [_block(record.id, position, block) for position, block in enumerate(record.blocks)]


def owners(statements: Iterable[Statement], register: Mapping[str, RegisterEntry]) -> list[Row]:
    """The rows of `owners` that these statements need: everyone they name, and who succeeded them, and so on.

    Raises ValueError where the register names a successor that it does not have.
    """
    named: dict[str, RegisterEntry] = {}
    in_register = set(register)
    for owner in (owner for statement in statements for owner in statement.owners):
        if owner.known:
            in_register.add(owner.id)
        spelt = min(owner.name, named[owner.id].name) if owner.id in named else owner.name
        named[owner.id] = RegisterEntry(owner.id, spelt)
    entries = {id: register.get(id, entry) for id, entry in named.items()}
    open_ = [entry for entry in entries.values() if entry.successor_id]
    while open_:
        entry = open_.pop()
        successor = entry.successor_id
        if successor is None or successor in entries:
            continue
        if successor not in register:
            raise ValueError(f"the register has no {successor!r}, the successor of {entry.id!r}")
        entries[successor] = register[successor]
        open_.append(register[successor])
    return [
        {
            "id": entry.id,
            "name": entry.name,
            "kind": entry.kind,
            "valid_from": _iso(entry.valid_from),
            "valid_to": _iso(entry.valid_to),
            "successor_id": entry.successor_id,
            "ods_code": entry.ods_code,
            "known": int(entry.id in in_register),
        }
        for entry in entries.values()
    ]


def statements(found: Sequence[Statement]) -> dict[str, list[Row]]:
    """The rows of statements and of all that hangs on them, by table, each table after those it refers to."""
    in_order = sorted(found, key=lambda s: (s.start, s.end, s.id))
    commitments = [s for s in in_order if s.label == "commitment"]
    return {
        "statements": [
            {"id": s.id, "document_id": s.document_id, "label": s.label, "position": position}
            for position, s in enumerate(in_order)
        ],
        "commitments": [_commitment(s) for s in commitments],
        "progress": [_progress(s) for s in in_order if s.label == "progress"],
        "commitment_owners": [row for s in commitments for row in _candidates(s)],
        "metrics": [_metric(s.id, metric) for s in in_order for metric in s.metrics],
        "milestones": [row for s in in_order for row in _milestones(s)],
        "themes": [{"statement_id": s.id, "theme": theme} for s in in_order for theme in sorted(set(s.themes))],
    }


def mentions(found: Iterable[Mention]) -> list[Row]:
    """The rows of `mentions`, in the order of the text."""
    return [
        {
            **_place(mention),
            "kind": mention.kind,
            "voice": mention.voice,
            "speaker": mention.speaker,
            "confidence": mention.confidence,
            "reasons": _reasons(mention.reasons),
        }
        for mention in sorted(found, key=lambda m: (m.start, m.end, m.id))
    ]


def claim(row: Mapping[str, Any], figures: Iterable[tuple[float, str]]) -> Claim:
    """A statement as linking sees it, from a row with its fields, its document's `published` and its `owner`'s name."""
    # link.claim_of makes the same from a Statement that was never stored; a test holds the two together.
    return Claim(
        id=row["id"],
        document_id=row["document_id"],
        label=row["label"],
        text=row["quote"],
        published=_day(row["published"]),
        owner=row["owner"],
        deadline_end=_day(row["deadline_end"]),
        figures=tuple(figures),
        strength=row["strength"],
        kind=row["kind"],
    )


def link(record: Link) -> Row:
    """The row of `links`."""
    return {
        "id": ids.short_id("link", record.earlier, record.later),
        "earlier_id": record.earlier,
        "later_id": record.later,
        "relation": record.relation,
        "score": record.score,
        "reasons": _reasons(record.reasons),
        "changes": _json(record.changes),
    }


def thread(record: Thread) -> Row:
    """The row of `threads`; the number of documents is counted once its statements are set."""
    return {
        "id": record.id,
        "title": record.title,
        "first_seen": _iso(record.first_seen),
        "last_seen": _iso(record.last_seen),
        "statements": len(record.statements),
        "documents": 0,
    }


def _commitment(statement: Statement) -> Row:
    deadline, key = statement.deadline, search_key(statement.id)
    year = deadline and (deadline.last or deadline.first)
    return {
        "rowid": key,
        **_place(statement),
        "strength": statement.strength,
        **_best_owner(statement.owners),
        **_span("deadline", deadline),
        "deadline_anchor": _iso(deadline.anchor) if deadline else None,
        "deadline_year": financial_year(year) if year else None,
        "confidence": statement.confidence,
        "reasons": _reasons(statement.reasons),
        "search_key": key,
        **_said(statement),
        **_words("deadline_", deadline),
    }


def _progress(statement: Statement) -> Row:
    best = statement.owners[0] if statement.owners else None
    return {
        **_place(statement),
        "kind": statement.kind,
        **_best_owner(statement.owners),
        **_span("when", statement.when),
        **_span("deadline", statement.deadline),
        "confidence": statement.confidence,
        "reasons": _reasons(statement.reasons),
        **_said(statement),
        **_words("deadline_", statement.deadline),
        **_words("when_", statement.when),
        "owner_rule": best.rule if best else None,
        **_words("owner_", best),
    }


def _place(found: Statement | Mention) -> Row:
    return {
        "id": found.id,
        "document_id": found.document_id,
        "quote": found.quote,
        "start": found.start,
        "end": found.end,
        "page": found.page,
        "heading": HEADING_SEPARATOR.join(found.heading) or None,
        "lead_in": found.lead_in,
    }


def _said(statement: Statement) -> Row:
    first, last = statement.sentence or (None, None)
    return {
        "sure": int(statement.sure),
        "voice": statement.voice,
        "speaker": statement.speaker,
        "negated": int(statement.negated),
        "sentence_start": first,
        "sentence_end": last,
    }


def _best_owner(candidates: Sequence[Owner]) -> Row:
    best = candidates[0] if candidates else None
    return {"owner_id": best.id if best else None, "owner_explicit": int(best.explicit) if best else None}


def _span(name: str, deadline: Deadline | None) -> Row:
    return {
        f"{name}_text": deadline.text if deadline else None,
        f"{name}_start": _iso(deadline.first) if deadline else None,
        f"{name}_end": _iso(deadline.last) if deadline else None,
        f"{name}_rule": deadline.rule if deadline else None,
    }


def _words(field: str, found: Owner | Deadline | Metric | None) -> Row:
    """Where the words of a field stand, and its confidence."""
    words = f"{field}words_" if field else ""
    return {
        f"{words}start": found.start if found else None,
        f"{words}end": found.end if found else None,
        f"{field}confidence": found.confidence if found else None,
    }


def _candidates(statement: Statement) -> list[Row]:
    """One row an owner: where two ways led to the same one, the better counts."""
    distinct: dict[str, Owner] = {}
    for owner in statement.owners:
        distinct.setdefault(owner.id, owner)
    return [
        {
            "commitment_id": statement.id,
            "owner_id": owner.id,
            "rank": rank,
            "explicit": int(owner.explicit),
            "score": owner.score,
            "reason": owner.reason,
            "rule": owner.rule,
            **_words("", owner),
        }
        for rank, owner in enumerate(distinct.values(), start=1)
    ]


def _metric(statement: str, metric: Metric) -> Row:
    return {
        "statement_id": statement,
        "value": None if metric.value == "all" else metric.value,
        "is_all": int(metric.value == "all"),
        "unit": metric.unit,
        "baseline": metric.baseline,
        "direction": metric.direction,
        "scope": metric.scope,
        "target": metric.target,
        "per": metric.per,
        "text": metric.text,
        "rule": metric.rule,
        **_words("", metric),
    }


def _milestones(statement: Statement) -> list[Row]:
    found: list[Row] = []
    for milestone in statement.milestones:
        day, metric = milestone.deadline, milestone.metric
        figure = metric.value if metric and metric.value != "all" else None
        found.append(
            {
                "statement_id": statement.id,
                "text": day.text,
                "start_day": _iso(day.first),
                "end_day": _iso(day.last),
                "rule": day.rule,
                "value": figure,
                "unit": metric.unit if metric else None,
                **_words("", day),
            }
        )
    return found


def _block(document_id: str, position: int, block: Block) -> Row:
    return {
        "document_id": document_id,
        "position": position,
        "kind": block.kind,
        "level": block.level,
        "start": block.start,
        "end": block.end,
        "page": block.page,
    }


def _reasons(reasons: Iterable[Reason]) -> str:
    return _json([asdict(reason) for reason in reasons])


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None

"""Documents with statements, links and threads to fill a database with, and checks that hold for any database."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import sqlite_utils

from extractor import ids
from extractor.records import (
    Analysis,
    Block,
    Deadline,
    Document,
    Link,
    Mention,
    Metric,
    Milestone,
    Owner,
    Reason,
    Statement,
    Thread,
)
from extractor.store import writer
from extractor.store.rows import RegisterEntry
from extractor.store.tables import TABLES

TODAY = date.today()
REGISTER = {
    entry.id: entry
    for entry in (
        RegisterEntry(
            "training-board", "Training Board", "arm's-length body", date(2012, 6, 1), date(2023, 3, 31), "care-office"
        ),
        RegisterEntry("care-office", "Care Office", "arm's-length body", date(2013, 4, 1), ods_code="X24"),
    )
}
RUN = {"version": "1.0", "settings": "s1", "models": "m1"}


def owner(name: str, *, explicit: bool = True, score: float = 0.9) -> Owner:
    slug = name.lower().replace(" ", "-")
    return Owner(slug, name, slug in REGISTER, explicit, score, "names it", "subject", 4, 9, confidence=score / 2)


def statement(quote: str, **fields: Any) -> Statement:
    """A statement yet without its place: `analysis` puts it into a document."""
    fields.setdefault("label", "commitment")
    fields.setdefault(
        "strength" if fields["label"] == "commitment" else "kind",
        "firm" if fields["label"] == "commitment" else "underway",
    )
    fields.setdefault("reasons", (Reason("cue", 0.8, "a verb of promise, “will”"),))
    fields.setdefault("confidence", 0.75)
    place = {
        "id": "",
        "document_id": "",
        "start": 0,
        "end": len(quote),
        "page": 1,
        "heading": ("Plan", "Staff"),
        "lead_in": None,
    }
    return Statement(**{**place, "quote": quote, **fields})


def mention(quote: str, **fields: Any) -> Mention:
    """A mention yet without its place, like a statement."""
    given: dict[str, Any] = {
        "id": "",
        "document_id": "",
        "start": 0,
        "end": len(quote),
        "page": 1,
        "heading": (),
        "lead_in": None,
        "kind": "demand",
        "confidence": 0.7,
        "reasons": (Reason("cue", 0.6, "“calls for”"),),
        **fields,
    }
    return Mention(quote=quote, **given)


def deadline(text: str, first: date | None, last: date | None, *, anchor: date | None = None) -> Deadline:
    return Deadline(text, first, last, "by month", anchor, 0, len(text), confidence=0.8)


def metric(text: str, value: Any, unit: str, **fields: Any) -> Metric:
    return Metric(text, value, unit, 0, len(text), **{"confidence": 0.7, **fields})


def put(found: Metric, quote: str, offset: int) -> Metric:
    start = offset + quote.index(found.text)
    return replace(found, start=start, end=start + len(found.text))


def analysis(
    name: str,
    statements: Sequence[Statement],
    *,
    mentions: Sequence[Mention] = (),
    intro: str = "Welcome to this plan.",
    **fields: Any,
) -> Analysis:
    """A document that says all this, one paragraph each, after an introduction that states nothing."""
    text, blocks, placed = intro, [Block("heading", 0, len(intro), level=1)], []
    seen: dict[str, int] = {}
    url = f"https://example.org/{name}"
    identity = ids.document_id(url=url, publisher=None, title=None, published=None, sha256="")
    for found in statements:
        start = len(text) + 1
        text += "\n" + found.quote
        blocks.append(Block("paragraph", start, len(text), page=1))
        occurrence = seen[found.quote] = seen.get(found.quote, -1) + 1
        id = ids.statement_id(identity, found.quote, occurrence)
        metrics = tuple(put(m, found.quote, start) for m in found.metrics)
        placed.append(replace(found, id=id, document_id=identity, start=start, end=len(text), metrics=metrics))
    told = []
    for spoken in mentions:
        start = len(text) + 1
        text += "\n" + spoken.quote
        blocks.append(Block("paragraph", start, len(text), page=1))
        id = ids.short_id("mention", identity, spoken.quote)
        told.append(replace(spoken, id=id, document_id=identity, start=start, end=len(text)))
    given: dict[str, Any] = {"title": f"Plan {name}", "publisher": "Care Office", "published": date(2023, 6, 30)}
    document = Document(
        id=identity,
        name=name,
        sha256=ids.content_hash(text.encode()),
        text=text,
        blocks=tuple(blocks),
        url=url,
        sources={"title": "sidecar"},
        **{"format": "txt", "kind": "plan", "precision": "day", **given, **fields},
    )
    return Analysis(document, (), tuple(placed), tuple(told))


def corpus() -> list[Analysis]:
    """Three documents: a promise, the same promise moved and weakened, and a report on another one."""
    nurses = metric("5,000 nurses", 5000.0, "nurses", baseline=300.0, direction="increase", scope="all trusts")
    past, soon = TODAY - timedelta(days=400), TODAY + timedelta(days=30)
    return [
        analysis(
            "a.txt",
            [
                statement(
                    "The Training Board will train 5,000 nurses for every trust by last year.",
                    owners=(owner("Training Board"), owner("Care Office", explicit=False, score=0.4)),
                    deadline=deadline("by last year", None, past, anchor=date(2023, 6, 30)),
                    metrics=(nurses, metric("every trust", "all", "trusts")),
                    milestones=(
                        Milestone(deadline("half by spring", None, past), nurses),
                        Milestone(deadline("in May", past, past)),
                    ),
                    themes=("training", "recruitment"),
                ),
                statement("Every hospital will offer flexible rotas soon.", deadline=deadline("soon", TODAY, soon)),
                statement("Complete."),
                statement("Complete."),
            ],
        ),
        analysis(
            "b.pdf",
            [
                statement(
                    "The Care Office hopes to train 4,000 nurses in the coming years.",
                    owners=(owner("Care Office"),),
                    strength="aim",
                    deadline=deadline("in the coming years", None, TODAY + timedelta(days=200)),
                    metrics=(metric("4,000 nurses", 4000.0, "nurses"),),
                    themes=("training",),
                    heading=(),
                    voice="quoted",
                    speaker="Ms O’Neil",
                    negated=True,
                ),
                statement(
                    "Somebody ought to consider a café; it’s “due”, \\ perhaps.",
                    strength="proposal",
                    owners=(owner("Local Café"),),
                    sure=False,
                    voice="unnamed",
                ),
            ],
            mentions=[
                mention("The porters’ union calls for a pay rise.", voice="reported", speaker="The porters’ union"),
                mention("A café had been promised in 2019.", kind="former", heading=("Plan",)),
            ],
            published=date(2024, 6, 30),
            format="pdf",
            pages=2,
        ),
        analysis(
            "c.html",
            [
                statement(
                    "Flexible rotas were introduced in March.",
                    label="progress",
                    kind="delivered",
                    when=deadline("in March", date(2025, 3, 1), date(2025, 3, 31)),
                    owners=(owner("Care Office"),),
                )
            ],
            published=date(2025, 6, 30),
            title=None,
            kind="news",
        ),
    ]


def links_of(documents: Sequence[Analysis]) -> tuple[list[Link], list[Thread]]:
    a, b, c = documents
    reasons = (Reason("figure", 0.7, "the same unit"),)
    moved = Link(a.statements[0].id, b.statements[0].id, "revises", 0.8, reasons, ("deadline moved 600 days later",))
    reported = Link(a.statements[1].id, c.statements[0].id, "progresses", 0.9, reasons)
    threads = [
        Thread("t1", "Train nurses", (moved.earlier, moved.later), date(2023, 6, 30), date(2024, 6, 30)),
        Thread("t2", "Flexible rotas", (reported.earlier, reported.later), date(2023, 6, 30), date(2025, 6, 30)),
    ]
    return [moved, reported], threads


def put_links(db: sqlite_utils.Database, links: Iterable[Link], threads: Iterable[Thread]) -> None:
    """Store these links and threads in place of all that were there, as linking does where it keeps nothing."""
    gone = db.execute("SELECT earlier_id, later_id FROM links").fetchall()
    loose = [id for (id,) in db.execute("SELECT id FROM statements")]
    writer.renew_links(db, links, threads, gone=gone, loose=loose)


def fill(
    db: sqlite_utils.Database, documents: Sequence[Analysis] | None = None, *, links: bool = True
) -> list[Analysis]:
    """Store the three documents, and their links, in one run; returns them in the order of `corpus`."""
    run = writer.start_run(db, **RUN)
    for found in documents or corpus():
        writer.save_analysis(db, found, run, register=REGISTER)
    filled = corpus()
    if links:
        put_links(db, *links_of(filled))
    writer.finish_run(db, run, unchanged=0)
    return filled


def check_integrity(db: sqlite_utils.Database) -> None:
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    for index in ("documents_fts", "commitments_fts"):
        # Raises where the index and its table disagree; rank 1 compares with the table, too.
        db.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")
    for text, start, end, quote in db.execute(
        'SELECT text, start, "end", quote FROM (SELECT document_id, start, "end", quote FROM commitments '
        'UNION ALL SELECT document_id, start, "end", quote FROM progress '
        'UNION ALL SELECT document_id, start, "end", quote FROM mentions) JOIN documents d ON d.id = document_id'
    ):
        assert text[start:end] == quote


def contents(db: sqlite_utils.Database, *, drop: Sequence[str] = ("run_id", "fingerprint")) -> dict[str, list[str]]:
    """Every table but the runs, without what only says when it was stored."""
    tables = [t.name for t in TABLES if t.name not in ("runs", "reviews", "first_found")]
    return {
        name: sorted(
            str({k: v for k, v in row.items() if k not in drop and not (k == "id" and isinstance(v, int))})
            for row in db.query(f"SELECT * FROM {name}")
        )
        for name in tables
    }


def review(db: sqlite_utils.Database, id: str, note: str = "seen") -> None:
    db.execute(
        "INSERT INTO reviews (statement_id, action, note, at) VALUES (?, 'confirm', ?, '2026-01-01')", [id, note]
    )

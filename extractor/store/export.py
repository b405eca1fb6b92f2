"""The database in other formats: JSON Lines (of reviews, too), CSV, graphs (GraphML, GEXF, JSON), iCalendar, Atom."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import sqlite_utils

from extractor.errors import WrongUsage
from extractor.store import atom, feeds, graph
from extractor.store.pledges import PLEDGES
from extractor.store.rows import HEADING_SEPARATOR
from extractor.store.spreadsheet import csv_line
from extractor.store.tables.judgements import DOCUMENT_REVIEWS, OWNER_REVIEWS, PAIR_REVIEWS, REVIEWS

# Every export is in the same order, however the documents came in: by date, then by identity and place.
_BY_DOCUMENT = "ORDER BY d.published IS NULL, d.published, d.id"

_STATEMENTS = f"""
SELECT s.label, d.name AS document, d.title, d.publisher, d.published, d.url, f.*, o.name AS owner
FROM statements s
JOIN documents d ON d.id = s.document_id
JOIN (
  SELECT id, document_id, quote, start, "end", page, heading, lead_in, strength, NULL AS kind, owner_id, owner_explicit,
    deadline_text, deadline_start, deadline_end, deadline_rule, deadline_anchor, deadline_year,
    NULL AS when_text, NULL AS when_start, NULL AS when_end, NULL AS when_rule, confidence, reasons, thread_id,
    sure, voice, speaker, negated, sentence_start, sentence_end,
    deadline_words_start, deadline_words_end, deadline_confidence,
    NULL AS when_words_start, NULL AS when_words_end, NULL AS when_confidence, review, delivery
  FROM commitments
  UNION ALL
  SELECT id, document_id, quote, start, "end", page, heading, lead_in, NULL, kind, owner_id, owner_explicit,
    deadline_text, deadline_start, deadline_end, deadline_rule, NULL, NULL,
    when_text, when_start, when_end, when_rule, confidence, reasons, thread_id,
    sure, voice, speaker, negated, sentence_start, sentence_end,
    deadline_words_start, deadline_words_end, deadline_confidence, when_words_start, when_words_end, when_confidence,
    review, NULL
  FROM progress
) f ON f.id = s.id
LEFT JOIN owners o ON o.id = f.owner_id
WHERE f.review IS NOT 'rejected'
{_BY_DOCUMENT}, s.position
"""

# What hangs on a statement: each query gives the statement first, then the fields under these names.
_PARTS: dict[str, tuple[str, str]] = {
    "owners": (
        "commitment_id",
        'SELECT commitment_id, o.name, o.id, c.explicit, c.score, c.reason, c.rule, c.start, c."end", c.confidence '
        "FROM commitment_owners c JOIN owners o ON o.id = c.owner_id ORDER BY commitment_id, rank",
    ),
    "metrics": (
        "statement_id",
        "SELECT statement_id, iif(is_all, 'all', value) AS value, unit, baseline AS \"from\", direction, scope, "
        'target, per, text, start, "end", rule, confidence FROM metrics ORDER BY statement_id, start, "end", text',
    ),
    "milestones": (
        "statement_id",
        'SELECT statement_id, text, start_day AS start, end_day AS "end", rule, value, unit, start AS words_start, '
        '"end" AS words_end, confidence FROM milestones '
        "ORDER BY statement_id, coalesce(end_day, start_day), text",
    ),
    "reviews": (
        "statement_id",
        "SELECT statement_id, action, field, value, note, evidence_url, reviewer, at FROM reviews "
        "ORDER BY statement_id, id",
    ),
    "themes": ("statement_id", "SELECT statement_id, theme FROM themes ORDER BY statement_id, theme"),
    "links_to_later": (
        "earlier_id",
        "SELECT earlier_id, later_id AS statement, relation, score, reasons, changes FROM links "
        "ORDER BY earlier_id, later_id",
    ),
    "links_to_earlier": (
        "later_id",
        "SELECT later_id, earlier_id AS statement, relation, score, reasons, changes FROM links "
        "ORDER BY later_id, earlier_id",
    ),
}

Record = dict[str, Any]


def export(db: sqlite_utils.Database, format: str) -> Iterator[str]:
    """The database as one of FORMATS, in pieces that make up the file; one state of it, even while a writer works.

    Raises WrongUsage for any other format, before the first piece is asked for.
    """
    if format not in FORMATS:
        raise WrongUsage(f"no export format {format!r}: choose one of {', '.join(FORMATS)}")
    return _snapshot(db, _EXPORTERS[format])


def _snapshot(db: sqlite_utils.Database, exporter: Callable[[sqlite_utils.Database], Iterable[str]]) -> Iterator[str]:
    with db.atomic():
        yield from exporter(db)


def _jsonl(db: sqlite_utils.Database) -> Iterator[str]:
    """One statement a line, with all that is known about it and about its thread."""
    histories = {row["thread_id"]: row for row in db.query("SELECT * FROM thread_histories")}
    parts = {name: _by_statement(db, key, sql) for name, (key, sql) in _PARTS.items()}
    for row in db.query(_STATEMENTS):
        found = _statement(row, {name: rows.get(row["id"], []) for name, rows in parts.items()})
        found["thread_history"] = histories.get(row["thread_id"])
        yield json.dumps(found, ensure_ascii=False) + "\n"


def _statement(row: Record, parts: dict[str, list[Record]]) -> Record:
    label = row["label"]
    found: Record = {name: row[name] for name in ("document", "id", "label", "quote", "start", "end", "page")}
    found["heading"] = row["heading"].split(HEADING_SEPARATOR) if row["heading"] else []
    found["lead_in"] = row["lead_in"]
    if label == "commitment":
        found["strength"] = row["strength"]
    else:
        found["kind"] = row["kind"]
    candidates = parts["owners"]
    names = [c["name"] for c in candidates] or [row["owner"]]
    # A reviewer may have said whom the first name stands for.
    found["owners"] = [name for name in dict.fromkeys([row["owner"], *names[1:]]) if name]
    found["owner_explicit"] = _truth(row["owner_explicit"])
    found["deadline"] = _days(row, "deadline")
    if found["deadline"] and label == "commitment":
        found["deadline"] |= {"anchor": row["deadline_anchor"], "financial_year": row["deadline_year"]}
    if label == "progress":
        found["when"] = _days(row, "when")
    found |= {"metrics": parts["metrics"], "milestones": [_milestone(row) for row in parts["milestones"]]}
    found["themes"] = [part["theme"] for part in parts["themes"]]
    found |= {"voice": row["voice"], "speaker": row["speaker"], "negated": _truth(row["negated"])}
    found["sentence"] = _sentence(row)
    found |= {"confidence": row["confidence"], "sure": bool(row["sure"]), "reasons": json.loads(row["reasons"])}
    found["owner_candidates"] = [c | {"explicit": bool(c["explicit"])} for c in candidates]
    found |= {name: row[name] for name in ("document_id", "title", "publisher", "published", "url")}
    found |= {"review": row["review"], "delivery": row["delivery"], "reviews": parts["reviews"]}
    found["thread"] = row["thread_id"]
    for name in ("links_to_later", "links_to_earlier"):
        found[name] = [
            link | {"reasons": json.loads(link["reasons"]), "changes": json.loads(link["changes"])}
            for link in parts[name]
        ]
    return found


def _days(row: Record, name: str) -> Record | None:
    if row[f"{name}_text"] is None:
        return None
    given = {part: row[f"{name}_{part}"] for part in ("text", "start", "end", "rule", "confidence")}
    return given | {"span": _span(row[f"{name}_words_start"], row[f"{name}_words_end"])}


def _milestone(row: Record) -> Record:
    first, last = row["words_start"], row["words_end"]
    kept = {name: value for name, value in row.items() if name not in ("words_start", "words_end")}
    return kept | {"span": _span(first, last)}


def _truth(flag: int | None) -> bool | None:
    return None if flag is None else bool(flag)


def _sentence(row: Record) -> Record | None:
    """Where the whole sentence stands that the statement is a part of; None where it is all of it."""
    return _span(row["sentence_start"], row["sentence_end"])


def _span(start: int | None, end: int | None) -> Record | None:
    """Characters of the document's text; None where nothing stands there, or nobody kept where."""
    return None if start is None else {"start": start, "end": end}


def _by_statement(db: sqlite_utils.Database, key: str, sql: str) -> dict[str, list[Record]]:
    """Rows by the statement they hang on, without the key itself."""
    grouped: dict[str, list[Record]] = {}
    for row in db.query(sql):
        grouped.setdefault(row.pop(key), []).append(row)
    return grouped


def _reviews(db: sqlite_utils.Database) -> Iterator[str]:
    """One review a line, in the order given, subject by subject: of statements (also rejected ones, and such as are in
    no document now), documents, pairs of statements and owners.
    """
    for table in (REVIEWS, DOCUMENT_REVIEWS, PAIR_REVIEWS, OWNER_REVIEWS):
        for row in db.query(f"SELECT * FROM {table.name} ORDER BY id"):
            yield json.dumps({"table": table.name, **row}, ensure_ascii=False) + "\n"


def _csv(db: sqlite_utils.Database) -> Iterator[str]:
    """The view for people (RFC 4180), without the key that only the search index needs; no cell is a formula."""
    columns = [column.name for column in PLEDGES.columns if column.name != "search_key"]
    yield csv_line(columns)
    names = ", ".join(f"p.{column}" for column in columns)
    for row in db.execute(
        f"SELECT {names} FROM pledges p JOIN documents d ON d.id = p.document_id JOIN statements s ON s.id = p.ref "
        f"{_BY_DOCUMENT}, s.position"
    ):
        yield csv_line(row)


_EXPORTERS: dict[str, Callable[[sqlite_utils.Database], Iterable[str]]] = {
    "jsonl": _jsonl,
    "csv": _csv,
    "graphml": graph.graphml,
    "gexf": graph.gexf,
    "json": graph.node_link,
    "ics": feeds.calendar,
    "atom": atom.atom,
    "reviews": _reviews,
}
FORMATS: tuple[str, ...] = tuple(_EXPORTERS)

"""What was found when: each statement in the run that found it or tied it to earlier ones, with what that changed."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

# What a list of changes can be narrowed to, in the order in which a change is named after what it is.
WHAT: Mapping[str, str] = {
    "moved": "instr(l.changes, 'deadline ') > 0",
    "weakened": "instr(l.changes, 'wording weakened') > 0",
    "owner": "instr(l.changes, 'owner ') > 0",
    "figure": "instr(l.changes, 'figure ') > 0",
    "progress": "s.label = 'progress'",
    "restated": "l.relation = 'restates'",
    "new": "s.label = 'commitment' AND NOT EXISTS (SELECT 1 FROM links e WHERE e.later_id = s.id)",
}

# Kinds that only a link can be: they are looked for among the links.
_OF_LINKS = ("moved", "weakened", "owner", "figure", "restated")

_ABOUT = """
WITH chosen (id) AS MATERIALIZED ({ids}),
about (id) AS (
  SELECT id FROM chosen
  UNION SELECT later_id FROM links WHERE earlier_id IN (SELECT id FROM chosen)
)
"""

_FOUND = """
FROM {source}
JOIN statements s ON s.id = f.statement_id
WHERE (f.id = f.statement_id OR l.id IS NOT NULL) AND s.id NOT IN (
  SELECT id FROM commitments WHERE review = 'rejected' UNION ALL SELECT id FROM progress WHERE review = 'rejected'
)
"""

_STATEMENTS = """
SELECT k.key AS number, x.*, o.name AS owner, r.id AS run, r.started AS found, f.id IS NOT NULL AS is_new,
  coalesce(d.title, d.name) AS document, d.publisher, d.published, d.precision, d.url
FROM json_each(:keys) k
JOIN (
  SELECT id, 'commitment' AS label, strength AS sort, quote, page, document_id, owner_id, deadline_text, deadline_start,
    deadline_end, sure, confidence, voice, speaker, negated, thread_id FROM commitments
  UNION ALL
  SELECT id, 'progress', kind, quote, page, document_id, owner_id, deadline_text, deadline_start,
    deadline_end, sure, confidence, voice, speaker, negated, thread_id FROM progress
) x ON x.id = json_extract(k.value, '$[1]')
JOIN runs r ON r.id = json_extract(k.value, '$[0]')
JOIN documents d ON d.id = x.document_id
LEFT JOIN owners o ON o.id = x.owner_id
LEFT JOIN first_found f ON f.id = x.id AND f.run_id = r.id
ORDER BY k.key
"""

_LINKS = """
SELECT k.key AS number, l.relation, l.score, l.changes, l.earlier_id, coalesce(c.quote, g.quote) AS earlier_quote,
  coalesce(d.title, d.name) AS earlier_document, d.published AS earlier_published, d.precision AS earlier_precision
FROM json_each(:keys) k
JOIN first_found f ON f.statement_id = json_extract(k.value, '$[1]') AND f.run_id = json_extract(k.value, '$[0]')
JOIN links l ON l.id = f.id
JOIN statements s ON s.id = l.earlier_id
JOIN documents d ON d.id = s.document_id
LEFT JOIN commitments c ON c.id = l.earlier_id
LEFT JOIN progress g ON g.id = l.earlier_id
WHERE coalesce(c.review, g.review, '') <> 'rejected'
ORDER BY k.key, l.score DESC, l.id
"""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which statements a list of changes is about: SQL that gives their ids, with its parameters; all for no SQL."""

    ids: str = ""
    given: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Tie:
    """An earlier statement that the later one restates, revises or reports on, and what changed in between."""

    relation: str
    changes: tuple[str, ...]
    earlier: str
    quote: str
    document: str
    published: str | None
    precision: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """A statement in the run that found it, or that tied it to earlier ones; the best tie first.

    `id` stays the same as long as the statement does. `what` names, as in WHAT, all that it is.
    """

    id: str
    row: Mapping[str, Any]
    ties: tuple[Tie, ...]
    what: tuple[str, ...]


def count_changes(connection: sqlite3.Connection, chosen: Chosen, *, what: str = "") -> int:
    """How many changes there are to what is chosen, of one kind or ("") of all."""
    about, found = _found(chosen, what)
    sql = f"{about} SELECT count(*) FROM (SELECT DISTINCT f.run_id, f.statement_id {found})"
    return int(connection.execute(sql, dict(chosen.given)).fetchone()[0])


def find_changes(
    connection: sqlite3.Connection, chosen: Chosen, *, what: str = "", limit: int, offset: int = 0
) -> list[Change]:
    """Part of what `count_changes` counts: the latest run first, in it what was published last, in the
    order of its text."""
    about, found = _found(chosen, what)
    keys = connection.execute(
        f"{about} SELECT DISTINCT f.run_id, f.published, f.document_id, f.position, f.statement_id {found} "
        "ORDER BY f.run_id DESC, f.published DESC, f.document_id, f.position, f.statement_id "
        "LIMIT :limit OFFSET :offset",
        {**chosen.given, "limit": limit, "offset": offset},
    ).fetchall()
    wanted = {"keys": json.dumps([[run, statement] for run, *_, statement in keys])}
    ties: defaultdict[int, list[Tie]] = defaultdict(list)
    for row in _rows(connection, _LINKS, wanted):
        ties[row["number"]].append(_tie(row))
    return [_change(row, ties[row["number"]]) for row in _rows(connection, _STATEMENTS, wanted)]


def _rows(connection: sqlite3.Connection, sql: str, given: Mapping[str, str]) -> list[dict[str, Any]]:
    found = connection.execute(sql, given)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found]


def _found(chosen: Chosen, what: str) -> tuple[str, str]:
    """What a query for changes begins with, and where they come from: from whatever leaves the least to look at."""
    source = "first_found f LEFT JOIN links l ON l.id = f.id"
    about = condition = ""
    if chosen.ids:
        about = _ABOUT.format(ids=chosen.ids)
        # CROSS: SQLite keeps this order (https://www.sqlite.org/optoverview.html#crossjoin)
        source = "about a CROSS JOIN first_found f ON f.statement_id = a.id LEFT JOIN links l ON l.id = f.id"
        # What happens to a promise counts for it, even where the statement that says so is somebody else's.
        condition = "AND (f.statement_id IN (SELECT id FROM chosen) OR l.earlier_id IN (SELECT id FROM chosen))"
    elif what in _OF_LINKS:
        source = "links l CROSS JOIN first_found f ON f.id = l.id"
    if what:
        condition += f" AND {WHAT[what]}"
    return about, _FOUND.format(source=source) + condition


def _tie(row: Mapping[str, Any]) -> Tie:
    return Tie(
        row["relation"],
        tuple(json.loads(row["changes"])),
        row["earlier_id"],
        row["earlier_quote"],
        row["earlier_document"],
        row["earlier_published"],
        row["earlier_precision"],
    )


def _change(row: Mapping[str, Any], ties: Sequence[Tie]) -> Change:
    changed = [change for tie in ties for change in tie.changes]
    is_so = {
        "moved": any(change.startswith("deadline ") for change in changed),
        "weakened": any(change.startswith("wording weakened") for change in changed),
        "owner": any(change.startswith("owner ") for change in changed),
        "figure": any(change.startswith("figure ") for change in changed),
        "progress": row["label"] == "progress",
        "restated": any(tie.relation == "restates" for tie in ties),
        "new": row["label"] == "commitment" and not ties,
    }
    # a tie that a later run found is news of its own; the statement itself keeps the id that it always had
    id = row["id"] if row["is_new"] else f"{row['id']} {' '.join(sorted(tie.earlier for tie in ties))}"
    return Change(id, row, tuple(ties), tuple(name for name in WHAT if is_so[name]))

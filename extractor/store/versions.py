"""What came before: when a document is stored anew, its earlier version is kept, and what changed is told by run."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlite_utils

# A statement as it is compared from one run to the next: what is read from it, but neither where it stands nor how
# sure the program is, which any new sentence before it, or any new model, may shift.
_FACTS = """
SELECT s.id, json_object(
    'label', s.label, 'quote', f.quote, 'strength', f.strength, 'kind', f.kind, 'owner', o.name,
    'deadline', f.deadline_text, 'deadline_start', f.deadline_start, 'deadline_end', f.deadline_end,
    'voice', f.voice, 'speaker', f.speaker, 'negated', f.negated, 'sure', f.sure,
    'measures', (SELECT json_group_array(text) FROM
      (SELECT text FROM metrics WHERE statement_id = s.id ORDER BY start, "end", text)),
    'milestones', (SELECT json_group_array(text) FROM
      (SELECT text FROM milestones WHERE statement_id = s.id ORDER BY coalesce(end_day, start_day), text)),
    'themes', (SELECT json_group_array(theme) FROM
      (SELECT theme FROM themes WHERE statement_id = s.id ORDER BY theme))
  )
FROM statements s
JOIN (
  SELECT id, quote, strength, NULL AS kind, coalesce(owner_found_id, owner_id) AS owner_id, deadline_text,
    deadline_start, deadline_end, voice, speaker, negated, sure
  FROM commitments
  UNION ALL
  SELECT id, quote, NULL, kind, coalesce(owner_found_id, owner_id), deadline_text, deadline_start, deadline_end, voice,
    speaker, negated, sure
  FROM progress
) f ON f.id = s.id
LEFT JOIN owners o ON o.id = f.owner_id
WHERE s.document_id = ?
ORDER BY s.position
"""

Facts = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Standing:
    """A document as it stands in the database: its row (None where it is not there) and what its statements say."""

    row: Mapping[str, Any] | None
    facts: Facts


def standing(db: sqlite_utils.Database, document: str) -> Standing:
    """The stored version of a document, to be asked for before another takes its place."""
    return Standing(next(db.query("SELECT * FROM documents WHERE id = ?", [document]), None), _facts(db, document))


def record(db: sqlite_utils.Database, document: str, run: int, before: Standing) -> None:
    """Keep what `run` has just replaced, and what it changed; to be called in the same transaction.

    A document that is stored twice in one run (two files of it were given) is compared with what stood before the run:
    which of the two came first must leave no trace.
    """
    was = _before_run(db, document, run, before.facts)
    now = _facts(db, document) if was else _all_new(db, document)
    db.execute("DELETE FROM run_changes WHERE run_id = ? AND document_id = ?", [run, document])
    changes: list[tuple[str, str, str | None, str | None]] = []
    for statement, facts in now.items():
        if statement not in was:
            changes.append((statement, "new", None, None))
        elif facts != was[statement]:
            fields = ", ".join(name for name in facts if facts[name] != was[statement].get(name))
            changes.append((statement, "changed", fields, _packed(was[statement])))
    changes += [(gone, "vanished", None, _packed(was[gone])) for gone in was if gone not in now]
    db.conn.executemany(
        'INSERT INTO run_changes (run_id, document_id, statement_id, "change", fields, was) VALUES (?, ?, ?, ?, ?, ?)',
        ((run, document, *change) for change in changes),
    )
    _keep_version(db, document, run, before)


def forget(db: sqlite_utils.Database, document: str) -> None:
    """Delete all that is kept about earlier versions of a document, and the rejections of their files."""
    old = "SELECT {} FROM versions WHERE document_id = :document"
    db.execute(
        f"DELETE FROM rejections WHERE name IN ({old.format('name')}) OR sha256 IN ({old.format('sha256')})",
        {"document": document},
    )
    for table in ("run_changes", "versions"):
        db.execute(f"DELETE FROM {table} WHERE document_id = ?", [document])


def _keep_version(db: sqlite_utils.Database, document: str, run: int, before: Standing) -> None:
    (sha256,) = db.execute("SELECT sha256 FROM documents WHERE id = ?", [document]).fetchone()
    # Read again in the same run: what stood before it may be what stands now.
    db.execute(
        "DELETE FROM versions WHERE document_id = ? AND until_run_id = ? AND sha256 = ?", [document, run, sha256]
    )
    if before.row is None or before.row["run_id"] == run or before.row["sha256"] == sha256:
        return
    db.execute(
        "INSERT INTO versions (document_id, run_id, until_run_id, sha256, name, title, published, statements, text) "
        "VALUES (:id, :run_id, :until, :sha256, :name, :title, :published, :statements, :text)",
        {**before.row, "until": run, "statements": len(before.facts)},
    )


def _before_run(db: sqlite_utils.Database, document: str, run: int, facts: Facts) -> Facts:
    """What the statements of a document said before the run, whose changes so far are taken back."""
    was = dict(facts)
    for statement, change, packed in db.execute(
        'SELECT statement_id, "change", was FROM run_changes WHERE run_id = ? AND document_id = ?', [run, document]
    ).fetchall():
        if change == "new":
            was.pop(statement, None)
        else:
            was[statement] = json.loads(packed)
    return was


def _facts(db: sqlite_utils.Database, document: str) -> Facts:
    return {id: json.loads(facts) for id, facts in db.execute(_FACTS, [document])}


def _all_new(db: sqlite_utils.Database, document: str) -> Facts:
    """The statements of a document that had none: there is nothing to compare what they say with."""
    return {id: {} for (id,) in db.execute("SELECT id FROM statements WHERE document_id = ? ORDER BY id", [document])}


def _packed(facts: Mapping[str, Any]) -> str:
    return json.dumps(facts, ensure_ascii=False)

"""What reviewers say of statements and documents, laid over what was found; found values are kept apart beside them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import sqlite_utils

from extractor.ids import short_id
from extractor.lexicon.organisations import slug_of
from extractor.store.corrected import FIELDS, NOTHING, RULE, SORTS, deadline_columns, document_columns
from extractor.store.rows import Row, Value
from extractor.store.tables.judgements import DELIVERIES

LABELS = {"commitments": "commitment", "progress": "progress"}
# Where the candidates for the owner are kept among the columns as found.
_CANDIDATES = "commitment_owners"
_REASON = "a reviewer said so"


@dataclass(slots=True)
class Standing:
    """What counts of all that was said of one thing: the newest word on each question, as far as it stands."""

    verdict: str | None = None
    status: str | None = None
    corrections: dict[str, str] = field(default_factory=dict)

    def hear(self, action: str, field: str | None, value: str | None) -> None:
        """Take in one more review; they come oldest first."""
        if action in ("confirm", "reject"):
            self.verdict = f"{action}ed"
        elif action == "status":
            self.status = value
        elif action == "correct" and field and value is not None:
            self.corrections[field] = value
        elif action == "withdraw":
            self.verdict = self.verdict if field not in (None, "verdict") else None
            self.status = self.status if field not in (None, "status") else None
            self.corrections = {name: kept for name, kept in self.corrections.items() if field not in (None, name)}

    @property
    def review(self) -> str | None:
        """What the column `review` says."""
        return "corrected" if self.verdict != "rejected" and self.corrections else self.verdict


def standing(db: sqlite_utils.Database, statement: str) -> Standing:
    """What counts of all that was said of a statement (id)."""
    said = "SELECT action, field, value FROM reviews WHERE statement_id = ? ORDER BY id"
    return _heard(db.execute(said, [statement]).fetchall())


def document_standing(db: sqlite_utils.Database, document: str) -> Standing:
    """What counts of all that was said of a document (id)."""
    said = "SELECT action, field, value FROM document_reviews WHERE document_id = ? ORDER BY id"
    return _heard(db.execute(said, [document]).fetchall())


def _heard(said: Iterable[tuple[str, str | None, str | None]]) -> Standing:
    found = Standing()
    for action, of, value in said:
        found.hear(action, of, value)
    return found


def settle(db: sqlite_utils.Database, document: str) -> None:
    """Bring a document (id) and its statements in line with the newest reviews of them, starting from what was found.

    Owners must stand as found (`owner_merges.as_found`). A correction that its field cannot take, which only another
    program can have written, counts for nothing. Rejected statements lose their links and leave their threads; when
    that is taken back, linking the database again gives them theirs.
    """
    _give_back(db, "documents", "id", document)
    for table in LABELS:
        _give_back(db, table, "document_id", document)
        reviewed = (
            f"SELECT id FROM {table} WHERE document_id = ? AND id IN (SELECT statement_id FROM reviews) ORDER BY id"
        )
        for (id,) in db.execute(reviewed, [document]).fetchall():
            _lay_over(db, table, id, standing(db, id))
    _lay_over_document(db, document, document_standing(db, document).corrections)


def _give_back(db: sqlite_utils.Database, table: str, key: str, document: str) -> None:
    """Give the rows of a document back what was found."""
    changed = f"SELECT id, as_found FROM {table} WHERE {key} = ? AND as_found IS NOT NULL"
    for id, kept in db.execute(changed, [document]).fetchall():
        found = json.loads(kept)
        if (candidates := found.pop(_CANDIDATES, None)) is not None:
            _put_candidates(db, id, candidates)
        _set(db, table, id, {**found, "as_found": None})
    for column in {"commitments": ("review", "delivery"), "progress": ("review",)}.get(table, ()):
        db.execute(f"UPDATE {table} SET {column} = NULL WHERE {key} = ? AND {column} IS NOT NULL", [document])


def _lay_over(db: sqlite_utils.Database, table: str, id: str, said: Standing) -> None:
    label = LABELS[table]
    # In a later run it may be found to be of the other label, which has other fields.
    said.corrections = {name: value for name, value in said.corrections.items() if name in FIELDS[label]}
    review = said.review
    new: Row = {}
    kept: dict[str, object] = {}
    for name, value in said.corrections.items():
        if name == "owner":
            new |= _owner_columns(db, label, value)
            if label == "commitment":
                kept[_CANDIDATES] = candidates = _candidates(db, id)
                _put_candidates(db, id, _led_by(candidates, id, new["owner_id"]))
        elif name == "deadline":
            (words,) = db.execute(f"SELECT deadline_text FROM {table} WHERE id = ?", [id]).fetchone()
            new |= deadline_columns(label, value, words) or {}
        elif value in SORTS[name]:
            new[name] = value
    if review in ("confirmed", "corrected"):
        new["sure"] = 1
    if review == "rejected":
        _unlink(db, table, id)
    _change(db, table, id, new, kept)
    _set(db, table, id, {"review": review})
    if label == "commitment" and said.status in DELIVERIES:
        _set(db, table, id, {"delivery": said.status})


def _lay_over_document(db: sqlite_utils.Database, id: str, corrections: Mapping[str, str]) -> None:
    new: Row = {}
    for name, value in corrections.items():
        new |= document_columns(name, value) or {}
    if not new:
        return
    (sources,) = db.execute("SELECT sources FROM documents WHERE id = ?", [id]).fetchone()
    origins = json.loads(sources) | dict.fromkeys(set(new) - {"precision"}, "review")
    _change(db, "documents", id, {**new, "sources": _json(dict(sorted(origins.items())))}, {})


def _change(db: sqlite_utils.Database, table: str, id: str, new: Row, kept: Mapping[str, object]) -> None:
    """Set columns, with what was found there, and what else is to be `kept`, put aside."""
    if not new:
        return
    columns = ", ".join(f'"{column}"' for column in new)
    was = db.execute(f"SELECT {columns} FROM {table} WHERE id = ?", [id]).fetchone()
    found = {**dict(zip(new, was, strict=True)), **kept}
    _set(db, table, id, {**new, "as_found": _json(found)})


def _set(db: sqlite_utils.Database, table: str, id: str, new: Row) -> None:
    columns = ", ".join(f'"{column}" = :{column}' for column in new)
    db.execute(f"UPDATE {table} SET {columns} WHERE id = :this", {**new, "this": id})


def _owner_columns(db: sqlite_utils.Database, label: str, name: str) -> Row:
    columns: Row = {"owner_id": None if name == NOTHING else _owner_id(db, name), "owner_explicit": None}
    if label == "progress":
        nothing: Row = dict.fromkeys(("owner_words_start", "owner_words_end", "owner_confidence"))
        columns |= {**nothing, "owner_rule": None if name == NOTHING else RULE}
    elif name != NOTHING:
        # the quote names it, or it does not: that was not asked
        columns["owner_explicit"] = 0
    return columns


def _owner_id(db: sqlite_utils.Database, name: str) -> str:
    """The id of the owner of this name, which is stored where it is not there yet."""
    (id,) = db.execute("SELECT min(id) FROM owners WHERE name = ?", [name]).fetchone()
    if id is None:
        id = slug_of(name) or short_id("owner", name)
        if db.execute("SELECT 1 FROM owners WHERE id = ?", [id]).fetchone():
            id = f"{id}-{short_id('owner', name)}"
        db.execute("INSERT INTO owners (id, name, known) VALUES (?, ?, 0)", [id, name])
    return str(id)


def _candidates(db: sqlite_utils.Database, commitment: str) -> list[Row]:
    found = db.query("SELECT * FROM commitment_owners WHERE commitment_id = ? ORDER BY rank", [commitment])
    return [dict(row) for row in found]


def _led_by(candidates: Iterable[Row], commitment: str, owner: Value) -> list[Row]:
    """The candidates with the reviewer's choice first; none at all where nobody is to be named."""
    if owner is None:
        return []
    given: Row = {"score": 1.0, "reason": _REASON, "rule": RULE, "confidence": None}
    nowhere: Row = {"explicit": 0, "start": None, "end": None}
    chosen = next((row for row in candidates if row["owner_id"] == owner), nowhere)
    first: Row = {**chosen, "commitment_id": commitment, "owner_id": owner, **given}
    others = [row for row in candidates if row["owner_id"] != owner]
    return [{**row, "rank": rank} for rank, row in enumerate((first, *others), start=1)]


def _put_candidates(db: sqlite_utils.Database, commitment: str, candidates: Iterable[Row]) -> None:
    db.execute("DELETE FROM commitment_owners WHERE commitment_id = ?", [commitment])
    for row in candidates:
        columns = ", ".join(f'"{column}"' for column in row)
        db.execute(
            f"INSERT INTO commitment_owners ({columns}) VALUES ({', '.join(f':{column}' for column in row)})", row
        )


def _unlink(db: sqlite_utils.Database, table: str, id: str) -> None:
    db.execute("DELETE FROM links WHERE :id IN (earlier_id, later_id)", {"id": id})
    (thread,) = db.execute("SELECT thread_id FROM statements WHERE id = ?", [id]).fetchone()
    for each in ("statements", table):
        db.execute(f"UPDATE {each} SET thread_id = NULL WHERE id = ?", [id])
    unused = "DELETE FROM threads WHERE id = ? AND NOT EXISTS (SELECT 1 FROM statements WHERE thread_id = threads.id)"
    db.execute(unused, [thread])


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)

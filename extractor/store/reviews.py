"""Writing down what people say of single statements and documents; it counts at once and in every later run."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import sqlite_utils

from extractor.errors import WrongUsage
from extractor.store import corrections, facts, owner_merges
from extractor.store.corrected import FIELDS, NOTHING, check_document_field, check_field
from extractor.store.judgements import NO_REMARK, Remark
from extractor.store.tables.judgements import DELIVERIES, DOCUMENT_FIELDS
from extractor.store.writer import writing

# What can be said of one statement or document alone; `judgements` has what is said of two, and of threads and owners.
VERBS = ("accept", "dismiss", "correct", "status", "withdraw", "correct_document", "withdraw_document")
# What can be taken back of a statement beside its corrected fields.
QUESTIONS = ("verdict", "status")
LONGEST_ADDRESS = 2_000


def accept(db: sqlite_utils.Database, statement: str, *, remark: Remark = NO_REMARK) -> bool:
    """A statement (id) is what it was taken for. Raises WrongUsage for one that is not in the database.

    This and all that follow return whether linking depends on what changed by it.
    """
    return _say(db, statement, lambda label: _Word("confirm"), remark)


def dismiss(db: sqlite_utils.Database, statement: str, *, remark: Remark = NO_REMARK) -> bool:
    """A statement (id) is none, and counts nowhere. Raises WrongUsage for one that is not in the database."""
    return _say(db, statement, lambda label: _Word("reject"), remark)


def correct(db: sqlite_utils.Database, statement: str, field: str, value: str, *, remark: Remark = NO_REMARK) -> bool:
    """A field of a statement (id) should have this value, as `corrected.check_field` reads it.

    An owner is named by its name or id; one that is in no document yet is stored under its name. Raises WrongUsage for
    a statement that is not in the database or was rejected, and for a field or value that it cannot have.
    """

    def word(label: str) -> _Word:
        kept = check_field(label, field, value)
        if corrections.standing(db, statement).verdict == "rejected":
            raise WrongUsage(f"statement {statement!r} was rejected: accept it first, or withdraw what was said")
        return _Word("correct", field, _owner_name(db, kept) if field == "owner" and kept != NOTHING else kept)

    return _say(db, statement, word, remark)


def status(
    db: sqlite_utils.Database, statement: str, value: str, *, evidence: str | None = None, remark: Remark = NO_REMARK
) -> bool:
    """A commitment (id) was kept or not: one of DELIVERIES, with the address of the evidence (http or https).

    Raises WrongUsage for one that is not in the database or no commitment, another status, or no web address.
    """

    def word(label: str) -> _Word:
        if label != "commitment":
            raise WrongUsage(f"statement {statement!r} is no commitment: it has no delivery status")
        if value not in DELIVERIES:
            raise WrongUsage(f"a status is one of {', '.join(DELIVERIES)}; it cannot be {value!r}")
        return _Word("status", None, value, _web_address(evidence) if evidence else None)

    return _say(db, statement, word, remark)


def withdraw(
    db: sqlite_utils.Database, statement: str, field: str | None = None, *, remark: Remark = NO_REMARK
) -> bool:
    """What reviewers said of a statement (id) no longer counts: of a field, of "verdict" or "status", or (None) at all.

    Raises WrongUsage for one that is not in the database, another field, and where nothing was said that counts.
    """

    def word(label: str) -> _Word:
        choices = (*QUESTIONS, *FIELDS[label])
        if field is not None and field not in choices:
            raise WrongUsage(f"{field!r} cannot be withdrawn: choose one of {', '.join(choices)}")
        _check_said(corrections.standing(db, statement), field, f"statement {statement!r}")
        return _Word("withdraw", field)

    return _say(db, statement, word, remark)


def correct_document(
    db: sqlite_utils.Database, document: str, field: str, value: str, *, remark: Remark = NO_REMARK
) -> bool:
    """The date (day, month or year) or publisher of a document (id or name of its file) should be this.

    Raises WrongUsage for a document that is not in the database, or several of the name, another field or value.
    """
    with writing(db):
        id = document_id(db, document)
        return _say_of_document(db, id, "correct", field, check_document_field(field, value), remark)


def withdraw_document(
    db: sqlite_utils.Database, document: str, field: str | None = None, *, remark: Remark = NO_REMARK
) -> bool:
    """What reviewers said of a document (id or name of its file) no longer counts: of a field or (None) at all.

    Raises WrongUsage as `correct_document`, and where nothing was said that counts.
    """
    with writing(db):
        id = document_id(db, document)
        if field is not None and field not in DOCUMENT_FIELDS:
            raise WrongUsage(f"{field!r} cannot be withdrawn: choose one of {', '.join(DOCUMENT_FIELDS)}")
        _check_said(corrections.document_standing(db, id), field, f"document {document!r}")
        return _say_of_document(db, id, "withdraw", field, None, remark)


def document_id(db: sqlite_utils.Database, key: str) -> str:
    """The id of the document with this id or file name. Raises WrongUsage for none, or several of the name."""
    found = [id for (id,) in db.execute("SELECT id FROM documents WHERE :key IN (id, name) ORDER BY id", {"key": key})]
    if not found:
        raise WrongUsage(f"no document {key!r} in the database")
    if len(found) > 1:
        raise WrongUsage(f"several documents are named {key!r}; give one of {', '.join(found)}")
    return str(found[0])


def fields(db: sqlite_utils.Database) -> dict[str, str | None]:
    """What reviewers can change of single statements and documents, by what it is called, such as "deadline of s1"."""
    deadline = "nullif(coalesce(deadline_start, '..') || '/' || coalesce(deadline_end, '..'), '../..')"
    asked = (
        ("commitments", {"deadline": deadline, "strength": "strength", "review": "review", "delivery": "delivery"}),
        ("progress", {"deadline": deadline, "kind": "kind", "review": "review"}),
        ("documents", {"date": "published", "precision": '"precision"', "publisher": "publisher"}),
    )
    return {
        f"{name} of {id}": value
        for table, columns in asked
        for id, *values in db.execute(f"SELECT id, {', '.join(columns.values())} FROM {table} ORDER BY id").fetchall()
        for name, value in zip(columns, values, strict=True)
    }


@dataclass(frozen=True, slots=True)
class _Word:
    """What somebody says of a statement, as a row of reviews has it."""

    action: str
    field: str | None = None
    value: str | None = None
    evidence: str | None = None


def _say(db: sqlite_utils.Database, statement: str, word: Callable[[str], _Word], remark: Remark) -> bool:
    """Write down what `word` makes of the statement's label, and let it count; all in one transaction."""
    with writing(db):
        found = db.execute("SELECT document_id, label FROM statements WHERE id = ?", [statement]).fetchone()
        if found is None:
            raise WrongUsage(f"no statement {statement!r} in the database")
        document, label = found
        said, before = word(label), _claim(db, statement)
        db.execute(
            "INSERT INTO reviews (statement_id, action, field, value, note, evidence_url, reviewer, at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [statement, said.action, said.field, said.value, remark.note, said.evidence, remark.reviewer, _now()],
        )
        _settle(db, document)
        after = _claim(db, statement)
        if (before is None) != (after is None):
            facts.renew(db)
        return before != after


def _claim(db: sqlite_utils.Database, statement: str) -> tuple[object, ...] | None:
    """What linking would ask of a statement; None for one that does not count."""
    found: tuple[object, ...] | None = db.execute(
        "SELECT owner_id, deadline_end, strength FROM commitments WHERE id = :id AND review IS NOT 'rejected' "
        "UNION ALL SELECT owner_id, deadline_end, kind FROM progress WHERE id = :id AND review IS NOT 'rejected'",
        {"id": statement},
    ).fetchone()
    return found


def _say_of_document(
    db: sqlite_utils.Database, document: str, action: str, field: str | None, value: str | None, remark: Remark
) -> bool:
    published = "SELECT published FROM documents WHERE id = ?"
    before = db.execute(published, [document]).fetchone()
    db.execute(
        "INSERT INTO document_reviews (document_id, action, field, value, note, reviewer, at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        [document, action, field, value, remark.note, remark.reviewer, _now()],
    )
    _settle(db, document)
    return bool(before != db.execute(published, [document]).fetchone())


def _settle(db: sqlite_utils.Database, document: str) -> None:
    owner_merges.as_found(db)
    corrections.settle(db, document)
    owner_merges.merge(db)


def _check_said(said: corrections.Standing, field: str | None, what: str) -> None:
    counts = {*said.corrections, *(name for name in QUESTIONS if getattr(said, name))}
    if not counts or (field is not None and field not in counts):
        raise WrongUsage(f"{what}: there is nothing to withdraw{f' of its {field}' if field else ''}")


def _owner_name(db: sqlite_utils.Database, key: str) -> str:
    """The name of the owner with this name or id; the key itself where the database knows neither."""
    found = db.execute(
        "SELECT name FROM owners WHERE :key IN (id, name) ORDER BY name <> :key", {"key": key}
    ).fetchone()
    return str(found[0]) if found else key


def _web_address(url: str) -> str:
    if len(url) > LONGEST_ADDRESS or not re.match(r"(?i)https?://[!-~]+\Z", url) or not _host(url):
        raise WrongUsage(f"evidence is a web address that begins with https:// or http://; it cannot be {url[:100]!r}")
    return url


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")

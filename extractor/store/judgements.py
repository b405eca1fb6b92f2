"""Writing down what people say about links, threads and owners; linking again makes the database agree with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlite_utils

from extractor.errors import WrongUsage
from extractor.store import owner_merges
from extractor.store.reader import load_judgements
from extractor.store.writer import writing

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Remark:
    """What goes with a judgement: a note, and the name of whoever gave it."""

    note: str | None = None
    reviewer: str | None = None


NO_REMARK = Remark()


def confirm(db: sqlite_utils.Database, a: str, b: str, *, remark: Remark = NO_REMARK) -> None:
    """Two statements (ids) speak of the same commitment. Raises WrongUsage for one unknown, or the same one twice."""
    with writing(db):
        _say(db, "confirm", [_two(db, a, b)], remark)


def reject(db: sqlite_utils.Database, a: str, b: str, *, remark: Remark = NO_REMARK) -> None:
    """Two statements (ids) do not speak of the same commitment. Raises WrongUsage as `confirm`."""
    with writing(db):
        _say(db, "reject", [_two(db, a, b)], remark)


def merge(db: sqlite_utils.Database, one: str, other: str, *, remark: Remark = NO_REMARK) -> None:
    """Two threads (ids) are one: what was said to keep their statements apart no longer counts.

    Raises WrongUsage for a thread that is not in the database, or the same one twice.
    """
    with writing(db):
        members = [_members(db, id) for id in (one, other)]
        if one == other:
            raise WrongUsage(f"thread {one!r} is named twice: name the two threads to merge")
        _say(db, "merge", _held_apart(db, *members) or [_bridge(*members)], remark)


def split(db: sqlite_utils.Database, statement: str, *, remark: Remark = NO_REMARK) -> None:
    """A statement (id) does not belong to its thread: it is apart from the thread's first, the first from the second.

    Raises WrongUsage for a statement that is not in the database or has no thread to share.
    """
    with writing(db):
        _known(db, statement)
        (thread,) = db.execute("SELECT thread_id FROM statements WHERE id = ?", [statement]).fetchone()
        others = [id for id in _members(db, thread) if id != statement] if thread else []
        if not others:
            raise WrongUsage(f"statement {statement!r} shares its thread with no other")
        _say(db, "split", [(statement, others[0])], remark)


def merge_owner(db: sqlite_utils.Database, owner: str, into: str, *, remark: Remark = NO_REMARK) -> None:
    """The owner (name or id) is the same as `into`, under whose name its statements count from now on.

    Raises WrongUsage for an owner that is not in the database, the same one twice, and where `into` itself counts for
    the owner already: owners never merge in a circle.
    """
    with writing(db):
        name, heir = _owner(db, owner), _owner(db, into)
        if name == heir:
            raise WrongUsage(f"owner {name!r} is named twice: name the owner it is the same as")
        if owner_merges.leads_to(db, heir, name):
            raise WrongUsage(f"owner {heir!r} is merged into {name!r}: split it first")
        _say_of_owner(db, "merge", name, heir, remark)


def split_owner(db: sqlite_utils.Database, owner: str, *, remark: Remark = NO_REMARK) -> None:
    """The owner (name or id) stands by itself again. Raises WrongUsage for one that is not merged into another."""
    with writing(db):
        name = owner if owner in owner_merges.merged_names(db) else _owner(db, owner)
        if name not in owner_merges.merged_names(db):
            raise WrongUsage(f"owner {name!r} is not merged into another")
        _say_of_owner(db, "split", name, None, remark)


@dataclass(frozen=True, slots=True)
class State:
    """What judgements can change: the thread of each statement, the links between them, and whose they are."""

    threads: Mapping[str, str | None]
    links: Mapping[Pair, str]
    owners: Mapping[str, str]


def state(db: sqlite_utils.Database) -> State:
    """How things hang together now."""
    return State(
        threads=dict(db.execute("SELECT id, thread_id FROM statements ORDER BY id").fetchall()),
        links={(a, b): r for a, b, r in db.execute("SELECT earlier_id, later_id, relation FROM links ORDER BY 1, 2")},
        owners=dict(
            db.execute(
                "SELECT f.id, o.name FROM (SELECT id, owner_id FROM commitments "
                "UNION ALL SELECT id, owner_id FROM progress) f JOIN owners o ON o.id = f.owner_id ORDER BY f.id"
            ).fetchall()
        ),
    )


def differences(before: State, after: State) -> list[str]:
    """What changed, a line each: links gone and new (or of another relation), statements of another thread or owner."""
    gone = [f"link gone: {a} – {b}" for a, b in before.links if (a, b) not in after.links]
    new = [
        f"link: {a} – {b}: {relation}"
        for (a, b), relation in after.links.items()
        if before.links.get((a, b)) != relation
    ]
    moved = _moves("thread", before.threads, after.threads)
    return [*gone, *new, *moved, *_moves("owner", before.owners, after.owners)]


def summary(before: State, after: State) -> str:
    """What changed in how things hang together, counted, in a sentence."""
    counts = (
        (sum(pair not in after.links for pair in before.links), "link gone", "links gone"),
        (sum(pair not in before.links for pair in after.links), "new link", "new links"),
        (_moved(before.threads, after.threads), "statement in another thread", "statements in other threads"),
        (_moved(before.owners, after.owners), "statement of another owner", "statements of other owners"),
    )
    told = [f"{count} {one if count == 1 else more}" for count, one, more in counts if count]
    return f"What follows from it: {', '.join(told)}." if told else "No link, thread or owner changed by it."


def _moved(before: Mapping[str, str | None], after: Mapping[str, str | None]) -> int:
    return sum(before.get(id) != after.get(id) for id in before.keys() | after.keys())


def _moves(what: str, before: Mapping[str, str | None], after: Mapping[str, str | None]) -> Iterable[str]:
    return (
        f"{what} of {id}: {before.get(id) or 'none'} → {now or 'none'}"
        for id, now in after.items()
        if before.get(id) != now
    )


def _two(db: sqlite_utils.Database, a: str, b: str) -> Pair:
    _known(db, a)
    _known(db, b)
    if a == b:
        raise WrongUsage(f"statement {a!r} is named twice: name the two statements of the pair")
    return a, b


def _known(db: sqlite_utils.Database, statement: str) -> None:
    if not db.execute("SELECT 1 FROM statements WHERE id = ?", [statement]).fetchone():
        raise WrongUsage(f"no statement {statement!r} in the database")


def _members(db: sqlite_utils.Database, thread: str) -> dict[str, str]:
    """The documents of a thread's statements by statement, in the order of threads (`link.in_order`)."""
    found = db.execute(
        "SELECT s.id, s.document_id FROM statements s JOIN documents d ON d.id = s.document_id "
        "WHERE s.thread_id = ? ORDER BY coalesce(d.published, ''), s.document_id, s.id",
        [thread],
    ).fetchall()
    if not found:
        raise WrongUsage(f"no thread {thread!r} in the database")
    return dict(found)


def _held_apart(db: sqlite_utils.Database, one: Mapping[str, str], other: Mapping[str, str]) -> list[Pair]:
    """The pairs across two threads that were said to be apart: the merge must be said of each, to be the newer word."""
    return [
        (said.a, said.b)
        for said in load_judgements(db)
        if not said.same and ((said.a in one and said.b in other) or (said.a in other and said.b in one))
    ]


def _bridge(one: Mapping[str, str], other: Mapping[str, str]) -> Pair:
    """The first statement of each thread; of several documents where that is possible, as only these are linked."""
    a, b = next(iter(one)), next(iter(other))
    if one[a] == other[b]:
        b = next((id for id, document in other.items() if document != one[a]), b)
        if one[a] == other[b]:
            a = next((id for id, document in one.items() if document != other[b]), a)
    return a, b


def _owner(db: sqlite_utils.Database, key: str) -> str:
    """The name of the owner with this name or id."""
    found = {name for (name,) in db.execute("SELECT name FROM owners WHERE :key IN (id, name)", {"key": key})}
    if not found:
        raise WrongUsage(f"no owner {key!r} in the database")
    return key if key in found else min(found)


def _say(db: sqlite_utils.Database, action: str, pairs: Iterable[Pair], remark: Remark) -> None:
    for a, b in pairs:
        db.execute(
            "INSERT INTO pair_reviews (action, a_id, b_id, note, reviewer, at) VALUES (?, ?, ?, ?, ?, ?)",
            [action, a, b, remark.note, remark.reviewer, _now()],
        )


def _say_of_owner(db: sqlite_utils.Database, action: str, owner: str, into: str | None, remark: Remark) -> None:
    db.execute(
        "INSERT INTO owner_reviews (action, owner, into_owner, note, reviewer, at) VALUES (?, ?, ?, ?, ?, ?)",
        [action, owner, into, remark.note, remark.reviewer, _now()],
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")

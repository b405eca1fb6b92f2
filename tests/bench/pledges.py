"""An invented commitments database of any size: documents in series, pledges stated again, moved, reported on."""

import random
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

import sqlite_utils

from extractor import ids
from extractor.link import encode
from extractor.records import (
    KINDS,
    PROGRESS_KINDS,
    STRENGTHS,
    Analysis,
    Block,
    Deadline,
    Document,
    Link,
    Metric,
    Owner,
    Reason,
    Statement,
    Thread,
)
from extractor.settings import Settings
from extractor.store import schema, writer
from extractor.store.rows import RegisterEntry
from tests.store_samples import put_links
from tests.synthetic import ADJECTIVES, GROUPS, HEADS, MIDDLES, NOUNS, TAILS, VERBS, vectors_of

A_DOCUMENT = 52  # statements
REPORTED = 0.23  # share of statements that report progress
STATED_AGAIN = 0.45
FIRST_DAY, DAYS = date(2004, 1, 5), 8_300
SERIES = 60
VECTORS_AT_ONCE = 5_000
THEMES = ("recruitment", "retention", "pay", "training", "wellbeing", "leadership", "rotas", "digital", "safety")
PUBLISHERS = tuple(f"{head}{tail} Care Board" for head in HEADS for tail in TAILS[:6])
OWNERS = tuple(f"{head}{middle}{tail} Trust" for head in HEADS for middle in MIDDLES for tail in TAILS[:7])
FILLER = "Nobody at the meeting spoke against it, and the figures are those of the last survey."


@dataclass(slots=True)
class Pledge:
    """A pledge as it was last stated: in which document, its words, its owner, when it is due, and its thread."""

    words: str
    owner: int
    due: date | None
    document: str = ""
    statements: list[tuple[str, date | None]] = field(default_factory=list)
    title: str = ""


@dataclass(slots=True)
class Invented:
    """All that was made: `pledges` grow with the documents, `links` join each statement to the one before it."""

    chance: random.Random
    pledges: list[Pledge] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


def write(path: Path, commitments: int) -> None:
    """Write a new database with about so many commitments, and three reports of progress for ten of them."""
    made = Invented(random.Random(7))
    register = dict(_register())
    database = schema.open_database(path, create=True)
    database.execute("PRAGMA synchronous = OFF")
    run = writer.start_run(database, version="0.0.0", settings="s", models="m")
    number = round(commitments / (1 - REPORTED) / A_DOCUMENT)
    # it looks at every statement there is, once a document; here no owner is ever without one
    with patch.object(writer, "drop_unused_owners"):
        for place in range(number):
            writer.save_analysis(database, _document(made, place, number), run, register=register)
    threads = [
        Thread(
            ids.short_id("thread", pledge.statements[0][0]),
            pledge.title,
            tuple(id for id, _ in pledge.statements),
            min((day for _, day in pledge.statements if day), default=None),
            max((day for _, day in pledge.statements if day), default=None),
        )
        for pledge in made.pledges
    ]
    put_links(database, made.links, threads)
    _review(database.conn)
    _compare(database)
    writer.finish_run(database, run, unchanged=0)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def _compare(database: sqlite_utils.Database) -> None:
    """Vectors made of words, but for the first commitment's, which is the encoder's: by it the server knows its own."""
    rows = list(database.query("SELECT id, quote FROM commitments UNION ALL SELECT id, quote FROM progress"))
    for start in range(0, len(rows), VECTORS_AT_ONCE):
        part = rows[start : start + VECTORS_AT_ONCE]
        vectors = vectors_of([row["quote"] for row in part])
        writer.save_vectors(database, {row["id"]: vector for row, vector in zip(part, vectors, strict=True)})
    id, quote = database.execute("SELECT id, quote FROM commitments ORDER BY id LIMIT 1").fetchone()
    writer.save_vectors(database, {id: encode([quote], settings=Settings())[0]})


def _register() -> Iterator[tuple[str, RegisterEntry]]:
    for place, name in enumerate(OWNERS[:60]):
        heir = _slug(place + 1) if place % 6 == 0 else None
        yield (
            _slug(place),
            RegisterEntry(_slug(place), name, "trust", date(2000, 4, 1), date(2019, 3, 31) if heir else None, heir),
        )


def _slug(owner: int) -> str:
    return OWNERS[owner].lower().replace(" ", "-")


def _document(made: Invented, place: int, number: int) -> Analysis:
    chance = made.chance
    day = FIRST_DAY + timedelta(days=place * DAYS // number) if chance.random() > 0.02 else None
    series = f"{PUBLISHERS[place % SERIES]} papers" if chance.random() > 0.15 else None
    name = f"{place:05}.txt"
    document_id = ids.short_id("document", name)
    text = ""
    blocks: list[Block] = []
    found: list[Statement] = []
    for position in range(A_DOCUMENT):
        if position % 13 == 0:
            text = _block(text, blocks, "heading", f"{position // 13 + 1} {_pick(chance, NOUNS).capitalize()} and more")
        statement, words = _statement(made, document_id, day, len(text) + 2 if text else 0, position)
        text = _block(text, blocks, "paragraph", f"{words} {FILLER}")
        found.append(statement)
    title = f"{_pick(chance, ADJECTIVES).capitalize()} {_pick(chance, NOUNS)} paper {place}"
    document = Document(
        id=document_id,
        name=name,
        format="txt",
        sha256=ids.content_hash(text.encode()),
        text=text,
        blocks=tuple(blocks),
        kind=KINDS[place % len(KINDS)],
        title=title,
        publisher=PUBLISHERS[place % len(PUBLISHERS)],
        published=day,
        precision="day" if day else None,
        url=f"https://example.org/{place}",
        series=series,
        licence="OGL-UK-3.0",
        sources={"title": "text"},
    )
    return Analysis(document, (), tuple(found))


def _block(text: str, blocks: list[Block], kind: str, words: str) -> str:
    start = len(text) + 2 if text else 0
    blocks.append(Block(kind, start, start + len(words), 2 if kind == "heading" else 0, None))  # type: ignore[arg-type]
    return f"{text}\n\n{words}" if text else words


def _statement(made: Invented, document: str, day: date | None, start: int, position: int) -> tuple[Statement, str]:
    chance = made.chance
    reported = len(made.pledges) > 20 and chance.random() < REPORTED
    old = reported or (len(made.pledges) > 20 and chance.random() < STATED_AGAIN)
    # what was stated lately is stated again more often
    pledge = made.pledges[-1 - int(len(made.pledges) * chance.random() ** 3)] if old else _new(chance)
    if pledge.document == document:
        pledge, old, reported = _new(chance), False, False
    pledge.document = document
    moved = False
    if not old:
        made.pledges.append(pledge)
    elif pledge.due and not reported and chance.random() < 0.3:
        pledge.due += timedelta(days=chance.randrange(10, 900))
        moved = True
    due = None if reported else pledge.due
    by = f" by {due.day} {due:%B %Y}" if due else ""
    figure = chance.randrange(2, 9_000)
    measured = chance.random() < 0.4
    counted = f"{figure:,} {_pick(chance, GROUPS)}"
    verb = "has begun to" if reported else "will"
    words = f"{OWNERS[pledge.owner]} {verb} {pledge.words}{f' for {counted}' if measured else ''}{by}."
    id = ids.statement_id(document, words, position)
    sort = {"kind": chance.choice(PROGRESS_KINDS)} if reported else {"strength": chance.choice(STRENGTHS)}
    deadline = None
    if due:
        at = start + words.index(by) + 1
        rule = "day"
        deadline = Deadline(by[1:], None, due, rule, None, at, at + len(by) - 1)
    slug = _slug(pledge.owner)
    owner = Owner(slug, OWNERS[pledge.owner], pledge.owner < 60, True, 0.9, "it is the subject", "subject")
    statement = Statement(
        id=id,
        document_id=document,
        label="progress" if reported else "commitment",
        quote=words,
        start=start,
        end=start + len(words),
        page=None,
        heading=(),
        lead_in=None,
        confidence=chance.uniform(0.5, 1),
        owners=(owner,) if chance.random() > 0.1 else (),
        deadline=deadline,
        metrics=_metrics(figure, counted, words, start) if measured else (),
        themes=tuple(chance.sample(THEMES, chance.randrange(3))),
        reasons=(Reason("classifier", 0.8, "the wording is that of a promise"),),
        sure=chance.random() > 0.15,
        voice=chance.choices(("own", "quoted", "reported", "unnamed"), (80, 8, 10, 2))[0],
        **sort,
    )
    if pledge.statements:
        relation = "progresses" if reported else "revises" if moved else "restates"
        changes = ("deadline moved later",) if moved else ()
        earlier = pledge.statements[-1][0]
        made.links.append(Link(earlier, id, relation, 0.9, (Reason("owner", 1.0, "the same owner"),), changes))  # type: ignore[arg-type]
    pledge.title = pledge.title or words
    pledge.statements.append((id, day))
    return statement, words


def _new(chance: random.Random) -> Pledge:
    words = (
        f"{_pick(chance, VERBS)} {_pick(chance, ADJECTIVES)} {_pick(chance, NOUNS)} and {_pick(chance, ADJECTIVES)} "
        f"{_pick(chance, NOUNS)} with {_pick(chance, NOUNS)} near {_pick(chance, HEADS)}{_pick(chance, TAILS)}"
    )
    due = date(2006, 3, 31) + timedelta(days=chance.randrange(9_000)) if chance.random() < 0.5 else None
    return Pledge(words, int(len(OWNERS) * chance.random() ** 2.5), due)


def _metrics(figure: int, counted: str, words: str, start: int) -> tuple[Metric, ...]:
    at = start + words.index(counted)
    return (Metric(counted, figure, counted.split()[-1], at, at + len(counted)),)


def _pick(chance: random.Random, words: tuple[str, ...]) -> str:
    """A word of the list, the first ones more often, as in any language."""
    return words[int(len(words) * chance.random() ** 1.7)]


def _review(connection: sqlite3.Connection) -> None:
    """A person confirmed one statement in five hundred."""
    with connection:
        connection.execute(
            "insert into reviews (statement_id, action, note, reviewer, at) "
            "select id, 'confirm', 'Read again.', 'A. Reader', '2026-01-05T10:00:00+00:00' from statements "
            "where position = 7 and document_id in (select id from documents order by id limit 250)"
        )

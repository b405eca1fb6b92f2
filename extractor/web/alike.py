"""The page of pledges like a sentence: ranked by meaning and rare words, beside the search for exact words."""

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from extractor.web import asking, data, nearest, page, queries, tables, words
from extractor.web.marking import shared_words

# On 6,171 labelled sentences the first right one stands at the same place whether two hundred or a thousand of the
# nearest by meaning are weighed with their words (mean reciprocal rank 0.54; by meaning alone 0.49).
CANDIDATES = 200
# Where the list is narrowed, most of what is near may fall away.
NARROWED = 1_000
SHOWN = 30
SAME_THREAD = 20
# Shown where nothing is alike, and said to be hardly so.
NEAREST_ANYWAY = 3
LONGEST_SENTENCE = 1_000
# Characters of a quote that the list shows.
LONGEST_QUOTE = 420
# From this likeness on a pledge is called …; how many in a hundred that were so alike spoke of the same matter, and how
# many of the same pledge, among the labelled sentences (`python -m tests.alike`).
LABELLED = 6_171
DEGREES = (("very alike", 0.65, 92, 31), ("alike", 0.5, 55, 17), ("somewhat alike", 0.4, 20, 9))
LEAST = DEGREES[-1][1]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asks for: a sentence, or the reference of a statement; and what the list is narrowed to."""

    text: str
    ref: str
    search: queries.Search

    def __bool__(self) -> bool:
        return bool(self.text or self.ref)


@dataclass(frozen=True, slots=True)
class Start:
    """The sentence that others are compared with; `row` is the statement it is, None for one that a reader typed."""

    text: str
    row: sqlite3.Row | None
    at: nearest.Version

    @property
    def thread(self) -> str | None:
        return self.row["thread_id"] if self.row else None


@dataclass(frozen=True, slots=True)
class Found:
    """A pledge with how alike it is (0 to 1), and its quote in pieces, each with whether the sentence has it too."""

    row: sqlite3.Row
    likeness: float
    pieces: tuple[tuple[str, bool], ...]

    @property
    def degree(self) -> str:
        return degree_of(self.likeness)


def degree_of(likeness: float) -> str:
    """A likeness in words: "very alike", "alike", "somewhat alike", and "hardly alike" below what a list shows."""
    return next((name for name, least, *_ in DEGREES if likeness >= least), "hardly alike")


async def alike(datasette: Any, request: Any) -> Any:
    """The form; and what is most like a sentence, or like a statement."""
    asked = _asked(request)
    context: dict[str, Any] = {"asked": asked, "start": None, "found": [], "elsewhere": [], "choices": {}, "total": 0}
    if asked:
        path = Path(datasette.get_database(page.DATABASE).path)
        start, kept = await page.read(datasette, lambda connection: _start(connection, asked, path))
        count = NARROWED if asked.search or asked.search.as_of else CANDIDATES
        try:
            near = await nearest.nearest(start.at, start.text, kept, count)
        except nearest.CannotCompare as problem:
            return page.problem(datasette, request, HTTPStatus.SERVICE_UNAVAILABLE, str(problem))
        context |= await page.read(datasette, lambda connection: _look(connection, asked, start, near))
    context |= {
        "degrees": DEGREES,
        "labelled": LABELLED,
        "longest": LONGEST_SENTENCE,
        "states": [(state, words.term(state)) for state in (*words.STATES, *words.MARKS)],
    }
    return await data.answer(
        datasette, "alike.html", context, request=request, table=_table(context["found"]), as_of=asked.search.as_of
    )


def _asked(request: Any) -> Asked:
    asked = Asked(
        # a line break in the field is no more than a space
        " ".join(page.text_parameter(request, "text", longest=LONGEST_SENTENCE).split()),
        page.text_parameter(request, "ref"),
        queries.Search(
            owner=page.text_parameter(request, "owner"),
            theme=page.text_parameter(request, "theme"),
            state=asking.state(request),
            as_of=asking.as_of(request),
        ),
    )
    if asked.text and asked.ref:
        raise page.BadParameter("Give “text” or “ref”, not both.")
    if asked.text and not any(character.isalnum() for character in asked.text):
        raise page.BadParameter("“text” holds no word.")
    return asked


def _start(connection: sqlite3.Connection, asked: Asked, path: Path) -> tuple[Start, bytes | None]:
    """What to compare with, and its vector where the database keeps one."""
    at = nearest.version(connection, path)
    if not asked.ref:
        return Start(asked.text, None, at), None
    row = connection.execute(
        """SELECT x.id, x.quote, x.thread_id, v.vector FROM (
             SELECT id, quote, thread_id FROM commitments UNION ALL SELECT id, quote, thread_id FROM progress
           ) x LEFT JOIN vectors v ON v.statement_id = x.id AND v.models = ? WHERE x.id = ?""",
        [at.models, asked.ref],
    ).fetchone()
    if row is None:
        raise page.NothingHere("No statement has this reference.")
    return Start(row["quote"], row, at), row["vector"]


def _look(connection: sqlite3.Connection, asked: Asked, start: Start, near: Mapping[str, float]) -> dict[str, object]:
    rows = _candidates(connection, list(near), asked.search)
    likeness = {row["id"]: nearest.alike(start.text, row["quote"], near[row["id"]]) for row in rows}
    others = [row for row in rows if row["id"] != asked.ref and (not start.thread or row["thread_id"] != start.thread)]
    ranked = sorted(others, key=lambda row: (-likeness[row["id"]], row["id"]))
    close = [row for row in ranked if likeness[row["id"]] >= LEAST]
    shown = queries.listed(connection, asked.search, [row["id"] for row in close[:SHOWN] or ranked[:NEAREST_ANYWAY]])
    return {
        "start": start,
        "total": len(close),
        "found": [Found(row, likeness[row["id"]], _marked(row["quote"], start.text)) for row in shown],
        "elsewhere": _elsewhere(connection, start, asked.search),
        "choices": _choices(connection, close, asked.search),
    }


def _candidates(connection: sqlite3.Connection, refs: Sequence[str], search: queries.Search) -> list[sqlite3.Row]:
    """Those of the commitments that a reader's choices leave, the nearest of them, in the order given."""
    wanted, given = queries.conditions(search)
    return connection.execute(
        f"""SELECT c.id, c.quote, c.thread_id, c.owner_id, o.name AS owner
            FROM json_each(:refs) k JOIN commitments c ON c.id = k.value LEFT JOIN owners o ON o.id = c.owner_id
            WHERE {wanted} ORDER BY k.key LIMIT {CANDIDATES}""",
        {"refs": json.dumps(refs), **given},
    ).fetchall()


def _elsewhere(connection: sqlite3.Connection, start: Start, search: queries.Search) -> Sequence[sqlite3.Row]:
    """The same pledge in other places: the other commitments of the statement's thread, oldest first."""
    if start.row is None or not start.thread:
        return ()
    known = queries.Search(as_of=search.as_of)
    wanted, given = queries.conditions(known)
    ids = connection.execute(
        f"""SELECT c.id FROM commitments c WHERE c.thread_id = :thread AND c.id <> :ref AND {wanted}
            ORDER BY c.published, c.id LIMIT {SAME_THREAD}""",
        {"thread": start.thread, "ref": start.row["id"], **given},
    ).fetchall()
    return queries.listed(connection, known, [row["id"] for row in ids])


def _choices(
    connection: sqlite3.Connection, close: Sequence[sqlite3.Row], search: queries.Search
) -> dict[str, list[tuple[str, str]]]:
    """The owners and themes of what was found, commonest first, and the chosen one also where none is left.

    As pairs of value and label.
    """
    owners = Counter((row["owner_id"], row["owner"]) for row in close if row["owner_id"])
    themes = connection.execute(
        """SELECT t.theme, count(*) AS total FROM json_each(?) k JOIN themes t ON t.statement_id = k.value
           GROUP BY t.theme ORDER BY total DESC, t.theme""",
        [json.dumps([row["id"] for row in close])],
    ).fetchall()
    found = {
        "owner": [(slug, f"{words.shorten(name, 60)} ({total})") for (slug, name), total in owners.most_common()],
        "theme": [(row["theme"], f"{words.term(row['theme'])} ({row['total']})") for row in themes],
    }
    for name, chosen in (("owner", search.owner), ("theme", search.theme)):
        if chosen and chosen not in [value for value, _ in found[name]]:
            found[name].append((chosen, words.shorten(chosen, 60)))
    return found


def _marked(quote: str, text: str) -> tuple[tuple[str, bool], ...]:
    return shared_words(words.shorten(quote, LONGEST_QUOTE), text)


def _table(found: Sequence[Found]) -> data.Table:
    """The list as rows of the view `pledges`, each with its likeness as a number and in words."""
    columns = ("likeness", "alike", *tables.PLEDGE_COLUMNS)
    shown = page.Pagination(1, SHOWN, len(found))

    def part(connection: sqlite3.Connection, limit: int, offset: int) -> list[data.Row]:
        some = found[offset : offset + limit]
        rows = tables.pledges(connection, [each.row["id"] for each in some])
        return [
            {"likeness": round(each.likeness, 3), "alike": each.degree, **dict(row)}
            for each, row in zip(some, rows, strict=True)
        ]

    return data.Table(columns, part, shown)

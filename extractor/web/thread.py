"""The page of one thread: a commitment through the years, as a drawing and as a list."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from extractor.web import data, page, reading, reviewed, svg, tables, words
from extractor.web.wording import Comparison, changed_fields, compare

COMPARED = 40


@dataclass(frozen=True, slots=True)
class Tie:
    """What a statement is to an earlier one of its thread: the relation, the fields that changed, the reasons."""

    relation: str
    number: int
    earlier: str
    score: float
    changes: tuple[str, ...]
    reasons: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Version:
    """A statement of a thread, numbered in order of publication, with its ties to earlier ones."""

    number: int
    row: sqlite3.Row
    ties: tuple[Tie, ...]


def versions(connection: sqlite3.Connection, thread: str) -> tuple[Version, ...]:
    """The statements of a thread in order of publication, each with its links to statements before it."""
    rows = reading.versions(connection, thread)
    numbers = {row["id"]: number for number, row in enumerate(rows, start=1)}
    ties: defaultdict[str, list[Tie]] = defaultdict(list)
    for link in reading.links(connection, thread):
        if not {link["earlier_id"], link["later_id"]} <= numbers.keys():
            continue  # a person rejected one of the two
        ties[link["later_id"]].append(
            Tie(
                relation=link["relation"],
                number=numbers[link["earlier_id"]],
                earlier=link["earlier_id"],
                score=link["score"],
                changes=tuple(json.loads(link["changes"])),
                reasons=tuple(json.loads(link["reasons"])),
            )
        )
    return tuple(Version(numbers[row["id"]], row, tuple(ties[row["id"]])) for row in rows)


def comparisons(connection: sqlite3.Connection, shown: Sequence[Version]) -> dict[str, tuple[int, Comparison]]:
    """What became of the words of each version that restates or revises an earlier one: by its id the number of that
    earlier version, the one it is nearest to, and how the two compare. Of the last COMPARED versions.
    """
    rows = {version.row["id"]: version.row for version in shown}
    said = reading.figures(connection, list(rows))
    found: dict[str, tuple[int, Comparison]] = {}
    for version in shown[-COMPARED:]:
        nearest = next((tie for tie in version.ties if tie.relation in ("restates", "revises")), None)
        if nearest:
            earlier, later = rows[nearest.earlier], version.row
            runs = compare(earlier["quote"], later["quote"])
            comparison = Comparison(runs, changed_fields(earlier, later, said))
            found[later["id"]] = (nearest.number, comparison)
    return found


async def thread(datasette: Any, request: Any) -> Any:
    """A thread's timeline."""
    id = page.path_variable(request, "id")

    def look(connection: sqlite3.Connection) -> dict[str, Any]:
        row = reading.thread(connection, id)
        if row is None:
            raise page.NothingHere("No thread has this reference. One that an earlier statement joins is named anew.")
        shown = versions(connection, id)
        return {
            "t": row,
            "versions": shown,
            "compared": comparisons(connection, shown),
            "pair_reviews": reviewed.of_pairs(connection, [version.row["id"] for version in shown]),
        }

    found = await page.read(datasette, look)
    shown = found["versions"]
    drawing = svg.timeline(
        [_event(version, datasette.urls.path) for version in shown if version.row["published"]], today=date.today()
    )
    table = _table(found["t"], shown)
    return await data.answer(
        datasette, "thread.html", {**found, "drawing": drawing}, request=request, table=table, follow={"thread": id}
    )


def _table(thread: sqlite3.Row, shown: Sequence[Version]) -> data.Table:
    """The statements in order; in the JSON also the thread as a whole and the links between its statements."""

    def part(connection: sqlite3.Connection, limit: int, offset: int) -> list[sqlite3.Row]:
        return tables.statements(connection, [version.row["id"] for version in shown[offset : offset + limit]])

    whole = page.Pagination(1, max(len(shown), 1), len(shown))
    more = {"thread": dict(thread), "links": links(shown)}
    return data.Table(tuple(tables.STATEMENT_COLUMNS), part, whole, more)


def links(shown: Sequence[Version]) -> list[dict[str, object]]:
    """Every tie of these versions: which statement it joins to which, the relation, what changed and why."""
    return [
        {
            "earlier": tie.earlier,
            "later": version.row["id"],
            "relation": tie.relation,
            "score": tie.score,
            "changes": tie.changes,
            "reasons": tie.reasons,
        }
        for version in shown
        for tie in version.ties
    ]


def _event(version: Version, link: Any) -> svg.Event:
    row = version.row
    last = row["deadline_end"] or row["deadline_start"]
    said = f"{version.number}: {words.day(row['published'], row['precision'])}, {words.shorten(row['quote'], 120)}"
    doubt = f", {check}" if (check := words.check(row["sure"], row["confidence"])) else ""
    due = f" ({words.interval(row['deadline_start'], row['deadline_end'])})" if last else ""
    return svg.Event(
        number=version.number,
        published=date.fromisoformat(row["published"]),
        due=date.fromisoformat(last) if last else None,
        label=row["label"],
        title=said + due + doubt,
        href=link(f"/pledge/{row['id']}"),
    )

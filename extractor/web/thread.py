"""The page of one thread: a commitment through the years, as a drawing and as a list."""

import json
import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from extractor.web import page, reading, svg, words


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


async def thread(datasette: Any, request: Any) -> Any:
    """A thread's timeline."""
    id = page.path_variable(request, "id")

    def look(connection: sqlite3.Connection) -> tuple[sqlite3.Row, tuple[Version, ...]]:
        row = reading.thread(connection, id)
        if row is None:
            raise page.NothingHere("No thread has this reference. One that an earlier statement joins is named anew.")
        return row, versions(connection, id)

    row, shown = await page.read(datasette, look)
    drawing = svg.timeline(
        [_event(version, datasette.urls.path) for version in shown if version.row["published"]], today=date.today()
    )
    return page.render(datasette, "thread.html", {"t": row, "versions": shown, "drawing": drawing}, request=request)


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

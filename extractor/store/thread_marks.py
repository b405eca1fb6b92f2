"""From when until when each thread had a mark: its deadline had moved, or a series that promised it had gone quiet."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from operator import itemgetter

import sqlite_utils

from extractor.store.tables.standing import THREAD_MARKS, UNDATED

# thread, day, last day of its deadline, series that promises it here, whether it is a commitment, and a delivery
_Said = tuple[str, str, str | None, str | None, int, int]
_Row = tuple[object, ...]

_SAID = """
SELECT thread_id, day, deadline_end, series, commitment, delivered FROM (
  SELECT c.thread_id, d.published AS day, c.deadline_end, d.series, 1 AS commitment, 0 AS delivered,
    c.document_id, c.start, c.id
  FROM commitments c JOIN documents d ON d.id = c.document_id WHERE c.review IS NOT 'rejected'
  UNION ALL
  SELECT g.thread_id, d.published, g.deadline_end, NULL, 0, g.kind IS 'delivered', g.document_id, g.start, g.id
  FROM progress g JOIN documents d ON d.id = g.document_id WHERE g.review IS NOT 'rejected'
) WHERE thread_id IS NOT NULL AND day IS NOT NULL ORDER BY thread_id, day, document_id, start, id
"""


def renew(db: sqlite_utils.Database) -> None:
    """Work out the table anew, within the caller's transaction; only rows that change are written."""
    names = [column.name for column in THREAD_MARKS.columns]
    listed = ", ".join(names)
    before = set(db.execute(f"SELECT {listed} FROM thread_marks").fetchall())
    issues = _issues(db)
    found: Iterator[_Said] = db.execute(_SAID)
    after = {row for _, said in groupby(found, key=itemgetter(0)) for row in _spans(list(said), issues)}
    db.conn.executemany(
        "DELETE FROM thread_marks WHERE thread_id = ? AND since = ?", (row[:2] for row in before - after)
    )
    values = ", ".join("?" * len(names))
    db.conn.executemany(f"INSERT INTO thread_marks ({listed}) VALUES ({values})", sorted(after - before))


def _issues(db: sqlite_utils.Database) -> Mapping[str, Sequence[str]]:
    """The days on which documents of each series were published, in order."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    dated = "SELECT DISTINCT series, published FROM documents WHERE series IS NOT NULL AND published IS NOT NULL"
    for series, day in db.execute(f"{dated} ORDER BY published"):
        found[series].append(day)
    return found


def _spans(said: Sequence[_Said], issues: Mapping[str, Sequence[str]]) -> Iterator[_Row]:
    """The spans in which one thread has a mark, of what was said in it, in order: from a day to the next one."""
    days = [(day, list(ones)) for day, ones in groupby(said, key=itemgetter(1))]
    promised: set[str] = set()
    deadlines: list[tuple[str, str]] = []
    commitments, delivered = 0, False
    for (since, ones), until in zip(days, _ends(days), strict=True):
        for _, day, deadline, series, is_commitment, is_delivery in ones:
            commitments += is_commitment
            delivered = delivered or bool(is_delivery)
            if series:
                promised.add(series)
            if deadline:
                deadlines.append((day, deadline))
        moved = bool(deadlines) and deadlines[0][0] < deadlines[-1][0] and deadlines[0][1] != deadlines[-1][1]
        passed_over = min((day for series in promised for day in _next(issues[series], since)), default=UNDATED)
        quiet_from = passed_over if passed_over < until else None
        if moved or quiet_from:
            yield said[0][0], since, until, int(moved), quiet_from, int(delivered), commitments


def _ends(days: Iterable[tuple[str, object]]) -> Iterator[str]:
    yield from (later for (_, _), (later, _) in pairwise(days))
    yield UNDATED


def _next(issues: Sequence[str], day: str) -> Sequence[str]:
    """The first of these days after another, if there is any."""
    place = bisect_right(issues, day)
    return issues[place : place + 1]

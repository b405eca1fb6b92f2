"""The page of threads gone quiet: promised in a series of documents whose latest ones do not mention them."""

import sqlite3
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from extractor.web import across, page

ROWS = 50


@dataclass(frozen=True, slots=True)
class Silence:
    """A thread that the last `missed` documents of a series pass over, of the `later` ones since that series promised.

    The missed ones were all published after the thread was last seen in any document, of this series or not.
    """

    thread: str
    series: str
    missed: int
    later: int
    last_seen: str
    delivered: bool


def silences(threads: Iterable[Iterable[Any]], days: Iterable[Iterable[Any]]) -> list[Silence]:
    """The threads gone quiet: those without delivery first, then by how many documents pass over them, oldest first.

    A thread that several series are silent about counts once, with the longest silence. `threads` are rows of
    `across.threads_in_series`, `days` of `across.series_days`.
    """
    published: defaultdict[str, list[str]] = defaultdict(list)
    for series, day in days:
        published[series].append(day)
    longest: dict[str, Silence] = {}
    for id, series, promised, last_seen, delivered in threads:
        issues = published[series]
        missed = len(issues) - bisect_right(issues, last_seen)
        if missed > (longest[id].missed if id in longest else 0):
            later = len(issues) - bisect_right(issues, promised)
            longest[id] = Silence(id, series, missed, later, last_seen, bool(delivered))
    return sorted(longest.values(), key=lambda s: (s.delivered, -s.missed, s.last_seen, s.thread))


async def quiet(datasette: Any, request: Any) -> Any:
    """What a series promised and no longer mentions."""
    number = page.page_parameter(request)

    def look(connection: sqlite3.Connection) -> dict[str, object]:
        found = silences(across.threads_in_series(connection), across.series_days(connection))
        shown = page.Pagination(number, ROWS, len(found)).check()
        part = found[shown.offset : shown.offset + shown.size]
        threads = across.threads(connection, [silence.thread for silence in part])
        return {"pagination": shown, "silences": [(silence, threads[silence.thread]) for silence in part]}

    return page.render(datasette, "quiet.html", await page.read(datasette, look), request=request)

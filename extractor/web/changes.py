"""The page of changes: what the last runs found, day by day, and what it changed."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from extractor.store import atom
from extractor.store.changes import WHAT, Change, Chosen, count_changes, find_changes
from extractor.web import data, page, scope
from extractor.web.queries.kept import kept

ROWS = 40
COLUMNS: Mapping[str, str] = {
    "found": "When the run began that found it (UTC, ISO 8601).",
    "run": "The number of that run.",
    "what": "All that it is, joined by '; ': moved, weakened, owner, figure, progress, restated, new.",
    "ref": "Permanent id of the statement; its page is /pledge/ followed by it.",
    "label": "commitment or progress.",
    "sort": "Strength of a commitment (firm, directive, aim, proposal), kind of a report (delivered, underway, …).",
    "quote": "The exact words.",
    "owner_id": "Who must act, as in addresses of owners; null where nobody can be named.",
    "owner": "The name of that owner.",
    "deadline": "The words that give the deadline; null where no date is given.",
    "deadline_end": "Last day that they allow (ISO 8601); null where open.",
    "document_id": "Identity of the document.",
    "document": "Title of the document, else the name of its file.",
    "publisher": "Who published it; null where unknown.",
    "published": "Day of publication (ISO 8601); null where unknown.",
    "thread_id": "The thread of linked statements it belongs to; null where nothing is linked to it.",
    "relation": "What it is to the earlier statement that it is nearest to: restates, revises, progresses; or null.",
    "earlier_ref": "Permanent id of that earlier statement; else null.",
    "changes": "What changed since each earlier statement: a list such as ['deadline moved 92 days later (…)'].",
}


async def changes(datasette: Any, request: Any) -> Any:
    """What was found last, of everything, an owner, a thread or a search, or one kind of change alone."""
    asked = scope.asked(request)
    what = page.choice_parameter(request, "what", tuple(WHAT))
    number = page.page_parameter(request)
    chosen = asked.chosen()

    def look(connection: sqlite3.Connection) -> dict[str, Any]:
        shown = page.Pagination(number, ROWS, _total(connection, chosen.ids, tuple(chosen.given.items()), what)).check()
        found = find_changes(connection, chosen, what=what, limit=shown.size, offset=shown.offset)
        return {
            "name": scope.name(connection, asked),
            "pagination": shown,
            "runs": [(key, list(group)) for key, group in groupby(found, key=_run)],
        }

    found = await page.read(datasette, look)
    context = {
        "what": what,
        "kinds": {name: called.lower() for name, called in atom.CALLED.items()},
        "given": asked.given,
        **found,
    }
    table = data.Table(tuple(COLUMNS), _part(chosen, what), found["pagination"])
    follow = {**asked.given, "what": what}
    return await data.answer(datasette, "changes.html", context, request=request, table=table, follow=follow)


@kept
def _total(connection: sqlite3.Connection, ids: str, given: tuple[tuple[str, str], ...], what: str) -> int:
    return count_changes(connection, Chosen(ids, dict(given)), what=what)


def _run(change: Change) -> tuple[int, str]:
    return change.row["run"], change.row["found"][:10]


def _part(chosen: Chosen, what: str) -> data.Part:
    def part(connection: sqlite3.Connection, limit: int, offset: int) -> Sequence[data.Row]:
        return [_row(change) for change in find_changes(connection, chosen, what=what, limit=limit, offset=offset)]

    return part


def _row(change: Change) -> dict[str, Any]:
    best = change.ties[0] if change.ties else None
    return {
        **change.row,
        "ref": change.row["id"],
        "deadline": change.row["deadline_text"],
        "what": "; ".join(change.what),
        "relation": best.relation if best else None,
        "earlier_ref": best.earlier if best else None,
        "changes": json.dumps([text for tie in change.ties for text in tie.changes], ensure_ascii=False),
    }

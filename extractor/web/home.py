"""The first page: what there is, the search, what falls due next, the newest documents."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from extractor.store.changes import Chosen, find_changes
from extractor.web import asking, data, page, queries, scope, tables, words
from extractor.web.queries.kept import kept

RESULTS = 25
BRIEF = 6
MOVED = 4
NAME_LENGTH = 60
Option = tuple[str, str]


def _options(choices: dict[str, list[sqlite3.Row]], owner: list[Option]) -> dict[str, list[Option]]:
    """Value and label of everything that the form offers, with `owner` before the other owners."""

    def counted(rows: list[sqlite3.Row]) -> list[Option]:
        return [(row["value"], f"{words.shorten(row['name'], NAME_LENGTH)} ({row['total']:,})") for row in rows]

    given = [option for option in owner if option[0] not in {row["value"] for row in choices["owners"]}]
    return {
        "owners": [*given, *counted(choices["owners"])],
        "themes": [(row["value"], words.term(row["name"])) for row in choices["themes"]],
        "kinds": [(row["value"], f"{words.term(row['name'])} ({row['total']:,})") for row in choices["kinds"]],
        "years": counted(choices["years"]),
        "strengths": [(code, words.term(code)) for code in words.STRENGTHS],
        "states": [(name, words.capitalised(name)) for name in (*words.STATES, *words.MARKS)],
        "sure": [(code, words.capitalised(name)) for code, name in words.SURE.items()],
        "voices": [(code, words.capitalised(name)) for code, name in words.VOICE_NAMES.items()],
    }


def _chosen_owner(connection: sqlite3.Connection, search: queries.Search) -> list[Option]:
    row = queries.owner(connection, search.owner, search.today) if search.owner else None
    return [(row["id"], words.shorten(row["name"], NAME_LENGTH))] if row else []


def _counted(connection: sqlite3.Connection, search: queries.Search, counts: sqlite3.Row | None) -> tuple[int, int]:
    """How many statements are found, and of how many pledges; `counts` of all there is, where nothing is asked for."""
    if search.each == "latest":
        # each stands in the list once, so that its length says how many
        total = counts["pledges"] if counts else queries.count_pledges(connection, search)
        return total, total
    return queries.count_found(connection, search)


@kept
def _moved(connection: sqlite3.Connection) -> list[tuple[Mapping[str, object], str]]:
    """The statements found last that changed a deadline, each with how."""
    found = find_changes(connection, Chosen(), what="moved", limit=MOVED)
    said = [[text for tie in change.ties for text in tie.changes if text.startswith("deadline")] for change in found]
    return [(change.row, texts[0]) for change, texts in zip(found, said, strict=True)]


async def home(datasette: Any, request: Any) -> Any:
    """Everything, or what a search finds."""
    search = asking.search(request)
    number = page.page_parameter(request)
    front = not search and not search.order and number == 1
    known = queries.Search(as_of=search.as_of, each="latest")

    def look(connection: sqlite3.Connection) -> dict[str, Any]:
        counts = queries.counts(connection, search.as_of) if front else None
        statements, pledges = _counted(connection, search, counts)
        shown = page.Pagination(number, RESULTS, statements).check()
        return {
            "pagination": shown,
            "pledges": pledges,
            "most_pledges": queries.MOST_PLEDGES,
            "results": queries.find_pledges(connection, search, limit=shown.size, offset=shown.offset),
            "choices": _options(queries.filter_choices(connection), _chosen_owner(connection, search)),
            "counts": counts,
            "due": queries.due_next(connection, known, limit=BRIEF) if front else (),
            "moved": _moved(connection) if front and not search.as_of else (),
            "newest": queries.newest_documents(connection, limit=BRIEF, as_of=search.as_of) if front else (),
        }

    found = await page.read(datasette, look)
    return await data.answer(
        datasette,
        "home.html",
        {"search": search, **found},
        request=request,
        table=tables.of_pledges(
            lambda connection, limit, offset: queries.find_pledges(connection, search, limit=limit, offset=offset),
            found["pagination"],
        ),
        follow=scope.asked(request).given,
        as_of=search.as_of,
    )

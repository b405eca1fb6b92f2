"""The page of owners and what joins them: those whose statements stand in the same threads."""

import sqlite3
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from extractor.web import across, arcs, data, page, words

OWNERS = 40
TIES = 150
NAME_LENGTH = 36
COLUMNS = ("a", "a_name", "b", "b_name", "threads", "documents", "thread_id", "thread_title")


@dataclass(frozen=True, slots=True)
class Tie:
    """Two owners by id with the threads that both stand in, the one of these with most statements, shared documents."""

    a: str
    b: str
    threads: int
    thread_id: str
    thread: str
    documents: int


def in_order(owners: Sequence[str], ties: Sequence[Tie]) -> list[str]:
    """The owners, given most connected first, in an order that keeps the arcs between them short.

    The first stands in the middle; each further one goes to that end of the column which is nearer to those it is tied
    to, weighed by the threads in common. The same owners and ties always give the same order.
    """
    weights: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for tie in ties:
        weights[tie.a][tie.b] = weights[tie.b][tie.a] = tie.threads
    ordered: deque[str] = deque()
    for owner in owners:
        pull = sum(weights[owner].get(other, 0) * (2 * place + 1 - len(ordered)) for place, other in enumerate(ordered))
        if pull < 0:
            ordered.appendleft(owner)
        else:
            ordered.append(owner)
    return list(ordered)


async def network(datasette: Any, request: Any) -> Any:
    """The most connected owners as a drawing and as a table."""

    def look(connection: sqlite3.Connection) -> tuple[list[Tie], dict[str, sqlite3.Row], list[str], int, int]:
        joined = across.connected_owners(connection)
        chosen = [row["id"] for row in joined[:OWNERS]]
        pairs = across.owners_by_thread(connection, chosen)
        documents = across.owners_by_document(connection, chosen)
        ties = [
            Tie(
                pair["a"],
                pair["b"],
                pair["threads"],
                pair["thread_id"],
                pair["thread"],
                documents.get((pair["a"], pair["b"]), 0),
            )
            for pair in pairs[:TIES]
        ]
        owners = {row["id"]: row for row in across.owner_totals(connection, chosen)}
        return ties, owners, chosen, len(joined), len(pairs)

    ties, owners, chosen, joined, pairs = await page.read(datasette, look)
    order = in_order(chosen, ties)
    places = {id: number for number, id in enumerate(order)}
    drawing = arcs.diagram(
        [
            arcs.Node(
                words.shorten(owners[id]["name"], NAME_LENGTH),
                f"{owners[id]['name']}: {words.count(owners[id]['pledges'], 'pledge')}",
                owners[id]["pledges"],
                datasette.urls.path(f"/owner/{id}"),
            )
            for id in order
        ],
        [
            arcs.Arc(
                places[tie.a],
                places[tie.b],
                tie.threads,
                f"{owners[tie.a]['name']} and {owners[tie.b]['name']}: {words.count(tie.threads, 'thread')}",
            )
            for tie in ties
        ],
    )
    context = {"drawing": drawing, "ties": ties, "owners": owners, "joined": joined, "pairs": pairs}
    rows = [
        {**asdict(tie), "a_name": owners[tie.a]["name"], "b_name": owners[tie.b]["name"], "thread_title": tie.thread}
        for tie in ties
    ]
    table = data.whole(COLUMNS, rows, {"owners": [dict(owners[id]) for id in order]})
    return await data.answer(datasette, "network.html", context, request=request, table=table)

"""What changed since the previous document of a series: commitments new, restated, revised, reported on, left out."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from extractor.web import contents, data, page

ROWS = 50
FEW = 8
# In the order of the page: what each sort of change is called, and what it means.
SORTS: Mapping[str, str] = {
    "revised": "Said again with a change, as far as the program can tell.",
    "restated": "Said again with no change that the program can tell.",
    "reported": "Promised in the previous document, and this one reports on it.",
    "back": "Said in an earlier document, not in the previous one, and now said again.",
    "new": "No earlier document here was found to say it.",
    "gone": "Said in the previous document; nothing in this one was found to speak of it.",
}
NAMES: Mapping[str, str] = {
    "revised": "Revised",
    "restated": "Restated",
    "reported": "Reported on",
    "back": "Said again after a gap",
    "new": "New",
    "gone": "No longer mentioned",
}
COLUMNS = ("change", "ref", "quote", "previous_ref", "previous_quote", "changes", "thread_id")

_PREVIOUS = """
select id, coalesce(title, name) as title, published, precision from documents
where series = :series and published < :published and id <> :id order by published desc, id desc limit 1
"""
_COMMITMENTS = """
select id, thread_id from commitments where document_id = ? and review is not 'rejected' order by start, id
"""
_LINKS = """
select l.earlier_id, l.later_id, l.relation, l.changes from statements b
join links l on l.later_id = b.id join statements a on a.id = l.earlier_id and a.document_id = :previous
left join commitments c on c.id = a.id left join progress p on p.id = b.id
where b.document_id = :id and c.id is not null and c.review is not 'rejected' and p.review is not 'rejected'
order by b.position, l.relation = 'restates', l.score desc, l.id
"""
_THREADS = "select distinct thread_id from statements where document_id = ? and thread_id is not null"
_SAID_BEFORE = """
select distinct t.thread_id from commitments c
join statements t on t.thread_id = c.thread_id join documents d on d.id = t.document_id
where c.document_id = ? and d.published < ?
"""
_TEXTS = """
select k.value as id, x.* from json_each(?) k join (
   select c.id as ref, c.quote, c.strength as sort, 'commitment' as label, o.name as owner, c.deadline_text,
      c.deadline_start, c.deadline_end, c.thread_id
   from commitments c left join owners o on o.id = c.owner_id
   union all
   select p.id, p.quote, p.kind, 'progress', o.name, p.deadline_text, p.deadline_start, p.deadline_end, p.thread_id
   from progress p left join owners o on o.id = p.owner_id
) x on x.ref = k.value
"""


@dataclass(frozen=True, slots=True)
class Change:
    """One change: its sort, the statement of this document, that of the previous one, and what differs (as JSON)."""

    sort: str
    now: str | None
    before: str | None = None
    differing: str = "[]"

    @property
    def changes(self) -> list[str]:
        """What differs between the two, a sentence each; read only for what is shown, as most changes are counted."""
        found: list[str] = json.loads(self.differing)
        return found


@dataclass(frozen=True, slots=True)
class Since:
    """All changes since the `previous` document of the series (id, title, published, precision), by their sort."""

    previous: sqlite3.Row
    changes: Mapping[str, tuple[Change, ...]]

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """The sorts that occur: (sort, its name, how many)."""
        return [(sort, NAMES[sort], len(found)) for sort, found in self.changes.items() if found]


def since(connection: sqlite3.Connection, document: sqlite3.Row) -> Since | None:
    """What changed since the previous document; None where it has no series, no date or no predecessor."""
    given = {name: document[name] for name in ("id", "series", "published")}
    previous = connection.execute(_PREVIOUS, given).fetchone() if all(given.values()) else None
    if previous is None:
        return None
    here = connection.execute(_COMMITMENTS, [document["id"]]).fetchall()
    before = connection.execute(_COMMITMENTS, [previous["id"]]).fetchall()
    links = connection.execute(_LINKS, {"id": document["id"], "previous": previous["id"]}).fetchall()
    threads = {row[0] for row in connection.execute(_THREADS, [document["id"]])}
    said = {row[0] for row in connection.execute(_SAID_BEFORE, [document["id"], document["published"]])}
    return Since(previous, _sorted(here, before, links, threads, said))


def _sorted(
    here: Sequence[sqlite3.Row],
    before: Sequence[sqlite3.Row],
    links: Sequence[sqlite3.Row],
    threads: set[str],
    said: set[str],
) -> dict[str, tuple[Change, ...]]:
    """Changes by their sort. `threads` are those with a statement here, `said` those that were heard of before."""
    found: dict[str, list[Change]] = {sort: [] for sort in SORTS}
    # the first is the best: a change is worth more than none, then the surer link
    best: dict[str, sqlite3.Row] = {}
    for link in links:
        best.setdefault(link["later_id"], link)
    earlier = {row["thread_id"]: row["id"] for row in reversed(before) if row["thread_id"]}
    for row in here:
        known = best.get(row["id"])
        if known is not None:
            sort = "revised" if known["relation"] == "revises" else "restated"
            found[sort].append(Change(sort, row["id"], known["earlier_id"], known["changes"]))
        elif row["thread_id"] in earlier:
            found["restated"].append(Change("restated", row["id"], earlier[row["thread_id"]]))
        else:
            sort = "back" if row["thread_id"] in said else "new"
            found[sort].append(Change(sort, row["id"]))
    promised = {row["id"] for row in here}
    for link in best.values():
        if link["relation"] == "progresses" and link["later_id"] not in promised:
            found["reported"].append(Change("reported", link["later_id"], link["earlier_id"], link["changes"]))
    linked = {link["earlier_id"] for link in links}
    found["gone"] = [
        Change("gone", None, row["id"])
        for row in before
        if row["id"] not in linked and not (row["thread_id"] and row["thread_id"] in threads)
    ]
    return {sort: tuple(changes) for sort, changes in found.items()}


async def changes(datasette: Any, request: Any) -> Any:
    """The page of what changed: a few of each sort, or all of one."""
    id = page.path_variable(request, "id")
    what = page.choice_parameter(request, "what", tuple(SORTS))
    number = page.page_parameter(request)
    found = await page.read(datasette, lambda connection: _look(connection, id, what, number))
    table = data.whole(COLUMNS, found.pop("rows"), {"previous": dict(found["since"].previous)})
    return await data.answer(datasette, "since.html", found, request=request, table=table)


def _look(connection: sqlite3.Connection, id: str, what: str, number: int) -> dict[str, Any]:
    row = contents.document(connection, id)
    if row is None:
        raise page.NothingHere("No document has this reference. It may have been withdrawn.")
    found = since(connection, row)
    if found is None:
        raise page.NothingHere("No earlier document of its series is here to compare it with.")
    listed = {sort: changes for sort, changes in found.changes.items() if changes and (not what or sort == what)}
    total = sum(len(changes) for changes in listed.values())
    shown = page.Pagination(number, ROWS if what else max(1, total), total).check()
    parts = {
        sort: changes[shown.offset : shown.offset + shown.size] if what else changes[:FEW]
        for sort, changes in listed.items()
    }
    every = [change for changes in listed.values() for change in changes]
    texts = _texts(connection, every)
    return {
        "d": row,
        "since": found,
        "what": what,
        "pagination": shown,
        "parts": parts,
        "texts": texts,
        "sorts": SORTS,
        "names": NAMES,
        "rows": [_row(change, texts) for change in every],
    }


def _texts(connection: sqlite3.Connection, changes: Iterable[Change]) -> dict[str, sqlite3.Row]:
    ids = sorted({id for change in changes for id in (change.now, change.before) if id})
    return {row["id"]: row for row in connection.execute(_TEXTS, [json.dumps(ids)])}


def _row(change: Change, texts: Mapping[str, sqlite3.Row]) -> dict[str, Any]:
    now, before = (texts.get(id or "") for id in (change.now, change.before))
    speaks = now or before
    return {
        "change": NAMES[change.sort].lower(),
        "ref": change.now,
        "quote": now["quote"] if now else None,
        "previous_ref": change.before,
        "previous_quote": before["quote"] if before else None,
        "changes": change.differing,
        "thread_id": speaks["thread_id"] if speaks else None,
    }

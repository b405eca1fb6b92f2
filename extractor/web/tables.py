"""The tables that pages share: pledges as the view `pledges` has them, and statements of both labels side by side."""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from extractor.store.pledges import PLEDGES
from extractor.web import page
from extractor.web.data import Row, Table

Find = Callable[[sqlite3.Connection, int, int], Sequence[sqlite3.Row]]

PLEDGE_COLUMNS: tuple[str, ...] = tuple(column.name for column in PLEDGES.columns if column.name != "search_key")
# What a list works out for the day that it is asked for; the view knows only today.
AS_OF = ("state", "moved_days", "quiet", "quiet_of")
STATEMENT_COLUMNS: Mapping[str, str] = {
    "ref": "Permanent id of the statement; its page is /pledge/ followed by it.",
    "label": "commitment or progress.",
    "sort": "Strength of a commitment (firm, directive, aim, proposal), kind of a report (delivered, underway, …).",
    "quote": "The exact words.",
    "owner_id": "Who must act, as in addresses of owners; null where nobody can be named.",
    "owner": "The name of that owner.",
    "deadline": "The words that give the deadline; null where no date is given.",
    "deadline_start": "First day that they allow (ISO 8601); null where open.",
    "deadline_end": "Last day that they allow (ISO 8601); null where open.",
    "sure": "yes, or to be checked where the program abstains.",
    "confidence": "How sure the classifier is of the label, from 0 to 1.",
    "voice": "Whose words they are: own (the publisher's), quoted, reported (retold) or unnamed (a source).",
    "speaker": "Who is quoted or retold, as written; null for the publisher and where nobody is named.",
    "document_id": "Identity of the document.",
    "document": "Title of the document, else the name of its file.",
    "publisher": "Who published it; null where unknown.",
    "published": "Day of publication (ISO 8601); null where unknown.",
    "page": "Page, from 1; null where the format has no pages.",
    "thread_id": "The thread of linked statements it belongs to; null where nothing is linked to it.",
}


def of_pledges(find: Find, pagination: page.Pagination, more: Mapping[str, object] | None = None) -> Table:
    """The table of a list of commitments. `find` gives the rows (each with an `id`) of a part of the list."""

    def part(connection: sqlite3.Connection, limit: int, offset: int) -> Sequence[Row]:
        found = find(connection, limit, offset)
        worked_out = {row["id"]: {name: row[name] for name in row.keys() if name in AS_OF} for row in found}  # noqa: SIM118
        return [dict(row) | worked_out[row["ref"]] for row in pledges(connection, list(worked_out))]

    return Table(PLEDGE_COLUMNS, part, pagination, more or {})


def pledges(connection: sqlite3.Connection, ids: Sequence[str]) -> list[sqlite3.Row]:
    """The rows of the view `pledges` for these commitments, in the order given."""
    return connection.execute(
        "select p.* from json_each(?) k join pledges p on p.ref = k.value order by k.key", [json.dumps(list(ids))]
    ).fetchall()


def statements(connection: sqlite3.Connection, ids: Sequence[str]) -> list[sqlite3.Row]:
    """These statements, commitments and reports of progress alike, in the order given."""
    fields = """id, quote, owner_id, deadline_text, deadline_start, deadline_end, sure, confidence, voice, speaker,
                document_id, page, thread_id"""
    wanted = "id in (select value from json_each(:ids))"
    return connection.execute(
        f"""select x.id as ref, x.label, x.sort, x.quote, x.owner_id, o.name as owner, x.deadline_text as deadline,
               x.deadline_start, x.deadline_end, iif(x.sure, 'yes', 'to be checked') as sure, x.confidence, x.voice,
               x.speaker, x.document_id, coalesce(d.title, d.name) as document, d.publisher, d.published, x.page,
               x.thread_id
            from json_each(:ids) k join (
               select 'commitment' as label, strength as sort, {fields} from commitments where {wanted}
               union all
               select 'progress', kind, {fields} from progress where {wanted}
            ) x on x.id = k.value join documents d on d.id = x.document_id left join owners o on o.id = x.owner_id
            order by k.key""",
        {"ids": json.dumps(list(ids))},
    ).fetchall()


def records(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Rows as JSON objects."""
    return [dict(row) for row in rows]

"""The page of notes for programs: every address with its formats and parameters, and what each column means."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from extractor.store.atom import CALLED, ENTRIES
from extractor.store.pledges import PLEDGES
from extractor.web import changes, data, dossier, feeds, home, lists, page, queries, tables, words

PAGE = ("page",)
NARROWING = ("sure", "voice", "each", "as_of")
SEARCH = ("q", "owner", "theme", "strength", "state", "kind", "year", *NARROWING)
ALIKE = ("text", "ref", "owner", "theme", "state", "as_of")
PLEDGE_ROWS, STATEMENT_ROWS = "pledges", "statements"


@dataclass(frozen=True, slots=True)
class Address:
    """An address: what it holds, its formats beside the page (as endings), its parameters, what its rows are.

    `at` is the address of the formats where it is another than that of the page.
    """

    path: str
    holds: str
    formats: tuple[str, ...]
    parameters: tuple[str, ...]
    rows: str
    at: str = ""


BOTH = ("json", "csv")
ADDRESSES: tuple[Address, ...] = (
    Address("/", "All pledges, or what a search finds.", BOTH, (*SEARCH, "order", *PAGE), PLEDGE_ROWS, "/search"),
    Address("/alike", "Pledges like a sentence, or like a pledge.", BOTH, ALIKE, "its own"),
    Address("/pledge/REF", "One statement, with all that was read from it.", BOTH, (), PLEDGE_ROWS),
    Address("/thread/ID", "One pledge through all its statements.", BOTH, (), STATEMENT_ROWS),
    Address("/owner/NAME", "An owner's pledges.", BOTH, ("state", *NARROWING, *PAGE), PLEDGE_ROWS),
    Address("/document/ID", "A document with its statements.", BOTH, ("section", "statement", *PAGE), STATEMENT_ROWS),
    Address("/document/ID/changes", "What changed since the document before it.", BOTH, PAGE, "its own"),
    Address("/deadlines", "What falls due.", BOTH, ("year", "when", *NARROWING, *PAGE), PLEDGE_ROWS),
    Address("/deadlines/calendar", "The same day by day.", BOTH, ("month", "day", *SEARCH, *PAGE), PLEDGE_ROWS),
    Address("/changes", "What was found, and what it changed.", BOTH, ("what", "thread", *SEARCH, *PAGE), "changes"),
    Address("/dossier", "An owner, a thread or a search, to print.", BOTH, ("thread", *SEARCH, *PAGE), PLEDGE_ROWS),
    Address("/unclear", "What has no date, measure or owner.", BOTH, ("missing", *NARROWING, *PAGE), PLEDGE_ROWS),
    Address("/quiet", "Threads that their series no longer mentions.", BOTH, ("as_of", *PAGE), "threads"),
    Address("/network", "Owners and the threads that they share.", BOTH, (), "its own"),
    Address("/review", "What is least certain.", BOTH, ("sure", "missing", *PAGE), "its own"),
    Address("/rejections", "Documents that could not be read.", BOTH, PAGE, "its own"),
    Address("/method", "How it is done, with measured accuracy.", BOTH, (), "its own"),
    Address("/api", "These notes.", BOTH, (), "its own"),
    Address("/changes.atom", "Changes as a feed (RFC 4287).", (), ("what", "thread", *SEARCH), ""),
    Address("/deadlines.ics", "Deadlines as a calendar (RFC 5545).", (), ("thread", *SEARCH), ""),
    Address("/embed/REF", "A statement in a few lines, for a frame.", (), (), ""),
)
PARAMETERS: Mapping[str, str] = {
    "q": "Words that all have to occur; “…” keeps a phrase together, a star finds other endings.",
    "owner": "An owner as in its address, such as nhs-england.",
    "theme": "The name of a theme, as in the column themes.",
    "strength": f"{', '.join(words.STRENGTHS)}.",
    "state": f"{', '.join((*words.STATES, *words.MARKS))}.",
    "kind": "A kind of document, such as plan, letter, minutes, press_release or news.",
    "year": "The financial year (from 1 April) in which it is due, such as 2025-26.",
    "sure": "1 for what the program decided, 0 for what a person should check.",
    "voice": f"Whose words: {', '.join(words.VOICES)}.",
    "each": "latest: each pledge once, as last stated. statement: every time that it was stated.",
    "as_of": "A day such as 2022-03-31: only documents published by then count, and days are counted from it.",
    "order": f"{', '.join(queries.ORDERS)}.",
    "thread": "The identity of a thread.",
    "what": f"One kind of change: {', '.join(f'{name} ({called.lower()})' for name, called in CALLED.items())}.",
    "when": f"{', '.join(lists.WHEN)}: deadlines from or before today.",
    "month": "A month such as 2026-03.",
    "day": "A day such as 2026-03-31.",
    "missing": f"{', '.join(queries.MISSING)}.",
    "section": "Which section of the text, from 1.",
    "statement": "The permanent id of a statement of the document: the section that it stands in.",
    "text": "A sentence.",
    "ref": "The permanent id of a statement.",
    "page": "Which page of the list, from 1. A CSV always has every row.",
}
COLUMNS = ("path", "holds", "formats", "parameters", "rows")


async def api(datasette: Any, request: Any) -> Any:
    """The notes; as JSON and CSV the list of addresses."""
    context = {
        "addresses": ADDRESSES,
        "parameters": PARAMETERS,
        "columns": {
            "Pledges": [(column.name, column.description) for column in PLEDGES.columns if column.name != "search_key"],
            "Statements": list(tables.STATEMENT_COLUMNS.items()),
            "Changes": list(changes.COLUMNS.items()),
        },
        "sizes": {"search": home.RESULTS, "lists": lists.ROWS, "changes": changes.ROWS, "dossier": dossier.PLEDGES},
        "entries": ENTRIES,
        "events": feeds.EVENTS,
        "site": page.site(datasette, request),
        "limit": datasette.setting("sql_time_limit_ms") // 1000,
    }
    rows = [
        {name: "; ".join(value) if isinstance(value, tuple) else value for name, value in asdict(address).items()}
        for address in ADDRESSES
    ]
    table = data.whole(COLUMNS, rows, {"parameters": dict(PARAMETERS)})
    return await data.answer(datasette, "api.html", context, request=request, table=table)

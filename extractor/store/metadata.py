"""`datasette_metadata.json`, made from the schema: run `python -m extractor.store.metadata` after changing either."""

import json
from pathlib import Path

from extractor.settings import shipped
from extractor.store.declaration import Table, View
from extractor.store.queries import QUERIES
from extractor.store.schema import EVERYTHING

FILE = "datasette_metadata.json"
DATABASE = "commitments"
REFRESH = "python -m extractor.store.metadata"


def render() -> dict[str, object]:
    """The metadata for Datasette 0.65: descriptions, facets, labels, search and canned queries.

    There is no `sort`: with it, a page that leaves out the sort column fails. There are no `units`: 1.0 dropped them.
    """
    return {
        "title": "Commitments",
        "description": "Who promised what, by when and how much, in policy documents: found in their exact words, and "
        "traced from one document to the next. Found by a program, so some are missing and some are wrong: follow each "
        "one to its document before you quote it. 'Deadline passed' speaks of the calendar, not of a broken promise.",
        "license": "Quotes belong to the publishers of the documents: see the licence of each in the documents table",
        "license_url": f"/{DATABASE}/documents",
        "source": "The documents read, each listed with its address in the documents table",
        "source_url": f"/{DATABASE}/documents",
        "databases": {
            DATABASE: {
                "description": "Start with the view pledges: one readable row a commitment, to filter and download.",
                "tables": {part.name: _described(part) for part in EVERYTHING},
                "queries": {query.name: query.as_metadata() for query in QUERIES},
            }
        },
    }


def text() -> str:
    """The file's content."""
    return json.dumps(render(), indent=2, ensure_ascii=False) + "\n"


def write(path: Path) -> None:
    """Write the file anew."""
    path.write_text(text(), encoding="utf-8")


def _described(part: Table | View) -> dict[str, object]:
    described: dict[str, object] = {
        "title": part.title,
        "description": part.description,
        "columns": {column.name: column.description for column in part.columns},
    }
    facets: list[object] = list(part.facets)
    if isinstance(part, View):
        described["size"] = 50
        facets += [{"array": column} for column in part.array_facets]
        searched = part.full_text
    else:
        if part.label:
            described["label_column"] = part.label
        if part.hidden:
            described["hidden"] = True
        searched = part.name if part.full_text else None
    if facets:
        described["facets"] = facets
    if searched:
        described |= {"fts_table": f"{searched}_fts", "fts_pk": "search_key"}
    return described


if __name__ == "__main__":
    write(shipped(FILE))

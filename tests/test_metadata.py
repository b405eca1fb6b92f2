"""`datasette_metadata.json` says of the database what is true, and Datasette can serve all that it names."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from datasette.app import Datasette

from extractor.store import metadata
from extractor.store.queries import QUERIES
from extractor.store.schema import EVERYTHING, open_database
from extractor.store.tables import TABLES
from tests.store_samples import TODAY, fill

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / metadata.FILE
TEXT = FILE.read_text(encoding="utf-8")
SHOWN: dict[str, Any] = json.loads(TEXT)["databases"]["commitments"]
PARTS = sorted(SHOWN["tables"])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Datasette]:
    path = tmp_path_factory.mktemp("served") / "commitments.db"
    db = open_database(path, create=True)
    fill(db)
    db.execute("INSERT INTO reviews (statement_id, action, at) VALUES ('x', 'confirm', '2026-01-01')")
    db.close()
    served = Datasette([str(path)], metadata=json.loads(TEXT))
    yield served
    for database in served.databases.values():
        database.close()
    served.executor.shutdown()


def get(server: Datasette, path: str, **arguments: object) -> Any:
    """The answer to a request, which must be a good one: JSON parsed, other formats as text."""
    query = f"?{urlencode(arguments)}" if arguments else ""
    response = asyncio.run(server.client.get(f"{path}{query}"))
    assert response.status_code == 200, f"{path}{query}: {response.status_code} {response.text[:500]}"
    return response.json() if path.endswith(".json") else response.text


def rows(server: Datasette, path: str, **arguments: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = get(server, f"/commitments/{path}.json", _shape="array", **arguments)
    return found


def test_the_file_is_what_the_schema_says() -> None:
    assert metadata.text() == TEXT, f"{metadata.FILE} is stale: run {metadata.REFRESH}"


def test_writing_renders_the_file(tmp_path: Path) -> None:
    metadata.write(tmp_path / "out.json")
    assert (tmp_path / "out.json").read_bytes() == FILE.read_bytes()


def test_every_column_of_a_real_database_is_described_and_no_other(tmp_path: Path) -> None:
    db = open_database(tmp_path / "commitments.db", create=True)
    names = [n for n in [*db.table_names(), *db.view_names()] if "_fts" not in n]
    real = {name: [row[1] for row in db.execute(f"PRAGMA table_xinfo({name})")] for name in names}
    described = {name: list(table["columns"]) for name, table in SHOWN["tables"].items()}
    db.close()
    assert described == real, f"{metadata.FILE} does not fit the database: run {metadata.REFRESH}"


@pytest.mark.parametrize("part", EVERYTHING, ids=lambda part: part.name)
def test_descriptions_are_sentences_and_settings_name_real_columns(part: Any) -> None:
    shown = SHOWN["tables"][part.name]
    for said in (part.description, *(column.description for column in part.columns)):
        assert said[-1] in ".", said
        assert len(said) > 10, said
    named = [shown.get("label_column"), shown.get("fts_pk")]
    named += [facet["array"] if isinstance(facet, dict) else facet for facet in shown.get("facets", [])]
    assert {name for name in named if name} <= set(shown["columns"])
    # Both make pages of the pinned or the next Datasette fail.
    assert not {"sort", "sort_desc", "units"} & set(shown)


def test_every_nullable_column_of_a_table_says_what_null_means(tmp_path: Path) -> None:
    db = open_database(tmp_path / "commitments.db", create=True)
    for table in TABLES:
        for _, name, _, not_null, _, key, *_ in db.execute(f"PRAGMA table_xinfo({table.name})"):
            said = next(column.description for column in table.columns if column.name == name)
            assert ("null" in said) == (not not_null and not key), f"{table.name}.{name}: {said}"
    db.close()


@pytest.mark.parametrize("ending", ["", ".json", ".csv"])
@pytest.mark.parametrize("name", PARTS)
def test_every_table_and_view_is_served(server: Datasette, name: str, ending: str) -> None:
    body = get(server, f"/commitments/{name}{ending}")
    column = next(iter(SHOWN["tables"][name]["columns"]))
    if ending == ".json":
        assert column in body["columns"]
    else:
        assert column in body
    if ending == "":
        assert SHOWN["tables"][name]["title"] in body


def test_the_database_page_lists_what_people_should_see(server: Datasette) -> None:
    page = get(server, "/commitments.json")
    hidden = {table["name"] for table in page["tables"] if table["hidden"]}
    assert {"statements", "blocks", "vectors", "commitments_fts"} <= hidden
    assert {table["name"] for table in page["tables"]} - hidden == {
        *("runs", "documents", "owners", "threads", "commitments", "progress", "commitment_owners"),
        *("mentions", "metrics", "milestones", "themes", "links", "rejections", "reviews"),
        *("document_reviews", "pair_reviews", "owner_reviews", "versions", "run_changes"),
    }
    assert {query["name"] for query in page["queries"]} == {query.name for query in QUERIES}


def test_facets_count_the_view(server: Datasette) -> None:
    page = get(server, "/commitments/pledges.json")
    facets = {
        name: {result["value"]: result["count"] for result in facet["results"]}
        for name, facet in page["facet_results"].items()
    }
    assert facets["owner"] == {"Care Office": 1, "Local Café": 1, "Training Board": 1}
    assert facets["strength"] == {"firm": 4, "aim": 1, "proposal": 1}
    assert facets["state"] == {"no date": 3, "deadline passed": 1, "dated": 1, "progress reported": 1}
    assert facets["themes"] == {"training": 2, "recruitment": 1}
    assert facets["sure"] == {"yes": 5, "to be checked": 1}
    assert facets["voice"] == {"own": 4, "quoted": 1, "unnamed": 1}
    assert set(facets) == {"owner", "strength", "state", "sure", "voice", "financial_year", "kind", "themes"}
    chosen = rows(server, "pledges", themes__arraycontains="training", strength="aim")
    assert [row["owner"] for row in chosen] == ["Care Office"]


@pytest.mark.parametrize("name", ["pledges", "commitments"])
def test_search_finds_statements(server: Datasette, name: str) -> None:
    assert {row["strength"] for row in rows(server, name, _search="nurse boards")} == {"firm"}
    assert rows(server, name, _search="zebra") == []


def test_search_finds_documents(server: Datasette) -> None:
    assert [row["name"] for row in rows(server, "documents", _search="flexible", _sort="name")] == ["a.txt", "c.html"]


def test_foreign_keys_are_shown_by_label(server: Datasette) -> None:
    body = get(server, "/commitments/commitments.csv", _labels="on")
    assert "Training Board" in body
    assert "Plan a.txt" in body


@pytest.mark.parametrize("ending", ["", ".json", ".csv"])
@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_every_query_runs_as_it_stands(server: Datasette, query: Any, ending: str) -> None:
    assert set(SHOWN["queries"][query.name]) >= {"title", "description", "sql", "hide_sql"}
    body = get(server, f"/commitments/{query.name}{ending}")
    if ending == "":
        assert query.title in body
        for parameter in query.parameters:
            assert f'name="{parameter}"' in body


def ages(server: Datasette, name: str, **parameters: object) -> list[str]:
    """The first words of the quotes that a query finds."""
    return [row["quote"].split(" will")[0].split(" hopes")[0] for row in rows(server, name, **parameters)]


NURSES_WAS, NURSES_NOW = TODAY - timedelta(days=400), TODAY + timedelta(days=200)


@pytest.mark.parametrize(
    ("days", "found"),
    [
        pytest.param("", [], id="90 days unless told otherwise, and nothing is due but what has been reported on"),
        pytest.param("250", ["The Care Office"], id="further ahead"),
        pytest.param("10", [], id="nearer"),
        pytest.param("many", [], id="no number is no error"),
    ],
)
def test_what_is_due_soon(server: Datasette, days: str, found: list[str]) -> None:
    dated = [quote for quote in ages(server, "due_soon", days=days) if quote != "Every hospital"]
    assert dated == found


def test_what_has_passed(server: Datasette) -> None:
    (row,) = rows(server, "pledges", state="deadline passed")
    assert row["due"] == NURSES_WAS.isoformat()
    assert rows(server, "passed_without_progress") == [], "it was stated again, for a later day"


@pytest.mark.parametrize(("days", "found"), [("", 1), ("599", 1), ("600", 0), ("1000", 0)])
def test_what_has_moved(server: Datasette, days: str, found: int) -> None:
    moved = rows(server, "moved_deadlines", days=days)
    assert len(moved) == found
    for row in moved:
        assert (row["days_moved"], row["was_due"], row["now_due"]) == (
            600,
            NURSES_WAS.isoformat(),
            NURSES_NOW.isoformat(),
        )
        assert row["changes"] == "deadline moved 600 days later"


def test_what_was_restated_and_weakened(server: Datasette) -> None:
    assert ages(server, "restated_without_progress") == ["The Training Board"]
    (row,) = rows(server, "weakened")
    assert (row["was"], row["became"], row["owner"]) == ("firm", "aim", "Care Office")


def test_what_is_to_be_checked_and_who_says_it(server: Datasette) -> None:
    assert [row["owner"] for row in rows(server, "to_be_checked")] == ["Local Café"]
    assert [row["owner"] for row in rows(server, "unnamed_sources")] == ["Local Café"]
    assert [row["speaker"] for row in rows(server, "not_to_act")] == ["Ms O’Neil"]
    assert rows(server, "not_to_act", owner="Café") == []
    (demand,) = rows(server, "demands_by_speaker")
    assert (demand["speaker"], demand["kind"], demand["document"]) == ("The porters’ union", "demand", "Plan b.pdf")
    assert rows(server, "demands_by_speaker", speaker="porters") == [demand]
    assert rows(server, "demands_by_speaker", speaker="nurses") == []


@pytest.mark.parametrize(("missing", "found"), [("", 4), ("deadline", 3), ("measure", 4), ("owner", 3), ("else", 0)])
def test_what_is_unclear(server: Datasette, missing: str, found: int) -> None:
    assert len(rows(server, "unclear", missing=missing)) == found


@pytest.mark.parametrize(
    ("owner", "year", "found"),
    [("", "", 5), ("care", "", 1), ("Training Board", "1999-00", 0), ("nobody", "", 0)],
)
def test_counts_by_owner_and_year(server: Datasette, owner: str, year: str, found: int) -> None:
    counted = rows(server, "by_owner_and_year", owner=owner, financial_year=year)
    assert len(counted) == found
    if not owner:
        assert sum(row["commitments"] for row in counted) == 6


def test_a_promise_stated_twice_in_a_year_is_one_thread() -> None:
    (query,) = (query for query in QUERIES if query.name == "by_owner_and_year")
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE pledges (owner, financial_year, state, thread_id, ref)")
        told = [("t1", "a", "deadline passed"), ("t1", "b", "progress reported"), (None, "c", "deadline passed")]
        db.executemany(
            "INSERT INTO pledges VALUES ('NHS England', '2024-25', ?, ?, ?)", [(s, t, r) for t, r, s in told]
        )
        (row,) = db.execute(query.sql, {"owner": "", "financial_year": ""}).fetchall()
    assert row == ("NHS England", "2024-25", 3, 2, 1, 2)


def test_threads_and_documents(server: Datasette) -> None:
    threads = {row["thread_id"]: row for row in rows(server, "thread_progress")}
    assert (threads["t2"]["progress_reports"], threads["t2"]["last_progress"]) == (1, "2025-06-30")
    assert (threads["t2"]["last_kind"], threads["t1"]["last_kind"]) == ("delivered", None)
    assert [row["thread_id"] for row in rows(server, "thread_progress", title="nurses")] == ["t1"]
    first, second = rows(server, "documents_by_commitments")
    assert (first["document"], first["commitments"], first["with_deadline"], first["with_owner"]) == (
        "Plan a.txt",
        4,
        2,
        1,
    )
    assert (second["document"], second["with_measure"]) == ("Plan b.pdf", 1)

"""Every page as JSON and CSV: the same rows under the same address, complete, safe, and wrong in the same way."""

import csv
import io
import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from extractor.store.pledges import PLEDGES
from extractor.web import data, tables
from tests.web.conftest import Site
from tests.web.sample import HOSTILE, every_page

KEYS = ["title", "address", "as_of", "total", "page", "next"]


def at(path: str, format: str) -> str:
    """The address of a page's format."""
    address = urlsplit(path)
    way = "/search" if address.path == "/" else address.path
    return f"{way}.{format}?{address.query}"


def lines(site: Site, path: str) -> list[dict[str, str]]:
    response = site.get(at(path, "csv"))
    assert response.status_code == 200, path
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(response.text, newline="")))


def whole(site: Site, path: str) -> list[dict[str, Any]]:
    """The rows of every page of a list, from one `next` to the other."""
    rows: list[dict[str, Any]] = []
    following: str | None = at(path, "json")
    while following:
        found = site.get(following.removeprefix("http://localhost")).json()
        rows += found["rows"]
        following = found["next"]
    assert len(rows) == found["total"]
    return rows


def pages(site: Site) -> list[str]:
    """Every address but those for frames, which have no formats."""
    return [path for path in every_page(site.names) if not path.startswith("/embed/")]


def test_every_page_says_where_its_data_are(site: Site) -> None:
    """As links for programs and as links for people."""
    for path in pages(site):
        page = site.page(path)
        said = {link.get("type"): link.get("href") for link in page.findall(".//link[@rel='alternate']")}
        shown = {a.text_content(): a.get("href") for a in page.find_class("take")[0].iter("a")}
        for format, type in (("json", "application/json"), ("csv", "text/csv")):
            assert said[type] == shown[format.upper()], path
            assert site.get(said[type]).status_code == 200, said[type]


def test_the_data_of_every_page(site: Site) -> None:
    for path in pages(site):
        response = site.get(at(path, "json"))
        assert response.status_code == 200, path
        assert response.headers["content-type"] == "application/json; charset=utf-8"
        assert response.headers["x-content-type-options"] == "nosniff"
        found = response.json()
        assert list(found)[:6] == KEYS, path
        assert list(found)[-1] == "rows", path
        title = site.page(path).findtext(".//title")
        assert title == f"{found['title']} – Pledges on the record", path
        assert site.get(found["address"].removeprefix("http://localhost")).status_code == 200, path
        table = lines(site, path)
        assert len(table) == found["total"], path
        for row, line in zip(found["rows"], table, strict=False):
            assert list(row) == list(line), path


@pytest.mark.parametrize(
    "path", ["/?q=midwives", "/deadlines?when=passed", "/unclear?missing=date", "/changes", "/review"]
)
def test_a_csv_is_the_whole_list(site: Site, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many rows are read at a time: also where the last part is a full one."""
    rows = whole(site, path)
    name = "ref" if "ref" in rows[0] else "id"
    for size in (1, 7, len(rows), 2_000):
        monkeypatch.setattr(data, "CHUNK", size)
        assert [line[name] for line in lines(site, path)] == [row[name] for row in rows]


def test_rows_are_those_of_the_view(site: Site) -> None:
    """Name for name and value for value, lists as lists."""
    row = site.get(f"/pledge/{site.names['first']}.json").json()["rows"][0]
    ours = next(found for found in whole(site, "/owner/nursing-board") if found["ref"] == site.names["first"])
    assert row == ours
    raw = site.get(f"/commitments/pledges.json?ref={site.names['first']}&_shape=array").json()[0]
    del raw["search_key"]
    assert row == raw | {"themes": json.loads(raw["themes"])}
    assert list(row) == [column.name for column in PLEDGES.columns if column.name != "search_key"]


def test_a_pledge_in_full(site: Site) -> None:
    found = site.get(f"/pledge/{site.names['second']}.json").json()
    assert (found["label"], found["statement"]["strength"]) == ("commitment", "firm")
    assert [owner["name"] for owner in found["owners"]] == ["Nursing Board"]
    assert [figure["value"] for figure in found["metrics"]] == [10000]
    assert [version["id"] for version in found["history"]] == [site.names[n] for n in ("first", "second", "measured")]
    assert [(link["relation"], link["changes"][:1]) for link in found["links"]] == [
        ("revises", ["deadline moved 365 days later (2021-03-31 → 2022-03-31)"]),
        ("progresses", []),
    ]
    report = site.get(f"/pledge/{site.names['measured']}.json").json()
    assert list(report["rows"][0]) == list(tables.STATEMENT_COLUMNS)
    assert (report["rows"][0]["label"], report["rows"][0]["sort"]) == ("progress", "measure")


def test_a_list_as_of_a_day(site: Site) -> None:
    """The state in the rows is that of the day asked for, not of today."""
    path = "/owner/nursing-board?as_of=2020-12-31"
    found = site.get(at(path, "json")).json()
    assert found["as_of"] == "2020-12-31"
    states = {row["ref"]: row["state"] for row in found["rows"]}
    assert states[site.names["first"]] == "dated" or states[site.names["first"]] == "due in 90 days"
    assert {line["ref"]: line["state"] for line in lines(site, path)} == states


def test_a_formula_is_text_in_a_spreadsheet(site: Site) -> None:
    for path in pages(site):
        for line in lines(site, path):
            assert not [cell for cell in line.values() if cell and cell[0] in "=+@\t"], path


def test_hostile_words_are_only_words(site: Site) -> None:
    quotes = [row["quote"] for row in whole(site, f"/document/{site.names['hostile-document']}")]
    assert quotes == list(HOSTILE)
    assert [line["quote"] for line in lines(site, f"/document/{site.names['hostile-document']}")] == list(HOSTILE)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/pledge/none", 404), ("/search?state=broken", 400), ("/deadlines?page=99", 404), ("/owner/nobody", 404)],
)
def test_what_is_wrong_is_said_in_the_format_asked_for(site: Site, path: str, status: int) -> None:
    response = site.get(at(path, "json"))
    assert response.status_code == status
    assert response.json()["status"] == status
    text = site.get(at(path, "csv"))
    assert (text.status_code, text.headers["content-type"]) == (status, "text/plain; charset=utf-8")
    assert text.text == response.json()["error"] + "\n"


def test_a_read_that_takes_too_long_ends_a_download(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n"
    monkeypatch.setattr(tables, "pledges", lambda connection, ids: connection.execute(endless).fetchall())
    monkeypatch.setitem(site.datasette._settings, "sql_time_limit_ms", 100)
    assert site.get("/search.csv").status_code == 503
    assert site.get("/search.json").json()["status"] == 503


def test_a_download_is_named_after_its_page(site: Site) -> None:
    for path, name in (("/search.csv", "search"), ("/owner/nursing-board.csv", "owner-nursing-board")):
        assert site.get(path).headers["content-disposition"] == f'attachment; filename="{name}.csv"'

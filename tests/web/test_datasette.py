"""Our hooks in Datasette's own pages, the feeds, and how the server is put together."""

import asyncio
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import lxml.etree
import lxml.html
import pytest
from datasette.plugins import pm

from extractor import web
from extractor.errors import ModelError, WrongUsage
from extractor.store import atom
from extractor.web import method, page, server
from extractor.web.cells import cell
from extractor.web.server import make_datasette, serve
from tests.web.conftest import Site
from tests.web.sample import fill


def test_tables_lead_to_our_pages(site: Site) -> None:
    table = site.page("/commitments/pledges?_size=3")
    hrefs = [a.get("href") for a in table.iter("a")]
    assert any(href.startswith("/pledge/") for href in hrefs)
    assert any(href.startswith("/document/") for href in hrefs)
    links = site.page("/commitments/links")
    assert "deadline moved 365 days later (2021-03-31 → 2022-03-31)" in [li.text_content() for li in links.iter("li")]
    assert any(link.get("href") == "/-/commitments/tables.css" for link in table.iter("link"))


@pytest.mark.parametrize("path", ["/commitments", "/commitments/pledges", "/commitments/by_owner_and_year"])
def test_tables_have_a_language_and_named_controls(site: Site, path: str) -> None:
    """All but the editor that a script of Datasette's creates later: it is not there yet to be named."""
    table = site.page(path)
    assert table.get("lang") == "en-GB"
    for control in table.iter("select", "input"):
        if control.get("type") not in ("hidden", "submit"):
            labelled = control.get("id") and table.xpath("//label[@for=$id]", id=control.get("id"))
            named = control.get("aria-label") or labelled or control.getparent().tag == "label"
            assert named, lxml.html.tostring(control)


def test_only_pages_are_changed(site: Site) -> None:
    """Data keep their bytes, a page of ours its own language."""
    assert site.get("/commitments.json?sql=select+'<html>'+as+a&_shape=array").json() == [{"a": "<html>"}]
    assert site.get("/commitments.csv?sql=select+'<html>'+as+a").text == "a\r\n<html>\r\n"
    assert site.get("/").text.count("lang=") == 1


def test_every_table_and_query_of_datasette_answers(site: Site) -> None:
    index = site.page("/commitments")
    paths = {a.get("href").split("#")[0] for a in index.iter("a") if a.get("href").startswith("/commitments/")}
    assert len(paths) > 10
    for path in paths:
        assert site.get(path).status_code == 200, path


@pytest.mark.parametrize(
    ("column", "table", "value", "expected"),
    [
        pytest.param("ref", "pledges", "ab", '<a href="/pledge/ab">ab</a>', id="a reference"),
        pytest.param("id", "documents", "ab", '<a href="/document/ab">ab</a>', id="an id is what its table says"),
        pytest.param("id", "runs", "ab", None, id="an id without a page"),
        pytest.param("id", None, "ab", None, id="an id of a query without a table"),
        pytest.param("owner_id", "owners", "\"<b>", '<a href="/owner/&#34;&lt;b&gt;">&#34;&lt;b&gt;</a>', id="escaped"),
        pytest.param("reasons", "links", '[{"rule": "r", "score": 0.5, "detail": "<i>d</i>"}]',
                     '<ul class="listed"><li>&lt;i&gt;d&lt;/i&gt; (0.5)</li></ul>', id="reasons"),
        pytest.param("sources", "documents", '{"title": "text"}', '<ul class="listed"><li>title: text</li></ul>',
                     id="sources"),
        pytest.param("changes", "links", "[]", "–", id="an empty list"),
        pytest.param("reasons", "links", "no json", None, id="not what it should be: as it is"),
        pytest.param("reasons", "links", "3", None, id="neither list nor object"),
        pytest.param("url", "documents", "javascript:alert(1)", "javascript:alert(1)", id="no link to a script"),
        pytest.param("quote", "pledges", "We will.", None, id="plain text"),
        pytest.param("page", "pledges", 3, None, id="a number"),
        pytest.param("thread_id", "pledges", None, None, id="nothing"),
    ],
)  # fmt: skip
def test_cells(site: Site, column: str, table: str | None, value: object, expected: str | None) -> None:
    shown = cell(site.datasette, value, column, table)
    assert (None if shown is None else str(shown)) == expected


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://example.org/a?b=c", True),
        ("HTTP://example.org", True),
        ("javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("https://a\njavascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        (" https://example.org", False),
        ("", False),
        (None, False),
    ],
)
def test_only_web_addresses_become_links(url: str | None, safe: bool) -> None:
    assert page.web_address(url) == (url if safe else None)


def test_the_calendar_and_the_feed(site: Site) -> None:
    calendar = site.get("/deadlines.ics")
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert calendar.text.startswith("BEGIN:VCALENDAR\r\n")
    assert calendar.text.count("BEGIN:VEVENT") == 4
    feed = site.get("/changes.atom")
    assert feed.headers["content-type"].startswith("application/atom+xml")
    root = lxml.etree.fromstring(feed.content)
    assert root.tag == "{http://www.w3.org/2005/Atom}feed"
    entries = root.findall("{*}entry")
    # of every commitment and report of progress, which are 153
    assert len(entries) == atom.ENTRIES == 100
    first = f"http://localhost/pledge/{site.names['first']}"
    assert f"\r\nURL:{first}\r\n" in calendar.text
    (entry,) = [e for e in entries if first in [link.get("href") for link in e.iter("{*}link")]]
    assert [link.get("href") for link in entry.findall("{*}link")] == [first, "https://example.org/plan-2019"]
    assert [link.get("href") for link in root.findall("{*}link")] == [
        "http://localhost/changes.atom",
        "http://localhost/changes",
    ]


def test_the_database_has_its_name_and_cannot_be_taken_or_written(site: Site) -> None:
    assert site.get("/commitments.json").json()["database"] == "commitments"
    assert site.get("/commitments.db").status_code == 403
    writing = page.read(site.datasette, lambda connection: connection.execute("delete from documents"))
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        asyncio.run(writing)


def test_the_plugin_is_registered_once(site: Site, tmp_path: Path) -> None:
    fill(tmp_path / "b.db")
    make_datasette(tmp_path / "b.db")
    assert [plugin for plugin in pm.get_plugins() if plugin is web] == [web]


def test_a_slow_query_is_cut_off(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n"
    monkeypatch.setattr("extractor.web.queries.counts", lambda connection, _: connection.execute(endless).fetchone())
    monkeypatch.setitem(site.datasette._settings, "sql_time_limit_ms", 50)
    response = site.get("/")
    assert response.status_code == 503
    assert "longer than a page may take" in response.text


def test_an_error_of_ours_shows_no_detail(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(connection: Any) -> Any:
        raise RuntimeError("a secret path")

    monkeypatch.setattr("extractor.web.queries.counts", fail)
    response = site.get("/")
    assert response.status_code == 500
    assert "secret" not in response.text
    assert lxml.html.document_fromstring(response.text).findtext(".//h1") == "Internal server error"


def test_answers_are_sent_without_delay() -> None:
    """What asyncio asks before it sets TCP_NODELAY on a connection: without it each answer but the first waits."""
    with server._listening("127.0.0.1", 0) as listener:
        assert (listener.type, listener.proto) == (socket.SOCK_STREAM, socket.IPPROTO_TCP)


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    fill(tmp_path / "a.db")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(WrongUsage, match=r"cannot serve on 127\.0\.0\.1, port \d+: Address already in use"):
            serve(tmp_path / "a.db", host="127.0.0.1", port=taken.getsockname()[1])


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70000), ("256.1.1.1", 0)])
def test_an_address_that_cannot_be(tmp_path: Path, host: str, port: int) -> None:
    fill(tmp_path / "a.db")
    with pytest.raises(WrongUsage, match="cannot serve on"):
        serve(tmp_path / "a.db", host=host, port=port)


@pytest.mark.parametrize("content", [None, b"not a database", b"SQLite format 3\0"])
def test_only_our_databases_are_served(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "x.db"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(WrongUsage):
        make_datasette(path)


def test_accuracy_is_shown_where_it_is_shipped(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: Callable[[Any], str]
) -> None:
    monkeypatch.setattr(method, "shipped", lambda name: tmp_path)
    assert "No measured figures" in text(site.page("/method"))
    figure = '[{"fact": "Commitments", "measure": "F1", "value": 0.8125, "items": 1204, "measured_on": "12 plans"}]'
    (tmp_path / "accuracy.json").write_text(figure)
    (row,) = site.page("/method").findall(".//tbody/tr")
    assert text(row) == "Commitments F1 0.81 1,204 12 plans"


@pytest.mark.parametrize("content", ["{", "{}", '[{"fact": "x"}]', "[1]"])
def test_damaged_accuracy_figures_are_an_error(tmp_path: Path, content: str) -> None:
    path = tmp_path / "accuracy.json"
    path.write_text(content)
    with pytest.raises(ModelError):
        method.accuracy(path)

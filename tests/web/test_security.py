"""What a visitor can reach and do: no writing, no files, no details of the machine, no errors that tell of them."""

import asyncio
import re
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_from_bytes

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractor.web import guard, page
from tests.web import routes
from tests.web.conftest import Site

STATUSES = {200, 302, 303, 400, 403, 404, 405}
TRACES = ("Traceback (most recent", "site-packages", "sqlite3.", "/extractor/", "jinja2.exceptions")


def every_address(site: Site) -> list[str]:
    return [path for pattern in routes.patterns() for path in routes.addresses(pattern, routes.values(site.names))]


def test_every_route_is_answered_with_its_headers(site: Site) -> None:
    for path in every_address(site):
        response = site.get(path)
        assert response.status_code in STATUSES, (path, response.status_code)
        assert response.headers["x-content-type-options"] == "nosniff", path
        assert response.headers["referrer-policy"] == "same-origin", path
        if response.headers["content-type"].startswith("text/html"):
            policy = directives(response)
            assert policy["default-src"] == "'none'", path
            assert policy["base-uri"] == "'none'", path
            assert policy["form-action"] == "'self'", path
            assert policy.get("style-src") == "'self'", path
            assert policy["frame-ancestors"] == ("*" if path.startswith("/embed/") else "'self'"), path
            # a page may run a script of ours only where it loads one
            loads = "<script" in response.text
            assert policy.get("script-src") == ("'self'" if loads else None), path


def directives(response: Any) -> dict[str, str]:
    """The Content-Security-Policy by directive."""
    parts = (part.split(maxsplit=1) for part in response.headers["content-security-policy"].split(";"))
    return dict(parts)


def test_pages_of_datasette_run_and_fetch_nothing_from_elsewhere(site: Site) -> None:
    for path in (
        "/commitments",
        "/commitments/pledges",
        "/commitments/most_moved",
        "/-/metadata",
        "/commitments?sql=x",
    ):
        policy = directives(site.get(path))
        assert policy["default-src"] == "'none'", path
        assert policy["frame-ancestors"] == policy["form-action"] == "'self'", path
        assert not re.search(r"https?:|\*|unsafe-eval", " ".join(policy.values())), path


@pytest.mark.parametrize(
    "sql",
    [
        "delete from documents",
        "insert into reviews (statement_id, action, at) values ('x', 'confirm', '2024-01-01')",
        "update commitments set quote = 'x'",
        "drop table commitments",
        "create table x (a)",
        "replace into owners (id, name) values ('x', 'x')",
        "with x as (select 1) delete from documents",
        "explain delete from documents; delete from documents",
        "select 1; delete from documents",
        "/* select */ delete from documents",
        "pragma user_version = 99",
        "pragma writable_schema = 1",
        "attach database '/tmp/other.db' as other",
        "vacuum into '/tmp/copy.db'",
        "select load_extension('/tmp/x.so')",
        "select writefile('/tmp/x', 'x')",
        "select readfile('/etc/passwd')",
        "select * from pragma_database_list",
        "select file from pragma_database_list()",
        "select * from pragma_table_info('x'), pragma_user_version",
        "select length(zeroblob(1000000000))",
        "select length(replace(hex(zeroblob(20000000)), '0', 'aaaaaaaaaaaaaaaaaaaa'))",
    ],
)
def test_sql_of_visitors_can_only_read(site: Site, sql: str) -> None:
    before = state(site)
    for path in ("/commitments.json?_shape=array&sql=", "/commitments?sql=", "/commitments.csv?sql="):
        response = site.get(path + quote(sql))
        # Datasette begins its CSV before it asks: an error is then the end of an empty file
        nothing = response.status_code == 200 and ".csv" in path and not response.text.strip()
        assert nothing or response.status_code in (400, 403), (sql, response.status_code, response.text[:200])
        assert not leaks(response.text, site), sql
    assert state(site) == before


def state(site: Site) -> tuple[object, ...]:
    """What a change of the database would change."""
    path = site.datasette.get_database(page.DATABASE).path
    connection = sqlite3.connect(path)
    try:
        counts = [
            connection.execute(f"select count(*) from {name}").fetchone()[0]
            for name in ("documents", "reviews", "owners")
        ]
        return (*counts, connection.execute("pragma user_version").fetchone()[0], sorted(Path(path).parent.iterdir()))
    finally:
        connection.close()


def leaks(text: str, site: Site) -> list[str]:
    """What an answer tells of the machine: where the database lies, where the program lies, a traceback."""
    place = str(Path(site.datasette.get_database(page.DATABASE).path).parent)
    return [*([place] if place in text else []), *leaks_code(text)]


def leaks_code(text: str) -> list[str]:
    """What an answer tells of the program."""
    return [trace for trace in TRACES if trace in text]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nobody_writes_without_signing_in(site: Site, method: str) -> None:
    before = state(site)
    form = {"statement_id": site.names["first"], "action": "reject", "back": "/", "sql": "delete from documents"}
    for path in [*every_address(site), "/commitments", "/commitments/reviews", "/commitments/-/insert"]:
        response = asyncio.run(site.datasette.client.request(method, path, data=form))
        assert response.status_code < 500, (path, response.status_code)
        assert not leaks(response.text, site), path
        assert response.status_code == 405 or "/review/" in path, (path, response.status_code)
    assert state(site) == before


@pytest.mark.parametrize(
    "path",
    [
        "/-/commitments/",
        "/-/commitments",
        "/-/commitments/..%2fserver.py",
        "/-/commitments/..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/-/commitments/%2fetc%2fpasswd",
        "/-/commitments/%252e%252e%252fserver.py",
        "/-/commitments/style.css/",
        "/-/commitments/style.css%00.png",
        "/-/commitments/.",
        "/-/commitments/server.py",
        "/-/commitments/templates",
        "/-/static/",
        "/-/static/..%2f..%2fapp.py",
        "/-/static/%2fetc%2fpasswd",
        "/-/static-plugins/commitments/",
        "/-/static-plugins/commitments/style.css",
        "/commitments.db",
        "/_internal",
        "/_internal/databases",
        "/etc/passwd",
        "/static/",
        "/pledge/",
        "/document/",
    ],
)
def test_there_are_no_files_but_those_that_pages_load(site: Site, path: str) -> None:
    response = site.get(path)
    if response.status_code == 302:  # a slash at the end is taken off
        assert not re.search(r"[/\\]{2}|\.\.", response.headers["location"])
        return
    assert response.status_code in (403, 404), response.status_code
    assert "root:" not in response.text
    assert "def " not in response.text
    assert not leaks(response.text, site)


@pytest.mark.parametrize("path", ["//evil.example/", "//evil.example/%2e%2e/", "/%2fevil.example/", "/\\evil.example/"])
def test_nobody_is_sent_to_another_site(site: Site, path: str) -> None:
    location = site.get(f"http://localhost{path}").headers.get("location", "/")
    assert re.match(r"/(?![/\\])", location), location


@pytest.mark.parametrize("path", list(routes.addresses(guard.CLOSED, {})))
def test_what_tells_of_the_machine_is_closed(site: Site, path: str) -> None:
    assert site.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/.json", "/commitments.json", "/-/metadata.json", "/commitments"])
def test_what_is_open_tells_nothing_of_the_machine(site: Site, path: str) -> None:
    response = site.get(path)
    assert response.status_code == 200
    assert not leaks(response.text, site)


def test_a_wrong_query_is_answered_without_a_word_on_the_terminal(
    site: Site, capfd: pytest.CaptureFixture[str]
) -> None:
    """Datasette would print every local variable, which takes a second in which nobody else is served."""
    assert site.get("/commitments?sql=drop+table+commitments").status_code == 400
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("path", ["/commitments.json", "/commitments/pledges.json", "/commitments", "/deadlines.json"])
def test_an_error_tells_nothing_of_itself(site: Site, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a secret path")

    monkeypatch.setattr(site.datasette, "get_database", fail)
    response = site.get(path)
    assert response.status_code == 500
    assert "secret" not in response.text
    assert not leaks_code(response.text)


def test_a_slow_database_gives_an_answer_within_the_limit(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """With no time at all for SQL, every page that asks the database says so, and none fails."""
    monkeypatch.setitem(site.datasette._settings, "sql_time_limit_ms", 0)
    monkeypatch.setattr(page, "time_limit", _no_time)
    answers = {path: site.get(path).status_code for path in every_address(site)}
    assert set(answers.values()) <= STATUSES | {503}, answers
    slow = {path for path, status in answers.items() if status == 503}
    assert {"/", "/deadlines", "/unclear", "/quiet", "/network", "/owner/nursing-board"} <= slow


class _no_time:  # noqa: N801  # stands in for a function
    """Interrupts a connection at its first step."""

    def __init__(self, connection: sqlite3.Connection, ms: int) -> None:
        self.connection = connection

    def __enter__(self) -> None:
        self.connection.set_progress_handler(lambda: 1, 1)

    def __exit__(self, *_: object) -> None:
        self.connection.set_progress_handler(None, 1)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_asked_gets_an_answer(site: Site, data: st.DataObject) -> None:
    """Any bytes in any parameter and in any part of any address."""
    path = data.draw(st.sampled_from(every_address(site)))
    if data.draw(st.booleans()):
        parts = path.split("/")
        place = data.draw(st.integers(1, len(parts) - 1))
        parts[place] = quote_from_bytes(data.draw(st.binary(max_size=40)), safe="")
        path = "/".join(parts)
    given_values = st.one_of(
        st.binary(max_size=400).map(lambda raw: quote_from_bytes(raw, safe="")),
        st.sampled_from(
            ["0", "-1", "1e9", "99999", "2024-25", "2024-02-30", "0001-01-01", "NaN", "%", "%00", "&", "a" * 2000]
        ),
    )
    chosen = data.draw(st.lists(st.tuples(st.sampled_from(routes.parameters()), given_values), max_size=4))
    query = "&".join(f"{name}={value}" for name, value in chosen)
    response = site.get(f"{path}?{query}" if query else path)
    assert response.status_code in STATUSES | {503}, (path, query, response.status_code)
    assert not leaks(response.text, site), (path, query)

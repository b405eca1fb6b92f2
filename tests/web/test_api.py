"""The API notes tell of every address, parameter and column, and of none that is not there."""

import re
from urllib.parse import urlsplit

from extractor import web
from extractor.store.pledges import PLEDGES
from extractor.web import api, changes, tables
from tests.web.conftest import Site

# Parameters that are no free text: what they cannot be is refused.
CHECKED = {"state", "sure", "voice", "order", "what", "when", "year", "page", "month", "day", "as_of"}


def example(site: Site, address: api.Address) -> str:
    """An address of the kind, with something that is there."""
    path = address.path.replace("NAME", "nursing-board").replace("REF", site.names["first"])
    return path.replace("ID", site.names["plan" if path.startswith("/document") else "thread"])


def test_every_address_of_ours_is_told(site: Site) -> None:
    told = [example(site, address).removesuffix("/changes") for address in api.ADDRESSES]
    for pattern, _ in web.register_routes():
        if "-/" in pattern or "/review/" in pattern or r"\.png" in pattern or "/changes(?:" in pattern:
            continue
        assert [path for path in told if re.match(pattern, path)] or re.match(pattern, "/search"), pattern


def test_every_address_answers_in_its_formats(site: Site) -> None:
    for address in api.ADDRESSES:
        path = example(site, address)
        if path.endswith("/changes") and "document" in path:
            continue  # the sample's plan is the first of its series
        query = "?owner=nursing-board" if "dossier" in path else ""
        assert site.get(path + query).status_code == 200, path
        for format in address.formats:
            assert site.get(f"{address.at or path}.{format}{query}").status_code == 200, (path, format)


def test_every_parameter_is_described_and_understood(site: Site) -> None:
    assert {name for address in api.ADDRESSES for name in address.parameters} == set(api.PARAMETERS)
    for address in api.ADDRESSES:
        for name in CHECKED & {*address.parameters}:
            path = f"{example(site, address)}?{name}=%2500&owner=nursing-board"
            assert site.get(path).status_code == 400, (path, name)


def test_columns_are_those_that_are_sent(site: Site) -> None:
    for kind, columns, path in (
        ("Pledges", tables.PLEDGE_COLUMNS, "/search.json"),
        ("Statements", tables.STATEMENT_COLUMNS, f"/thread/{site.names['thread']}.json"),
        ("Changes", changes.COLUMNS, "/changes.json"),
    ):
        assert list(columns) == list(site.get(path).json()["rows"][0]), kind
    shown = site.page("/api").text_content()
    described = [column.description for column in PLEDGES.columns if column.name != "search_key"]
    for description in [*described, *tables.STATEMENT_COLUMNS.values(), *changes.COLUMNS.values()]:
        assert description in shown


def test_the_examples_work(site: Site) -> None:
    examples = [code.text_content() for code in site.page("/api").iter("code") if "://" in code.text_content()]
    assert len(examples) == 6
    for one in examples:
        address = urlsplit(one.replace("nhs-england", "nursing-board"))
        assert site.get(f"{address.path}?{address.query}").status_code == 200, one


def test_every_page_has_a_map_of_all(site: Site) -> None:
    page = site.page("/method")
    mapped = [a.get("href") for a in page.find_class("map")[0].iter("a")]
    alone = {address.path for address in api.ADDRESSES if address.path.islower() or address.path == "/"}
    assert alone - {*mapped, "/method", "/dossier"} == set()
    ids = {element.get("id") for element in page.iter() if element.get("id")}
    assert {href.split("#")[1] for href in mapped if "#" in href} <= ids

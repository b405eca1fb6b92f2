"""Changes: what a run found and what it altered, on a page, in feeds that can be followed, and in calendars."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import feedparser
import icalendar
import pytest

from extractor.records import Analysis
from extractor.store import writer
from extractor.store.changes import WHAT
from extractor.store.schema import open_database
from extractor.web.server import make_datasette
from tests.web.conftest import Site
from tests.web.made import REGISTER, document, link, owner, statement
from tests.web.sample import fill

Text = Callable[[Any], str]
WEAKER = "wording weakened (firm → aim)"
RUN = {"version": "0.0.0", "settings": "s", "models": "m"}


def feed_of(content: str) -> Any:
    """A feed that a parser finds nothing wrong with, and that has all that RFC 4287 asks for."""
    feed = feedparser.parse(content)
    assert not feed.bozo, feed.bozo_exception
    assert feed.feed.id
    assert feed.feed.title
    assert feed.feed.updated
    assert len({entry.id for entry in feed.entries}) == len(feed.entries)
    for entry in feed.entries:
        assert entry.id.startswith("urn:uuid:")
        assert entry.title
        assert entry.updated_parsed
        assert entry.links
        assert entry.content[0].value
    return feed


def test_the_page_names_what_changed(site: Site, text: Text) -> None:
    (row,) = site.page("/changes?what=moved").find_class("results")[0].findall("li")
    assert text(row).startswith(
        "Deadline changed, figure changed The Nursing Board will recruit 10,000 more nurses by March 2022."
    )
    assert "revises The Nursing Board will recruit 7,500 more nurses by March 2021." in text(row)
    assert "Deadline moved 365 days later (2021-03-31 → 2022-03-31); figure 7,500" in text(row)
    everything = site.get("/changes.json").json()
    assert everything["total"] == 153
    assert {row["run"] for row in everything["rows"]} == {1}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("what=progress", {"measured", "not-done", "part", "other-part"}, id="reports"),
        pytest.param("what=restated", {"open"}, id="said again"),
        pytest.param("what=weakened", set(), id="nothing weaker"),
        pytest.param("thread=5f0c0ffee0000001", {"first", "second", "measured"}, id="a thread"),
        pytest.param("owner=trusts", {"open"}, id="an owner"),
        pytest.param("owner=employers", {"item", "open"}, id="what another says of an owner's pledge counts for it"),
        pytest.param("q=nurses&theme=recruitment&what=moved", {"second"}, id="a search, and one kind"),
    ],
)
def test_changes_can_be_narrowed(site: Site, query: str, expected: set[str]) -> None:
    """The page, its data and its feed agree."""
    wanted = {site.names[name] for name in expected}
    rows = site.get(f"/changes.json?{query}").json()["rows"]
    if query == "what=progress":
        assert {row["label"] for row in rows} == {"progress"}
        wanted = {row["ref"] for row in rows}
        assert site.names["measured"] in wanted
    assert {row["ref"] for row in rows} == wanted
    feed = feed_of(site.get(f"/changes.atom?{query}").text)
    assert {entry.link.rsplit("/", 1)[1] for entry in feed.entries} == wanted


def test_every_kind_of_change_has_a_filter(site: Site) -> None:
    for what in WHAT:
        for row in site.get(f"/changes.json?what={what}").json()["rows"]:
            assert what in row["what"].split("; "), what
    assert site.get("/changes?what=broken").status_code == 400
    assert site.get("/changes?thread=none").status_code == 404
    assert site.get("/changes.atom?owner=nobody").status_code == 404


@pytest.mark.parametrize(
    ("path", "query", "title"),
    [
        ("/owner/nursing-board", "owner=nursing-board", "Nursing Board"),
        ("/thread/5f0c0ffee0000002", "thread=5f0c0ffee0000002", "“Rotas and hours”"),
        ("/?q=nurses&state=deadline+passed", "q=nurses&state=deadline+passed", "“nurses”, deadline passed"),
    ],
)
def test_what_can_be_followed_says_so(site: Site, path: str, query: str, title: str) -> None:
    page = site.page(path)
    alternates = [link.get("href") for link in page.findall(".//link[@type='application/atom+xml']")]
    shown = {a.text_content(): a.get("href") for a in page.find_class("take")[0].iter("a")}
    assert alternates[0] == shown["Follow this"] == f"/changes.atom?{query}"
    feed = feed_of(site.get(shown["Follow this"]).text)
    assert feed.feed.title == f"Pledges on the record: {title}"
    links = {link["rel"]: link["href"] for link in feed.feed.links}
    assert links == {
        "self": f"http://localhost/changes.atom?{query}",
        "alternate": f"http://localhost/changes?{query}",
    }
    assert site.get(links["alternate"].removeprefix("http://localhost")).status_code == 200
    assert shown["Calendar"] == f"/deadlines.ics?{query}"
    assert site.get(shown["Dossier"]).status_code == 200


def test_feeds_of_different_things_are_different_feeds(site: Site) -> None:
    queries = ("", "?owner=nursing-board", "?what=moved", "?owner=nursing-board&what=moved")
    ids = [feed_of(site.get(f"/changes.atom{query}").text).feed.id for query in queries]
    assert len(set(ids)) == len(ids)
    # the order of the parameters makes no other feed, nor does one that means nothing
    same = feed_of(site.get("/changes.atom?what=moved&owner=nursing-board&utm=x").text)
    assert same.feed.id == ids[-1]


@pytest.mark.parametrize("path", ["/changes.atom", "/changes.atom?owner=nursing-board", "/deadlines.ics"])
def test_what_has_not_changed_is_not_sent_again(site: Site, path: str) -> None:
    first = site.get(path)
    tag = first.headers["etag"]

    def asked(value: str) -> Any:
        return asyncio.run(site.datasette.client.get(path, headers={"If-None-Match": value}))

    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = asked(known)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    assert asked('"other"').status_code == 200


@pytest.mark.parametrize(
    ("query", "expected", "name"),
    [
        ("", 4, "Deadlines"),
        ("?owner=nursing-board", 2, "Deadlines: Nursing Board"),
        ("?theme=training", 1, "Deadlines: theme Training"),
        ("?year=2021-22", 1, "Deadlines: due in 2021-22"),
        ("?thread=5f0c0ffee0000001", 2, "Deadlines: “Recruit more nurses <b>by</b> March”"),
    ],
)
def test_a_calendar_of_some_deadlines(site: Site, query: str, expected: int, name: str) -> None:
    calendar: Any = icalendar.Calendar.from_ical(site.get(f"/deadlines.ics{query}").text)
    assert calendar["VERSION"] == "2.0"
    assert str(calendar["X-WR-CALNAME"]) == str(calendar["NAME"]) == name
    events = calendar.walk("VEVENT")
    assert not [error for event in events for error in event.errors]
    assert len(events) == expected
    assert len({str(event["UID"]) for event in events}) == expected
    for event in events:
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "URL"} <= set(event)
        assert isinstance(event.decoded("DTSTART"), date)


def test_only_what_is_new_is_news(tmp_path: Path) -> None:
    """A second run that reads an old document again and adds one: the old entries keep id and day, the link is news."""
    path = tmp_path / "a.db"
    names = fill(path)
    before = make_datasette(path)

    def feed(datasette: Any) -> dict[str, tuple[str, str]]:
        content = asyncio.run(datasette.client.get("/changes.atom")).text
        return {entry.id: (entry.title, entry.updated) for entry in feed_of(content).entries}

    old = feed(before)
    db = open_database(path, create=False)
    db.execute("UPDATE runs SET started = '2024-05-01T10:00:00+00:00'")
    db.conn.commit()
    old = feed(before)
    later = document(
        "later.txt", [("paragraph", 0, "The Nursing Board hopes to recruit 10,000 more nurses.")], title="Later",
        published=date(2023, 1, 1),
    )  # fmt: skip
    said = statement(later, "The Nursing Board hopes to recruit 10,000 more nurses.", sort="aim",
                     owners=[owner("nursing-board")])  # fmt: skip
    run = writer.start_run(db, **RUN)
    writer.save_analysis(db, Analysis(later, (), (said,)), run, register=REGISTER)
    weaker = link(replace(said, id=names["second"]), said, "revises", "deadline dropped (2022-03-31)", WEAKER)
    writer.renew_links(db, [weaker], [], gone=[], loose=[])
    db.close()
    new = feed(make_datasette(path))
    assert {id: new[id] for id in old} == old
    ((title, updated),) = [entry for id, entry in new.items() if id not in old]
    assert title == "Deadline changed: Nursing Board: The Nursing Board hopes to recruit 10,000 more nurses."
    assert updated > max(day for _, day in old.values())
    asked = "/changes.json?owner=nursing-board&what=weakened"
    rows = asyncio.run(make_datasette(path).client.get(asked)).json()["rows"]
    assert [(row["run"], row["relation"], row["earlier_ref"]) for row in rows] == [(run, "revises", names["second"])]

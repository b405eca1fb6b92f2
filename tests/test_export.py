"""Each export is valid in its format, complete, and survives what documents throw at it."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import icalendar
import networkx as nx
import pytest
import sqlite_utils
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from extractor.cli import databases
from extractor.errors import WrongUsage
from extractor.records import Analysis
from extractor.store import atom, feeds, writer
from extractor.store.export import FORMATS, export
from extractor.store.schema import open_database
from tests.store_samples import RUN, TODAY, analysis, deadline, fill, owner, statement

NASTY = (
    "We will, by “May” 2031;\tspend\x0c £5m \\ <b>&amp;</b>\x00 ]]> 日本 on Ms O’Neil’s 👩\u200d⚕️ café: 10% more.\n"
    "Yes\u2028Sir"
)


def nasty() -> Analysis:
    due = date(2031, 5, 31)
    said = statement(
        NASTY, owners=(owner("A; B, \\ & <C>"),), deadline=deadline("by “May” 2031", None, due), themes=("a, b",)
    )
    found = analysis(
        "näs ty.txt", [said], title="Ti\x0btle; <&>, \\", publisher='Q "R"\x01', published=None, precision=None
    )
    return replace(found, document=replace(found.document, url="https://example.org/a b?<x>"))


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite_utils.Database]:
    opened = open_database(tmp_path / "commitments.db", create=True)
    fill(opened)
    yield opened
    opened.close()


@pytest.fixture
def nasty_db(tmp_path: Path) -> Iterator[sqlite_utils.Database]:
    opened = open_database(tmp_path / "nasty.db", create=True)
    writer.save_analysis(opened, nasty(), writer.start_run(opened, **RUN))
    yield opened
    opened.close()


@pytest.fixture
def empty_db(tmp_path: Path) -> Iterator[sqlite_utils.Database]:
    opened = open_database(tmp_path / "empty.db", create=True)
    yield opened
    opened.close()


def whole(db: sqlite_utils.Database, format: str) -> str:
    return "".join(export(db, format))


def graphs(db: sqlite_utils.Database) -> Iterator[Any]:
    yield nx.parse_graphml(whole(db, "graphml"))
    yield nx.read_gexf(io.BytesIO(whole(db, "gexf").encode()))
    yield nx.node_link_graph(json.loads(whole(db, "json")), edges="edges")


def events_of(raw: str) -> list[Any]:
    return list(icalendar.Calendar.from_ical(raw).walk("VEVENT"))


def test_an_unknown_format_is_wrong_usage_at_once(db: sqlite_utils.Database) -> None:
    with pytest.raises(WrongUsage, match="jsonl, csv, graphml, gexf, json, ics, atom"):
        export(db, "xlsx")


def test_an_export_is_one_state_of_the_database(db: sqlite_utils.Database, tmp_path: Path) -> None:
    lines = export(db, "jsonl")
    first = next(lines)
    assert db.conn.in_transaction
    other = open_database(tmp_path / "commitments.db", create=False)
    other.execute("DELETE FROM documents")
    other.close()
    assert len([first, *lines]) == 7
    assert not db.conn.in_transaction
    assert whole(db, "jsonl") == ""


def test_a_line_has_all_about_a_statement(db: sqlite_utils.Database) -> None:
    lines = [json.loads(line) for line in whole(db, "jsonl").splitlines()]
    assert [line["document"] for line in lines] == ["a.txt"] * 4 + ["b.pdf"] * 2 + ["c.html"]
    first, report = lines[0], lines[-1]
    assert first["owners"] == ["Training Board", "Care Office"]
    assert (first["label"], first["strength"], first["owner_explicit"]) == ("commitment", "firm", True)
    assert first["heading"] == ["Plan", "Staff"]
    assert "kind" not in first
    assert first["deadline"]["end"] == (TODAY - timedelta(days=400)).isoformat()
    assert first["deadline"]["anchor"] == "2023-06-30"
    assert [(m["value"], m["unit"], m["from"]) for m in first["metrics"]] == [
        (5000.0, "nurses", 300.0),
        ("all", "trusts", None),
    ]
    assert [(m["text"], m["value"]) for m in first["milestones"]] == [("half by spring", 5000.0), ("in May", None)]
    for field in (first["deadline"], report["when"], *first["milestones"]):
        assert field["rule"] == "by month"
        assert field["confidence"] == 0.8
        assert field["span"] == {"start": 0, "end": len(field["text"])}
    assert {(m["rule"], m["confidence"]) for m in first["metrics"]} == {("count", 0.7)}
    best = first["owner_candidates"][0]
    assert [best[name] for name in ("rule", "start", "end", "confidence")] == ["subject", 4, 9, 0.45]
    assert first["themes"] == ["recruitment", "training"]
    assert first["reasons"] == [{"rule": "cue", "score": 0.8, "detail": "a verb of promise, “will”"}]
    (link,) = first["links_to_later"]
    assert (link["relation"], link["changes"], link["statement"]) == (
        "revises",
        ["deadline moved 600 days later"],
        lines[4]["id"],
    )
    assert lines[4]["links_to_earlier"][0]["statement"] == first["id"]
    assert first["thread"] == lines[4]["thread"] == "t1"
    assert (report["kind"], report["when"]["start"], report["owners"]) == ("delivered", "2025-03-01", ["Care Office"])
    assert lines[1]["owners"] == []
    assert lines[1]["owner_explicit"] is None


def test_a_line_says_how_sure_it_is_and_whose_words_they_are(db: sqlite_utils.Database) -> None:
    part = analysis("p.txt", [statement("The Board will train staff and pay them.")])
    (said,) = part.statements
    words = said.quote[said.quote.index("pay") : -1]
    found = replace(
        said, quote=words, start=said.end - 1 - len(words), end=said.end - 1, sentence=(said.start, said.end)
    )
    writer.save_analysis(db, replace(part, statements=(found,)), 1)
    lines = {line["document"]: line for line in map(json.loads, whole(db, "jsonl").splitlines())}
    doubtful, piece = lines["b.pdf"], lines["p.txt"]
    assert (doubtful["sure"], doubtful["voice"], doubtful["speaker"], doubtful["negated"]) == (
        False,
        "unnamed",
        None,
        False,
    )
    assert doubtful["sentence"] is None
    assert (piece["sure"], piece["voice"], piece["sentence"]) == (
        True,
        "own",
        {"start": said.start, "end": said.end},
    )
    # An upgraded database does not know what version 1 did not ask.
    db.execute("UPDATE commitments SET voice = NULL, negated = NULL")
    old = json.loads(whole(db, "jsonl").splitlines()[0])
    assert (old["sure"], old["voice"], old["negated"]) == (True, None, None)


def test_feeds_say_what_is_to_be_checked_and_who_says_it(db: sqlite_utils.Database) -> None:
    titles = {entry.title: entry for entry in feedparser.parse(whole(db, "atom")).entries}
    (doubtful,) = [entry for title, entry in titles.items() if title.startswith("New: To be checked: Local Café: ")]
    assert "To be checked: the program is 75% sure of it\nWhose words: an unnamed source\n" in doubtful.summary
    (quoted,) = [entry for title, entry in titles.items() if ": Care Office: " in title and "O’Neil" in entry.summary]
    assert "Whose words: Ms O’Neil\n" in quoted.summary
    assert "To be checked" not in quoted.summary
    described = [str(event["DESCRIPTION"]) for event in events_of(whole(db, "ics"))]
    assert ["Whose words: Ms O’Neil" in said for said in described] == [False, False, True]
    db.execute("UPDATE commitments SET sure = 0, voice = 'reported', speaker = NULL WHERE deadline_end IS NOT NULL")
    (first, *_) = events_of(whole(db, "ics"))
    assert str(first["SUMMARY"]).startswith("To be checked: Training Board: ")
    assert "75% sure of it\nWhose words: somebody who is not named, retold\n" in str(first["DESCRIPTION"])


def test_csv_has_a_row_a_commitment(db: sqlite_utils.Database) -> None:
    rows = list(csv.DictReader(io.StringIO(whole(db, "csv"), newline="")))
    assert [row["owner"] for row in rows] == ["Training Board", "", "", "", "Care Office", "Local Café"]
    assert rows[0]["measure"] == "5,000 nurses; every trust"
    assert {"ref", "state", "due", "financial_year"} <= set(rows[0])
    assert [(row["sure"], row["voice"], row["speaker"], row["whose"], row["negated"]) for row in rows[4:]] == [
        ("yes", "quoted", "Ms O’Neil", "own", "yes"),
        ("to be checked", "unnamed", "", "", "no"),
    ]
    assert "search_key" not in rows[0]


def test_graphs_hold_everything_and_what_joins_it(db: sqlite_utils.Database) -> None:
    for graph in graphs(db):
        kinds = sorted(kind for _, kind in graph.nodes(data="kind"))
        assert kinds == ["commitment"] * 6 + ["document"] * 3 + ["owner"] * 3 + ["progress"] + ["thread"] * 2
        assert all(label for _, label in graph.nodes(data="label"))
        edges = sorted(kind for *_, kind in graph.edges(data="kind"))
        assert edges == ["in-thread"] * 4 + ["owned-by"] * 4 + ["progresses"] + ["revises"] + ["stated-in"] * 7
        (later, earlier) = next((a, b) for a, b, kind in graph.edges(data="kind") if kind == "revises")
        assert graph.nodes[later]["strength"] == "aim"
        assert graph.nodes[earlier]["strength"] == "firm"
        assert graph.edges[later, earlier]["changes"] == "deadline moved 600 days later"
        assert graph.edges[later, earlier]["weight"] == 0.8


def test_the_calendar_has_an_all_day_event_a_deadline(db: sqlite_utils.Database) -> None:
    raw = whole(db, "ics")
    events = events_of(raw)
    days = [event["DTSTART"].dt for event in events]
    assert days == [TODAY - timedelta(days=400), TODAY + timedelta(days=30), TODAY + timedelta(days=200)]
    assert all(event["DTEND"].dt - event["DTSTART"].dt == timedelta(days=1) for event in events)
    assert all(event["DTSTAMP"].dt.tzinfo is not None for event in events)
    assert len({str(event["UID"]) for event in events}) == 3
    assert str(events[0]["SUMMARY"]).startswith("Training Board: The Training Board will train")
    assert str(events[0]["URL"]) == "https://example.org/a.txt"
    assert [str(event["UID"]) for event in events] == [str(e["UID"]) for e in events_of(whole(db, "ics"))]


def check_lines(raw: str) -> None:
    """RFC 5545: every line ends in CRLF, none is longer than 75 octets, no control character but the tab."""
    assert raw.endswith("\r\n")
    lines = raw.removesuffix("\r\n").split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert not any(character < " " and character != "\t" for line in lines for character in line)


def test_the_feed_is_an_atom_feed(db: sqlite_utils.Database) -> None:
    raw = whole(db, "atom")
    feed = feedparser.parse(raw)
    assert not feed.bozo
    assert feed.version == "atom10"
    assert feed.feed.id.startswith("urn:uuid:")
    assert feed.feed.author
    assert [entry.get("published", "")[:4] for entry in feed.entries] == ["2025"] + ["2024"] * 2 + ["2023"] * 4
    assert len({entry.id for entry in feed.entries}) == 7
    report, changed, _, first, *_ = feed.entries
    assert report.title.startswith("Progress reported: Care Office: ")
    assert changed.title.startswith("Deadline changed: Care Office: ")
    assert [tag.term for tag in changed.tags] == ["aim", "moved"]
    assert "What changed: deadline moved 600 days later" in changed.content[0].value
    assert first.title.startswith("New: Training Board: ")
    assert first.link == "https://example.org/a.txt"
    assert first.tags[0].term == "firm"
    newest = max(entry.updated_parsed for entry in feed.entries)
    assert feed.feed.updated_parsed == newest


BASE = "https://pledges.example/site"


def test_on_a_site_the_feed_leads_to_its_pages(db: sqlite_utils.Database) -> None:
    feed = feedparser.parse("".join(atom.atom(db, base=BASE)))
    assert not feed.bozo
    assert [(link.rel, link.href) for link in feed.feed.links] == [
        ("self", f"{BASE}/changes.atom"),
        ("alternate", f"{BASE}/changes"),
    ]
    refs = [ref for (ref,) in db.execute("SELECT id FROM statements")]
    assert sorted(entry.link for entry in feed.entries) == sorted(f"{BASE}/pledge/{ref}" for ref in refs)
    assert [link.href for link in feed.entries[3].links if link.rel == "via"] == ["https://example.org/a.txt"]
    plain = feedparser.parse(whole(db, "atom"))
    assert [entry.id for entry in feed.entries] == [entry.id for entry in plain.entries]


def test_on_a_site_events_lead_to_its_pages(db: sqlite_utils.Database) -> None:
    raw = "".join(feeds.calendar(db, base=BASE))
    check_lines(raw)
    rows = db.execute("SELECT id FROM commitments WHERE deadline_end IS NOT NULL")
    assert {str(event["URL"]) for event in events_of(raw)} == {f"{BASE}/pledge/{ref}" for (ref,) in rows}


def test_a_calendar_of_at_most_so_many_has_those_nearest_to_today(db: sqlite_utils.Database) -> None:
    last = "SELECT deadline_end FROM commitments WHERE deadline_end IS NOT NULL"
    today = datetime.now(UTC).date()
    distances = sorted(abs(date.fromisoformat(day) - today) for (day,) in db.execute(last))
    assert len(distances) > 1
    for most in range(1, len(distances) + 2):
        raw = "".join(feeds.calendar(db, most=most))
        check_lines(raw)
        days = [event.decoded("DTSTART") for event in events_of(raw)]
        assert days == sorted(days)
        assert sorted(abs(day - today) for day in days) == distances[:most]
        told = f"At most {most} deadlines, those nearest to today."
        assert str(icalendar.Calendar.from_ical(raw)["DESCRIPTION"]) == told
    assert "X-WR-CALDESC" not in "".join(feeds.calendar(db))


def test_an_address_that_is_none_leads_nowhere(db: sqlite_utils.Database) -> None:
    """What a request claims as its host must not break a line of the calendar or become another scheme."""
    for base in ("https://a\r\nb", "javascript:alert(1)//", "https://a b"):
        assert str(events_of("".join(feeds.calendar(db, base=base)))[0]["URL"]) == "https://example.org/a.txt"
        assert feedparser.parse("".join(atom.atom(db, base=base))).entries[3].link == "https://example.org/a.txt"


def test_a_feed_holds_only_the_newest(db: sqlite_utils.Database, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = [entry.id for entry in feedparser.parse(whole(db, "atom")).entries]
    monkeypatch.setattr(atom, "ENTRIES", 2)
    assert [entry.id for entry in feedparser.parse(whole(db, "atom")).entries] == everything[:2]


# RFC 4287 section 4.1: what a feed and an entry must have exactly once, and may have.
MUST = {"feed": {"id", "title", "updated"}, "entry": {"id", "title", "updated"}}
MAY = {"feed": {"author", "entry", "link"}, "entry": {"author", "category", "content", "link", "published"}}


@pytest.mark.parametrize("name", ["db", "nasty_db", "empty_db"])
def test_feeds_have_what_the_standard_asks_for(request: pytest.FixtureRequest, name: str) -> None:
    root = etree.fromstring(whole(request.getfixturevalue(name), "atom").encode())
    for element in (root, *root.iterfind(f"{{{atom.ATOM}}}entry")):
        kind = etree.QName(element).localname
        children = [etree.QName(child).localname for child in element]
        assert all(etree.QName(child).namespace == atom.ATOM for child in element)
        assert all(children.count(child) == 1 for child in MUST[kind])
        assert set(children) <= MUST[kind] | MAY[kind]


def test_what_documents_throw_in_comes_out_again(nasty_db: sqlite_utils.Database) -> None:
    assert json.loads(whole(nasty_db, "jsonl").removesuffix("\n"))["quote"] == NASTY
    assert next(csv.DictReader(io.StringIO(whole(nasty_db, "csv"), newline="")))["quote"] == NASTY
    legal = NASTY.replace("\x0c", "").replace("\x00", "")
    for graph in graphs(nasty_db):
        quotes = [quote for _, quote in graph.nodes(data="quote") if quote]
        assert quotes == [legal]
    raw = whole(nasty_db, "ics")
    check_lines(raw)
    (event,) = events_of(raw)
    assert str(event["DESCRIPTION"]).startswith(legal)
    assert "URL" not in event  # an address with white space is none
    feed = feedparser.parse(whole(nasty_db, "atom"))
    assert not feed.bozo
    content = etree.fromstring(whole(nasty_db, "atom").encode()).findtext(f".//{{{atom.ATOM}}}content")
    assert content is not None
    assert content.startswith(legal)


@pytest.mark.parametrize("format", FORMATS)
def test_an_empty_database_exports_as_an_empty_whole(empty_db: sqlite_utils.Database, format: str) -> None:
    raw = whole(empty_db, format)
    if format == "csv":
        assert raw.count("\n") == 1
    elif format in ("jsonl", "reviews"):
        assert raw == ""
    elif format == "ics":
        assert events_of(raw) == []
    elif format == "json":
        assert json.loads(raw)["nodes"] == []
    else:
        etree.fromstring(raw.encode())


# No lone surrogates: they cannot be encoded, so no text read from a file has them.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@given(TEXT)
def test_folding_and_escaping_lose_nothing(words: str) -> None:
    raw = "".join(feeds.content_lines([f"DESCRIPTION:{feeds.escape(words)}"]))
    check_lines(raw)
    unfolded = raw.removesuffix("\r\n").replace("\r\n ", "").removeprefix("DESCRIPTION:")
    allowed = "".join(
        c for c in words.replace("\r\n", "\n").replace("\r", "\n") if c in "\t\n" or (c >= " " and c != "\x7f")
    )
    assert re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], unfolded) == allowed


def test_the_command_line_offers_every_format() -> None:
    """It has its own list, so that --help waits for no database."""
    assert sorted(databases.FORMATS) == sorted(FORMATS)

"""What a reader takes along: files for spreadsheets and programs, feeds, calendars, citations, a dossier, a frame."""

import csv
import json
import threading
from collections.abc import Callable, Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import feedparser
import icalendar
import pypdfium2
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.archive import Archive
from tests.browser.serving import Server
from tests.browser.shown import refs

LISTS = ("/?q=nurses", "/owner/{owner}", "/deadlines?when=passed", "/unclear?missing=date", "/alike?text=more+nurses")
FOLLOWED = ("/", "/?q=nurses", "/owner/{owner}", "/thread/{thread}", "/pledge/{pledge}", "/deadlines")
FRAMED = ("embed", "pledge")
NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', {value: undefined})"


@pytest.mark.parametrize("address", LISTS)
def test_a_list_as_csv_and_json(page: Page, archive: Archive, address: str, tmp_path: Path) -> None:
    """The JSON holds what the page shows, the CSV every row of the list, what the page shows first."""
    page.goto(address.format(**archive.names))
    shown = refs(page)
    assert shown
    taking = page.get_by_role("region", name="Take it with you")
    with page.expect_download() as download:
        taking.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename.endswith(".csv")
    download.value.save_as(tmp_path / "list.csv")
    with (tmp_path / "list.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))

    taking.get_by_role("link", name="JSON").click()
    page.wait_for_url("**/*.json*")
    listed = page.request.get(page.url).json()
    assert [row["ref"] for row in listed["rows"]] == shown
    assert len(rows) == listed["total"]
    assert [row["ref"] for row in rows][: len(shown)] == shown
    for row, same in zip(rows, listed["rows"], strict=False):
        assert (row["quote"], row["owner"], row["due"]) == (same["quote"], same["owner"] or "", same["due"] or "")
        assert json.loads(row["themes"] or "[]") == (same["themes"] or [])


def alternates(page: Page, kind: str) -> list[str]:
    """The addresses that the page itself names for a feed reader or a calendar, the page's own first."""
    found = page.locator(f'link[rel="alternate"][type="{kind}"]')
    return [str(link.get_attribute("href")) for link in found.all()]


@pytest.mark.parametrize("address", FOLLOWED)
def test_what_changes_as_a_feed(page: Page, server: Server, archive: Archive, address: str) -> None:
    page.goto(address.format(**archive.names))
    first, *_ = alternates(page, "application/atom+xml")
    answer = page.request.get(first)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed: Any = feedparser.parse(answer.body())
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "atom10"
    itself = {link["rel"]: link["href"] for link in feed.feed.links}
    assert itself["self"] == server.address + first
    assert feed.entries
    assert len({entry.id for entry in feed.entries}) == len(feed.entries)
    assert all(entry.updated_parsed and entry.title and entry.content for entry in feed.entries)
    page.goto(feed.entries[0].link)
    expect(page.locator("article.pledge")).to_be_visible()
    changed = {entry.link.rsplit("/", 1)[1] for entry in feed.entries}
    assert changed <= with_what_followed(archive, told_of(archive, address))


@pytest.mark.parametrize("address", FOLLOWED)
def test_deadlines_as_a_calendar(page: Page, archive: Archive, address: str) -> None:
    page.goto(address.format(**archive.names))
    (named,) = alternates(page, "text/calendar")
    linked = page.get_by_role("region", name="Take it with you").get_by_role("link", name="Calendar")
    assert linked.get_attribute("href") == named
    answer = page.request.get(named)
    assert answer.headers["content-type"].startswith("text/calendar")
    (calendar,) = icalendar.Calendar.from_ical(answer.body(), multiple=True)
    events = calendar.events
    assert events
    assert not [event.errors for event in events if event.errors]
    assert len({str(event["UID"]) for event in events}) == len(events)
    days = {row["id"]: row["day"] for row in archive.rows("SELECT id, deadline_end AS day FROM commitments")}
    told = told_of(archive, address)
    for event in events:
        ref = str(event["URL"]).rsplit("/", 1)[1]
        assert days[ref] in (event.start.isoformat(), None), ref
        assert ref in told
    page.goto(str(events[0]["URL"]))
    expect(page.locator("article.pledge")).to_be_visible()


def told_of(archive: Archive, address: str) -> set[str]:
    """The statements that an address speaks of, as the database has it."""
    conditions = {
        "/owner/{owner}": f"owner_id = '{archive.names['owner']}'",
        "/thread/{thread}": f"s.thread_id = '{archive.names['thread']}'",
        "/pledge/{pledge}": f"s.thread_id = '{archive.names['thread']}'",
        "/?q=nurses": "c.rowid IN (SELECT rowid FROM commitments_fts WHERE commitments_fts MATCH 'nurses')",
    }
    sql = f"SELECT s.id FROM statements s LEFT JOIN commitments c USING (id) WHERE {conditions.get(address, '1')}"
    return {row["id"] for row in archive.rows(sql)}


def with_what_followed(archive: Archive, told: set[str]) -> set[str]:
    """These statements, and those that were linked to them later: what happens to a pledge counts for it."""
    links = archive.rows("SELECT earlier_id, later_id FROM links")
    return told | {row["later_id"] for row in links if row["earlier_id"] in told}


def test_a_citation_is_copied(opened: Callable[..., BrowserContext], server: Server, archive: Archive) -> None:
    context = opened(server.address, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"/pledge/{archive.names['pledge']}")
    cited = page.locator("[data-copy]")
    assert cited.count() == 4, "three styles and the frame"
    for number in range(cited.count()):
        style = cited.nth(number).get_attribute("data-copy")
        page.get_by_role("button", name=f"Copy: {style}", exact=True).click()
        expect(page.get_by_role("status").filter(has_text="Copied")).to_have_count(number + 1)
        assert page.evaluate("navigator.clipboard.readText()") == cited.nth(number).text_content()


def test_a_citation_is_marked_where_the_clipboard_is_shut(
    opened: Callable[..., BrowserContext], server: Server, archive: Archive
) -> None:
    page = opened(server.address).new_page()
    page.add_init_script(NO_CLIPBOARD)
    page.goto(f"/pledge/{archive.names['pledge']}")
    page.get_by_role("button", name="Copy: ").first.click()
    expect(page.get_by_role("status").first).not_to_be_empty()
    marked = page.evaluate("getSelection().toString().trim()")
    assert marked == page.locator("[data-copy]").first.inner_text().strip()


def test_without_scripts_there_is_nothing_to_press(
    opened: Callable[..., BrowserContext], server: Server, archive: Archive
) -> None:
    page = opened(server.address, java_script_enabled=False).new_page()
    page.goto(f"/pledge/{archive.names['pledge']}")
    expect(page.locator("[data-copy]").first).to_be_visible()
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)


def test_a_dossier_is_printed(page: Page, archive: Archive, tmp_path: Path) -> None:
    """On paper it is the words and their sources, without what only a screen needs."""
    page.goto(f"/thread/{archive.names['thread']}")
    page.get_by_role("region", name="Take it with you").get_by_role("link", name="Dossier").click()
    quote = page.locator(".dossier blockquote").first.inner_text()
    page.pdf(path=tmp_path / "dossier.pdf", format="A4", prefer_css_page_size=True)
    printed = pypdfium2.PdfDocument(tmp_path / "dossier.pdf")
    try:
        text = "\n".join(sheet.get_textpage().get_text_bounded() for sheet in printed)
    finally:
        printed.close()
    plain = " ".join(text.split())
    assert " ".join(quote.split())[:60] in plain
    assert "Sources" in plain
    for furniture in ("Skip to the content", "Gone quiet", "Take it with you", "API notes", "Unclear"):
        assert furniture not in plain, furniture


@pytest.fixture
def elsewhere(server: Server, archive: Archive) -> Iterator[str]:
    """A page of another site that shows one of our statements in two frames."""
    ref = archive.names["pledge"]
    frames = "".join(f'<iframe title="{kind}" src="{server.address}/{kind}/{ref}"></iframe>' for kind in FRAMED)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(HTTPStatus.OK if self.path == "/" else HTTPStatus.NO_CONTENT)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(frames.encode() if self.path == "/" else b"")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{site.server_port}/"
        site.shutdown()


def test_only_a_page_made_for_frames_can_be_framed(
    page: Page, archive: Archive, faults: list[str], elsewhere: str
) -> None:
    """Another site shows one pledge in its own page; every other page of ours refuses that."""
    page.goto(elsewhere)
    (pledge,) = archive.rows("SELECT quote FROM commitments WHERE id = ?", archive.names["pledge"])
    expect(page.frame_locator("[title=embed]").get_by_role("heading", name=pledge["quote"])).to_be_visible()
    expect(page.frame_locator("[title=pledge]").get_by_role("heading", name=pledge["quote"])).to_have_count(0)
    assert [fault for fault in faults if "frame" in fault.lower()], "the browser says so"
    faults.clear()

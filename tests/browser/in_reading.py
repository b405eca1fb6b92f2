"""A reader's ways through the pages, at a desk, on a phone and with scripts turned off."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.archive import SHUT, Archive
from tests.browser.chromium import PHONE
from tests.browser.serving import Server
from tests.browser.shown import RESULTS, refs

READERS: dict[str, dict[str, Any]] = {
    "desk": {},
    "phone": {"width": PHONE},
    "no script": {"java_script_enabled": False},
}
WIDE = 704  # pixels from which drawings are shown


@pytest.fixture(params=READERS)
def reader(opened: Callable[..., BrowserContext], server: Server, request: pytest.FixtureRequest) -> Page:
    return opened(server.address, **READERS[request.param]).new_page()


def due_days(archive: Archive, shown: list[str]) -> list[str]:
    """The last days of commitments, in the order of their ids."""
    rows = archive.rows("SELECT id, coalesce(deadline_end, deadline_start) AS day FROM commitments")
    days = {row["id"]: row["day"] for row in rows}
    return [days[ref] for ref in shown]


def test_from_a_search_to_the_thread(reader: Page, archive: Archive) -> None:
    """Search by words and filters, open a pledge, see what became of it, read it in its document."""
    reader.goto("/")
    reader.get_by_label("Words in the pledge").fill("nurses")
    reader.get_by_label("Owner").select_option("uk-government")
    reader.get_by_label("Strength").select_option("firm")
    reader.get_by_role("button", name="Search").click()
    reader.wait_for_url("**/?q=nurses*")
    found = reader.locator(RESULTS)
    assert found.count() > 0
    for item in found.all():
        expect(item.locator(".quote")).to_contain_text("nurs", ignore_case=True)
        expect(item.locator(".facts")).to_contain_text("UK Government")
        expect(item.locator(".facts")).to_contain_text("firm")
    expect(reader.get_by_label("Owner")).to_have_value("uk-government")

    first = found.first.locator(".quote a")
    quote = first.inner_text()
    first.click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(quote)
    expect(reader.locator(".context mark")).to_have_text(quote)
    expect(reader.get_by_role("heading", name="At a glance")).to_be_visible()

    reader.get_by_role("link", name="See it on a timeline").click()
    reader.wait_for_url("**/thread/*")
    thread = reader.url.rsplit("/", 1)[1]
    (stated,) = archive.rows("SELECT count(*) AS times FROM statements WHERE thread_id = ?", thread)
    expect(reader.locator(".versions > li")).to_have_count(stated["times"])
    wide = (reader.viewport_size or {"width": 0})["width"] >= WIDE
    expect(reader.locator("svg.timeline")).to_be_visible(visible=wide)

    version = reader.locator(".versions .quote a").last
    quote = version.inner_text()
    version.click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(quote)
    reader.get_by_role("link", name="Read on in the document").click()
    expect(reader.locator(".reading mark", has_text=quote).first).to_be_in_viewport()


def test_nothing_found_says_what_to_do(reader: Page) -> None:
    reader.goto("/?q=zeppelin")
    expect(reader.get_by_text("Nothing here matches")).to_be_visible()
    reader.get_by_role("link", name="Start again").click()
    expect(reader.get_by_label("Words in the pledge")).to_have_value("")


def test_deadlines_of_a_year_and_those_passed(reader: Page, archive: Archive) -> None:
    reader.goto("/")
    reader.get_by_role("navigation", name="Main").get_by_role("link", name="Deadlines").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Deadlines")
    assert min(due_days(archive, refs(reader))) >= date.today().isoformat()

    reader.get_by_role("link", name="passed", exact=True).click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Deadlines that have passed")
    days = due_days(archive, refs(reader))
    assert days
    assert max(days) < date.today().isoformat()
    assert days == sorted(days, reverse=True), "the latest first"

    row = reader.locator("tr", has=reader.get_by_role("link", name="2024-25"))
    told = int(row.locator("td").first.inner_text())
    row.get_by_role("link").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Deadlines in 2024-25")
    days = due_days(archive, refs(reader))
    assert len(days) == told > 0
    assert all("2024-04-01" <= day <= "2025-03-31" for day in days)


def test_the_calendar_by_month_and_day(reader: Page, archive: Archive) -> None:
    day = date.fromisoformat(archive.names["day"])
    reader.goto("/deadlines")
    reader.get_by_role("link", name="by month", exact=True).click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(f"Deadlines in {date.today():%B %Y}")
    reader.goto(f"/deadlines/calendar?month={day:%Y-%m}")
    reader.get_by_role("link", name=f"{day.day} {day:%B %Y}: ").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(f"Deadlines on {day.day} {day:%B %Y}")
    rows = archive.rows("SELECT id FROM commitments WHERE coalesce(deadline_end, deadline_start) = ?", day.isoformat())
    assert set(refs(reader)) == {row["id"] for row in rows}
    reader.get_by_role("link", name=f"{day:%B %Y}", exact=True).click()
    reader.get_by_role("navigation", name="Months").get_by_role("link").nth(1).click()
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    expect(reader.get_by_role("heading", level=1)).to_have_text(f"Deadlines in {following:%B %Y}")


def test_as_of_a_day_and_back(reader: Page, archive: Archive) -> None:
    """What was known then: nothing that was published later, and what was due on that day."""
    day = "2020-12-31"
    known = "SELECT c.id FROM commitments c JOIN documents d ON d.id = c.document_id WHERE d.published <= ?"
    then = {row["id"] for row in archive.rows(known, day)}
    reader.goto("/?each=statement")
    today = reader.locator("#found").inner_text()
    reader.get_by_label("As it was known on").fill(day)
    reader.get_by_role("button", name="Search").click()
    expect(reader.get_by_text("As it was known on 31 December 2020")).to_be_visible()
    shown = refs(reader)
    assert shown
    assert set(shown) <= then
    reader.get_by_role("link", name="Back to today").click()
    expect(reader.locator("#found")).to_have_text(today)

    reader.goto("/deadlines")
    reader.get_by_label("As it was known on").fill(day)
    reader.get_by_role("button", name="Show").click()
    expect(reader.get_by_text("As it was known on 31 December 2020")).to_be_visible()
    days = due_days(archive, refs(reader))
    assert set(refs(reader)) <= then
    assert min(days) >= day, "what lay ahead on that day"


def test_pledges_like_this_and_like_a_sentence(reader: Page, archive: Archive) -> None:
    reader.goto(f"/pledge/{archive.names['pledge']}")
    reader.get_by_role("link", name="Pledges like this").click()
    expect(reader.get_by_role("heading", name="The same pledge elsewhere")).to_be_visible()
    assert archive.names["pledge"] not in refs(reader)
    reader.get_by_label("Or a sentence of your own").fill("There shall be more nursing staff on the wards")
    reader.get_by_role("button", name="Compare").click()
    expect(reader.locator(RESULTS).first).to_contain_text("nurs")
    assert reader.locator(f"{RESULTS} mark").count() > 0


def test_a_document_section_by_section_and_what_changed(reader: Page, archive: Archive) -> None:
    reader.goto(f"/document/{archive.names['long']}")
    marks = reader.locator(".reading mark").count()
    reader.get_by_role("link", name="Next").first.click()
    reader.wait_for_url("**section=2*")
    assert marks + reader.locator(".reading mark").count() > 0
    reader.goto(f"/document/{archive.names['later']}")
    reader.get_by_role("link", name="What changed", exact=True).click()
    reader.wait_for_url("**/changes")
    expect(reader.get_by_role("heading", level=1)).to_be_visible()


def test_what_is_to_be_checked_and_what_is_mentioned(reader: Page, archive: Archive) -> None:
    """What the program leaves to a person, and what a document speaks of without promising it."""
    reader.goto("/")
    reader.get_by_label("Certainty").select_option(label="To be checked")
    reader.get_by_role("button", name="Search").click()
    reader.wait_for_url("**sure=0*")
    assert reader.locator(RESULTS).count() == reader.locator(f"{RESULTS} .check").count() > 0
    document, mentions = archive.rows(
        "SELECT document_id, count(*) FROM mentions JOIN (SELECT document_id FROM sections GROUP BY 1 HAVING "
        "count(*) = 1) USING (document_id) GROUP BY 1 ORDER BY 2 DESC, 1"
    )[0]
    reader.goto(f"/document/{document}")
    listed = reader.get_by_role("region", name="Its mentions")
    expect(listed.get_by_role("listitem")).to_have_count(mentions)
    place = listed.get_by_role("link", name="in the text").first
    block = reader.locator(str(place.get_attribute("href")))
    place.click()
    expect(block).to_be_in_viewport()
    expect(block.locator("mark").first).to_be_visible()


def test_an_owner_its_successor_and_its_network(reader: Page) -> None:
    reader.goto("/owner/health-education-england")
    reader.get_by_role("link", name="NHS England", exact=True).first.click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("NHS England")
    reader.get_by_role("navigation", name="All pages").get_by_role("link", name="Owners and what joins them").click()
    rows = reader.get_by_role("region", name="Table of the network").locator("tbody tr")
    expect(rows.nth(3)).to_be_visible()
    rows.first.get_by_role("link").first.click()
    reader.wait_for_url("**/owner/*")


def test_the_page_with_its_words_boxed(reader: Page, archive: Archive) -> None:
    """The picture is there, and each box lies on it, as large as the words that it marks may be."""
    picture = reader.get_by_role("img", name="with this passage in")
    with reader.expect_response(lambda answer: answer.url.endswith(".png")) as drawn:
        reader.goto(f"/pledge/{archive.names['pictured']}")
        picture.scroll_into_view_if_needed()
    assert drawn.value.status == 200
    reader.wait_for_function("document.querySelector('.paper img').complete")
    paper = picture.bounding_box()
    boxes = reader.locator(".paper rect")
    (lines,) = archive.rows("SELECT count(*) AS lines FROM places WHERE statement_id = ?", archive.names["pictured"])
    expect(boxes).to_have_count(lines["lines"])
    for one in boxes.all():
        box = one.bounding_box()
        assert paper
        assert box
        assert paper["x"] <= box["x"] < box["x"] + box["width"] <= paper["x"] + paper["width"]
        assert paper["y"] <= box["y"] < box["y"] + box["height"] <= paper["y"] + paper["height"]
        assert 3 < box["height"] < paper["height"] / 20


def test_no_picture_where_the_licence_does_not_allow_it(page: Page, archive: Archive, faults: list[str]) -> None:
    page.goto(f"/pledge/{archive.names['shut-pledge']}")
    expect(page.get_by_role("heading", level=1)).to_have_text(SHUT)
    expect(page.get_by_text("The licence of this document (“All rights reserved”)")).to_be_visible()
    expect(page.locator(".paper")).to_have_count(0)
    (document,) = archive.rows("SELECT id FROM documents WHERE name = 'shut.pdf'")
    assert page.request.get(f"/document/{document['id']}/page/1.png").status == 404


def test_hostile_words_stay_words(page: Page, archive: Archive) -> None:
    """No dialogue opens, no element of theirs comes to be, whatever the quotes hold."""
    page.on("dialog", lambda dialogue: pytest.fail(f"a quote ran as a script: {dialogue.message}"))
    statements = archive.rows("SELECT id FROM statements WHERE document_id = ?", archive.names["hostile"])
    assert len(statements) > 3
    addresses = [
        f"/document/{archive.names['hostile']}",
        *(f"/pledge/{row['id']}" for row in statements),
        f"/commitments/pledges?document_id={archive.names['hostile']}",
        "/rejections",
    ]
    for address in addresses:
        page.goto(address)
        ours = page.locator("main :is(img, iframe, script), mark svg, base")
        assert ours.count() == 0, address

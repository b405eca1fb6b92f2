"""A reviewer at work: signs in by the printed link, says things that every reader then sees, and signs out."""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from tests.browser.archive import Archive
from tests.browser.barriers import problems
from tests.browser.serving import SECONDS, Server, served
from tests.browser.shown import refs

NAME = "Ann Bell"
EVIDENCE = "https://example.org/evidence"
# Pages with forms of a reviewer; names in braces are those of the archive.
DESKS = ("/review", "/pledge/{pledge}", "/pledge/{progress}", "/thread/{thread}", "/owner/{owner}", "/document/{pdf}")


@pytest.fixture(scope="module")
def desk(archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A copy of the archive, served with a link for a reviewer."""
    folder = tmp_path_factory.mktemp("reviewed")
    copied = shutil.copy(archive.path, folder)
    beside = f"{archive.path.name}.index"
    shutil.copytree(archive.path.with_name(beside), folder / beside)
    with served(Path(copied), "--reviewer", "--name", "Somebody") as server:
        yield server


@pytest.fixture(scope="module")
def signed_in(desk: Server, browser: Browser) -> StorageState:
    """What the browser of the one who used the link keeps; to look at the page behind it uses nothing up."""
    context = browser.new_context()
    assert problems(context, desk.sign_in) == []
    page = context.new_page()
    page.goto(desk.sign_in)
    expect(page.get_by_label("Your name")).to_have_value("Somebody")
    page.get_by_label("Your name").fill(NAME)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text(f"Signed in as {NAME}")).to_be_visible()
    kept = context.storage_state()
    context.close()
    return kept


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def reviewer(
    opened: Callable[..., BrowserContext], desk: Server, signed_in: StorageState, request: pytest.FixtureRequest
) -> Page:
    return opened(desk.address, storage_state=signed_in, java_script_enabled=request.param).new_page()


@pytest.fixture
def reader(opened: Callable[..., BrowserContext], desk: Server) -> Page:
    """Somebody else, who never signed in."""
    return opened(desk.address).new_page()


def pledges(archive: Archive, request: pytest.FixtureRequest, *, place: int) -> str:
    """A pledge with a deadline that no other test speaks of: another one for each place and each kind of browser."""
    rows = archive.rows(
        "SELECT id FROM commitments WHERE sure AND deadline_end IS NOT NULL AND id != ? ORDER BY id",
        archive.names["pledge"],
    )
    return str(rows[2 * place + ("no script" in request.node.name)]["id"])


def verdict(page: Page) -> str:
    return page.locator(".verdict").inner_text()


def linked_again(reviewer: Page) -> str:
    """What the server says to the reviewer when all is linked again: at once, or on a page that is opened later."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        said = " ".join(reviewer.get_by_role("status").all_inner_texts())
        if "Written down" in said:
            return said
        time.sleep(0.5)
        reviewer.reload()
    raise AssertionError("links were not made again in time")


def test_a_pledge_is_confirmed(reviewer: Page, reader: Page, archive: Archive, request: pytest.FixtureRequest) -> None:
    address = f"/pledge/{pledges(archive, request, place=0)}"
    reviewer.goto(address)
    form = reviewer.get_by_role("region", name="Review it")
    form.get_by_label("Why (optional)").first.fill("Read against the original")
    form.get_by_role("button", name="Right as it is").click()
    expect(reviewer.get_by_role("status").filter(has_text="Written down")).to_be_visible()
    assert reviewer.url.endswith(address)
    reader.goto(address)
    assert re.match(rf"Confirmed by {NAME} on .*: Read against the original", verdict(reader))
    expect(reader.get_by_role("region", name="What reviewers said")).to_contain_text(NAME)


def test_a_deadline_is_corrected(
    reviewer: Page, reader: Page, archive: Archive, request: pytest.FixtureRequest
) -> None:
    ref = pledges(archive, request, place=1)
    reviewer.goto(f"/pledge/{ref}")
    reviewer.get_by_text("Correct a field").click()
    reviewer.get_by_label("First day of the deadline").fill("")
    reviewer.get_by_label("Last day", exact=True).fill("2051-05-31")
    reviewer.get_by_role("button", name="Correct the deadline").click()
    expect(reviewer.locator(".verdict")).to_contain_text(f"Deadline corrected by {NAME}")
    reader.goto(f"/pledge/{ref}")
    expect(reader.locator(".verdict")).to_contain_text("31 May 2051")
    expect(reader.get_by_role("region", name="At a glance")).to_contain_text("31 May 2051")
    reader.goto("/deadlines?year=2051-52")
    assert ref in refs(reader)


def test_a_statement_is_rejected_and_taken_back(
    reviewer: Page, reader: Page, archive: Archive, request: pytest.FixtureRequest
) -> None:
    ref = pledges(archive, request, place=2)
    (row,) = archive.rows("SELECT deadline_year AS year FROM commitments WHERE id = ?", ref)
    reader.goto(f"/deadlines?year={row['year']}")
    assert ref in refs(reader)
    reviewer.goto(f"/pledge/{ref}")
    reviewer.get_by_role("button", name="No commitment").click()
    expect(reviewer.locator(".verdict")).to_contain_text(f"Rejected by {NAME}")
    reader.reload()
    assert ref not in refs(reader)
    reader.goto(f"/pledge/{ref}")
    assert "It stands in no list" in verdict(reader)
    reviewer.get_by_role("button", name="Take back all that was said").click()
    expect(reviewer.locator(".verdict")).to_have_count(0)
    reader.goto(f"/deadlines?year={row['year']}")
    assert ref in refs(reader)


def test_what_became_of_it_with_evidence(
    reviewer: Page, reader: Page, archive: Archive, request: pytest.FixtureRequest, faults: list[str]
) -> None:
    """An address that is none of the web is refused; the next one stands on the page."""
    address = f"/pledge/{pledges(archive, request, place=3)}"
    reviewer.goto(address)
    for evidence in ("javascript:alert(1)", EVIDENCE):
        reviewer.get_by_text("Was it kept?").click()
        reviewer.get_by_label("Delivery").select_option("partly delivered")
        reviewer.get_by_label("Address of the evidence").fill(evidence)
        reviewer.get_by_role("button", name="Set the delivery status").click()
        if evidence != EVIDENCE:
            expect(reviewer.locator(".verdict")).to_have_count(0)
            reviewer.goto(address)
            faults.clear()  # of the refusal
    reader.goto(address)
    assert verdict(reader).startswith("Partly delivered, as found")
    expect(reader.locator(".verdict").get_by_role("link", name="Evidence")).to_have_attribute("href", EVIDENCE)


def test_two_threads_are_merged(reviewer: Page, reader: Page, archive: Archive, request: pytest.FixtureRequest) -> None:
    rows = archive.rows("SELECT id, title FROM threads WHERE statements = 2 ORDER BY id")
    one, other = rows[:2] if "no script" in request.node.name else rows[2:4]
    members = "SELECT id FROM statements WHERE thread_id IN (?, ?)"
    refs_of_both = {row["id"] for row in archive.rows(members, one["id"], other["id"])}
    reviewer.goto(f"/thread/{one['id']}")
    reviewer.get_by_text("Join it with another thread").click()
    reviewer.get_by_label("Reference of the other thread").fill(other["id"])
    with reviewer.expect_navigation():
        reviewer.get_by_role("button", name="The two are one").click()
    assert "new link" in linked_again(reviewer)
    expect(reviewer.locator("article.pledge")).to_be_visible()
    reader.goto(f"/pledge/{sorted(refs_of_both)[0]}")
    reader.get_by_role("link", name="See it on a timeline").click()
    links = reader.locator(".versions .quote a")
    expect(links).to_have_count(len(refs_of_both))
    assert {str(link.get_attribute("href")).rsplit("/", 1)[1] for link in links.all()} == refs_of_both


@pytest.mark.parametrize("address", DESKS)
def test_the_forms_can_be_used_by_everybody(
    opened: Callable[..., BrowserContext], desk: Server, signed_in: StorageState, archive: Archive, address: str
) -> None:
    """With all that can be opened open: no violation, nothing to scroll sideways."""
    context = opened(desk.address, storage_state=signed_in)
    context.add_init_script(
        "addEventListener('DOMContentLoaded', () => document.querySelectorAll('details').forEach(d => d.open = true))"
    )
    assert problems(context, address.format(**archive.names)) == []


@pytest.mark.parametrize("address", DESKS)
def test_who_did_not_sign_in_sees_no_form(reader: Page, archive: Archive, address: str) -> None:
    reader.goto(address.format(**archive.names))
    expect(reader.locator("form[method=post], .reviewing")).to_have_count(0)
    expect(reader.get_by_text("Signed in as")).to_have_count(0)


def test_nobody_writes_from_another_site(
    opened: Callable[..., BrowserContext], desk: Server, signed_in: StorageState, archive: Archive, faults: list[str]
) -> None:
    """A form elsewhere that a reviewer is made to send is refused, and nothing is written."""
    page = opened(desk.address, storage_state=signed_in).new_page()
    ref = archive.names["progress"]
    fields = "".join(f'<input name="{name}" value="{value}">' for name, value in (("ref", ref), ("action", "dismiss")))
    page.set_content(f'<form method="post" action="{desk.address}/review/say">{fields}<button>Win</button></form>')
    with page.expect_response("**/review/say") as answer:
        page.get_by_role("button", name="Win").click()
    assert answer.value.status == 403
    page.goto(f"/pledge/{ref}")
    expect(page.locator(".verdict")).to_have_count(0)
    faults.clear()  # of the refusal


def test_the_link_is_good_once(reader: Page, desk: Server, signed_in: StorageState, faults: list[str]) -> None:
    answer = reader.goto(desk.sign_in)
    assert answer
    assert answer.status == 403
    expect(reader.get_by_label("Your name")).to_have_count(0)
    faults.clear()  # of the refusal


def test_signing_out_ends_it(opened: Callable[..., BrowserContext], desk: Server, signed_in: StorageState) -> None:
    """The last thing that a reviewer does: also what another window kept is worth nothing afterwards."""
    here, there = (opened(desk.address, storage_state=signed_in).new_page() for _ in range(2))
    here.goto("/review")
    here.get_by_role("button", name="Sign out").click()
    for page in (here, there):
        page.goto("/review")
        expect(page.get_by_text("Signed in as")).to_have_count(0)
        expect(page.locator("form[method=post]")).to_have_count(0)

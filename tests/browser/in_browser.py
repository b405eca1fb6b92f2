"""The pages in a real browser, at the width of a desk and of a phone, by day and by night.

Not part of the default run, which needs no browser: call it by name, `python -m pytest tests/browser/in_browser.py`. It
needs the packages `playwright` and `axe-playwright-python`, and a Chromium at the path in the variable CHROMIUM.
"""

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.web.sample import every_page, fill

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
# A browser looks for updates and news by itself; these keep it from doing so.
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDTHS = (1280, 390)
FRAMED = ("embed", "pledge")
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SERVE = (
    "import sys; from pathlib import Path; from extractor.web.server import serve; "
    "serve(Path(sys.argv[1]), host='127.0.0.1', port=int(sys.argv[2]))"
)


@pytest.fixture(scope="session")
def names(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Ids of the sample by a short name, and the path of its database as "path"."""
    path = tmp_path_factory.mktemp("browser") / "sample.db"
    return fill(path, further=130) | {"path": str(path)}


@pytest.fixture(scope="session")
def address(names: dict[str, str]) -> Iterator[str]:
    """Where the pages are really served, by a process of their own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-c", SERVE, names["path"], str(port)])
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(address).close()
                break
            except urllib.error.URLError:
                assert server.poll() is None, "the server ended by itself"
                time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=10)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no browser at {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def requested() -> list[str]:
    """Every address that the page under test asks for."""
    return []


@pytest.fixture(
    params=[(width, scheme) for width in WIDTHS for scheme in ("light", "dark")], ids=lambda p: f"{p[0]}-{p[1]}"
)
def page(browser: Browser, requested: list[str], request: pytest.FixtureRequest) -> Iterator[Page]:
    width, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("request", lambda asked: requested.append(asked.url))
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    yield page
    context.close()


def test_every_page_can_be_used_by_everybody(
    page: Page, address: str, names: dict[str, str], requested: list[str]
) -> None:
    """No accessibility violation, no sideways scrolling, nothing fetched from anywhere but the server."""
    problems: list[Any] = []
    for path in [*every_page(names), "/pledge/none", "/?page=x", f"/document/{names['long']}?section=2"]:
        page.goto(address + path)
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": STANDARD}}).response["violations"]
        problems += [(path, rule["id"], [node["html"] for node in rule["nodes"]][:3]) for rule in found]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            problems.append((path, "scrolls sideways"))
    assert not problems
    assert {urlsplit(asked).netloc for asked in requested} == {urlsplit(address).netloc}


def test_from_a_search_to_the_thread(page: Page, address: str) -> None:
    """A journalist's way: search, open a pledge, see what became of it."""
    page.goto(address)
    page.get_by_label("Words in the pledge").fill("recruit nurses")
    page.get_by_label("Kind of document").select_option("letter")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name="1 pledge found")).to_be_visible()
    page.get_by_role("link", name="The Nursing Board will recruit 10,000").click()
    expect(page.locator("mark")).to_have_text("The Nursing Board will recruit 10,000 more nurses by March 2022.")
    page.get_by_role("link", name="See it on a timeline").click()
    expect(page.locator(".versions > li")).to_have_count(3)
    wide = (page.viewport_size or {"width": 0})["width"] > 800
    expect(page.locator("svg.timeline")).to_be_visible(visible=wide)
    page.locator(".versions").get_by_role("link", name="7,500 more nurses").click()
    page.get_by_role("link", name="Read the whole document").click()
    page.get_by_role("link", name="commitment 1, firm").click()
    page.wait_for_url("**/pledge/*")


def test_deadlines_by_year_and_owner(page: Page, address: str) -> None:
    """An analyst's way: a year's deadlines, an owner, its successor, the table behind it all."""
    page.goto(f"{address}/deadlines?when=passed")
    page.get_by_role("link", name="2021-22").click()
    expect(page.locator(".results > li")).to_have_count(1)
    page.goto(f"{address}/owner/nursing-board")
    page.get_by_role("link", name="Care Workforce England").click()
    expect(page.get_by_role("heading", name="Care Workforce England")).to_be_visible()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Data").click()
    expect(page.locator("table.rows-and-columns")).to_be_visible()


def test_what_is_to_be_checked_and_what_is_mentioned(page: Page, address: str) -> None:
    """A reviewer's way: what the program leaves open, whose words it is, the document with all that it mentions."""
    page.goto(address)
    page.get_by_label("Certainty").select_option(label="To be checked")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name="1 pledge found")).to_be_visible()
    expect(page.locator(".check")).to_have_text("to be checked (52% sure)")
    page.get_by_role("link", name="The Department of Care may drop").click()
    expect(page.locator(".voice")).to_have_text("An unnamed source")
    page.get_by_role("link", name="Read the whole document").click()
    page.get_by_role("link", name="5 mentions").click()
    expect(page.get_by_role("heading", name="Its mentions")).to_be_in_viewport()
    expect(page.locator("mark.mention")).to_have_count(5)
    page.get_by_role("link", name="commitment 3, firm").click()
    expect(page.locator(".whole mark")).to_have_text("publish its rota by May 2018")


def test_the_keyboard_is_enough(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("midwives")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=midwives*")
    expect(page.get_by_role("heading", name="130 pledges found")).to_be_visible()


def test_hostile_words_stay_words(page: Page, address: str, names: dict[str, str]) -> None:
    """No dialogue opens, no element of theirs comes to be, whatever the quotes hold."""
    page.on("dialog", lambda dialog: pytest.fail(f"a quote ran as a script: {dialog.message}"))
    for path in (
        f"/document/{names['hostile-document']}",
        f"/pledge/{names['hostile-0']}",
        "/commitments/pledges",
        "/rejections",
    ):
        page.goto(address + path)
        assert page.evaluate("document.querySelectorAll('main img, main iframe, main script, mark svg').length") == 0


@pytest.fixture
def elsewhere(address: str, names: dict[str, str]) -> Iterator[str]:
    """A page of another site that shows one of our statements in two frames."""
    frames = "".join(f'<iframe title="{kind}" src="{address}/{kind}/{names["first"]}"></iframe>' for kind in FRAMED)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(frames.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_only_a_page_made_for_frames_can_be_framed(page: Page, elsewhere: str) -> None:
    """Another site shows one pledge in its own page; every other page of ours refuses that."""
    page.goto(elsewhere)
    quote = "The Nursing Board will recruit 7,500 more nurses by March 2021."
    expect(page.frame_locator("[title=embed]").get_by_role("heading", name=quote)).to_be_visible()
    expect(page.frame_locator("[title=pledge]").get_by_role("heading", name=quote)).to_have_count(0)


def test_the_tables_of_datasette_can_be_used_by_everybody(page: Page, address: str, names: dict[str, str]) -> None:
    """All of them but where its script makes an editor for SQL, which has no name."""
    problems = []
    for path in ("/commitments/pledges", "/commitments/links", f"/commitments/commitments/{names['first']}"):
        page.goto(address + path)
        levels = [level for level in STANDARD if level.startswith("wcag")]
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": levels}}).response["violations"]
        problems += [(path, rule["id"], [node["html"] for node in rule["nodes"]][:3]) for rule in found]
    assert not problems

"""Without a mouse, and enlarged: the tab order, what has the focus, and the page at twice its size."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.archive import Archive
from tests.browser.chromium import DESK, HEIGHT
from tests.browser.serving import Server

PATHS = ("/", "/pledge/{pictured}", "/deadlines", "/document/{long}", "/network", "/alike?text=more+nurses")
# The focused element: where it is, and how it is set off from the same element without the focus.
FOCUSED = """() => {
  const element = document.activeElement, style = getComputedStyle(element), box = element.getBoundingClientRect();
  return {
    name: `${element.tagName} ${element.textContent.trim().slice(0, 40)}`, body: element === document.body,
    outline: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
    shown: box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0,
  };
}"""
# Text that does not fit into its element and is cut off; what scrolls by itself is not.
CUT_OFF = """() => [...document.querySelectorAll('main *, header *, footer *')].filter(element => {
  const style = getComputedStyle(element), hidden = ['hidden', 'clip'].includes(style.overflowX);
  return hidden && element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1;
}).map(element => element.outerHTML.slice(0, 120))"""


def test_the_keyboard_is_enough_to_search(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Words in the pledge")).to_be_focused()
    page.keyboard.type("nurses")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=nurses*")
    expect(page.get_by_label("Words in the pledge")).to_have_value("nurses")


def test_without_skipping_the_search_comes_after_the_navigation(page: Page) -> None:
    page.goto("/")
    links = page.locator("header a").count()
    for _ in range(1 + links + 1):
        page.keyboard.press("Tab")
    expect(page.get_by_label("Words in the pledge")).to_be_focused()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_has_the_focus_can_be_seen(
    opened: Callable[..., BrowserContext], server: Server, archive: Archive, path: str, scheme: str
) -> None:
    """The first fifty stops of the tab key: each has an outline, none is out of sight, none twice in a row."""
    page = opened(server.address, color_scheme=scheme).new_page()
    page.goto(path.format(**archive.names))
    for _ in range(50):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused["body"]:  # once around
            break
        assert focused["outline"] >= 2, focused
        assert focused["shown"], focused


@pytest.mark.parametrize(
    "path", [*PATHS, "/deadlines/calendar?month={month}", "/thread/{thread}", "/method", "/review"]
)
def test_at_twice_the_size_nothing_is_lost(
    opened: Callable[..., BrowserContext], server: Server, archive: Archive, path: str
) -> None:
    """A window of 1280 pixels enlarged to 200 % is one of 640: all that is said stays, and stays readable."""
    page = opened(server.address).new_page()
    page.goto(path.format(**archive.names, month=archive.names["day"][:7]))
    said = page.locator("main").get_by_role("heading").all_inner_texts()
    navigation = page.locator("header nav a").all_inner_texts()
    page.set_viewport_size({"width": DESK // 2, "height": HEIGHT // 2})
    assert page.locator("main").get_by_role("heading").all_inner_texts() == said
    assert page.locator("header nav a").all_inner_texts() == navigation
    for link in page.locator("header nav a").all():
        expect(link).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    assert page.evaluate(CUT_OFF) == []

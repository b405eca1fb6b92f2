"""What keeps people from using a page: breaches of WCAG 2.2 AA, a page wider than its window, a heavy page."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, Response

from tests.browser.chromium import DESK, HEIGHT, PHONE

STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OURS = [*STANDARD, "best-practice"]
# All that the night changes.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
HEAVIEST = 100_000  # bytes of a page without its pictures


def violations(page: Page, options: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """What axe-core finds: the rule and the first elements that break it."""
    found = Axe().run(page, options=options | {"resultTypes": ["violations"]}).response["violations"]
    return [(rule["id"], [node["html"] for node in rule["nodes"]][:3]) for rule in found]


def levels(tags: list[str]) -> dict[str, Any]:
    return {"runOnly": {"type": "tag", "values": tags}}


def sideways(page: Page) -> int:
    """Pixels by which the page is wider than the window."""
    return int(page.evaluate("document.scrollingElement.scrollWidth - innerWidth"))


def weight(responses: list[Response]) -> int:
    """Bytes of what was loaded, but for pictures."""
    return sum(len(answer.body()) for answer in responses if answer.request.resource_type != "image")


def problems(context: BrowserContext, path: str) -> list[Any]:
    """What is wrong with the page at an address of ours, at both widths, by day and by night."""
    page = context.new_page()
    loaded: list[Response] = []
    page.on("response", lambda answer: loaded.append(answer))
    page.set_viewport_size({"width": DESK, "height": HEIGHT})
    page.goto(path)
    found: list[Any] = [(DESK, *what) for what in violations(page, levels(OURS))]
    if (heavy := weight(loaded)) > HEAVIEST:
        found.append(f"weighs {heavy} bytes")
    for width in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        if (wider := sideways(page)) > 0:
            found.append(f"{wider} pixels too wide at {width}")
    found += [(PHONE, *what) for what in violations(page, levels(OURS))]
    page.emulate_media(color_scheme="dark")
    found += [("dark", *what) for what in violations(page, COLOURS)]
    page.close()
    return found

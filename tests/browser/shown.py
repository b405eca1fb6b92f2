"""What a page shows, as a reader of it would tell."""

from playwright.sync_api import Page

RESULTS = ".results > li"


def refs(page: Page) -> list[str]:
    """The ids of the pledges that the page lists, in its order."""
    page.wait_for_load_state()
    links = page.locator(f"{RESULTS} .quote a")
    return [str(link.get_attribute("href")).removeprefix("/pledge/") for link in links.all()]

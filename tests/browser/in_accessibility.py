"""Every page for everybody: no accessibility violation, nothing to scroll sideways, light, and no call to elsewhere."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from extractor.web.guard import CLOSED
from tests.browser.archive import Archive
from tests.browser.barriers import STANDARD, levels, problems, violations
from tests.browser.serving import Server
from tests.web import routes

# Pages in the states that their routes alone do not show; names in braces are those of the archive.
STATES = (
    "/?q=nurses",
    "/?q=zeppelin",
    "/?q=nurses&state=deadline+passed&order=due&sure=1&each=latest",
    "/?as_of=2020-12-31",
    "/?page=x",
    "/pledge/none",
    "/nowhere",
    "/pledge/{alone}",
    "/pledge/{progress}",
    "/pledge/{pictured}",
    "/pledge/{unpictured}",
    "/pledge/{shut-pledge}",
    "/pledge/{hostile-pledge}",
    "/embed/{pictured}",
    "/document/{long}",
    "/document/{long}?section=2",
    "/document/{pdf}?statement={pictured}",
    "/document/{later}",
    "/document/{later}/changes",
    "/document/{hostile}",
    "/owner/{owner}?state=deadline+passed&page=1",
    "/deadlines?when=passed",
    "/deadlines?year=1999-00",
    "/deadlines/calendar?month={month}",
    "/deadlines/calendar?day={day}",
    "/deadlines/calendar?month={month}&owner={owner}",
    "/unclear?missing=owner",
    "/quiet?as_of=2023-12-31",
    "/changes?what=moved",
    "/changes?thread={thread}",
    "/dossier?thread={thread}",
    "/dossier?owner={owner}",
    "/alike?text=more+nurses+on+the+wards",
    "/alike?text=zeppelin",
    "/alike?ref={pledge}",
    "/review?missing=owner",
)
# Datasette's own pages, with the violations that are left there: its script makes an editor for SQL without a name.
OF_DATASETTE: dict[str, set[str]] = {
    "/commitments": {"label"},
    "/commitments/pledges": set(),
    "/commitments/pledges?_facet=owner": set(),
    "/commitments/links": set(),
    "/commitments/commitments/{pledge}": set(),
    "/commitments?sql=select+1": {"label"},
    "/commitments/most_moved": set(),
}


def is_page(context: BrowserContext, path: str) -> bool:
    return context.request.get(path, max_redirects=0).headers.get("content-type", "").startswith("text/html")


@pytest.mark.parametrize("pattern", routes.patterns())
def test_the_page_of_every_route(
    opened: Callable[..., BrowserContext], server: Server, archive: Archive, faults: list[str], pattern: str
) -> None:
    addresses = [path for path in routes.addresses(pattern, archive.values()) if not path.endswith((".json", ".csv"))]
    # the closed addresses of Datasette all get one page
    for path in addresses[:1] if pattern == CLOSED else addresses:
        context = opened(server.address)
        if is_page(context, path):
            assert problems(context, path) == [], path
    _forget_statuses(faults)


@pytest.mark.parametrize("address", STATES)
def test_pages_in_their_further_states(
    opened: Callable[..., BrowserContext], server: Server, archive: Archive, faults: list[str], address: str
) -> None:
    path = address.format(**archive.names, month=archive.names["day"][:7])
    context = opened(server.address)
    assert is_page(context, path)
    assert problems(context, path) == []
    _forget_statuses(faults)


@pytest.mark.parametrize("address", OF_DATASETTE)
def test_the_pages_of_datasette(
    opened: Callable[..., BrowserContext], server: Server, archive: Archive, address: str
) -> None:
    """Exactly what is known to be left: where it mends something itself, this says so."""
    page = opened(server.address).new_page()
    page.goto(address.format(**archive.names))
    found = dict(violations(page, levels(STANDARD)))
    assert set(found) == OF_DATASETTE[address], found


def _forget_statuses(faults: list[str]) -> None:
    """A browser tells its console of a page that was answered with another status than 200: no fault of the page."""
    faults[:] = [fault for fault in faults if not fault.startswith("Failed to load resource: the server responded")]

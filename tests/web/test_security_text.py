"""Nothing that stands in a document, or that a reader sends, becomes a part of a page: on every route there is."""

import asyncio
import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import icalendar
import lxml.etree
import lxml.html
import pytest

from extractor.ingest import read
from extractor.settings import Settings
from extractor.store.tables import TABLES
from extractor.web.desk import Desk
from extractor.web.server import make_datasette
from tests.web import hostile, routes
from tests.web.conftest import Site
from tests.web.hostile import ATTACKS, Names
from tests.web.reviewers import Browser
from tests.web.vectors import use_invented_encoder

# Lists that show another part of the sample than the page without parameters.
LISTS = (
    "/?q=board",
    "/?owner=nobody",
    "/alike?text=The+board+will+send+x+to+trusts",
    "/?order=due",
    "/deadlines?year=2030-31",
    "/unclear?missing=measure",
    "/unclear?missing=owner",
    "/review?missing=owner",
    "/commitments",
    *(f"/commitments/{table.name}" for table in TABLES),
    "/commitments/pledges",
    "/commitments?sql=select+quote,+quote+as+url,+quote+as+ref,+quote+as+reasons+from+commitments",
)
ROWS = "Datasette's pages of single rows"
# One text that holds the ways out of an element, an attribute, a title, a text field, a script and a template.
MIXED = "\"'><script>alert(1)</script><img src=x onerror=alert(2)></title></textarea></option>{{7*7}}"
Shape = tuple[str, frozenset[str]]


class Twin:
    """A site with the addresses of all its pages, in the same order for the hostile sample and the harmless one."""

    def __init__(self, folder: Path, *, harmless: bool) -> None:
        self.path = folder / "commitments.db"
        self.names = hostile.fill(self.path, spoil=hostile.harmless) if harmless else hostile.fill(self.path)
        self.site = Site(make_datasette(self.path), {})
        self.pages = {pattern: self._addresses(pattern) for pattern in routes.patterns()}
        self.pages |= {path: [path] for path in LISTS}
        self.pages[ROWS] = [f"/commitments/commitments/{ref}" for ref in self.names.commitments[::2]]

    def _addresses(self, pattern: str) -> list[str]:
        """Every page, and every fourth of those in another format: the lists of these hold all that there is."""
        found = list(routes.addresses(pattern, _values(self.names)))
        return [path for place, path in enumerate(found) if place % 4 == 0 or not path.endswith((".json", ".csv"))]

    def shapes(self) -> set[Shape]:
        """What one page of each route and each list is built of."""
        return {shape for paths in self.pages.values() for shape in shapes(self.site.get(paths[-1].split(".")[0]).text)}

    def signed_in(self) -> Browser:
        """A reviewer's browser."""
        desk = Desk(self.path, Settings())
        browser = Browser(make_datasette(self.path, desk=desk))
        browser.sign_in(desk.door.token)
        return browser

    def responses(self, pattern: str) -> Iterator[tuple[str, Any]]:
        return ((path, self.site.get(path)) for path in self.pages[pattern])


def _values(names: Names) -> routes.Values:
    statements = [*names.commitments, *names.reports]
    return {
        ("/pledge/", "ref"): statements,
        ("/embed/", "ref"): statements,
        ("/thread/", "id"): names.threads,
        ("/document/", "id"): names.documents,
        ("/document/*/page/", "number"): ["1", "2", "9"],
        ("/owner/", "slug"): [f"evil-{number}" for number in range(len(ATTACKS))],
        ("/-/commitments/", "name"): routes.assets(),
    }


@pytest.fixture(scope="module", autouse=True)
def _encoder() -> Iterator[None]:
    """Sentences that a reader types become vectors as those of the sample did: the networks are not needed here."""
    with pytest.MonkeyPatch.context() as patch:
        use_invented_encoder(patch)
        yield


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Twin:
    return Twin(tmp_path_factory.mktemp("hostile"), harmless=False)


@pytest.fixture(scope="module")
def built(twin: Twin) -> set[Shape]:
    return twin.shapes()


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Twin:
    return Twin(tmp_path_factory.mktemp("harmless"), harmless=True)


def shapes(html: str) -> set[Shape]:
    """Every element of a page with the names of its attributes."""
    tree = lxml.html.document_fromstring(html.replace("\x00", ""))
    return {(str(element.tag), frozenset(map(str, element.attrib))) for element in tree.iter(lxml.etree.Element)}


def check_page(path: str, html: str, allowed: set[Shape]) -> None:
    """Fail where a page is built of anything that its harmless twin is not, or could run or fetch something."""
    assert shapes(html) <= allowed, (path, shapes(html) - allowed)
    for _, attack in ATTACKS:
        if "<" in attack:
            assert attack not in html, path
    tree = lxml.html.document_fromstring(html.replace("\x00", ""))
    for element in tree.iter(lxml.etree.Element):
        for name in ("href", "src", "action", "formaction", "data", "poster"):
            address = urlsplit((element.get(name) or "").strip())
            assert address.scheme in ("", "http", "https"), (path, element.tag, element.get(name))
            assert address.netloc in ("", "localhost", "example.org", "datasette.io"), (path, element.get(name))


@pytest.mark.parametrize("pattern", [*routes.patterns(), *LISTS, ROWS])
def test_no_text_becomes_a_part_of_a_page(spoilt: Twin, twin: Twin, pattern: str) -> None:
    allowed: set[Shape] = set()
    for path, response in twin.responses(pattern):
        assert response.status_code < 500, (path, response.status_code)
        if response.headers["content-type"].startswith("text/html"):
            allowed |= shapes(response.text)
    for path, response in spoilt.responses(pattern):
        kind = response.headers["content-type"]
        assert response.status_code < 500, (path, response.status_code)
        assert response.headers["x-content-type-options"] == "nosniff", path
        if kind.startswith("text/html"):
            check_page(path, response.text, allowed)
        elif kind.startswith("application/json"):
            json.loads(response.text)
        elif kind.startswith("text/csv"):
            check_cells(path, response.text)


def test_no_text_becomes_a_part_of_a_reviewers_page(spoilt: Twin, twin: Twin) -> None:
    """The forms that only who is signed in sees hold the same words as values and choices."""
    reviewer, calm = spoilt.signed_in(), twin.signed_in()
    forms = 0
    for pattern in routes.patterns():
        pairs = [
            pair
            for pair in zip(spoilt.pages[pattern][::3], twin.pages[pattern][::3], strict=True)
            if not re.search(r"\.\w+$", pair[0]) and "sign-out" not in pair[0]
        ]
        allowed: set[Shape] = set()
        for _, path in pairs:
            response = calm.ask("GET", path)
            allowed |= shapes(response.text) if response.headers["content-type"].startswith("text/html") else set()
        for path, _ in pairs:
            response = reviewer.ask("GET", path)
            assert response.status_code < 500, (path, response.status_code)
            if response.headers["content-type"].startswith("text/html"):
                check_page(path, response.text, allowed)
                forms += response.text.count("/review/say")
    assert forms > len(ATTACKS)


def check_cells(path: str, text: str) -> None:
    """Fail where a line has more or fewer cells than the heading, or a cell of text that a spreadsheet works out."""
    heading, *lines = csv.reader(io.StringIO(text, newline=""))
    assert lines == [] or {len(line) for line in lines} == {len(heading)}, path
    for cell in (cell for line in lines for cell in line):
        assert not re.match(r"[=@\t\r]|[+-](?![0-9.]+$)", cell), (path, cell)


def test_no_text_becomes_a_part_of_the_calendar(spoilt: Twin, twin: Twin) -> None:
    def built(site: Site) -> list[list[str]]:
        calendar = icalendar.Calendar.from_ical(site.get("/deadlines.ics").content)
        assert not [part.name for part in calendar.walk() if part.name not in ("VCALENDAR", "VEVENT")]
        # an address is left out where it is none
        return [sorted({str(name) for name in event} - {"URL"}) for event in calendar.walk("VEVENT")]

    assert built(spoilt.site) == built(twin.site)
    assert len(built(spoilt.site)) == 2 * len(ATTACKS)


def test_no_text_becomes_a_part_of_the_feed(spoilt: Twin, twin: Twin) -> None:
    def built(site: Site) -> set[Shape]:
        root = lxml.etree.fromstring(site.get("/changes.atom").content)
        for link in root.iter("{*}link"):
            assert urlsplit(link.get("href", "")).scheme in ("http", "https")
        return {(str(element.tag), frozenset(map(str, element.attrib))) for element in root.iter(lxml.etree.Element)}

    assert built(spoilt.site) <= built(twin.site)


@pytest.mark.parametrize("pattern", routes.patterns())
def test_nothing_that_is_asked_becomes_a_part_of_a_page(twin: Twin, built: set[Shape], pattern: str) -> None:
    """One address of each route and format with a hostile value for each parameter that any page reads."""
    chosen = {Path(path).suffix: path for path in twin.pages[pattern]}
    for path in chosen.values():
        for name in routes.parameters():
            response = twin.site.get(f"{path}?{name}={quote(MIXED)}")
            assert response.status_code < 500, (path, name)
            if response.headers["content-type"].startswith("text/html"):
                check_page(f"{path}?{name}=", response.text, built)
                assert MIXED not in response.text, (path, name)


@pytest.mark.parametrize("host", ['evil"><script>alert(1)</script>', "a\tb,x;y=z"])
def test_a_host_that_is_none_becomes_no_part_of_a_page(twin: Twin, built: set[Shape], host: str) -> None:
    """Permanent addresses repeat the name that the site was asked by, which any program can make up."""
    for paths in (twin.pages[pattern] for pattern in routes.patterns()):
        response = asyncio.run(twin.site.datasette.client.get(paths[0], headers={"host": host}))
        assert response.status_code < 500, paths[0]
        kind = response.headers["content-type"]
        if kind.startswith("text/html"):
            assert shapes(response.text) <= built, paths[0]
            assert "<script>alert" not in response.text, paths[0]
        elif "xml" in kind:
            lxml.etree.fromstring(response.content)
        elif kind.startswith("text/calendar"):
            icalendar.Calendar.from_ical(response.content)


def test_hostile_words_are_shown_as_they_are(spoilt: Twin) -> None:
    """What is made harmless must not be lost: a page says the words of its document, whatever they are."""
    for (what, attack), ref in zip(ATTACKS, spoilt.names.commitments[::2], strict=True):
        page = lxml.html.document_fromstring(spoilt.site.get(f"/pledge/{ref}").text.replace("\x00", ""))
        marked = "".join(str(part) for mark in page.iter("mark") for part in mark.itertext())
        said = re.sub(r"[\s\x00-\x1f\x7f-\x9f\ufffd]+", " ", f"The board will send {attack} to 7,500 trusts")
        assert said in re.sub(r"[\s\x00-\x1f\x7f-\x9f\ufffd]+", " ", marked), what


def test_a_nothing_in_a_text_file_becomes_a_mark_as_long(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"The board will\0send it by March 2031.\n")
    assert read(file).text == "The board will\ufffdsend it by March 2031.\n"

"""Every page of ours is valid HTML: as the standard's parser reads it, and by rules of the standard that no parser has.

https://html.spec.whatwg.org/multipage/ is meant wherever a rule is said to be the standard's.
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

import html5lib
import pytest

from tests.web import routes
from tests.web.conftest import Site
from tests.web.sample import every_page

HEAVIEST = 100_000  # bytes of a page without its pictures
# Elements that may stand where only text and what marks it may (phrasing content).
PHRASING = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "br", "button", "cite", "code", "data", "del", "dfn", "em", "i", "img", "input",
    "ins", "kbd", "label", "mark", "meter", "output", "picture", "progress", "q", "s", "samp", "script", "select",
    "small", "span", "strong", "sub", "sup", "svg", "textarea", "time", "u", "var", "wbr",
})  # fmt: skip
# Elements that may hold nothing else.
OF_PHRASING = frozenset({
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "abbr", "b", "bdi", "bdo", "button", "cite", "code", "data", "dfn", "em",
    "i", "kbd", "label", "mark", "pre", "q", "s", "samp", "small", "span", "strong", "sub", "summary", "sup", "time",
    "u", "var",
})  # fmt: skip
# Elements that may hold only these (beside scripts and templates).
CHILDREN = {
    "ul": {"li"},
    "ol": {"li"},
    "dl": {"dt", "dd", "div"},
    "table": {"caption", "colgroup", "thead", "tbody", "tfoot", "tr"},
    "thead": {"tr"},
    "tbody": {"tr"},
    "tr": {"th", "td"},
    "select": {"option", "optgroup", "hr"},
    "optgroup": {"option"},
}
INTERACTIVE = frozenset({"a", "button", "select", "textarea", "input", "label", "summary", "details", "iframe"})
# Lists that no other sample of addresses has.
LISTS = ("/alike?text=The+board+will+recruit+nurses", "/alike?text=zeppelin", "/owner/many-units?page=2")
# What links of a page need not lead to: files for programs, which are no pages and cost their time.
FILES = re.compile(r"\.(?:csv|json|ics|atom|png|db)$")


class Page:
    """A page as the standard's parser reads it; `root` is its tree without namespaces."""

    def __init__(self, path: str, response: Any) -> None:
        parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
        self.path = path
        self.root: ElementTree.Element = parser.parse(response.text)
        self.errors = [(place, code) for place, code, _ in parser.errors]
        self.there = response.status_code == 200
        self.weight = len(response.content)
        self.language = self.root.get("lang")

    def elements(self, *tags: str) -> list[ElementTree.Element]:
        return [element for element in self.root.iter() if isinstance(element.tag, str) and element.tag in tags]

    def children(self) -> Iterator[tuple[ElementTree.Element, ElementTree.Element]]:
        """Every element of HTML with its parent: drawings follow rules of their own."""
        waiting = [self.root]
        while waiting:
            parent = waiting.pop()
            for child in parent:
                if isinstance(child.tag, str):
                    yield parent, child
                    if not child.tag.endswith("svg"):
                        waiting.append(child)


@pytest.fixture(scope="module")
def pages(site: Site) -> list[Page]:
    """Every page of ours, each address once."""
    addresses = [path for pattern in routes.patterns() for path in routes.addresses(pattern, routes.values(site.names))]
    found = []
    for path in dict.fromkeys([*addresses, *every_page(site.names), "/nowhere", "/pledge/none", "/?page=0", *LISTS]):
        response = site.get(path)
        if response.headers["content-type"].startswith("text/html"):
            found.append(Page(path, response))
    return found


def test_the_parser_finds_no_fault(pages: list[Page]) -> None:
    assert len(pages) > 60
    assert {page.path: page.errors for page in pages if page.errors} == {}


def test_elements_stand_where_they_may(pages: list[Page]) -> None:
    for page in pages:
        for parent, child in page.children():
            what = (page.path, parent.tag, child.tag, child.get("class"))
            assert parent.tag not in OF_PHRASING or child.tag in PHRASING, what
            assert parent.tag not in CHILDREN or child.tag in CHILDREN[str(parent.tag)] | {"script"}, what
            if parent.tag in ("a", "button", "label"):
                inside = [inner.tag for inner in child.iter() if inner.tag in INTERACTIVE]
                fields = {"input", "select", "textarea"} if parent.tag == "label" else set()
                assert not set(inside) - fields, what


def test_attributes_mean_something(pages: list[Page]) -> None:
    for page in pages:
        ids = Counter(element.get("id") for element in page.root.iter() if element.get("id"))
        assert [name for name, times in ids.items() if times > 1 or re.search(r"\s", str(name))] == [], page.path
        for element in page.root.iter():
            for name in ("aria-labelledby", "aria-describedby", "aria-controls", "for", "headers", "list", "form"):
                for reference in (element.get(name) or "").split():
                    assert reference in ids, (page.path, name, reference)
            assert not [name for name in element.attrib if name.startswith("on") or name == "style"], page.path
            assert element.get("tabindex") in (None, "0", "-1"), page.path
        for picture in page.elements("img"):
            assert picture.get("alt") is not None, page.path
        for frame in page.elements("iframe"):
            assert frame.get("title"), page.path


def test_fields_have_names(pages: list[Page]) -> None:
    for page in pages:
        labelled = {label.get("for") for label in page.elements("label")}
        wrapped = {field for label in page.elements("label") for field in label.iter()}
        for field in page.elements("input", "select", "textarea"):
            if field.get("type") not in ("hidden", "submit"):
                named = field.get("id") in labelled or field in wrapped or field.get("aria-label")
                assert named, (page.path, field.get("name"))
        for control in page.elements("button", "a", "summary"):
            said = "".join(control.itertext()).strip() or control.get("aria-label")
            pictured = any(picture.get("alt") for picture in control.iter("img"))
            assert said or pictured, (page.path, control.attrib)


def test_headings_and_titles_tell_where_a_reader_is(pages: list[Page]) -> None:
    titles: dict[str, str] = {}
    for page in pages:
        assert page.language == "en-GB", page.path
        levels = [int(str(heading.tag)[1]) for heading in page.elements("h1", "h2", "h3", "h4", "h5", "h6")]
        assert levels.count(1) == 1, (page.path, levels)
        assert levels[0] == 1, (page.path, levels)
        assert all(below <= above + 1 for above, below in itertools.pairwise(levels)), (page.path, levels)
        (title,) = page.elements("title")
        said = "".join(title.itertext()).strip()
        assert said, page.path
        # another part of the same list, and the same statement for a frame, may have the same title
        address = page.path.split("?")[0]
        if page.there and not address.startswith("/embed/") and address != "/search":
            assert titles.setdefault(said, address) == address, (said, page.path, titles[said])


def test_pages_are_light_and_ask_nobody_else(pages: list[Page]) -> None:
    for page in pages:
        assert page.weight <= HEAVIEST, (page.path, page.weight)
        for element in page.elements("link", "script", "img", "iframe", "source", "form", "object", "embed", "video"):
            for name in ("src", "href", "srcset", "action", "data", "poster"):
                address = urlsplit(element.get(name) or "")
                alternate = element.tag == "link" and element.get("rel") == "canonical"
                assert not address.scheme + address.netloc or alternate, (page.path, element.tag, element.get(name))


def test_every_link_leads_somewhere(site: Site, pages: list[Page]) -> None:
    """Each address once; of those that differ in the values of their parameters alone, one."""
    found: dict[tuple[str, tuple[str, ...]], tuple[str, str]] = {}
    for page in pages:
        ids = {element.get("id") for element in page.root.iter()}
        for link in page.elements("a", "link", "form"):
            address = urlsplit(link.get("href") or link.get("action") or "")
            if address.netloc not in ("", "localhost") or address.scheme in ("mailto", "tel") or link.tag == "form":
                continue
            if not address.path:
                assert not address.fragment or address.fragment in ids, (page.path, link.get("href"))
                continue
            names = tuple(sorted(name for name, _ in parse_qsl(address.query)))
            whole = address.path + (f"?{address.query}" if address.query else "")
            found.setdefault((address.path, names), (page.path, whole))
    for (path, _), (source, leads) in found.items():
        if not FILES.search(path):
            assert site.get(leads).status_code == 200, (source, leads)

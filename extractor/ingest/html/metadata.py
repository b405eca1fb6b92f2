"""What a web page states of itself: JSON-LD, meta elements, the block under its title, `<time>`, links.

`embedded` fields are statements of the page about itself; `hints` are weaker: when it was touched, what it is called.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from lxml.html import HtmlElement

from extractor.ingest.days import DATE, iso_day
from extractor.ingest.html.furniture import furniture
from extractor.ingest.html.text import BREAK, opening_of, text_of, words_of
from extractor.ingest.layout import clean

_META = {
    "title": ("og:title", "dcterms.title", "dc.title", "citation_title", "twitter:title"),
    "published": (
        "article:published_time",
        "og:published_time",
        "govuk:first-published-at",
        "dcterms.issued",
        "dc.date.issued",
        "dcterms.date",
        "dc.date",
        "date",
        "pubdate",
        "publish-date",
        "publication_date",
        "citation_publication_date",
    ),
    "publisher": (
        "dcterms.publisher",
        "dc.publisher",
        "publisher",
        "citation_publisher",
        "dcterms.creator",
        "dc.creator",
    ),
    "site": ("og:site_name", "application-name"),
    "url": ("og:url",),
    "licence": ("dcterms.license", "dcterms.licence", "dcterms.rights", "dc.rights"),
    "touched": ("article:modified_time", "og:updated_time", "govuk:public-updated-at", "dcterms.modified"),
    "format": ("govuk:format", "govuk:schema-name"),
}
# "Title - Site name": the part behind the last bar or spaced dash, or before a double arrow, names the site.
_SITE_BEHIND = re.compile(r"\s+(?:\||-|–|—|::)\s+(?P<site>[^|–—]{2,50})$")
_SITE_BEFORE = re.compile(r"^(?P<site>[^»]{2,40})\s+»\s+")
_ORIGIN = re.compile(r"(?:from|published by|publisher|issued by)\s*:?\s+(\D.{2,100})", re.IGNORECASE)
_ORGANISATIONS = frozenset({"Organization", "GovernmentOrganization", "NewsMediaOrganization", "NGO", "Corporation"})
_PAGES = frozenset({"WebPage", "ItemPage", "AboutPage"})
# Between a title and its first paragraph stands what the page says about itself.
MAX_STAMP = 200
MIN_PARAGRAPH_WORDS = 25
_STAMPED = ("h1", "h2", "h3", "article", "aside", "nav", "dt", "time", "p", "span", "div", "li")
MAX_STAMPED = 20_000
MAX_LINKED_DATA = 2_000_000
MAX_OBJECTS = 10_000


@dataclass(slots=True)
class Statements:
    """Fields by how surely they are the page's own; the first value that a field gets stays."""

    embedded: dict[str, str] = field(default_factory=dict)
    hints: dict[str, str] = field(default_factory=dict)

    def take(self, name: str, value: object, *, hint: bool = False) -> None:
        """Take in a field's value, as a hint or as the page's own statement, where it is words that can be used."""
        words = clean(value) if isinstance(value, str) else ""
        if words and name == "published":
            words = iso_day(words) or ""
        if words and not (name == "publisher" and furniture().sites.fullmatch(words)):
            (self.hints if hint else self.embedded).setdefault(name, words)


def statements(root: HtmlElement) -> Statements:
    """All that an unpruned page states of itself; what is malformed is left out."""
    said = Statements()
    meta = _meta(root)
    title = _page_title(root, meta)
    objects = list(_linked_data(root))
    own = _own_object(objects, title, _canonical(root) or "")
    _take_linked_data(said, own, objects)
    for name in ("published", "licence"):
        said.take(name, meta.get(name))
    said.take("title", title)
    _take_block(said, root)
    said.take("publisher", meta.get("publisher"))
    said.take("publisher", _organisation_logo(root))
    said.take("publisher", meta.get("site"))
    said.take("url", _canonical(root) or _address(meta.get("url")))
    _take_licence(said, root)
    said.take("kind", furniture().kinds.get(meta.get("format", "").casefold()), hint=True)
    for kind in own.types if own else ():
        said.take("kind", furniture().kinds.get(kind.casefold()), hint=True)
    said.take("published", meta.get("touched"), hint=True)
    return said


def _meta(root: HtmlElement) -> dict[str, str]:
    """The meta elements' values by the fields of `_META`, best name first."""
    given: dict[str, str] = {}
    for node in root.iter("meta"):
        name = (node.get("property") or node.get("name") or node.get("itemprop") or "").casefold()
        given.setdefault(name, node.get("content", ""))
    found = {}
    for field_name, names in _META.items():
        values = [given[name] for name in names if clean(given.get(name, ""))]
        if field_name in ("published", "touched"):
            values = [value for value in values if iso_day(clean(value))]
        if values:
            found[field_name] = values[0]
    return found


def _page_title(root: HtmlElement, meta: Mapping[str, str]) -> str | None:
    """The title without the site's name: of the meta elements or `<title>`, the first heading telling where it ends."""
    heads = [clean(text_of(node)) for node in root.iter("h1")]
    written = [words_of(node) for node in root.iter("title")][:1]
    for title in filter(None, (meta.get("title"), *written)):
        title = clean(title)
        exact = next((head for head in heads if head and head.casefold() in title.casefold()), None)
        if exact and len(exact) >= 0.3 * len(title):
            return exact
        return clean(_SITE_BEFORE.sub("", _without_site(title, meta.get("site", ""))))
    return None


def _without_site(title: str, site: str) -> str:
    found = _SITE_BEHIND.search(title)
    if found is None:
        return title
    # a hyphen stands inside titles, too: what it parts must be known as the site's name
    is_hyphen = found.group().lstrip().startswith("-")
    known = clean(site).casefold() == found["site"].casefold() or furniture().sites.fullmatch(found["site"])
    if is_hyphen and not known and not furniture().hyphenated.fullmatch(found["site"]):
        return title
    return _without_site(title[: found.start()], site) if known else title[: found.start()]


@dataclass(frozen=True, slots=True)
class _Object:
    """An object of the page's JSON-LD: its types and its properties."""

    types: tuple[str, ...]
    values: Mapping[str, object]

    def text(self, *names: str) -> str | None:
        """The first of the named properties that is text, or an object's name or address."""
        for name in names:
            value = self.values.get(name)
            value = value[0] if isinstance(value, list) and value else value
            if isinstance(value, dict):
                value = value.get("name") or value.get("@id") or value.get("url")
            if isinstance(value, str) and clean(value):
                return value
        return None


def _linked_data(root: HtmlElement) -> Iterator[_Object]:
    """The objects at the top of the page's JSON-LD, those of a `@graph` included; lists of other pages are not."""
    for script in root.iter("script"):
        source = script.text or ""
        if script.get("type", "").strip().casefold() != "application/ld+json" or len(source) > MAX_LINKED_DATA:
            continue
        try:
            stack: list[object] = [json.loads(source.strip().removeprefix("<!--").removesuffix("-->"), strict=False)]
        except (ValueError, RecursionError):
            continue
        seen = 0
        while stack and (seen := seen + 1) <= MAX_OBJECTS:
            value = stack.pop()
            if isinstance(value, list):
                stack.extend(reversed(value))
            elif isinstance(value, dict):
                kinds = value.get("@type")
                kinds = kinds if isinstance(kinds, list) else [kinds]
                yield _Object(tuple(kind for kind in kinds if isinstance(kind, str)), value)
                stack.extend(
                    part for part in (value.get("@graph"), value.get("mainEntity")) if isinstance(part, list | dict)
                )


def _own_object(objects: list[_Object], title: str | None, url: str) -> _Object | None:
    """The object that describes this page. Several articles describe a list of others, unless one bears its name."""
    works = [one for one in objects if "headline" in one.values or "datePublished" in one.values]
    pages = [one for one in works if _PAGES.intersection(one.types)]
    articles = [one for one in works if one not in pages]
    named = [
        one
        for one in articles
        if (title and clean(one.text("headline", "name") or "").casefold() == title.casefold())
        or (url and url in (one.text("mainEntityOfPage", "url", "@id") or ""))
    ]
    return next(iter(named or (articles if len(articles) == 1 else pages)), None)


def _take_linked_data(said: Statements, own: _Object | None, objects: list[_Object]) -> None:
    if own is not None:
        said.take("title", own.text("headline"))
        said.take("published", own.text("datePublished"))
        said.take("licence", _licence_named(own.text("license") or ""))
        for name in ("publisher", "author", "creator", "sourceOrganization"):
            said.take("publisher", _body(own.values.get(name), objects, is_author=name != "publisher"))
        said.take("published", own.text("dateModified"), hint=True)
    organisations = [one for one in objects if _ORGANISATIONS.intersection(one.types)]
    if len(organisations) == 1:
        said.take("publisher", organisations[0].text("name"))


def _body(value: object, objects: list[_Object], *, is_author: bool) -> str | None:
    """The name of the body that a property gives, by itself or by a reference; an author counts where it is one."""
    value = value[0] if isinstance(value, list) and value else value
    if isinstance(value, str):
        return None if is_author or value.startswith("http") else value
    if not isinstance(value, dict):
        return None
    if "name" not in value and isinstance(value.get("@id"), str):
        value = next(
            (one.values for one in objects if one.values.get("@id") == value["@id"] and "name" in one.values), value
        )
    kinds = value.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if is_author and not any(isinstance(kind, str) and kind in _ORGANISATIONS for kind in kinds):
        return None
    name = value.get("name")
    return name if isinstance(name, str) else None


def _take_block(said: Statements, root: HtmlElement) -> None:
    """What stands around the title: "From: …", "Published 6 June 2023", a `<time>`; updates are hints."""
    for line in _stamps(root):
        opens = furniture()
        if origin := _ORIGIN.match(line):
            said.take("publisher", origin[1])
        for found in DATE.finditer(line):
            before = line[max(0, found.start() - 40) : found.start()]
            labels = [
                (match.start(), hint)
                for hint, label in ((False, opens.published), (True, opens.touched))
                for match in label.finditer(before)
            ]
            if labels:
                said.take("published", found.group(), hint=max(labels)[1])


def _stamps(root: HtmlElement) -> Iterator[str]:
    """Short lines of the page that may be statements about it: rows of `<dl>`, `<time>` with what stands before it."""
    # words since the page's title; from its first real paragraph on, times are those of the text
    since_title: int | None = None
    for node in islice(root.iter(*_STAMPED), MAX_STAMPED):
        if node.tag == "dt":
            value = node.getnext()
            if value is not None and value.tag == "dd":
                label = words_of(node).rstrip(" :")
                yield f"{label}: {_first_body(value) if label.casefold() == 'from' else words_of(value)}"[:MAX_STAMP]
        elif node.tag == "time":
            yield from _time(node, is_under_title=since_title is not None and since_title <= MIN_PARAGRAPH_WORDS)
        elif node.tag == "h1":
            since_title = 0
        elif node.tag in ("h2", "h3", "article", "aside", "nav"):
            since_title = None
        else:
            words = opening_of(node, MAX_STAMP)
            if node.tag == "p" and since_title is not None:
                since_title += len(words.split())
            if len(words) <= MAX_STAMP and DATE.search(words):
                yield from (clean(line) for line in text_of(node).split(BREAK))


def _first_body(value: HtmlElement) -> str:
    """The organisation of "From: Ministry and The Rt Hon A B": the first link that is no person, else the words."""
    links = [words_of(link) for link in value.iter("a")]
    return next((name for name in links if not furniture().persons.fullmatch(name)), "" if links else words_of(value))


def _time(node: HtmlElement, *, is_under_title: bool) -> Iterator[str]:
    """A `<time>` as a line with its label: said before it, in its attributes, or by its place right after the title."""
    day = iso_day(clean(node.get("datetime") or "")) or iso_day(words_of(node)[:60])
    if day is None:
        return
    names = (
        f"{node.get('class', '')} {node.get('itemprop', '')} {'pubdate' if 'pubdate' in node.attrib else ''}".casefold()
    )
    if re.search(r"modif|updat|review", names):
        yield f"updated {day}"
    elif re.search(r"publish|pubdate", names):
        yield f"published {day}"
    elif label := _label_of(node):
        yield f"{label} {day}"
    elif is_under_title or _is_in_title_header(node):
        yield f"published {day}"


def _label_of(node: HtmlElement) -> str:
    """What stands right before an element on its line."""
    previous, parent = node.getprevious(), node.getparent()
    before = previous.tail if previous is not None else parent.text if parent is not None else ""
    if previous is not None and not clean(before or ""):
        words = words_of(previous)
        before = words if furniture().published.fullmatch(words.strip(" :")) else ""
    return clean(before or "")[-60:]


def _is_in_title_header(node: HtmlElement) -> bool:
    header = next(node.iterancestors("header", "article", "main"), None)
    return header is not None and header.tag == "header" and next(header.iterdescendants("h1"), None) is not None


def _organisation_logo(root: HtmlElement) -> str | None:
    found = root.xpath("//*[contains(concat(' ', @class), ' gem-c-organisation-logo')]")
    names = [clean(text_of(node)) for node in found]
    return names[0] if names else None


def _canonical(root: HtmlElement) -> str | None:
    found = root.xpath("//link[@rel='canonical']/@href")
    return next((address for value in found if (address := _address(str(value)))), None)


def _address(value: str | None) -> str | None:
    return value if value and re.fullmatch(r"https?://[^\s<>\"]{4,2000}", value) else None


def _take_licence(said: Statements, root: HtmlElement) -> None:
    """The licence that a link names, or the words about copyright at the end of the page."""
    for node in root.iter("a", "link"):
        if "license" in node.get("rel", "").split():
            said.take(
                "licence", _licence_named(f"{node.get('href', '')} {words_of(node)}") or _address(node.get("href"))
            )
    said.take("licence", _licence_named(words_of(root)[-20_000:]))


def _licence_named(text: str) -> str | None:
    return next((name for name, sign in furniture().licences.items() if sign.search(text)), None)

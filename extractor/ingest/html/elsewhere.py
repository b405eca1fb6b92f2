"""What a page's content holds beside its text: lists of its own sections, links to other pages, repeated quotes."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from extractor.ingest.html.furniture import furniture
from extractor.ingest.html.text import BLOCKS, LISTS, empty, heading_level, names_of, plain, share_of_links, words_of

_LETTER = re.compile(r"[^\W\d_]")
MAX_PULL_QUOTES = 200
MIN_QUOTE_CHARACTERS = 25


def drop_furniture(content: HtmlElement) -> None:
    """Take out of a page's content what leads elsewhere: lists of its own sections, of other pages, repeated quotes."""
    for node in [*_contents_lists(content), *_sections_elsewhere(content), *_repeated_quotes(content)]:
        if node is not content:
            empty(node)


def _contents_lists(content: HtmlElement) -> Iterator[HtmlElement]:
    """Lists of links to sections of the same page, each with the line that announces it."""
    ids = {value for node in content.iter() for value in (node.get("id"), node.get("name")) if value}
    for node in content.iter(*LISTS):
        if next((above for above in node.iterancestors() if above.tag in LISTS), None) is not None:
            continue
        links = list(node.iter("a"))
        if len(links) < 2:
            continue
        inside = [
            link for link in links if link.get("href", "").rpartition("#")[2] in ids and "#" in link.get("href", "")
        ]
        if len(inside) < len(links) or share_of_links(node) < 0.85:
            continue
        yield node
        before = _block_before(node)
        if before is not None and furniture().contents.fullmatch(words_of(before)):
            yield before


def _block_before(node: HtmlElement) -> HtmlElement | None:
    before = node.getprevious()
    while before is not None and not words_of(before):
        before = before.getprevious()
    return before


def _sections_elsewhere(content: HtmlElement) -> Iterator[HtmlElement]:
    """Headings of parts that lead to other pages, with what stands below them as far as it is links."""
    for node in content.iter(*BLOCKS):
        level = heading_level(node)
        if level is None or level == 1 or not furniture().elsewhere.fullmatch(words_of(node)):
            continue
        below = list(_links_below(node))
        if below or node.getnext() is None:
            yield node
            yield from below


def _links_below(heading: HtmlElement) -> Iterator[HtmlElement]:
    for node in heading.itersiblings():
        if heading_level(node) is not None or (_LETTER.search(words_of(node)) and share_of_links(node) < 0.5):
            return
        yield node


def _repeated_quotes(content: HtmlElement) -> Iterator[HtmlElement]:
    """Sentences of the text that are set a second time to catch the eye."""
    names = furniture().names.pull_quote
    found = [
        node
        for node in content.iter("blockquote", "aside", "q", "div", "p", "figure")
        if node.tag in ("blockquote", "aside") or names.search(names_of(node))
    ]
    if not found or len(found) > MAX_PULL_QUOTES:
        return
    text = plain(words_of(content))
    for node in found:
        quote = plain(words_of(node))
        if len(quote) >= MIN_QUOTE_CHARACTERS and text.count(quote) > 1:
            yield node

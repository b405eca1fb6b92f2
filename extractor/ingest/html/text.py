"""The words of an element as a browser sets them, and which elements stand as blocks, which inside a line."""

from collections.abc import Iterator
from typing import cast

from lxml import etree
from lxml.html import HtmlElement

from extractor.ingest.lines import word_set

# A line break of the page, told apart from the white space of its source; `layout.clean` makes a space of it.
BREAK = "\u2028"
HEADINGS = word_set("h1 h2 h3 h4 h5 h6")
LISTS = word_set("ul ol menu dir")
BLOCKS = (
    HEADINGS
    | LISTS
    | word_set(
        "p div section article main header footer aside nav figure figcaption blockquote pre address details summary "
        "fieldset form center body html li dl dt dd table caption thead tbody tfoot tr td th hr hgroup"
    )
)
QUOTATION_MARKS = (("“", "”"), ("‘", "’"))
_TYPED_QUOTE = "“”‘’\"'«»"


def walk(node: HtmlElement) -> Iterator[tuple[str, HtmlElement]]:
    """Every element below and including `node`, as "start" when it opens and as "end" when it closes; no recursion."""
    return cast("Iterator[tuple[str, HtmlElement]]", etree.iterwalk(node, events=("start", "end")))


def text_of(node: HtmlElement) -> str:
    """The words inside an element: line breaks and the edges of blocks as BREAK, `<q>` in quotation marks."""
    parts: list[str] = []
    quotes = 0
    for event, element in walk(node):
        start = event == "start"
        if element.tag in BLOCKS or (element.tag == "br" and start):
            parts.append(BREAK)
        elif element.tag == "q" and is_unquoted(element):
            quotes += start
            parts.append(QUOTATION_MARKS[(quotes - 1) % 2][not start])
            quotes -= not start
        if start:
            parts.append(element.text or "")
        elif element is not node:
            parts.append(element.tail or "")
    return "".join(parts)


def is_unquoted(quotation: HtmlElement) -> bool:
    """Whether a `<q>` lacks quotation marks of its own, which the browser then sets."""
    return not words_of(quotation).startswith(tuple(_TYPED_QUOTE))


def words_of(node: HtmlElement) -> str:
    """All text inside an element with white space made single; quick, for measuring and matching."""
    return " ".join(node.text_content().split())


def opening_of(node: HtmlElement, limit: int = 40) -> str:
    """The first words inside an element, hardly more than `limit` characters; quick however much it holds."""
    found = ""
    for text in node.itertext():
        # a slice, since one text may be as long as the page
        found = " ".join(f"{found}{text[:2000]}".split())
        if len(found) > limit:
            break
    return found


def names_of(node: HtmlElement) -> str:
    """An element's classes and id as one string."""
    return f"{node.get('class', '')} {node.get('id', '')}".strip()


def heading_level(node: HtmlElement) -> int | None:
    """The level of a heading, by its tag or its role; None for what is none."""
    if node.tag in HEADINGS:
        return int(node.tag[1])
    if node.get("role") == "heading":
        level = node.get("aria-level", "")
        return min(6, int(level)) if level.isdecimal() and level.isascii() and 0 < len(level) < 3 and int(level) else 2
    return None


def share_of_links(node: HtmlElement) -> float:
    """How much of an element's text stands in links, from 0 to 1 (0 for no text)."""
    words = len(words_of(node))
    return sum(len(words_of(link)) for link in node.iter("a")) / words if words else 0.0


def empty(node: HtmlElement) -> None:
    """Take out all that an element holds; unlike `drop_tree`, in the same time wherever it stands."""
    node.clear(keep_tail=True)
    node.tag = "div" if node.tag in BLOCKS else "span"


def plain(text: str) -> str:
    """The letters and figures of a text alone, for telling whether two say the same."""
    return "".join(char for char in text.casefold() if char.isalnum())

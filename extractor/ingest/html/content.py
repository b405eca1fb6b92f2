"""The part of a page that is its text: what is hidden or frames the page goes, landmarks show where the text stands.

Pages without landmarks are searched for the smallest element that holds nearly all of their running text.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from lxml.html import HtmlElement

from extractor.ingest.html.furniture import furniture
from extractor.ingest.html.text import (
    BLOCKS,
    empty,
    heading_level,
    names_of,
    opening_of,
    plain,
    text_of,
    walk,
    words_of,
)
from extractor.ingest.layout import clean
from extractor.ingest.lines import word_set

_DROPPED = word_set(
    "script style noscript template iframe svg math canvas object embed audio video picture select textarea label nav "
    "dialog head map progress meter datalist optgroup option"
)
_FRAMING_ROLES = word_set("navigation banner contentinfo search menu menubar dialog alert alertdialog toolbar")
# Parts that hold the text on some pages and frame it on others: kept where they hold running text.
_AMBIGUOUS = word_set("form aside header footer")
_CONTAINERS = word_set("body div section td center form html")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_NOTE_MARK = re.compile(r"\W*(?:\d{1,3}|[*†‡§a-z]|(?:foot)?note \d{1,3})\W*", re.IGNORECASE)
_UNIT_END = re.compile(r"(?:\d|\b(?:[kcm]?m|ft|in|CO|H|O|x))$")
# The text of a page: at least so much, some sixty words, less than half of it links; an aside is shorter.
MIN_TEXT_CHARACTERS = 300
MIN_ASIDE_CHARACTERS = 120
MIN_SENTENCE_CHARACTERS = 60
MIN_CONTENT_WORDS = 20
# Least share of a page's unlinked words that the element taken for its content must hold.
ARTICLE_SHARE = 0.7
CONTAINER_SHARE = 0.5
DENSE_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class _Page:
    """What is counted once for a page: the ids of the parts that controls unfold, and how long doubtful parts are.

    `sizes` are (characters outside links, characters in links) of the elements that may frame the page or be its text.
    """

    controlled: frozenset[str]
    sizes: Mapping[HtmlElement, tuple[int, int]]

    def is_linked(self, node: HtmlElement, share: float) -> bool:
        """Whether at least so much of a part stands in links."""
        loose, linked = self.sizes[node]
        return linked > 0 and linked >= share * (loose + linked)


def prune(root: HtmlElement) -> None:
    """Take out of a page what is no text of it: scripts, navigation, forms, what is hidden, marks of footnotes.

    Notes that only their link back shows get the role "doc-footnote".
    """
    page = _survey(root)
    dropped: list[HtmlElement] = []
    skipping: HtmlElement | None = None
    for event, node in walk(root):
        if skipping is not None:
            if event == "end" and node is skipping:
                skipping = None
        elif event == "start" and node is not root and not _is_kept(node, page):
            skipping = node
            dropped.append(node)
    for node in dropped:
        empty(node)


def find_content(root: HtmlElement) -> HtmlElement:
    """The element that holds the text of a pruned page: landmarks first, else where the running text stands."""
    for path in (
        "descendant-or-self::main | descendant-or-self::*[@role='main']",
        "descendant::*[@itemprop='articleBody']",
    ):
        found = [node for node in root.xpath(path) if _count(node) >= MIN_CONTENT_WORDS]
        if found:
            return _article_in(max(found, key=_count))
    sizes = {node: loose for node, loose, _ in _measured(root) if node.tag == "article" or node is root}
    articles = _outermost(root, "article")
    total = sum(sizes[node] for node in articles)
    if articles and total >= CONTAINER_SHARE * sizes[root]:
        longest = max(articles, key=sizes.__getitem__)
        return longest if sizes[longest] >= ARTICLE_SHARE * total else _common_ancestor(articles)
    if sizes[root] < MIN_TEXT_CHARACTERS:
        # too little to tell from its frame
        return root
    names = furniture().names.content
    # only one chain of elements can hold so much, and its innermost ends first
    dense = [
        node for node, loose, _ in _measured(root) if loose >= DENSE_SHARE * sizes[root] and node.tag in _CONTAINERS
    ]
    named = (node for node in dense if any(names.fullmatch(name) for name in names_of(node).split()))
    return next(named, dense[0] if dense else root)


def footnotes_outside(root: HtmlElement, content: HtmlElement) -> list[HtmlElement]:
    """The blocks of footnotes of a pruned page that stand apart from its content, outermost only."""
    around = {content, *content.iterancestors()}
    return [
        node
        for node in root.iter(*BLOCKS)
        if _is_footnotes(node)
        and node not in around
        and not any(above is content or _is_footnotes(above) for above in node.iterancestors())
    ]


def title_heading(root: HtmlElement) -> tuple[HtmlElement, str] | None:
    """The heading of the first level that names the page, wherever it stands; for pages whose content lacks one."""
    title = plain(" ".join(words_of(node) for node in root.iter("title")))
    for node in root.iter("h1"):
        words = clean(text_of(node))
        if words and (plain(words) in title or not title):
            return node, words
    return None


def _survey(root: HtmlElement) -> _Page:
    """Count the page's text in one walk, however deep doubtful parts nest."""
    controlled = _controlled(root)
    rarely = furniture().names.rarely
    sizes = {
        node: (loose, linked)
        for node, loose, linked in _measured(root)
        if node.tag in _AMBIGUOUS
        or node.get("role") == "complementary"
        or node.get("id") in controlled
        or rarely.search(names_of(node))
    }
    return _Page(controlled, sizes)


def _measured(root: HtmlElement) -> Iterator[tuple[HtmlElement, int, int]]:
    """Every element as it ends, innermost first, with how many characters it holds outside and inside links."""
    begun: list[tuple[int, int]] = []
    totals = [0, 0]
    links = 0
    for event, node in walk(root):
        if event == "start":
            begun.append((totals[0], totals[1]))
            links += node.tag == "a"
            totals[links > 0] += len((node.text or "").strip())
        else:
            links -= node.tag == "a"
            loose, linked = begun.pop()
            yield node, totals[0] - loose, totals[1] - linked
            if node is not root:
                totals[links > 0] += len((node.tail or "").strip())


def _is_kept(node: HtmlElement, page: _Page) -> bool:
    tag, role = node.tag, node.get("role")
    if not isinstance(tag, str) or tag in _DROPPED or role in _FRAMING_ROLES:
        return False
    if tag in ("input", "button"):
        return _is_kept_control(node)
    if _is_note_mark(node) or _is_hidden(node, page):
        return False
    if tag == "address" and node.xpath("boolean(.//a[@rel='author'])"):
        return False
    if tag in _AMBIGUOUS or role == "complementary":
        return _is_text_part(node, page)
    names = names_of(node)
    if not names or tag in ("body", "html", "main", "article"):
        return True
    if _is_never_text(names):
        return False
    return not furniture().names.rarely.search(names) or _is_running_text(node, page)


def _is_kept_control(node: HtmlElement) -> bool:
    """A ticked box opens an item; a button in a heading is the heading of a part that it unfolds."""
    if node.tag == "input":
        return node.get("type") == "checkbox" and next(node.iterancestors("li"), None) is not None
    around = next(
        (above for above in node.iterancestors() if heading_level(above) or above.tag in ("summary", "dt")), None
    )
    return around is not None


def _is_text_part(node: HtmlElement, page: _Page) -> bool:
    """Whether a form, an aside, a header or a footer holds text of the page rather than what frames it."""
    known = furniture().names
    names = names_of(node)
    if _is_never_text(names):
        return False
    inside = next(node.iterancestors("main", "article", "section", "blockquote"), None) is not None
    if node.tag == "form":
        return _is_running_text(node, page)
    if node.tag == "header":
        return inside or (
            next(node.iterdescendants("h1"), None) is not None and next(node.iterdescendants("nav"), None) is None
        )
    if node.tag == "footer":
        return _is_footnotes(node) or next(node.iterancestors("blockquote"), None) is not None
    if known.rarely.search(names) or next(node.iterdescendants("form", "input", "button"), None) is not None:
        return False
    return inside and sum(page.sizes[node]) >= MIN_ASIDE_CHARACTERS and not page.is_linked(node, 0.3)


def is_footnotes(node: HtmlElement) -> bool:
    """Whether a block holds footnotes: by its role, its name, or Word's mark."""
    return node.tag in BLOCKS and _is_footnotes(node)


def _is_footnotes(node: HtmlElement) -> bool:
    if node.get("role") in ("doc-endnotes", "doc-footnote", "doc-endnote"):
        return True
    if "mso-element:footnote" in node.get("style", "") or "mso-element:endnote" in node.get("style", ""):
        return True
    names = furniture().names.footnote
    return any(names.fullmatch(name) for name in names_of(node).split())


def _is_note_mark(node: HtmlElement) -> bool:
    """Whether an element is the mark of a footnote, which would break the quote, or the way back from one."""
    if node.tag == "a":
        if node.get("role") in ("doc-noteref", "doc-backlink") or node.get("rel") == "footnote":
            return True
        target = node.get("href", "")
        words = opening_of(node)
        if not target.startswith("#") or not (_NOTE_MARK.fullmatch(words) or words.strip("\ufe0e ") in ("↩", "^", "↑")):
            return False
        if re.search(r"ref\W?\d*$|ref[:_-]", target):
            _mark_note(node)
        return True
    if node.tag != "sup":
        return False
    words = opening_of(node)
    if next(node.iterdescendants("a"), None) is not None:
        return bool(_NOTE_MARK.fullmatch(words.strip("[] ")))
    return bool(_NOTE_MARK.fullmatch(words)) and not (words.isdecimal() and _UNIT_END.search(_text_before(node)))


def _mark_note(backlink: HtmlElement) -> None:
    """Mark the block that a link back to the text opens as a footnote."""
    block = next((above for above in backlink.iterancestors() if above.tag in BLOCKS), None)
    if block is not None and block.tag in ("p", "li", "div") and opening_of(block).startswith(opening_of(backlink)):
        block.set("role", "doc-footnote")


def _text_before(node: HtmlElement) -> str:
    previous, parent = node.getprevious(), node.getparent()
    if previous is not None:
        return previous.tail or ""
    return (parent.text or "") if parent is not None else ""


def _is_hidden(node: HtmlElement, page: _Page) -> bool:
    """Whether no reader sees an element. What a control of the page unfolds is seen by who wants to."""
    if (
        (names := names_of(node))
        and furniture().names.unseen.search(names)
        and node.tag not in ("body", "html", "main")
    ):
        return not _unfolds(node, page)
    if "hidden" in node.attrib or _HIDDEN.search(node.get("style", "")):
        return not _unfolds(node, page)
    if node.get("aria-hidden") != "true" or _unfolds(node, page):
        return False
    # what is seen beside words for screen readers alone
    beside = (node.getprevious(), node.getnext())
    return not any(other is not None and furniture().names.unseen.search(names_of(other)) for other in beside)


def _unfolds(node: HtmlElement, page: _Page) -> bool:
    return node.get("id") in page.controlled and not page.is_linked(node, 0.5)


def _controlled(root: HtmlElement) -> frozenset[str]:
    """The ids of the parts that buttons and tabs of the page show and hide."""
    found: set[str] = {""}
    for node in root.xpath("//*[@aria-controls or @data-target or @data-bs-target or @data-toggle or @role='tab']"):
        for name in ("aria-controls", "data-target", "data-bs-target", "href"):
            found.update(target.lstrip("#") for target in node.get(name, "").split())
    return frozenset(found - {""})


def _is_never_text(names: str) -> bool:
    known = furniture().names
    return bool(known.never.search(names)) or any(known.whole.fullmatch(name) for name in names.split())


def _is_running_text(node: HtmlElement, page: _Page) -> bool:
    """Whether a part of a doubtful name holds text of the page: much, or some without links if the name says more."""
    size = sum(page.sizes[node])
    if size >= MIN_TEXT_CHARACTERS and not page.is_linked(node, 0.5):
        return True
    names = names_of(node)
    is_whole = node.tag == "form" or any(map(furniture().names.rarely.fullmatch, names.split()))
    if not is_whole and size >= MIN_SENTENCE_CHARACTERS and not page.is_linked(node, 0.2):
        return True
    return next(node.iterdescendants("h1", "main"), None) is not None


def _count(node: HtmlElement) -> int:
    return len(node.text_content().split())


def _unlinked(node: HtmlElement) -> int:
    """How many characters of an element's text stand outside links."""
    return len(words_of(node)) - sum(len(words_of(link)) for link in node.iter("a"))


def _outermost(root: HtmlElement, tag: str) -> list[HtmlElement]:
    found = [node for node in root.iter(tag) if next(node.iterancestors(tag), None) is None]
    return [node for node in found if _count(node) >= MIN_CONTENT_WORDS // 2]


def _article_in(main: HtmlElement) -> HtmlElement:
    """The one article that fills a main element, else the main element: it may hold more than an article."""
    articles = _outermost(main, "article")
    longest = max(articles, key=_unlinked, default=main)
    return longest if _unlinked(longest) >= ARTICLE_SHARE * _unlinked(main) else main


def _common_ancestor(nodes: list[HtmlElement]) -> HtmlElement:
    chains = [[*reversed(list(node.iterancestors()))] for node in nodes]
    shared = [level[0] for level in zip(*chains, strict=False) if all(node is level[0] for node in level)]
    return cast(HtmlElement, shared[-1])

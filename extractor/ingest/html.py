"""HTML pages: the main content only, in document order, with headings, nested lists, tables, definition lists, quotes.

Own work on lxml: general-purpose article extractors flatten nested lists and drop table headers, which here carry
the lead-in and the owner of a commitment.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import cast

from lxml import etree
from lxml import html as lxml_html

from extractor.errors import Rejected
from extractor.ingest.days import iso_day
from extractor.ingest.detect import decode
from extractor.ingest.layout import Piece, Reading, clean, lay_out, table
from extractor.ingest.lines import marker_of, word_set

_DROPPED = word_set(
    "script style noscript template iframe svg math canvas object embed audio video picture form button input select "
    "textarea label nav aside footer dialog head"
)
_BLOCK = word_set(
    "p div section article main header figure figcaption blockquote pre address details summary fieldset center body "
    "html h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table hr form hgroup"
)
# Names of parts that never belong to the text, and of parts that rarely do: a theme may call the article's own
# wrapper "content social-sharing", so the second sort goes only where little but links stands in it.
_NEVER = re.compile(
    r"(?:^|[\s_-])(?:cookies?|comments?|newsletter|advert(?:isement)?s?|popup|modal|skip-?link|breadcrumbs?|pagination|"
    r"feedback|subscribe|signup|print-link)(?:$|[\s_-])",
    re.IGNORECASE,
)
_RARELY = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|share|sharing|social|related|sidebar|banner|promo|ads?|pager|toolbar|"
    r"contents-list|toc|site-header|site-footer|masthead)(?:$|[\s_-])",
    re.IGNORECASE,
)
# The text of a page: at least so many words, less than half of them links.
MIN_TEXT_WORDS = 60
_ROLES = word_set("navigation banner contentinfo search complementary menu menubar dialog alert")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_NOTE_MARK = re.compile(r"\W*(?:\d{1,3}|[*†‡a-z])\W*")
MAX_DEPTH = 200


def read(raw: bytes) -> Reading:
    """Read an HTML page. Raises Rejected where nothing can be parsed."""
    return read_html(_decode(raw))


def read_html(source: str) -> Reading:
    """Read HTML from text: main content as blocks, metadata from JSON-LD, Open Graph, `<time>` and `<title>`."""
    root = parse(source)
    embedded = metadata(root)
    content = main_content(root)
    text, blocks = lay_out(pieces(content))
    if not blocks and content is not root:
        text, blocks = lay_out(pieces(root))
    return Reading(text, blocks, embedded=embedded, hints=_hints(root))


def parse(source: str) -> lxml_html.HtmlElement:
    """Parse HTML without touching the network. Raises Rejected("damaged") where it holds no element at all."""
    parser = lxml_html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        root = lxml_html.document_fromstring(source.replace("\x00", "").encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as problem:
        raise Rejected("damaged", f"the HTML cannot be parsed: {problem}") from problem
    return cast(lxml_html.HtmlElement, root)


def main_content(root: lxml_html.HtmlElement) -> lxml_html.HtmlElement:
    """The element that holds the page's own text: main, else the longest article, a content container, else all."""
    for path in ("//main", "//*[@role='main']", "//article", "//*[@id='content' or @id='main' or @id='main-content']"):
        found = [node for node in root.xpath(path) if len(node.text_content().split()) >= 20]
        if found:
            return cast(lxml_html.HtmlElement, max(found, key=lambda node: len(node.text_content())))
    return root


def pieces(root: lxml_html.HtmlElement) -> Iterator[Piece]:
    """The blocks of an element's content in document order, boilerplate left out."""
    yield from _walk(root, 0, 0)


def _walk(node: lxml_html.HtmlElement, depth: int, nesting: int) -> Iterator[Piece]:
    """Blocks inside `node`; `depth` counts the lists around it. Loose inline text between blocks makes a paragraph."""
    if nesting > MAX_DEPTH:
        raise Rejected("damaged", f"the HTML is nested more than {MAX_DEPTH} elements deep")
    inline = [node.text or ""]
    for child in node:
        if not _is_kept(child):
            inline.append(child.tail or "")
            continue
        if child.tag == "br":
            inline.append("\n" + (child.tail or ""))
        elif _is_block(child):
            yield from _loose(inline, depth)
            inline = [child.tail or ""]
            yield from _block(child, depth, nesting + 1)
        else:
            inline.append(_text(child) + (child.tail or ""))
    yield from _loose(inline, depth)


def _loose(inline: Iterable[str], depth: int) -> Iterator[Piece]:
    """Inline text as paragraphs. A double line break separates paragraphs; typed bullets make items."""
    for part in re.split(r"\n[ \t]*\n\s*", _squeeze_breaks("".join(inline))):
        if clean(part):
            yield _typed(part, depth)


def _squeeze_breaks(text: str) -> str:
    return text.replace("\r", "")


def _typed(text: str, depth: int = 0) -> Piece:
    text = clean(text)
    marker = marker_of(text)
    if marker is not None and not marker.style.startswith("decimal"):
        return Piece("item", text[marker.text_at :], level=depth + 1, marker=_sign(marker.sign))
    return Piece("paragraph", text)


def _sign(sign: str) -> str:
    return sign if any(char.isalnum() for char in sign) and sign != "o" else "-"


def _block(node: lxml_html.HtmlElement, depth: int, nesting: int) -> Iterator[Piece]:
    tag = node.tag
    if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
        yield Piece("heading", _text(node), level=int(tag[1]))
    elif tag in ("ul", "ol"):
        yield from _list(node, depth + 1, nesting)
    elif tag == "table":
        yield from _table(node, depth, nesting)
    elif tag == "dl":
        yield from _definitions(node, nesting)
    elif tag == "p" or tag in ("dt", "summary", "figcaption", "pre", "address"):
        yield from _paragraph(node, depth, nesting)
    else:
        yield from _walk(node, depth, nesting)


def _paragraph(node: lxml_html.HtmlElement, depth: int, nesting: int) -> Iterator[Piece]:
    if any(_is_block(child) for child in node.iterdescendants()):
        yield from _walk(node, depth, nesting)
        return
    text = clean(_text(node))
    if _is_emphasised(node) and text and len(text.split()) <= 14 and not text.endswith((".", ";", ",")):
        yield Piece("heading", text, level=5)
        return
    yield from _loose([_text(node, breaks=True)], depth)


def _list(node: lxml_html.HtmlElement, depth: int, nesting: int) -> Iterator[Piece]:
    number = int(node.get("start", "1")) if node.get("start", "1").isdecimal() else 1
    for child in node:
        if not _is_kept(child):
            continue
        if child.tag in ("ul", "ol"):
            # a list put straight into a list, as older editors do: it belongs to the item before
            yield from _list(child, depth + 1, nesting + 1)
            continue
        marker = f"{number}." if node.tag == "ol" else "-"
        number += 1
        first = True
        for piece in _walk(child, depth, nesting + 1):
            if piece.kind == "paragraph" and (first or piece.text[:1].islower()):
                yield Piece("item", piece.text, level=depth, marker=marker if first else "-")
            elif piece.kind == "item" and first:
                yield Piece("item", piece.text, level=depth, marker=piece.marker)
            elif piece.kind == "paragraph":
                yield Piece("item", piece.text, level=depth + 1)
            else:
                yield piece
            first = False


def _table(node: lxml_html.HtmlElement, depth: int, nesting: int) -> Iterator[Piece]:
    rows: list[list[str]] = []
    heads: list[bool] = []
    for row in node.iter("tr"):
        if next(row.iterancestors("table"), None) is not node:
            continue
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        rows.append([text for cell in cells for text in (_text(cell, breaks=True), *[""] * (_span(cell) - 1))])
        heads.append(bool(cells) and (all(cell.tag == "th" for cell in cells) or row.getparent().tag == "thead"))
    if not rows or max(map(len, rows)) < 2 or any(True for _ in node.iterdescendants("table", "h1", "h2", "h3")):
        # a table used for layout
        for row in node.iter("td", "th"):
            if next(row.iterancestors("table"), None) is node:
                yield from _walk(row, depth, nesting + 1)
        return
    caption = node.find("caption")
    if caption is not None:
        yield Piece("paragraph", _text(caption))
    yield from table(rows, header=True if heads[0] and len(rows) > 1 else None)


def _span(cell: lxml_html.HtmlElement) -> int:
    value = cell.get("colspan", "1")
    return min(50, int(value)) if value.isdecimal() and int(value) else 1


def _definitions(node: lxml_html.HtmlElement, nesting: int) -> Iterator[Piece]:
    """A definition list as rows of term and definition, the way it is read; what is long stays a paragraph."""
    term = ""
    for child in node.iter("dt", "dd"):
        if child.tag == "dt":
            term = clean(_text(child))
            continue
        body = list(_walk(child, 0, nesting + 1))
        if len(body) == 1 and body[0].kind == "paragraph" and term:
            yield Piece("row", cells=(("", term), (term, body[0].text)))
        else:
            if term:
                yield Piece("heading", term, level=5)
            yield from body
        term = ""


def _is_block(node: lxml_html.HtmlElement) -> bool:
    if node.tag in _BLOCK:
        return True
    return isinstance(node.tag, str) and any(child.tag in _BLOCK for child in node.iterdescendants())


def _is_kept(node: lxml_html.HtmlElement) -> bool:
    """Whether an element belongs to the page's own text: no navigation, no form, nothing hidden."""
    if not isinstance(node.tag, str) or node.tag in _DROPPED:
        return False
    if node.get("role") in _ROLES or node.get("aria-hidden") == "true" or "hidden" in node.attrib:
        return False
    if _HIDDEN.search(node.get("style", "")):
        return False
    names = f"{node.get('class', '')} {node.get('id', '')}".strip()
    if not names or node.tag in ("body", "html", "main", "article"):
        return True
    return not _NEVER.search(names) and not (_RARELY.search(names) and not _is_running_text(node))


def _is_running_text(node: lxml_html.HtmlElement) -> bool:
    words = len(node.text_content().split())
    linked = sum(len(link.text_content().split()) for link in node.iter("a"))
    return words >= MIN_TEXT_WORDS and linked < 0.5 * words


def _is_emphasised(node: lxml_html.HtmlElement) -> bool:
    """Whether all the words of a paragraph are set in bold."""
    strong = sum(len("".join(child.itertext()).strip()) for child in node.iterchildren("strong", "b"))
    return strong > 0 and strong >= len("".join(node.itertext()).strip()) - 1


def _text(node: lxml_html.HtmlElement, *, breaks: bool = False) -> str:
    parts = [node.text or ""]
    for child in node:
        if isinstance(child.tag, str) and child.tag not in _DROPPED and not _is_note_mark(child):
            if child.tag == "br":
                parts.append("\n" if breaks else " ")
            elif child.tag in _BLOCK:
                parts.append(" " + _text(child, breaks=breaks) + " ")
            else:
                parts.append(_text(child, breaks=breaks))
        parts.append(child.tail or "")
    return "".join(parts)


def _is_note_mark(node: lxml_html.HtmlElement) -> bool:
    """Whether an element is the mark of a footnote: a raised figure, which would break the quote."""
    return node.tag == "sup" and _NOTE_MARK.fullmatch("".join(node.itertext())) is not None


def metadata(root: lxml_html.HtmlElement) -> dict[str, str]:
    """What the page states of itself, best source first: JSON-LD, meta elements, `<time>`, `<title>`."""
    found: dict[str, str] = {}

    def take(field: str, value: object) -> None:
        if isinstance(value, str) and clean(value):
            found.setdefault(field, clean(value))

    for node in _linked_data(root):
        publisher = node.get("publisher")
        take("title", node.get("headline"))
        take("published", iso_day(node.get("datePublished")))
        take("publisher", publisher.get("name") if isinstance(publisher, dict) else publisher)
    meta = {_meta_name(node): node.get("content", "") for node in root.iter("meta")}
    for field, names in _META.items():
        for name in names:
            take(field, iso_day(meta.get(name)) if field == "published" else meta.get(name))
    canonical = root.xpath("//link[@rel='canonical']/@href")
    for value in canonical:
        take("url", value if str(value).startswith("http") else None)
    for node in root.iter("time"):
        take("published", iso_day(node.get("datetime")))
    for node in root.iter("title"):
        # "Title - Site name": the part after the last bar or spaced dash names the site
        take("title", re.sub(r"\s+[|–—]\s+[^|–—]{2,40}$|\s+-\s+(?:GOV\.UK|BBC News|NHS \w+)$", "", _text(node)))
    return found


def _meta_name(node: lxml_html.HtmlElement) -> str:
    return (node.get("property") or node.get("name") or "").casefold()


_META = {
    "title": ("og:title", "dcterms.title", "dc.title", "twitter:title", "citation_title"),
    "published": (
        "article:published_time",
        "og:published_time",
        "govuk:first-published-at",
        "govuk:public-updated-at",
        "dcterms.issued",
        "dcterms.date",
        "dc.date",
        "dc.date.issued",
        "date",
        "pubdate",
        "publish-date",
        "citation_publication_date",
    ),
    "publisher": ("og:site_name", "dcterms.publisher", "dc.publisher", "publisher", "citation_publisher"),
    "url": ("og:url",),
}


def _hints(root: lxml_html.HtmlElement) -> dict[str, str]:
    """The kind that the page's JSON-LD claims: press offices call their releases news, too."""
    kinds = {"NewsArticle": "news", "Report": "report"}
    found = [kinds[kind] for node in _linked_data(root) if (kind := str(node.get("@type"))) in kinds]
    return {"kind": found[0]} if found else {}


def _linked_data(root: lxml_html.HtmlElement) -> Iterator[dict[str, object]]:
    """Objects with a headline or a date of publication in the page's JSON-LD."""
    for script in root.iter("script"):
        if script.get("type") != "application/ld+json":
            continue
        try:
            stack: list[object] = [json.loads(script.text or "")]
        except (ValueError, RecursionError):
            continue
        while stack:
            node = stack.pop()
            if isinstance(node, list):
                stack.extend(reversed(node))
            elif isinstance(node, dict):
                if "headline" in node or "datePublished" in node:
                    yield node
                stack.append(node.get("@graph"))


def _decode(raw: bytes) -> str:
    """Decode by the character set that the page declares, where it is a known one and holds; else by its look."""
    declared = _CHARSET.search(raw[:4096])
    if declared and not raw.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        name = declared.group(1).decode("ascii", "replace").casefold()
        # browsers read Latin-1 as Windows-1252
        name = "cp1252" if name in ("iso-8859-1", "latin-1", "latin1", "ascii", "us-ascii") else name
        try:
            return raw.decode(name)
        except (LookupError, UnicodeDecodeError):
            return decode(raw)
    return decode(raw)

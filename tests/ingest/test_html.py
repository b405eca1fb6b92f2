"""HTML: what belongs to the page, what its parts come out as, and what the page states of itself."""

import statistics
import time
from collections.abc import Iterator
from itertools import count

import pytest
import trafilatura
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from extractor.errors import Rejected
from extractor.ingest import read_bytes
from extractor.records import Document
from extractor.segment import segment
from tests.ingest import page_set
from tests.ingest.page_set import NAMES, Figures, figures, written


def read_page(name: str) -> Document:
    return read_bytes(page_set.page(name), f"{name}.html")


def read(body: str, head: str = "") -> Document:
    return read_bytes(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode(), "page.html")


def blocks(body: str) -> list[str]:
    """The blocks of a page of this body, as lines of a gold file."""
    return written(read(body))


# What is known not to come out as a reader would have it.
KNOWN = {"newspaper": ["i1 - Politics live – latest updates"]}


@pytest.mark.parametrize("name", NAMES)
def test_the_blocks_of_a_page(name: str) -> None:
    found = written(read_page(name))
    assert [line for line in found if line not in KNOWN.get(name, [])] == page_set.expected(name).blocks


@pytest.mark.parametrize("name", NAMES)
def test_what_a_page_states_of_itself(name: str) -> None:
    document = read_page(name)
    stated = page_set.expected(name).fields
    assert {field: str(getattr(document, field)) for field in stated} == stated


@pytest.mark.parametrize("name", NAMES)
def test_every_offset_points_at_its_words(name: str) -> None:
    document = read_page(name)
    assert read_page(name) == document
    for block in document.blocks:
        assert document.text[block.start : block.end] == document.text[block.start : block.end].strip()
    assert all(document.text[passage.start : passage.end] == passage.text for passage in segment(document))


def test_no_worse_than_the_library() -> None:
    """Page by page in what is found and what is left out, and on average in nesting and headers."""
    ours, theirs = [], []
    for name in NAMES:
        gold = page_set.expected(name).blocks
        ours.append(figures(written(read_page(name)), gold))
        theirs.append(figures(list(library_blocks(page_set.page(name))), gold))
        assert ours[-1].recall >= theirs[-1].recall, name
        assert ours[-1].precision >= theirs[-1].precision or name in KNOWN, name
    for field in Figures.__dataclass_fields__:
        assert mean(ours, field) >= max(0.98, mean(theirs, field)), field


def mean(counted: list[Figures], field: str) -> float:
    return statistics.mean(float(getattr(one, field)) for one in counted)


def library_blocks(raw: bytes) -> Iterator[str]:
    """What trafilatura makes of a page, as lines of a gold file."""
    found = trafilatura.extract(raw, output_format="xml", include_comments=False, include_tables=True)
    main = etree.fromstring(found.encode()).find("main") if found else None
    if main is not None:
        yield from library_lines(main, 0)


def library_lines(parent: etree._Element, depth: int) -> Iterator[str]:
    header: list[str] = []
    for node in parent:
        own = said(node, "list", "table", "p", "head")
        if node.tag == "head":
            yield f"h{node.get('rend', 'h2')[1:]} {own}"
        elif node.tag == "row":
            cells = [said(cell) for cell in node]
            named = [f"{name} ⇒ {cell}" if name else cell for name, cell in zip(header, cells, strict=False)]
            yield "r " + " | ".join(cell for cell in (named or cells) if cell)
            if all(cell.get("role") == "head" for cell in node):
                header = cells
        elif node.tag == "list":
            yield from library_lines(node, depth + 1)
        else:
            yield from [f"i{depth} - {own}" if depth else f"p {own}"] if own else []
            yield from library_lines(node, depth)


def said(node: etree._Element, *without: str) -> str:
    """The words inside an element, those of some elements left out."""
    parts = [node.text or ""]
    for child in node:
        parts += ["" if child.tag in without else said(child, *without), child.tail or ""]
    return " ".join(" ".join(parts).split())


PARTS = [
    ("loose words between blocks", "<div>One.<p>Two.</p>Three.</div>", ["p One.", "p Two.", "p Three."]),
    ("two line breaks part paragraphs", "<p>One.<br>Still one.<br><br>Two.</p>", ["p One. Still one.", "p Two."]),
    ("a bold paragraph heads what follows", "<p><b>Next steps</b></p><p>We act.</p>", ["h5 Next steps", "p We act."]),
    ("a bold line before a break, too", "<p><b>Next steps</b><br>We act.</p>", ["h5 Next steps", "p We act."]),
    ("a bold sentence does not", "<p><b>We will act.</b></p>", ["p We will act."]),
    ("a bold word in a sentence does not", "<p><b>We</b> act.</p>", ["p We act."]),
    ("headings by role", "<div role=heading aria-level=3>Aims</div><p>We act.</p>", ["h3 Aims", "p We act."]),
    ("a role without a level", "<div role=heading aria-level=x>Aims</div><p>We act.</p>", ["h2 Aims", "p We act."]),
    (
        "a heading that was never closed",
        "<h2>Aims<div><p>We act.</p><p>We end.</p></div>",
        ["p Aims", "p We act.", "p We end."],
    ),
    ("typed bullets behind breaks", "<p>We will:<br>• act<br>• report</p>", ["p We will:", "i1 - act", "i1 - report"]),
    ("a dash between words is none", "<p>We act<br>– and then report.</p>", ["p We act – and then report."]),
    ("a typed number", "<p>3. We act.</p>", ["i1 3. We act."]),
    ("a numbered paragraph stays whole", "<p>2.1 We act.</p>", ["p 2.1 We act."]),
    ("preformatted lines", "<pre>One.\nStill one.\n\nTwo.</pre>", ["p One. Still one.", "p Two."]),
    ("many letters", "<ol type=a start=26><li>x</li><li>y</li></ol>", ["i1 z. x", "i1 aa. y"]),
    ("Roman by style", "<ol style='list-style: upper-roman'><li>x<li>y</ol>", ["i1 I. x", "i1 II. y"]),
    ("a start that is no number", f"<ol start='{'9' * 5000}'><li>x</ol>", ["i1 1. x"]),
    ("items without a list", "<div><li>x</li></div>", ["i1 - x"]),
    ("text in a list outside its items", "<ul>x<li>y</li></ul>", ["i1 - x", "i1 - y"]),
    ("a heading in an item", "<ul><li><h3>Aims</h3>We act.</li></ul>", ["h3 Aims", "i1 - We act."]),
    ("a note's mark", "<p>We act<sup>1</sup>, and<sup><a href=#n>[a]</a></sup> end.</p>", ["p We act, and end."]),
    ("an exponent is no mark", "<p>5 m<sup>2</sup> and 10<sup>6</sup></p>", ["p 5 m2 and 106"]),
    ("quotation marks that the browser sets", "<p><q>Act <q>now</q></q></p>", ["p “Act ‘now’”"]),
    ("quotation marks that were typed", "<p><q>“Act”</q></p>", ["p “Act”"]),
    ("words broken by hand", "<p>anti&shy;bio<wbr>tic&nbsp;use</p>", ["p antibiotic use"]),
    ("terms without a definition", "<dl><dt>Owner</dt></dl>", ["p Owner"]),
    ("a definition without a term", "<dl><dd>The board.</dd></dl>", ["p The board."]),
    ("a table of one column", "<table><tr><td>x</td></tr><tr><td>y</td></tr></table>", ["p x", "p y"]),
    ("nothing but headers", "<table><tr><th>A<th>B<tr><th>x<th>y</table>", ["r A | B", "r A ⇒ x | B ⇒ y"]),
    (
        "a sentence over several rows is said once",
        "<table><tr><th>Aim<th>Due<tr><td rowspan=2>We will act.<td>May<tr><td>June</table>",
        ["r Aim | Due", "r Aim ⇒ We will act. | Due ⇒ May", "r Due ⇒ June"],
    ),
    (
        "a table that says it is layout",
        "<table role=none><tr><th>A<th>B<tr><td>x<td>y</table>",
        ["p A", "p B", "p x", "p y"],
    ),
    (
        "a form around the page, as ASP.NET has it",
        f"<form id=aspnetForm><input type=hidden><p>{'We will act. ' * 30}</p><select><option>x</select></form>",
        [f"p {'We will act. ' * 30}".strip()],
    ),
    (
        "a wrapper named after the share buttons in it",
        f"<div class='content social-sharing'><p>{'We will act. ' * 30}</p></div><div class=social><a>Share</a></div>",
        [f"p {'We will act. ' * 30}".strip()],
    ),
    (
        "a page of little text",
        "<div id=cookie-banner>Cookies</div><p>We act.</p><div role=navigation>x</div>",
        ["p We act."],
    ),
    (
        "an aside with running text",
        f"<main><p>We act.</p><aside>{'Trusts should plan for winter now. ' * 5}</aside></main>",
        ["p We act.", f"p {'Trusts should plan for winter now. ' * 5}".strip()],
    ),
]


@pytest.mark.parametrize(("why", "body", "expected"), PARTS, ids=[case[0] for case in PARTS])
def test_parts(why: str, body: str, expected: list[str]) -> None:
    assert blocks(body) == expected, why


def test_items_keep_their_lead_in_past_a_second_paragraph() -> None:
    body = "<p>Trusts must:</p><ul><li><p>train staff.</p><p>Nurses come first.</p></li><li>report.</li></ul>"
    lead_ins = {passage.text: passage.lead_in for passage in segment(read(body))}
    assert lead_ins == {
        "Trusts must:": None,
        "train staff.": "Trusts must:",
        "Nurses come first.": "Trusts must:",
        "report.": "Trusts must:",
    }


LINKED = '<script type="application/ld+json">{}</script>'.format
STATED = [
    ("a graph", LINKED('{"@graph":[{"@type":"WebPage","datePublished":"2024-01-02"}]}'), "", "published", "2024-01-02"),
    (
        "a body named elsewhere in the graph",
        LINKED('[{"@type":"Article","headline":"A","publisher":{"@id":"#o"}},{"@id":"#o","name":"Trust"}]'),
        "",
        "publisher",
        "Trust",
    ),
    (
        "an author that is a body, for a site that publishes for others",
        LINKED('{"headline":"A","publisher":{"name":"GOV.UK"},"author":{"@type":"Organization","name":"Home Office"}}'),
        "",
        "publisher",
        "Home Office",
    ),
    (
        "an author who is a person",
        LINKED('{"headline":"A","author":{"@type":"Person","name":"Ann"}}'),
        "",
        "publisher",
        None,
    ),
    (
        "several articles describe others",
        LINKED('[{"headline":"A","datePublished":"2024-01-02"},{"headline":"B"}]'),
        "",
        "published",
        None,
    ),
    (
        "unless one bears the page's title",
        "<title>B</title>"
        + LINKED('[{"headline":"A","datePublished":"2023"},{"headline":"B","datePublished":"2024-01-02"}]'),
        "",
        "published",
        "2024-01-02",
    ),
    ("no JSON", LINKED("{,"), "", "published", None),
    (
        "JSON of the wrong shape",
        LINKED('{"headline":7,"datePublished":["x"],"publisher":[[]],"@graph":3}'),
        "",
        "published",
        None,
    ),
    ("deep JSON", LINKED("[" * 50_000), "", "published", None),
    ("an impossible day", '<meta name=dcterms.issued content="2024-02-31">', "", "published", None),
    (
        "the next name where a day is wrong",
        '<meta name=dcterms.issued content=soon><meta name=date content="2024-02-03">',
        "",
        "published",
        "2024-02-03",
    ),
    (
        "a day beside its label",
        "",
        "<p>Published: <time datetime=2024-01-02>2 January</time></p>",
        "published",
        "2024-01-02",
    ),
    (
        "a day written out",
        "",
        "<p>Date published: 2 January, 2024<br>Date last updated: 3 March, 2024</p>",
        "published",
        "2024-01-02",
    ),
    (
        "an update is weaker",
        "",
        "<p>Last updated 3 March 2024</p><dl><dt>Published<dd>2 January 2024</dl>",
        "published",
        "2024-01-02",
    ),
    (
        "a day under the title",
        "",
        "<main><h1>Plan</h1><time datetime=2024-01-02>today</time></main>",
        "published",
        "2024-01-02",
    ),
    (
        "a day in the text",
        "",
        "<main><p>We meet on <time datetime=2024-01-02>Tuesday</time>.</p></main>",
        "published",
        None,
    ),
    ("a day of another article", "", "<h1>A</h1><aside><time datetime=2024-01-02>x</time></aside>", "published", None),
    (
        "a body and a person",
        "",
        "<dl><dt>From:<dd><a>The Rt Hon Ann Lee MP</a><a>Home Office</a></dl>",
        "publisher",
        "Home Office",
    ),
    ("a site is no publisher", '<meta property=og:site_name content="GOV.UK">', "", "publisher", None),
    ("a title with its site", "<title>Plan for staff | Trust</title>", "", "title", "Plan for staff"),
    ("a title with a hyphen of its own", "<title>Pay - what next</title>", "", "title", "Pay - what next"),
    ("a relative address", "<link rel=canonical href=/plan>", "", "url", None),
    (
        "a licence by its link",
        "",
        "<a rel=license href=https://x.example/open-government-licence/version/2/>x</a>",
        "licence",
        "Open Government Licence v2.0",
    ),
    ("an unknown licence", "<link rel=license href=https://l.example/by>", "", "licence", "https://l.example/by"),
]


@pytest.mark.parametrize(("why", "head", "body", "field", "expected"), STATED, ids=[case[0] for case in STATED])
def test_stated(why: str, head: str, body: str, field: str, expected: str | None) -> None:
    value = getattr(read(f"{body}<p>we act, and trusts follow.</p>", head), field)
    assert (None if value is None else str(value)) == expected, why


def test_a_page_in_its_declared_character_set() -> None:
    page = "<html><head><meta charset='iso-8859-1'></head><body><p>The trust’s plan – £5m</p></body></html>"
    assert read_bytes(page.encode("cp1252"), "page.html").text == "The trust’s plan – £5m"


@pytest.mark.parametrize("charset", ["no-such-set", "undefined", "base64", "utf-16"])
def test_a_character_set_that_does_not_hold_is_passed_over(charset: str) -> None:
    page = f"<html><head><meta charset={charset}></head><body><p>The trust’s plan – £5m</p></body></html>"
    assert read_bytes(page.encode(), "page.html").text == "The trust’s plan – £5m"


def test_entities_outside_the_page_stay_outside() -> None:
    entities = '<!ENTITY secret SYSTEM "file:///etc/passwd"><!ENTITY a "ha"><!ENTITY b "&a;&a;">'
    page = f"<!DOCTYPE html [{entities}]><html><body><p>Plan &secret; &b; &#0; &#99999999999; ends.</p></body></html>"
    text = read_bytes(page.encode(), "page.html").text
    assert "root:" not in text
    assert "haha" not in text
    assert text.endswith("ends.")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param("<div>" * 10_000 + "deep", "damaged", id="nested too deep"),
        pytest.param("<p>" * 1_100_000, "too-large", id="nothing but tags"),
        pytest.param("<p>" + "word " * 3_000_000, "too-large", id="one paragraph as long as a library"),
    ],
)
def test_what_the_parser_cannot_take_is_refused(body: str, reason: str) -> None:
    """Never read in part: the parser drops what lies deeper than it goes."""
    began = time.perf_counter()
    with pytest.raises(Rejected) as refusal:
        read(body)
    assert refusal.value.reason == reason
    assert time.perf_counter() - began < 10


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("<div class=menu>" * 200 + "word <a href=#x>1</a> " * 3000, id="doubtful parts in doubtful parts"),
        pytest.param("<p>" + "<nav></nav>x" * 20_000, id="dropped parts side by side"),
        pytest.param("<p>a</p><time datetime=2020-01-01>x</time>" * 5000, id="days"),
        pytest.param(
            "<table>" + "<tr>" + "<td colspan=999 rowspan=999>x" * 50 + "<tr><td>y" * 5000, id="cells over cells"
        ),
        pytest.param("<p>" + "• x<br>" * 20_000, id="typed bullets"),
        pytest.param("<ul><li>" * 100 + "x" + "<li>y" * 5000, id="lists in lists"),
    ],
)
def test_time_grows_with_the_page_alone(body: str) -> None:
    began = time.perf_counter()
    read(body)
    assert time.perf_counter() - began < 10


# Trees of blocks whose every word has a number, so that order and number can be checked.
INLINE = st.lists(
    st.sampled_from(["{}", "<b>{}</b>", "<span>{}</span>", "<a href=/x>{}</a> {}", "{}<br>{}"]), min_size=1, max_size=3
)
LEAF = st.builds(
    lambda tag, parts: f"<{tag}>{' '.join(parts)}</{tag}>",
    st.sampled_from(["p", "div", "h2", "h4", "blockquote"]),
    INLINE,
)


def containers(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=1, max_size=3).map("".join)
    cells = st.lists(
        st.sampled_from(["<td>{}</td>", "<th>{}</th>", "<td colspan=2>{} {}</td>"]), min_size=1, max_size=3
    ).map("".join)
    items = st.lists(
        st.one_of(several, INLINE.map(" ".join)).map("<li>{{}} {}</li>".format), min_size=1, max_size=3
    ).map("".join)
    return st.one_of(
        several.map("<div>{{}} {}</div>".format),
        several.map("<section>{}</section>".format),
        items.map("<ul>{}</ul>".format),
        items.map("<ol type=i>{{}}{}</ol>".format),
        st.lists(cells, min_size=1, max_size=3).map(
            lambda rows: "<table><tr>" + "</tr><tr>".join(rows) + "</tr></table>"
        ),
        several.map("<table><tr><td>{}</td></tr></table>".format),
        several.map("<dl><dt>{{}}</dt><dd>{}</dd><dd>{{}}</dd></dl>".format),
        several.map("<details><summary>{{}}</summary>{}</details>".format),
    )


@given(st.recursive(LEAF, containers, max_leaves=12))
def test_every_word_once_and_in_order(tree: str) -> None:
    numbers = count(1)
    page = "".join(
        part if part != "{}" else f"Word{next(numbers)}" for part in tree.replace("{}", "\0{}\0").split("\0")
    )
    words = [word for word in read(f"<main>{page}</main>").text.replace("|", " ").split() if word.startswith("Word")]
    assert words == [f"Word{number}" for number in range(1, next(numbers))]


@given(st.text(alphabet="<>/=\"' abdlpthrueio&;#!-1\n", max_size=200))
def test_any_characters_are_read_or_refused(source: str) -> None:
    try:
        document = read_bytes(f"<html><body>{source}".encode(), "page.html")
    except Rejected:
        return
    assert all(document.text[block.start : block.end].strip() for block in document.blocks)

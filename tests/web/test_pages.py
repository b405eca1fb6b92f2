"""Every page of ours: it is there, it is well built, and it says what the database says."""

import itertools
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import lxml.html
import pytest

from extractor.web import words
from tests.web.conftest import Site
from tests.web.made import TODAY
from tests.web.sample import HOSTILE, every_page

Text = Callable[[Any], str]


def all_pages(site: Site) -> list[tuple[str, Any]]:
    return [(path, site.page(path)) for path in [*every_page(site.names), "/owner/many-units?page=2"]]


def test_every_page_is_built_for_everybody(site: Site) -> None:
    """Language, one title and heading, headings in order, landmarks, labels, captions: what a screen reader needs."""
    for path, page in all_pages(site):
        assert page.get("lang") == "en-GB", path
        assert page.findtext(".//title").strip(" –"), path
        levels = [int(heading.tag[1]) for heading in page.iter("h1", "h2", "h3", "h4")]
        assert levels.count(1) == 1, path
        assert levels[0] == 1, path
        assert all(below <= above + 1 for above, below in itertools.pairwise(levels)), (path, levels)
        assert [main.get("id") for main in page.iter("main")] == ["content"], path
        if page.find(".//nav") is not None:  # a page for a frame has nothing to skip
            assert page.find(".//a[@class='skip']").get("href") == "#content", path
        ids = [element.get("id") for element in page.iter() if element.get("id")]
        assert len(ids) == len(set(ids)), path
        for reference in [e.get("aria-labelledby") for e in page.iter() if e.get("aria-labelledby")]:
            assert reference in ids, (path, reference)
        for control in page.iter("input", "select", "textarea"):
            labelled = page.xpath("//label[@for=$id]", id=control.get("id"))
            assert labelled or control.get("type") == "hidden", (path, control.get("name"))
        for table in page.iter("table"):
            assert table.find("caption") is not None, path
            assert all(th.get("scope") for th in table.iter("th")), path
        assert all(link.text_content().strip() for link in page.iter("a")), path


def test_nothing_active_and_nothing_from_elsewhere(site: Site) -> None:
    for path, page in all_pages(site):
        assert not list(page.iter("style", "iframe", "object", "embed", "base")), path
        scripts = [(script.get("src"), script.text) for script in page.iter("script")]
        assert scripts == ([("/-/commitments/copy.js", None)] if path.startswith("/pledge/") else []), path
        for element in page.iter():
            inline = [name for name in element.attrib if name.startswith("on") or name == "style"]
            assert not inline, (path, element.tag, inline)
            for name in ("src", "href", "action", "srcset", "data", "poster"):
                address = urlsplit(element.get(name) or "")
                if element.tag == "a":  # a source may be linked; only a reader's click leads there
                    assert address.scheme in ("", "http", "https"), (path, element.get(name))
                    assert not address.netloc or address.netloc in ("localhost", "example.org"), (
                        path,
                        element.get(name),
                    )
                else:
                    assert not address.scheme + address.netloc, (path, element.tag, element.get(name))


def test_links_between_our_pages_lead_somewhere(site: Site) -> None:
    seen = set()
    for path, page in all_pages(site):
        for link in page.iter("a"):
            address = urlsplit(link.get("href"))
            if not address.netloc and address.path and address.path not in seen:
                seen.add(address.path)
                response = site.get(link.get("href").split("#")[0])
                assert response.status_code == 200, (path, link.get("href"), response.status_code)


def test_headers_and_weight(site: Site) -> None:
    for path in [*every_page(site.names), "/pledge/none", "/?page=0", "/nowhere"]:
        response = site.get(path)
        policy = response.headers["content-security-policy"]
        assert "default-src 'none'" in policy, path
        assert not [word for word in ("unsafe", "http") if word in policy], path
        assert ("script-src 'self';" in policy) == (path.startswith("/pledge/") and response.status_code == 200), path
        assert policy.endswith(
            f"frame-ancestors {'*' if path.startswith('/embed/') else chr(39) + 'self' + chr(39)}"
        ), path
        assert response.headers["x-content-type-options"] == "nosniff", path
        assert len(response.content) < 100_000, path


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_a_quote_is_shown_and_never_obeyed(site: Site, number: int) -> None:
    """Each hostile quote arrives as its own words, on its page, in its document, in lists and in results."""
    quote, ref = HOSTILE[number], site.names[f"hostile-{number}"]
    page = site.page(f"/pledge/{ref}")
    assert "".join(mark.text_content() for mark in page.iter("mark")) == quote
    assert page.find(".//h1").text_content() == quote
    document = site.page(f"/document/{site.names['hostile-document']}")
    assert quote in [mark.text_content() for mark in document.iter("mark")]
    assert any(quote in li.text_content() for li in site.page("/unclear?missing=measure").iter("li"))
    for path in (
        f"/pledge/{ref}",
        f"/document/{site.names['hostile-document']}",
        "/commitments/pledges",
        "/commitments/commitments",
    ):
        for mark_up in ("<script>alert", "<img src=x", "<svg onload", "<iframe src", "<base href"):
            assert mark_up not in site.get(path).text, path


@pytest.mark.parametrize("name", ["first", "vague", "item", "second", "measured", "row", "soon", "open"])
def test_the_marked_words_are_the_statement(site: Site, name: str) -> None:
    ref = site.names[name]
    table = "progress" if name == "measured" else "commitments"
    row = site.get(f"/commitments/{table}/{ref}.json?_shape=array").json()[0]
    page = site.page(f"/pledge/{ref}")
    assert [mark.text_content() for mark in page.iter("mark")] == [row["quote"]]


def test_the_pledge_page_tells_all_that_was_read(site: Site, text: Text) -> None:
    said = text(site.page(f"/pledge/{site.names['first']}").find(".//main"))
    for expected in (
        "Commitment · firm · deadline passed",
        "The care workforce plan 2019, Department of Care, 3 June 2019, page 1 of 3",
        "It will report to the House each spring.",  # its neighbour in the same paragraph
        "Nursing Board Named in these words, as “Nursing Board”. Why: it is the subject of the sentence.",
        "the subject of the sentence. Rule: subject. Read in this way it was right 66 times in 100.",
        "Its duties passed to Care Workforce England",
        "Department of Care also possible Not named in these words.",
        "No later than 31 March 2021 Written as “by March 2021”. Rule: the last day of what is named.",
        "what is named. Read in this way it was right 84 times in 100.",
        # nobody checked such figures: nothing is said of how often they are right
        "7,500 nurses “7,500 more nurses”. Rule: count.",
        "Very sure (90%)",
        "revises number 1: deadline moved 365 days later (2021-03-31 → 2022-03-31); figure 7,500 → 10,000 nurses",
        "page 1. https://example.org/plan-2019",
    ):
        assert expected in said, expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("item", "From 1 April 2020, with no end given", id="a deadline open at its end"),
        pytest.param("item", "Over the next two years employers should:", id="the lead-in of a list"),
        pytest.param("item", "all ward staff", id="a figure that means every one"),
        pytest.param("item", "No later than 31 March 2021", id="a milestone"),
        pytest.param("row", "1 March to 31 May 2022 Written as “next spring”", id="an interval"),
        pytest.param("row", "Counted from publication on 12 May 2021.", id="a relative date names its anchor"),
        pytest.param("vague", "No date given", id="no deadline"),
        pytest.param("vague", "No figure given.", id="no metric"),
        pytest.param("vague", "Not sure (60%)", id="a doubtful statement says so"),
        pytest.param("vague", "Not named in these words.", id="an owner that was inferred"),
        pytest.param("measured", "Progress report · measure", id="progress has a page, too"),
        pytest.param(
            "measured", "From 3 June 2019, with no end given Written as “since the plan”", id="when it was reported"
        ),
        pytest.param("soon", "due in 90 days", id="the state is that of today"),
    ],
)
def test_single_facts(site: Site, text: Text, name: str, expected: str) -> None:
    assert expected in text(site.page(f"/pledge/{site.names[name]}").find(".//main"))


def test_an_unsafe_source_is_no_link(site: Site) -> None:
    for name in ("second", "hostile-0"):
        page = site.page(f"/pledge/{site.names[name]}")
        assert not [a for a in page.iter("a") if re.match(r"\s*(javascript|data):", a.get("href"), re.IGNORECASE)]
        assert "Where it was published" not in page.text_content()


def test_the_document_is_read_in_full(site: Site, text: Text) -> None:
    page = site.page(f"/document/{site.names['plan']}")
    said = text(page)
    for expected in ("Nobody disputes it.", "Page 2", "Read in the text", "OGL-UK-3.0"):
        assert expected in said, expected
    marks = [mark.text_content() for mark in page.iter("mark")]
    tags = [tag.text_content() for tag in page.find_class("tag")]
    assert len(marks) == len(tags) == 4
    assert tags[2] == "commitment 3, directive"
    assert [a.text_content() for a in page.find_class("outline")[0].iter("a")] == [
        "The care workforce plan",
        "Nursing",
        "Pay and conditions",
    ]


def test_long_documents_come_in_parts(site: Site) -> None:
    first, second = (site.page(f"/document/{site.names['long']}{part}") for part in ("", "?section=2"))
    blocks = [[p.get("id") for p in page.find_class("block")] for page in (first, second)]
    assert [len(ids) for ids in blocks] == [80, 50]
    assert blocks[1][0] == "b80"
    assert site.get(f"/document/{site.names['long']}?section=3").status_code == 404


def test_the_thread_draws_what_it_lists(site: Site, text: Text) -> None:
    page = site.page(f"/thread/{site.names['thread']}")
    versions = page.find_class("versions")[0].findall("li")
    assert [version.get("class") for version in versions] == ["commitment", "commitment", "progress"]
    assert "revises number 1" in text(versions[1])
    assert "progresses number 2" in text(versions[2])
    drawn = page.xpath("//*[local-name()='svg']//*[local-name()='a']/@href")
    assert drawn == [f"/pledge/{site.names[name]}" for name in ("first", "second", "measured")]


def test_owners_know_whom_they_follow(site: Site, text: Text) -> None:
    before = text(site.page("/owner/nursing-board").find(".//main"))
    assert "1 June 2012 to 31 March 2022" in before
    assert "Duties passed to Care Workforce England" in before
    after = text(site.page("/owner/care-workforce-england").find(".//main"))
    assert "Takes over from Nursing Board (until 31 March 2022), Department of Care (no end known)" in after
    assert "from 1 April 2022" in after
    assert "Duties are to pass to Care Workforce England" in text(site.page("/owner/department-of-care"))
    passed = site.page("/owner/nursing-board?state=deadline+passed").find_class("quote")
    assert [text(quote) for quote in passed] == ["The Nursing Board will recruit 7,500 more nurses by March 2021."]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("q=nurses+joined+OR+recruit", 0, id="every word has to occur"),
        pytest.param("q=more+nurses", 2, id="words"),
        pytest.param("q=nurse", 5, id="another form of the word, in the quote or its headings"),
        pytest.param('q="7,500+more"', 1, id="a phrase"),
        pytest.param("q=recr*", 2, id="the beginning of a word"),
        pytest.param("q=AND+OR+NOT+NEAR(", 0, id="operators are words"),
        pytest.param("q=%22%27%28*%3A-", 0, id="punctuation finds nothing"),
        pytest.param("q=%3Cscript%3E", 1, id="mark-up is words"),
        pytest.param("owner=nursing-board", 3, id="owner"),
        pytest.param("owner=nobody", 0, id="an owner that is not there"),
        pytest.param("theme=recruitment", 2, id="theme"),
        pytest.param("strength=aim", 1, id="strength"),
        pytest.param("state=progress+reported", 1, id="progress reported"),
        pytest.param("state=due+in+90+days", 1, id="due soon"),
        pytest.param("state=dated", 1, id="dated"),
        pytest.param("state=start+date+passed", 1, id="open-ended"),
        pytest.param("kind=letter", 1, id="kind"),
        pytest.param("year=2020-21", 2, id="year"),
        pytest.param("q=nurse&owner=nursing-board&kind=letter&strength=firm", 1, id="all at once"),
    ],
)
def test_search(site: Site, query: str, expected: int) -> None:
    page = site.page(f"/?{query}")
    assert len(page.find_class("results")[0].findall("li") if expected else page.find_class("results")) == expected
    assert words.count(expected, "statement") + " found" in page.text_content()


def test_results_are_ordered_and_paged(site: Site, text: Text) -> None:
    every = [site.page(f"/?order=due&each=statement&page={number}").find_class("results")[0] for number in (1, 2)]
    quotes = [[text(quote) for quote in page.find_class("quote")] for page in every]
    assert quotes[0][0].startswith("offer flexible hours")  # the earliest deadline
    assert len(quotes[0]) == 25
    assert not set(quotes[0]) & set(quotes[1])
    assert every[1].get("start") == "26"
    newest = site.page("/").find_class("results")[0].find_class("quote")
    assert text(newest[0]) in HOSTILE  # published in 2030


def test_the_front_page_says_what_is_next_and_new(site: Site, text: Text) -> None:
    said = text(site.page("/").find(".//main"))
    assert f"Due next {words.day((TODAY + timedelta(days=30)).isoformat())}" in said
    assert "The Care Gazette, news: 3 pledges, 0 reports of progress" in said


def test_deadlines_by_year(site: Site, text: Text) -> None:
    ahead = [text(quote) for quote in site.page("/deadlines").find_class("quote")]
    assert [quote.split()[0] for quote in ahead] == ["Care", "From"]
    passed = [text(quote) for quote in site.page("/deadlines?when=passed").find_class("quote")]
    assert passed[0].startswith("The estates director")
    assert passed[-1].startswith("The Nursing Board will recruit")
    # from a day on, with no last day: that is never over
    assert not any(quote.startswith("offer flexible hours") for quote in passed)
    year = site.page("/deadlines?year=2021-22")
    assert [text(heading) for heading in year.iter("h1")] == ["Deadlines in 2021-22"]
    assert len(year.find_class("quote")) == 1


def test_unclear_counts_what_is_missing(site: Site, text: Text) -> None:
    said = text(site.page("/unclear").find(".//main"))
    assert "No owner: 1 of 151" in said
    assert "No date: 145 of 151" in said
    assert len(site.page("/unclear?missing=owner").find_class("quote")) == 1


def test_rejections_are_listed(site: Site) -> None:
    rows = site.page("/rejections").findall(".//tbody/tr")
    assert [row.find("th").text_content() for row in rows] == ["<script>alert('file')</script>.bin", "scan.pdf"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/pledge/0000000000000000", 404),
        ("/pledge/%3Cscript%3E", 404),
        ("/pledge/..%2f..%2fetc", 404),
        ("/thread/none", 404),
        ("/owner/none", 404),
        ("/document/none", 404),
        ("/document/none?page=x", 400),
        ("/nowhere", 404),
        ("/nowhere/at/all", 404),
        ("/-/commitments/page.py", 404),
        ("/-/commitments/..%2fpage.py", 404),
        ("/?page=0", 400),
        ("/?page=-1", 400),
        ("/?page=1e3", 400),
        ("/?page=٣", 400),
        ("/?page=99999999999999999999", 400),
        ("/?page=99999", 404),
        ("/?strength=huge", 400),
        ("/?state=broken", 400),
        ("/?kind=tweet", 400),
        ("/?year=2024", 400),
        ("/?year=2024-26", 400),
        ("/?order=random", 400),
        (f"/?q={'x' * 301}", 400),
        ("/?q=a%00b", 400),
        ("/?q=%ff%fe", 200),
        ("/owner/nursing-board?state=broken", 400),
        ("/deadlines?when=later", 400),
        ("/deadlines?year=x", 400),
        ("/unclear?missing=hope", 400),
        ("/rejections?page=2", 404),
        ("/embed/none", 404),
        ("/quiet?page=2", 404),
        ("/review?missing=hope", 400),
        ("/review?page=x", 400),
    ],
)
def test_what_is_wrong_is_said(site: Site, path: str, status: int) -> None:
    response = site.get(path)
    assert response.status_code == status
    page = lxml.html.document_fromstring(response.text)
    assert "Pledges on the record" in page.findtext(".//title", default="")
    assert "Traceback" not in response.text

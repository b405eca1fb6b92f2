"""The pages beside the main road: what went quiet, what joins owners, what is least certain, and pages for frames."""

from collections.abc import Callable
from typing import Any

import lxml.etree
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.web import arcs, network, words
from extractor.web.quiet import silences
from tests.web.conftest import Site
from tests.web.sample import HOSTILE

Text = Callable[[Any], str]


Row = tuple[str, str, str, str, int]


def thread(series: str, promised: str, last_seen: str, *, delivered: int = 0, id: str = "t") -> Row:
    return id, series, promised, last_seen, delivered


BOARD = [("board", f"{year}-01-01") for year in range(2020, 2024)]
DAYS = [*BOARD, ("plan", "2020-01-01"), ("plan", "2024-01-01")]


@pytest.mark.parametrize(
    ("promised", "last_seen", "expected"),
    [
        pytest.param("2020-01-01", "2020-01-01", (3, 3), id="never mentioned again"),
        pytest.param("2020-01-01", "2021-01-01", (2, 3), id="mentioned once more"),
        pytest.param("2020-01-01", "2021-06-30", (2, 3), id="mentioned once more, elsewhere"),
        pytest.param("2022-01-01", "2022-01-01", (1, 1), id="one later document"),
        pytest.param("2020-01-01", "2023-01-01", None, id="mentioned in the latest: a series without a later document"),
        pytest.param("2023-01-01", "2023-01-01", None, id="promised in the latest: nothing later could mention it"),
        pytest.param("2020-01-01", "2025-01-01", None, id="mentioned elsewhere after the latest"),
    ],
)
def test_what_counts_as_silence(promised: str, last_seen: str, expected: tuple[int, int] | None) -> None:
    found = silences([thread("board", promised, last_seen)], DAYS)
    assert [(s.missed, s.later) for s in found] == ([expected] if expected else [])


def test_silences_are_counted_once_and_in_order() -> None:
    """Delivery reported goes last, then the longest silence first; two silent series are one thread."""
    threads = [
        thread("board", "2020-01-01", "2020-01-01", id="done", delivered=1),
        thread("board", "2022-01-01", "2022-01-01", id="short"),
        thread("plan", "2020-01-01", "2020-01-01", id="two"),
        thread("board", "2020-01-01", "2020-01-01", id="two"),
    ]
    found = silences(threads, DAYS)
    assert [(s.thread, s.series) for s in found] == [("two", "board"), ("short", "board"), ("done", "board")]


@pytest.mark.parametrize(
    ("missed", "later", "expected"),
    [
        (1, 1, "not mentioned in the only later document of the series S"),
        (3, 3, "not mentioned in the 3 later documents of the series S"),
        (1, 3, "not mentioned in the last of the 3 later documents of the series S"),
        (2, 3, "not mentioned in the last 2 of the 3 later documents of the series S"),
    ],
)
def test_silence_says_its_denominator(missed: int, later: int, expected: str) -> None:
    assert words.silence(missed, later, "S") == expected


def test_the_quiet_page(site: Site, text: Text) -> None:
    page = site.page("/quiet")
    first, second = (text(li) for li in page.find_class("results")[0].findall("li"))
    assert first.startswith("It will report to the House each spring. last seen 3 June 2019")
    assert "not mentioned in the 2 later documents of the series care workforce plans" in first
    assert "Recruit more nurses" in second
    assert "not mentioned in the last of the 2 later documents of the series care workforce plans" in second
    assert "delivery was reported" not in text(page)
    assert page.find_class("quote")[0].find("a").get("href") == f"/thread/{site.names['alone']}"


def test_delivery_is_marked(site: Site, text: Text, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [thread("plan", "2020-01-01", "2020-01-01", id=site.names["thread"], delivered=1)]
    monkeypatch.setattr("extractor.web.across.threads_in_series", lambda connection: rows)
    monkeypatch.setattr("extractor.web.across.series_days", lambda connection: DAYS)
    (row,) = site.page("/quiet").find_class("results")[0].findall("li")
    assert "the only later document of the series plan delivery was reported 3 statements" in text(row)


def test_a_statement_alone_in_its_thread_has_no_history(site: Site, text: Text) -> None:
    page = site.page(f"/pledge/{site.names['vague']}")
    assert "No other document here was found to speak of the same thing." in text(page)
    assert not page.find_class("versions")


def test_the_network_draws_what_it_lists(site: Site, text: Text) -> None:
    page = site.page("/network")
    drawn = page.xpath("//*[local-name()='svg']//*[local-name()='a']")
    assert sorted(a.get("href") for a in drawn) == ["/owner/employers", "/owner/trusts"]
    assert len(page.xpath("//*[local-name()='svg']/*[local-name()='path']")) == 1
    (row,) = page.findall(".//tbody/tr")
    assert text(row) == "Employers Trusts 1 0 Rotas and hours"
    assert [a.get("href") for a in row.iter("a")] == ["/owner/employers", "/owner/trusts", "/thread/5f0c0ffee0000002"]
    region = page.xpath("//div[@class='scroll'][.//*[local-name()='svg']]")[0]
    assert region.get("tabindex") == "0"
    assert region.get("aria-label")


def test_the_network_is_cut_to_the_most_connected(site: Site, text: Text, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "OWNERS", 1)
    page = site.page("/network")
    assert "The 1 most connected of 2 owners that share a thread." in text(page)
    assert len(page.xpath("//*[local-name()='svg']//*[local-name()='a']")) == 1


def test_pairs_left_out_are_counted(site: Site, text: Text, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "TIES", 0)
    page = site.page("/network")
    assert "0 pairs of owners, those with most threads in common first; 1 more are left out" in text(page)
    assert not page.xpath("//*[local-name()='svg']/*[local-name()='path']")


def test_a_network_of_nobody(site: Site, text: Text, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractor.web.across.connected_owners", lambda connection: [])
    page = site.page("/network")
    assert "No two owners share a thread yet." in text(page)
    assert arcs.diagram([], []) is None


def tie(a: str, b: str, threads: int = 1) -> network.Tie:
    return network.Tie(a, b, threads, "t", "a thread", 0)


def test_owners_stand_near_those_they_are_tied_to() -> None:
    """A hub in the middle of its star; a chain stays a chain."""
    star = network.in_order(["hub", "a", "b", "c", "d"], [tie("hub", other) for other in "abcd"])
    assert star.index("hub") == 2
    chain = network.in_order(["c", "b", "d", "a", "e"], [tie("a", "b"), tie("b", "c"), tie("c", "d"), tie("d", "e")])
    assert "".join(chain) in ("abcde", "edcba")


@given(
    st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39), st.integers(1, 500)), max_size=80), st.integers(1, 40)
)
def test_any_network_can_be_drawn(pairs: list[tuple[int, int, int]], size: int) -> None:
    joined = [arcs.Arc(a % size, b % size, weight, "x") for a, b, weight in pairs if a % size != b % size]
    nodes = [arcs.Node(f"n{number}", "t", number, f"/owner/{number}") for number in range(size)]
    drawing = arcs.diagram(nodes, joined)
    assert drawing is not None
    root = lxml.etree.fromstring(drawing)
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    circles = [(float(c.attrib["cx"]), float(c.attrib["cy"]), float(c.attrib["r"])) for c in root.iter("circle")]
    assert all(r <= x <= width - r and r <= y <= height - r for x, y, r in circles)
    assert [text.text for text in root.iter("text")] == [node.name for node in nodes]
    assert len(root.findall("path")) == len(joined)


def test_names_in_the_network_are_escaped() -> None:
    hostile = "</title><script>alert(1)</script>"
    drawing = arcs.diagram(
        [arcs.Node(hostile, hostile, 1, '"><script>'), arcs.Node("b", "b", 0, "/")], [arcs.Arc(0, 1, 1, hostile)]
    )
    assert drawing is not None
    root = lxml.etree.fromstring(drawing)
    assert [text.text for text in root.iter("text")] == [hostile, "b"]
    assert [title.text for title in root.iter("title")].count(hostile) == 2
    assert not list(root.iter("script"))


def test_the_least_certain_come_first(site: Site, text: Text) -> None:
    page = site.page("/review")
    queue, said = page.find_class("results")[0], page.find_class("side")[0]
    *doubtful, first = queue.findall("li")[:3]
    assert ["to be checked" in text(li) for li in doubtful] == [True, True]
    assert text(first).startswith("It will report to the House each spring. not sure (60%)")
    hrefs = [a.get("href") for a in queue.iter("a")]
    assert f"/pledge/{site.names['vague']}" in hrefs
    assert f"/pledge/{site.names['first']}" not in hrefs  # reviewed
    assert "all (152)" in text(page)
    assert "Its statement is no longer here." in text(said)
    assert f"/pledge/{site.names['first']}" in [a.get("href") for a in said.iter("a")]
    without = site.page("/review?missing=owner").find_class("results")[0].findall("li")
    assert [text(li.find_class("quote")[0]) for li in without] == ["consider an allowance for night work."]


def test_reviews_are_shown_and_never_obeyed(site: Site, text: Text) -> None:
    for path in (f"/pledge/{site.names['first']}", "/review"):
        page = site.page(path)
        said = text(page)
        assert "1 May 2024 · A. Reader Confirm. Read again Evidence" in said, path
        assert "Correct owner: <i>X</i>. <script>alert('note')</script> Evidence: javascript:alert(7)" in said, path
        assert not [a for a in page.iter("a") if a.get("href").startswith("javascript")], path
    assert "What reviewers said" not in text(site.page(f"/pledge/{site.names['vague']}"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("first", "Commitment · firm · deadline passed The Nursing Board will recruit 7,500 more nurses by March 2021. "
         "Owner Nursing Board Deadline No later than 31 March 2021 The care workforce plan 2019"),
        ("vague", "Deadline No deadline given"),
        ("measured", "Progress report · measure"),
    ],
)  # fmt: skip
def test_a_page_for_a_frame(site: Site, text: Text, name: str, expected: str) -> None:
    page = site.page(f"/embed/{site.names[name]}")
    assert expected in text(page.find(".//main"))
    assert f"/pledge/{site.names[name]}" in [a.get("href") for a in page.iter("a")]
    assert {a.get("target") for a in page.iter("a")} == {"_top"}
    assert page.find(".//nav") is None
    policy = site.get(f"/embed/{site.names[name]}").headers["content-security-policy"]
    assert policy.endswith("frame-ancestors *")
    assert "default-src 'none'" in policy


def test_a_hostile_quote_in_a_frame(site: Site) -> None:
    page = site.page(f"/embed/{site.names['hostile-0']}")
    assert page.findtext(".//h1") == HOSTILE[0]
    assert not list(page.iter("script"))

"""The pages beside the main road: what went quiet, what joins owners, what is least certain, and pages for frames."""

import sqlite3
from collections.abc import Callable
from datetime import date
from typing import Any

import lxml.etree
import pytest
import sqlite_utils
from hypothesis import given
from hypothesis import strategies as st

from extractor.records import Thread
from extractor.store import writer
from extractor.web import across, arcs, network, queries, words
from extractor.web.queries import Search
from tests.store_samples import RUN, analysis, put_links, statement
from tests.web.conftest import Site
from tests.web.sample import HOSTILE

Text = Callable[[Any], str]


def test_the_quietest_thread_comes_first_and_what_was_delivered_last(db: sqlite_utils.Database) -> None:
    """Two silent series are one thread. What counts as silence is tested with the view `thread_histories`."""
    issues = [("board", year) for year in range(2020, 2024)] + [("plan", 2020), ("plan", 2024)]
    run = writer.start_run(db, **RUN)
    promised = {("board", 2020): ["done", "two"], ("board", 2022): ["short"], ("plan", 2020): ["two"]}
    members: dict[str, list[str]] = {}
    for series, year in issues:
        names = promised.get((series, year), [])
        said = [statement(f"Of {name}.") for name in names]
        found = analysis(f"{series} {year}", said, series=series, published=date(year, 1, 1))
        writer.save_analysis(db, found, run)
        for name, made in zip(names, found.statements, strict=True):
            members.setdefault(name, []).append(made.id)
    delivered = analysis("news", [statement("Done.", label="progress", kind="delivered")], published=date(2020, 1, 1))
    writer.save_analysis(db, delivered, run)
    members["done"].append(delivered.statements[0].id)
    threads = [
        Thread(name, name, tuple(ids), date(2020, 1, 1), date(2022 if name == "short" else 2020, 1, 1))
        for name, ids in members.items()
    ]
    put_links(db, [], threads)
    db.conn.row_factory = sqlite3.Row
    assert across.quiet_threads(db.conn, Search(), limit=9, offset=0) == ["two", "short", "done"]
    assert [(row["thread_id"], row["series"]) for row in across.histories(db.conn, ["done", "two"], Search())] == [
        ("done", "board"),
        ("two", "board"),
    ]
    db.conn.row_factory = None


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


def test_a_thread_tells_what_became_of_it(site: Site, text: Text) -> None:
    told = [text(line) for line in site.page(f"/thread/{site.names['thread']}").findall(".//p")]
    assert "Its deadline moved 365 days later, from 31 March 2021 to 31 March 2022." in told
    assert "Latest report of progress: measure, 12 May 2021." in told
    (silence,) = (line for line in told if line.startswith("Gone quiet"))
    assert silence.endswith("not mentioned in the last of the 2 later documents of the series care workforce plans.")
    alone = text(site.page(f"/thread/{site.names['alone']}").find(".//main"))
    assert "deadline moved" not in alone
    assert "Latest report" not in alone


def test_delivery_is_marked(site: Site, text: Text, monkeypatch: pytest.MonkeyPatch) -> None:
    histories = across.histories
    monkeypatch.setattr(across, "quiet_threads", lambda *_, **__: [site.names["thread"]])
    monkeypatch.setattr(
        across,
        "histories",
        lambda connection, ids, search: [
            dict(row) | {"series": "plan", "quiet": 1, "later": 1, "delivered": 1}
            for row in histories(connection, ids, search)
        ],
    )
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


def test_of_very_many_pledges_only_that_there_are_more(site: Site, text: Text, monkeypatch: pytest.MonkeyPatch) -> None:
    assert text(site.page("/?q=recruit").get_element_by_id("found")) == "2 statements found, of 1 pledge"
    monkeypatch.setattr(queries, "MOST_PLEDGES", 0)
    assert text(site.page("/?q=recruit").get_element_by_id("found")) == "2 statements found, of more than 0 pledges"

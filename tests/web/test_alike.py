"""The page of pledges like a sentence: what it finds, what it says of it, and when it cannot say anything."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest

from extractor.errors import ModelError
from extractor.web import nearest
from extractor.web.alike import DEGREES, degree_of
from extractor.web.marking import shared_words
from extractor.web.server import make_datasette
from tests.synthetic import vectors_of
from tests.web.conftest import Site
from tests.web.sample import fill
from tests.web.vectors import use_invented_encoder

FIRST = "The Nursing Board will recruit 7,500 more nurses by March 2021."
SECOND = "The Nursing Board will recruit 10,000 more nurses by March 2022."
Text = Callable[[Any], str]


@pytest.fixture
def compared(tmp_path: Path) -> Iterator[Site]:
    """The sample with vectors, and an encoder that fits them."""
    path = tmp_path / "commitments.db"
    names = fill(path)
    with pytest.MonkeyPatch.context() as patch:
        use_invented_encoder(patch)
        yield Site(make_datasette(path), names)


def database(site: Site) -> Path:
    return Path(site.datasette.get_database("commitments").path)


def found(page: Any) -> list[Any]:
    (section,) = page.xpath("//section[@aria-labelledby='found']")
    return list(section.findall("ol/li"))


def like(text: str, more: str = "") -> str:
    return f"/alike?text={quote(text)}{more}"


def test_the_form_stands_alone_until_something_is_asked(compared: Site) -> None:
    page = compared.page("/alike")
    assert page.find(".//input[@name='text']").get("maxlength") == "1000"
    assert not page.xpath("//section[@aria-labelledby='found']")
    assert compared.get("/alike.json").json()["rows"] == []


def test_the_same_words_come_first_then_words_that_are_like_them(compared: Site, text: Text) -> None:
    first, second, *_ = found(compared.page(like(FIRST)))
    assert text(first.find("p[@class='quote']")) == FIRST
    assert text(first.find("p[@class='when']")) == "Very alike (1.00 of 1)"
    assert text(second.find("p[@class='quote']")) == SECOND
    assert "The care workforce plan 2019, Department of Care, 3 June 2019, page 1" in text(first)
    assert "Nursing Board · " not in text(first.find("p[@class='facts']"))
    assert first.xpath(".//a[text()='Pledges like this']/@href") == [f"/alike?ref={compared.names['first']}"]


def test_words_that_both_have_are_marked(compared: Site) -> None:
    _, second, *_ = found(compared.page(like(FIRST)))
    # not "The", "will", "more", "by": they say nothing; nor the figure and the year, which differ
    assert [mark.text for mark in second.iter("mark")] == ["Nursing", "Board", "recruit", "nurses"]


def test_a_statement_is_compared_with_others_than_those_of_its_thread(compared: Site, text: Text) -> None:
    page = compared.page(f"/alike?ref={compared.names['first']}")
    (elsewhere,) = page.xpath("//section[@aria-labelledby='elsewhere']")
    assert [text(p) for p in elsewhere.findall(".//p[@class='quote']")] == [SECOND]
    assert SECOND not in [text(item.find("p[@class='quote']")) for item in found(page)]
    assert FIRST not in [text(item.find("p[@class='quote']")) for item in found(page)]


def test_a_report_of_progress_can_be_compared_too(compared: Site, text: Text) -> None:
    page = compared.page(f"/alike?ref={compared.names['measured']}")
    (elsewhere,) = page.xpath("//section[@aria-labelledby='elsewhere']")
    assert [text(p) for p in elsewhere.findall(".//p[@class='quote']")] == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("narrowed", "quotes"),
    [
        pytest.param("&owner=nursing-board&as_of=2019-12-31", [FIRST], id="what was not known that day is left out"),
        pytest.param("&theme=recruitment&state=deadline+passed", [FIRST], id="of the other progress was reported"),
        pytest.param("&owner=nobody", [], id="nobody's"),
    ],
)  # fmt: skip
def test_the_list_can_be_narrowed(compared: Site, text: Text, narrowed: str, quotes: list[str]) -> None:
    rows = compared.get(like(FIRST, narrowed).replace("/alike?", "/alike.json?")).json()["rows"]
    assert [row["quote"] for row in rows if row["likeness"] >= DEGREES[-1][1]] == quotes


def test_where_nothing_is_alike_the_page_says_so(compared: Site, text: Text) -> None:
    page = compared.page(like("zeppelin"))
    assert text(page.xpath("//h2[@id='found']")[0]) == "Nothing here is like it"
    assert {text(item.find("p[@class='when']")).split(" (")[0] for item in found(page)} == {"Hardly alike"}


def test_the_rows_are_there_as_data(compared: Site) -> None:
    content = compared.get(like(FIRST).replace("/alike?", "/alike.json?")).json()
    assert content["title"] == f"Pledges like: {FIRST}"
    first = content["rows"][0]
    assert (first["ref"], first["likeness"], first["alike"]) == (compared.names["first"], 1.0, "very alike")
    assert compared.get(like(FIRST).replace("/alike?", "/alike.csv?")).text.startswith("likeness,alike,ref,")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        pytest.param("text=a&ref=b", 400, id="two questions"),
        pytest.param("text=%21%3F", 400, id="no word"),
        pytest.param("text=" + "a" * 1001, 400, id="too long"),
        pytest.param("text=nurses&state=late", 400, id="no state"),
        pytest.param("ref=none", 404, id="no statement"),
    ],
)
def test_what_cannot_be_answered(compared: Site, query: str, status: int) -> None:
    assert compared.get(f"/alike?{query}").status_code == status


def test_without_vectors_the_page_says_so(compared: Site) -> None:
    connection = sqlite3.connect(database(compared))
    connection.execute("delete from vectors")
    connection.commit()
    connection.close()
    for path in (like("nurses"), f"/alike?ref={compared.names['first']}"):
        bare = compared.get(path)
        assert (bare.status_code, "holds no vectors" in bare.text) == (503, True)


def test_without_models_the_page_says_so(compared: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(texts: list[str], settings: object) -> None:
        raise ModelError("encoder weights: no such file")

    nearest._encoded.cache_clear()
    monkeypatch.setattr("extractor.web.nearest.encode", missing)
    without = compared.get(like("porters and cooks"))
    assert (without.status_code, "not installed here" in without.text) == (503, True)
    assert "no such file" not in without.text
    # a statement that is there already needs no encoder
    assert compared.get(f"/alike?ref={compared.names['first']}").status_code == 200


def test_another_encoder_is_noticed(compared: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def other(texts: list[str], settings: object) -> Any:
        return np.roll(vectors_of(texts), 7, axis=1)

    nearest._encoded.cache_clear()
    monkeypatch.setattr("extractor.web.nearest.encode", other)
    answer = compared.get(like("nurses"))
    assert (answer.status_code, "another encoder" in answer.text) == (503, True)
    nearest._encoded.cache_clear()


def test_what_is_stored_later_is_found(compared: Site, text: Text) -> None:
    """The matrix in memory is read again when vectors were added or taken away."""
    assert text(found(compared.page(like(FIRST)))[0].find("p[@class='quote']")) == FIRST
    connection = sqlite3.connect(database(compared))
    connection.execute("delete from vectors where statement_id = ?", [compared.names["first"]])
    connection.commit()
    connection.close()
    assert text(found(compared.page(like(FIRST)))[0].find("p[@class='quote']")) == SECOND


def test_other_pages_lead_here(compared: Site) -> None:
    hrefs = [a.get("href") for a in compared.page(f"/pledge/{compared.names['first']}").iter("a")]
    assert f"/alike?ref={compared.names['first']}" in hrefs
    nothing = [a.get("href") for a in compared.page("/?q=zeppelin+pilots").iter("a")]
    assert "/alike?text=zeppelin%20pilots" in nothing


def test_degrees_are_in_order_and_end_with_what_is_left_out() -> None:
    assert [degree_of(least) for _, least, *_ in DEGREES] == [name for name, *_ in DEGREES]
    assert degree_of(DEGREES[-1][1] - 0.01) == "hardly alike"
    assert [row[1] for row in DEGREES] == sorted((row[1] for row in DEGREES), reverse=True)


@pytest.mark.parametrize(
    ("text", "other", "marked"),
    [
        pytest.param("Nurses’ pay, 7,500 of them", "a nurse and 7,500", ["Nurses", "7,500"], id="endings and numbers"),
        pytest.param("the will of the board", "the board will", ["board"], id="words that say nothing"),
        pytest.param("<b>board</b>", "board", ["board"], id="mark-up is text"),
        pytest.param("", "board", [], id="nothing"),
    ],
)
def test_shared_words(text: str, other: str, marked: list[str]) -> None:
    pieces = shared_words(text, other)
    assert "".join(piece for piece, _ in pieces) == text
    assert [piece for piece, shared in pieces if shared] == marked

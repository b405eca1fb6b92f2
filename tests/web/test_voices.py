"""What is to be checked, whose words a statement gives, what is only mentioned: said wherever it is shown."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.store.schema import open_database
from extractor.web import words
from extractor.web.document import apart
from extractor.web.server import make_datasette
from tests.web.conftest import Site
from tests.web.gazette import WHOLE
from tests.web.sample import HOSTILE, fill

Text = Callable[[Any], str]

DOUBTFUL = "The Department of Care may drop the allowance"


def quotes(page: Any, text: Text) -> list[str]:
    return [text(quote) for quote in page.find_class("quote")]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("/?sure=0", "to be checked (52% sure) an unnamed source", id="found"),
        pytest.param("/?q=allowance", "to be checked (52% sure) an unnamed source", id="found by its words"),
        pytest.param("/owner/department-of-care", "to be checked (52% sure)", id="of its owner"),
        pytest.param("/unclear?missing=date&sure=0", "to be checked (52% sure)", id="among what is unclear"),
        pytest.param("/review", "to be checked (48% sure) something not done", id="a report, to be reviewed"),
        pytest.param("/pledge/{unnamed}", "no date · to be checked (52% sure) The Department", id="on its own page"),
        pytest.param("/pledge/{not-done}", "something not done · to be checked (48% sure)", id="a report's own page"),
        pytest.param("/pledge/{unnamed}", "A person should read it before it is counted.", id="in full"),
        pytest.param("/embed/{unnamed}", "no date · to be checked (52% sure)", id="in a frame"),
        pytest.param("/document/{gazette}", "commitment 1, proposal, to be checked", id="in the text"),
        pytest.param("/document/{gazette}", "Commitment 1, proposal, to be checked (52% sure)", id="beside the text"),
        pytest.param("/", "Of these, 1 is to be checked", id="counted on the first page"),
    ],
)
def test_what_is_to_be_checked_says_so_everywhere(site: Site, text: Text, path: str, expected: str) -> None:
    assert expected in text(site.page(path.format_map(site.names)).find(".//main"))


def test_what_is_sure_says_nothing_of_the_kind(site: Site, text: Text) -> None:
    for path in ("/pledge/{first}", "/embed/{first}", "/document/{plan}", "/thread/{thread}"):
        assert "to be checked" not in text(site.page(path.format_map(site.names)).find(".//main")), path


def test_a_doubtful_statement_of_a_thread_says_so(tmp_path: Path, text: Text) -> None:
    """On the timeline, in its drawing, and in the history on the page of another statement."""
    path = tmp_path / "doubtful.db"
    names = fill(path)
    database = open_database(path, create=False)
    for table in ("commitments", "progress"):
        said = "sure = 0, confidence = 0.5, voice = 'reported', speaker = 'Ann Bell', negated = 1"
        database.execute(f"UPDATE {table} SET {said}")
    database.close()
    site = Site(make_datasette(path), names)
    page = site.page(f"/thread/{site.names['thread']}")
    facts = [text(line) for line in page.find_class("facts")]
    assert all("to be checked (50% sure)" in line and "said by Ann Bell, retold" in line for line in facts)
    assert ["a promise not to act" in line for line in facts] == [True, True, False]
    titles = page.xpath("//*[local-name()='svg']//*[local-name()='a']/*[local-name()='title']/text()")
    assert all("to be checked (50% sure)" in title for title in titles)
    history = site.page(f"/pledge/{site.names['first']}").find_class("versions")[0]
    assert text(history).count("to be checked (50% sure)") == 3


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("sure=0", 1, id="to be checked"),
        pytest.param("sure=1", 150, id="sure"),
        pytest.param("voice=unnamed", 1, id="an unnamed source"),
        pytest.param("voice=quoted", 1, id="quoted"),
        pytest.param("voice=reported", 2, id="retold"),
        pytest.param("voice=own", 147, id="the publisher's own"),
        pytest.param("voice=reported&sure=0", 0, id="both"),
        pytest.param("voice=quoted&q=ward&kind=news", 1, id="with what could be asked before"),
    ],
)
def test_lists_can_be_narrowed(site: Site, query: str, expected: int) -> None:
    assert words.count(expected, "statement") + " found" in site.page(f"/?{query}").text_content()


def test_other_lists_can_be_narrowed_too(site: Site, text: Text) -> None:
    assert len(quotes(site.page("/owner/porters-board?voice=reported"), text)) == 2
    assert "no date (1)" in text(site.page("/owner/porters-board?voice=quoted"))
    assert "is as asked for" in text(site.page("/owner/porters-board?sure=0"))
    assert [quote[: len(DOUBTFUL)] for quote in quotes(site.page("/owner/department-of-care?sure=0"), text)] == [
        DOUBTFUL
    ]
    assert quotes(site.page("/deadlines?when=passed&sure=0"), text) == []
    assert len(quotes(site.page("/deadlines?when=passed&sure=1"), text)) == 3
    assert "No date: 1 of 1" in text(site.page("/unclear?sure=0"))
    reviewed = site.page("/review?sure=0")
    assert len(quotes(reviewed, text)) == 2
    assert "to be checked (2)" in text(reviewed)


@pytest.mark.parametrize("path", ["/owner/porters-board", "/deadlines", "/unclear"])
def test_narrowing_keeps_what_was_chosen_before(site: Site, path: str) -> None:
    page = site.page(f"{path}?sure=1&voice=own")
    hrefs = [a.get("href") for a in page.find_class("narrowing")[0].iter("a")]
    assert f"{path}?sure=0&voice=own" in hrefs
    assert f"{path}?voice=own" in hrefs
    assert f"{path}?sure=1" in hrefs
    chosen = [strong.text for strong in page.find_class("narrowing")[0].iter("strong")]
    assert chosen == ["sure", "the publisher’s own", "every statement"]
    chosen = [a.get("href") for a in page.find_class("choices")[0].iter("a") if ".ics" not in a.get("href")]
    assert all("sure=1&voice=own" in href for href in chosen)


@pytest.mark.parametrize(
    "path", ["/?sure=2", "/?voice=loud", "/deadlines?sure=yes", "/review?sure=1", "/unclear?voice=x"]
)
def test_what_cannot_be_asked_is_said(site: Site, path: str) -> None:
    assert site.get(path).status_code == 400


def test_the_first_page_does_not_lead_with_doubts(tmp_path: Path, text: Text) -> None:
    """Where nothing is searched for, what is to be checked comes last; else it keeps its place in the order."""
    path = tmp_path / "doubtful.db"
    names = fill(path)
    database = open_database(path, create=False)
    database.execute("UPDATE commitments SET sure = 0 WHERE document_id = ?", [names["hostile-document"]])
    database.close()
    site = Site(make_datasette(path), names)
    first = quotes(site.page("/"), text)
    assert first[0].startswith("Care Workforce England will open")
    assert set(first[-9:-1]) == set(HOSTILE)  # the newest document of all
    assert first[-1].startswith(DOUBTFUL)
    assert "newest, to be checked last" in text(site.page("/"))
    assert quotes(site.page("/?order=newest"), text)[0] in HOSTILE
    assert quotes(site.page("/?kind=news"), text)[-1].startswith(DOUBTFUL)  # first in its document, but not sure


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("quoted", "In the words of Ann <b>Bell</b>, quoted", id="quoted"),
        pytest.param("unnamed", "An unnamed source", id="an unnamed source"),
        pytest.param("part", "Retold; who said it is not given", id="retold, nobody named"),
        pytest.param("not-done", "Said by the board, retold", id="retold"),
        pytest.param("quoted", "Commitment · firm · no date · a promise not to act", id="a promise not to act"),
        pytest.param("quoted", "Another body’s, not the publisher’s Porters board has to act; The Care Gazette",
                     id="another body than the publisher"),
        pytest.param("not-done", "Another body’s, not the publisher’s", id="a report, too"),
        pytest.param("row", "Whose words", id="the publisher's own: nothing is said"),
    ],
)  # fmt: skip
def test_a_pledge_says_whose_it_is(site: Site, text: Text, name: str, expected: str) -> None:
    said = text(site.page(f"/pledge/{site.names[name]}").find(".//main"))
    assert (expected in said) == (name != "row")


def test_a_part_is_shown_in_its_sentence(site: Site, text: Text) -> None:
    page = site.page(f"/pledge/{site.names['part']}")
    (whole,) = page.find_class("whole")
    assert WHOLE in whole.text_content()
    assert [mark.text_content() for mark in whole.iter("mark")] == ["publish its rota by May 2018"]
    other = f"/pledge/{site.names['other-part']}"
    assert [text(a) for a in page.iter("a") if a.get("href") == other] == ["ask staff about shifts in June 2018"]
    for name in ("first", "quoted"):
        whole_one = site.page(f"/pledge/{site.names[name]}")
        assert not whole_one.find_class("whole")
        assert "The same sentence also says" not in text(whole_one)


def test_mentions_are_marked_and_listed(site: Site, text: Text) -> None:
    page = site.page(f"/document/{site.names['gazette']}")
    marked = [mark.text_content() for mark in page.iter("mark") if mark.get("class") == "mention"]
    assert marked[:2] == ["The porters want higher pay.", "An inquiry told ministers to keep a register of carers."]
    tags = [tag.text_content() for tag in page.find_class("tag")][-5:]
    assert tags == ["demand", "recommendation", "told as history", "turned down", "demand"]
    (listed,) = page.xpath("//section[@aria-labelledby='mentions']")
    items = [text(item) for item in listed.iter("li")]
    assert items[0].startswith("The porters want higher pay. Demand · said by The porters, retold · fairly sure (80%)")
    assert items[3].startswith("A bonus was ruled out. Turned down · fairly sure (80%)")
    assert items[4].startswith("Campaigners <script>alert('mention')</script> want more. Demand · in the words of <i>x")
    assert "5 mentions" in text(page.find_class("standfirst")[0])
    assert "mention" not in text(site.page(f"/document/{site.names['plan']}").find(".//main"))


def test_the_method_explains_band_voices_and_mentions(site: Site, text: Text) -> None:
    said = text(site.page("/method"))
    for meaning in (*words.VOICES.values(), *words.MENTIONS.values()):
        assert meaning in said
    for name in (
        "What is to be checked",
        "Whose words, and whose promise",
        "What is only mentioned",
        "Told as history",
    ):
        assert name in said


Span = st.tuples(st.integers(0, 40), st.integers(1, 12)).map(lambda s: {"start": s[0], "end": s[0] + s[1]})


@given(st.lists(Span, max_size=6), st.lists(Span, max_size=6))
def test_a_mention_is_marked_only_where_no_statement_is(mentions: list[Any], statements: list[Any]) -> None:
    statements.sort(key=lambda s: s["start"])
    clear = [m for m in mentions if not any(s["start"] < m["end"] and m["start"] < s["end"] for s in statements)]
    assert apart(mentions, statements) == clear

"""The dossier: each pledge once with its history, every source numbered, and never longer than it says."""

from collections.abc import Callable
from typing import Any

import pytest

from extractor.web import dossier
from tests.web.conftest import Site

Text = Callable[[Any], str]


def test_an_owner_with_all_that_became_of_its_pledges(site: Site, text: Text) -> None:
    page = site.page("/dossier?owner=nursing-board")
    entries = page.find_class("entry")
    said = text(entries[0])
    assert said.startswith("1. Nursing Board: no later than 31 March 2022")
    assert "The Nursing Board will recruit 10,000 more nurses by March 2022." in said
    assert "Deadline “by March 2022”: no later than 31 March 2022 State progress reported, moved 365 days later" in said
    assert "3 June 2019, firm: “The Nursing Board will recruit 7,500 more nurses by March 2021.”" in said
    assert "1 September 2020, firm, the words above" in said
    assert "Deadline moved 365 days later" in said
    assert "12 May 2021, progress: measure" in said
    # as last stated: the version of 2019 has no entry of its own
    assert not [e for e in entries if e.find_class("fields") and "7,500" in text(e.find(".//blockquote"))]


def test_every_reference_has_its_source(site: Site) -> None:
    for path in ("/dossier?owner=nursing-board", "/dossier?q=nurses", f"/dossier?thread={site.names['thread']}"):
        page = site.page(path)
        sources = [li.get("id") for li in page.find_class("references")[0].iter("li")]
        assert sources == [f"source{number}" for number in range(1, len(sources) + 1)]
        cited = {a.get("href").removeprefix("#") for a in page.iter("a") if a.get("href").startswith("#source")}
        assert cited == set(sources), path
        for a in page.iter("a"):
            if a.get("href").startswith("#source"):
                assert a.text_content() == f"[{a.get('href').removeprefix('#source')}]"


def test_reviews_stand_in_it(site: Site, text: Text) -> None:
    page = site.page("/dossier?owner=nursing-board&as_of=2020-01-01")
    assert "What reviewers said" in text(page)
    assert "As of 1 January 2020." in text(page)
    assert "10,000" not in text(page.find_class("entry")[0].find(".//blockquote"))


def test_a_long_one_comes_in_parts_that_say_so(site: Site, text: Text) -> None:
    first = site.page("/dossier?owner=many-units")
    assert "130 pledges, as last stated, in order of deadline, with what was said before and since." in text(first)
    assert f"This is part 1 of 4: numbers 1 to {dossier.PLEDGES}." in text(first)
    assert len(first.find_class("entry")) == dossier.PLEDGES
    last = site.page("/dossier?owner=many-units&page=4")
    assert text(last.find_class("entry")[-1]).startswith("130. ")
    assert len(site.get("/dossier.csv?owner=many-units").text.splitlines()) == 131


def test_a_long_history_is_cut_and_says_so(site: Site, text: Text, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dossier, "VERSIONS", 1)
    page = site.page(f"/dossier?thread={site.names['thread']}")
    assert "2 earlier statements left out here: the whole thread." in text(page)
    assert len(page.find_class("told")[0].findall("li")) == 1


def test_what_it_is_about_must_be_said(site: Site) -> None:
    assert site.get("/dossier").status_code == 400
    assert site.get("/dossier?order=due").status_code == 400
    assert site.get("/dossier?owner=nobody").status_code == 404
    assert site.get("/dossier?thread=none").status_code == 404
    assert "No pledge here is as asked for." in site.get("/dossier?q=unheard-of").text

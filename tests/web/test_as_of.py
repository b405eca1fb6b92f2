"""Lists as of a past day, marks in lists, each pledge once: what a reader sees of them and can ask for."""

from collections.abc import Callable
from typing import Any

import pytest

from extractor.store import facts, schema
from extractor.web.server import make_datasette
from tests.web.conftest import Site
from tests.web.sample import fill

Text = Callable[[Any], str]

TAKEN = ("/", "/?q=nurses", "/owner/nursing-board", "/deadlines", "/unclear", "/quiet")


def quotes(page: Any, text: Text) -> list[str]:
    return [text(quote) for quote in page.find_class("quote")]


def at(path: str, day: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}as_of={day}"


@pytest.mark.parametrize("path", TAKEN)
def test_a_list_says_of_which_day_it_is_and_leads_back(site: Site, text: Text, path: str) -> None:
    page = site.page(at(path, "2020-03-03"))
    (told,) = page.find_class("as-known")
    assert text(told).startswith("As it was known on 3 March 2020")
    assert [a.get("href") for a in told.iter("a")] == [path]
    assert "as known on 3 March 2020" in page.findtext(".//title")
    (field,) = page.xpath("//input[@name='as_of']")
    assert (field.get("type"), field.get("value")) == ("date", "2020-03-03")
    assert not site.page(path).find_class("as-known")


@pytest.mark.parametrize("path", TAKEN)
@pytest.mark.parametrize("day", ["2999-01-01", "2020-13-01", "2020-3-3", "20200303", "yesterday", "2020-W10-2"])
def test_a_day_that_cannot_be_is_said(site: Site, path: str, day: str) -> None:
    assert site.get(at(path, day)).status_code == 400


def test_only_what_was_published_by_then_is_known(site: Site, text: Text) -> None:
    """On 1 September 2020 the letter had come out, the minutes of 2021 had not."""
    later, first, *_ = site.page("/?as_of=2020-09-01&q=more+nurses&order=newest").find_class("results")[0].findall("li")
    assert text(later).startswith("The Nursing Board will recruit 10,000 more nurses by March 2022.")
    assert "dated moved 365 days later" in text(first)  # neither passed nor reported on by then
    (alone,) = site.page("/?as_of=2020-08-31&q=more+nurses").find_class("results")[0].findall("li")
    assert "7,500" in text(alone)
    assert "moved" not in text(alone)
    (pledges, stated, *_) = (div.findtext("dd") for div in site.page("/?as_of=2020-09-01").find_class("counts")[0])
    assert int(stated) - int(pledges) == 1


def test_due_and_passed_are_counted_from_that_day(site: Site, text: Text) -> None:
    ahead = quotes(site.page("/deadlines?as_of=2020-09-01"), text)
    assert ahead == [
        "The Nursing Board will recruit 7,500 more nurses by March 2021.",
        "The Nursing Board will recruit 10,000 more nurses by March 2022.",
    ]
    assert quotes(site.page("/deadlines?as_of=2020-09-01&when=passed"), text) == []
    assert "2021-22" not in text(site.page("/deadlines?as_of=2020-08-31").find(".//table"))


def test_marks_stand_beside_the_state(site: Site, text: Text) -> None:
    (found,) = site.page("/?q=7,500").find_class("results")
    said = text(found)
    assert "deadline passed moved 365 days later gone quiet: not in the last 1 of 2 later documents" in said
    assert quotes(site.page("/?state=moved"), text) == [
        "The Nursing Board will recruit 10,000 more nurses by March 2022.",
        "The Nursing Board will recruit 7,500 more nurses by March 2021.",
    ]
    assert len(quotes(site.page("/?state=gone+quiet"), text)) == 3
    owner = site.page("/owner/nursing-board")
    assert "moved (2)" in text(owner)
    assert "gone quiet (3)" in text(owner)
    assert quotes(site.page("/owner/nursing-board?state=moved"), text)[0].startswith("The Nursing Board will recruit")


def test_the_view_has_the_marks(site: Site) -> None:
    row = site.get(f"/commitments/pledges.json?ref={site.names['first']}&_shape=array").json()[0]
    assert (row["moved_days"], row["quiet"], row["quiet_of"]) == (365, 1, 2)


def test_nothing_asked_lists_each_pledge_once(site: Site, text: Text) -> None:
    once = site.page("/?order=due&each=latest")
    assert not [quote for quote in quotes(once, text) if "7,500" in quote]
    assert quotes(site.page("/?order=due"), text) == quotes(once, text)
    every = site.page("/?order=due&each=statement")
    assert [quote for quote in quotes(every, text) if "7,500" in quote]
    # what is looked for may be what was said before
    assert len(quotes(site.page("/?q=recruit"), text)) == 2
    assert "2 statements found, of 1 pledge" in text(site.page("/?q=recruit"))
    assert len(quotes(site.page("/?q=recruit&each=latest"), text)) == 1
    assert "1 pledge found" in text(site.page("/?q=recruit&each=latest"))
    assert "once, as last stated" in text(site.page("/owner/nursing-board"))
    assert len(quotes(site.page("/owner/nursing-board?each=latest"), text)) == 2


def test_what_a_person_rejected_stands_in_no_list(tmp_path: Any, text: Text) -> None:
    names = fill(tmp_path / "a.db")
    database = schema.open_database(tmp_path / "a.db", create=False)
    with database.atomic():
        database.execute("update commitments set review = 'rejected' where id = ?", [names["second"]])
        facts.renew(database)
    database.close()
    site = Site(make_datasette(tmp_path / "a.db"), names)
    for path in (
        "/",
        "/?q=nurses",
        "/owner/nursing-board",
        "/deadlines?when=passed",
        "/unclear",
        "/deadlines?year=2021-22",
    ):
        page = site.page(path)
        assert f"/pledge/{names['second']}" not in [a.get("href") for a in page.iter("a")], path
    assert "moved" not in text(site.page("/?q=7,500").find_class("results")[0])
    refs = [row["ref"] for row in site.get("/commitments/pledges.json?_shape=array&_size=max").json()]
    assert names["first"] in refs
    assert names["second"] not in refs
    assert names["first"] in [a.get("href").split("/")[-1] for a in site.page("/?each=latest").iter("a")]

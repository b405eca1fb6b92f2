"""Owners that reviewers merged: the page of each says under which name its pledges are counted, since when, by whom."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from extractor.store import judgements, writer
from extractor.store.judgements import Remark
from extractor.store.schema import open_database
from extractor.web import words
from extractor.web.server import make_datasette
from tests.web.conftest import Site
from tests.web.sample import fill

Text = Callable[[Any], str]
SINCE = f"since {words.day(datetime.now(UTC).date().isoformat())}"
HOSTILE = Remark("<script>alert('note')</script>", "<b>R</b>")
SAID = (
    ("trusts", "Employers", Remark("same bodies", "A. Reader")),
    ("employers", "Care Workforce England", Remark(None, None)),
    ("many-units", "Care Workforce England", HOSTILE),
    ("evil-7", "Evil 6", Remark("same spring", "B. Reader")),
    ("evil-5", "Evil 4", Remark()),
)


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The sample with owners merged: two in a row, one into one that is gone since, and one that was split again."""
    path = tmp_path_factory.mktemp("merged") / "commitments.db"
    names = fill(path, further=3)
    with closing(open_database(path, create=False)) as db:
        for name, into, remark in SAID:
            judgements.merge_owner(db, name, into, remark=remark)
        judgements.split_owner(db, "evil-5")
        with db.atomic():
            db.execute("UPDATE commitments SET owner_id = NULL WHERE owner_id = 'evil-6'")
            db.execute("DELETE FROM commitment_owners WHERE owner_id = 'evil-6'")
            db.execute("DELETE FROM owners WHERE id = 'evil-6'")
        writer.renew_links(db, [], [], gone=[], loose=[])
    return Site(make_datasette(path), names)


def field(site: Site, text: Text, slug: str, title: str) -> list[str]:
    """What an owner's page says under a title, a line each."""
    for block in site.page(f"/owner/{slug}").xpath("//dl/div"):
        if text(block.find("dt")) == title:
            return [text(line) for line in block.findall("dd")]
    return []


def test_a_merged_owner_says_as_whom_it_is_counted(merged: Site, text: Text) -> None:
    assert field(merged, text, "employers", "Counted as") == [f"Care Workforce England {SINCE}, said by a reviewer"]
    page = merged.page("/owner/employers")
    assert "Its pledges are counted for Care Workforce England." in text(page)
    assert not page.find_class("results")
    (link,) = page.xpath("//dl//a")
    assert (link.get("href"), text(link)) == ("/owner/care-workforce-england", "Care Workforce England")


def test_a_chain_is_told_step_by_step(merged: Site, text: Text) -> None:
    assert field(merged, text, "trusts", "Counted as") == [
        f"Employers {SINCE}, said by A. Reader (same bodies)",
        f"and Employers as Care Workforce England {SINCE}, said by a reviewer",
    ]
    assert "Its pledges are counted for Care Workforce England." in text(merged.page("/owner/trusts"))


def test_the_owner_that_counts_says_which_names_are_counted_under_it(merged: Site, text: Text) -> None:
    assert field(merged, text, "care-workforce-england", "Counted under this name, too") == [
        f"Employers {SINCE}, said by a reviewer",
        f"Many units {SINCE}, said by {HOSTILE.reviewer} ({HOSTILE.note})",
        f"Trusts, as Employers, {SINCE}, said by A. Reader (same bodies)",
    ]
    page = merged.page("/owner/care-workforce-england")
    links = {a.get("href") for a in page.xpath("//dl//a")}
    assert {"/owner/employers", "/owner/many-units", "/owner/trusts"} <= links
    assert not list(page.iter("script"))
    quotes = [text(quote) for quote in page.find_class("quote")]
    assert "offer flexible hours to all ward staff from April 2020;" in quotes
    assert field(merged, text, "employers", "Counted under this name, too") == [], "what comes to it is passed on"


def test_a_name_that_is_gone_takes_nothing(merged: Site, text: Text) -> None:
    assert merged.get("/owner/evil-6").status_code == 404
    assert field(merged, text, "evil-7", "Counted as") == []
    assert field(merged, text, "evil-7", "Said to be the same as") == [
        f"Evil 6 {SINCE}, said by B. Reader (same spring); as no statement here has Evil 6 for an owner, "
        "its pledges are still counted here"
    ]
    page = merged.page("/owner/evil-7")
    assert len(page.find_class("quote")) == 1
    assert not page.xpath("//dl//a")


@pytest.mark.parametrize("slug", ["evil-5", "evil-4", "nursing-board"])
def test_owners_that_stand_by_themselves_say_nothing_of_it(merged: Site, text: Text, slug: str) -> None:
    """Split again, no longer the heir of anybody, never merged."""
    titles = {text(title) for title in merged.page(f"/owner/{slug}").iter("dt")}
    assert not titles & {"Counted as", "Said to be the same as", "Counted under this name, too"}

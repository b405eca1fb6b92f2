"""A document read a section a page, and what changed since the previous one of its series."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from extractor.records import Analysis, Thread
from extractor.store import writer
from extractor.store.schema import open_database
from extractor.web.server import make_datasette
from tests.store_samples import put_links
from tests.web.made import document, link, owner, statement

Text = Callable[[Any], str]
FILLING = "Nobody promises anything in these words, which only make the chapter as long as chapters are. " * 6
# What the two plans say: in the first, in both (word for word, or moved), in the second.
KEPT, MOVED, LATER = "The Board will keep a register.", "The Board will open a school by June 2021.", "by June 2023"
SHIFT = "deadline moved 730 days later (2021-06-30 → 2023-06-30)"
DROPPED, NEW = "The Board will close the hostel.", "The Board will buy a <b>boat</b>."
REPORTED, REPORT = "The Board will hire ten porters.", "Ten porters have been hired."
OLD = "The Board will print the rota."
REJECTED = "The Board will be thanked."


@dataclass(frozen=True)
class Shelf:
    datasette: Any
    plans: dict[int, Analysis]

    def get(self, path: str) -> Any:
        return asyncio.run(self.datasette.client.get(path))

    def page(self, path: str) -> Any:
        response = self.get(path)
        assert response.status_code == 200, response.text[:300]
        return lxml.html.document_fromstring(response.text)

    def address(self, year: int) -> str:
        return f"/document/{self.plans[year].document.id}"

    def ref(self, year: int, quote: str) -> str:
        return next(s.id for s in self.plans[year].statements if s.quote == quote)


def plan(year: int, *quotes: str, chapters: int = 6, series: str | None = "plans") -> Analysis:
    """A plan with one of the quotes in each chapter, and nothing in the others."""
    blocks = [("heading", 1, f"The plan of {year}")]
    for number in range(chapters):
        words = quotes[number] if number < len(quotes) else "Nothing."
        blocks.append(("heading", 2, f"Chapter {number + 1}"))
        blocks += [("paragraph", 0, FILLING), ("paragraph", 0, f"{words} {FILLING}"), *[("paragraph", 0, FILLING)] * 6]
    made = document(
        f"plan-{year}.txt", blocks, page_every=5, title=f"Plan {year}", published=date(year, 5, 1), series=series
    )
    found = tuple(
        statement(made, words, label="progress", sort="delivered") if words == REPORT else
        statement(made, words, owners=[owner("board")])
        for words in quotes
    )  # fmt: skip
    return Analysis(made, (), found)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    path = tmp_path_factory.mktemp("documents") / "plans.db"
    moved = MOVED.replace("by June 2021", LATER)
    plans = {
        2018: plan(2018, OLD),
        2019: plan(2019, KEPT, MOVED, DROPPED, REPORTED, REJECTED),
        2020: plan(2020, KEPT, moved, NEW, REPORT, OLD, REJECTED),
    }
    plans[2021] = plan(2021, "The Board will rest.", chapters=1, series=None)
    db = open_database(path, create=True)
    run = writer.start_run(db, version="1", settings="s", models="m")
    for made in plans.values():
        writer.save_analysis(db, made, run)
    found = {(year, s.quote): s for year, made in plans.items() for s in made.statements}
    links = [
        link(found[2019, KEPT], found[2020, KEPT], "restates"),
        link(found[2019, MOVED], found[2020, moved], "revises", SHIFT),
        link(found[2019, REPORTED], found[2020, REPORT], "progresses"),
        link(found[2018, OLD], found[2020, OLD], "restates"),
        link(found[2019, REJECTED], found[2020, REJECTED], "restates"),
    ]
    threads = [
        Thread(f"{n:016x}", "a thread", (one.earlier, one.later), date(2018, 5, 1), date(2020, 5, 1))
        for n, one in enumerate(links)
    ]
    put_links(db, links, threads)
    for year in (2019, 2020):
        db.execute("UPDATE commitments SET review = 'rejected' WHERE id = ?", [found[year, REJECTED].id])
    db.conn.commit()
    writer.finish_run(db, run, unchanged=0)
    db.close()
    return Shelf(make_datasette(path), plans)


def test_every_word_is_on_one_page_and_pages_lead_to_each_other(shelf: Shelf) -> None:
    """Read from the first page by following “next”, the text comes back whole."""
    said, path, titles = "", shelf.address(2020), []
    while path:
        page = shelf.page(path)
        for block in page.xpath("//div[@class='reading']/p[contains(@class, 'block')]"):
            for tag in block.find_class("tag"):
                tag.drop_tree()
            said += block.text_content()
        titles.append(page.findtext(".//title"))
        following = page.xpath("//a[@rel='next']")
        path = following[0].get("href") if following else ""
    assert "".join(said.split()) == "".join(shelf.plans[2020].document.text.split())
    assert len(titles) == len(set(titles)) == 6
    assert titles[1].startswith("Plan 2020: Chapter 2 –")


def test_a_section_names_its_neighbours_and_its_place(shelf: Shelf, text: Text) -> None:
    page = shelf.page(f"{shelf.address(2020)}?section=2")
    assert text(page.xpath("//h2[@id='text']")[0]) == "Chapter 2 Section 2 of 6"
    (turning,) = page.find_class("turning")
    assert [text(a) for a in turning] == ["Previous section The plan of 2020", "Next section Chapter 3"]
    assert [a.get("href") for a in turning] == [shelf.address(2020), f"{shelf.address(2020)}?section=3"]
    (outline,) = page.find_class("outline")
    assert [text(a) for a in outline.iter("a") if a.get("aria-current")] == ["Chapter 2"]
    assert [text(a) for a in outline.iter("a")] == ["The plan of 2020", *(f"Chapter {n}" for n in range(1, 7))]
    for a in outline.iter("a"):
        address, _, block = a.get("href").partition("#")
        assert shelf.page(address or f"{shelf.address(2020)}?section=2").xpath(f"//p[@id='{block}']"), a.get("href")


def test_a_section_marks_and_lists_its_own_statements(shelf: Shelf, text: Text) -> None:
    page = shelf.page(f"{shelf.address(2020)}?section=4")
    assert [mark.text_content() for mark in page.iter("mark")] == [REPORT]
    assert [text(tag) for tag in page.find_class("tag")] == ["progress 4, delivered"]
    (listed,) = page.xpath("//section[@aria-labelledby='statements']//ol")
    assert next(text(a) for a in listed.iter("a")) == REPORT
    assert "5 commitments" not in text(page)
    assert "4 commitments, 1 report of progress" in text(page)  # the rejected one counts nowhere


def test_a_rejected_statement_is_not_marked(shelf: Shelf) -> None:
    page = shelf.page(f"{shelf.address(2020)}?section=6")
    assert REJECTED in page.text_content()
    assert not list(page.iter("mark"))


def test_a_statement_leads_to_its_section(shelf: Shelf) -> None:
    ref = shelf.ref(2020, NEW)
    (onward,) = [a for a in shelf.page(f"/pledge/{ref}").iter("a") if a.text_content() == "Read on in the document"]
    assert onward.get("href") == f"{shelf.address(2020)}?statement={ref}#s-{ref}"
    page = shelf.page(onward.get("href").partition("#")[0])
    assert page.xpath(f"//a[@id='s-{ref}']")
    assert page.findtext(".//title").startswith("Plan 2020: Chapter 3")


WRONG = [
    ("?section=7", 404),
    ("?section=0", 400),
    ("?section=x", 400),
    ("?section=99999999", 400),
    ("?section=1%00", 400),
    ("?statement=none", 404),
    ("?page=x", 400),
    ("/changes?what=nothing", 400),
    ("/changes?what=new&page=2", 404),
]


@pytest.mark.parametrize(("end", "status"), WRONG)
def test_what_is_not_there_is_said(shelf: Shelf, end: str, status: int) -> None:
    assert shelf.get(shelf.address(2020) + end).status_code == status


def test_a_statement_of_another_document_is_none_of_this_one(shelf: Shelf) -> None:
    assert shelf.get(f"{shelf.address(2019)}?statement={shelf.ref(2020, NEW)}").status_code == 404


def changes(shelf: Shelf, text: Text, path: str) -> dict[str, list[str]]:
    """What each part of the page lists."""
    page = shelf.page(path)
    parts = page.xpath("//section[@class='single']")
    return {text(part.find("h2")): [text(li.find_class("quote")[0]) for li in part.iter("li")] for part in parts}


def test_what_changed_since_the_previous_document(shelf: Shelf, text: Text) -> None:
    moved = MOVED.replace("by June 2021", LATER)
    assert changes(shelf, text, f"{shelf.address(2020)}/changes") == {
        "Revised": [moved],
        "Restated": [KEPT],
        "Reported on": [REPORT],
        "Said again after a gap": [OLD],
        "New": [NEW],
        "No longer mentioned": [DROPPED],
    }
    page = shelf.page(f"{shelf.address(2020)}/changes")
    said = text(page)
    assert f"Changed: {SHIFT}" in said
    assert f"Before: {MOVED}" in said
    assert f"Promised: {REPORTED}" in said
    assert "Plan 2019 , 1 May 2019" in said or "Plan 2019, 1 May 2019" in said
    hrefs = [a.get("href") for a in page.iter("a")]
    for year, quote in ((2020, moved), (2019, MOVED), (2019, DROPPED)):
        assert f"/pledge/{shelf.ref(year, quote)}" in hrefs


def test_one_sort_of_change_by_itself(shelf: Shelf, text: Text) -> None:
    assert changes(shelf, text, f"{shelf.address(2020)}/changes?what=gone") == {"No longer mentioned": [DROPPED]}


def test_the_document_counts_what_changed(shelf: Shelf, text: Text) -> None:
    (part,) = shelf.page(shelf.address(2020)).xpath("//section[@aria-labelledby='since']")
    assert [text(li) for li in part.iter("li")] == [
        *("Revised: 1", "Restated: 1", "Reported on: 1", "Said again after a gap: 1", "New: 1"),
        "No longer mentioned: 1",
    ]


def test_without_a_previous_document_nothing_is_compared(shelf: Shelf) -> None:
    for year in (2018, 2021):
        assert not shelf.page(shelf.address(year)).xpath("//section[@aria-labelledby='since']")
        assert shelf.get(f"{shelf.address(year)}/changes").status_code == 404


def test_both_pages_are_data_too(shelf: Shelf) -> None:
    rows = json.loads(shelf.get(f"{shelf.address(2020)}.json").text)["rows"]
    assert [row["quote"] for row in rows] == [KEPT, MOVED.replace("by June 2021", LATER), NEW, REPORT, OLD]
    given = json.loads(shelf.get(f"{shelf.address(2020)}/changes.json").text)
    assert {row["change"]: row["ref"] for row in given["rows"]}["new"] == shelf.ref(2020, NEW)
    assert given["previous"]["id"] == shelf.plans[2019].document.id
    lines = shelf.get(f"{shelf.address(2020)}/changes.csv").text.splitlines()
    assert lines[0].lstrip("\ufeff").startswith("change,ref,quote")
    assert len(lines) == 7


def test_a_huge_outline_is_cut_around_the_section(tmp_path: Path, text: Text) -> None:
    blocks: list[tuple[str, int, str]] = []
    for number in range(300):
        blocks += [("heading", 1, f"Chapter {number}"), ("paragraph", 0, FILLING * 8)]
    made = document("huge.txt", blocks, title="Huge", published=date(2020, 1, 1))
    path = tmp_path / "huge.db"
    db = open_database(path, create=True)
    writer.save_analysis(db, Analysis(made, (), ()), writer.start_run(db, version="1", settings="s", models="m"))
    db.close()
    shelf = Shelf(make_datasette(path), {})
    assert len(shelf.get(f"/document/{made.id}?section=150").content) < 60_000
    page = shelf.page(f"/document/{made.id}?section=150")
    listed = [text(a) for a in page.find_class("outline")[0].iter("a")]
    assert len(listed) == 60
    assert "Chapter 149" in listed
    assert "More headings follow" in text(page)

"""The calendar of deadlines: every day in its place, what is due on it, and the way from month to month."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from extractor.web import months
from extractor.web.queries import months as queries
from tests.web.conftest import Site
from tests.web.made import soon

Text = Callable[[Any], str]


def days(page: Any) -> dict[int, Any]:
    """The cells of a month by the number of the day."""
    cells = [cell for cell in page.iter("td") if "other" not in (cell.get("class") or "").split()]
    dates = [re.search(r"[0-9]+", cell.find_class("date")[0].text_content()) for cell in cells]
    return {int(date[0]): cell for date, cell in zip(dates, cells, strict=True) if date}


@pytest.mark.parametrize(
    ("month", "first", "length"),
    [
        pytest.param("2021-03", 0, 31, id="it begins on a Monday"),
        pytest.param("2022-05", 6, 31, id="it begins on a Sunday"),
        pytest.param("2022-03", 1, 31, id="it begins on a Tuesday"),
    ],
)
def test_a_month_is_whole_and_begins_on_its_weekday(site: Site, month: str, first: int, length: int) -> None:
    page = site.page(f"/deadlines/calendar?month={month}")
    assert [abbr.get("title") for abbr in page.iter("abbr")] == list(months.WEEKDAYS)
    cells = list(page.iter("td"))
    assert len(cells) % 7 == 0
    assert [cell.get("class") for cell in cells[:first]] == ["other"] * first
    named = [cell.find_class("weekday")[0].text_content().strip() for cell in cells if cell.find_class("weekday")]
    assert named == [months.WEEKDAYS[(first + number) % 7] for number in range(length)]


def test_what_is_due_stands_on_its_last_day(site: Site, text: Text) -> None:
    """One day, an interval at its end, what only begins at its beginning."""
    first = days(site.page("/deadlines/calendar?month=2021-03"))
    assert "The Nursing Board will recruit 7,500 more nurses by March 2021." in text(first[31])
    assert [day for day, cell in first.items() if cell.find(".//li") is not None] == [31]
    interval = days(site.page("/deadlines/calendar?month=2022-05"))
    assert "The estates director to reopen the hostel next spring." in text(interval[31])
    opening = days(site.page("/deadlines/calendar?month=2020-04"))
    assert text(opening[1].find(".//li")) == (
        "offer flexible hours to all ward staff from April 2020; Employers, from this day"
    )


def test_the_way_to_other_months(site: Site, text: Text) -> None:
    page = site.page("/deadlines/calendar?month=2021-03&owner=nursing-board")
    ways = {a.get("rel"): a.get("href") for a in page.iter("a") if a.get("rel")}
    assert ways == {
        "prev": "/deadlines/calendar?month=2021-02&owner=nursing-board",
        "next": "/deadlines/calendar?month=2021-04&owner=nursing-board",
    }
    assert "The next one after: 31 March 2022." in text(page)
    assert page.findtext(".//h1") == "Deadlines in March 2021: Nursing Board"
    empty = site.page("/deadlines/calendar?month=1999-01")
    assert "Nothing here falls due then." in text(empty)
    assert empty.find(".//table") is None


def test_this_month_is_shown_first_and_today_is_marked(site: Site) -> None:
    today = date.today()
    page = site.page("/deadlines/calendar")
    assert page.findtext(".//h1") == f"Deadlines in {today:%B %Y}"
    due = date.fromisoformat(soon(30))
    month = site.page(f"/deadlines/calendar?month={due:%Y-%m}")
    assert due.day in days(month)
    if today.month == (today + timedelta(days=30)).month:
        assert "today" in days(month)[today.day].get("class")


def test_a_crowded_day_leads_to_its_list(site: Site, text: Text, monkeypatch: pytest.MonkeyPatch) -> None:
    due_by_day = queries.due_by_day
    monkeypatch.setattr(queries, "due_by_day", lambda *given, each: _with_two_more(due_by_day(*given, each=each)))
    cell = days(site.page("/deadlines/calendar?month=2021-03"))[31]
    assert "and 2 more on 31 March 2021" in text(cell)
    assert [a.get("href") for a in cell.iter("a")][-1] == "/deadlines/calendar?day=2021-03-31"


def _with_two_more(found: dict[str, tuple[int, Any]]) -> dict[str, tuple[int, Any]]:
    return {day: (total + 2, rows) for day, (total, rows) in found.items()}


def test_a_day_has_a_list_of_its_own(site: Site, text: Text) -> None:
    page = site.page("/deadlines/calendar?day=2021-03-31")
    assert page.findtext(".//h1") == "Deadlines on 31 March 2021"
    (row,) = page.find_class("results")[0].findall("li")
    assert text(row).startswith("The Nursing Board will recruit 7,500 more nurses by March 2021.")
    assert "/deadlines/calendar?month=2021-03" in [a.get("href") for a in page.iter("a")]
    found = site.get("/deadlines/calendar.json?day=2021-03-31").json()
    assert [row["ref"] for row in found["rows"]] == [site.names["first"]]


@pytest.mark.parametrize(
    "query",
    ["month=2021-13", "month=2021-3", "month=0000-01", "month=x", "day=2021-02-30", "day=20210331", "day=9999-12-31"],
)
def test_no_such_month_or_day(site: Site, query: str) -> None:
    assert site.get(f"/deadlines/calendar?{query}").status_code == 400


@pytest.mark.parametrize("month", [f"{months.FIRST_YEAR}-01", f"{months.LAST_YEAR}-12"])
def test_the_first_and_the_last_month(site: Site, month: str) -> None:
    assert site.get(f"/deadlines/calendar?month={month}").status_code == 200

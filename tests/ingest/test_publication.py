"""The date of publication: in the text, in the file's name, sharpened by a day that the text states."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.ingest import read, read_bytes
from extractor.ingest.days import iso_day
from extractor.ingest.publication import date_in_name, find_date

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAYS = st.dates(date(2005, 1, 1), date(2035, 12, 31))


def written(day: date) -> str:
    return f"{day.day} {day:%B}"


def news(sentence: str) -> str:
    return f"More nurses for the coast\n\n{sentence}\n\nA spokesperson said: “We are glad.”\n"


def put(folder: Path, text: str, sidecar: dict[str, str], name: str = "a.txt") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    file.with_suffix(".meta.json").write_text(json.dumps(sidecar), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("stem", "expected", "why"),
    [
        ("minutes-2024-06-03", "2024-06-03", "ISO"),
        ("20240603-minutes", "2024-06-03", "ISO without hyphens"),
        ("minutes 03-06-24", "2024-06-03", "the day first, two figures for the year"),
        ("minutes_13.06.2024", "2024-06-13", "the day first"),
        ("minutes-06-13-2024", None, "never the American order"),
        ("BoardPapersJune2024", "2024-06", "month spelt and glued to its year"),
        ("2024-June-board", "2024-06", "the year first"),
        ("board-3rd-June-2024", "2024-06-03", "day, month, year"),
        ("rota-v3-Sept-2021", "2021-09", "a version is no day"),
        ("vacancies-Q1-2024", "2024", "a quarter says no more than its year"),
        ("annual-report-2010-11", None, "a financial year as likely as a November"),
        ("board-minutes-2010-11", "2010-11", "minutes are of a month"),
        ("annual-report-2023-24", None, "no month 24"),
        ("ward-12-2024", None, "a number and a year"),
        ("plan-2030", None, "what a plan aims at"),
        ("march-of-time", None, "a word"),
    ],
)
def test_date_in_name(stem: str, expected: str | None, why: str) -> None:
    assert date_in_name(stem) == expected, why


@given(DAYS)
def test_figures_are_read_the_day_first_and_never_the_month(day: date) -> None:
    assert iso_day(f"{day:%d/%m/%Y}") == day.isoformat()
    assert find_date(f"Date: {day:%d/%m/%y}") == day.isoformat()
    american = f"{day:%m/%d/%Y}"
    assert iso_day(american) is None if day.day > 12 else iso_day(american) == f"{day.year}-{day:%d}-{day:%m}"


@given(DAYS)
def test_the_name_gives_the_day_that_it_holds(day: date) -> None:
    assert date_in_name(f"minutes-{day.isoformat()}-final") == day.isoformat()
    assert date_in_name(f"{day:%Y%m%d}_minutes") == day.isoformat()
    assert date_in_name(f"minutes {day.day} {day:%B} {day.year}") == day.isoformat()


@pytest.mark.parametrize(
    ("sentence", "known", "expected", "why"),
    [
        ("The scheme opened today (Thursday 8 June).", "2023-06", "2023-06-08", "today"),
        (
            "The scheme opened today, Thursday 8 June.",
            "2023",
            "2023-06-08",
            "a year is enough",
        ),
        ("The scheme opened yesterday (Wednesday 7 June).", "2023-06", "2023-06-08", "yesterday is the day before"),
        ("It opens tomorrow (Friday 9 June).", "2023-06", "2023-06-08", "tomorrow is the day after"),
        ("The scheme opened today (8 June).", "2023-06", "2023-06-08", "no weekday to hold against the calendar"),
        ("The scheme was opened on Thursday 8 June.", "2023-06", "2023-06-08", "something that has happened"),
        ("The scheme opened today (Thursday 8 June).", "2022-06", None, "a Wednesday in that year"),
        ("The scheme opened today (Thursday 8 June).", "2023-07", None, "another month"),
        ("The scheme opened yesterday (Friday 30 June).", "2023-06", None, "out in July: the month is in doubt"),
        ("The scheme will open on Thursday 8 June.", "2023-06", None, "something to come"),
        ("Trusts have until on Thursday 8 June to reply.", "2023-06", None, "a deadline"),
        ("The scheme opened today.", "2023-06", None, "no day"),
        ("The scheme opened today (Thursday 8 June 2017).", "2023-06", None, "a day of another year"),
    ],
)
def test_a_stated_day_sharpens_a_month(
    sentence: str, known: str, expected: str | None, why: str, tmp_path: Path
) -> None:
    document = read(put(tmp_path, news(sentence), {"published": known, "kind": "news"}))
    found = document.published.isoformat() if document.precision == "day" and document.published else None
    assert found == expected, why
    assert document.sources["published"] == ("sidecar, sharpened by the text" if expected else "sidecar"), why


@given(DAYS)
def test_a_weekday_that_does_not_fit_never_sharpens(day: date) -> None:
    for offset in range(7):
        weekday = WEEKDAYS[(day.weekday() + offset) % 7]
        text = news(f"The scheme was opened today ({weekday} {written(day)}).")
        document = read_bytes(text.encode(), f"news-{day:%Y-%m}.txt")
        assert document.published == (day if offset == 0 else day.replace(day=1))
        assert document.precision == ("day" if offset == 0 else "month")


def test_a_day_in_the_sidecar_stays(tmp_path: Path) -> None:
    text = news("The scheme opened today (Thursday 8 June).")
    document = read(put(tmp_path, text, {"published": "2023-06-09", "kind": "news"}))
    assert (document.published, document.sources["published"]) == (date(2023, 6, 9), "sidecar")


def test_a_month_on_the_command_line_stays() -> None:
    text = news("The scheme opened today (Thursday 8 June).")
    document = read_bytes(text.encode(), "a.txt", overrides={"published": "2023-06", "kind": "news"})
    assert (document.precision, document.sources["published"]) == ("month", "option")


def test_a_report_is_not_dated_by_what_it_tells(tmp_path: Path) -> None:
    text = "Nursing in the county\n\nThe scheme was opened on Thursday 8 June.\n"
    assert read(put(tmp_path, text, {"published": "2023-06", "kind": "report"})).precision == "month"


def test_the_day_of_the_meeting_sharpens_the_month_of_the_sidecar(tmp_path: Path) -> None:
    text = "TRANSPORT FORUM\n\nMinutes of the meeting held on 2 March at County Hall\n\nPresent: AB, CD\n"
    document = read(put(tmp_path, text, {"published": "2011-03"}))
    assert (document.published, document.sources["published"]) == (date(2011, 3, 2), "sidecar, sharpened by the text")


@pytest.mark.parametrize(
    ("lines", "expected", "why"),
    [
        ("Published: 6 June 2023\nLast updated: 4 March 2024", "2023-06-06", "the first publication"),
        ("Published 6 June 2023, last updated 4 March 2024", "2023-06-06", "in one line"),
        (
            "Last updated: 4 March 2024",
            "2024-03-04",
            "when the page was touched: of a page that says no more, its version",
        ),
        ("Date of next meeting: 6 June 2024", None, "a meeting to come"),
        ("For the period 1 April 2022 to 31 March 2023", None, "a reporting period"),
        ("Review date: 31 March 2026\nDate of issue: 1 April 2024", "2024-04-01", "a review to come stands first"),
        ("Closing date: 23 March 2018\nNovember 2017", "2017-11", "a consultation's end is not its beginning"),
        ("Spring 2024", "2024", "a season is no month"),
        ("© Crown copyright 2023", "2023", "a year at least"),
        ("2019", "2019", "a year alone"),
        ("March 2024\n14 March 2024", "2024-03-14", "the day says more than its month"),
        ("3/6/24", "2024-06-03", "figures, the day first"),
        ("31/31/2024", None, "no such day"),
    ],
)
def test_dates_of_a_cover(lines: str, expected: str | None, why: str) -> None:
    text = f"Rostering on small wards\n\n{lines}\n\nThis is how it is done in our hospital and in others.\n"
    document = read_bytes(text.encode(), "a.txt")
    length = {"day": 10, "month": 7, "year": 4}[document.precision or "day"]
    found = document.published.isoformat()[:length] if document.published else None
    assert found == expected, why


def test_a_date_far_after_the_file_was_made_gives_way_to_another() -> None:
    from extractor.ingest.layout import Reading
    from extractor.ingest.metadata import describe
    from extractor.records import Block

    text = "Rotas\n\nConference: 3 June 2030\n\n4 May 2024"
    blocks = tuple(Block("paragraph", *span) for span in ((0, 5), (7, 30), (32, 42)))
    for made, expected in (("2024-05-01", date(2024, 5, 4)), ("2030-05-01", date(2030, 6, 3))):
        found = describe("a.pdf", Reading(text, blocks, hints={"published": made}), {}, {})
        assert found.published == expected


def test_the_day_on_which_the_file_was_made_comes_last() -> None:
    from extractor.ingest.layout import Reading
    from extractor.ingest.metadata import describe
    from extractor.records import Block

    reading = Reading("Rotas for all", (Block("paragraph", 0, 13),), hints={"published": "2024-05-01"})
    by_name, by_file = (describe(name, reading, {}, {}) for name in ("rotas-2023-02.pdf", "rotas.pdf"))
    assert (by_name.published, by_name.sources["published"]) == (date(2023, 2, 1), "name")
    assert (by_file.published, by_file.sources["published"]) == (date(2024, 5, 1), "file")


@given(DAYS, st.integers(min_value=1, max_value=400))
def test_the_next_meeting_never_dates_minutes(day: date, later: int) -> None:
    following = day + timedelta(days=later)
    text = (
        f"Coast Care Forum\n\nMinutes of the meeting held on {written(day)} {day.year}\n\n"
        f"Date of next meeting: {written(following)} {following.year}\n\nPresent: AB\n"
    )
    assert read_bytes(text.encode(), "a.txt").published == day

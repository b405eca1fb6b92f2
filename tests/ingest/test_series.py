"""Series: what two documents of one sort share, whatever their dates, and what two boards never share."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from extractor.ingest import read_bytes
from extractor.ingest.series import series_of
from extractor.lexicon.organisations import load_register
from extractor.records import Kind

DAYS = st.dates(date(2000, 1, 1), date(2039, 12, 31))
TITLES: tuple[tuple[str, Kind], ...] = (
    ("Minutes of the Workforce Committee, {day}", "minutes"),
    ("Workforce Committee minutes {short}", "minutes"),
    ("Workforce Committee: note of the meeting of {day}", "minutes"),
    ("Minutes of the {ordinal} meeting of the Workforce Committee", "minutes"),
    ("Quarterly vacancy report, Q{quarter} {year}", "report"),
    ("Annual report {run}", "report"),
    ("NHS workforce statistics – {month}", "report"),
    ("Priorities and operational planning guidance {run}", "plan"),
    ("{run} priorities and operational planning guidance, version {quarter}.1", "plan"),
    ("Workforce bulletin no. {number}, {month}", "other"),
    ("{ordinal_word} progress report on midwifery, {month}", "report"),
)
BODIES = ("Ashby District Council", "Bramley District Council", "NHS England", "Ofsted", "Coast Care Forum")
PARTS = ("Audit", "People", "Quality and Safety", "Estates", "Remuneration")
ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh")


def filled(title: str, day: date) -> str:
    number = day.day
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number not in (11, 12, 13) else 0, "th")
    return title.format(
        day=f"{day.day} {day:%B} {day.year}",
        short=f"{day:%d/%m/%y}",
        ordinal=f"{number}{ending}",
        ordinal_word=ORDINALS[number % 7],
        quarter=(day.month - 1) // 3 + 1,
        year=day.year,
        month=f"{day:%B} {day.year}",
        run=f"{day.year}/{(day.year + 1) % 100:02}",
        number=number,
    )


@given(st.sampled_from(TITLES), DAYS, DAYS)
def test_another_date_is_the_same_series(title: tuple[str, Kind], first: date, second: date) -> None:
    register = load_register()
    pattern, kind = title
    names = {series_of(filled(pattern, day), None, "Ashby District Council", kind, register) for day in (first, second)}
    assert len(names) == 1
    assert None not in names


@given(st.sampled_from(BODIES), st.sampled_from(BODIES), st.sampled_from(PARTS), st.sampled_from(PARTS), DAYS)
def test_two_boards_never_share_a_series(a: str, b: str, part: str, other: str, day: date) -> None:
    assume((a, part) != (b, other))
    register = load_register()
    title = filled("{part} Committee minutes, {{day}}".replace("{{day}}", "{day}").replace("{part}", part), day)
    beside = filled("{part} Committee minutes, {day}".replace("{part}", other), day)
    first, second = series_of(title, None, a, "minutes", register), series_of(beside, None, b, "minutes", register)
    assert first is not None
    assert second is not None
    assert first != second


@given(st.text(max_size=80), st.sampled_from(["minutes", "plan", "report", "other"]))
def test_any_title_gives_a_name_or_none(title: str, kind: Kind) -> None:
    found = series_of(title, None, "Ashby District Council", kind, load_register())
    assert found is None or found.startswith("Ashby District Council: ")


@pytest.mark.parametrize(
    ("titles", "publisher", "kind", "series", "why"),
    [
        (
            (
                "Social Partnership Forum – minutes – 14 May 2024",
                "SPF Minutes July 2024",
                "Minutes of the 12th SPF meeting",
            ),
            "NHS Social Partnership Forum",
            "minutes",
            "Social Partnership Forum: minutes",
            "initials and names of one body",
        ),
        (
            ("SPF Wider Group: note of the meeting of 15 March 2022", "Wider Group minutes"),
            "SPF",
            "minutes",
            "Social Partnership Forum: wider group minutes",
            "a part of a body has its own minutes",
        ),
        (
            ("Annual Report 2022/23", "Annual report 2023-24", "Annual report and accounts 2024"),
            "Ashby District Council",
            "report",
            None,
            "“and accounts” makes another series: not one name",
        ),
        (
            (
                "2024/25 priorities and operational planning guidance",
                "Priorities and operational planning guidance 2025/26",
            ),
            "NHS England",
            "plan",
            "NHS England: priorities and operational planning guidance",
            "the year at either end",
        ),
    ],
)
def test_series_of_several_titles(
    titles: tuple[str, ...], publisher: str, kind: Kind, series: str | None, why: str
) -> None:
    names = {series_of(title, None, publisher, kind, load_register()) for title in titles}
    assert (names == {series}) if series else len(names) == 2, why


@pytest.mark.parametrize(
    ("title", "kind", "why"),
    [
        ("People plan", "plan", "nothing says that there is another"),
        ("Corporate plan 2016–2020", "plan", "a plan for several years"),
        ("Our annual report is out", "press_release", "a press release about one"),
        ("Next steps on the annual report", "letter", "a letter about one"),
        ("The state of the general practice workforce", "report", "a report of its own"),
        ("The 10 Year Health Plan", "plan", "a number of years is no date"),
    ],
)
def test_a_document_of_its_own_has_no_series(title: str, kind: Kind, why: str) -> None:
    assert series_of(title, None, "NHS England", kind, load_register()) is None, why


def test_no_publisher_no_series() -> None:
    assert series_of("Minutes, 3 May 2024", None, None, "minutes", load_register()) is None


def test_the_source_is_that_of_the_title() -> None:
    text = "Ashby District Council\n\nAnnual workforce report 2023\n\nNumbers rose in every service this year.\n"
    found = read_bytes(text.encode(), "a.txt")
    assert (found.series, found.sources["series"]) == ("Ashby District Council: annual workforce report", "text")
    given_title = read_bytes(text.encode(), "a.txt", overrides={"title": "Annual workforce report 2024"})
    assert (given_title.series, given_title.sources["series"]) == (found.series, "option")
    stated = read_bytes(text.encode(), "a.txt", overrides={"series": "Our reports"})
    assert (stated.series, stated.sources["series"]) == ("Our reports", "option")

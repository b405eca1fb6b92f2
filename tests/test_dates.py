"""The date grammar: calendar arithmetic, round trips of built phrases, what is refused, and time that stays linear."""

import time
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from extractor.find.dates import DatePhrase, date_spans, find_dates
from extractor.find.dates import intervals as calendar
from extractor.find.dates.grammar import WEEKDAYS
from extractor.find.deadline import find_deadlines, find_when
from extractor.lexicon.calendar import load_calendar

PUBLISHED = date(2023, 6, 8)
MONTHS = [date(2000, month, 1).strftime("%B") for month in range(1, 13)]


def only(text: str, published: date | None = PUBLISHED) -> DatePhrase:
    (phrase,) = find_dates(text, published=published)
    assert text[phrase.start : phrase.end] == phrase.text
    return phrase


def days(phrase: DatePhrase) -> tuple[date | None, date | None]:
    return phrase.first, phrase.last


@pytest.mark.parametrize(
    ("year", "sunday"),
    # dates of Easter as printed in almanacs, with the earliest and latest of the century around 2000
    [
        (1961, "1961-04-02"),
        (2000, "2000-04-23"),
        (2008, "2008-03-23"),
        (2024, "2024-03-31"),
        (2025, "2025-04-20"),
        (2038, "2038-04-25"),
    ],
)
def test_easter(year: int, sunday: str) -> None:
    assert calendar.easter_sunday(year).isoformat() == sunday


@pytest.mark.parametrize(
    ("day", "months", "there"),
    [
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2023-06-30", 180, "2038-06-30"),
        ("2023-03-31", -1, "2023-02-28"),
        ("2023-01-15", -1, "2022-12-15"),
    ],
)
def test_months_end_on_a_day_that_exists(day: str, months: int, there: str) -> None:
    assert calendar.add_months(date.fromisoformat(day), months).isoformat() == there


@given(st.integers(1950, 2090), st.integers(1, 4))
def test_quarters_and_halves_tile_their_year(year: int, number: int) -> None:
    for whole in (calendar.year_of(year), calendar.financial_year(year)):
        quarters = [calendar.quarter_of(whole, n) for n in range(1, 5)]
        assert quarters[0].first == whole.first
        assert quarters[-1].last == whole.last
        for left, right in pairwise(quarters):
            assert left.last is not None
            assert left.last + timedelta(days=1) == right.first
        assert calendar.half_of(whole, 1).last == quarters[1].last


@given(st.integers(1950, 2090), st.integers(1, 12))
def test_thirds_tile_their_month(year: int, month: int) -> None:
    whole = calendar.month_of(year, month)
    early, mid, late = (calendar.third(whole, n) for n in range(3))
    assert (early.first, late.last) == (whole.first, whole.last)
    assert early.last is not None
    assert mid.last is not None
    assert early.last + timedelta(days=1) == mid.first
    assert mid.last + timedelta(days=1) == late.first


Written = tuple[str, date, date]
# "6 May 2024", in the ways a day is written
DAY_FORMATS = (
    "{d} {m} {y}",
    "{d:02} {m} {y}",
    "{m} {d}, {y}",
    "{y}-{n:02}-{d:02}",
    "{d}/{n}/{y}",
    "{w} {d} {m} {y}",
    "the {d}th of {m} {y}",
)
SEASONS = (("spring", 3), ("summer", 6), ("autumn", 9), ("winter", 12))
years = st.integers(1990, 2090)
CENTURY = (date(1990, 1, 1), date(2090, 1, 1))


@st.composite
def written_times(draw: st.DrawFn) -> Written:
    """A time as documents write it, with the first and last day it covers."""
    kind, year = draw(st.sampled_from(["day", "month", "year", "financial", "quarter", "season"])), draw(years)
    if kind == "day":
        day = draw(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
        month = MONTHS[day.month - 1]
        words = draw(st.sampled_from(DAY_FORMATS))
        return words.format(d=day.day, m=month, n=day.month, y=day.year, w=f"{day:%A}"), day, day
    if kind == "month":
        month_number = draw(st.integers(1, 12))
        return f"{MONTHS[month_number - 1]} {year}", *calendar.months_from(year, month_number, 1)
    if kind == "year":
        return str(year), date(year, 1, 1), date(year, 12, 31)
    following = draw(st.sampled_from([str(year + 1), f"{(year + 1) % 100:02}"]))
    if kind == "financial":
        return f"{year}{draw(st.sampled_from('/-–'))}{following}", date(year, 4, 1), date(year + 1, 3, 31)
    if kind == "quarter":
        number = draw(st.integers(1, 4))
        first = year if number < 4 else year + 1
        return f"Q{number} {year}/{following}", *calendar.months_from(first, 3 * number % 12 + 1, 3)
    season, month_number = draw(st.sampled_from(SEASONS))
    return f"{season} {year}", *calendar.months_from(year, month_number, 3)


PREPOSITIONS = [
    "in",
    "by",
    "before",
    "from",
    "after",
    "by the end of",
    "until at least",
    "on or after",
    "postponed to",
    "this side of",
    "with effect from",
]


@given(written_times(), st.sampled_from(PREPOSITIONS), st.booleans())
@example(("2024/25", date(2024, 4, 1), date(2025, 3, 31)), "before", False)
def test_built_phrases_round_trip(written: Written, preposition: str, known: bool) -> None:
    words, first, last = written
    phrase = only(f"The plan will run {preposition} {words}, we hope.", PUBLISHED if known else None)
    day = timedelta(days=1)
    expected: dict[str, tuple[date | None, date | None]] = {
        "in": (first, last),
        "by": (None, last),
        "before": (None, first - day),
        "from": (first, None),
        "after": (last + day, None),
        "by the end of": (None, last),
        "until at least": (None, last),
        "on or after": (first, None),
        "postponed to": (first, last),
        "this side of": (None, first - day),
        "with effect from": (first, None),
    }
    assert days(phrase) == expected[preposition]
    assert phrase.text == f"{preposition} {words}"
    assert phrase.anchor is None


@given(written_times(), written_times(), st.sampled_from([("between", "and"), ("from", "to"), ("from", "until")]))
@example(  # found by chance: "01 and 1 January 2000" was read as two days of a month
    ("2000-01", date(2000, 4, 1), date(2001, 3, 31)),
    ("1 January 2002", date(2002, 1, 1), date(2002, 1, 1)),
    ("between", "and"),
)
@example(
    ("2000-01", date(2000, 4, 1), date(2001, 3, 31)),
    ("1 January 2000", date(2000, 1, 1), date(2000, 1, 1)),
    ("between", "and"),
)
def test_built_ranges_round_trip(left: Written, right: Written, words: tuple[str, str]) -> None:
    text = f"The plan will run {words[0]} {left[0]} {words[1]} {right[0]}, we hope."
    found = find_dates(text, published=PUBLISHED)
    if left[1] <= right[2]:
        (phrase,) = found
        assert days(phrase) == (left[1], right[2])
    else:
        assert found == ()  # an interval that runs backwards is none


@given(st.integers(1, 400), st.sampled_from([("days", 1), ("weeks", 7)]), st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_durations_round_trip(count: int, unit: tuple[str, int], published: date) -> None:
    phrase = only(f"It must be done within {count} {unit[0]}.", published)
    assert days(phrase) == (published, published + timedelta(days=count * unit[1]))
    assert phrase.anchor == published


@given(st.sampled_from([name for event in load_calendar().yearly for name in event.names]), st.dates(*CENTURY))
def test_every_day_of_the_year_with_a_name_is_the_nearest(name: str, published: date) -> None:
    ((ahead,), (back,)) = (find_dates(f"It ends by {name}.", published=published, ahead=way) for way in (True, False))
    assert ahead.last is not None
    assert back.last is not None
    assert 0 <= (ahead.last - published).days < 385  # Easter moves by five weeks
    assert 0 <= (published - back.last).days < 385
    assert ahead.anchor == published


@given(st.integers(1, 31), st.dates(*CENTURY))
def test_a_day_without_a_month_is_the_nearest(number: int, published: date) -> None:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number // 10 != 1 else 0, "th")
    phrase = only(f"It is open until the {number}{ending}.", published)
    assert phrase.last is not None
    assert phrase.last.day == number
    assert 0 <= (phrase.last - published).days <= 61


@given(st.sampled_from(sorted(WEEKDAYS)), st.dates(*CENTURY))
def test_a_weekday_and_a_week(weekday: str, published: date) -> None:
    near, far = (only(f"It ends by {weekday}{more}.", published).last for more in ("", " week"))
    assert near is not None
    assert far == near + timedelta(days=7)
    assert f"{near:%A}" == weekday


@given(st.integers(1, 12), st.dates(*CENTURY))
def test_a_numbered_month_is_one_of_the_financial_year(number: int, published: date) -> None:
    month = only(f"It ends in month {number}.", published)
    so_far = only(f"Spending to month {number} will be shown.", published)
    assert month.first is not None
    assert month.first.month == (number + 2) % 12 + 1
    assert so_far.last == month.last
    assert so_far.first is not None
    assert (so_far.first.month, so_far.first.day) == (4, 1)


@given(st.sampled_from(MONTHS), st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_a_month_without_a_year_is_the_nearest(month: str, published: date) -> None:
    text = f"It is done in {month}."
    ((ahead,), (back,)) = (find_dates(text, published=published, ahead=way) for way in (True, False))
    assert ahead.first is not None
    assert ahead.last is not None
    assert back.first is not None
    assert ahead.last >= published >= back.first
    assert (ahead.first - published).days < 366
    assert (published - back.first).days < 366


@pytest.mark.parametrize(
    "text",
    [
        "by 31 June 2024",
        "on 30 February 2024",
        "on 31/13/2024",
        "on 2024-02-30",
        "from May 2025 to April 2025",
        "in Q4 and Q1 2024",
        "on 17 and 3 March 2024",
    ],
)
def test_impossible_dates_give_nothing(text: str) -> None:
    assert find_dates(f"It ends {text}.", published=PUBLISHED) == ()


def test_only_absolute_phrases_resolve_without_a_publication_day() -> None:
    text = "By October, within six weeks, next spring, tomorrow or later this year, but by 1 May 2024."
    assert [p.text for p in find_dates(text, published=None)] == ["by 1 May 2024"]


def test_a_document_dated_only_by_its_year_has_no_day_to_count_from() -> None:
    text = "It is due within six weeks, or next year."
    assert [p.text for p in find_dates(text, published=date(2023, 1, 1), precision="year")] == ["next year"]


def test_a_document_dated_by_its_month_counts_from_the_first() -> None:
    (phrase,) = find_dates("It is due within six weeks.", published=date(2023, 6, 1), precision="month")
    assert days(phrase) == (date(2023, 6, 1), date(2023, 7, 13))


def test_the_rule_says_what_was_done() -> None:
    assert (
        only("Plans are due before winter 2024/25.").rule
        == "before: until the day before; season: meteorological, three months"
    )


def test_a_parliament_outside_the_table_is_unknown() -> None:
    assert find_dates("It will be built in this Parliament.", published=date(1980, 1, 1)) == ()
    assert find_dates("It will be built in this Parliament.", published=date(2060, 1, 1)) == ()


def test_spans_hold_unresolved_times_too() -> None:
    text = "By October it is done."
    assert [text[start:end] for start, end in date_spans(text)] == ["By October"]


@given(st.text(alphabet=st.sampled_from("0123456789 /-–.,'’QqFYMaybytofrmnxwkdsth"), max_size=300), st.booleans())
@example("9" * 400, True)
@example("in " + "9" * 400 + " years", True)
@example("within 999 decades", True)
def test_any_text_gives_ordered_spans_that_hold_their_words(text: str, known: bool) -> None:
    end = 0
    for phrase in find_dates(text, published=PUBLISHED if known else None):
        assert phrase.start >= end
        assert text[phrase.start : phrase.end] == phrase.text
        assert phrase.first is not None or phrase.last is not None
        end = phrase.end


PIECES = [
    "2024 ",
    "7",
    "in ",
    "by the end of ",
    "by May ",
    "3, ",
    " ",
    "Q1 ",
    "the first half of ",
    "within ",
    "twenty-",
    "from 3 March to 4 April and ",
]


@pytest.mark.parametrize("piece", PIECES)
def test_time_grows_with_length_only(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        start = time.process_time()
        find_dates(text, published=PUBLISHED)
        return time.process_time() - start

    seconds(500)  # warm
    assert seconds(20_000) < 2.0  # a quadratic step would take minutes


SENTENCES = [
    "Trusts must, by May or June, and by the end of the first half of 2025/26 at the earliest, report ",
    "| May | 3/4 | Q1 | spring | (Lead, June) ",
    "postponed from March to April, and to May, which in June 2024, not now before July ",
    "over two years, within ten working days of each request, in six months' time, the 3rd of May ",
    "from now until the second half of the third quarter of the next financial year and ",
    "99999999999999999999 2024/25/26 31/31/3131 1.1.11.1 ",
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_no_sentence_takes_long(sentence: str) -> None:
    text = (sentence * 20)[:800]

    def seconds(number: int) -> float:
        varied = f"{text} {number}"  # what was read before is kept
        start = time.process_time()
        find_deadlines(varied, published=PUBLISHED)
        find_when(varied, published=PUBLISHED)
        return time.process_time() - start

    seconds(0)  # warm
    # Beside other work a try may take longer than it needs, so one of some is enough.
    assert any(seconds(number) < 0.05 for number in range(1, 25))

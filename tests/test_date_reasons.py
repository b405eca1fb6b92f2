"""What is said of dates that could not be resolved, and of words that deny their own date."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.find.dates import find_date_doubts, find_dates
from extractor.find.deadline import find_date_reasons, find_deadlines
from extractor.records import Precision

PUBLISHED = date(2023, 6, 8)
RELATIVE = (
    "by next spring",
    "within six weeks",
    "in October",
    "later this year",
    "tomorrow",
    "by Friday week",
    "by the 25th",
    "by the end of Q2",
    "in this Parliament",
    "over the next two years",
)


@pytest.mark.parametrize("phrase", RELATIVE)
def test_without_a_publication_day_the_reason_is_given(phrase: str) -> None:
    text = f"Trusts must report {phrase}."
    assert find_deadlines(text, published=None) == ()
    (reason,) = find_date_reasons(text, published=None)
    assert reason.rule == "deadline"
    assert reason.detail.startswith(f"“{phrase}”: it counts from the day of publication")
    assert find_date_reasons(text, published=PUBLISHED) == ()


@pytest.mark.parametrize(
    ("text", "published", "precision", "part", "why"),
    [
        ("It ends by 31 June 2024.", PUBLISHED, "day", "no such day", "June has thirty days"),
        ("It ends on 30 February.", PUBLISHED, "day", "no such day", "nor does any year help"),
        ("It runs from May 2025 to April 2025.", PUBLISHED, "day", "backwards", "the end before the start"),
        ("It ends within 999 decades.", PUBLISHED, "day", "no such day", "beyond the calendar"),
        ("It ends by the Budget.", date(2040, 1, 1), "day", "table of events", "after the last one known"),
        ("It ends within six weeks.", PUBLISHED, "year", "only the year is known", "a year is no day to count from"),
        ("It ends on Monday 13 January 2015.", PUBLISHED, "day", "a Tuesday", "the weekday of another day"),
        ("It was published in March 2030.", PUBLISHED, "day", "told as done", "publication and text contradict"),
    ],
)
def test_what_is_wrong_is_said(text: str, published: date, precision: Precision, part: str, why: str) -> None:
    (reason,) = find_date_reasons(text, published=published, precision=precision)
    assert part in reason.detail, why
    assert reason.score == 0


@pytest.mark.parametrize(
    "text",
    [
        "It ends on Thursday 8 June 2023.",
        "It will be published in March 2030.",
        "It ends in due course.",
        "The 10 Year Health Plan will set the course.",
    ],
)
def test_nothing_is_said_of_what_is_in_order(text: str) -> None:
    assert find_date_reasons(text, published=PUBLISHED) == ()


@given(
    st.lists(st.sampled_from([*RELATIVE, "by 31 June 2024", "on 3 May 2024", "in 2025", "from May to"]), max_size=4),
    st.sampled_from([None, PUBLISHED, date(1900, 1, 1), date(9999, 12, 31)]),
    st.booleans(),
)
def test_a_phrase_is_resolved_or_doubted_never_both(phrases: list[str], published: date | None, ahead: bool) -> None:
    text = "It ends " + "; it ends ".join(phrases) + "."
    found = find_dates(text, published=published, ahead=ahead)
    doubts = find_date_doubts(text, published=published, ahead=ahead)
    assert not {(one.start, one.end) for one in found} & {(one.start, one.end) for one in doubts}
    for phrase in found:
        assert phrase.rule
        assert phrase.anchor in (None, published)
    for doubt in doubts:
        assert doubt.reason
        assert text[doubt.start : doubt.end] == doubt.text

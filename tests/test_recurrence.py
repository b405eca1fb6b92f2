"""What is to be done again and again: the rule says how often, and no last day is made up."""

from datetime import date

import pytest

from extractor.find.confidence import date_way
from extractor.find.deadline import find_date_reasons, find_deadlines
from extractor.find.recurrence import find_recurrences

PUBLISHED = date(2024, 4, 10)


@pytest.mark.parametrize(
    ("text", "last", "again"),
    [
        ("Boards will report annually by 31 March.", date(2025, 3, 31), "again every year"),
        ("Trusts will report every quarter until March 2026.", date(2026, 3, 31), "again every quarter"),
        ("We will publish the figures twice a year from September.", None, "again every six months"),
        # how often stands in another clause than the date
        ("By 31 March we will set up the panel, which meets every month.", date(2025, 3, 31), None),
        # a thing's name, not how often
        ("The annual report will be published by July.", date(2024, 7, 31), None),
    ],
)
def test_a_date_that_comes_again_says_how_often(text: str, last: date | None, again: str | None) -> None:
    deadline = find_deadlines(text, published=PUBLISHED)[0]
    assert deadline.last == last
    assert deadline.rule.endswith(again) if again else "again" not in deadline.rule
    assert "again" not in date_way(deadline), "how well it was read does not depend on it"


def test_without_a_date_the_reason_says_that_there_is_no_last_day() -> None:
    text = "We will publish the figures every month."
    assert not find_deadlines(text, published=PUBLISHED)
    (reason,) = find_date_reasons(text, published=PUBLISHED)
    assert reason.detail == "“every month”: says how often, and names no last day"


def test_the_longest_phrase_counts() -> None:
    assert [(one.text, one.period) for one in find_recurrences("once every year, every two weeks")] == [
        ("once every year", "year"),
        ("every two weeks", "fortnight"),
    ]

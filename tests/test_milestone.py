"""Milestones: which figure goes with which further date."""

from datetime import date

import pytest

from extractor.find.deadline import find_deadlines
from extractor.find.metric import find_metrics
from extractor.find.milestone import find_milestones

CASES = [
    ("30 per cent by 2026 and 50 per cent by 2028.", [("by 2028", "50 per cent")], "figures before their dates"),
    (
        "It will reach 30 per cent by 2026, 50 per cent by 2028 and 80 per cent by 2030.",
        [("by 2028", "50 per cent"), ("by 2030", "80 per cent")],
        "three steps",
    ),
    (
        "By 2026 30 per cent of staff will have a plan, and by 2028 50 per cent will.",
        [("by 2028", "50 per cent")],
        "figures behind their dates",
    ),
    (
        "By 2026, 30 per cent of staff and by 2028, 50 per cent.",
        [("by 2028", "50 per cent")],
        "a comma behind the date",
    ),
    (
        "We will train 500 nurses by March 2026 and 1,000 nurses by March 2028.",
        [("by March 2028", "1,000 nurses")],
        "counts",
    ),
    ("We will open 12 hubs by 2026 and finish by 2028.", [("by 2028", None)], "another date stands between"),
    (
        "We will begin by 2026 with 40 staff; all is done by 2028.",
        [("by 2028", None)],
        "the figure is in another clause",
    ),
    (
        "We will make it 22 per cent by 2031, up from 7 per cent today, with a step of 16 per cent in 2028.",
        [("in 2028", "16 per cent")],
        "the first figure reaches over its date to the baseline",
    ),
    ("We will train 500 nurses by 2026.", [], "one date is the deadline and no milestone"),
]


@pytest.mark.parametrize(("text", "expected", "why"), CASES, ids=[why for _, _, why in CASES])
def test_each_milestone_has_the_figure_of_its_clause(
    text: str, expected: list[tuple[str, str | None]], why: str
) -> None:
    dates = find_deadlines(text, published=date(2024, 3, 3))
    metrics = find_metrics(text, dates=[(day.start, day.end) for day in dates])
    found = find_milestones(text, dates, metrics)
    assert [(one.deadline.text, one.metric and one.metric.text) for one in found] == expected, why

"""The share that each way of finding a field is right: how it is counted, kept, looked up and refused."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.errors import ModelError, WrongUsage
from extractor.find.confidence import (
    FIELDS,
    FILE,
    UNCOUNTED,
    Rates,
    date_way,
    load_rates,
    metric_way,
    owner_way,
    rates_object,
    weigh,
)
from extractor.records import Deadline, Metric, Milestone, Owner
from extractor.settings import Settings
from extractor.train.fields import Check, calibration_error, count, out_of_fold, train_fields
from tests import factories

DAY = date(2024, 3, 31)
BAD = (
    '{{"owner": {{"overall": {0}}}, "date": {{"overall": 0, "ways": {{}}}}, "metric": {{"overall": 0, "ways": {{}}}}}}'
)


def deadline(rule: str) -> Deadline:
    return Deadline("by then", DAY, DAY, rule, None, 0, 7)


@pytest.mark.parametrize(
    ("rule", "way"),
    [
        ("the whole month", "the whole month"),
        # the number of years is no other way of reading
        ("publication + 1 year", "publication"),
        ("publication - 6 month", "publication"),
        # nor is the day on which Easter falls
        ("by: until its last day; Easter: 9 April", "by; Easter"),
        (
            "before the end: until its last day; the end: its last day; calendar year",
            "before the end; the end; calendar year",
        ),
        # a rule that is nothing but a number still has a name
        ("31", "other"),
    ],
)
def test_dates_are_grouped_by_the_form_of_the_rule(rule: str, way: str) -> None:
    assert date_way(deadline(rule)) == way


@pytest.mark.parametrize(
    ("score", "rank", "way"),
    [
        (0.9, 0, "first: subject, 0.9"),
        (0.99, 0, "first: subject, 0.9"),
        # the highest score belongs to the highest band, not to one of its own
        (1.0, 0, "first: subject, 0.9"),
        (0.31, 2, "later: subject, 0.3"),
    ],
)
def test_owners_are_grouped_by_rank_rule_and_tenth(score: float, rank: int, way: str) -> None:
    assert owner_way(Owner("a", "A", True, True, score, "does", "subject"), rank) == way


def test_every_one_is_another_way_than_a_number() -> None:
    number = Metric("5 wards", 5, "wards", 0, 7)
    assert metric_way(number) == "count"
    assert metric_way(replace(number, value="all")) == "count, all"


def test_every_field_of_a_statement_is_weighed_and_nothing_else_changes() -> None:
    metric = Metric("5 wards", 5, "wards", 0, 7)
    owners = tuple(Owner(name, name, False, True, score, "does", "subject") for name, score in (("a", 0.9), ("b", 0.4)))
    plain = factories.statement(
        owners=owners, deadline=deadline("the day"), milestones=(Milestone(deadline("odd"), metric),), metrics=(metric,)
    )
    rates = {
        **UNCOUNTED,
        "owner": Rates(0.1, {"first: subject, 0.9": 0.8}),
        "date": Rates(0.3, {"the day": 0.7}),
        "metric": Rates(0.2, {"count": 0.6}),
    }
    found = weigh(plain, rates)
    assert [owner.confidence for owner in found.owners] == [0.8, 0.1]
    assert found.deadline is not None
    assert found.deadline.confidence == 0.7
    assert found.milestones[0].deadline.confidence == 0.3
    assert found.milestones[0].metric == found.metrics[0] == replace(metric, confidence=0.6)
    assert weigh(found, UNCOUNTED) == weigh(plain, UNCOUNTED)


def test_a_rare_way_lies_between_its_own_share_and_that_of_all() -> None:
    checks = [Check("d", "owner", "often", number % 2 == 0) for number in range(100)]
    rates = count([*checks, Check("d", "owner", "once", True)])["owner"]
    assert 0.49 < rates.of("often") < 0.52
    assert rates.overall < rates.of("once") < 0.65
    assert rates.of("never") == rates.overall


def test_what_is_held_against_a_rate_was_not_counted_for_it() -> None:
    """One document is always right, the other never: each is foretold by the other alone."""
    checks = [Check(name, "date", "the day", name == "right") for name in ("right", "wrong") for _ in range(50)]
    pairs = out_of_fold(checks)
    assert all((share < 0.01) == right for share, right in pairs)
    assert calibration_error(pairs) > 0.98


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=50))
def test_calibration_error_is_a_share(pairs: list[tuple[float, bool]]) -> None:
    assert 0 <= calibration_error(pairs) <= 1


def test_rates_that_hold_have_no_error() -> None:
    assert calibration_error([(0.75, True), (0.75, True), (0.75, True), (0.75, False)]) == 0
    assert calibration_error([]) == 0


def test_rates_are_kept(tmp_path: Path) -> None:
    rates = {**UNCOUNTED, "date": Rates(0.25, {"the day": 0.75})}
    (tmp_path / FILE).write_text(json.dumps(rates_object(rates)), encoding="utf-8")
    assert load_rates(tmp_path) == rates
    assert set(load_rates()) == set(FIELDS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        # two of the three fields are missing
        '{"owner": {"overall": 0.5, "ways": {}}}',
        # a share beyond 1, one that is no number, ways that are no table
        BAD.format('2, "ways": {}'),
        BAD.format('"much", "ways": {}'),
        BAD.format('0, "ways": []'),
    ],
)
def test_a_table_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match="no table of how often"):
        load_rates(tmp_path)


def test_a_table_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=FILE):
        load_rates(tmp_path)


def test_rates_are_counted_from_a_folder_of_labels(tmp_path: Path) -> None:
    """One promise that is found as it is labelled: every way in it counts as right."""
    rows = [
        {"document": "letter-01", "kind": "letter", "publisher": "NHS England", "published": "2024-01-05"},
        {"type": "heading", "text": "Our wards", "label": "none"},
        {
            "type": "sentence",
            "text": "We will open 20 wards by March 2025.",
            "label": "commitment",
            "strength": "firm",
            "owners": ["NHS England"],
            "explicit": False,
            "deadline": {"text": "by March 2025", "start": None, "end": "2025-03-31"},
            "metrics": [{"value": 20, "unit": "wards"}],
        },
    ]
    (tmp_path / "letter-01.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    output = tmp_path / "made"
    output.mkdir()
    figures = train_fields([tmp_path], output, settings=Settings())
    assert [figures[field]["checked"] for field in ("date", "metric")] == [1, 1]
    assert [figures[field]["right"] for field in ("date", "metric")] == [1.0, 1.0]
    assert load_rates(output)["date"].overall == 1.0
    assert json.loads((output / "figures.json").read_text(encoding="utf-8")) == figures


def test_a_folder_without_labels_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="no label file"):
        train_fields([tmp_path], tmp_path, settings=Settings())

"""Figures: what counts as one, its unit, baseline and direction."""

import csv
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.find.metric import find_metrics
from extractor.find.numbers import number

CASES = Path(__file__).parent / "cases"


def rows(name: str) -> list[dict[str, str]]:
    with (CASES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", rows("metrics.csv"), ids=lambda row: row["why"])
def test_figure(row: dict[str, str]) -> None:
    found = [(str(m.value).removesuffix(".0"), m.unit, m.baseline, m.direction) for m in find_metrics(row["text"])]
    baseline = float(row["baseline"]) if row["baseline"] else None
    expected = [(row["value"], row["unit"], baseline, row["direction"] or None)] if row["value"] else []
    assert found == expected, row["why"]


@pytest.mark.parametrize("row", rows("metrics_none.csv"), ids=lambda row: row["why"])
def test_no_figure(row: dict[str, str]) -> None:
    assert find_metrics(row["text"]) == (), row["why"]


def test_several_figures_keep_their_order() -> None:
    found = find_metrics("The target is 26,000 additional roles, including 6,000 doctors, at a cost of £1.5m.")
    assert [(m.value, m.unit) for m in found] == [(26000, "roles"), (6000, "doctors"), (1500000, "£")]


def test_scope_is_kept_as_written() -> None:
    (metric,) = find_metrics("All NHS trusts will report.")
    assert (metric.value, metric.scope) == ("all", "All NHS trusts")


def test_spans_given_as_dates_are_left_alone() -> None:
    text = "Trusts must report within six weeks."
    assert [(m.value, m.unit) for m in find_metrics(text)] == [(6, "weeks")]
    assert find_metrics(text, dates=[(19, 35)]) == ()


@pytest.mark.parametrize(
    ("text", "scale", "value"),
    [
        ("5,000", None, 5000),
        ("2.3", "bn", 2_300_000_000),
        ("1.4", "million", 1_400_000),
        ("twenty-five", None, 25),
        ("three hundred and fifty", None, 350),
        ("a hundred", None, 100),
        ("6", "k", 6000),
        ("two", "thousand", 2000),
    ],
)
def test_number(text: str, scale: str | None, value: float) -> None:
    assert number(text, scale=scale) == value


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="no number"):
        number("dozens")


NOUNS = ["nurses", "clinical places", "NHS trusts", "training posts", "staff", "people"]


@given(value=st.integers(3, 10**9), noun=st.sampled_from(NOUNS))
def test_counts_round_trip(value: int, noun: str) -> None:
    text = f"We will recruit {value:,} {noun} to help."
    (metric,) = find_metrics(text)
    assert (metric.value, metric.unit) == (value, noun)
    assert text[metric.start : metric.end] == metric.text == f"{value:,} {noun}"


@given(low=st.integers(1, 99), high=st.integers(1, 99), sign=st.sampled_from(["%", " per cent"]))
def test_baselines_round_trip(low: int, high: int, sign: str) -> None:
    (metric,) = find_metrics(f"Turnover will move from {low}{sign} to {high}{sign}.")
    assert (metric.value, metric.baseline, metric.unit) == (high, low, "per cent")


@given(st.text(alphabet=st.sampled_from("0123456789 ,.£%-abn/toandfrmMay"), max_size=200))
def test_any_text_gives_ordered_spans_that_hold_their_words(text: str) -> None:
    end = 0
    for metric in find_metrics(text):
        assert metric.start >= end
        assert text[metric.start : metric.end] == metric.text
        assert metric.unit
        end = metric.end


@pytest.mark.parametrize(
    "piece", ["7", "1,", "from 5% to 6% ", "rise to 5,000, ", "twenty-", "www.", "a.", "5 of ", " "]
)
def test_time_grows_with_length_only(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        start = time.process_time()
        find_metrics(text)
        return time.process_time() - start

    seconds(500)
    assert seconds(20_000) < 1.5

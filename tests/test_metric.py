"""Figures: what counts as one, its unit, baseline and direction."""

import csv
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.find.metric import find_metrics
from extractor.find.numbers import number
from extractor.find.rows import RowCell

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
    ("text", "rule"),
    [
        ("We will hire 40 nurses.", "count"),
        ("We will spend £4m.", "money"),
        ("Turnover will be 8%.", "per cent"),
        ("Turnover will fall by 2 percentage points.", "percentage points"),
        ("Half of trusts will sign.", "fraction"),
        ("One in ten will sign.", "ratio"),
        ("We will hire 10 to 15 nurses.", "range"),
        ("We will double places.", "times"),
        ("We will make a single agency.", "single"),
        ("There is a ten-day limit.", "length"),
        ("All trusts will sign.", "scope"),
        ("By then 318 had started.", "ellipsis"),
    ],
)
def test_a_figure_names_its_rule(text: str, rule: str) -> None:
    assert [m.rule for m in find_metrics(text)] == [rule]


def test_the_whole_of_a_part_is_its_scope() -> None:
    (metric,) = find_metrics("So far 30 of the 42 boards have signed.")
    assert (metric.value, metric.unit, metric.scope) == (30, "boards", "of the 42")


def cells(text: str, headers: str) -> list[RowCell]:
    """The cells of a row written with bars, each under its header."""
    found, at = [], 0
    for header, cell in zip(headers.split(" | "), text.split(" | "), strict=True):
        found.append(RowCell(header, at, at + len(cell)))
        at += len(cell) + 3
    return found


@pytest.mark.parametrize(
    ("headers", "text", "expected", "why"),
    [
        ("Post | March | June | Target", "Cooks | 12 | 13 | 8", [(13, "Cooks", 12)], "two months and a target"),
        ("Measure | 2023 | 2024", "Vacancies | 9.9% | 8.3%", [(8.3, "per cent", 9.9)], "two years"),
        ("Group | Trained in May | Standard", "Porters | 63% | 95%", [(63, "per cent", None)], "one month, a standard"),
        ("No | Team | Leavers", "7 | North | 31", [(31, "Leavers", None)], "the row's number, the unit in the header"),
        ("Team | July 2013 | July 2014", "Cooks | 22 | 29, five part-time", [(29, "Cooks", 22)], "words behind"),
        (
            "Commitment | Plan",
            "Visits | 8,000 hours of unpaid work each week",
            [(8000, "hours", None)],
            "a plan in words",
        ),
        (" | ", "Cooks | 12", [], "no headers"),
    ],
)
def test_cells_of_a_row(headers: str, text: str, expected: list[tuple[float, str, float | None]], why: str) -> None:
    found = find_metrics(text, cells=cells(text, headers))
    assert [(m.value, m.unit, m.baseline) for m in found][: len(expected) or None] == expected, why


@given(value=st.integers(13, 10**9))
def test_bare_numbers_round_trip(value: int) -> None:
    (metric,) = find_metrics(f"The number of nurses stands at {value:,}.")
    assert (metric.value, metric.unit) == (value, "nurses")


def test_a_page_of_digits_is_no_figure() -> None:
    assert find_metrics("9" * 400 + " nurses and " + "1," * 200 + "5 posts") == ()


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
    "piece",
    [
        "7",
        "1,",
        "from 5% to 6% ",
        "rise to 5,000, ",
        "twenty-",
        "www.",
        "a.",
        "5 of ",
        " ",
        "A: 5 ",
        "5 (6 ",
        "nine a b in ten ",
    ],
)
def test_time_grows_with_length_only(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        start = time.process_time()
        find_metrics(text)
        return time.process_time() - start

    seconds(500)
    assert seconds(20_000) < 1.5


@pytest.mark.parametrize("piece", ["3 and 4 and 5 and ", "5 to be ", "5, ", "1 ", "3-", "a 5: b 6, "])
def test_no_page_of_bare_numbers_takes_long(piece: str) -> None:
    page = (piece * 3_000)[:3_000]

    def seconds(number: int) -> float:
        varied = f"{page} {number}"  # what was read before is kept
        start = time.process_time()
        find_metrics(varied)
        return time.process_time() - start

    seconds(0)  # warm
    # Beside other work a try may take longer than it needs, so one of some is enough.
    assert any(seconds(number) < 0.05 for number in range(1, 25))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("See tables 2 and 3 of the plan.", "the noun stands before the first number"),
        ("Staff in bands 5 to 7 of the scale.", "a plural"),
        ("Work on agenda item 5, 6 and 7 is done.", "a noun of two words, three numbers"),
    ],
)
def test_a_number_that_only_points_is_no_figure(text: str, why: str) -> None:
    assert find_metrics(text) == (), why


@pytest.mark.parametrize(
    ("text", "unit", "why"),
    [
        ("Of 40 posts, it's at 35, up from 30.", "posts", "an opener of two words with an apostrophe"),
        ("International nurses: 12 in post.", "International nurses", "a label before a colon"),
        ("We ran 3 courses last year and have trained 110.", "courses", "a verb's form in -ed before the number"),
    ],
)
def test_a_bare_number_has_the_unit_of_the_words_before_it(text: str, unit: str, why: str) -> None:
    assert find_metrics(text)[-1].unit == unit, why


def test_a_whole_before_its_part_is_its_scope() -> None:
    (metric,) = find_metrics("Of 213 trusts, 194 have named a guardian.")
    assert (metric.value, metric.unit, metric.scope) == (194.0, "trusts", "of 213 trusts")


@pytest.mark.parametrize(
    ("text", "per"),
    [
        ("We will fund 300 places a year.", "year"),
        ("Pay will rise to £12.82 an hour.", "hour"),
        ("There will be two nurses per ward.", "ward"),
        ("It will train 500 midwives annually.", "year"),
        # so long ago, not so often
        ("We recruited 300 nurses a year ago.", None),
    ],
)
def test_what_a_figure_is_counted_by(text: str, per: str | None) -> None:
    assert find_metrics(text)[0].per == per


def test_a_target_goes_with_its_value() -> None:
    (metric,) = find_metrics("Just 61 per cent were seen in time, against a national standard of 75 per cent.")
    assert (metric.value, metric.target) == (61.0, 75.0)

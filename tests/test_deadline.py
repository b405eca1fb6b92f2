"""Deadlines and past dates: the conventions one by one, what is no deadline, and which of several comes first."""

import csv
import json
import time
from datetime import date
from pathlib import Path

import pytest

from extractor.find.deadline import find_deadlines, find_when
from extractor.records import Deadline

CASES = Path(__file__).parent / "cases"
SHARED = Path(__file__).parent.parent.parent / "shared" / "gold" / "deadlines" / "deadlines.jsonl"


def rows(name: str) -> list[dict[str, str]]:
    with (CASES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def days(deadline: Deadline | None) -> tuple[date | None, date | None] | None:
    return (deadline.first, deadline.last) if deadline else None


@pytest.mark.parametrize("row", rows("dates.csv"), ids=lambda row: row["why"])
def test_convention(row: dict[str, str]) -> None:
    found = find_deadlines(row["text"], published=day(row["published"]))
    assert [days(d) for d in found] == [(day(row["start"]), day(row["end"]))], row["why"]
    assert row["text"][found[0].start : found[0].end] == found[0].text


@pytest.mark.parametrize("row", rows("dates_none.csv"), ids=lambda row: row["why"])
def test_no_deadline(row: dict[str, str]) -> None:
    assert find_deadlines(row["text"], published=day(row["published"])) == (), row["why"]


@pytest.mark.parametrize("row", rows("dates_when.csv"), ids=lambda row: row["why"])
def test_when(row: dict[str, str]) -> None:
    found = find_when(row["text"], published=day(row["published"]))
    assert days(found) == (day(row["start"]), day(row["end"])), row["why"]


@pytest.mark.parametrize(
    "text",
    [
        "It will be published in March 2030.",
        "It was set for the guidance for 2025/26.",
        "Plans are due within six weeks.",
        "The 2016 report was read.",
    ],
)
def test_no_past_date(text: str) -> None:
    assert find_when(text, published=date(2023, 6, 8)) is None


@pytest.mark.parametrize(
    ("text", "first", "why"),
    [
        (
            "From April 2024 trusts must plan, and by March 2025 they must report.",
            "by March 2025",
            "by goes before from",
        ),
        ("By March 2025 trusts must prepare for April 2026.", "By March 2025", "by goes before for"),
        ("In autumn 2023 we will consult, and by 2025 we will act.", "In autumn 2023", "of two strong ones the first"),
    ],
)
def test_the_best_comes_first(text: str, first: str, why: str) -> None:
    found = find_deadlines(text, published=date(2023, 6, 8))
    assert len(found) == 2
    assert found[0].text == first, why


def test_gold_sentences() -> None:
    if not SHARED.exists():
        pytest.skip("the shared deadline sentences are not here")
    wrong = []
    for line in SHARED.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found = find_deadlines(row["text"], published=date.fromisoformat(row["published"]))
        expected = (row["phrase"], day(row["start"] or ""), day(row["end"] or ""))
        if [(d.text, d.first, d.last) for d in found] != [expected]:
            wrong.append(row["text"])
    assert wrong == []


@pytest.mark.parametrize(
    "piece", ["Trusts must report by March 2024, ", "published in March, ", "Q1 which will ", "that "]
)
def test_time_grows_with_length_only(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        start = time.process_time()
        find_deadlines(text, published=date(2023, 6, 8))
        find_when(text, published=date(2023, 6, 8))
        return time.process_time() - start

    seconds(500)
    assert seconds(20_000) < 3.0

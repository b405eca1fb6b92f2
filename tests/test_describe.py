"""Statements of whole small documents: what the finders give when they are put together."""

from datetime import date
from pathlib import Path

import pytest

from extractor.find import describe
from extractor.find.statement import Decision
from extractor.ids import statement_id
from extractor.ingest import read_bytes
from extractor.parse import parse
from extractor.pipeline import analyse
from extractor.records import Statement
from extractor.segment import segment
from extractor.settings import Settings

META = {"kind": "plan", "publisher": "NHS England", "published": "2024-03-03"}


def statements(text: str, *, settings: Settings | None = None) -> dict[str, Statement]:
    """The statements of a text by their quote; deadlines, figures and quotes must stand where their spans say."""
    document = read_bytes(text.encode(), "plan.txt", overrides=META)
    found = analyse(document, settings=settings or Settings()).statements
    for one in found:
        days = [one.deadline, *(milestone.deadline for milestone in one.milestones)]
        assert all(document.text[day.start : day.end] == day.text for day in days if day)
        assert all(document.text[metric.start : metric.end] == metric.text for metric in one.metrics)
    return {" ".join(one.quote.split()): one for one in found}


@pytest.mark.parametrize(
    ("opening", "why"),
    [
        ("By March 2025 every employer in the health service must:", "on one line"),
        (
            "Every employer in the health service is to do by\nMarch 2025 what the national bodies will ask about in "
            "time\n"
            "and in full and always then:",
            "wrapped in the date",
        ),
        ("By March 2025 every employer in\nthe health service in England must:", "wrapped behind the date"),
    ],
)
def test_items_are_due_when_their_lead_in_says(opening: str, why: str) -> None:
    found = statements(
        f"# Plan\n\n{opening}\n\n- publish its pay gap figures for all staff\n- train every line manager\n"
    )
    deadline = found["publish its pay gap figures for all staff"].deadline
    assert deadline is not None, why
    assert deadline.last == date(2025, 3, 31)
    assert " ".join(deadline.text.split()).lower().startswith("by march 2025")


def test_a_nested_item_is_due_when_the_nearest_lead_in_with_a_date_says() -> None:
    text = (
        "By March 2025 every employer must:\n\n- publish its pay gap figures, which must include:\n"
        "  - the figures for all staff groups\n- by June 2024, train all managers, and must:\n"
        "  - train every new line manager too\n"
    )
    found = statements(text)
    outer, inner = (
        next(one for quote, one in found.items() if quote.startswith(start))
        for start in ("the figures for all", "train every new line")
    )
    assert outer.deadline is not None
    assert inner.deadline is not None
    assert (outer.deadline.last, inner.deadline.last) == (date(2025, 3, 31), date(2024, 6, 30))


def test_a_milestone_carries_its_figure() -> None:
    found = statements("We will cut the use of agency staff to 30 per cent by 2026 and to 20 per cent by 2028.\n")
    (statement,) = found.values()
    assert statement.deadline is not None
    assert statement.deadline.last == date(2026, 12, 31)
    assert [(one.deadline.last, one.metric and one.metric.value) for one in statement.milestones] == [
        (date(2028, 12, 31), 20)
    ]


def test_a_theme_of_a_further_lexicon_file_is_found(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text('[theme.parking]\nname = "Parking"\ncues = { "parking" = 1.0 }\n', encoding="utf-8")
    text = "We will give every nurse free parking by 2026.\n"
    (without,) = statements(text).values()
    (with_it,) = statements(text, settings=Settings(lexicon_files=(file,))).values()
    assert "Parking" not in without.themes
    assert "Parking" in with_it.themes


def test_an_id_counts_all_that_reads_alike_and_not_only_what_was_found() -> None:
    text = "\n\n".join(("We will act by May.", "It was a good year.", "We will act by May.", "We will act by May."))
    document = read_bytes(text.encode(), "plan.txt", overrides=META)
    passages = segment(document)
    second = next(i for i, passage in enumerate(passages) if passage.start > 20 and passage.text.startswith("We"))
    decision = Decision(second, "commitment", 0.9, "firm", None, ())
    (alone,) = describe(document, passages, [decision], parse([passages[second]]), settings=Settings())
    assert alone.id == statement_id(document.id, "We will act by May.", 1)

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
from extractor.records import Kind, Label, Statement
from extractor.segment import segment
from extractor.settings import Settings

META = {"kind": "plan", "publisher": "NHS England", "published": "2024-03-03"}


def described(text: str, *, kind: Kind = "plan", label: Label = "commitment", at: int = 0) -> list[Statement]:
    """What the finders give for passage number `at` of a text, decided about by hand."""
    document = read_bytes(text.encode(), "plan.txt", overrides=META | {"kind": kind})
    passages = segment(document)
    firm, delivered = ("firm", None) if label == "commitment" else (None, "delivered")
    decision = Decision(at, label, 0.9, True, firm, delivered, ())  # type: ignore[arg-type]  # one of two pairs
    found = describe(document, passages, [decision], parse([passages[at]]), settings=Settings())
    for one in found:
        one.check_against(document.text)
    return list(found)


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
    decision = Decision(second, "commitment", 0.9, True, "firm", None, ())
    (alone,) = describe(document, passages, [decision], parse([passages[second]]), settings=Settings())
    assert alone.id == statement_id(document.id, "We will act by May.", 1)


TWO = "We will publish a plan by March 2025 and consult on it in May 2025.\n"


def test_a_sentence_with_two_commitments_gives_two_statements() -> None:
    first, second = described(TWO)
    assert first.quote == "We will publish a plan by March 2025"
    assert second.quote == "consult on it in May 2025."
    assert first.id != second.id
    assert first.deadline is not None
    assert second.deadline is not None
    assert (first.deadline.last, second.deadline.last) == (date(2025, 3, 31), date(2025, 5, 31))
    # what was cut is still known
    assert first.sentence == second.sentence == (0, len(TWO.strip()))


def test_a_part_has_its_own_figures_and_milestones() -> None:
    first, second = described("We will recruit 40 nurses by March 2025 and train 30 doctors by May 2025.\n")
    assert [metric.value for metric in first.metrics] == [40]
    assert [metric.value for metric in second.metrics] == [30]
    assert first.milestones == second.milestones == ()


def test_a_part_has_its_own_owner_and_else_that_of_the_sentence() -> None:
    first, second = described("NHS England will publish a plan by May 2025; NHS trusts must respond by July 2025.\n")
    assert [statement.owners[0].name for statement in (first, second)] == ["NHS England", "NHS trusts"]
    (one, other) = described("NHS trusts will publish a plan by May 2025 and consult on it in July 2025.\n")
    assert [statement.owners[0].name for statement in (one, other)] == ["NHS trusts", "NHS trusts"]


def test_a_date_before_the_verb_is_that_of_every_part() -> None:
    first, second = described("By March 2025 we will recruit 40 nurses and train 30 doctors.\n")
    assert first.deadline is not None
    assert first.deadline == second.deadline
    assert first.deadline.last == date(2025, 3, 31)


def test_a_date_is_not_lent_to_a_part_with_its_own_subject() -> None:
    first, second = described("We will publish the plan by March 2025, and trusts will respond to it in full.\n")
    assert first.deadline is not None
    assert second.deadline is None


def test_a_date_behind_joined_verbs_is_that_of_both() -> None:
    first, second = described("We will recruit 40 nurses and train 30 doctors by March 2025.\n")
    assert first.deadline is not None
    assert first.deadline == second.deadline


def test_a_part_denies_for_itself() -> None:
    first, second = described("We will recruit 40 nurses in May 2025, and we will not close any ward in July 2025.\n")
    assert (first.negated, second.negated) == (False, True)


def test_a_part_that_another_passage_repeats_has_an_id_of_its_own() -> None:
    text = "We will publish a plan by March 2025, and we will act by May 2025.\n\nwe will act by May 2025.\n"
    document = read_bytes(text.encode(), "plan.txt", overrides=META)
    passages = segment(document)
    decisions = [Decision(at, "commitment", 0.9, True, "firm", None, ()) for at in range(len(passages))]
    found = describe(document, passages, decisions, parse(passages), settings=Settings())
    quotes = [one.quote for one in found]
    assert quotes[1:] == ["we will act by May 2025."] * 2
    assert len({one.id for one in found}) == len(found) == 3
    # and it is the same again when the document is read again
    assert found == describe(document, passages, decisions, parse(passages), settings=Settings())


def test_only_commitments_and_only_sentences_and_items_come_apart() -> None:
    (one,) = described(TWO, label="progress")
    assert one.sentence is None
    assert one.quote == TWO.strip()


def test_a_statement_says_whose_words_it_is() -> None:
    (one,) = described("“We will open 40 wards by May 2025,” said Ann Bell of the trust.\n", kind="news")
    assert (one.voice, one.speaker) == ("quoted", "Ann Bell of the trust")
    assert any(reason.rule == "voice" and "We will open" in reason.detail for reason in one.reasons)
    (one,) = described("We will not close any ward by May 2025.\n")
    assert (one.voice, one.speaker, one.negated) == ("own", None, True)
    assert any(reason.rule == "negation" and "“not”" in reason.detail for reason in one.reasons)


LOG = """# Log

| Action | Due | Update |
| --- | --- | --- |
| Refurbish the rest area | {due} | {update} |
"""


@pytest.mark.parametrize(
    ("due", "update", "last", "why"),
    [
        ("31 January 2024", "Not met, now by May 2024", date(2024, 5, 31), "the new day stands in another cell"),
        ("31 January 2024", "Not met", None, "a day that is over is the one that was missed"),
        ("May 2024", "Carried forward", date(2024, 5, 31), "a day still ahead has not been missed"),
    ],
)
def test_when_what_is_delayed_is_due_now(due: str, update: str, last: date | None, why: str) -> None:
    document = read_bytes(LOG.format(due=due, update=update).encode(), "log.md", overrides=META | {"kind": "minutes"})
    passages = segment(document)
    decision = Decision(2, "progress", 0.9, True, None, "delayed", ())
    (found,) = describe(document, passages, [decision], parse([passages[2]]), settings=Settings())
    assert (found.deadline.last if found.deadline else None) == last, why


def test_a_date_that_cannot_be_read_says_why() -> None:
    (found,) = described("We will publish the plan by 31 June 2024.")
    assert found.deadline is None
    assert any(reason.rule == "deadline" and "no such day" in reason.detail for reason in found.reasons)

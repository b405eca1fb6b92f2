"""Who must act: cases/owners.toml one by one, table cells, and what holds for every answer."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.find.memory import REMEMBERED
from extractor.find.owner import DocumentContext, find_owners, make_context
from extractor.parse import load_syntax
from extractor.records import Cell, Owner, Passage
from tests.factories import document

CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "cases" / "owners.toml").read_text("utf-8"))[
    "case"
]


def owners_of(case: dict[str, Any]) -> tuple[Owner, ...]:
    """Find the owners of a case: the sentences before it and the one in question, as one document."""
    lines = [*case.get("before", []), case["text"]]
    text = "\n\n".join(lines)
    record = document(
        text, kind=case.get("kind", "plan"), publisher=case.get("publisher", "NHS England"), title="A statement"
    )
    passages, at = [], 0
    for number, line in enumerate(lines):
        last = number == len(lines) - 1
        passages.append(
            Passage(
                text=line,
                start=at,
                end=at + len(line),
                kind="item" if last and case.get("item") else "sentence",
                heading=tuple(case.get("heading", ())) if last else (),
                lead_in=case.get("lead_in") if last else None,
            )
        )
        at += len(line) + 2
    if not case.get("heading"):
        assert passages[-1].heading == passages[0].heading  # one section: what came before is still in mind
    context = make_context(record, passages)
    strength = case.get("strength", "firm")
    return find_owners(passages[-1], load_syntax()(lines[-1]), label="commitment", strength=strength, context=context)


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_the_owner_that_comes_first(case: dict[str, Any]) -> None:
    found = owners_of(case)
    names = [owner.name for owner in found]
    if "never" in case:
        assert case["never"] not in names[:1]
        return
    if not case["first"]:
        assert names == []
        return
    assert names[:1] == [case["first"]], found
    assert found[0].explicit is case["explicit"]
    assert set(case.get("also", [])) <= set(names)


def row(text: str, header: str, cell: str) -> Passage:
    start = text.index(cell)
    return Passage(text, 0, len(text), "row", cells=(Cell("Action", 0, 5), Cell(header, start, start + len(cell))))


@pytest.mark.parametrize(
    ("header", "cell", "expected"),
    [
        ("Owner", "NHSE", ["NHS England"]),
        ("Lead(s)", "RJ / UNISON", ["RJ", "UNISON"]),
        ("By whom:", "All members", ["People Board"]),
        ("Responsible", "Finance leads", ["Finance leads"]),
        ("Owner", "Department of Health and Social Care", ["Department of Health and Social Care"]),
        ("Owner", "NHS England and NHS Improvement", ["NHS England", "NHS Improvement"]),
    ],
)
def test_the_cell_under_an_owner_column_decides(header: str, cell: str, expected: list[str]) -> None:
    text = f"Agree the budget with the Treasury | {cell} | May"
    passage = row(text, header, cell)
    context = make_context(document(text, kind="minutes", publisher="People Board"), [passage])
    found = find_owners(passage, load_syntax()(text), label="commitment", strength="firm", context=context)
    assert [owner.name for owner in found][: len(expected)] == expected


def test_a_column_that_names_no_owner_is_left_alone() -> None:
    text = "Agree the budget | UNISON | May"
    passage = row(text, "Comment", "UNISON")
    context = make_context(document(text, kind="minutes", publisher="People Board"), [passage])
    found = find_owners(passage, load_syntax()(text), label="commitment", strength="firm", context=context)
    assert all("stands under" not in owner.reason for owner in found)


def context_of(text: str, **more: Any) -> DocumentContext:
    return make_context(document(text, **more), [Passage(text, 0, len(text), "sentence")])


def test_news_is_about_the_body_that_acts_in_it_and_not_its_publisher() -> None:
    text = "The Care Quality Commission has begun a review, and trusts have welcomed it."
    context = context_of(text, kind="news", publisher="Health Service Journal", title="CQC begins review")
    assert context.default is not None
    assert context.default.name == "Care Quality Commission"


def test_a_reaction_is_about_whom_it_reacts_to() -> None:
    text = "NHS England has announced a programme."
    more = {"kind": "press_release", "publisher": "NHS Providers", "title": "NHS Providers responds to new programme"}
    context = context_of(text, **more)
    assert context.default is not None
    assert context.speaker is not None
    assert (context.default.name, context.speaker.name) == ("NHS England", "NHS Providers")


def test_an_office_means_the_body_of_its_day() -> None:
    case = {"text": "The Secretary of State for Health will report to Parliament.", "publisher": "Cabinet Office"}
    assert owners_of(case)[0].name == "Department of Health and Social Care"
    context = context_of(case["text"], publisher="Cabinet Office", published=None)
    assert context.day is None


WORDS = (
    "the", "a", "NHS", "England", "trusts", "will", "must", "ask", "asked", "Council", "and", "of", "by", "it", "they",
    "we", "Treasury", "to", "publish", "plan", ".", ",", "(", ")", "RJ", "–", "’s",
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=25), st.sampled_from(["plan", "minutes", "news"]))
def test_any_text_gives_ranked_owners_without_repeats(tokens: list[str], kind: Any) -> None:
    text = " ".join(tokens)
    context = context_of(text, kind=kind)
    passage = Passage(text, 0, len(text), "sentence")
    found = find_owners(passage, load_syntax()(text), label="commitment", strength="directive", context=context)
    assert [owner.score for owner in found] == sorted((owner.score for owner in found), reverse=True)
    assert len({owner.id for owner in found}) == len(found)
    assert all(owner.name and owner.id and owner.reason and 0 <= owner.score <= 1 for owner in found)


def test_a_passage_remembers_a_bounded_number_of_actors() -> None:
    towns = [f"{first}{last} Council" for first in ("Ash", "Bram", "Crom", "Dun") for last in map(chr, range(97, 123))]
    text = "\n".join(f"The {town.title()} will act." for town in towns)
    passages, at = [], 0
    for line in text.split("\n"):
        passages.append(Passage(line, at, at + len(line), "sentence"))
        at += len(line) + 1
    met = make_context(document(text), passages).met
    assert len(towns) > REMEMBERED
    assert max(map(len, met.values())) == REMEMBERED
    # the nearest first
    assert met[passages[-1].start][0].name == towns[-2].title()

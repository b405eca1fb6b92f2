"""Themes: what statements are about, and what a file of themes must look like."""

from pathlib import Path

import pytest

from extractor.errors import WrongUsage
from extractor.find.theme import find_themes
from extractor.lexicon.themes import load_themes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We will improve retention of nurses.", ("Retention",)),
        ("Trusts must recruit 500 midwives.", ("Recruitment and supply",)),
        ("500 more apprenticeships for nursing students", ("Education and training",)),
        ("The pay award will be paid in October.", ("Pay and reward",)),
        ("Every trust will name a wellbeing guardian.", ("Health and wellbeing",)),
        ("a compact on compassionate leadership", ("Leadership and culture",)),
        ("Publish WRES data on discrimination.", ("Equality and inclusion",)),
        ("Adopt the sexual safety charter to prevent violence.", ("Violence and sexual safety",)),
        ("Staff can ask to work flexibly from day one.", ("Flexible working",)),
        ("A digital staff passport", ("Digital and data",)),
        ("Guidance on internationally educated nurses", ("International recruitment",)),
        ("Consult on partial retirement and the pension scheme.", ("Pensions",)),
        ("Cut agency spend by a third.", ("Productivity and agency",)),
        ("Publish the minutes by Friday.", ()),  # none is an answer
        ("The payroll system was repayable.", ()),  # "=pay" is a whole word
        ("a passport office", ()),  # a weak cue needs company
    ],
)
def test_themes_of_a_statement(text: str, expected: tuple[str, ...]) -> None:
    assert find_themes(text) == expected


def test_several_themes_come_strongest_first() -> None:
    found = find_themes("Retention: fewer leavers and less turnover through flexible working.")
    assert found == ("Retention", "Flexible working")


def test_a_heading_helps_but_does_not_decide_alone() -> None:
    assert find_themes("Extend the offer to all.", heading=("Retention",)) == ()
    assert find_themes("Support new starters with preceptorship.", heading=("Plan", "Retention")) == ("Retention",)


def test_a_cue_within_a_stronger_one_says_nothing_more() -> None:
    assert find_themes("agency staff") == find_themes("agency staff agency staff")


def test_shipped_themes_are_the_thirteen_of_the_field() -> None:
    assert len(load_themes()) == 13


def test_a_further_file_adds_a_theme(tmp_path: Path) -> None:
    file = tmp_path / "more.toml"
    file.write_text('[theme.parking]\nname = "Parking"\ncues = { "=parking" = 1.0 }\n', encoding="utf-8")
    assert find_themes("Free parking for staff", lexicon_files=(file,)) == ("Parking",)


def test_every_fault_of_a_file_is_named_at_once(tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(
        '[theme.retention]\nname = "Again"\ncues = { a = 1.0 }\n'
        '[theme.empty]\nname = ""\ncues = {}\ncolour = 1\n'
        '[theme.odd]\nname = "Pensions"\ncues = { "Big" = 1.0, small = 2.0 }\n',
        encoding="utf-8",
    )
    with pytest.raises(WrongUsage) as refusal:
        load_themes((file,))
    faults = (
        "retention is there already",
        "empty: no name",
        "empty: no cues",
        "unknown key 'colour'",
        "'Big'",
        "'small'",
    )
    for fault in faults:
        assert fault in str(refusal.value)

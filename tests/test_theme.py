"""Themes: what statements are about and why, how well that is found, and what a file of themes must look like."""

import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.errors import WrongUsage
from extractor.find.theme import ENOUGH, MOST_FROM_OUTSIDE, find_themes
from extractor.lexicon.themes import load_themes
from tests.scripts import corpus_script

checker = corpus_script("check_themes")


def names_of(text: str, **around: Any) -> tuple[str, ...]:
    return tuple(theme.name for theme in find_themes(text, **around))


# Just under what was measured on the documents that no cue was written from (corpus/labels/themes/README.md).
MICRO_FLOOR, MACRO_FLOOR, PRECISION_FLOOR = 0.68, 0.71, 0.79
# Themes that enough of the kept statements have for a floor of their own.
FLOORS = {
    "recruitment-and-supply": 0.59,
    "education-and-training": 0.77,
    "pay-and-reward": 0.59,
    "equality-and-inclusion": 0.83,
    "digital-and-data": 0.63,
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We will improve retention of nurses.", ("Retention",)),
        ("Trusts must recruit 500 midwives.", ("Recruitment and supply",)),
        ("500 more apprenticeships for nursing students", ("Education and training",)),
        ("The pay award will be paid in October.", ("Pay and reward",)),
        ("Every trust will name a wellbeing guardian.", ("Health and wellbeing",)),
        ("a compact on compassionate leadership", ("Leadership and culture",)),
        ("Publish WRES figures on discrimination.", ("Equality and inclusion",)),
        ("Adopt the sexual safety charter to prevent violence.", ("Violence and sexual safety",)),
        ("Staff can ask to work flexibly from day one.", ("Flexible working",)),
        ("A digital staff passport", ("Digital and data",)),
        ("Guidance on internationally educated nurses", ("International recruitment",)),
        ("Consult on partial retirement and the pension scheme.", ("Pensions",)),
        ("Cut agency spend by a third.", ("Productivity and agency",)),
        ("Publish the minutes by Friday.", ()),  # none is an answer
    ],
)
def test_themes_of_a_statement(text: str, expected: tuple[str, ...]) -> None:
    assert names_of(text) == expected


TRAPS = [
    # words of a theme in another sense
    ("The payroll system was repayable.", ()),  # "=pay" is a whole word
    ("a passport office", ()),  # a weak cue needs company
    ("No rise in the retention fee for a third year", ()),  # what a register charges keeps nobody
    ("Support on release for prison leavers", ()),
    ("The Environment Agency will publish its map.", ()),
    ("Agency concepts are being shown to viewers.", ()),  # of an advertising agency
    ("The Department for Work and Pensions will reply.", ()),
    ("The Health and Wellbeing Board agreed the budget.", ()),
    ("Health Education England will circulate the minutes.", ()),
    ("Write to the Leader of the Council.", ()),
    ("A reply will follow in due course.", ()),
    ("The panel will leave the matter to members.", ()),
    ("an appraisal of the site by June", ()),
    ("the site appraisal will end in June", ()),
    ("The culture secretary will open the museum.", ()),
    ("a review of international evidence", ()),
    ("Home library visits for people with dementia", ()),
    # one theme within the words of another
    ("Review international recruitment.", ("International recruitment",)),
    ("Tax rules for the annual allowance", ("Pensions",)),  # no allowance that is paid
    ("Open part-time degree courses.", ("Education and training",)),
    # what is counted
    ("two thousand more of those teachers", ("Recruitment and supply",)),
    ("6,000 more family doctors by 2024", ("Recruitment and supply",)),
    ("Visas for doctors will be cheaper in 2024.", ("International recruitment",)),
    ("Seven in ten neonatal nurses will have the new uniform.", ()),
    # forms of a cue
    ("a thirty-five hour week by the end of the decade", ("Flexible working",)),
    ("a thirty-five-hour week", ("Flexible working",)),  # a space in a cue fits a hyphen
    ("E-rostering for doctors goes live.", ("Flexible working", "Digital and data")),
    ("crèche places for night staff", ("Flexible working",)),
]


@pytest.mark.parametrize(("text", "expected"), TRAPS)
def test_traps(text: str, expected: tuple[str, ...]) -> None:
    assert set(names_of(text)) == set(expected)


def test_the_kept_half_is_found_as_well_as_measured() -> None:
    figures = checker.measure(checker.read_half(checker.FOLDER, "kept", checker.LABELS))
    assert checker.micro(figures).f1 >= MICRO_FLOOR
    assert checker.micro(figures).precision >= PRECISION_FLOOR
    assert checker.macro_f1(figures) >= MACRO_FLOOR
    short = {slug: figures[slug].f1 for slug, floor in FLOORS.items() if figures[slug].f1 < floor}
    assert short == {}


def test_the_labels_of_themes_have_no_problems() -> None:
    assert checker.check_folder(checker.FOLDER, checker.LABELS) == []


def test_the_checker_finds_each_kind_of_problem(tmp_path: Path) -> None:
    labels, folder = tmp_path, tmp_path / "themes"
    folder.mkdir()
    unit = '{"type": "item", "text": "Dig.", "label": "commitment"}\n'
    (labels / "plan-01.jsonl").write_text('{"document": "plan-01", "title": "Plan"}\n' + unit, encoding="utf-8")
    words = checker.digest(["Dig."])
    row = '{"document": "%s", "draw": "%s", "words": "%s", "units": {"%s": [%s]}}\n'
    good = row % ("plan-01", "random", words, 1, '"retention"')
    (folder / "development.jsonl").write_text(good, encoding="utf-8")
    (folder / "kept.jsonl").write_text("", encoding="utf-8")
    assert checker.check_folder(folder, labels) == []
    bad = [
        (good, "plan-01 is labelled in development.jsonl:1 already"),
        (row % ("plan-02", "random", words, 1, ""), "there is no document plan-02"),
        (row % ("plan-01", "chosen", words, 1, ""), "unknown draw 'chosen'"),
        (row % ("plan-01", "rare", words, 2, ""), "plan-01 has no unit 2"),
        (row % ("plan-01", "rare", "0", 1, ""), "the words of plan-01 have changed since they were labelled"),
        (row % ("plan-01", "rare", words, 1, '"parking"'), "unit 1: unknown theme 'parking'"),
        (
            row % ("plan-01", "rare", words, 1, '"pensions", "retention"'),
            "unit 1: a theme twice, or not in the order of the lexicon",
        ),
        ('{"document": "plan-01", "draw": "rare", "units": {}}\n', "words is missing"),
    ]
    for line, problem in bad:
        (folder / "kept.jsonl").write_text(line, encoding="utf-8")
        assert f"kept.jsonl:1: {problem}" in checker.check_folder(folder, labels), problem


def test_figures_count_hits_false_finds_and_misses() -> None:
    figures = checker.Figures(6, 2, 4)
    assert (figures.precision, figures.recall, figures.total) == (0.75, 0.6, 10)
    assert figures.f1 == pytest.approx(12 / 18)
    assert checker.Figures(0, 0, 0).f1 == 0.0
    assert checker.macro_f1({"a": checker.Figures(1, 0, 0), "b": checker.Figures(0, 0, 1)}) == 0.5
    assert checker.macro_f1({"a": checker.Figures(1, 0, 0), "b": checker.Figures(0, 1, 0)}) == 1.0  # nobody has b


def test_several_themes_come_strongest_first() -> None:
    found = names_of("Retention: fewer leavers and less turnover through flexible working.")
    assert found == ("Retention", "Flexible working")


def test_the_nearest_heading_names_the_theme_and_outer_ones_only_help() -> None:
    assert names_of("Two more start in May.", heading=("Plan", "Skill mix")) == ("Productivity and agency",)
    assert names_of("Two more start in May.", heading=("Skill mix", "Other matters")) == ()
    # several cues above do not decide either: a report on culture has a page on car parks
    assert names_of("Publish the criteria.", heading=("Culture, leadership and values", "Cars")) == ()
    assert names_of("Support managers.", heading=("Leadership", "First year")) == ("Leadership and culture",)


def test_the_title_is_no_heading_of_a_section() -> None:
    title = "Ministers weigh a cap on locum rates"
    assert names_of("He will visit Truro.", heading=(title,)) == ("Productivity and agency",)
    assert names_of("He will visit Truro.", heading=(title,), title=title) == ()
    # the title counts once, in the path of headings or not
    with_path = find_themes("A price ceiling", heading=(title,), title=title)
    assert with_path == find_themes("A price ceiling", title=title) != ()


def test_the_opening_of_a_list_helps() -> None:
    assert names_of("fatigue and noise", lead_in="To cut sickness we will tackle:") == ("Health and wellbeing",)
    assert names_of("fatigue and noise") == ()


def test_a_section_number_counts_nobody() -> None:
    assert names_of("The report is due.", heading=("Report", "2.2 Consultants and 14 posts")) == ()


def test_a_cue_within_a_stronger_one_says_nothing_more() -> None:
    assert find_themes("agency staff")[0].weight == find_themes("agency staff agency staff")[0].weight == 1.0


def test_reasons_name_the_cues_with_their_places() -> None:
    text = "Fewer leavers, says the İstanbul office"  # "İ" in lower case is two characters
    (finding,) = find_themes(text, heading=("Plan", "Turnover of staff"), lead_in="We will see:")
    assert (finding.name, finding.weight) == ("Retention", 2.0)
    assert [(cue.words, cue.place, cue.weight) for cue in finding.cues] == [
        ("leavers", "statement", 1.0),
        ("Turnover", "heading", 1.0),
    ]
    assert all(cue.source[cue.start : cue.end] == cue.words for cue in finding.cues)


WORDS = st.from_regex(
    r"(the|40|nurses|of|pay|award|agency|bank|staff|retention|fee|training|data|set|İ|we|will|leave|posts|filled)",
    fullmatch=True,
)


@given(st.lists(WORDS, max_size=12).map(" ".join), st.lists(WORDS, max_size=4).map(" ".join))
def test_every_theme_has_its_cues(text: str, heading: str) -> None:
    findings = find_themes(text, heading=("Plan", heading), title="Pay, pensions and agency staff")
    assert tuple(finding.name for finding in findings) == names_of(
        text, heading=("Plan", heading), title="Pay, pensions and agency staff"
    )
    for finding in findings:
        outside = sum(cue.weight for cue in finding.cues if cue.place == "outer heading")
        whole = sum(cue.weight for cue in finding.cues) - outside + min(outside, MOST_FROM_OUTSIDE)
        assert finding.weight == pytest.approx(whole)
        assert finding.weight >= ENOUGH
        assert all(cue.source[cue.start : cue.end] == cue.words for cue in finding.cues)


@pytest.mark.parametrize("words", ["staff ", "40 ", "pay ", "posts x ", "- ", "two 2 posts "])
def test_time_grows_with_the_length_of_a_passage_and_no_faster(words: str) -> None:
    def seconds(times: int) -> float:
        text = words * times
        start = time.process_time()
        names_of(text)
        return time.process_time() - start

    assert seconds(20_000) < 8 * seconds(5_000) + 0.2


def test_shipped_themes_are_the_thirteen_of_the_field() -> None:
    assert len(load_themes()) == 13


def test_every_shipped_cue_can_speak() -> None:
    # a cue's own words, with a number and filler in their places, fit its pattern
    for theme in load_themes():
        for cue in (*(cue for cue, _ in theme.cues), *theme.silent):
            words = [word.split("|")[0].removesuffix("*") for word in cue.words.removeprefix("=").split()]
            example = " ".join({"#": "40", "…": "such"}.get(word, word) for word in words)
            assert cue.spans(example), (theme.slug, cue.words)


def test_a_further_file_adds_a_theme(tmp_path: Path) -> None:
    file = tmp_path / "more.toml"
    file.write_text(
        '[theme.parking]\nname = "Parking"\ncues = { "=parking" = 1.0 }\nnot = ["double parking"]\n', encoding="utf-8"
    )
    assert names_of("Free parking for all", lexicon_files=(file,)) == ("Parking",)
    assert names_of("No double parking at all", lexicon_files=(file,)) == ()


def test_every_fault_of_a_file_is_named_at_once(tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(
        '[theme.retention]\nname = "Again"\ncues = { a = 1.0 }\n'
        '[theme.empty]\nname = ""\ncues = {}\ncolour = 1\nnot = 3\n'
        '[theme.odd]\nname = "Pensions"\ncues = { "Big" = 1.0, small = 2.0, "a … " = 1.0 }\nnot = ["A"]\n',
        encoding="utf-8",
    )
    with pytest.raises(WrongUsage) as refusal:
        load_themes((file,))
    faults = (
        "retention is there already",
        "empty: no name",
        "empty: no cues",
        "unknown key 'colour'",
        "`not` must be a list of phrases",
        "'Big'",
        "'small'",
        "'a … '",
        "'A'",
    )
    for fault in faults:
        assert fault in str(refusal.value)

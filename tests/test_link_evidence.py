"""The evidence for a link: each function on cases that a reader would decide at a glance."""

import time
from dataclasses import replace
from datetime import date

import pytest

from extractor.errors import ModelError
from extractor.lexicon.organisations import load_register
from extractor.link.bodies import Bodies
from extractor.link.evidence import (
    FEATURES,
    by_deadline,
    by_denial,
    by_figures,
    by_names,
    by_order,
    by_owner,
    by_rank,
    by_similarity,
    by_words,
    gather,
    reading,
)
from extractor.link.terms import load_rarity, load_terms, names, read_terms, stem, stems
from extractor.records import Claim

BODIES = Bodies(load_register())


def claim(text: str = "We will act.", **fields: object) -> Claim:
    base = Claim("c", "d", "commitment", text, date(2020, 1, 1), None, None)
    return replace(base, **fields)  # type: ignore[arg-type]  # the fields are the cases'


def features(findings: object) -> dict[str, float]:
    return {finding.feature: finding.value for finding in findings}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("cosine", "expected", "why"),
    [
        (0.5, {"similarity.close"}, "in the middle the slope alone speaks"),
        (0.1, {"similarity.close", "similarity.far"}, "nothing in common: a bend at the low end"),
        (0.95, {"similarity.close", "similarity.near"}, "a copy: a bend at the high end"),
    ],
)
def test_similarity(cosine: float, expected: set[str], why: str) -> None:
    assert set(features(by_similarity(cosine))) == expected, why


@pytest.mark.parametrize(
    ("a", "b", "expected", "why"),
    [
        ("NHS England", "NHS England", "owner.same", "one name"),
        ("Health Education England", "NHS England", "owner.heir", "merged into it in 2023"),
        (
            "NHS England",
            "NHS Improvement",
            "owner.heir",
            "the heir may come first as well: a later text uses an old name",
        ),
        (
            "UK Government",
            "Department of Health and Social Care",
            "owner.part",
            "a department is part of the government",
        ),
        (
            "NHS trusts",
            "Leeds Teaching Hospitals NHS Trust",
            "owner.part",
            "one of the class reports on what all were told",
        ),
        ("NHS England", "NHS Employers", "owner.other", "they share a word and nothing else"),
        ("Wharfe Valley Panel", "NHS England", "owner.other", "a body that the register does not know is kin to none"),
        (None, "NHS England", None, "an unknown owner says nothing"),
    ],
)
def test_owner(a: str | None, b: str | None, expected: str | None, why: str) -> None:
    assert list(features(by_owner(claim(owner=a), claim(owner=b), BODIES))) == ([expected] if expected else []), why


@pytest.mark.parametrize(
    ("a", "b", "label", "expected", "why"),
    [
        (date(2024, 3, 31), date(2024, 3, 31), "commitment", {"deadline.same"}, "the same day"),
        (date(2024, 4, 10), date(2024, 4, 30), "commitment", {"deadline.same"}, "early April and April"),
        (date(2024, 3, 31), date(2025, 3, 31), "commitment", {"deadline.later"}, "a year's slip"),
        (
            date(2025, 3, 31),
            date(2024, 3, 31),
            "commitment",
            {"deadline.earlier"},
            "brought forward, or something else",
        ),
        (
            date(2020, 12, 31),
            date(2038, 6, 30),
            "commitment",
            {"deadline.later", "deadline.far"},
            "eighteen years are no slip",
        ),
        (date(2024, 3, 31), None, "commitment", {"deadline.one"}, "the date is gone"),
        (date(2024, 3, 31), None, "progress", set(), "a report need not repeat the date"),
        (None, None, "commitment", set(), "no dates, no evidence"),
    ],
)
def test_deadline(a: date | None, b: date | None, label: str, expected: set[str], why: str) -> None:
    assert set(features(by_deadline(claim(deadline_end=a), claim(deadline_end=b, label=label)))) == expected, why


@pytest.mark.parametrize(
    ("a", "b", "expected", "why"),
    [
        (((50_000.0, "more nurses"),), ((50_000.0, "nurses"),), {"figure.same": 1.0}, "a large number shared"),
        (((3.0, "nights"),), ((3.0, "nights"),), {"figure.same": 0.5}, "small numbers turn up everywhere"),
        (((3.0, "nights"),), ((3.0, "vans"),), {"figure.other": 1.0}, "a small number of other things is chance"),
        (((1_500.0, "places"),), ((1_500.0, "seats"),), {"figure.same": 1.0}, "a paraphrase renames what is counted"),
        (((5_000.0, "placements"),), ((5_000.0, "GBP"),), {"figure.other": 1.0}, "5,000 placements are not £5,000"),
        (((6_000.0, "doctors"),), ((1_800.0, "doctors"),), {"figure.changed": 1.0}, "another number of the same"),
        (((8.0, "per cent"),), ((10.0, "per cent"),), {"figure.changed": 0.3}, "per cent of what is not said"),
        (((6_000.0, "doctors"),), (), {}, "one figure alone says nothing"),
    ],
)
def test_figures(
    a: tuple[tuple[float, str], ...], b: tuple[tuple[float, str], ...], expected: dict[str, float], why: str
) -> None:
    assert features(by_figures(claim(figures=a), claim(figures=b))) == expected, why


@pytest.mark.parametrize(
    ("a", "b", "expected", "why"),
    [
        (
            "NHS England will publish Framework 15.",
            "We expect Framework 15 in the spring.",
            "names.shared",
            "the same document",
        ),
        (
            "We will publish the People Promise.",
            "We will publish the Just Culture guide.",
            "names.different",
            "two documents",
        ),
        ("NHS England will act.", "Then NHS England will act.", None, "the owner's name is not a thing's name"),
        ("We will act by March.", "We will act by March.", None, "months are capitalised and name nothing"),
    ],
)
def test_names(a: str, b: str, expected: str | None, why: str) -> None:
    found = by_names(reading(claim(a), BODIES), reading(claim(b), BODIES))
    assert list(features(found)) == ([expected] if expected else []), why


@pytest.mark.parametrize(
    ("a", "b", "denied", "why"),
    [
        ("The plan will be published.", "The plan will not be published.", True, "one takes the other back"),
        ("It will not close.", "It will never close.", False, "both are in the negative"),
        ("A note will follow.", "Another will follow.", False, "“not” inside words is no negation"),
    ],
)
def test_denial(a: str, b: str, denied: bool, why: str) -> None:
    assert bool(by_denial(reading(claim(a), BODIES), reading(claim(b), BODIES))) is denied, why


def test_words_weigh_rarity_and_leave_the_owner_out() -> None:
    first = reading(claim("NHS England will appoint a wellbeing guardian."), BODIES)
    rare = features(by_words(first, reading(claim("A guardian is in place."), BODIES)))
    assert rare["words.cosine"] > 0
    assert by_words(first, reading(claim("NHS England will close the helpline."), BODIES)) == [], (
        "only the owner is shared"
    )
    common, seldom = ("service", "guardian")
    assert load_rarity().of(stem(common)) < load_rarity().of(stem(seldom))


def test_order_tells_years_and_reports() -> None:
    later = claim(published=date(2023, 1, 1), label="progress", strength=None, kind="measure")
    assert set(features(by_order(claim(), later))) == {"order.gap", "order.progress"}
    assert by_order(claim(published=None), claim()) == []


def test_rank_counts_only_as_far_as_the_two_are_alike() -> None:
    assert by_rank(None, 0.9) == []
    assert features(by_rank(0, 0.8))["rank.near"] == 0.8
    assert features(by_rank(3, 0.8))["rank.near"] == 0.2
    assert features(by_rank(0, -0.1))["rank.near"] == 0.0


def test_everything_gathered_has_a_weight() -> None:
    a = reading(claim(owner="NHS England", deadline_end=date(2021, 1, 1), figures=((20.0, "trusts"),)), BODIES)
    b = reading(claim(owner="NHS Employers", deadline_end=date(2025, 1, 1), figures=((30.0, "trusts"),)), BODIES)
    assert {finding.feature for finding in gather(a, b, 0.2, BODIES, rank=1)} <= set(FEATURES)


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("nurses", "nurse", "plural"),
        ("policies", "policy", "-ies"),
        ("training", "trained", "-ing and -ed"),
        ("planning", "plans", "a doubled consonant"),
        ("process", "process", "-ss is no plural"),
    ],
)
def test_inflections_meet(one: str, other: str, why: str) -> None:
    assert stem(one) == stem(other), why


def test_stems_leave_out_what_tells_nothing() -> None:
    assert stems("The trust will, by March 2024, have 50 more of them") == {stem("trust")}
    assert names("It will act on the Mental Health Act, and on that alone.") == {"Mental Health Act"}


def test_kinship_is_symmetric_and_the_line_is_shared() -> None:
    for a, b in [
        ("NHS Improvement", "NHS England"),
        ("UK Government", "Home Office"),
        ("NHS England", "NHS Employers"),
    ]:
        assert BODIES.kinship(a, b) == BODIES.kinship(b, a)
    assert BODIES.line("Health Education England") == BODIES.line("NHS England")
    assert BODIES.line("Nobody in particular") == "Nobody in particular"


def test_terms_are_checked(tmp_path: object) -> None:
    from pathlib import Path

    file = Path(str(tmp_path)) / "terms.toml"
    file.write_text('stop = ["a", "a"]\ndenial = []\nchange = ["x"]\nodd = 1\n', encoding="utf-8")
    with pytest.raises(ModelError) as problem:
        read_terms(file)
    for part in ("unknown key 'odd'", "'a' twice", "'denial' must be", "'common_names' must be"):
        assert part in str(problem.value)
    file.write_text('stop = ["a"]\ndenial = ["("]\nchange = ["x"]\ncommon_names = ["NHS"]\n', encoding="utf-8")
    with pytest.raises(ModelError, match=r"terms\.toml"):
        read_terms(file)
    assert load_terms().stop


@pytest.mark.parametrize("text", ["so The Framework Agreement is " * 4000, "so The Plan" + " " * 100_000 + "Board is"])
def test_names_of_a_long_text_take_linear_time(text: str) -> None:
    began = time.perf_counter()
    assert names(text)
    assert time.perf_counter() - began < 2

"""The register: every name reachable, bodies in time, and files that are refused with all their faults."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.errors import WrongUsage
from extractor.lexicon.abbreviations import document_aliases
from extractor.lexicon.organisations import derived_aliases, load_register, slug_of

REGISTER = load_register()


def names(text: str) -> list[str]:
    return [mention.organisation.name for mention in REGISTER.mentions(text)]


def test_every_name_given_by_hand_is_found_and_means_its_organisation() -> None:
    lost = [
        (organisation.slug, name)
        for organisation in REGISTER.organisations.values()
        for name in (organisation.name, *organisation.aliases)
        if REGISTER.named(name) is not organisation
    ]
    assert lost == []


def test_a_derived_name_never_means_somebody_else_than_one_who_derives_it() -> None:
    claims: dict[str, set[str]] = {}
    for organisation in REGISTER.organisations.values():
        for name in derived_aliases(organisation):
            claims.setdefault(name, set()).add(organisation.slug)
    given_names = {n for o in REGISTER.organisations.values() for n in (o.name, *o.aliases)}
    for name, slugs in claims.items():
        found = REGISTER.named(name)
        if found is not None and name not in given_names and found.slug not in slugs:
            assert any(name.lower() == n.lower() for n in (found.name, *found.aliases)), name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NHS England’s plan", ["NHS England"]),  # a possessive may follow
        ("the Department of Health and Social Care", ["Department of Health and Social Care"]),  # the longest name
        ("every ICB and each trust", ["Integrated care boards", "NHS trusts"]),  # classes in the singular
        ("Trusts must act", ["NHS trusts"]),  # class nouns in any case
        ("NHS employers and NHS Employers", ["Employers", "NHS Employers"]),  # the capital tells class from body
        ("a nice hat, who knows", []),  # acronyms only as they are written
        ("entrusted providerships", []),  # whole words
        ("Monitor progress. Unite behind it.", []),  # words that are names elsewhere
        ("Monitor will report. Later Unite agreed.", ["Monitor", "Unite"]),
        ("NHS Kent and Medway ICB", ["NHS Kent and Medway Integrated Care Board"]),  # derived from the full name
        ("Liverpool University Hospitals NHS FT", ["Liverpool University Hospitals NHS Foundation Trust"]),
        ("London Ambulance Service crews", ["London Ambulance Service NHS Trust"]),
        (
            "Western Sussex Hospitals NHS Foundation Trust",
            ["University Hospitals Sussex NHS Foundation Trust"],
        ),  # renamed
        ("NHS\nEngland", ["NHS England"]),  # broken over a line
        ("NHS.\n\nEngland", ["The NHS in England"]),  # not over a paragraph
        ("Guy’s and St Thomas’ NHS Foundation Trust", ["Guy's and St Thomas' NHS Foundation Trust"]),
    ],
)
def test_mentions(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@given(st.text(alphabet="NHS England's trusts, ICBs &/Treasury\n", max_size=80))
def test_mentions_stand_where_they_say_and_never_overlap(text: str) -> None:
    end = 0
    for mention in REGISTER.mentions(text):
        assert text[mention.start : mention.end] == mention.text
        assert mention.start >= end
        end = mention.end


@pytest.mark.parametrize(
    ("slug", "day", "expected"),
    [
        ("nhs-improvement", date(2018, 1, 1), "NHS Improvement"),
        ("nhs-improvement", date(2022, 6, 30), "NHS Improvement"),  # its last day
        ("nhs-improvement", date(2022, 7, 1), "NHS England"),
        ("monitor", date(2018, 1, 1), "NHS Improvement"),  # the heir of that day
        ("monitor", date(2023, 1, 1), "NHS England"),  # through two mergers
        ("nhs-england", date(2026, 1, 1), "NHS England"),  # a merger that is under way abolishes nobody yet
        ("public-health-england", date(2022, 1, 1), "UK Health Security Agency"),  # the first of two heirs
        ("health-and-social-care-board", date(2023, 1, 1), "Department of Health (Northern Ireland)"),
        ("department-of-health-and-social-care", date(2012, 1, 1), "Department of Health"),  # before its time
        ("primary-care-trusts", date(2024, 1, 1), "Integrated care boards"),  # classes, too
        ("nhs-england", date(2005, 1, 1), "NHS England"),  # those who merged into it were not its forerunner
        ("open-data-user-group", date(2020, 1, 1), "Open Data User Group"),  # closed without an heir
    ],
)
def test_who_it_was_on_a_day(slug: str, day: date, expected: str) -> None:
    assert REGISTER.at(REGISTER.organisations[slug], day).name == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the Department of Health (Northern Ireland) will", ["Department of Health (Northern Ireland)"]),
        ("the Department of Health (Northern Ireland will)", ["Department of Health"]),  # the bracket closes elsewhere
        ("NHS (Highland) and NHS Highland", ["NHS Highland", "NHS Highland"]),
        ("trusts (ICBs, too)", ["NHS trusts", "Integrated care boards"]),  # two names, not one
    ],
)
def test_brackets_in_names(text: str, expected: list[str]) -> None:
    assert [name for name in names(text) if name != "The NHS in England"] == expected


def test_an_office_and_a_plan_stand_for_their_body() -> None:
    for name, body in (("Chief Nursing Officer", "NHS England"), ("NHS People Plan", "NHS England")):
        organisation = REGISTER.named(name)
        assert organisation is not None
        assert REGISTER.body(organisation).name == body


def test_trusts_carry_codes_and_dates() -> None:
    solent = REGISTER.organisations["solent-nhs-trust"]
    assert (solent.ods_code, solent.valid_to) == ("R1C", date(2024, 9, 30))
    assert solent.successors == ("hampshire-and-isle-of-wight-healthcare-nhs-foundation-trust",)
    codes = [o.ods_code for o in REGISTER.organisations.values() if o.ods_code]
    assert len(codes) == len(set(codes)) == 274 + 42


def test_slugs_are_made_from_names() -> None:
    assert all(slug == slug_of(slug) for slug in REGISTER.organisations)
    assert slug_of("Guy’s & St Thomas’") == "guys-and-st-thomas"


def test_every_fault_of_a_file_is_named_at_once(tmp_path: Path) -> None:
    file = tmp_path / "bodies.toml"
    file.write_text(
        """
        [organisation.first-body]
        name = "First Body"
        kind = "departement"
        colour = "red"

        [organisation.second-body]
        name = "Second Body"
        kind = "regulator"
        aliases = ["CQC"]
        successors = ["nobody"]

        [organisation.third-body]
        name = "Third Body"
        kind = "regulator"
        valid_from = 2020-01-01
        valid_to = 2019-01-01

        [organisation.nhs-england]
        name = "NHS England again"
        kind = "regulator"

        [organisation."Fourth Body"]
        kind = "role"

        [colours]
        red = 1
        """,
        encoding="utf-8",
    )
    with pytest.raises(WrongUsage) as refusal:
        load_register((file,))
    for fault in (
        "first-body: unknown kind 'departement'",
        "first-body: unknown key 'colour'",
        "second-body: 'CQC' already means care-quality-commission",
        "second-body: there is no 'nobody'",
        "third-body: it ended on 2019-01-01 before it began on 2020-01-01",
        "nhs-england is there already",
        "Fourth Body: no name",
        "Fourth Body: the slug should be 'fourth-body'",
        "Fourth Body: acts_for belongs to every role",
        "unknown section 'colours'",
    ):
        assert fault in str(refusal.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match=r"missing\.toml"):
        load_register((tmp_path / "missing.toml",))


def test_a_further_file_adds_bodies_and_names(tmp_path: Path) -> None:
    file = tmp_path / "local.toml"
    file.write_text(
        '[organisation.riverside-board]\nname = "Riverside Board"\nkind = "forum"\n'
        '[organisation.nhs-england]\naliases = ["NHS Eng"]\n'
        '[theme.parking]\nname = "Parking"\ncues = { parking = 1.0 }\n',
        encoding="utf-8",
    )
    register = load_register((file,))
    found = [mention.organisation.slug for mention in register.mentions("Riverside Board and NHS Eng")]
    assert found == ["riverside-board", "nhs-england"]
    assert names("Riverside Board") == []  # the shipped register is untouched


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Liverpool University Hospitals NHS FT (LUHFT) will", {"LUHFT": "Liverpool University Hospitals NHS FT"}),
        ("the Royal College of Podiatry (RCPod)", {"RCPod": "Royal College of Podiatry"}),  # small letters within words
        ("Rachel Jones (RJ), NHS England", {"RJ": "Rachel Jones"}),
        ("by post (see Annex A) and (UK)", {}),  # a bracket that abbreviates nothing before it
        ("It ended. Other Places (EOP)", {}),  # not over a full stop
        ("Alpha Beta (AB) and later Ann Boe (AB)", {"AB": "Alpha Beta"}),  # the first introduction counts
    ],
)
def test_abbreviations_that_a_document_introduces(text: str, expected: dict[str, str]) -> None:
    assert document_aliases(text) == expected

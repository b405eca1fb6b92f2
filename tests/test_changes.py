"""What a revision names: the field that changed, from what to what; and what a later statement does with an earlier."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.lexicon.organisations import load_register
from extractor.link.bodies import Bodies
from extractor.link.changes import FIELDS, changes_between, kind_of
from extractor.link.evidence import reading
from extractor.link.terms import load_terms
from extractor.records import Claim
from tests.linear import check_linear
from tests.pairs import Judged, by_field, confusion, half_of

BODIES = Bodies(load_register())
PUBLISHED, LATER = date(2020, 1, 10), date(2021, 2, 1)


def claim(text: str = "We will act.", **fields: Any) -> Claim:
    return replace(Claim("a", "d1", "commitment", text, PUBLISHED, None, None, strength="firm"), **fields)


def later(text: str = "We will act.", **fields: Any) -> Claim:
    return claim(**{"id": "b", "document_id": "d2", "published": LATER, "text": text, **fields})


DUE = date(2022, 3, 31)
MOVED = (
    ("another year", DUE, date(2023, 3, 31), "By March.", ("deadline moved 365 days later (2022-03-31 → 2023-03-31)",)),
    ("earlier", DUE, date(2021, 12, 31), "By then.", ("deadline moved 90 days earlier (2022-03-31 → 2021-12-31)",)),
    ("a month's end and its name", DUE, date(2022, 3, 20), "By March.", ()),
    ("a season ends when its reader thinks", DUE, date(2022, 5, 31), "In the spring of 2022.", ()),
    (
        "unless it says that it moved",
        DUE,
        date(2022, 5, 31),
        "It has been put back to the spring.",
        ("deadline moved 61 days later (2022-03-31 → 2022-05-31)",),
    ),
    ("silence drops nothing", DUE, None, "We will act.", ()),
    ("but these words do", DUE, None, "It will come in due course.", ("deadline dropped (2022-03-31)",)),
)


@pytest.mark.parametrize(("why", "was", "now", "text", "expected"), MOVED, ids=[case[0] for case in MOVED])
def test_deadline(why: str, was: date | None, now: date | None, text: str, expected: tuple[str, ...]) -> None:
    found = changes_between(claim(deadline_end=was), later(text, deadline_end=now), BODIES)
    assert tuple(change for change in found if change.startswith("deadline")) == expected, why


def test_a_deadline_is_added_to_what_had_none() -> None:
    a = claim("The code will come, but there is no date for it.")
    assert changes_between(a, later(deadline_end=DUE), BODIES) == ("deadline added (2022-03-31)",)


Figures = Sequence[tuple[float, str]]
FIGURES: tuple[tuple[str, Figures, Figures, str, str | None], ...] = (
    ("one unit", [(500, "nurses")], [(400, "nurses")], "x", "figure changed (500 → 400 nurses)"),
    ("the unit is named otherwise", [(500, "nurses")], [(400, "posts")], "x", "figure changed (500 → 400 nurses)"),
    ("the same again", [(500, "nurses")], [(500, "posts")], "x", None),
    ("rounded", [(1015, "nurses")], [(1000, "nurses")], "x", None),
    ("rounded more, and said so", [(110, "rooms")], [(100, "rooms")], "Over a hundred rooms.", None),
    ("too far apart to be one figure", [(3500, "posts")], [(3, "people")], "x", None),
    ("money is no count", [(500, "nurses")], [(400, "£")], "x", None),
    ("per cent is no money", [(5, "per cent")], [(4, "£")], "x", None),
    ("money and money", [(5e6, "£")], [(4e6, "GBP")], "x", "figure changed (5e+06 → 4e+06 £)"),
    ("per cent and per cent", [(5, "per cent")], [(8, "per cent")], "x", "figure changed (5 → 8 per cent)"),
    ("which of two sums is it?", [(5e6, "£"), (9e6, "£")], [(4e6, "£")], "x", None),
    ("how long is not how many", [(12, "months")], [(10, "wards")], "x", None),
    ("a length of time in one unit", [(60, "days")], [(90, "days")], "x", "figure changed (60 → 90 days)"),
    ("two of three", [], [], "It will be set up at two of the three sites.", "figure changed (two of the three)"),
    (
        "the old figure is named",
        [(600, "posts")],
        [(600, "posts"), (500, "posts")],
        "We will fund 500 posts, not 600.",
        "figure changed (600 → 500 posts)",
    ),
    ("a date is no old figure", [(6, "posts")], [(6, "posts")], "We will fund six posts from 6 April.", None),
)


@pytest.mark.parametrize(("why", "was", "now", "text", "expected"), FIGURES, ids=[case[0] for case in FIGURES])
def test_figure(why: str, was: Figures, now: Figures, text: str, expected: str | None) -> None:
    found = changes_between(claim(figures=tuple(was)), later(text, figures=tuple(now)), BODIES)
    assert next((change for change in found if change.startswith("figure")), None) == expected, why


OWNERS: tuple[tuple[str, str | None, dict[str, Any], str | None], ...] = (
    ("NHS Improvement", "NHS England", {}, "owner succeeded (NHS Improvement → NHS England)"),
    ("NHS England", "Home Office", {}, "owner changed (NHS England → Home Office)"),
    ("NHS England", "NHS England", {}, None),
    ("NHS England", None, {}, None),  # who must act is often left out
    ("UK Government", "Home Office", {}, None),  # part and whole
    ("NHS England", "Grants Panel", {}, None),  # perhaps only who publishes it
    (
        "NHS England",
        "Grants Panel",
        {"text": "The Grants Panel will act."},
        "owner changed (NHS England → Grants Panel)",
    ),
    ("NHS England", "Home Office", {"label": "progress", "kind": "delivered"}, None),  # who reports
    (
        "NHS England",
        "Home Office",
        {"label": "progress", "kind": "underway", "text": "It took over the work."},
        "owner changed (NHS England → Home Office)",
    ),
)


@pytest.mark.parametrize(("was", "now", "fields", "expected"), OWNERS)
def test_owner(was: str, now: str | None, fields: dict[str, Any], expected: str | None) -> None:
    found = changes_between(claim(owner=was), later(owner=now, **fields), BODIES)
    assert found == ((expected,) if expected else ())


WORDING = (
    ("All trusts will publish a plan.", "All trusts hope to publish a plan.", "weakened"),
    ("The Board will open a hub.", "The Board expects to open a hub.", "weakened"),
    ("The Board will open a hub.", "The Board will open a hub where possible.", "weakened"),
    ("The Board will open a hub.", "The Board will open a hub, subject to funding.", "weakened"),
    ("The Board will open a hub.", "The Board will consider a hub.", "weakened"),
    ("The Board will open a hub.", "The Board will open a hub if funds allow.", "weakened"),
    ("All wards will have a sister.", "Most of the wards will have a sister.", "weakened"),
    ("Boards are encouraged to open a hub.", "It is now mandatory for boards to open a hub.", "strengthened"),
    ("Boards will open a hub.", "It is mandatory to open a hub where possible.", None),  # one cue against the other
    ("Boards are to open a hub.", "It is now compulsory for boards to open a hub.", "strengthened"),
    ("The Board hopes to open a hub.", "The Board hopes to open a hub at last.", None),  # as loose as it was
    ("It will open in March.", "It will open in May.", None),  # a month binds no less than another
)


@pytest.mark.parametrize(("was", "now", "expected"), WORDING)
def test_wording(was: str, now: str, expected: str | None) -> None:
    found = [change for change in changes_between(claim(was), later(now), BODIES) if change.startswith("wording")]
    assert [change.split()[1] for change in found] == ([expected] if expected else [])


def test_the_ladder_of_strengths_needs_a_cue_for_one_rung() -> None:
    a = claim()
    assert changes_between(a, later(strength="aim"), BODIES) == ()
    assert changes_between(a, later("We hope to act.", strength="aim"), BODIES) == ("wording weakened (firm → aim)",)
    assert changes_between(a, later(strength="proposal"), BODIES) == ("wording weakened (firm → proposal)",)
    assert changes_between(claim(strength="aim"), later("We are obliged to act."), BODIES) == (
        "wording strengthened (aim → firm)",
    )


SCOPE = (
    ("All trusts will have a hub.", "The pilot sites will have a hub.", "narrowed"),
    ("Every provider will report.", "The larger providers will report.", "narrowed"),
    ("All staff will be trained.", "Bank staff will be left out of the training.", "narrowed"),
    ("Hubs will open across the country.", "Hubs will open in London.", "narrowed"),
    ("Hubs will open in London.", "Hubs will open across the country.", "widened"),
    ("Nurses will get a grant.", "Midwives will get the grant as well.", "widened"),
    ("We will train 500 nurses by June.", "We will train 500 nurses and midwives by June.", "widened"),
    ("NHS England will open a hub.", "London will have a hub of NHS England.", None),  # a body is no country
    ("Nurses and midwives will be paid.", "Midwives and nurses will be paid.", None),  # the same two
    ("We will train staff.", "We will train only 40 staff.", None),  # a figure, not a scope
    ("We will train staff.", "We will train staff, not a day too soon.", None),
)


@pytest.mark.parametrize(("was", "now", "expected"), SCOPE)
def test_scope(was: str, now: str, expected: str | None) -> None:
    found = [change for change in changes_between(claim(was), later(now), BODIES) if change.startswith("scope")]
    assert [change.split()[1] for change in found] == ([expected] if expected else [])


TEXTS = st.sampled_from([text for case in (*WORDING, *SCOPE) for text in case[:2]])
CLAIMS = st.builds(
    later,
    TEXTS,
    deadline_end=st.sampled_from([None, DUE, date(2024, 1, 1)]),
    figures=st.sampled_from([(), ((5.0, "per cent"),), ((9.0, "nurses"), (3.0, "£"))]),
    owner=st.sampled_from([None, "NHS England", "NHS Improvement"]),
    strength=st.sampled_from(["firm", "directive", "aim", "proposal"]),
)


@given(CLAIMS, CLAIMS)
def test_each_change_names_a_field_once(a: Claim, b: Claim) -> None:
    named = [change.split()[0] for change in changes_between(a, b, BODIES)]
    assert named == [field for field in FIELDS if field in named]
    assert changes_between(a, a, BODIES) == ()


KINDS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("nothing changed", {}, "restates"),
    ("the date moved", {"deadline_end": date(2023, 3, 31)}, "revises"),
    ("it says that it was moved", {"text": "It will now be done with partners instead."}, "revises"),
    ("somebody was left out", {"text": "It will be done, but bank staff are left out."}, "revises"),
    ("a successor takes it on", {"owner": "NHS England"}, "revises"),
    ("the minister speaks for the department", {"owner": "Home Office"}, "restates"),
    (
        "another takes it over, and says so",
        {"owner": "Home Office", "text": "This passes to the Home Office."},
        "revises",
    ),
    ("a report", {"label": "progress", "kind": "delivered", "deadline_end": None}, "progresses"),
    (
        "a report's figure is no new promise",
        {
            "label": "progress",
            "kind": "measure",
            "figures": ((400.0, "nurses"),),
            "deadline_end": None,
            "text": "In May 400 were at work.",
        },
        "progresses",
    ),
    (
        "but one of what is to come is",
        {
            "label": "progress",
            "kind": "measure",
            "figures": ((400.0, "nurses"),),
            "deadline_end": None,
            "text": "The aim has been lowered to 400.",
        },
        "revises",
    ),
    (
        "a delay with its new date",
        {"label": "progress", "kind": "delayed", "deadline_end": date(2023, 6, 30)},
        "revises",
    ),
    ("a delay without one", {"label": "progress", "kind": "delayed", "deadline_end": None}, "progresses"),
    ("still coming by the date given", {"label": "progress", "kind": "underway"}, "restates"),
    (
        "a date that is over is part of the report",
        {"label": "progress", "kind": "delivered", "published": date(2023, 1, 1)},
        "progresses",
    ),
    (
        "taken for a promise, it is a report all the same",
        {"text": "Since then 400 have been trained.", "deadline_end": None},
        "progresses",
    ),
    ("it holds to what was said", {"text": "The pledge remains as it was, ministers insisted."}, "restates"),
)


@pytest.mark.parametrize(("why", "fields", "expected"), KINDS, ids=[case[0] for case in KINDS])
def test_kind(why: str, fields: dict[str, Any], expected: str) -> None:
    first = claim(owner="NHS Improvement", deadline_end=DUE, figures=((500.0, "nurses"),))
    second = later(**{"owner": "NHS Improvement", "deadline_end": DUE, "figures": ((500.0, "nurses"),), **fields})
    assert kind_of(reading(first, BODIES), reading(second, BODIES), BODIES) == expected, why


@pytest.mark.parametrize(
    "unit", ["no longer ", "some of the ", "not 6 of the 7 ", "nurses and ", "from 1,000,000", "it is for "]
)
def test_a_long_text_takes_no_longer_than_its_length(unit: str) -> None:
    terms = load_terms()
    patterns = [getattr(terms, name) for name in ("change", "weaker", "stronger", "narrower", "wider", "undated")]

    def search(text: str) -> None:
        changes_between(claim(), later(text), BODIES)
        for pattern in patterns:
            sum(1 for _ in pattern.finditer(text))

    check_linear(search, unit, length=20_000)


def test_the_measure_counts_relations_and_fields() -> None:
    row = {"family": "q002", "a": {}, "b": {}, "relation": "revises", "changed": ["deadline", "scope"]}
    right = Judged(row, claim(), later(), "revises", ("deadline moved 9 days later (…)", "scope narrowed (“only”)"))
    wrong = Judged(row | {"family": 7}, claim(), later(), "restates", ("figure changed (1 → 2 x)",))
    assert (right.right, wrong.right, half_of("q002"), half_of(7)) == (True, False, "even", "odd")
    lines = {line.split()[0]: line.split()[1:] for line in by_field([right, wrong]) if line}
    assert lines["deadline"] == ["2", "1", "1", "1.000", "0.500", "0.667"]
    assert lines["figure"] == ["0", "1", "0", "0.000", "0.000", "0.000"]
    assert any("accuracy 0.500" in line for line in confusion([right, wrong]))

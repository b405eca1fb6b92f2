"""`relate` from end to end on a few pairs; the encoder and the statement network load once for all of them."""

import pytest

from extractor.errors import WrongUsage
from extractor.records import Link
from extractor.relating import Side, relate_pairs
from extractor.settings import Settings

FIRST: Side = {
    "text": "NHS England will publish a national rostering standard by the end of March 2023.",
    "published": "2022-06-07",
    "owner": "NHS England",
    "deadline_end": "2023-03-31",
}
CASES: dict[str, tuple[Side, str]] = {
    "the same again": (
        {
            "text": "A national rostering standard will be published by NHS England by March 2023.",
            "published": "2022-10-19",
            "owner": "NHS England",
            "deadline_end": "2023-03-31",
        },
        "restates",
    ),
    "a new date": (
        {
            "text": "NHS England will now publish the national rostering standard in September 2023.",
            "published": "2023-03-02",
            "owner": "NHS England",
            "deadline_end": "2023-09-30",
        },
        "revises",
    ),
    "done": (
        {
            "text": "The national rostering standard was published on 4 October 2023.",
            "published": "2023-10-11",
            "owner": "NHS England",
            "deadline_end": None,
        },
        "progresses",
    ),
    "another body, another thing": (
        {
            "text": "The Home Office will charge hospitals for visas by January 2022.",
            "published": "2022-07-01",
            "owner": "Home Office",
            "deadline_end": "2022-01-31",
        },
        "unrelated",
    ),
}


@pytest.fixture(scope="module")
def links() -> dict[str, Link]:
    found = relate_pairs([(FIRST, later) for later, _ in CASES.values()], settings=Settings())
    return dict(zip(CASES, found, strict=True))


@pytest.mark.parametrize("case", CASES)
def test_relation(links: dict[str, Link], case: str) -> None:
    link = links[case]
    assert link.relation == CASES[case][1], link
    assert (link.score >= 0.5) == (link.relation != "unrelated")
    assert link.reasons


def test_a_revision_names_what_moved(links: dict[str, Link]) -> None:
    assert any("deadline moved by +183 days" in change for change in links["a new date"].changes)


def test_the_order_in_which_a_pair_is_given_does_not_matter(links: dict[str, Link]) -> None:
    later = CASES["a new date"][0]
    turned = relate_pairs([(later, FIRST)], settings=Settings())[0]
    assert (turned.relation, turned.score) == ("revises", links["a new date"].score)


@pytest.mark.parametrize(
    ("side", "why"),
    [
        ({"text": " "}, "no words"),
        ({"published": "2020-01-01"}, "no text"),
        ({"text": "We will.", "published": "soon"}, "no date"),
    ],
)
def test_bad_sides_are_named(side: Side, why: str) -> None:
    with pytest.raises(WrongUsage):
        relate_pairs([(FIRST, side)], settings=Settings())


def test_no_pairs() -> None:
    assert relate_pairs([], settings=Settings()) == []

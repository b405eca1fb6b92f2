"""`relate` from end to end on a few pairs; the encoder and the statement network load once for all of them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from extractor.errors import WrongUsage
from extractor.records import Link
from extractor.relating import Side, relate_pairs
from extractor.settings import Settings
from extractor.train.pairs import read_labelled

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
    assert any("deadline moved 183 days later" in change for change in links["a new date"].changes)


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
        ({"text": 7}, "no string"),
        ({"text": "We will.", "owner": ["NHS England"]}, "no string either"),
        ({"text": "We will.", "deadline_end": 2024}, "a number is no day"),
        ({"text": "We will \ud83d."}, "half a character, which no tokenizer takes"),
    ],
)
def test_bad_sides_are_named(side: Side, why: str) -> None:
    with pytest.raises(WrongUsage):
        relate_pairs([(FIRST, side)], settings=Settings())


def test_similarity_can_be_reached_from_the_package() -> None:
    code = (
        "import extractor, sys; assert not {'extractor.link', 'torch'} & set(sys.modules); "
        "print(extractor.link.similarity.__name__); "
        "assert not hasattr(extractor, 'links')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert (done.stdout, done.stderr) == ("similarity\n", "")


def test_training_reads_a_line_separator_within_a_string(tmp_path: Path) -> None:
    row = {"family": 1, "a": FIRST, "b": dict(FIRST) | {"text": "One line,\u2028and another."}, "relation": "unrelated"}
    file = tmp_path / "pairs.jsonl"
    file.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    assert read_labelled([file]) == [row | {"family": "pairs 1"}]
    file.write_text('{"family"\n', encoding="utf-8")
    with pytest.raises(WrongUsage, match="line 1"):
        read_labelled([file])


def test_no_pairs() -> None:
    assert relate_pairs([], settings=Settings()) == []

"""What the first page of a document says of it, for invented openings of many sorts (tests/cases/openings.toml)."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.ingest import read_bytes
from extractor.records import Document

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "openings.toml").read_text(encoding="utf-8")
)["opening"]
FIELDS = ("title", "kind", "publisher", "published", "series")
LENGTH = {"day": 10, "month": 7, "year": 4}


def detected(document: Document) -> dict[str, str | None]:
    """The fields as a sidecar gives them; a title made of the file's name is none."""
    day = document.published.isoformat() if document.published else None
    return {
        "title": document.title if document.sources.get("title") != "name" else None,
        "kind": document.kind,
        "publisher": document.publisher,
        "published": day[: LENGTH[document.precision]] if day and document.precision else None,
        "series": document.series,
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_opening(case: dict[str, Any]) -> None:
    found = detected(read_bytes(case["text"].encode(), case.get("name", "document.txt")))
    missed = case.get("missed", [])
    wanted = {field: case.get(field) for field in FIELDS if field not in missed}
    assert {field: found[field] for field in wanted} == wanted, case["why"]
    # a field that is found after all leaves the list of those missed
    assert all(found[field] != case[field] for field in missed)


def test_every_case_is_well_formed() -> None:
    allowed = {*FIELDS, "why", "text", "name", "held_out", "missed"}
    assert all(set(case) <= allowed and {"why", "text", "kind"} <= set(case) for case in CASES)
    assert len({case["why"] for case in CASES}) == len(CASES) >= 60


def test_no_title_is_made_up() -> None:
    """Every word of a title stands in the text, but for the "minutes" that is added to a body's name."""
    for case in CASES:
        title = detected(read_bytes(case["text"].encode(), case.get("name", "document.txt")))["title"] or ""
        text = " ".join(case["text"].casefold().split())
        assert [w for w in title.casefold().split() if w.strip(":") not in text and w != "minutes"] == []


WORDS = st.sampled_from(
    [
        "NHS",
        "England",
        "Board",
        "Trust",
        "of",
        "the",
        "and",
        ",",
        "–",
        ":",
        "|",
        "minutes",
        "Minutes",
        "held",
        "on",
        "3",
        "June",
        "2024/25",
        "meeting",
        "Dear",
        "Colleague",
        "©",
        "Committee",
        "people",
        "workforce",
        "(",
        ")",
        "response",
        "to",
        "Published",
        "updated",
        "Thursday",
        "today",
        "12/3/24",
        "v1.2",
        "Q1",
        "@",
        "https://england.nhs.uk",
    ]
)


@given(st.lists(st.lists(WORDS, min_size=1, max_size=30).map(" ".join), min_size=1, max_size=12))
def test_any_opening_is_described(lines: list[str]) -> None:
    """Whatever the words, every field has a source and nothing fails."""
    document = read_bytes("\n\n".join([*lines, "We act."]).encode(), "a.txt")
    found = {
        field for field, value in detected(document).items() if value and not (field == "kind" and value == "other")
    }
    assert found <= set(document.sources)

"""Identity: what keeps an id and what changes it."""

import subprocess
import sys

import pytest

from extractor.ids import document_id, short_id, statement_id


@pytest.mark.parametrize(
    ("one", "other", "same", "why"),
    [
        ("We will act.", "We  will\nact.", True, "a re-wrapped line is the same quote"),
        ("We will act.", "we will ACT.", True, "a re-typed capital is the same quote"),
        ("the ﬁrst plan", "the first plan", True, "a ligature is a way of writing"),
        ("We will act.", "We may act.", False, "another word is another statement"),
    ],
)
def test_a_statement_is_known_by_its_words(one: str, other: str, same: bool, why: str) -> None:
    assert (statement_id("d", one, 0) == statement_id("d", other, 0)) is same, why


def test_the_same_words_twice_in_one_document_stay_two() -> None:
    assert statement_id("d", "Complete.", 0) != statement_id("d", "Complete.", 1)


def test_parts_do_not_run_into_each_other() -> None:
    assert short_id("ab", "c") != short_id("a", "bc")


@pytest.mark.parametrize(
    ("a", "b", "same", "why"),
    [
        ({"url": "https://x.uk/a"}, {"url": "https://x.uk/a", "title": "Other"}, True, "a URL outweighs all else"),
        (
            {"publisher": "NHSE", "title": "Plan", "published": "2023"},
            {"publisher": "nhse", "title": "Plan ", "published": "2023"},
            True,
            "spelling",
        ),
        (
            {"publisher": "NHSE", "title": "Plan", "published": "2023"},
            {"publisher": "NHSE", "title": "Plan", "published": "2024"},
            False,
            "date",
        ),
        (
            {"publisher": "HSJ", "published": "2018-06"},
            {"publisher": "HSJ", "published": "2018-06", "sha256": "2"},
            False,
            "no title: the content tells",
        ),
    ],
)
def test_identity_of_documents(a: dict[str, str], b: dict[str, str], same: bool, why: str) -> None:
    empty = {"url": None, "publisher": None, "title": None, "published": None, "sha256": "1"}
    assert (document_id(**{**empty, **a}) == document_id(**{**empty, **b})) is same, why  # type: ignore[arg-type]


def test_ids_do_not_depend_on_the_process() -> None:
    code = "from extractor.ids import statement_id; print(statement_id('d', 'We will act.', 0))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == statement_id("d", "We will act.", 0)

"""Two wordings in one where they are alike, the fields that differ where they are not."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.web.wording import ALIKE, LONGEST, Run, changed_fields, compare
from tests.web.conftest import Site

Text = Callable[[Any], str]
WORDS = st.lists(st.sampled_from(["we", "will", "hire", "5,000", "nurses", "by", "2024", "2025."]), max_size=12)


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        pytest.param("We will hire 5,000 nurses by 2024.", "We will hire 8,000 nurses by 2025.",
                     "We will hire -5,000 +8,000 nurses by -2024. +2025.", id="two words"),
        pytest.param("We will hire nurses.", "We will hire nurses", "We will hire nurses", id="a full stop is no word"),
        pytest.param("We will hire", "we will hire more", "we will hire +more", id="a capital is no word"),
        pytest.param("We will not hire", "We will hire", "We will -not hire", id="a word less"),
        pytest.param("Pay rises by May.", "Trusts open two new wards.", "", id="nothing in common"),
        pytest.param("", "We will hire", "", id="no words"),
        pytest.param("w " * (LONGEST + 1), "w " * (LONGEST + 1), "", id="too long to compare"),
    ],
)  # fmt: skip
def test_wordings(earlier: str, later: str, expected: str) -> None:
    signs = {"same": "", "gone": "-", "new": "+"}
    assert " ".join(signs[run.kind] + run.text for run in compare(earlier, later)) == expected


@given(WORDS, WORDS)
def test_both_wordings_can_be_read_out_of_the_comparison(earlier: list[str], later: list[str]) -> None:
    runs = compare(" ".join(earlier), " ".join(later))
    if runs:
        assert " ".join(run.text for run in runs if run.kind != "gone").split() == later
        old = [word for run in runs if run.kind != "new" for word in run.text.split()]
        assert [word.strip(".") for word in old] == [word.strip(".") for word in earlier]
        shared = sum(len(run.text.split()) for run in runs if run.kind == "same")
        assert 2 * shared / (len(earlier) + len(later)) >= ALIKE
    assert all(isinstance(run, Run) for run in runs)


def row(**fields: Any) -> Any:
    plain = {"id": "a", "label": "commitment", "sort": "firm", "owner": "Board", "deadline_start": None}
    return plain | {"deadline_end": "2024-03-31"} | fields


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        pytest.param(row(), row(id="b"), [], id="nothing changed"),
        pytest.param(row(), row(sort="aim"), [("Strength", "firm", "aim")], id="strength"),
        pytest.param(row(), row(owner=None), [("Owner", "Board", "no owner found")], id="owner"),
        pytest.param(row(), row(deadline_end=None),
                     [("Deadline", "no later than 31 March 2024", "no deadline given")], id="deadline"),
        pytest.param(row(), row(id="c"), [("Figure", "none given", "5,000 nurses; ten wards")], id="figure"),
        pytest.param(row(), row(label="progress", sort="delayed"), [], id="a report has no strength"),
    ],
)  # fmt: skip
def test_fields(earlier: Any, later: Any, expected: list[tuple[str, str, str]]) -> None:
    found = changed_fields(earlier, later, {"c": ["5,000 nurses", "ten wards"]})
    assert [(field.name, field.was, field.became) for field in found] == expected


@pytest.mark.parametrize("path", ["/pledge/{second}", "/thread/{thread}"])
def test_words_taken_out_and_put_in_are_said_in_words(site: Site, text: Text, path: str) -> None:
    page = site.page(path.format(**site.names))
    (diff,) = page.find_class("diff")
    assert text(diff) == (
        "The Nursing Board will recruit [taken out: 7,500] [put in: 10,000] more nurses by March "
        "[taken out: 2021.] [put in: 2022.]"
    )
    assert [element.tag for element in diff.iter("del", "ins")] == ["del", "ins", "del", "ins"]


def test_other_words_are_compared_by_field(site: Site, text: Text) -> None:
    page = site.page("/thread/5f0c0ffee0000002")
    (table,) = page.find_class("wording")[0].iter("table")
    rows = [text(row) for row in table.find("tbody").iter("tr")]
    assert rows[0].startswith("Deadline from 1 April 2020, with no end given from ")
    assert "Figure all ward staff none given" in rows
    assert "Owner Employers Trusts" in rows
    assert not page.find_class("diff")

"""Lines of CSV: what a spreadsheet gets is what was written, and never a formula."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.store.spreadsheet import FORMULA, csv_line

CELLS = st.one_of(st.none(), st.integers(), st.floats(allow_nan=False), st.text(alphabet=st.characters(codec="utf-8")))


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        pytest.param("=1+1", "'=1+1", id="a formula"),
        pytest.param("+44", "'+44", id="a sign"),
        pytest.param("-5 per cent", "'-5 per cent", id="a minus before words"),
        pytest.param("@SUM(A1)", "'@SUM(A1)", id="an old formula"),
        pytest.param("\t=1", "'\t=1", id="a tab, which is passed over"),
        pytest.param("＝1", "'＝1", id="a wide sign"),
        pytest.param(-5, "-5", id="a number stays one"),
        pytest.param("– a dash", "– a dash", id="a dash is no minus"),
        pytest.param("a=1", "a=1", id="not at the beginning"),
        pytest.param(None, "", id="null"),
        pytest.param('a "b", c\r\nd', 'a "b", c\r\nd', id="quotes, commas and lines"),
    ],
)
def test_a_cell(value: object, cell: str) -> None:
    line = csv_line(["x", value])
    assert line.endswith("\r\n")
    assert list(csv.reader(io.StringIO(line, newline=""))) == [["x", cell]]


@given(st.lists(CELLS, min_size=2, max_size=6))
def test_no_cell_is_ever_a_formula_and_nothing_else_changes(values: list[object]) -> None:
    (read,) = csv.reader(io.StringIO(csv_line(values), newline=""))
    assert len(read) == len(values)
    for value, cell in zip(values, read, strict=True):
        if isinstance(value, str):
            assert not cell.startswith(FORMULA)
            assert cell.removeprefix("'") == value.removeprefix("'") or cell == value

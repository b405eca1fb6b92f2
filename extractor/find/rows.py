"""The figures in the cells of a table row: which is the value, which its baseline, and which a target or a number."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from extractor.find.figures import Figure
from extractor.find.units import WORD, is_plural
from extractor.lexicon.units import load_units

_COLUMNS = load_units().columns
_WORDS = re.compile(r"[^\W\d_]+|\d{4}|\bq[1-4]\b", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class RowCell:
    """A cell of a row: its column's header, and its span in the row's text."""

    header: str
    start: int
    end: int


# a cell with more than this behind its figure states something of its own: "8,000 hours of unpaid work each week"
_LONGEST_REST = 15
Role = Literal["period", "target", "number", "other"]


def measured(figures: Sequence[Figure], text: str, cells: Sequence[RowCell]) -> list[Figure]:
    """The figures of a row with what its headers say: of two dated columns the later is the value, the earlier its
    baseline; the figure of a target column goes with the value of the same kind before it, the number of a row is none.

    A bare number that opens its cell takes its unit from the header's plural noun, or from the row's first cell. A row
    without headers, and a figure outside the cells, is left as it is.
    """
    if not any(cell.header.strip() for cell in cells):
        return list(figures)
    roles = [(cell, _role(cell.header)) for cell in cells]
    dated = [cell for cell, role in roles if role == "period" and _opening(figures, cell, text)]
    baselines = {later.start: _opening(figures, earlier, text) for earlier, later in pairwise(dated)}
    left_out = {cell.start for cell, role in roles if role in ("target", "number")} | {
        cell.start for cell in dated[:-1]
    }
    kept: list[Figure] = []
    for figure in figures:
        cell = next((cell for cell in cells if cell.start <= figure.start < cell.end), None)
        if cell is None or not cell.header.strip():
            kept.append(figure)
        elif cell.start not in left_out or cell.end - figure.end > _LONGEST_REST:
            kept.append(_in_cell(figure, text, cell, cells, baselines.get(cell.start)))
        elif kept and _role(cell.header) == "target" and figure.value != "all" and kept[-1].kind == figure.kind:
            kept[-1] = replace(kept[-1], target=kept[-1].target or figure.value)
    return kept


def _role(header: str) -> Role:
    words = {word.lower() for word in _WORDS.findall(header)}
    if words & _COLUMNS.targets:
        return "target"
    if not words or words <= _COLUMNS.numbering:
        return "number"
    return "period" if words & _COLUMNS.periods or any(_YEAR.fullmatch(word) for word in words) else "other"


def _opening(figures: Sequence[Figure], cell: RowCell, text: str) -> Figure | None:
    """The first figure of a cell, where nothing but a few words stands before it ("29, with five more")."""
    first = next((figure for figure in figures if cell.start <= figure.start < cell.end), None)
    return first if first is not None and first.start - cell.start <= len("not recorded (") else None


def _in_cell(figure: Figure, text: str, cell: RowCell, cells: Sequence[RowCell], earlier: Figure | None) -> Figure:
    if figure.start != cell.start or figure.value == "all":
        return figure
    unit = figure.unit or _plural(cell.header) or _plural(text[cells[0].start : cells[0].end])
    unit = unit or next(iter(WORD.findall(cell.header)), None)
    baseline = earlier.value if earlier is not None and earlier.value != "all" else figure.baseline
    return replace(figure, unit=unit, baseline=baseline, rule="row")


def _plural(words: str) -> str | None:
    """The last plural noun of a header or first cell with what stands before it: "Band 5 nurses"."""
    found = WORD.findall(words)
    places = [at for at, word in enumerate(found) if is_plural(word)]
    return " ".join(found[: places[-1] + 1]) if places else None

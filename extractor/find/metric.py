"""Figures that measure an action or its outcome: value, unit, baseline and direction."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from extractor.find.baseline import joined
from extractor.find.ellipsis import counted, moves, understood_unit, unit_before
from extractor.find.figures import Figure, Span, either, read_figures
from extractor.find.rows import RowCell, measured
from extractor.lexicon.units import load_units
from extractor.records import Metric

_DIRECTIONS, _NUMBERS = load_units().direction, load_units().numbers
_DIRECTION = re.compile(
    rf"\b(?:(?P<up>{either(_DIRECTIONS.increase)})|(?P<down>{either(_DIRECTIONS.decrease)}))\b(?!\starget)",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[.;:]\s|,\s(?:and|but|while|with)\s")
# "300 places a year", "£12.82 an hour", "two nurses per ward", "500 annually"
_PER = re.compile(
    rf"(?:\s[a-z-]{{1,20}}){{0,3}}?\s(?:(?:an?|per|each|every|for\severy|for\seach)\s"
    rf"(?:(?:financial|academic|calendar|working)\s)?(?P<per>{either(_NUMBERS.time_units | _NUMBERS.denominators)})\b"
    r"(?!\sago\b)|(?P<ly>annually|yearly|monthly|weekly|daily)\b)"
)
_LY = {"annually": "year", "yearly": "year", "monthly": "month", "weekly": "week", "daily": "day"}
_STANDING = re.compile(r"\b(?:only|just|now|currently|stands\sat|stood\sat)\s$", re.IGNORECASE)


def find_metrics(text: str, *, dates: Sequence[Span] = (), cells: Sequence[RowCell] = ()) -> tuple[Metric, ...]:
    """The figures of `text` that measure something, in order; no number in `dates` or another time of the text is one.

    Of a range the far end is the value; "£2.3bn" has the unit "£". Years, grades, numbering, times of day and names
    with numbers are no metrics. "Turnover will fall from 10 to 8 per cent" is 8 per cent, baseline 10, a decrease. A
    bare number has the unit that is understood ("30 posts, 12 filled"). `cells` are those of a table row, their spans
    in `text`: their headers tell values from baselines and targets.
    """
    turns = [(m.start(), "increase" if m["up"] else "decrease") for m in _DIRECTION.finditer(text)]
    clauses = [0, *(m.end() for m in _CLAUSE_END.finditer(text))]
    figures = joined(measured(read_figures(text, dates=dates), text, cells), text)
    metrics: list[Metric] = []
    earlier: Figure | None = None
    for figure, later in zip_longest(figures, figures[1:]):
        settled = _settled(figure, text, turns, clauses, earlier, later)
        if settled is None or settled.unit is None or (metrics and settled.start < metrics[-1].end):
            continue
        metrics.append(_metric(settled, settled.unit, text))
        earlier = settled if settled.value != "all" else earlier
    return tuple(_without_doubling(metrics, text))


def _settled(
    figure: Figure,
    text: str,
    turns: list[tuple[int, str]],
    clauses: list[int],
    earlier: Figure | None,
    later: Figure | None,
) -> Figure | None:
    """The figure with its direction, and the unit of a bare number from the words around it; None without a unit."""
    if figure.value == "all":
        return figure
    begin = clauses[bisect_left(clauses, figure.start + 1) - 1]
    at = bisect_left(turns, (figure.start, "")) - 1
    near = turns[at] if at >= 0 and turns[at][0] >= max(begin, figure.start - 120) else None
    after = turns[at + 1] if at + 1 < len(turns) and turns[at + 1][0] <= figure.end + 40 else None
    direction = figure.direction
    if direction is None and (turn := near or (after if after and after[0] >= figure.start else None)):
        direction = "increase" if turn[1] == "increase" else "decrease"
    if figure.unit is not None:
        return replace(figure, direction=direction)
    before = text[max(0, figure.start - 30) : figure.start]
    unit = counted(text[max(0, figure.start - 200) : figure.start]) if _STANDING.search(before) else None
    if (
        unit is None
        and not (earlier and earlier.kind != "count" and earlier.start >= begin)
        and near
        and moves(text, figure)
    ):
        window = max(begin, figure.start - 200)
        unit = unit_before(text[window : figure.start], near[0] - window)
    unit = unit or understood_unit(text, figure, earlier, later)
    return replace(figure, unit=unit, direction=direction) if unit else None


def _without_doubling(metrics: list[Metric], text: str) -> list[Metric]:
    """As in: "double X to 15,000" measures 15,000; the doubling only says which way."""
    kept: list[Metric] = []
    for metric, following in zip_longest(metrics, metrics[1:]):
        doubles = metric.unit == "times" and metric.direction == "increase" and not metric.text[0].isdigit()
        if doubles and following and re.search(r"\bto\s(?:\w+\s)?$", text[metric.end : following.start]):
            continue
        kept.append(metric)
    return kept


def _metric(figure: Figure, unit: str, text: str) -> Metric:
    return Metric(
        text=text[figure.start : figure.end],
        value=figure.value,
        unit=unit,
        start=figure.start,
        end=figure.end,
        baseline=figure.baseline,
        direction=figure.direction,
        scope=figure.scope,
        target=figure.target,
        per=_per(figure, text),
        rule=figure.rule,
    )


def _per(figure: Figure, text: str) -> str | None:
    """What the figure is counted by; no share is, which already says of how many."""
    found = _PER.match(text, figure.end) if figure.kind in ("count", "money", "times") else None
    if found is None:
        return None
    return found["per"] or _LY[found["ly"]]

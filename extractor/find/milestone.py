"""The further dates of a statement, each with the figure that belongs to it."""

import re
from collections.abc import Sequence

from extractor.records import Deadline, Metric, Milestone

# A figure and its date stand in one clause.
_CLAUSE_END = re.compile(r"[.,;:()]\s|\s[–—-]\s")


def find_milestones(text: str, dates: Sequence[Deadline], metrics: Sequence[Metric]) -> tuple[Milestone, ...]:
    """The dates after the first, the deadline, in their order, each with its figure; `text` is what the spans index.

    In "30 per cent by 2026 and 50 per cent by 2028" the figures stand before their dates, in "by 2026 30 per cent, by
    2028 50 per cent" behind them: the sentence's first date shows which. The figure nearest to the date counts, in the
    same clause and with no other date between.
    """
    in_order = sorted(dates, key=lambda date: date.start)
    behind = bool(in_order) and not any(_before(text, in_order[0], metric, in_order) for metric in metrics)
    found = []
    for date in dates[1:]:
        if behind:
            own = [metric for metric in metrics if _after(text, date, metric, in_order)][:1]
        else:
            own = [metric for metric in metrics if _before(text, date, metric, in_order)][-1:]
        found.append(Milestone(date, own[0] if own else None))
    return tuple(found)


def _before(text: str, date: Deadline, metric: Metric, dates: Sequence[Deadline]) -> bool:
    # a figure's span may reach over the date to its baseline: "22 per cent by 2031, up from 7 per cent"
    return metric.start < date.start and _are_together(text, min(metric.end, date.start), date.start, dates)


def _after(text: str, date: Deadline, metric: Metric, dates: Sequence[Deadline]) -> bool:
    # "By 2028, 50 per cent": the comma behind a date that opens its clause ends nothing
    start = date.end + (text[date.end : date.end + 1] == ",")
    return start <= metric.start and _are_together(text, start, metric.start, dates)


def _are_together(text: str, start: int, end: int, dates: Sequence[Deadline]) -> bool:
    if any(start <= date.start < end for date in dates):
        return False
    return _CLAUSE_END.search(text, start, end) is None

"""How often a field that is found in some way is right: counted on labels, looked up for every statement."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from extractor.errors import ModelError
from extractor.find.recurrence import AGAIN
from extractor.records import Deadline, Metric, Milestone, Owner, Statement
from extractor.settings import shipped

Field = Literal["owner", "date", "metric"]
FIELDS: tuple[Field, ...] = ("owner", "date", "metric")
FILE = "confidence.json"
# Owners whose scores lie in one tenth count as found alike.
BANDS = 10
DECIMALS = 3
# What differs from phrase to phrase within one rule: numbers, a reckoning, an explanation.
_OPEN = re.compile(r"[\d+:(].*|\s-\s.*")


@dataclass(frozen=True, slots=True)
class Rates:
    """Of one field: the share that is right of all that was found, and of what was found in each way (0–1)."""

    overall: float
    ways: Mapping[str, float]

    def of(self, way: str) -> float:
        """The share of a way; what was never checked has the share of all."""
        return self.ways.get(way, self.overall)


# Before anything was counted: neither right nor wrong.
UNCOUNTED: Mapping[Field, Rates] = {field: Rates(0.5, {}) for field in FIELDS}


def owner_way(owner: Owner, rank: int) -> str:
    """How a candidate was found: first or later in the list, its rule, and the tenth that its score lies in."""
    band = min(int(owner.score * BANDS), BANDS - 1) / BANDS
    return f"{'later' if rank else 'first'}: {owner.rule}, {band:.1f}"


def date_way(deadline: Deadline) -> str:
    """How a date was read: the rule without what differs from phrase to phrase (numbers, days, explanations).

    "by: until its last day; publication + 18 months" and "… + 2 years" are one way: "by; publication".
    """
    # that a date comes again says nothing of how well it was read
    stated = (clause for clause in deadline.rule.split(";") if not clause.strip().startswith(AGAIN))
    clauses = [_OPEN.sub("", clause).strip() for clause in stated]
    return "; ".join(clause for clause in clauses if clause) or "other"


def metric_way(metric: Metric) -> str:
    """How a figure was read: its rule, and whether it is every one."""
    return f"{metric.rule}, all" if metric.value == "all" else metric.rule


def weigh(statement: Statement, rates: Mapping[Field, Rates]) -> Statement:
    """The statement with the confidence of every owner, date and figure filled in."""

    def dated(deadline: Deadline) -> Deadline:
        return replace(deadline, confidence=rates["date"].of(date_way(deadline)))

    def counted(metric: Metric) -> Metric:
        return replace(metric, confidence=rates["metric"].of(metric_way(metric)))

    return replace(
        statement,
        owners=tuple(
            replace(owner, confidence=rates["owner"].of(owner_way(owner, rank)))
            for rank, owner in enumerate(statement.owners)
        ),
        deadline=dated(statement.deadline) if statement.deadline else None,
        when=dated(statement.when) if statement.when else None,
        milestones=tuple(
            Milestone(dated(one.deadline), counted(one.metric) if one.metric else None) for one in statement.milestones
        ),
        metrics=tuple(counted(metric) for metric in statement.metrics),
    )


@cache
def load_rates(folder: Path | None = None) -> Mapping[Field, Rates]:
    """The rates of every field in a folder (None: the shipped one). Raises ModelError where they are missing or odd."""
    file = (folder or shipped("models") / "fields") / FILE
    try:
        given = json.loads(file.read_text(encoding="utf-8"))
        return {field: _rates(given[field]) for field in FIELDS}
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as problem:
        raise ModelError(f"{file}: no table of how often each way of finding a field is right ({problem})") from problem


def _rates(given: Mapping[str, Any]) -> Rates:
    shares = {str(way): float(share) for way, share in given["ways"].items()}
    overall = float(given["overall"])
    if any(not 0 <= share <= 1 for share in (overall, *shares.values())):
        raise ValueError("a share lies outside 0 to 1")
    return Rates(overall, shares)


def rates_object(rates: Mapping[Field, Rates]) -> dict[str, Any]:
    """The rates as they are written to FILE."""
    return {
        field: {
            "overall": round(one.overall, DECIMALS),
            "ways": {way: round(share, DECIMALS) for way, share in sorted(one.ways.items())},
        }
        for field, one in rates.items()
    }

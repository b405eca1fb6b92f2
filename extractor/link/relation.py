"""Two statements → how the later one relates to the earlier, with its score, its reasons and what changed."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from extractor.errors import ModelError
from extractor.link.bodies import Bodies
from extractor.link.evidence import FEATURES, MONEY, SAME_DAYS, SHARES, Finding, Reading, gather, head
from extractor.records import STRENGTHS, Claim, Link, Reason, Relation
from extractor.settings import shipped

Case = Literal["asked", "found"]
# From firm to loose: a move to the right is a weakening. A directive binds as firmly as a promise.
_LOOSENESS = {"firm": 0, "directive": 0, "aim": 1, "proposal": 2}
assert set(_LOOSENESS) == set(STRENGTHS)


@dataclass(frozen=True, slots=True)
class Weights:
    """What each of FEATURES weighs and what is said before any evidence (`bias`), in log-odds."""

    bias: float
    weights: Mapping[str, float]

    def __post_init__(self) -> None:
        if odd := sorted(set(self.weights) ^ set(FEATURES)):
            raise ValueError(f"the weights do not fit the evidence: {', '.join(odd)}")


@lru_cache(maxsize=4)
def load_weights(which: Case, folder: Path | None = None) -> Weights:
    """The shipped weights for pairs that somebody asks about, or for those that search found.

    A pair that is asked about is likely to be related, and its owner, dates and figures tell. Of the many pairs that
    search finds few are, and there likeness tells more. Raises ModelError where the weights are missing or do not fit.
    """
    file = (folder or shipped("models") / "relation") / "weights.json"
    try:
        return Weights(**json.loads(file.read_text(encoding="utf-8"))[which])
    except (OSError, ValueError, TypeError, KeyError) as problem:
        raise ModelError(f"weights of the evidence: {problem}") from problem


def weigh(findings: Sequence[Finding], weights: Weights) -> tuple[float, tuple[Reason, ...]]:
    """The probability that the pair speaks of one thing, and a reason for each kind of evidence, strongest first."""
    sums: dict[str, float] = {}
    details: dict[str, str] = {}
    for finding in findings:
        rule = finding.feature.partition(".")[0]
        sums[rule] = sums.get(rule, 0.0) + weights.weights[finding.feature] * finding.value
        details.setdefault(rule, finding.detail)
    reasons = (Reason(rule, round(score, 3), details[rule]) for rule, score in sums.items())
    probability = round(1 / (1 + math.exp(-(weights.bias + sum(sums.values())))), 4)
    return probability, tuple(sorted(reasons, key=lambda reason: (-abs(reason.score), reason.rule)))


def changes_between(a: Claim, b: Claim, bodies: Bodies) -> tuple[str, ...]:
    """The fields that differ between an earlier and a later statement of the same thing, in words."""
    found: list[str] = []
    if a.deadline_end and b.deadline_end and a.deadline_end != b.deadline_end:
        days = (b.deadline_end - a.deadline_end).days
        move = f"{abs(days)} days {'later' if days > 0 else 'earlier'}"
        found.append(f"deadline moved {move} ({a.deadline_end.isoformat()} → {b.deadline_end.isoformat()})")
    elif a.deadline_end and not b.deadline_end and b.label == "commitment":
        found.append(f"deadline dropped ({a.deadline_end.isoformat()})")
    if b.label == "commitment" and (figure := changed_figure(a, b)):
        found.append(f"figure changed ({figure[0]:g} → {figure[1]:g} {figure[2]})")
    if a.owner and b.owner and (kinship := bodies.kinship(a.owner, b.owner)) != "same":
        found.append(f"owner {'succeeded' if kinship == 'heir' else 'changed'} ({a.owner} → {b.owner})")
    if a.strength and b.strength and (drift := _LOOSENESS[b.strength] - _LOOSENESS[a.strength]):
        found.append(f"wording {'weakened' if drift > 0 else 'strengthened'} ({a.strength} → {b.strength})")
    return tuple(found)


def changed_figure(a: Claim, b: Claim) -> tuple[float, float, str] | None:
    """The first figure of `a` that `b` gives with another value: (earlier, later, unit); None where one is the same."""
    if {value for value, _ in a.figures} & {value for value, _ in b.figures}:
        return None
    for value, unit in a.figures:
        for other, name in b.figures:
            if head(unit) == head(name) and (head(unit) not in MONEY | SHARES or len(a.figures) == len(b.figures) == 1):
                return value, other, unit
    return None


def relate_claims(
    a: Reading, b: Reading, cosine: float, bodies: Bodies, weights: Weights, *, rank: int | None = None
) -> Link:
    """How `b`, the later, relates to `a`. The score is the probability that they speak of the same thing at all.

    `rank`: how many commitments search put before `a` (None: nobody searched).
    """
    score, reasons = weigh(gather(a, b, cosine, bodies, rank=rank), weights)
    relation: Relation = "unrelated" if score < 0.5 else kind_of(a, b)
    return Link(a.claim.id, b.claim.id, relation, score, reasons, changes_between(a.claim, b.claim, bodies))


def kind_of(a: Reading, b: Reading) -> Relation:
    """What the later statement does with the earlier, given that it speaks of the same thing.

    A change of owner or of strength alone makes no revision: a paraphrase names the minister for the department and
    says "would" for "will". `changes_between` names both all the same.
    """
    one, two = a.claim, b.claim
    both = one.deadline_end is not None and two.deadline_end is not None
    moved = one.deadline_end and two.deadline_end and abs((two.deadline_end - one.deadline_end).days) > SAME_DAYS
    figure = changed_figure(one, two) is not None
    if two.label == "progress":
        # A delay with its new date revises the promise, and so does a report of the move; any other tells how it went.
        if (two.deadline_end and (moved or (two.kind == "delayed" and not both))) or (b.changed and figure):
            return "revises"
        # "Still coming" by the date that was given, which lies ahead.
        ahead = two.deadline_end and two.published and two.deadline_end > two.published
        return "restates" if both and ahead and two.kind in ("underway", "delayed") else "progresses"
    return "revises" if moved or figure or b.changed or (b.denied and not a.denied) else "restates"

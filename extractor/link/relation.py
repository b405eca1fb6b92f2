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
from extractor.link.changes import changes_between, kind_of
from extractor.link.evidence import FEATURES, Finding, Reading
from extractor.records import RELATIONS, Link, Reason, Relation
from extractor.settings import shipped

Case = Literal["asked", "found"]
# What the rules' word on the relation counts beside the reading's, in log-odds; chosen on families left out.
RULED = 1.0
# From this probability on a pair is said to speak of one thing.
RELATED = 0.5


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


def probability(findings: Sequence[Finding], weights: Weights) -> float:
    """How likely it is that the pair speaks of one thing, to four decimals."""
    odds = weights.bias + sum(weights.weights[finding.feature] * finding.value for finding in findings)
    return round(1 / (1 + math.exp(-odds)), 4)


def reasons(findings: Sequence[Finding], weights: Weights) -> tuple[Reason, ...]:
    """A reason for each kind of evidence, with what it adds to the log-odds, strongest first."""
    sums: dict[str, float] = {}
    details: dict[str, str] = {}
    for finding in findings:
        rule = finding.feature.partition(".")[0]
        sums[rule] = sums.get(rule, 0.0) + weights.weights[finding.feature] * finding.value
        details.setdefault(rule, finding.detail)
    found = (Reason(rule, round(score, 3), details[rule]) for rule, score in sums.items())
    return tuple(sorted(found, key=lambda reason: (-abs(reason.score), reason.rule)))


def relate_claims(
    a: Reading,
    b: Reading,
    findings: Sequence[Finding],
    bodies: Bodies,
    weights: Weights,
    *,
    read: Sequence[float] | None = None,
) -> Link:
    """How `b`, the later, relates to `a`, given all that was found. The score is the probability that they speak of the
    same thing at all.

    `read` is what the pair network made of both texts (log-probabilities of RELATIONS; None: it was not asked). What
    differs between statements of different things is no change.
    """
    score, why = probability(findings, weights), reasons(findings, weights)
    if score < RELATED:
        return Link(a.claim.id, b.claim.id, "unrelated", score, why)
    relation = relation_of(a, b, bodies, read)
    return Link(a.claim.id, b.claim.id, relation, score, why, changes_between(a.claim, b.claim, bodies))


def relation_of(a: Reading, b: Reading, bodies: Bodies, read: Sequence[float] | None) -> Relation:
    """What the later does with the earlier, given that both speak of one thing: by the rules, and by the reading of
    both texts where there is one (log-probabilities of RELATIONS).
    """
    ruled = kind_of(a, b, bodies)
    if read is None:
        return ruled
    likely = dict(zip(RELATIONS, read, strict=True))
    del likely["unrelated"]
    likely[ruled] += RULED
    return max(likely, key=lambda relation: likely[relation])

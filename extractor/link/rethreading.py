"""Which threads must be made anew: those of the connected components in which a bond, a statement or a judgement
changed.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from extractor.link.candidates import NOBODY, Floats, Numbers, Pairs
from extractor.link.clustering import Bonds
from extractor.link.features import Ints
from extractor.link.kept import Kept
from extractor.link.threads import build_threads
from extractor.records import Claim, Judgement, Thread

# A score of nought or one is no certainty.
LEAST_DOUBT = 0.0001
Places = tuple[Ints, Ints]


def log_odds(probability: Floats) -> Floats:
    """The natural logarithm of the odds."""
    inside = np.clip(probability, LEAST_DOUBT, 1 - LEAST_DOUBT)
    return np.asarray(np.log(inside / (1 - inside)), dtype=np.float64)


def same_pairs(judgements: Sequence[Judgement], number: Mapping[str, int]) -> Places:
    """The places of statements that somebody said to be the same, as two arrays."""
    both = [(number[j.a], number[j.b]) for j in judgements if j.same and j.a in number and j.b in number]
    found = np.array(both, dtype=np.int32).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def components(count: int, pairs: Pairs, bonds: Floats, same: Places) -> Ints:
    """For each statement the number of its connected component; what joins are positive bonds and people's word.

    No thread reaches from one into another.
    """
    joins = bonds > 0
    rows = np.concatenate([pairs.earlier[joins], same[0]])
    columns = np.concatenate([pairs.later[joins], same[1]])
    graph = coo_matrix((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int32)


def touched_by_bonds(
    kept: Kept, moved: Numbers, pairs: Pairs, was: Numbers, scores: Floats, bonds: Floats, joint: Ints
) -> npt.NDArray[np.bool_]:
    """Which statements have a bond that came, went or changed, but for those that neither join nor stand in one
    component.

    `was` gives each pair's number among the kept ones, `joint` each statement's component.
    """
    touched = np.zeros(len(joint), dtype=bool)
    known = was != NOBODY
    old = np.full(len(pairs), np.nan)
    old[known] = kept.scores[was[known]]
    # What is not a number equals nothing, so new pairs count as changed.
    changed = old != scores
    before = np.zeros(len(pairs), dtype=bool)
    before[known] = kept.linked[was[known]]
    counts = changed & (before | (bonds > 0) | (joint[pairs.earlier] == joint[pairs.later]))
    touched[pairs.earlier[counts]] = touched[pairs.later[counts]] = True
    gone = np.ones(len(kept.pairs), dtype=bool)
    gone[was[known]] = False
    i, j = moved[kept.pairs.earlier[gone]], moved[kept.pairs.later[gone]]
    both = (i != NOBODY) & (j != NOBODY)
    together = np.zeros(len(both), dtype=bool)
    together[both] = joint[i[both]] == joint[j[both]]
    counts = kept.linked[gone] | together
    for place in (i[counts], j[counts]):
        touched[place[place != NOBODY]] = True
    return touched


def rebuild(
    claims: Sequence[Claim], places: Numbers, pairs: Pairs, bonds: Floats, judgements: Sequence[Judgement]
) -> tuple[Thread, ...]:
    """The threads of the statements at these places, which are whole components."""
    inside = np.zeros(len(claims), dtype=bool)
    inside[places] = True
    renumbered = np.cumsum(inside) - 1
    chosen = inside[pairs.earlier] & inside[pairs.later]
    among = [claims[place] for place in places.tolist()]
    ids = {claim.id for claim in among}
    return build_threads(
        among,
        Bonds(renumbered[pairs.earlier[chosen]], renumbered[pairs.later[chosen]], bonds[chosen]),
        [one for one in judgements if one.a in ids and one.b in ids],
    )


def thread_names(
    before: npt.NDArray[np.str_],
    moved: Numbers,
    anew: npt.NDArray[np.bool_],
    threads: Sequence[Thread],
    number: Mapping[str, int],
) -> npt.NDArray[np.str_]:
    """The id of each statement's thread, "" for none: what it was, but for the statements whose threads are new."""
    names: list[str] = [""] * len(anew)
    stayed = moved != NOBODY
    for place, name in zip(moved[stayed].tolist(), before[stayed].tolist(), strict=True):
        if not anew[place]:
            names[place] = name
    for thread in threads:
        for statement in thread.statements:
            names[number[statement]] = thread.id
    return np.array(names, dtype=np.str_)

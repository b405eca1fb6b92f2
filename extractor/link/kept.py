"""What linking keeps from one run to the next."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from extractor.link.candidates import Floats, Nearest, Pairs
from extractor.link.features import WORD, Features, Ragged
from extractor.records import Judgement


@dataclass(frozen=True, slots=True)
class Kept:
    """What an earlier run found, for statements in the order of `in_order`.

    `exact`: every neighbour was searched for exactly. `scores` and `linked` belong to `pairs`; `threads` names each
    statement's thread ("" for none).
    """

    exact: bool
    features: Features
    nearest: Nearest
    pairs: Pairs
    scores: Floats
    linked: npt.NDArray[np.bool_]
    threads: npt.NDArray[np.str_]
    judgements: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database holds: the score of each link by its pair (earlier, later), and each statement's thread by its
    id.
    """

    links: Mapping[tuple[str, str], float]
    threads: Mapping[str, str]


def nothing_kept(count: int) -> Kept:
    """What is kept before the first run, with `count` neighbours a statement."""
    none = np.zeros(0, dtype=np.int32)
    features = Features(np.zeros(0, dtype=np.uint64), Ragged.of([], WORD), Ragged.of([], np.uint64))
    return Kept(
        exact=True,
        features=features,
        nearest=Nearest.nothing(0, count),
        pairs=Pairs(none, none, none),
        scores=np.zeros(0),
        linked=np.zeros(0, dtype=bool),
        threads=np.zeros(0, dtype="U1"),
        judgements=(),
    )

"""Two statements read side by side: what the pair networks make of their words alone."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from extractor.encoder import DECIMALS, pinned_encoder
from extractor.errors import ModelError
from extractor.link.encode import Matrix
from extractor.records import RELATIONS
from extractor.settings import shipped

if TYPE_CHECKING:
    from extractor.link.network import PairNetwork

# Each pair is read by itself: in a batch its company would tip the rounding to eight bits, and so the last digits.
BATCH = 1
# The files of the committee's weights, counted from 1.
WEIGHTS = "weights-{}.safetensors"


def read_pairs(pairs: Sequence[tuple[str, str]]) -> Matrix:
    """Log-probabilities of RELATIONS for pairs of texts, the earlier first (pairs × relations), not yet calibrated.

    What a pair gets does not depend on the others. Some 15 ms a pair on one core. Raises ModelError where models/pairs
    is missing or does not fit.
    """
    if not pairs:
        return np.zeros((0, len(RELATIONS)), dtype=np.float32)
    import torch

    with torch.inference_mode():
        read = [network.judge(network.read_all(pairs, size=BATCH)) for network in _committee()]
        shares = [torch.log_softmax(logits, dim=1).numpy() for logits in read]
    return np.asarray(np.round(joint(shares), DECIMALS), dtype=np.float32)


def joint(shares: Sequence[Matrix]) -> Matrix:
    """The geometric mean of what each network of the committee says, in log-probabilities (pairs × relations)."""
    mean = np.mean(np.asarray(shares, dtype=np.float64), axis=0)
    return np.asarray(mean - np.log(np.exp(mean).sum(axis=1, keepdims=True)), dtype=np.float32)


@lru_cache(maxsize=1)
def _committee() -> "list[PairNetwork]":
    # torch and transformers load here, on first use: most commands never read a pair.
    from extractor.encoder.adapted import load_network
    from extractor.link.network import PairNetwork

    files = sorted((shipped("models") / "pairs").glob(WEIGHTS.format("*")))
    if not files:
        raise ModelError("models/pairs: no weights of a pair network")
    return [load_network(PairNetwork, pinned_encoder(), file) for file in files]

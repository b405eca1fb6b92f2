"""Statements → vectors, and the similarity that proposes which of them may speak of the same thing."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from extractor.encoder import DECIMALS, load_encoder
from extractor.link.lexical import lexical
from extractor.settings import Settings

if TYPE_CHECKING:
    from extractor.encoder.sentences import SentenceEncoder

Matrix = npt.NDArray[np.float32]

# The scale on which partners compete: where one is more alike by this much, it is wanted e (2.7) times as much.
TEMPERATURE = 0.03
# A text whose every partner is less alike than this goes without one rather than push others away.
ALONE = 0.1
# Enough for the ranking: three times as many move no figure by more than two in a hundred.
ROUNDS = 30


def encode(texts: Sequence[str], *, settings: Settings) -> Matrix:
    """Unit vectors of the texts, one a row (n × 384 with the pinned encoder), rounded so that batches do not matter."""
    encoder = load_encoder(settings)
    if not texts:
        return np.zeros((0, encoder.width), dtype=np.float32)
    return np.asarray(np.round(encoder.read(texts), DECIMALS), dtype=np.float32)


def encode_whole(texts: Sequence[str], *, settings: Settings) -> Matrix:
    """As `encode`, but a text that is longer than the encoder reads is read in windows, and its vector is their mean.

    A response of three hundred words would otherwise lose its end.
    """
    encoder = load_encoder(settings)
    windows = [windows_of(text, encoder) for text in texts]
    vectors = encode([window for each in windows for window in each], settings=settings)
    owners = np.repeat(np.arange(len(texts)), [len(each) for each in windows])
    means = np.zeros((len(texts), vectors.shape[1]), dtype=np.float64)
    np.add.at(means, owners, vectors)
    norms = np.linalg.norm(means, axis=1, keepdims=True)
    return np.asarray(np.round(means / np.where(norms > 0, norms, 1.0), DECIMALS), dtype=np.float32)


def windows_of(text: str, encoder: "SentenceEncoder") -> list[str]:
    """The text in the fewest windows of about equal length that the encoder reads to their end."""
    starts = encoder.starts(text)
    count = max(1, -(-len(starts) // encoder.room))
    cuts = [0, *(starts[len(starts) * n // count] for n in range(1, count)), len(text)]
    return [text[start:end] for start, end in pairwise(cuts)]


def combined(dense: Matrix, words: Matrix) -> Matrix:
    """The mean of both cosines, rounded: on recommendations and their responses both together rank best."""
    return np.asarray(np.round((dense + words) / 2, DECIMALS), dtype=np.float32)


def advantages(alike: Matrix) -> npt.NDArray[np.float64]:
    """What each pair gains over the other partners that its two texts could have (same shape and scale as `alike`).

    Every text has a price, which rises until its partners together want it once at most (or it stays alone at
    `ALONE`); a pair's advantage is its similarity less both prices. So a text that is a little like everything (a hub)
    is dear, and one that only one other wants is cheap. These are the potentials of an entropic matching with singles
    (Choo and Siow 2006; Sinkhorn's scaling with a slack row and column, Sarlin et al. 2020). Rows and columns are
    treated alike: the transpose gives the transpose.
    """
    # Imported late: `import extractor` does not wait for it.
    from scipy.special import logsumexp

    scaled = alike.astype(np.float64) / TEMPERATURE
    alone = ALONE / 2 / TEMPERATURE
    rows, columns = np.full(scaled.shape[0], alone), np.full(scaled.shape[1], alone)
    for _ in range(ROUNDS):
        wanted_rows = np.logaddexp(logsumexp(scaled - columns[None, :], axis=1), alone)
        wanted_columns = np.logaddexp(logsumexp(scaled - rows[:, None], axis=0), alone)
        # Half the way each time: both sides move at once, and would overshoot for ever.
        rows, columns = (rows + wanted_rows) / 2, (columns + wanted_columns) / 2
    return np.asarray((scaled - rows[:, None] - columns[None, :]) * TEMPERATURE, dtype=np.float64)


def discounted(alike: Matrix) -> Matrix:
    """Similarities (n × m, neither empty), each discounted by how much better a partner either text has in the other
    list.

    Where two texts are each other's best the similarity stays as it is, so a single pair is not changed at all, and
    the more alike two texts are the less they lose: equal ones keep 1 whoever else is equal to them.
    """
    gains = advantages(alike)
    best = np.maximum(gains.max(axis=1)[:, None], gains.max(axis=0)[None, :])
    kept = np.clip(alike.astype(np.float64), 0.0, 1.0)
    share = np.exp((1 - kept) * (gains - best) / TEMPERATURE)
    return np.asarray(np.round(kept * share, DECIMALS), dtype=np.float32)


def similarity(texts_a: Sequence[str], texts_b: Sequence[str], *, settings: Settings | None = None) -> Matrix:
    """How alike each text of a is to each text of b (len(a) × len(b), 0 to 1): proposes candidates, decides nothing.

    Meaning (the encoder) and words (TF-IDF) count alike, and a pair is discounted where one of its texts has a better
    partner in the other list: in a response every recommendation has its own answer. A value therefore depends on
    both lists. Exchanging the lists transposes the matrix (but for rounding).
    """
    if not texts_a or not texts_b:
        return np.zeros((len(texts_a), len(texts_b)), dtype=np.float32)
    settings = settings or Settings()
    vectors_a, vectors_b = (encode_whole(texts, settings=settings).astype(np.float64) for texts in (texts_a, texts_b))
    dense = np.asarray(vectors_a @ vectors_b.T, dtype=np.float32)
    return discounted(combined(dense, lexical(texts_a, texts_b)))

"""Statements → vectors, and the similarity that proposes which of them may speak of the same thing."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from extractor.encoder import DECIMALS, load_encoder
from extractor.settings import Settings

Matrix = npt.NDArray[np.float32]


def encode(texts: Sequence[str], *, settings: Settings) -> Matrix:
    """Unit vectors of the texts, one a row (n × 384 with the pinned encoder), rounded so that batches do not matter."""
    encoder = load_encoder(settings)
    if not texts:
        return np.zeros((0, encoder.get_embedding_dimension()), dtype=np.float32)
    vectors = encoder.encode(list(texts), batch_size=64, normalize_embeddings=True, show_progress_bar=False)
    return np.asarray(np.round(np.asarray(vectors), DECIMALS), dtype=np.float32)


def lexical(texts_a: Sequence[str], texts_b: Sequence[str]) -> Matrix:
    """TF-IDF cosine of every text of a with every text of b; rare words weigh most (their weights come from both
    lists).
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(
        sublinear_tf=True, ngram_range=(1, 2), stop_words="english", token_pattern=r"(?u)\b\w+\b"
    )
    vectorizer.fit([*texts_a, *texts_b])
    product = vectorizer.transform(texts_a) @ vectorizer.transform(texts_b).T
    return np.asarray(product.toarray(), dtype=np.float32)


def combined(dense: Matrix, words: Matrix) -> Matrix:
    """The mean of both cosines, rounded: on recommendations and their responses both together rank best."""
    return np.asarray(np.round((dense + words) / 2, DECIMALS), dtype=np.float32)


def similarity(texts_a: Sequence[str], texts_b: Sequence[str], *, settings: Settings | None = None) -> Matrix:
    """How alike each text of a is to each text of b (len(a) × len(b), about 0 to 1): proposes candidates, decides
    nothing.
    """
    if not texts_a or not texts_b:
        return np.zeros((len(texts_a), len(texts_b)), dtype=np.float32)
    settings = settings or Settings()
    dense = encode(texts_a, settings=settings) @ encode(texts_b, settings=settings).T
    return combined(dense, lexical(texts_a, texts_b))

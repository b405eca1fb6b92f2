"""How alike texts are in their words: TF-IDF over stems, so that what is "trained" in one text is "training" in the
other.
"""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from extractor.link.terms import load_terms, stem

_WORD = re.compile(r"\w+(?:['’]\w+)?")


def word_stems(text: str) -> list[str]:
    """The stems of a text's words and its numbers, in order, repeated ones too; without stop words unless it has no
    others.
    """
    stop = load_terms().stop
    stems = [stem(word.replace("’", "'").removesuffix("'s")) for word in _WORD.findall(text.lower())]
    return [one for one in stems if one not in stop] or stems


def lexical(texts_a: Sequence[str], texts_b: Sequence[str]) -> npt.NDArray[np.float32]:
    """TF-IDF cosine of every text of a with every text of b (len(a) × len(b), 0 to 1); rare stems weigh most, and what
    is rare is counted over both lists, so boilerplate of either weighs little. Texts without a word are like none.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    documents = [word_stems(text) for text in (*texts_a, *texts_b)]
    if not any(documents):
        return np.zeros((len(texts_a), len(texts_b)), dtype=np.float32)
    weights = TfidfVectorizer(analyzer=lambda stems: stems, sublinear_tf=True).fit_transform(documents)
    product = weights[: len(texts_a)] @ weights[len(texts_a) :].T
    return np.asarray(product.toarray(), dtype=np.float32)

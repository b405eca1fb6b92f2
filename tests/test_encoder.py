"""The sentence encoder: our reading of the pinned weights, beside that of the library that any other model needs."""

from pathlib import Path

import numpy as np
import pytest

from extractor.encoder import load_encoder, pinned_encoder, prepare_libraries
from extractor.encoder.sentences import SentenceEncoder, other_sentences, pinned_sentences
from extractor.errors import ModelError
from extractor.settings import Settings

TEXTS = [
    "We will act.",
    "",
    "NHS England will recruit 500 midwives – and “naïve” cafés – by March 2025.",
    "one more word " * 200,
]


@pytest.fixture(scope="module")
def both() -> tuple[SentenceEncoder, SentenceEncoder]:
    prepare_libraries()
    return pinned_sentences(pinned_encoder()), other_sentences(pinned_encoder())


def test_both_give_nearly_the_same_vectors(both: tuple[SentenceEncoder, SentenceEncoder]) -> None:
    """Ours reads in eight-bit integers; that it computes the same is held without them where the networks are."""
    ours, theirs = (encoder.read(TEXTS) for encoder in both)
    assert ours.shape == (len(TEXTS), both[0].width)
    assert (ours * theirs).sum(axis=1).min() > 0.985
    np.testing.assert_allclose(ours @ ours.T, theirs @ theirs.T, atol=0.03)
    np.testing.assert_allclose(np.linalg.norm(ours, axis=1), 1, atol=1e-5)


def test_both_cut_texts_in_the_same_places(both: tuple[SentenceEncoder, SentenceEncoder]) -> None:
    ours, theirs = both
    assert (ours.width, ours.room) == (theirs.width, theirs.room) == (384, 254)
    assert [ours.starts(text) for text in TEXTS] == [theirs.starts(text) for text in TEXTS]


def test_a_text_reads_the_same_in_any_company(both: tuple[SentenceEncoder, SentenceEncoder]) -> None:
    ours, _ = both
    # not nearly: rounding would make much of the least difference
    np.testing.assert_array_equal(ours.read(TEXTS)[:1], ours.read(TEXTS[:1]))
    assert ours.read([]).shape == (0, ours.width)


def test_settings_that_do_not_name_an_encoder_load_none_anew() -> None:
    """A worker makes ready by the encoder alone, and its documents come with all the settings of the run."""
    assert load_encoder(Settings()) is load_encoder(Settings(document_seconds=7))


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    for load in (pinned_sentences, other_sentences):
        with pytest.raises(ModelError, match=str(tmp_path)):
            load(tmp_path)

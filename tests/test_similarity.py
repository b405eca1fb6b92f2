"""`similarity`: what it ranks first, the shape and bounds of its values, and how well it finds a recommendation's
response.
"""

import json
from functools import lru_cache
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from extractor.encoder import load_encoder
from extractor.link import similarity
from extractor.link.encode import Matrix, advantages, discounted, encode, encode_whole, windows_of
from extractor.link.lexical import lexical, word_stems
from extractor.settings import Settings

FOLDER = Path(__file__).resolve().parents[1] / "corpus" / "labels" / "responses"
matrices = st.tuples(st.integers(1, 6), st.integers(1, 6)).flatmap(
    lambda shape: arrays(np.float32, shape, elements=st.floats(-0.25, 1, width=32))
)


@lru_cache(maxsize=1)
def settings() -> Settings:
    return Settings()


@pytest.mark.parametrize(
    ("text", "others", "why"),
    [
        ("train nurses in dementia care", ["a nurse trained in dementia", "the boats sail"], "inflections meet"),
        (
            "The regulator should inspect wards at night.",
            ["Bus fares will go up in March.", "Hospitals get unannounced evening visits from the watchdog."],
            "not one word is shared: meaning decides",
        ),
        ("Publish the register by 2025.", ["Publish the register by 2031.", "Publish the register by 2025."], "years"),
        ("café staff", ["the van", "CAFÉ STAFF"], "letters of any alphabet, in any case"),
    ],
)
def test_the_right_one_comes_first(text: str, others: list[str], why: str) -> None:
    right = 0 if why == "inflections meet" else 1
    assert similarity([text], others)[0].argmax() == right, why


@pytest.mark.parametrize(
    ("text", "stems", "why"),
    [
        ("Nurses' training, 2025", ["nurs", "train", "2025"], "plural, possessive, -ing; numbers are words too"),
        ("the ward’s nurses", ["ward", "nurs"], "a curly apostrophe"),
        ("of the", ["of", "the"], "nothing but stop words: better than nothing"),
        ("…", [], "no word at all"),
    ],
)
def test_word_stems(text: str, stems: list[str], why: str) -> None:
    assert word_stems(text) == stems, why


def test_texts_without_words_are_like_none() -> None:
    assert lexical(["", "—"], ["..."]).tolist() == [[0.0], [0.0]]
    assert lexical(["", "a van"], ["a van"]).round(5).tolist() == [[0.0], [1.0]]


def test_values_shape_and_transpose() -> None:
    a = ["More nurses by 2025.", "The trust will publish its plan.", "", "More nurses by 2025."]
    b = ["The plan was published by the trust.", "More nurses by 2025.", "Buses."]
    found = similarity(a, b)
    assert found.shape == (4, 3)
    assert found.dtype == np.float32
    assert 0 <= found.min() <= found.max() <= 1.00001
    np.testing.assert_allclose(similarity(b, a), found.T, atol=1e-4)
    # Two equal rows share their partner, and lose nothing of their likeness to it.
    assert found[0, 1] == found[3, 1] == pytest.approx(1, abs=1e-3)


def test_empty_lists() -> None:
    assert similarity([], []).shape == (0, 0)
    assert similarity([], ["a"]).shape == (0, 1)
    assert similarity(["a"], []).shape == (1, 0)


def test_a_response_that_another_recommendation_needs_more_is_left_to_it() -> None:
    # The first column is a hub: the second row is a little nearer to it than to its own, which nobody else wants.
    alike = np.array([[0.7, 0.2], [0.5, 0.48]], dtype=np.float32)
    assert discounted(alike).argmax(axis=1).tolist() == [0, 1]
    assert alike.argmax(axis=1).tolist() == [0, 0]


@given(matrices)
def test_a_discount_never_adds_and_spares_the_best(alike: Matrix) -> None:
    found = discounted(alike)
    assert found.shape == alike.shape
    assert (found <= np.maximum(alike, 0) + 1e-4).all()
    assert (found >= 0).all()
    row, column = np.unravel_index(advantages(alike).argmax(), alike.shape)
    assert found[row, column] == pytest.approx(max(0.0, float(alike[row, column])), abs=1e-4)
    np.testing.assert_allclose(discounted(alike.T), found.T, atol=1e-4)


@given(st.floats(0, 1, width=32))
def test_a_single_pair_keeps_its_similarity(value: float) -> None:
    assert discounted(np.array([[value]], dtype=np.float32))[0, 0] == pytest.approx(value, abs=1e-4)


@given(matrices, st.randoms(use_true_random=False))
def test_the_order_of_the_lists_does_not_matter(alike: Matrix, random: Random) -> None:
    order = list(range(alike.shape[1]))
    random.shuffle(order)
    np.testing.assert_allclose(discounted(alike[:, order]), discounted(alike)[:, order], atol=1e-4)


def test_a_long_text_is_read_to_its_end() -> None:
    encoder = load_encoder(settings())
    filler = "The Government accepts this recommendation and is grateful to the Inquiry for its careful work. " * 30
    end = "Ambulances will carry tourniquets and blood plasma for casualties with severe bleeding."
    assert len(windows_of(end, encoder)) == 1
    windows = windows_of(filler + end, encoder)
    assert len(windows) > 1
    assert "".join(windows) == filler + end
    query = encode(["bleeding control kits in ambulances"], settings=settings())
    cut, whole = (float((query @ f([filler + end], settings=settings()).T)[0, 0]) for f in (encode, encode_whole))
    assert whole > cut
    assert (encode_whole([end, ""], settings=settings()) == encode([end, ""], settings=settings())).mean() > 0.99


def first_right(name: str) -> tuple[int, float]:
    """How many recommendations the set has, and the share of them that rank their own response above all others."""
    lines = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    found = similarity([row["recommendation"] for row in rows], [row["response"] for row in rows])
    own = np.diag(found)
    return len(rows), float(np.mean((found >= own[:, None]).sum(axis=1) == 1))


# Floors a little below what is measured; the old mean of cosines had 0.58, 0.49, 0.92 and 0.82.
@pytest.mark.parametrize(
    ("name", "count", "floor"), [("one", 79, 0.70), ("two", 73, 0.64), ("three", 38, 0.97), ("four", 44, 0.93)]
)
def test_a_recommendation_finds_its_response(name: str, count: int, floor: float) -> None:
    rows, share = first_right(name)
    assert rows == count
    assert share >= floor

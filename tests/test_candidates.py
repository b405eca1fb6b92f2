"""Search for pairs worth comparing: exactly, by the index, and by shared fields; bad input makes it no slower."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.link import in_order, link_claims
from extractor.link.candidates import (
    MAX_BLOCK,
    NOBODY,
    Nearest,
    cosines,
    join,
    likenesses,
    nearest_of,
    search_exactly,
    shared_fields,
)
from extractor.link.encode import Matrix
from extractor.link.evidence import reading
from extractor.link.features import SCALE, Features, Ragged, Space, claim_digests, features_of, field_keys, space_of
from extractor.link.found import load_bodies
from extractor.link.index import search
from extractor.records import Claim
from extractor.settings import Settings
from tests.synthetic import synthetic

BODIES = load_bodies(())


def featured(claims: Sequence[Claim], vectors: Matrix) -> Features:
    return features_of([reading(claim, BODIES) for claim in claims], claim_digests(claims, vectors), BODIES.line)


def spaced(claims: Sequence[Claim], vectors: Matrix) -> Space:
    return space_of(claims, vectors, featured(claims, vectors).words)


def brute(claims: Sequence[Claim], vectors: Matrix, count: int) -> list[list[int]]:
    """The nearest of each, by the definition, in whole numbers of Python."""
    units = [[round(float(x) * SCALE) for x in row] for row in vectors]
    words = [{stem: round(weight * SCALE) for stem, weight in reading(claim, BODIES).stems.items()} for claim in claims]
    found = []
    for j, later in enumerate(claims):
        scored = []
        for i, earlier in enumerate(claims[:j]):
            if earlier.label == "commitment" and earlier.document_id != later.document_id:
                dense = round(sum(a * b for a, b in zip(units[i], units[j], strict=True)) / SCALE)
                shared = sum(weight * words[j].get(stem, 0) for stem, weight in words[i].items())
                scored.append((-round((dense * SCALE + shared) / (2 * SCALE)), i))
        found.append([i for score, i in sorted(scored)[:count] if score < 0])
    return found


def listed(nearest: Nearest) -> list[list[int]]:
    return [[place for place in row if place != NOBODY] for row in nearest.place.tolist()]


def recall(found: Nearest, right: Nearest) -> float:
    hits = sum(len(set(a) & set(b)) for a, b in zip(listed(found), listed(right), strict=True))
    return hits / int((right.place != NOBODY).sum())


@pytest.mark.parametrize("count", [1, 3, 50])
def test_neighbours_are_those_of_brute_force(count: int) -> None:
    claims, vectors = synthetic(60, seed=3, document=7)
    space = spaced(claims, vectors)
    assert listed(search_exactly(space, np.arange(60), count)) == brute(claims, vectors, count)


@settings(max_examples=20, deadline=None)
@given(st.sets(st.integers(0, 199), min_size=1), st.integers(1, 30))
def test_neighbours_do_not_depend_on_who_else_is_asked(rows: set[int], count: int) -> None:
    space = spaced(*synthetic(200, document=9))
    whole = search_exactly(space, np.arange(200), count)
    asked = np.array(sorted(rows))
    part = search_exactly(space, asked, count)
    assert np.array_equal(part.place, whole.place[asked])
    assert np.array_equal(part.likeness, whole.likeness[asked])


def test_tables_of_any_size_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    space = spaced(*synthetic(300, document=9))
    whole = search_exactly(space, np.arange(300), 20)
    for name, size in (("ROWS", 17), ("COLUMNS", 23), ("PAIRS", 11)):
        monkeypatch.setattr(f"extractor.link.candidates.{name}", size)
    small = search_exactly(space, np.arange(300), 20)
    assert np.array_equal(small.place, whole.place)
    assert np.array_equal(small.likeness, whole.likeness)
    later, at = np.nonzero(whole.place != NOBODY)
    one_by_one = likenesses(space, whole.place[later, at], later.astype(np.int32))
    assert np.array_equal(one_by_one, whole.likeness[later, at])


def test_equally_near_ones_come_in_order_of_publication() -> None:
    found = nearest_of(
        np.array([9, 9, 9, 8], dtype=np.int32),
        np.array([5, 2, 3, 1], dtype=np.int32),
        np.array([70, 70, 90, 0]),
        np.array([8, 9]),
        2,
    )
    assert listed(found) == [[], [3, 2]]


def test_the_index_finds_what_brute_force_finds() -> None:
    claims, vectors = synthetic(3_000)
    space = spaced(claims, vectors)
    found = search(space, 20, exact_up_to=600, block=500)
    right = search_exactly(space, np.arange(len(space)), 20)
    assert recall(found, right) >= 0.99
    assert np.array_equal(found.place[:600], right.place[:600])
    late, (later, at) = found.place[600:], np.nonzero(found.place != NOBODY)
    assert (late < np.arange(600, 3_000)[:, None]).all(), "what comes later is never proposed"
    assert (space.documents[found.place[later, at]] != space.documents[later]).all()
    assert np.array_equal(likenesses(space, found.place[later, at], later.astype(np.int32)), found.likeness[later, at])


def test_the_index_finds_the_same_each_time() -> None:
    space = spaced(*synthetic(1_000))
    one, other = (search(space, 20, exact_up_to=300, block=200) for _ in range(2))
    assert np.array_equal(one.place, other.place)


def test_a_document_that_fills_the_index_hides_no_other() -> None:
    # a document of 700 statements that all say the same, over several blocks, and one from before that is meant
    claims, vectors = synthetic(1, seed=1)
    twin = [replace(claims[0], id=f"t{n:04}", document_id="long", published=date(2021, 1, 1)) for n in range(700)]
    told = [claims[0], *twin]
    space = spaced(told, np.repeat(vectors, len(told), axis=0))
    found = search(space, 20, exact_up_to=100, block=200)
    assert listed(found)[1:] == [[0]] * 700


def test_shared_owner_and_date_or_figure_or_a_programme_propose_what_no_wording_does() -> None:
    due = date(2025, 3, 31)
    base = Claim("a", "d1", "commitment", "We will act.", date(2020, 1, 1), None, None)
    claims = [
        replace(base, owner="Health Education England", deadline_end=due, figures=((1500.0, "places"),)),
        replace(base, id="b", document_id="d2", owner="NHS England", deadline_end=due),
        replace(base, id="c", document_id="d3", owner="NHS England", figures=((1500.0, "places"),)),
        replace(
            base, id="d", document_id="d4", owner="NHS Employers", deadline_end=due, text="We back the Elm Compact 7."
        ),
        replace(base, id="e", document_id="d5", label="progress", text="Of the Elm Compact 7 little is left."),
    ]
    vectors = np.ones((len(claims), 2), dtype=np.float32) / np.float32(np.sqrt(2))
    features = featured(claims, vectors)
    earlier, later = shared_fields(features.keys, space_of(claims, vectors, features.words))
    assert list(zip(earlier.tolist(), later.tolist(), strict=True)) == [(0, 1), (0, 2), (3, 4)]


def test_a_block_that_everybody_is_in_proposes_nothing() -> None:
    base = Claim("", "", "commitment", "We will act.", None, "NHS trusts", date(2025, 3, 31))
    crowd = [replace(base, id=f"c{n}", document_id=f"d{n}") for n in range(MAX_BLOCK + 1)]
    keys = Ragged.of([field_keys(claim, frozenset(), str) for claim in crowd], np.uint64)
    space = spaced(crowd, np.ones((len(crowd), 1), dtype=np.float32))
    assert len(shared_fields(keys, space)[0]) == 0
    fewer = np.arange(MAX_BLOCK)
    fitting = Space(space.vectors[fewer], space.words[fewer], space.documents[fewer], space.promised[fewer])
    assert len(shared_fields(keys.take(fewer), fitting)[0]) == MAX_BLOCK * (MAX_BLOCK - 1) // 2


def test_each_pair_is_proposed_once_and_in_order() -> None:
    claims, vectors = synthetic(400, document=9)
    features = featured(claims, vectors)
    space = space_of(claims, vectors, features.words)
    pairs = join(search(space, 5), shared_fields(features.keys, space))
    assert all(a < b for a, b in pairwise(pairs.keys().tolist()))
    assert {rank for _, _, rank in pairs} == {None, 0, 1, 2, 3, 4}
    exact = np.round((vectors[pairs.earlier].astype(float) * vectors[pairs.later].astype(float)).sum(axis=1), 5)
    assert cosines(space, pairs.earlier, pairs.later) == pytest.approx(exact, abs=2e-5)


@pytest.mark.parametrize(
    ("case", "least"),
    [("the same text", 1), ("no dates", 1), ("one owner", 1)],
)
def test_bad_input_is_linked_in_time_that_is_not_quadratic(case: str, least: int) -> None:
    def seconds(count: int) -> float:
        claims, vectors = synthetic(count)
        if case == "the same text":
            claims = [replace(claim, text=claims[0].text) for claim in claims]
            vectors = np.repeat(vectors[:1], count, axis=0)
        elif case == "no dates":
            claims = in_order([replace(claim, published=None, deadline_end=None) for claim in claims])
        else:
            claims = [replace(claim, owner="NHS England", deadline_end=date(2025, 3, 31)) for claim in claims]
        start = time.process_time()
        links, threads = link_claims(claims, vectors, settings=Settings(link_neighbours=5))
        assert links
        assert len(threads) >= least
        return time.process_time() - start

    seconds(100)
    small, large = seconds(500), seconds(2_000)
    assert large < 10 * max(small, 0.2)


def test_ten_thousand_statements_of_one_owner_and_day_propose_pairs_in_proportion() -> None:
    """Owner and day alone would propose fifty million. How long linking them takes is measured by tests.bench.link."""

    def proposed(count: int) -> int:
        made, vectors = synthetic(count)
        claims = [replace(claim, owner="NHS England", deadline_end=date(2025, 3, 31)) for claim in made]
        features = featured(claims, vectors)
        space = space_of(claims, vectors, features.words)
        return len(join(search(space, 5), shared_fields(features.keys, space)))

    small, large = proposed(2_000), proposed(10_000)
    assert large < 10 * small, "five times as many statements; 25 times as many pairs would be quadratic"
    assert large < 10_000 * MAX_BLOCK // 2

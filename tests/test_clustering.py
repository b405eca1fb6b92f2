"""Greedy contraction: the same partition as by trying all pairs of clusters, whatever was left unsummed on the way."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from extractor.link.clustering import FOREVER, PARTS, cluster
from tests.factories import bonds

COUNT = 9
PAIRS = st.tuples(st.integers(0, COUNT - 1), st.integers(0, COUNT - 1)).filter(lambda pair: pair[0] < pair[1])
ODDS = st.dictionaries(PAIRS, st.floats(-3, 3), max_size=30)
Said = Sequence[tuple[int, int, bool]]


def by_trying_all(odds: Mapping[tuple[int, int], float], said: Said) -> list[list[int]]:
    """The definition, step by step; an example in which two bonds are equally strong is passed over."""
    parts = {pair: round(bond * PARTS) for pair, bond in odds.items()}
    for a, b, same in said:
        parts[a, b] = parts.get((a, b), 0) + (FOREVER if same else -FOREVER)
    groups = [[node] for node in range(COUNT)]
    while True:
        sums = {
            (one, other): sum(parts.get((min(a, b), max(a, b)), 0) for a in groups[one] for b in groups[other])
            for one, other in combinations(range(len(groups)), 2)
        }
        strongest = max(sums.values(), default=0)
        if strongest <= 0:
            return sorted(sorted(group) for group in groups)
        assume(list(sums.values()).count(strongest) == 1)
        one, other = max(sums, key=lambda pair: sums[pair])
        groups[one] += groups.pop(other)


@given(ODDS)
def test_it_is_what_trying_all_pairs_of_clusters_gives(odds: dict[tuple[int, int], float]) -> None:
    assert cluster(COUNT, bonds(odds)) == by_trying_all(odds, ())


@given(ODDS, PAIRS)
def test_also_where_somebody_kept_two_apart(odds: dict[tuple[int, int], float], pair: tuple[int, int]) -> None:
    said = [(*pair, False)]
    assert cluster(COUNT, bonds(odds), said) == by_trying_all(odds, said)


@given(ODDS)
def test_joining_two_more_never_helps(odds: dict[tuple[int, int], float]) -> None:
    groups = cluster(COUNT, bonds(odds))
    assert sorted(node for group in groups for node in group) == list(range(COUNT))
    home = {node: n for n, group in enumerate(groups) for node in group}
    between: dict[frozenset[int], int] = {}
    for (i, j), bond in odds.items():
        if home[i] != home[j]:
            pair = frozenset((home[i], home[j]))
            between[pair] = between.get(pair, 0) + round(bond * PARTS)
    assert all(total <= 0 for total in between.values())


@pytest.mark.parametrize(
    ("odds", "said", "expected", "why"),
    [
        ({}, [], [[0], [1], [2], [3]], "nothing holds anything to another"),
        (
            {(0, 1): 2.5, (1, 2): 1.0, (2, 3): 0.9, (0, 3): -3.0, (0, 2): 0.2},
            [],
            [[0, 1, 2], [3]],
            "2 resembles both 0 and 3, which speak strongly of different things",
        ),
        ({(0, 1): 2.0, (2, 3): 2.0, (0, 2): 1.5, (1, 3): -1.6}, [], [[0, 1], [2, 3]], "too high a bound goes back"),
        ({(0, 1): 2.0, (2, 3): 2.0, (0, 2): 1.5, (1, 3): -1.4}, [], [[0, 1, 2, 3]], "and counts when it is right"),
        ({(0, 1): 0.00004}, [], [[0], [1], [2], [3]], "less than a ten-thousandth is nothing"),
        ({(0, 1): -3.0}, [(0, 1, True)], [[0, 1], [2], [3]], "a word outweighs all evidence"),
        ({(0, 1): 3.0, (1, 2): 3.0}, [(2, 0, False)], [[0, 1], [2], [3]], "of equal bonds that of the lower nodes"),
    ],
)
def test_clusters(odds: dict[tuple[int, int], float], said: Said, expected: list[list[int]], why: str) -> None:
    assert cluster(4, bonds(odds), said) == expected, why

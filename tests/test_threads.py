"""Clustering under what people said: same and apart hold whatever the evidence, and the rest follows its bonds."""

import random
import time
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.link import in_order
from extractor.link.judged import REVIEWED, judged_links, standing
from extractor.link.threads import build_threads
from extractor.records import Claim, Judgement, Link, Reason, Thread
from tests.factories import bonds as bonds_of

Bonds = dict[tuple[int, int], float]


def claim(number: int, *, document: str = "", label: str = "commitment") -> Claim:
    published = date(2020, 1, 1) + timedelta(days=number)
    kind = "delivered" if label == "progress" else None
    return Claim(f"s{number}", document or f"d{number}", label, "We will act.", published, None, None, kind=kind)  # type: ignore[arg-type]


def claims(count: int) -> list[Claim]:
    return [claim(number) for number in range(count)]


def same(a: int, b: int) -> Judgement:
    return Judgement(f"s{a}", f"s{b}", True)


def apart(a: int, b: int) -> Judgement:
    return Judgement(f"s{a}", f"s{b}", False)


def groups(threads: Sequence[Thread]) -> list[list[int]]:
    return [[int(id[1:]) for id in thread.statements] for thread in threads]


def made(count: int, bonds: Mapping[tuple[int, int], float], *judgements: Judgement) -> list[list[int]]:
    return groups(build_threads(claims(count), bonds_of(bonds), judgements))


@pytest.mark.parametrize(
    ("bonds", "judgements", "expected", "why"),
    [
        ({}, [same(0, 2)], [[0, 2], [1]], "a merge needs no evidence"),
        ({(0, 1): -3.0}, [same(0, 1)], [[0, 1], [2]], "nor heeds any against it"),
        ({(0, 1): 3.0}, [apart(0, 1)], [[0], [1], [2]], "a rejected pair is two threads"),
        ({(0, 1): 3.0, (1, 2): 3.0}, [apart(0, 2)], [[0, 1], [2]], "also where a chain would join them"),
        ({(0, 1): 2.0, (1, 2): 3.0}, [apart(0, 2)], [[0], [1, 2]], "the middle goes where it is held most"),
        ({(0, 1): 3.0, (1, 2): 3.0}, [apart(0, 1)], [[0], [1, 2]], "what follows the split statement goes with it"),
        ({(1, 2): 2.0}, [same(0, 1)], [[0, 1, 2]], "what is held by a merged statement comes along"),
        ({(0, 2): -3.0, (1, 2): 2.0}, [same(0, 1)], [[0, 1], [2]], "unless more speaks against it"),
        ({}, [same(0, 1), apart(0, 1)], [[0], [1], [2]], "of two on one pair the newer stands"),
        ({}, [apart(0, 1), same(1, 0)], [[0, 1], [2]], "whichever comes first in it"),
        ({}, [same(0, 1), same(1, 2), apart(0, 2)], [[0], [1, 2]], "of three that contradict the oldest falls"),
        ({}, [apart(0, 2), same(0, 1), same(1, 2)], [[0, 1, 2]], "here that is the one that kept them apart"),
        ({}, [same(0, 1), apart(0, 2), same(1, 2)], [[0], [1, 2]], "and here the first merge"),
        ({(0, 1): 3.0}, [apart(0, 9), same(9, 1)], [[0, 1], [2]], "what is not in the database decides nothing"),
        ({(0, 1): 3.0}, [apart(1, 1)], [[0, 1], [2]], "nothing is apart from itself"),
    ],
)
def test_judgements_stand_above_evidence(
    bonds: Bonds, judgements: list[Judgement], expected: list[list[int]], why: str
) -> None:
    assert made(3, bonds, *judgements) == expected, why


COUNT = 9
PAIRS = st.tuples(st.integers(0, COUNT - 1), st.integers(0, COUNT - 1)).filter(lambda pair: pair[0] < pair[1])
BONDS = st.dictionaries(PAIRS, st.floats(-3, 3), max_size=20)
JUDGEMENTS = st.lists(st.builds(lambda pair, is_same: (same if is_same else apart)(*pair), PAIRS, st.booleans()))


@given(BONDS, JUDGEMENTS)
def test_every_judgement_that_stands_is_kept(bonds: Bonds, judgements: list[Judgement]) -> None:
    threads = build_threads(claims(COUNT), bonds_of(bonds), judgements)
    place = home(threads)
    assert len(place) == COUNT
    for judgement in standing(claims(COUNT), judgements):
        assert (place[judgement.a] == place[judgement.b]) == judgement.same


@given(BONDS, JUDGEMENTS)
def test_only_what_contradicts_newer_ones_falls(bonds: Bonds, judgements: list[Judgement]) -> None:
    """Taken from the newest on, each stands or is the contrary of what those that stand imply."""
    stand = standing(claims(COUNT), judgements)
    taken: list[Judgement] = []
    for judgement in reversed(judgements):
        if len(taken) < len(stand) and stand[len(taken)] == judgement:
            taken.append(judgement)
            continue
        (contrary,) = standing(claims(COUNT), [Judgement(judgement.a, judgement.b, not judgement.same)])
        # They hold its contrary already: with that as the newest of all, none of them falls.
        assert set(taken) <= set(standing(claims(COUNT), [*reversed(taken), contrary]))
        assert judgement not in standing(claims(COUNT), [judgement, *reversed(taken)])
    assert len(taken) == len(stand)


@given(BONDS, JUDGEMENTS, st.randoms(use_true_random=False))
def test_the_order_of_arrival_leaves_no_trace(bonds: Bonds, judgements: list[Judgement], chance: random.Random) -> None:
    """Neither that of the claims, once they are in order of publication, nor that of the bonds."""
    arrived, found = claims(COUNT), list(bonds.items())
    chance.shuffle(arrived)
    chance.shuffle(found)
    assert standing(arrived, judgements) == standing(claims(COUNT), judgements)
    assert build_threads(in_order(arrived), bonds_of(dict(found)), judgements) == build_threads(
        claims(COUNT), bonds_of(bonds), judgements
    )


@given(BONDS, JUDGEMENTS)
def test_without_judgements_on_it_a_component_is_as_it_was(bonds: Bonds, judgements: list[Judgement]) -> None:
    """What people say of some statements changes nothing among others."""
    beside = {(i + COUNT, j + COUNT): bond for (i, j), bond in bonds.items()}
    both = build_threads(claims(2 * COUNT), bonds_of({**bonds, **beside}), judgements)
    left = [group for group in groups(both) if group[0] >= COUNT]
    assert [[number - COUNT for number in group] for group in left] == made(COUNT, bonds)


def test_a_thread_keeps_its_id_through_merge_and_split() -> None:
    five = claims(5)
    bonds = {(0, 1): 2.0, (2, 3): 2.0, (3, 4): 2.0}
    first, second = build_threads(five, bonds_of(bonds))
    (merged,) = build_threads(five, bonds_of(bonds), [same(0, 2)])
    assert merged.id == first.id
    kept, gone = build_threads(five, bonds_of(bonds), [same(0, 2), apart(0, 2)])
    assert (kept, gone) == (first, second)
    _, left, off = build_threads(five, bonds_of(bonds), [apart(2, 4)])
    assert left.id == second.id
    assert off.statements == ("s4",)


def test_progress_joins_by_judgement_but_makes_no_thread_alone() -> None:
    three = [claim(0), claim(1, label="progress"), claim(2, label="progress")]
    assert groups(build_threads(three, bonds_of({}), [same(0, 2)])) == [[0, 2]]
    assert groups(build_threads(three, bonds_of({}), [same(1, 2)])) == [[0]]


@pytest.mark.timeout(60)
def test_ten_thousand_statements_in_one_component_are_soon_done() -> None:
    """Near linear: four times the statements take at most some six times as long."""

    def seconds(count: int) -> float:
        rng = random.Random(7)
        order = list(range(count))
        bonds: Bonds = dict.fromkeys(pairwise(order), 1.5)
        for _ in range(10 * count):
            i, j = sorted(rng.sample(order, 2))
            bonds[i, j] = rng.uniform(-3, 1)
        said = [(same if rng.random() < 0.5 else apart)(*sorted(rng.sample(order, 2))) for _ in range(count // 10)]
        many = claims(count)
        start = time.process_time()
        threads = build_threads(many, bonds_of(bonds), said)
        spent = time.process_time() - start
        place = home(threads)
        assert all((place[one.a] == place[one.b]) == one.same for one in standing(many, said))
        return spent

    small, large = seconds(2_500), seconds(10_000)
    assert large < 20
    assert large < 8 * small + 1


def test_one_statement_said_apart_from_thousands_is_soon_done() -> None:
    """A chain of merges, each beside a statement held apart from all: sets are moved the smaller into the larger."""
    count = 5_000
    said = [apart(0, n) for n in range(1, count)] + [same(n, n + 1) for n in range(1, count - 1)]
    start = time.process_time()
    assert made(count, {}, *said) == [[0], list(range(1, count))]
    assert time.process_time() - start < 10


WHY = (Reason("words", 1.2, "both say “rota…”"),)


def link(a: int, b: int, relation: str = "restates") -> Link:
    return Link(f"s{a}", f"s{b}", relation, 0.8, WHY)  # type: ignore[arg-type]


def asked(earlier: Claim, later: Claim) -> Link:
    return Link(earlier.id, later.id, "revises", 0.1, WHY, ("deadline dropped",))


def home(threads: Sequence[Thread]) -> dict[str, str]:
    return {id: thread.id for thread in threads for id in thread.statements}


def left(links: list[Link], bonds: Bonds, *said: Judgement, of: Sequence[Claim] = ()) -> list[Link]:
    given = of or claims(4)
    return list(judged_links(links, given, home(build_threads(given, bonds_of(bonds), said)), said, relate=asked))


def test_a_rejected_link_goes_and_those_beside_it_with_it() -> None:
    bonds = {(0, 1): 2.0, (0, 2): 2.0, (1, 2): 2.0, (2, 3): 3.0, (0, 3): 2.0}
    links = [link(0, 1), link(0, 2), link(0, 3), link(1, 2), link(2, 3)]
    assert left(links, bonds) == links
    assert left(links, bonds, apart(0, 2)) == [link(0, 1), link(2, 3)], "2 and 3 are one thread now, 0 and 1 another"
    assert left(links, bonds, apart(0, 2), same(0, 2)) == [
        link(0, 1),
        Link("s0", "s2", "restates", 1.0, (REVIEWED, *WHY)),
        *links[2:],
    ]


def test_links_between_threads_that_nobody_judged_stay() -> None:
    assert left([link(0, 1), link(2, 3)], {}, apart(0, 2)) == [link(0, 1), link(2, 3)]


def test_a_confirmed_pair_has_a_link_that_says_so() -> None:
    assert left([], {}, same(3, 1)) == [Link("s1", "s3", "revises", 1.0, (REVIEWED, *WHY), ("deadline dropped",))], (
        "the earlier first, whichever the reviewer named first"
    )


def test_statements_of_one_document_are_merged_but_not_linked() -> None:
    twins = [claim(0, document="d"), claim(1, document="d")]
    assert left([], {}, same(0, 1), of=twins) == []
    assert groups(build_threads(twins, bonds_of({}), [same(0, 1)])) == [[0, 1]]


@given(st.lists(PAIRS, unique=True), JUDGEMENTS)
def test_links_agree_with_threads_and_judgements(pairs: list[tuple[int, int]], judgements: list[Judgement]) -> None:
    many = claims(COUNT)
    threads = build_threads(many, bonds_of(dict.fromkeys(pairs, 1.0)), judgements)
    found = judged_links([link(*pair) for pair in pairs], many, home(threads), judgements, relate=asked)
    linked = {(one.earlier, one.later) for one in found}
    for judgement in standing(many, judgements):
        a, b = sorted((judgement.a, judgement.b))
        assert ((a, b) in linked) == judgement.same
    assert list(found) == sorted(found, key=lambda one: (one.earlier, one.later))

"""Candidates, relations, links and threads, on hand-made claims with hand-made vectors."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.errors import ModelError
from extractor.lexicon.organisations import load_register
from extractor.link import in_order, link_claims, similarity
from extractor.link.bodies import Bodies
from extractor.link.encode import Matrix
from extractor.link.evidence import FEATURES, Finding
from extractor.link.relation import Case, Weights, load_weights, probability, reasons
from extractor.link.threads import build_threads
from extractor.records import Claim
from extractor.settings import Settings
from tests.factories import bonds

BODIES = Bodies(load_register())
TOPICS = (
    "wellbeing guardian on every board",
    "dental vans in rural counties",
    "safe staffing law for wards",
    "retirement toolkit",
)


def claim(name: str, document: str, text: str = "We will act.", **fields: object) -> Claim:
    base = Claim(name, document, "commitment", text, date(2020, 1, 1), None, None)
    return replace(base, **fields)  # type: ignore[arg-type]  # the fields are the cases'


def unit(rows: Sequence[Sequence[float]]) -> Matrix:
    matrix = np.array(rows, dtype=np.float32)
    return np.asarray(matrix / np.linalg.norm(matrix, axis=1, keepdims=True), dtype=np.float32)


def stories(documents: int) -> tuple[list[Claim], Matrix]:
    """Each document says something of every topic: the first promises, the others restate; vectors say which topic."""
    claims, rows = [], []
    rng = np.random.default_rng(7)
    for d in range(documents):
        for t, topic in enumerate(TOPICS):
            day = date(2019, 1, 1) + timedelta(days=90 * d)
            claims.append(
                claim(
                    f"{t}-{d}",
                    f"doc{d}",
                    f"We will see to the {topic}.",
                    published=day,
                    deadline_end=date(2025 + t, 3, 31),
                )
            )
            rows.append(np.eye(len(TOPICS))[t] + rng.normal(0, 0.05, len(TOPICS)))
    return claims, unit(rows)


def linked(claims: Sequence[Claim], vectors: Matrix) -> tuple[object, object]:
    ordered = in_order(claims)
    place = {c.id: n for n, c in enumerate(claims)}
    return link_claims(ordered, vectors[[place[c.id] for c in ordered]], settings=Settings())


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(20)))
def test_links_do_not_depend_on_the_order_of_arrival(order: list[int]) -> None:
    claims, vectors = stories(5)
    assert linked([claims[i] for i in order], vectors[order]) == linked(claims, vectors)


def test_stories_become_threads_and_documents_are_not_linked_to_themselves() -> None:
    claims, vectors = stories(4)
    links, threads = link_claims(in_order(claims), vectors, settings=Settings())
    home = {c.id: c.document_id for c in claims}
    assert links
    assert all(home[link.earlier] != home[link.later] for link in links)
    assert sorted(sorted(t.statements) for t in threads) == [[f"{t}-{d}" for d in range(4)] for t in range(len(TOPICS))]
    assert all(t.first_seen == date(2019, 1, 1) for t in threads)


def test_the_same_words_twice_in_one_document_stay_two_threads() -> None:
    twins = [claim("a", "d", "We will publish the plan."), claim("b", "d", "We will publish the plan.")]
    links, threads = link_claims(twins, unit([[1, 0], [1, 0]]), settings=Settings())
    assert links == ()
    assert [t.statements for t in threads] == [("a",), ("b",)]


def test_no_dates_at_all_is_still_an_order() -> None:
    claims, vectors = stories(3)
    undated = [replace(c, published=None) for c in claims]
    links, threads = link_claims(in_order(undated), vectors, settings=Settings())
    assert len(threads) == len(TOPICS)
    assert links


def test_nothing_to_link() -> None:
    assert link_claims([], np.zeros((0, 4), dtype=np.float32), settings=Settings()) == ((), ())


def test_every_commitment_is_in_one_thread_and_lone_progress_in_none() -> None:
    claims, vectors = stories(3)
    lone = claim("lone", "doc9", "The canteen opened.", label="progress", kind="delivered", published=date(2018, 1, 1))
    ordered = in_order([*claims, lone])
    rows = np.vstack([vectors, -vectors[:1]])
    _, threads = link_claims(ordered, rows[[[*claims, lone].index(c) for c in ordered]], settings=Settings())
    named = [name for t in threads for name in t.statements]
    assert sorted(named) == sorted(c.id for c in claims)


def test_reasons_are_by_kind_of_evidence_strongest_first() -> None:
    weights = Weights(0.0, dict.fromkeys(FEATURES, 0.0) | {"owner.same": 1.0, "deadline.same": 2.0})
    found = [Finding("owner.same", 1.0, "both are its"), Finding("deadline.same", 1.0, "one day")]
    assert [(r.rule, r.score) for r in reasons(found, weights)] == [("deadline", 2.0), ("owner", 1.0)]
    assert probability(found, weights) == pytest.approx(1 / (1 + np.exp(-3)), abs=1e-4)


def test_weights_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        load_weights("asked", tmp_path)
    (tmp_path / "weights.json").write_text(
        json.dumps({"asked": {"bias": 0, "weights": {"owner.same": 1}}}), encoding="utf-8"
    )
    with pytest.raises(ModelError, match="do not fit"):
        load_weights("asked", tmp_path)


@pytest.mark.parametrize("case", ["asked", "found"])
def test_shipped_weights_point_the_way_a_reader_expects(case: Case) -> None:
    weights = load_weights(case).weights
    assert weights["owner.same"] >= 0 >= weights["owner.other"]
    assert weights["figure.same"] > 0 > weights["figure.other"]
    assert weights["deadline.same"] > weights["deadline.earlier"]


def test_a_longer_thread_keeps_its_id() -> None:
    claims = [claim("a", "d1"), claim("b", "d2"), claim("c", "d3")]
    short, longer = (
        build_threads(claims[:2], bonds({(0, 1): 2.0})),
        build_threads(claims, bonds({(0, 1): 2.0, (1, 2): 2.0})),
    )
    assert short[0].id == longer[0].id
    assert longer[0].statements == ("a", "b", "c")


def test_similarity_is_a_matrix_even_of_nothing() -> None:
    assert similarity([], ["a"]).shape == (0, 1)
    assert similarity(["a"], []).shape == (1, 0)
    found = similarity(["more nurses by 2025", "a charter"], ["nurses", "a charter", "vans"])
    assert found.shape == (2, 3)
    assert found[1, 1] == found[1].max() > 0.95

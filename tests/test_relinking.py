"""Linking step by step gives what linking all at once gives; what is kept between runs is never trusted blindly."""

import os
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from extractor.link import in_order, link_claims
from extractor.link.archive import pack, unpack
from extractor.link.encode import Matrix
from extractor.link.heard import heard
from extractor.link.kept import Kept, Stored, nothing_kept
from extractor.link.renewal import renew
from extractor.records import Claim, Judgement, Link, Thread
from extractor.settings import Settings
from tests.synthetic import synthetic, vectors_of

FEW = Settings(link_neighbours=4)
SOME_THOUSAND = int(os.environ.get("EXTRACTOR_STATEMENTS", "2000"))
CLAIMS, _ = synthetic(72, seed=5, document=6)
NAMES = sorted({claim.document_id for claim in CLAIMS})
DOCUMENTS = [[claim for claim in CLAIMS if claim.document_id == name] for name in NAMES]
Held = tuple[dict[tuple[str, str], Link], dict[str, Thread]]


class Database:
    """A stand-in for the store: it takes changes and keeps the rest, as a database does."""

    def __init__(self) -> None:
        self.claims: dict[str, Claim] = {}
        self.vectors: dict[str, Matrix] = {}
        self.judgements: tuple[Judgement, ...] = ()
        self.links: dict[tuple[str, str], Link] = {}
        self.threads: dict[str, Thread] = {}
        self.kept: Kept = nothing_kept(FEW.link_neighbours)
        self.weighed = 0

    def put(self, claims: Sequence[Claim]) -> None:
        for claim in claims:
            self.claims[claim.id], self.vectors[claim.id] = claim, vectors_of([claim.text])[0]

    def take(self, names: Sequence[str]) -> None:
        """Statements go, and with them their links and threads, as by cascade."""
        for name in names:
            self.claims.pop(name, None)
        self.links = {pair: link for pair, link in self.links.items() if not set(pair) & set(names)}
        self.threads = {id: t for id, t in self.threads.items() if not set(t.statements) & set(names)}

    def relink(self, **options: int) -> None:
        claims = in_order(list(self.claims.values()))
        places = {name: thread.id for thread in self.threads.values() for name in thread.statements}
        vectors = np.array([self.vectors[claim.id] for claim in claims])
        done = renew(
            self.kept,
            claims,
            vectors,
            settings=FEW,
            judgements=self.judgements,
            stored=Stored({pair: link.score for pair, link in self.links.items()}, places),
            **options,
        )
        self.kept, self.weighed = done.kept, len(done.links)
        links, gone = heard(done, claims, vectors, self.judgements, settings=FEW)
        self.links |= {(link.earlier, link.later): link for link in links}
        self.links = {pair: link for pair, link in self.links.items() if pair not in gone}
        free = set(done.loose)
        self.threads = {id: t for id, t in self.threads.items() if not set(t.statements) & free}
        self.threads |= {thread.id: thread for thread in done.threads}

    def held(self) -> Held:
        return dict(self.links), dict(self.threads)

    def from_nothing(self) -> Held:
        claims = in_order(list(self.claims.values()))
        vectors = np.array([self.vectors[claim.id] for claim in claims])
        links, threads = link_claims(claims, vectors, settings=FEW, judgements=self.judgements)
        return {(link.earlier, link.later): link for link in links}, {thread.id: thread for thread in threads}


def judged(pairs: Sequence[tuple[int, int, bool]]) -> tuple[Judgement, ...]:
    return tuple(Judgement(CLAIMS[a].id, CLAIMS[b].id, same) for a, b, same in pairs if a != b)


def changed(claim: Claim, way: int) -> Claim:
    match way % 4:
        case 0:
            return replace(claim, text=claim.text.replace(" near ", " beyond "))
        case 1:
            return replace(claim, owner="Skills for Care")
        case 2 if claim.published:
            return replace(claim, published=claim.published - timedelta(days=2_000))
        case _:
            return replace(claim, figures=((12_345.0, "places"),))


PLACES = st.integers(0, len(CLAIMS) - 1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.lists(st.integers(0, len(DOCUMENTS) - 1), min_size=1, max_size=5)),
        st.tuples(st.just("take"), st.lists(st.integers(0, len(DOCUMENTS) - 1), min_size=1, max_size=2)),
        st.tuples(st.just("change"), st.lists(PLACES, min_size=1, max_size=4)),
        st.tuples(st.just("drop"), st.lists(PLACES, min_size=1, max_size=3)),
        st.tuples(st.just("judge"), st.lists(st.tuples(PLACES, PLACES, st.booleans()), max_size=4)),
    ),
    min_size=2,
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(STEPS)
# Nothing is left of two that were linked.
@example([("put", [0, 1]), ("take", [0, 1])])
def test_step_by_step_is_all_at_once(steps: list[tuple[str, list[int]]]) -> None:
    here = Database()
    for what, which in steps:
        if what == "put":
            for n in which:
                here.put(DOCUMENTS[n])
        elif what == "take":
            here.take([claim.id for n in which for claim in DOCUMENTS[n]])
        elif what == "drop":
            here.take([CLAIMS[n].id for n in which])
        elif what == "judge":
            here.judgements = judged(which)  # type: ignore[arg-type]  # this step has triples
        else:
            for n in which:
                if claim := here.claims.get(CLAIMS[n].id):
                    here.take([claim.id])
                    here.put([changed(claim, n)])
        here.relink()
        assert here.held() == here.from_nothing()


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(len(DOCUMENTS))), st.integers(1, 5))
def test_neither_order_nor_batches_of_documents_matter(order: list[int], batch: int) -> None:
    here = Database()
    for start in range(0, len(order), batch):
        for n in order[start : start + batch]:
            here.put(DOCUMENTS[n])
        here.relink()
    assert here.held() == here.from_nothing()


def test_a_few_thousand_in_any_order_and_batches_are_all_at_once() -> None:
    """As above at a size where blocks, chunks and ties of likeness come into play (by hand: 20,000)."""
    claims, vectors = synthetic(SOME_THOUSAND)
    row = {claim.id: vector for claim, vector in zip(claims, vectors, strict=True)}
    documents = sorted({claim.document_id for claim in claims})
    random.Random(7).shuffle(documents)
    here = Database()
    for part in (documents[:3], documents[3 : len(documents) // 2], documents[len(documents) // 2 :]):
        for claim in claims:
            if claim.document_id in part:
                here.claims[claim.id], here.vectors[claim.id] = claim, row[claim.id]
        here.relink()
    assert here.held() == here.from_nothing()
    assert here.links


def test_beyond_exact_search_few_changes_lead_to_the_same_neighbours() -> None:
    here = Database()
    here.put(CLAIMS)
    here.relink(exact_up_to=20)
    assert not here.kept.exact
    before = here.held()
    new = [replace(claim, id=f"new{n}", document_id="new") for n, claim in enumerate(CLAIMS[40:44])]
    here.put(new)
    here.relink(exact_up_to=20)
    assert here.held() != before
    here.take([claim.id for claim in new])
    here.relink(exact_up_to=20)
    assert here.held() == before
    here.relink()
    assert here.kept.exact, "fewer statements than search can take exactly are searched exactly"
    assert here.held() == here.from_nothing()


def filled() -> Database:
    here = Database()
    here.put(CLAIMS)
    here.relink()
    return here


def test_nothing_new_is_no_work() -> None:
    here = filled()
    before = here.held()
    here.relink()
    assert here.weighed == 0
    assert here.held() == before


def without_a_link(here: Database) -> None:
    here.links.popitem()


def with_another_score(here: Database) -> None:
    pair, link = here.links.popitem()
    here.links[pair] = replace(link, score=0.5)


def with_a_link_too_many(here: Database) -> None:
    here.links[CLAIMS[0].id, CLAIMS[-1].id] = Link(CLAIMS[0].id, CLAIMS[-1].id, "restates", 0.9, ())


def without_a_thread(here: Database) -> None:
    here.threads.pop(max(here.threads))


def with_threads_joined(here: Database) -> None:
    (_, one), (id, other) = here.threads.popitem(), here.threads.popitem()
    here.threads[id] = replace(other, title="Both", statements=(*other.statements, *one.statements))


@pytest.mark.parametrize(
    "harm", [without_a_link, with_another_score, with_a_link_too_many, without_a_thread, with_threads_joined]
)
def test_what_the_database_lost_is_made_again(harm: Callable[[Database], None]) -> None:
    here = filled()
    harm(here)
    here.relink()
    assert here.held() == here.from_nothing()


def test_what_is_kept_comes_back_from_its_file() -> None:
    kept = replace(filled().kept, judgements=(Judgement("a", "b", True),))
    content = pack(kept, settings=FEW)
    found = unpack(content, settings=FEW)
    assert found is not None
    assert found.judgements == kept.judgements
    assert pack(found, settings=FEW) == content


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (lambda raw: b"", "an empty file"),
        (lambda raw: raw[:40], "cut off"),
        (lambda raw: raw[:-1], "one byte short"),
        (lambda raw: raw[:5_000] + b"x" + raw[5_001:], "one byte changed"),
        (lambda raw: b"x" + raw[1:], "another digest"),
        (lambda raw: b"\0" * len(raw), "nothing but zeros"),
    ],
)
def test_a_damaged_file_is_not_read(harm: Callable[[bytes], bytes], why: str) -> None:
    assert unpack(harm(pack(filled().kept, settings=FEW)), settings=FEW) is None, why


def test_what_other_models_or_settings_made_is_not_read(tmp_path: Path) -> None:
    content = pack(filled().kept, settings=FEW)
    assert unpack(content, settings=replace(FEW, link_neighbours=5)) is None
    assert unpack(content, settings=replace(FEW, encoder=str(tmp_path))) is None

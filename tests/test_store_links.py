"""Links and threads stored at once or step by step come to the same; what cannot be stored leaves all as it was."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlite_utils
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractor.ids import short_id
from extractor.records import Link, Reason, Thread
from extractor.store import judgements, writer
from extractor.store.links import load_places, load_scores
from extractor.store.schema import open_database
from tests.store_samples import contents, corpus, fill, links_of, put_links

IDS = [s.id for found in corpus() for s in found.statements]
Homes = Sequence[int | None]  # the number of each statement's thread


def threads_of(homes: Homes) -> list[Thread]:
    groups: dict[int, list[str]] = {}
    for id, home in zip(IDS, homes, strict=True):
        if home is not None:
            groups.setdefault(home, []).append(id)
    return [
        Thread(short_id("thread", ids[0]), f"{len(ids)} from {ids[0]}", tuple(ids), date(2023, 6, 30), None)
        for ids in groups.values()
    ]


def link(pair: tuple[str, str], score: float) -> Link:
    return Link(*pair, "restates", score, (Reason("words", score, "some words"),))


HOMES = st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=len(IDS), max_size=len(IDS))
PAIRS = st.tuples(st.sampled_from(IDS), st.sampled_from(IDS)).filter(lambda pair: pair[0] != pair[1])
LINKS = st.dictionaries(PAIRS, st.sampled_from([0.5, 0.8]), max_size=5)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HOMES, HOMES, LINKS, LINKS)
def test_at_once_or_step_by_step_is_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    homes: Homes,
    later: Homes,
    links: dict[tuple[str, str], float],
    new: dict[tuple[str, str], float],
) -> None:
    path = tmp_path_factory.mktemp("links")
    once, steps = (open_database(path / name, create=True) for name in ("once.db", "steps.db"))
    fill(once, links=False)
    put_links(once, [link(*found) for found in new.items()], threads_of(later))
    fill(steps)
    put_links(steps, [link(*found) for found in links.items()], threads_of(homes))
    before, after = threads_of(homes), threads_of(later)
    same = {t.statements for t in before} & {t.statements for t in after}
    writer.renew_links(
        steps,
        [link(pair, score) for pair, score in new.items() if links.get(pair) != score],
        [thread for thread in after if thread.statements not in same],
        gone=links.keys() - new.keys(),
        loose={*IDS, "not there"} - {id for statements in same for id in statements},
    )
    assert contents(steps) == contents(once)
    for db in (once, steps):
        assert load_scores(db) == new
        assert load_places(db) == {id: thread.id for thread in after for id in thread.statements}
        assert {id for (id,) in db.execute("SELECT id FROM threads")} == {thread.id for thread in after}
        db.close()


def test_what_is_not_in_the_database_is_refused_and_nothing_stored(db: sqlite_utils.Database) -> None:
    fill(db)
    before = contents(db)
    links, threads = links_of(corpus())
    with pytest.raises(ValueError, match="thread t1: no statement nowhere"):
        put_links(db, links, [replace(threads[0], statements=("nowhere",))])
    with pytest.raises(sqlite3.IntegrityError):
        put_links(db, [replace(links[1], later="nowhere")], threads)
    assert contents(db) == before
    put_links(db, links, threads)
    assert contents(db) == before


def test_owners_are_merged_whether_or_not_a_link_changes(tmp_path: Path) -> None:
    both = [open_database(tmp_path / name, create=True) for name in ("once.db", "steps.db")]
    for db in both:
        fill(db)
        judgements.merge_owner(db, "Local Café", "Care Office")
    put_links(both[0], *links_of(corpus()))
    writer.renew_links(both[1], [], [], gone=[], loose=[])
    one, other = (contents(db, drop=("run_id", "fingerprint", "at")) for db in both)
    assert one == other
    for db in both:
        assert db.execute("SELECT count(*) FROM commitments WHERE owner_found_id = 'local-café'").fetchone() == (1,)
        db.close()

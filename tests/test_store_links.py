"""Links and threads stored whole or in part come to the same, and what cannot be stored leaves all as it was."""

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
from extractor.store.schema import open_database
from tests.store_samples import contents, corpus, fill, links_of

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
def test_in_part_or_whole_is_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    homes: Homes,
    later: Homes,
    links: dict[tuple[str, str], float],
    new: dict[tuple[str, str], float],
) -> None:
    path = tmp_path_factory.mktemp("links")
    whole, part = (open_database(path / name, create=True) for name in ("whole.db", "part.db"))
    for db in (whole, part):
        fill(db)
    writer.save_links(whole, [link(*found) for found in new.items()], threads_of(later))
    writer.save_links(part, [link(*found) for found in links.items()], threads_of(homes))
    before, after = threads_of(homes), threads_of(later)
    same = {t.statements for t in before} & {t.statements for t in after}
    writer.renew_links(
        part,
        [link(pair, score) for pair, score in new.items() if links.get(pair) != score],
        [thread for thread in after if thread.statements not in same],
        gone=links.keys() - new.keys(),
        loose={*IDS, "not there"} - {id for statements in same for id in statements},
    )
    assert contents(part) == contents(whole)
    for db in (whole, part):
        db.close()


@pytest.mark.parametrize("whole", [True, False])
def test_what_is_not_in_the_database_is_refused_and_nothing_stored(db: sqlite_utils.Database, whole: bool) -> None:
    fill(db)
    before = contents(db)
    links, threads = links_of(corpus())

    def save(links: list[Link], threads: list[Thread]) -> None:
        if whole:
            writer.save_links(db, links, threads)
        else:
            writer.renew_links(db, links, threads, gone=[(links[0].earlier, links[0].later)], loose=IDS)

    with pytest.raises(ValueError, match="thread t1: no statement nowhere"):
        save(links, [replace(threads[0], statements=("nowhere",))])
    with pytest.raises(sqlite3.IntegrityError):
        save([replace(links[1], later="nowhere")], threads)
    assert contents(db) == before
    save(links, threads)
    assert contents(db) == before


def test_owners_are_merged_whichever_way_links_are_stored(tmp_path: Path) -> None:
    both = [open_database(tmp_path / name, create=True) for name in ("whole.db", "part.db")]
    for db in both:
        fill(db)
        judgements.merge_owner(db, "Local Café", "Care Office")
    writer.save_links(both[0], *links_of(corpus()))
    writer.renew_links(both[1], [], [], gone=[], loose=[])
    one, other = (contents(db, drop=("run_id", "fingerprint", "at")) for db in both)
    assert one == other
    for db in both:
        assert db.execute("SELECT count(*) FROM commitments WHERE owner_found_id = 'local-café'").fetchone() == (1,)
        db.close()

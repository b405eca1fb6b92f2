"""Runs killed at random moments, then gone on with: the database is sound and the same as if nothing had happened.

`make test-crash` plays 20 rounds in some five minutes on two busy cores, `ROUNDS=200` more; `CRASH_SEED` chooses others
than those of last time.
"""

import os
import random
import shutil
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from extractor.store.export import export
from extractor.store.schema import open_database
from tests.crash.forked import finish, load_everything, others_gone, start, workers_of
from tests.crash.papers import DOCUMENTS, EARLIER, write_earlier, write_papers
from tests.store_samples import check_integrity

ROUNDS = int(os.environ.get("ROUNDS", "20"))
SEED = int(os.environ.get("CRASH_SEED", "8"))
FORMATS = ("jsonl", "graphml")


@dataclass(frozen=True, slots=True)
class Course:
    """What the rounds start from, and how the undisturbed run went."""

    papers: Path
    before: Path
    exports: tuple[str, ...]
    seconds: float


def exports(database: Path) -> tuple[str, ...]:
    with closing(open_database(database, create=False)) as db:
        return tuple("".join(export(db, format)) for format in FORMATS)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    folder = tmp_path_factory.mktemp("course")
    load_everything(folder)
    write_earlier(folder / "earlier")
    write_papers(folder / "papers")
    before, whole = folder / "before.db", folder / "whole.db"
    assert finish(start([folder / "earlier"], before, workers=None)) == 0
    copy(before, whole)
    began = time.monotonic()
    assert finish(start([folder / "papers"], whole)) == 0
    seconds = time.monotonic() - began
    # Something to be lost: statements, links, versions.
    found = exports(whole)
    assert all(len(text) > 50_000 for text in found)
    return Course(folder / "papers", before, found, seconds)


def copy(database: Path, to: Path) -> None:
    for file in database.parent.glob(f"{database.name}*"):
        target = to.with_name(file.name.replace(database.name, to.name, 1))
        shutil.copytree(file, target) if file.is_dir() else shutil.copy(file, target)


def check(database: Path, course: Course) -> None:
    """The database is sound, every document is there once, and the exports are those of the undisturbed run."""
    with closing(open_database(database, create=False)) as db:
        check_integrity(db)
        urls = [url for (url,) in db.execute("SELECT url FROM documents")]
        assert len(urls) == len(set(urls)) == DOCUMENTS
        # The versions of the first run are kept, each once.
        first = db.execute("SELECT document_id FROM versions WHERE run_id = 1").fetchall()
        assert len(first) == len(set(first)) == EARLIER
        runs = db.execute("SELECT outcome FROM runs ORDER BY id").fetchall()
        assert runs[-1] == ("finished",)
    assert exports(database) == course.exports


@pytest.fixture
def database(course: Course, tmp_path: Path) -> Iterator[Path]:
    """A copy of the database before the run; what a round leaves is not kept: two hundred would fill a disk."""
    copy(course.before, tmp_path / "round.db")
    yield tmp_path / "round.db"
    shutil.rmtree(tmp_path)


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_neither_order_nor_number_of_workers_leaves_a_trace(course: Course, database: Path, workers: int) -> None:
    """The documents in an order of their own, in two runs, and as they happen to be done by so many workers."""
    files = sorted(file for file in course.papers.iterdir() if not file.name.endswith(".meta.json"))
    random.Random(workers).shuffle(files)
    # Files of one document must come together: of those given, one is kept.
    later = [file for file in files[: len(files) // 2] if "copy" not in file.name and not _has_copy(file)]
    earlier = [file for file in files if file not in later]
    for part in (earlier, later):
        assert finish(start(part, database, workers=workers)) == 0
    check(database, course)


def _has_copy(file: Path) -> bool:
    return file.with_name(f"{file.stem}-copy.txt").exists()


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_run_that_is_killed_is_gone_on_with(course: Course, database: Path, number: int) -> None:
    """Two rounds in three everything dies at once, as when the power fails; in the third the run alone does, and its
    workers must end by themselves.
    """
    chance = random.Random(f"{SEED} {number}")
    for _ in range(chance.choice([1, 1, 1, 2])):
        child = start([course.papers], database)
        time.sleep(chance.uniform(0, course.seconds))
        everything = number % 3 != 2
        (os.killpg if everything else os.kill)(child, signal.SIGKILL)
        finish(child)
        assert others_gone(child), "workers outlived their run"
        with closing(sqlite3.connect(database)) as db:
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert finish(start([course.papers], database)) == 0
    check(database, course)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the system does not list processes")
@pytest.mark.parametrize("number", range(max(1, ROUNDS // 5)))
def test_a_worker_that_is_killed_costs_nothing_but_its_time(course: Course, database: Path, number: int) -> None:
    """Whatever document it was at is tried again; the run ends as any other."""
    chance = random.Random(f"{SEED} worker {number}")
    child = start([course.papers], database)
    time.sleep(chance.uniform(0.1, course.seconds / 2))
    for worker in workers_of(child)[:1]:
        os.kill(worker, signal.SIGKILL)
    assert finish(child) == 0
    check(database, course)


def test_a_run_that_is_killed_before_there_is_a_database(course: Course, tmp_path: Path) -> None:
    """At any moment of the making of the file: what is left is taken for new, or for a database of ours."""
    chance = random.Random(SEED)
    small = tmp_path / "small"
    write_earlier(small)
    reference = None
    for number in range(max(5, ROUNDS // 4)):
        database = tmp_path / f"{number}.db"
        child = start([small], database, workers=None)
        time.sleep(chance.uniform(0, 0.1))
        os.killpg(child, signal.SIGKILL)
        finish(child)
        assert others_gone(child)
        assert finish(start([small], database, workers=None)) == 0
        reference = reference or exports(database)
        assert exports(database) == reference

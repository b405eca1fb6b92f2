"""A run on a Dask cluster: what a stand-in shows about errors, and a real one of a scheduler and two workers."""

import importlib.util
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from extractor import pipeline
from extractor.errors import ExtractorError, WrongUsage
from extractor.events import Event
from extractor.pipeline import Report, run
from extractor.settings import Settings
from extractor.store.export import export
from extractor.store.schema import open_database
from extractor.workers.cluster import QUEUED
from tests.crash.papers import write_papers

INSTALLED = importlib.util.find_spec("distributed") is not None
ROOT = Path(__file__).parents[1]


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.txt").write_text(f"The board will publish plan {number}.\n", encoding="utf-8")
    return folder


def test_dask_without_the_extra_says_how_to_get_it(
    papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As Python has it for a module that is not there.
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(WrongUsage, match=r"\[cluster\]"):
        run([papers], database=tmp_path / "d.db", settings=Settings(), dask="tcp://127.0.0.1:1")
    assert not (tmp_path / "d.db").exists()


@pytest.mark.parametrize("problem", [TimeoutError(), OSError("refused"), ValueError("unknown address scheme")])
def test_a_cluster_that_cannot_be_had_leaves_no_database(
    papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    def refuse(address: str) -> None:
        raise problem

    distributed = ModuleType("distributed")
    distributed.Client = refuse  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "distributed", distributed)
    with pytest.raises(WrongUsage, match="no Dask cluster at tcp://127"):
        run([papers], database=tmp_path / "d.db", settings=Settings(), dask="tcp://127.0.0.1:1")
    assert not (tmp_path / "d.db").exists()


class KilledWorker(Exception):  # the name that Dask gives it
    """What Dask says of a task that killed every worker that took it."""


class Failing(ThreadPoolExecutor):
    """An executor of which every document fails as `problem` says; it notes how many wait at once."""

    def __init__(self, problem: Exception) -> None:
        super().__init__(1)
        self.problem = problem
        self.waiting = self.most = 0

    def submit(self, fn: Any, /, *arguments: Any, **options: Any) -> "Future[Any]":
        self.waiting += 1
        self.most = max(self.most, self.waiting)

        def fail() -> None:
            time.sleep(0.001)
            self.waiting -= 1
            raise self.problem

        return super().submit(fail)


def through(
    executor: Failing, folder: Path, files: int, monkeypatch: pytest.MonkeyPatch
) -> tuple[Report, list[tuple[str, str]]]:
    """A run over so many files on a cluster of one thread that is this executor."""

    class Client:
        def __init__(self, address: str) -> None:
            assert address == "here"

        def __enter__(self) -> "Client":
            return self

        def __exit__(self, *problem: object) -> None:
            executor.shutdown()

        def get_executor(self, *, pure: bool) -> Failing:
            assert not pure, "two files alike are two documents"
            return executor

        def nthreads(self) -> dict[str, int]:
            return {"here": 1}

    distributed = ModuleType("distributed")
    distributed.Client = Client  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "distributed", distributed)
    for number in range(files):
        (folder / f"{number}.txt").write_text(f"Number {number}.\n", encoding="utf-8")
    database = folder / "f.db"
    report = run([folder], database=database, settings=Settings(), dask="here")
    with closing(sqlite3.connect(database)) as db:
        return report, db.execute("SELECT reason, detail FROM rejections").fetchall()


def test_few_documents_wait_and_each_failure_is_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executor = Failing(ZeroDivisionError("by nought"))
    report, rows = through(executor, tmp_path, 30, monkeypatch)
    assert executor.most <= QUEUED
    assert rows == [("internal", "ZeroDivisionError: by nought")] * 30
    assert len(report.rejected) == 30


def test_a_cluster_that_is_lost_ends_the_run_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ExtractorError, match="the Dask cluster was lost"):
        through(Failing(CancelledError("lost")), tmp_path, 3, monkeypatch)


def test_a_document_that_kills_every_worker_is_rejected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, rows = through(Failing(KilledWorker("f")), tmp_path, 3, monkeypatch)
    assert [reason for reason, _ in rows] == ["crashed"] * 3


@contextmanager
def dask_cluster(workers: int) -> Iterator[tuple[str, list["subprocess.Popen[str]"]]]:
    """A scheduler and so many workers of one thread, each a process, on the loopback; ended whatever happens."""
    started: list[subprocess.Popen[str]] = []
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "3",
        "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "20s",
    }

    def begin(*arguments: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment, cwd=ROOT)
        started.append(process)
        return process

    try:
        scheduler = begin("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-jupyter")
        address = _address(scheduler)
        lost = [
            begin(
                "dask_worker", address, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--no-dashboard",
                "--memory-limit", "0",
            )
            for _ in range(workers)
        ]  # fmt: skip
        for worker in lost:
            threading.Thread(target=_drain, args=(worker,), daemon=True).start()
        yield address, lost
    finally:
        for process in reversed(started):
            process.kill()
            process.wait(20)


def _address(scheduler: "subprocess.Popen[str]") -> str:
    assert scheduler.stderr is not None
    for line in scheduler.stderr:
        if "Scheduler at:" in line:
            threading.Thread(target=_drain, args=(scheduler,), daemon=True).start()
            return line.rpartition(" ")[2].strip()
    raise AssertionError("the scheduler did not start")


def _drain(process: "subprocess.Popen[str]") -> None:
    """Read what a process says, which would wait for a reader for ever."""
    assert process.stderr is not None
    with process.stderr:
        for _ in process.stderr:
            pass


def exported(database: Path) -> str:
    with closing(open_database(database, create=False)) as db:
        return "".join(part for format in ("jsonl", "graphml") for part in export(db, format))


@pytest.mark.skipif(not INSTALLED, reason="the extra “cluster” is not installed")
@pytest.mark.timeout(240)
@pytest.mark.filterwarnings("ignore::DeprecationWarning:distributed.*")
def test_a_cluster_gives_the_same_even_when_it_loses_a_worker(tmp_path: Path) -> None:
    """Documents go to the workers by content (they could not read this folder's names), results come back by value."""
    write_papers(tmp_path / "papers", count=24)
    run([tmp_path / "papers"], database=tmp_path / "local.db", settings=Settings())
    with dask_cluster(2) as (address, workers):
        killed: list[str] = []

        def kill_one(event: Event) -> None:
            if event.kind == "stored" and not killed:
                workers[0].kill()
                killed.append(event.name or "")

        report = run(
            [tmp_path / "papers"],
            database=tmp_path / "cluster.db",
            settings=Settings(),
            dask=address,
            progress=kill_one,
        )
        assert killed
        assert workers[0].wait(20) != 0
        assert workers[1].poll() is None
    assert [r.name for r in report.rejected] == ["noise.txt"]
    assert exported(tmp_path / "cluster.db") == exported(tmp_path / "local.db")


def test_a_worker_with_other_models_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline.load_models.cache_clear()
    with pytest.raises(ExtractorError, match="other models"):
        pipeline.load_models("0.0.0", "m", "")

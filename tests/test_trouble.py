"""What can go wrong around a run: no space, no right to write, another process at work, the clock; nothing is lost."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from extractor import pipeline
from extractor.errors import Busy, WrongUsage
from extractor.ingest import Source
from extractor.pipeline import run
from extractor.records import Analysis, Rejection
from extractor.settings import Settings
from extractor.store import writer
from extractor.store.export import export
from extractor.store.lock import alone
from extractor.store.schema import APPLICATION_ID, open_database
from tests import jobs
from tests.crash.papers import write_papers
from tests.store_samples import check_integrity

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits and rights of files are POSIX")
ROOT = Path(__file__).parents[1]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents are read without models: every line is a commitment."""
    monkeypatch.setattr(pipeline, "work", jobs.work)
    monkeypatch.setattr(pipeline, "load_models", jobs.nothing_of)


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    write(tmp_path / "papers", {f"{name}.txt": f"The board will open ward {name}.\n" for name in "abcdef"})
    return tmp_path / "papers"


def write(folder: Path, files: dict[str, str], url: str | None = None) -> None:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
        if url:
            (folder / name).with_suffix(".meta.json").write_text(json.dumps({"url": url}), encoding="utf-8")


def exported(database: Path) -> str:
    with closing(open_database(database, create=False)) as db:
        check_integrity(db)
        return "".join(export(db, "jsonl"))


def outcomes(database: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as db:
        return db.execute("SELECT outcome, documents, rejected FROM runs ORDER BY id").fetchall()


@pytest.mark.usefixtures("made")
def test_poisoned_documents_are_rejected_and_the_others_stored(papers: Path, tmp_path: Path) -> None:
    write(papers, {f"{name}.txt": "The board will act.\n" for name in ("crash", "deaf", "fill")})
    database = tmp_path / "p.db"
    settings = Settings(document_seconds=2, worker_bytes=1 << 32)
    report = run([papers], database=database, settings=settings, workers=2)
    assert sorted(report.stored) == [f"{name}.txt" for name in "abcdef"]
    assert sorted((r.name, r.reason) for r in report.rejected) == [
        ("crash.txt", "crashed"),
        ("deaf.txt", "timed-out"),
        ("fill.txt", "out-of-memory"),
    ]
    with closing(sqlite3.connect(database)) as db:
        assert db.execute("SELECT count(*) FROM rejections WHERE sha256 IS NOT NULL").fetchone() == (3,)
    assert outcomes(database) == [("finished", 6, 3)]


@pytest.mark.usefixtures("made")
def test_limits_of_workers_make_no_document_stale(papers: Path, tmp_path: Path) -> None:
    run([papers], database=tmp_path / "l.db", settings=Settings())
    slower = Settings(document_seconds=7, worker_bytes=1 << 34)
    assert len(run([papers], database=tmp_path / "l.db", settings=slower).unchanged) == 6


@pytest.mark.usefixtures("made")
def test_a_run_after_one_that_was_killed_works_in_processes(
    papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document that crashed the program itself, which a few documents are read in, is found the next time."""
    database = tmp_path / "k.db"
    with closing(open_database(database, create=True)) as db:
        writer.start_run(db, version="1", settings="s", models="m")
    write(papers, {"crash.txt": "The board will act.\n"})
    report = run([papers], database=database, settings=Settings())
    assert [(r.name, r.reason) for r in report.rejected] == [("crash.txt", "crashed")]
    assert len(report.stored) == 6
    # One that failed, or was interrupted, crashed nothing.
    monkeypatch.setattr(pipeline, "relink", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run([papers / "a.txt"], database=database, settings=Settings())
    assert [outcome for outcome, *_ in outcomes(database)] == [None, "finished", "failed"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of its own, of four megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if os.geteuid() or not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a file system, and not everywhere")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.usefixtures("made")
def test_a_full_disk_ends_the_run_and_what_was_finished_is_stored(
    papers: Path, small_disk: Path, tmp_path: Path
) -> None:
    database, ballast = small_disk / "f.db", small_disk / "ballast"
    run([papers / "a.txt"], database=database, settings=Settings())
    # What is left is enough for the log of a document or two.
    ballast.write_bytes(bytes(shutil.disk_usage(small_disk).free - 450_000))
    with pytest.raises(sqlite3.OperationalError, match=r"full|disk"):
        run([papers], database=database, settings=Settings())
    with closing(sqlite3.connect(database)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        (stored,) = db.execute("SELECT count(*) FROM documents").fetchone()
    assert 1 < stored < 6
    ballast.unlink()
    report = run([papers], database=database, settings=Settings())
    assert (len(report.unchanged), len(report.stored)) == (stored, 6 - stored)
    run([papers], database=tmp_path / "whole.db", settings=Settings())
    assert exported(database) == exported(tmp_path / "whole.db")


def test_where_nothing_can_be_written_one_line_says_so(tmp_path: Path) -> None:
    write_papers(tmp_path / "papers", count=1)
    folder = tmp_path / "locked"
    folder.mkdir()
    before = [sys.executable, "-m", "extractor", "run", str(tmp_path / "papers")]
    command = [*before, "--db", str(folder / "new.db")]
    if not os.geteuid():
        if not shutil.which("setpriv"):
            pytest.skip("root may write everywhere, and no setpriv is there to take that from it")
        rights = "-dac_override,-dac_read_search"
        command = ["setpriv", "--bounding-set", rights, "--inh-caps", rights, *command]
    folder.chmod(0o555)
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=120)
    finally:
        folder.chmod(0o755)
    assert done.returncode == 2
    assert "new.db" in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert list(folder.iterdir()) == []


@pytest.mark.usefixtures("made")
def test_a_database_that_another_process_writes_is_waited_for(papers: Path, tmp_path: Path) -> None:
    database = tmp_path / "w.db"
    run([papers / "a.txt"], database=database, settings=Settings())
    other = sqlite3.connect(database, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")

    def let_go() -> None:
        other.rollback()
        other.close()

    timer = threading.Timer(1.0, let_go)
    timer.start()
    assert len(run([papers], database=database, settings=Settings()).stored) == 5
    timer.join()


@pytest.mark.usefixtures("made")
def test_a_database_that_stays_locked_ends_the_run(
    papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / "w.db"
    run([papers / "a.txt"], database=database, settings=Settings())
    monkeypatch.setattr("extractor.store.schema.BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(database)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            run([papers], database=database, settings=Settings())
        other.rollback()
    assert len(run([papers], database=database, settings=Settings()).stored) == 5


@pytest.mark.usefixtures("made")
def test_of_two_runs_at_once_the_second_is_told_to_wait(papers: Path, tmp_path: Path) -> None:
    database = tmp_path / "t.db"
    run([papers / "a.txt"], database=database, settings=Settings())
    code = (
        "import sys, pathlib; from extractor.store.lock import alone\n"
        "with alone(pathlib.Path(sys.argv[1])): print('mine', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"mine"
        for attempt in (
            lambda: run([papers], database=database, settings=Settings()),
            lambda: pipeline.remove("a.txt", database=database, settings=Settings()),
        ):
            with pytest.raises(Busy, match="another run is at work on"):
                attempt()
        # Killed, it leaves the way free.
        other.kill()
        other.wait()
    assert len(run([papers], database=database, settings=Settings()).stored) == 5
    with alone(database), pytest.raises(Busy), alone(database):
        pass


@pytest.mark.usefixtures("made")
def test_a_clock_moved_back_changes_nothing(papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither what is stored nor what counts as the latest run hangs on what the clock says."""
    run([papers], database=tmp_path / "whole.db", settings=Settings())
    hours = iter(range(10_000, 0, -1))
    monkeypatch.setattr(
        writer, "_now", lambda: datetime.fromtimestamp(next(hours) * 3600, UTC).isoformat(timespec="seconds")
    )
    database = tmp_path / "back.db"
    for name in "abc":
        run([papers / f"{name}.txt"], database=database, settings=Settings())
    report = run([papers], database=database, settings=Settings())
    assert (len(report.unchanged), len(report.stored)) == (3, 3)
    assert exported(database) == exported(tmp_path / "whole.db")
    with closing(sqlite3.connect(database)) as db:
        runs = db.execute("SELECT started > finished, seconds BETWEEN 0 AND 60, outcome FROM runs").fetchall()
    assert runs == [(1, 1, "finished")] * 4


def test_the_making_of_a_database_that_was_cut_off_is_taken_up(tmp_path: Path) -> None:
    """Its header may be in the file already, while the journal beside it still takes everything back."""
    database, journal = tmp_path / "cut.db", tmp_path / "cut.db-journal"
    with closing(sqlite3.connect(database, isolation_level=None)) as db:
        db.execute("PRAGMA cache_size = 5")
        db.execute("BEGIN")
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute("CREATE TABLE runs (t)")
        # More than the cache holds: the journal must be on the disk before the pages are.
        db.executemany("INSERT INTO runs VALUES (?)", (["x" * 3000] for _ in range(200)))
        half_way = journal.read_bytes()
        db.execute("COMMIT")
    assert half_way
    journal.write_bytes(half_way)
    assert database.read_bytes()[68:72] == APPLICATION_ID.to_bytes(4, "big")
    with closing(open_database(database, create=True)) as db:
        assert db.execute("SELECT count(*) FROM documents").fetchone() == (0,)
        check_integrity(db)


def test_a_database_in_a_folder_that_is_not_there_is_wrong_usage(tmp_path: Path, papers: Path) -> None:
    with pytest.raises(WrongUsage, match="there is no folder"):
        run([papers], database=tmp_path / "nowhere" / "x.db", settings=Settings())


@pytest.mark.usefixtures("made")
def test_what_was_rejected_is_not_read_again_until_forced_or_changed(
    papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document that hangs its worker must not do so every night; every run names it all the same."""
    write(papers, {"crash.txt": "The board will act.\n"})
    database = tmp_path / "r.db"
    run([papers], database=database, settings=Settings(), workers=1)
    read: list[str] = []

    def reading(source: Source, settings: Settings) -> Analysis | Rejection:
        read.append(source.name)
        return jobs.work(replace(source, name="fine.txt"), settings)

    monkeypatch.setattr(pipeline, "work", reading)
    report = run([papers], database=database, settings=Settings())
    assert (read, [(r.name, r.reason) for r in report.rejected]) == ([], [("crash.txt", "crashed")])
    assert [rejected for *_, rejected in outcomes(database)] == [1, 1]
    run([papers / "crash.txt"], database=database, settings=Settings(), force=True)
    write(papers, {"crash.txt": "The board will act otherwise.\n"})
    run([papers], database=database, settings=Settings())
    assert read == ["crash.txt"] * 2


@pytest.mark.usefixtures("made")
def test_want_of_memory_is_known_by_the_words_of_native_libraries(
    papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def starve(document: object) -> None:
        raise RuntimeError("[enforce fail at alloc_cpu.cpp:1] DefaultCPUAllocator: can't allocate memory")

    monkeypatch.undo()
    monkeypatch.setattr(pipeline, "load_models", jobs.nothing_of)
    monkeypatch.setattr(pipeline, "segment", starve)
    report = run([papers / "a.txt"], database=tmp_path / "m.db", settings=Settings())
    assert [(r.name, r.reason) for r in report.rejected] == [("a.txt", "out-of-memory")]

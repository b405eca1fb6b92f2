"""`extractor watch`: documents are taken as they land, when they have stopped growing, and nothing is missed."""

import json
import os
import queue
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from extractor.cli import watching
from extractor.cli.watching import batches

ROOT = Path(__file__).parents[1]


class Watch:
    """The batches of a folder as they come, each as its names."""

    def __init__(self, folder: Path, settle: float) -> None:
        self.found: queue.Queue[list[str]] = queue.Queue()
        self.stop = threading.Event()

        def look() -> None:
            for batch in batches(folder, settle=settle, stop=self.stop):
                self.found.put([file.relative_to(folder.resolve()).as_posix() for file in batch])

        self.thread = threading.Thread(target=look)
        self.thread.start()

    def next(self, count: int = 1) -> list[str]:
        """The names of the next so many documents."""
        names: list[str] = []
        while len(names) < count:
            names += self.found.get(timeout=20)
        return sorted(names)

    def nothing(self, seconds: float) -> bool:
        time.sleep(seconds)
        return self.found.empty()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in" / "sub").mkdir(parents=True)
    (tmp_path / "in" / "a.txt").write_text("The board will act.\n", encoding="utf-8")
    (tmp_path / "in" / "sub" / "b.md").write_text("The trust will act.\n", encoding="utf-8")
    return tmp_path / "in"


@pytest.fixture
def watch(folder: Path) -> Iterator[Watch]:
    watching = Watch(folder, settle=0.3)
    yield watching
    watching.stop.set()
    watching.thread.join(20)
    assert not watching.thread.is_alive()


def test_what_is_there_comes_first_then_what_lands(folder: Path, watch: Watch) -> None:
    assert watch.next(2) == ["a.txt", "sub/b.md"]
    (folder / "c.txt").write_text("New.\n", encoding="utf-8")
    assert watch.next() == ["c.txt"]
    (folder / "a.txt").write_text("Changed.\n", encoding="utf-8")
    assert watch.next() == ["a.txt"]
    assert watch.nothing(1.5)


def test_a_file_is_taken_when_it_has_stopped_growing(folder: Path, watch: Watch) -> None:
    watch.next(2)
    with (folder / "slow.txt").open("w", encoding="utf-8") as file:
        for _ in range(15):
            file.write("A line more.\n")
            file.flush()
            time.sleep(0.1)
            assert watch.found.empty()
    assert watch.next() == ["slow.txt"]


def test_what_is_no_document_of_the_folder_is_left_alone(folder: Path, watch: Watch, tmp_path: Path) -> None:
    """A database, a hidden file, one half copied under another name; but what is moved in whole counts."""
    watch.next(2)
    for name in ("x.db", ".hidden.txt", "half.txt.part"):
        (folder / name).write_text("x", encoding="utf-8")
    gone = folder / "gone.txt"
    gone.write_text("x", encoding="utf-8")
    gone.unlink()
    assert watch.nothing(1.5)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "d.html").write_text("<p>The board will act.</p>", encoding="utf-8")
    outside.rename(folder / "moved")
    (folder / "half.txt.part").rename(folder / "half.txt")
    assert watch.next(2) == ["half.txt", "moved/d.html"]


def test_a_sidecar_brings_its_document(folder: Path, watch: Watch) -> None:
    watch.next(2)
    (folder / "a.meta.json").write_text(json.dumps({"title": "A"}), encoding="utf-8")
    assert watch.next() == ["a.txt"]
    (folder / "sub" / "b.md.meta.json").write_text(json.dumps({"title": "B"}), encoding="utf-8")
    assert watch.next() == ["sub/b.md"]


def test_many_come_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "BATCH", 4)
    for number in range(10):
        (tmp_path / f"{number}.txt").write_text("x", encoding="utf-8")
    stop = threading.Event()
    sizes = []
    for batch in batches(tmp_path, settle=0, stop=stop):
        sizes.append(len(batch))
        if sum(sizes) == 10:
            stop.set()
    assert sizes == [4, 4, 2]


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_the_command_stores_what_lands_and_ends_on_ctrl_c(folder: Path, tmp_path: Path) -> None:
    database = tmp_path / "w.db"
    command = [
        sys.executable,
        "-m",
        "extractor",
        "watch",
        str(folder),
        "--db",
        str(database),
        "--settle",
        "0.2",
        "--json",
    ]
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    finally:
        signal.signal(signal.SIGINT, heard)
    assert process.stdout is not None
    try:
        assert stored(process) == ["a.txt", "b.md"]
        (folder / "c.txt").write_text("The board will open a ward by May 2024.\n", encoding="utf-8")
        assert stored(process) == ["c.txt"]
        os.kill(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
    assert process.returncode == 130
    assert "Traceback" not in said
    with closing(sqlite3.connect(database)) as db:
        assert db.execute("SELECT outcome FROM runs").fetchall() == [("finished",)] * 2


def stored(process: "subprocess.Popen[str]") -> list[str]:
    """The names of the documents that the next run stores."""
    assert process.stdout is not None
    names = []
    for line in process.stdout:
        event = json.loads(line)
        if event["event"] == "stored":
            names.append(event["name"])
        if event["event"] == "finished":
            break
    return sorted(names)

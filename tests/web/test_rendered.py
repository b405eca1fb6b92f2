"""Feeds that are kept: written once for everybody, and anew as soon as the database or the day is another."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from extractor.web import rendered as keeping
from extractor.web.rendered import rendered


class Writer:
    """Writes how many numbers the database has, and counts how often it was asked to."""

    def __init__(self, path: Path) -> None:
        self.path, self.times = path, 0

    def __call__(self) -> str:
        self.times += 1
        connection = sqlite3.connect(self.path)
        (count,) = connection.execute("select count(*) from numbers").fetchone()
        connection.close()
        return f"{count} numbers"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.db"
    connection = sqlite3.connect(path)
    connection.execute("pragma journal_mode = wal")
    connection.execute("create table numbers (n)")
    connection.close()
    return path


def test_it_is_written_again_when_the_database_changed(path: Path) -> None:
    write, other = Writer(path), sqlite3.connect(path)
    first = rendered(path, "feed", write)
    assert rendered(path, "feed", write) == first
    assert (first.content, write.times) == ("0 numbers", 1)
    with other:
        other.execute("insert into numbers values (1)")
    second = rendered(path, "feed", write)
    assert (second.content, write.times) == ("1 numbers", 2)
    assert first.tag != second.tag
    other.close()


def test_another_day_and_another_key_are_written_anew(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Writer(path)
    for day, key, times in (("01", "a", 1), ("01", "b", 2), ("01", "a", 2), ("02", "a", 3)):
        monkeypatch.setattr(keeping, "today", lambda day=day: f"2026-01-{day}")
        assert rendered(path, key, write) == rendered(path, key, write)
        assert write.times == times


def test_who_asks_meanwhile_waits_for_the_same_one(path: Path) -> None:
    write, let_go = Writer(path), threading.Event()

    def slow() -> str:
        assert let_go.wait(10)
        return write()

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(rendered, path, "feed", slow) for _ in range(4)]
        let_go.set()
        assert {future.result(10).content for future in asked} == {"0 numbers"}
    assert write.times == 1


def test_an_error_is_not_kept(path: Path) -> None:
    def fail() -> str:
        raise LookupError("nothing here")

    for _ in range(2):
        with pytest.raises(LookupError):
            rendered(path, "feed", fail)
    assert rendered(path, "feed", Writer(path)).content == "0 numbers"


def test_only_so_many_are_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "CONTENTS", 2)
    write = Writer(path)
    for key in "abacab":
        rendered(path, key, write)
    assert write.times == 4  # b was asked for longest ago when c came

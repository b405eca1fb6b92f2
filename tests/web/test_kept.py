"""Answers that are kept: the same until the database or the day changes, and never another database's."""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from extractor.web.patience import time_limit
from extractor.web.queries import kept as keeping
from extractor.web.queries.kept import kept


class Asked:
    """A query that counts how often it was really asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, connection: sqlite3.Connection, least: int) -> int:
        self.times += 1
        found = connection.execute("select count(*) from numbers where n >= ?", [least]).fetchone()[0]
        return int(found)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return made(tmp_path / "a.db", 3)


def made(path: Path, count: int) -> Path:
    connection = sqlite3.connect(path)
    connection.execute("pragma journal_mode = wal")
    connection.execute("create table numbers (n)")
    connection.executemany("insert into numbers values (?)", [(n,) for n in range(count)])
    connection.commit()
    connection.close()
    return path


def query(asked: Asked) -> Callable[[sqlite3.Connection, int], int]:
    def count(connection: sqlite3.Connection, least: int) -> int:
        return asked(connection, least)

    return kept(count)


def test_an_answer_is_kept_until_another_connection_writes(path: Path) -> None:
    asked = Asked()
    count, reader, other = query(asked), sqlite3.connect(path), sqlite3.connect(path)
    assert [count(reader, 1), count(reader, 1), count(reader, 2)] == [2, 2, 1]
    assert asked.times == 2
    other.execute("insert into numbers values (9)")
    assert count(reader, 1) == 2  # not committed: not yet so
    other.commit()
    assert [count(reader, 1), count(reader, 1)] == [3, 3]
    assert asked.times == 3


def test_within_a_transaction_all_answers_are_of_one_state(path: Path) -> None:
    count, reader, other = query(Asked()), sqlite3.connect(path, isolation_level=None), sqlite3.connect(path)
    reader.execute("begin")
    assert count(reader, 0) == 3
    with other:
        other.execute("insert into numbers values (9)")
    assert [count(reader, 0), count(reader, 1)] == [3, 2]
    reader.rollback()
    assert count(reader, 0) == 4


def test_its_own_changes_count(path: Path) -> None:
    count, writer = query(Asked()), sqlite3.connect(path)
    assert count(writer, 0) == 3
    writer.execute("delete from numbers")
    assert count(writer, 0) == 0


def test_another_database_has_answers_of_its_own(path: Path, tmp_path: Path) -> None:
    count = query(Asked())
    for size in range(2 * keeping.CONNECTIONS):
        connection = sqlite3.connect(made(tmp_path / f"{size}.db", size))
        assert count(connection, 0) == size
        connection.close()


def test_another_day_asks_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked()
    count, reader = query(asked), sqlite3.connect(path)
    for day, times in (("2026-01-01", 1), ("2026-01-01", 1), ("2026-01-02", 2)):
        monkeypatch.setattr(keeping, "today", lambda day=day: day)
        count(reader, 0)
        assert asked.times == times


def test_only_so_many_answers_are_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "ANSWERS", 2)
    asked = Asked()
    count, reader = query(asked), sqlite3.connect(path)
    for least in (0, 1, 0, 2, 0, 1):
        count(reader, least)
    assert asked.times == 4  # 1 was asked for longest ago when 2 came


def test_what_takes_too_long_is_cut_off_and_the_connection_lives_on(path: Path) -> None:
    connection = sqlite3.connect(path)
    endless = "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n"
    start = time.perf_counter()
    with pytest.raises(sqlite3.OperationalError, match="interrupted"), time_limit(connection, 30):
        connection.execute(endless)
    assert time.perf_counter() - start < 5
    assert connection.execute("select count(*) from numbers").fetchone() == (3,)

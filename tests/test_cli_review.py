"""`extractor review`: every verb takes effect at once, says what changed, and outlives a forced new reading."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from extractor.cli import main

Run = Callable[..., tuple[int, str, str]]

SAID = {
    "2019": ("Care Office", "We will recruit 5,000 nurses for hospital wards by March 2024."),
    "2020": ("Care Office", "We will recruit 5,000 nurses for hospital wards by March 2025."),
    "2021": ("Care Office", "By March 2025 we will recruit 5,000 nurses for hospital wards."),
    "2022": ("Ward Board", "The Ward Board will publish a dental van timetable by May 2030."),
}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: object) -> tuple[int, str, str]:
        status = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return status, captured.out, captured.err

    return call


class Archive:
    """A database of four letters, one statement each: three speak of nurses, one of vans."""

    def __init__(self, folder: Path, run: Run) -> None:
        self.database = folder / "out.db"
        self._folder, self._run = folder / "letters", run
        self._folder.mkdir()
        for year, (publisher, words) in SAID.items():
            (self._folder / f"{year}.txt").write_text(f"{words}\n", encoding="utf-8")
            about = {"title": f"Letter {year}", "kind": "letter", "publisher": publisher, "published": f"{year}-06-01"}
            (self._folder / f"{year}.meta.json").write_text(json.dumps(about), encoding="utf-8")
        assert run("run", self._folder, "--db", self.database)[0] == 0

    def again(self) -> None:
        """Read everything anew."""
        assert "4 stored" in self._run("run", self._folder, "--db", self.database, "--force")[2]

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.database)) as db:
            return db.execute(sql).fetchall()

    def statement(self, year: str) -> str:
        ((id,),) = self.ask(
            f"SELECT c.id FROM commitments c JOIN documents d ON d.id = c.document_id WHERE d.name = '{year}.txt'"
        )
        return str(id)

    def thread(self, year: str) -> str:
        ((id,),) = self.ask(f"SELECT thread_id FROM statements WHERE id = '{self.statement(year)}'")
        return str(id)

    def threads(self) -> list[list[str]]:
        """The years of each thread."""
        found = self.ask(
            "SELECT group_concat(year, ' ') FROM (SELECT thread_id, substr(d.name, 1, 4) AS year FROM statements s "
            "JOIN documents d ON d.id = s.document_id ORDER BY d.name) GROUP BY thread_id ORDER BY 1"
        )
        return [str(years).split() for (years,) in found]

    def links(self) -> set[tuple[str, str]]:
        year = {self.statement(name): name for name in SAID}
        return {(year[str(a)], year[str(b)]) for a, b in self.ask("SELECT earlier_id, later_id FROM links")}


@pytest.fixture
def archive(tmp_path: Path, run: Run) -> Archive:
    made = Archive(tmp_path, run)
    assert made.threads() == [["2019", "2020", "2021"], ["2022"]]
    assert made.links() == {("2019", "2020"), ("2019", "2021"), ("2020", "2021")}
    return made


def test_a_split_takes_effect_and_stays(run: Run, archive: Archive) -> None:
    off, before = archive.statement("2020"), archive.thread("2019")
    status, out, said = run("review", archive.database, "split", off, "--note", "another hospital", "--reviewer", "Jo")
    assert status == 0
    threads = archive.threads()
    assert ["2022"] in threads
    assert any("2019" in years and "2020" not in years for years in threads)
    assert archive.thread("2019") == before, "the part with the first statement keeps the thread's id"
    assert f"thread of {off}: {before} → {archive.thread('2020')}" in out.splitlines()
    assert ("2019", "2020") not in archive.links()
    assert f"{len(out.splitlines())} changes; 4 statements, " in said
    assert archive.ask("SELECT action, note, reviewer FROM pair_reviews") == [("split", "another hospital", "Jo")]
    links = archive.links()
    archive.again()
    assert (archive.threads(), archive.links()) == (threads, links)


def test_a_rejected_link_is_gone_for_good_and_back_when_confirmed(run: Run, archive: Archive) -> None:
    pair = archive.statement("2019"), archive.statement("2021")
    status, out, _ = run("review", archive.database, "reject", *pair)
    assert (status, f"link gone: {pair[0]} – {pair[1]}" in out) == (0, True)
    archive.again()
    assert ("2019", "2021") not in archive.links()
    assert archive.thread("2019") != archive.thread("2021")
    assert run("review", archive.database, "confirm", *reversed(pair))[0] == 0
    archive.again()
    assert archive.threads() == [["2019", "2020", "2021"], ["2022"]]
    assert archive.links() == {("2019", "2020"), ("2019", "2021"), ("2020", "2021")}


def test_a_confirmed_pair_is_linked_though_nothing_speaks_for_it(run: Run, archive: Archive) -> None:
    nurses, vans = archive.statement("2019"), archive.statement("2022")
    assert run("review", archive.database, "confirm", vans, nurses)[0] == 0
    for _ in range(2):
        ((relation, score, reasons),) = archive.ask(
            f"SELECT relation, score, reasons FROM links WHERE earlier_id = '{nurses}' AND later_id = '{vans}'"
        )
        assert relation in ("restates", "revises")
        assert score == 1.0
        assert json.loads(str(reasons))[0]["rule"] == "reviewed"
        assert archive.thread("2022") == archive.thread("2019")
        archive.again()


def test_merged_threads_go_on_as_the_earlier_until_they_are_split(run: Run, archive: Archive) -> None:
    nurses, vans = archive.thread("2019"), archive.thread("2022")
    assert run("review", archive.database, "merge", vans, nurses)[0] == 0
    archive.again()
    assert archive.threads() == [["2019", "2020", "2021", "2022"]]
    assert archive.thread("2022") == nurses
    assert run("review", archive.database, "split", archive.statement("2022"))[0] == 0
    archive.again()
    assert archive.threads() == [["2019", "2020", "2021"], ["2022"]]
    assert (archive.thread("2019"), archive.thread("2022")) == (nurses, vans)
    assert run("review", archive.database, "merge", nurses, vans)[0] == 0
    assert archive.threads() == [["2019", "2020", "2021", "2022"]]


def test_owners_are_merged_and_split(run: Run, archive: Archive) -> None:
    owners = "SELECT DISTINCT owner FROM pledges ORDER BY owner"
    assert archive.ask(owners) == [("Care Office",), ("Ward Board",)]
    status, out, _ = run("review", archive.database, "merge-owner", "Ward Board", "Care Office")
    assert status == 0
    assert out == f"owner of {archive.statement('2022')}: Ward Board → Care Office\n"
    archive.again()
    assert archive.ask(owners) == [("Care Office",)]
    assert run("review", archive.database, "split-owner", "Ward Board", "--note", "no")[0] == 0
    archive.again()
    assert archive.ask(owners) == [("Care Office",), ("Ward Board",)]
    assert archive.ask("SELECT action, note FROM owner_reviews ORDER BY id") == [("merge", None), ("split", "no")]


def test_statements_are_judged_one_by_one(run: Run, archive: Archive) -> None:
    """Each word with what it prints; a new reading leaves what it set."""
    first, second = archive.statement("2019"), archive.statement("2020")
    for words, line in (
        (["correct", first, "deadline", "2031-03-31"], f"deadline of {first}: ../2024-03-31 → ../2031-03-31"),
        (["correct", first, "owner", "Ward Board"], f"owner of {first}: Care Office → Ward Board"),
        (["correct", first, "strength", "aim"], f"strength of {first}: firm → aim"),
        (
            ["status", first, "not delivered", "--evidence", "https://example.org/"],
            f"delivery of {first}: none → not delivered",
        ),
        (["accept", second], f"review of {second}: none → confirmed"),
        (["dismiss", second], f"review of {second}: confirmed → rejected"),
        (["withdraw", first, "owner"], f"owner of {first}: Ward Board → Care Office"),
    ):
        status, out, _ = run("review", archive.database, *words, "--reviewer", "Jo", "--note", "seen")
        assert status == 0
        assert line in out.splitlines(), out
    seen = f"SELECT review, strength, deadline_end, delivery FROM commitments WHERE id = '{first}'"
    for _ in range(2):
        assert archive.ask(seen) == [("corrected", "aim", "2031-03-31", "not delivered")]
        assert ("2019", "2020") not in archive.links()
        assert archive.ask("SELECT count(*) FROM pledges") == [(3,)]
        archive.again()
    assert run("review", archive.database, "withdraw", second)[0] == 0
    assert run("review", archive.database, "withdraw", first)[0] == 0
    assert archive.threads() == [["2019", "2020", "2021"], ["2022"]]
    assert archive.ask("SELECT DISTINCT reviewer, note FROM reviews WHERE action <> 'withdraw'") == [("Jo", "seen")]
    exported = run("export", archive.database, "--format", "reviews")[1].splitlines()
    assert [json.loads(line)["action"] for line in exported] == [
        *("correct", "correct", "correct", "status", "confirm", "reject", "withdraw", "withdraw", "withdraw")
    ]  # fmt: skip


def test_a_documents_date_decides_what_came_first(run: Run, archive: Archive) -> None:
    status, out, _ = run("review", archive.database, "correct-document", "2021.txt", "date", "2018")
    assert status == 0
    assert [line for line in out.splitlines() if " of " in line and "2018-01-01" in line]
    archive.again()
    assert ("2021", "2019") in archive.links()
    assert run("review", archive.database, "correct-document", "2021.txt", "publisher", "Ward Board")[0] == 0
    assert run("review", archive.database, "withdraw-document", "2021.txt")[0] == 0
    assert ("2019", "2021") in archive.links()
    assert archive.ask("SELECT publisher, published FROM documents WHERE name = '2021.txt'") == [
        ("Care Office", "2021-06-01")
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["accept", "nowhere"], "no statement 'nowhere' in the database"),
        (["correct", "{2019}", "strength", "strong"], "strength is one of firm"),
        (["correct", "{2019}", "label", "progress"], "no field of a commitment"),
        (["status", "{2019}", "broken"], "a status is one of delivered"),
        (["withdraw", "{2019}"], "nothing to withdraw"),
        (["correct-document", "2019.txt", "date", "soon"], "a date is a day, month or year"),
        (["correct-document", "2019.txt", "title", "X"], "'title' is not one of 'date', 'publisher'"),
        (["withdraw-document", "none.txt"], "no document 'none.txt'"),
        (["confirm", "nowhere", "{2019}"], "no statement 'nowhere' in the database"),
        (["reject", "{2019}", "nowhere"], "no statement 'nowhere' in the database"),
        (["reject", "{2019}", "{2019}"], "is named twice"),
        (["merge", "nowhere", "nowhere"], "no thread 'nowhere' in the database"),
        (["split", "nowhere"], "no statement 'nowhere' in the database"),
        (["split", "{2022}"], "shares its thread with no other"),
        (["merge-owner", "Nobody", "Care Office"], "no owner 'Nobody' in the database"),
        (["merge-owner", "Care Office", "Nobody"], "no owner 'Nobody' in the database"),
        (["split-owner", "Care Office"], "is not merged into another"),
        (["confirm", "{2019}"], "Missing argument"),
        (["frobnicate"], "No such command"),
    ],
)
def test_what_is_not_there_is_one_line_and_status_2(run: Run, archive: Archive, words: list[str], said: str) -> None:
    given = [archive.statement(word[1:-1]) if word[0] == "{" else word for word in words]
    status, out, err = run("review", archive.database, *given)
    assert (status, out) == (2, "")
    assert said in err
    assert (
        archive.ask("SELECT count(*) FROM pair_reviews") == archive.ask("SELECT count(*) FROM owner_reviews") == [(0,)]
    )


def test_a_database_that_is_none_is_wrong_usage(run: Run, tmp_path: Path) -> None:
    assert run("review", tmp_path / "none.db", "confirm", "a", "b")[0] == 2
    assert not (tmp_path / "none.db").exists()

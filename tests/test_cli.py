"""The command line: exit statuses, one clear line for every refusal, and never a traceback."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from extractor.cli import main

LETTER = "Dear colleague\n\nWe will publish the retention plan by March 2024. Staff have worked hard this year.\n"


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    file = tmp_path / "letter.txt"
    file.write_text(LETTER, encoding="utf-8")
    (tmp_path / "letter.meta.json").write_text(
        json.dumps({"title": "To staff", "kind": "letter", "publisher": "NHS England", "published": "2023-06-08"}),
        encoding="utf-8",
    )
    return file


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: object) -> tuple[int, str, str]:
        status = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return status, captured.out, captured.err

    return call


def test_extract_prints_the_contract(run: Run, letter: Path) -> None:
    status, out, _ = run("extract", letter, "--format", "jsonl")
    (row,) = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert (row["document"], row["label"], row["strength"]) == ("letter.txt", "commitment", "firm")
    assert LETTER[row["start"] : row["end"]] == row["quote"] == "We will publish the retention plan by March 2024."
    assert row["owners"][0] == "NHS England"
    assert row["owner_explicit"] is False
    assert row["deadline"] | {"rule": ""} == {"text": "by March 2024", "start": None, "end": "2024-03-31", "rule": ""}
    assert set(row) >= {"id", "page", "heading", "lead_in", "metrics", "milestones", "themes", "confidence", "reasons"}


def test_an_option_beats_the_sidecar(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("The board will report by next spring.\n", encoding="utf-8")
    _, out, _ = run("extract", file, "--format", "jsonl", "--published", "2020-09")
    assert json.loads(out)["deadline"]["end"] == "2021-05-31"


def test_text_is_the_file_itself(run: Run, letter: Path) -> None:
    assert run("text", letter)[:2] == (0, LETTER)


def test_show_tells_where_metadata_came_from(run: Run, letter: Path) -> None:
    status, out, _ = run("show", letter)
    assert status == 0
    assert "publisher  NHS England  [sidecar]" in out
    assert "sentence] We will publish" in out


def test_run_then_run_again_changes_nothing(run: Run, letter: Path, tmp_path: Path) -> None:
    database = tmp_path / "out.db"
    assert "1 stored, 0 unchanged" in run("run", letter, "--db", database)[2]
    assert "0 stored, 1 unchanged" in run("run", letter, "--db", database)[2]
    assert "1 stored, 0 unchanged" in run("run", letter, "--db", database, "--force")[2]
    with sqlite3.connect(database) as db:
        assert db.execute("SELECT count(*) FROM commitments").fetchone() == (1,)
        assert db.execute("SELECT count(*) FROM runs").fetchone() == (3,)


def test_a_new_sidecar_is_a_change(run: Run, letter: Path, tmp_path: Path) -> None:
    database = tmp_path / "out.db"
    run("run", letter, "--db", database)
    letter.with_name("letter.meta.json").write_text(
        '{"publisher": "NHS Employers", "title": "T", "published": "2023-06-08"}', encoding="utf-8"
    )
    assert "1 stored, 0 unchanged" in run("run", letter, "--db", database)[2]


def test_remove_leaves_no_trace(run: Run, letter: Path, tmp_path: Path) -> None:
    database = tmp_path / "out.db"
    run("run", letter, "--db", database)
    assert run("remove", "letter.txt", "--db", database)[0] == 0
    assert b"retention plan" not in database.read_bytes()
    assert run("remove", "letter.txt", "--db", database)[0] == 2


@pytest.mark.parametrize("style", ["jsonl", "csv", "graphml", "gexf", "ics", "atom"])
def test_export_in_every_format(run: Run, letter: Path, tmp_path: Path, style: str) -> None:
    database, output = tmp_path / "out.db", tmp_path / f"out.{style}"
    run("run", letter, "--db", database)
    assert run("export", database, "--format", style, "-o", output)[0] == 0
    assert "retention plan" in output.read_text(encoding="utf-8").replace("\r\n ", "")


@pytest.mark.parametrize(
    ("name", "raw", "reason"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n\t\n", "empty"),
        ("noise.bin", bytes(range(256)) * 8, "binary"),
        ("torn.pdf", b"%PDF-1.7\n1 0 obj\n<<", "damaged"),
        ("other.docx", b"PK\x03\x04 not a word file", "damaged"),
    ],
)
def test_a_bad_file_is_one_line_a_row_and_the_others_are_stored(
    run: Run, letter: Path, tmp_path: Path, name: str, raw: bytes, reason: str
) -> None:
    bad, database = tmp_path / name, tmp_path / "out.db"
    bad.write_bytes(raw)
    status, _, err = run("run", bad, letter, "--db", database)
    assert status == 1
    assert len([line for line in err.splitlines() if line.startswith(f"rejected: {name}: {reason}")]) == 1
    with sqlite3.connect(database) as db:
        assert db.execute("SELECT name, reason FROM rejections").fetchall() == [(name, reason)]
        assert db.execute("SELECT name FROM documents").fetchall() == [("letter.txt",)]


def test_another_encoding_is_read(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "old.txt"
    file.write_bytes("The Board will publish “the plan” by 1 May 2024 – on time.".encode("cp1252"))
    status, out, _ = run("extract", file, "--format", "jsonl")
    assert status == 0
    assert "“the plan”" in json.loads(out)["quote"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "{tmp}/nowhere", "--db", "{tmp}/x.db"], "no such file or folder"),
        (["run", "{tmp}/empty", "--db", "{tmp}/x.db"], "no documents in"),
        (["run", "{letter}", "--db", "{tmp}/notes.db"], "not a commitments database"),
        (["export", "{tmp}/none.db", "--format", "csv"], "does not exist"),
        (["serve", "{tmp}/none.db"], "does not exist"),
        (["text", "{tmp}/nowhere"], "no such file or folder"),
        (["dates", "{letter}"], "line 1: no JSON"),
        (["relate", "{tmp}/half.jsonl"], "an object with a, b is needed"),
        (["extract", "{letter}", "--published", "soon"], "soon"),
        (["evaluate", "{tmp}/empty"], "no NAME.gold.json"),
        (["--settings", "{tmp}/none.toml", "text", "{letter}"], "none.toml"),
        (["train", "syntax"], "--data"),
        (["frobnicate"], "No such command"),
        (["run", "{letter}", "--workers", "0"], "--workers"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_wrong_usage_is_one_line_and_status_2(
    run: Run, letter: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.db").write_text("my notes", encoding="utf-8")
    (tmp_path / "half.jsonl").write_text('{"a": {"text": "x"}}\n', encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    status, _, err = run(*(argument.format(tmp=tmp_path, letter=letter) for argument in arguments))
    assert status == 2
    assert said in err
    assert sorted(tmp_path.iterdir()) == before, "nothing is done on wrong usage"


def test_dates_line_for_line(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "dates.jsonl"
    rows = [
        {"published": "2023-06-08", "text": "It will end by next spring."},
        {"published": None, "text": "It may end in due course."},
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    status, out, _ = run("dates", file)
    first, second = (json.loads(line) for line in out.splitlines())
    assert status == 0
    assert (first["phrase"], first["start"], first["end"]) == ("by next spring", None, "2024-05-31")
    assert second == {"phrase": None, "start": None, "end": None, "rule": None}


def test_relate_gives_a_relation_a_score_and_reasons(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "pairs.jsonl"
    side = {
        "text": "NHS England will publish the retention plan by March 2024.",
        "published": "2023-06-08",
        "owner": "NHS England",
        "deadline_end": "2024-03-31",
    }
    again = side | {
        "text": "The retention plan will be published by NHS England no later than September 2024.",
        "published": "2024-02-01",
        "deadline_end": "2024-09-30",
    }
    file.write_text(json.dumps({"a": side, "b": again}) + "\n", encoding="utf-8")
    status, out, _ = run("relate", file)
    row = json.loads(out)
    assert status == 0
    assert row["relation"] == "revises"
    assert 0.5 <= row["score"] <= 1
    assert any("183 days" in reason for reason in row["reasons"])


def test_interruption_has_a_status_of_its_own(run: Run, letter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("extractor.pipeline.run", interrupt)
    assert run("run", letter)[0] == 130

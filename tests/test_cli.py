"""The command line: exit statuses, one clear line for every refusal, and never a traceback."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from extractor.cli import main
from tests.ingest.builders import lines, make_pdf

LETTER = "Dear colleague\n\nWe will publish the retention plan by March 2024. Retention matters to patients.\n"


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
    due = row["deadline"]
    assert (due["text"], due["start"], due["end"]) == ("by March 2024", None, "2024-03-31")
    # its start and end are days, so where its words stand is told beside them
    assert LETTER[due["span"]["start"] : due["span"]["end"]] == "by March 2024"
    for field in (due, *row["owner_candidates"], *row["metrics"]):
        assert field["rule"]
        assert 0 < field["confidence"] < 1
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


def test_show_draws_pages_with_boxes(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "plan.pdf"
    file.write_bytes(make_pdf([lines("We will publish a plan."), lines("We will act by May.")]))
    status, _, said = run("show", file, "--images", tmp_path / "pages", "--page", "2")
    assert status == 0
    assert [path.name for path in (tmp_path / "pages").iterdir()] == ["plan-0002.png"]
    assert "plan-0002.png" in said
    with Image.open(tmp_path / "pages" / "plan-0002.png") as picture:
        assert (0, 158, 115) in {colour for _, colour in picture.convert("RGB").getcolors(1 << 20) or ()}


def test_only_pages_can_be_drawn(run: Run, letter: Path, tmp_path: Path) -> None:
    status, _, said = run("show", letter, "--images", tmp_path / "pages")
    assert (status, "only the pages of a PDF" in said) == (2, True)
    assert run("show", letter, "--page", "1")[0] == 2


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
    for file in (database, database.with_name("out.db-wal"), database.with_name("out.db-shm")):
        assert not file.exists() or b"retention plan" not in file.read_bytes(), file.name
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
        (["evaluate", "{tmp}/gold"], "needs “units”"),
        (["evaluate", "{tmp}/torn"], "a gold file in it is none"),
        (["evaluate", "{tmp}/gold", "--record", "{tmp}/no/accuracy.json"], "there is no folder"),
        (["export", "{tmp}/none.db", "--format", "csv", "-o", "{tmp}/no/x.csv"], "there is no folder"),
        (["fetch", "{letter}"], "letter.txt"),
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
    (tmp_path / "gold").mkdir()
    (tmp_path / "gold" / "x.gold.json").write_text('{"file": "x.txt"}', encoding="utf-8")
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / "x.gold.json").write_text("[]", encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    status, _, err = run(*(argument.format(tmp=tmp_path, letter=letter) for argument in arguments))
    assert status == 2
    assert said in err
    assert sorted(tmp_path.iterdir()) == before, "nothing is done on wrong usage"


TEXT = {"text": "We will report.", "published": None}


@pytest.mark.parametrize(
    ("command", "row", "said"),
    [
        ("dates", {"published": None, "text": 5}, "“text” must be a string"),
        ("dates", {"published": None, "text": None}, "“text” must be a string"),
        ("dates", {"published": 2024, "text": "We will."}, "“published” must be a string or null, not 2024"),
        ("dates", {"published": "soon", "text": "We will."}, "'soon' is no date"),
        ("dates", ["We will."], "an object is needed"),
        ("dates", {"text": "We will."}, "an object with published, text is needed"),
        ("relate", {"a": TEXT, "b": "We will."}, "“b” must be an object"),
        ("relate", {"a": TEXT | {"owner": 3}, "b": TEXT}, "“owner” must be a string or null, not 3"),
        ("relate", {"a": TEXT, "b": TEXT | {"deadline_end": "soon"}}, "'soon' is no date"),
        ("relate", {"a": TEXT, "b": {"text": " "}}, "with words in it"),
    ],
)
def test_a_wrong_line_is_named_before_any_is_answered(
    run: Run, tmp_path: Path, command: str, row: object, said: str
) -> None:
    file = tmp_path / "lines.jsonl"
    right = {"published": "2024-01", "text": "We will report by May."} if command == "dates" else {"a": TEXT, "b": TEXT}
    file.write_text(f"{json.dumps(right)}\n\n{json.dumps(row)}\n", encoding="utf-8")
    status, out, err = run(command, file)
    assert (status, out) == (2, "")
    assert "line 3: " in err
    assert said in err


@pytest.mark.parametrize("separator", ["\u2028", "\x85", "\u2029"], ids=ascii)
def test_only_a_line_feed_ends_a_line(run: Run, tmp_path: Path, separator: str) -> None:
    file = tmp_path / "dates.jsonl"
    row = {"published": "2023-06-08", "text": f"Rotas:{separator}they will end by next spring."}
    file.write_text(json.dumps(row, ensure_ascii=False) + "\r\n", encoding="utf-8", newline="")
    status, out, _ = run("dates", file)
    assert status == 0
    assert json.loads(out)["end"] == "2024-05-31"


def test_a_database_that_somebody_else_is_writing_is_one_line(
    run: Run, letter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / "out.db"
    run("run", letter, "--db", database)
    monkeypatch.setattr("extractor.store.schema.BUSY_SECONDS", 0.05)
    other = sqlite3.connect(database)
    other.execute("BEGIN IMMEDIATE")
    assert run("run", letter, "--db", database)[::2] == (2, "error: database is locked\n")
    other.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full is a thing of Linux")
def test_an_output_that_cannot_be_written_is_one_line(run: Run, letter: Path, tmp_path: Path) -> None:
    database = tmp_path / "out.db"
    run("run", letter, "--db", database)
    status, _, err = run("export", database, "--format", "csv", "-o", "/dev/full")
    assert status == 2
    assert err.startswith("error: ")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("command", ["text", "show", "extract", "evaluate"])
def test_a_rejection_names_its_file(run: Run, tmp_path: Path, command: str) -> None:
    noise = tmp_path / "noise.txt"
    noise.write_bytes(bytes(range(256)))
    (tmp_path / "noise.gold.json").write_text('{"file": "noise.txt", "units": []}', encoding="utf-8")
    status, _, err = run(command, tmp_path if command == "evaluate" else noise)
    assert status == 1
    assert err.startswith("rejected: noise.txt: binary: ")
    assert len(err.splitlines()) == 1


def gold_folder(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "x.txt").write_text(text, encoding="utf-8")
    unit = {"unit": 0, "start": 0, "end": len(text), "label": "none"}
    (folder / "x.gold.json").write_text(json.dumps({"file": "x.txt", "units": [unit]}), encoding="utf-8")
    return folder


def test_sets_of_one_name_are_told_apart(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = [gold_folder(tmp_path / name, "It rained.") for name in ("g1/dev", "g2/dev", "seeds")]
    figures = json.loads(run("evaluate", *folders, folders[0], "--json")[1])
    assert list(figures) == ["g1/dev", "g2/dev", "seeds"]
    monkeypatch.chdir(folders[0])
    record = tmp_path / "accuracy.json"
    status, out, _ = run("evaluate", ".", "--record", record)
    assert status == 0
    assert all(line.startswith("dev ") for line in out.splitlines())


def test_two_files_of_one_document_are_told_in_a_line(run: Run, letter: Path, tmp_path: Path) -> None:
    twin, database = tmp_path / "twin.txt", tmp_path / "out.db"
    twin.write_text(LETTER + "And another plan.\n", encoding="utf-8")
    twin.with_name("twin.meta.json").write_bytes(letter.with_name("letter.meta.json").read_bytes())
    status, _, err = run("run", twin, letter, "--db", database)
    assert status == 0
    assert "superseded: twin.txt: of the files of this document, letter.txt is kept" in err
    assert "1 stored, 0 unchanged, 1 superseded, 0 rejected" in err
    assert "0 stored, 2 unchanged, 0 superseded, 0 rejected" in run("run", twin, letter, "--db", database)[2]


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    file = tmp_path / "dates.jsonl"
    row = json.dumps({"published": "2023-06-08", "text": "It will end by next spring, and so will that."})
    file.write_text(f"{row}\n" * 5000, encoding="utf-8")
    command = f'"{sys.executable}" -m extractor dates "{file}" | head -n 1; echo "${{PIPESTATUS[0]}}"'
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=120, check=False)
    first, status = done.stdout.splitlines()
    assert json.loads(first)["end"] == "2024-05-31"
    assert (status, done.stderr) == ("0", "")


def test_dates_line_for_line(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "dates.jsonl"
    rows = [
        {"published": "2023-06-08", "text": "It will end by next spring."},
        {"published": None, "text": "It may end in due course."},
        {"published": "2023-06-08", "text": "It will end by 31 June 2024."},
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    status, out, _ = run("dates", file)
    first, second, third = (json.loads(line) for line in out.splitlines())
    assert status == 0
    assert third["end"] is None
    assert "no such day" in third["reason"]
    assert (first["phrase"], first["start"], first["end"]) == ("by next spring", None, "2024-05-31")
    assert second == {"phrase": None, "start": None, "end": None, "rule": None, "reason": None}


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

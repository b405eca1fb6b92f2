"""A run over many documents: what is gathered, what is skipped, and that order, batches and workers leave no trace."""

import itertools
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from extractor import pipeline
from extractor.errors import ExtractorError, WrongUsage
from extractor.events import FIELDS, Event
from extractor.ids import content_hash
from extractor.ingest.folders import gather
from extractor.pipeline import Report, run
from extractor.segment import segment
from extractor.settings import Settings
from extractor.store.export import export
from extractor.store.schema import open_database

CORPUS = Path(__file__).parents[1] / "corpus" / "documents"
# A press release, the letter that follows it up, and minutes: enough to be linked, few enough to be read often.
NAMES = (
    "2017-06-retention-programme-press-release.txt",
    "2018-10-workforce-strategy-delay-letter.txt",
    "2024-12-spf-wider-group-minutes.txt",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    chosen = tmp_path_factory.mktemp("documents")
    for name in NAMES:
        (chosen / name).write_bytes((CORPUS / name).read_bytes())
        sidecar = CORPUS / name.replace(".txt", ".meta.json")
        (chosen / sidecar.name).write_bytes(sidecar.read_bytes())
    return chosen


def exported(database: Path) -> str:
    db = open_database(database, create=False)
    try:
        return "".join(export(db, "jsonl"))
    finally:
        db.close()


@pytest.fixture(scope="module")
def whole(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The export of a run over the folder at once."""
    database = tmp_path_factory.mktemp("whole") / "whole.db"
    run([folder], database=database, settings=Settings())
    return exported(database)


def test_every_stage_left_its_rows(whole: str) -> None:
    rows = [json.loads(line) for line in whole.splitlines()]
    assert {row["document"] for row in rows} == set(NAMES)
    assert {row["label"] for row in rows} == {"commitment", "progress"}
    assert any(row["deadline"] for row in rows)
    assert any(row["owners"] for row in rows)


@pytest.mark.parametrize("order", [NAMES, NAMES[::-1]], ids=["first to last", "last to first"])
def test_one_document_at_a_time_gives_the_same(
    folder: Path, whole: str, tmp_path: Path, order: tuple[str, ...]
) -> None:
    for name in order:
        run([folder / name], database=tmp_path / "batches.db", settings=Settings())
    assert exported(tmp_path / "batches.db") == whole


def test_two_workers_give_the_same(folder: Path, whole: str, tmp_path: Path) -> None:
    run([folder], database=tmp_path / "workers.db", settings=Settings(), workers=2)
    assert exported(tmp_path / "workers.db") == whole


def vectors(database: Path) -> dict[str, bytes]:
    with closing(sqlite3.connect(database)) as db:
        return dict(db.execute("SELECT statement_id, vector FROM vectors"))


def test_statements_are_encoded_where_documents_are_read(
    folder: Path, whole: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What links has next to nothing to encode: on a cluster it is one process beside many."""
    database = tmp_path / "some.db"
    with monkeypatch.context() as patched:
        patched.setattr("extractor.relinking.link.encode", None)
        run([folder], database=database, settings=Settings(), workers=2)
    before = vectors(database)
    assert len(before) == len(whole.splitlines())
    # a database that lacks some gets them again, and they are the same
    with closing(sqlite3.connect(database)) as db, db:
        db.execute("DELETE FROM vectors WHERE rowid % 2")
    run([folder], database=database, settings=Settings())
    assert vectors(database) == before
    assert exported(database) == whole


def test_progress_is_told_for_each_document(folder: Path, tmp_path: Path) -> None:
    heard: list[Event] = []
    (tmp_path / "noise.txt").write_bytes(bytes(range(256)))
    report = run(
        [folder / NAMES[0], tmp_path / "noise.txt"],
        database=tmp_path / "p.db",
        settings=Settings(),
        progress=heard.append,
    )
    assert [event.kind for event in (heard[0], *heard[-2:])] == ["started", "linked", "finished"]
    assert sorted((event.kind, event.name) for event in heard[1:-2]) == [
        ("rejected", "noise.txt"),
        ("stored", NAMES[0]),
    ]
    assert heard[0].documents == 2
    (stored,) = (event for event in heard if event.kind == "stored")
    assert stored.statements == heard[-2].statements == report.statements > 5
    assert stored.characters == len((folder / NAMES[0]).read_text(encoding="utf-8"))
    for event in heard:
        assert list(event.as_object()) == ["version", "event", *FIELDS[event.kind]]
    assert (report.stored, [r.name for r in report.rejected]) == ([NAMES[0]], ["noise.txt"])


def test_a_file_that_lies_about_its_kind_is_read_with_a_warning(tmp_path: Path) -> None:
    lying = tmp_path / "minutes.pdf"
    lying.write_text("The board will publish its report by May 2024.\n", encoding="utf-8")
    run([lying], database=tmp_path / "l.db", settings=Settings())
    with sqlite3.connect(tmp_path / "l.db") as db:
        ((format, warnings),) = db.execute("SELECT format, warnings FROM documents")
    assert format == "text"
    assert "the name says pdf" in warnings


def test_gather_takes_documents_of_folders_and_whatever_is_named(tmp_path: Path) -> None:
    for name in ("a.txt", "b.PDF", "a.meta.json", "notes.xlsx", ".hidden.txt", "sub/c.html", ".git/d.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert [p.name for p in gather([tmp_path])] == ["a.txt", "b.PDF", "c.html"]
    assert [p.name for p in gather([tmp_path / "notes.xlsx", tmp_path / "a.txt", tmp_path])] == [
        "notes.xlsx",
        "a.txt",
        "b.PDF",
        "c.html",
    ]


def test_gather_ends_where_links_make_a_loop(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "doc.txt").write_text("x", encoding="utf-8")
    (tmp_path / "a" / "back").symlink_to(tmp_path, target_is_directory=True)
    assert [p.name for p in gather([tmp_path])] == ["doc.txt"]


@pytest.mark.parametrize("missing", ["nowhere.txt", "nowhere/"])
def test_gather_refuses_what_is_not_there(tmp_path: Path, missing: str) -> None:
    with pytest.raises(WrongUsage, match="nowhere"):
        gather([tmp_path, tmp_path / missing])


# Three files of one document (by its address), two of them with one name, and one of another.
VERSIONS = {
    "a/plan.txt": "The board will publish a plan by May 2024.\n",
    "b/plan.txt": "The board will publish two plans by June 2024.\n",
    "older.txt": "The board will consult on a plan by July 2024.\n",
    "other.txt": "The trust will open a canteen by August 2024.\n",
}


@pytest.fixture
def versions(tmp_path: Path) -> list[Path]:
    files = [tmp_path / name for name in VERSIONS]
    for file, text in zip(files, VERSIONS.values(), strict=True):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
        address = "https://x.example/other" if file.name == "other.txt" else "https://x.example/plan"
        file.with_suffix(".meta.json").write_text(json.dumps({"url": address}), encoding="utf-8")
    return files


def summary(report: Report) -> tuple[list[str], list[str], list[tuple[str, str]]]:
    assert not report.rejected
    given_way = sorted((old.name, old.kept) for old in report.superseded)
    return sorted(report.stored), sorted(report.unchanged), given_way


@pytest.mark.parametrize("workers", [None, 2])
def test_of_two_files_of_one_document_the_order_does_not_decide(
    versions: list[Path], tmp_path: Path, workers: int | None
) -> None:
    exports = set()
    orders = list(itertools.permutations(versions))[:: 7 if workers is None else 23]
    for number, order in enumerate(orders):
        database = tmp_path / f"{number}.db"
        heard: list[Event] = []
        report = run(
            order,
            database=database,
            settings=Settings(),
            workers=workers,
            progress=heard.append,
        )
        assert summary(report) == (
            ["older.txt", "other.txt"],
            [],
            [("plan.txt", "older.txt"), ("plan.txt", "older.txt")],
        )
        assert [event.name for event in heard if event.kind == "superseded"] == ["plan.txt"] * 2
        exports.add(exported(database))
        again = run(order[::-1], database=database, settings=Settings(), workers=workers)
        assert summary(again) == ([], ["older.txt", "other.txt", "plan.txt", "plan.txt"], [])
        assert exported(database) in exports
    assert len(exports) == 1
    assert "consult on a plan" in exports.pop()


def test_a_new_version_in_a_later_run_takes_the_place_of_the_stored_one(versions: list[Path], tmp_path: Path) -> None:
    database = tmp_path / "v.db"
    a, b, older, _ = versions
    assert summary(run([older], database=database, settings=Settings()))[0] == ["older.txt"]
    # Its name comes later in the order, but the stored one is not among the files given.
    assert summary(run([a], database=database, settings=Settings()))[0] == ["plan.txt"]
    assert "two plans" not in exported(database)
    # With both given, they are compared: one is stored, one not read anew.
    first, second = sorted([a, b], key=lambda file: content_hash(file.read_bytes()))
    report = run([a, b], database=database, settings=Settings())
    assert summary(report)[2] == [("plan.txt", "plan.txt")]
    assert first.read_text(encoding="utf-8").strip() in exported(database)
    assert second.read_text(encoding="utf-8").strip() not in exported(database)
    assert summary(run([b, a], database=database, settings=Settings())) == ([], ["plan.txt", "plan.txt"], [])


def test_copies_of_one_file_are_one_document(tmp_path: Path) -> None:
    for name in ("a/plan.txt", "b/plan.txt"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("The board will publish a plan.\n", encoding="utf-8")
    database = tmp_path / "c.db"
    report = run([tmp_path / "a", tmp_path / "b"], database=database, settings=Settings())
    assert summary(report) == (["plan.txt"], [], [("plan.txt", "plan.txt")])
    report = run([tmp_path / "b", tmp_path / "a"], database=database, settings=Settings())
    assert summary(report) == ([], ["plan.txt", "plan.txt"], [])


def test_a_renamed_file_is_read_again(tmp_path: Path) -> None:
    file, database = tmp_path / "2023-05-news.txt", tmp_path / "r.db"
    file.write_text("The board will publish a plan by next spring.\n", encoding="utf-8")
    run([file], database=database, settings=Settings())
    renamed = file.rename(tmp_path / "2024-05-news.txt")
    report = run([renamed], database=database, settings=Settings())
    assert report.stored == ["2024-05-news.txt"]


def test_a_fault_of_ours_in_one_document_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(document: Any) -> Any:
        if document.name == "b.txt":
            raise IndexError("list index out of range")
        return segment(document)

    monkeypatch.setattr(pipeline, "segment", stumble)
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text(f"The board will publish plan {name} by May 2024.\n", encoding="utf-8")
    report = run([tmp_path], database=tmp_path / "s.db", settings=Settings())
    assert report.stored == ["a.txt", "c.txt"]
    assert [(r.name, r.reason, r.detail) for r in report.rejected] == [
        ("b.txt", "internal", "IndexError: list index out of range")
    ]


def test_rejections_are_kept_when_the_run_is_interrupted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(document: Any) -> Any:
        if document.name == "b.txt":
            raise KeyboardInterrupt
        return segment(document)

    (tmp_path / "a.txt").write_bytes(bytes(range(256)))
    (tmp_path / "b.txt").write_text("The board will publish a plan.\n", encoding="utf-8")
    monkeypatch.setattr(pipeline, "segment", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run([tmp_path], database=tmp_path / "i.db", settings=Settings())
    with sqlite3.connect(tmp_path / "i.db") as db:
        assert db.execute("SELECT name, reason FROM rejections").fetchall() == [("a.txt", "binary")]


def test_a_removed_document_is_unlinked_even_where_a_reader_keeps_its_words(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / "r.db"
    run([folder], database=database, settings=Settings())
    pipeline.remove(NAMES[2], database=database, settings=Settings())
    expected = exported(database)
    assert any(json.loads(line)["links_to_later"] for line in expected.splitlines())
    run([folder], database=database, settings=Settings())
    monkeypatch.setattr("extractor.store.schema.BUSY_SECONDS", 0.05)
    with sqlite3.connect(database) as reader:
        assert reader.execute("SELECT count(*) FROM links").fetchone() > (0,)
        reader.execute("DELETE FROM links")  # so that it shows whether they are made again
        reader.commit()
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM documents").fetchone()
        with pytest.raises(ExtractorError, match="VACUUM"):
            pipeline.remove(NAMES[2], database=database, settings=Settings())
    reader.close()
    assert exported(database) == expected

"""A run over many documents: what is gathered, what is skipped, and that order, batches and workers leave no trace."""

import importlib.util
import json
import sqlite3
from pathlib import Path

import pytest

from extractor.errors import WrongUsage
from extractor.pipeline import gather, run
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


def test_progress_is_told_for_each_document(folder: Path, tmp_path: Path) -> None:
    heard: list[tuple[str, str]] = []
    (tmp_path / "noise.txt").write_bytes(bytes(range(256)))
    report = run(
        [folder / NAMES[0], tmp_path / "noise.txt"],
        database=tmp_path / "p.db",
        settings=Settings(),
        progress=lambda *event: heard.append(event),
    )
    assert sorted(heard) == [("rejected", "noise.txt"), ("stored", NAMES[0])]
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


def test_dask_without_the_extra_says_how_to_get_it(folder: Path, tmp_path: Path) -> None:
    if importlib.util.find_spec("distributed"):
        pytest.skip("the extra is installed here")
    with pytest.raises(WrongUsage, match=r"\[cluster\]"):
        run([folder], database=tmp_path / "d.db", settings=Settings(), dask="tcp://127.0.0.1:1")

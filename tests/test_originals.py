"""Copies of documents whose pages may be shown: kept, replaced and thrown away with what allows them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlite_utils

from extractor.errors import ExtractorError
from extractor.settings import Settings
from extractor.store import originals, removal, writer
from tests.factories import analysis as plain
from tests.paged import FIRST, OVER, RUN, letter, opened, save
from tests.store_samples import check_integrity

SETTINGS, ALL, NONE = Settings(), Settings(publish_pages="all"), Settings(publish_pages="none")
OGL = "Open Government Licence v3.0"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite_utils.Database]:
    made = opened(tmp_path / "some.db")
    yield made
    made.close()


def files(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "some.db.index").rglob("*") if path.is_file())


def allowed(db: sqlite_utils.Database) -> list[tuple[str, str]]:
    return [tuple(row) for row in db.execute("SELECT document_id, allowed_by FROM originals").fetchall()]


@pytest.mark.parametrize(
    ("licence", "settings", "by"),
    [
        (OGL, SETTINGS, "Open Government Licence"),
        (OGL, ALL, "Open Government Licence"),
        (OGL, NONE, None),
        (None, SETTINGS, None),  # nothing is known, so nothing is shown
        (None, ALL, "setting"),
        ("All rights reserved", SETTINGS, None),
        ("All rights reserved", ALL, "setting"),
    ],
)
def test_what_allows_a_copy(
    db: sqlite_utils.Database, tmp_path: Path, licence: str | None, settings: Settings, by: str | None
) -> None:
    raw = letter()
    made = save(db, raw, settings=settings, licence=licence)
    assert allowed(db) == ([(made.document.id, by)] if by else [])
    assert files(tmp_path) == ([f"{made.document.sha256}.pdf"] if by else [])
    if by:
        assert originals.file_in(tmp_path / "some.db.index", made.document.sha256).read_bytes() == raw
    check_integrity(db)


def test_pages_and_boxes_are_stored_whether_or_not_they_may_be_shown(db: sqlite_utils.Database) -> None:
    made = save(db, letter(), settings=SETTINGS)
    pages = db.execute("SELECT number, width, height, turn FROM pages ORDER BY number").fetchall()
    assert pages == [(1, 595.28, 841.89, 0), (2, 595.28, 841.89, 0)]
    lines = {
        quote: [row[0] for row in db.execute("SELECT page FROM places WHERE statement_id = ? ORDER BY line", [id])]
        for id, quote in ((s.id, s.quote) for s in made.statements)
    }
    assert lines[FIRST] == [1, 1]
    assert lines[OVER] == [1, 2]


def test_a_new_version_takes_the_place_of_the_old_one(db: sqlite_utils.Database, tmp_path: Path) -> None:
    old = save(db, letter(), settings=SETTINGS, licence=OGL)
    picture = tmp_path / "some.db.index" / "pages" / f"{old.document.sha256}-1.png"
    picture.parent.mkdir()
    picture.write_bytes(b"drawn")
    new = save(db, letter("estuary"), settings=SETTINGS, licence=OGL)
    assert new.document.id == old.document.id
    assert files(tmp_path) == [f"{new.document.sha256}.pdf"]


def test_removing_a_document_removes_its_copy_and_pictures(db: sqlite_utils.Database, tmp_path: Path) -> None:
    gone = save(db, letter(), settings=SETTINGS, licence=OGL)
    stays = save(db, letter("estuary"), settings=SETTINGS, licence=OGL, name="other.pdf")
    pictures = tmp_path / "some.db.index" / "pages"
    pictures.mkdir()
    for made in (gone, stays):
        (pictures / f"{made.document.sha256}-1.png").write_bytes(b"drawn")
    removal.remove_document(db, "letter.pdf")
    originals.settle(db, settings=SETTINGS)
    assert files(tmp_path) == sorted([f"{stays.document.sha256}-1.png", f"{stays.document.sha256}.pdf"])
    check_integrity(db)


def test_a_change_of_mind_takes_effect_for_all_documents(db: sqlite_utils.Database, tmp_path: Path) -> None:
    save(db, letter(), settings=ALL)
    kept = save(db, letter("estuary"), settings=ALL, licence=OGL, name="other.pdf")
    originals.settle(db, settings=SETTINGS)
    assert allowed(db) == [(kept.document.id, "Open Government Licence")]
    assert files(tmp_path) == [f"{kept.document.sha256}.pdf"]
    originals.settle(db, settings=NONE)
    assert allowed(db) == []
    assert files(tmp_path) == []


def test_nothing_else_in_the_folder_is_touched(db: sqlite_utils.Database, tmp_path: Path) -> None:
    save(db, letter(), settings=SETTINGS, licence=OGL)
    folder = tmp_path / "some.db.index"
    (folder / "links").write_bytes(b"kept by linking")
    (folder / "files" / "notes.pdf").write_bytes(b"somebody's own")
    originals.settle(db, settings=NONE)
    assert files(tmp_path) == ["links", "notes.pdf"]


def test_a_lost_copy_comes_back_with_the_next_run(db: sqlite_utils.Database, tmp_path: Path) -> None:
    made = save(db, letter(), settings=SETTINGS, licence=OGL)
    file = originals.file_in(tmp_path / "some.db.index", made.document.sha256)
    file.unlink()
    originals.keep(db, made.document.id, letter(), settings=SETTINGS)
    assert file.read_bytes() == letter()


def test_only_documents_with_pages_have_copies(db: sqlite_utils.Database, tmp_path: Path) -> None:
    assert originals.beside("") is None
    run = writer.start_run(db, **RUN)
    text = plain(licence=OGL)
    writer.save_analysis(db, text, run)
    originals.keep(db, text.document.id, b"text", settings=ALL)
    assert allowed(db) == []
    assert files(tmp_path) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_an_error(db: sqlite_utils.Database, tmp_path: Path) -> None:
    (tmp_path / "some.db.index").mkdir(mode=0o500)
    with pytest.raises(ExtractorError, match="cannot be written"):
        save(db, letter(), settings=SETTINGS, licence=OGL)


def test_a_file_where_the_folder_should_be_is_an_error(db: sqlite_utils.Database, tmp_path: Path) -> None:
    (tmp_path / "some.db.index").write_bytes(b"")
    with pytest.raises(ExtractorError, match="cannot be written"):
        save(db, letter(), settings=SETTINGS, licence=OGL)


def test_showing_pages_is_no_reason_to_read_again() -> None:
    assert SETTINGS.digest() == ALL.digest() == Settings(page_seconds=3, page_cache_bytes=9).digest()
    assert SETTINGS.digest() != Settings(ocr_dpi=200).digest()

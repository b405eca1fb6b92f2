"""What linking keeps beside a database: never needed, never trusted, and without words of any document."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlite_utils

from extractor.errors import ExtractorError
from extractor.relinking import kept_beside, relink
from extractor.settings import Settings
from extractor.store import removal, writer
from extractor.store.reader import load_claims
from extractor.store.schema import open_database
from tests.store_samples import contents, fill
from tests.synthetic import vectors_of


def encoded(db: sqlite_utils.Database) -> None:
    """Vectors for all, so that no encoder is needed."""
    claims = load_claims(db)
    vectors = vectors_of([claim.text for claim in claims])
    writer.save_vectors(db, {claim.id: row for claim, row in zip(claims, vectors, strict=True)})


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite_utils.Database]:
    with closing(open_database(tmp_path / "commitments.db", create=True)) as made:
        fill(made)
        encoded(made)
        relink(made, settings=Settings())
        yield made


def kept(db: sqlite_utils.Database, tmp_path: Path) -> Path:
    file = kept_beside(str(tmp_path / "commitments.db"))
    assert file
    return file


def test_linking_again_changes_nothing(db: sqlite_utils.Database, tmp_path: Path) -> None:
    before, content = contents(db), kept(db, tmp_path).read_bytes()
    relink(db, settings=Settings())
    assert contents(db) == before
    assert kept(db, tmp_path).read_bytes() == content


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (lambda file: file.unlink(), "missing"),
        (lambda file: file.write_bytes(b"no arrays at all"), "unreadable"),
        (lambda file: file.write_bytes(file.read_bytes()[:-9]), "cut off"),
    ],
)
def test_without_what_was_kept_the_same_is_found(
    harm: Callable[[Path], object], why: str, db: sqlite_utils.Database, tmp_path: Path
) -> None:
    before, file = contents(db), kept(db, tmp_path)
    content = file.read_bytes()
    harm(file)
    relink(db, settings=Settings())
    assert contents(db) == before, why
    assert file.read_bytes() == content, why


def test_links_that_the_database_lost_come_back(db: sqlite_utils.Database) -> None:
    before = contents(db)
    db.execute("DELETE FROM links")
    db.execute("DELETE FROM threads")
    db.conn.commit()
    relink(db, settings=Settings())
    assert contents(db) == before


def test_a_removed_document_leaves_what_linking_the_rest_gives(db: sqlite_utils.Database, tmp_path: Path) -> None:
    (document,) = db.execute("SELECT document_id FROM statements ORDER BY id LIMIT 1").fetchone()
    removal.remove_document(db, document)
    relink(db, settings=Settings())
    stepwise = contents(db)
    kept(db, tmp_path).unlink()
    relink(db, settings=Settings())
    assert contents(db) == stepwise


def test_no_words_are_kept_outside_the_database(db: sqlite_utils.Database, tmp_path: Path) -> None:
    content = kept(db, tmp_path).read_bytes().lower()
    words = {word for claim in load_claims(db) for word in claim.text.lower().split() if len(word) > 6}
    assert words
    assert not [word for word in words if word.encode() in content]


def test_a_folder_that_cannot_be_written_is_named(db: sqlite_utils.Database, tmp_path: Path) -> None:
    file = kept(db, tmp_path)
    file.unlink()
    file.parent.rmdir()
    file.parent.write_text("in the way", encoding="utf-8")
    with pytest.raises(ExtractorError, match="links are stored"):
        relink(db, settings=Settings())

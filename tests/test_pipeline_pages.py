"""A run keeps what is needed to show pages later: boxes, and a copy of the file where its licence allows that."""

import sqlite3
from pathlib import Path

from extractor import pipeline
from extractor.settings import Settings

CORPUS = Path(__file__).parents[1] / "corpus" / "documents"
NAME = "2025-07-ten-year-health-plan-workforce-plan"
SETTINGS = Settings()


def test_a_run_keeps_boxes_and_a_copy_and_a_removal_throws_them_away(tmp_path: Path) -> None:
    for ending in (".pdf", ".meta.json"):
        (tmp_path / f"{NAME}{ending}").write_bytes((CORPUS / f"{NAME}{ending}").read_bytes())
    database = tmp_path / "run.db"
    assert pipeline.run([tmp_path / f"{NAME}.pdf"], database=database, settings=SETTINGS).stored
    db = sqlite3.connect(database)
    without = "SELECT count(*) FROM statements WHERE id NOT IN (SELECT statement_id FROM places)"
    assert db.execute(without).fetchone() == (0,)
    assert db.execute("SELECT count(*) FROM pages").fetchone() == (2,)
    assert db.execute("SELECT allowed_by FROM originals").fetchall() == [("Apache License",)]
    (copy,) = (tmp_path / "run.db.index" / "files").iterdir()
    assert copy.read_bytes() == (CORPUS / f"{NAME}.pdf").read_bytes()

    # the user's file may go, and a document that is unchanged gets back a copy that was lost
    copy.unlink()
    assert pipeline.run([tmp_path / f"{NAME}.pdf"], database=database, settings=SETTINGS).unchanged
    assert copy.exists()
    (tmp_path / f"{NAME}.pdf").unlink()

    pipeline.remove(f"{NAME}.pdf", database=database, settings=SETTINGS)
    assert not copy.exists()
    assert db.execute("SELECT count(*) FROM places").fetchone() == (0,)
    db.close()

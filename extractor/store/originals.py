"""Copies of the documents whose pages may be shown, kept beside the database so that they outlive the user's files."""

import os
import re
from pathlib import Path

import sqlite_utils

from extractor.errors import ExtractorError
from extractor.lexicon.licences import publishable
from extractor.settings import Settings
from extractor.store.links import file_of
from extractor.store.writer import writing

# Beside the database file: FILE.index/files/SHA256.pdf and, drawn by whoever shows them, FILE.index/pages/SHA256-N.png
FOLDER, FILES, PICTURES = ".index", "files", "pages"
_OURS = re.compile(r"([0-9a-f]{64})(?:\.pdf|-[0-9]+\.png)(?:\.part[0-9]*)?")


def beside(database: str) -> Path | None:
    """The folder beside a database for what is kept with it; None for a database in memory ("")."""
    return Path(database + FOLDER) if database else None


def file_in(folder: Path, sha256: str) -> Path:
    """Where the copy of a document lies in the folder beside the database."""
    return folder / FILES / f"{sha256}.pdf"


def allowed_by(licence: str | None, *, settings: Settings) -> str | None:
    """What allows the pages of a document with this licence to be shown: the licence's name, "setting", or nothing."""
    if settings.publish_pages == "none":
        return None
    return publishable(licence) or ("setting" if settings.publish_pages == "all" else None)


def keep(db: sqlite_utils.Database, document: str, raw: bytes, *, settings: Settings) -> None:
    """Keep the bytes of a stored document, where its pages may be shown. Raises ExtractorError: they cannot be written.

    Of documents without pages, and in a database in memory, nothing is kept.
    """
    format, licence, sha256, before = db.execute(
        "SELECT format, licence, sha256, allowed_by FROM documents LEFT JOIN originals ON document_id = id "
        "WHERE id = ?",
        [document],
    ).fetchone()
    folder = beside(file_of(db))
    allowed = allowed_by(licence, settings=settings)
    if format != "pdf" or folder is None or allowed is None:
        return
    file = file_in(folder, sha256)
    if not file.exists():
        write_whole(file, raw)
    if allowed == before:
        return
    with writing(db):
        db.execute("INSERT OR REPLACE INTO originals (document_id, allowed_by) VALUES (?, ?)", [document, allowed])


def settle(db: sqlite_utils.Database, *, settings: Settings) -> None:
    """Throw away every copy, and every picture of a page, that belongs to no document whose pages may be shown.

    Raises ExtractorError where one cannot be deleted.
    """
    kept = db.execute(
        "SELECT d.id, d.licence FROM originals o JOIN documents d ON d.id = o.document_id ORDER BY d.id"
    ).fetchall()
    refused = [document for document, licence in kept if allowed_by(licence, settings=settings) is None]
    if refused:
        with writing(db):
            db.conn.executemany("DELETE FROM originals WHERE document_id = ?", ((document,) for document in refused))
    folder = beside(file_of(db))
    if folder is None:
        return
    kept_of = db.execute("SELECT sha256 FROM documents WHERE id IN (SELECT document_id FROM originals)")
    wanted = {sha256 for (sha256,) in kept_of}
    try:
        for part in (FILES, PICTURES):
            for entry in os.scandir(folder / part) if (folder / part).is_dir() else ():
                ours = _OURS.fullmatch(entry.name)
                if ours and ours[1] not in wanted:
                    Path(entry.path).unlink(missing_ok=True)
    except OSError as problem:
        raise ExtractorError(f"a copy of a document that may not be shown could not be deleted: {problem}") from problem


def write_whole(file: Path, raw: bytes) -> None:
    """Write a file so that nobody ever sees half of it. Raises ExtractorError where that cannot be done."""
    half = file.with_name(f"{file.name}.part{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(raw)
        half.replace(file)
    except OSError as problem:
        raise ExtractorError(f"{file} cannot be written: {problem.strerror or problem}") from problem

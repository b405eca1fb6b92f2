"""The database as a whole: what it is made of, how it is created, and how a file is opened or refused."""

import sqlite3
from pathlib import Path

import sqlite_utils

from extractor.errors import WrongUsage
from extractor.store import facts, migrations
from extractor.store.declaration import Table, View
from extractor.store.histories import HISTORIES
from extractor.store.holders import HOLDERS
from extractor.store.pledges import PLEDGES
from extractor.store.tables import TABLES

APPLICATION_ID = 0x50_4C_44_47  # "PLDG" at offset 68 of the file: tells our databases from any other
BUSY_SECONDS = 30.0  # how long a connection waits for another one's transaction
VERSION = migrations.LATEST
VIEWS: tuple[View, ...] = (HOLDERS, PLEDGES, HISTORIES)
EVERYTHING: tuple[Table | View, ...] = (*TABLES, *VIEWS)


def create(db: sqlite_utils.Database) -> None:
    """Create every table, index, trigger and view in an empty database, in one transaction, and mark it as ours."""
    with db.atomic():
        for part in EVERYTHING:
            for statement in part.ddl():
                db.execute(statement)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {VERSION}")


def open_database(path: Path, *, create: bool) -> sqlite_utils.Database:
    """Open a commitments database for reading and writing, upgrading it first where it is of an older version.

    A missing or empty file becomes a new database where `create` is true. Raises WrongUsage for a file that is missing,
    is no commitments database, is damaged, or was written by a newer program; such a file is left as it is.
    """
    new = _is_new(path)
    if new and not create:
        raise WrongUsage(f"{path} does not exist" if not path.exists() else f"{path} is not a commitments database")
    try:
        db = _connect(path)
        try:
            if new:
                _create_in(db)
            else:
                _bring_up_to_date(db, path)
            # Readers never wait for the writer: https://www.sqlite.org/wal.html
            db.execute("PRAGMA journal_mode = WAL")
        except BaseException:
            db.close()
            raise
    except sqlite3.DatabaseError as problem:
        raise WrongUsage(f"{path} cannot be opened as a commitments database: {problem}") from problem
    return db


def _is_new(path: Path) -> bool:
    """True where nothing is there yet; raises WrongUsage where something else than one of our databases is.

    Only the first 100 bytes are read (https://www.sqlite.org/fileformat.html#the_database_header): opening a foreign
    database through SQLite could already write files beside it.
    """
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except FileNotFoundError:
        if path.parent.is_dir():
            return True
        raise WrongUsage(f"{path}: there is no folder {path.parent}") from None
    except OSError as problem:
        raise WrongUsage(f"{path} is not a commitments database: {problem.strerror}") from problem
    if not header:
        return True
    if not header.startswith(b"SQLite format 3\0") or int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise WrongUsage(f"{path} is not a commitments database")
    return False


def _connect(path: Path) -> sqlite_utils.Database:
    db = sqlite_utils.Database(sqlite3.connect(path, timeout=BUSY_SECONDS))
    db.execute("PRAGMA foreign_keys = ON")
    return db


def _create_in(db: sqlite_utils.Database) -> None:
    # Created before WAL is switched on, so that the mark of ownership is in the file itself from the first moment.
    create(db)


def _bring_up_to_date(db: sqlite_utils.Database, path: Path) -> None:
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version > VERSION:
        raise WrongUsage(
            f"{path} was written by a newer version of this program (schema {version}, not {VERSION}): upgrade it"
        )
    if version == 0:
        # The making of the file was cut off, and what there was of it has been rolled back just now.
        _create_in(db)
    elif version < VERSION:
        migrations.upgrade(db, path, version, steps=migrations.STEPS, views=VIEWS)
        with db.atomic():
            facts.renew(db)

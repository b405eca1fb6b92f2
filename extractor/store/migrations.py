"""Numbered steps that bring an older database up to date, each in a transaction, after a copy was put aside."""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import sqlite_utils

Step = Callable[[sqlite_utils.Database], None]

# Step n (counted from 0) brings version n + 1 to n + 2. Version 1 is the first, so there is none yet. A step is never
# changed once released; the schema's declarations always describe the latest version.
STEPS: tuple[Step, ...] = ()
LATEST = 1 + len(STEPS)


def upgrade(db: sqlite_utils.Database, path: Path, version: int, *, steps: Sequence[Step]) -> Path:
    """Take the steps from `version` on; returns the copy of the old database, which is kept beside it.

    Foreign keys are off during a step, as rebuilding a table needs (https://www.sqlite.org/lang_altertable.html), and
    are checked before it counts. Raises sqlite3.IntegrityError where a step leaves one dangling: it is undone then.
    """
    copy = path.with_name(f"{path.name}.version{version}")
    with sqlite3.connect(copy) as target:
        db.conn.backup(target)
    target.close()
    db.execute("PRAGMA foreign_keys = OFF")
    try:
        for number, step in enumerate(steps[version - 1 :], start=version + 1):
            with db.atomic():
                step(db)
                if broken := db.execute("PRAGMA foreign_key_check").fetchone():
                    raise sqlite3.IntegrityError(f"upgrade to version {number}: dangling reference in {broken[0]}")
                db.execute(f"PRAGMA user_version = {number}")
    finally:
        db.execute("PRAGMA foreign_keys = ON")
    return copy

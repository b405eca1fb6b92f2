"""What the database holds of links and threads, as linking compares it with what it kept."""

import sqlite_utils


def load_scores(db: sqlite_utils.Database) -> dict[tuple[str, str], float]:
    """The score of every link by the ids of its statements (earlier, later)."""
    return {
        (earlier, later): score for earlier, later, score in db.execute("SELECT earlier_id, later_id, score FROM links")
    }


def load_places(db: sqlite_utils.Database) -> dict[str, str]:
    """The thread of every statement that is in one, by the statement's id."""
    return dict(db.execute("SELECT id, thread_id FROM statements WHERE thread_id IS NOT NULL"))


def file_of(db: sqlite_utils.Database) -> str:
    """The path of the database's file, "" for one in memory."""
    return next((str(file) for _, name, file in db.execute("PRAGMA database_list") if name == "main"), "")

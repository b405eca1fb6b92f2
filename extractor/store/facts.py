"""What linking tells of each commitment and thread that no day of reading changes, stored so that lists are quick."""

import sqlite_utils

from extractor.store import thread_marks
from extractor.store.tables.standing import UNDATED

# Each statement writes only the rows that change: in a large database most are what they were.
_RENEW = (
    f"""
    WITH reported AS (
      SELECT l.earlier_id AS id, min(coalesce(d.published, '{UNDATED}')) AS day
      FROM links l
      JOIN statements s ON s.id = l.later_id
      JOIN documents d ON d.id = s.document_id
      LEFT JOIN progress g ON g.id = s.id
      WHERE l.relation = 'progresses' AND g.review IS NOT 'rejected'
      GROUP BY l.earlier_id
    )
    UPDATE commitments SET progress_from = n.day
    FROM (SELECT c.id, r.day FROM commitments c LEFT JOIN reported r ON r.id = c.id) n
    WHERE n.id = commitments.id AND n.day IS NOT commitments.progress_from
    """,
    # A statement without a day of publication comes first: nobody can say that it is the newest.
    """
    WITH said AS (
      SELECT id, lead(coalesce(published, '')) OVER (
        PARTITION BY thread_id ORDER BY published, document_id, start, id
      ) AS day
      FROM commitments WHERE thread_id IS NOT NULL AND review IS NOT 'rejected'
    )
    UPDATE commitments SET stated_again = n.day
    FROM (SELECT c.id, s.day FROM commitments c LEFT JOIN said s ON s.id = c.id) n
    WHERE n.id = commitments.id AND n.day IS NOT commitments.stated_again
    """,
    """
    UPDATE threads
    SET moved_days = h.slippage_days, quiet = h.quiet, quiet_of = h.later, commitments = h.versions
    FROM thread_histories h
    WHERE h.thread_id = threads.id AND (
      h.slippage_days IS NOT threads.moved_days OR h.quiet IS NOT threads.quiet OR h.later IS NOT threads.quiet_of
      OR h.versions IS NOT threads.commitments
    )
    """,
)


def renew(db: sqlite_utils.Database) -> None:
    """Work out, within the caller's transaction, the stored facts of all commitments and threads.

    To be called when links, threads, the day or the series of a document, or the rejection of a statement changed:
    `progress_from` and `stated_again` of commitments; `moved_days`, `quiet`, `quiet_of` and `commitments` of threads;
    and the table `thread_marks`.
    """
    for statement in _RENEW:
        db.execute(statement)
    thread_marks.renew(db)


def forget(db: sqlite_utils.Database, document: str) -> None:
    """Before a document is deleted: take back what its statements tell of those of others, until links are renewed."""
    given = {"document": document}
    db.execute(
        "UPDATE commitments SET progress_from = NULL WHERE progress_from IS NOT NULL AND id IN ("
        "SELECT l.earlier_id FROM statements s JOIN links l ON l.later_id = s.id WHERE s.document_id = :document)",
        given,
    )
    db.execute(
        "UPDATE commitments SET stated_again = NULL WHERE stated_again IS NOT NULL AND thread_id IN ("
        "SELECT thread_id FROM statements WHERE document_id = :document)",
        given,
    )

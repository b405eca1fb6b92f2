"""What the stages after the store need back from it, as records and arrays."""

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from extractor.records import Claim, Judgement
from extractor.store import owner_merges, rows
from extractor.store.tables.judgements import SAME

_CLAIMS = """
SELECT f.*, d.published, o.name AS owner FROM (
  SELECT id, document_id, 'commitment' AS label, quote, coalesce(owner_found_id, owner_id) AS owner_id, deadline_end,
    strength, NULL AS kind
  FROM commitments WHERE review IS NOT 'rejected'
  UNION ALL
  SELECT id, document_id, 'progress', quote, coalesce(owner_found_id, owner_id), deadline_end, NULL, kind
  FROM progress WHERE review IS NOT 'rejected'
) f
JOIN documents d ON d.id = f.document_id
LEFT JOIN owners o ON o.id = f.owner_id
ORDER BY f.id
"""


def load_claims(db: sqlite_utils.Database) -> list[Claim]:
    """What linking needs to know of every statement that counts, in order of their ids; `text` is the quote.

    Fields are as reviewers corrected them, an owner that they merged into another goes by the name of that, and what
    they rejected is left out.
    """
    figures: dict[str, list[tuple[float, str]]] = {}
    for statement, value, unit in db.execute(
        'SELECT statement_id, value, unit FROM metrics WHERE value IS NOT NULL ORDER BY start, "end", value'
    ):
        figures.setdefault(statement, []).append((value, unit))
    merged = owner_merges.merged_names(db)
    return [
        rows.claim(row | {"owner": merged.get(row["owner"], row["owner"])}, figures.get(row["id"], ()))
        for row in db.query(_CLAIMS)
    ]


def load_judgements(db: sqlite_utils.Database) -> tuple[Judgement, ...]:
    """What people said about pairs of statements, oldest first: of each pair only the newest, as the newer counts.

    Also those on statements that are not in the database now: they count again as soon as these are back.
    """
    newest: dict[frozenset[str], Judgement] = {}
    for action, a, b in db.execute("SELECT action, a_id, b_id FROM pair_reviews ORDER BY id"):
        newest.pop(frozenset((a, b)), None)
        newest[frozenset((a, b))] = Judgement(a, b, action in SAME)
    return tuple(newest.values())


def load_vectors(db: sqlite_utils.Database) -> dict[str, NDArray[np.float32]]:
    """The kept vectors by statement, but for those that other models made than the latest run's."""
    found = db.execute(
        "SELECT statement_id, vector FROM vectors "
        "WHERE models = (SELECT models FROM runs ORDER BY id DESC LIMIT 1) ORDER BY statement_id"
    )
    return {id: np.frombuffer(vector, dtype="<f4") for id, vector in found}

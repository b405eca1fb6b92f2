"""What the stages after the store need back from it, as records and arrays."""

import numpy as np
import sqlite_utils
from numpy.typing import NDArray

from extractor.records import Claim
from extractor.store import rows

_CLAIMS = """
SELECT f.*, d.published, o.name AS owner FROM (
  SELECT id, document_id, 'commitment' AS label, quote, owner_id, deadline_end, strength, NULL AS kind FROM commitments
  UNION ALL
  SELECT id, document_id, 'progress', quote, owner_id, deadline_end, NULL, kind FROM progress
) f
JOIN documents d ON d.id = f.document_id
LEFT JOIN owners o ON o.id = f.owner_id
ORDER BY f.id
"""


def load_claims(db: sqlite_utils.Database) -> list[Claim]:
    """What linking needs to know of every statement in the database, in order of their ids; `text` is the quote."""
    figures: dict[str, list[tuple[float, str]]] = {}
    for statement, value, unit in db.execute(
        'SELECT statement_id, value, unit FROM metrics WHERE value IS NOT NULL ORDER BY start, "end", value'
    ):
        figures.setdefault(statement, []).append((value, unit))
    return [rows.claim(row, figures.get(row["id"], ())) for row in db.query(_CLAIMS)]


def load_vectors(db: sqlite_utils.Database) -> dict[str, NDArray[np.float32]]:
    """The kept vectors by statement, but for those that other models made than the latest run's."""
    found = db.execute(
        "SELECT statement_id, vector FROM vectors "
        "WHERE models = (SELECT models FROM runs ORDER BY id DESC LIMIT 1) ORDER BY statement_id"
    )
    return {id: np.frombuffer(vector, dtype="<f4") for id, vector in found}

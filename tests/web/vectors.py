"""Vectors for the sample without the networks: those of its sentences, and of what a reader types."""

import pytest
import sqlite_utils

from extractor.store.writer import save_vectors
from extractor.web import nearest
from tests.synthetic import vectors_of


def give_vectors(database: sqlite_utils.Database) -> None:
    """Store a vector, made of its words, for every statement of a database."""
    rows = list(database.query("select id, quote from commitments union all select id, quote from progress"))
    vectors = vectors_of([row["quote"] for row in rows])
    save_vectors(database, {row["id"]: vector for row, vector in zip(rows, vectors, strict=True)})


def use_invented_encoder(patch: pytest.MonkeyPatch) -> None:
    """Make vectors of what a reader types as `give_vectors` makes those of the sample."""
    nearest._encoded.cache_clear()
    patch.setattr("extractor.web.nearest.encode", lambda texts, settings: vectors_of(list(texts)))

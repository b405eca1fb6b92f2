"""Fixtures that several files of tests share."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import sqlite_utils

from extractor.store.schema import open_database
from tests.store_samples import check_integrity


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a database may be made."""
    return tmp_path / "commitments.db"


@pytest.fixture
def db(path: Path) -> Iterator[sqlite_utils.Database]:
    """A new database, which must still be sound after the test."""
    opened = open_database(path, create=True)
    yield opened
    if opened.table_names():
        check_integrity(opened)
    opened.close()


# A landing must not hang on which examples are drawn that day; at a desk new ones are drawn each time.
# Timings on a busy machine say nothing about a property.
hypothesis.settings.register_profile("desk", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "desk")

"""How long SQL may take before it is cut off, watched in such a way that many readers do not wait for the watching."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

# Instructions of SQLite's machine between two looks at the clock: some milliseconds. Each look needs the interpreter's
# lock, for which a thread may have to wait that long again.
STEPS = 50_000


@contextmanager
def time_limit(connection: sqlite3.Connection, milliseconds: float) -> Iterator[None]:
    """Cut off what runs longer than this on a connection: it raises sqlite3.OperationalError ("interrupted")."""
    until = time.perf_counter() + milliseconds / 1000
    connection.set_progress_handler(lambda: time.perf_counter() >= until, STEPS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, STEPS)

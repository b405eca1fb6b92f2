"""What must hold of any file at all."""

import logging
import os
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import get_args

from extractor.errors import Reason, Rejected
from extractor.ingest import read_bytes
from extractor.segment import segment

# Of the processor's time, for files of a few kilobytes.
SECONDS = 10
# Where the file that is being read lies, should a library end the process: the test's own report is gone then.
LATEST = Path(tempfile.gettempdir()) / "latest-fuzzed-file"


class _Heard(logging.Handler):
    """Collects what libraries log at a level that is shown on the screen where nobody has set up a log."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(f"{record.name}: {record.getMessage()}")


@contextmanager
def in_silence() -> Iterator[None]:
    """Nothing may be written to standard error, logged as a warning, or warned of."""
    heard = _Heard()
    logging.getLogger().addHandler(heard)
    kept = os.dup(2)
    with tempfile.TemporaryFile() as written, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        os.dup2(written.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            logging.getLogger().removeHandler(heard)
        written.seek(0)
        said = [*heard.said, *(str(warning.message) for warning in warned), *written.read().decode().splitlines()]
    assert not said, said[:5]


def check(raw: bytes, name: str) -> None:
    """Read a file; assert that what comes of it is a sound document or a refusal, in silence and in time."""
    LATEST.write_bytes(raw)
    begun = time.process_time()
    with in_silence():
        try:
            document = read_bytes(raw, name)
            passages = segment(document)
        except Rejected as refused:
            refusal: Rejected | None = refused
        else:
            refusal = None
    assert time.process_time() - begun < SECONDS
    if refusal is not None:
        assert refusal.reason in get_args(Reason)
        assert refusal.reason != "internal"
        assert 0 < len(refusal.detail) < 500, refusal.detail
        assert refusal.detail.isprintable(), refusal.detail
        return
    assert document.text.strip()
    assert document.blocks
    said = (document.title, document.publisher, document.url, document.series, document.licence, *document.warnings)
    # what SQLite and JSON cannot hold must not come out of a file
    "".join([document.text, *(field for field in said if field)]).encode("utf-8")
    assert all("\n" not in field for field in said if field)
    assert all(document.text[block.start : block.end].strip() for block in document.blocks)
    for passage in passages:
        assert document.text[passage.start : passage.end] == passage.text

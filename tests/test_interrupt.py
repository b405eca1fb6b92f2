"""Ctrl-C ends a run and its workers at once, and the next run goes on."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

CORPUS = Path(__file__).parents[1] / "corpus" / "documents"
LETTER = CORPUS / "2018-10-workforce-strategy-delay-letter.txt"


@pytest.mark.skipif(sys.platform == "win32", reason="process groups and signals are POSIX")
def test_ctrl_c_ends_workers_at_once_and_keeps_what_was_finished(tmp_path: Path) -> None:
    # One short document, and behind it more work than anybody would wait for.
    short = LETTER.read_text(encoding="utf-8")
    for number in range(7):
        (tmp_path / f"{number}.txt").write_text(f"Number {number}.\n{short}" * (400 if number else 1), encoding="utf-8")
    database = tmp_path / "c.db"
    command = [sys.executable, "-m", "extractor", "run", str(tmp_path), "--db", str(database), "--workers", "2"]
    # What a shell starts in the background is deaf to Ctrl-C, and so would be all that it starts in turn.
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(
            command, stderr=subprocess.PIPE, text=True, start_new_session=True, cwd=CORPUS.parents[1]
        )
    finally:
        signal.signal(signal.SIGINT, heard)
    assert process.stderr is not None
    try:
        assert process.stderr.readline().startswith("run 1: 7 files")
        first = process.stderr.readline()
        assert first.startswith("stored"), first
        # As a terminal does it: to the command and to its workers.
        os.killpg(process.pid, signal.SIGINT)
        began = time.monotonic()
        rest = process.stderr.read()
        assert process.wait(timeout=60) == 130
        assert time.monotonic() - began < 15
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stderr.close()
    assert "Traceback" not in rest
    assert rest.splitlines()[-1] == "interrupted; what was finished is stored"
    with closing(sqlite3.connect(database)) as db:
        ((stored,),) = db.execute("SELECT count(*) FROM documents")
        assert db.execute("SELECT outcome, documents, seconds > 0 FROM runs").fetchall() == [("interrupted", 1, 1)]
    assert stored == 1

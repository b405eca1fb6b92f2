"""The real commands as processes: an archive read into a database, and its pages served, with or without a reviewer."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "corpus" / "documents"
SECONDS = 120
_ADDRESS = re.compile(r"^(http://127\.0\.0\.1:\d+)/  \(Ctrl-C ends\)$", re.MULTILINE)
_SIGN_IN = re.compile(r"sign in within \d+ minutes, once: (http://\S+)")
# What the server says of a page that failed.
_FAILURES = ("Traceback", " failed", "ERROR")


@dataclass(frozen=True, slots=True)
class Server:
    """Where pages are served (without a slash at the end), and the link that signs a reviewer in ("" for none)."""

    address: str
    sign_in: str


def read_archive(documents: Sequence[Path], database: Path) -> str:
    """`extractor run` over files and folders; returns what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "extractor", "run", *map(str, documents), "--db", str(database)],
        cwd=ROOT,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=2 * SECONDS,
    )
    if not database.exists():
        raise RuntimeError(f"nothing was read: {done.stderr}")
    return done.stderr


@contextmanager
def served(database: Path, *options: str) -> Iterator[Server]:
    """`extractor serve` on a free port of this machine, ended when the block is left.

    Raises RuntimeError where it does not come up, or wrote of a failure into its log meanwhile.
    """
    command = [sys.executable, "-m", "extractor", "serve", str(database), "--port", "0", *options]
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=_environment(), stderr=log)
        try:
            yield _come_up(process, log.fileno(), reviewer="--reviewer" in options)
        finally:
            process.terminate()
            process.wait(timeout=SECONDS)
        said = _said(log.fileno())
        if any(trace in said for trace in _FAILURES):
            raise RuntimeError(f"the server wrote:\n{said}")


def _come_up(process: subprocess.Popen[bytes], log: int, *, reviewer: bool) -> Server:
    """Wait until the server has said where it is, and by what link to sign in."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and process.poll() is None:
        said = _said(log)
        address, link = _ADDRESS.search(said), _SIGN_IN.search(said)
        if address and (link or not reviewer):
            return Server(address[1], link[1] if link else "")
        time.sleep(0.1)
    raise RuntimeError(f"the server did not come up:\n{_said(log)}")


def _said(log: int) -> str:
    """The whole log, read without moving the place at which the server writes on."""
    return os.pread(log, os.fstat(log).st_size, 0).decode()


def _environment() -> dict[str, str]:
    return {**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT)}

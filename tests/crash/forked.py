"""Runs in forked copies of a process that has the models loaded, so that a round takes seconds and not start-ups.

The copies run the program as it is, with its own worker processes, which are forked here as well: nothing in between
is made easier, and any of them can be killed at any moment.
"""

import contextlib
import multiprocessing
import os
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from extractor.pipeline import load_models, run
from extractor.settings import Settings, __version__, models_digest

WORKERS = 2


def load_everything(folder: Path) -> None:
    """Load what a run loads, in this process, without a thread of torch's: a copy of one would lack it."""
    import torch

    torch.set_num_threads(1)
    load_models(__version__, models_digest(), "")
    (folder / "any.txt").write_text("The board will publish a plan by May 2024.\n", encoding="utf-8")
    run([folder / "any.txt"], database=folder / "any.db", settings=Settings())


def start(paths: Sequence[Path], database: Path, *, workers: int | None = WORKERS) -> int:
    """Begin a run in a forked process, the head of a process group of its own; returns its number."""
    return fork(lambda: _run(paths, database, workers))


def fork(do: Callable[[], Any]) -> int:
    """Call `do` in a forked copy of this process; the exit status is 1 where it raises."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    # Both do it, as neither knows who comes first.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.setpgid(child, child)
    if child:
        return child
    status = 1
    try:
        do()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _run(paths: Sequence[Path], database: Path, workers: int | None) -> None:
    forking = multiprocessing.get_context("fork")
    pytest.MonkeyPatch().setattr("extractor.workers.processes.get_context", lambda method: forking)
    # A copy of a process with threads may hang (Python 3.12 says so); those of this one are the executors' own.
    warnings.filterwarnings("ignore", message=".*fork", category=DeprecationWarning)
    run(paths, database=database, settings=Settings(), workers=workers)


def finish(child: int, *, within: float = 120) -> int:
    """Wait for a forked process; returns its exit status, negative for the signal that ended it."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    raise TimeoutError(f"not done within {within} seconds")


def others_gone(group: int, *, within: float = 20) -> bool:
    """Whether every process of a group ends by itself before the time is up."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def workers_of(group: int) -> list[int]:
    """The numbers of the processes of a group but for its head, where the system lists them."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            number, _, rest = stat.read_text(encoding="utf-8", errors="replace").partition(" (")
        except OSError:
            # It ended while we looked.
            continue
        state, _, of = rest.rpartition(") ")[2].split()[:3]
        if int(of) == group != int(number) and state != "Z":
            found.append(int(number))
    return found

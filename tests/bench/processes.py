"""What a command and the processes that it starts spend: time, processor time and memory (Linux)."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# A peak is kept by the kernel; only a process that ends between two looks tells nothing of its last moments.
LOOK_SECONDS = 0.1
LIMIT_SECONDS = 3_600


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds on the clock and of the processors; peak memory (MB) of the process itself and of the largest worker."""

    seconds: float
    processor: float
    megabytes: float
    worker_megabytes: float


def extractor(*arguments: str) -> list[str]:
    """The command line of this checkout."""
    return [sys.executable, "-m", "extractor", *arguments]


def timed(command: Sequence[str]) -> Spent:
    """Run a command to its end in this checkout. Raises CalledProcessError where it fails."""
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT)}
    start = time.perf_counter()
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        own = workers = 0.0
        while True:
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            own = max(own, _peak(process.pid))
            workers = max([workers, *map(_peak, _below(process.pid))])
            if time.perf_counter() - start > LIMIT_SECONDS:
                process.kill()
            time.sleep(LOOK_SECONDS if time.perf_counter() - start > 1 else LOOK_SECONDS / 20)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Spent(seconds, used.ru_utime + used.ru_stime, own, workers)


def _below(process: int) -> Iterator[int]:
    """The processes that this one started, and those that they started."""
    try:
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return
    for child in children:
        yield child
        yield from _below(child)


def _peak(process: int) -> float:
    """Peak memory of a process in MB since its program began; 0 where it is gone."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)

"""What must become of a bad file: it is read or refused as it should be, in little time and memory."""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.bad import Bad

# Of the processor's time and of memory, the interpreter's own forty megabytes among it. The slowest file needs four
# seconds on a machine that does nothing else.
SECONDS = 20
MEGABYTES = 1000
OURS = Path(__file__).parents[2]

Outcome = dict[str, Any]


def outcomes_of(files: Iterable[Bad]) -> dict[str, Outcome]:
    """What became of each file, by its name; each is read in a process of its own (tests.bad.measure)."""
    command = [sys.executable, "-m", "tests.bad.measure", *(bad.name for bad in files)]
    run = subprocess.run(command, cwd=OURS, capture_output=True, text=True, check=True, timeout=850)
    assert run.stderr == "", "libraries talk to themselves"
    return {found["name"]: found for found in map(json.loads, run.stdout.splitlines())}


def check_outcome(bad: Bad, found: Outcome) -> None:
    """Assert that a file was read, or refused for its reason in one line."""
    assert found["reason"] == bad.reason, found["detail"]
    assert bad.said in found["detail"]
    assert "\n" not in found["detail"]


def check_cost(found: Outcome) -> None:
    """Assert that a file took little time and memory."""
    assert found["read"] + found.get("segment", 0) < SECONDS
    # what making the file took counts where it took more than reading it
    assert found["peak"] - max(0, found["made"] - 100) < MEGABYTES

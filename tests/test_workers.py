"""Workers: what ends one is named and costs the others nothing, and no worker outlives its run."""

import os
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from extractor.errors import ExtractorError, ModelError, Rejected
from extractor.workers import WORTH_A_WORKER, Limits, cores, results
from extractor.workers.here import here
from tests import jobs

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of memory are POSIX")
LIMITS = Limits(seconds=1.5, memory=1 << 31)


def outcomes(given: list[str], *, prepare: Any = jobs.nothing, workers: int = 2, limits: Limits = LIMITS) -> Any:
    return results(
        iter(enumerate(given)), jobs.do, prepare=prepare, limits=limits, workers=workers, expected=len(given)
    )


def test_what_ends_a_worker_is_named_and_the_others_are_done() -> None:
    trouble = ["crash", "kill", "leave", "hang", "deaf", "fill"]
    given = ["a", *trouble, *"bcdefgh"]
    found = dict(outcomes(given, workers=3))
    assert sorted(found) == list(range(len(given)))
    said = {given[key]: (r.reason, r.detail) for key, r in found.items() if isinstance(r, Rejected)}
    assert set(said) == set(trouble)
    assert {job: reason for job, (reason, _) in said.items()} == {
        "crash": "crashed",
        "kill": "crashed",
        "leave": "crashed",
        "hang": "timed-out",
        "deaf": "timed-out",
        "fill": "out-of-memory",
    }
    assert "SIGSEGV" in said["crash"][1]
    assert "SIGKILL, as the system does for want of memory" in said["kill"][1]
    assert "status 3" in said["leave"][1]
    assert "1.5 seconds (setting document_seconds)" in said["hang"][1]
    assert "2,147,483,648 bytes (setting worker_bytes)" in said["fill"][1]


def test_a_suspect_is_tried_again_alone_and_may_pass(tmp_path: Path) -> None:
    given = [f"once {tmp_path / 'mark'}", *"abcd"]
    found = list(outcomes(given))
    # After all the others, in a process that did none of them.
    key, (job, process) = found[-1]
    assert (key, job) == (0, given[0])
    assert process not in {by for _, (_, by) in found[:-1]}


def test_what_a_job_raises_is_its_own_but_for_our_errors() -> None:
    found = dict(outcomes(["a", "fail", "b"]))
    assert isinstance(found[1], ValueError)
    assert (found[0][0], found[2][0]) == ("a", "b")
    with pytest.raises(ModelError, match="no weights"):
        list(outcomes(["a", "stop", *"bcdef"]))


@pytest.mark.parametrize(
    ("prepare", "says"), [(jobs.no_models, "no weights"), (jobs.die_at_once, "while it loaded the models")]
)
def test_models_that_cannot_be_loaded_end_the_run(prepare: Any, says: str) -> None:
    with pytest.raises(ExtractorError, match=says):
        list(outcomes(["a", "b"], prepare=prepare))


def test_few_jobs_are_read_ahead() -> None:
    read = 0

    def endless() -> Any:
        nonlocal read
        while True:
            read += 1
            yield read, str(read)

    with closing(results(endless(), jobs.do, prepare=jobs.nothing, limits=LIMITS, workers=2, expected=100)) as found:
        for done in range(30):
            next(found)
            assert read <= done + 1 + 2 * 2 + 2


def test_ending_early_waits_for_no_worker() -> None:
    found = outcomes(["a", "hang", "hang"], limits=Limits(60))
    next(found)
    began = time.monotonic()
    found.close()
    assert time.monotonic() - began < 5


def test_the_number_of_workers_is_what_the_jobs_repay(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = []

    def counting(*_: Any, count: int, **__: Any) -> None:
        counts.append(count)

    monkeypatch.setattr("extractor.workers.in_processes", counting)
    monkeypatch.setattr("extractor.workers.cores", lambda: 4)
    for expected, workers, apart in (
        (WORTH_A_WORKER, None, False),
        (WORTH_A_WORKER * 2, None, False),
        (WORTH_A_WORKER * 99, None, False),
        (1, None, True),
        (99, 3, False),
        (2, 3, False),
        (0, 3, False),
    ):
        results(iter(()), jobs.do, prepare=jobs.nothing, limits=LIMITS, workers=workers, expected=expected, apart=apart)
    assert counts == [1, 2, 4, 1, 3, 2, 1]
    assert list(results(iter([(1, "a")]), jobs.do, prepare=jobs.nothing, limits=LIMITS, expected=1)) == [
        (1, ("a", os.getpid()))
    ]
    assert cores() >= 1


def test_in_this_process_a_job_that_hangs_or_wants_too_much_is_refused() -> None:
    given = ["a", "hang", "fill", "b"]
    found: dict[int, Any] = dict(here(iter(enumerate(given)), jobs.do, prepare=jobs.slowly, limits=Limits(0.3)))
    assert [found[key].reason for key in (1, 2)] == ["timed-out", "out-of-memory"]
    assert (found[0][0], found[3][0]) == ("a", "b")


def test_workers_end_with_a_run_that_is_killed(tmp_path: Path) -> None:
    code = (
        "from tests import jobs; from extractor.workers import Limits, results\n"
        "if __name__ == '__main__':\n"
        "    given = iter(enumerate(['a', 'b', *['hang'] * 9]))\n"
        "    found = results(given, jobs.do, prepare=jobs.nothing, limits=Limits(60), workers=2, expected=9)\n"
        "    print(next(found)[1][1], next(found)[1][1], flush=True)\n"
        "    list(found)\n"
    )
    script = tmp_path / "script.py"
    script.write_text(code, encoding="utf-8")
    root = Path(__file__).parents[1]
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
    ) as process:
        assert process.stdout is not None
        workers = {int(number) for number in process.stdout.readline().split()}
        assert workers
        process.kill()
        process.wait()
        until = time.monotonic() + 20
        while (left := {number for number in workers if _lives(number)}) and time.monotonic() < until:
            time.sleep(0.05)
    assert not left


def _lives(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    # One that ended but that nobody has asked after is no longer at work.
    state = Path(f"/proc/{number}/stat")
    return not (state.exists() and state.read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z")

"""Jobs done in local processes: each worker is an executor of one process, so that its death is nobody else's."""

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from itertools import islice
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.process import BaseProcess
from typing import Any, Generic

from extractor.errors import ExtractorError, Rejected
from extractor.workers.calls import Job, Key, Limits, Outcome, Result, ended, interrupts_held, overdue, overfull

# How long a process that was killed may take to be gone.
_GONE_SECONDS = 30


class _Worker(Generic[Key, Job, Result]):
    """One process that loads the models and then does one job at a time."""

    __slots__ = ("began", "future", "job", "key", "late", "pool", "process", "ready")

    def __init__(self, prepare: Callable[[], None], limits: Limits) -> None:
        # A forked copy of a process that has torch's threads can hang: https://github.com/pytorch/pytorch/issues/17199
        self.pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_begin, initargs=(limits,))
        others = set(active_children())
        with interrupts_held(), _one_thread():
            self.ready: Future[None] = self.pool.submit(prepare)
        self.process: BaseProcess = (set(active_children()) - others).pop()
        self.future: Future[Result] | None = None
        self.began: float | None = None
        self.late = False

    def take(self, key: Key, job: Job, do: Callable[[Job], Result]) -> None:
        """Begin a job; its time runs from now, or from when the models are loaded."""
        self.key, self.job = key, job
        self.began = time.monotonic() if self.ready.done() else None
        try:
            with interrupts_held():
                self.future = self.pool.submit(do, job)
        except BrokenExecutor as problem:
            # It died while it had nothing to do, as it can where memory is short.
            self.future = Future()
            self.future.set_exception(problem)

    def seconds_left(self, limits: Limits) -> float | None:
        """How long the job may go on, None where its time does not run."""
        if self.future is None or not self.ready.done():
            return None
        if self.began is None:
            self.began = time.monotonic()
        return max(0.0, self.began + limits.seconds - time.monotonic())

    def may_go_on(self) -> bool:
        """Whether the process lives and was not told to die."""
        return not self.late and self.process.exitcode is None

    def end(self) -> int | None:
        """Kill the process, if it still lives; returns its exit code."""
        until = time.monotonic() + _GONE_SECONDS
        self.process.kill()
        self.process.join(_GONE_SECONDS)
        # The pool's own thread waits for it, too, and may have taken the exit code without having noted it yet.
        while self.process.exitcode is None and time.monotonic() < until:
            time.sleep(0.01)
        self.pool.shutdown(wait=False, cancel_futures=True)
        return self.process.exitcode


@contextmanager
def _one_thread() -> Iterator[None]:
    """A process started within has a core to itself: threads of its libraries on top of that only take turns."""
    before = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["OMP_NUM_THREADS"]
        else:
            os.environ["OMP_NUM_THREADS"] = before


def _begin(limits: Limits) -> None:
    """What a worker does first."""
    # One whose parent was killed would wait for its next job for ever.
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if limits.memory:
        _limit_memory(limits.memory)


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _limit_memory(size: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (size if most == resource.RLIM_INFINITY else min(size, most), most))


def in_processes(
    jobs: Iterator[tuple[Key, Job]],
    do: Callable[[Job], Result],
    *,
    count: int,
    prepare: Callable[[], None],
    limits: Limits,
) -> Generator[Outcome[Key, Result], None, None]:
    """As `results`, in `count` processes. No more than two jobs for each are held at once.

    Raises ExtractorError where a worker dies while it loads the models.
    """
    suspects: list[tuple[Key, Job]] = []
    for key, job, result in _in_turn(jobs, do, count, prepare, limits):
        if _is_the_workers_end(result):
            suspects.append((key, job))
        else:
            yield key, result
    # When all others are done and their memory is free.
    for key, job in suspects:
        for _, _, result in _in_turn(iter([(key, job)]), do, 1, prepare, limits):
            yield key, result


def _is_the_workers_end(result: object) -> bool:
    return isinstance(result, Rejected) and result.reason in ("crashed", "timed-out", "out-of-memory")


def _in_turn(
    jobs: Iterator[tuple[Key, Job]],
    do: Callable[[Job], Result],
    count: int,
    prepare: Callable[[], None],
    limits: Limits,
) -> Generator[tuple[Key, Job, Result | Exception], None, None]:
    """Each job once; one that ends its worker gives the refusal, and another worker takes the place."""
    workers: list[_Worker[Key, Job, Result]] = []
    coming: deque[tuple[Key, Job]] = deque()
    try:
        while True:
            coming.extend(islice(jobs, count - len(coming)))
            idle = [worker for worker in workers if worker.future is None]
            while coming and (idle or len(workers) < count):
                if not idle:
                    workers.append(_Worker(prepare, limits))
                    idle.append(workers[-1])
                idle.pop().take(*coming.popleft(), do)
            busy = [worker for worker in workers if worker.future is not None]
            if not busy:
                return
            # Read before they are needed: a worker that is done gets its next job at once.
            coming.extend(islice(jobs, count - len(coming)))
            _wait(busy, limits)
            done = []
            for worker in busy:
                _check_ready(worker)
                if worker.future is None or not worker.future.done():
                    continue
                done.append((worker.key, worker.job, _outcome(worker, worker.future, limits)))
                worker.future = None
                if not worker.may_go_on():
                    worker.end()
                    workers.remove(worker)
                elif coming:
                    worker.take(*coming.popleft(), do)
            yield from done
    except BaseException:
        for worker in workers:
            worker.end()
        raise
    for worker in workers:
        worker.pool.shutdown()


def _wait(busy: list[_Worker[Key, Job, Result]], limits: Limits) -> None:
    """Until something is done or overdue; what is overdue is ended."""
    left = [s for worker in busy if not worker.late and (s := worker.seconds_left(limits)) is not None]
    futures: list[Future[Any]] = [worker.future for worker in busy if worker.future is not None]
    # Until a worker is ready its time does not run, so that is waited for as well.
    futures += [worker.ready for worker in busy if not worker.ready.done()]
    if wait(futures, timeout=min(left, default=None), return_when=FIRST_COMPLETED).done:
        return
    for worker in busy:
        if worker.seconds_left(limits) == 0.0 and worker.future is not None and not worker.future.done():
            worker.late = True
            worker.process.kill()


def _check_ready(worker: _Worker[Key, Job, Result]) -> None:
    """Raise what kept the worker from loading the models."""
    if not worker.ready.done() or (problem := worker.ready.exception()) is None:
        return
    if isinstance(problem, BrokenExecutor):
        raise ExtractorError(
            f"a worker died while it loaded the models, perhaps for want of memory (exit status {worker.end()})"
        ) from problem
    raise problem


def _outcome(worker: _Worker[Any, Any, Any], done: Future[Any], limits: Limits) -> Any:
    """What the job returned or raised, or the Rejected that says how it ended its worker; raises what stops all."""
    try:
        return done.result()
    except BrokenExecutor:
        exitcode = worker.end()
        return overdue(limits) if worker.late else ended(exitcode)
    except MemoryError as problem:
        worker.end()
        return overfull(problem, limits)
    except ExtractorError:
        raise
    except Exception as problem:
        return problem

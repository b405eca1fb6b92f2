"""Where documents are worked on: this process, local processes, or a Dask cluster, all through one executor."""

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, ProcessPoolExecutor, wait
from contextlib import contextmanager
from itertools import islice
from multiprocessing import active_children, get_context
from typing import Any, TypeVar

from extractor.errors import ExtractorError, WrongUsage

# A worker loads the models for some ten seconds, which fewer documents than this do not repay.
WORTH_A_WORKER = 12
# How many documents wait for each worker: enough that none stands idle, few enough that a folder of any size fits.
QUEUED = 4

Key = TypeVar("Key")
Job = TypeVar("Job")
Result = TypeVar("Result")


@contextmanager
def cluster(address: str | None) -> Iterator[Any]:
    """A client of the Dask cluster at the address, None for none. Raises WrongUsage where it cannot be had."""
    if address is None:
        yield None
        return
    try:
        from distributed import Client
    except ImportError as problem:
        raise WrongUsage("--dask needs the extra “cluster”: pip install 'commitment-extractor[cluster]'") from problem
    try:
        client = Client(address)
    except (OSError, ValueError) as problem:
        raise WrongUsage(f"no Dask cluster at {address}: {str(problem) or type(problem).__name__}") from problem
    with client:
        yield client


@contextmanager
def executor(client: Any, workers: int | None, documents: int) -> Iterator[tuple[Executor | None, int]]:
    """Where the work is done (the cluster, local processes, or, for a few documents, None: this process), and how many
    documents may wait there at once. On the way out of an error what still waits is dropped and no worker waited for.
    """
    if client is not None:
        yield client.get_executor(), QUEUED * max(1, sum(client.nthreads().values()))
        return
    count = workers or min(os.cpu_count() or 1, documents // WORTH_A_WORKER)
    if count <= 1:
        yield None, 1
        return
    others = set(active_children())
    # A forked copy of a process that has torch's threads can hang: https://github.com/pytorch/pytorch/issues/17199
    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_one_thread)
    try:
        yield pool, QUEUED * count
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(active_children()) - others:
            process.terminate()
        raise
    pool.shutdown()


def _one_thread() -> None:
    # Each worker has a core to itself; threads on top of that only take turns.
    import torch

    torch.set_num_threads(1)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ctrl-C waits meanwhile, and a process started here never hears it: ending it is for us to do."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def results(
    jobs: Iterator[tuple[Key, Job]], do: Callable[[Job], Result], pool: Executor | None, window: int
) -> Iterator[tuple[Key, Result | Exception]]:
    """What becomes of each job, as it is done, by its key; no more than `window` of them are held at once.

    What a job raises comes back as its result, but for an ExtractorError: that stops everything, and so do workers
    that are gone (as an ExtractorError).
    """
    if pool is None:
        yield from ((key, do(job)) for key, job in jobs)
        return
    waiting: dict[Any, Key] = {}
    while True:
        for key, job in islice(jobs, window - len(waiting)):
            with _interrupts_held():
                waiting[pool.submit(do, job)] = key
        if not waiting:
            return
        for done in wait(waiting, return_when=FIRST_COMPLETED).done:
            key = waiting.pop(done)
            try:
                result: Result | Exception = done.result()
            except (BrokenExecutor, CancelledError) as problem:
                raise ExtractorError(
                    f"a worker died, perhaps for want of memory; what was finished is stored ({problem})"
                ) from problem
            except ExtractorError:
                raise
            except Exception as problem:
                result = problem
            yield key, result

"""Where documents are worked on: this process, local processes, or a Dask cluster; all give the same results."""

import os
from collections.abc import Callable, Generator, Iterator
from typing import Any

from extractor.workers.calls import Job, Key, Limits, Outcome, Result
from extractor.workers.cluster import cluster, on_cluster
from extractor.workers.here import here
from extractor.workers.processes import in_processes

__all__ = ["Limits", "Outcome", "cluster", "results"]

# A worker loads the models for some ten seconds, which fewer documents than this do not repay.
WORTH_A_WORKER = 12


def results(
    jobs: Iterator[tuple[Key, Job]],
    do: Callable[[Job], Result],
    *,
    prepare: Callable[[], None],
    limits: Limits,
    client: Any = None,
    workers: int | None = None,
    expected: int = 0,
    apart: bool = False,
) -> Generator[Outcome[Key, Result], None, None]:
    """What becomes of each job, as it is done, by its key; only a few jobs are held at once, however many there are.

    They are done on the cluster of `client`, else in `workers` local processes, else in as many as there are cores and
    as the number of jobs (`expected`) repays; for a few jobs that is none, and this process does them, unless they
    must stay `apart` from it. Each worker calls `prepare` (it loads the models) before its first job.

    What a job raises comes back as its result, but for an ExtractorError: that stops everything. A job that ends its
    worker, or takes longer or more memory than `limits` allow, is tried again alone; if it fails again, its result is a
    Rejected ("crashed", "timed-out", "out-of-memory"), and the others know nothing of it. To end early, close the
    generator: what still waits is dropped and no worker is waited for.
    """
    if client is not None:
        return on_cluster(client, jobs, do, prepare=prepare, limits=limits)
    count = workers or min(cores(), max(expected // WORTH_A_WORKER, int(apart)))
    if not count:
        return here(jobs, do, prepare=prepare, limits=limits)
    return in_processes(jobs, do, count=max(1, min(count, expected)), prepare=prepare, limits=limits)


def cores() -> int:
    """How many cores this process may use, which in a container are often fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

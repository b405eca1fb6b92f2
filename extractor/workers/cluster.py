"""Jobs done on a Dask cluster: each carries all it needs, and what a lost worker had begun another does again."""

import faulthandler
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, wait
from contextlib import contextmanager
from itertools import islice
from typing import Any

from extractor.errors import ExtractorError, Rejected, WrongUsage
from extractor.workers.calls import Job, Key, Limits, Outcome, Result, overfull

# How many jobs wait for each thread of the cluster: enough that none stands idle, few enough that any number fits.
QUEUED = 4


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


def on_cluster(
    client: Any,
    jobs: Iterator[tuple[Key, Job]],
    do: Callable[[Job], Result],
    *,
    prepare: Callable[[], None],
    limits: Limits,
) -> Generator[Outcome[Key, Result], None, None]:
    """As `results`, on the cluster of this client; what its workers may take of memory is theirs to limit.

    A job that ends its worker is tried by the scheduler on others (its setting allowed-failures), then here once more
    while no other job is on its way.
    """
    # Two jobs alike are two jobs, and one that failed must not be remembered as failed when it is tried again.
    pool = client.get_executor(pure=False)
    most = QUEUED * max(1, sum(client.nthreads().values()))
    suspects: list[tuple[Key, Job]] = []
    for key, job, result in _in_turn(pool, most, jobs, do, prepare, limits):
        if isinstance(result, Rejected):
            suspects.append((key, job))
        else:
            yield key, result
    for key, job in suspects:
        for _, _, result in _in_turn(pool, 1, iter([(key, job)]), do, prepare, limits):
            yield key, result


def _in_turn(
    pool: Executor,
    most: int,
    jobs: Iterator[tuple[Key, Job]],
    do: Callable[[Job], Result],
    prepare: Callable[[], None],
    limits: Limits,
) -> Generator[tuple[Key, Job, Result | Exception], None, None]:
    waiting: dict[Future[Any], tuple[Key, Job]] = {}
    try:
        while True:
            for key, job in islice(jobs, most - len(waiting)):
                waiting[pool.submit(_limited, do, job, prepare, limits.seconds)] = (key, job)
            if not waiting:
                return
            for done in wait(waiting, return_when=FIRST_COMPLETED).done:
                key, job = waiting.pop(done)
                yield key, job, _outcome(done, limits)
    finally:
        for future in waiting:
            future.cancel()


def _outcome(done: Future[Any], limits: Limits) -> Any:
    """What the job returned or raised, or the Rejected that says how it ended its workers; raises what stops all."""
    try:
        return done.result()
    except CancelledError as problem:
        raise ExtractorError(f"the Dask cluster was lost; what was finished is stored ({problem})") from problem
    except MemoryError as problem:
        return overfull(problem, limits)
    except ExtractorError:
        raise
    except Exception as problem:
        if type(problem).__name__ == "KilledWorker":  # by name, as the extra need not be there to be imported
            return Rejected(
                "crashed", f"every worker of the cluster that took it died, or took over {limits.seconds:g} seconds"
            )
        return problem


def _limited(do: Callable[[Job], Result], job: Job, prepare: Callable[[], None], seconds: float) -> Result:
    """What a worker of the cluster does: the models first, then the job, whose worker ends where it takes too long.

    A thread cannot be ended from without, so the process is; its nanny starts another.
    """
    prepare()
    faulthandler.dump_traceback_later(seconds, exit=True)
    try:
        return do(job)
    finally:
        faulthandler.cancel_dump_traceback_later()

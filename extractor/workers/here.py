"""Jobs done in this process, one after the other."""

import signal
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from types import FrameType

from extractor.workers.calls import Job, Key, Limits, Outcome, Result, overdue, overfull


class _Overdue(BaseException):
    """Not an Exception: a reader that tries one way after another must not take it for a failure of the first."""


def here(
    jobs: Iterator[tuple[Key, Job]], do: Callable[[Job], Result], *, prepare: Callable[[], None], limits: Limits
) -> Generator[Outcome[Key, Result], None, None]:
    """As `results`, in this process: what crashes crashes all, and what hangs within a library's own code hangs all.

    The next run, which finds that this one was cut off, will work in processes.
    """
    ready = False
    for key, job in jobs:
        if not ready:
            prepare()
            ready = True
        result: Result | Exception
        try:
            with _alarm(limits.seconds):
                result = do(job)
        except _Overdue:
            result = overdue(limits)
        except MemoryError as problem:
            result = overfull(problem, limits)
        yield key, result


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Raise _Overdue within when the time is up, where the system has such an alarm and lets this thread set it."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(number: int, frame: FrameType | None) -> None:
        raise _Overdue

    handler = signal.signal(signal.SIGALRM, ring)
    began = time.monotonic()
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if left:
            # Somebody else's alarm, late by no more than this document took.
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - began), 0.001), interval)

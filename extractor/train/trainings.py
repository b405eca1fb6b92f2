"""What trainings have in common: where they run, how several share the processor, and how their pace changes."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import torch
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR

Array = npt.NDArray[np.float32]
Job = TypeVar("Job")


def device() -> str:
    """ "cuda" where there is one, else "cpu"."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def warm_up_and_decay(optimiser: Optimizer, steps: int, warmup: float) -> LambdaLR:
    """A rate that rises through the first share `warmup` of the steps, then falls to nothing, both in a line."""
    warm = max(1, round(steps * warmup))
    return LambdaLR(optimiser, lambda step: min((step + 1) / warm, (steps - step) / max(1, steps - warm)))


def done(
    jobs: Sequence[Job], train: Callable[[Job], Mapping[str, Array]], workers: int | None
) -> Iterator[tuple[Job, dict[str, Array]]]:
    """Each job with what `train` makes of it, in order.

    On a processor the trainings share the cores, `workers` at a time (None: as many as there are cores), each on one
    of them; a GPU takes one at a time.
    """
    count = 1 if device() == "cuda" else workers or os.cpu_count() or 1
    if count == 1:
        yield from ((job, dict(train(job))) for job in jobs)
        return
    # A forked copy of a process that has torch's threads can hang: https://github.com/pytorch/pytorch/issues/17199
    with ProcessPoolExecutor(min(count, len(jobs)), get_context("spawn"), initializer=_one_thread) as pool:
        yield from zip(jobs, map(dict, pool.map(train, jobs)), strict=True)


def _one_thread() -> None:
    torch.set_num_threads(1)

"""A check that the time that something takes grows with the length of a text, and no faster."""

import gc
import time
from collections.abc import Callable

# Of the processor's time: less cannot be told from noise.
FLOOR = 0.05


def check_linear(run: Callable[[str], object], unit: str, *, length: int = 50_000) -> None:
    """Assert that `unit` over and over, four times as long, takes `run` no more than eight times as long.

    `length` is that of the shorter text in characters. It is taken at its slowest and the longer one at its fastest, so
    that a machine under load does not fail this; a quadratic step takes sixteen times as long.
    """
    shorter = max(_seconds(run, unit, length) for _ in range(3))
    longer = (_seconds(run, unit, 4 * length) for _ in range(3))
    assert any(seconds < 8 * max(shorter, FLOOR) for seconds in longer)


def _seconds(run: Callable[[str], object], unit: str, length: int) -> float:
    text = (unit * (length // len(unit))).rstrip()
    # collecting garbage takes as long as the rest of the suite has left objects about
    gc.disable()
    try:
        begun = time.process_time()
        run(text)
        return time.process_time() - begun
    finally:
        gc.enable()

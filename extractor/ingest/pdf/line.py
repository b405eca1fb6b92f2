"""A line of text on a PDF page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one baseline.

    `noted` says that a raised figure opened it, as footnotes do; `runs` are the stretches between wide gaps in it.
    """

    text: str
    x0: float
    x1: float
    baseline: float
    size: float
    bold: bool
    page: int
    noted: bool = False
    runs: tuple[str, ...] = ()

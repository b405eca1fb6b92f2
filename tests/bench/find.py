"""How long finding takes, beside what it is measured by: the pinned encoder on every sentence of the same document.

`python -m tests.bench.find [--words N] [--runs N]` prints a table in Markdown. Both run in this process, by turns, once
all is loaded. The exit status is 1 where extraction is slower than the encoding alone.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from extractor.ingest import read
from extractor.pipeline import analyse
from extractor.records import Document
from extractor.segment import segment
from extractor.settings import Settings
from tests.bench.plain import sentence_transformer

LABELS = Path(__file__).resolve().parents[2] / "corpus" / "labels"
WORDS = 40_000
RUNS = 3
LEAST = 1.0


def passages_of(folder: Path) -> Iterator[str]:
    """The units of the labelled documents as lines of a Markdown text, documents one after the other."""
    for file in sorted(folder.glob("*-[0-9][0-9].jsonl")):
        for line in file.read_text(encoding="utf-8").split("\n")[1:]:
            if line.strip():
                unit = json.loads(line)
                mark = {"heading": "#" * unit.get("level", 1) + " ", "item": "- "}.get(unit["type"], "")
                yield mark + unit["text"] + ("\n" if unit["type"] != "item" else "")


def long_text(words: int) -> str:
    """A text of about so many words, drawn from documents of every kind."""
    lines = list(passages_of(LABELS))
    step = max(1, sum(len(line.split()) for line in lines) // words)
    # stretches of forty lines, spread over all the documents
    kept = [line for start in range(0, len(lines), 40 * step) for line in lines[start : start + 40]]
    return "\n".join(kept)


def timed(act: Callable[[], object]) -> float:
    """Seconds on the clock that the act takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def main(arguments: Sequence[str]) -> int:
    """Measure and print; see the module's own words."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=int, default=WORDS)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--least", type=float, default=LEAST)
    options = parser.parse_args(arguments)
    settings = Settings()
    encoder = sentence_transformer()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "long.md"
        file.write_text(long_text(options.words), encoding="utf-8")
        document: Document = read(file)
    sentences = [passage.text for passage in segment(document)]
    encoder.encode(sentences[:64])
    analyse(read_short(), settings=settings)
    ours, theirs = [], []
    for _ in range(options.runs):
        theirs.append(timed(lambda: encoder.encode(sentences, batch_size=32, show_progress_bar=False)))
        ours.append(timed(lambda: analyse(document, settings=settings)))
    ratio = statistics.median(a / b for a, b in zip(theirs, ours, strict=True))
    found = len(analyse(document, settings=settings).statements)
    rows = [
        f"| {name} | {seconds:.1f} | {len(sentences) / seconds:,.0f} |"
        for name, seconds in (("encode every sentence", min(theirs)), ("extract, all stages", min(ours)))
    ]
    head = f"{len(document.text.split()):,} words, {len(sentences):,} passages, {found:,} statements"
    table = "\n".join(("| | seconds | passages a second |", "| --- | --- | --- |", *rows))
    sys.stdout.write(f"{head}\n\n{table}\n\n{ratio:.2f} times as fast (median of {options.runs} runs by turns)\n")
    return int(ratio < options.least)


def read_short() -> Document:
    """A document of a few lines, to load everything with."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "short.txt"
        file.write_text("We will publish the plan by March 2027 and recruit 500 nurses.\n", encoding="utf-8")
        return read(file)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""How well the fields are found where the label is given: owner, date, figure and unit on labelled documents.

`python -m tests.fields [--half even|odd] [--errors] [FOLDER]` prints a table in Markdown, a line for each kind of
document and one for all, and with `--errors` every miss. FOLDER holds label files or gold documents (default:
corpus/labels). Word lists and rules are written with the even-numbered label files in view: the odd ones measure.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from extractor.evaluate import Scoreboard, evaluate
from extractor.settings import Settings
from extractor.train import LABELS
from extractor.train.described import Described, described
from extractor.train.fields import label_files

# What is measured, in the order of the columns: a name for people, the figure of the scoreboard, its measure there.
MEASURES = (
    ("owner named", "owner_explicit", "accuracy"),
    ("owner not named", "owner_inferred", "accuracy"),
    ("deadline F1", "deadline", "f1"),
    ("figure F1", "metric", "f1"),
    ("unit", "metric_unit", "accuracy"),
)
# The scoreboard also lists misses of what is given here.
FIELDS = ("owner", "deadline", "metric")


def files_of(folder: Path, half: str | None) -> list[Path]:
    """The labelled files of a folder: all, or the label files whose number is even or odd."""
    files = label_files(folder)
    if half is None:
        return files
    return [file for file in files if file.suffix == ".jsonl" and int(file.stem[-2:]) % 2 == (half == "odd")]


@lru_cache(maxsize=2)
def described_half(half: str) -> tuple[Described, ...]:
    """The documents of one half of the shipped labels, described once in a process."""
    return tuple(described(files_of(LABELS, half), settings=Settings()))


def score(documents: Sequence[Described]) -> Scoreboard:
    """The product's own scoring of these documents."""
    return evaluate((one.gold(), one.analysis) for one in documents)


def table(documents: Sequence[Described]) -> str:
    """The figures as a Markdown table: each with how many there were to find."""
    kinds = sorted({one.analysis.document.kind for one in documents})
    groups = [("all", documents)]
    groups += [(kind, [one for one in documents if one.analysis.document.kind == kind]) for kind in kinds]
    lines = ["| documents | " + " | ".join(name for name, *_ in MEASURES) + " |", "| --- " * (1 + len(MEASURES)) + "|"]
    for name, group in groups:
        figures = score(group).figures()
        cells = (_cell(figures[key][measure], figures[key]["n"]) for _, key, measure in MEASURES)
        lines.append(f"| {name} ({len(group)}) | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(value: float, items: float) -> str:
    return f"{value:.3f} (of {items})" if items else "–"


def misses(documents: Sequence[Described]) -> Iterator[str]:
    """Every miss of a field, sorted so that those of one sort stand together."""
    return (line for line in sorted(score(documents).errors) if line.startswith(FIELDS))


def main(arguments: Sequence[str]) -> int:
    """Measure and print; see the module's own words."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=LABELS)
    parser.add_argument("--half", choices=["even", "odd"])
    parser.add_argument("--errors", action="store_true")
    options = parser.parse_args(arguments)
    documents = tuple(described(files_of(options.folder, options.half), settings=Settings()))
    if options.errors:
        sys.stdout.writelines(f"{line}\n" for line in misses(documents))
    sys.stdout.write(table(documents) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

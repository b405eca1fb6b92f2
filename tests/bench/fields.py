"""The field finders beside what others wrote, on the same phrases, and how fast they are.

`python -m tests.bench.fields [--python INTERPRETER] [--gold FOLDER] [--every N] [--runs N]` prints three tables in
Markdown: dates (dateparser, recognizers-text) on the phrases of FOLDER/deadlines, figures (quantulum3,
recognizers-text) on the odd-numbered label files and on FOLDER/train, and statements a second. INTERPRETER is a Python
that has the other libraries (default: the one that runs this); one that is missing is named so. A folder that is not
there is left out. The exit status is 1 where all finders together read fewer than `--least` statements a second (a
thousand).
"""

import argparse
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from extractor.find.confidence import load_rates
from extractor.find.describe import describe
from extractor.lexicon.equals import unit_head
from extractor.parse import parse
from extractor.present import date_object, read_jsonl
from extractor.segment import segment
from extractor.settings import Settings
from extractor.train import LABELS
from extractor.train.described import decide, described, load_document
from tests.fields import files_of

GOLD = Path(__file__).resolve().parents[3] / "shared" / "gold"
OTHERS = Path(__file__).with_name("others.py")
LEAST = 1_000
RUNS = 5
OURS = "extractor"
Row = Mapping[str, Any]


def ask(python: str, task: str, library: str, items: Sequence[Row]) -> dict[str, Any]:
    """What a library finds in each item, or that it is missing; see tests/bench/others.py."""
    question = json.dumps({"task": task, "library": library, "items": items})
    run = subprocess.run([python, str(OTHERS)], input=question, capture_output=True, text=True, check=False)
    if run.returncode:
        return {"missing": run.stderr.strip().splitlines()[-1]}
    answer: dict[str, Any] = json.loads(run.stdout)
    return answer


def dates_table(file: Path, python: str) -> Iterator[str]:
    """How many of the phrases each resolves to the right last day, and to the right first and last day.

    Any reading of any phrase that a library finds in the sentence may be the right one; our own has to be the first.
    """
    rows = [row for _, row in read_jsonl(file)]
    items = [{"text": row["text"], "published": row["published"]} for row in rows]
    own = [date_object(item["text"], item["published"]) for item in items]
    answers: dict[str, dict[str, Any]] = {OURS: {"found": [[[one["start"], one["end"]]] for one in own], "version": ""}}
    answers |= {name: ask(python, "dates", name, items) for name in ("dateparser", "recognizers-text")}
    yield f"| dates ({len(rows)} phrases) | last day right | both days right |"
    yield "| --- | --- | --- |"
    for name, answer in answers.items():
        if "missing" in answer:
            yield f"| {name} | missing: {answer['missing']} | |"
            continue
        pairs = list(zip(rows, answer["found"], strict=True))
        # of a deadline that is open at its end the first day is what can be right
        last = sum(any(_last(days) == _last([row["start"], row["end"]]) for days in found) for row, found in pairs)
        both = sum([row["start"], row["end"]] in found for row, found in pairs)
        yield f"| {name} {answer['version']} | {last} | {both} |"


def _last(days: Sequence[str | None]) -> str | None:
    return days[1] or days[0]


def figures_table(name: str, files: Sequence[Path], python: str, every: int) -> Iterator[str]:
    """Precision, recall and F1 of figures by their values, and how many of those found have the right unit."""
    found = [pair for one in described(files, settings=Settings()) for pair in one.found()][::every]
    wanted = [
        [[float(m["value"]), m["unit"]] for m in unit.get("metrics") or () if isinstance(m["value"], int | float)]
        for unit, _ in found
    ]
    texts = [one[0].quote if len(one) == 1 else " ".join(s.quote for s in one) for _, one in found]
    ours = [[[m.value, m.unit] for s in one for m in s.metrics if m.value != "all"] for _, one in found]
    items = [{"text": text, "published": ""} for text in texts]
    answers: dict[str, dict[str, Any]] = {OURS: {"found": ours, "version": ""}}
    answers |= {library: ask(python, "figures", library, items) for library in ("quantulum3", "recognizers-text")}
    yield f"| figures of {name} ({len(found)} statements) | precision | recall | F1 | unit right |"
    yield "| --- | --- | --- | --- | --- |"
    for library, answer in answers.items():
        if "missing" in answer:
            yield f"| {library} | missing: {answer['missing']} | | | |"
            continue
        counts: Counter[str] = Counter()
        for want, got in zip(wanted, answer["found"], strict=True):
            counts += _compared(want, got)
        precision = counts["right"] / max(1, counts["got"])
        recall = counts["right"] / max(1, counts["wanted"])
        f1 = 2 * counts["right"] / max(1, counts["got"] + counts["wanted"])
        unit = counts["unit"] / max(1, counts["right"])
        yield f"| {library} {answer['version']} | {precision:.2f} | {recall:.2f} | {f1:.2f} | {unit:.2f} |"


def _compared(wanted: Sequence[Sequence[Any]], got: Sequence[Sequence[Any]]) -> Counter[str]:
    """One value counts once, as in the product's own evaluation."""
    left: dict[float, str] = {}
    for value, unit in got:
        left.setdefault(float(value), unit)
    counts = Counter(got=len(left), wanted=len(wanted))
    for value, unit in wanted:
        if value in left:
            counts["right"] += 1
            counts["unit"] += unit_head(left.pop(value)) == unit_head(unit)
    return counts


def speed(files: Sequence[Path], runs: int) -> float:
    """Statements a second of processor time, parsing left out: the best of several runs over all the documents."""
    settings, rates = Settings(), load_rates()
    ready = []
    for file in files:
        document, units = load_document(file)
        passages = segment(document)
        decisions = decide(passages, units)
        ready.append((document, passages, decisions, list(parse(passages[one.index] for one in decisions))))
    seconds = []
    for _ in range(runs + 1):  # the first warms up
        start = time.process_time()
        for document, passages, decisions, docs in ready:
            describe(document, passages, decisions, docs, settings=settings, rates=rates)
        seconds.append(time.process_time() - start)
    return sum(len(decisions) for _, _, decisions, _ in ready) / min(seconds[1:])


def main(arguments: Sequence[str]) -> int:
    """Measure and print; see the module's own words."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--gold", type=Path, default=GOLD)
    parser.add_argument("--every", type=int, default=1, help="of the statements with figures, take every so many")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--least", type=int, default=LEAST, help="statements a second")
    options = parser.parse_args(arguments)
    deadlines, train = options.gold / "deadlines" / "deadlines.jsonl", options.gold / "train"
    odd = files_of(LABELS, "odd")
    tables = [list(dates_table(deadlines, options.python))] if deadlines.is_file() else []
    tables.append(list(figures_table("our labels, odd files", odd, options.python, options.every)))
    if train.is_dir():
        tables.append(list(figures_table("public documents", files_of(train, None), options.python, options.every)))
    rate = speed(odd, options.runs)
    sys.stdout.write("\n\n".join("\n".join(lines) for lines in tables))
    sys.stdout.write(f"\n\nAll field finders together: {rate:,.0f} statements a second, parsing left out\n")
    return int(rate < options.least)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

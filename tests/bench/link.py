"""How long linking takes, encoding left out, how much memory, and how much of what brute force finds it finds.

`python -m tests.bench.link [--statements N] [--sample N]` makes N and 2N claims, links each in a process of its own,
puts a new document of 50 statements to the first, and prints a table in Markdown; then it links 10,000 claims of one
owner that are all due on one day. The exit status is 1 where a figure is beyond its limit: recall under 0.99, 2N taking
more than 2.3 times as long as N, or more than 50 pairs weighed for each claim of the one owner.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from extractor.link import in_order
from extractor.link.candidates import NOBODY, search_exactly
from extractor.link.encode import Matrix
from extractor.link.features import space_of
from extractor.link.found import load_bodies
from extractor.link.kept import Kept, nothing_kept
from extractor.link.relation import load_weights
from extractor.link.renewal import renew
from extractor.records import Claim
from extractor.settings import Settings
from tests.synthetic import synthetic

STATEMENTS = 100_000
SAMPLE = 1_000
NEW = 50
CROWD = 10_000
LEAST_RECALL, MOST_RATIO, MOST_PAIRS = 0.99, 2.3, 50
Figures = dict[str, float]


def measured(statements: int, sample: int) -> Figures:
    """Link so many invented claims in this process: seconds, also of the processors, memory (GB), counts, recall."""
    settings = Settings()
    claims, vectors = synthetic(statements)
    load_bodies(settings.lexicon_files)
    load_weights("found")
    start, worked = time.perf_counter(), time.process_time()
    done = renew(nothing_kept(settings.link_neighbours), claims, vectors, settings=settings)
    figures: Figures = {
        "statements": statements,
        "seconds": time.perf_counter() - start,
        "processor": time.process_time() - worked,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
        "pairs": len(done.kept.pairs),
        "links": len(done.links),
        "threads": len(done.threads),
    }
    kept = done.kept
    del done
    figures["new"], figures["new_processor"] = one_more(kept, claims, vectors, settings)
    figures["recall"] = recall(kept, claims, vectors, sample)
    return figures


def crowded(statements: int) -> Figures:
    """Link so many invented claims of one owner, all due on one day: seconds, and pairs weighed for each claim."""
    settings = Settings()
    made, vectors = synthetic(statements)
    claims = [replace(claim, owner="NHS England", deadline_end=date(2025, 3, 31)) for claim in made]
    start = time.perf_counter()
    done = renew(nothing_kept(settings.link_neighbours), claims, vectors, settings=settings)
    return {"seconds": time.perf_counter() - start, "pairs": len(done.kept.pairs) / statements}


def one_more(kept: Kept, claims: Sequence[Claim], vectors: Matrix, settings: Settings) -> tuple[float, float]:
    """Seconds, and seconds of the processors, that a new document takes, published a year before the last."""
    last = claims[-1].published
    assert last
    new, rows = synthetic(NEW, seed=1)
    both = [
        *claims,
        *(replace(c, id=f"n{c.id}", document_id="new", published=last.replace(year=last.year - 1)) for c in new),
    ]
    ordered = in_order(both)
    place = {claim.id: n for n, claim in enumerate(both)}
    joined = np.vstack([vectors, rows])[[place[claim.id] for claim in ordered]]
    start, worked = time.perf_counter(), time.process_time()
    renew(kept, ordered, joined, settings=settings)
    return time.perf_counter() - start, time.process_time() - worked


def recall(kept: Kept, claims: Sequence[Claim], vectors: Matrix, sample: int) -> float:
    """The share of the nearest commitments by brute force that were found, of a sample of statements."""
    rows = np.sort(np.random.default_rng(0).choice(len(claims), min(sample, len(claims)), replace=False))
    right = search_exactly(space_of(claims, vectors, kept.features.words), rows, kept.nearest.place.shape[1])
    found = zip(right.place.tolist(), kept.nearest.place[rows].tolist(), strict=True)
    hits = sum(len(set(a) & set(b) - {NOBODY}) for a, b in found)
    return hits / int((right.place != NOBODY).sum())


def in_own_process(statements: int, sample: int) -> Figures:
    """`measured`, so that the memory of one size is not counted for another."""
    command = [
        sys.executable,
        "-m",
        "tests.bench.link",
        "--one",
        "--statements",
        str(statements),
        "--sample",
        str(sample),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: Figures = json.loads(done.stdout)
    return figures


def main(arguments: Sequence[str]) -> int:
    """Measure and print; see the module's own words."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=STATEMENTS)
    parser.add_argument("--sample", type=int, default=SAMPLE)
    parser.add_argument("--crowd", type=int, default=CROWD, help="how many statements of one owner")
    parser.add_argument("--most", type=float, default=MOST_RATIO, help="times as long that twice as many may take")
    parser.add_argument("--one", action="store_true", help="only this number of statements, as JSON")
    given = parser.parse_args(arguments)
    if given.one:
        sys.stdout.write(json.dumps(measured(given.statements, given.sample)))
        return 0
    titles = ("statements", "seconds", "processor", "memory, GB", "pairs", "links", "threads", "recall", "50 more")
    sys.stdout.write(f"| {' | '.join(titles)} |\n|{' ---: |' * len(titles)}\n")
    both = []
    for count in (given.statements, 2 * given.statements):
        row = in_own_process(count, given.sample)
        both.append(row)
        sys.stdout.write(
            f"| {count:,} | {row['seconds']:.0f} | {row['processor']:.0f} | {row['memory']:.2f} | {row['pairs']:,} "
            f"| {row['links']:,} | {row['threads']:,} | {row['recall']:.4f} | {row['new']:.1f} s |\n"
        )
        sys.stdout.flush()
    ratio = both[1]["seconds"] / both[0]["seconds"]
    sys.stdout.write(f"\nTwice as many take {ratio:.2f} times as long.\n")
    crowd = crowded(given.crowd)
    sys.stdout.write(
        f"{given.crowd:,} statements of one owner, due on one day: {crowd['seconds']:.0f} s, "
        f"{crowd['pairs']:.1f} pairs each.\n"
    )
    recalled = min(row["recall"] for row in both) >= LEAST_RECALL
    return int(ratio > given.most or not recalled or crowd["pairs"] > MOST_PAIRS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""How well the page of pledges like a sentence ranks, on labelled sentences: `python -m tests.alike [FILE...]`.

Each line of a file as in corpus/labels/links: "family" (what the pair is about), "a", "b", "relation". Sentences that
are not unrelated state the same pledge, those of a family speak of the same matter. Each sentence is compared with all
others, as the page does it. Prints the ranking by meaning alone and with rare words, and what the page says of degrees.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import networkx as nx
import numpy as np
import numpy.typing as npt

from extractor.link import encode
from extractor.settings import Settings
from extractor.web.alike import CANDIDATES, DEGREES
from extractor.web.nearest import alike

LABELLED = Path(__file__).parents[1] / "corpus" / "labels" / "links"
# Of each sentence so many of the nearest are looked at for what a degree says.
SHOWN = 50
Grouped = npt.NDArray[np.intp]


def read(files: Sequence[Path]) -> tuple[list[str], Grouped, Grouped]:
    """The sentences, each once, with the number of the pledge that each states and of the matter that it speaks of."""
    pledges: nx.Graph[str] = nx.Graph()
    matters: nx.Graph[str] = nx.Graph()
    for file in files:
        for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            a, b = row["a"]["text"], row["b"]["text"]
            pledges.add_nodes_from((a, b))
            matters.add_edge(a, b)
            matters.add_edge(a, f"\0{file.name} {row['family']}")
            if row["relation"] != "unrelated":
                pledges.add_edge(a, b)
    texts = list(pledges)
    return texts, _numbers(pledges, texts), _numbers(matters, texts)


def _numbers(graph: "nx.Graph[str]", texts: Sequence[str]) -> Grouped:
    number = {text: n for n, part in enumerate(nx.connected_components(graph)) for text in part}
    return np.array([number[text] for text in texts])


def rank(texts: Sequence[str]) -> Iterator[tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]]:
    """For each sentence its nearest others by meaning, and how alike they are with their words, in that order."""
    vectors = encode(texts, settings=Settings())
    for place, vector in enumerate(vectors):
        cosines = vectors @ vector
        cosines[place] = -1
        near = np.argsort(-cosines, kind="stable")[:CANDIDATES]
        yield near, np.array([alike(texts[place], texts[other], float(cosines[other])) for other in near])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, default=sorted(LABELLED.glob("*.jsonl")))
    texts, pledge, matter = read(parser.parse_args().files)
    dense, mixed, likeness, same, about = [], [], [], [], []
    for place, (near, scores) in enumerate(rank(texts)):
        order = np.argsort(-scores, kind="stable")
        if np.sum(pledge == pledge[place]) > 1:
            dense.append(_reciprocal(pledge[near] == pledge[place]))
            mixed.append(_reciprocal(pledge[near[order]] == pledge[place]))
        shown = order[:SHOWN]
        likeness.append(scores[shown])
        same.append(pledge[near[shown]] == pledge[place])
        about.append(matter[near[shown]] == matter[place])
    print(f"{len(texts):,} sentences; mean reciprocal rank of the first that states the same pledge:")  # noqa: T201
    print(f"by meaning {np.mean(dense):.3f}, with rare words {np.mean(mixed):.3f}")  # noqa: T201
    alike_by, states, speaks = (np.concatenate(part) for part in (likeness, same, about))
    highest = np.inf
    for name, least, *_ in DEGREES:
        here = (alike_by >= least) & (alike_by < highest)
        print(f"{name} (from {least}): {speaks[here].mean():.0%} same matter, {states[here].mean():.0%} same pledge")  # noqa: T201
        highest = least


def _reciprocal(right: npt.NDArray[np.bool_]) -> float:
    return 1 / (int(right.argmax()) + 1) if right.any() else 0.0


if __name__ == "__main__":
    main()

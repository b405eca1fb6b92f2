"""Fit what the evidence for a link weighs, from labelled pairs and from the stories told in the shipped corpus."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from extractor.errors import WrongUsage
from extractor.ids import normalise
from extractor.ingest.folders import gather
from extractor.link import claim_of, encode, evidence_among, evidence_on, in_order
from extractor.link.evidence import FEATURES, Finding, by_reading, reading
from extractor.link.found import load_bodies
from extractor.link.reader import read_pairs
from extractor.link.relation import relation_of
from extractor.link.terms import stems
from extractor.pipeline import analyse_file
from extractor.present import read_jsonl
from extractor.records import RELATIONS, Claim
from extractor.relating import paired_claims
from extractor.settings import Settings, shipped
from extractor.train.pairs import held_out, read_labelled

Vector = npt.NDArray[np.float64]
FOLDS = 6
# Strength of the pull towards zero, chosen by cross-validation among 0.1, 0.3, 1 and 3.
RIDGE = 1.0
# A pair of the corpus, its fields found by machine, counts this much beside a labelled one where somebody asks.
STORY_SHARE = 0.25
# Which way a piece of evidence may weigh. The others are free: a report often gives another figure of the same unit.
FOR = frozenset(
    {"similarity.close", "similarity.near", "words.cosine", "words.rarest", "owner.same", "owner.heir", "deadline.same",
     "figure.same", "names.shared", "rank.near", "reading.odds"}
)  # fmt: skip
AGAINST = frozenset(
    {"similarity.far", "owner.other", "deadline.later", "deadline.earlier", "deadline.far", "deadline.one",
     "figure.other", "names.different", "denial.one", "order.gap"}
)  # fmt: skip
_ROW = re.compile(r"\| `(?P<document>[^`]+)` \| “(?P<words>.+)” \| (?P<relation>.+) \|$")


def fit(x: Vector, y: Vector, share: Vector, *, ridge: float = RIDGE) -> tuple[float, Vector]:
    """Logistic regression with a ridge and signs: (bias, one weight a feature).

    `x` is n × len(FEATURES), `y` n of 0 and 1, `share` how much each row counts.
    """

    def loss(parameters: Vector) -> tuple[float, Vector]:
        z = parameters[0] + x @ parameters[1:]
        miss = share * (1 / (1 + np.exp(-z)) - y)
        value = float(share @ (np.logaddexp(0, z) - y * z) + ridge / 2 * (parameters[1:] ** 2).sum())
        return value, np.concatenate([[miss.sum()], miss @ x + ridge * parameters[1:]])

    bounds = [
        (None, None),
        *((0, None) if name in FOR else (None, 0) if name in AGAINST else (None, None) for name in FEATURES),
    ]
    found = minimize(loss, np.zeros(len(FEATURES) + 1), jac=True, bounds=bounds, method="L-BFGS-B")
    return float(found.x[0]), found.x[1:]


def row_of(findings: Sequence[Finding]) -> Vector:
    """The findings as one row of numbers, in the order of FEATURES."""
    row = np.zeros(len(FEATURES))
    for finding in findings:
        row[FEATURES.index(finding.feature)] += finding.value
    return row


def cross_validated(x: Vector, y: Vector, share: Vector, groups: Sequence[str]) -> Vector:
    """For each row the probability from a fit that has not seen its group."""
    fold = {name: n % FOLDS for n, name in enumerate(sorted(set(groups)))}
    folds = np.array([fold[name] for name in groups])
    out = np.zeros(len(y))
    for n in range(FOLDS):
        bias, weights = fit(x[folds != n], y[folds != n], share[folds != n])
        out[folds == n] = 1 / (1 + np.exp(-(bias + x[folds == n] @ weights)))
    return out


def read_stories(readme: Path) -> dict[str, list[tuple[str, str]]]:
    """The story tables of the corpus: {commitment: [(document, words)]}, without the rows that tell of another
    commitment.
    """
    stories: dict[str, list[tuple[str, str]]] = {}
    title = ""
    for line in readme.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            title = line.removeprefix("### ") if line.startswith("### ") else ""
        elif (
            title
            and (row := _ROW.match(line))
            and not row["relation"].startswith(("another commitment", "a recommendation"))
        ):
            stories.setdefault(title, []).append((row["document"], row["words"]))
    return stories


def _plain(text: str) -> str:
    return normalise(text.replace("’", "'")).rstrip(" .;,")


def corpus_claims(
    documents: Path, stories: Mapping[str, list[tuple[str, str]]], *, settings: Settings
) -> tuple[list[Claim], dict[str, set[str]]]:
    """The statements of the corpus in order, and the stories that each (by id) belongs to; most belong to none."""
    claims: list[Claim] = []
    told: dict[str, set[str]] = defaultdict(set)
    for file in gather([documents]):
        analysis = analyse_file(file, settings=settings)
        for claim in (claim_of(statement, analysis.document) for statement in analysis.statements):
            claims.append(claim)
            text = _plain(claim.text)
            for title, rows in stories.items():
                for document, words in rows:
                    # A story's words may be part of a statement, or run over two.
                    if document == file.stem and (_plain(words) in text or (len(text) > 25 and text in _plain(words))):
                        told[claim.id].add(title)
    return in_order(claims), told


def count_stems(folders: Sequence[Path]) -> dict[str, Any]:
    """In how many labelled units (*.jsonl in the folders) each stem stands, those in one only left out."""
    counts: Counter[str] = Counter()
    total = 0
    for file in sorted(file for folder in folders for file in folder.glob("*.jsonl")):
        for _, row in read_jsonl(file):
            if text := row.get("text"):
                total += 1
                counts.update(stems(text))
    return {"documents": total, "stems": {word: count for word, count in sorted(counts.items()) if count > 1}}


def train_rarity(corpus: Path, output: Path) -> dict[str, Any]:
    """Count how rare words are in the labelled units of the corpus folder, write rarity.json, and return what it holds.

    Raises WrongUsage where there are no labelled units to count in.
    """
    table = count_stems([corpus / "labels"])
    if not table["documents"]:
        raise WrongUsage(f"{corpus / 'labels'}: no labelled units to count words in")
    _write(output / "rarity.json", table)
    return {"documents": table["documents"], "stems": len(table["stems"])}


def train_relation(
    corpus: Path, output: Path, *, settings: Settings, pairs: Sequence[Path] = (), tell: Callable[[str], None]
) -> dict[str, Any]:
    """Fit the sets of weights, write them and their figures into `output`; returns the figures.

    How rare words are is read from the shipped table, which `train_rarity` makes; what the pair network makes of pairs
    whose families it had not seen, from what `train_pairs` left, so that its word weighs no more than it will be worth.

    `corpus` is the project's corpus folder; `pairs` are further files of labelled pairs, the same that `train_pairs`
    was given. Raises WrongUsage where they are not.
    """
    rows = read_labelled([*sorted((corpus / "labels" / "links").glob("*.jsonl")), *pairs])
    read = held_out(rows, shipped("models") / "pairs")
    claims = paired_claims([(row["a"], row["b"]) for row in rows], settings=settings)
    asked = [
        [*evidence_on(a, b, cosine, settings=settings), *by_reading(shares)]
        for (a, b, cosine), shares in zip(claims, read.tolist(), strict=True)
    ]
    tell(f"{len(asked)} labelled pairs read")
    found = list(_found(corpus, settings))
    tell(f"{len(found)} pairs of told statements found in the corpus")
    own = np.array([row_of(findings) for findings in asked])
    labels = np.array([row["relation"] != "unrelated" for row in rows], dtype=float)
    families = [row["family"] for row in rows]
    told = np.array([row_of(findings) for findings, _, _ in found])
    same = np.array([same for _, same, _ in found], dtype=float)
    titles = [title for _, _, title in found]
    # Whoever asks about two statements has a reason: related and unrelated pairs of the corpus count alike, no rank is
    # known, and owners are given by the asker, while those found in the corpus are too often wrong to learn from.
    given = [name == "rank.near" or name.startswith("owner.") for name in FEATURES]
    balance = STORY_SHARE * np.where(same > 0, 1.0, same.sum() / max(1.0, (1 - same).sum()))
    data = {
        "asked": (
            np.vstack([own, np.where(given, 0.0, told)]),
            np.append(labels, same),
            np.append(np.ones(len(own)), balance),
            families + titles,
        ),
        # Too many are found for both texts to be read.
        "found": (np.where([name == "reading.odds" for name in FEATURES], 0.0, told), same, np.ones(len(told)), titles),
    }
    weights: dict[str, Any] = {}
    figures: dict[str, Any] = {}
    for case, (x, y, share, groups) in data.items():
        bias, fitted = fit(x, y, share)
        weights[case] = {
            "bias": round(bias, 3),
            "weights": {name: round(float(w), 3) for name, w in zip(FEATURES, fitted, strict=True)},
        }
        likely = cross_validated(x, y, share, groups)
        figures[case] = _measured(likely >= 0.5, y)
        if case == "asked":
            figures["asked, labelled pairs only"] = _measured(likely[: len(own)] >= 0.5, labels)
            figures["relation of labelled pairs"] = _relations(rows, claims, read, likely[: len(own)], settings)
    _write(output / "weights.json", weights)
    _write(output / "figures.json", figures)
    return figures


def _relations(
    rows: Sequence[Mapping[str, Any]],
    claims: Sequence[tuple[Claim, Claim, float]],
    read: npt.NDArray[np.float32],
    likely: Vector,
    settings: Settings,
) -> dict[str, float]:
    """How often the relation is right: of all pairs, and of those related, by the reading alone, by the rules alone and
    by both.
    """
    labels = [row["relation"] for row in rows]
    bodies = load_bodies(settings.lexicon_files)
    sides = [(reading(a, bodies), reading(b, bodies)) for a, b, _ in claims]
    both = [relation_of(a, b, bodies, shares) for (a, b), shares in zip(sides, read.tolist(), strict=True)]
    ruled = [relation_of(a, b, bodies, None) for a, b in sides]
    alone = [max(RELATIONS[:-1], key=lambda r: shares[RELATIONS.index(r)]) for shares in read.tolist()]
    whole = [relation if p >= 0.5 else "unrelated" for relation, p in zip(both, likely, strict=True)]
    related = [n for n, label in enumerate(labels) if label != "unrelated"]

    def right(guess: Sequence[str], among: Sequence[int]) -> float:
        return float(np.mean([guess[n] == labels[n] for n in among]).round(3))

    return {
        "all": right(whole, range(len(rows))),
        "related, reading alone": right(alone, related),
        "related, rules alone": right(ruled, related),
        "related, both": right(both, related),
    }


def _measured(guess: npt.NDArray[np.bool_], y: Vector) -> dict[str, float]:
    right = float((guess & (y > 0)).sum())
    return {
        "pairs": len(y),
        "related": int(y.sum()),
        "accuracy": round(float((guess == (y > 0)).mean()), 3),
        "precision": round(right / max(1.0, float(guess.sum())), 3),
        "recall": round(right / max(1.0, float(y.sum())), 3),
    }


def _found(corpus: Path, settings: Settings) -> Iterator[tuple[Sequence[Finding], bool, str]]:
    """(evidence, whether both belong to one story, the earlier one's story) of the pairs that search finds among told
    statements.
    """
    claims, told = corpus_claims(corpus / "documents", read_stories(corpus / "README.md"), settings=settings)
    vectors = encode([claim.text for claim in claims], settings=settings)
    among = evidence_among(claims, vectors, settings=settings)
    pairs = [(a, b, findings) for a, b, findings in among if told[a.id] and told[b.id]]
    read = read_pairs([(a.text, b.text) for a, b, _ in pairs]).tolist()
    for (a, b, findings), shares in zip(pairs, read, strict=True):
        yield [*findings, *by_reading(shares)], bool(told[a.id] & told[b.id]), min(told[a.id])


def _write(file: Path, content: Mapping[str, Any]) -> None:
    indent = None if file.name == "rarity.json" else 1
    file.write_text(json.dumps(content, indent=indent, ensure_ascii=False) + "\n", encoding="utf-8")

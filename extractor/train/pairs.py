"""Train the pair network on labelled pairs of statements, with what it makes of families left out of the training."""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import load_file, save_file
from torch import Tensor, nn
from torch.optim import AdamW

from extractor.encoder.adapted import RANK, ready, save_changes
from extractor.errors import WrongUsage
from extractor.ids import short_id
from extractor.link.network import PairNetwork
from extractor.link.reader import WEIGHTS, joint
from extractor.present import read_jsonl
from extractor.records import RELATIONS
from extractor.train.trainings import Array, device, done, warm_up_and_decay

SEED = 20191101
FOLDS = 4
# Pairs that are read at once: few, so that those of like length meet.
TOGETHER = 16
UNRELATED = RELATIONS.index("unrelated")
# In the place of a relation: there is one, and nobody said which.
KNOWN_RELATED = -100
# How later documents repeat a promise word for word.
RETOLD = ("{}", "It was confirmed that {}", "As already announced, {}", "The board was reminded that {}", "– {}")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How long and how hard to train."""

    epochs: int = 5
    rate: float = 1e-3
    rank: int = RANK
    batch: int = 32
    warmup: float = 0.1
    smoothing: float = 0.05
    # For each labelled pair so many further ones are drawn in each epoch (`company`).
    company: float = 0.0


# Labelled pairs alone teach most about hard ones, but also that likeness speaks against; with company that is
# unlearned. Both together are better than either on families left out.
COMMITTEE = (Recipe(), Recipe(epochs=4, company=0.5))


def read_labelled(files: Sequence[Path]) -> list[dict[str, Any]]:
    """The labelled pairs of the files: {"family", "a", "b", "relation"} a line, families told apart by their file.

    Raises WrongUsage for a line without these.
    """
    rows = [row | {"family": f"{file.stem} {row.get('family')}"} for file in files for _, row in read_jsonl(file)]
    if not rows or any(not {"a", "b", "relation"} <= row.keys() or row["family"].endswith(" None") for row in rows):
        raise WrongUsage(f"{', '.join(map(str, files))}: each line needs “family”, “a”, “b” and “relation”")
    return rows


def folds(rows: Sequence[Row], count: int = FOLDS) -> list[list[int]]:
    """Split into `count` folds of whole families, dealt out in random order."""
    families = sorted({row["family"] for row in rows})
    random.Random(SEED).shuffle(families)
    fold = {family: n % count for n, family in enumerate(families)}
    return [[i for i, row in enumerate(rows) if fold[row["family"]] == n] for n in range(count)]


@dataclass(frozen=True, slots=True)
class Example:
    """Two texts, the earlier first, and the number of their relation; KNOWN_RELATED where only that is known."""

    texts: tuple[str, str]
    relation: int


def labelled(row: Row) -> Example:
    """The pair as it was labelled."""
    return Example(texts(row), RELATIONS.index(row["relation"]))


def company(rows: Sequence[Row], count: int, order: random.Random) -> list[Example]:
    """So many pairs that nobody labelled and that are certain all the same, drawn at random.

    Labelled pairs are hard on purpose: the related share few words, the unrelated many. What search finds is not, and
    a network that saw nothing else would take likeness for a reason against. So two statements related to one pledge
    are related to each other, one of them and a look-alike are not, nor are statements of two families; and a text is
    related to itself, alone or retold.
    """
    families: dict[str, tuple[dict[str, str], dict[str, str]]] = {}
    for row in rows:
        same, others = families.setdefault(row["family"], ({}, {}))
        for side in ("a", "b"):
            home = others if side == "b" and row["relation"] == "unrelated" else same
            home[" ".join(row[side]["text"].split())] = row[side].get("published") or ""
    names = sorted(families)
    found: list[Example] = []
    while len(found) < count:
        same, others = families[order.choice(names)]
        sort = order.random()
        first = order.choice(sorted(same))
        if sort < 0.25:
            second, relation = order.choice(sorted(same)), KNOWN_RELATED
        elif sort < 0.4:
            if not others:
                continue
            second, relation = order.choice(sorted(others)), UNRELATED
        elif sort < 0.9:
            # Later families stand beside each other in their file, and so often in their subject.
            strangers = families[names[(names.index(order.choice(names)) + 1) % len(names)]]
            if strangers[0] is same:
                continue
            second, relation = order.choice(sorted(strangers[0] | strangers[1])), UNRELATED
            same = same | strangers[0] | strangers[1]
        else:
            second, relation = order.choice(RETOLD).format(first[:1].lower() + first[1:]), RELATIONS.index("restates")
            found.append(Example((first, second), relation))
            continue
        if first == second:
            continue
        days = same | others
        found.append(Example((first, second) if days[first] <= days[second] else (second, first), relation))
    return found


def fit(folder: Path, rows: Sequence[Row], recipe: Recipe, *, seed: int = SEED) -> PairNetwork:
    """Train a network from the encoder in `folder` on the pairs. Seeded: the same machine gives the same weights."""
    torch.manual_seed(seed)
    order = random.Random(seed)
    network = PairNetwork(folder, rank=recipe.rank).to(device()).train()
    trained = [p for p in network.parameters() if p.requires_grad]
    optimiser = AdamW(trained, lr=recipe.rate, weight_decay=0.01)
    batches: list[list[Example]] = []
    for _ in range(recipe.epochs):
        epoch = [labelled(row) for row in rows] + company(rows, round(len(rows) * recipe.company), order)
        order.shuffle(epoch)
        batches += [epoch[start : start + recipe.batch] for start in range(0, len(epoch), recipe.batch)]
    schedule = warm_up_and_decay(optimiser, len(batches), recipe.warmup)
    for batch in batches:
        # bfloat16 is three times as fast on processors that have it, and the losses stay in float32
        with torch.autocast(device(), dtype=torch.bfloat16):
            vectors = network.read_all([example.texts for example in batch], size=TOGETHER, device=device())
        target = torch.tensor([example.relation for example in batch], device=device())
        loss = _loss(network.judge(vectors), target, recipe.smoothing)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        schedule.step()
    return network.eval()


def _loss(logits: Tensor, target: Tensor, smoothing: float) -> Tensor:
    """Which relation, and once more whether there is any: to take one kind for another costs less."""
    related = (target != UNRELATED).float() * (1 - 2 * smoothing) + smoothing
    any_relation = nn.functional.binary_cross_entropy_with_logits(odds(logits), related)
    if (target == KNOWN_RELATED).all():
        return any_relation
    which = nn.functional.cross_entropy(logits, target, label_smoothing=smoothing, ignore_index=KNOWN_RELATED)
    return which + any_relation


def odds(logits: Tensor) -> Tensor:
    """The log-odds of any relation, from the logits of all."""
    kinds = [n for n in range(len(RELATIONS)) if n != UNRELATED]
    return torch.logsumexp(logits[:, kinds], dim=1) - logits[:, UNRELATED]


def texts(row: Row) -> tuple[str, str]:
    """Both texts of a pair, the earlier first, as the linker would have them."""
    a, b = row["a"], row["b"]
    first, second = (b, a) if a.get("published") and b.get("published") and b["published"] < a["published"] else (a, b)
    return " ".join(first["text"].split()), " ".join(second["text"].split())


def train_pairs(
    folder: Path,
    files: Sequence[Path],
    output: Path,
    *,
    committee: Sequence[Recipe] = COMMITTEE,
    workers: int | None = None,
    tell: Callable[[str], None],
) -> dict[str, Any]:
    """Train a network by each recipe on all labelled pairs of the files, cross-validate by family, write all to
    `output`.

    Writes the networks' weights, held_out.safetensors (what `held_out` reads) and figures.json; returns the figures.
    `workers` as in `trainings.done`.
    """
    rows = read_labelled(files)
    jobs = [_Job(folder, tuple(rows), recipe, tuple(held)) for recipe in committee for held in ([], *folds(rows))]
    shares = {recipe: np.zeros((len(rows), len(RELATIONS)), dtype=np.float32) for recipe in committee}
    changes: dict[Recipe, dict[str, Tensor]] = {}
    for job, made in done(jobs, _train, workers):
        if job.held:
            shares[job.recipe][list(job.held)] = made["shares"]
        else:
            changes[job.recipe] = {name: torch.from_numpy(value) for name, value in made.items()}
        tell(f"trained on {len(rows) - len(job.held)} pairs" + (f", {len(job.held)} held out" if job.held else ""))
    together = joint([shares[recipe] for recipe in committee])
    figures = _measured(rows, together) | {
        "related or not by network": [_measured(rows, shares[recipe])["related or not"] for recipe in committee]
    }
    for number, recipe in enumerate(committee, start=1):
        save_changes(changes[recipe], output / WEIGHTS.format(number))
    save_file({_digest(rows): together.astype(np.float16)}, output / "held_out.safetensors")
    (output / "held_out.safetensors").chmod(0o644)
    (output / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return figures


def held_out(rows: Sequence[Row], folder: Path) -> Array:
    """What networks that had not seen a pair's family made of it: log-probabilities (pairs × relations).

    Raises WrongUsage where `folder` holds those of other pairs.
    """
    shares = load_file(folder / "held_out.safetensors").get(_digest(rows))
    if shares is None:
        raise WrongUsage(f"{folder}: the pair network was trained on other pairs; train pairs first")
    return shares.astype(np.float32)


def _digest(rows: Sequence[Row]) -> str:
    return short_id("pairs", *(json.dumps(row, sort_keys=True) for row in rows))


def _measured(rows: Sequence[Row], shares: Array) -> dict[str, Any]:
    labels = np.array([RELATIONS.index(row["relation"]) for row in rows])
    right = shares.argmax(axis=1) == labels
    found = odds(torch.from_numpy(shares)).numpy() > 0
    same = found == (labels != UNRELATED)
    files = [row["family"].partition(" ")[0] for row in rows]
    return {
        "pairs": len(rows),
        "families": len({row["family"] for row in rows}),
        "related or not": round(float(same.mean()), 3),
        "relation": round(float(right.mean()), 3),
        "related or not by file": {
            name: round(float(np.mean([s for s, file in zip(same, files, strict=True) if file == name])), 3)
            for name in sorted(set(files))
        },
    }


@dataclass(frozen=True, slots=True)
class _Job:
    """One training: on all pairs but those `held` out (their numbers)."""

    folder: Path
    rows: tuple[Row, ...]
    recipe: Recipe
    held: tuple[int, ...]


def _train(job: _Job) -> dict[str, Array]:
    """The changes to the encoder of a training on everything; of any other what it makes of what was held out."""
    held = set(job.held)
    network = fit(job.folder, [row for i, row in enumerate(job.rows) if i not in held], job.recipe).cpu()
    if not held:
        return {name: value.numpy() for name, value in network.changes().items()}
    # what is weighed later is what will read: in eight-bit integers
    network = ready(network)
    with torch.inference_mode():
        logits = network.judge(network.read_all([texts(job.rows[i]) for i in job.held], size=TOGETHER))
        return {"shares": torch.log_softmax(logits, dim=1).numpy()}

"""Train the statement network on labelled units, cross-validated by source; write weights, figures, calibration."""

import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import AdamW

from extractor.encoder.adapted import RANK, ready, save_changes
from extractor.find.network import HEADS, StatementNetwork
from extractor.train.calibration import calibrate, score_out_of_fold
from extractor.train.example import Example
from extractor.train.trainings import Array, device, done, warm_up_and_decay

SEED = 20170629
FOLDS = 3
# Passages that are read at once: few, so that those of like length meet.
TOGETHER = 16
FLOATING = "label in floating point"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How long and how hard to train."""

    epochs: int = 5
    rate: float = 1e-3
    rank: int = RANK
    # Passages that a step learns from, and how many of them at most follow each other in one document.
    batch: int = 48
    window: int = 32
    # How often an epoch reads the public documents: what is written for the project is several times as much.
    public: int = 2
    warmup: float = 0.1
    smoothing: float = 0.05
    # What a passage is that states nothing is labelled in a part of the data only, and helps the label along.
    otherwise: float = 0.3


def fit(folder: Path, examples: Sequence[Example], recipe: Recipe, *, seed: int = SEED) -> StatementNetwork:
    """Train a network from the encoder in `folder` on the examples. Seeded: the same machine gives the same weights."""
    torch.manual_seed(seed)
    order = random.Random(seed)
    network = StatementNetwork(folder, rank=recipe.rank).to(device()).train()
    trained = [p for p in network.parameters() if p.requires_grad]
    optimiser = AdamW(trained, lr=recipe.rate, weight_decay=0.01)
    epochs = [list(windows(examples, recipe, order)) for _ in range(recipe.epochs)]
    steps = sum(map(len, epochs))
    schedule = warm_up_and_decay(optimiser, steps, recipe.warmup)
    loss_of = nn.CrossEntropyLoss(ignore_index=-100, label_smoothing=recipe.smoothing)
    for batch in (batch for epoch in epochs for batch in epoch):
        rows = [examples[i] for window in batch for i in window]
        # bfloat16 is three times as fast on processors that have it, and the heads' losses stay in float32
        with torch.autocast(device(), dtype=torch.bfloat16):
            vectors = network.read_all([(row.text, row.context) for row in rows], size=TOGETHER, device=device())
        logits = network.judge(vectors, [len(window) for window in batch])
        targets = torch.tensor([row.targets() for row in rows], device=device())
        loss = torch.zeros((), device=device())
        for column, name in enumerate(HEADS):
            if (targets[:, column] >= 0).any():
                weight = recipe.otherwise if name == "otherwise" else 1.0
                loss = loss + weight * loss_of(logits[name], targets[:, column])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        schedule.step()
    return network.eval()


def documents(examples: Sequence[Example], chosen: Iterable[int]) -> list[list[int]]:
    """The chosen examples (numbers in order) by document: runs of those that follow each other in one."""
    return [list(run) for _, run in groupby(chosen, key=lambda i: examples[i].document)]


def windows(examples: Sequence[Example], recipe: Recipe, order: random.Random) -> Iterator[list[list[int]]]:
    """An epoch's batches of examples (their numbers), each made of stretches of documents cut at random places."""
    stretches: list[list[int]] = []
    for document in documents(examples, range(len(examples))):
        for _ in range(recipe.public if examples[document[0]].public else 1):
            first = order.randrange(recipe.window) + 1
            edges = [0, *range(first, len(document), recipe.window), len(document)]
            stretches += [document[start:end] for start, end in pairwise(edges)]
    order.shuffle(stretches)
    batch: list[list[int]] = []
    for stretch in stretches:
        if batch and sum(map(len, batch)) + len(stretch) > recipe.batch:
            yield batch
            batch = []
        batch.append(stretch)
    if batch:
        yield batch


@torch.inference_mode()
def logits_of(network: StatementNetwork, examples: Sequence[Example]) -> dict[str, Tensor]:
    """Logits of every head for the examples, in order, on the CPU, each document read whole."""
    parts: dict[str, list[Tensor]] = {name: [] for name in HEADS}
    for document in documents(examples, range(len(examples))):
        vectors = network.read_all([(examples[i].text, examples[i].context) for i in document], size=TOGETHER)
        for name, value in network.judge(vectors, [len(document)]).items():
            parts[name].append(value)
    return {name: torch.cat(values) for name, values in parts.items()}


def folds(examples: Sequence[Example], count: int = FOLDS) -> list[list[int]]:
    """Split into `count` folds of whole sources, largest sources first into the emptiest fold."""
    sizes: dict[str, int] = {}
    for row in examples:
        sizes[row.source] = sizes.get(row.source, 0) + 1
    load = [0] * count
    home: dict[str, int] = {}
    for source in sorted(sizes, key=lambda name: (-sizes[name], name)):
        home[source] = load.index(min(load))
        load[home[source]] += sizes[source]
    return [[i for i, row in enumerate(examples) if home[row.source] == fold] for fold in range(count)]


def train_statements(
    folder: Path,
    examples: Sequence[Example],
    output: Path,
    *,
    recipe: Recipe | None = None,
    workers: int | None = None,
    tell: Callable[[str], None],
) -> dict[str, Any]:
    """Train on everything, cross-validate by source, fit temperature and thresholds out of fold, write all to `output`.

    Writes weights.safetensors, calibration.json and figures.json; returns the figures. `tell` hears how far it is;
    `workers` as in `trainings.done`.
    """
    recipe = recipe or Recipe()
    jobs = [_Job(folder, tuple(examples), recipe, tuple(held)) for held in ([], *folds(examples))]
    out_of_fold = {name: torch.zeros(len(examples), len(values)) for name, values in HEADS.items()}
    floating = out_of_fold["label"].clone()
    changes: dict[str, Tensor] = {}
    for job, made in done(jobs, _train, workers):
        held = list(job.held)
        if held:
            floating[held] = torch.from_numpy(made.pop(FLOATING))
            for name, logits in made.items():
                out_of_fold[name][held] = torch.from_numpy(logits)
        else:
            changes = {name: torch.from_numpy(value) for name, value in made.items()}
        tell(f"trained on {len(examples) - len(held)} examples" + (f", {len(held)} held out" if held else ""))
    calibration = calibrate(out_of_fold["label"], examples)
    figures = score_out_of_fold(out_of_fold, floating, examples, calibration)
    # Written together at the end: weights without their calibration would decide by somebody else's thresholds.
    save_changes(changes, output / "weights.safetensors")
    (output / "calibration.json").write_text(json.dumps(asdict(calibration), indent=1) + "\n", encoding="utf-8")
    (output / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return figures


@dataclass(frozen=True, slots=True)
class _Job:
    """One training: on all examples but those `held` out (their numbers)."""

    folder: Path
    examples: tuple[Example, ...]
    recipe: Recipe
    held: tuple[int, ...]


def _train(job: _Job) -> dict[str, Array]:
    """The changes to the encoder of a training on everything; of any other the logits of what was held out."""
    held = set(job.held)
    network = fit(job.folder, [row for i, row in enumerate(job.examples) if i not in held], job.recipe).cpu()
    if not held:
        return {name: value.numpy() for name, value in network.changes().items()}
    rows = [job.examples[i] for i in job.held]
    floating = logits_of(network, rows)["label"]
    # what is calibrated is what will read: in eight-bit integers
    logits = {name: value.numpy() for name, value in logits_of(ready(network), rows).items()}
    return logits | {FLOATING: floating.numpy()}

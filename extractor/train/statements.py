"""Train the statement network on labelled units, cross-validated by source; write weights, figures, calibration."""

import json
import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import AdamW
from torch.optim.lr_scheduler import LambdaLR

from extractor.find.network import HEADS, LABELS, RANK, StatementNetwork
from extractor.find.statement import Calibration, choose

SEED = 20170629
FOLDS = 3


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled unit as the network reads it. `source` groups the parts of one publication."""

    text: str
    context: str
    label: str
    strength: str | None
    kind: str | None
    source: str
    document_kind: str

    def targets(self) -> tuple[int, int, int]:
        """Class indices for label, strength and kind; -100 (torch's "ignore") where a head does not apply."""
        given = {"label": self.label, "strength": self.strength, "kind": self.kind}
        first, second, third = (HEADS[name].index(value) if value else -100 for name, value in given.items())
        return first, second, third


@dataclass(frozen=True, slots=True)
class Recipe:
    """How long and how hard to train; chosen by cross-validation on the training sources."""

    epochs: int = 6
    rate: float = 1e-3
    batch: int = 32
    rank: int = RANK
    warmup: float = 0.1
    smoothing: float = 0.05


def device() -> str:
    """ "cuda" where there is one, else "cpu"."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def fit(folder: Path, examples: Sequence[Example], recipe: Recipe, *, seed: int = SEED) -> StatementNetwork:
    """Train a network from the encoder in `folder` on the examples. Seeded: the same machine gives the same weights."""
    torch.manual_seed(seed)
    order = random.Random(seed)
    network = StatementNetwork(folder, rank=recipe.rank).to(device()).train()
    trained = [p for p in network.parameters() if p.requires_grad]
    optimiser = AdamW(trained, lr=recipe.rate, weight_decay=0.01)
    steps = recipe.epochs * math.ceil(len(examples) / recipe.batch)
    warm = max(1, round(steps * recipe.warmup))
    schedule = LambdaLR(optimiser, lambda step: min((step + 1) / warm, (steps - step) / max(1, steps - warm)))
    loss_of = nn.CrossEntropyLoss(ignore_index=-100, label_smoothing=recipe.smoothing)
    for _ in range(recipe.epochs):
        for rows in shuffled_batches(examples, recipe.batch, order):
            # bfloat16 is three times as fast on processors that have it, and the heads' losses stay in float32
            with torch.autocast(device(), dtype=torch.bfloat16):
                logits = network(network.batch([(row.text, row.context) for row in rows]).to(device()))
            targets = torch.tensor([row.targets() for row in rows], device=device())
            loss = torch.zeros((), device=device())
            for column, name in enumerate(HEADS):
                if (targets[:, column] >= 0).any():
                    loss = loss + loss_of(logits[name].float(), targets[:, column])
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(trained, 1.0)
            optimiser.step()
            schedule.step()
    return network.eval()


def shuffled_batches(examples: Sequence[Example], size: int, order: random.Random) -> Iterator[list[Example]]:
    """Batches in random order whose members are of like length, so that little is spent on padding."""
    shuffled = order.sample(range(len(examples)), len(examples))
    pool = size * 16
    batches: list[list[Example]] = []
    for start in range(0, len(shuffled), pool):
        alike = sorted(shuffled[start : start + pool], key=lambda i: len(examples[i].text) + len(examples[i].context))
        batches += [[examples[i] for i in alike[at : at + size]] for at in range(0, len(alike), size)]
    order.shuffle(batches)
    yield from batches


@torch.inference_mode()
def logits_of(network: StatementNetwork, examples: Sequence[Example], *, size: int = 128) -> dict[str, Tensor]:
    """Logits of every head for the examples, in order, on the CPU."""
    parts: dict[str, list[Tensor]] = {name: [] for name in HEADS}
    for start in range(0, len(examples), size):
        batch = network.batch([(row.text, row.context) for row in examples[start : start + size]])
        for name, value in network(batch.to(device())).items():
            parts[name].append(value.float().cpu())
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
    tell: Callable[[str], None],
) -> dict[str, Any]:
    """Train on everything, cross-validate by source, fit temperature and thresholds out of fold, write all to `output`.

    Writes weights.safetensors, calibration.json and figures.json; returns the figures. `tell` hears how far it is.
    """
    recipe = recipe or Recipe()
    final = fit(folder, examples, recipe)
    tell(f"trained on {len(examples)} examples; cross-validating")
    parts = folds(examples)
    out_of_fold = {name: torch.zeros(len(examples), len(values)) for name, values in HEADS.items()}
    for number, part in enumerate(parts, 1):
        held = set(part)
        network = fit(folder, [row for i, row in enumerate(examples) if i not in held], recipe)
        for name, logits in logits_of(network, [examples[i] for i in part]).items():
            out_of_fold[name][part] = logits
        tell(f"fold {number} of {len(parts)}: {len(part)} examples held out")
    calibration = calibrate(out_of_fold["label"], examples)
    figures = score_out_of_fold(out_of_fold, examples, calibration)
    # Written together at the end: weights without their calibration would decide by somebody else's thresholds.
    final.save(output / "weights.safetensors")
    (output / "calibration.json").write_text(json.dumps(asdict(calibration), indent=1) + "\n", encoding="utf-8")
    (output / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return figures


def calibrate(logits: Tensor, examples: Sequence[Example]) -> Calibration:
    """The temperature that makes out-of-fold probabilities most likely, and for each label the threshold of best F1."""
    target = torch.tensor([LABELS.index(row.label) for row in examples])
    temperatures = [round(0.5 + 0.05 * step, 2) for step in range(51)]
    temperature = min(temperatures, key=lambda t: float(nn.functional.cross_entropy(logits / t, target)))
    shares = torch.softmax(logits / temperature, dim=1)
    best = {}
    for label in ("commitment", "progress"):
        index = LABELS.index(label)
        tried = [round(0.2 + 0.02 * step, 2) for step in range(31)]
        best[label] = max(tried, key=lambda t: (f1(target == index, shares[:, index] >= t), -abs(t - 0.5)))
    return Calibration(temperature=temperature, **best)


def f1(wanted: Tensor, found: Tensor) -> float:
    """The F1 of two boolean vectors (0 where nothing was wanted or found)."""
    hits = int((wanted & found).sum())
    return 2 * hits / max(1, int(wanted.sum()) + int(found.sum()))


def score_out_of_fold(
    logits: dict[str, Tensor], examples: Sequence[Example], calibration: Calibration
) -> dict[str, Any]:
    """Figures of the cross-validation: F1 of the labels in all and by kind of document, accuracy of the other heads,
    and the expected calibration error of the labels' probabilities (Guo et al. 2017, arXiv:1706.04599; ten bins).
    """
    shares = torch.softmax(logits["label"] / calibration.temperature, dim=1)
    found = [choose(row.tolist(), calibration) for row in shares]
    rows = [(row.document_kind, row.label, label) for row, label in zip(examples, found, strict=True)]

    def by_label(chosen: list[tuple[str, str, str]]) -> dict[str, float]:
        pairs = {label: [(gold == label, got == label) for _, gold, got in chosen] for label in LABELS[1:]}
        return {label: round(f1(*torch.tensor(pair).T), 4) for label, pair in pairs.items()} | {"units": len(chosen)}

    figures: dict[str, Any] = {"all": by_label(rows)}
    figures["kinds"] = {
        kind: by_label([row for row in rows if row[0] == kind]) for kind in sorted({row[0] for row in rows})
    }
    for name in ("strength", "kind"):
        target = torch.tensor([row.targets()[list(HEADS).index(name)] for row in examples])
        right = logits[name].argmax(1)[target >= 0] == target[target >= 0]
        figures[f"{name}_accuracy"] = round(float(right.float().mean()), 4)
    figures["calibration_error"] = round(calibration_error(shares, examples), 4)
    return figures


def calibration_error(shares: Tensor, examples: Sequence[Example], bins: int = 10) -> float:
    """The mean distance between the highest probability and how often it is right, weighted by bin (0–1)."""
    confidence, choice = shares.max(1)
    right = choice == torch.tensor([LABELS.index(row.label) for row in examples])
    places = (confidence * bins).long().clamp(max=bins - 1)
    gaps = [(confidence[places == b].sum() - right[places == b].sum()).abs() for b in range(bins)]
    return float(sum(gaps) / len(examples))

"""From out-of-fold logits to calibrated decisions and to the figures of a cross-validation."""

from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import Any

import torch
from torch import Tensor, nn

from extractor.find.network import HEADS, LABELS
from extractor.find.statement import Calibration, choose, mentioned
from extractor.records import MENTION_KINDS
from extractor.train.example import Example

# What is found above the band of abstention is right this often; what is found within it, a person should look at.
SURE = 0.9
BINS = 10
TRIED = [round(0.1 + 0.02 * step, 2) for step in range(36)]
# Where the curve is flat, what is shown should rather be right: half a standard error of the F1 may go for it.
SLACK = 0.005


def calibrate(logits: Tensor, examples: Sequence[Example]) -> Calibration:
    """The temperature that makes out-of-fold probabilities most likely; for each label the threshold of best F1, or the
    highest above it that costs at most SLACK of it, and the probability from which on what is found is right nine times
    in ten (1 where it never is).

    Where there are public documents, the F1 is the mean of that on them and that on the rest, which is several times as
    much and written to be hard: in public documents progress is rarer and told more plainly.
    """
    target = torch.tensor([LABELS.index(row.label) for row in examples])
    temperatures = [round(0.5 + 0.05 * step, 2) for step in range(51)]
    temperature = min(temperatures, key=lambda t: float(nn.functional.cross_entropy(logits / t, target)))
    shares = torch.softmax(logits / temperature, dim=1)
    public = torch.tensor([row.public for row in examples])
    found = {}
    for label in ("commitment", "progress"):
        index = LABELS.index(label)
        wanted, share = target == index, shares[:, index]
        found[label] = _threshold([_mean_f1(wanted, share >= t, public) for t in TRIED])
        found[f"sure_{label}"] = _sure_from(wanted, share, found[label])
    return Calibration(temperature=temperature, **found)


def _threshold(scores: Sequence[float]) -> float:
    best = max(range(len(TRIED)), key=lambda at: scores[at])
    within = takewhile(lambda at: scores[at] >= scores[best] - SLACK, range(best, len(TRIED)))
    return TRIED[max(within)]


def _mean_f1(wanted: Tensor, found: Tensor, public: Tensor) -> float:
    parts = [part for part in (public, ~public) if part.any()]
    return sum(f1(wanted[part], found[part]) for part in parts) / len(parts)


def _sure_from(wanted: Tensor, share: Tensor, threshold: float) -> float:
    for percent in range(round(threshold * 100), 100):
        chosen = share >= percent / 100
        if int(chosen.sum()) and float(wanted[chosen].float().mean()) >= SURE:
            return percent / 100
    return 1.0


def f1(wanted: Tensor, found: Tensor) -> float:
    """The F1 of two boolean vectors (0 where nothing was wanted or found)."""
    hits = int((wanted & found).sum())
    return 2 * hits / max(1, int(wanted.sum()) + int(found.sum()))


def score_out_of_fold(
    logits: dict[str, Tensor], floating: Tensor, examples: Sequence[Example], calibration: Calibration
) -> dict[str, Any]:
    """Figures of the cross-validation: F1 of the labels in all, with `floating` (the logits of the labels before
    rounding to integers) in their place, on public documents alone and by kind of document;
    accuracy of strength and kind; F1 of mentions, where they are labelled; how much of what is found lies in the band
    of abstention, and how often the rest is right; and the expected calibration error of the labels' probabilities
    (Guo et al. 2017, arXiv:1706.04599; ten bins).
    """
    shares = torch.softmax(logits["label"] / calibration.temperature, dim=1)
    found = [choose(row.tolist(), calibration) for row in shares]
    unrounded = torch.softmax(floating / calibration.temperature, dim=1)
    figures: dict[str, Any] = {
        "floating_point": _by_label(
            [(row.label, choose(s.tolist(), calibration)) for row, s in zip(examples, unrounded, strict=True)]
        ),
        "all": _by_label([(row.label, label) for row, label in zip(examples, found, strict=True)]),
        "public": _by_label([(row.label, label) for row, label in zip(examples, found, strict=True) if row.public]),
        "kinds": {
            kind: _by_label(
                [(row.label, label) for row, label in zip(examples, found, strict=True) if row.document_kind == kind]
            )
            for kind in sorted({row.document_kind for row in examples})
        },
    }
    for name in ("strength", "kind"):
        target = torch.tensor([row.targets()[list(HEADS).index(name)] for row in examples])
        right = logits[name].argmax(1)[target >= 0] == target[target >= 0]
        figures[f"{name}_accuracy"] = round(float(right.float().mean()), 4)
    figures["mentions"] = _mentions(logits["otherwise"] / calibration.temperature, examples, found)
    figures["band"] = {label: _band(examples, shares, found, label, calibration) for label in LABELS[1:]}
    figures["calibration_error"] = round(calibration_error(shares, examples), 4)
    return figures


def _by_label(chosen: Sequence[tuple[str, str]]) -> dict[str, float]:
    """F1 of each label over pairs of (label given, label found), and how many there are."""
    figures: dict[str, float] = {
        label: _f1_of((given == label, got == label) for given, got in chosen) for label in LABELS[1:]
    }
    return figures | {"units": len(chosen)}


def _f1_of(pairs: Iterable[tuple[bool, bool]]) -> float:
    wanted, found = torch.tensor([*pairs] or [(False, False)]).T
    return round(f1(wanted, found), 4)


def _mentions(logits: Tensor, examples: Sequence[Example], found: Sequence[str]) -> dict[str, float]:
    """F1 of each kind of mention over the documents in which they are labelled."""
    labelled = {row.document for row in examples if row.otherwise}
    shares = torch.softmax(logits, dim=1).tolist()
    got = [mentioned(share)[0] if label == "none" else None for share, label in zip(shares, found, strict=True)]
    rows = [(row.otherwise, kind) for row, kind in zip(examples, got, strict=True) if row.document in labelled]
    return {kind: _f1_of((given == kind, found == kind) for given, found in rows) for kind in MENTION_KINDS}


def _band(
    examples: Sequence[Example], shares: Tensor, found: Sequence[str], label: str, calibration: Calibration
) -> dict[str, float]:
    """How much of what is found as a label is sure, and how often that and the rest is right."""
    index, sure = LABELS.index(label), getattr(calibration, f"sure_{label}")
    rows = [
        (share >= sure, row.label == label)
        for row, share, got in zip(examples, shares[:, index].tolist(), found, strict=True)
        if got == label
    ]
    above = [right for is_sure, right in rows if is_sure]
    within = [right for is_sure, right in rows if not is_sure]
    return {
        "sure": round(len(above) / max(1, len(above) + len(within)), 4),
        "sure_precision": round(sum(above) / max(1, len(above)), 4),
        "unsure_precision": round(sum(within) / max(1, len(within)), 4),
    }


def calibration_error(shares: Tensor, examples: Sequence[Example], bins: int = BINS) -> float:
    """The mean distance between the highest probability and how often it is right, weighted by bin (0–1)."""
    confidence, choice = shares.max(1)
    right = choice == torch.tensor([LABELS.index(row.label) for row in examples])
    places = (confidence * bins).long().clamp(max=bins - 1)
    gaps = [(confidence[places == b].sum() - right[places == b].sum()).abs() for b in range(bins)]
    return float(sum(gaps) / len(examples))

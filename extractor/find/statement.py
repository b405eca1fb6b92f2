"""Passages → decisions: which of them state a commitment or report progress, how firmly, and why."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from extractor.encoder import DECIMALS, pinned_encoder
from extractor.errors import ModelError
from extractor.lexicon.columns import load_columns
from extractor.lexicon.cues import find_cues
from extractor.records import PROGRESS_KINDS, STRENGTHS, Document, Kind, Label, Passage, ProgressKind, Reason, Strength
from extractor.settings import shipped

if TYPE_CHECKING:
    from extractor.find.network import StatementNetwork

BATCH = 64
MAX_CUES = 4


@dataclass(frozen=True, slots=True)
class Decision:
    """Passage number `index` is a statement. `confidence` is the calibrated probability of its label (0–1)."""

    index: int
    label: Label
    confidence: float
    strength: Strength | None
    kind: ProgressKind | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """How raw scores become probabilities (temperature) and probabilities labels (thresholds); fitted out of fold."""

    temperature: float
    commitment: float
    progress: float


def context_of(kind: Kind, passage: Passage) -> str:
    """What the network reads beside the passage: what document, what place in it, what opens or precedes it."""
    heading = passage.heading[-1] if passage.heading else ""
    before = passage.lead_in or passage.previous or ""
    # The end of what precedes is nearest to the passage and says most about it.
    return f"{kind} {passage.kind}. {heading[:200]}. {before[-400:]}"


@lru_cache(maxsize=1)
def load_calibration(folder: Path) -> Calibration:
    """Read calibration.json. Raises ModelError where it is missing or does not fit."""
    try:
        return Calibration(**json.loads((folder / "calibration.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as problem:
        raise ModelError(f"statement calibration: {problem}") from problem


@lru_cache(maxsize=1)
def _network(folder: Path) -> "StatementNetwork":
    # torch and transformers load here, on first use: `extractor dates` and --help must start without them.
    from extractor.find.network import load_network

    return load_network(pinned_encoder(), folder / "weights.safetensors")


def decide(document: Document, passages: Sequence[Passage]) -> tuple[Decision, ...]:
    """Decide about every passage; return the statements, in order of the passages."""
    if not passages:
        return ()
    folder = shipped("models") / "statements"
    calibration = load_calibration(folder)
    scores = probabilities(document.kind, passages, folder=folder, temperature=calibration.temperature)
    decisions = (_decision(index, document.text, passages[index], row, calibration) for index, row in enumerate(scores))
    return tuple(decision for decision in decisions if decision)


def probabilities(
    kind: Kind, passages: Sequence[Passage], *, folder: Path, temperature: float
) -> list[dict[str, tuple[float, ...]]]:
    """For each passage the probabilities of every head's classes, in the order of `network.HEADS`."""
    import torch

    network = _network(folder)
    rows: list[dict[str, tuple[float, ...]]] = [{} for _ in passages]
    # Passages of like length share a batch, so that little is spent on padding.
    order = sorted(range(len(passages)), key=lambda i: len(passages[i].text))
    with torch.inference_mode():
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            pairs = [(passages[i].text, context_of(kind, passages[i])) for i in chosen]
            for name, logits in network(network.batch(pairs)).items():
                shares = torch.softmax(logits.double() / temperature, dim=1).tolist()
                for i, share in zip(chosen, shares, strict=True):
                    rows[i][name] = tuple(round(value, DECIMALS) for value in share)
    return rows


def choose(shares: Sequence[float], calibration: Calibration) -> str:
    """The label of a passage with these probabilities of (none, commitment, progress).

    It is the one that clears its threshold by more, "none" where neither does.
    """
    _, commitment, progress = shares
    over = {"commitment": commitment - calibration.commitment, "progress": progress - calibration.progress}
    best = max(over, key=lambda label: over[label])
    return best if over[best] >= 0 else "none"


def _decision(
    index: int, text: str, passage: Passage, scores: dict[str, tuple[float, ...]], calibration: Calibration
) -> Decision | None:
    chosen = choose(scores["label"], calibration)
    if chosen == "none":
        return None
    if done := _done(text, passage):
        # What the log itself says of an action outweighs how its words read.
        return Decision(index, "progress", max(scores["label"][1:]), None, "delivered", (done,))
    label = cast(Label, chosen)
    probability = scores["label"][1 if label == "commitment" else 2]
    strength = kind = None
    if label == "commitment":
        strength = max(zip(scores["strength"], STRENGTHS, strict=True))[1]
    else:
        kind = max(zip(scores["kind"], PROGRESS_KINDS, strict=True))[1]
    return Decision(
        index, label, probability, strength, kind, _reasons(passage, label, strength or kind or "", scores, probability)
    )


def _done(text: str, passage: Passage) -> Reason | None:
    """The status cell that says that the action of a row is done, as a reason; `text` is the document's."""
    columns = load_columns()
    for cell in passage.cells:
        status = text[cell.start : cell.end]
        if columns.is_status(cell.header) and columns.says_done(status):
            return Reason("status", 1.0, f"the column “{cell.header}” says “{' '.join(status.split())[:60]}”")
    return None


def _reasons(
    passage: Passage, label: Label, detail: str, scores: dict[str, tuple[float, ...]], probability: float
) -> tuple[Reason, ...]:
    other = "progress" if label == "commitment" else "commitment"
    other_share = scores["label"][2 if label == "commitment" else 1]
    reasons = [
        Reason(
            "network",
            probability,
            f"reads as {label} ({detail}); as {other} {other_share:.2f}, as neither {scores['label'][0]:.2f}",
        )
    ]
    hits = [
        hit for hit in find_cues(passage.text) if hit.means in (STRENGTHS if label == "commitment" else PROGRESS_KINDS)
    ]
    reasons += [Reason("cue", 1.0, f"“{passage.text[hit.start : hit.end]}” {hit.explains}") for hit in hits[:MAX_CUES]]
    if not hits and passage.lead_in and (lead := find_cues(passage.lead_in)):
        reasons.append(
            Reason("lead-in", 1.0, f"its lead-in “{passage.lead_in[lead[0].start : lead[0].end]}” {lead[0].explains}")
        )
    return tuple(reasons)

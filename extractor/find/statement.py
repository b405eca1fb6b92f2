"""Passages → decisions: which of them state a commitment or report progress, how firmly, and why; and which only speak
of a promise that the document does not make.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from extractor.encoder import DECIMALS, pinned_encoder
from extractor.encoder.tokens import load_tokenizer
from extractor.errors import ModelError
from extractor.find.legible import UNREADABLE, find_doubts
from extractor.lexicon.columns import load_columns
from extractor.lexicon.cues import find_cues
from extractor.records import (
    MENTION_KINDS,
    OTHERWISE,
    PROGRESS_KINDS,
    STRENGTHS,
    Document,
    Kind,
    Label,
    MentionKind,
    Passage,
    ProgressKind,
    Reason,
    Strength,
)
from extractor.settings import shipped

if TYPE_CHECKING:
    from extractor.find.network import StatementNetwork

BATCH = 32
MAX_CUES = 4
# From here on it is likelier than not that a passage which states nothing only mentions a promise.
MENTIONED = 0.5
# What is hard to read is believed half as much.
DOUBTED = 0.5
WORDS: Mapping[MentionKind, str] = {
    "demand": "a demand of somebody who cannot decide it",
    "recommendation": "a recommendation, not an undertaking",
    "former": "a promise told as history",
    "refusal": "something turned down",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """Passage number `index` is a statement. `confidence` is the calibrated probability of its label (0–1); where it is
    not `sure`, that lies within the band in which the finder abstains, and a person should look.
    """

    index: int
    label: Label
    confidence: float
    sure: bool
    strength: Strength | None
    kind: ProgressKind | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Noted:
    """Passage number `index` is no statement but mentions a promise; `confidence` is the probability of both (0–1)."""

    index: int
    kind: MentionKind
    confidence: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """How raw scores become probabilities (temperature) and probabilities labels (thresholds), and from which one on a
    label is sure; fitted out of fold.
    """

    temperature: float
    commitment: float
    progress: float
    sure_commitment: float
    sure_progress: float


def context_of(kind: Kind, passage: Passage) -> str:
    """What the network reads beside the passage: what document and place, who speaks, what opens or precedes it."""
    heading = " / ".join(heading[:100] for heading in passage.heading[-2:])
    said = f"{passage.speaker[:60]} says. " if passage.speaker else ""
    before = passage.lead_in or passage.previous or ""
    # The end of what precedes is nearest to the passage and says most about it.
    return f"{kind} {passage.kind}. {said}{heading}. {before[-400:]}"


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
    from extractor.encoder.adapted import load_network
    from extractor.find.network import StatementNetwork

    return load_network(StatementNetwork, pinned_encoder(), folder / "weights.safetensors")


def decide(document: Document, passages: Sequence[Passage]) -> tuple[tuple[Decision, ...], tuple[Noted, ...]]:
    """Decide about every passage; return the statements and the mentions, each in order of the passages."""
    if not passages:
        return (), ()
    folder = shipped("models") / "statements"
    calibration = load_calibration(folder)
    rows = probabilities(document.kind, passages, folder=folder, temperature=calibration.temperature)
    tokenizer = load_tokenizer(pinned_encoder())
    decisions: list[Decision] = []
    noted: list[Noted] = []
    for index, (passage, row) in enumerate(zip(passages, rows, strict=True)):
        label = choose(row["label"], calibration)
        doubts = find_doubts(passage.text, tokenizer) if label != "none" else ()
        if any(doubt.rule == UNREADABLE for doubt in doubts):
            continue
        if label != "none":
            decisions.append(_decision(index, document.text, passage, cast(Label, label), row, calibration, doubts))
        elif mention := _noted(index, passage, row):
            noted.append(mention)
    return tuple(decisions), tuple(noted)


def probabilities(
    kind: Kind, passages: Sequence[Passage], *, folder: Path, temperature: float, together: bool = True
) -> list[dict[str, tuple[float, ...]]]:
    """For each passage the probabilities of every head's classes, in the order of `network.HEADS`.

    The passages are read as those of one document, in order; unless `together`, each as a document of its own.
    """
    if not passages:
        return []
    import torch

    network = _network(folder)
    lengths = [len(passages)] if together else [1] * len(passages)
    with torch.inference_mode():
        vectors = network.read_all([(p.text, context_of(kind, p)) for p in passages], size=BATCH)
        logits = network.judge(vectors, lengths)
        shares = {name: torch.softmax(values.double() / temperature, dim=1).tolist() for name, values in logits.items()}
    return [
        {name: tuple(round(share, DECIMALS) for share in values[n]) for name, values in shares.items()}
        for n in range(len(passages))
    ]


def choose(shares: Sequence[float], calibration: Calibration) -> str:
    """The label of a passage with these probabilities of (none, commitment, progress).

    It is the one that clears its threshold by more, "none" where neither does.
    """
    _, commitment, progress = shares
    over = {"commitment": commitment - calibration.commitment, "progress": progress - calibration.progress}
    best = max(over, key=lambda label: over[label])
    return best if over[best] >= 0 else "none"


def mentioned(shares: Sequence[float]) -> tuple[MentionKind | None, float]:
    """Which kind of mention a passage is that states nothing, given its probabilities in the order of OTHERWISE; None
    where it is none. The probability comes with it.
    """
    share, kind = max(zip(shares, OTHERWISE, strict=True))
    return (kind if kind in MENTION_KINDS and share >= MENTIONED else None), share


def _noted(index: int, passage: Passage, row: Mapping[str, tuple[float, ...]]) -> Noted | None:
    kind, share = mentioned(row["otherwise"])
    if kind is None:
        return None
    confidence = round(row["label"][0] * share, DECIMALS)
    return Noted(index, kind, confidence, (Reason("network", share, f"reads as {WORDS[kind]}"),))


def _decision(
    index: int,
    text: str,
    passage: Passage,
    label: Label,
    scores: Mapping[str, tuple[float, ...]],
    calibration: Calibration,
    doubts: Sequence[Reason],
) -> Decision:
    if done := _done(text, passage):
        # What the log itself says of an action outweighs how its words read.
        return Decision(index, "progress", max(scores["label"][1:]), True, None, "delivered", (done, *doubts))
    probability = scores["label"][1 if label == "commitment" else 2]
    sure = probability >= (calibration.sure_commitment if label == "commitment" else calibration.sure_progress)
    strength = kind = None
    if label == "commitment":
        strength = max(zip(scores["strength"], STRENGTHS, strict=True))[1]
    else:
        kind = max(zip(scores["kind"], PROGRESS_KINDS, strict=True))[1]
    reasons = _reasons(passage, label, strength or kind or "", scores, probability)
    confidence = round(probability * DOUBTED, DECIMALS) if doubts else probability
    return Decision(index, label, confidence, sure and not doubts, strength, kind, (*reasons, *doubts))


def _done(text: str, passage: Passage) -> Reason | None:
    """The status cell that says that the action of a row is done, as a reason; `text` is the document's."""
    columns = load_columns()
    for cell in passage.cells:
        status = text[cell.start : cell.end]
        if columns.is_status(cell.header) and columns.says_done(status):
            return Reason("status", 1.0, f"the column “{cell.header}” says “{' '.join(status.split())[:60]}”")
    return None


def _reasons(
    passage: Passage, label: Label, detail: str, scores: Mapping[str, tuple[float, ...]], probability: float
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

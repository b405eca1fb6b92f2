"""Pairs of statements from anywhere → their relation: what `extractor relate` and `extractor.relate` do."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from extractor.encoder import DECIMALS
from extractor.errors import WrongUsage
from extractor.find.deadline import find_deadlines
from extractor.find.metric import find_metrics
from extractor.find.statement import load_calibration, probabilities
from extractor.ids import short_id
from extractor.link import encode, relate_asked
from extractor.present import check_sentence, given_day
from extractor.records import PROGRESS_KINDS, STRENGTHS, Claim, Label, Link, Passage
from extractor.settings import Settings, shipped

Side = Mapping[str, Any]


def relate_pairs(pairs: Sequence[tuple[Side, Side]], *, settings: Settings) -> list[Link]:
    """Relate each (a, b); both have "text" and may have "published", "owner" and "deadline_end" (ISO days).

    The later by "published" relates to the earlier, in the order given where the dates do not tell. Raises WrongUsage
    for a side without text or with a date that is none.
    """
    return relate_asked(paired_claims(pairs, settings=settings), settings=settings)


def relate(a: Side, b: Side, *, settings: Settings | None = None) -> Link:
    """How two statements relate; see relate_pairs."""
    return relate_pairs([(a, b)], settings=settings or Settings())[0]


def paired_claims(pairs: Sequence[tuple[Side, Side]], *, settings: Settings) -> list[tuple[Claim, Claim, float]]:
    """Each pair as (earlier claim, later claim, cosine of their vectors). Raises WrongUsage as relate_pairs does."""
    claims = claims_of([side for pair in pairs for side in pair])
    vectors = encode([claim.text for claim in claims], settings=settings)
    cosines = np.round((vectors[::2] * vectors[1::2]).sum(axis=1), DECIMALS).tolist()
    ordered = [_by_day(a, b) for a, b in zip(claims[::2], claims[1::2], strict=True)]
    return [(a, b, cosine) for (a, b), cosine in zip(ordered, cosines, strict=True)]


def _by_day(a: Claim, b: Claim) -> tuple[Claim, Claim]:
    return (b, a) if a.published and b.published and b.published < a.published else (a, b)


def claims_of(sides: Sequence[Side]) -> list[Claim]:
    """Each side as a claim: its fields as given, the rest read from its text as a document's statements are read."""
    passages = [_passage(side) for side in sides]
    folder = shipped("models") / "statements"
    calibration = load_calibration(folder)
    scores = probabilities("other", passages, folder=folder, temperature=calibration.temperature, together=False)
    return [
        _claim(n, side, passage.text, row)
        for n, (side, passage, row) in enumerate(zip(sides, passages, scores, strict=True))
    ]


def check_side(side: Side) -> None:
    """Raise WrongUsage for a side without text, with a date that is none, or with a field that is no string."""
    check_sentence(side, optional=("owner",), days=("published", "deadline_end"))
    if not side["text"].strip():
        raise WrongUsage("each side of a pair needs a “text” with words in it")


def _passage(side: Side) -> Passage:
    check_side(side)
    text = " ".join(side["text"].split())
    return Passage(text, 0, len(text), "sentence")


def _claim(number: int, side: Side, text: str, scores: Mapping[str, tuple[float, ...]]) -> Claim:
    published, precision = given_day(side.get("published"))
    deadline_end, _ = given_day(side.get("deadline_end"))
    dates = find_deadlines(text, published=published, precision=precision)
    metrics = find_metrics(text, dates=[(date.start, date.end) for date in dates])
    # The caller says that it is a statement, so the thresholds that tell statements from other text do not apply.
    label: Label = "progress" if scores["label"][2] > scores["label"][1] else "commitment"
    identity = short_id("claim", str(number), text)
    return Claim(
        id=identity,
        document_id=identity,
        label=label,
        text=text,
        published=published,
        owner=side.get("owner") or None,
        deadline_end=deadline_end,
        figures=tuple((float(metric.value), metric.unit) for metric in metrics if metric.value != "all"),
        strength=max(zip(scores["strength"], STRENGTHS, strict=True))[1] if label == "commitment" else None,
        kind=max(zip(scores["kind"], PROGRESS_KINDS, strict=True))[1] if label == "progress" else None,
    )

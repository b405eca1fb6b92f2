"""Deciding what a passage is: its context, the thresholds, and the reasons that are given."""

from collections.abc import Sequence

import pytest

from extractor.find.statement import Calibration, choose, context_of, decide
from extractor.records import Passage
from tests import factories

CALIBRATION = Calibration(temperature=1.0, commitment=0.5, progress=0.3)


@pytest.mark.parametrize(
    ("shares", "label", "why"),
    [
        ((0.1, 0.8, 0.1), "commitment", "the plain case"),
        ((0.55, 0.1, 0.35), "progress", "the rarer label has the lower threshold"),
        ((0.55, 0.4, 0.05), "none", "below its threshold"),
        ((0.0, 0.55, 0.45), "progress", "both clear theirs: the one that clears it by more"),
        ((0.0, 0.5, 0.0), "commitment", "on the threshold is enough"),
    ],
)
def test_the_label_that_clears_its_threshold_by_more(shares: Sequence[float], label: str, why: str) -> None:
    assert choose(shares, CALIBRATION) == label, why


@pytest.mark.parametrize(
    ("passage", "context", "why"),
    [
        (factories.passage(heading=("Part 1", "Actions")), "plan sentence. Actions. ", "the nearest heading alone"),
        (
            factories.passage(lead_in="We will:", previous="Before."),
            "plan sentence. . We will:",
            "a lead-in outweighs what stood before",
        ),
        (factories.passage(previous="Before."), "plan sentence. . Before.", "else the passage before"),
        (
            factories.passage(previous="x" * 500 + "end"),
            "plan sentence. . " + "x" * 397 + "end",
            "the end of a long one is nearest",
        ),
    ],
)
def test_the_context_that_the_network_reads(passage: Passage, context: str, why: str) -> None:
    assert context_of("plan", passage) == context, why


def test_decisions_carry_reasons_a_reader_can_check() -> None:
    texts = ("Annex B", "We will recruit 500 more midwives by March 2025.", "Thank you for all that you do.")
    passages = [factories.passage(text, previous=None) for text in texts]
    (decision,) = decide(factories.document("\n".join(texts)), passages)
    assert (decision.index, decision.label, decision.strength, decision.kind) == (1, "commitment", "firm", None)
    assert 0.5 <= decision.confidence <= 1
    network, cue = decision.reasons[0], decision.reasons[1]
    assert network.detail.startswith("reads as commitment (firm)")
    assert (cue.rule, cue.detail) == ("cue", "“will” says that it will happen")


def test_progress_is_told_from_a_promise() -> None:
    text = "The retention programme was launched in June and 35 trusts have joined it."
    (decision,) = decide(factories.document(text), [factories.passage(text)])
    assert (decision.label, decision.strength) == ("progress", None)
    assert decision.kind in ("delivered", "underway", "measure")


def test_nothing_is_found_in_nothing() -> None:
    assert decide(factories.document("x"), []) == ()


def test_a_passage_without_end_is_no_trouble() -> None:
    text = "and so on " * 20_000
    assert len(decide(factories.document(text), [factories.passage(text)])) <= 1

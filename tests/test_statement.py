"""Deciding what a passage is: its context, the thresholds, and the reasons that are given."""

from collections.abc import Sequence

import pytest

from extractor.find.statement import Calibration, choose, context_of, decide
from extractor.records import Passage
from tests import factories

CALIBRATION = Calibration(temperature=1.0, commitment=0.5, progress=0.3, sure_commitment=0.7, sure_progress=0.8)


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
        (
            factories.passage(heading=("Plan", "Part 1", "Actions")),
            "plan sentence. Part 1 / Actions. ",
            "the two nearest headings: the outer often says whose actions, or that they are proposals",
        ),
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
    (decision,), _ = decide(factories.document("\n".join(texts)), passages)
    assert (decision.index, decision.label, decision.strength, decision.kind) == (1, "commitment", "firm", None)
    assert 0.5 <= decision.confidence <= 1
    network, cue = decision.reasons[0], decision.reasons[1]
    assert network.detail.startswith("reads as commitment (firm)")
    assert (cue.rule, cue.detail) == ("cue", "“will” says that it will happen")


def test_progress_is_told_from_a_promise() -> None:
    text = "The retention programme was launched in June and 35 trusts have joined it."
    (decision,), _ = decide(factories.document(text), [factories.passage(text)])
    assert (decision.label, decision.strength) == ("progress", None)
    assert decision.kind in ("delivered", "underway", "measure")


def test_nothing_is_found_in_nothing() -> None:
    assert decide(factories.document("x"), []) == ((), ())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "Le ministère publiera au printemps un plan pour recruter cinq cents infirmières dans les hôpitaux.",
            "French",
        ),
        ("Das Ministerium wird bis Ende März einen Plan für fünfhundert neue Pflegekräfte vorlegen.", "German"),
        ("Bydd y Llywodraeth yn cyhoeddi cynllun erbyn diwedd mis Mawrth ac yn penodi cant o nyrsys.", "Welsh"),
        ("Tbe Dcpartmcnt w1ll puhlish ils p1an hy Marcb and rccru1t fivc hundrcd nurscs bcfore thc cnd", "recognition"),
        ("4,120 | 4,233 | 97.3% | 1,004 | 0.2% | 88 | 12.1 | 3,340 | 7.7% | 5,100 | 61% | 220", "a row of numbers"),
    ],
    ids=lambda value: value if len(value) < 20 else "",
)
def test_what_cannot_be_read_is_never_sure(text: str, why: str) -> None:
    found, _ = decide(factories.document(text), [factories.passage(text)])
    assert not any(decision.sure for decision in found), why
    assert all(decision.confidence <= 0.5 for decision in found), why


def test_a_passage_without_end_is_no_trouble() -> None:
    text = "and so on " * 20_000
    found, _ = decide(factories.document(text), [factories.passage(text)])
    assert not any(decision.sure for decision in found)

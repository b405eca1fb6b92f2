"""Training: whole sources are held out, batches lose nothing, calibration does what it says, and a rebuild works."""

import json
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from extractor.encoder import pinned_encoder
from extractor.errors import WrongUsage
from extractor.find.network import LABELS
from extractor.find.statement import context_of
from extractor.settings import Settings
from extractor.train import train
from extractor.train.calibration import calibrate, calibration_error, f1
from extractor.train.example import Example
from extractor.train.labels import label_passages, load_examples
from extractor.train.statements import Recipe, folds, train_statements, windows

TREEBANK = """# text = We will act.
1\tWe\twe\tPRON\tPRP\t_\t3\tnsubj\t_\t_
2\twill\twill\tAUX\tMD\t_\t3\taux\t_\t_
3\tact\tact\tVERB\tVB\t_\t0\troot\t_\tSpaceAfter=No
4\t.\t.\tPUNCT\t.\t_\t3\tpunct\t_\t_

"""


def example(n: int, *, label: str = "none", source: str = "a", otherwise: str | None = None) -> Example:
    return Example(
        text="word " * (n + 1),
        context="letter sentence.",
        label=label,
        strength="firm" if label == "commitment" else None,
        kind="delivered" if label == "progress" else None,
        otherwise=otherwise,
        document=source,
        source=source,
        document_kind="letter",
    )


def test_no_source_is_on_both_sides() -> None:
    examples = [
        example(n, source=source) for source, size in (("a", 9), ("b", 4), ("c", 3), ("d", 1)) for n in range(size)
    ]
    parts = folds(examples, 3)
    homes = [{examples[i].source for i in part} for part in parts]
    assert sorted(i for part in parts for i in part) == list(range(len(examples)))
    assert sum(len(home) for home in homes) == 4
    assert [len(part) for part in parts] == [9, 4, 4]


def test_batches_hold_every_example_once_in_stretches_of_documents() -> None:
    examples = [example(n, source=source) for source in "abc" for n in range(50)]
    batches = list(windows(examples, Recipe(batch=24, window=16), random.Random(1)))
    stretches = [stretch for batch in batches for stretch in batch]
    assert sorted(i for stretch in stretches for i in stretch) == list(range(150))
    assert all(stretch == list(range(stretch[0], stretch[-1] + 1)) for stretch in stretches), "in reading order"
    assert all(len({examples[i].document for i in stretch}) == 1 for stretch in stretches)
    assert max(sum(map(len, batch)) for batch in batches) <= 24
    assert max(map(len, stretches)) <= 16


def test_public_documents_are_read_more_often() -> None:
    examples = [replace(example(n, source=source), public=source == "b") for source in "ab" for n in range(20)]
    batches = windows(examples, Recipe(public=3), random.Random(1))
    times = Counter(i for batch in batches for stretch in batch for i in stretch)
    assert [times[i] for i in range(40)] == [1] * 20 + [3] * 20


def test_calibration_cools_what_is_too_sure_and_finds_the_threshold() -> None:
    examples = [example(0, label=label) for label in ["commitment"] * 60 + ["none"] * 40]
    logits = torch.tensor([[0.0, 8.0, -8.0]] * 100)
    calibration = calibrate(logits, examples)
    assert calibration.temperature > 2, "right six times in ten, it must not be certain"
    shares = torch.softmax(logits / calibration.temperature, dim=1)
    assert calibration_error(shares, examples) < calibration_error(torch.softmax(logits, dim=1), examples)
    assert shares[0, LABELS.index("commitment")] >= calibration.commitment
    assert calibration.sure_commitment == 1.0, "right six times in ten, nothing is sure"


def test_the_band_ends_where_what_is_found_is_right_nine_times_in_ten() -> None:
    labels = ["commitment"] * 95 + ["none"] * 5 + ["commitment"] * 20 + ["none"] * 20 + ["none"] * 60
    logits = torch.tensor([[0.0, 3.0, -9.0]] * 100 + [[0.0, 0.5, -9.0]] * 40 + [[3.0, 0.0, -9.0]] * 60)
    calibration = calibrate(logits, [example(0, label=label) for label in labels])
    share = torch.softmax(logits / calibration.temperature, dim=1)[:, LABELS.index("commitment")]
    assert calibration.commitment <= share[100], "half right is still worth finding"
    assert share[100] < calibration.sure_commitment <= share[0]


@pytest.mark.parametrize(
    ("wanted", "found", "value"), [([1, 1, 0], [1, 0, 1], 0.5), ([0, 0], [0, 0], 0.0), ([1], [1], 1.0)]
)
def test_f1(wanted: list[int], found: list[int], value: float) -> None:
    assert f1(torch.tensor(wanted, dtype=torch.bool), torch.tensor(found, dtype=torch.bool)) == value


def test_labelled_units_get_the_context_they_would_be_read_with() -> None:
    units: list[dict[str, Any]] = [
        {"type": "heading", "level": 1, "text": "Plan"},
        {"type": "heading", "level": 2, "text": "Actions"},
        {"type": "sentence", "text": "We will:"},
        {"type": "item", "text": "publish"},
        {"type": "item", "text": "consult"},
        {"type": "sentence", "text": "Thank you."},
        {"type": "heading", "level": 1, "text": "Annex"},
        {"type": "item", "text": "a list"},
    ]
    seen = [(p.text, p.heading, p.lead_in, p.previous) for p in label_passages(units, kind="plan")]
    assert seen[3:6] == [
        ("publish", ("Plan", "Actions"), "We will:", "We will:"),
        ("consult", ("Plan", "Actions"), "We will:", "publish"),
        ("Thank you.", ("Plan", "Actions"), None, "consult"),
    ]
    assert seen[7] == ("a list", ("Annex",), None, None), "a heading ends list and section"


def test_labelled_units_are_said_by_whoever_speaks_in_their_document() -> None:
    units: list[dict[str, Any]] = [
        {"type": "sentence", "text": "Ann Bell said: “We will act.", "paragraph_start": True},
        {"type": "sentence", "text": "It will be soon.”"},
        {"type": "sentence", "text": "Unions agree.", "paragraph_start": True},
        {"type": "heading", "level": 2, "text": "Evidence"},
        {"type": "sentence", "text": "Dr Smith: We are ready.", "paragraph_start": True},
        {"type": "sentence", "text": "It was agreed."},
    ]
    said = [p.speaker for p in label_passages(units, kind="news")]
    assert said == ["Ann Bell", "Ann Bell", None, None, "Dr Smith", "Dr Smith"]
    assert "Ann Bell says" in context_of("news", next(iter(label_passages(units, kind="news"))))


def test_gold_documents_become_examples_as_they_are_read(tmp_path: Path) -> None:
    text = "Next steps\n\nWe will act by May. It was a good year.\n"
    (tmp_path / "note.txt").write_text(text, encoding="utf-8")
    units = [
        {"unit": 0, "start": 0, "end": 10, "text": "Next steps", "label": "none"},
        {"unit": 1, "start": 12, "end": 31, "text": "We will act by May.", "label": "commitment", "strength": "firm"},
        {"unit": 2, "start": 32, "end": 51, "text": "It was a good year.", "label": "either"},
    ]
    (tmp_path / "note.gold.json").write_text(
        json.dumps({"file": "note.txt", "source": "s", "units": units}), encoding="utf-8"
    )
    found = [(row.text, row.label, row.source) for row in load_examples([tmp_path])]
    assert found == [("Next steps", "none", "s"), ("We will act by May.", "commitment", "s")]


def test_a_folder_without_labels_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="no label file"):
        load_examples([tmp_path])


def test_a_small_training_writes_all_that_the_product_reads(tmp_path: Path) -> None:
    examples = [
        example(n % 7, label=LABELS[n % 3], source=f"s{n // 6}", otherwise=None if n % 3 else "demand")
        for n in range(36)
    ]
    told: list[str] = []
    figures = train_statements(
        pinned_encoder(), examples, tmp_path, recipe=Recipe(epochs=1, rank=2), workers=1, tell=told.append
    )
    assert {file.name for file in tmp_path.iterdir()} == {"weights.safetensors", "calibration.json", "figures.json"}
    assert figures["all"]["units"] == 36
    assert set(figures) >= {"public", "kinds", "mentions", "band", "calibration_error"}
    assert told


# spaCy's own training loop still calls what torch has renamed
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::UserWarning")
def test_the_syntax_pipeline_is_rebuilt_from_a_treebank(tmp_path: Path) -> None:
    for part in ("train", "dev", "test"):
        (tmp_path / f"en-ud-{part}.conllu").write_text(TREEBANK * 30, encoding="utf-8")
    from extractor.train.syntax import train_syntax

    figures = train_syntax(tmp_path, tmp_path / "out", steps=4)
    assert set(figures) == {"tag_acc", "dep_uas", "dep_las", "lemma_acc", "sents_f"}
    config = (tmp_path / "out" / "config.cfg").read_text(encoding="utf-8")
    assert str(tmp_path) not in config
    assert "/tmp" not in config


@pytest.mark.parametrize("data", [[], ["one", "two"]], ids=["none", "two"])
def test_syntax_needs_one_treebank(data: list[str], tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="--data"):
        train("syntax", [Path(name) for name in data], tmp_path, settings=Settings(), tell=lambda line: None)

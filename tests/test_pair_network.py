"""Two statements read side by side: the network, its training, and what is kept of families it had not seen."""

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from extractor.encoder import pinned_encoder
from extractor.encoder.adapted import load_network, ready, save_changes
from extractor.errors import ModelError, WrongUsage
from extractor.link.network import PairNetwork
from extractor.link.reader import WEIGHTS, joint, read_pairs
from extractor.records import RELATIONS
from extractor.train.pairs import Recipe, company, folds, held_out, read_labelled, texts, train_pairs

PLEDGE = "NHS England will train 1,500 more midwives by March 2025."
AGAIN = "The promise of another fifteen hundred midwives by spring 2025 was renewed."
OTHER = "NHS England will train 1,500 more dentists by March 2025."


def pair(family: str, relation: str, a: str = PLEDGE, b: str = AGAIN) -> dict[str, Any]:
    return {
        "family": family,
        "a": {"text": a, "published": "2022-01-10"},
        "b": {"text": b, "published": "2023-05-02"},
        "relation": relation,
    }


def write(file: Path, rows: list[dict[str, Any]]) -> Path:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def test_log_probabilities_of_every_relation() -> None:
    shares = read_pairs([(PLEDGE, AGAIN), (PLEDGE, OTHER)])
    assert shares.shape == (2, len(RELATIONS))
    assert np.exp(shares).sum(axis=1) == pytest.approx(1, abs=1e-3)


def test_no_pairs_no_rows() -> None:
    assert read_pairs([]).shape == (0, len(RELATIONS))


def test_another_object_in_the_same_words_is_less_likely_the_same_thing() -> None:
    """What vectors of whole sentences cannot tell: the look-alike shares all but one word with the pledge."""
    unrelated = read_pairs([(PLEDGE, AGAIN), (PLEDGE, OTHER)])[:, RELATIONS.index("unrelated")]
    assert unrelated[0] < unrelated[1]


def test_a_pair_reads_alike_in_any_company() -> None:
    long = (PLEDGE * 20, AGAIN * 20)
    assert read_pairs([(PLEDGE, AGAIN)])[0] == pytest.approx(read_pairs([long, (PLEDGE, AGAIN)])[1], abs=1e-4)


def test_which_text_is_the_earlier_counts() -> None:
    there, back = read_pairs([(PLEDGE, AGAIN), (AGAIN, PLEDGE)])
    assert not np.allclose(there, back, atol=1e-4)


@torch.inference_mode()
def test_what_is_saved_reads_as_before(tmp_path: Path) -> None:
    torch.manual_seed(3)
    network = PairNetwork(pinned_encoder(), rank=2).eval()
    for name, value in network.changes().items():
        if name.endswith(".up"):
            value.normal_(std=0.02)
    save_changes(network.changes(), tmp_path / "weights.safetensors")
    again = load_network(PairNetwork, pinned_encoder(), tmp_path / "weights.safetensors")
    pairs = [(PLEDGE, AGAIN)]
    before = network.judge(network.read_all(pairs, size=1))
    assert torch.allclose(before, again.judge(again.read_all(pairs, size=1)), atol=0.1)
    assert torch.allclose(before, ready(network).judge(network.read_all(pairs, size=1)), atol=0.1)


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    save_changes({"head.weight": torch.zeros(2, 2)}, tmp_path / "weights.safetensors")
    with pytest.raises(ModelError, match="does not fit"):
        load_network(PairNetwork, pinned_encoder(), tmp_path / "weights.safetensors")


def test_the_earlier_comes_first_whatever_it_is_called() -> None:
    row = pair("f", "restates")
    assert texts({**row, "a": row["b"], "b": row["a"]}) == texts(row) == (PLEDGE, AGAIN)


def test_the_committee_meets_halfway() -> None:
    sure, unsure = np.log([[0.9, 0.05, 0.03, 0.02]]), np.log([[0.25, 0.25, 0.25, 0.25]])
    both = np.exp(joint([sure.astype(np.float32), unsure.astype(np.float32)]))
    assert both.sum() == pytest.approx(1, abs=1e-5)
    assert 0.25 < both[0, 0] < 0.9


def test_company_is_certain_and_drawn_alike_by_the_same_seed() -> None:
    rows = [pair(f"f{n}", kind, f"Pledge {n}.", f"{kind} {n}.") for n in range(6) for kind in ("restates", "unrelated")]
    drawn = company(rows, 80, random.Random(5))
    assert drawn == company(rows, 80, random.Random(5))
    families = {text: row["family"] for row in rows for text in texts(row)}
    for example in drawn:
        a, b = example.texts
        if RELATIONS.index("unrelated") == example.relation:
            assert families[a] != families[b] or "unrelated" in a + b
        elif b in families:
            assert families[a] == families[b], "only what belongs to one pledge is called related"
        else:
            assert a.rstrip(".").lower() in b.lower(), "or what is retold word for word"


def test_no_family_is_on_both_sides(tmp_path: Path) -> None:
    rows = read_labelled([write(tmp_path / "one.jsonl", [pair(f"f{n // 3}", "restates") for n in range(30)])])
    parts = folds(rows)
    assert sorted(i for part in parts for i in part) == list(range(30))
    families = [{rows[i]["family"] for i in part} for part in parts]
    assert sum(map(len, families)) == len(set().union(*families))


def test_families_of_two_files_with_one_name_are_two(tmp_path: Path) -> None:
    files = [write(tmp_path / f"{name}.jsonl", [pair("f1", "restates")]) for name in ("one", "two")]
    assert len({row["family"] for row in read_labelled(files)}) == 2


@pytest.mark.parametrize("missing", ["family", "a", "b", "relation"])
def test_a_line_that_lacks_something_is_wrong_usage(missing: str, tmp_path: Path) -> None:
    row = pair("f", "restates")
    del row[missing]
    with pytest.raises(WrongUsage, match="each line needs"):
        read_labelled([write(tmp_path / "pairs.jsonl", [row])])


def test_a_small_training_leaves_all_that_is_read_later(tmp_path: Path) -> None:
    kinds = ("restates", "revises", "progresses", "unrelated")
    rows = [pair(f"f{n % 4}", kinds[n // 4 % 4], PLEDGE, f"{OTHER} Round {n}.") for n in range(16)]
    file = write(tmp_path / "pairs.jsonl", rows)
    said: list[str] = []
    committee = [Recipe(epochs=1, rank=1), Recipe(epochs=1, rank=1, company=0.5)]
    figures = train_pairs(pinned_encoder(), [file], tmp_path, committee=committee, workers=1, tell=said.append)
    assert figures["pairs"] == 16
    assert figures["families"] == 4
    assert len(said) == 10, "by each recipe one training on all and four with families held out"
    for number in (1, 2):
        load_network(PairNetwork, pinned_encoder(), tmp_path / WEIGHTS.format(number))
    shares = held_out(read_labelled([file]), tmp_path)
    assert np.exp(shares).sum(axis=1) == pytest.approx(1, abs=0.01)
    with pytest.raises(WrongUsage, match="trained on other pairs"):
        held_out(read_labelled([file])[:-1], tmp_path)

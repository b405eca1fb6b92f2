"""The statement network: small changes to a public encoder, saved and read back without loss."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from extractor.encoder import pinned_encoder
from extractor.errors import ModelError
from extractor.find.network import HEADS, LowRank, StatementNetwork, load_network

PAIRS = [
    ("We will publish a plan.", "letter sentence. Next steps. "),
    ("Staff have worked hard.", "letter sentence.  "),
]


@pytest.fixture(scope="module")
def folder() -> Path:
    return pinned_encoder()


@pytest.fixture(scope="module")
def changed(folder: Path) -> StatementNetwork:
    """A network whose every change is something."""
    torch.manual_seed(1)
    network = StatementNetwork(folder, rank=2).eval()
    with torch.no_grad():
        for name, value in network.changes().items():
            if name.endswith(".up"):
                value.normal_(std=0.02)
    return network


def test_training_starts_from_the_encoder_itself() -> None:
    weight = torch.randn(6, 4)
    assert torch.equal(LowRank(weight, 2)(weight), weight)


@torch.inference_mode()
def test_what_is_saved_reads_as_before(changed: StatementNetwork, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "weights.safetensors"
    changed.save(file)
    again = load_network(folder, file)
    before, after = changed(changed.batch(PAIRS)), again(again.batch(PAIRS))
    # half precision keeps three digits of each change
    assert all(torch.allclose(before[head], after[head], atol=5e-3) for head in HEADS)
    assert file.stat().st_size < 400_000


@torch.inference_mode()
def test_the_context_is_read_but_not_averaged_in(changed: StatementNetwork) -> None:
    batch = changed.batch([("We will act.", "letter sentence."), ("We will act.", "minutes row. Apologies.")])
    assert batch.own.sum(1).tolist() == [6, 6], "four words and a full stop between two marks"
    first, second = changed(batch)["label"]
    assert not torch.allclose(first, second, atol=1e-4)


@torch.inference_mode()
def test_neighbours_in_a_batch_do_not_matter(changed: StatementNetwork) -> None:
    alone = changed(changed.batch(PAIRS[:1]))["label"][0]
    among = changed(changed.batch([*PAIRS, ("A much longer neighbour " * 20, "plan sentence.")]))["label"][0]
    assert torch.allclose(alone, among, atol=1e-5)


def test_a_text_of_any_length_fits(changed: StatementNetwork) -> None:
    batch = changed.batch([("word " * 50_000, "context " * 50_000)])
    assert batch.inputs["input_ids"].shape[1] <= 192


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "No such file"), ({"heads.label.bias": torch.zeros(3)}, "does not fit")],
    ids=["missing", "of another network"],
)
def test_wrong_weights_are_refused(
    content: dict[str, torch.Tensor] | None, said: str, folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "weights.safetensors"
    if content is not None:
        save_file(content, file)
    with pytest.raises(ModelError, match=said):
        load_network(folder, file)

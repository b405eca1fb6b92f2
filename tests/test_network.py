"""The statement network: small changes to a public encoder, saved and read back without loss."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn
from transformers import AutoModel, AutoTokenizer

from extractor.encoder import pinned_encoder
from extractor.encoder.adapted import LowRank, load_network, ready, save_changes
from extractor.encoder.bert import Bert
from extractor.encoder.quantised import QuantisedLinear
from extractor.encoder.tokens import load_tokenizer
from extractor.errors import ModelError
from extractor.find.network import HEADS, StatementNetwork


def read(network: StatementNetwork, pairs: list[tuple[str, str]]) -> dict[str, torch.Tensor]:
    return network.judge(network.read_all(pairs, size=8), [len(pairs)])


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


@torch.inference_mode()
def test_the_encoder_reads_what_the_library_of_its_makers_reads(folder: Path) -> None:
    tokenizer, base = load_tokenizer(folder, most=12), Bert(folder).eval()
    texts = ["We will act.", "One thousand more nurses, by September: that is what we said, and what we will do."]
    theirs = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    rows = theirs(texts, truncation=True, max_length=12, padding=True, return_tensors="pt")
    encoded = tokenizer.encode_batch(texts)
    assert [row.ids for row in encoded] == [
        ids[mask.bool()].tolist() for ids, mask in zip(rows["input_ids"], rows["attention_mask"], strict=True)
    ]
    ids, kinds = (torch.tensor([n for row in encoded for n in getattr(row, name)]) for name in ("ids", "type_ids"))
    expected = AutoModel.from_pretrained(folder, local_files_only=True)(**rows).last_hidden_state
    found = base(ids, kinds, [len(row) for row in encoded])
    assert torch.allclose(found, expected[rows["attention_mask"].bool()], atol=1e-5)


def test_training_starts_from_the_encoder_itself() -> None:
    linear, rows = nn.Linear(4, 6), torch.randn(3, 4)
    assert torch.equal(LowRank(linear, 2)(rows), linear(rows))


def test_a_change_is_the_same_merged_into_the_weights() -> None:
    changed, rows = LowRank(nn.Linear(4, 6), 2), torch.randn(3, 4)
    changed.up.data.normal_()
    before = changed(rows)
    assert torch.allclose(changed.merged()(rows), before, atol=1e-5)


@torch.inference_mode()
def test_what_is_saved_reads_as_before(changed: StatementNetwork, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "weights.safetensors"
    save_changes(changed.changes(), file)
    again = load_network(StatementNetwork, folder, file)
    before, after = read(changed, PAIRS), read(again, PAIRS)
    # what is kept in half precision and read in eight-bit integers differs in the second digit
    assert all(torch.allclose(before[head], after[head], atol=0.1) for head in HEADS)
    assert file.stat().st_size < 1_000_000


@torch.inference_mode()
def test_the_context_is_read_but_not_averaged_in(changed: StatementNetwork) -> None:
    (batch,) = changed.batches([("We will act.", "letter sentence."), ("We will act.", "minutes row. Apologies.")], 2)
    assert batch.first.tolist() == [True] * 6 + [False] * (batch.lengths[0] - 6) + [True] * 6 + [False] * (
        batch.lengths[1] - 6
    ), "four words and a full stop between two marks"
    first, second = changed.read(batch)
    assert not torch.allclose(first, second, atol=1e-4)


@torch.inference_mode()
def test_neighbours_in_a_batch_do_not_matter(changed: StatementNetwork) -> None:
    longer = [*PAIRS, ("A much longer neighbour " * 20, "plan sentence.")]
    alone, among = changed.read_all(PAIRS[:1], size=8), changed.read_all(longer, size=8)
    assert torch.allclose(alone[0], among[0], atol=1e-5)


@torch.inference_mode()
def test_passages_come_back_in_their_order(changed: StatementNetwork) -> None:
    pairs = [("word " * n, "plan sentence.") for n in (9, 2, 30, 1, 5)]
    together = changed.read_all(pairs, size=2)
    apart = torch.cat([changed.read_all([pair], size=2) for pair in pairs])
    assert torch.allclose(together, apart, atol=1e-5)


@torch.inference_mode()
def test_what_stands_around_a_passage_counts_within_its_document_alone(changed: StatementNetwork) -> None:
    vectors = changed.read_all([*PAIRS, PAIRS[0]], size=8)
    one, two = changed.judge(vectors, [3])["label"], changed.judge(vectors, [2, 1])["label"]
    assert not torch.allclose(one[0], two[0], atol=1e-6), "its neighbour's neighbour is gone"
    assert not torch.allclose(two[0], two[2], atol=1e-6), "the same words in another place"
    assert torch.allclose(two[2], changed.judge(vectors[2:], [1])["label"][0], atol=1e-6), (
        "other documents do not count"
    )


@pytest.mark.parametrize("rows", [1, 7, 200])
def test_eight_bit_integers_give_nearly_what_the_linear_map_gives(rows: int) -> None:
    linear = nn.Linear(64, 32)
    x = torch.randn(rows, 64)
    with torch.inference_mode():
        exact, rounded = linear(x), QuantisedLinear(linear)(x)
        assert float((exact - rounded).norm() / exact.norm()) < 0.02
        # each row has its own scale, and whole numbers add up alike in any company
        assert torch.equal(QuantisedLinear(linear)(x[:1]), rounded[:1])
        assert torch.equal(QuantisedLinear(linear)(torch.zeros(2, 64)), linear.bias.expand(2, 32))
        # and two maps taken together give what they give alone
        other = nn.Linear(64, 8)
        both = torch.cat([rounded, QuantisedLinear(other)(x)], dim=1)
        assert torch.equal(QuantisedLinear(linear, other)(x), both)


def test_ready_leaves_no_linear_map_in_floating_point(folder: Path) -> None:
    network = ready(StatementNetwork(folder, rank=2))
    assert not [m for m in network.base.encoder.modules() if isinstance(m, nn.Linear)]
    assert not network.training


@torch.inference_mode()
def test_in_integers_a_passage_reads_the_same_in_any_company(folder: Path) -> None:
    """Rounding would make much of the least difference, so there must be none."""
    network = ready(StatementNetwork(folder, rank=2))
    texts = [*PAIRS, ("A longer neighbour " * 9, "plan sentence."), ("We will act.", "letter sentence. ")]
    together = network.read_all(texts, size=8)
    for text, among in zip(texts, together, strict=True):
        assert torch.allclose(network.read_all([text], size=8)[0], among, atol=1e-5)


@torch.inference_mode()
def test_the_last_tokens_of_a_text_may_stop_early(folder: Path) -> None:
    """All of them through all layers but the last, and the first ones through that: nothing is lost for these."""
    base = Bert(folder).eval()
    ids, lengths, asked = torch.arange(1_000, 1_013), [6, 4, 3], [2, 4, 1]
    whole, first, *rest = (
        base(ids, torch.zeros_like(ids), lengths, asked=some, deep=deep)
        for some, deep in ((None, 0), (asked, 5), (asked, 0))
    )
    marked = torch.tensor([True, True, *4 * [False], *4 * [True], True, False, False])
    assert torch.allclose(first[marked], whole[marked], atol=1e-5)
    assert not torch.allclose(first[~marked], whole[~marked], atol=1e-2)
    # without a single layer the others are what they are by themselves, and are read all the same
    (bare,) = rest
    changed = base(ids.index_fill(0, torch.tensor([5]), 2_000), torch.zeros_like(ids), lengths, asked=asked, deep=0)
    assert torch.equal(changed[2:5], bare[2:5])
    assert not torch.allclose(changed[:2], bare[:2], atol=1e-2)


def resident_megabytes() -> float:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is told by Linux")
@torch.inference_mode()
def test_texts_of_many_lengths_leave_nothing_in_memory(folder: Path) -> None:
    """For every shape that it met torch kept a kernel of two megabytes: a run of 200 documents took three gigabytes."""
    base = Bert(folder).eval()
    ids = torch.arange(1_000, 1_512)

    def read(length: int) -> None:
        base(ids[:length], torch.zeros(length, dtype=torch.long), [length])

    for length in range(32, 513, 32):
        read(length)
    before = resident_megabytes()
    for length in range(301, 421):
        read(length)
    assert resident_megabytes() - before < 60


def test_a_text_of_any_length_fits(changed: StatementNetwork) -> None:
    (batch,) = changed.batches([("word " * 50_000, "context " * 50_000)], 1)
    assert batch.lengths == (192,)


@pytest.mark.parametrize(
    ("config", "said"),
    [(None, "No such file"), ("{", "Expecting"), ('{"hidden_act": "relu"}', "hidden_act relu is not known")],
    ids=["missing", "damaged", "of another make"],
)
def test_another_encoder_is_refused(config: str | None, said: str, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").symlink_to(folder / "model.safetensors")
    if config is not None:
        (tmp_path / "config.json").write_text(config, encoding="utf-8")
    with pytest.raises(ModelError, match=said):
        Bert(tmp_path)


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
        load_network(StatementNetwork, folder, file)

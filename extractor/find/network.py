"""The statement network: the pinned MiniLM with low-rank changes to every layer, a layer that reads passages in
sequence, and four small heads on top.

Low-rank adaptation (Hu et al. 2021, arXiv:2106.09685) keeps what differs from the public encoder to about two
megabytes, so a retrain costs the repository little. The recurrent layer over the passages of a document is that of
sequential sentence classification (Jin and Szolovits 2018, arXiv:1808.06161): what stands around a passage tells a
recommendation that a response quotes from the answer to it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_sequence, pad_packed_sequence
from transformers import AutoModel, AutoTokenizer

from extractor.encoder import prepare_libraries
from extractor.errors import ModelError
from extractor.find.legible import MAX_CHARACTERS
from extractor.find.quantised import QuantisedLinear
from extractor.records import OTHERWISE, PROGRESS_KINDS, STRENGTHS

LABELS = ("none", "commitment", "progress")
HEADS = {"label": LABELS, "strength": STRENGTHS, "kind": PROGRESS_KINDS, "otherwise": OTHERWISE}
MAX_TOKENS = 192
RANK = 16
# Width of the recurrent layer, each way.
AROUND = 96
# The update is scaled by ALPHA / rank, so that a change of rank needs no new learning rate.
ALPHA = 32.0

Pair = tuple[str, str]
Layer = TypeVar("Layer", bound=nn.Module)


class LowRank(nn.Module):
    """x → linear(x) + (x · downᵀ · upᵀ) · ALPHA / rank, with `up` zero at first: training starts from the encoder.

    The change is added to what comes out, not to the weights: so training never forms the gradient of a whole matrix.
    """

    def __init__(self, linear: nn.Linear, rank: int) -> None:
        super().__init__()
        self.linear = linear
        self.down = nn.Parameter(torch.randn(rank, linear.in_features) * linear.in_features**-0.5)
        self.up = nn.Parameter(torch.zeros(linear.out_features, rank))
        self.scale = ALPHA / rank

    def forward(self, x: Tensor) -> Tensor:
        changed: Tensor = self.linear(x) + (x @ self.down.T) @ self.up.T * self.scale
        return changed

    def merged(self) -> nn.Linear:
        """The linear map with the change added to its weights."""
        with torch.no_grad():
            self.linear.weight += (self.up @ self.down) * self.scale
        return self.linear


@dataclass(frozen=True, slots=True)
class Batch:
    """Tokenised pairs of (statement, context): those at `places`. `own` marks the tokens of the statement itself."""

    places: Sequence[int]
    inputs: dict[str, Tensor]
    own: Tensor

    def to(self, device: str) -> "Batch":
        inputs = {name: value.to(device) for name, value in self.inputs.items()}
        return Batch(self.places, inputs, self.own.to(device))


class StatementNetwork(nn.Module):
    """Logits of every head for passages, each read with its context and with the passages around it.

    The passage's own tokens are averaged after every layer has let them attend to the context; then the averages of a
    document's passages go through a recurrent layer in both directions.
    """

    def __init__(self, folder: Path, *, rank: int = RANK) -> None:
        super().__init__()
        prepare_libraries()
        self.tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self.base = AutoModel.from_pretrained(folder, local_files_only=True, dtype=torch.float32)
        self.base.requires_grad_(False)
        _replace(self.base.encoder, nn.Linear, lambda linear: LowRank(linear, rank))
        width = self.base.config.hidden_size
        self.drop = nn.Dropout(0.1)
        self.around = nn.GRU(width, AROUND, batch_first=True, bidirectional=True)
        self.heads = nn.ModuleDict({name: nn.Linear(width + 2 * AROUND, len(values)) for name, values in HEADS.items()})

    def batches(self, pairs: Sequence[Pair], size: int) -> Iterator[Batch]:
        """Tokenise (statement, context) pairs, the longer of the two cut first, and put `size` of like length together,
        so that little is spent on padding. `Batch.places` says which pairs.
        """
        encoded = self.tokenizer(
            [text[:MAX_CHARACTERS] for text, _ in pairs],
            [context[:MAX_CHARACTERS] for _, context in pairs],
            truncation="longest_first",
            max_length=MAX_TOKENS,
            return_token_type_ids=True,
        )
        lengths = [len(ids) for ids in encoded["input_ids"]]
        order = sorted(range(len(pairs)), key=lengths.__getitem__)
        for start in range(0, len(order), size):
            places = order[start : start + size]
            rows = {name: [values[place] for place in places] for name, values in encoded.items()}
            inputs = dict(self.tokenizer.pad(rows, padding="longest", return_tensors="pt"))
            yield Batch(places, inputs, inputs["attention_mask"].bool() & (inputs["token_type_ids"] == 0))

    def read(self, batch: Batch) -> Tensor:
        """One vector a passage (passages × width), from its own words and its context."""
        hidden: Tensor = self.base(**batch.inputs).last_hidden_state
        own = batch.own.unsqueeze(-1).to(hidden.dtype)
        return (hidden * own).sum(1) / own.sum(1)

    def read_all(self, pairs: Sequence[Pair], *, size: int, device: str = "cpu") -> Tensor:
        """The vectors of any number of passages, in order, read in batches of `size`."""
        batches = [batch.to(device) for batch in self.batches(pairs, size)]
        read = torch.cat([self.read(batch).float() for batch in batches])
        places = torch.tensor([place for batch in batches for place in batch.places], device=device)
        # back into order: the inverse of the permutation
        return read[places.argsort()]

    def judge(self, vectors: Tensor, lengths: Sequence[int]) -> dict[str, Tensor]:
        """Logits of every head for the passages of documents, one after the other; `lengths` says how many each has."""
        own = self.drop(vectors)
        packed, _ = self.around(pack_sequence(own.split(list(lengths)), enforce_sorted=False))
        padded, _ = pad_packed_sequence(packed, batch_first=True)
        around = torch.cat([padded[n, :length] for n, length in enumerate(lengths)])
        joined = torch.cat([own, self.drop(around)], dim=1)
        return {name: head(joined) for name, head in self.heads.items()}

    def changes(self) -> dict[str, Tensor]:
        """What differs from the public encoder: the low-rank factors, the recurrent layer and the heads."""
        return {
            name: value
            for name, value in self.state_dict().items()
            if name.endswith((".down", ".up")) or name.startswith(("heads.", "around."))
        }


def save_changes(changes: Mapping[str, Tensor], file: Path) -> None:
    """Write a network's changes in half precision, readable by whoever may read the folder."""
    save_file({name: value.half().contiguous().cpu() for name, value in changes.items()}, file)
    # safetensors makes files that only their owner may read, and a checkout is for everybody
    file.chmod(0o644)


def load_network(folder: Path, weights: Path) -> StatementNetwork:
    """Build the network from the encoder in `folder` and the changes in `weights`, merged, in eight-bit integers.

    Raises ModelError where the weights are missing or belong to another network.
    """
    try:
        changes = load_file(weights)
    except OSError as problem:
        raise ModelError(f"statement weights: {problem}") from problem
    rank = next((value.shape[0] for name, value in changes.items() if name.endswith(".down")), 1)
    network = StatementNetwork(folder, rank=rank)
    if {name: value.shape for name, value in changes.items()} != {
        name: value.shape for name, value in network.changes().items()
    }:
        raise ModelError(f"{weights}: does not fit the encoder in {folder}")
    network.load_state_dict({name: value.float() for name, value in changes.items()}, strict=False)
    return ready(network)


def ready(network: StatementNetwork) -> StatementNetwork:
    """The network as it reads: changes merged into the maps, these in eight-bit integers, no more training."""
    _replace(network.base.encoder, LowRank, lambda changed: QuantisedLinear(changed.merged()))
    return network.eval()


def _replace(module: nn.Module, kind: type[Layer], make: Callable[[Layer], nn.Module]) -> None:
    """Put `make(child)` in the place of every layer of a kind, however deep."""
    for name, child in list(module.named_children()):
        if isinstance(child, kind):
            setattr(module, name, make(child))
        else:
            _replace(child, kind, make)

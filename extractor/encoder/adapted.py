"""The pinned MiniLM with low-rank changes to every layer, reading pairs of texts: what the networks of a task build on.

Low-rank adaptation (Hu et al. 2021, arXiv:2106.09685) keeps what differs from the public encoder to about two
megabytes, so a retrain costs the repository little.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import AutoModel, AutoTokenizer

from extractor.encoder import MAX_CHARACTERS, prepare_libraries
from extractor.encoder.quantised import QuantisedLinear
from extractor.errors import ModelError

MAX_TOKENS = 192
RANK = 16
# The update is scaled by ALPHA / rank, so that a change of rank needs no new learning rate.
ALPHA = 32.0

Pair = tuple[str, str]
Layer = TypeVar("Layer", bound=nn.Module)
Network = TypeVar("Network", bound="AdaptedEncoder")


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
    """Tokenised pairs of texts: those at `places`. `first` marks the tokens of the first text with its two marks."""

    places: Sequence[int]
    inputs: dict[str, Tensor]
    first: Tensor

    def to(self, device: str) -> "Batch":
        inputs = {name: value.to(device) for name, value in self.inputs.items()}
        return Batch(self.places, inputs, self.first.to(device))


class AdaptedEncoder(nn.Module):
    """An encoder whose every linear map may change by a matrix of low rank; subclasses add what their task needs."""

    def __init__(self, folder: Path, *, rank: int = RANK) -> None:
        super().__init__()
        prepare_libraries()
        self.tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self.base = AutoModel.from_pretrained(folder, local_files_only=True, dtype=torch.float32)
        self.base.requires_grad_(False)
        _replace(self.base.encoder, nn.Linear, lambda linear: LowRank(linear, rank))
        self.width: int = self.base.config.hidden_size

    def batches(self, pairs: Sequence[Pair], size: int) -> Iterator[Batch]:
        """Tokenise pairs of texts, the longer of the two cut first, and put `size` of like length together,
        so that little is spent on padding. `Batch.places` says which pairs.
        """
        encoded = self.tokenizer(
            [first[:MAX_CHARACTERS] for first, _ in pairs],
            [second[:MAX_CHARACTERS] for _, second in pairs],
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
        """One vector a pair (pairs × width): the mean of its tokens."""
        return averaged(self.hidden(batch), batch.inputs["attention_mask"].bool())

    def read_all(self, pairs: Sequence[Pair], *, size: int, device: str = "cpu") -> Tensor:
        """The vectors of any number of pairs (pairs × width), in order, read in batches of `size`."""
        batches = [batch.to(device) for batch in self.batches(pairs, size)]
        read = torch.cat([self.read(batch).float() for batch in batches])
        places = torch.tensor([place for batch in batches for place in batch.places], device=device)
        # back into order: the inverse of the permutation
        return read[places.argsort()]

    def hidden(self, batch: Batch) -> Tensor:
        """A vector for each token (pairs × tokens × width)."""
        states: Tensor = self.base(**batch.inputs).last_hidden_state
        return states

    def changes(self) -> dict[str, Tensor]:
        """What differs from the public encoder: the low-rank factors, and all that a subclass added."""
        return {
            name: value
            for name, value in self.state_dict().items()
            if name.endswith((".down", ".up")) or not name.startswith("base.")
        }


def averaged(hidden: Tensor, of: Tensor) -> Tensor:
    """The mean of those token vectors (pairs × tokens × width) that `of` (pairs × tokens, true or false) marks."""
    marked = of.unsqueeze(-1).to(hidden.dtype)
    return (hidden * marked).sum(1) / marked.sum(1)


def save_changes(changes: Mapping[str, Tensor], file: Path) -> None:
    """Write a network's changes in half precision, readable by whoever may read the folder."""
    save_file({name: value.half().contiguous().cpu() for name, value in changes.items()}, file)
    # safetensors makes files that only their owner may read, and a checkout is for everybody
    file.chmod(0o644)


def load_network(kind: type[Network], folder: Path, weights: Path) -> Network:
    """Build a network from the encoder in `folder` and the changes in `weights`, merged, in eight-bit integers.

    Raises ModelError where the weights are missing or belong to another network.
    """
    try:
        changes = load_file(weights)
    except OSError as problem:
        raise ModelError(f"weights of a network: {problem}") from problem
    rank = next((value.shape[0] for name, value in changes.items() if name.endswith(".down")), 1)
    network = kind(folder, rank=rank)
    if {name: value.shape for name, value in changes.items()} != {
        name: value.shape for name, value in network.changes().items()
    }:
        raise ModelError(f"{weights}: does not fit the encoder in {folder}")
    network.load_state_dict({name: value.float() for name, value in changes.items()}, strict=False)
    return ready(network)


def ready(network: Network) -> Network:
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

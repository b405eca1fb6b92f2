"""The pinned MiniLM with low-rank changes to every layer, reading pairs of texts: what the networks of a task build on.

Low-rank adaptation (Hu et al. 2021, arXiv:2106.09685) keeps what differs from the public encoder to about two
megabytes, so a retrain costs the repository little.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from extractor.encoder import MAX_CHARACTERS
from extractor.encoder.bert import Bert, averaged, replace_layers
from extractor.encoder.quantised import quantise
from extractor.encoder.tokens import load_tokenizer
from extractor.errors import ModelError

MAX_TOKENS = 192
RANK = 16
# The update is scaled by ALPHA / rank, so that a change of rank needs no new learning rate.
ALPHA = 32.0

Pair = tuple[str, str]
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
    """Tokenised pairs of texts, those at `places`, end to end: ids, kinds (0 in the first text, 1 in the second), how
    many tokens each pair has, and how many of these are of its first text with its two marks; `first` marks them.
    """

    places: Sequence[int]
    ids: Tensor
    kinds: Tensor
    lengths: Sequence[int]
    firsts: Sequence[int]

    @property
    def first(self) -> Tensor:
        return self.kinds == 0

    def to(self, device: str) -> "Batch":
        return Batch(self.places, self.ids.to(device), self.kinds.to(device), self.lengths, self.firsts)


class AdaptedEncoder(nn.Module):
    """An encoder whose every linear map may change by a matrix of low rank; subclasses add what their task needs."""

    def __init__(self, folder: Path, *, rank: int = RANK) -> None:
        super().__init__()
        self.tokenizer = load_tokenizer(folder, most=MAX_TOKENS)
        self.base = Bert(folder)
        replace_layers(self.base.encoder, nn.Linear, lambda linear: LowRank(linear, rank))
        self.width = self.base.width

    def batches(self, pairs: Sequence[Pair], size: int) -> Iterator[Batch]:
        """Tokenise pairs of texts, the longer of the two cut first, and put `size` of like lengths together.
        `Batch.places` says which pairs.
        """
        cut = [(first[:MAX_CHARACTERS], second[:MAX_CHARACTERS]) for first, second in pairs]
        encoded = self.tokenizer.encode_batch(cut)
        shapes = [(len(tokens), tokens.type_ids.count(0)) for tokens in encoded]
        order = sorted(range(len(pairs)), key=shapes.__getitem__)
        for start in range(0, len(order), size):
            places = order[start : start + size]
            ids = [token for place in places for token in encoded[place].ids]
            kinds = [kind for place in places for kind in encoded[place].type_ids]
            lengths, firsts = zip(*(shapes[place] for place in places), strict=True)
            yield Batch(places, torch.tensor(ids), torch.tensor(kinds), lengths, firsts)

    def read(self, batch: Batch) -> Tensor:
        """One vector a pair (pairs × width): the mean of its tokens."""
        return averaged(self.hidden(batch), batch.lengths, torch.ones_like(batch.first))

    def read_all(self, pairs: Sequence[Pair], *, size: int, device: str = "cpu") -> Tensor:
        """The vectors of any number of pairs (pairs × width), in order, read in batches of `size`."""
        batches = [batch.to(device) for batch in self.batches(pairs, size)]
        read = torch.cat([self.read(batch).float() for batch in batches])
        places = torch.tensor([place for batch in batches for place in batch.places], device=device)
        # back into order: the inverse of the permutation
        return read[places.argsort()]

    def hidden(self, batch: Batch) -> Tensor:
        """A vector for each token (tokens × width)."""
        states: Tensor = self.base(batch.ids, batch.kinds, batch.lengths)
        return states

    def changes(self) -> dict[str, Tensor]:
        """What differs from the public encoder: the low-rank factors, and all that a subclass added."""
        return {
            name: value
            for name, value in self.state_dict().items()
            if name.endswith((".down", ".up")) or not name.startswith("base.")
        }


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
    replace_layers(network.base.encoder, LowRank, LowRank.merged)
    quantise(network.base)
    return network.eval()

"""The statement network: the pinned MiniLM with low-rank changes to every layer, and three small heads on top.

Low-rank adaptation (Hu et al. 2021, arXiv:2106.09685) keeps what differs from the public encoder to about a megabyte,
so a retrain costs the repository little.
"""

from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn.utils import parametrize
from transformers import AutoModel, AutoTokenizer

from extractor.encoder import prepare_libraries
from extractor.errors import ModelError
from extractor.records import PROGRESS_KINDS, STRENGTHS

LABELS = ("none", "commitment", "progress")
HEADS = {"label": LABELS, "strength": STRENGTHS, "kind": PROGRESS_KINDS}
MAX_TOKENS = 192
# No English text packs more than this into so many word pieces, and the tokenizer's cutting takes quadratic time.
MAX_CHARACTERS = 1_500
RANK = 16
# The update is scaled by ALPHA / rank, so that a change of rank needs no new learning rate.
ALPHA = 32.0


class LowRank(nn.Module):
    """weight → weight + (up · down) · ALPHA / rank, with `up` zero at first: training starts from the encoder."""

    def __init__(self, weight: Tensor, rank: int) -> None:
        super().__init__()
        rows, columns = weight.shape
        self.down = nn.Parameter(torch.randn(rank, columns) * columns**-0.5)
        self.up = nn.Parameter(torch.zeros(rows, rank))
        self.scale = ALPHA / rank

    def forward(self, weight: Tensor) -> Tensor:
        return weight + (self.up @ self.down) * self.scale


@dataclass(frozen=True, slots=True)
class Batch:
    """Tokenised pairs of (statement, context); `own` marks the tokens of the statement itself."""

    inputs: dict[str, Tensor]
    own: Tensor

    def to(self, device: str) -> "Batch":
        return Batch({name: value.to(device) for name, value in self.inputs.items()}, self.own.to(device))


class StatementNetwork(nn.Module):
    """Logits for label, strength and progress kind of a passage, read with its context.

    The passage's own tokens are averaged after every layer has let them attend to the context.
    """

    def __init__(self, folder: Path, *, rank: int = RANK) -> None:
        super().__init__()
        prepare_libraries()
        self.tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self.base = AutoModel.from_pretrained(folder, local_files_only=True, dtype=torch.float32)
        self.base.requires_grad_(False)
        for module in list(self.base.encoder.modules()):
            if isinstance(module, nn.Linear):
                parametrize.register_parametrization(module, "weight", LowRank(module.weight, rank))
        width = self.base.config.hidden_size
        self.drop = nn.Dropout(0.1)
        self.heads = nn.ModuleDict({name: nn.Linear(width, len(values)) for name, values in HEADS.items()})

    def batch(self, pairs: list[tuple[str, str]]) -> Batch:
        """Tokenise (statement, context) pairs; the longer of the two is cut first."""
        encoded = self.tokenizer(
            [text[:MAX_CHARACTERS] for text, _ in pairs],
            [context[:MAX_CHARACTERS] for _, context in pairs],
            truncation="longest_first",
            max_length=MAX_TOKENS,
            padding=True,
            return_tensors="pt",
            return_token_type_ids=True,
        )
        inputs = dict(encoded)
        return Batch(inputs, inputs["attention_mask"].bool() & (inputs["token_type_ids"] == 0))

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        hidden = self.base(**batch.inputs).last_hidden_state
        own = batch.own.unsqueeze(-1).to(hidden.dtype)
        pooled = self.drop((hidden * own).sum(1) / own.sum(1))
        return {name: head(pooled) for name, head in self.heads.items()}

    def changes(self) -> dict[str, Tensor]:
        """What differs from the public encoder: the low-rank factors and the heads."""
        return {
            name: value
            for name, value in self.state_dict().items()
            if ".parametrizations.weight.0." in name or name.startswith("heads.")
        }

    def save(self, file: Path) -> None:
        """Write the changes in half precision, readable by whoever may read the folder."""
        save_file({name: value.half().contiguous().cpu() for name, value in self.changes().items()}, file)
        # safetensors makes files that only their owner may read, and a checkout is for everybody
        file.chmod(0o644)


def load_network(folder: Path, weights: Path) -> StatementNetwork:
    """Build the network from the encoder in `folder` and the changes in `weights`, merged and ready to read with.

    Raises ModelError where the weights are missing or belong to another network.
    """
    try:
        changes = load_file(weights)
    except OSError as problem:
        raise ModelError(f"statement weights: {problem}") from problem
    rank = next((value.shape[0] for name, value in changes.items() if name.endswith(".down")), 1)
    network = StatementNetwork(folder, rank=rank)
    if set(changes) != set(network.changes()):
        raise ModelError(f"{weights}: does not fit the encoder in {folder}")
    network.load_state_dict({name: value.float() for name, value in changes.items()}, strict=False)
    for module in list(network.base.encoder.modules()):
        if isinstance(module, nn.Linear):
            parametrize.remove_parametrizations(module, "weight", leave_parametrized=True)
    return network.eval()

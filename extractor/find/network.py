"""The statement network: an adapted encoder, a layer that reads passages in sequence, and four small heads on top.

The recurrent layer over the passages of a document is that of sequential sentence classification (Jin and Szolovits
2018, arXiv:1808.06161): what stands around a passage tells a recommendation that a response quotes from the answer to
it.
"""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_sequence, pad_packed_sequence

from extractor.encoder.adapted import RANK, AdaptedEncoder, Batch
from extractor.encoder.bert import averaged
from extractor.records import OTHERWISE, PROGRESS_KINDS, STRENGTHS

LABELS = ("none", "commitment", "progress")
HEADS = {"label": LABELS, "strength": STRENGTHS, "kind": PROGRESS_KINDS, "otherwise": OTHERWISE}
# Width of the recurrent layer, each way.
AROUND = 96
# Layers in which the context's tokens read too. From then on they are only read: two thirds of all tokens are context,
# and nothing is decided about them.
CONTEXT_LAYERS = 5


class StatementNetwork(AdaptedEncoder):
    """Logits of every head for passages, each read with its context and with the passages around it.

    The passage's own tokens are averaged after every layer has let them attend to the context; then the averages of a
    document's passages go through a recurrent layer in both directions.
    """

    def __init__(self, folder: Path, *, rank: int = RANK) -> None:
        super().__init__(folder, rank=rank)
        self.drop = nn.Dropout(0.1)
        self.around = nn.GRU(self.width, AROUND, batch_first=True, bidirectional=True)
        self.heads = nn.ModuleDict(
            {name: nn.Linear(self.width + 2 * AROUND, len(values)) for name, values in HEADS.items()}
        )

    def read(self, batch: Batch) -> Tensor:
        """One vector a passage (passages × width), from its own words and its context."""
        hidden = self.base(batch.ids, batch.kinds, batch.lengths, asked=batch.firsts, deep=CONTEXT_LAYERS)
        return averaged(hidden, batch.lengths, batch.first)

    def judge(self, vectors: Tensor, lengths: Sequence[int]) -> dict[str, Tensor]:
        """Logits of every head for the passages of documents, one after the other; `lengths` says how many each has."""
        own = self.drop(vectors)
        packed, _ = self.around(pack_sequence(own.split(list(lengths)), enforce_sorted=False))
        padded, _ = pad_packed_sequence(packed, batch_first=True)
        around = torch.cat([padded[n, :length] for n, length in enumerate(lengths)])
        joined = torch.cat([own, self.drop(around)], dim=1)
        return {name: head(joined) for name, head in self.heads.items()}

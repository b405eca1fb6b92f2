"""The pair network: an adapted encoder that reads two statements side by side, and one head.

Unlike the vectors that propose candidates, it sees both texts at once (a cross-encoder: Reimers and Gurevych 2019,
arXiv:1908.10084), and so what stands in the place of what.
"""

from pathlib import Path

from torch import Tensor, nn

from extractor.encoder.adapted import RANK, AdaptedEncoder
from extractor.records import RELATIONS


class PairNetwork(AdaptedEncoder):
    """Logits of RELATIONS for pairs of statements, the earlier first."""

    def __init__(self, folder: Path, *, rank: int = RANK) -> None:
        super().__init__(folder, rank=rank)
        self.drop = nn.Dropout(0.1)
        self.head = nn.Linear(self.width, len(RELATIONS))

    def judge(self, vectors: Tensor) -> Tensor:
        """Logits (pairs × relations) from what `read_all` gives."""
        logits: Tensor = self.head(self.drop(vectors))
        return logits

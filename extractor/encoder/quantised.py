"""Linear maps in eight-bit integers: several times as fast on a processor as in floating point, their sums exact.

Weights have one scale for each output, activations one for each row (vector-wise quantisation: Dettmers et al. 2022,
arXiv:2208.07339), so that no passage's result depends on what else is in its batch.
"""

import torch
from torch import Tensor, nn

from extractor.encoder.bert import Bert, JoinedAttention, SelfAttention, replace_layers

_LARGEST = 127
# Where the whole row is zero, any scale will do.
_SMALLEST_SCALE = 1e-9
# Rows taken at once: their sums stay in the processor's cache through every step, which halves the time.
_BLOCK = 512


class QuantisedLinear(nn.Module):
    """What `nn.Linear`s compute, rounded, their outputs side by side: weights once, activations row by row. For
    reading, never for training.
    """

    def __init__(self, *linears: nn.Linear) -> None:
        super().__init__()
        weight = torch.cat([linear.weight.detach().float() for linear in linears])
        scale = weight.abs().amax(dim=1).clamp_min(_SMALLEST_SCALE) / _LARGEST
        self.weight = (weight / scale[:, None]).round().to(torch.int8).t().contiguous()
        self.scale = scale.contiguous()
        self.bias = torch.cat([linear.bias.detach().float() for linear in linears])

    def forward(self, x: Tensor) -> Tensor:
        """Rows × inputs (any leading dimensions) → rows × outputs."""
        rows = x.reshape(-1, x.shape[-1])
        out = torch.empty(rows.shape[0], self.bias.shape[0])
        for start in range(0, rows.shape[0], _BLOCK):
            some, into = rows[start : start + _BLOCK], out[start : start + _BLOCK]
            scale = some.abs().amax(dim=1, keepdim=True).clamp_min_(_SMALLEST_SCALE) / _LARGEST
            sums = torch._int_mm((some / scale).round_().to(torch.int8), self.weight)
            torch.addcmul(self.bias, sums.float().mul_(scale), self.scale, out=into)
        return out.reshape(*x.shape[:-1], -1)


def quantise(base: Bert) -> None:
    """Put all linear maps of an encoder's layers into eight-bit integers."""

    def joined(trained: SelfAttention) -> JoinedAttention:
        return JoinedAttention(QuantisedLinear(trained.query), QuantisedLinear(trained.key, trained.value), base.heads)

    replace_layers(base.encoder, SelfAttention, joined)
    replace_layers(base.encoder, nn.Linear, QuantisedLinear)

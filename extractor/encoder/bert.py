"""BERT (Devlin et al. 2019, arXiv:1810.04805) over texts laid end to end: no token is spent on padding, and none of a
text's numbers depends on what else is in its batch.

The public weights load into it by their own names. It is all of a model library that reading needs, and loads in a
tenth of the time that one takes.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.functional import gelu, scaled_dot_product_attention

from extractor.errors import ModelError

# What else the public file holds: a layer over the first token, which is not read, and the numbers from 0 to 511.
_UNUSED = ("pooler.", "embeddings.position_ids")
_KNOWN = {"model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute"}


class Embeddings(nn.Module):
    """A token's vector: what it is, where it stands and which of two texts it belongs to."""

    def __init__(self, tokens: int, places: int, kinds: int, width: int, epsilon: float, drop: float) -> None:
        super().__init__()
        # so no numbers are drawn, which the weights would only replace
        self.word_embeddings, self.position_embeddings, self.token_type_embeddings = (
            nn.Embedding(count, width, _weight=torch.empty(count, width)) for count in (tokens, places, kinds)
        )
        self.LayerNorm = nn.LayerNorm(width, eps=epsilon)
        self.dropout = nn.Dropout(drop)

    def forward(self, ids: Tensor, kinds: Tensor, places: Tensor) -> Tensor:
        """Ids, kinds and places (each: tokens) → vectors (tokens × width)."""
        found = self.word_embeddings(ids) + self.token_type_embeddings(kinds) + self.position_embeddings(places)
        normal: Tensor = self.dropout(self.LayerNorm(found))
        return normal


def attend(mapped: Tensor, lengths: Sequence[int], heads: int, drop: float = 0.0) -> Tensor:
    """Each text's tokens over one another.

    `mapped` holds queries, keys and values side by side (tokens × 3 width). Neighbours of the same length are taken
    together.
    """
    width = mapped.shape[1] // 3
    out, at = [], 0
    for length, texts in groupby(lengths):
        count = sum(1 for _ in texts)
        some = mapped[at : at + count * length].view(count, length, 3, heads, width // heads)
        at += count * length
        query, key, value = (part.transpose(1, 2) for part in some.unbind(2))
        read = scaled_dot_product_attention(query, key, value, dropout_p=drop)
        out.append(read.transpose(1, 2).reshape(count * length, width))
    return torch.cat(out)


class SelfAttention(nn.Module):
    """Queries, keys and values by a map each, as they are trained."""

    def __init__(self, width: int, heads: int, drop: float) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(width, width) for _ in range(3))
        self.heads, self.drop = heads, drop

    def forward(self, x: Tensor, lengths: Sequence[int]) -> Tensor:
        """Vectors of texts end to end (tokens × width) → what each token read (tokens × width)."""
        mapped = torch.cat([self.query(x), self.key(x), self.value(x)], dim=1)
        return attend(mapped, lengths, self.heads, self.drop if self.training else 0.0)


class JoinedAttention(nn.Module):
    """Queries, keys and values by one map, as they are fastest read."""

    def __init__(self, maps: nn.Module, heads: int) -> None:
        super().__init__()
        self.maps, self.heads = maps, heads

    def forward(self, x: Tensor, lengths: Sequence[int]) -> Tensor:
        """As `SelfAttention`."""
        return attend(self.maps(x), lengths, self.heads)


class Output(nn.Module):
    """A map back to the width, added to what came in."""

    def __init__(self, inner: int, width: int, epsilon: float, drop: float) -> None:
        super().__init__()
        self.dense = nn.Linear(inner, width)
        self.LayerNorm = nn.LayerNorm(width, eps=epsilon)
        self.dropout = nn.Dropout(drop)

    def forward(self, inside: Tensor, before: Tensor) -> Tensor:
        """tokens × inner, tokens × width → tokens × width."""
        normal: Tensor = self.LayerNorm(self.dropout(self.dense(inside)) + before)
        return normal


class Layer(nn.Module):
    """Attention, then two maps with a bend between them. The names of the parts are those of the public weights."""

    def __init__(self, width: int, inner: int, heads: int, epsilon: float, drop: float, attention_drop: float) -> None:
        super().__init__()
        attention = SelfAttention(width, heads, attention_drop)
        self.attention = nn.ModuleDict({"self": attention, "output": Output(width, width, epsilon, drop)})
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(width, inner)})
        self.output = Output(inner, width, epsilon, drop)

    def forward(self, x: Tensor, lengths: Sequence[int]) -> Tensor:
        """tokens × width → tokens × width."""
        x = self.attention["output"](self.attention["self"](x, lengths), x)
        read: Tensor = self.output(gelu(self.intermediate["dense"](x)), x)
        return read


class Bert(nn.Module):
    """The encoder in a folder with config.json and model.safetensors.

    Raises ModelError where these are missing, or say what this encoder does not do.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        try:
            says = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            weights = load_file(folder / "model.safetensors")
        except (OSError, ValueError) as problem:
            raise ModelError(f"encoder {folder}: {problem}") from problem
        if other := [name for name, value in _KNOWN.items() if says.get(name, value) != value]:
            raise ModelError(f"encoder {folder}: {', '.join(f'{name} {says[name]}' for name in other)} is not known")
        self.width: int = says["hidden_size"]
        self.heads: int = says["num_attention_heads"]
        epsilon, drop = says["layer_norm_eps"], says["hidden_dropout_prob"]
        # What is drawn for the maps is replaced as well: whoever seeded the generator must not notice.
        with torch.random.fork_rng(devices=()):
            self.embeddings = Embeddings(
                says["vocab_size"], says["max_position_embeddings"], says["type_vocab_size"], self.width, epsilon, drop
            )
            attention_drop = says["attention_probs_dropout_prob"]
            layers = [
                Layer(self.width, says["intermediate_size"], self.heads, epsilon, drop, attention_drop)
                for _ in range(says["num_hidden_layers"])
            ]
            self.encoder = nn.ModuleDict({"layer": nn.ModuleList(layers)})
        kept = {name: value for name, value in weights.items() if not name.startswith(_UNUSED)}
        try:
            self.load_state_dict(kept, assign=True)
        except RuntimeError as problem:
            raise ModelError(f"encoder {folder}: {problem}") from problem
        self.requires_grad_(False)

    def forward(self, ids: Tensor, kinds: Tensor, lengths: Sequence[int]) -> Tensor:
        """Texts of so many tokens each, end to end: a vector for each token (tokens × width)."""
        places = torch.cat([torch.arange(length, device=ids.device) for length in lengths])
        x: Tensor = self.embeddings(ids, kinds, places)
        for layer in self.layers():
            x = layer(x, lengths)
        return x

    def layers(self) -> Iterator[Layer]:
        """The layers from the first to the last."""
        for layer in self.encoder["layer"].children():
            assert isinstance(layer, Layer)
            yield layer


def averaged(hidden: Tensor, lengths: Sequence[int], of: Tensor) -> Tensor:
    """The mean of each text's token vectors (texts × width), of those that `of` (tokens, true or false) marks."""
    counted = torch.tensor(lengths, device=hidden.device)
    text = torch.repeat_interleave(torch.arange(len(lengths), device=hidden.device), counted)
    marked = of.to(hidden.dtype)
    sums = torch.zeros(len(lengths), hidden.shape[1], dtype=hidden.dtype, device=hidden.device)
    counts = torch.zeros(len(lengths), dtype=hidden.dtype, device=hidden.device)
    return sums.index_add(0, text, hidden * marked[:, None]) / counts.index_add(0, text, marked)[:, None]

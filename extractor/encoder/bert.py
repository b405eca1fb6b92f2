"""BERT (Devlin et al. 2019, arXiv:1810.04805) over texts laid end to end: no token is spent on padding, and none of a
text's numbers depends on what else is in its batch.

The public weights load into it by their own names. It is all of a model library that reading needs, and loads in a
tenth of the time that one takes.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, groupby
from pathlib import Path
from typing import TypeVar

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.functional import gelu, pad, scaled_dot_product_attention

from extractor.errors import ModelError

# What else the public file holds: a layer over the first token, which is not read, and the numbers from 0 to 511.
_UNUSED = ("pooler.", "embeddings.position_ids")
# Rows that go through both maps of a layer together, so that what lies between stays in the processor's cache.
_BLOCK, _STEP = 512, 32
Part = TypeVar("Part", bound=nn.Module)
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


def attend(
    query: Tensor, others: Tensor, lengths: Sequence[int], asked: Sequence[int], heads: int, drop: float = 0.0
) -> Tensor:
    """What the first tokens of each text read in all of it (tokens asked × width).

    `query` holds their queries (tokens asked × width), so many of each text as `asked` says; `others` keys and values
    side by side (tokens × 2 width) of all tokens, so many of each text as `lengths` says. Neighbours of the same shape
    are taken together.
    """
    width = query.shape[1]
    out, at, start = [], 0, 0
    for (length, some), texts in groupby(zip(lengths, asked, strict=True)):
        count = sum(1 for _ in texts)
        mine = query[at : at + count * some].view(count, some, heads, width // heads)
        both = others[start : start + count * length].view(count, length, 2, heads, width // heads)
        at, start = at + count * some, start + count * length
        key, value = (part.transpose(1, 2) for part in both.unbind(2))
        read = scaled_dot_product_attention(mine.transpose(1, 2), key, value, dropout_p=drop)
        out.append(read.transpose(1, 2).reshape(count * some, width))
    return torch.cat(out)


class SelfAttention(nn.Module):
    """Queries, keys and values by a map each, as they are trained."""

    def __init__(self, width: int, heads: int, drop: float) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(width, width) for _ in range(3))
        self.heads, self.drop = heads, drop

    def forward(self, asking: Tensor, x: Tensor, lengths: Sequence[int], asked: Sequence[int]) -> Tensor:
        """Vectors of the tokens that ask and of all, texts end to end → what each that asks read (asked × width)."""
        others = torch.cat([self.key(x), self.value(x)], dim=1)
        return attend(self.query(asking), others, lengths, asked, self.heads, self.drop if self.training else 0.0)


class JoinedAttention(nn.Module):
    """Keys and values by one map, as they are fastest read."""

    def __init__(self, query: nn.Module, others: nn.Module, heads: int) -> None:
        super().__init__()
        self.query, self.others, self.heads = query, others, heads

    def forward(self, asking: Tensor, x: Tensor, lengths: Sequence[int], asked: Sequence[int]) -> Tensor:
        """As `SelfAttention`."""
        return attend(self.query(asking), self.others(x), lengths, asked, self.heads)


def bent(x: Tensor) -> Tensor:
    """GELU of so many rows, filled up to a multiple of `_STEP` meanwhile.

    torch keeps a compiled kernel of this function for every shape that it meets, which over a hundred documents came to
    gigabytes.
    """
    missing = -len(x) % _STEP
    return gelu(pad(x, (0, 0, 0, missing)))[: len(x)] if missing else gelu(x)


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

    def forward(self, asking: Tensor, x: Tensor, lengths: Sequence[int], asked: Sequence[int]) -> Tensor:
        """Vectors of the tokens that ask and of all, texts end to end → of those that ask (asked × width)."""
        asking = self.attention["output"](self.attention["self"](asking, x, lengths, asked), asking)
        parts = torch.split(asking, _BLOCK)
        return torch.cat([self.output(bent(self.intermediate["dense"](part)), part) for part in parts])


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

    def forward(
        self, ids: Tensor, kinds: Tensor, lengths: Sequence[int], *, asked: Sequence[int] | None = None, deep: int = 0
    ) -> Tensor:
        """Texts of so many tokens each, end to end: a vector for each token (tokens × width).

        With `asked`, only the first so many tokens of each text go through all layers. The others stop after `deep`
        of them: what is asked about goes on reading them, as they are then.
        """
        places = torch.cat([torch.arange(length, device=ids.device) for length in lengths])
        x: Tensor = self.embeddings(ids, kinds, places)
        first = None if asked is None else _first(lengths, asked).to(ids.device)
        for number, layer in enumerate(self.layers()):
            if first is None or asked is None or number < deep:
                x = layer(x, x, lengths, lengths)
            else:
                x = x.index_copy(0, first, layer(x[first], x, lengths, asked))
        return x

    def layers(self) -> Iterator[Layer]:
        """The layers from the first to the last."""
        for layer in self.encoder["layer"].children():
            assert isinstance(layer, Layer)
            yield layer


def replace_layers(module: nn.Module, kind: type[Part], make: Callable[[Part], nn.Module]) -> None:
    """Put `make(part)` in the place of every part of a kind, however deep."""
    for name, part in list(module.named_children()):
        if isinstance(part, kind):
            setattr(module, name, make(part))
        else:
            replace_layers(part, kind, make)


def _first(lengths: Sequence[int], asked: Sequence[int]) -> Tensor:
    """The places of the first `asked` tokens of each of some texts, end to end."""
    starts = accumulate(lengths, initial=0)
    return torch.cat([torch.arange(start, start + some) for start, some in zip(starts, asked, strict=False)])


def averaged(hidden: Tensor, lengths: Sequence[int], of: Tensor) -> Tensor:
    """The mean of each text's token vectors (texts × width), of those that `of` (tokens, true or false) marks."""
    counted = torch.tensor(lengths, device=hidden.device)
    text = torch.repeat_interleave(torch.arange(len(lengths), device=hidden.device), counted)
    marked = of.to(hidden.dtype)
    sums = torch.zeros(len(lengths), hidden.shape[1], dtype=hidden.dtype, device=hidden.device)
    counts = torch.zeros(len(lengths), dtype=hidden.dtype, device=hidden.device)
    return sums.index_add(0, text, hidden * marked[:, None]) / counts.index_add(0, text, marked)[:, None]

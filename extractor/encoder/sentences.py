"""Sentences → vectors: by the pinned encoder, or by another that the settings name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from extractor.encoder.bert import Bert, averaged
from extractor.encoder.quantised import quantise
from extractor.encoder.tokens import load_tokenizer
from extractor.errors import ModelError

# Of a longer text the pinned encoder reads no more tokens (its sentence_bert_config.json), two of which are marks.
MAX_TOKENS, MARKS = 256, 2
BATCH = 64

Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SentenceEncoder:
    """An encoder of sentences: `read` gives unit vectors (texts × `width`), `starts` the places where the tokens of a
    text begin, of which it reads `room` at once.
    """

    width: int
    room: int
    read: Callable[[Sequence[str]], Matrix]
    starts: Callable[[str], list[int]]


def pinned_sentences(folder: Path) -> SentenceEncoder:
    """The pinned encoder. Raises ModelError as `Bert` does."""
    cutting, whole = load_tokenizer(folder, most=MAX_TOKENS), load_tokenizer(folder)
    base = Bert(folder).eval()
    quantise(base)

    def read(texts: Sequence[str]) -> Matrix:
        encoded = cutting.encode_batch(list(texts))
        order = sorted(range(len(texts)), key=lambda place: len(encoded[place]))
        vectors = torch.empty(len(texts), base.width)
        with torch.inference_mode():
            for start in range(0, len(order), BATCH):
                places = order[start : start + BATCH]
                lengths = [len(encoded[place]) for place in places]
                ids = torch.tensor([token for place in places for token in encoded[place].ids])
                means = averaged(base(ids, torch.zeros_like(ids), lengths), lengths, torch.ones_like(ids).bool())
                vectors[places] = torch.nn.functional.normalize(means)
        return np.asarray(vectors.numpy(), dtype=np.float32)

    def starts(text: str) -> list[int]:
        return [start for start, _ in whole.encode(text, add_special_tokens=False).offsets]

    return SentenceEncoder(base.width, MAX_TOKENS - MARKS, read, starts)


def other_sentences(folder: Path) -> SentenceEncoder:
    """Any model of sentence-transformers. Raises ModelError where the folder holds none."""
    # Imported late: it takes three seconds, and hardly anybody links by another model.
    from sentence_transformers import SentenceTransformer

    try:
        model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    except (OSError, ValueError) as problem:
        raise ModelError(f"encoder {folder}: {problem}") from problem
    tokenizer: Any = model.tokenizer

    def read(texts: Sequence[str]) -> Matrix:
        vectors = model.encode(list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)

    def starts(text: str) -> list[int]:
        pieces = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
        return [start for start, _ in pieces["offset_mapping"]]

    room = (model.get_max_seq_length() or 512) - tokenizer.num_special_tokens_to_add()
    return SentenceEncoder(model.get_embedding_dimension() or 0, room, read, starts)

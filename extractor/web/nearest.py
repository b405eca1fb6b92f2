"""The commitments nearest to a sentence: their vectors held in memory, and the encoder for what a reader types."""

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from extractor.errors import ExtractorError, ModelError
from extractor.link import encode
from extractor.link.encode import Matrix
from extractor.link.terms import load_rarity, stems
from extractor.settings import Settings

# What the vectors hang on, cheap enough to ask on every request: the latest run, its models, how many there are.
_STATE = """
SELECT coalesce(max(r.id), 0), coalesce((SELECT models FROM runs ORDER BY id DESC LIMIT 1), ''),
  (SELECT count(*) FROM vectors) FROM runs r
"""
_VECTORS = """
FROM vectors v JOIN commitments c ON c.id = v.statement_id
WHERE v.models = (SELECT models FROM runs ORDER BY id DESC LIMIT 1)
"""
# The vector of a text made again differs from the kept one by rounding alone.
SAME_VECTOR = 0.999
# One thread asks the networks and the matrix, so that a crowd of readers waits in line rather than for each other.
_ASKED = ThreadPoolExecutor(max_workers=1, thread_name_prefix="alike")


class CannotCompare(ExtractorError):
    """Sentences cannot be compared here: no vectors, no encoder, or one that did not make these vectors."""


@dataclass(frozen=True, slots=True)
class Version:
    """The state of the vectors in the database at `path`; while it is the same they need not be read again."""

    path: Path
    run: int
    models: str
    count: int


@dataclass(frozen=True, slots=True)
class Held:
    """The unit vectors of all commitments (n × dimensions), and whose they are; `sample` is the text of the first."""

    refs: tuple[str, ...]
    vectors: Matrix
    sample: str


def version(connection: sqlite3.Connection, path: Path) -> Version:
    """The state of the vectors now."""
    return Version(path, *connection.execute(_STATE).fetchone())


async def nearest(at: Version, text: str, kept: bytes | None, count: int) -> dict[str, float]:
    """The `count` commitments nearest to a text in meaning, nearest first, each with its cosine.

    `kept` is the text's vector as the database has it, None for one that has to be made. Raises CannotCompare where
    there is nothing to compare with, or no encoder that fits.
    """
    return await asyncio.get_running_loop().run_in_executor(_ASKED, _nearest, at, text, kept, count)


def _nearest(at: Version, text: str, kept: bytes | None, count: int) -> dict[str, float]:
    held = _held(at)
    if not held.refs:
        raise CannotCompare("This database holds no vectors of sentences, so nothing can be compared.")
    if kept is None:
        _check_encoder(at)
        asked = _encoded(text)
    else:
        asked = np.frombuffer(kept, dtype="<f4")
    cosines = held.vectors @ asked
    few = np.argpartition(-cosines, min(count, len(cosines)) - 1)[:count]
    return {held.refs[place]: float(cosines[place]) for place in few[np.argsort(-cosines[few], kind="stable")]}


@lru_cache(maxsize=1)
def _held(at: Version) -> Held:
    with closing(sqlite3.connect(f"{at.path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        connection.execute("begin")  # one state of the database
        count, size = connection.execute(f"SELECT count(*), coalesce(max(length(v.vector)), 0) {_VECTORS}").fetchone()
        vectors = np.empty((count, size // 4), dtype=np.float32)
        refs, sample = [], ""
        for row, (ref, vector) in enumerate(connection.execute(f"SELECT c.id, v.vector {_VECTORS} ORDER BY c.id")):
            refs.append(ref)
            vectors[row] = np.frombuffer(vector, dtype="<f4")
        if refs:
            (sample,) = connection.execute("SELECT quote FROM commitments WHERE id = ?", [refs[0]]).fetchone()
    return Held(tuple(refs), vectors, sample)


@lru_cache(maxsize=1)
def _check_encoder(at: Version) -> None:
    """Raise CannotCompare unless the encoder makes the same of a quote as the database keeps of it."""
    held = _held(at)
    made = _encoded(held.sample)
    if made.shape != held.vectors[0].shape or float(made @ held.vectors[0]) < SAME_VECTOR:
        raise CannotCompare(
            "The sentences in this database were read with another encoder than the one installed here, so new words "
            "cannot be compared with them."
        )


@lru_cache(maxsize=1_000)
def _encoded(text: str) -> Matrix:
    try:
        vector: Matrix = encode([text], settings=Settings())[0]
    except (ModelError, ImportError) as missing:
        raise CannotCompare("The models that compare sentences are not installed here.") from missing
    return vector


@lru_cache(maxsize=20_000)
def _rare_words(text: str) -> dict[str, float]:
    return load_rarity().unit_vector(stems(text))


def alike(text: str, other: str, cosine: float) -> float:
    """How alike two texts are in meaning and in rare words together: the mean of both cosines, as linking ranks."""
    words, others = _rare_words(text), _rare_words(other)
    return (cosine + sum(weight * others.get(word, 0.0) for word, weight in words.items())) / 2

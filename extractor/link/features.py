"""What search keeps of each statement between runs, as arrays: digest, weighed stems, keys of fields."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from extractor.encoder import DECIMALS
from extractor.link.encode import Matrix
from extractor.link.evidence import Reading
from extractor.records import Claim

# Vectors and weights of stems have five decimals: times this they are whole numbers, whose products add up exactly.
SCALE = 10**DECIMALS
WORD = np.dtype([("stem", np.uint64), ("weight", np.int32)])
Ints = npt.NDArray[np.int32]
Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Ragged:
    """Rows of different lengths, one after the other in `values`."""

    lengths: Ints
    values: npt.NDArray[Any]

    @classmethod
    def of(cls, rows: Sequence[Sequence[Any]], dtype: npt.DTypeLike) -> Self:
        """These rows, as elements of `dtype`."""
        lengths = np.array([len(row) for row in rows], dtype=np.int32)
        return cls(lengths, np.array([value for row in rows for value in row], dtype=dtype))

    def take(self, rows: npt.NDArray[np.intp]) -> "Ragged":
        """The rows with these numbers, in this order."""
        lengths = self.lengths[rows]
        starts = np.cumsum(self.lengths, dtype=np.int64) - self.lengths
        shift = starts[rows] - (np.cumsum(lengths, dtype=np.int64) - lengths)
        return Ragged(lengths, self.values[np.repeat(shift, lengths) + np.arange(int(lengths.sum()))])

    def followed_by(self, other: "Ragged") -> "Ragged":
        """The rows of both."""
        return Ragged(np.append(self.lengths, other.lengths), np.append(self.values, other.values))

    def row_numbers(self) -> npt.NDArray[np.intp]:
        """For each value the number of its row."""
        return np.repeat(np.arange(len(self.lengths)), self.lengths)


@dataclass(frozen=True, slots=True)
class Features:
    """One row a statement: `words` (WORD: hashed stem, weight times SCALE), `keys` (hashes of what its fields say)."""

    digests: Hashes
    words: Ragged
    keys: Ragged

    def __len__(self) -> int:
        return len(self.digests)

    def take(self, rows: npt.NDArray[np.intp]) -> "Features":
        """The statements with these numbers, in this order."""
        return Features(self.digests[rows], self.words.take(rows), self.keys.take(rows))

    def followed_by(self, other: "Features") -> "Features":
        """The statements of both."""
        return Features(
            np.append(self.digests, other.digests),
            self.words.followed_by(other.words),
            self.keys.followed_by(other.keys),
        )


@dataclass(frozen=True, slots=True)
class Space:
    """What is searched: unit `vectors` (n × dimensions), `words` (n × stems, times SCALE), the number of each
    statement's document, and which are commitments.
    """

    vectors: Matrix
    words: csr_matrix
    documents: Ints
    promised: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.documents)


def claim_digests(claims: Sequence[Claim], vectors: Matrix) -> Hashes:
    """A hash of each claim with its vector: all that a link can depend on, but for models and settings."""
    rows = np.ascontiguousarray(vectors, dtype="<f4")
    found = (
        hashlib.blake2b(repr(claim).encode() + row.tobytes(), digest_size=8).digest()
        for claim, row in zip(claims, rows, strict=True)
    )
    return np.frombuffer(b"".join(found), dtype="<u8").astype(np.uint64)


@lru_cache(maxsize=200_000)
def _hashed(what: str) -> int:
    return int.from_bytes(hashlib.blake2b(what.encode(), digest_size=8).digest(), "big")


def field_keys(claim: Claim, names: frozenset[str], line: Callable[[str], str]) -> list[int]:
    """The hashed keys under which a claim meets others: each programme that it names, and its owner with a figure, with
    the deadline, with a programme.

    `line` gives what forerunners and heirs of an owner have in common.
    """
    keys: set[tuple[str, ...]] = {("name", name) for name in names}
    if claim.owner is not None:
        owner = line(claim.owner)
        keys |= {("figure", owner, repr(float(value)), unit) for value, unit in claim.figures}
        keys |= {("owned name", owner, name) for name in names}
        if claim.deadline_end:
            keys.add(("deadline", owner, claim.deadline_end.isoformat()))
    return [_hashed("\0".join(key)) for key in sorted(keys)]


def features_of(readings: Sequence[Reading], digests: Hashes, line: Callable[[str], str]) -> Features:
    """What search keeps of statements that were read."""
    words = [[(_hashed(stem), round(weight * SCALE)) for stem, weight in r.stems.items()] for r in readings]
    keys = [field_keys(r.claim, r.names, line) for r in readings]
    return Features(digests, Ragged.of(words, WORD), Ragged.of(keys, np.uint64))


def space_of(claims: Sequence[Claim], vectors: Matrix, words: Ragged) -> Space:
    """The space to search for candidates among claims that come in the order of `in_order`."""
    stems, columns = np.unique(words.values["stem"], return_inverse=True)
    starts = np.concatenate([[0], np.cumsum(words.lengths, dtype=np.int64)])
    weights = words.values["weight"].astype(np.float64)
    matrix = csr_matrix((weights, columns.astype(np.int32), starts), shape=(len(claims), max(1, len(stems))))
    matrix.sort_indices()
    numbers: dict[str, int] = {}
    documents = [numbers.setdefault(claim.document_id, len(numbers)) for claim in claims]
    return Space(
        vectors,
        matrix,
        np.array(documents, dtype=np.int32),
        np.array([claim.label == "commitment" for claim in claims], dtype=bool),
    )

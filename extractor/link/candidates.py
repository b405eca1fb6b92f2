"""Which pairs are worth comparing: a statement and the commitments before it that are nearest, or share owner and date
or figure.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.sparse import csr_matrix

from extractor.encoder import DECIMALS
from extractor.link.encode import Matrix, combined
from extractor.records import Claim

CHUNK = 1_000
# A block that holds more statements than this (every trust's "by March") tells nothing and would grow quadratically.
MAX_BLOCK = 50


@dataclass(frozen=True, slots=True)
class Candidate:
    """Statements number `earlier` and `later`: the cosine of their vectors and how many commitments lie nearer (None:
    not a neighbour).
    """

    earlier: int
    later: int
    cosine: float
    rank: int | None


def word_matrix(words: Sequence[Mapping[str, float]]) -> csr_matrix:
    """Unit vectors of words ({stem: weight}) as a sparse matrix, one a row, its columns the stems in order."""
    column = {word: n for n, word in enumerate(sorted({word for row in words for word in row}))}
    places = [(n, column[word], weight) for n, row in enumerate(words) for word, weight in row.items()]
    rows, columns, weights = zip(*places, strict=True) if places else ((), (), ())
    return csr_matrix((np.array(weights, dtype=np.float32), (rows, columns)), shape=(len(words), max(1, len(column))))


def neighbours(
    claims: Sequence[Claim], vectors: Matrix, words: Sequence[Mapping[str, float]], count: int
) -> Iterator[Candidate]:
    """For each claim the `count` nearest commitments before it in other documents, nearest first, by exact search.

    Near is what is alike in meaning (`vectors`) and in rare words (`words`): the mean of both cosines. O(n²) time,
    O(n) memory.
    """
    documents = np.array([claim.document_id for claim in claims])
    promised = np.flatnonzero([claim.label == "commitment" for claim in claims])
    sparse = word_matrix(words)
    targets = sparse[promised].T.tocsc()
    for start in range(0, len(claims), CHUNK):
        dense = np.round(vectors[start : start + CHUNK] @ vectors[promised].T, DECIMALS)
        lexical = np.asarray((sparse[start : start + CHUNK] @ targets).toarray(), dtype=np.float32)
        scores = combined(dense, lexical)
        for row in range(scores.shape[0]):
            later = start + row
            line = np.where((documents[promised] == documents[later]) | (promised >= later), -1.0, scores[row])
            # A stable sort breaks ties by position, and claims come sorted, so the result does not depend on arrival.
            for rank, at in enumerate(np.argsort(-line, kind="stable")[:count].tolist()):
                if line[at] > 0:
                    yield Candidate(int(promised[at]), later, float(dense[row, at]), rank)


def shared_fields(claims: Sequence[Claim], line: Callable[[str], str]) -> set[tuple[int, int]]:
    """Pairs (i, j), i < j, of a commitment and a later statement of another document that share owner and deadline or
    owner and figure.

    `line` gives what forerunners and heirs of an owner have in common.
    """
    blocks: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for i, claim in enumerate(claims):
        if claim.owner is None:
            continue
        owner = line(claim.owner)
        keys = {(owner, *figure) for figure in claim.figures} | (
            {(owner, claim.deadline_end)} if claim.deadline_end else set()
        )
        for key in keys:
            blocks[key].append(i)
    pairs = (pair for members in blocks.values() if len(members) <= MAX_BLOCK for pair in combinations(members, 2))
    return {
        (i, j) for i, j in pairs if claims[i].label == "commitment" and claims[i].document_id != claims[j].document_id
    }


def candidates(
    claims: Sequence[Claim],
    vectors: Matrix,
    words: Sequence[Mapping[str, float]],
    *,
    count: int,
    line: Callable[[str], str],
) -> list[Candidate]:
    """Every pair worth comparing once, in order. `claims` come in order of publication; the earlier is a commitment."""
    found = {(near.earlier, near.later): near for near in neighbours(claims, vectors, words, count)}
    for i, j in shared_fields(claims, line):
        if (i, j) not in found:
            found[i, j] = Candidate(i, j, float(np.round(vectors[i] @ vectors[j], DECIMALS)), None)
    return [found[pair] for pair in sorted(found)]

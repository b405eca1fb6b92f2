"""Which pairs are worth comparing: a statement and the commitments before it that are nearest, or share a named
programme, or owner and date or figure.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from extractor.link.features import SCALE, Ints, Ragged, Space

# Statements and commitments that are compared at a time: tables of four million numbers fit any machine.
ROWS, COLUMNS = 1_024, 4_096
# Pairs that are compared one by one at a time.
PAIRS = 16_384
# A block that holds more statements than this (every trust's "by March") tells nothing and would grow quadratically.
MAX_BLOCK = 50
# Likeness and place are one number, so that of equally near commitments the first comes first: no set of statements has
# more places than this.
PLACES = 2**31
NOBODY = -1
Numbers = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Nearest:
    """For each statement the nearest commitments before it in other documents, nearest first.

    `place` (n × count) holds their places, NOBODY where there are no more; `likeness` the mean of both cosines, times
    SCALE.
    """

    place: Ints
    likeness: Ints

    @classmethod
    def nothing(cls, rows: int, count: int) -> "Nearest":
        """No neighbours for so many statements."""
        return cls(np.full((rows, count), NOBODY, dtype=np.int32), np.zeros((rows, count), dtype=np.int32))


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs worth comparing, by place of the earlier and then of the later, each once.

    `rank` counts the commitments that lie nearer to the later one (NOBODY: it is none of its neighbours).
    """

    earlier: Ints
    later: Ints
    rank: Ints

    def __len__(self) -> int:
        return len(self.earlier)

    def __iter__(self) -> Iterator[tuple[int, int, int | None]]:
        for i, j, rank in zip(self.earlier.tolist(), self.later.tolist(), self.rank.tolist(), strict=True):
            yield i, j, None if rank == NOBODY else rank

    def keys(self) -> npt.NDArray[np.int64]:
        """One number a pair, in ascending order."""
        return self.earlier.astype(np.int64) * PLACES + self.later

    def take(self, which: Numbers | npt.NDArray[np.bool_]) -> "Pairs":
        """These of the pairs."""
        return Pairs(self.earlier[which], self.later[which], self.rank[which])


def _likeness(dense: Floats, words: Floats) -> Floats:
    """The mean of both cosines, given their products times SCALE²; whole numbers, times SCALE.

    All that is added is whole and below 2⁵³, so that neither order nor batches change a digit.
    """
    return np.asarray(np.rint((np.rint(dense / SCALE) * SCALE + words) / (2 * SCALE)))


def _whole(vectors: npt.NDArray[np.float32]) -> Floats:
    return np.asarray(np.rint(vectors.astype(np.float64) * SCALE))


def cosines(space: Space, earlier: Ints, later: Ints) -> Floats:
    """The cosine of the vectors of each pair, to five decimals."""
    found = np.empty(len(earlier))
    for start in range(0, len(earlier), PAIRS):
        part = slice(start, start + PAIRS)
        a, b = _whole(space.vectors[earlier[part]]), _whole(space.vectors[later[part]])
        found[part] = np.rint(np.einsum("ij,ij->i", a, b) / SCALE) / SCALE
    return found


def likenesses(space: Space, earlier: Ints, later: Ints) -> Floats:
    """How alike each pair is in meaning and in rare words together, times SCALE."""
    found = np.empty(len(earlier))
    for start in range(0, len(earlier), PAIRS):
        part = slice(start, start + PAIRS)
        i, j = earlier[part], later[part]
        dense = np.einsum("ij,ij->i", _whole(space.vectors[i]), _whole(space.vectors[j]))
        words = np.asarray(space.words[i].multiply(space.words[j]).sum(axis=1), dtype=np.float64).ravel()
        found[part] = _likeness(dense, words)
    return found


def nearest_of(later: Ints, earlier: Ints, likeness: npt.NDArray[Any], rows: Numbers, count: int) -> Nearest:
    """Of proposed pairs, each named once, the `count` nearest of each later one, for the statements `rows` (sorted).

    What has nothing in common (likeness 0 or less) is near to nobody.
    """
    some = likeness > 0
    later, earlier, likeness = later[some], earlier[some], likeness[some]
    order = np.lexsort((earlier, -likeness, later))
    later, earlier, likeness = later[order], earlier[order], likeness[order]
    row = np.searchsorted(rows, later)
    first = np.searchsorted(later, later)
    rank = np.arange(len(later)) - first
    near = rank < count
    found = Nearest.nothing(len(rows), count)
    found.place[row[near], rank[near]] = earlier[near]
    found.likeness[row[near], rank[near]] = likeness[near]
    return found


def compare(space: Space, rows: Numbers, columns: Numbers) -> Floats:
    """How alike each statement of `rows` is to each commitment of `columns`, times SCALE; -SCALE where the one cannot
    speak of the other, because it stands in the same document or came first.
    """
    dense = _whole(space.vectors[rows]) @ _whole(space.vectors[columns]).T
    words = np.asarray((space.words[rows] @ space.words[columns].T).toarray(), dtype=np.float64)
    likeness = _likeness(dense, words)
    same = space.documents[columns][None, :] == space.documents[rows][:, None]
    likeness[same | (columns[None, :] >= rows[:, None])] = -SCALE
    return likeness


def search_exactly(space: Space, rows: Numbers, count: int, *, since: int = 0) -> Nearest:
    """For each statement of `rows` (sorted) the `count` nearest of the commitments before it, those before the place
    `since` left out.

    O(rows × n) time, O(rows × count) memory. The result does not depend on which other rows are asked for.
    """
    promised = np.flatnonzero(space.promised)
    found = Nearest.nothing(len(rows), count)
    for start in range(0, len(rows), ROWS):
        asked = rows[start : start + ROWS]
        columns = promised[np.searchsorted(promised, since) : np.searchsorted(promised, asked[-1])]
        best = np.full((len(asked), count), -np.inf)
        for left in range(0, len(columns), COLUMNS):
            among = columns[left : left + COLUMNS]
            # Of equally near ones the first is the greatest.
            keyed = compare(space, asked, among) * PLACES - among
            if keyed.shape[1] > count:
                keyed = np.partition(keyed, keyed.shape[1] - count, axis=1)[:, -count:]
            best = np.sort(np.hstack([best, keyed]), axis=1)[:, : -count - 1 : -1]
        likeness = np.ceil(best / PLACES)
        near = likeness > 0
        part = slice(start, start + ROWS)
        found.place[part][near] = (likeness[near] * PLACES - best[near]).astype(np.int32)
        found.likeness[part][near] = likeness[near].astype(np.int32)
    return found


def shared_fields(keys: Ragged, space: Space) -> tuple[Ints, Ints]:
    """Pairs of a commitment and a later statement of another document that share a key, as (earlier, later), by both.

    Keys that more than MAX_BLOCK statements have are left out.
    """
    at = keys.row_numbers()
    order = np.lexsort((at, keys.values))
    at, values = at[order], keys.values[order]
    size = np.searchsorted(values, values, side="right") - np.searchsorted(values, values)
    at, values = at[size <= MAX_BLOCK], values[size <= MAX_BLOCK]
    earlier, later = [np.zeros(0, dtype=np.intp)], [np.zeros(0, dtype=np.intp)]
    for step in range(1, min(MAX_BLOCK, len(at))):
        i, j = at[:-step], at[step:]
        meets = (values[:-step] == values[step:]) & space.promised[i] & (space.documents[i] != space.documents[j])
        earlier.append(i[meets])
        later.append(j[meets])
    pairs = np.unique(np.concatenate(earlier).astype(np.int64) * PLACES + np.concatenate(later))
    return (pairs // PLACES).astype(np.int32), (pairs % PLACES).astype(np.int32)


def join(nearest: Nearest, fields: tuple[Ints, Ints]) -> Pairs:
    """The neighbours and those that share fields, each pair once."""
    later, rank = np.nonzero(nearest.place != NOBODY)
    earlier = nearest.place[later, rank]
    keys = np.concatenate([earlier.astype(np.int64) * PLACES + later, fields[0].astype(np.int64) * PLACES + fields[1]])
    ranks = np.concatenate([rank, np.full(len(fields[0]), NOBODY)]).astype(np.int32)
    # Where a pair was found both ways the first, which has a rank, is kept.
    unique, first = np.unique(keys, return_index=True)
    return Pairs((unique // PLACES).astype(np.int32), (unique % PLACES).astype(np.int32), ranks[first])

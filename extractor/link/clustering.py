"""Greedy additive edge contraction: which of many statements belong together, given what speaks for and against it
between pairs of them.
"""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

# Bonds are counted in ten-thousandths, whole, so that sums do not hang on their order.
PARTS = 10_000
# More than all bonds together: a word that nothing outweighs.
FOREVER = 10**15
# No sizes of clusters: a bond with these is not yet summed.
BOUND = (0, 0)


@dataclass(frozen=True, slots=True)
class Bonds:
    """Log-odds between pairs of nodes, each pair once: three arrays of one length, `one` < `other`."""

    one: npt.NDArray[np.integer]
    other: npt.NDArray[np.integer]
    odds: npt.NDArray[np.float64]


def cluster(count: int, bonds: Bonds, said: Iterable[tuple[int, int, bool]] = ()) -> list[list[int]]:
    """Partition the nodes 0 to `count` - 1: join the two clusters with the strongest bond while it is positive.

    A bond between clusters is the sum over their pairs, so that a chain of half-likenesses does not outweigh what
    speaks against it. `said` (a, b, same) are constraints: pairs that are the same are joined before all others, and
    clusters with a pair that is not never are, also not through others (they must not contradict each other). Ties go
    to the lower nodes. Keuper et al., Efficient Decomposition of Image and Mesh Graphs by Lifted Multicuts (ICCV
    2015), section 3.1.

    Most pairs only speak against, and few of them ever count: a bond in the queue is a bound, never too low, and is
    summed when its turn comes; where it was too high it goes back.
    """
    rows = _Rows(count, bonds, said)
    around = rows.joining()
    # Each with the sizes of both clusters for which it is the very sum; one node and one have nothing but their bond.
    queue = [(-bond, i, j, (1, 1)) for i, row in around.items() for j, bond in row.items() if i < j]
    heapq.heapify(queue)
    home = list(range(count))
    members: dict[int, list[int]] = {node: [node] for node in around}
    while queue:
        negative, i, j, summed = heapq.heappop(queue)
        if around.get(i, {}).get(j) != -negative:
            continue
        sizes = len(members[i]), len(members[j])
        if sizes != summed:
            bond = rows.between(members[i], j, home) if sizes[0] < sizes[1] else rows.between(members[j], i, home)
            around[i][j] = around[j][i] = bond
            if bond > 0:
                heapq.heappush(queue, (-bond, i, j, sizes))
            continue
        # The cluster with more neighbours stays, so that the smaller table is the one that is moved.
        keep, gone = (i, j) if len(around[i]) + len(members[i]) >= len(around[j]) + len(members[j]) else (j, i)
        del around[keep][gone], around[gone][keep]
        for other, bound in around.pop(gone).items():
            del around[other][gone]
            # Where one of the two has nothing that speaks for the other cluster, their bond is nought at most.
            joint = around[keep].get(other, 0) + bound
            around[keep][other] = around[other][keep] = joint
            if joint > 0:
                heapq.heappush(queue, (-joint, min(keep, other), max(keep, other), BOUND))
        for node in members[gone]:
            home[node] = keep
        members[keep] += members.pop(gone)
    alone = ([node] for node in range(count) if node not in around and home[node] == node)
    return sorted([*alone, *(sorted(group) for group in members.values())])


class _Rows:
    """The bonds of each node, one row after the other; what somebody said of a pair in place of its bond."""

    def __init__(self, count: int, bonds: Bonds, said: Iterable[tuple[int, int, bool]]) -> None:
        constraints = np.array([(*sorted((a, b)), same) for a, b, same in said], dtype=np.int64).reshape(-1, 3)
        a, b, same = constraints.T
        heard = np.isin(bonds.one * np.int64(count) + bonds.other, a * count + b)
        one = np.concatenate([bonds.one[~heard].astype(np.int64), a])
        other = np.concatenate([bonds.other[~heard].astype(np.int64), b])
        parts = np.concatenate([np.rint(bonds.odds[~heard] * PARTS).astype(np.int64), FOREVER * (2 * same - 1)])
        heads, tails, both = np.concatenate([one, other]), np.concatenate([other, one]), np.concatenate([parts, parts])
        order = np.argsort(heads, kind="stable")
        self._ends: list[int] = np.searchsorted(heads[order], np.arange(count + 1)).tolist()
        self._others: list[int] = tails[order].tolist()
        self._parts: list[int] = both[order].tolist()
        self._joining = [array[parts > 0].tolist() for array in (one, other, parts)]

    def joining(self) -> dict[int, dict[int, int]]:
        """What speaks for belonging together, by node and by the other node."""
        around: dict[int, dict[int, int]] = {}
        for i, j, part in zip(*self._joining, strict=True):
            around.setdefault(i, {})[j] = around.setdefault(j, {})[i] = part
        return around

    def between(self, nodes: Sequence[int], cluster: int, home: Sequence[int]) -> int:
        """The sum of all bonds between some nodes and the cluster that is another's `home`."""
        total = 0
        for node in nodes:
            first, last = self._ends[node], self._ends[node + 1]
            for other, part in zip(self._others[first:last], self._parts[first:last], strict=True):
                if home[other] == cluster:
                    total += part
        return total

"""Links → threads: statements that the evidence holds together, with what speaks against it counted as well, and what
people said about it above all.
"""

import heapq
import math
from collections.abc import Iterator, Mapping, Sequence

import networkx as nx

from extractor.ids import short_id
from extractor.link.judged import standing
from extractor.records import Claim, Judgement, Thread

# No single pair, however alike or unlike, may outvote everything else.
MOST = 3.0


def cluster(nodes: Sequence[int], bonds: Mapping[tuple[int, int], float]) -> list[list[int]]:
    """Partition the nodes by greedy additive edge contraction: join the two clusters with the strongest bond while it
    is positive.

    `bonds` are log-odds between pairs (i < j), negative where two do not belong together; a bond between clusters is
    the sum over their pairs, so that a chain of half-likenesses does not outweigh what speaks against it. An infinite
    bond is a constraint: pairs of inf are joined before all others, and clusters with a pair of -inf between them never
    are, also not through others (the constraints must not contradict each other). Ties go to the lower nodes.
    O(b log² b) for b bonds. Keuper et al., Efficient Decomposition of Image and Mesh Graphs by Lifted Multicuts (ICCV
    2015), section 3.1.
    """
    around: dict[int, dict[int, float]] = {node: {} for node in nodes}
    for (i, j), bond in bonds.items():
        around[i][j] = around[j][i] = round(bond, 4)
    queue = [(-bond, i, j) for i, row in around.items() for j, bond in row.items() if i < j and bond > 0]
    heapq.heapify(queue)
    members = {node: [node] for node in nodes}
    while queue:
        negative, i, j = heapq.heappop(queue)
        if i not in members or j not in members or around[i].get(j) != -negative:
            continue
        # The cluster with more neighbours stays, so that the smaller table is the one that is moved.
        keep, gone = (i, j) if len(around[i]) >= len(around[j]) else (j, i)
        del around[keep][gone], around[gone][keep]
        for other, bond in around.pop(gone).items():
            del around[other][gone]
            joint = round(around[keep].get(other, 0.0) + bond, 4)
            around[keep][other] = around[other][keep] = joint
            if joint > 0:
                heapq.heappush(queue, (-joint, min(keep, other), max(keep, other)))
        members[keep] += members.pop(gone)
    return sorted(sorted(group) for group in members.values())


def build_threads(
    claims: Sequence[Claim], bonds: Mapping[tuple[int, int], float], judgements: Sequence[Judgement] = ()
) -> tuple[Thread, ...]:
    """The threads that the bonds between claims make. Every commitment is in one, alone where nothing holds it to
    another.

    `claims` come in order of publication, `bonds` are log-odds by pair of positions, `judgements` what people said,
    oldest first: a pair said to be the same is in one thread, one said to be apart in two, whatever the bonds, and all
    other statements follow their bonds to these. Of judgements that contradict each other the newer stand (`standing`).

    The id of a thread is made from the id of its first statement: a later document lengthens it without renaming it,
    merged threads go on under the id of the earlier, and of a split thread the part with the first statement keeps the
    id. Only a document published before all of its others renames it. Progress that reports on nothing is in none.
    """
    place = {claim.id: number for number, claim in enumerate(claims)}
    weighed = {pair: max(-MOST, min(MOST, bond)) for pair, bond in bonds.items()}
    for judgement in standing(claims, judgements):
        a, b = place[judgement.a], place[judgement.b]
        if a != b:
            weighed[min(a, b), max(a, b)] = math.inf if judgement.same else -math.inf
    groups = sorted(group for part, inside in _connected(len(claims), weighed) for group in cluster(part, inside))
    return tuple(
        _thread([claims[i] for i in group]) for group in groups if any(claims[i].label == "commitment" for i in group)
    )


def _connected(
    count: int, bonds: Mapping[tuple[int, int], float]
) -> Iterator[tuple[list[int], dict[tuple[int, int], float]]]:
    """The connected components of what speaks for belonging together, each with the bonds inside it.

    Nothing joins two of them, so each can be partitioned by itself.
    """
    graph: nx.Graph[int] = nx.Graph(pair for pair, bond in bonds.items() if bond > 0)
    graph.add_nodes_from(range(count))
    parts = [sorted(component) for component in nx.connected_components(graph)]
    home = {node: number for number, part in enumerate(parts) for node in part}
    inside: list[dict[tuple[int, int], float]] = [{} for _ in parts]
    for (i, j), bond in bonds.items():
        if home[i] == home[j]:
            inside[home[i]][i, j] = bond
    yield from zip(parts, inside, strict=True)


def _thread(members: Sequence[Claim]) -> Thread:
    first = next(claim for claim in members if claim.label == "commitment")
    days = [claim.published for claim in members if claim.published]
    return Thread(
        id=short_id("thread", members[0].id),
        title=" ".join(first.text.split()),
        statements=tuple(claim.id for claim in members),
        first_seen=min(days, default=None),
        last_seen=max(days, default=None),
    )

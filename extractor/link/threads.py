"""Links → threads: statements that the evidence holds together, with what speaks against it counted as well, and what
people said about it above all.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from extractor.ids import short_id
from extractor.link.clustering import Bonds, cluster
from extractor.link.judged import standing
from extractor.records import Claim, Judgement, Thread

# No single pair, however alike or unlike, may outvote everything else.
MOST = 3.0


def build_threads(claims: Sequence[Claim], bonds: Bonds, judgements: Sequence[Judgement] = ()) -> tuple[Thread, ...]:
    """The threads that the bonds between claims make. Every commitment is in one, alone where nothing holds it to
    another.

    `claims` come in order of publication, `bonds` are between their positions, `judgements` what people said, oldest
    first: a pair said to be the same is in one thread, one said to be apart in two, whatever the bonds, and all other
    statements follow their bonds to these. Of judgements that contradict each other the newer stand (`standing`).

    The id of a thread is made from the id of its first statement: a later document lengthens it without renaming it,
    merged threads go on under the id of the earlier, and of a split thread the part with the first statement keeps the
    id. Only a document published before all of its others renames it. Progress that reports on nothing is in none.
    """
    place = {claim.id: number for number, claim in enumerate(claims)}
    said = ((place[one.a], place[one.b], one.same) for one in standing(claims, judgements) if one.a != one.b)
    groups = cluster(len(claims), replace(bonds, odds=np.clip(bonds.odds, -MOST, MOST)), said)
    return tuple(
        _thread([claims[i] for i in group]) for group in groups if any(claims[i].label == "commitment" for i in group)
    )


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

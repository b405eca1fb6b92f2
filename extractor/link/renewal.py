"""What must be linked anew when statements come, go or change; the outcome is that of linking all from nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from extractor.link.candidates import (
    NOBODY,
    PLACES,
    ROWS,
    Floats,
    Nearest,
    Numbers,
    Pairs,
    compare,
    cosines,
    join,
    nearest_of,
    search_exactly,
    shared_fields,
)
from extractor.link.encode import Matrix
from extractor.link.evidence import Reading, reading
from extractor.link.features import Features, Space, claim_digests, features_of, space_of
from extractor.link.found import Found, load_bodies, relate_found
from extractor.link.index import EXACT_UP_TO, search
from extractor.link.kept import Kept, Stored
from extractor.link.rethreading import (
    components,
    log_odds,
    rebuild,
    same_pairs,
    thread_names,
    touched_by_bonds,
)
from extractor.records import Claim, Judgement, Link, Thread
from extractor.settings import Settings

# Pairs that are weighed at a time.
BATCH = 4_096
# More statements than this, new or bereft of a neighbour, are searched for faster with the index than one by one.
MANY = 2_000


@dataclass(frozen=True, slots=True)
class Renewal:
    """What there is to keep now, and what changed.

    `links` were weighed anew and hold; `gone` are the stored pairs (earlier, later) that are no links now; `threads`
    are those that the statements `loose` make among themselves.
    """

    kept: Kept
    links: tuple[Link, ...]
    gone: tuple[tuple[str, str], ...]
    threads: tuple[Thread, ...]
    loose: tuple[str, ...]


def renew(
    kept: Kept,
    claims: Sequence[Claim],
    vectors: Matrix,
    *,
    settings: Settings,
    judgements: Sequence[Judgement] = (),
    stored: Stored | None = None,
    exact_up_to: int = EXACT_UP_TO,
) -> Renewal:
    """Link claims that come in the order of `in_order`, their unit vectors one a row, given what was kept of others.

    `stored` is what the database holds (None: just what was kept); where both differ the statements are linked anew.
    Pairs of the judgements are weighed anew in any case: they are stored as people said, not as the evidence was.
    Up to `exact_up_to` statements the outcome is what `nothing_kept` would lead to.
    """
    read = _Readings(claims, settings)
    digests = claim_digests(claims, vectors)
    moved = _moved(kept.features.digests, digests)
    fresh = np.ones(len(claims), dtype=bool)
    fresh[moved[moved != NOBODY]] = False
    features = _renew_features(kept.features, moved, np.flatnonzero(fresh), digests, read)
    space = space_of(claims, vectors, features.words)
    nearest, exact = _renew_nearest(kept, moved, fresh, space, settings.link_neighbours, exact_up_to)
    pairs = join(nearest, shared_fields(features.keys, space))
    was = _was(kept, moved, pairs)
    number = {claim.id: n for n, claim in enumerate(claims)}
    again = was == NOBODY
    again[~again] = kept.pairs.rank[was[~again]] != pairs.rank[~again]
    if stored:
        said = {frozenset((one.a, one.b)) for one in judgements}
        unsaid = {pair: score for pair, score in stored.links.items() if frozenset(pair) not in said}
        stored = Stored(unsaid, stored.threads)
        _doubt(again, kept, was, pairs, claims, stored)
    scores, linked = np.zeros(len(pairs)), np.zeros(len(pairs), dtype=bool)
    scores[~again], linked[~again] = kept.scores[was[~again]], kept.linked[was[~again]]
    links = tuple(_weigh(pairs, np.flatnonzero(again), space, read, scores, linked, settings))
    bonds = log_odds(scores) - log_odds(np.array(settings.link_threshold))
    joint = components(len(claims), pairs, bonds, same_pairs(judgements, number))
    touched = fresh.copy()
    touched |= touched_by_bonds(kept, moved, pairs, was, scores, bonds, joint)
    if tuple(judgements) != kept.judgements:
        # Which of several judgements stand depends on all of them.
        told = {name for one in (*kept.judgements, *judgements) for name in (one.a, one.b)}
        touched[[number[name] for name in told if name in number]] = True
    if stored:
        touched |= _displaced(kept, moved, claims, stored)
    anew = np.isin(joint, joint[touched])
    threads = rebuild(claims, np.flatnonzero(anew), pairs, bonds, judgements)
    names = thread_names(kept.threads, moved, anew, threads, number)
    now = Kept(exact, features, nearest, pairs, scores, linked, names, tuple(judgements))
    return Renewal(
        kept=now,
        links=links,
        gone=_gone(pairs.take(linked), claims, stored) if stored else (),
        threads=threads,
        loose=tuple(claims[place].id for place in np.flatnonzero(anew).tolist()),
    )


class _Readings:
    """The claims' words, each read when it is first needed."""

    def __init__(self, claims: Sequence[Claim], settings: Settings) -> None:
        self._claims = claims
        self.bodies = load_bodies(settings.lexicon_files)
        self._read: dict[int, Reading] = {}

    def __getitem__(self, place: int) -> Reading:
        if (found := self._read.get(place)) is None:
            found = self._read[place] = reading(self._claims[place], self.bodies)
        return found


def _moved(before: npt.NDArray[np.uint64], now: npt.NDArray[np.uint64]) -> Numbers:
    """For each statement of before its place now, NOBODY where it is gone or changed."""
    if not len(now):
        return np.full(len(before), NOBODY, dtype=np.intp)
    order = np.argsort(now)
    at = order[np.minimum(np.searchsorted(now[order], before), len(now) - 1)]
    return np.where(now[at] == before, at, NOBODY)


def _renew_features(
    before: Features, moved: Numbers, fresh: Numbers, digests: npt.NDArray[np.uint64], read: _Readings
) -> Features:
    stayed = np.flatnonzero(moved != NOBODY)
    new = features_of([read[place] for place in fresh.tolist()], digests[fresh], read.bodies.line)
    return before.take(stayed).followed_by(new).take(np.argsort(np.concatenate([moved[stayed], fresh])))


def _renew_nearest(
    kept: Kept, moved: Numbers, fresh: npt.NDArray[np.bool_], space: Space, count: int, exact_up_to: int
) -> tuple[Nearest, bool]:
    """The neighbours of all statements, and whether all were searched for exactly."""
    found, bereft = _survivors(kept.nearest, moved, len(space), count)
    asked = np.flatnonzero(fresh | bereft)
    small = len(space) <= exact_up_to
    if (small and not kept.exact) or 2 * len(asked) > len(space) or (not small and len(asked) > MANY):
        return search(space, count, exact_up_to=exact_up_to), small
    new = search_exactly(space, asked, count)
    found.place[asked], found.likeness[asked] = new.place, new.likeness
    _enter(found, space, np.flatnonzero(fresh & space.promised), np.flatnonzero(~(fresh | bereft)), count)
    return found, kept.exact


def _survivors(before: Nearest, moved: Numbers, size: int, count: int) -> tuple[Nearest, npt.NDArray[np.bool_]]:
    """The neighbours that stayed, in their new places, and which statements lack one that another may replace."""
    found, bereft = Nearest.nothing(size, count), np.zeros(size, dtype=bool)
    stayed = np.flatnonzero(moved != NOBODY)
    if not len(stayed):
        return found, bereft
    old = before.place[stayed]
    place = np.where(old == NOBODY, NOBODY, moved[old])
    gone = (old != NOBODY) & (place == NOBODY)
    bereft[moved[stayed]] = gone.any(axis=1) & (old[:, -1] != NOBODY)
    closed = np.argsort(place == NOBODY, axis=1, kind="stable")
    found.place[moved[stayed]] = np.take_along_axis(place, closed, axis=1)
    likeness = np.where(place == NOBODY, 0, before.likeness[stayed])
    found.likeness[moved[stayed]] = np.take_along_axis(likeness, closed, axis=1)
    return found, bereft


def _enter(found: Nearest, space: Space, new: Numbers, rows: Numbers, count: int) -> None:
    """Put new commitments among the neighbours of the statements `rows` where they are nearer than the last."""
    if not len(new):
        return
    rows = rows[rows > new[0]]
    for start in range(0, len(rows), ROWS):
        asked = rows[start : start + ROWS]
        likeness = compare(space, asked, new)
        last = found.likeness[asked, -1].astype(np.float64) * PLACES - found.place[asked, -1]
        # Where there is room for more (NOBODY, likeness 0) anything alike at all is nearer than the last.
        row, at = np.nonzero((likeness > 0) & (likeness * PLACES - new > last[:, None]))
        touched = asked[np.unique(row)]
        own, rank = np.nonzero(found.place[touched] != NOBODY)
        renewed = nearest_of(
            np.concatenate([asked[row], touched[own]]).astype(np.int32),
            np.concatenate([new[at], found.place[touched][own, rank]]).astype(np.int32),
            np.concatenate([likeness[row, at], found.likeness[touched][own, rank]]),
            touched,
            count,
        )
        found.place[touched], found.likeness[touched] = renewed.place, renewed.likeness


def _doubt(
    again: npt.NDArray[np.bool_], kept: Kept, was: Numbers, pairs: Pairs, claims: Sequence[Claim], stored: Stored
) -> None:
    """Mark the pairs that were kept as links and are stored with another score, or not at all."""
    known = np.flatnonzero(~again)
    held = known[kept.linked[was[known]]]
    scores = kept.scores[was[held]].tolist()
    for place, (i, j, _), score in zip(held.tolist(), pairs.take(held), scores, strict=True):
        if stored.links.get((claims[i].id, claims[j].id)) != score:
            again[place] = True


def _displaced(kept: Kept, moved: Numbers, claims: Sequence[Claim], stored: Stored) -> npt.NDArray[np.bool_]:
    """Which statements are stored in another thread than they were left in, and which were left in such a thread."""
    found = np.zeros(len(claims), dtype=bool)
    stayed = moved != NOBODY
    left = list(zip(moved[stayed].tolist(), kept.threads[stayed].tolist(), strict=True))
    now = [stored.threads.get(claims[place].id, "") for place, _ in left]
    wrong = {other for (_, name), other in zip(left, now, strict=True) if name != other} - {""}
    for (place, name), other in zip(left, now, strict=True):
        found[place] = name != other or name in wrong
    return found


def _gone(linked: Pairs, claims: Sequence[Claim], stored: Stored) -> tuple[tuple[str, str], ...]:
    now = {(claims[i].id, claims[j].id) for i, j, _ in linked}
    return tuple(sorted(stored.links.keys() - now))


def _was(kept: Kept, moved: Numbers, pairs: Pairs) -> Numbers:
    """For each pair its number among the kept ones, NOBODY where it is new or one of its statements changed."""
    stayed = np.flatnonzero((moved[kept.pairs.earlier] != NOBODY) & (moved[kept.pairs.later] != NOBODY))
    if not len(stayed):
        return np.full(len(pairs), NOBODY, dtype=np.intp)
    # Statements that stayed are in the same order, and so are their pairs.
    keys = moved[kept.pairs.earlier[stayed]].astype(np.int64) * PLACES + moved[kept.pairs.later[stayed]]
    at = np.minimum(np.searchsorted(keys, pairs.keys()), len(keys) - 1)
    return np.where(keys[at] == pairs.keys(), stayed[at], NOBODY)


def _weigh(
    pairs: Pairs,
    again: Numbers,
    space: Space,
    read: _Readings,
    scores: Floats,
    linked: npt.NDArray[np.bool_],
    settings: Settings,
) -> Iterator[Link]:
    """Weigh the pairs `again`, note their scores and which of them are links, and give these."""
    for start in range(0, len(again), BATCH):
        part = again[start : start + BATCH]
        some = pairs.take(part)
        near = cosines(space, some.earlier, some.later).tolist()
        found = [Found(read[i], read[j], c, rank) for (i, j, rank), c in zip(some, near, strict=True)]
        for place, (score, link) in zip(part.tolist(), relate_found(found, settings=settings), strict=True):
            scores[place] = score
            if link and score >= settings.link_threshold:
                linked[place] = True
                yield link

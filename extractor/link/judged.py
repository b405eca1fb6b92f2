"""What people said about pairs of statements, made free of contradiction and laid over the links that evidence made."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from extractor.records import Claim, Judgement, Link, Reason

REVIEWED = Reason("reviewed", 1.0, "a reviewer said that both speak of the same commitment")


class _Standing:
    """Statements that are said to be the same, in sets, and the sets that are said to be apart."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}
        self._members: dict[str, int] = {}
        self._apart: dict[str, set[str]] = {}

    def _root(self, id: str) -> str:
        root = id
        while (above := self._parent.get(root, root)) != root:
            root = above
        while (above := self._parent.get(id, id)) != root:
            self._parent[id], id = root, above
        return root

    def take(self, judgement: Judgement) -> bool:
        """Accept a judgement; False, with nothing changed, where it contradicts what was accepted before."""
        a, b = self._root(judgement.a), self._root(judgement.b)
        if judgement.same and b in self._apart.get(a, ()):
            return False
        if not judgement.same:
            if a == b:
                return False
            self._apart.setdefault(a, set()).add(b)
            self._apart.setdefault(b, set()).add(a)
        elif a != b:
            self._join(a, b)
        return True

    def _join(self, a: str, b: str) -> None:
        sizes = self._members
        keep, gone = (a, b) if sizes.get(a, 1) >= sizes.get(b, 1) else (b, a)
        self._parent[gone] = keep
        sizes[keep] = sizes.get(keep, 1) + sizes.pop(gone, 1)
        for other in self._apart.pop(gone, set()):
            self._apart[other].discard(gone)
            self._apart[other].add(keep)
            self._apart.setdefault(keep, set()).add(other)


def standing(claims: Iterable[Claim], judgements: Sequence[Judgement]) -> tuple[Judgement, ...]:
    """The judgements on these claims that stand together, newest first; `judgements` come oldest first.

    One that contradicts newer ones falls, also where it does so only through others: of same(a, b), same(b, c) and
    apart(a, c) the oldest. A judgement on a statement that is not among the claims waits for it and decides nothing.
    Nothing but the set of claims and the order of the judgements matters.
    """
    present = {claim.id for claim in claims}
    accepted = _Standing()
    return tuple(
        judgement
        for judgement in reversed(judgements)
        if judgement.a in present and judgement.b in present and accepted.take(judgement)
    )


def held_apart(
    claims: Iterable[Claim], home: Mapping[str, str], judgements: Sequence[Judgement]
) -> set[frozenset[str]]:
    """The pairs of threads (by id; a statement in none by its own) that a standing judgement holds apart."""
    return {
        frozenset(home.get(id, id) for id in (one.a, one.b)) for one in standing(claims, judgements) if not one.same
    }


def judged_links(
    links: Iterable[Link],
    claims: Sequence[Claim],
    home: Mapping[str, str],
    judgements: Sequence[Judgement],
    *,
    relate: Callable[[Claim, Claim], Link],
) -> tuple[Link, ...]:
    """The links that are left, and those that are added, once people were heard; in order of their statements' places.

    `links` are what the evidence made of the `claims` (in order of publication), `home` gives the thread of each
    statement that has one, as `build_threads` made them with the same `judgements`. Gone are the links between two
    threads that a judgement holds apart: what follows either statement into its thread is held apart with it. A pair
    said to be the same has a link in any case, with score 1.0 and the reason REVIEWED first; where `links` have none,
    `relate` (earlier, later) gives it, its relation that of a related pair. Statements of one document are never
    linked, whatever was said.
    """
    place = {claim.id: number for number, claim in enumerate(claims)}
    kept = {(link.earlier, link.later): link for link in links}
    apart = held_apart(claims, home, judgements)
    for pair in [pair for pair in kept if frozenset(home.get(id, id) for id in pair) in apart]:
        del kept[pair]
    for one in standing(claims, judgements):
        a, b = sorted((one.a, one.b), key=place.__getitem__)
        earlier, later = claims[place[a]], claims[place[b]]
        if one.same and earlier.document_id != later.document_id:
            link = kept.get((a, b)) or relate(earlier, later)
            kept[a, b] = replace(link, score=1.0, reasons=(REVIEWED, *link.reasons))
    return tuple(sorted(kept.values(), key=lambda link: (place[link.earlier], place[link.later])))

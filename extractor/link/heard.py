"""What people said, laid over what linking found: which links are to be stored and which are no more."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from extractor.encoder import DECIMALS
from extractor.link.changes import changes_between, kind_of
from extractor.link.encode import Matrix
from extractor.link.evidence import reading
from extractor.link.found import load_bodies, relate_asked
from extractor.link.judged import held_apart, judged_links
from extractor.link.renewal import Renewal
from extractor.records import Claim, Judgement, Link
from extractor.settings import Settings

IdPair = tuple[str, str]


def heard(
    found: Renewal, claims: Sequence[Claim], vectors: Matrix, judgements: Sequence[Judgement], *, settings: Settings
) -> tuple[tuple[Link, ...], set[IdPair]]:
    """The links to store, beside those that stay, and the pairs (earlier, later) that are no links.

    `claims` are in the order of `in_order`, `vectors` theirs, `judgements` oldest first: those `found` was made with.
    """
    ids = [claim.id for claim in claims]
    home = {id: thread for id, thread in zip(ids, found.kept.threads.tolist(), strict=True) if thread}

    def relate(earlier: Claim, later: Claim) -> Link:
        a, b = (vectors[ids.index(claim.id)] for claim in (earlier, later))
        (link,) = relate_asked([(earlier, later, float(np.round(a @ b, DECIMALS)))], settings=settings)
        if link.relation != "unrelated":
            return link
        bodies = load_bodies(settings.lexicon_files)
        return replace(
            link,
            relation=kind_of(reading(earlier, bodies), reading(later, bodies), bodies),
            changes=changes_between(earlier, later, bodies),
        )

    links = judged_links(found.links, claims, home, judgements, relate=relate)
    apart = held_apart(claims, home, judgements)
    told = {pair for one in judgements for pair in ((one.a, one.b), (one.b, one.a))}
    dropped = {
        (ids[i], ids[j])
        for i, j, _ in (found.kept.pairs.take(found.kept.linked) if apart else ())
        if frozenset((home.get(ids[i], ids[i]), home.get(ids[j], ids[j]))) in apart
    }
    stored = {(link.earlier, link.later) for link in links}
    return links, ({*found.gone} | dropped | told) - stored

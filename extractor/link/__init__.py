"""Statements of different documents → links and threads."""

import math
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

from extractor.lexicon.organisations import load_register
from extractor.link.bodies import Bodies
from extractor.link.candidates import candidates
from extractor.link.encode import Matrix, encode, similarity
from extractor.link.evidence import Finding, gather, reading
from extractor.link.relation import load_weights, relate_claims
from extractor.link.threads import build_threads
from extractor.records import Claim, Document, Link, Statement, Thread
from extractor.settings import Settings

__all__ = [
    "claim_of",
    "encode",
    "evidence_among",
    "evidence_on",
    "in_order",
    "link_claims",
    "relate_pair",
    "similarity",
]


def in_order(claims: Sequence[Claim]) -> list[Claim]:
    """By day of publication (undated first), then by id: the order of arrival leaves no trace."""
    return sorted(claims, key=lambda claim: (claim.published or date.min, claim.document_id, claim.id))


def claim_of(statement: Statement, document: Document) -> Claim:
    """What linking needs to know of a statement that is not stored; the store makes the same of its rows."""
    return Claim(
        id=statement.id,
        document_id=document.id,
        label=statement.label,
        text=statement.quote,
        published=document.published,
        owner=statement.owners[0].name if statement.owners else None,
        deadline_end=statement.deadline.last if statement.deadline else None,
        figures=tuple((float(metric.value), metric.unit) for metric in statement.metrics if metric.value != "all"),
        strength=statement.strength,
        kind=statement.kind,
    )


def evidence_on(earlier: Claim, later: Claim, cosine: float, *, settings: Settings) -> Sequence[Finding]:
    """What speaks for and against the two speaking of the same thing, not yet weighed."""
    bodies = _bodies(settings.lexicon_files)
    return gather(reading(earlier, bodies), reading(later, bodies), cosine, bodies)


def evidence_among(
    claims: Sequence[Claim], vectors: Matrix, *, settings: Settings
) -> Iterator[tuple[Claim, Claim, Sequence[Finding]]]:
    """Every pair that search finds among the claims (in the order of `in_order`), with the evidence on it, not yet
    weighed.
    """
    bodies = _bodies(settings.lexicon_files)
    readings = [reading(claim, bodies) for claim in claims]
    for near in candidates(
        claims, vectors, [r.stems for r in readings], count=settings.link_neighbours, line=bodies.line
    ):
        findings = gather(readings[near.earlier], readings[near.later], near.cosine, bodies, rank=near.rank)
        yield claims[near.earlier], claims[near.later], findings


def relate_pair(earlier: Claim, later: Claim, cosine: float, *, settings: Settings) -> Link:
    """How the later claim relates to the earlier, for a pair that somebody asks about; `cosine` is that of their
    vectors.
    """
    bodies = _bodies(settings.lexicon_files)
    return relate_claims(reading(earlier, bodies), reading(later, bodies), cosine, bodies, load_weights("asked"))


def link_claims(
    claims: Sequence[Claim], vectors: Matrix, *, settings: Settings
) -> tuple[tuple[Link, ...], tuple[Thread, ...]]:
    """Links between commitments and what later documents say of them, and the threads that these make.

    `claims` are in the order of `in_order`; `vectors` holds their unit vectors, one a row. Statements of one document
    are never linked.
    """
    bodies, weights = _bodies(settings.lexicon_files), load_weights("found")
    readings = [reading(claim, bodies) for claim in claims]
    links: list[Link] = []
    bonds: dict[tuple[int, int], float] = {}
    for near in candidates(
        claims, vectors, [r.stems for r in readings], count=settings.link_neighbours, line=bodies.line
    ):
        i, j = near.earlier, near.later
        link = relate_claims(readings[i], readings[j], near.cosine, bodies, weights, rank=near.rank)
        bonds[i, j] = _log_odds(link.score) - _log_odds(settings.link_threshold)
        if link.relation != "unrelated" and link.score >= settings.link_threshold:
            links.append(link)
    return tuple(links), build_threads(claims, bonds)


def _log_odds(probability: float) -> float:
    inside = min(max(probability, 0.0001), 0.9999)
    return math.log(inside / (1 - inside))


@lru_cache(maxsize=4)
def _bodies(lexicon_files: tuple[Path, ...]) -> Bodies:
    return Bodies(load_register(lexicon_files))

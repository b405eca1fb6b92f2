"""Statements of different documents → links and threads."""

from collections.abc import Iterator, Sequence
from datetime import date

from extractor.link.candidates import cosines, join, shared_fields
from extractor.link.encode import Matrix, encode, similarity
from extractor.link.evidence import Finding, gather, reading
from extractor.link.features import claim_digests, features_of, space_of
from extractor.link.found import load_bodies, relate_asked
from extractor.link.heard import heard
from extractor.link.index import search
from extractor.link.kept import nothing_kept
from extractor.link.renewal import renew
from extractor.records import Claim, Document, Judgement, Link, Statement, Thread
from extractor.settings import Settings

__all__ = [
    "claim_of",
    "encode",
    "evidence_among",
    "evidence_on",
    "in_order",
    "link_claims",
    "relate_asked",
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
    bodies = load_bodies(settings.lexicon_files)
    return gather(reading(earlier, bodies), reading(later, bodies), cosine, bodies)


def evidence_among(
    claims: Sequence[Claim], vectors: Matrix, *, settings: Settings
) -> Iterator[tuple[Claim, Claim, Sequence[Finding]]]:
    """Every pair that search finds among the claims (in the order of `in_order`), with the evidence on it, not yet
    weighed.
    """
    bodies = load_bodies(settings.lexicon_files)
    readings = [reading(claim, bodies) for claim in claims]
    features = features_of(readings, claim_digests(claims, vectors), bodies.line)
    space = space_of(claims, vectors, features.words)
    pairs = join(search(space, settings.link_neighbours), shared_fields(features.keys, space))
    for (i, j, rank), cosine in zip(pairs, cosines(space, pairs.earlier, pairs.later).tolist(), strict=True):
        yield claims[i], claims[j], gather(readings[i], readings[j], cosine, bodies, rank=rank)


def link_claims(
    claims: Sequence[Claim], vectors: Matrix, *, settings: Settings, judgements: Sequence[Judgement] = ()
) -> tuple[tuple[Link, ...], tuple[Thread, ...]]:
    """Links between commitments and what later documents say of them, and the threads that these make.

    `claims` are in the order of `in_order`; `vectors` holds their unit vectors, one a row; `judgements` are what people
    said about pairs of statements, oldest first. Statements of one document are never linked.
    """
    found = renew(nothing_kept(settings.link_neighbours), claims, vectors, settings=settings, judgements=judgements)
    links, _ = heard(found, claims, vectors, judgements, settings=settings)
    return links, found.threads

"""Pairs of statements, weighed: those that search found, by the thousand, and those that somebody asks about."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from extractor.lexicon.organisations import load_register
from extractor.link.bodies import Bodies
from extractor.link.evidence import Reading, by_reading, gather, reading
from extractor.link.reader import read_pairs
from extractor.link.relation import RELATED, load_weights, probability, relate_claims
from extractor.records import Claim, Link
from extractor.settings import Settings


@dataclass(frozen=True, slots=True)
class Found:
    """A pair that search proposes: the cosine of both vectors, and how many commitments lie nearer to the later one
    (None: they share fields and are no neighbours).
    """

    earlier: Reading
    later: Reading
    cosine: float
    rank: int | None


@lru_cache(maxsize=4)
def load_bodies(lexicon_files: tuple[Path, ...]) -> Bodies:
    """The shipped register with these files added, to be asked about owners."""
    return Bodies(load_register(lexicon_files))


def relate_found(pairs: Sequence[Found], *, settings: Settings) -> list[tuple[float, Link | None]]:
    """The score of each pair, and how its later relates to its earlier; None where they are unrelated, as most are: for
    these nobody spells out reasons.

    A pair's link depends on nothing but the pair, the models and the settings: it is kept until one of these changes.
    """
    bodies, weights = load_bodies(settings.lexicon_files), load_weights("found")
    found: list[tuple[float, Link | None]] = []
    for pair in pairs:
        a, b = pair.earlier, pair.later
        findings = gather(a, b, pair.cosine, bodies, rank=pair.rank)
        score = probability(findings, weights)
        found.append((score, relate_claims(a, b, findings, bodies, weights) if score >= RELATED else None))
    return found


def relate_asked(pairs: Sequence[tuple[Claim, Claim, float]], *, settings: Settings) -> list[Link]:
    """How the later of each pair relates to the earlier, for (earlier, later, cosine) that somebody asks about: all
    are read side by side.
    """
    bodies, weights = load_bodies(settings.lexicon_files), load_weights("asked")
    read = read_pairs([(a.text, b.text) for a, b, _ in pairs]).tolist()
    links = []
    for (earlier, later, cosine), shares in zip(pairs, read, strict=True):
        a, b = reading(earlier, bodies), reading(later, bodies)
        findings = [*gather(a, b, cosine, bodies), *by_reading(shares)]
        links.append(relate_claims(a, b, findings, bodies, weights, read=shares))
    return links

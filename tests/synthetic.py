"""Invented claims by the thousand, with vectors made from hashed words: for timing linking and for its properties."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from extractor.encoder import DECIMALS
from extractor.link.encode import Matrix
from extractor.records import Claim, ProgressKind, Strength

DIMENSIONS = 384
FIRST_DAY = date(2005, 1, 10)
A_DOCUMENT = 50
OWNERS = (
    "NHS England", "Health Education England", "NHS Improvement", "Department of Health and Social Care", "NHS Digital",
    "UK Government", "General Medical Council", "Care Quality Commission", "Skills for Care", "NHS Employers",
)  # fmt: skip
VERBS = (
    "fund",
    "build",
    "open",
    "train",
    "recruit",
    "pilot",
    "review",
    "extend",
    "double",
    "inspect",
    "license",
    "map",
)
THINGS = (
    "ladder", "orchard", "kiosk", "ferry", "harbour", "lantern", "rota", "ledger", "clinic", "bursary", "shuttle",
    "canteen", "simulator", "archive", "depot", "toolkit", "charter", "passport", "mentor", "turbine", "choir", "barge",
    "library", "kitchen", "stable", "foundry", "nursery", "loft", "corridor", "theatre", "ramp", "beacon", "tent",
)  # fmt: skip
PLACES = (
    "house", "yard", "line", "desk", "hut", "works", "shop", "room", "gate", "wharf", "field", "pool", "bank", "lane",
    "hall", "garden", "court", "shed", "tower", "vault", "porch", "market", "square", "bridge", "path", "store", "mill",
    "barn", "hub", "wing", "deck", "quay",
)  # fmt: skip
NOUNS = (*THINGS, *(thing + place for place in PLACES for thing in THINGS))
PLAIN = (
    "rural", "mobile", "digital", "shared", "tidal", "evening", "bilingual", "modular", "regional", "junior", "weekly",
    "seasonal", "quiet", "upland", "coastal", "northern", "clinical", "dental", "maternal", "surgical", "remote",
    "flexible", "joint", "open", "local", "central", "annual", "portable", "guided", "paid",
)  # fmt: skip
MANNERS = ("wide", "bound", "based", "led", "free", "like", "wise", "fed")
ADJECTIVES = (*PLAIN, *(thing + manner for manner in MANNERS for thing in THINGS))
GROUPS = ("midwives", "porters", "paramedics", "dietitians", "carers", "chemists", "cleaners", "cooks", "drivers")
HEADS = ("Ash", "Bram", "Cor", "Dun", "Elm", "Fen", "Gor", "Hart", "Inch", "Kel", "Lang", "Mor", "Nor", "Oak", "Quar")
MIDDLES = ("", "ing", "er", "el")
TAILS = ("bury", "combe", "dale", "field", "ford", "gate", "ham", "leigh", "mere", "mouth", "port", "stead", "worth")
SCHEMES = tuple(f"{head}{tail} Compact {number}" for head in HEADS for tail in TAILS for number in range(1, 9))
STRENGTHS: tuple[Strength, ...] = ("firm", "directive", "aim", "proposal")
KINDS: tuple[ProgressKind, ...] = ("delivered", "underway", "delayed", "measure")


def synthetic(count: int, *, seed: int = 0, document: int = A_DOCUMENT) -> tuple[list[Claim], Matrix]:
    """So many claims of documents of `document` statements each, in the order of `in_order`, with their vectors.

    Four in ten say again what an earlier one said: with a word changed, a date moved, a figure changed, or as a report.
    """
    chance = np.random.default_rng(seed)
    claims: list[Claim] = []
    for n in range(count):
        number, place = divmod(n, document)
        again = bool(claims) and chance.random() < 0.4
        base = claims[int(chance.integers(len(claims)))] if again else None
        claim = _said_again(base, chance) if base is not None else _new(chance)
        day = FIRST_DAY + timedelta(days=number * 7_000 * document // max(count, 1))
        claims.append(
            replace(claim, id=f"s{number:06}-{place:04}", document_id=f"doc{number:06}-{seed}", published=day)
        )
    return claims, vectors_of([claim.text for claim in claims])


def _pick(words: tuple[str, ...], chance: np.random.Generator) -> str:
    """A word of the list, the first ones more often, as in any language."""
    return words[int(len(words) * chance.random() ** 1.7)]


def _new(chance: np.random.Generator) -> Claim:
    owner = _pick(OWNERS, chance)
    town = "".join(_pick(part, chance) for part in (HEADS, MIDDLES, TAILS))
    measured = chance.random() < 0.5
    figure, unit = float(chance.integers(2, 9_000)), _pick(NOUNS, chance)
    words = [
        _pick(VERBS, chance), *([f"{figure:g}"] if measured else []), _pick(ADJECTIVES, chance), unit, "and",
        _pick(ADJECTIVES, chance), _pick(NOUNS, chance), "with", _pick(NOUNS, chance), "for", _pick(GROUPS, chance),
        "near", town,
    ]  # fmt: skip
    if chance.random() < 0.3:
        words += ["under", "the", SCHEMES[int(chance.integers(len(SCHEMES)))]]
    due = date(2010, 3, 31) + timedelta(days=int(chance.integers(0, 6_600))) if chance.random() < 0.5 else None
    strength = STRENGTHS[int(chance.integers(len(STRENGTHS)))]
    text = f"{owner} will {' '.join(words)}."
    return Claim("", "", "commitment", text, None, owner, due, ((figure, unit),) if measured else (), strength)


def _said_again(base: Claim, chance: np.random.Generator) -> Claim:
    words = base.text.split()
    words[int(chance.integers(len(words) // 2, len(words) - 1))] = _pick(NOUNS, chance)
    due = base.deadline_end
    if due is not None and chance.random() < 0.4:
        due += timedelta(days=int(chance.integers(10, 900)))
    more = 10 if chance.random() < 0.2 else 0
    figures = tuple((value + more, unit) for value, unit in base.figures)
    claim = replace(base, text=" ".join(words), deadline_end=due, figures=figures)
    if chance.random() < 0.3:
        kind = KINDS[int(chance.integers(len(KINDS)))]
        return replace(claim, label="progress", strength=None, kind=kind)
    return replace(claim, label="commitment", strength=base.strength or "firm", kind=None)


@lru_cache(maxsize=100_000)
def _word(word: str) -> npt.NDArray[np.float32]:
    seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big")
    return np.random.default_rng(seed).standard_normal(DIMENSIONS).astype(np.float32)


def vectors_of(texts: list[str]) -> Matrix:
    """Unit vectors of texts as a random projection of their words, rounded as the encoder's are."""
    rows = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        row[:] = sum(_word(word) for word in text.lower().rstrip(".").split())
        row /= np.linalg.norm(row)
    return np.asarray(np.round(rows, DECIMALS), dtype=np.float32)

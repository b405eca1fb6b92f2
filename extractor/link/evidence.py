"""Evidence that two statements speak of the same thing: each function names what it found, how much of it, and in
words.

What a finding weighs, in log-odds, stands in models/relation/weights.json, fitted on labelled pairs. Embeddings
propose; owner, deadline, figures, names, rare words and the reading of both texts side by side decide.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extractor.link.bodies import Bodies
from extractor.link.terms import load_rarity, load_terms, names, stems
from extractor.records import RELATIONS, Claim

# Below the first, two wordings have nothing to do with one another; above the second, one copies the other.
FAR, NEAR = 0.35, 0.7
# A month's end and the month's name, a season and its last month: the same deadline in other words.
SAME_DAYS = 20
LONG_DAYS = 900
# Numbers up to a dozen turn up everywhere; a larger or odder one that two statements share is hardly chance.
COMMON_FIGURE = 12
# Last words of units that say how something is measured and not what.
MONEY = frozenset({"gbp", "pound", "£", "eur", "usd"})
SHARES = frozenset({"", "cent", "percent", "%", "point", "percentage"})
DAYS_A_YEAR = 365.25
# About the logarithm of the number of texts that the table of rarity was counted from: the rarest word weighs about
# one.
RAREST = 8
# Log-odds beyond which the pair network's sureness tells nothing more.
SUREST = 6.0

FEATURES = (
    "similarity.close", "similarity.far", "similarity.near", "words.cosine", "words.rarest",
    "owner.same", "owner.heir", "owner.part", "owner.other",
    "deadline.same", "deadline.later", "deadline.earlier", "deadline.far", "deadline.one",
    "figure.same", "figure.changed", "figure.other", "names.shared", "names.different", "denial.one",
    "order.gap", "order.progress", "rank.near", "reading.odds",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """A piece of evidence: which of FEATURES, how much of it, and words that a reader understands."""

    feature: str
    value: float
    detail: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A claim with what linking reads out of its words, once for all the pairs it stands in.

    `stems` maps each stem to its share of a unit vector, in which rare stems weigh most.
    """

    claim: Claim
    stems: Mapping[str, float]
    names: frozenset[str]
    denied: bool


def reading(claim: Claim, bodies: Bodies) -> Reading:
    """Read a claim's words."""
    terms = load_terms()
    text = bodies.unnamed(claim.text)
    return Reading(
        claim=claim,
        stems=load_rarity().unit_vector(stems(text)),
        names=names(text),
        denied=bool(terms.denial.search(claim.text)),
    )


def by_similarity(cosine: float) -> list[Finding]:
    """How close the two wordings lie in the encoder's space, with a bend at each end where it tells more."""
    detail = f"wordings are {cosine:.2f} alike"
    found = [Finding("similarity.close", round(cosine - 0.5, 5), detail)]
    if cosine < FAR:
        found.append(Finding("similarity.far", round(FAR - cosine, 5), detail))
    if cosine > NEAR:
        found.append(Finding("similarity.near", round(cosine - NEAR, 5), detail))
    return found


def by_words(a: Reading, b: Reading) -> list[Finding]:
    """Which words both use: the cosine with rare words weighing most, and how rare the rarest is."""
    rarity = load_rarity()
    shared = sorted((-rarity.of(word), word) for word in a.stems.keys() & b.stems.keys())
    if not shared:
        return []
    detail = f"both say {', '.join(f'“{word}…”' for _, word in shared[:3])}"
    return [
        Finding("words.cosine", word_cosine(a, b), detail),
        Finding("words.rarest", round(-shared[0][0] / RAREST, 5), detail),
    ]


def by_owner(a: Claim, b: Claim, bodies: Bodies) -> list[Finding]:
    """Whether the same body must act: the same, a successor, a part of it, or another."""
    if not a.owner or not b.owner:
        return []
    kinship = bodies.kinship(a.owner, b.owner)
    detail = {
        "same": f"both are for {a.owner}",
        "heir": f"{a.owner} and {b.owner} stand in one line of successors",
        "part": f"{a.owner} and {b.owner} are part and whole",
        "other": f"{a.owner} must act in one, {b.owner} in the other",
    }[kinship]
    return [Finding(f"owner.{kinship}", 1.0, detail)]


def by_deadline(a: Claim, b: Claim) -> list[Finding]:
    """Whether both are due by the same time, by different times, or only one by any."""
    if not a.deadline_end or not b.deadline_end:
        # A report seldom repeats the deadline, so nothing follows where it does not.
        if (a.deadline_end or b.deadline_end) and b.label == "commitment":
            return [Finding("deadline.one", 1.0, "only one of them has a deadline")]
        return []
    days = (b.deadline_end - a.deadline_end).days
    if abs(days) <= SAME_DAYS:
        return [
            Finding(
                "deadline.same",
                1.0,
                f"both are due by {a.deadline_end.isoformat()}" if not days else f"due {abs(days)} days apart",
            )
        ]
    feature = "deadline.later" if days > 0 else "deadline.earlier"
    found = [Finding(feature, 1.0, f"due {abs(days)} days {'later' if days > 0 else 'earlier'}")]
    if abs(days) > LONG_DAYS:
        found.append(Finding("deadline.far", 1.0, f"their deadlines lie {abs(days) / DAYS_A_YEAR:.1f} years apart"))
    return found


def head(unit: str) -> str:
    """The last word of a unit, without its plural: what is counted."""
    words = unit.lower().split()
    return words[-1].rstrip("s") if words else ""


def sort_of(unit: str) -> str:
    """ "money", "share" (per cent and its like) or "count": £5,000 and 5,000 nurses are not the same figure."""
    last = head(unit)
    return "money" if last in MONEY else "share" if last in SHARES else "count"


def by_figures(a: Claim, b: Claim) -> list[Finding]:
    """Whether the same figure is named, another figure of the same unit, or figures of other things."""
    if not a.figures or not b.figures:
        return []
    # Paraphrase renames what is counted ("placements", "seats"), so a telling number counts whatever its unit.
    same = {
        value
        for value, unit in a.figures
        for other, name in b.figures
        if value == other and (head(unit) == head(name) or (value > COMMON_FIGURE and sort_of(unit) == sort_of(name)))
    }
    if same:
        value = max(same)
        telling = (value > COMMON_FIGURE and value % 10 != 0) or value >= 1_000
        return [Finding("figure.same", 1.0 if telling else 0.5, f"both name {value:g}")]
    units = {head(unit) for _, unit in a.figures} & {head(unit) for _, unit in b.figures}
    if units:
        detail = f"{a.figures[0][0]:g} in one, {b.figures[0][0]:g} in the other"
        return [Finding("figure.changed", 0.3 if units <= MONEY | SHARES else 1.0, detail)]
    return [Finding("figure.other", 1.0, "they measure different things")]


def by_names(a: Reading, b: Reading) -> list[Finding]:
    """Named programmes, laws and schemes: those that both mention, or one name in each and none in common."""
    shared = sorted({n for n in a.names if n in b.claim.text} | {n for n in b.names if n in a.claim.text})
    if shared:
        return [Finding("names.shared", min(2.0, float(len(shared))), f"both name {', '.join(shared[:3])}")]
    if a.names and b.names:
        return [Finding("names.different", 1.0, f"one names {min(a.names)}, the other {min(b.names)}")]
    return []


def by_denial(a: Reading, b: Reading) -> list[Finding]:
    """One denies what the other says: alike in words, opposite in sense."""
    return [Finding("denial.one", 1.0, "one of them is in the negative")] if a.denied != b.denied else []


def by_order(a: Claim, b: Claim) -> list[Finding]:
    """How long after the first the second was published, and whether it can report on it."""
    found = []
    if a.published and b.published and (days := (b.published - a.published).days) > DAYS_A_YEAR:
        found.append(
            Finding(
                "order.gap",
                round(min(8.0, days / DAYS_A_YEAR) - 1, 3),
                f"published {days / DAYS_A_YEAR:.1f} years later",
            )
        )
    if b.label == "progress":
        found.append(Finding("order.progress", 1.0, "the later one reports"))
    return found


def by_rank(rank: int | None, likeness: float) -> list[Finding]:
    """How many earlier commitments lie nearer to the later statement (None: nobody searched); worth the more, the more
    alike both are.

    A statement that resembles nothing still has something nearest to it.
    """
    if rank is None:
        return []
    detail = f"{rank} earlier commitments are nearer" if rank else "no earlier commitment is nearer"
    return [Finding("rank.near", round(max(0.0, likeness) / (1 + rank), 5), detail)]


def by_reading(shares: Sequence[float]) -> list[Finding]:
    """What the pair network makes of both texts side by side: the log-odds of any relation, cut off where it is sure.

    `shares` are log-probabilities of RELATIONS.
    """
    unrelated = shares[RELATIONS.index("unrelated")]
    related = math.log(max(1e-9, 1 - math.exp(unrelated)))
    odds = min(max(related - unrelated, -SUREST), SUREST)
    detail = f"read side by side, {math.exp(related):.2f} likely to be one thing"
    return [Finding("reading.odds", round(odds, 4), detail)]


def word_cosine(a: Reading, b: Reading) -> float:
    """The cosine of both statements' words, rare words weighing most."""
    return round(sum(a.stems[word] * b.stems[word] for word in sorted(a.stems.keys() & b.stems.keys())), 5)


def gather(
    a: Reading,
    b: Reading,
    cosine: float,
    bodies: Bodies,
    *,
    rank: int | None = None,
    read: Sequence[float] | None = None,
) -> Sequence[Finding]:
    """All the evidence there is on the pair; `a` is the earlier.

    `rank` counts the commitments that search put before `a`; `read` is what the pair network made of both texts (None:
    it was not asked).
    """
    words = by_words(a, b)
    alike = words[0].value if words else 0.0
    return [
        *by_similarity(cosine),
        *words,
        *by_owner(a.claim, b.claim, bodies),
        *by_deadline(a.claim, b.claim),
        *by_figures(a.claim, b.claim),
        *by_names(a, b),
        *by_denial(a, b),
        *by_order(a.claim, b.claim),
        *by_rank(rank, (cosine + alike) / 2),
        *(by_reading(read) if read is not None else ()),
    ]

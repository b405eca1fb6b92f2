"""What differs between an earlier and a later statement of one commitment, and what the later one does with it.

Deadlines, figures and owners are compared as they were read; wording and scope, which no field holds, by the cues of
terms.toml that the later statement has and the earlier has not.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from extractor.link.bodies import Bodies
from extractor.link.evidence import SAME_DAYS, Reading, head, sort_of
from extractor.link.terms import load_terms
from extractor.records import STRENGTHS, Claim, Relation

# Every change begins with one of these.
FIELDS = ("deadline", "figure", "owner", "wording", "scope")
# From firm to loose: a move to the right is a weakening. A directive binds as firmly as a promise.
_LOOSENESS = {"firm": 0, "directive": 0, "aim": 1, "proposal": 2}
assert set(_LOOSENESS) == set(STRENGTHS)
# Writers put the last day of a season up to two months apart.
VAGUE_DAYS = 62
# Values further apart than this many times are no two states of one figure.
MANIFOLD = 5
# Two figures that differ by no more than this share may be one number, rounded; the second where a writer says so.
ROUNDED, ROUGHLY = 0.04, 0.12
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}}){{1,3}}|\d{{1,7}}|{'|'.join(_WORDS)})\b"
# "two of the three sites"
_PART = re.compile(rf"\b{_NUMBER} (?:out )?of (?:the|its|their|our|these|those) {_NUMBER}", re.IGNORECASE)
# "500 rather than 600", "500, not 600", "cut from 600 to 500"
_OLD = re.compile(
    rf"\b(?:rather than|instead of|not|from|against) (?:the )?£?(?P<old>{_NUMBER})(?!\.\d)"
    r"(?! (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|per cent|of )[a-z]{0,7}\b)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")
# "nurses and midwives"
_TWO = re.compile(r"\b(?P<one>[a-z]{3,20}s) and (?P<other>[a-z]{3,20}s)\b")
# The share of its words that a wording has from another, where it differs from it in a detail.
COPIED = 0.7
Figure = tuple[float, str]
# The lists of terms.toml that are looked up here.
_CUES = (
    "ahead", "change", "country", "everyone", "handover", "narrower", "partly", "regions", "reported", "roundly",
    "stands", "stronger", "undated", "vague_days", "weaker", "wider",
)  # fmt: skip
# Texts whose cues are kept: a statement stands in several pairs.
KEPT = 30_000


def changes_between(a: Claim, b: Claim, bodies: Bodies) -> tuple[str, ...]:
    """The fields that differ between an earlier and a later statement of the same thing, in words for people.

    Each text begins with one of FIELDS and a verb ("deadline moved", "scope narrowed"), then, in brackets, from what
    to what, or the words that show it.
    """
    found = (
        changed_deadline(a, b),
        changed_figure(a, b),
        changed_owner(a, b, bodies),
        changed_wording(a, b),
        changed_scope(a, b),
    )
    return tuple(change for change in found if change)


def changed_deadline(a: Claim, b: Claim) -> str | None:
    """Whether the last day moved, and by how many days, or was dropped or added where one of them says it has none."""
    if a.deadline_end and b.deadline_end:
        days = (b.deadline_end - a.deadline_end).days
        if abs(days) <= _leeway(a, b):
            return None
        move = f"{abs(days)} days {'later' if days > 0 else 'earlier'}"
        return f"deadline moved {move} ({a.deadline_end.isoformat()} → {b.deadline_end.isoformat()})"
    if a.deadline_end and not b.deadline_end and "undated" in _cues(b.text):
        return f"deadline dropped ({a.deadline_end.isoformat()})"
    if b.deadline_end and not a.deadline_end and "undated" in _cues(a.text):
        return f"deadline added ({b.deadline_end.isoformat()})"
    return None


def _leeway(a: Claim, b: Claim) -> int:
    """How many days two readings of one deadline may lie apart: more where a season gives it and nobody says that it
    moved.
    """
    if "change" in _cues(b.text):
        return SAME_DAYS
    return VAGUE_DAYS if "vague_days" in _cues(a.text) or "vague_days" in _cues(b.text) else SAME_DAYS


def changed_figure(a: Claim, b: Claim) -> str | None:
    """The first figure that `b` gives with another value than `a`, or that it says is another now ("500, not 600").

    Money, shares, lengths of time and counts are never compared with one another.
    """
    for one in a.figures:
        for other in b.figures:
            if _differ(one, other, a, b):
                return f"figure changed ({one[0]:g} → {other[0]:g} {one[1]})"
    if b.label == "commitment" and (part := _PART.search(b.text)) and part[0] not in a.text:
        return f"figure changed ({part[0]})"
    if old := _OLD.search(b.text):
        was = _value(old["old"])
        now = next((f for f in b.figures if f[0] != was and _in_reach(was, f[0])), None)
        if now and _sort(now[1]) == "count":
            return f"figure changed ({was:g} → {now[0]:g} {now[1]})"
        if any(value == was for value, _ in a.figures):
            return f"figure changed (no longer {was:g})"
    return None


def _differ(one: Figure, other: Figure, a: Claim, b: Claim) -> bool:
    """Whether two figures measure the same and differ: they have one unit, or are the only ones of their sort."""
    sort = _sort(one[1])
    if sort != _sort(other[1]) or not _in_reach(one[0], other[0]):
        return False
    share = ROUGHLY if "roundly" in _cues(b.text) else ROUNDED
    if any(_near(one, f, share) for f in b.figures) or any(_near(other, f, share) for f in a.figures):
        return False
    same_unit = head(one[1]) == head(other[1])
    if sort == "count" and same_unit:
        return True
    alone = all(sum(_sort(unit) == sort for _, unit in claim.figures) == 1 for claim in (a, b))
    return alone and (sort != "time" or same_unit)


def _in_reach(one: float, other: float) -> bool:
    return other <= one * MANIFOLD and one <= other * MANIFOLD


def _near(one: Figure, other: Figure, share: float) -> bool:
    """Whether two figures of one sort may be the same number, one of them rounded."""
    return _sort(one[1]) == _sort(other[1]) and abs(one[0] - other[0]) <= share * max(one[0], other[0])


def _sort(unit: str) -> str:
    """As `sort_of`, with lengths of time and the like as a sort of their own."""
    return "time" if load_terms().durations.fullmatch(head(unit)) else sort_of(unit)


def _value(words: str) -> float:
    plain = words.lower().replace(",", "")
    return float(_WORDS.index(plain) + 1) if plain in _WORDS else float(plain)


def changed_owner(a: Claim, b: Claim, bodies: Bodies) -> str | None:
    """Whether another body must act, and whether it took over from the first. Part and whole are no change.

    A report's owner is often who reports, and one that the register does not know who publishes: of these the words
    must say so, by a cue of handing over or, in a commitment, by the name.
    """
    if not a.owner or not b.owner or (kinship := bodies.kinship(a.owner, b.owner)) in ("same", "part"):
        return None
    known = all(bodies.line(owner) != owner for owner in (a.owner, b.owner))
    if "handover" not in _cues(b.text) and (b.label == "progress" or not (known or b.owner in b.text)):
        return None
    return f"owner {'succeeded' if kinship == 'heir' else 'changed'} ({a.owner} → {b.owner})"


def changed_wording(a: Claim, b: Claim) -> str | None:
    """Whether the later wording binds less or more than the earlier.

    A move on the ladder of strengths counts where a cue bears it out, as paraphrase alone moves by a rung; from firm
    to proposal also without one, unless it is the scope that changed ("may also apply").
    """
    weaker, stronger = _new("weaker", a, b), _new("stronger", a, b)
    drift = _LOOSENESS[b.strength] - _LOOSENESS[a.strength] if a.strength and b.strength else 0
    if (drift > 1 and not changed_scope(a, b)) or (drift > 0 and weaker):
        return f"wording weakened ({a.strength} → {b.strength})"
    if drift < 0 and stronger:
        return f"wording strengthened ({a.strength} → {b.strength})"
    if weaker and not stronger:
        return f"wording weakened (“{weaker}”)"
    if stronger and not weaker:
        return f"wording strengthened (“{stronger}”)"
    fewer = _between("everyone", "partly", a, b)
    return f"wording weakened ({fewer})" if fewer else None


def changed_scope(a: Claim, b: Claim) -> str | None:
    """Whether it holds for fewer people or places than before, or for more."""
    if narrower := _new("narrower", a, b):
        return f"scope narrowed (“{narrower}”)"
    if place := _between("country", "regions", a, b):
        return f"scope narrowed ({place})"
    if wider := _new("wider", a, b) or _joined(a, b):
        return f"scope widened (“{wider}”)"
    place = _between("regions", "country", a, b)
    return f"scope widened ({place})" if place else None


def _between(one: str, other: str, a: Claim, b: Claim) -> str | None:
    """From what to what, where `a` has only cues of the one list and `b` only cues of the other."""
    before, after = _cues(a.text), _cues(b.text)
    if one not in before or other not in after or other in before or one in after:
        return None
    return f"“{before[one][0]}” → “{after[other][0]}”"


def _joined(a: Claim, b: Claim) -> str | None:
    """ "nurses and midwives", where `a` says the same of the one and nothing of the other."""
    before, words = set(_WORD.findall(a.text)), _WORD.findall(b.text)
    if sum(word in before for word in words) < COPIED * len(words):
        return None
    for match in _TWO.finditer(b.text):
        if len({match["one"], match["other"]} & before) == 1:
            return match[0]
    return None


def _new(name: str, a: Claim, b: Claim) -> str | None:
    """The first cue of a list that `b` has and `a` has not."""
    before = {cue.lower() for cue in _cues(a.text).get(name, ())}
    return next((cue for cue in _cues(b.text).get(name, ()) if cue.lower() not in before), None)


@lru_cache(maxsize=KEPT)
def _cues(text: str) -> Mapping[str, tuple[str, ...]]:
    """The cues that stand in a text, in order, by the list that has them; lists without any are left out."""
    terms = load_terms()
    found = {name: tuple(match[0] for match in getattr(terms, name).finditer(text)) for name in _CUES}
    return {name: cues for name, cues in found.items() if cues}


def kind_of(a: Reading, b: Reading, bodies: Bodies) -> Relation:
    """What the later statement does with the earlier, given that it speaks of the same thing: restates, revises or
    progresses.

    Another owner alone makes no revision unless it took over from the first or the words say so: a paraphrase names
    the minister for the department.
    """
    one, two = a.claim, b.claim
    if changed_deadline(one, two) or (two.kind == "delayed" and two.deadline_end and not one.deadline_end):
        return "revises"
    there = _cues(two.text)
    turned = "change" in there and "change" not in _cues(one.text)
    figure, scope = changed_figure(one, two), changed_scope(one, two)
    cues = scope or changed_wording(one, two)
    ahead, reported, stands = "ahead" in there, "reported" in there, "stands" in there
    owner = changed_owner(one, two, bodies)
    handed = owner and "handover" in there
    if _reports(two):
        if handed or ((figure or cues) and (turned or ahead)):
            return "revises"
        return "restates" if stands and not reported else "progresses"
    if not two.deadline_end and reported and not (ahead or turned or cues):
        return "progresses"
    succeeded = owner and owner.startswith("owner succeeded")
    if figure or scope or handed or succeeded or (not stands and (turned or cues or (b.denied and not a.denied))):
        return "revises"
    return "restates"


def _reports(b: Claim) -> bool:
    """Whether a statement tells how it went: one with a day that lies ahead says what is to come."""
    return b.label == "progress" and not (b.deadline_end and (b.published is None or b.deadline_end > b.published))

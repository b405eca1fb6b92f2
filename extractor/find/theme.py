"""What a statement is about: themes of the workforce, by the cues in it and in the headings and lead-in above it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from extractor.lexicon.themes import Theme, load_themes, word_openings

Place = Literal["statement", "heading", "lead-in", "outer heading"]

# The weights of the cues found must add up to this.
ENOUGH = 1.0
# What a cue counts where it stands. The heading next above names what the section is about; the title and the headings
# further out, like the opening of a list, cover more than the statement and only help.
SHARES: dict[Place, float] = {"statement": 1.0, "heading": 1.0, "lead-in": 0.5, "outer heading": 0.5}
# All outer headings together: a report on culture has a page on car parks.
MOST_FROM_OUTSIDE = 0.7


@dataclass(frozen=True, slots=True)
class ThemeCue:
    """A cue that spoke: the `words` at `start`:`end` of the text they stand in, and what they counted there.

    `place` says which text that is and `source` holds it, so that `source[start:end] == words`.
    """

    words: str
    place: Place
    source: str
    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class ThemeFinding:
    """A theme with the cues that gave it, the strongest first; `weight` is what they add up to, 1 or more."""

    name: str
    weight: float
    cues: tuple[ThemeCue, ...]


def find_themes(
    text: str,
    *,
    heading: Sequence[str] = (),
    lead_in: str | None = None,
    title: str | None = None,
    lexicon_files: Sequence[Path] = (),
) -> tuple[ThemeFinding, ...]:
    """The themes of a statement, strongest first, with the cues that decided and where they stand; empty where nothing
    speaks of any.

    `heading` is the path of headings above it, outermost first, `lead_in` the sentence that opens its list, `title` the
    document's. `lexicon_files` add themes.
    """
    places = tuple(_places(text, heading, lead_in, title))
    findings = (_finding(theme, places) for theme in load_themes(tuple(lexicon_files)))
    # the order of the lexicon settles a tie: the sort is stable
    return tuple(sorted((f for f in findings if f.weight >= ENOUGH), key=lambda finding: -finding.weight))


def _places(text: str, heading: Sequence[str], lead_in: str | None, title: str | None) -> Iterator[tuple[Place, str]]:
    yield "statement", text
    # a title over a text without sections is no heading of a section
    near = [heading[-1]] if heading and heading[-1] != title else []
    yield from (("heading", words) for words in near)
    if lead_in:
        yield "lead-in", lead_in
    outside = [*heading[: len(heading) - len(near)], *([title] if title else [])]
    yield from (("outer heading", words) for words in dict.fromkeys(outside))


def _finding(theme: Theme, places: Sequence[tuple[Place, str]]) -> ThemeFinding:
    """A theme's cues in all the places, each cue once, where it counts most."""
    best: dict[str, ThemeCue] = {}
    for place, source in places:
        for cue, start, end, weight in _cues_in(source, theme, place in ("heading", "outer heading")):
            here = ThemeCue(source[start:end], place, source, start, end, weight * SHARES[place])
            if cue not in best or best[cue].weight < here.weight:
                best[cue] = here
    cues = sorted(best.values(), key=lambda cue: -cue.weight)
    return ThemeFinding(theme.name, _sum(cues), tuple(cues))


def _sum(cues: Iterable[ThemeCue]) -> float:
    outside = inside = 0.0
    for cue in cues:
        if cue.place == "outer heading":
            outside += cue.weight
        else:
            inside += cue.weight
    # rounded: a sum of tenths must not miss the mark by the error of its last bit
    return round(inside + min(outside, MOST_FROM_OUTSIDE), 6)


@lru_cache(maxsize=4096)
def _cues_in(text: str, theme: Theme, is_heading: bool) -> tuple[tuple[str, int, int, float], ...]:
    """The cues of a theme in a text: (cue as in the lexicon, start, end, weight), each once, no two overlapping."""
    lower, openings = _prepared(text)
    taken = bytearray(len(lower))  # which characters have spoken
    for phrase in theme.silent:
        if phrase.openings.isdisjoint(openings):
            continue
        for start, end in phrase.spans(lower):
            taken[start:end] = b"\x01" * (end - start)
    found = []
    for phrase, weight in theme.cues:
        if phrase.openings.isdisjoint(openings) or (is_heading and phrase.counts):
            continue  # "2.2 Medical staff" counts nobody
        # "pay" within "pay award" says nothing more
        free = [(start, end) for start, end in phrase.spans(lower) if not any(taken[start:end])]
        for start, end in free:
            taken[start:end] = b"\x01" * (end - start)
        if free:
            found.append((phrase.words, *free[0], weight))
    return tuple(found)


@lru_cache(maxsize=64)
def _prepared(text: str) -> tuple[str, frozenset[str]]:
    """The text in lower case and how its words open: the same for every theme."""
    lower = _lowered(text)
    return lower, word_openings(lower)


def _lowered(text: str) -> str:
    """The text in lower case, every character in its place (in lower case "İ" is two)."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)

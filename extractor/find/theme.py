"""What a statement is about: themes of the workforce, by the cues in it and in the headings and lead-in above it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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


# A cue as in the lexicon, where it starts and ends, its weight.
_Cue = tuple[str, int, int, float]


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
    themes = load_themes(tuple(lexicon_files))
    spoken = [
        (place, source, _cues_in(source, themes, place in ("heading", "outer heading")))
        for place, source in _places(text, heading, lead_in, title)
    ]
    findings = (_finding(theme, spoken) for theme in themes if any(theme in cues for *_, cues in spoken))
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


def _finding(theme: Theme, spoken: Sequence[tuple[Place, str, Mapping[Theme, Sequence[_Cue]]]]) -> ThemeFinding:
    """A theme's cues in all the places, each cue once, where it counts most."""
    best: dict[str, ThemeCue] = {}
    for place, source, cues_of in spoken:
        for cue, start, end, weight in cues_of.get(theme, ()):
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


@lru_cache(maxsize=512)
def _cues_in(text: str, themes: tuple[Theme, ...], is_heading: bool) -> Mapping[Theme, Sequence[_Cue]]:
    """The cues in a text by theme, of one theme each once and no two overlapping; themes without any are left out."""
    lower = _lowered(text)
    index = _index(themes)
    possible: dict[Theme, set[int]] = {}
    for opening in word_openings(lower) & index.keys():
        for theme, number in index[opening]:
            possible.setdefault(theme, set()).add(number)
    found = {theme: _cues_of(theme, sorted(numbers), lower, is_heading) for theme, numbers in possible.items()}
    return {theme: cues for theme, cues in found.items() if cues}


def _cues_of(theme: Theme, numbers: Iterable[int], lower: str, is_heading: bool) -> list[_Cue]:
    """The cues of a theme among its phrases of these numbers, as `_index` counts them."""
    taken = bytearray(len(lower))  # which characters have spoken
    found: list[_Cue] = []
    for number in numbers:
        if number < len(theme.silent):
            for start, end in theme.silent[number].spans(lower):
                taken[start:end] = b"\x01" * (end - start)
            continue
        phrase, weight = theme.cues[number - len(theme.silent)]
        if is_heading and phrase.counts:
            continue  # "2.2 Medical staff" counts nobody
        # "pay" within "pay award" says nothing more
        free = [(start, end) for start, end in phrase.spans(lower) if not any(taken[start:end])]
        for start, end in free:
            taken[start:end] = b"\x01" * (end - start)
        if free:
            found.append((phrase.words, *free[0], weight))
    return found


@lru_cache(maxsize=8)
def _index(themes: tuple[Theme, ...]) -> Mapping[str, Sequence[tuple[Theme, int]]]:
    """By the opening of a word the phrases that may stand there: of each theme what is silent first, then the cues."""
    index: dict[str, list[tuple[Theme, int]]] = {}
    for theme in themes:
        for number, phrase in enumerate((*theme.silent, *(cue for cue, _ in theme.cues))):
            for opening in phrase.openings:
                index.setdefault(opening, []).append((theme, number))
    return index


def _lowered(text: str) -> str:
    """The text in lower case, every character in its place (in lower case "İ" is two)."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)

"""What a statement is about: themes of the health workforce, by the word stems in it and in its headings."""

from collections.abc import Sequence
from pathlib import Path

from extractor.lexicon.themes import load_themes

# The weights of the cues found must add up to this.
ENOUGH = 1.0
# A heading covers more than the statement under it.
HEADING_SHARE = 0.5


def find_themes(text: str, *, heading: Sequence[str] = (), lexicon_files: Sequence[Path] = ()) -> tuple[str, ...]:
    """The names of the themes of a statement, strongest first; empty where nothing speaks of any.

    `heading` is the path of headings above it, outermost first: the nearest counts half. `lexicon_files` add themes.
    """
    own, above = text.lower(), heading[-1].lower() if heading else ""
    found = []
    for place, theme in enumerate(load_themes(tuple(lexicon_files))):
        weight = 0.0
        taken: list[tuple[int, int]] = []
        for pattern, value in sorted(theme.cues, key=lambda cue: -cue[1]):
            match = pattern.search(own)
            if match and any(start < match.end() and match.start() < end for start, end in taken):
                continue  # "pay" within "pay award" says nothing more
            if match:
                taken.append(match.span())
                weight += value
            elif above and pattern.search(above):
                weight += value * HEADING_SHARE
        if weight >= ENOUGH:
            found.append((-weight, place, theme.name))
    return tuple(name for _, _, name in sorted(found))

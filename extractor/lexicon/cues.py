"""Cue words: what a reader would point at to say why a passage is a promise, an aim or a report."""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from extractor.errors import ModelError
from extractor.records import PROGRESS_KINDS, STRENGTHS

FILE = Path(__file__).with_name("cues.toml")
_ALLOWED_KEYS = {"means", "explains", "patterns"}


@dataclass(frozen=True, slots=True)
class CueHit:
    """A cue found at `start`:`end` of the text searched, with the strength or progress kind that it speaks for."""

    means: str
    explains: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class CueGroup:
    """All the patterns that speak for one strength or progress kind."""

    means: str
    explains: str
    pattern: re.Pattern[str]

    def hits(self, text: str) -> list[CueHit]:
        return [CueHit(self.means, self.explains, *match.span()) for match in self.pattern.finditer(text)]


def _compile(patterns: list[str]) -> re.Pattern[str]:
    # Longest first, so that "agreed to" is not cut to a shorter cue; "%" and "'ll" have no word boundary of their own.
    bodies = sorted(patterns, key=len, reverse=True)
    edged = [
        (rf"\b{body}" if body[0].isalnum() or body[0] == "(" else body) + (r"\b" if body[-1].isalnum() else r"(?!\w)")
        for body in bodies
    ]
    return re.compile("|".join(f"(?:{body})" for body in edged), re.IGNORECASE)


def read_cues(path: Path) -> tuple[CueGroup, ...]:
    """Read a cue file. Raises ModelError listing every unknown key, unknown meaning, duplicate and broken pattern."""
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("cue", [])
    problems: list[str] = []
    groups: list[CueGroup] = []
    seen: set[tuple[str, str]] = set()
    for number, entry in enumerate(entries, 1):
        where = f"{path.name}, cue {number}"
        problems += [f"{where}: unknown key {key!r}" for key in sorted(set(entry) - _ALLOWED_KEYS)]
        problems += [f"{where}: {key!r} is missing" for key in sorted(_ALLOWED_KEYS - set(entry))]
        if entry.get("means") not in (*STRENGTHS, *PROGRESS_KINDS):
            problems.append(f"{where}: {entry.get('means')!r} is no strength and no progress kind")
        for pattern in entry.get("patterns", []):
            if (key := (str(entry.get("means")), pattern)) in seen:
                problems.append(f"{where}: {pattern!r} stands twice")
            seen.add(key)
            try:
                re.compile(pattern)
            except re.error as broken:
                problems.append(f"{where}: {pattern!r}: {broken}")
        if not problems:
            groups.append(CueGroup(entry["means"], entry["explains"], _compile(entry["patterns"])))
    if problems:
        raise ModelError("; ".join(problems))
    return tuple(groups)


@lru_cache(maxsize=1)
def load_cues() -> tuple[CueGroup, ...]:
    """The shipped cues."""
    return read_cues(FILE)


def find_cues(text: str) -> list[CueHit]:
    """Every cue in the text, in order of position."""
    return sorted((hit for group in load_cues() for hit in group.hits(text)), key=lambda hit: (hit.start, -hit.end))

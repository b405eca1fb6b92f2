"""The themes of the health workforce with the word stems that speak of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from extractor.errors import WrongUsage
from extractor.lexicon import read_tables

SHIPPED = Path(__file__).with_name("themes.toml")
_WORD = re.compile(r"[a-z0-9]+(?:[-’'][a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme: `cues` are (pattern, weight) pairs over lower-case text."""

    slug: str
    name: str
    cues: tuple[tuple[re.Pattern[str], float], ...]


def _pattern(cue: str) -> re.Pattern[str]:
    """Stems to a pattern: the last word of a cue may go on, the words before it may not; "=word" is whole."""
    whole = cue.startswith("=")
    words = [re.escape(word) for word in cue.removeprefix("=").split()]
    return re.compile(r"(?<![\w-])" + r"\s+".join(words) + (r"(?![\w-])" if whole else ""))


def _theme(slug: str, table: Mapping[str, object], where: str, problems: list[str]) -> Theme | None:
    wrong = [f"unknown key {key!r}" for key in table if key not in ("name", "cues")]
    name, cues = table.get("name"), table.get("cues")
    if not isinstance(name, str) or not name.strip():
        wrong.append("no name")
    if not isinstance(cues, dict) or not cues:
        wrong.append("no cues")
        cues = {}
    for cue, weight in cues.items():
        words = cue.removeprefix("=").split()
        if not words or any(not _WORD.fullmatch(word) for word in words):
            wrong.append(f"the cue {cue!r} must be lower-case words")
        if not isinstance(weight, float) or not 0 < weight <= 1:
            wrong.append(f"the weight of {cue!r} must be a number above 0 and at most 1.0, not {weight!r}")
    problems.extend(f"{where}: {slug}: {problem}" for problem in wrong)
    if wrong:
        return None
    return Theme(slug, str(name), tuple((_pattern(cue), float(weight)) for cue, weight in cues.items()))


@lru_cache(maxsize=8)
def load_themes(extra: Sequence[Path] = ()) -> tuple[Theme, ...]:
    """The shipped themes and those of further lexicon files (a tuple: the result is cached), in the order of the files.

    Raises WrongUsage naming every problem.
    """
    problems: list[str] = []
    themes: dict[str, Theme] = {}
    for path in (SHIPPED, *extra):
        for slug, table in read_tables(path, "theme", problems).items():
            theme = _theme(slug, table, path.name, problems)
            if slug in themes:
                problems.append(f"{path.name}: the theme {slug} is there already")
            elif theme:
                themes[slug] = theme
    names = [theme.name for theme in themes.values()]
    problems.extend(f"two themes are called {name!r}" for name in sorted({n for n in names if names.count(n) > 1}))
    if problems:
        raise WrongUsage("themes: " + "; ".join(problems))
    return tuple(themes.values())

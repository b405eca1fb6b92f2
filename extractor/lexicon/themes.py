"""The themes of the health workforce with the cues that speak of them, and the phrases that only look like it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from extractor.errors import WrongUsage
from extractor.lexicon import read_tables

SHIPPED = Path(__file__).with_name("themes.toml")
# Longer openings tell more phrases apart, and every word then has more of them to be looked up.
_OPENING = 5
# Ahead of every word without taking it: in "e-rostering" a second word opens within the first five letters.
_OPENINGS = re.compile(rf"(?<!\w)(?=(\S{{1,{_OPENING}}}))")
_KEYS = frozenset({"name", "cues", "not"})
_WORD = re.compile(r"[a-zè-ê0-9£]+(?:[-’'][a-z0-9]+)*\*?(?:\|[a-zè-ê0-9£]+(?:[-’'][a-z0-9]+)*\*?)*|#|…")
# Gaps and numbers are bounded: runs of blanks or figures must not be gone through again from each of their places.
_GAP = r"[\s-]{1,8}"
_UP_TO_THREE = r"(?:[\s-]{1,8}[\w’'-]+){0,3}?"
# What a number counts follows it at once: in "seven in ten nurses" and "2,300 visas for doctors" it counts no staff.
_COUNTED = r"(?:[\s-]{1,8}(?!(?:and|by|for|how|in|on|to|with)\b)[\w’'-]+){0,3}?"
# A figure, or a number in words that may go on ("twenty-five thousand"); "one" is an article more often than a count.
_ONE_NUMBER = (
    r"(?:\d+(?:[,.]\d+)*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundreds?|thousands?|dozens?|million)(?!\w)"
)
_NUMBER = rf"(?<!\bin\s){_ONE_NUMBER}(?:[\s-]{{1,8}}{_ONE_NUMBER}){{0,3}}"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase as written in the lexicon and its pattern over lower-case text.

    `openings`: the first letters of its rarest word, as `word_openings` gives those of a text; a text that has none of
    them cannot match. `counts`: a number is part of the phrase.
    """

    words: str
    pattern: re.Pattern[str]
    openings: frozenset[str]
    counts: bool

    def spans(self, lower: str) -> list[tuple[int, int]]:
        """Where the phrase stands in a text in lower case."""
        return [match.span() for match in self.pattern.finditer(lower)]


# Themes are told apart as objects: what they hold takes long to compare.
@dataclass(frozen=True, slots=True, eq=False)
class Theme:
    """A theme: its cues with their weights (above 0, up to 1), strongest first, and what says nothing for it."""

    slug: str
    name: str
    cues: tuple[tuple[Phrase, float], ...]
    silent: tuple[Phrase, ...]


def word_openings(lower: str) -> frozenset[str]:
    """The first five letters of every word of a text in lower case, and the first four, three, two and one: what a
    phrase may begin with there. Looking a phrase up here takes a fraction of what its pattern takes, and most are not
    in a text.
    """
    longest = set(_OPENINGS.findall(lower))
    return frozenset({opening[:letters] for opening in longest for letters in range(1, _OPENING + 1)})


def _phrase(words: str) -> Phrase:
    """A phrase by the rules at the head of themes.toml."""
    whole = words.startswith("=")
    parts = words.removeprefix("=").split()
    pattern = ""
    for place, part in enumerate(parts):
        if part == "…":
            pattern += _COUNTED if parts[place - 1] == "#" else _UP_TO_THREE
            continue
        pattern += _GAP if place else ""
        pattern += _NUMBER if part == "#" else _alternatives(part, goes_on=place == len(parts) - 1 and not whole)
    plain = [_stems(part) for part in parts if part not in "#…"]
    # the word that is rarest, as a rule: few forms, and long ones
    stems = min(plain, key=lambda stems: (len(stems), -min(map(len, stems))))
    openings = frozenset(stem[:_OPENING] for stem in stems)
    return Phrase(words, re.compile(r"(?<!\w)" + pattern + (r"(?![\w-])" if whole else "")), openings, "#" in parts)


def _alternatives(part: str, *, goes_on: bool) -> str:
    if goes_on:
        return "(?:" + "|".join(re.escape(stem) for stem in _stems(part)) + ")"
    forms = (re.escape(form.removesuffix("*")) + (r"\w*" if form.endswith("*") else "") for form in part.split("|"))
    return "(?:" + "|".join(forms) + r")(?!\w)"


def _stems(part: str) -> tuple[str, ...]:
    return tuple(form.removesuffix("*") for form in part.split("|"))


def _theme(slug: str, table: Mapping[str, object], where: str, problems: list[str]) -> Theme | None:
    wrong = [f"unknown key {key!r}" for key in table if key not in _KEYS]
    name, cues, silent = table.get("name"), table.get("cues"), table.get("not", [])
    if not isinstance(name, str) or not name.strip():
        wrong.append("no name")
    if not isinstance(cues, dict) or not cues:
        wrong.append("no cues")
        cues = {}
    if not isinstance(silent, list):
        wrong.append("`not` must be a list of phrases")
        silent = []
    for phrase in (*cues, *silent):
        words = str(phrase).removeprefix("=").split()
        if (
            not words
            or any(not _WORD.fullmatch(word) for word in words)
            or "…" in (words[0], words[-1])
            or set(words) <= {"#", "…"}
        ):
            wrong.append(f"the cue {phrase!r} must be lower-case words")
    for cue, weight in cues.items():
        if not isinstance(weight, float) or not 0 < weight <= 1:
            wrong.append(f"the weight of {cue!r} must be a number above 0 and at most 1.0, not {weight!r}")
    problems.extend(f"{where}: {slug}: {problem}" for problem in wrong)
    if wrong:
        return None
    found = [(_phrase(cue), float(weight)) for cue, weight in cues.items()]
    found.sort(key=lambda cue: (-cue[1], -len(cue[0].words)))
    return Theme(slug, str(name), tuple(found), tuple(_phrase(phrase) for phrase in silent))


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

"""How lists count: numerals in every style, and counters over nested levels with patterns such as "%1.%2"."""

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_PLACE = re.compile(r"%([1-9])")
# Beyond these a letter or a Roman numeral is no numeral that anybody wrote, only one that fills the memory.
MAX_LETTERS = 26 * 4
MAX_ROMAN = 3999


@dataclass(frozen=True, slots=True)
class Level:
    """How a list marks its items at one depth.

    `style` is a number format of WordprocessingML (ECMA-376, ST_NumberFormat), `pattern` its label, where "%1" stands
    for the number of the first depth. `restart` is the depth (from 1) whose items set the count back: None for any
    that is less deep, 0 for none. `legal` writes every number of the label in figures.
    """

    style: str = "bullet"
    pattern: str = ""
    start: int = 1
    restart: int | None = None
    legal: bool = False


def numeral(number: int, style: str) -> str:
    """A number in a style of numbering; styles that are not known here count in figures."""
    lowered = style.casefold()
    if lowered.endswith("letter") and 0 < number <= MAX_LETTERS:
        # after z come aa, bb, cc
        text = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
    elif lowered.endswith("roman") and 0 < number <= MAX_ROMAN:
        text = ""
        rest = number
        for value, sign in _ROMAN:
            times, rest = divmod(rest, value)
            text += sign * times
    elif style == "cardinalText" and 0 <= number < len(_WORDS):
        return _WORDS[number].capitalize()
    elif style == "decimalZero":
        return f"{number:02}"
    elif style == "ordinal":
        ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
        return f"{number}{ending}"
    else:
        return str(number)
    return text.upper() if style.startswith("upper") else text


class Counters:
    """The counts of all lists of a document, each list known by a key."""

    def __init__(self) -> None:
        self._values: dict[Hashable, dict[int, int]] = {}

    def next(self, key: Hashable, levels: Mapping[int, Level], depth: int, *, start: int | None = None) -> str | None:
        """Count an item of the list `key` at `depth` (from 1) and return its label.

        "" stands for a bullet, None for an item that carries no mark. `start` sets the count, whatever came before.
        """
        level = levels.get(depth, Level())
        values = self._values.setdefault(key, {})
        values[depth] = start if start is not None else values[depth] + 1 if depth in values else level.start
        for deeper in [deeper for deeper in values if deeper > depth]:
            restart = levels.get(deeper, Level()).restart
            if restart is None or depth <= restart:
                del values[deeper]
        return _label(level, levels, values)


def _label(level: Level, levels: Mapping[int, Level], values: Mapping[int, int]) -> str | None:
    if level.style == "bullet":
        return ""
    if not level.pattern.strip():
        return None

    def number(place: re.Match[str]) -> str:
        depth = int(place.group(1))
        shape = levels.get(depth, Level())
        style = "decimal" if level.legal or shape.style == "bullet" else shape.style
        return "" if style == "none" else numeral(values.get(depth, shape.start), style)

    label = " ".join(_PLACE.sub(number, level.pattern).split())
    if not label:
        return None
    return label if any(char.isalnum() for char in label) else ""

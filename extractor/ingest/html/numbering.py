"""The markers of a list's items as a browser sets them: HTML's `type`, `start`, `reversed` and `value`."""

import re

from lxml.html import HtmlElement

from extractor.ingest.numbering import numeral

_STYLE = re.compile(r"list-style(?:-type)?\s*:[^;]*?\b(lower|upper)-(alpha|latin|roman)", re.IGNORECASE)
_NUMBER = re.compile(r"\s*(-?\d{1,6})\s*")


class Numbering:
    """Counts the items of one list and gives each its marker: "-" in a list without order, "" where it is typed."""

    def __init__(self, node: HtmlElement) -> None:
        self._is_ordered = node.tag == "ol"
        # GOV.UK's lists with the numbers of a law in their text
        self._is_typed = "legislative-list" in node.get("class", "").split()
        self._type = _type(node)
        self._step = -1 if "reversed" in node.attrib else 1
        first = sum(1 for _ in node.iterchildren("li")) if self._step < 0 else 1
        self._next = _number(node.get("start"), first)

    def marker(self, item: HtmlElement) -> str:
        """The marker of the next item."""
        number = _number(item.get("value"), self._next)
        self._next = number + self._step
        if self._is_typed:
            return ""
        return f"{_numeral(number, self._type)}." if self._is_ordered else "-"


def _number(value: str | None, otherwise: int) -> int:
    found = _NUMBER.fullmatch(value or "")
    return int(found[1]) if found else otherwise


def _type(node: HtmlElement) -> str:
    style = _STYLE.search(node.get("style", ""))
    if style is None:
        return str(node.get("type", "1"))
    sign = "i" if style[2].lower() == "roman" else "a"
    return sign.upper() if style[1].lower() == "upper" else sign


def _numeral(number: int, kind: str) -> str:
    """A number as a list of this type writes it; numbers that letters and Roman numerals cannot write stay figures."""
    if kind in ("a", "A") and number > 0:
        # after z come aa, ab, ac: word processors count aa, bb, cc
        letters = ""
        while number:
            number, letter = divmod(number - 1, 26)
            letters = chr(ord("a") + letter) + letters
        return letters.upper() if kind == "A" else letters
    return numeral(number, {"i": "lowerRoman", "I": "upperRoman"}.get(kind, "decimal"))

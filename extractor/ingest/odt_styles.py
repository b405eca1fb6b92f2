"""What OpenDocument paragraphs inherit: properties along their chain of styles, and how their lists count."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from lxml import etree

from extractor.ingest.numbering import Level
from extractor.ingest.office import level_of_style

_NAMES = {
    prefix: f"urn:oasis:names:tc:opendocument:xmlns:{urn}:1.0"
    for prefix, urn in {
        "office": "office",
        "style": "style",
        "text": "text",
        "table": "table",
        "draw": "drawing",
        "meta": "meta",
        "fo": "xsl-fo-compatible",
    }.items()
}
DRAW = f"{{{_NAMES['draw']}}}"
# A chain of styles longer than this runs in a circle.
MAX_CHAIN = 20
_NUMBER_STYLES = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}


@cache
def q(name: str) -> str:
    """A prefixed name of OpenDocument (ISO/IEC 26300) as lxml writes it."""
    prefix, _, local = name.partition(":")
    return f"{{{_NAMES[prefix]}}}{local}"


def whole(text: str | None, default: int) -> int:
    """A whole number from 0 to 999 as an attribute holds it, `default` where it holds none."""
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 4 else default


@dataclass(frozen=True, slots=True)
class Look:
    """How a stretch of text is set, as far as it says what the text is."""

    bold: bool = False
    underlined: bool = False
    hidden: bool = False

    @property
    def emphasised(self) -> bool:
        return self.bold or self.underlined


class Styles:
    """The styles and list styles of a document, by name."""

    def __init__(self, *holders: etree._Element | None) -> None:
        """`holders` are the elements with common and automatic styles, the later ones counting more."""
        self._styles: dict[tuple[str, str], etree._Element] = {}
        self._lists: dict[str, Mapping[int, Level]] = {}
        self.outline: Mapping[int, Level] = {}
        for holder in holders:
            for node in holder if holder is not None else ():
                name = node.get(q("style:name"), "")
                if node.tag == q("style:style"):
                    self._styles[node.get(q("style:family"), ""), name] = node
                elif node.tag == q("text:list-style"):
                    self._lists[name] = _levels(node)
                elif node.tag == q("text:outline-style"):
                    self.outline = self._lists[name or "Outline"] = _levels(node)

    def levels(self, list_style: str) -> Mapping[int, Level]:
        """How a list of this style marks its items, by depth from 1; nothing said means bullets."""
        return self._lists.get(list_style, {})

    def look(self, family: str, name: str | None, inherited: Look) -> Look:
        """How text of a style ("paragraph" or "text" is its family) is set inside text that is set as `inherited`."""
        found: dict[str, str] = {}
        for style in self._chain(family, name):
            for properties in style.iterchildren(q("style:text-properties")):
                for attribute, value in properties.items():
                    found.setdefault(str(attribute), str(value))
        look = inherited
        if weight := found.get(q("fo:font-weight")):
            look = replace(look, bold=weight == "bold" or whole(weight, 0) >= 600)
        if line := found.get(q("style:text-underline-style")):
            look = replace(look, underlined=line != "none")
        if display := found.get(q("text:display")):
            look = replace(look, hidden=display == "none")
        return look

    def outline_level(self, name: str | None) -> int:
        """The level of the headings that a paragraph style is for, 0 for other styles."""
        for style in self._chain("paragraph", name):
            level = whole(style.get(q("style:default-outline-level")), 0)
            # spaces are written as _20_ in names that are no display names
            shown = style.get(q("style:display-name")) or style.get(q("style:name"), "").replace("_20_", " ")
            level = level or level_of_style(shown)
            if level:
                return min(6, level)
        return 0

    def _chain(self, family: str, name: str | None) -> Iterator[etree._Element]:
        for _ in range(MAX_CHAIN):
            style = self._styles.get((family, name or ""))
            if style is None:
                return
            yield style
            name = style.get(q("style:parent-style-name"))


def _levels(node: etree._Element) -> Mapping[int, Level]:
    levels = {}
    for level in node:
        depth = whole(level.get(q("text:level")), 0)
        if not depth:
            continue
        if level.tag not in (q("text:list-level-style-number"), q("text:outline-level-style")):
            levels[depth] = Level()
            continue
        shape = level.get(q("style:num-format"), "")
        shown = min(depth, max(1, whole(level.get(q("text:display-levels")), 1)))
        numbers = ".".join(f"%{at}" for at in range(depth - shown + 1, depth + 1)) if shape else ""
        levels[depth] = Level(
            style=_NUMBER_STYLES.get(shape, "decimal") if shape else "none",
            pattern=level.get(q("style:num-prefix"), "") + numbers + level.get(q("style:num-suffix"), ""),
            start=whole(level.get(q("text:start-value")), 1),
        )
    return levels

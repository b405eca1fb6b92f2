"""What Word paragraphs inherit: properties along their chain of styles, and the labels that their lists give them."""

from collections.abc import Iterator, Mapping
from functools import cache

from lxml import etree

from extractor.ingest.numbering import Counters, Level

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
# A chain of styles longer than this runs in a circle.
MAX_CHAIN = 20


@cache
def w(name: str) -> str:
    """A name of WordprocessingML (ECMA-376) as lxml writes it."""
    return f"{{{WORD}}}{name}"


VAL = w("val")


def value(node: etree._Element | None, *path: str) -> str | None:
    """The value of the property that `path` leads to; "" where it is there without one, None where it is not."""
    found = node.find(_path(path)) if node is not None else None
    return None if found is None else found.get(VAL, "")


@cache
def _path(names: tuple[str, ...]) -> str:
    return "/".join(map(w, names))


def is_on(switch: str | None) -> bool:
    """Whether a switch that was found with this value is on: being there without a value means on."""
    return switch is not None and switch not in ("0", "false", "off")


def whole(text: str | None, default: int) -> int:
    """A whole number as an attribute holds it, `default` where it holds none."""
    try:
        return int(text or "")
    except ValueError:
        return default


class Styles:
    """The styles of a document, by their ids."""

    def __init__(self, root: etree._Element | None) -> None:
        nodes = list(root.iter(w("style"))) if root is not None else []
        self._styles = {node.get(w("styleId"), ""): node for node in nodes}
        self._chains: dict[str, tuple[etree._Element, ...]] = {}

    def chain(self, style: str | None) -> tuple[etree._Element, ...]:
        """A style and those that it is based on, nearest first."""
        if style is None:
            return ()
        if style not in self._chains:
            found: list[etree._Element] = []
            at: str | None = style
            while at in self._styles and len(found) < MAX_CHAIN:
                found.append(self._styles[at])
                at = value(found[-1], "basedOn")
            self._chains[style] = tuple(found)
        return self._chains[style]

    def names(self, paragraph: etree._Element) -> list[str]:
        """The names of a paragraph's style and of those that it is based on."""
        chain = self.chain(value(paragraph, "pPr", "pStyle"))
        return [(value(style, "name") or "").strip() for style in chain]

    def properties(self, paragraph: etree._Element) -> Iterator[etree._Element]:
        """Paragraph properties that count, nearest first: the paragraph's own, then those of its styles."""
        for holder in (paragraph, *self.chain(value(paragraph, "pPr", "pStyle"))):
            own = holder.find(w("pPr"))
            if own is not None:
                yield own

    def switch(self, run: etree._Element, paragraph: etree._Element | None, name: str) -> bool:
        """Whether a switch such as "b" or "vanish" is on for a run, by its own properties or by a style's."""
        styles = self.chain(value(run, "rPr", "rStyle"))
        if paragraph is not None:
            styles += self.chain(value(paragraph, "pPr", "pStyle"))
        for holder in (run, *styles):
            found = value(holder, "rPr", name)
            if found is not None:
                return is_on(found)
        return False


class Lists:
    """The lists of a document: which list a paragraph is in, how deep, and the label that it gets there."""

    def __init__(self, root: etree._Element | None, styles: Styles) -> None:
        self._styles = styles
        self._counters = Counters()
        self._begun: set[tuple[str, int]] = set()
        self._abstract: dict[str, Mapping[int, Level]] = {}
        self._instances: dict[str, tuple[str, Mapping[int, Level]]] = {}
        self._overrides: dict[str, Mapping[int, int]] = {}
        self._depth_of_style: dict[tuple[str, str], int] = {}
        if root is not None:
            self._read(root)

    def _read(self, root: etree._Element) -> None:
        nodes = {node.get(w("abstractNumId"), ""): node for node in root.iter(w("abstractNum"))}
        named = {style: node for node in nodes.values() if (style := value(node, "styleLink"))}
        for key, node in nodes.items():
            # a list may be defined where its style is
            shape = named.get(value(node, "numStyleLink") or "", node)
            self._abstract[key] = {_depth(level): _level(level) for level in shape.iter(w("lvl"))}
            for level in shape.iter(w("lvl")):
                self._depth_of_style[key, value(level, "pStyle") or ""] = _depth(level)
        for node in root.iter(w("num")):
            number, key = node.get(w("numId"), ""), value(node, "abstractNumId") or ""
            overrides = list(node.iter(w("lvlOverride")))
            own = {_depth(level): _level(level) for override in overrides for level in override.iter(w("lvl"))}
            self._instances[number] = (key, {**self._abstract.get(key, {}), **own})
            self._overrides[number] = {
                _depth(override): whole(start, 1)
                for override in overrides
                if (start := value(override, "startOverride")) is not None
            }

    def place(self, paragraph: etree._Element) -> tuple[int, str] | None:
        """Count a paragraph in its list and return its depth from 1 and its label ("" for a bullet).

        The depth is 0 in a list that shows no mark, and where a paragraph is taken out of the list of its style. None
        where nothing is said of a list.
        """
        number, depth, style = self._number(paragraph)
        if number is None:
            return None
        if number not in self._instances:
            return (0, "") if number == "0" else None
        key, levels = self._instances[number]
        if depth is None:
            depth = self._depth_of_style.get((key, style), 1)
        start = None
        if (number, depth) not in self._begun:
            self._begun.add((number, depth))
            start = self._overrides[number].get(depth)
        label = self._counters.next(key, levels, depth, start=start)
        return (0, "") if label is None else (depth, label)

    def _number(self, paragraph: etree._Element) -> tuple[str | None, int | None, str]:
        """The list's id, the depth where one is stated, and the id of the style that puts the paragraph there."""
        depth: int | None = None
        for properties in self._styles.properties(paragraph):
            stated = value(properties, "numPr", "ilvl")
            if depth is None and stated is not None:
                depth = min(9, max(1, whole(stated, 0) + 1))
            number = value(properties, "numPr", "numId")
            if number is not None:
                holder = properties.getparent()
                style = holder.get(w("styleId"), "") if holder is not None else ""
                return number, depth, style or value(paragraph, "pPr", "pStyle") or ""
        return None, None, ""


def _depth(node: etree._Element) -> int:
    return whole(node.get(w("ilvl")), 0) + 1


def _level(node: etree._Element) -> Level:
    restart = value(node, "lvlRestart")
    return Level(
        style=value(node, "numFmt") or "decimal",
        pattern=value(node, "lvlText") or "",
        start=whole(value(node, "start"), 0),
        restart=None if restart is None else whole(restart, 0),
        legal=is_on(value(node, "isLgl")),
    )

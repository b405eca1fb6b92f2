"""Draws owners and what joins them as SVG: names in a column, so that none covers another, and arcs between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2, sqrt

from markupsafe import Markup

ROW = 26
TOP = 16
NAMES = 300  # the column of names ends here
COLUMN = NAMES + 22  # the middle of the circles
FLATNESS = 0.8  # an arc's width as a share of half its height
LARGEST = 10
MARGIN = 16


@dataclass(frozen=True, slots=True)
class Node:
    """An owner: the name beside its circle, what a reader is told of it, its size, where it leads."""

    name: str
    title: str
    size: int
    href: str


@dataclass(frozen=True, slots=True)
class Arc:
    """What joins the nodes at two places of the column: how much of it there is, and in words."""

    a: int
    b: int
    weight: int
    title: str


def diagram(nodes: Sequence[Node], arcs: Sequence[Arc]) -> Markup | None:
    """The drawing of `nodes` in the order given, or None where there are none.

    All of its text is escaped; its colours come from the style sheet of the page it stands in.
    """
    if not nodes:
        return None
    reach = max((abs(arc.b - arc.a) * ROW / 2 * FLATNESS for arc in arcs), default=0)
    width, height = round(COLUMN + reach + MARGIN), 2 * TOP + ROW * (len(nodes) - 1)
    largest = max(node.size for node in nodes)
    # The widest arcs lie at the back, so that the short ones stay in reach of the mouse.
    by_span = sorted(arcs, key=lambda arc: (-abs(arc.b - arc.a), arc.a, arc.b))
    parts = [_arc(arc) for arc in by_span] + [_node(node, place, largest) for place, node in enumerate(nodes)]
    summary = f"{len(nodes)} owners and {len(arcs)} arcs between them. The table below says the same in words."
    return Markup(
        '<svg class="network" width="{0}" height="{1}" viewBox="0 0 {0} {1}" role="group" '
        'aria-labelledby="network-title"><title id="network-title">{2}</title>{3}</svg>'
    ).format(width, height, summary, Markup("").join(parts))


def _arc(arc: Arc) -> Markup:
    above, below = (TOP + ROW * place for place in sorted((arc.a, arc.b)))
    half = (below - above) / 2
    return Markup(
        '<path d="M{0} {1} A{2:.1f} {3:.1f} 0 0 1 {0} {4}" stroke-width="{5:.1f}"><title>{6}</title></path>'
    ).format(COLUMN, above, half * FLATNESS, half, below, 1 + log2(arc.weight), arc.title)


def _node(node: Node, place: int, largest: int) -> Markup:
    y = TOP + ROW * place
    radius = 3 + (LARGEST - 3) * sqrt(node.size / max(largest, 1))
    return Markup(
        '<a href="{}"><title>{}</title><text x="{}" y="{}">{}</text><circle cx="{}" cy="{}" r="{:.1f}"/></a>'
    ).format(node.href, node.title, NAMES, y + 5, node.name, COLUMN, y, radius)

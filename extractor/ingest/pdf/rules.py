"""Tables drawn by rules: the lines of a page from pdfium, the cells that they enclose from pdfplumber."""

import ctypes
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium
from pdfplumber.table import Table, cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

from extractor.ingest.pdf.characters import Box, Frame

Grid = list[list[Box | None]]
# A rule is at least as long as the narrowest cell; what is thinner than a hair's breadth is a line.
MIN_RULE = 8.0
# Pages with more paths are drawings or letters as outlines: searching them takes long and finds no tables.
MAX_RULES = 3000
MAX_FORMS = 4
# Bullets that are drawn measure so many points.
DOT = (1.0, 9.0)
# Letters drawn as outlines measure so many points: least and most width, least and most height.
LETTER = (0.3, 40.0, 1.0, 40.0)
_TOLERANCE = 3.0

_IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn on a page beside its text.

    Tables as grids of cell boxes, the share of the page that pictures cover, small shapes that may be bullets, and how
    many shapes are of a letter's size.
    """

    grids: tuple[Grid, ...]
    pictured: float
    dots: tuple[Box, ...] = ()
    outlines: int = 0


def drawing_of(page: Any, frame: Frame) -> Drawing:
    """Look at the paths and pictures of a page. Boxes are (x0, y0, x1, y1) with the text upright, origin lower left."""
    paths: list[tuple[Any, Matrix]] = []
    covered = 0.0
    width, height = frame.size
    for item, matrix, kind in _objects(page.raw, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject, _IDENTITY, 0):
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            x0, y0, x1, y1 = _clipped(frame.turned(_bounds(item, matrix)), width, height)
            covered += max(0.0, x1 - x0) * max(0.0, y1 - y0)
        elif len(paths) <= MAX_RULES:
            paths.append((item, matrix))
    pictured = min(1.0, covered / max(1.0, width * height))
    boxes = [frame.turned(_bounds(item, matrix)) for item, matrix in paths]
    outlines = sum(_is_letter(box) for box in boxes)
    if len(paths) > MAX_RULES:
        return Drawing((), pictured, outlines=outlines)
    grids: tuple[Grid, ...] = ()
    if _could_be_ruled(boxes):
        grids = tuple(grids_of([line for item, matrix in paths for line in _lines(item, matrix, frame)], height))
    return Drawing(grids, pictured, tuple(box for box in boxes if _is_dot(box)), outlines)


def _is_letter(box: Box) -> bool:
    return LETTER[0] <= box[2] - box[0] <= LETTER[1] and LETTER[2] <= box[3] - box[1] <= LETTER[3]


def _is_dot(box: Box) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    return DOT[0] <= width <= DOT[1] and DOT[0] <= height <= DOT[1] and 0.6 < width / height < 1.7


def _objects(holder: Any, count: Any, get: Any, matrix: Matrix, depth: int) -> Iterator[tuple[Any, Matrix, int]]:
    """Paths and pictures of a page or form, those of forms inside with the form's matrix."""
    for number in range(count(holder)):
        item = get(holder, number)
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind in (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE):
            yield item, matrix, kind
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < MAX_FORMS:
            inner = _times(_matrix(item), matrix)
            yield from _objects(item, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, inner, depth + 1)


def _matrix(item: Any) -> Matrix:
    found = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, found):
        return _IDENTITY
    return found.a, found.b, found.c, found.d, found.e, found.f


def _times(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that applies `first`, then `then` (ISO 32000-1, 8.3.4)."""
    a, b, c, d, e, f = first
    g, h, i, j, k, l = then  # noqa: E741 - the letters of the standard's matrix go on
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l


def _point(x: float, y: float, matrix: Matrix) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _bounds(item: Any, matrix: Matrix) -> Box:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top):
        return 0.0, 0.0, 0.0, 0.0
    corners = [_point(x.value, y.value, matrix) for x in (left, right) for y in (bottom, top)]
    across, up = zip(*corners, strict=True)
    return min(across), min(up), max(across), max(up)


def _clipped(box: Box, width: float, height: float) -> Box:
    return max(0.0, box[0]), max(0.0, box[1]), min(width, box[2]), min(height, box[3])


def grids_of(lines: Iterable[Box], height: float) -> Iterator[Grid]:
    """The tables that level and upright lines draw on a page of a height, as grids of cell boxes."""
    edges = [_edge(line, height) for line in lines]
    edges = merge_edges(edges, _TOLERANCE, _TOLERANCE, _TOLERANCE, _TOLERANCE)
    edges = [edge for edge in edges if max(edge["x1"] - edge["x0"], edge["bottom"] - edge["top"]) >= MIN_RULE]
    cells = intersections_to_cells(edges_to_intersections(edges, _TOLERANCE, _TOLERANCE))
    for group in cells_to_tables(cells):
        rows = [
            [(cell[0], height - cell[3], cell[2], height - cell[1]) if cell else None for cell in row.cells]
            for row in Table(None, group).rows
        ]
        if len(rows) > 1 and max(map(len, rows)) > 1:
            yield rows


def _could_be_ruled(boxes: list[Box]) -> bool:
    """Whether paths could draw a table: rules or boxes with edges at three places across and three down."""
    across: set[int] = set()
    down: set[int] = set()
    for x0, y0, x1, y1 in boxes:
        if y1 - y0 >= MIN_RULE:
            across.update((round(x0 / 3), round(x1 / 3)))
        if x1 - x0 >= MIN_RULE:
            down.update((round(y0 / 3), round(y1 / 3)))
    return len(across) >= 3 and len(down) >= 3


def _lines(item: Any, matrix: Matrix, frame: Frame) -> Iterator[Box]:
    """The upright and level lines of a path as boxes of no breadth."""
    whole = _times(_matrix(item), matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    start = last = (0.0, 0.0)
    for number in range(pdfium.FPDFPath_CountSegments(item)):
        segment = pdfium.FPDFPath_GetPathSegment(item, number)
        if not pdfium.FPDFPathSegment_GetPoint(segment, x, y):
            continue
        to = _point(x.value, y.value, whole)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = to
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            yield from _straight(last, to, frame)
        last = to
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield from _straight(last, start, frame)
            last = start


def _straight(one: tuple[float, float], other: tuple[float, float], frame: Frame) -> Iterator[Box]:
    x0, x1 = sorted((one[0], other[0]))
    y0, y1 = sorted((one[1], other[1]))
    if (x1 - x0 < 1) != (y1 - y0 < 1):
        yield frame.turned((x0, y0, x1, y1))


def _edge(line: Box, height: float) -> dict[str, Any]:
    """A line in pdfplumber's terms, which count from the top of the page."""
    x0, y0, x1, y1 = line
    level = x1 - x0 > y1 - y0
    return {
        "x0": x0,
        "x1": x1,
        "top": height - y1,
        "bottom": height - y0,
        "width": x1 - x0,
        "height": y1 - y0,
        "orientation": "h" if level else "v",
        "object_type": "line",
    }

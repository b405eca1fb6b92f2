"""Pages whose tags state their blocks: words to parts, whether the tags can be trusted, parts to pieces."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from extractor.ingest.layout import Piece, clean
from extractor.ingest.lines import marker_of, number_in
from extractor.ingest.pdf.blocks import NOTE, NOTES_BELOW, SMALL, Builder, printed
from extractor.ingest.pdf.characters import Sheet, Word
from extractor.ingest.pdf.flow import Flow, join_flows, shifted
from extractor.ingest.pdf.line import Line
from extractor.ingest.pdf.lines import lines_in_order, lines_of
from extractor.ingest.pdf.page import CellParts, Page, Part
from extractor.ingest.pdf.tables import goes_on_from, has_columns
from extractor.ingest.pdf.tags import Tag
from extractor.ingest.pdf.typography import LineKey, at_edge, key_of, running_lines

# Less of a page's text than this in its tags, and the tags are not those of the page.
TAGGED_SHARE = 0.8
# Text marked as an artifact is kept inside a page where it says this much: whole frames are marked by mistake.
ARTIFACT_WORDS = 5
# A paragraph of fewer lines than this is never taken for several.
LUMP = 8
# A heading of more words than this is running text with a wrong tag.
TAGGED_HEADING_WORDS = 40
# More words in a cell, and the table sets columns of running text.
CELL_WORDS = 400


def tagged_page(tags: Sequence[Tag], sheet: Sheet, number: int) -> Page | None:
    """A page by its tags, None where they do not hold its text or cannot be in the order in which it is read."""
    marked: defaultdict[int, list[Word]] = defaultdict(list)
    outside: list[Word] = []
    named = [mcid for tag in tags for mcid in tag.all_ids()]
    known = set(named)
    if len(known) < len(named):
        # text that two blocks claim is in one of them by mistake, and which one only the page shows
        return None
    for word in sheet.words:
        if word.mcid in known:
            marked[word.mcid].append(word)
        else:
            outside.append(word)
    counted = sum(len(word.text) for word in sheet.words if not word.artifact)
    inside = sum(len(word.text) for words in marked.values() for word in words)
    if inside < TAGGED_SHARE * counted or not inside:
        return None
    maker = _Maker(marked, number)
    parts = [part for tag in tags if (part := maker.part(tag)) is not None]
    width, height = sheet.frame.size
    loose = lines_of([word for word in outside if not word.artifact], number)
    marked_off = lines_of([word for word in outside if word.artifact], number)
    kept = [line for line in marked_off if not at_edge(line, height) and len(line.text.split()) >= ARTIFACT_WORDS]
    placed = _with_loose(parts, [*loose, *kept])
    # what is marked off is looked at with the rest, since pages without tags repeat it unmarked
    lines = (*(line for part in placed for line in _lines(part)), *(line for line in marked_off if line not in kept))
    if not _in_order(parts) or _is_lumped(parts):
        return None
    return Page(number, width, height, lines, parts=tuple(placed), artifacts=any(w.artifact for w in outside))


def _is_lumped(parts: Sequence[Part]) -> bool:
    """Whether a paragraph of the tags holds several: lines of other sizes, and gaps between its lines."""
    for part in parts:
        if part.kind != "text" or len(part.lines) < LUMP:
            continue
        pairs = [(above, below) for above, below in pairwise(part.lines) if above.baseline > below.baseline]
        gaps = sorted(above.baseline - below.baseline for above, below in pairs)
        usual = gaps[len(gaps) // 2] if gaps else 0.0
        cuts = sum(
            above.baseline - below.baseline > 1.4 * usual or abs(above.size - below.size) > 0.12 * above.size
            for above, below in pairs
        )
        if cuts > 2:
            return True
    return False


class _Maker:
    """Tags to parts with the words that they name."""

    def __init__(self, marked: dict[int, list[Word]], page: int) -> None:
        self.marked = marked
        self.page = page

    def part(self, tag: Tag) -> Part | None:
        """A tag with the lines of its marked content, None where it holds no text."""
        if tag.kind == "table":
            rows = tuple(
                tuple(
                    CellParts(
                        tuple(part for block in cell.blocks if (part := self.part(block)) is not None),
                        cell.heads,
                        cell.columns,
                        cell.rows,
                    )
                    for cell in row
                )
                for row in tag.rows
            )
            return Part("table", (), rows=rows) if any(cell.parts for row in rows for cell in row) else None
        label = " ".join(line.text for line in lines_in_order(self._taken(tag.label), self.page))
        marks = frozenset(tag.references)
        words = self._taken(tag.ids)
        lines = [line for line in lines_in_order(words, self.page, marks=marks) if line.text]
        if not lines and not label:
            return None
        return Part(tag.kind, tuple(lines), level=tag.level, label=label, begun=tag.begun)

    def _taken(self, ids: Sequence[int]) -> list[Word]:
        return [word for mcid in ids for word in self.marked.pop(mcid, ())]


def _lines(part: Part) -> Iterator[Line]:
    yield from part.lines
    for row in part.rows:
        for cell in row:
            for inner in cell.parts:
                yield from _lines(inner)


def _with_loose(parts: list[Part], loose: Sequence[Line]) -> list[Part]:
    """Parts with the lines outside the tags put before the first part that stands below them."""
    waiting = sorted((line for line in loose if line.text), key=lambda line: -line.baseline)
    result: list[Part] = []
    for part in parts:
        top = max((line.baseline for line in _lines(part)), default=0.0)
        above = []
        while waiting and waiting[0].baseline > top:
            above.append(waiting.pop(0))
        if above:
            result.append(Part("loose", tuple(above)))
        result.append(part)
    if waiting:
        result.append(Part("loose", tuple(waiting)))
    return result


def _in_order(parts: Sequence[Part]) -> bool:
    """Whether parts follow each other down the page but for a change of column or a box now and then."""
    spans = [
        (
            max(line.baseline for line in part.lines),
            min(line.baseline for line in part.lines),
            min(line.x0 for line in part.lines),
            max(line.x1 for line in part.lines),
        )
        for part in parts
        if part.lines and part.kind != "note"
    ]
    if len(spans) < 6:
        return True
    # the next part stands wholly above this one in the same column
    back = sum(
        after[1] > before[0] and min(before[3], after[3]) - max(before[2], after[2]) > 20
        for before, after in pairwise(spans)
    )
    return back <= 0.25 * len(spans)


def is_torn(pages: Sequence[Page]) -> bool:
    """Whether the tags of a document name lines, not blocks: sentences go on from one part to the next."""
    torn = whole = 0
    for page in pages:
        if page.parts is None:
            continue
        texts = [part for part in page.parts if part.kind == "text" and part.lines]
        for before, after in pairwise(texts):
            if len(before.lines) == 1 and len(before.lines[0].text) > 30:
                goes_on = before.lines[0].text[-1].isalnum() or before.lines[0].text[-1] == ","
                torn += goes_on and after.lines[0].text[:1].islower()
                whole += 1
    return torn > 20 and torn > 0.3 * whole


class TaggedBuilder(Builder):
    """Grows blocks from pages with tags and pages without. `flat` says that the tags know no lists within lists."""

    flat = False

    def tagged(self, page: Page) -> None:
        """Take a page by its tags."""
        assert page.parts is not None
        self.beside, self.rights = page.lines, {}
        self.close()
        body, notes = self._small_print(page)
        for part in body:
            self._part(part, page.number)
        self.close()
        for part in notes:
            self.note(part.lines)

    def _small_print(self, page: Page) -> tuple[list[Part], list[Part]]:
        """Running text, and footnotes at the end of it that are tagged as paragraphs."""
        parts = list(page.parts or ())
        at = len(parts)
        first = at
        while at and parts[at - 1].kind in ("text", "item") and self._is_small(parts[at - 1]):
            at -= 1
            if parts[at].lines[0].noted or NOTE.match(parts[at].lines[0].text) or NOTE.match(f"{parts[at].label} x"):
                first = at
        notes = parts[first:]
        if notes and max(line.baseline for line in notes[0].lines) > NOTES_BELOW * page.height:
            return parts, []
        return parts[:first], notes

    def _is_small(self, part: Part) -> bool:
        return bool(part.lines) and all(line.size <= SMALL * self.type.body for line in part.lines)

    def _part(self, part: Part, page: int) -> None:
        if part.kind == "table":
            self._tagged_table(part, page)
        elif part.kind == "note":
            self.note(part.lines)
        elif part.kind in ("picture", "loose"):
            for line in part.lines:
                self.line(line)
            self.close()
        elif part.kind == "item":
            self._item(part, page)
        elif part.kind == "heading" and len(" ".join(line.text for line in part.lines).split()) <= TAGGED_HEADING_WORDS:
            self._heading(part, part.level or self._level(part) or 3, page)
        else:
            self._text(part, page)

    def _heading(self, part: Part, level: int, page: int) -> None:
        text, places = self.flow(part.lines)
        self.stack.clear()
        self.pieces.append(Piece("heading", text, level=level, page=page, places=places))

    def _level(self, part: Part) -> int:
        """The level of a heading that its look alone makes one, 0 for running text."""
        if self.headed or not 1 <= len(part.lines) <= 3 or part.lines[-1].text.endswith((".", ";", ",")):
            return 0
        levels = {self.heading_level(line) for line in part.lines}
        return min(levels) if len(levels) == 1 else 0

    def _text(self, part: Part, page: int) -> None:
        level = self._level(part)
        if level:
            self._heading(part, level, page)
            return
        for lines in _by_bullets(part.lines):
            text, places = self.flow(lines)
            marker = marker_of(text)
            if marker is not None:
                self.item(text, places, marker, lines[0])
            else:
                self.stack.clear()
                begun = part.begun and lines[0] is part.lines[0]
                self.pieces.append(Piece("paragraph", text, page=page, places=places, begun=begun))

    def _item(self, part: Part, page: int) -> None:
        label = clean(part.label)
        text, places = self.flow(part.lines)
        if len(label) > 8:
            text, places, label = f"{label} {text}".strip(), shifted(places, len(label) + 1), ""
        marker = None if label else marker_of(text)
        if marker is not None:
            text, places = text[marker.text_at :], shifted(places, -marker.text_at)
            label = marker.sign
        level = max(1, part.level)
        if self.flat and part.lines:
            shape = marker_of(f"{label} x")
            level = self.depth(part.lines[0], shape.style if shape else "")
        else:
            self.stack.clear()
        # without a bullet of its own the first of a page may be the rest of an item that the page before began
        first = not self.pieces or self.pieces[-1].page != page
        sign = printed(label) or ("" if first else "-")
        self.pieces.append(Piece("item", text, level=level, page=page, marker=sign, places=places))

    def _tagged_table(self, part: Part, page: int) -> None:
        rows = part.rows
        flows = self._grid(rows)
        rest = goes_on_from(self.pieces, page) and {len(self.columns.spans)} == {len(row) for row in flows}
        if not _is_data(flows, rest=rest):
            for row in rows:
                for cell in row:
                    for inner in cell.parts:
                        self._part(inner, page)
            return
        filled = [[cell for cell in row if cell.parts] for row in rows if any(cell.parts for cell in row)]
        marked = all(cell.heads for cell in filled[0]) and len(filled) > 1
        cut = all(cell.parts[0].begun for cell in filled[marked])
        self.table(flows, page, header=True if marked else None, cut=cut)

    def _grid(self, rows: Sequence[Sequence[CellParts]]) -> list[list[Flow]]:
        """The cells of a table by column; one that goes over several columns or rows stands in the first."""
        taken: dict[tuple[int, int], bool] = {}
        grid: list[list[Flow]] = []
        for number, row in enumerate(rows):
            line: list[Flow] = []
            for cell in row:
                while (number, len(line)) in taken:
                    line.append(("", ()))
                for below in range(1, cell.rows):
                    for beside in range(cell.columns):
                        taken[number + below, len(line) + beside] = True
                line += [self._cell(cell), *[("", ())] * (cell.columns - 1)]
            grid.append(line)
        return grid

    def _cell(self, cell: CellParts) -> Flow:
        whole: Flow = ("", ())
        for part in cell.parts:
            if part.rows:
                inner: Flow = ("", ())
                for row in part.rows:
                    for nested in row:
                        inner = join_flows(inner, self._cell(nested), {})
            else:
                text, places = self.flow(part.lines)
                label = f"{printed(part.label)} " if part.label and len(part.label) <= 8 else ""
                inner = label + text, shifted(places, len(label))
            whole = join_flows(whole, inner, {})
        return whole


def _by_bullets(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """A part's lines, cut before each that a bullet opens where one opens the first: a list tagged as one paragraph."""
    group: list[Line] = []
    first = marker_of(lines[0].text) if lines else None
    bulleted = first is not None and number_in(first.sign) is None and not first.sign.strip("().").isalnum()
    for line in lines:
        marker = marker_of(line.text) if bulleted and group else None
        if marker is not None and first is not None and marker.style == first.style:
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _is_data(rows: Sequence[Sequence[Flow]], *, rest: bool) -> bool:
    """Whether a table holds data and sets no running text in columns; the `rest` of one may have few rows."""
    texts = [[text for text, _ in row] for row in rows]
    return (rest or has_columns(texts)) and all(len(text.split()) <= CELL_WORDS for row in texts for text in row)


def without_running(pages: Sequence[Page]) -> list[Page]:
    """Pages without their running lines. Where the tags of a document tell them apart, its tags are believed."""
    told = sum(page.artifacts for page in pages) > 0.5 * sum(page.parts is not None for page in pages)
    running = running_lines(pages)
    result = []
    for page in pages:
        lines = tuple(line for line in page.lines if key_of(line) not in running)
        parts = page.parts
        if parts is not None:
            kept = (part if told and part.kind != "loose" else _kept(part, running) for part in parts)
            parts = tuple(part for part in kept if part is not None)
        result.append(replace(page, lines=lines, parts=parts))
    return result


def _kept(part: Part, running: set[LineKey]) -> Part | None:
    if part.kind == "table":
        return part
    lines = tuple(line for line in part.lines if key_of(line) not in running)
    return replace(part, lines=lines) if lines else None

"""A description to placed runs of text: columns, pages, footnotes at the foot, boxes; with the tag tree beside them."""

from dataclasses import dataclass, field

from tests.pdfs.breaking import MARK_SCALE, Face, Leaf, Line, Node, Token, fill, token_width, tokens
from tests.pdfs.fonts import ready
from tests.pdfs.spec import Look, Spec


@dataclass(frozen=True, slots=True)
class Run:
    """Words on one baseline in one face, `gap` apart. A run without a leaf is an artefact."""

    page: int
    x: float
    y: float
    words: tuple[str, ...]
    gap: float
    face: Face
    rise: float = 0
    leaf: Leaf | None = None
    column: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A frame or a line on a page, from corner to corner."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(slots=True)
class Laid:
    """A document with every word in its place."""

    runs: list[Run] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    tree: Node = field(default_factory=lambda: Node("Document"))
    chapters: list[str] = field(default_factory=lambda: [""])

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return len(self.chapters)


class Flow:
    """Fills page after page. `y` is the baseline last written on, or the top of a fresh column."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.look: Look = spec.look
        self.laid = Laid()
        self.page = 0
        self.column = 0
        self.inset = 0.0
        left, bottom, right, top = self.look.margins
        self.top = self.look.page[1] - top
        self.floor = bottom
        self.y = self.lowest = self.region_top = self.top
        self.column_width = (
            self.look.page[0] - left - right - self.look.gutter * (self.look.columns - 1)
        ) / self.look.columns
        self.across = False
        self.lists: list[tuple[Node, Node]] = []
        self.notes: list[list[Line]] = []
        self.note_room = 0.0
        self.waiting = dict(spec.notes)
        self.current = ""
        self.parent = self.laid.tree
        self.body = Face(ready(self.look.font), self.look.size)

    @property
    def left(self) -> float:
        """Where text begins."""
        shift = 0 if self.across else self.column * (self.column_width + self.look.gutter)
        return self.look.margins[0] + self.inset + shift

    @property
    def room(self) -> float:
        """How wide text may be."""
        wide = self.column_width
        if self.across:
            wide = self.look.page[0] - self.look.margins[0] - self.look.margins[2]
        return wide - 2 * self.inset

    def fits(self, height: float) -> bool:
        """Whether there is room for so much in this column."""
        return self.y - height >= self.floor + self.note_room

    def advance(self, height: float) -> None:
        """Go down a line, or to the next column or page where there is no room for it."""
        if not self.fits(height):
            self.next_column()
        self.y -= height
        self.lowest = min(self.lowest, self.y)

    def space(self, height: float) -> None:
        """Leave a gap, but not at the top of a column."""
        if self.y < self.region_top:
            self.y -= height

    def next_column(self) -> None:
        """Go on at the top of the next column or page."""
        if self.column + 1 < self.look.columns and not self.across:
            self.close_column()
            self.column += 1
            self.y = self.region_top
        else:
            self.new_page()

    def chapter(self, title: str) -> None:
        """Let running headers name this chapter: from this page where it begins at the top, else from the next."""
        if self.y >= self.top or not self.laid.chapters[-1]:
            self.laid.chapters[-1] = title
        self.current = title

    def new_page(self) -> None:
        """Go on at the top of a new page."""
        self.close_column()
        self.page += 1
        self.column = 0
        self.floor = self.look.margins[1]
        self.y = self.lowest = self.region_top = self.top
        self.laid.chapters.append(self.current)

    def close_column(self) -> None:
        """Set the footnotes of the column at its foot."""
        face = Face(self.body.font, self.look.note_size)
        y = self.look.margins[1] + self.note_room
        for lines in self.notes:
            for line in lines:
                y -= face.size * self.look.leading
                self.line(line, face, self.left, y)
        self.notes.clear()
        self.note_room = 0.0

    def line(
        self, line: Line, face: Face, x: float, y: float, *, room: float | None = None, artefact: bool = False
    ) -> None:
        """Place a line; `room` is how wide to make it."""
        gap = face.width(" ")
        gaps = sum(not token.glued for token in line[1:])
        if room is not None and gaps:
            natural = sum(token_width(token, face) for token in line) + gaps * gap
            gap += max(0.0, room - natural) / gaps
        words: list[str] = []
        start = x
        for number, token in enumerate(line):
            if number and not token.glued:
                x += gap
            raised = bool(token.note) and not token.text.startswith("[")
            if raised:
                small = Face(face.font, face.size * MARK_SCALE)
                self.put((token.text,), x, y, gap, small, None if artefact else token.leaf, rise=0.36 * face.size)
            else:
                if not words:
                    start = x
                words.append(token.text)
            x += token_width(token, face)
            last = number + 1 == len(line) or line[number + 1].glued or line[number + 1].leaf is not token.leaf
            if words and last:
                self.put(tuple(words), start, y, gap, face, None if artefact else token.leaf)
                words = []

    def put(
        self, words: tuple[str, ...], x: float, y: float, gap: float, face: Face, leaf: Leaf | None, *, rise: float = 0
    ) -> None:
        """Place words as one run."""
        self.laid.runs.append(Run(self.page, x, y, words, gap, face, rise, leaf, self.column))

    def lines(self, text: str, node: Node, face: Face, room: float, indent: float = 0) -> list[Line]:
        """A text as lines, the content of `node`."""
        words = tokens(text, node, ligatures=self.look.ligatures, bracket=self.look.mark == "bracket")
        return fill(words, face, room, indent=indent, hyphenate=self.look.hyphenate)

    def set_lines(
        self, lines: list[Line], face: Face, *, offset: float = 0, indent: float = 0, justify: bool = False
    ) -> None:
        """Set lines one below the other, and reserve room for the footnotes whose marks stand in them."""
        for number, line in enumerate(lines):
            marks = [token.note for token in line if token.note]
            called = [self._note(mark) for mark in marks]
            height = sum(len(note) for note in called) * self.look.note_size * self.look.leading
            if called and not self.note_room:
                height += self.look.note_size
            if not self.fits(face.size * self.look.leading + height):
                self.next_column()
            if called:
                self.note_room += height
                self.notes += called
            self.advance(face.size * self.look.leading)
            shift = offset + (indent if number == 0 else 0)
            wide = self.room - shift if justify and number + 1 < len(lines) else None
            self.line(line, face, self.left + shift, self.y, room=wide)

    def _note(self, number: int) -> list[Line]:
        node = self.parent.add("Note")
        face = Face(self.body.font, self.look.note_size)
        text = self.waiting.pop(number)
        if self.look.mark != "raised":
            sign = f"[{number}]" if self.look.mark == "bracket" else str(number)
            return self.lines(f"{sign} {text}", node, face, self.room)
        lines = self.lines(text, node, face, self.room - 6)
        lines[0].insert(
            0, Token(str(number), node.kids[0] if isinstance(node.kids[0], Leaf) else node.leaf(), note=number)
        )
        return lines

"""Text to lines: words with the marks of footnotes, filled into a width, cut with a hyphen if wished."""

from dataclasses import dataclass, field, replace

from tests.pdfs.fonts import width, with_ligatures
from tests.pdfs.spec import MARK

_VOWELS = frozenset("aeiouyAEIOUY")
MARK_SCALE = 0.62


@dataclass(slots=True, eq=False)
class Leaf:
    """A stretch of marked content. `ids` are its (page index, marked-content id), known once it is drawn."""

    ids: list[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Node:
    """An element of the structure tree. A cell `spans` so many rows and columns."""

    tag: str
    kids: list["Node | Leaf"] = field(default_factory=list)
    spans: tuple[int, int] = (1, 1)

    def add(self, tag: str) -> "Node":
        """A new element below this one."""
        node = Node(tag)
        self.kids.append(node)
        return node

    def leaf(self) -> Leaf:
        """A new stretch of content of this element's own."""
        leaf = Leaf()
        self.kids.append(leaf)
        return leaf


@dataclass(frozen=True, slots=True)
class Face:
    """How letters are set."""

    font: str
    size: float
    spacing: float = 0

    def width(self, text: str) -> float:
        """How far a text reaches."""
        return width(text, self.font, self.size, self.spacing)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, or a part of one: `glued` to what stands before it, `note` for the mark of a footnote."""

    text: str
    leaf: Leaf
    glued: bool = False
    note: int = 0


Line = list[Token]


def tokens(text: str, node: Node, *, ligatures: bool = False, bracket: bool = False) -> list[Token]:
    """The words of a text, the content of `node`; marks of footnotes become References in it."""
    found: list[Token] = []
    at, leaf = 0, node.leaf()
    for mark in [*MARK.finditer(text), None]:
        stretch = text[at : mark.start() if mark else len(text)]
        for number, word in enumerate(stretch.split()):
            glued = number == 0 and at > 0 and not stretch[0].isspace()
            found.append(Token(with_ligatures(word) if ligatures else word, leaf, glued=glued))
        if mark:
            number = int(mark.group(1))
            sign = f"[{number}]" if bracket else str(number)
            found.append(Token(sign, node.add("Reference").leaf(), glued=True, note=number))
            at, leaf = mark.end(), node.leaf()
    return found


def fill(words: list[Token], face: Face, room: float, *, indent: float = 0, hyphenate: bool = False) -> list[Line]:
    """Lines no wider than `room`, the first shorter by `indent`."""
    space = face.width(" ")
    lines: list[Line] = [[]]
    used = indent
    for chunk in _chunks(words):
        while True:
            wide = sum(token_width(token, face) for token in chunk)
            before = space if lines[-1] else 0.0
            if used + before + wide <= room or not (lines[-1] or (hyphenate and len(chunk) == 1)):
                lines[-1] += chunk
                used += before + wide
                break
            cut = _cut(chunk[0].text, face, room - used - before) if hyphenate and len(chunk) == 1 else None
            if cut is not None:
                lines[-1].append(replace(chunk[0], text=cut[0]))
                chunk = [replace(chunk[0], text=cut[1])]
            elif not lines[-1]:
                lines[-1] += chunk
                used += wide
                break
            lines.append([])
            used = 0
    return lines


def token_width(token: Token, face: Face) -> float:
    """How far a word or a mark reaches; a mark in figures is set small."""
    if token.note and not token.text.startswith("["):
        return width(token.text, face.font, face.size * MARK_SCALE)
    return face.width(token.text)


def _chunks(words: list[Token]) -> list[list[Token]]:
    chunks: list[list[Token]] = []
    for token in words:
        if token.glued and chunks:
            chunks[-1].append(token)
        else:
            chunks.append([token])
    return chunks


def _cut(word: str, face: Face, room: float) -> tuple[str, str] | None:
    """The word in two parts of which the first fits, or None."""
    inner = word.find("-", 2, -2)
    if inner > 0:
        return (word[: inner + 1], word[inner + 1 :]) if face.width(word[: inner + 1]) <= room else None
    letters = word.rstrip(".,;:")
    if not letters.isalpha() or len(letters) < 7:
        return None
    for at in range(len(letters) - 3, 2, -1):
        if letters[at] not in _VOWELS and face.width(word[:at] + "-") <= room:
            return word[:at] + "-", word[at:]
    return None

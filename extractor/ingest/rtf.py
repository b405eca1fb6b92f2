"""Rich text (.rtf, version 1.9.1): headings by style or outline level, lists, tables by row, notes kept apart.

Changes are read as accepted; page headers, comments and hidden text are not read. Own work: striprtf, the one library
that is kept up, gives one flat text in which tables, list levels and headings are lost, and puts the addresses of links
into the sentences.
"""

import re
from copy import copy
from dataclasses import dataclass, field

from extractor.errors import Rejected
from extractor.ingest.layout import Piece, Reading, clean, lay_out
from extractor.ingest.lines import shown_sign, word_set
from extractor.ingest.office import Paragraph, level_of_style, own_title, pieces_of, with_numbered_headings
from extractor.ingest.rtf_tables import Table
from extractor.settings import Settings

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)|(\\)",
    re.DOTALL,
)
# Groups whose text is none of the document's; those behind "\*" are left out wherever they are not named below.
_LEFT_OUT = word_set(
    "colortbl filetbl listtable listoverridetable revtbl rsidtbl generator pict header headerl headerr headerf footer "
    "footerl footerr footerf ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn xe tc txe rxe fldinst annotation atnid "
    "atnauthor atntime atndate bkmkstart bkmkend objdata objclass objname nonshppict shprslt sn sv sp falt panose "
    "template private nonesttables revtim printim buptim author operator company manager subject keywords doccomm "
    "category comment"
)
_STARRED = word_set("listtext pntext shpinst shptxt footnote")
_TARGETS = {
    "fonttbl": "fonts",
    "stylesheet": "styles",
    "info": "info",
    "title": "title",
    "creatim": "created",
    "shpinst": "shape",
}
_CHARACTERS = {
    "tab": " ", "line": "\n", "softline": "\n", "page": " ", "column": " ", "emdash": "—", "endash": "–",
    "emspace": " ", "enspace": " ", "qmspace": " ", "bullet": "•", "lquote": "‘", "rquote": "’",
    "ldblquote": "“", "rdblquote": "”",
}  # fmt: skip
_SYMBOLS = {b"~": "\u00a0", b"_": "-", b"-": "", b"{": "{", b"}": "}", b"\\": "\\"}
# Windows' code pages by the number of a font's character set; others are read by the code page of the file.
_CODE_PAGES = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "big5", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_SYMBOL_FONT = 2
MAX_GROUPS = 2000


@dataclass(slots=True)
class _Flow:
    """A text of its own, such as the body or a note: the paragraph being read, and the pieces before it."""

    sort: str = "body"
    pieces: list[Piece] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    emphasis: list[bool] = field(default_factory=list)
    label: list[str] = field(default_factory=list)
    boxes: list[Piece] = field(default_factory=list)
    table: Table | None = None


@dataclass(slots=True)
class _State:
    """What holds inside a group and is undone at its end."""

    flow: _Flow
    # what is being read: "text", "label", one of `_TARGETS` (of a shape only its text box), or "" for nothing
    target: str = "text"
    font: int = 0
    skipped_after_unicode: int = 1
    bold: bool = False
    underlined: bool = False
    hidden: bool = False
    in_table: bool = False
    outline: int = 0
    style: int = 0
    in_list: bool = False
    depth: int = 1


def read(raw: bytes, settings: Settings) -> Reading:
    """Read an .rtf file. Raises Rejected("damaged") for absurdly many open groups."""
    reader = _Reader()
    reader.run(raw)
    text, blocks = lay_out([*with_numbered_headings(reader.body.pieces), *reader.notes])
    created = reader.created
    hints = {"published": f"{created['yr']:04}-{created['mo']:02}-{created['dy']:02}"} if len(created) == 3 else {}
    return Reading(text, blocks, embedded=own_title("".join(reader.title)), hints=hints)


class _Reader:
    """One pass through a file's tokens."""

    def __init__(self) -> None:
        self.body = _Flow()
        self.notes: list[Piece] = []
        self.title: list[str] = []
        self.created: dict[str, int] = {}
        self._state = _State(self.body)
        self._stack: list[_State] = []
        self._code_page = "cp1252"
        self._default_font = 0
        self._fonts: dict[int, int] = {}
        self._styles: dict[int, int] = {}
        self._style_name = ""
        self._starred = False
        self._to_skip = 0
        self._pending = b""

    def run(self, raw: bytes) -> None:
        at = 0
        while (token := _TOKEN.match(raw, at)) is not None:
            at = token.end()
            word, number, code, symbol, brace, words, _ = token.groups()
            if code is not None:
                self._bytes(bytes.fromhex(code.decode()))
            elif words is not None:
                self._bytes(words)
            elif word is not None:
                self._settle()
                name, value = word.decode().lower(), int(number) if number else None
                if name == "bin":
                    # raw bytes follow, among them any brace
                    at += max(0, value or 0)
                else:
                    self._word(name, value)
            elif brace == b"{":
                self._settle()
                self._open()
            elif brace == b"}":
                self._settle()
                if not self._stack:
                    break
                self._close()
            elif symbol == b"*":
                self._settle()
                self._starred = True
            elif symbol is not None:
                self._settle()
                self._put("\n" if symbol in b"\r\n" else _SYMBOLS.get(symbol, ""))
        self._settle()
        while self._stack:
            self._close()
        self._end_paragraph()
        self._end_table(self.body)

    def _open(self) -> None:
        if len(self._stack) >= MAX_GROUPS:
            raise Rejected("damaged", f"the rich text opens more than {MAX_GROUPS} groups in each other")
        self._stack.append(self._state)
        self._state = copy(self._state)
        self._starred = False
        self._to_skip = 0

    def _close(self) -> None:
        inner, outer = self._state.flow, self._stack[-1].flow
        if inner is not outer:
            self._end_paragraph()
            self._end_table(inner)
            if inner.sort == "note":
                self.notes.append(Piece("footnote", " ".join(_words(piece) for piece in inner.pieces)))
            else:
                outer.boxes.extend(inner.pieces)
        self._state = self._stack.pop()
        self._to_skip = 0

    def _bytes(self, raw: bytes) -> None:
        if self._to_skip:
            raw, self._to_skip = raw[self._to_skip :], max(0, self._to_skip - len(raw))
        # a character of an East Asian code page may be cut anywhere, so bytes wait for what follows
        self._pending += raw

    def _settle(self) -> None:
        """Decode the bytes that wait, and end the span in which fallbacks of a Unicode character are skipped."""
        raw, self._pending, self._to_skip = self._pending, b"", 0
        if raw:
            charset = self._fonts.get(self._state.font, 0)
            if charset == _SYMBOL_FONT and self._state.target in ("text", "label"):
                # letters of a symbol font are bullets, ticks and arrows
                self._put("•" if raw.strip() else " ")
                return
            self._put(raw.decode(_CODE_PAGES.get(charset, self._code_page), "replace"))

    def _put(self, text: str) -> None:
        state, flow = self._state, self._state.flow
        if state.hidden and state.target in ("text", "label"):
            return
        if state.target == "text":
            flow.parts.append(text)
            if any(map(str.isalnum, text)):
                flow.emphasis.append(state.bold or state.underlined)
        elif state.target == "label":
            flow.label.append(text)
        elif state.target == "title":
            self.title.append(text)
        elif state.target == "styles":
            self._style_name += text
            if ";" in self._style_name:
                name = self._style_name.partition(";")[0].strip()
                self._styles[state.style] = level_of_style(name) or state.outline
                self._style_name = ""

    def _word(self, name: str, value: int | None) -> None:
        starred, self._starred = self._starred, False
        state = self._state
        if state.target == "shape" and name == "shptxt":
            self._branch("box")
        elif state.target not in ("", "shape"):
            if name in _LEFT_OUT or (starred and name not in _STARRED):
                state.target = ""
            elif not self._destination(name) and not self._property(name, value):
                self._mark(name, value)

    def _destination(self, name: str) -> bool:
        state = self._state
        if name in ("listtext", "pntext"):
            state.target = "label"
        elif name == "footnote":
            self._branch("note")
        elif name in _TARGETS:
            state.target = _TARGETS[name]
        else:
            return False
        return True

    def _branch(self, sort: str) -> None:
        """Begin a text of its own, which lasts as long as the group."""
        state = self._state
        state.target, state.flow = "text", _Flow(sort)
        state.in_table = state.in_list = False
        state.outline, state.style = 0, 0

    def _property(self, name: str, value: int | None) -> bool:
        """Take in a property of the text, of the paragraph or of the file; False where `name` is none of them."""
        state = self._state
        on = value != 0
        if name == "pard":
            state.in_table = state.in_list = False
            state.outline, state.style, state.depth = 0, 0, 1
        elif name == "plain":
            state.bold = state.underlined = state.hidden = False
            state.font = self._default_font
        elif name == "b":
            state.bold = on
        elif name in ("ul", "ulw", "uld", "uldb"):
            state.underlined = on
        elif name == "ulnone":
            state.underlined = False
        elif name in ("v", "deleted"):
            state.hidden = on
        elif name == "f":
            state.font = value or 0
        elif name == "fcharset":
            self._fonts[state.font] = value or 0
        elif name == "s":
            state.style = value or 0
        elif name == "outlinelevel":
            state.outline = value + 1 if value is not None and 0 <= value < 6 else 0
        elif name == "ls":
            state.in_list = bool(value)
        elif name == "ilvl":
            state.depth = min(9, max(0, value or 0) + 1)
        elif name in ("intbl", "itap"):
            state.in_table = on
        elif name == "uc":
            state.skipped_after_unicode = max(0, value or 0)
        elif name == "deff":
            self._default_font = state.font = value or 0
        elif name == "ansicpg":
            self._code_page = _known(f"cp{value}")
        elif name in ("yr", "mo", "dy") and state.target == "created":
            self.created[name] = value or 0
        else:
            return False
        return True

    def _mark(self, name: str, value: int | None) -> None:
        """Characters, and the ends of paragraphs, cells and rows; words of no meaning here are passed over."""
        flow = self._state.flow
        if name in _CHARACTERS:
            self._put(_CHARACTERS[name])
        elif name == "u":
            self._put(chr((value or 0) % 0x10000))
            self._to_skip = self._state.skipped_after_unicode
        elif self._state.target != "text":
            return
        elif name in ("par", "sect", "nestcell"):
            self._end_paragraph()
        elif name == "cell":
            self._state.in_table = True
            self._end_paragraph()
            self._table(flow).end_cell()
        elif name == "row":
            self._table(flow).end_row()
        elif name.startswith(("tr", "cl", "cellx")):
            self._table(flow).define(name, value)

    @staticmethod
    def _table(flow: _Flow) -> Table:
        if flow.table is None:
            flow.table = Table()
        return flow.table

    def _end_paragraph(self) -> None:
        state, flow = self._state, self._state.flow
        # pairs of surrogates stand for one character
        text = "".join(flow.parts).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        label = clean("".join(flow.label))
        is_item = state.in_list or bool(label)
        pieces = [
            *pieces_of(
                Paragraph(
                    text,
                    outline=state.outline or self._styles.get(state.style, 0),
                    depth=state.depth if is_item else 0,
                    label=shown_sign(label, bullet=""),
                    emphasised=bool(flow.emphasis) and all(flow.emphasis),
                )
            ),
            *flow.boxes,
        ]
        flow.parts, flow.emphasis, flow.label, flow.boxes = [], [], [], []
        if state.in_table:
            self._table(flow).pieces.extend(pieces)
            return
        if pieces:
            # empty paragraphs stand between the definition of a table's row and its cells
            self._end_table(flow)
        flow.pieces.extend(pieces)

    @staticmethod
    def _end_table(flow: _Flow) -> None:
        if flow.table is not None:
            flow.pieces.extend(flow.table.finished())
            flow.table = None


def _words(piece: Piece) -> str:
    return " ".join(words for _, words in piece.cells) or piece.text


def _known(code_page: str) -> str:
    """A code page by Python's name; Windows' Western one where the file states none that there is."""
    try:
        "".encode(code_page)
    except LookupError:
        return "cp1252"
    return code_page

"""What the office formats share: the judgement that makes pieces of paragraphs and tables, whatever their mark-up."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from extractor.ingest.days import DATE
from extractor.ingest.layout import Piece, clean, looks_like_header, table
from extractor.ingest.lines import is_label, looks_like_heading, marker_of, shown_sign

# Longer cells hold running text; their row sets columns and no data.
MAX_CELL_WORDS = 150
MAX_COLUMNS = 60
BOLD_HEADING = 5
SPANNING_HEADING = 6
# What programs put into a document's title by themselves: the name of the program, of a template, of a new file.
_NO_TITLE = re.compile(r"word document|document\d*$|untitled|microsoft word|slide \d|powerpoint", re.IGNORECASE)
_HEADING = re.compile(r"heading (\d)$", re.IGNORECASE)
_WEEKDAY = re.compile(r"[a-z]{3,6}day,?\s+", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n[ \t\xa0]*\n\s*")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as its format has it. `text` keeps soft line breaks as "\\n".

    `outline` is the level of a heading (0: none), `depth` the depth from 1 in a list (0: none), `label` what the list
    puts before it ("2.1", "(a)"; "" for a bullet). `emphasised` says that all of it is bold or underlined, `indent` is
    the depth that mere indentation gives it.
    """

    text: str
    outline: int = 0
    depth: int = 0
    label: str = ""
    emphasised: bool = False
    indent: int = 0


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell's content and how many columns it covers. A cell that is covered from above has no content."""

    pieces: tuple[Piece, ...] = ()
    span: int = 1

    @property
    def text(self) -> str:
        """The cell in one line: paragraphs joined by a space, several items each behind its mark."""
        several = sum(piece.kind == "item" for piece in self.pieces) > 1
        return " ".join(text for piece in self.pieces if (text := _in_line(piece, several)))


def own_title(stated: str | None) -> dict[str, str]:
    """The field of the title that a file bears; none where a program put it there by itself."""
    title = clean(stated or "")
    return {"title": title} if title and not _NO_TITLE.match(title) else {}


def level_of_style(style_name: str) -> int:
    """The level that the name of a built-in style gives its paragraphs, 0 for other styles."""
    found = _HEADING.match(style_name)
    if found:
        return min(6, max(1, int(found.group(1))))
    return {"title": 1, "subtitle": 2}.get(style_name.casefold(), 0)


def pieces_of(paragraph: Paragraph) -> Iterator[Piece]:
    """A paragraph as pieces: one, or several where soft breaks set off a blank line or typed bullets."""
    for number, text in enumerate(_soft_parts(paragraph)):
        if not clean(text):
            continue
        if number and paragraph.depth:
            # what follows inside an item stays under it, so that the list goes on
            yield replace(_piece(replace(paragraph, text=text, label="")), level=paragraph.depth + 1)
        else:
            yield _piece(replace(paragraph, text=text))


def _soft_parts(paragraph: Paragraph) -> list[str]:
    if paragraph.outline or "\n" not in paragraph.text:
        return [paragraph.text]
    parts: list[str] = []
    for part in _BLANK_LINE.split(paragraph.text):
        first, *more = part.split("\n")
        parts.append(first)
        for line in more:
            marker = marker_of(line)
            if marker is not None and not any(char.isalnum() for char in marker.sign):
                parts.append(line)
            else:
                parts[-1] += "\n" + line
    return parts


def _piece(paragraph: Paragraph) -> Piece:
    text = clean(paragraph.text)
    numbered = f"{paragraph.label} {text}" if paragraph.label else text
    if paragraph.outline:
        return Piece("heading", numbered, level=paragraph.outline)
    typed = marker_of(text)
    named = paragraph.emphasised and looks_like_heading(text) and not _opens_with_date(text)
    if paragraph.depth:
        if named and paragraph.label:
            return Piece("heading", numbered, level=min(BOLD_HEADING, 3 + paragraph.depth))
        if typed is not None and not paragraph.label and not typed.style.startswith("decimal"):
            return Piece("item", text[typed.text_at :], level=paragraph.depth, marker=shown_sign(typed.sign))
        return Piece("item", text, level=paragraph.depth, marker=paragraph.label or "-")
    if typed is not None and not named:
        return Piece("item", text[typed.text_at :], level=1 + paragraph.indent, marker=shown_sign(typed.sign))
    if named or (paragraph.emphasised and is_label(text)):
        return Piece("heading", text, level=BOLD_HEADING)
    return Piece("paragraph", text)


def _opens_with_date(text: str) -> bool:
    """Whether a line is the stamp of a day ("Tuesday 5 March 2024, 10:00"): bold or not, it heads no section."""
    weekday = _WEEKDAY.match(text)
    return DATE.match(text, weekday.end() if weekday else 0) is not None


def with_numbered_headings(pieces: Iterable[Piece]) -> list[Piece]:
    """Make headings of numbered items that stand alone before running text, as the items of an agenda do in minutes."""
    given = list(pieces)
    result = list(given)
    for at, piece in enumerate(given[:-1]):
        if piece.kind != "item" or not piece.marker[:1].isdigit() or given[at + 1].kind != "paragraph":
            continue
        before = given[at - 1] if at else None
        alone = before is None or before.kind != "item" or not before.marker[:1].isdigit()
        if alone and looks_like_heading(piece.text):
            level = min(BOLD_HEADING, 3 + piece.level)
            result[at] = Piece("heading", f"{piece.marker} {piece.text}", level=level)
    return result


def table_pieces(rows: Sequence[Sequence[TableCell]], *, heads: int = 0) -> Iterator[Piece]:
    """A table as rows with the names of their columns. `heads` is how many rows the format marks as naming columns.

    Tables of one column set boxes and frames: they are walked cell by cell, as are single rows that hold another table
    or running text. A cell over the whole width names the rows below it.
    """
    width = max((sum(bool(cell.text) for cell in row) for row in rows), default=0)
    if width < 2:
        for row in rows:
            yield from _walk(row)
        return
    opening = 0
    while opening < len(rows) and (_spans_all(rows[opening]) or not any(cell.text for cell in rows[opening])):
        yield from _spanning(rows[opening])
        opening += 1
    body = rows[opening:]
    heads = max(0, heads - opening)
    if not heads and looks_like_header([_texts(row) for row in body]):
        heads = 1
    names = _names(body[:heads]) if 0 < heads < len(body) else []
    for number, row in enumerate(body):
        if number >= heads and _spans_all(row):
            yield from _spanning(row)
        elif any(_is_running(cell) for cell in row):
            yield from _walk(row)
        else:
            yield from table([_texts(row)], header=False, carried=names if number >= heads else ())


def _names(rows: Sequence[Sequence[TableCell]]) -> list[str]:
    """The names of the columns from one or more rows of headers; a header over several columns goes into each name."""
    spread = [[cell.text for cell in row for _ in range(cell.span)] for row in rows]
    width = max(map(len, spread))
    columns = [[row[at] for row in spread if at < len(row) and row[at]] for at in range(width)]
    return [" ".join(dict.fromkeys(column)) for column in columns]


def _texts(row: Sequence[TableCell]) -> list[str]:
    return [text for cell in row for text in (cell.text, *[""] * (cell.span - 1))]


def _walk(row: Sequence[TableCell]) -> Iterator[Piece]:
    for cell in row:
        yield from cell.pieces


def _spans_all(row: Sequence[TableCell]) -> bool:
    return len(row) == 1 and row[0].span > 1


def _spanning(row: Sequence[TableCell]) -> Iterator[Piece]:
    """A cell over the whole width: a heading of the rows below where it looks like one, else its own content."""
    for cell in row:
        text = cell.text
        if len(cell.pieces) == 1 and cell.pieces[0].kind in ("paragraph", "heading") and looks_like_heading(text):
            yield Piece("heading", text, level=SPANNING_HEADING)
        else:
            yield from cell.pieces


def _is_running(cell: TableCell) -> bool:
    return len(cell.text.split()) > MAX_CELL_WORDS or any(piece.kind == "row" for piece in cell.pieces)


def _in_line(piece: Piece, several: bool) -> str:
    if piece.kind == "row":
        return ", ".join(words for _, words in piece.cells if words)
    if piece.kind == "item" and piece.marker != "-":
        return f"{piece.marker} {piece.text}"
    return f"• {piece.text}" if piece.kind == "item" and several else piece.text

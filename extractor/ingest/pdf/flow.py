"""Lines to running text: words cut at the end of a line made whole, each line's place on its page kept."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from extractor.ingest.layout import Piece, Place
from extractor.ingest.lines import looks_like_heading
from extractor.ingest.pdf.line import Line

_HYPHEN = re.compile(r"([-\u2010\u2011]?)([^\W\d_]+)[-\u00ad\u2010]$")
_HYPHENS = ("-", "\u00ad", "\u2010")
_COMPOUNDING = str.maketrans("\u2010\u2011", "--")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_FIRST = re.compile(r"([^\W\d_]+)([-\u2010\u2011]?)")
_LEADER = re.compile(r"(?:\s?[.…_]){4,}\s*\d*\s*$")
_LEADER_ENDS = tuple("0123456789.…_")
_CLOSED = re.compile(r"[.!?:;][\"'”’)\]]*$")
# How far letters reach above and below the line that they stand on, in sizes.
ASCENT, DESCENT = 0.8, 0.25
# How many blocks of boxes may stand between the halves of a paragraph.
REACH = 12

# Programs that cut words cut more than one in so many lines.
RARE = 40

# What ends a text is looked for in so many last characters: searching all of it again for each line takes long.
TAIL = 200

Flow = tuple[str, tuple[Place, ...]]


def is_closed(text: str) -> bool:
    """Whether a text ends with a mark that ends a sentence or opens a list."""
    return _CLOSED.search(text[-8:]) is not None


def is_led(text: str) -> bool:
    """Whether a text ends in the dots that lead to a page number."""
    return text[-1:] in _LEADER_ENDS and _LEADER.search(text[-TAIL:]) is not None


def without_leader(text: str) -> str:
    """A text without the dots and the page number at its end."""
    return text[:-TAIL] + _LEADER.sub("", text[-TAIL:])


def flow(lines: Sequence[Line], words: Mapping[str, int], heights: Mapping[int, float]) -> Flow:
    """The text of lines, and where each stands; `words` are the document's own, `heights` those of its pages."""
    text, places = "", []
    for line in lines:
        text = join_lines(text, line.text, words) if text else line.text
        top = heights[line.page] - line.baseline - ASCENT * line.size
        places.append(
            Place(
                len(text) - len(line.text),
                line.page,
                round(line.x0, 1),
                round(top, 1),
                round(line.x1, 1),
                round(top + (ASCENT + DESCENT) * line.size, 1),
            )
        )
    return text, tuple(places)


def shifted(places: Sequence[Place], by: int) -> tuple[Place, ...]:
    """Places after text was put before theirs, or (`by` negative) taken from its beginning."""
    moved = [place._replace(at=max(0, place.at + by)) for place in places]
    # of lines that are gone altogether, the last keeps the place at the beginning
    return tuple(place for at, place in enumerate(moved) if at + 1 == len(moved) or moved[at + 1].at > place.at)


def join_lines(first: str, second: str, words: Mapping[str, int]) -> str:
    """Two lines as one; a word cut in two is made whole unless the document writes it with its hyphen.

    The parts of a longer compound ("dial-a-" before "ride") keep theirs where the document knows one of them.
    """
    cut = _HYPHEN.search(first[-TAIL:]) if first[-1:] in _HYPHENS else None
    rest = _FIRST.match(second)
    if cut is None:
        glued = first.endswith(("-", "–", "/")) and not first.endswith((" -", " –", " /"))
        return first + ("" if glued else " ") + second
    if rest is None or rest.group(1)[0].isupper():
        return first + second
    left, right = cut.group(2).casefold(), rest.group(1).casefold()
    if words.get(left + right, 0) > words.get(f"{left}-{right}", 0):
        return first[:-1] + second
    longer = (cut.group(1) or rest.group(2)) and (words.get(left, 0) or words.get(right, 0))
    if longer or _is_compound(left, right, words):
        return first + second
    return first[:-1] + second


def _is_compound(left: str, right: str, words: Mapping[str, int]) -> bool:
    """Whether a document writes two words with a hyphen between them, or each of them by itself."""
    return bool(words.get(f"{left}-{right}", 0) or (words.get(left, 0) and words.get(right, 0)))


def words_of(lines: Iterable[Line]) -> Counter[str]:
    """How often lines in reading order say each word, folded; a compound counts whole and by its parts.

    What a hyphen at the end of a line leaves on either side is no word. In a document that cuts no words at the ends
    of its lines all such hyphens belong to compounds, which are counted as the document would write them in a line.
    """
    words: Counter[str] = Counter()
    cuts: set[tuple[str, str]] = set()
    left: str | None = None
    count = 0
    for line in lines:
        text = line.text
        count += 1
        if left is not None:
            rest, _, text = text.partition(" ")
            right = _FIRST.match(rest)
            if right is not None and right.group(1)[0].islower():
                cuts.add((left, right.group(1).casefold()))
            left = None
        if text.endswith(_HYPHENS):
            cut = _HYPHEN.search(text[-TAIL:])
            left = cut.group(2).casefold() if cut else None
            text = text.rpartition(" ")[0]
        words.update(_WORD.findall(text.translate(_COMPOUNDING).casefold()))
    for compound in [word for word in words if "-" in word]:
        for part in compound.split("-"):
            words[part] += words[compound]
    if _are_compounds(cuts, words, count):
        words.update(f"{left}-{right}" for left, right in cuts)
    return words


def _are_compounds(cuts: Collection[tuple[str, str]], words: Mapping[str, int], lines: int) -> bool:
    """Whether what hyphens part at the ends of so many lines are compounds: most known as such, or the others rare.

    None or hardly one of them is a word that the document also writes without a hyphen.
    """
    whole = sum(left + right in words for left, right in cuts)
    kept = sum(_is_compound(left, right, words) for left, right in cuts)
    return (kept > 4 * whole and 2 * kept > len(cuts)) or (not whole and RARE * (len(cuts) - kept) <= lines)


def join_flows(first: Flow, second: Flow, words: Mapping[str, int]) -> Flow:
    """Two stretches of running text as one."""
    if not first[0] or not second[0]:
        return first if first[0] else second
    text = join_lines(first[0], second[0], words)
    return text, (*first[1], *shifted(second[1], len(text) - len(second[0])))


def joined_over_pages(given: Sequence[Piece], words: Mapping[str, int]) -> list[Piece]:
    """Put paragraphs and items together again that a column or a page break cut in the middle of a sentence.

    Boxes, pictures and tables may stand between the two halves.
    """
    result: list[Piece] = []
    for piece in given:
        at = len(result) - 1
        if at >= 0 and not _goes_on(result[at], piece) and _is_rest(piece):
            at = next((back for back in _before(result, piece) if _is_cut(result[back])), at)
        if at >= 0 and _goes_on(result[at], piece):
            first = result[at]
            text, places = join_flows((first.text, first.places), (piece.text, piece.places), words)
            result[at] = replace(first, text=text, places=places)
        else:
            result.append(piece if piece.marker else replace(piece, marker="-"))
    return result


def _before(result: Sequence[Piece], piece: Piece) -> range:
    """Where in the result, backwards, the first half of a piece may stand: on its page or the page before."""
    at = len(result)
    while at and at > len(result) - REACH and (result[at - 1].page or 0) >= (piece.page or 0) - 1:
        at -= 1
    return range(len(result) - 1, at - 1, -1)


def _is_rest(piece: Piece) -> bool:
    return piece.kind == "paragraph" and piece.text[:1].islower() and len(piece.text.split()) > 2


def _is_cut(piece: Piece) -> bool:
    """Whether a paragraph or item breaks off in its sentence and is long enough for one."""
    return piece.kind in ("paragraph", "item") and len(piece.text.split()) > 5 and piece.text[-1:].isalnum()


def _goes_on(last: Piece, piece: Piece) -> bool:
    """Whether a piece is the rest of the one before. An item without a marker is what a page break left of one."""
    if last.kind not in ("paragraph", "item") or is_closed(last.text) or is_led(last.text):
        return False
    if piece.kind == "item":
        return not piece.marker and last.kind == "item"
    if piece.kind != "paragraph" or is_led(piece.text):
        return False
    return piece.text[:1].islower() or (
        # where the file says what its paragraphs are, one that begins on this page opens with a capital
        piece.begun is not False
        and _last_page(last) != piece.page
        and not looks_like_heading(last.text)
        and _runs_on(last.text)
    )


def _last_page(piece: Piece) -> int | None:
    return piece.places[-1].page if piece.places else piece.page


def _runs_on(text: str) -> bool:
    """Whether a text breaks off where no paragraph ends: long, and closed by no mark."""
    return len(text.split()) > 12 and text[-1:].isalnum()

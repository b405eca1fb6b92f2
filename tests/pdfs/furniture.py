"""What frames every page: running headers, footers, page numbers."""

from tests.pdfs.breaking import Face
from tests.pdfs.flow import Laid, Run
from tests.pdfs.fonts import ready
from tests.pdfs.spec import Look, Running, Spec

_ROMAN = (
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
SIZE = 8.5


def roman(number: int) -> str:
    """A number in small Roman figures."""
    text = ""
    for value, sign in _ROMAN:
        count, number = divmod(number, value)
        text += sign * count
    return text


def furniture(spec: Spec, laid: Laid) -> tuple[list[list[Run]], list[list[Run]]]:
    """The runs at the head and at the foot of each page."""
    heads: list[list[Run]] = []
    feet: list[list[Run]] = []
    look = spec.look
    left, bottom, right, top = look.margins
    for page in range(laid.pages):
        even = bool((page + look.first_number) % 2 == 0) and "alternating" in (look.header, look.footer)
        head = _running(look.header, spec.title, laid.chapters[page], even=even)
        foot = _running(look.footer, spec.title, laid.chapters[page], even=even)
        number = _number(look, page, laid.pages)
        high, low = look.page[1] - top + look.running_gap, bottom - look.running_gap - SIZE
        edges = (left, look.page[0] - right)
        heads.append(_aside(page, head, high, edges, at_right=not even))
        feet.append(
            _aside(page, foot, low, edges, at_right=False) + _aside(page, number, low, edges, at_right=not even)
        )
        if foot and even:
            # the number stands outside, the foot inside
            feet[-1] = _aside(page, foot, low, edges, at_right=True) + _aside(page, number, low, edges, at_right=False)
    return heads, feet


def _running(sort: Running, title: str, chapter: str, *, even: bool) -> str:
    match sort:
        case "plain":
            return title
        case "chapter":
            return chapter
        case "alternating":
            return title if even else chapter
    return ""


def _number(look: Look, page: int, pages: int) -> str:
    number = page + look.first_number
    match look.numbers:
        case "bare":
            return str(number)
        case "of":
            return f"Page {number} of {pages + look.first_number - 1}"
        case "roman":
            return roman(number)
    return ""


def _aside(page: int, text: str, y: float, edges: tuple[float, float], *, at_right: bool) -> list[Run]:
    if not text:
        return []
    face = Face(ready("Helvetica"), SIZE)
    x = edges[1] - face.width(text) if at_right else edges[0]
    return [Run(page, x, y, tuple(text.split()), face.width(" "), face)]

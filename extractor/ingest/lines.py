"""How a line of plain text looks: list markers, headings, labels. For the readers that have no mark-up to go by."""

import re
from dataclasses import dataclass


def word_set(words: str) -> frozenset[str]:
    """The words of a string as a set."""
    return frozenset(words.split())


# "o" is Word's second-level bullet, which survives as a letter; private-use characters are Symbol and Wingdings.
_BULLET = r"[•●○◦▪▫■□◆◇‣⁃∙·➢➤►▶✓✔☐❖\uf0b7\uf0a7\uf0d8\uf076\uf0fc–—*+-]"
_MARKER = re.compile(
    rf"""
    (?P<bullet>{_BULLET}(?=\s)|[•●▪■‣➢\uf0b7\uf0a7](?=\S)|o(?=[ \t]+\S))
  | (?P<decimal>\d{{1,2}}(?:\.\d{{1,2}}){{1,3}}\.?)(?=\s+[^\W\d_a-z])   # 2.1 and 2.1.3 number paragraphs
  | (?P<number>\(?\d{{1,3}}[.)])(?=\s)
  | (?P<roman>\(?(?:x{{0,2}}(?:ix|iv|v?i{{1,3}}|v)|x{{1,3}})[.)])(?=\s)
  | (?P<letter>\(?[a-z][.)])(?=\s)
    """,
    re.VERBOSE,
)
_SPACES = re.compile(r"\s*")
_TERMINAL = re.compile(r"[.!?;,…][\"'”’)\]]*$")
_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*")
# Words that make a line say something: a heading rarely holds one, unless it asks a question.
_FINITE = word_set(
    "will shall must should would could can may might is are was were be been has have had do does did "
    "agreed noted said thanked asked welcomed reported we they it he she i you this these there"
)
_ASKING = word_set("what how why where when who which our your")
_OPEN_ENDED = word_set("to by of the a an for with in on and or that include includes including as from via")
_FIELD = re.compile(r"[A-Z][\w ]{0,20}:\s")
_SECTION = re.compile(
    r"(?:chapter|part|section|annex|appendix|recommendation|theme|objective|priority|pillar|module|figure|table)"
    r" (?:\d+|[a-z]|[ivx]+):",
    re.IGNORECASE,
)
MAX_HEADING_WORDS = 14
MAX_HEADING_CHARACTERS = 110


@dataclass(frozen=True, slots=True)
class Marker:
    """A list marker at the start of a line: its sort ("bullet" with its sign, "number"…) and where its text begins."""

    style: str
    sign: str
    text_at: int


def marker_of(line: str) -> Marker | None:
    """The list marker that opens `line` (indentation allowed), or None. `text_at` counts from the start of the line."""
    indent = _SPACES.match(line)
    begin = indent.end() if indent else 0
    found = _MARKER.match(line, begin)
    if found is None or found.lastgroup is None:
        return None
    after = _SPACES.match(line, found.end())
    text_at = after.end() if after else found.end()
    if text_at == len(line):
        return None
    sign = found.group()
    style = sign if found.lastgroup == "bullet" else found.lastgroup + re.sub(r"[\w]+", "", sign)
    return Marker(style, sign, text_at)


def shown_sign(sign: str, *, bullet: str = "-") -> str:
    """How an item's sign stands in the canonical text: numbers and letters as they are, every bullet as `bullet`."""
    return sign if any(map(str.isalnum, sign)) and sign != "o" else bullet


def number_in(sign: str) -> int | None:
    """The number that a marker such as "12." or "(3)" counts with, None for bullets and letters."""
    digits = sign.strip("().")
    return int(digits) if digits.isdecimal() else None


def ends_sentence(line: str) -> bool:
    """Whether the line closes with a mark that ends a sentence, a clause or a list item."""
    return bool(_TERMINAL.search(line.rstrip()))


def is_label(line: str) -> bool:
    """Whether a line is a short name with a colon ("Apologies:"), not a sentence that opens a list ("Trusts must:")."""
    if not line.endswith(":"):
        return False
    words = _WORD.findall(line)
    lowered = [word.casefold() for word in words]
    return (
        0 < len(words) <= 5
        and ":" not in line[:-1]
        and line[0].isupper()
        and not _says_something(words)
        and lowered[-1] not in _OPEN_ENDED
        and not ends_sentence(line[:-1])
    )


def looks_like_heading(line: str) -> bool:
    """Whether a line could be a heading by its own look: short, capitalised, no closing mark, no finite verb."""
    line = line.strip()
    if not line or len(line) > MAX_HEADING_CHARACTERS:
        return False
    if line.endswith(":"):
        return is_label(line)
    words = _WORD.findall(line)
    if not 0 < len(words) <= MAX_HEADING_WORDS or not any(len(word) > 1 and word[0].isalpha() for word in words):
        return False
    first = next((char for char in line if char.isalnum()), "")
    if ends_sentence(line) and not line.endswith(("?", ")")):
        return False
    # a colon inside a line names a field ("Due: September") unless it follows the number of a section
    if first.islower() or (_FIELD.match(line) and not _SECTION.match(line)):
        return False
    if is_capitals(line):
        return True
    lowered = [word.casefold() for word in words]
    if lowered[-1] in _OPEN_ENDED:
        return False
    return not _says_something(words) or lowered[0] in _ASKING


def _says_something(words: list[str]) -> bool:
    """Whether a finite verb stands among the words; "May" within a line is the month."""
    return any(word.casefold() in _FINITE for at, word in enumerate(words) if word != "May" or not at)


def is_capitals(line: str) -> bool:
    """Whether a line is set in capitals throughout (at least four letters)."""
    letters = [char for char in line if char.isalpha()]
    return len(letters) >= 4 and all(char.isupper() for char in letters)


def depth_of(stack: list[tuple[int, str]], indent: int, style: str) -> int:
    """Depth from 1 of the next item, given the open items' (indent, style); updates `stack`.

    A deeper indent or a style not seen yet goes one level down; a known style at the same or a smaller indent goes back
    to its level. Sources that lost their indentation still nest by the change of style.
    """
    while stack and indent < stack[-1][0]:
        stack.pop()
    if stack and indent == stack[-1][0]:
        known = [at for at, (_, used) in enumerate(stack) if used == style]
        if known:
            del stack[known[-1] + 1 :]
            return len(stack)
    stack.append((indent, style))
    return len(stack)

"""Running text to sentences, by rules in the manner of Grefenstette and Tapanainen (1994).

A closing mark is a boundary unless an abbreviation, an initial, a number or an open bracket before it, or a small
letter after it, says otherwise. Every rule looks back and ahead by a bounded stretch, so that time stays linear.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from extractor.lexicon.sentences import load_sentence_words

Span = tuple[int, int]

_CLOSERS = "\"'”’»)\\]"
_MARK = re.compile(
    rf"""
    (?<![.!?…]) [.!?…]++ [{_CLOSERS}]*+
    (?:
        (?P<note> \[\d{{1,3}}\] | [¹²³⁰⁴-⁹*†‡]{{1,4}} | \d{{1,3}}(?:,\d{{1,3}}){{0,4}} )? (?=\s|$)
      | (?P<glued> (?=[A-Z][a-z]*+[\s,’'])  )
    )
    """,
    re.VERBOSE,
)
_BEFORE = re.compile(r"[^\s(\[“\"‘/–—]+$")
_NEXT = re.compile(r"\s+([\"'“‘«(\[]*)(\S+)")
_WORD = re.compile(r"[^\W_]+")
_LAST_WORD = re.compile(r"([^\W\d_]+)\s+\S+$")
_INITIALS = re.compile(r"(?:[A-Z]\.)*[A-Z]")
# "B.Sc", "LL.M", "D.Phil"; but neither "GOV.UK" nor "example.org"
_DEGREE = re.compile(r"[A-Z][A-Za-z]?(?:\.[A-Z][a-z]{0,4})+")
_NUMBERING = re.compile(r"\(?(?:Q?\d{1,3}|[A-Za-z]|[ivx]{1,5})(?:\.\d{1,2})*")
_CAPTION = re.compile(r"([^\W\d_]+)\s\d{1,3}")
_ENUMERATOR = re.compile(r"\s+(?:\((?:[a-z]|[ivx]{1,5})\)|(?:[a-z]|[ivx]{1,5})[.)])\s+[\"“‘]?[A-Z]")
_NUMERAL = re.compile(r"[IVXLC]+[.,;)]*|[A-Z][.,;)]*|\S*\d\S*")
_NOTED = re.compile(r"(?:[^\W\d_]|[)\]”’%]|\b(?:19|20)\d\d|\d[-–/]\d\d)$")
_CAMEL = re.compile(r"[a-z][A-Z][a-z]")
_FINITE = re.compile(
    r"\b(?:will|must|shall|should|would|could|can|may|might|is|are|was|were|has|have|had|do|does|did|said|says|\w{3,}ed)\b"
)
_REPORTING = re.compile(
    r"\s+(?:[A-Z][\w’'-]*\.?\s+){1,4}(?:said|says|asked|added|told|replied|wrote|warned|insisted|argued|explained)(?=[.,;:]|\s*$)"
)
_BULLET = re.compile(r"(?<!\S)[•●▪■◦‣➢](?=\s+\S)")
_POINT = re.compile(r"[;.](?:\s+(?:and|or))?(\s+)(?=(?:\([a-z]\)|[a-z][.)])\s+[A-Z])")
# "at 5 p.m." is when something happens, "the 5 p.m. meeting" is not
_AT_HOUR = re.compile(r"\b(?:at|until|till|by|to|from|after|before|and)\s[\d.:]+\s\S+$")
# A bracket that stays open longer than this is a slip of the pen, not an aside; a quotation of this length is a speech.
MAX_ASIDE = 600
MAX_PHRASE = 200
# A lettered point of so many words with a verb of its own is a statement of its own.
LONG_POINT = 10
# How far back an abbreviation is looked for; longer "words" are addresses of web pages.
_WORD_REACH = 40
# How far a verb is looked for on either side of a mark.
_CLAUSE_REACH = 300
_CLAUSE_AHEAD = 60


def sentences(text: str) -> list[Span]:
    """Spans of the sentences in running text, without the white space around them. Linear in the length of the text.

    Bullets that ended up inside the text begin a new span each, as do long lettered points with verbs of their own.
    """
    edges = [0, *inline_bullets(text), len(text)]
    return [
        (begin + start, begin + end)
        for begin, stop in pairwise(edges)
        for whole in _sentences(text[begin:stop])
        for start, end in _points(text[begin:stop], whole)
    ]


def inline_bullets(text: str) -> list[int]:
    """Where bullets stand that ended up inside running text; one alone is a sign like any other."""
    found = [match.start() for match in _BULLET.finditer(text)]
    return found if len(found) > 1 else []


def _sentences(text: str) -> Iterator[Span]:
    start = _skip_space(text, 0)
    asides = _asides(text)
    aside = 0
    for mark in _MARK.finditer(text):
        end = mark.end()
        while aside < len(asides) and asides[aside][1] < end:
            aside += 1
        if mark.start() < start or not _is_boundary(text, start, mark):
            continue
        inside = aside < len(asides) and asides[aside][0] < mark.start() < asides[aside][1]
        if inside and asides[aside][0] > start:
            continue
        yield start, end
        start = _skip_space(text, end)
    rest = len(text.rstrip())
    if start < rest:
        yield start, rest


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _points(text: str, whole: Span) -> Iterator[Span]:
    """The long lettered points of a sentence ("…; b. Secondly, we will …") by themselves, or the sentence as it is."""
    cuts = [match.span(1) for match in _POINT.finditer(text, *whole)]
    parts = [(begin[1], end[0]) for begin, end in pairwise([(whole[0], whole[0]), *cuts, (whole[1], whole[1])])]
    long = all(len(text[start:end].split()) >= LONG_POINT and _FINITE.search(text, start, end) for start, end in parts)
    yield from parts if long else [whole]


def _asides(text: str) -> list[Span]:
    """Stretches inside which a full stop does not end the sentence around them, as (opening, closing), in order.

    They are brackets and the quotations of a phrase that the sentence then goes on from.
    """
    found: list[Span] = []
    for start, end in sorted([*_brackets(text), *_phrases(text)]):
        if not found or start > found[-1][1]:
            found.append((start, end))
    return found


def _brackets(text: str) -> Iterator[Span]:
    """The outermost bracketed stretches."""
    open_at: list[int] = []
    for match in re.finditer(r"[()\[\]]", text):
        if match.group() in "([":
            # an opening bracket that never closed must not swallow the rest of the document
            if open_at and match.start() - open_at[0] > MAX_ASIDE:
                open_at.clear()
            open_at.append(match.start())
        elif open_at:
            begin = open_at.pop()
            if not open_at and match.start() - begin <= MAX_ASIDE:
                yield begin, match.start()


def _phrases(text: str) -> Iterator[Span]:
    """Short quotations in the middle of a sentence: a small letter before the opening and after the closing mark."""
    for match in re.finditer(rf"(?<=[a-z]\s)“[^“”]{{1,{MAX_PHRASE}}}”(?=\s[a-z])", text):
        yield match.start(), match.end() - 1


def _is_boundary(text: str, start: int, mark: re.Match[str]) -> bool:
    """Whether the closing mark ends the sentence that began at `start`."""
    signs, note = mark.group(), mark["note"]
    if mark["glued"] is not None:
        return _is_glued_boundary(text, start, mark)
    figure = note is not None and note[0].isdigit()
    if figure and not _NOTED.search(text, max(start, mark.start() - 10), mark.start()) and len(signs) == len(note) + 1:
        return False
    following = _NEXT.match(text, mark.end())
    if following is None:
        return not figure
    opening, word = following.groups()
    first = word[0]
    if _ENUMERATOR.match(text, mark.end()) and not _is_abbreviated(text, start, mark):
        return True
    if first.islower():
        return bool(_CAMEL.match(word))
    if figure:
        return not load_sentence_words().leans(_token(text, start, mark.start()).casefold())
    if not signs.startswith(".") or signs.startswith(".."):
        return _ends_otherwise(text, mark, bool(opening), word)
    return len(signs) > 1 or _ends_at_full_stop(text, start, mark.start(), following)


def _ends_otherwise(text: str, mark: re.Match[str], opening: bool, word: str) -> bool:
    """Whether a question mark, an exclamation mark or an ellipsis ends the sentence, a capital letter following."""
    signs = mark.group()
    closed = signs[-1] in "\"'”’"
    if signs.startswith(("…", "..")):
        # "we … NHS England" does not end, "and so on … The Board" does
        return opening or closed or len(signs) > 3 or load_sentence_words().opens_sentence(_bare(word))
    # “It works!” Dr Lee said.
    return not (closed and _REPORTING.match(text, mark.end()))


def _token(text: str, start: int, stop: int) -> str:
    before = _BEFORE.search(text, max(start, stop - _WORD_REACH), stop)
    return before.group() if before else ""


def _is_abbreviated(text: str, start: int, mark: re.Match[str]) -> bool:
    words = load_sentence_words()
    token = _token(text, start, mark.start())
    lowered = token.casefold()
    return len(mark.group()) == 1 and (words.leans(lowered) or lowered in words.leaning_on_name or len(token) == 1)


def _is_glued_boundary(text: str, start: int, mark: re.Match[str]) -> bool:
    """Whether a mark without a space behind it ends a sentence ("2025.The Board"), and is no part of a name."""
    token = _token(text, start, mark.start())
    follows = _WORD.match(text, mark.end())
    word = follows.group() if follows else ""
    if not token or not (token[-1].islower() or token[-1].isdigit() or token[-1] in "%)”’]") or len(mark.group()) > 2:
        return False
    plain = len(token) > 2 and token.isalpha() and token.islower()
    opens = load_sentence_words().opens_sentence(word.casefold())
    return (opens and "@" not in token and "/" not in token and "www" not in token) or plain


def _ends_at_full_stop(text: str, start: int, stop: int, following: re.Match[str]) -> bool:
    """Whether a single full stop at `stop` ends the sentence; a capital, a figure or an opening mark follows it."""
    words, word = load_sentence_words(), following[2]
    token = _token(text, start, stop)
    lowered, opener = token.casefold(), words.opens_sentence(_bare(word)) and not re.match(r"[A-Z]\.", word)
    if _NUMBERING.fullmatch(token) and stop - len(token) <= start + 1:
        return False
    caption = _CAPTION.fullmatch(text, start, stop)
    if lowered in words.leaning_on_word or (caption and caption[1].casefold() in words.numbered):
        return False
    if lowered in words.leaning_on_name:
        return _bare(word) in words.openers
    if lowered in words.leaning_on_number and _NUMERAL.fullmatch(word):
        return False
    if lowered in words.closing:
        clause = lowered in words.closing_clause and _bare(word) not in words.after_time
        return opener or (clause and _is_between_clauses(text, start, stop, following))
    if len(token) == 1 and token.islower():
        # "…; b. Secondly": a lettered point inside a paragraph
        return False
    if _INITIALS.fullmatch(token):
        # "J. Smith", "U.S. Government"; but "Plan B. The Board" ends
        owner = _LAST_WORD.search(text, max(start, stop - _WORD_REACH), stop)
        return opener or (owner is not None and owner.group(1).casefold() in words.lettered)
    return opener or not _DEGREE.fullmatch(token)


def _is_between_clauses(text: str, start: int, stop: int, following: re.Match[str]) -> bool:
    """Whether both what stands before an abbreviation and what follows it have a verb of their own."""
    ahead = following.start(2)
    begin = max(start, stop - _CLAUSE_REACH)
    return bool(
        (_FINITE.search(text, begin, stop) or _AT_HOUR.search(text, max(start, stop - _WORD_REACH), stop))
        and _FINITE.search(text, ahead, min(len(text), ahead + _CLAUSE_AHEAD))
    )


def _bare(word: str) -> str:
    found = _WORD.search(word)
    return found.group().casefold() if found else ""

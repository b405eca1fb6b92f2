"""The unit of a number whose noun stands elsewhere in its sentence or is understood: "of these, 85 have qualified"."""

import re
from functools import lru_cache

from extractor.find.figures import Figure, either
from extractor.find.numbers import DIGITS, WORDS
from extractor.find.units import WORD, is_plural, noun_phrase
from extractor.lexicon.units import load_units

_LEXICON = load_units()
_NUMBERS, _NOUNS = _LEXICON.numbers, _LEXICON.units
_NUMBER_OF = re.compile(r"\b(?:number|numbers|proportion|share)\sof\s", re.IGNORECASE)
_TARGET = re.compile(
    r"\b(?:to|by|at|reach|reaching|than|of|from|least|around|about|nearly|almost|over|some)\s"
    r"(?:just\s|around\s|about\s|over\s|at\sleast\s|nearly\s|almost\s)?$",
    re.IGNORECASE,
)
# what may stand before a number that counts something: nothing, a mark, or (`_opens`) a preposition or a verb
_OPENING_MARK = re.compile(r"(?:^|[,;:(|–—-]|[.?!]\s)\s{0,8}[“\"‘']?\s{0,8}$")
_WORDS_BEFORE = re.compile(r"\b((?:[\w'’]+\s)?[\w'’]+)\s{0,8}[“\"‘']?\s{0,8}$")
_VERB = re.compile(r"[a-z]{2,20}ed")
# what may stand after it: nothing, a mark, a word that cannot be counted
_CLOSING = re.compile(
    rf"\s*(?:$|[.,;:)|–—](?!\d)|(?:{either(_NOUNS.stops | _NUMBERS.predicates)})\b|[a-z]{{2,20}}(?:ed|ing)\b)",
    re.IGNORECASE,
)
_SHARE_OPENING = re.compile(
    r"\b(?:at|to|is|was|being|been|the|for|from|of|under|over|below|above|north|south|east|west|reached)\s$",
    re.IGNORECASE,
)
_ROW_NUMBER = re.compile(r"(?:^|\|)\s*$")
_CELL_END = re.compile(r"\s*(?:\||$)")
_SENTENCE_END = re.compile(r"[.?!]\s(?=[A-Z“])|\|")
_LABEL = re.compile(r"[A-Za-z][^:.;|]{1,80}$")
_LONGEST_LABEL = 81  # characters
_PREDICATE = re.compile(
    r"(?:\s(?:has|have|had|were|was|are|is|been|be|will|would|to|now|since|of\s(?:them|you|these)|in|on|also|still|all|due|the))"
    r"{0,5}\s([a-z][\w-]+)"
)
_PARTICIPLE = re.compile(r"\b([a-z]+ed)\s(?:\w+\s)?$")
# "at four in the morning", "those over 65"
_CLOCK = re.compile(r"\s(?:in\sthe\s(?:morning|afternoon|evening)|o['’]clock|on\s(?:weekdays|\w+days?))\b")
_FOOTNOTE = re.compile(r"[.?!]\s*$")
_AGE = re.compile(r"\b(?:over|under|at|above)\s$", re.IGNORECASE)
_KNOWN = re.compile(r"\b(?:the|these|those)\s$|\b(?:first|last|next)\s$", re.IGNORECASE)
# "all but nine of them", "last year it was 24", "in place of eleven", "out of 310"
_BESIDE = re.compile(
    r"\b(?:all\sbut|it\swas|which\s(?:is|was)|in\splace\sof|instead\sof|out\sof|each\sof|(?:up|down)\sfrom)\s$",
    re.IGNORECASE,
)
_NUMBER = re.compile(rf"(?:{WORDS}|{DIGITS})", re.IGNORECASE)
_ADVERB = re.compile(r"\w+ly$")
_WINDOW = 240  # characters before a number in which its noun is looked for
_FEW, _OLDEST, _WHOLE_SHARE = 12, 120, 100


def counted(clause: str) -> str | None:
    """What "the number of" counts in `clause`, None where it does not say so."""
    # most clauses have no "of", and finding that out is quick
    places = list(_NUMBER_OF.finditer(clause)) if "of" in clause.lower() else []
    phrase = noun_phrase(clause, places[-1].end() - 1, comma=False) if places else None
    return phrase[0] if phrase else None


def unit_before(clause: str, verb: int) -> str | None:
    """What grows in "GP training places will rise to": the noun after "number of", the object or the subject.

    `verb` is where the verb that moves the number begins in `clause`.
    """
    if unit := counted(clause):
        return unit
    verb_end = re.compile(r"\w+").match(clause, max(0, verb))
    if verb_end and (phrase := noun_phrase(clause, verb_end.end(), comma=False)):
        return phrase[0]
    words = WORD.findall(clause[: max(0, verb)])
    while words and words[-1].lower() in _NUMBERS.verb_openers:
        words.pop()
    subject: list[str] = []
    while words and len(subject) < 5 and words[-1].lower() not in _NOUNS.stops | _NOUNS.modifiers:
        subject.insert(0, words.pop())
    return " ".join(subject) or None


def moves(text: str, figure: Figure) -> bool:
    """Does the number of `figure` stand where a verb of movement puts its result ("will rise to about 1,100")?"""
    return _TARGET.search(text[max(0, figure.start - 30) : figure.start]) is not None


def understood_unit(text: str, figure: Figure, earlier: Figure | None, later: Figure | None) -> str | None:
    """The unit of a bare number, from its neighbours `earlier` and `later` and the nouns around; None: it is no figure.

    In order: a per cent before it in the sentence ("from 41 per cent to 26"), the words before a colon ("Band 5
    vacancies: 74"), what an earlier figure counts, a plural noun before it, a later figure's unit, what is said of it.
    """
    share = earlier is not None and earlier.kind in ("per cent", "percentage points") and _is_share(text, figure)
    free = _stands_free(text, figure)
    if not (free or share):
        return None
    since = max(0, figure.start - _WINDOW)
    begin = max((m.end() for m in _SENTENCE_END.finditer(text, since, figure.start)), default=since)
    before = text[begin : figure.start]
    near = earlier if earlier is not None and earlier.start >= begin and earlier.unit else None
    if share and near:
        return near.unit
    if not free:
        return None
    if unit := _labelled(before) or counted(before):
        return unit
    if near and near.kind == "count":
        return near.unit
    if unit := _last_plural(before):
        return unit
    if earlier is not None and earlier.kind == "count" and earlier.unit:
        return earlier.unit
    if later is not None and later.kind == "count" and later.unit:
        return later.unit
    said = _PREDICATE.match(text, figure.end)
    if said and said[1].lower() not in _NOUNS.stops and not _ADVERB.match(said[1]):
        return said[1]
    if did := _PARTICIPLE.search(before):
        return did[1]
    further = _last_plural(text[since:begin]) if begin > since else None
    return further or _last_noun(before)


def _stands_free(text: str, figure: Figure) -> bool:
    start, end = figure.start, figure.end
    before = text[max(0, start - 30) : start]
    value = figure.value if isinstance(figure.value, float) else 0.0
    if value == 1 or _CLOCK.match(text, end) or (value <= _FEW and figure.scope is None and _KNOWN.search(before)):
        return False
    if _BESIDE.search(before) or (value < _OLDEST and _AGE.search(before)):
        return False
    if figure.written in _NUMBERS.telephones or (_FOOTNOTE.search(before) and not text[end:].strip()):
        return False
    if value < _FEW and value != int(value) and figure.baseline is None:
        return False  # "action 1.2 and 1.3"
    if figure.scope is None and _ROW_NUMBER.search(before) and _CELL_END.match(text, end):
        return False  # a cell on its own: its header says what it is
    return _opens(before) and _CLOSING.match(text, end) is not None


def _opens(before: str) -> bool:
    """May what stands before a number open a count? Its last words are looked up: to search for them all takes long."""
    if _OPENING_MARK.search(before):
        return True
    found = _WORDS_BEFORE.search(before)
    words = found[1].lower().split() if found else []
    return bool(words) and (
        words[-1] in _NUMBERS.openers or " ".join(words) in _NUMBERS.openers or _VERB.fullmatch(words[-1]) is not None
    )


def _is_share(text: str, figure: Figure) -> bool:
    """May the number be a per cent after another one: "with science at 84 per cent and computing at 57"?"""
    before = text[max(0, figure.start - 30) : figure.start]
    return (
        isinstance(figure.value, float)
        and figure.value <= _WHOLE_SHARE
        and _SHARE_OPENING.search(before) is not None
        and _CLOSING.match(text, figure.end) is not None
    )


def _labelled(before: str) -> str | None:
    """As in: "International nurses: 12 in post, 9 waiting"."""
    colon = before.rfind(":")
    if not before[colon + 1 : colon + 2].isspace():
        return None
    label = _LABEL.search(before, max(0, colon - _LONGEST_LABEL), max(0, colon))
    if label is None or label[0].isupper() or label[0].endswith("ed"):
        return None  # "GREEN: 140 completed"
    words = WORD.findall(label[0])
    kept: list[str] = []
    for word in words:
        if word.lower() in _NOUNS.stops and kept:
            break
        kept.append(word)
    plural = [at for at, word in enumerate(kept) if is_plural(word)]
    kept = kept[: plural[-1] + 1] if plural else kept[-3:]
    return " ".join(kept[-4:]) or None


def _last_plural(before: str) -> str | None:
    """The last plural noun of `before` with what stands before it."""
    words = WORD.findall(before)
    for at in range(len(words) - 1, -1, -1):
        if not _is_counted(words[at]):
            continue
        first = at
        while first > 0 and at - first < 2 and _is_attribute(words[first - 1]):
            first -= 1
        return " ".join(words[first : at + 1])
    return None


# A sentence full of bare numbers asks for the words before each of them.
@lru_cache(maxsize=4096)
def _is_counted(word: str) -> bool:
    """Whether a word is a plural noun that no length of time is measured in."""
    plain = word.lower()
    return is_plural(word) and plain not in _NOUNS.stops and plain.rstrip("s") not in _NUMBERS.time_units


@lru_cache(maxsize=4096)
def _is_attribute(word: str) -> bool:
    plain = word.lower()
    return not (
        plain in _NOUNS.stops
        or plain in _NOUNS.modifiers
        or plain in _NUMBERS.verb_openers
        or plain.endswith("ly")
        or _NUMBER.fullmatch(plain)
    )


def _last_noun(before: str) -> str | None:
    """The last word of `before` that can be a noun: what the number speaks of where no plural is near."""
    for word in reversed(WORD.findall(before)):
        if _is_attribute(word) and not word.lower().endswith(("ed", "ing")) and word.lower() not in _NUMBERS.openers:
            return str(word)
    return None

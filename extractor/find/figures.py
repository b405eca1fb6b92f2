"""Numbers as a text states them, one by one: value, kind, and the unit that stands with them."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from extractor.find.dates import date_spans
from extractor.find.numbers import DIGITS, WORDS, number
from extractor.find.units import is_plural, noun_phrase
from extractor.lexicon.units import load_units
from extractor.records import Direction

Span = tuple[int, int]
Kind = Literal["money", "per cent", "percentage points", "times", "count", "all"]

_LEXICON = load_units()
_NUMBERS, _NOUNS = _LEXICON.numbers, _LEXICON.units
_SCALE = r"(?:hundred|thousand|million|billion|trillion|bn|mn|tn|m|k)"
_PARTS = {"third": 33.3, "quarter": 25.0, "fifth": 20.0, "sixth": 16.7, "eighth": 12.5, "tenth": 10.0}
_TWO_THIRDS = 66.7
_TIMES = {"double": 2.0, "treble": 3.0, "triple": 3.0, "quadruple": 4.0}
_SCORE, _DOZEN = 20.0, 12.0
_PORTIONS = {"half": 0.5, "a quarter": 0.25, "three quarters": 0.75}
_FEW = 10  # as many as a text counts off or knows already: "three shifts", "the three funds"
_QUOTES = ("‘", "“", "'", '"')
_QUOTE_END = re.compile(r"[^’”'\"]*[’”'\"]")
_PERIOD = r"(?:(?:working|calendar)\s)?(?:second|minute|hour|day|week|fortnight|month|quarter|year|decade)s?\b"
_WHOLE = r"(?:three|four|five|six|seven|eight|nine|ten|twelve|twenty|[3-9]|10|12|20|50|100|1,000)"
_ROUND = r"(?:three|four|five|ten|twenty|a\shundred|[345]|10|20|100|1,000)"
_NO_WHOLE = rf"(?![\d%\w-]|[,.]\d|\s{_PERIOD}|\s(?:hundred|thousand|million)\b)"
# "one nurse in three wards" is no share; "one patient in ten waits" is
_NO_PLURAL = r"(?!\s\w{1,20}[^s\W]s\b)"
_NOUN = r"(?!(?:of|and|or|to|the|for|hundred|thousand|million|billion)\b)[a-z][\w’'-]{0,20}\s"
# what goes on after "four trusts out of five": no noun, or the five would count it
_GOES_ON = r"(?=[,.;:)]|$|\s(?:is|are|was|were|has|have|had|will|would|can|could|may|settled|agree|by|from|to|at|on)\b)"


def either(words: Iterable[str]) -> str:
    """The alternatives of a pattern for `words`, the longest first; their spaces match any white space."""
    return "|".join(re.escape(word).replace(r"\ ", r"\s") for word in sorted(words, key=len, reverse=True))


_FIGURE = re.compile(
    rf"""
    (?<![\w.,/&#])(?<![A-Za-z]-)(?<!\+)
    (?:
        # half a million, a quarter of a million
        (?P<portion>half|a\squarter|three[\s-]quarters)\s(?:of\s)?a\s(?P<of_scale>thousand|million|billion)\b
        # one in ten, 9 out of 10
      | (?P<of>{WORDS}|\d{{1,2}})\s(?:in\s(?:every\s)?(?P<base>{_WHOLE})|out\sof\s(?:every\s)?(?P<out_base>{_ROUND}))
        {_NO_WHOLE}
        # one nurse in ten
      | (?P<sole>one)\s(?:{_NOUN}){{1,3}}?in\s(?:every\s)?(?P<sole_base>{_WHOLE}){_NO_WHOLE}
        (?:(?<=five)|(?<=ten)|(?<=twenty)|(?<=hundred)|(?<=0)|{_NO_PLURAL})
        # four trusts out of five
      | (?P<some>{WORDS}|\d{{1,2}})\s(?:{_NOUN}){{1,2}}?(?:in|out\sof)\s(?:every\s)?(?P<some_base>{_ROUND}){_GOES_ON}
        # a third, two-thirds, three quarters, nine tenths
      | (?P<part>an?|one|two|three|four|five|seven|nine)[\s-](?P<fraction>{"|".join(_PARTS)})s?
        (?=\s(?:of|by|fewer|less|more|in|from|reduction|increase|cut|over|within|and|to|before)\b|[,.;:)]|$)
      | (?P<half>half)(?=\s(?:of|the|all|its|their|by|in|can|what|that)\b|[,.;:)]|$)
        # £2.3bn, £6 billion
      | (?P<money>[£$€])\s?(?P<sum>{DIGITS})(?:\s?(?P<sum_scale>{_SCALE})\b)?
        # 7.9 per cent, 30%, two percentage points
      | (?P<share>{DIGITS}|{WORDS})\s?(?P<percent>%|per\s?cent\b|percent\b|percentage[\s-]points?\b|pp\b)
        # 20 times
      | (?P<multiple>{DIGITS}|{WORDS})(?:\stimes|[\s-]fold)\b
        # double, trebled
      | (?P<multiply>doubl|trebl|tripl|quadrupl)(?:e(?P<verb>[sd])?|(?P<gerund>ing))\b
      | (?P<halve>halv(?:e[sd]?|ing))\b
        # a dozen, two dozen, a score of
      | (?P<dozens>half\sa|an?|two|three|four|five|six)\sdozen\b | (?P<score>a\sscore\sof)(?=\s[a-z])
        # 5,000, twenty-five, 1.5 million, a million, a further hundred
      | (?P<count>{DIGITS}|{WORDS}|a(?=\s(?:thousand|million|billion)\b)|(?<=further\s)hundred)
        (?:\s?(?P<scale>{_SCALE})\b)?(?![\w%]|[.,/]\d)
      | (?P<single>single)\b
      | (?P<all>all|every)\b(?!\s(?:of\s)?(?:the\s|our\s|its\s|these\s)?(?:\d|(?:{WORDS})\b))
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NAMES = re.compile(rf"(?<!\w)(?:{either(_NUMBERS.names)})(?!\w)", re.IGNORECASE)
_NOISE = re.compile(
    r"""
    https?://[^\s)]{1,300} | www\.[^\s)]{1,200} | [\w.-]{1,64}@[\w.-]{1,100}       # addresses
  | (?:\+44|\b0)\s?(?:\(0\)\s?)?\d{2,5}\s?\d{3,4}\s?\d{3,4}\b                     # telephone numbers
  | \b\d{1,2}[.:]\d\d\s?(?:[ap]\.?m\b\.?)? (?<=[m.\d])(?<!\d\.\d\d)               # 16:30
  | \b\d{1,2}(?:[.:]\d\d)?\s?[ap]\.?m\b                                           # 4.30pm
  | \(\d{1,3}\) | ^\s{0,3}\d{1,3}[.)]\s | \[\d{1,3}\]                             # numbering of paragraphs
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BEFORE = re.compile(r"([A-Za-z][\w'’-]*)\.?\s?$")
_ONLY_ONE = re.compile(r"\b(?:only|at\sleast|just|exactly|than|minimum\sof|up\sto)\s(?:the\s)?$", re.IGNORECASE)
# "30 of the 42 boards"
_WHOLE_OF = re.compile(rf"\s((?:out\s)?of\s(?:the\s|our\s|its\s)?(?:{DIGITS}|{WORDS}))\b", re.IGNORECASE)
_ITEM_START = re.compile(r"(?:^|\|\s)$")
_ONE_EACH = re.compile(r"\s(?!of\b|in\b|or\b)[a-z]")
_PART_BEFORE = re.compile(
    r"\b(?:by|to|of|about|around|over|than|nearly|almost|just|least|only|roughly)\s$", re.IGNORECASE
)
# "tables 2 and 3", "bands 5 to 7"
_SECOND = re.compile(r"\b((?:[a-z]+\s)?[a-z]+)\s\w{1,4}(?:,\s\w{1,4})?(?:\s(?:and|to|or|&)\s|,\s|[-–])$", re.IGNORECASE)
# "three weeks behind", "ten months ahead", "nine weeks to run": how far off, not how much
_OFF = re.compile(
    r"\s(?:later|earlier|behind|before|after|afterwards|late|longer|old|ago|(?:in|on)(?=[.,;]|$)|to\s(?:run|go|spare))\b"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as read: its span, value and kind, the unit found so far (None: none stands after it) and its rule."""

    start: int
    end: int
    value: float | Literal["all"]
    kind: Kind
    unit: str | None
    rule: str
    scope: str | None = None
    baseline: float | None = None
    target: float | None = None
    direction: Direction | None = None
    written: str = ""


def read_figures(text: str, *, dates: Sequence[Span]) -> list[Figure]:
    """The figures of `text` in order, each on its own; none overlaps `dates`, other times, names or addresses."""
    taken = _merged(
        [
            *dates,
            *date_spans(text),
            *(m.span() for m in _NAMES.finditer(text)),
            *(m.span() for m in _NOISE.finditer(text)),
        ]
    )
    matches = (match for match in _FIGURE.finditer(text) if not _overlaps(taken, match.start(), match.end()))
    return [figure for match in matches if (figure := _read(match, text))]


def word_before(text: str, start: int) -> str:
    """The word that ends at `start`, lower-case, "" where none does."""
    found = _BEFORE.search(text[max(0, start - 24) : start])
    return found[1].lower() if found else ""


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that touch or overlap made one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _overlaps(spans: list[Span], start: int, end: int) -> bool:
    at = bisect_left(spans, (end, 0)) - 1
    return at >= 0 and spans[at][1] > start


def _read(match: re.Match[str], text: str) -> Figure | None:
    """The figure of a match, None where the number only names or counts off."""
    start, end = match.span()
    if whole := match["base"] or match["out_base"] or match["sole_base"] or match["some_base"]:
        some = number(match["of"] or match["sole"] or match["some"])
        return Figure(start, end, round(100 * some / number(whole), 1), "per cent", "per cent", "ratio")
    if match["fraction"] or match["half"]:
        return _fraction(match, text)
    if match["money"]:
        return Figure(start, end, number(match["sum"], scale=match["sum_scale"]), "money", match["money"], "money")
    if match["share"]:
        kind: Kind = "percentage points" if match["percent"].lower().startswith(("percentage", "pp")) else "per cent"
        return Figure(start, end, number(match["share"]), kind, kind, kind)
    if match["multiple"]:
        return Figure(start, end, number(match["multiple"]), "times", "times", "times")
    if match["multiply"]:
        if not (match["verb"] or match["gerund"]) and word_before(text, start) not in _NUMBERS.verb_openers:
            return None  # "a triple guarantee"
        value = next(v for word, v in _TIMES.items() if word.startswith(match["multiply"].lower()))
        return Figure(start, end, value, "times", "times", "times", direction="increase")
    if match["halve"]:
        return Figure(start, end, 50.0, "per cent", "per cent", "fraction", direction="decrease")
    if match["all"]:
        return _everything(match, text)
    if match["single"]:
        return _one(match, text)
    return _count(match, text)


def _fraction(match: re.Match[str], text: str) -> Figure | None:
    """As in: "by a third", "half of trusts"; "a third, smaller trust" and "the first half" are none."""
    start, end = match.span()
    if match["half"]:
        value, none = 50.0, word_before(text, start) in ("first", "second", "latter", "other", "last", "a", "and")
    else:
        many = 1.0 if match["part"].lower() in ("a", "an") else number(match["part"])
        part = _PARTS[match["fraction"].lower()]
        value = _TWO_THIRDS if (many, part) == (2, _PARTS["third"]) else round(many * part, 1)
        none = text[end : end + 1] == "," and many == 1 and not _PART_BEFORE.search(text[max(0, start - 12) : start])
        none = none or value >= 100
    return None if none else Figure(start, end, value, "per cent", "per cent", "fraction")


def _everything(match: re.Match[str], text: str) -> Figure | None:
    """As in: "all NHS trusts", "every patient": no number, but how far it reaches."""
    if word_before(text, match.start()) in ("at", "above", "after", "not", "of"):
        return None
    phrase = noun_phrase(text, match.end(), comma=False)
    if (
        phrase is None
        or phrase[0].split()[-1].lower().rstrip("s") in _NUMBERS.time_units
        or phrase[0].lower() in _NUMBERS.structure
    ):
        return None
    return Figure(match.start(), phrase[1], "all", "all", phrase[0], "scope", scope=text[match.start() : phrase[1]])


def _one(match: re.Match[str], text: str) -> Figure | None:
    """As in: "a single agency" is one of it; "single points of access" and "every single one" are not."""
    if word_before(text, match.start()) not in ("a", "the", "one"):
        return None
    phrase = noun_phrase(text, match.end(), comma=True)
    return (
        None
        if phrase is None or is_plural(phrase[0].split()[-1])
        else Figure(match.start(), phrase[1], 1.0, "count", phrase[0], "single")
    )


def _count(match: re.Match[str], text: str) -> Figure | None:
    start, end = match.span()
    written, scale = match["count"] or match[0], match["scale"]
    value = _counted_value(match)
    before = word_before(text, start)
    if value == 0 or (not scale and (before in _NUMBERS.references or _is_second_reference(text, start))):
        return None
    if "," not in written and not scale and 1900 <= value <= 2100 and value == int(value):
        return None  # a year
    if (written[0] == "0" and not written.startswith("0.")) or sum(c.isdigit() for c in written) > 12:
        return None  # a code
    if text[end : end + 1] == "-":
        return _length(match, text, value)
    if value == 1 and not _is_one(text, start, end):
        return None
    phrase = noun_phrase(text, end, comma=False)
    bare = Figure(start, end, value, "count", None, "ellipsis", written=match[0])
    if text[start - 1 : start] in _QUOTES and _QUOTE_END.match(text, end, (phrase[1] if phrase else end) + 1):
        return None  # the name of something: a ‘Three Star’ format
    if phrase is None:
        return bare
    words = phrase[0].lower().split()
    if value == 1 and f"{words[-1]}s" in _NUMBERS.structure:
        return None
    if value > 1 and not words[-1].endswith("s") and words[-1] not in _NOUNS.plurals:
        return bare
    if value <= _FEW and (words[-1] in _NUMBERS.structure or words[0] in _NUMBERS.structure):
        return None
    if words[-1].rstrip("s") in _NUMBERS.time_units and _only_times(words[-1], before, text, phrase[1]):
        return None
    whole = _WHOLE_OF.match(text, end, phrase[1])
    everything = re.search(r"\ball\s(?:of\s)?(?:the\s|our\s|its\s|these\s)?$", text[max(0, start - 16) : start], re.I)
    if before in ("the", "these", "those", "both", "our", "its") and value <= _FEW and not everything:
        return None  # known already: "the three funds"
    return Figure(
        start,
        phrase[1],
        value,
        "count",
        phrase[0],
        "count",
        direction=phrase[2],
        written=match[0],
        scope=everything[0] + text[start : phrase[1]] if everything else whole[1] if whole else None,
    )


def _is_second_reference(text: str, start: int) -> bool:
    """As in: the 3 of "tables 2 and 3", the 7 of "bands 5 to 7"."""
    found = _SECOND.search(text[max(0, start - 40) : start])
    words = found[1].lower().split() if found else []
    nouns = {*words[-1:], " ".join(words)}
    return bool(words) and not _NUMBERS.references.isdisjoint(nouns | {noun.removesuffix("s") for noun in nouns})


def _is_one(text: str, start: int, end: int) -> bool:
    """Does "one" count ("only one seat", "One plan per trust") where most often it only points ("one of")?"""
    if _ONLY_ONE.search(text[max(0, start - 16) : start]):
        return True
    return bool(_ITEM_START.search(text[max(0, start - 4) : start])) and _ONE_EACH.match(text, end) is not None


def _only_times(unit: str, before: str, text: str, end: int) -> bool:
    """Does a length of time only say when or how long ("over three years", "two weeks later")?"""
    if _OFF.match(text, end):
        return True
    if before == "within":
        return unit.rstrip("s") in ("month", "quarter", "year", "decade")
    short = unit.rstrip("s") in ("second", "minute", "hour")
    return before in _NUMBERS.time_prepositions and not (short and before in ("least", "under", "about", "around"))


def _counted_value(match: re.Match[str]) -> float:
    if match["portion"]:
        return _PORTIONS[match["portion"].lower().replace("-", " ")] * number("1", scale=match["of_scale"])
    if match["score"]:
        return _SCORE
    if match["dozens"]:
        many = match["dozens"].lower()
        return _DOZEN * (0.5 if many == "half a" else 1.0 if many in ("a", "an") else number(many))
    return number(match["count"], scale=match["scale"])


def _length(match: re.Match[str], text: str, value: float) -> Figure | None:
    """As in: "a seven-day cooling-off period" is 7 days; "a five-year plan" is a name."""
    after = re.match(r"-([a-z]+)((?:\s[\w-]+){1,3})", text[match.end() : match.end() + 60])
    if after is None or after[1] not in _NUMBERS.time_units or not _NUMBERS.lengths & set(after[2].split()):
        return None
    return Figure(match.start(), match.end() + 1 + len(after[1]), value, "count", after[1], "length")

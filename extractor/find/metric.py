"""Figures that measure an action or its outcome: value, unit, baseline and direction."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Literal

from extractor.find.dates import date_spans
from extractor.find.numbers import DIGITS, WORDS, number
from extractor.find.units import WORD, is_plural, noun_phrase
from extractor.lexicon.units import load_units
from extractor.records import Direction, Metric

Span = tuple[int, int]
Kind = Literal["money", "per cent", "percentage points", "times", "count", "all"]

_LEXICON = load_units()
_NUMBERS, _NOUNS, _DIRECTIONS = _LEXICON.numbers, _LEXICON.units, _LEXICON.direction
_SCALE = r"(?:hundred|thousand|million|billion|trillion|bn|mn|tn|m|k)"
_FRACTIONS = {"half": 50.0, "third": 33.3, "quarter": 25.0, "fifth": 20.0, "tenth": 10.0}
_TIMES = {"double": 2.0, "treble": 3.0, "triple": 3.0, "quadruple": 4.0}


def _words(words: Iterable[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s") for word in sorted(words, key=len, reverse=True))


_FIGURE = re.compile(
    rf"""
    (?<![\w.,/&#])(?<![A-Za-z]-)(?<!\+)
    (?:
        # one in ten, 9 out of 10
        (?P<of>{WORDS}|\d{{1,2}})\s(?:in|out\sof)\s(?:every\s)?(?P<base>four|five|ten|twenty|4|5|10|20|100|1,000)
        (?![\d%\w-]|,\d|\s(?:years|days|weeks|months))
        # a third, two-thirds, three quarters
      | (?P<part>a|one|two|three)[\s-](?P<fraction>third|quarter|fifth|tenth)s?
        (?=\s(?:of|by|fewer|less|more|in|from|reduction|increase|cut|over|within|and|to)\b|[,.;:)]|$)
      | (?P<half>half)(?=\s(?:of|the|all|its|their|by|in)\b|[,.;:)]|$)
        # £2.3bn, £6 billion
      | (?P<money>[£$€])\s?(?P<sum>{DIGITS})(?:\s?(?P<sum_scale>{_SCALE})\b)?
        # 7.9 per cent, 30%, two percentage points
      | (?P<share>{DIGITS}|{WORDS})\s?(?P<percent>%|per\s?cent\b|percent\b|percentage[\s-]points?\b|pp\b)
        # 20 times
      | (?P<multiple>{DIGITS}|{WORDS})(?:\stimes|[\s-]fold)\b
        # double, trebled
      | (?P<multiply>doubl|trebl|tripl|quadrupl)(?:e(?P<verb>[sd])?|(?P<gerund>ing))\b
      | (?P<halve>halv(?:e[sd]?|ing))\b
        # 5,000, twenty-five, 1.5 million
      | (?P<count>{DIGITS}|{WORDS})(?:\s?(?P<scale>{_SCALE})\b)?(?![\w%]|[.,/]\d)
      | (?P<single>single)\b
      | (?P<all>all|every)\b
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NAMES = re.compile(rf"(?<!\w)(?:{_words(_NUMBERS.names)})(?!\w)", re.IGNORECASE)
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
_DIRECTION = re.compile(
    rf"\b(?:(?P<up>{_words(_DIRECTIONS.increase)})|(?P<down>{_words(_DIRECTIONS.decrease)}))\b(?!\starget)",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[.;:]\s|,\s(?:and|but|while|with)\s")
_NUMBER_OF = re.compile(r"\b(?:number|numbers|proportion|share)\sof\s", re.IGNORECASE)
_TARGET = re.compile(
    r"\b(?:to|by|at|reach|reaching|than|of|from|least|around|about|nearly|almost|over|some)\s(?:just\s|around\s|about\s|over\s|at\sleast\s|nearly\s|almost\s)?$",
    re.IGNORECASE,
)
_ONLY_ONE = re.compile(r"\b(?:only|at\sleast|just|exactly|than|minimum\sof|up\sto)\s(?:the\s)?$", re.IGNORECASE)
_STANDING = re.compile(r"\b(?:only|just|now|currently|stands\sat|stood\sat)\s$", re.IGNORECASE)
# "from just 9.4 per cent in August to 7.9 per cent"
_AFTER_FROM = re.compile(r"\bfrom\s(?:just\s|about\s|around\s|over\s|under\s|nearly\s)?$")
_TO_AT_END = re.compile(r"\sto\s(?:\w+\s){0,2}$")
# "5% from 8.5%"; "1,500 nurses have joined, up from 1,200"
_FROM_BEFORE = re.compile(r",?\s(?:of\s\w+\s)?from\s(?:the\s)?(?:current\s)?")
# "less than 5% by 2027, from a past high of 7.3%"
_FROM_HIGH = re.compile(r",\sfrom\s(?:an?|the)\s(?:\w+\s){1,3}$")
_UP_FROM = re.compile(
    r"(?:,\s|\s|\()(?:up|down|compared\swith|compared\sto)\s(?:from\s)?(?:just\s|about\s|around\s|the\s)?$"
)


@dataclass(frozen=True, slots=True)
class _Figure:
    """A number as read: its span, value and kind, the unit found so far (None: none stands after it)."""

    start: int
    end: int
    value: float | Literal["all"]
    kind: Kind
    unit: str | None
    scope: str | None = None
    baseline: float | None = None
    direction: Direction | None = None
    written: str = ""


def find_metrics(text: str, *, dates: Sequence[Span] = ()) -> tuple[Metric, ...]:
    """The figures of `text` that measure something, in order; no number in `dates` or another time of the text is one.

    Of a range the far end is the value; "£2.3bn" has the unit "£". Years, grades, numbering, times of day and names
    with numbers are no metrics. "Turnover will fall from 10 to 8 per cent" is 8 per cent, baseline 10, a decrease.
    """
    taken = _merged(
        [
            *dates,
            *date_spans(text),
            *(m.span() for m in _NAMES.finditer(text)),
            *(m.span() for m in _NOISE.finditer(text)),
        ]
    )
    turns = [(m.start(), "increase" if m["up"] else "decrease") for m in _DIRECTION.finditer(text)]
    clauses = [0, *(m.end() for m in _CLAUSE_END.finditer(text))]
    figures: list[_Figure] = []
    for match in _FIGURE.finditer(text):
        if _overlaps(taken, match.start(), match.end()):
            continue
        figure = _read(match, text)
        if figure is not None:
            figures.append(figure)
    metrics: list[Metric] = []
    for figure in _joined(figures, text):
        settled = _settled(figure, text, turns, clauses)
        if settled is None or settled.unit is None or (metrics and settled.start < metrics[-1].end):
            continue
        metrics.append(_metric(settled, settled.unit, text))
    return tuple(_without_doubling(metrics, text))


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


def _read(match: re.Match[str], text: str) -> _Figure | None:
    """The figure of a match, None where the number only names or counts off."""
    start, end = match.span()
    if match["of"]:
        return _Figure(start, end, round(100 * number(match["of"]) / number(match["base"]), 1), "per cent", "per cent")
    if match["fraction"]:
        many = {"two": 2, "three": 3}.get(match["part"].lower(), 1)
        value = _FRACTIONS[match["fraction"].lower()]
        return _Figure(start, end, 66.7 if (many, value) == (2, 33.3) else many * value, "per cent", "per cent")
    if match["half"]:
        before = _word_before(text, start)
        return (
            None
            if before in ("first", "second", "latter", "other", "last", "a", "and")
            else _Figure(start, end, 50.0, "per cent", "per cent")
        )
    if match["money"]:
        return _Figure(start, end, number(match["sum"], scale=match["sum_scale"]), "money", match["money"])
    if match["share"]:
        kind: Kind = "percentage points" if match["percent"].lower().startswith(("percentage", "pp")) else "per cent"
        return _Figure(start, end, number(match["share"]), kind, kind)
    if match["multiple"]:
        return _Figure(start, end, number(match["multiple"]), "times", "times")
    if match["multiply"]:
        if not (match["verb"] or match["gerund"]) and _word_before(text, start) not in _NUMBERS.verb_openers:
            return None  # "a triple guarantee"
        value = next(v for word, v in _TIMES.items() if word.startswith(match["multiply"].lower()))
        return _Figure(start, end, value, "times", "times", direction="increase")
    if match["halve"]:
        return _Figure(start, end, 50.0, "per cent", "per cent", direction="decrease")
    if match["all"]:
        return _everything(match, text)
    if match["single"]:
        return _one(match, text)
    return _count(match, text)


def _word_before(text: str, start: int) -> str:
    found = _BEFORE.search(text[max(0, start - 24) : start])
    return found[1].lower() if found else ""


def _everything(match: re.Match[str], text: str) -> _Figure | None:
    """As in: "all NHS trusts", "every patient": no number, but how far it reaches."""
    if _word_before(text, match.start()) in ("at", "above", "after", "not", "of"):
        return None
    phrase = noun_phrase(text, match.end(), comma=False)
    if (
        phrase is None
        or phrase[0].split()[-1].lower().rstrip("s") in _NUMBERS.time_units
        or phrase[0].lower() in _NUMBERS.structure
    ):
        return None
    return _Figure(match.start(), phrase[1], "all", "all", phrase[0], scope=text[match.start() : phrase[1]])


def _one(match: re.Match[str], text: str) -> _Figure | None:
    """As in: "a single agency" is one of it; "single points of access" and "every single one" are not."""
    if _word_before(text, match.start()) not in ("a", "the", "one"):
        return None
    phrase = noun_phrase(text, match.end(), comma=True)
    return (
        None
        if phrase is None or is_plural(phrase[0].split()[-1])
        else _Figure(match.start(), phrase[1], 1.0, "count", phrase[0])
    )


def _count(match: re.Match[str], text: str) -> _Figure | None:
    start, end = match.span()
    written, scale = match["count"], match["scale"]
    value = number(written, scale=scale)
    before = _word_before(text, start)
    if value == 0 or (before in _NUMBERS.references and not scale):
        return None
    if text[start - 1 : start] in ("‘", "“", "'", '"'):
        return None  # the name of something: a ‘Three Star’ format
    if "," not in written and not scale and 1900 <= value <= 2100 and value == int(value):
        return None  # a year
    if written[0] == "0" or sum(c.isdigit() for c in written) > 12:
        return None  # a code
    if text[end : end + 1] == "-":
        return _length(match, text, value)
    if value == 1 and not _ONLY_ONE.search(text[max(0, start - 16) : start]):
        return None
    phrase, bare = noun_phrase(text, end, comma=False), _Figure(start, end, value, "count", None, written=match[0])
    if phrase is None:
        return bare
    words = phrase[0].lower().split()
    if value > 1 and not words[-1].endswith("s") and words[-1] not in _NOUNS.plurals:
        return bare
    if words[-1] in _NUMBERS.structure or words[0] in _NUMBERS.structure:
        return None
    if words[-1].rstrip("s") in _NUMBERS.time_units and before in _NUMBERS.time_prepositions:
        return None
    if before in ("the", "these", "those", "both", "our", "its", "all") and value <= 10:
        return None  # known already: "the three funds"
    return _Figure(start, phrase[1], value, "count", phrase[0], direction=phrase[2], written=match[0])


def _length(match: re.Match[str], text: str, value: float) -> _Figure | None:
    """As in: "a seven-day cooling-off period" is 7 days; "a five-year plan" is a name."""
    after = re.match(r"-([a-z]+)((?:\s[\w-]+){1,3})", text[match.end() : match.end() + 60])
    if after is None or after[1] not in _NUMBERS.time_units or not _NUMBERS.lengths & set(after[2].split()):
        return None
    return _Figure(match.start(), match.end() + 1 + len(after[1]), value, "count", after[1])


def _joined(figures: list[_Figure], text: str) -> list[_Figure]:
    """Ranges, baselines and "7 out of the 24 departments" made one figure each."""
    joined: list[_Figure] = []
    for figure in figures:
        left = joined[-1] if joined else None
        pair = _pair(left, figure, text) if left is not None and left.value != "all" and figure.value != "all" else None
        if pair is None:
            joined.append(figure)
        else:
            joined[-1] = pair
    return joined


def _pair(left: _Figure, right: _Figure, text: str) -> _Figure | None:
    gap = text[left.end : right.start]
    if len(gap) > 80 or re.search(r"[.;:]\s", gap) or not isinstance(left.value, float):
        return None
    before = text[max(0, left.start - 24) : left.start].lower()
    same = left.kind == right.kind
    if re.fullmatch(r"\s?(?:to|or|–|—|‑|-|and)\s?", gap) and (left.unit is None or same):
        if gap.strip() == "and" and not before.rstrip().endswith("between"):
            return None
        moved = replace(right, start=left.start)
        return replace(moved, baseline=left.value) if before.endswith("from ") and gap.strip() == "to" else moved
    if left.kind == "money" and right.kind == "count" and re.fullmatch(r"\s?(?:to|–|—|-)\s?", gap):
        return replace(right, start=left.start, kind="money", unit=left.unit, end=right.start + len(right.written))
    if same and _AFTER_FROM.search(before) and _TO_AT_END.search(gap):
        return replace(right, start=left.start, baseline=left.value, unit=right.unit or left.unit)
    if same and (_FROM_BEFORE.fullmatch(gap) or _UP_FROM.search(gap) or _FROM_HIGH.search(gap)):
        return replace(
            left,
            end=right.end,
            baseline=right.value if isinstance(right.value, float) else None,
            unit=left.unit or right.unit,
        )
    if re.fullmatch(r"\s(?:out\s)?of\s(?:the\s|our\s|its\s)?", gap) and right.kind == "count":
        return replace(left, end=right.end, unit=right.unit or left.unit)
    return None


def _settled(figure: _Figure, text: str, turns: list[tuple[int, str]], clauses: list[int]) -> _Figure | None:
    """The figure with its direction, and the unit of a bare number from what goes before it; None without a unit."""
    if figure.value == "all":
        return figure
    begin = clauses[bisect_left(clauses, figure.start + 1) - 1]
    at = bisect_left(turns, (figure.start, "")) - 1
    near = turns[at] if at >= 0 and turns[at][0] >= max(begin, figure.start - 120) else None
    after = turns[at + 1] if at + 1 < len(turns) and turns[at + 1][0] <= figure.end + 40 else None
    direction = figure.direction
    if direction is None and (turn := near or (after if after and after[0] >= figure.start else None)):
        direction = "increase" if turn[1] == "increase" else "decrease"
    if figure.unit is not None:
        return replace(figure, direction=direction)
    before = text[max(0, figure.start - 30) : figure.start]
    if _STANDING.search(before) and (number_of := _counted(text[max(0, figure.start - 200) : figure.start])):
        return replace(figure, unit=number_of, direction=direction)
    if near is None or not _TARGET.search(before):
        return None
    window = max(begin, figure.start - 200)
    unit = _unit_before(text[window : figure.start], near[0] - window)
    return replace(figure, unit=unit, direction=direction) if unit else None


def _counted(clause: str) -> str | None:
    """What "the number of" counts."""
    places = list(_NUMBER_OF.finditer(clause))
    phrase = noun_phrase(clause, places[-1].end() - 1, comma=False) if places else None
    return phrase[0] if phrase else None


def _unit_before(clause: str, verb: int) -> str | None:
    """What grows in "GP training places will rise to": the noun after "number of", the object or the subject."""
    if unit := _counted(clause):
        return unit
    verb_end = re.compile(r"\w+").match(clause, max(0, verb))
    if verb_end and (phrase := noun_phrase(clause, verb_end.end(), comma=False)):
        return phrase[0]
    words = [word[0] for word in WORD.finditer(clause[: max(0, verb)])]
    while words and words[-1].lower() in _NUMBERS.verb_openers:
        words.pop()
    subject: list[str] = []
    while words and len(subject) < 5 and words[-1].lower() not in _NOUNS.stops | _NOUNS.modifiers:
        subject.insert(0, words.pop())
    return " ".join(subject) or None


def _without_doubling(metrics: list[Metric], text: str) -> list[Metric]:
    """As in: "double X to 15,000" measures 15,000; the doubling only says which way."""
    kept: list[Metric] = []
    for metric, following in zip_longest(metrics, metrics[1:]):
        doubles = metric.unit == "times" and metric.direction == "increase" and not metric.text[0].isdigit()
        if doubles and following and re.search(r"\bto\s(?:\w+\s)?$", text[metric.end : following.start]):
            continue
        kept.append(metric)
    return kept


def _metric(figure: _Figure, unit: str, text: str) -> Metric:
    return Metric(
        text=text[figure.start : figure.end],
        value=figure.value,
        unit=unit,
        start=figure.start,
        end=figure.end,
        baseline=figure.baseline,
        direction=figure.direction,
        scope=figure.scope,
    )

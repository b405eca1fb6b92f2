"""Figures that belong together: ranges, a value with its baseline, a part with its whole, a value with its target."""

import re
from collections.abc import Sequence
from dataclasses import replace

from extractor.find.figures import Figure

_FARTHEST = 80
_SENTENCE_END = re.compile(r"[.;:]\s")
# "from just 9.4 per cent in August to 7.9 per cent"
_AFTER_FROM = re.compile(r"\bfrom\s(?:just\s|about\s|around\s|over\s|under\s|nearly\s)?$")
_TO_AT_END = re.compile(r"\sto\s(?:\w+\s){0,2}$")
# "5% from 8.5%"; "1,500 nurses have joined, up from 1,200"
_FROM_BEFORE = re.compile(r",?\s(?:of\s\w+\s)?from\s(?:the\s)?(?:current\s)?")
# "less than 5% by 2027, from a past high of 7.3%"
_FROM_HIGH = re.compile(r",\sfrom\s(?:an?|the)\s(?:\w+\s){1,3}$")
_UP_FROM = re.compile(
    r"(?:,\s|\s|\()(?:(?:up|down|as\scompared\swith|compared\swith|compared\sto|as\sagainst|against|instead\sof|in\splace\sof|"
    r"rather\sthan)\s(?:from\s)?|where\sthere\shad\sbeen\s)(?:just\s|about\s|around\s|the\s(?:former\s|present\s)?)?$"
)
# "74 (November: 103)", "7.1% (5.8% at inspection)"
_ASIDE = re.compile(r"[^.;:()|]{0,24}\((?:[\w/ -]{2,20}:\s)?")
_ASIDE_END = re.compile(r"(?:\s[^().;\d]{0,16}(?:\d{4}(?:[/-]\d\d)?)?)?\)")
# "29 now pay; last year it was 24", "19 today, 46 a year ago"
_IT_WAS = re.compile(r"\b(?:last|ago|earlier|before|day|year)\b[^.]{0,60}\bit\s(?:was|had\sbeen)\s$")
_SINCE = re.compile(
    r"(?:\s\w+)?\s(?:(?:a|one|two|three|five|ten)\s(?:years?|months?|weeks?)\s(?:ago|before|earlier)|this\stime\slast\syear|last\syear|"
    r"the\s(?:year|month)\sbefore)\b"
)
_LAST_NOW = re.compile(r"\b(?:and|to|rose|fell|to\sjust)\s")
# "against a national standard of 75%"
_TARGET = re.compile(
    r"\s(?:as\s)?against\s(?:an?|the|its|our)\s(?:[\w-]+\s){0,3}(?:target|standard|plan|ambition|goal|budget|total|limit|aim|"
    r"trajectory|threshold)\s(?:of\s)?(?:at\sleast\s)?$"
)
_WHOLE_BEFORE = re.compile(r"(?:^|[.;:,(]\s)of\s$")
_WHOLE = re.compile(r"\s(?:out\s)?of\s(?:the\s|our\s|its\s|their\s|about\s|some\s|around\s|nearly\s|almost\s|over\s)*")


def joined(figures: Sequence[Figure], text: str) -> list[Figure]:
    """The figures with ranges, baselines and "7 out of the 24 departments" made one each, a target put to its value."""
    kept: list[Figure] = []
    for figure in figures:
        left = kept[-1] if kept else None
        pair = _pair(left, figure, text) if left is not None and left.value != "all" and figure.value != "all" else None
        if pair is None:
            kept.append(figure)
        else:
            kept[-1] = pair
    return kept


def _pair(left: Figure, right: Figure, text: str) -> Figure | None:
    gap = text[left.end : right.start]
    if len(gap) > _FARTHEST or not isinstance(left.value, float) or not isinstance(right.value, float):
        return None
    same = left.kind == right.kind
    if same and _ASIDE.fullmatch(gap) and _ASIDE_END.match(text, right.end):
        return replace(left, end=right.end, baseline=right.value, unit=left.unit or right.unit)
    if same and (_IT_WAS.search(gap) or (_SINCE.match(text, right.end) and not _LAST_NOW.search(gap))):
        return replace(left, unit=left.unit or right.unit, baseline=left.baseline or right.value)
    if _SENTENCE_END.search(gap):
        return None
    before = text[max(0, left.start - 24) : left.start].lower()
    if re.fullmatch(r"\s?(?:to|or|–|—|‑|-|and)\s?", gap) and (left.unit is None or same):
        if gap.strip() == "and" and not before.rstrip().endswith("between"):
            return None
        if before.endswith("from ") and gap.strip() == "to":
            return replace(right, start=left.start, baseline=left.value, unit=right.unit or left.unit)
        return replace(right, start=left.start, unit=right.unit or left.unit, rule="range")
    if left.kind == "money" and right.kind == "count" and re.fullmatch(r"\s?(?:to|–|—|-)\s?", gap):
        end = right.start + len(right.written)
        return replace(right, start=left.start, kind="money", unit=left.unit, end=end, rule="range")
    if same and _AFTER_FROM.search(before) and _TO_AT_END.search(gap):
        return replace(right, start=left.start, baseline=left.value, unit=right.unit or left.unit)
    if same and (_FROM_BEFORE.fullmatch(gap) or _UP_FROM.search(gap) or _FROM_HIGH.search(gap)):
        return replace(left, end=right.end, baseline=right.value, unit=left.unit or right.unit)
    if same and _TARGET.search(gap):
        return replace(left, end=right.end, unit=left.unit or right.unit, target=right.value)
    if left.kind == right.kind == "count" and right.unit is None and _WHOLE_BEFORE.search(before) and gap == ", ":
        # "of 213 trusts, 194 have one"
        return replace(right, unit=left.unit, scope=f"of {text[left.start : left.end]}", rule="ellipsis")
    if _WHOLE.fullmatch(gap) and right.kind == "count" and left.kind == "count":
        whole = text[left.end : right.end].strip()
        return replace(left, end=right.end, unit=right.unit or left.unit, scope=whole)
    return None

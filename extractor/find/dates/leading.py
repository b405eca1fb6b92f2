"""The words before a time that bend it: prepositions, and the names of its parts ("the end of", "early")."""

import re
from typing import Literal

from extractor.find.dates.grammar import ORDINAL, Match

Relation = Literal[
    "by",
    "before",
    "after",
    "not before",
    "from",
    "since",
    "as of",
    "in",
    "for",
    "between",
    "to",
    "of",
    "alone",
    "instead of",
    "moved to",
]

# "is postponed to June", "slips from March": the new time is when it is now to be, the old one is superseded.
_MOVED = r"""
    (?:delayed|postponed|deferred|moved|moves|shifted|rescheduled|re-?dated|re-?planned|pushed|put|set|brought|carried
    |held|slips?|slipped|slipping|slides?|slid|sliding)(?:\s(?:back|off|forward|over))?
"""
_PREPOSITIONS: tuple[tuple[Relation, str], ...] = (
    # not sooner than 2016; no earlier than May; not until April
    ("not before", r"no[t]?\s(?:be\s)?(?:sooner|earlier|before)\sthan|not\s(?:before|until)"),
    # by (no later than) X; until X; extended to X
    (
        "by",
        r"""
        (?:by\s)?(?:no|not)\slater\sthan | on\sor\sbefore | at\sthe\slatest\sby
      | (?:due\s|up\s)?(?:until|till)(?:\sat\sleast)? | by\sthe\stime\sof(?:\sthe)? | by\s(?:the|a)\sdeadline\sof
      | up\sto | through\sto
      | by(?:\s(?:around|about|approximately|roughly|at\sleast|or\sbefore|at\sthe\slatest|the\slatest))?
      | (?:extended|continue[sd]?|runs?|running)\sto
        """,
    ),
    ("instead of", rf"{_MOVED}\sfrom"),
    ("moved to", rf"{_MOVED}\s(?:back\s)?(?:in)?to"),
    (
        "before",
        r"""
        (?:before|ahead\sof)(?:\s(?:the|a)\sdeadline\sof)? | prior\sto | in\sadvance\sof | in\stime\sfor
      | in\sthe\srun[-\s]up\sto | this\sside\sof
        """,
    ),
    ("not before", r"on\sor\safter"),
    ("after", r"after | beyond | following"),
    ("since", r"since"),
    ("as of", r"as\sof | as\sat"),
    (
        "from",
        r"""
        with\seffect\sfrom | w\.?e\.?f\.? | effective\s(?:from\s)? | as\sfrom | backdated\sto
      | (?:starting|beginning|commencing)(?:\s(?:in|from|on|with))? | (?:onwards\s)?from
        """,
    ),
    ("between", r"between"),
    ("for", r"for"),
    ("of", r"of"),
    ("to", r"(?:in)?to | and | or | through"),
    (
        "in",
        r"""
        (?:at|to|by)\s(?:the|its|their|our|his|her|an?)\s(?:[\w-]{1,20}\s)?(?:meeting|session|sitting|census)\s(?:of|on)
      | in | during | on | at | over | throughout | within | across | around
        """,
    ),
)
_PARTS: tuple[tuple[str, str], ...] = (
    # the hour does not move the day
    (
        "hour",
        r"""
        (?:(?:12\s)?noon|midday|midnight|\d{1,2}(?:[.:]\d\d)?\s?[ap]\.?m\.?|\d{1,2}:\d\d
        |close\sof\s(?:business|play)|close(?=\son\b)|COP|COB
        |(?:the\s)?end\sof\s(?:the\s)?day)(?:,?\son)?,?
        """,
    ),
    (
        "end",
        r"(?:the\s)?(?:very\s)?(?:(?:end|close|conclusion)\sof|end-) | the\send | the\slast\s(?:working\s)?day\sof",
    ),
    # end March: a verb before most other times
    ("end of named", r"end"),
    ("start", r"(?:the\s)?(?:very\s)?(?:start|beginning|turn|opening)\sof | the\sfirst\sday\sof"),
    ("early to mid", r"early[-\s](?:to|/)[-\s]?mid[-\s]?"),
    ("mid to late", r"mid[-\s](?:to|/)[-\s]?late"),
    ("early", r"(?:the\s)?(?:very\s)?early(?:\spart\sof|-)?"),
    ("mid", r"mid-? | (?:the\s)?middle(?:\spart)?\sof"),
    ("late", r"(?:the\s)?late(?:r\spart\sof|-)? | (?:the\s)?(?:latter\spart|back\send|tail\send)\sof"),
    (
        "stretch",
        rf"""
        (?:the\s)?(?P<nth>{ORDINAL})\s(?:(?P<many>two|three|four|six|nine)\s)?
        (?P<size>half|third|quarter|weeks?|months?)\sof
        """,
    ),
    (
        "whole",
        r"""
        (?:the\s)?(?:course|duration|lifetime|life|period|whole|length|term)\sof
      | (?:each|every|any|the\ssecond|the\sfirst)\syear\sof
      | (?:all|most|much)\sof
        """,
    ),
    ("rest", r"(?:the\s)?(?:rest|remainder|balance|remaining\smonths)\sof"),
    ("week of", r"(?:the\s)?week\s(?:commencing|beginning|starting|of) | (?:w/c|wc)"),
    ("week to", r"(?:the\s)?week\sending | w/e"),
    ("year to", r"(?:the\s)?(?:year|12\smonths|twelve\smonths)\s(?:to|ending|ended|up\sto)(?:\sthe)?(?:\send\sof)?"),
    ("about", r"around | about | approximately | roughly | early\sas | as\searly\sas | at\sthe\slatest"),
)
_DETERMINERS = r"the|our|your|its|their|his|her|an?|each|every|this|that|these|any|last|previous"


def _pattern() -> re.Pattern[str]:
    """One pattern for all words that can stand before a time; the group's name says which kind was read."""
    parts = "|".join(rf"(?P<part{i}>{pattern})" for i, (_, pattern) in enumerate(_PARTS))
    prepositions = "|".join(rf"(?P<prep{i}>{pattern})" for i, (_, pattern) in enumerate(_PREPOSITIONS))
    return re.compile(
        rf"\b(?=\w)(?<!-)(?:(?:{parts})|(?:{prepositions})|(?P<det>{_DETERMINERS}))(?:\s|(?<=-))",
        re.VERBOSE | re.IGNORECASE,
    )


LEADING = _pattern()


def relation_of(word: Match) -> Relation | None:
    """What a preposition says; None where the word is none."""
    name = word.lastgroup or ""
    return _PREPOSITIONS[int(name[4:])][0] if name.startswith("prep") else None


def part_of_time(word: Match) -> str | None:
    """Which part of a time a word picks; None where it picks none."""
    name = word.lastgroup or ""
    return _PARTS[int(name[4:])][0] if name.startswith("part") else None

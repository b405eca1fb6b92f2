"""Which series a document belongs to: its publisher and what of its title comes again in the next one.

A series is stated only where the title or the kind shows that there are others: minutes, annual and quarterly reports,
bulletins, guidance of a year, dated updates. Without a publisher there is none: every board has minutes.
"""

import re
from collections.abc import Iterable

from extractor.ids import normalise
from extractor.ingest.cues import cues, matches
from extractor.ingest.days import DATE, MONTH, WEEKDAY
from extractor.lexicon.organisations import Mention, Register
from extractor.records import Kind

_ORDINAL = (
    r"(?:\d{1,3}(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|inaugural|"
    r"(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|latest|previous)"
)
_RUN_OF_YEARS = re.compile(r"\b((?:19|20)\d\d)\s*(?:-|to|and)\s*((?:19|20)\d\d|\d\d)\b")
# What of a title changes from one of its series to the next: dates, periods, numbers, versions.
_CHANGING = re.compile(
    rf"""
    {DATE.pattern}
  | \b(?:fy\s*)?(?:19|20)\d\d\s*(?:[-/]|to)\s*(?:(?:19|20)\d\d|\d\d)\b
  | \bfy\s*\d\d(?:[-/]\d\d)?\b
  | \bq[1-4]\b | \b(?:quarter)\s*(?:[1-4]|one|two|three|four)\b | \b{_ORDINAL}\s+quarter\b
  | \b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{MONTH}\b
  | \b{MONTH}\s*(?:-|to|and)\s*{MONTH}\b
  | \b{MONTH}\b(?!\s+(?:be|not|have)\b)
  | \b{WEEKDAY}\b
  | \b(?:spring|summer|autumn|winter)\b(?=\s*(?:19|20)\d\d)
  | \b(?:19|20)\d\d\b
  | \b(?:issue|volume|vol\.?|no\.?|number|edition|version|part|paper|release)\s*:?\s*(?:\d[\w.]*|[ivxl]+)\b
  | \bv\.?\s*\d+(?:\.\d+)*\b
  | \b{_ORDINAL}\b(?=\s+(?:\w+\s+)?(?:meeting|report|issue|edition|update|bulletin)
      |\s+(?:interim|progress|annual|quarterly|monthly))
  | \b\d{{1,2}}[:.]\d\d\s*(?:am|pm)?\b
  | (?<![\w-])\d+(?![\w-])
    """,
    re.IGNORECASE | re.VERBOSE,
)
_DRAFT = re.compile(
    r"\b(?:draft|final|provisional|approved|confirmed|unconfirmed|revised|updated|virtual|held)\b"
    r"|\b(?:in public|public session)\b"
)
_OF_MEETING = re.compile(r"\b(?:of|from) (?:the |a )?(?:\w+ )?meeting\b(?: of)?|\bmeetings?\b")
_MINUTES = re.compile(r"\b(?:minutes?|notes?|record|action notes|action log)\b")
_SMALL = r"(?:of|the|for|to|a|an|and|on|in|by|from|at|as)"
_EDGES = re.compile(rf"^(?:(?:{_SMALL}|its|our)\s+)+|(?:\s+{_SMALL})+$|^{_SMALL}$")
# A letter or a press release may speak of an annual report, and is none.
_IN_SERIES = frozenset({"minutes", "plan", "report", "other"})
_SINGLE_PERIOD = re.compile(r"\b(?:19|20)\d\d\b|\bq[1-4]\b|\bissue\b|\bversion\b")


def series_of(title: str, subtitle: str | None, publisher: str | None, kind: Kind, register: Register) -> str | None:
    """The name of the series: "Publisher: what its titles have in common", None for a document of its own."""
    if publisher is None or kind not in _IN_SERIES:
        return None
    house = register.named(publisher)
    name = house.name if house is not None else " ".join(publisher.split())
    words = _words(title, register)
    more = _words(subtitle, register) if subtitle else ""
    if more and matches(cues().series.period, more) and not matches(cues().series.period, words):
        words = f"{words} {more}"
    core = _core(words, (name, *house.aliases) if house is not None else (name,))
    if kind == "minutes":
        return f"{name}: {_capitals(_of_minutes(core))}"
    if not core or not _comes_again(words, core):
        return None
    return f"{name}: {_capitals(core)}"


def _comes_again(words: str, core: str) -> bool:
    """Whether a title is one of several: it says how often it comes, or a noun such as "report" is dated or numbered.

    A plan for several years ("2016 to 2020") is a document of its own.
    """
    if matches(cues().series.period, core):
        return True
    runs = [(int(a), int(b) if len(b) == 4 else int(a[:2] + b)) for a, b in _RUN_OF_YEARS.findall(words)]
    if any(last - first > 1 for first, last in runs):
        return False
    return bool(_CHANGING.search(words)) and bool(_SINGLE_PERIOD.search(words)) and matches(cues().series.serial, core)


def _words(title: str, register: Register) -> str:
    """A title folded for comparing, the initials of known bodies written out."""
    out, at = [], 0
    for mention in register.mentions(title):
        spelt = mention.organisation.name if _is_initials(mention) else mention.text
        out += [title[at : mention.start], spelt]
        at = mention.end
    folded = normalise("".join([*out, title[at:]]))
    return re.sub(r"[\u2010-\u2015]", "-", folded.replace("’", "'"))


def _is_initials(mention: Mention) -> bool:
    return mention.text.isupper() and " " not in mention.text and mention.text not in cues().series.capitals


def _core(words: str, names: Iterable[str]) -> str:
    """What is left of a title when the publisher's names, dates, numbers and marks are taken out."""
    text = words
    for name in sorted({normalise(name).replace("’", "'") for name in names}, key=lambda name: (-len(name), name)):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", text)
    text = _DRAFT.sub(" ", _CHANGING.sub(" ", text))
    return _trimmed(re.sub(r"[^\w'&/-]+|(?<!\w)[-/&']|[-/&'](?!\w)", " ", text))


def _trimmed(text: str) -> str:
    """Words without the small ones that are left at either end."""
    before, text = "", " ".join(text.split())
    while before != text:
        before, text = text, _EDGES.sub("", text)
    return text


def _of_minutes(core: str) -> str:
    """The part of the body whose minutes they are, with the word: "minutes" alone for the body itself."""
    sort = "action notes" if "action notes" in core else "action log" if "action log" in core else "minutes"
    text = _MINUTES.sub(" ", _OF_MEETING.sub(" ", core).replace("action notes", " ").replace("action log", " "))
    text = re.sub(rf"\b{_ORDINAL}\b", " ", text)
    text = _trimmed(text)
    return f"{text} {sort}" if text else sort


def _capitals(core: str) -> str:
    return " ".join(word.upper() if word.upper() in cues().series.capitals else word for word in core.split())

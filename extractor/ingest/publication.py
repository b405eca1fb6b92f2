"""When a document was published: a labelled date, the day of the meeting or letter, a stamp, the file's name.

Dates that the text gives to something else (the next meeting, a reporting period, a deadline) are passed over; the day
of the last change counts where the text states no better one. A month or year that is known can be sharpened to a day
that the text states.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from enum import IntEnum

from extractor.ingest.days import DATE, MONTH, WEEKDAY, fits_weekday, iso_day, iso_of, parse_day
from extractor.ingest.opening import Line, front, starts_inside

MAX_STAMP = 90
MAX_IMPRINT = 200
NEWS_BLOCKS = 6
# A document may be dated ahead of the file's making (an embargo, a meeting to come), hardly by more than this.
MAX_DAYS_AHEAD = 120


class _Rank(IntEnum):
    """How much a line says for its date being the document's own, best first."""

    PUBLISHED = 0
    OWN = 1
    STAMP = 2
    MONTH = 3
    UPDATED = 4
    YEAR = 5


_PUBLISHED = re.compile(
    r"^(?:(?:first|originally) )?(?:published|publication date|date (?:of publication|published|issued|of issue)|"
    r"posted|released)\b|\bpublished on\b|^delivered on\b",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"^(?:date(?: of (?:the )?(?:meeting|letter|report|paper))?|meeting date)\b"
    r"|^(?:dated|issued?|laid|approved|adopted|agreed)\b"
    r"|^(?:(?:draft|confirmed|unconfirmed|approved) )?(?:minutes?|notes?|record|meeting|agenda)\b"
    r".*?\b(?:held|meeting|for)\b"
    r"|\b(?:meeting|note of the .{0,40}) held(?: in public)?(?: on)?\b|^ordered\b.*\bprinted\b",
    re.IGNORECASE,
)
# Of a page that states no more, a version of this day is what there is to quote.
_UPDATED = re.compile(r"^(?:last )?(?:updated|revised|modified)\b\s*(?:on\b|:)?\s*", re.IGNORECASE)
_NOT_OWN = re.compile(
    r"\b(?:next|previous|last|following|future) (?:meeting|review|update)\b"
    r"|\b(?:(?:last )?(?:updated|modified|revised|reviewed)|deadline|period|comments|between|session|matters arising)\b"
    r"|\b(?:review|expiry|closing|effective|due|valid|target) date\b"
    r"|\b(?:for|reporting|review) (?:the )?(?:year|quarter)\b|\byear end(?:ed|ing)\b"
    r"|\b(?:ran from|clos(?:es|ed|ing)|expires?|review by|data (?:as )?at|minutes of the (?:last|previous))\b",
    re.IGNORECASE,
)
_BEFORE_OTHER = re.compile(
    r"\b(?:by|until|before|from|to|since|after|updated|modified|revised|due|deadline|next|review|ending|ended|and)\s*:?\s*"
    r"(?:on\s+)?(?:the\s+)?(?:\w+day,?\s+)?$",
    re.IGNORECASE,
)
_SEASON_YEAR = re.compile(r"^(?:spring|summer|autumn|winter)\s+((?:19|20)\d\d)$", re.IGNORECASE)
_YEAR_STATED = re.compile(
    r"^(?:published\s*:?\s*)?((?:19|20)\d\d)$"
    r"|(?:©|\(c\)\s|\bcopyright\b)\D{0,80}?((?:19|20)\d\d)(?!\s*[-–]\s*\d)",
    re.IGNORECASE,
)
_DATELINE = re.compile(r"(?-i:[A-Z]{3,}), (?P<date>.{6,24}?) [—–-] ")
_SALUTATION = re.compile(r"(.{6,30})\s+Dear\b")
_DAY = rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{MONTH})\b(?!\.?,?\s+\d{{4}})"
_DAY_ONLY = rf"(?P<weekday>{WEEKDAY})?,?\s*(?:the\s+)?{_DAY}"
_TODAY = re.compile(rf"\b(?P<word>today|yesterday|tomorrow)\b[\s,(]{{1,3}}{_DAY_ONLY}", re.IGNORECASE)
_ON_DAY = re.compile(rf"(?<!next )\bon\s+(?P<weekday>{WEEKDAY}),?\s+{_DAY}", re.IGNORECASE)
_MEETING_DAY = re.compile(rf"\b(?:held|meeting)\b(?:\s+(?:in public|of|on))*\s+{_DAY_ONLY}", re.IGNORECASE)
_TO_COME = re.compile(r"\b(?:will|shall|is to|are to|due|from|by|until|next|expected|goes? on)\b", re.IGNORECASE)
_SHIFT = {"today": 0, "yesterday": 1, "tomorrow": -1}

_NAME_ISO = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.]?(0[1-9]|1[0-2])(?:[-_.]?(0[1-9]|[12]\d|3[01]))?(?!\d)")
_NAME_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})([-_.])(\d{1,2})\2((?:19|20)\d\d|\d\d)(?!\d)")
_NAME_WORDS = re.compile(
    rf"(?:(?<![\dvV])(\d{{1,2}})(?:st|nd|rd|th)?[-_. ]*)?(?<![a-z])({MONTH})[-_. ]*((?:19|20)\d\d)(?!\d)", re.IGNORECASE
)
_NAME_YEAR_WORDS = re.compile(rf"(?<!\d)((?:19|20)\d\d)[-_. ]*({MONTH})(?![a-z])", re.IGNORECASE)
_NAME_QUARTER = re.compile(
    r"(?<![a-z])q[1-4][-_. ]*((?:19|20)\d\d)(?!\d)(?![-_]\d\d(?!\d))|((?:19|20)\d\d)[-_. ]*q[1-4]\b", re.IGNORECASE
)


def find_date(line: str) -> str | None:
    """The first date in a line that may be its document's own, as an ISO day or month."""
    for found in DATE.finditer(line):
        if not _BEFORE_OTHER.search(line[: found.start()]) and (value := iso_day(found[0])):
            return value
    return None


def published_in(head: tuple[Line, ...], title: str | None, made: str | None) -> str | None:
    """The date of publication in the first lines: an ISO day, month or year.

    `made` is the day on which the file was made: what lies far beyond it is not taken where another date is.
    """
    cover = front(head)
    dated = [*_candidates(cover), *([(_Rank.STAMP, stamp)] if title and (stamp := _stamp(title)) else [])]
    if starts_inside(head):
        return None
    if not any(rank <= _Rank.MONTH for rank, _ in dated):
        # below the cover a date needs a word that says whose it is, or a line that is nothing else
        below = _with_lines(head[len(cover) :])
        dated += [pair for pair, line in below if pair[0] != _Rank.STAMP or line.role == "date"]
    if not dated:
        return None
    limit = parse_day(made) if made else None
    if limit is not None:
        latest = limit[0] + timedelta(days=MAX_DAYS_AHEAD)
        dated = [pair for pair in dated if (day := parse_day(pair[1])) and day[0] <= latest] or dated
    best = min(rank for rank, _ in dated)
    value = next(value for rank, value in dated if rank == best)
    # of a month that is stated and a day in it the day says more
    return next((v for _, v in dated if v.startswith(value) and len(v) > len(value)), value)


def date_in_name(stem: str) -> str | None:
    """The date in a file's name: an ISO day, month or year. The day stands before the month, whatever the figures."""
    if found := _NAME_ISO.search(stem):
        year, month, day = found.groups()
        # "report-2010-11" is a financial year as well as a November
        if day or int(month) != (int(year) + 1) % 100 or re.search(r"minutes|letter|news|release|meeting", stem, re.I):
            return iso_of(year, month, day)
        return None
    if found := _NAME_DAY_FIRST.search(stem):
        return iso_of(found[4], found[3], found[1])
    spread = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", stem)
    if found := _NAME_WORDS.search(spread):
        return iso_of(found[3], found[2], found[1])
    if found := _NAME_YEAR_WORDS.search(spread):
        return iso_of(found[1], found[2])
    if found := _NAME_QUARTER.search(stem):
        return found[1] or found[2]
    return None


def sharpened(known: str, text: str, head: tuple[Line, ...], *, news: bool) -> str | None:
    """The day that a text states inside the month or year `known`, None where it states none that fits the calendar.

    Stated are: a labelled date or the day of the meeting, and in news "today (Thursday 8 June)" or the first "on
    Thursday 8 June" of something that has happened. A weekday that its day does not fall on speaks for another year,
    and nothing is sharpened.
    """
    if len(known) > 7:
        return None
    for rank, value in _candidates(head):
        if rank <= _Rank.STAMP and len(value) == 10 and value.startswith(known):
            return value
    for line in head:
        found = _MEETING_DAY.search(line.text)
        if found and not _NOT_OWN.search(line.text) and (day := _day_in(known, found)):
            return day
    return _news_day(known, text, head) if news else None


def _news_day(known: str, text: str, head: tuple[Line, ...]) -> str | None:
    if found := _TODAY.search(text):
        return _day_in(known, found, shift=_SHIFT[found["word"].casefold()])
    for line in head[:NEWS_BLOCKS]:
        for stated in _ON_DAY.finditer(line.text):
            opening = re.split(r"(?<=[.?!])\s+", line.text[: stated.start()])[-1]
            if not _TO_COME.search(opening):
                return _day_in(known, stated)
    return None


def _day_in(known: str, found: re.Match[str], *, shift: int = 0) -> str | None:
    """The day of a match without a year, in the year known, if its weekday fits and it lies in the month known."""
    value = iso_of(known[:4], found["month"], found["day"])
    day = parse_day(value) if value else None
    if day is None or (found["weekday"] and not fits_weekday(day[0], found["weekday"])):
        return None
    moved: date = day[0] + timedelta(days=shift)
    return moved.isoformat() if moved.isoformat().startswith(known) else None


def _candidates(lines: tuple[Line, ...]) -> list[tuple[_Rank, str]]:
    return [pair for pair, _ in _with_lines(lines)]


def _with_lines(lines: tuple[Line, ...]) -> Iterator[tuple[tuple[_Rank, str], Line]]:
    """Each line's date that may be the document's own, with its rank, and the line."""
    for at, line in enumerate(lines):
        before = lines[at - 1].text.rstrip(":") if at else ""
        after = lines[at + 1].text if at + 1 < len(lines) else ""
        if line.kind == "item":
            continue
        # "v1.2 | October 2020" is a stamp of several parts; a row of a table dates its own matters
        parts = line.text.split(" | ") if line.role in ("reference", "issued", "date") else [line.text]
        if parts == [line.text] and line.text.count(" | ") > 1:
            continue
        for part in parts:
            if found := _dated(replace(line, text=part), before, after):
                yield found, line


def _dated(line: Line, before: str, after: str) -> tuple[_Rank, str] | None:
    text = line.text
    if (label := _PUBLISHED.search(text)) and (value := _first_published(text[label.end() :] or after)):
        return _Rank.PUBLISHED, value
    if (year := _YEAR_STATED.search(text)) and len(text) <= MAX_IMPRINT:
        return _Rank.YEAR, year[1] or year[2]
    if (salutation := _SALUTATION.search(text)) and (value := find_date(salutation[1])):
        return _Rank.OWN, value
    if (
        (label := _UPDATED.match(text))
        and (changed := DATE.match(text, label.end()))
        and (value := iso_day(changed[0]))
    ):
        return _Rank.UPDATED, value
    first = DATE.search(text)
    if _NOT_OWN.search(text[: first.end() + 30] if first else text) or _NOT_OWN.fullmatch(before):
        return None
    if (label := _OWN.search(text)) and (value := find_date(text[label.end() :][:MAX_STAMP])):
        return _Rank.OWN, value
    if season := _SEASON_YEAR.match(text):
        return _Rank.YEAR, season[1]
    if dateline := _DATELINE.match(text):
        value = find_date(dateline["date"])
        return (_Rank.STAMP, value) if value else None
    is_short = len(text) <= MAX_STAMP and not text.endswith(".")
    if (is_short or line.role in ("date", "field", "issued")) and (value := _stamp(text)):
        return (_Rank.STAMP if len(value) > 7 else _Rank.MONTH), value
    return None


def _first_published(rest: str) -> str | None:
    """The date that follows "Published", not the one of the last change behind it."""
    return find_date(re.split(r"\b(?:last )?updated\b", rest[:60], flags=re.IGNORECASE)[0])


def _stamp(line: str) -> str | None:
    """The date of a short line; a month alone counts only where it is most of the line ("Report, June 2024")."""
    found = DATE.search(line)
    value = find_date(line)
    if found is None or value is None or (len(value) == 7 and len(found[0]) < 0.4 * len(line)):
        return None
    return value

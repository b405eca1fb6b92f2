"""Loader of the policy calendar: yearly and dated events, Parliaments, and the words that tell a date from a name."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, cast, get_args

from extractor.errors import WrongUsage

SHIPPED = Path(__file__).with_name("calendar.toml")
Reads = Literal["day", "closing", "end"]
READS: tuple[Reads, ...] = get_args(Reads)


@dataclass(frozen=True, slots=True)
class Conventions:
    """Numbers that the guidelines fix: where a year starts, how long "a few weeks" are."""

    financial_year_month: int
    academic_year_month: int
    few_weeks: int
    few_months: int
    few_years: int
    parliament_years: int
    nhs_founded: date


@dataclass(frozen=True, slots=True)
class YearlyDay:
    """A month and a day, a number of days from Easter Sunday, or a weekday of a month (Monday 0; -1: the last)."""

    month: int | None = None
    day: int | None = None
    easter: int | None = None
    weekday: int | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class YearlyEvent:
    """A day that comes round each year; of several `days` the nearest to publication is meant.

    `reads` says what it is to a reader: a "day" like others, a "closing" known by its last day, or an "end", whose
    "before" means by then.
    """

    names: tuple[str, ...]
    source: str
    reads: Reads
    days: tuple[YearlyDay, ...]


@dataclass(frozen=True, slots=True)
class DatedEvent:
    """Something that happens now and then, with the days on which it did or will, in order."""

    names: tuple[str, ...]
    source: str
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """Nouns beside a date that decide what it is; calendar.toml says what each list is for."""

    occasions: tuple[str, ...]
    topics: tuple[str, ...]
    season_modifies: tuple[str, ...]
    comparisons: tuple[str, ...]
    standards: tuple[str, ...]
    repeated: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cues:
    """Verbs around a date that tell what was done from what is promised."""

    participles: tuple[str, ...]
    past: tuple[str, ...]
    future: tuple[str, ...]
    superseded: tuple[str, ...]
    compared: tuple[str, ...]
    reporting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The whole lexicon: `repeats` has phrases by period, `parliaments` the day each Parliament first met, in order."""

    conventions: Conventions
    seasons: Mapping[str, int]
    yearly: tuple[YearlyEvent, ...]
    dated: tuple[DatedEvent, ...]
    parliaments: tuple[date, ...]
    words: Words
    repeats: Mapping[str, tuple[str, ...]]
    cues: Cues


@cache
def load_calendar(path: Path = SHIPPED) -> Calendar:
    """The calendar in a TOML file. Raises WrongUsage naming the first thing that is unknown, missing or doubled."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise WrongUsage(f"calendar {path.name}: {problem}") from problem
    try:
        return _calendar(raw)
    except (TypeError, ValueError) as problem:
        raise WrongUsage(f"calendar {path.name}: {problem}") from problem


def _calendar(raw: dict[str, object]) -> Calendar:
    _keys(raw, {f.name for f in fields(Calendar)}, "the file")
    conventions = _table(raw["conventions"], "conventions")
    _keys(conventions, {f.name for f in fields(Conventions)}, "conventions")
    for name, value in conventions.items():
        if not isinstance(value, date if name == "nhs_founded" else int) or isinstance(value, bool):
            raise TypeError(f"conventions.{name} is {value!r}")
    seasons = _table(raw["seasons"], "seasons")
    for name, month in seasons.items():
        if not isinstance(month, int) or not 1 <= month <= 12:
            raise ValueError(f"season {name!r} starts in month {month!r}")
    yearly = tuple(_yearly(row) for row in _rows(raw["yearly"], "yearly"))
    dated = tuple(_dated(row) for row in _rows(raw["dated"], "dated"))
    names = [event.names for event in yearly] + [event.names for event in dated]
    _unique([name.lower() for group in names for name in group], "event names")
    words, cues = _table(raw["words"], "words"), _table(raw["cues"], "cues")
    _keys(words, {f.name for f in fields(Words)}, "words")
    _keys(cues, {f.name for f in fields(Cues)}, "cues")
    return Calendar(
        conventions=Conventions(**conventions),  # type: ignore[arg-type]  # each value was checked above
        seasons=cast(Mapping[str, int], seasons),
        yearly=yearly,
        dated=dated,
        parliaments=_days([_first_met(row) for row in _rows(raw["parliaments"], "parliaments")], "parliaments"),
        repeats=_repeats(_table(raw["repeats"], "repeats")),
        words=Words(**{name: strings(value, f"words.{name}") for name, value in words.items()}),
        cues=Cues(**{name: strings(value, f"cues.{name}") for name, value in cues.items()}),
    )


def _repeats(table: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    found = {period: strings(value, f"repeats.{period}") for period, value in table.items()}
    _unique([words for listed in found.values() for words in listed], "repeats")
    return found


def _yearly(row: dict[str, object]) -> YearlyEvent:
    place = f"yearly {row.get('names')!r}"
    reads = row.get("reads", "day")
    if reads not in READS:
        raise ValueError(f"{place}: reads {reads!r} is none of {', '.join(READS)}")
    rest = {key: value for key, value in row.items() if key not in ("names", "source", "reads")}
    if "either" in rest:
        _keys(rest, {"either"}, place)
        days = tuple(_yearly_day(one, place) for one in _rows(rest["either"], place))
    else:
        days = (_yearly_day(rest, place),)
    _keys(row, {"names", "source", *row}, place)
    return YearlyEvent(strings(row["names"], place), _source(row, place), reads, days)


def _yearly_day(row: dict[str, object], place: str) -> YearlyDay:
    known = {"easter"} if "easter" in row else {"month", "weekday", "number"} if "weekday" in row else {"month", "day"}
    _keys(row, known, place)
    numbers: dict[str, int] = {}
    for name, value in row.items():
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError(f"{place}: {name} must be a number")
        numbers[name] = value
    if "day" in numbers:
        date(2001, numbers["month"], numbers["day"])  # refuses 31 June; 2001 is no leap year
    if "weekday" in numbers and not (
        1 <= numbers["month"] <= 12 and 0 <= numbers["weekday"] <= 6 and numbers["number"] in (-1, 1, 2, 3, 4)
    ):
        raise ValueError(f"{place}: there is no such weekday of a month")
    return YearlyDay(**numbers)


def _dated(row: dict[str, object]) -> DatedEvent:
    place = f"dated {row.get('names')!r}"
    _keys(row, {"names", "days", "source"}, place)
    return DatedEvent(strings(row["names"], place), _source(row, place), _days(row["days"], place))


def _first_met(row: dict[str, object]) -> object:
    _keys(row, {"first_met", "source"}, "parliaments")
    _source(row, "parliaments")
    return row["first_met"]


def _days(value: object, place: str) -> tuple[date, ...]:
    if not isinstance(value, list) or not value:
        raise TypeError(f"{place}: days must be a list of dates")
    days: list[date] = []
    for day in value:
        if type(day) is not date:
            raise TypeError(f"{place}: {day!r} is not a date")
        days.append(day)
    _unique(days, place)
    if days != sorted(days):
        raise ValueError(f"{place}: days must be in order")
    return tuple(days)


def strings(value: object, place: str) -> tuple[str, ...]:
    """A non-empty list of distinct non-empty strings as a tuple; TypeError or ValueError naming `place` otherwise."""
    if not isinstance(value, list) or not value:
        raise TypeError(f"{place} must be a list of words")
    words: list[str] = []
    for word in value:
        if not isinstance(word, str) or not word.strip():
            raise TypeError(f"{place} holds {word!r}")
        words.append(word)
    _unique(words, place)
    return tuple(words)


def _source(row: dict[str, object], place: str) -> str:
    source = row["source"]
    if not isinstance(source, str) or not source.strip():
        raise TypeError(f"{place}: a source must be named")
    return source


def _table(value: object, place: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"{place} must be a table")
    return value


def _rows(value: object, place: str) -> list[dict[str, object]]:
    if not isinstance(value, list) or not value:
        raise TypeError(f"{place} must be a list of tables")
    return [_table(row, place) for row in value]


def _keys(row: dict[str, object], known: set[str], place: str) -> None:
    if unknown := sorted(row.keys() - known):
        raise ValueError(f"{place}: unknown {', '.join(unknown)}")
    if missing := sorted(known - row.keys()):
        raise ValueError(f"{place}: missing {', '.join(missing)}")


def _unique(values: list[str] | list[date], place: str) -> None:
    seen: set[object] = set()
    for value in values:
        if value in seen:
            raise ValueError(f"{place}: {value} stands twice")
        seen.add(value)

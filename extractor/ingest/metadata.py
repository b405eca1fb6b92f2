"""What a document is: kind, title, publisher, date, series, from options, the sidecar, the file, its text, its name.

Each field is taken from the first of these that has it, and `sources` says which. A day on which a file was made is
weaker evidence of its publication than a date at the head of its text, and counts only where that is missing.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path, PurePath
from typing import cast

from extractor.errors import WrongUsage
from extractor.ingest.days import DATE, iso_day, parse_day
from extractor.ingest.layout import Reading
from extractor.records import KINDS, Kind, Precision

FIELDS = ("title", "kind", "publisher", "published", "url", "series", "licence")
SIDECAR_ENDING = ".meta.json"

# A date that its line offers as the document's own, at the line's start or as the day of the meeting.
_DATE_LABEL = re.compile(
    r"^(?:first )?(?:published|publication date|date(?: of (?:publication|issue|meeting))?|dated|issued|laid|"
    r"released|posted)\b"
    r"|^(?:(?:draft |confirmed )?minutes|notes?|record|meeting)\b.*?\bheld\b(?: on)?",
    re.IGNORECASE,
)
# Such a date is when the page was touched or when something falls due, not when it came out.
_OTHER_DATE = re.compile(
    r"\b(?:by|until|before|from|to|updated|modified|revised|due|deadline|next|review)\s*:?\s*(?:on\s+)?(?:the\s+)?$",
    re.I,
)
_NAME_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.]?(0[1-9]|1[0-2])(?:[-_.]?(0[1-9]|[12]\d|3[01]))?(?!\d)")
_PUBLISHED_BY = re.compile(r"^(?:published by|publisher|from|issued by)\s*:?\s+(?!\d)(.{3,80})$", re.IGNORECASE)
_SUBJECT = re.compile(r"(?:re|subject)\s*:\s+(.{5,150})$", re.IGNORECASE)
_SALUTATION = re.compile(r"dear\b|to whom it may concern", re.IGNORECASE)
HEAD_BLOCKS = 30
MAX_STAMP = 90


@dataclass(frozen=True, slots=True)
class Metadata:
    """The fields of a document's identity, as `records.Document` holds them."""

    kind: Kind
    title: str | None = None
    publisher: str | None = None
    published: date | None = None
    precision: Precision | None = None
    url: str | None = None
    series: str | None = None
    licence: str | None = None
    sources: Mapping[str, str] = field(default_factory=dict)


def read_sidecar(path: Path) -> tuple[dict[str, str], list[str]]:
    """The fields in the sidecar beside a document and what is wrong with it (an absent sidecar is no problem)."""
    names = (path.stem + SIDECAR_ENDING, path.name + SIDECAR_ENDING)
    sidecar = next((beside for name in names if (beside := path.with_name(name)).is_file()), None)
    if sidecar is None:
        return {}, []
    try:
        given = json.loads(sidecar.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        return {}, [f"the sidecar {sidecar.name} was not used: {error}"]
    if not isinstance(given, dict):
        return {}, [f"the sidecar {sidecar.name} was not used: it holds no object"]
    fields, problems = {}, []
    for name in FIELDS:
        value = given.get(name)
        if value is None or value == "":
            continue
        problem = f"must be text, not {value!r}" if not isinstance(value, str) else field_problem(name, value)
        if problem:
            problems.append(f"the sidecar {sidecar.name}: {name} was not used: {problem}")
        else:
            fields[name] = value.strip()
    return fields, problems


def field_problem(name: str, value: str) -> str | None:
    """What is wrong with a field's value, None where nothing is."""
    if name not in FIELDS:
        return f"no such field; there are {', '.join(FIELDS)}"
    if name == "kind" and value not in KINDS:
        return f"{value!r} is none of {', '.join(KINDS)}"
    if name == "published" and parse_day(value) is None:
        return f"{value!r} is no day (2024-06-03), month (2024-06) or year (2024)"
    return None


def check_overrides(overrides: Mapping[str, str]) -> dict[str, str]:
    """Options given by the user, checked. Raises WrongUsage naming every problem."""
    problems = [f"{name}: {problem}" for name, value in overrides.items() if (problem := field_problem(name, value))]
    if problems:
        raise WrongUsage("; ".join(problems))
    return dict(overrides)


def describe(name: str, reading: Reading, given: Mapping[str, str], sidecar: Mapping[str, str]) -> Metadata:
    """Put a document's metadata together.

    `name` is the file's name, `given` what the user stated, `sidecar` what stands beside the file; both hold checked
    values. `sources` of the result names where each field came from.
    """
    embedded = {key: value for key, value in reading.embedded.items() if value and field_problem(key, value) is None}
    head = _head(reading)
    hints = {key: value for key, value in reading.hints.items() if value and field_problem(key, value) is None}
    evidence: list[tuple[str, Mapping[str, str]]] = [("option", given), ("sidecar", sidecar), ("file", embedded)]
    title = next((values["title"] for _, values in evidence if values.get("title")), None)
    evidence += [
        ("text", _from_text(reading, head, title)),
        ("file", hints),
        ("name", _from_name(name, title)),
    ]
    values: dict[str, str] = {}
    sources: dict[str, str] = {}
    for source, fields in evidence:
        for key, value in fields.items():
            if value and key not in values:
                values[key], sources[key] = value, source
    day = parse_day(values["published"]) if "published" in values else None
    return Metadata(
        kind=cast(Kind, values.get("kind", "other")),
        title=values.get("title"),
        publisher=values.get("publisher"),
        published=day[0] if day else None,
        precision=day[1] if day else None,
        url=values.get("url"),
        series=values.get("series"),
        licence=values.get("licence"),
        sources=sources,
    )


def find_date(line: str) -> str | None:
    """The first date in a line that may be its document's own, as an ISO day or month."""
    for found in DATE.finditer(line):
        if not _OTHER_DATE.search(line[: found.start()]) and (value := iso_day(found[0])):
            return value
    return None


def _head(reading: Reading) -> list[str]:
    """The opening blocks as lines; longer than any stamp or title they are cut."""
    return [" ".join(reading.text[b.start : min(b.end, b.start + 400)].split()) for b in reading.blocks[:HEAD_BLOCKS]]


def _from_text(reading: Reading, head: list[str], title: str | None) -> dict[str, str]:
    found: dict[str, str] = {}
    title = title or _title(reading, head)
    if title:
        found["title"] = title
    published = _date_in([title or "", *head])
    if published:
        found["published"] = published
    opening = [kind for line in head if (kind := _kind(line, "opening"))]
    # how a letter or minutes open says more than the title, which may name the plan that they are about
    kind = next((kind for kind in opening if kind in _words().opening_first), None)
    if kind is None and "kind" not in reading.hints:
        kind = _kind(title or "", "title") or next(iter(opening), None)
    if kind:
        found["kind"] = kind
    publisher = _publisher(head)
    if publisher:
        found["publisher"] = _uncapitalised(publisher)
    return found


def _from_name(name: str, title: str | None) -> dict[str, str]:
    stem = PurePath(name).stem
    found: dict[str, str] = {}
    when = _NAME_DATE.search(stem)
    if when:
        found["published"] = "-".join(part for part in when.groups() if part)
    kind = _kind(stem, "name")
    if kind:
        found["kind"] = kind
    words = " ".join(re.sub(r"[_-]+", " ", stem).split())
    if words and title is None:
        found["title"] = words
    return found


def _title(reading: Reading, head: list[str]) -> str | None:
    """A letter's subject line, else the first heading of the highest level on the first page or screen, else the first
    line if it is no sentence. A salutation is none of these: all letters of a day would be one document.
    """
    for line in head:
        if subject := _SUBJECT.match(line):
            return subject[1]
    first = reading.blocks[: HEAD_BLOCKS // 2]
    headings = [
        (block.level, at)
        for at, block in enumerate(first)
        if block.kind == "heading" and not _SALUTATION.match(head[at])
    ]
    if headings:
        return head[min(headings)[1]]
    if (
        head
        and len(head[0]) <= 120
        and not _SALUTATION.match(head[0])
        and not head[0].endswith((".", ";", ","))
        and head[0][0].isupper()
    ):
        return head[0]
    return None


def _date_in(head: list[str]) -> str | None:
    """The document's date in its opening lines: beside a word such as "published", else in a line of its own."""
    stamps: list[str] = []
    for line in head:
        label = _DATE_LABEL.search(line)
        value = find_date(line[label.end() : label.end() + 60]) if label else None
        if value:
            return value
        salutation = re.search(r"(.{6,24})\s+Dear\b", line)
        value = find_date(salutation.group(1)) if salutation else None
        if value is None and len(line) <= MAX_STAMP and not line.endswith("."):
            value = _stamp(line)
        if value:
            stamps.append(value)
    days = [value for value in stamps if len(value) > 7]
    return next(iter(days or stamps), None)


def _stamp(line: str) -> str | None:
    """The date of a short line; a month alone counts only where it is most of the line ("Report, June 2024")."""
    found = DATE.search(line)
    value = find_date(line)
    if found is None or value is None or (len(value) == 7 and len(found.group()) < 0.4 * len(line)):
        return None
    return value


def _publisher(head: list[str]) -> str | None:
    words = _words()
    for line in head:
        stated = _PUBLISHED_BY.match(line)
        if stated and stated.group(1)[0].isupper() and not stated.group(1).endswith("."):
            return stated.group(1)
    for line in head[:8]:
        if len(line) > 80 or "," in line:
            continue
        if line.startswith(words.known) and len(line.split()) <= 6 and not line.endswith((".", ":", "?")):
            return line
        body = re.sub(r"\s*[-–—:|]\s*(?:agenda|minutes|notes?|action log|papers?)\b.*$", "", line, flags=re.IGNORECASE)
        if (
            2 <= len(body.split()) <= 7
            and not body.endswith((".", ":"))
            and (
                body.split()[-1].capitalize() in words.heads
                or re.match(r"(?:Department|Ministry|Office) (?:of|for) ", body)
            )
        ):
            return body
    return None


def _uncapitalised(name: str) -> str:
    """A name set in capitals as it is written elsewhere; short words may be initials and stay."""
    if not name.isupper() or len(name.split()) < 2:
        return name
    small = ("OF", "AND", "FOR", "THE")
    return " ".join(
        word.lower() if word in small else word if len(word) <= 3 else word.capitalize() for word in name.split()
    )


def _kind(text: str, where: str) -> str | None:
    return next((kind for kind, cues in _words().kinds if any(cue.search(text) for cue in cues[where])), None)


def _patterns(cues: list[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(cue, re.IGNORECASE) for cue in cues)


@dataclass(frozen=True, slots=True)
class _Words:
    kinds: tuple[tuple[str, dict[str, tuple[re.Pattern[str], ...]]], ...]
    known: tuple[str, ...]
    heads: frozenset[str]
    opening_first: frozenset[str]


@cache
def _words() -> _Words:
    """The shipped cues; a kind that does not exist or a broken pattern is an error in the package and raises."""
    given = tomllib.loads(Path(__file__).with_name("kinds.toml").read_text(encoding="utf-8"))
    kinds = []
    for entry in given["kind"]:
        if entry["kind"] not in KINDS:
            raise ValueError(f"kinds.toml: no such kind {entry['kind']!r}")
        kinds.append((entry["kind"], {where: _patterns(entry[where]) for where in ("name", "title", "opening")}))
    publisher = given["publisher"]
    return _Words(
        tuple(kinds),
        tuple(publisher["known"]),
        frozenset(publisher["heads"]),
        frozenset(entry["kind"] for entry in given["kind"] if entry.get("opening_first")),
    )

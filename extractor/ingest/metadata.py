"""What a document is: kind, title, publisher, date, series, from options, the sidecar, the file, its text, its name.

Each field is taken from the first of these that has it, and `sources` says which. A day on which a file was made is the
weakest evidence of its publication, and counts only where nothing else is dated.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePath
from typing import cast

from extractor.errors import Rejected, WrongUsage
from extractor.ingest.days import parse_day
from extractor.ingest.files import read_file
from extractor.ingest.kinds import kind_in_body, kind_in_name, kind_in_opening, kind_in_title, strong_kind
from extractor.ingest.layout import Reading
from extractor.ingest.opening import Line, front, head_lines, tail_lines
from extractor.ingest.publication import date_in_name, find_date, published_in, sharpened
from extractor.ingest.publishers import is_news_outlet, publisher_in
from extractor.ingest.series import series_of
from extractor.ingest.titles import Title, title_in
from extractor.lexicon.organisations import Register, load_register
from extractor.records import KINDS, Kind, Precision

__all__ = ["FIELDS", "Metadata", "check_overrides", "describe", "field_problem", "find_date", "read_sidecar"]

FIELDS = ("title", "kind", "publisher", "published", "url", "series", "licence")
SIDECAR_ENDING = ".meta.json"
# A sidecar holds a few short fields.
MAX_SIDECAR = 1_000_000
# Added to the source of a date whose day the text states while the source knows only the month or the year.
SHARPENED = ", sharpened by the text"


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


@dataclass(frozen=True, slots=True)
class _Opening:
    """What the first lines of a text say, and the line below the title."""

    fields: Mapping[str, str]
    subtitle: str | None


def read_sidecar(path: Path) -> tuple[dict[str, str], list[str]]:
    """The fields in the sidecar beside a document and what is wrong with it (an absent sidecar is no problem)."""
    names = (path.stem + SIDECAR_ENDING, path.name + SIDECAR_ENDING)
    sidecar = next((beside for name in names if (beside := path.with_name(name)).is_file()), None)
    if sidecar is None:
        return {}, []
    try:
        given = json.loads(read_file(sidecar, limit=MAX_SIDECAR).decode("utf-8-sig"))
    except (Rejected, ValueError, RecursionError) as error:
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


def describe(
    name: str,
    reading: Reading,
    given: Mapping[str, str],
    sidecar: Mapping[str, str],
    *,
    register: Register | None = None,
) -> Metadata:
    """Put a document's metadata together.

    `name` is the file's name, `given` what the user stated, `sidecar` what stands beside the file; both hold checked
    values. `register` knows the organisations (the shipped one by default). `sources` of the result names where each
    field came from: "option", "sidecar", "file", "text" or "name"; a date whose month is known and whose day the text
    states has SHARPENED added.
    """
    register = register or load_register()
    embedded = _usable(reading.embedded)
    hints = _usable(reading.hints)
    head = head_lines(reading)
    known: list[tuple[str, Mapping[str, str]]] = [("option", given), ("sidecar", sidecar), ("file", embedded)]
    stated = {key: next((fields[key] for _, fields in known if fields.get(key)), None) for key in FIELDS}
    opening = _from_text(reading, head, stated, hints, register)
    made = {"published": hints["published"]} if "published" in hints else {}
    evidence = [
        *known,
        ("text", opening.fields),
        ("file", {key: value for key, value in hints.items() if key not in made}),
        ("name", _from_name(name)),
        ("file", made),
    ]
    values: dict[str, str] = {}
    sources: dict[str, str] = {}
    for source, fields in evidence:
        for key, value in fields.items():
            if value and key not in values:
                values[key], sources[key] = value, source
    if "kind" not in values and (kind := kind_in_body(reading.text)):
        values["kind"], sources["kind"] = kind, "text"
    _sharpen(values, sources, reading, head)
    _add_series(values, sources, opening.subtitle, register)
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


def _usable(fields: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in fields.items() if value and field_problem(key, value) is None}


def _from_text(
    reading: Reading,
    head: tuple[Line, ...],
    stated: Mapping[str, str | None],
    hints: Mapping[str, str],
    register: Register,
) -> _Opening:
    """What the text says of itself; `stated` is what better sources have said already, `hints` what the file hints."""
    found: dict[str, str] = {}
    strong = strong_kind(head)
    kind = cast(Kind | None, stated["kind"]) or strong
    publisher = stated["publisher"] or publisher_in(front(head), head, tail_lines(reading), register)
    title: Title | None = Title(stated["title"]) if stated["title"] else title_in(head, kind, publisher, register)
    if title:
        found["title"] = title.text
    if publisher:
        found["publisher"] = publisher
    if published := published_in(head, title.text if title else None, hints.get("published")):
        found["published"] = published
    if strong is None and "kind" not in hints:
        strong = _weaker_kind(reading, front(head), title, publisher, register)
    if strong:
        found["kind"] = strong
    return _Opening(found, title.subtitle if title else None)


def _weaker_kind(
    reading: Reading, cover: tuple[Line, ...], title: Title | None, publisher: str | None, register: Register
) -> Kind | None:
    """The kind where no opening decides: a newspaper prints news, whatever plan or report its headline names."""
    if publisher and is_news_outlet(publisher, register):
        return "news"
    lines = (title.text, title.subtitle) if title else ()
    named = next((kind for line in lines if line and (kind := kind_in_title(line))), None) or kind_in_opening(cover)
    told = kind_in_body(reading.text) if named in (None, "plan", "report") else None
    return "news" if told == "news" else named


def _from_name(name: str) -> dict[str, str]:
    stem = PurePath(name).stem
    words = " ".join(stem.replace("_", " ").replace("-", " ").split())
    found = {"title": words, "kind": kind_in_name(stem), "published": date_in_name(stem)}
    return {key: value for key, value in found.items() if value}


def _sharpen(values: dict[str, str], sources: dict[str, str], reading: Reading, head: tuple[Line, ...]) -> None:
    """Make a month or year into the day that the text states in it; what the user gave on the command line stays."""
    if "published" not in values or sources["published"] == "option":
        return
    news = values.get("kind") in ("news", "press_release")
    if day := sharpened(values["published"], reading.text, head, news=news):
        values["published"] = day
        if sources["published"] != "text":
            sources["published"] += SHARPENED


def _add_series(values: dict[str, str], sources: dict[str, str], subtitle: str | None, register: Register) -> None:
    """State the series where no source did and the title shows one; its source is the title's."""
    if "series" in values or "title" not in values:
        return
    kind = cast(Kind, values.get("kind", "other"))
    if series := series_of(values["title"], subtitle, values.get("publisher"), kind, register):
        values["series"], sources["series"] = series, sources["title"]

"""What other libraries make of the same words: run by tests.bench.fields in whatever interpreter has them installed.

Standard input is a JSON object: "task" (dates, figures), "library", and "items", each with "text" and "published".
Standard output is {"missing": reason} or {"version": …, "found": [[…], …]}, a list for each item: of dates [first,
last] in ISO form (null where open or not told), of figures [value, unit]. Nothing here imports the project, whose own
environment need not hold these libraries.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from importlib import import_module
from importlib.metadata import version
from typing import Any

Item = Mapping[str, str]


def dateparser_dates(items: Iterable[Item]) -> Iterator[list[list[str | None]]]:
    """One day a phrase: the last that it allows, counted from publication, later days preferred."""
    from dateparser.search import search_dates

    for item in items:
        given = {
            "RELATIVE_BASE": datetime.fromisoformat(item["published"]),
            "PREFER_DATES_FROM": "future",
            "PREFER_DAY_OF_MONTH": "last",
            "PREFER_MONTH_OF_YEAR": "last",
        }
        found = search_dates(item["text"], languages=["en"], settings=given) or []
        yield [[None, day.date().isoformat()] for _, day in found]


def recognizers_dates(items: Iterable[Item]) -> Iterator[list[list[str | None]]]:
    """Every reading of every phrase: the library gives several where a phrase may mean several years."""
    library = import_module("recognizers_date_time")
    for item in items:
        found = library.recognize_datetime(
            item["text"], library.Culture.English, reference=datetime.fromisoformat(item["published"])
        )
        values = [value for one in found for value in (one.resolution or {}).get("values", ())]
        yield [days for value in values for days in _days(value)]


def _days(value: Mapping[str, str]) -> list[list[str | None]]:
    """A range as it is and without the day at its end, which its convention leaves out: whichever is right counts."""
    start, end = (value.get(name, value.get("value")) for name in ("start", "end"))
    first, last = (text[:10] if text and text[4:5] == "-" else None for text in (start, end))
    if not first and not last:
        return []
    before = (datetime.fromisoformat(last) - timedelta(days=1)).date().isoformat() if last else None
    return [[first, last], [first, before]]


def quantulum_figures(items: Iterable[Item]) -> Iterator[list[list[Any]]]:
    """Quantities with their units; of what has none in its list of units the library gives the bare number."""
    parser = import_module("quantulum3.parser")
    for item in items:
        yield [[quantity.value, quantity.unit.name] for quantity in parser.parse(item["text"])]


def recognizers_figures(items: Iterable[Item]) -> Iterator[list[list[Any]]]:
    """Numbers with units, percentages and, where neither stands, bare numbers: what the three recognisers find."""
    plain, units = import_module("recognizers_number"), import_module("recognizers_number_with_unit")
    kinds = (units.recognize_currency, units.recognize_age, units.recognize_dimension, plain.recognize_percentage)
    for item in items:
        taken: list[tuple[int, int]] = []
        found = []
        for recognise in (*kinds, plain.recognize_number):
            for one in recognise(item["text"], units.Culture.English):
                value, unit = (one.resolution or {}).get("value"), (one.resolution or {}).get("unit", "")
                # a unit without a number has no value
                if not value or any(one.start <= end and start <= one.end for start, end in taken):
                    continue
                taken.append((one.start, one.end))
                found.append([float(value.removesuffix("%")), "per cent" if value.endswith("%") else unit])
        yield found


READERS: Mapping[tuple[str, str], Callable[[Iterable[Item]], Iterator[Any]]] = {
    ("dates", "dateparser"): dateparser_dates,
    ("dates", "recognizers-text"): recognizers_dates,
    ("figures", "quantulum3"): quantulum_figures,
    ("figures", "recognizers-text"): recognizers_figures,
}


def main() -> None:
    """Read the question, answer it; see the module's own words."""
    asked = json.load(sys.stdin)
    try:
        found = list(READERS[asked["task"], asked["library"]](asked["items"]))
    except ImportError as problem:
        answer: dict[str, Any] = {"missing": str(problem)}
    else:
        answer = {"version": version(asked["library"]), "found": found}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()

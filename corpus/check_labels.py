"""Check the labelled documents that the statement finder is trained on, and count them by kind and label.

`python corpus/check_labels.py [FOLDER]` prints one line per problem and the table of counts; the exit status is 1
where there is a problem, 2 where the folder holds no documents. `labels/README.md` describes the format.
"""

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "labels"
FILES = "*-[0-9][0-9].jsonl"  # GENRE-NN; what else lies in the folder is no labelled document

KINDS = frozenset({"letter", "plan", "minutes", "press_release", "news", "response", "report", "other"})
TYPES = frozenset({"heading", "sentence", "item", "row"})
LABELS = ("commitment", "progress", "none")
STRENGTHS = frozenset({"firm", "directive", "aim", "proposal"})
PROGRESS_KINDS = frozenset({"delivered", "underway", "delayed", "measure"})
DIRECTIONS = frozenset({"increase", "decrease"})

DOCUMENT_KEYS = frozenset({"document", "kind", "publisher", "published", "title"})
REQUIRED_KEYS = frozenset({"type", "text", "label"})
WHYS = frozenset(
    {"heading", "lead_in", "record", "demand", "recommendation", "former", "refusal", "forecast"}
    | {"description", "background", "opinion", "advice"}
)
VOICES = frozenset({"quoted", "reported", "unnamed"})
PART_KEYS = frozenset({"text", "deadline", "metrics", "owners"})
METRIC_KEYS = frozenset({"value", "unit", "from", "direction"})
SHAPE_KEYS = {"heading": {"level"}, "sentence": {"paragraph_start"}, "item": set[str](), "row": {"header"}}
LABEL_KEYS = {
    "commitment": {"strength", "owners", "explicit", "deadline", "metrics", "voice", "speaker", "negated", "parts"},
    "progress": {"progress_kind", "owners", "explicit", "when", "deadline", "metrics", "voice", "speaker", "negated"},
    "none": {"why"},
}

# Shares of all units. Real documents run at about a third commitments and a tenth progress; a set far outside these
# bounds would teach the classifier a prior that no real document has.
BOUNDS = {"commitment": (0.20, 0.45), "progress": (0.06, 0.22), "none": (0.40, 0.72)}
BALANCE_FROM = 200  # units; a share of fewer says little
DEEPEST_HEADING = 6
PATTERN_WORDS = 5
PATTERN_LIMIT = 6  # documents written by filling in a form repeat their openings far more often
DUPLICATE_WORDS = 5  # "None." or "To note" recurs in real minutes as well


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: `where` is FILE or FILE:LINE, `what` a clause that says what to mend."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(frozen=True, slots=True)
class Line:
    """One JSON object of a file, with its place."""

    where: str
    value: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LabelledDocument:
    """A file as read: its first line and its unit lines."""

    name: str
    head: Line
    units: tuple[Line, ...]


def read_folder(folder: Path) -> tuple[list[LabelledDocument], list[Problem]]:
    """Read every `GENRE-NN.jsonl` of the folder; lines that are no JSON objects become problems and are left out."""
    documents: list[LabelledDocument] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob(FILES)):
        lines: list[Line] = []
        for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            where = f"{path.name}:{number}"
            try:
                value = json.loads(raw)
            except json.JSONDecodeError as error:
                problems.append(Problem(where, f"not JSON ({error.msg})"))
                continue
            if isinstance(value, dict):
                lines.append(Line(where, value))
            else:
                problems.append(Problem(where, "not a JSON object"))
        if len(lines) < 2:
            problems.append(Problem(path.name, "a document line and at least one unit are needed"))
        else:
            documents.append(LabelledDocument(path.stem, lines[0], tuple(lines[1:])))
    return documents, problems


def check_folder(folder: Path) -> list[Problem]:
    """Every problem of the folder's documents, in the order of files and lines, then those of the whole set."""
    documents, problems = read_folder(folder)
    for document in documents:
        problems.extend(Problem(document.head.where, what) for what in check_head(document.head.value, document.name))
        for unit in document.units:
            problems.extend(Problem(unit.where, what) for what in check_unit(unit.value))
    problems.extend(check_duplicates(documents))
    problems.extend(check_patterns(documents))
    problems.extend(check_balance(documents))
    return problems


def check_head(head: Mapping[str, Any], stem: str) -> Iterator[str]:
    """Problems of a document line; `stem` is the file name that its `document` must equal."""
    yield from _check_keys(head, required=DOCUMENT_KEYS, allowed=DOCUMENT_KEYS)
    for key in sorted(DOCUMENT_KEYS & head.keys()):
        if not _is_text(head[key]):
            yield f"{key} must be a text"
    if head.get("document") != stem:
        yield f"document is {head.get('document')!r}, the file is {stem!r}"
    if _is_text(head.get("kind")) and head["kind"] not in KINDS:
        yield f"unknown kind {head['kind']!r}"
    published = head.get("published")
    if isinstance(published, str) and not _is_day(published) and not _is_day(f"{published}-01"):
        yield f"published {published!r} is neither a day nor a month"


def check_unit(unit: Mapping[str, Any]) -> Iterator[str]:
    """Problems of one unit line on its own."""
    shape, label = unit.get("type"), unit.get("label")
    known = True
    if "type" in unit and not _among(shape, TYPES):
        known = False
        yield f"unknown type {shape!r}"
    if "label" in unit and not _among(label, LABELS):
        known = False
        yield f"unknown label {label!r}"
    if not known or "type" not in unit or "label" not in unit:
        yield from (f"{key} is missing" for key in sorted(REQUIRED_KEYS - unit.keys()))
        return
    yield from _check_keys(
        unit, required=REQUIRED_KEYS, allowed=REQUIRED_KEYS | SHAPE_KEYS[str(shape)] | LABEL_KEYS[str(label)]
    )
    yield from _check_shape(unit)
    if label != "none":
        yield from _check_statement(unit)
        yield from _check_voice(unit)
        yield from _check_parts(unit)
    elif "why" in unit and not _among(unit["why"], WHYS):
        yield f"unknown why {unit['why']!r}"


def check_duplicates(documents: list[LabelledDocument]) -> Iterator[Problem]:
    """Units whose words have been used before, in the same document or in another; headings may recur."""
    seen: dict[str, str] = {}
    for line in _bodies(documents):
        words = _words(line.value["text"])
        if len(words) < DUPLICATE_WORDS:
            continue
        first = seen.setdefault(" ".join(words), line.where)
        if first != line.where:
            yield Problem(line.where, f"repeats the words of {first}")


def check_patterns(documents: list[LabelledDocument]) -> Iterator[Problem]:
    """Openings that too many units share."""
    places: dict[str, list[str]] = defaultdict(list)
    for line in _bodies(documents):
        words = _words(line.value["text"])
        if len(words) > PATTERN_WORDS:
            places[" ".join(words[:PATTERN_WORDS])].append(line.where)
    for opening, where in sorted(places.items()):
        if len(where) > PATTERN_LIMIT:
            yield Problem(where[PATTERN_LIMIT], f"{len(where)} units open with {opening!r}")


def check_balance(documents: list[LabelledDocument]) -> Iterator[Problem]:
    """Labels whose share of all units is outside `BOUNDS`; sets of fewer than `BALANCE_FROM` units pass."""
    found = Counter(str(line.value.get("label")) for document in documents for line in document.units)
    total = found.total()
    if total < BALANCE_FROM:
        return
    for label, (low, high) in BOUNDS.items():
        share = found[label] / total
        if not low <= share <= high:
            yield Problem("all documents", f"{share:.0%} of the units are {label}, not {low:.0%} to {high:.0%}")


def count_labels(documents: list[LabelledDocument]) -> dict[str, Counter[str]]:
    """Units by the kind of their document and by label."""
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for document in documents:
        for line in document.units:
            table[str(document.head.value.get("kind"))][str(line.value.get("label"))] += 1
    return dict(table)


def format_counts(documents: list[LabelledDocument]) -> str:
    """The table of counts as text, one kind a row, the total last."""
    table = count_labels(documents)
    total = sum(table.values(), Counter[str]())
    sizes = Counter(str(document.head.value.get("kind")) for document in documents)
    rows: list[tuple[str, ...]] = [("kind", "documents", "units", *LABELS)]
    for kind, found in [*sorted(table.items()), ("total", total)]:
        files = sizes.total() if kind == "total" else sizes[kind]
        rows.append((kind, str(files), str(found.total()), *(str(found[label]) for label in LABELS)))
    return "\n".join(f"{row[0]:<14}" + "".join(f"{cell:>12}" for cell in row[1:]) for row in rows)


def _check_keys(value: Mapping[str, Any], *, required: frozenset[str], allowed: frozenset[str]) -> Iterator[str]:
    yield from (f"{key} is missing" for key in sorted(required - value.keys()))
    yield from (f"{key} does not belong here" for key in sorted(value.keys() - allowed))


def _check_shape(unit: Mapping[str, Any]) -> Iterator[str]:
    text = unit.get("text")
    if "text" in unit and not _is_text(text):
        yield "text must not be empty"
    elif isinstance(text, str) and text != " ".join(text.split()):
        yield "text has stray white space"
    if unit["type"] == "heading":
        level = unit.get("level")
        if not isinstance(level, int) or isinstance(level, bool) or not 1 <= level <= DEEPEST_HEADING:
            yield f"a heading needs a level from 1 to {DEEPEST_HEADING}"
    if "paragraph_start" in unit and unit["paragraph_start"] is not True:
        yield "paragraph_start is true or left out"
    if "header" in unit and not _is_texts(unit["header"]):
        yield "header must be a list of texts"


def _check_statement(unit: Mapping[str, Any]) -> Iterator[str]:
    kind = unit.get("progress_kind")
    if unit["label"] == "commitment":
        if not _among(unit.get("strength"), STRENGTHS):
            yield f"unknown strength {unit.get('strength')!r}"
    elif not _among(kind, PROGRESS_KINDS):
        yield f"unknown progress_kind {kind!r}"
    owners = unit.get("owners")
    if not _is_texts(owners):
        yield "owners must be a list of names"
    elif not owners and kind != "measure":
        yield "an owner is needed"
    elif isinstance(owners, list):
        yield from (f"owner {name!r} is not canonical" for name in owners if name.startswith("The "))
        if len(set(owners)) < len(owners):
            yield "an owner is named twice"
    if not isinstance(unit.get("explicit"), bool):
        yield "explicit must be true or false"
    if unit["label"] == "progress" and kind != "delayed" and unit.get("deadline") is not None:
        yield "only a delay has a deadline, other progress has a when"
    for key in ("deadline", "when"):
        if unit.get(key) is not None:
            yield from (f"{key}: {what}" for what in _check_interval(unit[key], str(unit.get("text"))))
    if "metrics" in unit:
        yield from _check_metrics(unit["metrics"])


def _check_voice(unit: Mapping[str, Any]) -> Iterator[str]:
    if "voice" in unit and not _among(unit["voice"], VOICES):
        yield f"unknown voice {unit['voice']!r}"
    if "speaker" in unit:
        if "voice" not in unit:
            yield "a speaker needs a voice"
        if not _is_text(unit["speaker"]) or unit["speaker"] not in str(unit.get("text")):
            yield f"speaker {unit['speaker']!r} is not in the unit"
    if "negated" in unit and unit["negated"] is not True:
        yield "negated is true or left out"


def _check_parts(unit: Mapping[str, Any]) -> Iterator[str]:
    if "parts" not in unit:
        return
    parts = unit["parts"]
    if not isinstance(parts, list) or len(parts) < 2 or not all(isinstance(part, dict) for part in parts):
        yield "parts must list two objects or more"
        return
    for part in parts:
        yield from _check_keys(part, required=frozenset({"text"}), allowed=PART_KEYS)
        if not _is_text(part.get("text")) or part["text"] not in str(unit.get("text")):
            yield f"part {part.get('text')!r} is not in the unit"
            continue
        if part.get("deadline") is not None:
            yield from (f"deadline: {what}" for what in _check_interval(part["deadline"], part["text"]))
        if "metrics" in part:
            yield from _check_metrics(part["metrics"])


def _check_interval(interval: object, text: str) -> Iterator[str]:
    if not isinstance(interval, dict) or set(interval) != {"text", "start", "end"}:
        yield "needs text, start and end"
        return
    if not _is_text(interval["text"]) or interval["text"] not in text:
        yield f"{interval['text']!r} is not in the unit"
    days = [interval["start"], interval["end"]]
    if bad := [day for day in days if day is not None and not _is_day(day)]:
        yield f"{bad[0]!r} is not an ISO day"
    elif days == [None, None]:
        yield "start and end are both open"
    elif None not in days and days[0] > days[1]:
        yield f"start {days[0]} is after end {days[1]}"


def _check_metrics(metrics: object) -> Iterator[str]:
    if not isinstance(metrics, list):
        yield "metrics must be a list"
        return
    for metric in metrics:
        if not isinstance(metric, dict) or not {"value", "unit"} <= set(metric):
            yield "a metric needs value and unit"
            continue
        yield from (f"metric key {key!r} is unknown" for key in sorted(set(metric) - METRIC_KEYS))
        if metric["value"] != "all" and not _is_number(metric["value"]):
            yield f"metric value {metric['value']!r} is neither a number nor 'all'"
        if not _is_text(metric["unit"]):
            yield "a metric's unit must not be empty"
        if "from" in metric and not _is_number(metric["from"]):
            yield f"metric baseline {metric['from']!r} is not a number"
        if "direction" in metric and not _among(metric["direction"], DIRECTIONS):
            yield f"unknown direction {metric['direction']!r}"


def _bodies(documents: list[LabelledDocument]) -> Iterator[Line]:
    for document in documents:
        for line in document.units:
            if line.value.get("type") != "heading" and isinstance(line.value.get("text"), str):
                yield line


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold().replace("'", "").replace("’", ""))


def _among(value: object, allowed: frozenset[str] | tuple[str, ...]) -> bool:
    return isinstance(value, str) and value in allowed


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(_is_text(entry) for entry in value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_day(value: object) -> bool:
    # `fromisoformat` alone would also take 20240131 and 2024-W05-3.
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def main(arguments: list[str]) -> int:
    """Check the folder named (the project's own by default) and print the findings."""
    folder = Path(arguments[0]) if arguments else FOLDER
    documents, _ = read_folder(folder)
    problems = check_folder(folder)
    if not documents and not problems:
        print(f"{folder}: no labelled documents", file=sys.stderr)
        return 2
    for problem in problems:
        print(problem)
    print(format_counts(documents))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

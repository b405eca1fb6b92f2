"""The product held against hand-labelled documents: how often it finds what a careful reader found, field by field."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from extractor.errors import WrongUsage
from extractor.lexicon.equals import owner_key, unit_head
from extractor.records import Analysis, Deadline, Metric, Owner, Statement

# A statement that covers more units than this found nothing in particular.
MAX_UNITS = 4
# Characters of a unit that a miss tells.
SHOWN = 240
COUNTED = ("commitment", "progress", "deadline", "metric")
SHARED = ("three_way", "strength", "progress_kind", "owner_explicit", "owner_inferred", "metric_unit")


# What each figure is called where people read it, and what it measures.
READABLE = {
    "commitment": ("Commitments found", "F1"),
    "progress": ("Progress reports found", "F1"),
    "strength": ("Strength of a commitment", "share right"),
    "progress_kind": ("Kind of progress", "share right"),
    "owner_explicit": ("Owner, where named", "share right"),
    "owner_inferred": ("Owner, where not named", "share right"),
    "deadline": ("Deadline, both days", "F1"),
    "metric": ("Figures", "F1"),
    "metric_unit": ("Unit of a figure", "share right"),
}


@dataclass(slots=True)
class Tally:
    """Hits, false alarms and misses of one thing looked for."""

    hits: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, *, wanted: bool, found: bool) -> None:
        self.hits += wanted and found
        self.wrong += found and not wanted
        self.missed += wanted and not found

    def count(self, *, wanted: bool, right: bool, spare: bool) -> None:
        """Count one place: a right answer is a hit, none where one was wanted a miss, a spare one a false alarm."""
        self.hits += wanted and right
        self.missed += wanted and not right
        self.wrong += spare

    def figures(self) -> dict[str, float]:
        """Precision, recall, F1 (0–1) and how many were there to be found."""
        precision = self.hits / (self.hits + self.wrong) if self.hits + self.wrong else 0.0
        recall = self.hits / (self.hits + self.missed) if self.hits + self.missed else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        return {
            "precision": round(precision, 4),
            "recall": round(recall, 4),
            "f1": round(f1, 4),
            "n": self.hits + self.missed,
        }


@dataclass(slots=True)
class Scoreboard:
    """All the tallies of an evaluation, and the misses in words."""

    tallies: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in COUNTED})
    shares: dict[str, list[bool]] = field(default_factory=lambda: {name: [] for name in SHARED})
    errors: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, dict[str, float]]:
        """Every figure by name: tallies give precision, recall and F1, shares an accuracy."""
        counted = {name: tally.figures() for name, tally in self.tallies.items()}
        shared = {
            name: {"accuracy": round(sum(oks) / len(oks), 4) if oks else 0.0, "n": len(oks)}
            for name, oks in self.shares.items()
        }
        return {**counted, **shared}


def accuracy_rows(name: str, board: Scoreboard) -> list[dict[str, str | float]]:
    """The figures of one set of documents as rows of the accuracy table (see models/accuracy.json)."""
    figures = board.figures()
    return [
        {
            "fact": fact,
            "measure": measure,
            "value": figures[key].get("f1", figures[key].get("accuracy", 0.0)),
            "items": figures[key]["n"],
            "measured_on": name,
        }
        for key, (fact, measure) in READABLE.items()
        if figures[key]["n"]
    ]


def accuracy_table(rows: Sequence[Mapping[str, str | float]]) -> str:
    """The rows as a Markdown table: a line a fact, a column a set of documents, each value with its number of items."""
    sets = list(dict.fromkeys(str(row["measured_on"]) for row in rows))
    lines = [f"| | measure | {' | '.join(sets)} |", "| --- | --- | " + " | ".join("---" for _ in sets) + " |"]
    for fact, measure in READABLE.values():
        cells = {row["measured_on"]: f"{row['value']:.2f} (of {row['items']})" for row in rows if row["fact"] == fact}
        lines.append(f"| {fact} | {measure} | " + " | ".join(cells.get(name, "–") for name in sets) + " |")
    return "\n".join(lines)


def load_gold(folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    """The gold files of a folder, each with the path of its text.

    Raises WrongUsage where there is none, where one is no gold file, and where a text is missing.
    """
    files = sorted(folder.glob("*.gold.json"))
    if not files:
        raise WrongUsage(f"{folder}: no NAME.gold.json in it")
    return [_gold_file(file) for file in files]


def _gold_file(file: Path) -> tuple[Path, dict[str, Any]]:
    try:
        gold = json.loads(file.read_text(encoding="utf-8"))
        text, units = file.parent / gold["file"], gold.get("units")
    except (OSError, ValueError, LookupError, TypeError) as problem:
        raise WrongUsage(f"{file.parent}: a gold file in it is none: {file.name} ({problem})") from problem
    if not isinstance(units, list) or any({"unit", "start", "end", "label"} - set(unit) for unit in units):
        raise WrongUsage(f"{file} needs “units”, each with “unit”, “start”, “end” and “label”")
    if not text.is_file():
        raise WrongUsage(f"{file}: no such file: {text}")
    return text, gold


def evaluate(gold: Iterable[tuple[Mapping[str, Any], Analysis]]) -> Scoreboard:
    """Score the analyses of documents against their gold units."""
    board = Scoreboard()
    for truth, analysis in gold:
        _score_document(truth, analysis, board)
    return board


class _Place(NamedTuple):
    """A stretch of a document that misses are told of: a gold unit, or (`unit` None) a statement that lies in none."""

    file: str
    unit: int | None
    start: int
    end: int
    text: str

    def miss(self, what: str, *, want: str, got: str) -> str:
        """A miss as a line: what was missed, where, what was wanted, what was found by which rule, and the words."""
        unit = "no unit" if self.unit is None else f"unit {self.unit}"
        words = " ".join(self.text.split())
        shown = words if len(words) <= SHOWN else f"{words[: SHOWN - 1]}…"
        return f"{what}: {self.file}, {unit}, {self.start}:{self.end} | want {want} | got {got} | {shown}"


def _score_document(gold: Mapping[str, Any], analysis: Analysis, board: Scoreboard) -> None:
    text = analysis.document.text
    units: Sequence[Mapping[str, Any]] = gold["units"]
    found: dict[int, list[tuple[int, Statement]]] = {unit["unit"]: [] for unit in units}
    for statement in analysis.statements:
        at = [
            unit
            for unit in units
            if _belongs(statement, unit) and any(c.isalnum() for c in text[unit["start"] : unit["end"]])
        ]
        if not at or len(at) > MAX_UNITS:
            board.tallies[statement.label].wrong += 1
            place = _Place(gold["file"], None, statement.start, statement.end, statement.quote)
            got = f"{_shown_label(statement)} over {len(at)} units"
            board.errors.append(place.miss(f"unplaced {statement.label}", want="nothing", got=got))
            continue
        for unit in at:
            found[unit["unit"]].append((_overlap(statement, unit), statement))
    for unit in units:
        if unit["label"] != "either":
            mine = [statement for _, statement in sorted(found[unit["unit"]], key=lambda pair: -pair[0])]
            start, end = unit["start"], unit["end"]
            _score_unit(_Place(gold["file"], unit["unit"], start, end, text[start:end]), unit, mine, board)


def _overlap(statement: Statement, unit: Mapping[str, Any]) -> int:
    return int(min(statement.end, unit["end"]) - max(statement.start, unit["start"]))


def _belongs(statement: Statement, unit: Mapping[str, Any]) -> bool:
    shared = _overlap(statement, unit)
    return shared > 0 and shared >= 0.5 * min(statement.end - statement.start, unit["end"] - unit["start"])


def _score_unit(place: _Place, unit: Mapping[str, Any], found: Sequence[Statement], board: Scoreboard) -> None:
    labels = {statement.label for statement in found}
    for label in ("commitment", "progress"):
        wanted, got = unit["label"] == label, label in labels
        board.tallies[label].add(wanted=wanted, found=got)
        if wanted != got:
            what = f"{'missed' if wanted else 'wrong'} {label}"
            board.errors.append(place.miss(what, want=unit["label"], got=_listed(map(_shown_label, found))))
    board.shares["three_way"].append(unit["label"] in labels if unit["label"] != "none" else not labels)
    _score_days(place, unit, found, board)
    _score_metrics(place, unit, found, board)
    own = next((statement for statement in found if statement.label == unit["label"]), None)
    if own and unit["label"] == "progress":
        miss = place.miss("kind", want=unit["kind"], got=str(own.kind))
        _share(board, "progress_kind", own.kind == unit["kind"], miss)
    elif own:
        accepted = (unit["strength"], unit.get("strength_also"))
        miss = place.miss("strength", want=unit["strength"], got=str(own.strength))
        _share(board, "strength", own.strength in accepted, miss)
        _score_owner(place, unit, own.owners, board)


def _score_owner(place: _Place, unit: Mapping[str, Any], owners: Sequence[Owner], board: Scoreboard) -> None:
    """The first owner counts; the miss tells of the next ones, too."""
    named = "owner_explicit" if unit.get("explicit") else "owner_inferred"
    accepted = {owner_key(name) for name in unit["owners"]}
    miss = place.miss(
        f"owner {'named' if unit.get('explicit') else 'not named'}",
        want=_listed(unit["owners"]),
        got=_listed(f"{owner.name} ({owner.rule}, {owner.score:.2f}: {owner.reason})" for owner in owners),
    )
    _share(board, named, bool(owners) and owner_key(owners[0].name) in accepted, miss)


def _shown_label(statement: Statement) -> str:
    reasons = "; ".join(reason.detail for reason in statement.reasons if reason.rule == "network")
    return f"{statement.label} {statement.confidence:.2f}" + (f" ({reasons})" if reasons else "")


def _listed(found: Iterable[str]) -> str:
    return ", ".join(found) or "nothing"


def _share(board: Scoreboard, name: str, right: bool, error: str) -> None:
    board.shares[name].append(right)
    if not right:
        board.errors.append(error)


def _score_days(place: _Place, unit: Mapping[str, Any], found: Sequence[Statement], board: Scoreboard) -> None:
    wanted = unit.get("deadline") or unit.get("when")
    want = (wanted["start"], wanted["end"]) if wanted else None
    optional = {(days.get("start"), days.get("end")) for days in unit.get("deadline_optional") or []}
    got: dict[tuple[str | None, str | None], Deadline] = {}
    for statement in found:
        for day in (statement.deadline or statement.when, *(milestone.deadline for milestone in statement.milestones)):
            if day:
                got.setdefault((_iso(day.first), _iso(day.last)), day)
    right = want in got
    spare = any(days not in optional for days in got) and not right
    board.tallies["deadline"].count(wanted=want is not None, right=right, spare=spare)
    if not right and (want or spare):
        shown = _listed(f"{_days(days)} “{day.text}” ({day.rule})" for days, day in got.items())
        words = f" “{wanted['text']}”" if wanted and wanted.get("text") else ""
        board.errors.append(place.miss("deadline", want=f"{_days(want)}{words}" if want else "nothing", got=shown))


def _days(days: tuple[str | None, str | None]) -> str:
    return f"{days[0] or '…'} to {days[1] or '…'}"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _score_metrics(place: _Place, unit: Mapping[str, Any], found: Sequence[Statement], board: Scoreboard) -> None:
    left: dict[float, Metric] = {}
    for statement in found:
        for metric in statement.metrics:
            if metric.value != "all":
                left.setdefault(float(metric.value), metric)
    tally = board.tallies["metric"]
    given = _listed(map(_shown_metric, left.values()))
    for wanted in unit.get("metrics") or []:
        if not isinstance(wanted["value"], int | float):
            continue
        got = left.pop(float(wanted["value"]), None)
        tally.hits += got is not None
        tally.missed += got is None
        want = f"{wanted['value']:g} {wanted['unit']}"
        if got is None:
            board.errors.append(place.miss("metric missed", want=want, got=given))
        else:
            miss = place.miss("metric unit", want=want, got=_shown_metric(got))
            _share(board, "metric_unit", unit_head(got.unit) == unit_head(wanted["unit"]), miss)
    optional = {float(m["value"]) for m in unit.get("metrics_optional") or [] if isinstance(m["value"], int | float)}
    wrong = {value: metric for value, metric in left.items() if value not in optional}
    tally.wrong += len(wrong)
    board.errors += [place.miss("metric wrong", want="nothing", got=_shown_metric(metric)) for metric in wrong.values()]


def _shown_metric(metric: Metric) -> str:
    return f"{metric.value:g} {metric.unit} “{metric.text}” ({metric.rule})"

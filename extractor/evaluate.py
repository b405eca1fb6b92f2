"""The product held against hand-labelled documents: how often it finds what a careful reader found, field by field."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from extractor.errors import WrongUsage
from extractor.records import Analysis, Statement

# Names that the guidelines count as one owner.
SAME_OWNER: tuple[frozenset[str], ...] = (
    frozenset({"uk government", "hm government", "ministers", "government"})
    | {"his majesty's government", "her majesty's government"},
    frozenset({"nhs trusts", "nhs providers", "nhs trusts and foundation trusts"})
    | {"trusts and foundation trusts", "trusts", "providers"},
    frozenset({"icbs", "integrated care boards"}),
    frozenset({"unions", "trade unions"}),
)
# A statement that covers more units than this found nothing in particular.
MAX_UNITS = 4
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
            board.errors.append(f"unplaced {statement.label}: {gold['file']} {statement.quote[:100]}")
            continue
        for unit in at:
            found[unit["unit"]].append((_overlap(statement, unit), statement))
    for unit in units:
        if unit["label"] != "either":
            mine = [statement for _, statement in sorted(found[unit["unit"]], key=lambda pair: -pair[0])]
            _score_unit(f"{gold['file']}:{unit['unit']}", unit, text[unit["start"] : unit["end"]], mine, board)


def _overlap(statement: Statement, unit: Mapping[str, Any]) -> int:
    return int(min(statement.end, unit["end"]) - max(statement.start, unit["start"]))


def _belongs(statement: Statement, unit: Mapping[str, Any]) -> bool:
    shared = _overlap(statement, unit)
    return shared > 0 and shared >= 0.5 * min(statement.end - statement.start, unit["end"] - unit["start"])


def _score_unit(where: str, unit: Mapping[str, Any], text: str, found: Sequence[Statement], board: Scoreboard) -> None:
    labels = {statement.label for statement in found}
    for label in ("commitment", "progress"):
        wanted, got = unit["label"] == label, label in labels
        board.tallies[label].add(wanted=wanted, found=got)
        if wanted != got:
            board.errors.append(f"{'missed' if wanted else 'wrong'} {label}: {where} {text[:140]}")
    board.shares["three_way"].append(unit["label"] in labels if unit["label"] != "none" else not labels)
    _score_days(where, unit, found, board)
    _score_metrics(where, unit, found, board)
    own = next((statement for statement in found if statement.label == unit["label"]), None)
    if own and unit["label"] == "progress":
        _share(board, "progress_kind", own.kind == unit["kind"], f"kind: {where} want {unit['kind']} got {own.kind}")
    elif own:
        _share(
            board,
            "strength",
            own.strength in (unit["strength"], unit.get("strength_also")),
            f"strength: {where} want {unit['strength']} got {own.strength}",
        )
        named = "owner_explicit" if unit.get("explicit") else "owner_inferred"
        accepted = {owner_key(name) for name in unit["owners"]}
        names = [owner.name for owner in own.owners]
        _share(
            board,
            named,
            bool(names) and owner_key(names[0]) in accepted,
            f"owner: {where} want {unit['owners']} got {names}",
        )


def _share(board: Scoreboard, name: str, right: bool, error: str) -> None:
    board.shares[name].append(right)
    if not right:
        board.errors.append(error)


def owner_key(name: str) -> str:
    """A name under which equal owners compare equal."""
    plain = " ".join(name.lower().split()).removeprefix("the ")
    return next((min(group) for group in SAME_OWNER if plain in group), plain)


def _score_days(where: str, unit: Mapping[str, Any], found: Sequence[Statement], board: Scoreboard) -> None:
    wanted = unit.get("deadline") or unit.get("when")
    want = (wanted["start"], wanted["end"]) if wanted else None
    optional = {(days.get("start"), days.get("end")) for days in unit.get("deadline_optional") or []}
    got: set[tuple[str | None, str | None]] = set()
    for statement in found:
        dates = [statement.deadline or statement.when, *(milestone.deadline for milestone in statement.milestones)]
        got |= {(_iso(d.first), _iso(d.last)) for d in dates if d}
    right = want in got
    got = {days for days in got if days == want or days not in optional}
    board.tallies["deadline"].count(wanted=want is not None, right=right, spare=bool(got) and not right)
    if not right and (want or got):
        board.errors.append(f"deadline: {where} want {want} got {sorted(map(str, got))}")


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _score_metrics(where: str, unit: Mapping[str, Any], found: Sequence[Statement], board: Scoreboard) -> None:
    left: dict[float, str] = {}
    for statement in found:
        for metric in statement.metrics:
            if metric.value != "all":
                left.setdefault(float(metric.value), metric.unit)
    tally = board.tallies["metric"]
    for wanted in unit.get("metrics") or []:
        if not isinstance(wanted["value"], int | float):
            continue
        got = left.pop(float(wanted["value"]), None)
        tally.hits += got is not None
        tally.missed += got is None
        if got is None:
            board.errors.append(f"metric missed: {where} {wanted}")
        else:
            _share(
                board,
                "metric_unit",
                _head(got) == _head(wanted["unit"]),
                f"metric unit: {where} want {wanted['unit']} got {got}",
            )
    optional = {float(m["value"]) for m in unit.get("metrics_optional") or [] if isinstance(m["value"], int | float)}
    wrong = {value: name for value, name in left.items() if value not in optional}
    tally.wrong += len(wrong)
    board.errors += [f"metric wrong: {where} {value:g} {name}" for value, name in wrong.items()]


def _head(unit: str | None) -> str:
    """The last word of a unit without its plural, "%" read as "per cent"."""
    *_, last = ["", *(unit or "").replace("%", " per cent").casefold().split()]
    return last.rstrip("s")

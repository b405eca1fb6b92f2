"""Count on labelled documents how often each way of finding a field is right, and how well these rates foretell it."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extractor.errors import WrongUsage
from extractor.find.confidence import FIELDS, FILE, Field, Rates, date_way, metric_way, owner_way, rates_object
from extractor.lexicon.equals import owner_key, unit_head
from extractor.records import Deadline, Statement
from extractor.settings import Settings
from extractor.train.described import Described, Unit, described

# A rule that was checked so often counts as much as all rules together; chosen by calibration error among 2, 5 and 10.
PRIOR = 5
FOLDS = 10
BINS = 10


@dataclass(frozen=True, slots=True)
class Check:
    """Something found in a document: of which field, in which way, and whether it is what the labels say."""

    document: str
    field: Field
    way: str
    right: bool


def train_fields(folders: Sequence[Path], output: Path, *, settings: Settings) -> dict[str, Any]:
    """Write the rates to `output` and return their figures: how many of each field were checked, the share that is
    right, and the expected calibration error of rates counted on other documents.

    Raises WrongUsage for a folder with nothing labelled in it.
    """
    checks: list[Check] = []
    for folder in folders:
        files = label_files(folder)
        if not files:
            raise WrongUsage(f"{folder}: no label file (GENRE-NN.jsonl) and no gold document (*.gold.json) in it")
        for one in described(files, settings=settings):
            checks += checked(one)
    rates = count(checks)
    (output / FILE).write_text(json.dumps(rates_object(rates), indent=1) + "\n", encoding="utf-8")
    figures: dict[str, Any] = {
        field: {
            "checked": len(mine := [check for check in checks if check.field == field]),
            "ways": len(rates[field].ways),
            "right": round(sum(check.right for check in mine) / max(1, len(mine)), 4),
            "calibration_error": round(calibration_error(out_of_fold(mine)), 4),
        }
        for field in FIELDS
    }
    (output / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return figures


def label_files(folder: Path) -> list[Path]:
    """The label files and gold documents of a folder, in order of names."""
    return sorted([*folder.glob("*-[0-9][0-9].jsonl"), *folder.glob("*.gold.json")])


def checked(one: Described) -> Iterator[Check]:
    """Every owner, date and figure found in a document, held against its labels."""
    for unit, statements in one.found():
        for field, way, right in (*_owners(unit, statements), *_dates(unit, statements), *_metrics(unit, statements)):
            yield Check(one.file, field, way, right)


_Found = tuple[Field, str, bool]


def _owners(unit: Unit, statements: Iterable[Statement]) -> Iterator[_Found]:
    accepted = {owner_key(name) for name in unit.get("owners") or ()}
    if accepted:
        for statement in statements:
            for rank, owner in enumerate(statement.owners):
                yield "owner", owner_way(owner, rank), owner_key(owner.name) in accepted


def _dates(unit: Unit, statements: Iterable[Statement]) -> Iterator[_Found]:
    """A unit is labelled with its first date alone: of the dates found, one that agrees is right and stands for all."""
    wanted = unit.get("deadline") or unit.get("when")
    days = (wanted["start"], wanted["end"]) if wanted else None
    found = [date for s in statements for date in (s.deadline, s.when, *(m.deadline for m in s.milestones)) if date]
    agreeing = [date for date in found if _days(date) == days]
    for date in (agreeing or found)[:1]:
        yield "date", date_way(date), bool(agreeing)


def _days(date: Deadline) -> tuple[str | None, str | None]:
    return (date.first.isoformat() if date.first else None, date.last.isoformat() if date.last else None)


def _metrics(unit: Unit, statements: Iterable[Statement]) -> Iterator[_Found]:
    """A figure is right where value and unit are."""
    wanted = {(_value(given["value"]), unit_head(given["unit"])) for given in unit.get("metrics") or ()}
    for statement in statements:
        for metric in statement.metrics:
            yield "metric", metric_way(metric), (_value(metric.value), unit_head(metric.unit)) in wanted


def _value(given: float | str) -> float | str:
    return given if isinstance(given, str) else float(given)


def count(checks: Iterable[Check]) -> dict[Field, Rates]:
    """The share that is right of each field and way; a rare way's lies between its own and that of all."""
    by_field: dict[Field, dict[str, list[bool]]] = {field: defaultdict(list) for field in FIELDS}
    for check in checks:
        by_field[check.field][check.way].append(check.right)
    found = {}
    for field, ways in by_field.items():
        every = [right for rights in ways.values() for right in rights]
        overall = sum(every) / len(every) if every else 0.5
        shares = {way: (sum(rights) + PRIOR * overall) / (len(rights) + PRIOR) for way, rights in ways.items()}
        found[field] = Rates(overall, shares)
    return found


def out_of_fold(checks: Sequence[Check]) -> list[tuple[float, bool]]:
    """For each check the rate that other documents give its way, and whether it is right; documents are not divided."""
    names = {name: place % FOLDS for place, name in enumerate(sorted({check.document for check in checks}))}
    pairs: list[tuple[float, bool]] = []
    for fold in range(FOLDS):
        rates: Mapping[Field, Rates] = count(check for check in checks if names[check.document] != fold)
        held = (check for check in checks if names[check.document] == fold)
        pairs += [(rates[check.field].of(check.way), check.right) for check in held]
    return pairs


def calibration_error(pairs: Sequence[tuple[float, bool]]) -> float:
    """The mean distance between what is foretold and how often it is so, weighted by bin (0–1; Guo et al. 2017)."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for share, right in pairs:
        bins[min(int(share * BINS), BINS - 1)].append((share, right))
    gaps = (abs(sum(share for share, _ in one) - sum(right for _, right in one)) for one in bins.values())
    return sum(gaps) / max(1, len(pairs))

"""The corpus through the product, in a form that a person can read a difference in."""

import json
from pathlib import Path

from extractor.ingest.folders import gather
from extractor.pipeline import analyse_file
from extractor.records import Deadline, Statement
from extractor.settings import Settings

CORPUS = Path(__file__).parents[2] / "corpus" / "documents"
FROZEN = Path(__file__).with_name("corpus.jsonl")
Item = dict[str, object]


def current() -> dict[str, Item]:
    """Every statement of the corpus by document and place, each with the fields that a reader sees."""
    found = {}
    for path in gather([CORPUS]):
        analysis = analyse_file(path, settings=Settings())
        for statement in analysis.statements:
            found[f"{path.name}:{statement.start}"] = _item(statement)
    return found


def _item(statement: Statement) -> Item:
    return {
        "quote": statement.quote,
        "is": statement.strength or statement.kind,
        "owner": statement.owners[0].name if statement.owners else None,
        "days": _days(statement.deadline or statement.when),
        "metrics": [f"{metric.value} {metric.unit}" for metric in statement.metrics],
        "themes": list(statement.themes),
    }


def _days(deadline: Deadline | None) -> str | None:
    return f"{deadline.first or ''}..{deadline.last or ''} {deadline.rule}" if deadline else None


def dump(items: dict[str, Item]) -> str:
    """One item a line, in order."""
    return "".join(json.dumps({"at": at, **item}, ensure_ascii=False) + "\n" for at, item in items.items())


def load() -> dict[str, Item]:
    """The frozen run."""
    rows = [json.loads(line) for line in FROZEN.read_text(encoding="utf-8").splitlines()]
    return {row.pop("at"): row for row in rows}


def differences(frozen: dict[str, Item], now: dict[str, Item]) -> list[str]:
    """Gains, losses and changes, one a line."""
    lines = [f"lost    {at} {frozen[at]['quote']}" for at in frozen if at not in now]
    lines += [f"gained  {at} {now[at]['quote']}" for at in now if at not in frozen]
    for at in frozen:
        if at in now and frozen[at] != now[at]:
            changed = {
                key: (frozen[at].get(key), value) for key, value in now[at].items() if frozen[at].get(key) != value
            }
            lines.append(
                f"changed {at} " + "; ".join(f"{key}: {was!r} → {got!r}" for key, (was, got) in changed.items())
            )
    return lines

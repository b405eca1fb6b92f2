"""Evaluation: the product's own figures, and that they are those of the scorer beside the gold."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from extractor.evaluate import evaluate, load_gold
from extractor.pipeline import analyse_file
from extractor.present import statement_object
from extractor.records import Analysis, Metric
from extractor.settings import Settings
from tests import factories

GOLD = Path(__file__).parents[2] / "shared" / "gold"
TEXT = "We will open 20 wards by March 2024.\nThe rate fell to 7 per cent.\nWe thank our staff."


def gold(**changes: Any) -> dict[str, Any]:
    promise = {
        "unit": 0,
        "start": 0,
        "end": 36,
        "label": "commitment",
        "strength": "firm",
        "owners": ["NHS England"],
        "explicit": False,
        "deadline": {"start": None, "end": "2024-03-31"},
        "metrics": [{"value": 20, "unit": "wards"}],
    } | changes
    report = {
        "unit": 1,
        "start": 37,
        "end": 66,
        "label": "progress",
        "kind": "measure",
        "owners": [],
        "explicit": True,
        "when": None,
        "metrics": [],
    }
    thanks = {"unit": 2, "start": 67, "end": len(TEXT), "label": "none"}
    return {"file": "doc.txt", "units": [promise, report, thanks]}


def analysed(*statements: Any) -> Analysis:
    return Analysis(factories.document(TEXT), (), statements)


FOUND = factories.statement(
    TEXT[:36],
    owners=(factories.owner(),),
    deadline=factories.deadline("by March 2024", start=22),
    metrics=(Metric("20 wards", 20.0, "wards", 13, 21),),
)
REPORT = factories.statement(TEXT[37:66], start=37, label="progress", kind="measure")


def test_a_perfect_run_scores_one_everywhere() -> None:
    figures = evaluate([(gold(), analysed(FOUND, REPORT))]).figures()
    assert [row.get("f1", row.get("accuracy")) for name, row in figures.items() if row["n"]] == [1.0] * len(
        [r for r in figures.values() if r["n"]]
    )


@pytest.mark.parametrize(
    ("found", "changes", "figure", "value", "error"),
    [
        ((REPORT,), {}, "commitment", 0.0, "missed commitment"),
        ((FOUND, REPORT, factories.statement(TEXT[67:], start=67)), {}, "commitment", 0.6667, "wrong commitment"),
        ((FOUND, REPORT), {"strength": "aim"}, "strength", 0.0, "want aim | got firm"),
        ((FOUND, REPORT), {"strength": "aim", "strength_also": "firm"}, "strength", 1.0, None),
        (
            (FOUND, REPORT),
            {"owners": ["NHS trusts"]},
            "owner_inferred",
            0.0,
            "owner not named: doc.txt, unit 0, 0:36 | want NHS trusts | got ",
        ),
        (
            (FOUND, REPORT),
            {"deadline": None},
            "deadline",
            0.0,
            "| want nothing | got … to 2024-03-31 “by March 2024” (by) |",
        ),
        (
            (FOUND, REPORT),
            {"deadline": None, "deadline_optional": [{"start": None, "end": "2024-03-31"}]},
            "deadline",
            0.0,
            None,
        ),
        ((FOUND, REPORT), {"metrics": []}, "metric", 0.0, "metric wrong"),
        ((FOUND, REPORT), {"metrics": [], "metrics_optional": [{"value": 20}]}, "metric", 0.0, None),
        (
            (FOUND, REPORT),
            {"metrics": [{"value": 20, "unit": "beds"}]},
            "metric_unit",
            0.0,
            "want 20 beds | got 20 wards “20 wards” (count) |",
        ),
        ((FOUND, REPORT), {"label": "either"}, "commitment", 0.0, None),
    ],
)
def test_each_kind_of_error_counts_once_and_is_named(
    found: tuple[Any, ...], changes: dict[str, Any], figure: str, value: float, error: str | None
) -> None:
    board = evaluate([(gold(**changes), analysed(*found))])
    row = board.figures()[figure]
    assert row.get("f1", row.get("accuracy")) == value
    assert (not board.errors) if error is None else any(error in line for line in board.errors)


def test_owners_that_the_guidelines_call_one_are_one() -> None:
    board = evaluate(
        [
            (
                gold(owners=["Providers"]),
                analysed(factories.statement(TEXT[:36], owners=(factories.owner("NHS trusts"),)), REPORT),
            )
        ]
    )
    assert board.figures()["owner_inferred"]["accuracy"] == 1.0


@pytest.mark.skipif(not GOLD.exists(), reason="the gold documents are not beside this checkout")
def test_the_figures_are_those_of_the_scorer(tmp_path: Path) -> None:
    pairs = [(truth, analyse_file(path, settings=Settings())) for path, truth in load_gold(GOLD / "seeds")]
    lines = tmp_path / "found.jsonl"
    lines.write_text(
        "".join(json.dumps(statement_object(a.document, s)) + "\n" for _, a in pairs for s in a.statements),
        encoding="utf-8",
    )
    scorer = [sys.executable, str(GOLD / "score.py"), str(GOLD / "seeds"), str(lines), "--json"]
    done = subprocess.run(scorer, capture_output=True, text=True, check=True, timeout=60)
    assert evaluate(pairs).figures() == json.loads(done.stdout)


def test_deadlines_are_compared_by_their_days() -> None:
    other = factories.statement(
        TEXT[:36], deadline=factories.deadline("by March 2024", start=22, last=date(2024, 3, 1))
    )
    assert evaluate([(gold(), analysed(other))]).figures()["deadline"]["f1"] == 0.0

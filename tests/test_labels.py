"""The labelled documents pass their checker, and the checker finds each kind of problem."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.scripts import corpus_script

ROOT = Path(__file__).resolve().parents[1]


checker = corpus_script("check_labels")

HEAD = {
    "document": "plan-01",
    "kind": "plan",
    "publisher": "Marsh Council",
    "published": "2023-06-30",
    "title": "Plan",
}
NONE = {"type": "sentence", "text": "The marsh is wide and mostly wet.", "label": "none"}
COMMITMENT = {
    "type": "item",
    "text": "We will dig 40 ditches by June 2024, up from 30.",
    "label": "commitment",
    "strength": "firm",
    "owners": ["Marsh Council"],
    "explicit": False,
    "deadline": {"text": "by June 2024", "start": None, "end": "2024-06-30"},
    "metrics": [{"value": 40, "unit": "ditches", "from": 30, "direction": "increase"}],
}
PROGRESS = {
    "type": "row",
    "text": "Pump house | opened in May 2023",
    "label": "progress",
    "progress_kind": "delivered",
    "owners": ["Marsh Council"],
    "explicit": False,
    "when": {"text": "in May 2023", "start": "2023-05-01", "end": "2023-05-31"},
    "header": ["What", "State"],
}
HEADING = {"type": "heading", "level": 2, "text": "Water", "label": "none"}
MEASURE = {
    "type": "sentence",
    "text": "Some 28 of the ditches have water in them.",
    "label": "progress",
    "progress_kind": "measure",
    "owners": [],
    "explicit": False,
}
DELAY = {
    "type": "sentence",
    "text": "The sluice has been put back to 2025.",
    "label": "progress",
    "progress_kind": "delayed",
    "owners": ["Marsh Council"],
    "explicit": False,
    "deadline": {"text": "2025", "start": "2025-01-01", "end": "2025-12-31"},
    "paragraph_start": True,
}
WISH = {
    "type": "sentence",
    "text": "The anglers want the whole marsh drained.",
    "label": "none",
    "why": "demand",
}
DRY = {"text": "by May 2024", "start": None, "end": "2024-05-31"}
JOINED: dict[str, Any] = {
    "type": "sentence",
    "text": "The chair said it would drain the fen by May 2024 and not sell the mere.",
    "label": "commitment",
    "strength": "firm",
    "owners": ["Marsh Council"],
    "explicit": False,
    "deadline": DRY,
    "voice": "reported",
    "speaker": "The chair",
    "negated": True,
    "parts": [
        {"text": "drain the fen by May 2024", "deadline": DRY, "metrics": [], "owners": ["Marsh Council"]},
        {"text": "not sell the mere"},
    ],
}
DROPPED = {
    "type": "item",
    "text": "“The bridge is off,” Ann Reed told anglers.",
    "label": "progress",
    "progress_kind": "delayed",
    "owners": ["Marsh Council"],
    "explicit": False,
    "voice": "quoted",
    "speaker": "Ann Reed",
    "negated": True,
}
GOOD = [HEADING, NONE, COMMITMENT, PROGRESS, MEASURE, DELAY]


def write(folder: Path, units: list[Any], name: str = "plan-01", **head: Any) -> None:
    lines = [HEAD | {"document": name} | head, *units]
    (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def without(unit: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in unit.items() if key not in keys}


def test_the_shipped_documents_have_no_problems() -> None:
    assert [str(problem) for problem in checker.check_folder(checker.FOLDER)] == []


def test_the_shipped_documents_are_enough_to_train_on() -> None:
    documents, _ = checker.read_folder(checker.FOLDER)
    table = checker.count_labels(documents)
    assert set(table) == checker.KINDS
    assert sum(found.total() for found in table.values()) >= 1_500
    assert min(found["commitment"] for found in table.values()) >= 10


def test_voices_reasons_and_parts_pass(tmp_path: Path) -> None:
    write(tmp_path, [WISH, JOINED, DROPPED])
    assert checker.check_folder(tmp_path) == []


def test_the_shipped_documents_hold_every_value_of_the_further_keys() -> None:
    documents, _ = checker.read_folder(checker.FOLDER)
    units = [line.value for document in documents for line in document.units]
    assert {unit["why"] for unit in units if "why" in unit} == checker.WHYS
    assert {unit["voice"] for unit in units if "voice" in unit} == checker.VOICES
    assert sum("negated" in unit for unit in units) >= 150
    assert sum("parts" in unit for unit in units) >= 120


def test_good_documents_pass(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(
        tmp_path,
        [HEADING, NONE | {"text": "The second marsh is narrow and mostly dry."}],
        name="plan-02",
        published="2023-06",
    )
    assert checker.check_folder(tmp_path) == []


DOCUMENT_PROBLEMS = [
    # what is changed in the document line, the problem
    ({"kind": "memo"}, "unknown kind 'memo'"),
    ({"kind": ["plan"]}, "kind must be a text"),
    ({"published": "June 2023"}, "published 'June 2023' is neither a day nor a month"),
    ({"published": "2023-02-30"}, "published '2023-02-30' is neither a day nor a month"),
    ({"publisher": ""}, "publisher must be a text"),
    ({"document": "plan-02"}, "document is 'plan-02', the file is 'plan-01'"),
    ({"url": "x"}, "url does not belong here"),
]


@pytest.mark.parametrize(("change", "problem"), DOCUMENT_PROBLEMS)
def test_a_wrong_document_line_is_found(tmp_path: Path, change: dict[str, Any], problem: str) -> None:
    lines = [HEAD | change, NONE]
    (tmp_path / "plan-01.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert [str(found) for found in checker.check_folder(tmp_path)] == [f"plan-01.jsonl:1: {problem}"]


UNIT_PROBLEMS = [
    # a wrong unit, the problem
    (without(NONE, "type"), "type is missing"),
    (without(NONE, "label"), "label is missing"),
    (without(NONE, "text"), "text is missing"),
    (NONE | {"type": "paragraph"}, "unknown type 'paragraph'"),
    (NONE | {"label": "either"}, "unknown label 'either'"),
    (NONE | {"text": " "}, "text must not be empty"),
    (NONE | {"text": "The marsh  is wide."}, "text has stray white space"),
    (NONE | {"note": "?"}, "note does not belong here"),
    # a label's keys on a unit of another label: the labeller changed a mind and not the line
    (NONE | {"strength": "firm"}, "strength does not belong here"),
    (COMMITMENT | {"progress_kind": "measure"}, "progress_kind does not belong here"),
    (COMMITMENT | {"when": None}, "when does not belong here"),
    # a shape's keys on another shape
    (NONE | {"header": ["What"]}, "header does not belong here"),
    (COMMITMENT | {"paragraph_start": True}, "paragraph_start does not belong here"),
    (NONE | {"paragraph_start": False}, "paragraph_start is true or left out"),
    (PROGRESS | {"header": "What"}, "header must be a list of texts"),
    (without(HEADING, "level"), "a heading needs a level from 1 to 6"),
    (HEADING | {"level": True}, "a heading needs a level from 1 to 6"),
    # attributes
    (COMMITMENT | {"strength": "strong"}, "unknown strength 'strong'"),
    (without(PROGRESS, "progress_kind"), "unknown progress_kind None"),
    (COMMITMENT | {"owners": []}, "an owner is needed"),
    (COMMITMENT | {"owners": "Marsh Council"}, "owners must be a list of names"),
    (COMMITMENT | {"owners": ["The Council"]}, "owner 'The Council' is not canonical"),
    (COMMITMENT | {"owners": ["A", "A"]}, "an owner is named twice"),
    (COMMITMENT | {"explicit": "no"}, "explicit must be true or false"),
    (PROGRESS | {"deadline": PROGRESS["when"]}, "only a delay has a deadline, other progress has a when"),
    # dates
    (COMMITMENT | {"deadline": "June 2024"}, "deadline: needs text, start and end"),
    (
        COMMITMENT | {"deadline": {"text": "by July 2024", "start": None, "end": "2024-07-31"}},
        "deadline: 'by July 2024' is not in the unit",
    ),
    (
        COMMITMENT | {"deadline": {"text": "by June 2024", "start": None, "end": "20240630"}},
        "deadline: '20240630' is not an ISO day",
    ),
    (
        COMMITMENT | {"deadline": {"text": "by June 2024", "start": None, "end": "2024-06-31"}},
        "deadline: '2024-06-31' is not an ISO day",
    ),
    (
        COMMITMENT | {"deadline": {"text": "by June 2024", "start": None, "end": None}},
        "deadline: start and end are both open",
    ),
    (
        PROGRESS | {"when": {"text": "in May 2023", "start": "2023-05-31", "end": "2023-05-01"}},
        "when: start 2023-05-31 is after end 2023-05-01",
    ),
    # figures
    (COMMITMENT | {"metrics": {}}, "metrics must be a list"),
    (COMMITMENT | {"metrics": [{"value": 40}]}, "a metric needs value and unit"),
    (COMMITMENT | {"metrics": [{"value": "40", "unit": "x"}]}, "metric value '40' is neither a number nor 'all'"),
    (COMMITMENT | {"metrics": [{"value": True, "unit": "x"}]}, "metric value True is neither a number nor 'all'"),
    (COMMITMENT | {"metrics": [{"value": 1, "unit": ""}]}, "a metric's unit must not be empty"),
    (COMMITMENT | {"metrics": [{"value": 1, "unit": "x", "from": "y"}]}, "metric baseline 'y' is not a number"),
    (COMMITMENT | {"metrics": [{"value": 1, "unit": "x", "direction": "up"}]}, "unknown direction 'up'"),
    (COMMITMENT | {"metrics": [{"value": 1, "unit": "x", "to": 2}]}, "metric key 'to' is unknown"),
    # why a unit is neither
    (WISH | {"why": "wish"}, "unknown why 'wish'"),
    (WISH | {"why": ["demand"]}, "unknown why ['demand']"),
    (COMMITMENT | {"why": "demand"}, "why does not belong here"),
    # whose words, and whether they deny
    (JOINED | {"voice": "own"}, "unknown voice 'own'"),
    (without(JOINED, "voice"), "a speaker needs a voice"),
    (JOINED | {"speaker": "The chairman"}, "speaker 'The chairman' is not in the unit"),
    (JOINED | {"speaker": ""}, "speaker '' is not in the unit"),
    (JOINED | {"negated": False}, "negated is true or left out"),
    (WISH | {"voice": "quoted"}, "voice does not belong here"),
    # the commitments that one sentence joins
    (JOINED | {"parts": JOINED["parts"][:1]}, "parts must list two objects or more"),
    (JOINED | {"parts": ["drain the fen", "not sell the mere"]}, "parts must list two objects or more"),
    (JOINED | {"parts": [JOINED["parts"][0], {"text": "sell"}, {"text": "buy"}]}, "part 'buy' is not in the unit"),
    (
        JOINED | {"parts": [JOINED["parts"][0], {"text": "not sell the mere", "when": None}]},
        "when does not belong here",
    ),
    (
        # a part's day must stand in the part and not only in the sentence
        JOINED | {"parts": [{"text": "drain the fen"}, {"text": "not sell the mere", "deadline": DRY}]},
        "deadline: 'by May 2024' is not in the unit",
    ),
    (
        JOINED | {"parts": [JOINED["parts"][0], {"text": "not sell the mere", "metrics": [{"value": 2}]}]},
        "a metric needs value and unit",
    ),
    (DROPPED | {"parts": [{"text": "The bridge is off"}, {"text": "told anglers"}]}, "parts does not belong here"),
]


@pytest.mark.parametrize(("unit", "problem"), UNIT_PROBLEMS, ids=[problem for _, problem in UNIT_PROBLEMS])
def test_a_wrong_unit_is_found(tmp_path: Path, unit: dict[str, Any], problem: str) -> None:
    write(tmp_path, [unit])
    assert [str(found) for found in checker.check_folder(tmp_path)] == [f"plan-01.jsonl:2: {problem}"]


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ("{", "plan-01.jsonl:3: not JSON (Expecting property name enclosed in double quotes)"),
        ("", "plan-01.jsonl:3: not JSON (Expecting value)"),
        ("[]", "plan-01.jsonl:3: not a JSON object"),
    ],
)
def test_a_line_that_is_no_object_is_found_and_the_rest_is_read(tmp_path: Path, raw: str, problem: str) -> None:
    text = "\n".join([json.dumps(HEAD), json.dumps(NONE), raw, json.dumps(COMMITMENT | {"strength": "x"})])
    (tmp_path / "plan-01.jsonl").write_text(text, encoding="utf-8")
    found = [str(entry) for entry in checker.check_folder(tmp_path)]
    assert found == [problem, "plan-01.jsonl:4: unknown strength 'x'"]


def test_a_document_without_units_is_found(tmp_path: Path) -> None:
    write(tmp_path, [])
    assert [str(found) for found in checker.check_folder(tmp_path)] == [
        "plan-01.jsonl: a document line and at least one unit are needed"
    ]


def test_other_files_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    (tmp_path / "pairs.jsonl").write_text('{"a": 1}\n', encoding="utf-8")
    assert checker.check_folder(tmp_path) == []


def test_repeated_words_are_found_within_and_across_documents(tmp_path: Path) -> None:
    write(tmp_path, [NONE, NONE | {"text": "The marsh is WIDE, and mostly wet!"}])
    write(tmp_path, [NONE], name="plan-02")
    assert [str(found) for found in checker.check_folder(tmp_path)] == [
        "plan-01.jsonl:3: repeats the words of plan-01.jsonl:2",
        "plan-02.jsonl:2: repeats the words of plan-01.jsonl:2",
    ]


def test_headings_and_very_short_units_may_recur(tmp_path: Path) -> None:
    heading = HEADING | {"text": "Next steps for us all"}
    write(tmp_path, [heading, heading, NONE | {"text": "None at all."}, NONE | {"text": "None at all."}])
    assert checker.check_folder(tmp_path) == []


def test_an_opening_used_too_often_is_found_once(tmp_path: Path) -> None:
    units = [NONE | {"text": f"It was decided on Monday that {word} is wet."} for word in ("ash", "bog", "elm", "fen")]
    more = [NONE | {"text": f"It was decided on Monday, and {word} agreed."} for word in ("Ann", "Bob", "Cy")]
    write(tmp_path, units)
    write(tmp_path, more[:2], name="plan-02")
    assert checker.check_folder(tmp_path) == []
    write(tmp_path, more, name="plan-02")
    assert [str(found) for found in checker.check_folder(tmp_path)] == [
        "plan-02.jsonl:4: 7 units open with 'it was decided on monday'"
    ]


def numbered(unit: dict[str, Any], count: int) -> list[dict[str, Any]]:
    return [
        without(unit, "deadline", "when", "metrics") | {"text": f"{unit['label']} {number}"} for number in range(count)
    ]


@pytest.mark.parametrize(
    ("commitments", "progress", "none", "problems"),
    [
        (60, 30, 110, []),
        (2, 1, 3, []),  # too few units to say
        (20, 30, 150, ["10% of the units are commitment, not 20% to 45%", "75% of the units are none, not 40% to 72%"]),
        (60, 4, 136, ["2% of the units are progress, not 6% to 22%"]),
        (60, 70, 70, ["35% of the units are progress, not 6% to 22%", "35% of the units are none, not 40% to 72%"]),
    ],
)
def test_a_set_out_of_balance_is_found(
    tmp_path: Path, commitments: int, progress: int, none: int, problems: list[str]
) -> None:
    write(tmp_path, numbered(COMMITMENT, commitments) + numbered(MEASURE, progress) + numbered(NONE, none))
    assert [str(found) for found in checker.check_folder(tmp_path)] == [f"all documents: {what}" for what in problems]


def test_the_command_prints_problems_and_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, GOOD)
    assert checker.main([str(tmp_path)]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert rows == [
        ["kind", "documents", "units", "commitment", "progress", "none"],
        ["plan", "1", "6", "1", "3", "2"],
        ["total", "1", "6", "1", "3", "2"],
    ]
    write(tmp_path, [NONE | {"label": "maybe"}])
    assert checker.main([str(tmp_path)]) == 1
    assert capsys.readouterr().out.startswith("plan-01.jsonl:2: unknown label 'maybe'\nkind ")


def test_an_empty_folder_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert checker.main([str(tmp_path)]) == 2
    assert "no labelled documents" in capsys.readouterr().err

"""The fields of a statement as a table shows them: aligned, each with its words, their place, confidence and rule."""

from dataclasses import replace
from datetime import date

from extractor.present import CELL_WIDTH, statement_object, statement_table
from extractor.records import Analysis, Deadline, Metric, Milestone, Owner
from tests import factories

TEXT = "NHS England will open 20 wards by March 2024 and 50 by 2026."


def analysis(**fields: object) -> Analysis:
    owner = Owner("nhs-england", "NHS England", True, True, 0.95, "is the subject", "subject", 0, 11, 0.91)
    spare = Owner("icbs", "Integrated care boards", True, False, 0.4, "is meant", "mention", confidence=0.2)
    due = Deadline("by March 2024", None, date(2024, 3, 31), "by; the whole month", None, 31, 44, 0.85)
    later = Deadline("by 2026", None, date(2026, 12, 31), "by; calendar year", None, 52, 59)
    wards = Metric("20 wards", 20, "wards", 22, 30, baseline=5, direction="increase", confidence=0.7)
    given = {
        "owners": (owner, spare, spare),
        "deadline": due,
        "milestones": (Milestone(later),),
        "metrics": (wards,),
        **fields,
    }
    whole = factories.analysis([TEXT])
    return replace(whole, statements=(replace(whole.statements[0], **given),))  # type: ignore[arg-type]


def lines(found: Analysis) -> list[str]:
    return [line.strip() for line in statement_table(found).splitlines()]


def test_each_field_has_its_words_its_place_its_confidence_and_its_rule() -> None:
    shown = [" ".join(line.split()) for line in lines(analysis())]
    for expected in (
        "owner NHS England “NHS England” 0:11 0.91 subject",
        "or Integrated care boards not named 0.20 mention",
        "deadline … to 2024-03-31 “by March 2024” 31:44 0.85 by; the whole month",
        # what was never weighed has no confidence
        "milestone … to 2026-12-31 “by 2026” 52:59 – by; calendar year",
        "measure 20 wards, from 5, increase “20 wards” 22:30 0.70 count",
    ):
        assert expected in shown, expected
    assert sum(line.startswith("or ") for line in shown) == 1


def test_columns_stand_one_below_the_other() -> None:
    table = statement_table(analysis()).splitlines()
    rows = [line for line in table if line.strip().startswith(("owner", "or ", "deadline", "milestone", "measure"))]
    assert (
        len({row.index(words) for row, words in zip(rows, ("“NHS", "not named", "“by", "“by", "“20"), strict=True)})
        == 1
    )
    assert (
        len({row.index(rule) for row, rule in zip(rows, ("subject", "mention", "by;", "by;", "count"), strict=True)})
        == 1
    )


def test_a_long_phrase_is_cut_but_keeps_its_place() -> None:
    words = "open " + "a very " * 30 + "large ward"
    whole = factories.analysis([words])
    metric = Metric(words, 1, "ward", 0, len(words))
    (row,) = [
        line
        for line in lines(replace(whole, statements=(replace(whole.statements[0], metrics=(metric,)),)))
        if line.startswith("measure")
    ]
    assert f"0:{len(words)}" in row
    assert len(row) < 3 * CELL_WIDTH


def test_json_has_the_same_and_keeps_the_contract() -> None:
    found = analysis()
    row = statement_object(found.document, found.statements[0])
    assert row["owners"][:2] == ["NHS England", "Integrated care boards"]
    assert row["deadline"] == {
        "text": "by March 2024",
        "start": None,
        "end": "2024-03-31",
        "rule": "by; the whole month",
        "confidence": 0.85,
        "span": {"start": 31, "end": 44},
    }
    assert row["milestones"][0]["span"] == {"start": 52, "end": 59}
    (metric,) = row["metrics"]
    assert [metric[name] for name in ("value", "from", "start", "end", "rule", "confidence")] == [
        20,
        5,
        22,
        30,
        "count",
        0.7,
    ]
    best, spare, _ = row["owner_candidates"]
    assert TEXT[best["start"] : best["end"]] == "NHS England"
    assert (spare["start"], spare["rule"], spare["confidence"]) == (None, "mention", 0.2)

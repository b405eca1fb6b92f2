"""Whose words and whose promise a statement is, and what a document only mentions, as they are stored."""

from dataclasses import replace
from typing import Any

import pytest
import sqlite_utils

from extractor.store import writer
from extractor.store.pledges import WHOSE
from tests.store_samples import RUN, analysis, corpus, fill, statement


def test_voices_and_mentions_can_be_read_back(db: sqlite_utils.Database) -> None:
    _, b, _ = fill(db)
    said = db.execute("SELECT sure, voice, speaker, negated FROM commitments WHERE document_id = ? ORDER BY start",
                      [b.document.id])  # fmt: skip
    assert said.fetchall() == [(1, "quoted", "Ms O’Neil", 1), (0, "unnamed", None, 0)]
    assert db.execute("SELECT sure, voice, speaker, negated, sentence_start FROM progress").fetchall() == [
        (1, "own", None, 0, None)
    ]
    demand, former = db.query("SELECT * FROM mentions ORDER BY start")
    assert (demand["kind"], demand["voice"], demand["speaker"]) == ("demand", "reported", "The porters’ union")
    assert (former["kind"], former["voice"], former["speaker"]) == ("former", "own", None)
    assert (former["heading"], former["page"], former["confidence"]) == ("Plan", 1, 0.7)
    assert former["reasons"] == '[{"rule": "cue", "score": 0.6, "detail": "“calls for”"}]'
    readable = db.execute(
        "SELECT sure, voice, speaker, whose, negated FROM pledges WHERE document_id = ? ORDER BY strength",
        [b.document.id],
    )
    assert readable.fetchall() == [
        ("yes", "quoted", "Ms O’Neil", "own", "yes"),
        ("to be checked", "unnamed", None, None, "no"),
    ]


def test_a_newer_version_leaves_no_old_mention(db: sqlite_utils.Database) -> None:
    fill(db)
    run = writer.start_run(db, **RUN)
    writer.save_analysis(db, replace(corpus()[1], mentions=()), run)
    assert db.execute("SELECT count(*) FROM mentions").fetchone() == (0,)


def test_a_part_keeps_the_place_of_its_sentence(db: sqlite_utils.Database) -> None:
    whole = analysis("part.txt", [statement("The Board will publish a plan and consult on it.")])
    (said,) = whole.statements
    begin = said.quote.index("consult")
    words = said.quote[begin:-1]
    part = replace(
        said, quote=words, start=said.start + begin, end=said.end - 1, sentence=(said.start, said.end), negated=False
    )
    run = writer.start_run(db, **RUN)
    writer.save_analysis(db, replace(whole, statements=(part,)), run)
    assert db.execute("SELECT sentence_start, sentence_end FROM commitments").fetchall() == [(said.start, said.end)]
    for wrong in ((said.start + begin + 1, said.end), (said.start, said.end + 1), (said.start, part.end - 1)):
        with pytest.raises(ValueError, match="within its sentence"):
            writer.save_analysis(db, replace(whole, statements=(replace(part, sentence=wrong),)), run)


CARE = ("Care Office", 1, "arm's-length body")


@pytest.mark.parametrize(
    ("publisher", "kind", "owner", "expected"),
    [
        pytest.param("Care Office", "plan", CARE, "own", id="the same name"),
        pytest.param("CARE OFFICE", "plan", CARE, "own", id="in capitals"),
        pytest.param("Care Office and Ward Board", "plan", CARE, "own", id="one of two publishers"),
        pytest.param("Ward Board, Care Office & Co", "plan", CARE, "own", id="one of three"),
        pytest.param("Pay & Care", "plan", ("Pay and Care", 0, None), "own", id="another spelling of and"),
        pytest.param("Care Office North", "plan", CARE, None, id="the name within another: perhaps a part of it"),
        pytest.param("Care", "news", CARE, None, id="a short form of the name, even in the news"),
        pytest.param("Ward Board", "plan", CARE, "another body", id="a body of the register, not the publisher"),
        pytest.param("WB", "plan", CARE, None, id="an abbreviation may stand for anything"),
        pytest.param("Ward Board", "plan", ("NHS trusts", 1, "class"), None, id="a class may hold the publisher"),
        pytest.param("Ward Board", "plan", ("Jo Bell", 0, None), None, id="somebody unknown may work there"),
        pytest.param("Ward Board", "plan", ("Ministers", 1, "office"), None, id="an office may be the publisher's"),
        pytest.param("The Gazette", "news", ("NHS trusts", 1, "class"), "another body", id="news is about others"),
        pytest.param("The Gazette", "news", ("Jo Bell", 0, None), "another body", id="in the news, a person, too"),
        pytest.param(None, "news", CARE, None, id="no publisher"),
        pytest.param("Ward Board", "news", None, None, id="no owner"),
        pytest.param("Heir", "plan", ("Testator", 1, "regulator"), None, id="filed under its successor's name"),
        pytest.param("Elder Heir", "plan", ("Testator", 1, "regulator"), "another body", id="which was there already"),
    ],
)  # fmt: skip
def test_whose_it_is(
    db: sqlite_utils.Database, publisher: str | None, kind: str, owner: Any, expected: str | None
) -> None:
    begun = "2020-01-01" if publisher == "Elder Heir" else "2024-01-01"
    db.execute("INSERT INTO owners (id, name, known, valid_from) VALUES ('heir', ?, 1, ?)", [publisher or "-", begun])
    name, known, sort = owner or (None, None, None)
    if name != "Testator":
        db.execute("UPDATE owners SET name = 'Nobody'")
    (found,) = db.execute(
        f"SELECT {WHOSE} FROM (SELECT ? AS name, ? AS known, ? AS kind, 'heir' AS successor_id) o, "
        "(SELECT ? AS publisher, ? AS kind, '2023-06-30' AS published) d",
        [name, known, sort, publisher, kind],
    ).fetchone()
    assert found == expected

"""Where title, kind, publisher and date come from, and which source wins."""

import json
from datetime import date
from pathlib import Path

import pytest

from extractor.errors import WrongUsage
from extractor.ingest import read, read_bytes
from extractor.ingest.days import parse_day
from extractor.ingest.metadata import find_date

TEXT = "People Plan\n\nPublished 3 June 2024\n\nNHS England\n\nWe will train more nurses by March 2025.\n"


def put(folder: Path, sidecar: object = None, *, name: str = "plan-2023-01.txt", text: str = TEXT) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    if sidecar is not None:
        (folder / f"{file.stem}.meta.json").write_text(json.dumps(sidecar), encoding="utf-8")
    return file


def test_option_beats_sidecar_beats_text_beats_name(tmp_path: Path) -> None:
    file = put(tmp_path, {"published": "2024-05", "publisher": "Cabinet Office", "title": None})
    document = read(file, overrides={"publisher": "HM Treasury"})
    assert (document.publisher, document.sources["publisher"]) == ("HM Treasury", "option")
    assert (document.published, document.precision, document.sources["published"]) == (
        date(2024, 5, 1),
        "month",
        "sidecar",
    )
    assert (document.title, document.sources["title"]) == ("People Plan", "text")


def test_text_alone() -> None:
    document = read_bytes(TEXT.encode(), "plan-2023-01.txt")
    assert (document.title, document.publisher, document.published, document.precision, document.kind) == (
        "People Plan",
        "NHS England",
        date(2024, 6, 3),
        "day",
        "plan",
    )
    assert set(document.sources.values()) == {"text"}


def test_name_alone() -> None:
    document = read_bytes(b"we act, and trusts follow.", "board-minutes-2015-01-14.txt")
    assert (document.title, document.published, document.kind) == (
        "board minutes 2015 01 14",
        date(2015, 1, 14),
        "minutes",
    )
    assert set(document.sources.values()) == {"name"}


def test_nothing_known() -> None:
    document = read_bytes(b"we act, and trusts follow.", "x.txt")
    assert (document.kind, document.published, document.precision, document.publisher) == ("other", None, None, None)


@pytest.mark.parametrize(
    ("sidecar", "said"),
    [
        ({"kind": "poem"}, "kind was not used"),
        ({"published": "June"}, "published was not used"),
        ({"title": 7}, "title was not used"),
        (["title"], "no object"),
    ],
)
def test_a_wrong_sidecar_is_named_and_left_out(tmp_path: Path, sidecar: object, said: str) -> None:
    document = read(put(tmp_path, sidecar))
    assert said in document.warnings[0]
    assert document.title == "People Plan"


def test_a_sidecar_that_is_no_json(tmp_path: Path) -> None:
    file = put(tmp_path)
    (tmp_path / "plan-2023-01.meta.json").write_text("{", encoding="utf-8")
    assert "was not used" in read(file).warnings[0]


def test_wrong_options_are_all_named() -> None:
    with pytest.raises(WrongUsage, match=r"(?s)kind.*colour"):
        read_bytes(b"We act.", "a.txt", overrides={"kind": "poem", "colour": "red"})


def test_the_same_work_has_the_same_identity_in_every_version() -> None:
    given = {"title": "Plan", "publisher": "NHS England", "published": "2024-06-03"}
    first, second = (read_bytes(text, "a.txt", overrides=given) for text in (b"We act.", b"We act now."))
    assert first.id == second.id
    assert first.sha256 != second.sha256


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("13th May 2014, 9:30 - 12:30", "2014-05-13"),
        ("Published: 3 June 2024", "2024-06-03"),
        ("14th June, 2010", "2010-06-14"),
        ("July 2024", "2024-07"),
        ("March 3, 2021", "2021-03-03"),
        ("03/06/2024", "2024-06-03"),  # day first, as written in Britain
        ("2024-06-03", "2024-06-03"),
        ("Last updated 4 May 2023", None),  # when the page was touched
        ("by March 2025", None),  # a deadline
        ("31 February 2024", None),
        ("the 2024 plan", None),
    ],
)
def test_find_date(line: str, expected: str | None) -> None:
    assert find_date(line) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-06-03", (date(2024, 6, 3), "day")),
        ("2024-06-03T10:00:00Z", (date(2024, 6, 3), "day")),
        ("2024-06", (date(2024, 6, 1), "month")),
        ("2024", (date(2024, 1, 1), "year")),
        ("2024-13", None),
        ("June 2024", None),
    ],
)
def test_parse_day(value: str, expected: object) -> None:
    assert parse_day(value) == expected


@pytest.mark.parametrize(
    ("opening", "kind"),
    [
        ("Minutes of the meeting held on 8 June 2011\n\nPresent: AB\n", "minutes"),
        ("Dear Ann,\n\nWe will write.\n", "letter"),
        ("Government response to the review\n\nWe accept.\n", "response"),
        ("Press release\n\nThe minister said so.\n", "press_release"),
        ("Staff numbers: annual report\n\nNumbers rose.\n", "report"),
        ("Hello\n\nwe act.\n", "other"),
    ],
)
def test_kind(opening: str, kind: str) -> None:
    assert read_bytes(opening.encode(), "a.txt").kind == kind


@pytest.mark.parametrize(
    ("text", "title", "why"),
    [
        (
            "Dear colleague\n\nWe will train more nurses.\n",
            "letter",
            "the name: by its salutation every letter would be one",
        ),
        (
            "Dear colleague\n\nRe: Training places for 2025\n\nWe will add some.\n",
            "Training places for 2025",
            "subject",
        ),
        ("To whom it may concern\n\nNext steps\n\nWe will act.\n", "Next steps", "the heading below it"),
    ],
)
def test_the_title_of_a_letter(text: str, title: str, why: str) -> None:
    assert read_bytes(text.encode(), "letter.txt").title == title, why

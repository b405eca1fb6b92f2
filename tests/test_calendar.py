"""The policy calendar: shipped file in order, and every kind of mistake refused with its place."""

import re
from pathlib import Path

import pytest

from extractor.errors import WrongUsage
from extractor.lexicon.calendar import SHIPPED, load_calendar

TEXT = SHIPPED.read_text(encoding="utf-8")


def test_shipped_calendar_is_in_order() -> None:
    calendar = load_calendar()
    assert calendar.parliaments == tuple(sorted(calendar.parliaments))
    assert set(calendar.seasons) == {"spring", "summer", "autumn", "winter"}
    assert calendar.conventions.nhs_founded.isoformat() == "1948-07-05"
    assert all(event.source for event in calendar.yearly)
    assert all(event.source for event in calendar.dated)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        # an unknown key anywhere
        ("[conventions]", "surprise = 1\n[conventions]", "unknown surprise"),
        ("few_weeks = 6", "few_weeks = 6\nfew_days = 3", "unknown few_days"),
        ("month = 12\nday = 25", "month = 12\nday = 25\nhour = 3", "unknown hour"),
        # a missing one
        ("few_weeks = 6", "", "missing few_weeks"),
        # a value of the wrong kind
        ("few_weeks = 6", 'few_weeks = "six"', "conventions.few_weeks"),
        ("spring = 3", "spring = 13", "season 'spring'"),
        # an event that reads as nothing known, a weekday or one of several days that is none
        ('reads = "closing"', 'reads = "sometime"', "reads 'sometime' is none of"),
        ("weekday = 6\nnumber = 2", "weekday = 9\nnumber = 2", "no such weekday"),
        ("either = [{ month = 7, day = 31 }", "either = [{ month = 6, day = 31 }", "day is out of range"),
        # days that do not exist, twice or out of order
        ("month = 12\nday = 25", "month = 6\nday = 31", "day is out of range"),
        ("[2018-03-13, 2019-03-13", "[2018-03-13, 2018-03-13", "stands twice"),
        ("[2018-03-13, 2019-03-13", "[2019-03-13, 2018-03-13", "in order"),
        # one name for two events
        ('names = ["Easter",', 'names = ["Christmas", "Easter",', "event names: christmas stands twice"),
        # no source
        ('source = "calendar"', 'source = " "', "a source must be named"),
        # not TOML at all
        ("[conventions]", "[conventions", "calendar broken.toml"),
    ],
)
def test_a_mistake_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in TEXT
    path = tmp_path / "broken.toml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(WrongUsage, match=re.escape(message)):
        load_calendar(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match=r"gone\.toml"):
        load_calendar(tmp_path / "gone.toml")

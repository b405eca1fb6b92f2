"""The words around figures: every kind of mistake refused, and noun phrases read from plain text."""

import re
from pathlib import Path

import pytest

from extractor.errors import WrongUsage
from extractor.find.units import is_plural, noun_phrase
from extractor.lexicon.units import SHIPPED, load_units

TEXT = SHIPPED.read_text(encoding="utf-8")


def test_shipped_words_are_lower_case() -> None:
    units = load_units()
    assert all(word == word.lower() for word in units.numbers.names | units.units.stops | units.direction.increase)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[units]", "[surprise]\nwords = []\n[units]", "unknown surprise"),
        ("plurals = [", 'extra_words = ["a"]\nplurals = [', "extra_words"),
        ("fewer = [", "less_words = [", "less_words"),
        ('fewer = ["fewer", "less"]', 'fewer = ["fewer", "fewer"]', "fewer stands twice"),
        ('fewer = ["fewer", "less"]', 'fewer = ["fewer", "Fewer"]', "fewer stands twice"),
        ('fewer = ["fewer", "less"]', "fewer = []", "must be a list of words"),
        ('fewer = ["fewer", "less"]', "fewer = [3]", "holds 3"),
        ('increase = ["increase"', 'increase = ["cut", "increase"', "cut cannot be both"),
    ],
)
def test_a_mistake_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in TEXT
    path = tmp_path / "broken.toml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(WrongUsage, match=re.escape(message)):
        load_units(path)


@pytest.mark.parametrize(
    ("after", "unit", "direction", "why"),
    [
        (" clinical places in September", "clinical places", None, "up to the plural noun"),
        (" extra health visitors to help", "health visitors", "increase", "modifiers are left out but heard"),
        (" fewer staff will leave", "staff", "decrease", "a plural without s"),
        (" NHS trusts.", "NHS trusts", None, "an abbreviation that ends in s is no plural"),
        (" services across England", "services", None, "an attribute may be the head"),
        (" health services managers will", "health services managers", None, "the last plural of a row"),
        (" of the largest cities", "cities", None, "of and the open a phrase"),
        (", and then", None, None, "punctuation ends it"),
        (" will follow", None, None, "a verb is no noun"),
        ("", None, None, "nothing follows"),
    ],
)
def test_noun_phrase(after: str, unit: str | None, direction: str | None, why: str) -> None:
    found = noun_phrase(after, 0, comma=False)
    assert (found and found[0]) == unit, why
    if found:
        assert after[found[1] - len(found[0]) : found[1]] == found[0]
        assert found[2] == direction


def test_a_comma_may_stand_between_adjectives_where_asked() -> None:
    found = noun_phrase(", consistent method to sort", 0, comma=True)
    assert found is not None
    assert found[0] == "consistent method"


def test_plurals() -> None:
    assert [word for word in ("trusts", "people", "NHS", "access", "is", "Trust’s") if is_plural(word)] == [
        "trusts",
        "people",
    ]

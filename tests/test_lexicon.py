"""The word lists around names, and that every lexicon file that the package ships is read by somebody."""

from pathlib import Path

import pytest

from extractor.errors import WrongUsage
from extractor.lexicon.actors import SHIPPED, load_actor_words
from extractor.lexicon.organisations import SHIPPED as ORGANISATION_FILES

OTHERS = {"actors.toml", "calendar.toml", "cues.toml", "themes.toml", "units.toml"}


def test_every_shipped_file_has_a_reader() -> None:
    shipped = {path.name for path in SHIPPED.parent.glob("*.toml")}
    assert set(ORGANISATION_FILES) <= shipped
    assert OTHERS & shipped == OTHERS


def test_verbs_of_telling_and_promising_are_there() -> None:
    words = load_actor_words()
    assert {"ask", "require"} <= words.telling
    assert {"pledge", "intend"} <= words.promising
    assert not words.not_people & words.people_acting


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("telling = [", "shouting = [", "unknown list 'shouting'; no list 'telling'"),
        ('"pledge"', '"Pledge"', "promising must list lower-case words"),
        ('"pledge"', '"hope"', "promising holds a word twice"),
        ("telling = [", "telling = [[", "actor words"),
    ],
)
def test_faulty_lists_are_refused(tmp_path: Path, old: str, new: str, fault: str) -> None:
    file = tmp_path / "actors.toml"
    file.write_text(SHIPPED.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(WrongUsage, match=fault):
        load_actor_words(file)

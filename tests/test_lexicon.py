"""The word lists around names, and that every lexicon file that the package ships is read by somebody."""

import time
from pathlib import Path

import pytest

from extractor.errors import WrongUsage
from extractor.lexicon.abbreviations import document_aliases
from extractor.lexicon.actors import SHIPPED, load_actor_words
from extractor.lexicon.organisations import SHIPPED as ORGANISATION_FILES

OTHERS = {
    f"{name}.toml"
    for name in (
        "actors",
        "addressees",
        "calendar",
        "columns",
        "cues",
        "equals",
        "jurisdictions",
        "licences",
        "offices",
        "parts",
        "sentences",
        "themes",
        "units",
        "voices",
    )
}


def test_every_shipped_file_has_a_reader() -> None:
    shipped = {path.name for path in SHIPPED.parent.glob("*.toml")}
    assert shipped == OTHERS | set(ORGANISATION_FILES)


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


def test_abbreviations_of_one_long_line_take_linear_time() -> None:
    line = "Royal College of Podiatry (RCPod) " + "a (AB) " * 15_000
    began = time.perf_counter()
    assert document_aliases(line) == {"RCPod": "Royal College of Podiatry"}
    assert time.perf_counter() - began < 2

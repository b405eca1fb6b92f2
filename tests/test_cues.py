"""Cues: every pattern is sound and reachable, and each explains what a reader would point at."""

from pathlib import Path

import pytest

from extractor.errors import ModelError
from extractor.lexicon.cues import find_cues, load_cues, read_cues
from extractor.records import PROGRESS_KINDS, STRENGTHS


@pytest.mark.parametrize(
    ("text", "words", "means", "why"),
    [
        ("Trusts will report.", "will", "firm", "the plain promise"),
        ("We’ll publish it.", "’ll", "firm", "a contraction has no word boundary of its own"),
        ("RJ to circulate the paper.", "to circulate", "directive", "the action of minutes"),
        ("Boards are expected to comply.", "expected to", "directive", "an expectation is put on another body"),
        ("The programme aims to help.", "aims to", "aim", "an aim is not a promise"),
        ("It could include a hotline.", "could", "proposal", "only considered"),
        ("The review has been completed.", "has been completed", "delivered", "the perfect passive reports"),
        ("Recruitment is under way.", "is under way", "underway", "work that goes on"),
        ("The strategy was delayed.", "delayed", "delayed", "late"),
        ("It fell from 9% to 7%.", "fell from", "measure", "the figure it is judged by"),
    ],
)
def test_cues_are_found_where_they_stand(text: str, words: str, means: str, why: str) -> None:
    assert (words, means) in [(text[hit.start : hit.end], hit.means) for hit in find_cues(text)], why


@pytest.mark.parametrize(
    "text", ["Goodwill matters.", "The shallow end.", "Mustard is yellow."], ids=["will", "shall", "must"]
)
def test_a_cue_is_a_whole_word(text: str) -> None:
    assert not find_cues(text)


def test_every_strength_and_kind_has_cues() -> None:
    assert {group.means for group in load_cues()} == {*STRENGTHS, *PROGRESS_KINDS}


def test_every_problem_of_a_file_is_listed(tmp_path: Path) -> None:
    file = tmp_path / "cues.toml"
    file.write_text(
        '[[cue]]\nmeans = "vow"\nexplains = "x"\npatterns = ["a", "a", "(b"]\n'
        '[[cue]]\nmeans = "firm"\nwhy = "?"\npatterns = []\n',
        encoding="utf-8",
    )
    with pytest.raises(ModelError) as refused:
        read_cues(file)
    assert all(word in str(refused.value) for word in ("'vow'", "twice", "'(b'", "'why'", "'explains' is missing"))

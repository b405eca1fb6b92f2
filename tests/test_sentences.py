"""Sentences: every case of the table, and how many of the units that people marked off come out whole."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from extractor.ingest.text import blocks_of
from extractor.records import Block
from extractor.segment import segment, sentences
from tests.factories import document
from tests.linear import check_linear

TABLE = Path(__file__).with_name("cases") / "sentences.toml"
# What stands before a sentence in the table where no space does.
JOINTS = {"⌢": "", "⏎": "\n"}


def cases() -> Iterator[tuple[str, str, list[str]]]:
    """The table's cases as (group, text, sentences)."""
    for group in tomllib.loads(TABLE.read_text(encoding="utf-8"))["group"]:
        for case in group["cases"]:
            words = [sentence[1:] if sentence[0] in JOINTS else sentence for sentence in case]
            joints = [JOINTS.get(sentence[0], " ") for sentence in case]
            text = words[0] + "".join(joint + word for joint, word in zip(joints[1:], words[1:], strict=True))
            yield group["name"], text, words


def test_the_table_is_large_and_says_why() -> None:
    groups = tomllib.loads(TABLE.read_text(encoding="utf-8"))["group"]
    assert all(group["why"] for group in groups)
    assert sum(len(group["cases"]) for group in groups) >= 300


@pytest.mark.parametrize(("text", "expected"), [c[1:] for c in cases()], ids=[f"{c[0]}: {c[1][:40]}" for c in cases()])
def test_sentences(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected


def test_white_space_has_no_sentences() -> None:
    assert sentences("  \n ") == []


def test_units_that_people_marked_off_come_out_whole() -> None:
    """The share of the gold's units with words in them that are passages, letter for letter.

    Most of the rest are running lines of pages, which are left out, and headings that the gold cuts at their number.
    """
    folder = Path(__file__).resolve().parents[2] / "shared" / "gold" / "train"
    if not folder.is_dir():
        pytest.skip("the marked documents are not here")
    whole = right = 0
    for file in sorted(folder.glob("*.gold.json")):
        text = file.with_name(file.name.replace(".gold.json", ".txt")).read_text(encoding="utf-8")
        found = {(p.start, p.end) for p in segment(document(text, blocks=blocks_of(text)))}
        units = json.loads(file.read_text(encoding="utf-8"))["units"]
        worded = [unit for unit in units if sum(char.isalpha() for char in unit["text"]) > 2]
        whole += len(worded)
        right += sum((unit["start"], unit["end"]) in found for unit in worded)
    assert right / whole >= 0.98


@pytest.mark.parametrize(
    "unit",
    ["We act. ", "; b. We will ", "The Minister said: “We. ", "word ", "No. ", "(a ", "A. ", "… ", ") ", ".”) "],
    ids=repr,
)
def test_time_grows_with_the_text_and_no_faster(unit: str) -> None:
    """Of one line, most of them without the end of a sentence: a careless rule looks back over all of it each time."""
    check_linear(lambda text: segment(document(text, blocks=(Block("paragraph", 0, len(text)),))), unit)

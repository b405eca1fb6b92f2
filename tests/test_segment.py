"""Sentences and passages: what splits, what does not, and what a passage knows of its surroundings."""

import time
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.ingest import read_bytes
from extractor.records import Block, BlockKind, Document
from extractor.segment import opens_list, segment, sentences
from tests.factories import document


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


SENTENCES = [
    # two plain sentences
    ("We will act. Trusts must follow.", ["We will act.", "Trusts must follow."]),
    # titles lean on the name after them
    ("Mr. Hart met Dr. Lee and Prof. Ng. They agreed.", ["Mr. Hart met Dr. Lee and Prof. Ng.", "They agreed."]),
    (
        "The Rt. Hon. Ann Bell MP spoke at St. Thomas. It rained.",
        ["The Rt. Hon. Ann Bell MP spoke at St. Thomas.", "It rained."],
    ),
    # e.g. and i.e. never end a sentence
    ("Some staff, e.g. Nurses, and i.e. Band 5, gain.", ["Some staff, e.g. Nurses, and i.e. Band 5, gain."]),
    # No. before a figure is a number, "no." before a word an answer
    ("See No. 10 and para. 4. The plan holds.", ["See No. 10 and para. 4.", "The plan holds."]),
    ("Was it agreed? The answer was no. Work goes on.", ["Was it agreed?", "The answer was no.", "Work goes on."]),
    # initials of a person, letters of a plan
    ("J. R. Smith leads. Plan B. The board agreed.", ["J. R. Smith leads.", "Plan B.", "The board agreed."]),
    (
        "The U.S. Government agreed. So did the U.K. The talks end.",
        ["The U.S. Government agreed.", "So did the U.K.", "The talks end."],
    ),
    # figures and times with a point inside
    (
        "Pay rises by 9.4 per cent at 4.30pm on 1.4.2024. Then it stops.",
        ["Pay rises by 9.4 per cent at 4.30pm on 1.4.2024.", "Then it stops."],
    ),
    # a time that ends the sentence
    (
        "Join at 9 a.m. Monday. We close at 5 p.m. The doors lock.",
        ["Join at 9 a.m. Monday.", "We close at 5 p.m.", "The doors lock."],
    ),
    ("It is urban vs. rural. Costs fall.", ["It is urban vs. rural.", "Costs fall."]),
    # an ellipsis inside a quotation, and one that ends
    (
        "They said “more … NHS staff” twice. And so on… The end.",
        ["They said “more … NHS staff” twice.", "And so on…", "The end."],
    ),
    # quotation marks and brackets close behind the full stop
    ("She said: “We will.” He left.", ["She said: “We will.”", "He left."]),
    ("This was met (see annex). That was not.)  Done.", ["This was met (see annex).", "That was not.)", "Done."]),
    # a full stop inside brackets does not end the sentence around them
    (
        "The fund (£2m. It was £1m. Before that, nil) closes. It reopens.",
        ["The fund (£2m. It was £1m. Before that, nil) closes.", "It reopens."],
    ),
    # semicolons and colons join
    ("Trusts must plan; boards must sign: all by May.", ["Trusts must plan; boards must sign: all by May."]),
    # a small letter after the mark goes on
    ("The app (health.gov) vs. paper etc. is slow.", ["The app (health.gov) vs. paper etc. is slow."]),
    # "etc." before a capital ends
    ("We train nurses, midwives etc. Places double.", ["We train nurses, midwives etc.", "Places double."]),
    # numbering of a paragraph stays with it
    ("12. We will act. 13. We will report.", ["12. We will act.", "13. We will report."]),
    # lettered points inside a paragraph
    (
        "We will: a. Train staff; b. Keep staff. That is all.",
        ["We will: a. Train staff; b. Keep staff.", "That is all."],
    ),
    # a figure may begin a sentence
    ("Places rose. 7,500 more will follow.", ["Places rose.", "7,500 more will follow."]),
    # an unclosed bracket must not swallow the rest
    ("It began (in May. The work went on. It ended.", ["It began (in May.", "The work went on.", "It ended."]),
    # wrapped lines are white space like any other
    ("We will\nact. Trusts\nfollow.", ["We will\nact.", "Trusts\nfollow."]),
    # nothing but white space
    ("  \n ", []),
]


@pytest.mark.parametrize(("text", "expected"), SENTENCES, ids=[text[:30] for text, _ in SENTENCES])
def test_sentences(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Trusts must:", True),
        ("The programme will", True),  # breaks off into its list
        ("The board agreed the following actions.", True),
        ("The board met.", False),
        ("“What must change:”", True),
    ],
)
def test_opens_list(sentence: str, expected: bool) -> None:
    assert opens_list(sentence) is expected


def build(*parts: tuple[BlockKind, int, str], **more: Any) -> Document:
    """A document with these blocks, one a line; list items get a dash before them."""
    text, blocks = "", []
    for kind, level, words in parts:
        text += "- " if kind == "item" else ""
        blocks.append(Block(kind, len(text), len(text) + len(words), level=level))
        text += words + "\n"
    return document(text, blocks=tuple(blocks), **more)


def test_lead_in_reaches_nested_items() -> None:
    passages = segment(
        build(
            ("paragraph", 0, "Work goes on. Trusts must:"),
            ("item", 1, "train staff, including:"),
            ("item", 2, "nurses"),
            ("item", 1, "report."),
            ("paragraph", 0, "That is all."),
        )
    )
    assert {p.text: p.lead_in for p in passages} == {
        "Work goes on.": None,
        "Trusts must:": None,
        "train staff, including:": "Trusts must:",
        "nurses": "Trusts must: train staff, including:",
        "report.": "Trusts must:",
        "That is all.": None,
    }


def test_a_lead_in_says_where_it_stands() -> None:
    text = "Trusts must\nact:\n\n- on pay:\n  - raise it\n"
    made = read_bytes(text.encode(), "plan.txt")
    nested = segment(made)[-1]
    assert nested.lead_in == "Trusts must act: on pay:"
    assert [made.text[start:end] for start, end in nested.lead_in_spans] == ["Trusts must\nact:", "on pay:"]


def test_item_opens_items_of_its_own_level() -> None:
    """Sources that lost their indentation: the run goes on as long as the items look alike."""
    passages = segment(
        build(
            ("item", 1, "We met twice."),
            ("item", 1, "Three forms of help:"),
            ("item", 1, "Money"),
            ("item", 1, "Time"),
            ("item", 1, "Training goes on."),
        )
    )
    assert [p.lead_in for p in passages] == [None, None, "Three forms of help:", "Three forms of help:", None]


def test_list_without_lead_in_has_none() -> None:
    passages = segment(build(("paragraph", 0, "The board met."), ("item", 1, "A plan by May")))
    assert passages[-1].lead_in is None


def test_headings_path_and_previous() -> None:
    passages = segment(
        build(
            ("heading", 1, "Plan"),
            ("heading", 2, "Staff"),
            ("paragraph", 0, "We train. We keep."),
            ("heading", 2, "Money"),
            ("paragraph", 0, "We pay."),
            ("heading", 1, "Annex"),
            ("paragraph", 0, "We list."),
        )
    )
    assert [(p.kind, p.text, p.heading, p.previous) for p in passages] == [
        ("heading", "Plan", (), None),
        ("heading", "Staff", ("Plan",), None),
        ("sentence", "We train.", ("Plan", "Staff"), None),
        ("sentence", "We keep.", ("Plan", "Staff"), "We train."),
        ("heading", "Money", ("Plan",), None),
        ("sentence", "We pay.", ("Plan", "Money"), None),
        ("heading", "Annex", (), None),
        ("sentence", "We list.", ("Annex",), None),
    ]


def test_items_keep_their_kind_in_every_sentence() -> None:
    passages = segment(build(("item", 1, "RJ to write. By May.")))
    assert [(p.kind, p.text) for p in passages] == [("item", "RJ to write."), ("item", "By May.")]


def test_footnotes_give_no_passages() -> None:
    assert [p.text for p in segment(build(("paragraph", 0, "We act."), ("footnote", 0, "See annex.")))] == ["We act."]


def test_rows_keep_their_cells() -> None:
    passages = segment(read_bytes(b"Action | Lead | Due\nWrite plan | RJ | May\n", "log.txt"))
    row = passages[1]
    assert row.kind == "row"
    assert row.text == "Write plan | RJ | May"
    assert [(c.header, row.text[c.start - row.start : c.end - row.start]) for c in row.cells] == [
        ("Action", "Write plan"),
        ("Lead", "RJ"),
        ("Due", "May"),
    ]


@pytest.mark.parametrize("unit", ["word ", "No. ", "(a ", "A. ", "… ", ") ", ".”) "], ids=repr)
def test_time_is_linear_without_a_boundary(unit: str) -> None:
    """50,000 words that never end a sentence, in the shapes that make a careless rule look back over all of them."""
    text = unit * 50_000
    began = time.perf_counter()
    segment(document(text, blocks=(Block("paragraph", 0, len(text.rstrip())),)))
    assert time.perf_counter() - began < 10


PIECES = st.sampled_from(
    [
        "We will act.",
        "Mr.",
        "e.g.",
        "(",
        ")",
        "“",
        "”",
        "\n",
        "\n\n",
        "- ",
        "1. ",
        "a) ",
        "Trusts must:",
        " | ",
        "\t",
        "HEADING",
        "plan ",
        "…",
        "\r\n",
        "\u2028",
    ]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=40).map("".join))
@settings(max_examples=300, deadline=None)
def test_any_sentences_cover_their_text(text: str) -> None:
    spans = sentences(text)
    covered = "".join(text[start:end] for start, end in spans)
    assert "".join(covered.split()) == "".join(text.split())
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)

"""Sentences and passages: what splits, what does not, and what a passage knows of its surroundings."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.ingest import read_bytes
from extractor.ingest.text import blocks_of
from extractor.records import Block, BlockKind, Document
from extractor.segment import segment, sentences
from extractor.segment.lists import opens_list
from tests.factories import document


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a paragraph that is indented below its item belongs to it, and the list goes on after it
        ("Trusts must:\n- train\n\n  It takes time.\n\n- report\n", {"train": 0, "report": 0}),
        # so it does where the numbering counts on
        ("Trusts must:\n1. train\n\nIt takes time.\n\n2. report\n", {"train": 0, "report": 0}),
        # and where the item was unfinished
        ("Trusts must:\n- train; and\n\nIt takes time.\n\n- report\n", {"train; and": 0, "report": 0}),
        # but not after a paragraph of the running text
        ("Trusts must:\n- train\n\nThe board met.\n\n- report\n", {"train": 0, "report": None}),
        # nor after three paragraphs
        ("Trusts must:\n1. train\n\nIt ran.\n\nIt met.\n\nIt sat.\n\n2. report\n", {"train": 0, "report": None}),
        # numbered paragraphs below bullets are none of their list, and may open lists of their own
        (
            "Trusts must:\n- train\n\n2.14 Boards sign.\n2.15 Boards must:\n- pay\n",
            {"train": 0, "Boards sign.": None, "Boards must:": None, "pay": "Boards must:"},
        ),
        # a line without a mark above numbered paragraphs is their topic
        (
            "We met in May.\n\nSo what about the people\n\n"
            "1. The board will train the staff of every ward in May.\n2. It will report.\n",
            {"The board will train the staff of every ward in May.": None},
        ),
        # items of several sentences: each has the lead-in
        ("Trusts must:\n- train. It takes time.\n- report\n", {"train.": 0, "It takes time.": 0, "report": 0}),
        # headings open lists, if they end in a colon or break off
        ("Plan\n\nTrusts must:\n===========\n- train\n", {"train": "Trusts must:"}),
        ("Plan\n\nWhat we will\n============\n- train\n", {"train": "What we will"}),
        ("Plan\n\nActions\n=======\n- train\n", {"train": None}),
        # points behind bullets inside a paragraph
        ("Trusts must: • train • report. They agreed.\n", {"train": 0, "report.": 0, "They agreed.": None}),
        # one bullet inside a paragraph is a sign like any other
        ("Trusts • report. They agreed.\n", {"Trusts • report.": None}),
    ],
)
def test_lead_ins(text: str, expected: dict[str, str | int | None]) -> None:
    """`expected` gives passages and their lead-ins; 0 stands for "Trusts must:"."""
    found = {p.text: p.lead_in for p in segment(document(text, blocks=blocks_of(text)))}
    assert {words: found[words] for words in expected} == {
        words: "Trusts must:" if lead == 0 else lead for words, lead in expected.items()
    }


HEARING = """Minutes

Present: Ann Bell (AB), Raj Jones (RJ)

Chair: Ann Bell

Sexual safety – Ann Bell, NHSE

Q12 Chair: Will it work?

Dr Smith: I think it will. It has before.

We tried it twice.

RJ: It was dear.

The Minister, Lin Ho, said: “We will publish in May. It will be short.” He left.

AB: Good.

Note: this is a draft.

AOB

None was raised.
"""


def test_speakers() -> None:
    """Titled labels and the initials of those present open a turn, "said:" a quotation; a heading ends the turn."""
    passages = segment(document(HEARING, kind="minutes", blocks=blocks_of(HEARING)))
    assert [(p.text, p.speaker) for p in passages if p.speaker] == [
        ("Q12 Chair: Will it work?", "Chair"),
        ("Dr Smith: I think it will.", "Dr Smith"),
        ("It has before.", "Dr Smith"),
        ("We tried it twice.", "Dr Smith"),
        ("RJ: It was dear.", "RJ"),
        ("The Minister, Lin Ho, said: “We will publish in May.", "The Minister"),
        ("It will be short.”", "The Minister"),
        ("He left.", "RJ"),
        ("AB: Good.", "AB"),
        ("Note: this is a draft.", "AB"),
    ]
    assert next(p for p in passages if p.text.startswith("Q12")).heading[-1] == "Sexual safety – Ann Bell, NHSE"


def test_names_that_alternate_are_speakers_and_topics_are_not() -> None:
    talk = "Ann Bell: We met.\n\nRaj Jones: We did.\n\nAnn Bell: We act.\n\nRaj Jones: We do.\n"
    assert {p.speaker for p in segment(document(talk))} == {"Ann Bell", "Raj Jones"}
    topics = "Public Data: We met.\n\nPublic Data: We did.\n\nAction: We act.\n"
    assert {p.speaker for p in segment(document(topics))} == {None}


ACTIONS = """Forum

The forum met.

Action: RJ to write to trusts. LH to check it.
Owner: RJ
Due: September

LH to send the paper to members.

Action: LH

ACTION 4: AB to speak to the unions
Lead: AB/RJ
Deadline: by the end of May 2024

Due: to be settled when the board has met and has read it

The forum closed.
"""


def test_labelled_lines_are_fields_of_the_action_above() -> None:
    passages = segment(document(ACTIONS, kind="minutes", blocks=blocks_of(ACTIONS)))
    fields = {p.text: [(c.header, ACTIONS[c.start : c.end]) for c in p.cells] for p in passages}
    assert {text: cells for text, cells in fields.items() if cells} == {
        "Action: RJ to write to trusts.": [("Owner", "RJ"), ("Due", "September")],
        "LH to check it.": [("Owner", "RJ"), ("Due", "September")],
        "LH to send the paper to members.": [("Action by", "LH")],
        "ACTION 4: AB to speak to the unions": [("Lead", "AB/RJ"), ("Deadline", "by the end of May 2024")],
    }
    assert "Due: September" in fields  # it stays a passage of its own


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


SENTENCE = st.sampled_from(
    ["We will act.", "Dr. Lee said: “We will.”", "See No. 10 (para. 4).", "Dr Lee: Yes.", "Due: May"]
)
PARAGRAPH = st.lists(SENTENCE, min_size=1, max_size=4).map(" ".join)
PART = st.one_of(
    PARAGRAPH.map(lambda words: ("paragraph", 0, words)),
    PARAGRAPH.map(lambda words: ("paragraph", 0, words + " Trusts must:")),
    PARAGRAPH.map(lambda words: ("paragraph", 0, "Trusts must: • act • " + words)),
    st.tuples(st.just("item"), st.integers(1, 3), st.one_of(PARAGRAPH, st.sampled_from(["act; and", "act on:"]))),
    st.tuples(st.just("heading"), st.integers(1, 6), st.sampled_from(["Plan", "We will:"])),
    st.tuples(st.just("footnote"), st.just(0), PARAGRAPH),
)


@given(st.lists(PART, min_size=1, max_size=25))
@settings(max_examples=200, deadline=None)
def test_passages_of_any_document_cover_it_in_order(parts: list[tuple[BlockKind, int, str]]) -> None:
    made = build(*parts, kind="minutes")
    passages = segment(made)
    assert all(made.text[p.start : p.end] == p.text for p in passages)
    assert all(a.end <= b.start for a, b in pairwise(passages))
    assert all(made.text[start:end] for p in passages for start, end in p.lead_in_spans)
    assert all(end <= p.start for p in passages for _, end in p.lead_in_spans)
    covered = {at for p in passages for at in range(p.start, p.end)}
    left = {made.text[at] for b in made.blocks if b.kind != "footnote" for at in {*range(b.start, b.end)} - covered}
    assert left <= set(" •")


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

"""Plain text: which lines make a block, and of what kind."""

import json
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.errors import Rejected
from extractor.ingest import read_bytes
from extractor.ingest.lines import is_label, looks_like_heading, marker_of
from extractor.segment import segment


def blocks(text: str) -> list[tuple[str, int, str]]:
    read = read_bytes(text.encode(), "notes.txt")
    assert read.text == text
    return [(block.kind, block.level, text[block.start : block.end]) for block in read.blocks]


WRAPPED = """The programme will train more nurses in every region of the
country and will report on its work each year until the plan
has been carried out in full.
"""

FIGURE = """The fund will grow in every year of the plan and reach some
10. The rest of the money will come from the trusts in those
regions that have it."""

CASES = [
    (
        "blank lines part paragraphs",
        "We act.\n\nWe report.\n",
        [("paragraph", 0, "We act."), ("paragraph", 0, "We report.")],
    ),
    ("hard-wrapped lines are one paragraph", WRAPPED, [("paragraph", 0, WRAPPED.strip())]),
    (
        "a paragraph a line, without blank lines",
        "NHS England will train nurses.\nTrusts must report by May.\nBoards have agreed.\n",
        [
            ("paragraph", 0, "NHS England will train nurses."),
            ("paragraph", 0, "Trusts must report by May."),
            ("paragraph", 0, "Boards have agreed."),
        ],
    ),
    (
        "the title, a heading and its text",
        "People Plan\n\nPay and conditions\n\nWe will pay more.\n",
        [("heading", 1, "People Plan"), ("heading", 2, "Pay and conditions"), ("paragraph", 0, "We will pay more.")],
    ),
    (
        "minutes name who speaks in their headings",
        "We met.\n\nViolence prevention – Ann Bell, NHS Employers\n\nThe forum noted the paper.\n",
        [
            ("paragraph", 0, "We met."),
            ("heading", 2, "Violence prevention – Ann Bell, NHS Employers"),
            ("paragraph", 0, "The forum noted the paper."),
        ],
    ),
    (
        "numbers of sections are no list",
        "We met.\n\n1. Workforce supply\n\nWe will train.\n\n2. Retention\n\nWe will keep staff.\n",
        [
            ("paragraph", 0, "We met."),
            ("heading", 2, "1. Workforce supply"),
            ("paragraph", 0, "We will train."),
            ("heading", 2, "2. Retention"),
            ("paragraph", 0, "We will keep staff."),
        ],
    ),
    (
        "a list of short points is no row of headings",
        "We will offer:\n\n1. Training places\n2. Better rotas\n3. Free parking\n",
        [
            ("paragraph", 0, "We will offer:"),
            ("item", 1, "Training places"),
            ("item", 1, "Better rotas"),
            ("item", 1, "Free parking"),
        ],
    ),
    (
        "names of those present are no headings",
        "Notes\n\nPresent:\n\nAnn Bell (AB)\n\nRaj Jones (RJ)\n\nLin Ho (LH)\n\n"
        "Matters arising\n\nThe paper was noted.\n",
        [
            ("heading", 1, "Notes"),
            ("heading", 4, "Present:"),
            ("paragraph", 0, "Ann Bell (AB)"),
            ("paragraph", 0, "Raj Jones (RJ)"),
            ("paragraph", 0, "Lin Ho (LH)"),
            ("heading", 2, "Matters arising"),
            ("paragraph", 0, "The paper was noted."),
        ],
    ),
    (
        "an action without a full stop is no heading",
        "We met.\n\nAction: RJ to write to trusts\n\nDue: September\n\nThe forum closed.\n",
        [
            ("paragraph", 0, "We met."),
            ("paragraph", 0, "Action: RJ to write to trusts"),
            ("paragraph", 0, "Due: September"),
            ("paragraph", 0, "The forum closed."),
        ],
    ),
    (
        "a short line that says something is no heading",
        "We met.\n\nTrusts must report by May\n\nThe forum closed.\n",
        [
            ("paragraph", 0, "We met."),
            ("paragraph", 0, "Trusts must report by May"),
            ("paragraph", 0, "The forum closed."),
        ],
    ),
    (
        "a question may head a section though it has a verb",
        "We met.\n\nWhat success will look like\n\nMore staff stay.\n",
        [
            ("paragraph", 0, "We met."),
            ("heading", 2, "What success will look like"),
            ("paragraph", 0, "More staff stay."),
        ],
    ),
    (
        "bullets of every sort; indentation and a new sort go down a level",
        "Trusts must:\n• train staff, in\n  – wards\n  – labs\n• report\n- at once\n• stop.\n",
        [
            ("paragraph", 0, "Trusts must:"),
            ("item", 1, "train staff, in"),
            ("item", 2, "wards"),
            ("item", 2, "labs"),
            ("item", 1, "report"),
            ("item", 2, "at once"),
            ("item", 1, "stop."),
        ],
    ),
    (
        "Word's second-level bullet survives as a letter",
        "Trusts must:\n• train\no nurses\no doctors\n",
        [("paragraph", 0, "Trusts must:"), ("item", 1, "train"), ("item", 2, "nurses"), ("item", 2, "doctors")],
    ),
    (
        "numbers, letters and Roman numbers",
        "Trusts must:\n1. plan\na) staff\nb) beds\n2. act\n(iv) now\n",
        [
            ("paragraph", 0, "Trusts must:"),
            ("item", 1, "plan"),
            ("item", 2, "staff"),
            ("item", 2, "beds"),
            ("item", 1, "act"),
            ("item", 2, "now"),
        ],
    ),
    (
        "an item goes on over wrapped lines",
        WRAPPED
        + "\n- train more staff in all of the hospitals of the country and\n  keep those who are there\n- report\n",
        [
            ("paragraph", 0, WRAPPED.strip()),
            ("item", 1, "train more staff in all of the hospitals of the country and\n  keep those who are there"),
            ("item", 1, "report"),
        ],
    ),
    (
        "a list that lost its bullets",
        "The fund pays for:\n\nmore training;\n\nbetter rotas; and\n\nfree parking.\n\nIt opens in May.\n",
        [
            ("paragraph", 0, "The fund pays for:"),
            ("item", 1, "more training;"),
            ("item", 1, "better rotas; and"),
            ("item", 1, "free parking."),
            ("paragraph", 0, "It opens in May."),
        ],
    ),
    (
        "a figure at the start of a wrapped line is no number of an item",
        FIGURE + "\n",
        [
            ("paragraph", 0, FIGURE),
        ],
    ),
    (
        "a table with bars and a rule under its head",
        "| Action | Due |\n|---|---|\n| Write plan | May |\n",
        [("row", 0, "Action | Due"), ("row", 0, "Write plan | May")],
    ),
    ("a table with tabs", "Action\tDue\nWrite plan\tMay\n", [("row", 0, "Action\tDue"), ("row", 0, "Write plan\tMay")]),
    ("one bar alone is no table", "We met | we left.\n", [("paragraph", 0, "We met | we left.")]),
    ("other line ends", "We act.\r\n\r\nWe report.\r\n", [("paragraph", 0, "We act."), ("paragraph", 0, "We report.")]),
    (
        "rules between parts say nothing",
        "We act.\n-----\nWe report.\n",
        [("paragraph", 0, "We act."), ("paragraph", 0, "We report.")],
    ),
]


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_blocks(text: str, expected: list[tuple[str, int, str]]) -> None:
    assert blocks(text) == expected


@pytest.mark.parametrize(
    ("line", "sign", "text"),
    [
        ("• point", "•", "point"),
        ("•point", "•", "point"),  # the bullet glued to its word, as PDFs have it
        ("  - point", "-", "point"),
        ("o point", "o", "point"),
        ("12. point", "12.", "point"),
        ("(iv) point", "(iv)", "point"),
        ("b) point", "b)", "point"),
        ("2.13 Trusts act", "2.13", "Trusts act"),
    ],
)
def test_markers(line: str, sign: str, text: str) -> None:
    marker = marker_of(line)
    assert marker is not None
    assert (marker.sign, line[marker.text_at :]) == (sign, text)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "•",  # nothing behind it
        "-5 degrees",
        "9.4 per cent of staff",  # a figure, not the number of a paragraph
        "4.30pm start",
        "2024. point",
        "J. Smith leads",
        "of course",
    ],
)
def test_no_markers(line: str) -> None:
    assert marker_of(line) is None


@pytest.mark.parametrize(
    ("line", "heading", "label"),
    [
        ("Retention", True, False),
        ("BANKING", True, False),
        ("Apologies:", True, True),
        ("Trusts must:", False, False),
        ("The programme will offer:", False, False),
        ("Ministers agreed to:", False, False),
        ("We will act.", False, False),
        ("Due: September", False, False),
        ("and then", False, False),
        ("2024", False, False),
    ],
)
def test_headings_and_labels(line: str, heading: bool, label: bool) -> None:
    assert (looks_like_heading(line), is_label(line)) == (heading, label)


PARTS = st.sampled_from(
    [
        "We will act.",
        "Retention",
        "TRUSTS MUST",
        "- ",
        "• ",
        "1. ",
        "a) ",
        "o ",
        "\n",
        "\n\n",
        "\t",
        " | ",
        "Trusts must:",
        "  ",
        "\r\n",
        "\r",
        "\f",
        "\u2028",
        "plan; and",
        "---",
    ]
)


@given(st.lists(st.one_of(PARTS, st.text(max_size=12)), max_size=60).map("".join))
@settings(max_examples=400, deadline=None)
def test_any_text_gives_valid_spans(text: str) -> None:
    """Whatever stands in a text: spans are valid, in order and apart, and passages cover what blocks cover."""
    try:
        document = read_bytes(text.encode("utf-8", "replace"), "any.txt")
    except Rejected:
        # nothing but white space, marks or control characters; which of them is tested beside the other refusals
        return
    passages = segment(document)
    assert all(document.text[p.start : p.end] == p.text != "" for p in passages)
    assert all(a.end <= b.start for a, b in pairwise(passages))
    covered = {at for p in passages for at in range(p.start, p.end)}
    wanted = {at for b in document.blocks for at in range(b.start, b.end) if not document.text[at].isspace()}
    assert wanted <= covered


@pytest.mark.parametrize("unit", ["word and more\n", "word and more ", "- word\n", "Word\n\n", "a | b\n", "a:\nb;\n"])
def test_reading_takes_linear_time(unit: str) -> None:
    """Long texts in the shapes that invite a look back over everything."""
    began = time.perf_counter()
    segment(read_bytes((unit * 30_000).encode(), "long.txt"))
    assert time.perf_counter() - began < 20


def test_units_of_the_gold_are_passages() -> None:
    """Sentences and items that people marked off in real documents come out as single passages."""
    folder = Path(__file__).resolve().parents[3] / "shared" / "gold" / "train"
    if not folder.is_dir():
        pytest.skip("the marked documents are not here")
    whole = right = 0
    for file in sorted(folder.glob("*.gold.json")):
        name = file.name.replace(".gold.json", ".txt")
        spans = {(p.start, p.end) for p in segment(read_bytes(file.with_name(name).read_bytes(), name))}
        units = [unit for unit in json.loads(file.read_text(encoding="utf-8"))["units"] if unit["label"] != "either"]
        whole += len(units)
        right += sum((unit["start"], unit["end"]) in spans for unit in units)
    assert right / whole >= 0.97

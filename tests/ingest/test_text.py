"""Plain text: which lines make a block, and of what kind."""

import textwrap
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.errors import Rejected
from extractor.ingest import read_bytes
from extractor.ingest.lines import is_label, looks_like_heading, marker_of
from extractor.ingest.text import blocks_of
from extractor.segment import segment
from tests.linear import check_linear


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
        "underlined headings: = above -",
        "Workforce plan\n==============\n\nPay\n---\nWe pay.\n\nHours\n-----\nWe rest.\n",
        [
            ("heading", 1, "Workforce plan"),
            ("heading", 2, "Pay"),
            ("paragraph", 0, "We pay."),
            ("heading", 2, "Hours"),
            ("paragraph", 0, "We rest."),
        ],
    ),
    (
        "centred titles and set page numbers",
        "               WORKFORCE FORUM\n\n            Notes of the May meeting\n\n"
        + WRAPPED
        + "\n            - 2 -\n",
        [
            ("heading", 1, "WORKFORCE FORUM"),
            ("heading", 2, "Notes of the May meeting"),
            ("paragraph", 0, WRAPPED.strip()),
        ],
    ),
    (
        "numbered headings of three levels, with and without full stops",
        "1 Supply\nWe train.\n\n1.1 Places\nWe fund.\n\n1.1.1 Sites\nWe build.\n\n2 Demand\nWe plan.\n",
        [
            ("heading", 2, "1 Supply"),
            ("paragraph", 0, "We train."),
            ("heading", 3, "1.1 Places"),
            ("paragraph", 0, "We fund."),
            ("heading", 4, "1.1.1 Sites"),
            ("paragraph", 0, "We build."),
            ("heading", 2, "2 Demand"),
            ("paragraph", 0, "We plan."),
        ],
    ),
    (
        "a house number begins no section",
        "Notes\n\nWe met.\n\n12 High Street\n\nWe left.\n",
        [
            ("heading", 1, "Notes"),
            ("paragraph", 0, "We met."),
            ("heading", 2, "12 High Street"),
            ("paragraph", 0, "We left."),
        ],
    ),
    (
        "numbered paragraphs right below a heading and below bullets",
        "Trusts must:\n• plan\n• act\n\n2.14 Boards sign.\n2.15 Trusts must:\n• train\n",
        [
            ("paragraph", 0, "Trusts must:"),
            ("item", 1, "plan"),
            ("item", 1, "act"),
            ("item", 1, "Boards sign."),
            ("item", 1, "Trusts must:"),
            ("item", 2, "train"),
        ],
    ),
    (
        "a hanging indent holds an item together, wrapped or not",
        "Trusts must:\n  * train staff\n    Well\n  * report\n",
        [("paragraph", 0, "Trusts must:"), ("item", 1, "train staff\n    Well"), ("item", 1, "report")],
    ),
    (
        "paragraphs told apart by the indentation of their first lines alone",
        "   " + WRAPPED + "   " + WRAPPED,
        [("paragraph", 0, WRAPPED.strip()), ("paragraph", 0, WRAPPED.strip())],
    ),
    (
        "a lead-in of two lines, the second with a capital",
        "The Department and\nNHS England will:\n• act\n",
        [("paragraph", 0, "The Department and\nNHS England will:"), ("item", 1, "act")],
    ),
    (
        "a table set with spaces; a cell goes on in the next line",
        "Action               Lead   Due\nWrite to all of the  RJ     May 2024\n"
        "trusts\nPublish a plan       LH     June 2024\n",
        [
            ("row", 0, "Action               Lead   Due"),
            ("row", 0, "Write to all of the  RJ     May 2024\ntrusts"),
            ("row", 0, "Publish a plan       LH     June 2024"),
        ],
    ),
    (
        "those present in two columns are rows, not sentences",
        "Ann Bell (AB)        NHS England\nRaj Jones (RJ)       The unions\n",
        [("row", 0, "Ann Bell (AB)        NHS England"), ("row", 0, "Raj Jones (RJ)       The unions")],
    ),
    (
        "two spaces behind a full stop are a typist's habit",
        "We act.  We pay.\nWe sit.  We wait.\n",
        [("paragraph", 0, "We act.  We pay."), ("paragraph", 0, "We sit.  We wait.")],
    ),
    (
        "page numbers that say so are left out",
        "Page 3 of 9\n\nWe act.\n\nPage 4 of 9\n\nWe report.\n",
        [("paragraph", 0, "We act."), ("paragraph", 0, "We report.")],
    ),
    (
        "a bare figure alone is no page number",
        "We act.\n\n12\n\nWe report.\n",
        [("paragraph", 0, "We act."), ("paragraph", 0, "12"), ("paragraph", 0, "We report.")],
    ),
    (
        "running lines and page numbers at form feeds are left out; the first is the title",
        "Care plan 2030\nWe act.\n1\n\fCare plan 2030\nWe pay.\n2\n\fCare plan 2030\nWe report.\n3\n",
        [
            ("heading", 1, "Care plan 2030"),
            ("paragraph", 0, "We act."),
            ("paragraph", 0, "We pay."),
            ("paragraph", 0, "We report."),
        ],
    ),
    (
        "a sentence that goes on over the page stays one, with what stands between",
        "We will report to\n4\n\fthe board.\n5\n\fWe met.\n6\n",
        [("paragraph", 0, "We will report to\n4\n\fthe board."), ("paragraph", 0, "We met.")],
    ),
    (
        "a quoted mail: its marks at the head of lines are none of its words",
        "I agree.\n\n> Trusts must:\n> - train\n> - report\n>\n> > We met.\n",
        [
            ("paragraph", 0, "I agree."),
            ("paragraph", 0, "Trusts must:"),
            ("item", 1, "train"),
            ("item", 1, "report"),
            ("paragraph", 0, "We met."),
        ],
    ),
    (
        "an address is no row of headings",
        "Department of Care\n1 High Street\nLondon\nSW1 1AA\n\nMs Bell\nLeeds\n\n"
        "Dear Ms Bell,\n\nSAFE STAFFING\n\nWe act.\n",
        [
            ("heading", 1, "Department of Care"),
            ("paragraph", 0, "1 High Street"),
            ("paragraph", 0, "London"),
            ("paragraph", 0, "SW1 1AA"),
            ("paragraph", 0, "Ms Bell"),
            ("paragraph", 0, "Leeds"),
            ("paragraph", 0, "Dear Ms Bell,"),
            ("heading", 2, "SAFE STAFFING"),
            ("paragraph", 0, "We act."),
        ],
    ),
    (
        "a letter's subject stands right below its salutation, and may hold a colon",
        "To:\n- Chief executives\n\nDear all,\n\nSafe staffing: a charter\n\nWe act.\n\nWe report.\n",
        [
            ("paragraph", 0, "To:"),
            ("item", 1, "Chief executives"),
            ("paragraph", 0, "Dear all,"),
            ("heading", 2, "Safe staffing: a charter"),
            ("paragraph", 0, "We act."),
            ("paragraph", 0, "We report."),
        ],
    ),
    (
        "the fields of an action do not run together, however full the line above is",
        WRAPPED + "Action: RJ to write to the trusts of the whole country again.\nOwner: RJ\nDue: September\n",
        [
            ("paragraph", 0, WRAPPED.strip()),
            ("paragraph", 0, "Action: RJ to write to the trusts of the whole country again."),
            ("paragraph", 0, "Owner: RJ"),
            ("paragraph", 0, "Due: September"),
        ],
    ),
    (
        "no line end at the end, mixed ones before",
        "We act.\r\n\nWe pay.\r\rWe go.",
        [("paragraph", 0, "We act."), ("paragraph", 0, "We pay."), ("paragraph", 0, "We go.")],
    ),
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
    # bullets inside a paragraph part its points and belong to none
    parting = " •●▪■◦‣➢"
    assert all(
        at in covered or document.text[at].isspace() or document.text[at] in parting
        for block in document.blocks
        for at in range(block.start, block.end)
    )


@pytest.mark.parametrize("ends", ["\r\n", "\r", "\u2028"], ids=repr)
def test_line_ends_of_other_systems_change_nothing(ends: str) -> None:
    text = WRAPPED + "\nTrusts must:\n- train staff\n- report\n"
    plain = [(kind, level, words.split()) for kind, level, words in blocks(text)]
    assert [(kind, level, words.split()) for kind, level, words in blocks(text.replace("\n", ends))] == plain


@pytest.mark.parametrize("width", [30, 45, 62, 76, 100, 140, 200])
def test_a_text_wrapped_at_any_width_has_the_same_paragraphs(width: int) -> None:
    """Two paragraphs of several sentences and a list, wrapped the way an editor does."""
    first = (
        "The forum met in May and heard from the trusts that had tried the new rota over the winter. Most of their "
        "staff would not go back to the old one. The trusts will publish what they have learnt by the end of September "
        "and will help others who want to follow them, so far as their own work allows it. The forum thanked them."
    )
    second = (
        "It then turned to pay. The regulator will write to every employer in the country before the summer, asking "
        "each of them how many of its staff were paid late in the last year and what it will do to put that right, "
        "and it will report to the forum on the answers."
    )
    items = ["train more of the staff who run the wards at night and at the weekend, and pay them for it", "report"]
    wrapped = [textwrap.fill(words, width) for words in (first, second, "The forum will then:")]
    wrapped += ["\n".join(textwrap.fill(i, width, initial_indent="- ", subsequent_indent="  ") for i in items)]
    found = blocks("\n\n".join(wrapped))
    assert [(kind, " ".join(words.split())) for kind, _, words in found] == [
        ("paragraph", first),
        ("paragraph", second),
        ("paragraph", "The forum will then:"),
        ("item", items[0]),
        ("item", items[1]),
    ]


@pytest.mark.parametrize(
    "unit",
    [
        "word ",
        "We act. ",
        "a   b ",
        "word\n",
        "word and more\n",
        "Word\n\n",
        "- word\n",
        "a | b\n",
        "a:\nb;\n",
        "> word\n",
        "12\n\f",
    ],
    ids=repr,
)
def test_time_grows_with_the_text_and_no_faster(unit: str) -> None:
    """In the shapes that invite a look back over everything."""
    check_linear(lambda text: segment(read_bytes(text.encode(), "long.txt")), unit)


def test_one_line_of_five_megabytes() -> None:
    text = "We will publish the plan and report on it by May. " * 100_000
    begun = time.process_time()
    assert [(block.kind, block.end) for block in blocks_of(text)] == [("paragraph", len(text) - 1)]
    assert time.process_time() - begun < 5

"""What the reader of rich text makes of its control words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.errors import Rejected
from extractor.ingest import read_bytes
from extractor.records import Document
from tests.ingest.builders import refusal_of

FONTS = (
    r"{\fonttbl{\f0\fswiss\fcharset0{\*\falt Helvetica}Arial;}{\f1\fcharset2 Symbol;}{\f2\fcharset238 Arial CE;}"
    r"{\f3\fcharset128 Gothic;}}"
)
STYLES = r"{\stylesheet{\ql Normal;}{\s1\b heading 1;}{\s2\outlinelevel1 Mine;}{\s3 Title;}{\*\cs10 Strong;}}"


def opened(body: str) -> Document:
    return read_bytes(rf"{{\rtf1\ansi\ansicpg1252\deff0{FONTS}{STYLES}{body}}}".encode("latin-1"), "plan.rtf")


def outline(document: Document) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, document.text[block.start : block.end]) for block in document.blocks]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(r"The trust\rquote s plan \endash  \'a35m\par", "The trust’s plan – £5m", id="signs and bytes"),
        pytest.param(r"\uc1 The trust\u8217\'92s \u8211- plan\par", "The trust’s – plan", id="fallbacks are skipped"),
        pytest.param(r"\uc2 x\u8211--y{\uc0 \u8217 s}\par", "x–y’s", id="as many as stated, group by group"),
        pytest.param(r"\u-10179 ?\u-8704 ?\par", "😀", id="two halves of one character"),
        pytest.param(r"\f2 \'9akola\par", "škola", id="the font's character set"),
        pytest.param(r"\f3 \'93\'8c\'8b\'9e\par", "東京", id="characters of two bytes"),
        pytest.param("a long\nword\r\ns\\par", "a longwords", id="line ends in the file are nothing"),
        pytest.param("one\\\ntwo\\par", "one two", id="unless a backslash is before them"),
        pytest.param(
            r"one\line two\tab three\~four\-five\_six\par", "one two three fourfive-six", id="breaks and hyphens"
        ),
        pytest.param(r"\{a\} \\ b\par", r"{a} \ b", id="escaped signs"),
        pytest.param(r"no end of the paragraph", "no end of the paragraph", id="no last mark"),
        pytest.param(r"{\header Top\par}{\footer Foot\par}Text\par", "Text", id="page headers and footers"),
        pytest.param(r"{\pict\pngblip 89504e470d0a}{\*\shppict{\pict ff}}Text\par", "Text", id="pictures"),
        pytest.param("{\\pict\\bin4 }}}}}Text\\par", "Text", id="raw bytes, braces among them"),
        pytest.param(
            r'{\field{\*\fldinst HYPERLINK "http://x"}{\fldrslt A link}} stays\par', "A link stays", id="link"
        ),
        pytest.param(
            r"We {\deleted not }{\v hidden }{\*\unknown words}act\par", "We act", id="deleted, hidden, unknown"
        ),
        pytest.param(r"We {\revised always }act{\*\annotation Really?}\par", "We always act", id="inserted; comments"),
        pytest.param(r"{\upr{ansi}{\*\ud{unicode}}}\par", "ansi", id="one of two forms"),
    ],
)
def test_text(body: str, expected: str) -> None:
    assert opened(body).text == expected


BULLET = r"{\listtext\f1\'b7\tab}"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(r"\pard\s1 Aims\par", ("heading", 1, "Aims"), id="built-in style"),
        pytest.param(r"\pard\s2 Aims\par", ("heading", 2, "Aims"), id="outline level of a style"),
        pytest.param(r"\pard\s3 Plan\par", ("heading", 1, "Plan"), id="title"),
        pytest.param(r"\pard\outlinelevel2 Aims\par", ("heading", 3, "Aims"), id="own outline level"),
        pytest.param(r"\pard\s1 \pard Text\par", ("paragraph", 0, "Text"), id="pard takes all back"),
        pytest.param(r"{\b Next steps}\par", ("heading", 5, "Next steps"), id="bold"),
        pytest.param(r"\b Next\b0  steps\par", ("paragraph", 0, "Next steps"), id="half bold"),
        pytest.param(rf"{BULLET}\pard\ls1\ilvl1 train\par", ("item", 2, "train"), id="bullet of a symbol font"),
        pytest.param(r"{\listtext o\tab}\pard\ls1 train\par", ("item", 1, "train"), id="the letter o as a bullet"),
        pytest.param(r"{\pntext\f1\'B7\tab}{\*\pn\pnlvlblt}train\par", ("item", 1, "train"), id="older bullets"),
        pytest.param(r"\bullet  train\par", ("item", 1, "train"), id="typed bullet"),
    ],
)
def test_blocks(body: str, expected: tuple[str, int, str]) -> None:
    assert outline(opened(body + r"\pard\plain Then.\par"))[0] == expected


def test_numbers_of_lists_are_kept() -> None:
    body = r"{\listtext 2.\tab}\pard\ls1 report\par{\listtext (a)\tab}\pard\ls1\ilvl1 yearly\par"
    assert opened(body).text == "2. report\n\n  (a) yearly"


def table_row(*cells: str, edges: tuple[int, ...] = (1000, 2000, 3000), more: str = "") -> str:
    shape = "".join(rf"\cellx{edge}" for edge in edges)
    return rf"\trowd{more}{shape}\pard\intbl " + "".join(rf"{cell}\cell " for cell in cells) + r"\row "


def cells_of(document: Document) -> list[list[tuple[str, str]]]:
    return [
        [(cell.header, document.text[cell.start : cell.end]) for cell in block.cells]
        for block in document.blocks
        if block.kind == "row"
    ]


HEAD = table_row("Action", "Owner", "Due", more=r"\trhdr")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            HEAD + table_row("Write", "RJ", "May"), [("Action", "Write"), ("Owner", "RJ"), ("Due", "May")], id="a row"
        ),
        pytest.param(
            HEAD + table_row(r"Write\par with care", "", "May"),
            [("Action", "Write with care"), ("Due", "May")],
            id="paragraphs in a cell",
        ),
        pytest.param(
            HEAD + table_row("Wide", "May", edges=(2010, 3000)), [("Action", "Wide"), ("Due", "May")], id="a wide cell"
        ),
        pytest.param(
            HEAD + r"\trowd\cellx1000\clmrg\cellx2000\cellx3000\pard\intbl Wide\cell\cell May\cell\row ",
            [("Action", "Wide"), ("Due", "May")],
            id="a cell merged with the one to its left",
        ),
        pytest.param(
            HEAD + r"\trowd\clvmrg\cellx1000\cellx2000\cellx3000\pard\intbl\cell RJ\cell May\cell\row ",
            [("Owner", "RJ"), ("Due", "May")],
            id="a cell covered from above",
        ),
        pytest.param(
            HEAD + rf"\trowd\cellx1000\cellx2000\cellx3000\pard\intbl {BULLET}a\par {BULLET}b\cell x\cell y\cell\row ",
            [("Action", "• a • b"), ("Owner", "x"), ("Due", "y")],
            id="bullets in a cell",
        ),
    ],
)
def test_tables(rows: str, expected: list[tuple[str, str]]) -> None:
    document = opened(rows + r"\pard\plain Then.\par")
    assert cells_of(document)[1] == expected
    assert document.text.endswith("Then.")


def test_notes_and_boxes_stand_apart() -> None:
    note = r"{\super\chftn{\footnote\pard\plain\chftn  See the survey.}}"
    box = r"{\shp{\*\shpinst{\sp{\sn fill}{\sv 1}}{\shptxt\pard In a box.\par}}{\shprslt In a box.}}"
    assert outline(opened(rf"We will{note} act.{box}\par It ends.\par")) == [
        ("paragraph", 0, "We will act."),
        ("paragraph", 0, "In a box."),
        ("paragraph", 0, "It ends."),
        ("footnote", 0, "See the survey."),
    ]


def test_title_and_day_of_making() -> None:
    info = r"{\info{\title Staff plan}{\author A. Body}{\revtim\yr2025\mo1\dy2}{\creatim\yr2024\mo3\dy5\hr10}}"
    document = opened(info + r"We act.\par")
    assert (document.text, document.title, str(document.published)) == ("We act.", "Staff plan", "2024-03-05")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"{\\rtf1" + b"{" * 5000, "damaged"),  # groups without end would fill the memory
        (b"{\\rtf1 }", "no-text"),
        (b"{\\rtf1{\\pict " + b"00" * 5000 + b"}}", "no-text"),
        (b"{\\rtf1\\bin99999999 x}", "no-text"),  # claims more bytes than there are
    ],
)
def test_refusals(raw: bytes, reason: str) -> None:
    with pytest.raises(Rejected) as refusal:
        read_bytes(raw, "plan.rtf")
    assert refusal.value.reason == reason


TOKENS = st.sampled_from(
    [
        *(
            "{",
            "}",
            ";",
            "words",
            "\\par",
            "\\cell",
            "\\row",
            "\\trowd",
            "\\cellx100",
            "\\intbl",
            "\\pard",
            "\\v",
            "\\b",
        ),
        *(
            "\\u8217",
            "\\u-10179",
            "\\'92",
            "\\uc9",
            "\\bin3",
            "\\ansicpg932",
            "\\ansicpg99",
            "\\ls1",
            "\\ilvl99",
            "\\f1",
        ),
        *("\\*", "\\footnote", "\\shptxt", "\\shpinst", "\\listtext", "\\info", "\\title", "\\stylesheet", "\\s1"),
        *("\\creatim", "\\yr0", "\\mo99"),
    ]
)


@given(st.lists(st.one_of(TOKENS, st.binary(max_size=4).map(lambda raw: raw.decode("latin-1"))), max_size=60))
def test_any_rich_text_is_read_or_refused(tokens: list[str]) -> None:
    raw = ("{\\rtf1 start " + " ".join(tokens)).encode("latin-1")
    # "cannot be read" is the last resort, for what a reader did not foresee
    assert "cannot be read" not in refusal_of(raw, "plan.rtf")

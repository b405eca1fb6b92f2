"""What the reader of OpenDocument texts makes of headings, lists, tables, changes and notes."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.errors import Rejected
from extractor.ingest import read, read_bytes
from extractor.records import Document
from tests.ingest.builders import make_flat_odt, make_odt, zipped

SHARED = Path(__file__).resolve().parents[3] / "shared" / "documents"


def opened(body: str, **parts: str) -> Document:
    return read_bytes(make_odt(body, **parts), "plan.odt")


def outline(document: Document) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, document.text[block.start : block.end]) for block in document.blocks]


def lines_of(document: Document) -> list[str]:
    """The canonical text line by line, list markers and indentation included."""
    return document.text.split("\n\n")


def p(inside: str, style: str = "") -> str:
    return f'<text:p text:style-name="{style}">{inside}</text:p>'


def items(*inside: str, style: str = "Num", more: str = "") -> str:
    """A list; an item is a text or, where it begins with a tag, XML."""
    made = "".join(f"<text:list-item>{one if one.startswith('<') else p(one)}</text:list-item>" for one in inside)
    return f'<text:list text:style-name="{style}" {more}>{made}</text:list>'


def cell(inside: str, more: str = "") -> str:
    return f"<table:table-cell {more}>{inside if inside.startswith('<') else p(inside)}</table:table-cell>"


def row(*cells: str) -> str:
    made = "".join(one if one.startswith("<table:") else cell(one) for one in cells)
    return f"<table:table-row>{made}</table:table-row>"


def heading(text: str, level: int, more: str = "") -> str:
    return f'<text:h text:outline-level="{level}" {more}>{text}</text:h>'


def box(inside: str) -> str:
    return f"<draw:frame><draw:text-box>{inside}</draw:text-box></draw:frame>"


STYLES = """
<style:style style:name="Bold" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="Plain" style:family="text"><style:text-properties fo:font-weight="normal"/></style:style>
<style:style style:name="Line" style:family="text">
  <style:text-properties style:text-underline-style="solid"/></style:style>
<style:style style:name="Gone" style:family="text"><style:text-properties text:display="none"/></style:style>
<style:style style:name="Loud" style:family="paragraph"><style:text-properties fo:font-weight="700"/></style:style>
<style:style style:name="Louder" style:family="paragraph" style:parent-style-name="Loud"/>
<style:style style:name="Round" style:family="paragraph" style:parent-style-name="Round"/>
<style:style style:name="Heading_20_3" style:family="paragraph"/>
<style:style style:name="Top" style:family="paragraph" style:default-outline-level="2"/>
<text:list-style style:name="Num">
  <text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
  <text:list-level-style-number text:level="2" style:num-format="1" text:display-levels="2"/>
  <text:list-level-style-number text:level="3" style:num-format="a" style:num-prefix="(" style:num-suffix=")"/>
</text:list-style>
<text:list-style style:name="Dots">
  <text:list-level-style-bullet text:level="1" text:bullet-char="•"/></text:list-style>
<text:list-style style:name="Late">
  <text:list-level-style-number text:level="1" style:num-format="i" style:num-suffix="." text:start-value="3"/>
</text:list-style>
<text:list-style style:name="None">
  <text:list-level-style-number text:level="1" style:num-format=""/></text:list-style>
"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            items(p("Aim") + items("train", p("keep") + items("nurses")), "End"),
            ["1. Aim", "  1.1 train", "  1.2 keep", "    (a) nurses", "2. End"],
            id="numbers by depth",
        ),
        pytest.param(items(items("deep")), ["  1.1 deep"], id="an item that only holds a list is no item"),
        pytest.param(items("one") + items("two"), ["1. one", "1. two"], id="a new list counts anew"),
        pytest.param(
            items("one") + p("Between.") + items("two", more='text:continue-numbering="true"'),
            ["1. one", "Between.", "2. two"],
            id="unless it goes on with the one before",
        ),
        pytest.param(
            items("one", more='xml:id="a"') + items("x", style="Dots") + items("two", more='text:continue-list="a"'),
            ["1. one", "- x", "2. two"],
            id="or with one that it names",
        ),
        pytest.param(items("three", style="Late"), ["iii. three"], id="a style says where it starts"),
        pytest.param(
            '<text:list text:style-name="Num"><text:list-item text:start-value="7">' + p("seven") + "</text:list-item>"
            f"<text:list-item>{p('eight')}</text:list-item></text:list>",
            ["7. seven", "8. eight"],
            id="an item says with what it goes on",
        ),
        pytest.param(
            '<text:list text:style-name="Num"><text:list-header>' + p("Actions") + "</text:list-header>"
            f"<text:list-item>{p('one')}</text:list-item></text:list>",
            ["Actions", "1. one"],
            id="the header of a list carries no number",
        ),
        pytest.param(items("shown", style="None"), ["shown"], id="a list without marks is none"),
        pytest.param(items("x", style="Unknown"), ["- x"], id="a list of an unknown style has bullets"),
        pytest.param(
            items(p("one") + p("It goes on.") + p("And on."), "two"),
            ["1. one", "  - It goes on.", "  - And on.", "2. two"],
            id="further paragraphs stay under their item",
        ),
        pytest.param(
            "".join(
                f'<text:numbered-paragraph text:list-id="n" text:level="{depth}" text:style-name="Num">{p(text)}'
                "</text:numbered-paragraph>"
                for depth, text in ((1, "one"), (2, "deep"))
            ),
            ["1. one", "  1.1 deep"],
            id="numbered paragraphs are a list, too",
        ),
        pytest.param(items(f"<table:table>{row('a', 'b')}</table:table>"), ["a | b"], id="a table in an item"),
    ],
)
def test_lists(body: str, expected: list[str]) -> None:
    assert lines_of(opened(body, styles=STYLES)) == expected


OUTLINE = (
    '<text:outline-style style:name="Outline">'
    '<text:outline-level-style text:level="1" style:num-format="1"/>'
    '<text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/></text:outline-style>'
)


@pytest.mark.parametrize(
    ("body", "styles", "expected"),
    [
        pytest.param(heading("Aims", 2), "", ("heading", 2, "Aims"), id="level"),
        pytest.param(heading("Aims", 9), "", ("heading", 6, "Aims"), id="levels end at six"),
        pytest.param(p("Aims", "Heading_20_3"), "", ("heading", 3, "Aims"), id="a paragraph in a style of headings"),
        pytest.param(p("Aims", "Top"), "", ("heading", 2, "Aims"), id="a style with a level of its own"),
        pytest.param(
            p("Plan", "Title"),
            '<style:style style:name="Title" style:family="paragraph"/>',
            ("heading", 1, "Plan"),
            id="title",
        ),
        pytest.param(heading("Aims", 1), OUTLINE, ("heading", 1, "1 Aims"), id="numbered by the outline"),
        pytest.param(
            heading("Aims", 1, 'text:is-list-header="true"'),
            OUTLINE,
            ("heading", 1, "Aims"),
            id="but for those that are not",
        ),
        pytest.param(
            heading("<text:number>4.</text:number>Aims", 1), "", ("heading", 1, "4. Aims"), id="number written down"
        ),
        pytest.param(
            items(heading("Aims", 1)), "", ("heading", 1, "1. Aims"), id="a heading in a list takes its number"
        ),
        pytest.param(
            p('<text:span text:style-name="Bold">Next steps</text:span>'), "", ("heading", 5, "Next steps"), id="bold"
        ),
        pytest.param(p("Next steps", "Louder"), "", ("heading", 5, "Next steps"), id="bold by a style's parent"),
        pytest.param(
            p('<text:span text:style-name="Line">Next steps</text:span>'),
            "",
            ("heading", 5, "Next steps"),
            id="underlined",
        ),
        pytest.param(
            p('Next <text:span text:style-name="Plain">steps</text:span>', "Loud"),
            "",
            ("paragraph", 0, "Next steps"),
            id="half bold",
        ),
        pytest.param(p("We will act.", "Loud"), "", ("paragraph", 0, "We will act."), id="a bold sentence"),
        pytest.param(p("We act.", "Round"), "", ("paragraph", 0, "We act."), id="styles in a circle end"),
    ],
)
def test_headings(body: str, styles: str, expected: tuple[str, int, str]) -> None:
    assert outline(opened(body + p("Text."), styles=styles or STYLES, automatic=STYLES))[0] == expected


def test_headings_count_on() -> None:
    body = heading("A", 1) + heading("B", 2) + heading("C", 2) + heading("D", 1) + heading("E", 2)
    assert lines_of(opened(body, styles=OUTLINE)) == ["1 A", "1.1 B", "1.2 C", "2 D", "2.1 E"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(p('The<text:s text:c="3"/>trust<text:tab/>acts.'), "The trust acts.", id="spaces and tabs"),
        pytest.param(p("NHS England<text:line-break/>80 London Road"), "NHS England 80 London Road", id="line break"),
        pytest.param(p("A <text:a>link</text:a> stays."), "A link stays.", id="link"),
        pytest.param(p('Seen.<text:span text:style-name="Gone"> Hidden.</text:span>'), "Seen.", id="hidden by style"),
        pytest.param(p("Seen.<text:hidden-text> Hidden.</text:hidden-text>"), "Seen.", id="hidden by a field"),
        pytest.param(
            f'<text:section text:display="none">{p("Hidden.")}</text:section><text:section>{p("Seen.")}</text:section>',
            "Seen.",
            id="sections, one of them hidden",
        ),
        pytest.param(
            "<text:tracked-changes><text:changed-region><text:deletion>"
            + p("Gone.")
            + "</text:deletion></text:changed-region></text:tracked-changes>"
            + p(
                'We <text:change text:change-id="a"/><text:change-start text:change-id="b"/>will '
                '<text:change-end text:change-id="b"/>act.'
            ),
            "We will act.",
            id="changes are accepted",
        ),
        pytest.param(
            p("We act.<office:annotation><text:p>Really?</text:p></office:annotation> Soon."),
            "We act. Soon.",
            id="comment",
        ),
        pytest.param(
            f"<text:table-of-content><text:index-body>{p('Aims 3')}</text:index-body></text:table-of-content>"
            + p("Text."),
            "Text.",
            id="contents list",
        ),
        pytest.param(
            p(f"Before.{box(p('In a box.'))} After."),
            "Before. After.\n\nIn a box.",
            id="a text box stands after its paragraph",
        ),
        pytest.param(
            p(box(p(box(p("Deep."))))),
            "Deep.",
            id="a box in a box is read once",
        ),
        pytest.param(f"<draw:custom-shape>{p('On a shape.')}</draw:custom-shape>", "On a shape.", id="shape"),
        pytest.param(
            p("東京<text:ruby><text:ruby-base>都</text:ruby-base><text:ruby-text>to</text:ruby-text></text:ruby>"),
            "東京都",
            id="ruby",
        ),
    ],
)
def test_what_is_text_and_what_is_not(body: str, expected: str) -> None:
    assert opened(body, styles=STYLES).text == expected


def test_notes_stand_apart() -> None:
    note = "<text:note><text:note-citation>1</text:note-citation><text:note-body>{}</text:note-body></text:note>"
    document = opened(p(f"We will{note.format(p('See the survey.') + p('It is long.'))} act.") + p("It ends."))
    assert outline(document) == [
        ("paragraph", 0, "We will act."),
        ("paragraph", 0, "It ends."),
        ("footnote", 0, "See the survey. It is long."),
    ]


def cells_of(document: Document) -> list[list[tuple[str, str]]]:
    return [
        [(one.header, document.text[one.start : one.end]) for one in block.cells]
        for block in document.blocks
        if block.kind == "row"
    ]


COVERED = "<table:covered-table-cell/>"
HEAD = f"<table:table-header-rows>{row('Action', 'Owner', 'Due')}</table:table-header-rows>"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            HEAD + row("Write", "RJ", "May"), [("Action", "Write"), ("Owner", "RJ"), ("Due", "May")], id="marked"
        ),
        pytest.param(
            row("Action", "Due") + row("Write", "May"), [("Action", "Write"), ("Due", "May")], id="by its look"
        ),
        pytest.param(
            HEAD + row(cell("Wide", 'table:number-columns-spanned="2"'), COVERED, "May"),
            [("Action", "Wide"), ("Due", "May")],
            id="a cell over two columns",
        ),
        pytest.param(
            HEAD + row(COVERED, "RJ", "May"), [("Owner", "RJ"), ("Due", "May")], id="a cell covered from above"
        ),
        pytest.param(
            HEAD + row(cell("", 'table:number-columns-repeated="2"'), "May"),
            [("Due", "May")],
            id="repeated empty cells",
        ),
        pytest.param(
            HEAD + row(cell(items("train", "keep", style="Dots")), "RJ", cell(p("One.") + p("Two."))),
            [("Action", "• train • keep"), ("Owner", "RJ"), ("Due", "One. Two.")],
            id="lists and paragraphs in cells",
        ),
    ],
)
def test_tables(rows: str, expected: list[tuple[str, str]]) -> None:
    assert cells_of(opened(f"<table:table>{rows}</table:table>", styles=STYLES))[1] == expected


def test_flat_file() -> None:
    raw = make_flat_odt(heading("Aims", 1) + p("We act."), meta="<dc:title>Staff plan</dc:title>")
    document = read_bytes(raw, "plan.fodt")
    assert (document.format, document.title, document.warnings) == ("odt", "Staff plan", ())
    assert outline(document) == [("heading", 1, "Aims"), ("paragraph", 0, "We act.")]


def test_title_and_day_of_making() -> None:
    meta = "<dc:title>Staff plan</dc:title><meta:creation-date>2024-03-05T10:00:00.123</meta:creation-date>"
    document = opened(p("We act."), meta=meta)
    assert (document.title, str(document.published)) == ("Staff plan", "2024-03-05")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        pytest.param(
            make_odt(p("x"), manifest="<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"),
            "encrypted",
            id="password",
        ),
        pytest.param(zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "damaged", id="no content"),
        pytest.param(
            zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a>"}),
            "damaged",
            id="broken",
        ),
        pytest.param(
            zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}),
            "unreadable",
            id="a spreadsheet",
        ),
        pytest.param(
            zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": " " * 61_000_000}),
            "too-large",
            id="a bomb",
        ),
        pytest.param(make_odt("<text:section>" * 3000 + "</text:section>" * 3000), "damaged", id="nested too deeply"),
        pytest.param(make_odt("<draw:image/>"), "no-text", id="pictures only"),
    ],
)
def test_refusals(raw: bytes, reason: str) -> None:
    with pytest.raises(Rejected) as refusal:
        read_bytes(raw, "plan.odt")
    assert refusal.value.reason == reason


def test_repeated_columns_are_bounded() -> None:
    wide = cell("x", 'table:number-columns-repeated="999"')
    assert len(opened(f"<table:table>{row(wide)}</table:table>").text) < 500


@dataclass(frozen=True)
class Item:
    """An item of a made list: its word and the items of the lists inside it."""

    word: str
    inner: tuple["Item", ...]


WORDS = st.integers(0, 10**6).map(lambda number: f"word{number}")
TREES = st.recursive(
    st.builds(Item, WORDS, st.just(())),
    lambda inner: st.builds(Item, WORDS, st.lists(inner, max_size=3).map(tuple)),
    max_leaves=12,
)


def as_xml(trees: tuple[Item, ...]) -> str:
    return items(*(p(tree.word) + (as_xml(tree.inner) if tree.inner else "") for tree in trees)) if trees else ""


def flattened(trees: tuple[Item, ...], depth: int = 1) -> list[tuple[int, str]]:
    return [pair for tree in trees for pair in ((depth, tree.word), *flattened(tree.inner, depth + 1))]


@given(st.lists(TREES, min_size=1, max_size=4).map(tuple))
def test_any_nesting_of_lists_keeps_order_depth_and_words(trees: tuple[Item, ...]) -> None:
    document = opened(as_xml(trees), styles=STYLES)
    assert [(block.level, document.text[block.start : block.end]) for block in document.blocks] == flattened(trees)
    assert {block.kind for block in document.blocks} == {"item"}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared documents are not here")
def test_minutes_of_a_real_group() -> None:
    document = read(SHARED / "odug-minutes-2015-01-14.odt")
    kinds = [block.kind for block in document.blocks]
    assert (document.kind, str(document.published)) == ("minutes", "2015-01-14")
    assert kinds.count("heading") >= 7
    assert kinds.count("item") >= 25
    assert kinds.count("row") >= 12
    items_of = [document.text[block.start : block.end] for block in document.blocks if block.kind == "item"]
    assert not any(text.startswith(("•", "-", "\uf0b7")) for text in items_of)

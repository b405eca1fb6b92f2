"""What the reader of Word documents makes of lists, tracked changes, tables and text that is none of the document's."""

import io
import zipfile
from pathlib import Path

import pytest

from extractor.errors import Rejected
from extractor.ingest import read, read_bytes
from extractor.ingest.numbering import Counters, Level, numeral
from extractor.records import Document
from extractor.segment import segment
from tests.ingest.builders import make_word

SHARED = Path(__file__).resolve().parents[3] / "shared" / "documents"


def opened(body: str, **parts: str) -> Document:
    return read_bytes(make_word(body, **parts), "plan.docx")


def lines_of(document: Document) -> list[str]:
    """The canonical text line by line, list markers and indentation included."""
    return document.text.split("\n\n")


def outline(document: Document) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, document.text[block.start : block.end]) for block in document.blocks]


def run(text: str, *properties: str) -> str:
    set_as = f"<w:rPr>{''.join(f'<w:{name}/>' for name in properties)}</w:rPr>" if properties else ""
    return f'<w:r>{set_as}<w:t xml:space="preserve">{text}</w:t></w:r>'


def p(inside: str, properties: str = "") -> str:
    """A paragraph of text or, where it begins with a tag, of XML."""
    inside = inside if inside.startswith("<") else run(inside)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def listed(text: str, depth: int = 0, number: int = 1) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>')


def styled(text: str, style: str) -> str:
    return p(text, f'<w:pStyle w:val="{style}"/>')


def level(depth: int, style: str, pattern: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>{more}'
        f'<w:lvlText w:val="{pattern}"/></w:lvl>'
    )


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def row(*cells: str, properties: str = "") -> str:
    """A row of cells that are texts or, where they begin with a tag, XML."""
    inside = "".join(f"<w:tc>{cell if cell.startswith('<') else p(cell)}</w:tc>" for cell in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{inside}</w:tr>"


LEGAL = level(0, "decimal", "%1.") + level(1, "decimal", "%1.%2") + level(2, "lowerLetter", "(%3)")
NUMBERING = (
    f'<w:abstractNum w:abstractNumId="0">{LEGAL}{level(3, "lowerRoman", "%4.")}</w:abstractNum>'
    f'<w:abstractNum w:abstractNumId="1">{level(0, "bullet", "")}{level(1, "bullet", "o")}</w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="0"/>'
    '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="4"/></w:lvlOverride></w:num>'
    '<w:num w:numId="4"><w:abstractNumId w:val="0"/></w:num>'
)
STYLES = (
    '<w:style w:styleId="H1"><w:name w:val="heading 1"/>'
    '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:styleId="Mine"><w:name w:val="My own"/><w:basedOn w:val="H1"/></w:style>'
    '<w:style w:styleId="Strong"><w:name w:val="Strong"/><w:rPr><w:b/></w:rPr></w:style>'
    '<w:style w:styleId="Circle"><w:name w:val="Circle"/><w:basedOn w:val="Circle"/></w:style>'
    '<w:style w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>'
    '<w:style w:styleId="Gone"><w:name w:val="Gone"/><w:rPr><w:vanish/></w:rPr></w:style>'
)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            listed("Aim") + listed("train", 1) + listed("keep", 1) + listed("nurses", 2) + listed("wards", 3),
            ["1. Aim", "  1.1 train", "  1.2 keep", "    (a) nurses", "      i. wards"],
            id="numbers, letters and Roman numerals by depth",
        ),
        pytest.param(
            listed("one") + listed("a", 1) + listed("two") + listed("b", 1),
            ["1. one", "  1.1 a", "2. two", "  2.1 b"],
            id="a deeper count begins again under the next item",
        ),
        pytest.param(
            listed("one") + p("Between.") + listed("two"),
            ["1. one", "Between.", "2. two"],
            id="a list goes on after a paragraph",
        ),
        pytest.param(
            listed("one") + listed("four", number=3) + listed("five", number=3),
            ["1. one", "4. four", "5. five"],
            id="an override sets where a list starts, once",
        ),
        pytest.param(
            listed("one") + listed("two", number=4), ["1. one", "2. two"], id="lists of one definition share its count"
        ),
        pytest.param(
            listed("bullet", number=2) + listed("inner", 1, 2), ["- bullet", "  - inner"], id="bullets have no label"
        ),
        pytest.param(listed("") + listed("two"), ["2. two"], id="an empty item counts, as it does on the page"),
        pytest.param(listed("loose", number=99), ["loose"], id="a list that is not defined is none"),
        pytest.param(listed("off", number=0), ["off"], id="list number 0 takes a paragraph out of its list"),
        pytest.param(
            styled("Scope", "H1") + listed("must act.", 1),
            ["1. Scope", "  1.1 must act."],
            id="heading with its number",
        ),
        pytest.param(styled("Scope", "Mine"), ["1. Scope"], id="a style inherits level and list"),
        pytest.param(styled("We act.", "Circle"), ["We act."], id="styles in a circle end"),
        pytest.param(
            listed("<w:r><w:t>one</w:t><w:br/><w:t>• more</w:t></w:r>", number=2),
            ["- one", "  - more"],
            id="bullets typed after a soft break stay items",
        ),
    ],
)
def test_lists(body: str, expected: list[str]) -> None:
    assert lines_of(opened(body, numbering=NUMBERING, styles=STYLES)) == expected


def test_numbered_points_keep_what_opens_them() -> None:
    document = opened(listed("The trust will:", 1) + listed("train staff;", 2), numbering=NUMBERING)
    assert {passage.text: passage.lead_in for passage in segment(document)}["train staff;"] == "The trust will:"


def test_a_list_with_levels_of_its_own() -> None:
    """Lists that share a definition may reshape a level; legal numbering writes every number in figures."""
    numbering = (
        '<w:abstractNum w:abstractNumId="0">'
        + level(0, "upperRoman", "Part %1")
        + level(1, "decimal", "%1.%2", "<w:isLgl/>")
        + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        + '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">'
        + level(0, "upperLetter", "%1)")
        + "</w:lvlOverride></w:num>"
    )
    body = listed("one") + listed("deep", 1) + listed("two", number=2)
    assert lines_of(opened(body, numbering=numbering)) == ["Part I one", "  1.1 deep", "B) two"]


def test_list_defined_through_its_style() -> None:
    """ "List styles" of the ribbon: one definition points at a style, another holds its levels."""
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="House"/></w:abstractNum>'
        '<w:abstractNum w:abstractNumId="1"><w:styleLink w:val="House"/>'
        f"{level(0, 'upperRoman', '%1)')}</w:abstractNum>"
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    assert lines_of(opened(listed("one") + listed("two"), numbering=numbering)) == ["I) one", "II) two"]


def test_depth_by_the_style_of_a_level() -> None:
    """Numbered paragraph styles name their list only; the list says at which depth each style stands."""
    numbering = (
        '<w:abstractNum w:abstractNumId="0">'
        + level(0, "decimal", "%1", '<w:pStyle w:val="Top"/>')
        + level(1, "decimal", "%1.%2", '<w:pStyle w:val="Sub"/>')
        + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    numbered = "<w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr>"
    styles = "".join(
        f'<w:style w:styleId="{name}"><w:name w:val="{name}"/>{numbered}</w:style>' for name in ("Top", "Sub")
    )
    body = styled("We act.", "Top") + styled("We train.", "Sub") + styled("We keep.", "Sub")
    assert lines_of(opened(body, numbering=numbering, styles=styles)) == [
        "1 We act.",
        "  1.1 We train.",
        "  1.2 We keep.",
    ]


DELETED_MARK = "<w:rPr><w:del/></w:rPr>"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            p("The trust will ", DELETED_MARK) + p("act in May."),
            [("paragraph", 0, "The trust will act in May.")],
            id="a deleted mark makes one paragraph of two",
        ),
        pytest.param(
            p("We ", DELETED_MARK) + p("will ", DELETED_MARK) + p("act."),
            [("paragraph", 0, "We will act.")],
            id="and of three",
        ),
        pytest.param(
            p("<w:del><w:r><w:delText>Gone.</w:delText></w:r></w:del>", DELETED_MARK) + styled("Aims", "H1"),
            [("heading", 1, "Aims")],
            id="the last one says what the paragraph is",
        ),
        pytest.param(
            p("Last.", DELETED_MARK),
            [("paragraph", 0, "Last.")],
            id="nothing follows the deleted mark",
        ),
        pytest.param(
            p("We act.", DELETED_MARK) + table(row("a", "b")),
            [("paragraph", 0, "We act."), ("row", 0, "a | b")],
            id="a table follows it",
        ),
        pytest.param(
            p(f"<w:moveFrom>{run('Moved.')}</w:moveFrom>{run('Here.')}") + p(f"<w:moveTo>{run('Moved.')}</w:moveTo>"),
            [("paragraph", 0, "Here."), ("paragraph", 0, "Moved.")],
            id="what was moved stands where it went",
        ),
        pytest.param(
            table(row("Action", "Due"), row("old", "May", properties="<w:del/>"), row("new", "June")),
            [("row", 0, "Action | Due"), ("row", 0, "new | June")],
            id="a deleted row is gone",
        ),
    ],
)
def test_changes_are_read_as_accepted(body: str, expected: list[tuple[str, int, str]]) -> None:
    plain = '<w:style w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
    assert outline(opened(body, styles=plain)) == expected


BOX = f"<w:txbxContent>{p('In a box.')}</w:txbxContent>"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(p(f"<w:hyperlink>{run('A link')}</w:hyperlink>{run(' stays.')}"), "A link stays.", id="link"),
        pytest.param(p("<w:smartTag>" + run("May") + "</w:smartTag>" + run(" 2024.")), "May 2024.", id="smart tag"),
        pytest.param(f"<w:sdt><w:sdtContent>{p('Kept.')}</w:sdtContent></w:sdt>", "Kept.", id="content control"),
        pytest.param(
            p("Date: ")
            + f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{p('Click here')}</w:sdtContent></w:sdt>",
            "Date:",
            id="Word's own prompt in a control that nobody filled",
        ),
        pytest.param(
            "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj></w:sdtPr>"
            f"<w:sdtContent>{p('Aims 3')}</w:sdtContent></w:sdt>" + p("Text."),
            "Text.",
            id="contents list in a control",
        ),
        pytest.param(styled("Aims 3", "TOC1") + p("Text."), "Text.", id="contents list by its style"),
        pytest.param(p(run("Seen.") + run("Hidden.", "vanish")), "Seen.", id="hidden text"),
        pytest.param(
            p(run("Seen.") + '<w:r><w:rPr><w:rStyle w:val="Gone"/></w:rPr><w:t>Hidden.</w:t></w:r>'),
            "Seen.",
            id="text hidden by its style",
        ),
        pytest.param(
            p("<w:r><w:t>NHS England</w:t><w:br/><w:t>80 London Road</w:t></w:r>"),
            "NHS England 80 London Road",
            id="an address broken softly is one paragraph",
        ),
        pytest.param(
            p("<w:r><w:t>First.</w:t><w:br/><w:br/><w:t>Second.</w:t></w:r>"),
            "First.\n\nSecond.",
            id="a blank line made of soft breaks parts paragraphs",
        ),
        pytest.param(
            p(
                f"{run('Before.')}<w:r><mc:AlternateContent><mc:Choice>{BOX}</mc:Choice>"
                f"<mc:Fallback>{BOX}</mc:Fallback></mc:AlternateContent></w:r>"
            ),
            "Before.\n\nIn a box.",
            id="a text box and its fallback are one",
        ),
        pytest.param(
            p(f"<w:r><w:txbxContent>{p(f'<w:r><w:t>Outer.</w:t>{BOX}</w:r>')}</w:txbxContent></w:r>"),
            "Outer.\n\nIn a box.",
            id="a box in a box is read once",
        ),
        pytest.param(p("<m:oMath><m:r><m:t>a = 3</m:t></m:r></m:oMath>"), "a = 3", id="formula"),
        pytest.param(
            p("<w:r><w:t>Risks</w:t></w:r><w:r><w:fldChar/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>"),
            "Risks",
            id="field codes",
        ),
    ],
)
def test_what_is_text_and_what_is_not(body: str, expected: str) -> None:
    assert opened(body, styles=STYLES).text == expected


def test_footnotes_stand_apart() -> None:
    notes = (
        '<w:footnote w:type="separator">'
        + p("line")
        + "</w:footnote><w:footnote>"
        + p("See the survey.")
        + "</w:footnote>"
    )
    document = opened(p(run("We will") + "<w:r><w:footnoteReference w:id='2'/></w:r>" + run(" act.")), footnotes=notes)
    assert outline(document) == [("paragraph", 0, "We will act."), ("footnote", 0, "See the survey.")]


@pytest.mark.parametrize(
    ("run_of_heading", "kind"),
    [
        pytest.param(run("Next steps", "b"), "heading", id="bold"),
        pytest.param(run("Next steps", "b") + run(":"), "heading", id="bold but for its colon"),
        pytest.param(
            '<w:r><w:rPr><w:u w:val="single"/></w:rPr><w:t>Next steps</w:t></w:r>', "heading", id="underlined"
        ),
        pytest.param(
            '<w:r><w:rPr><w:rStyle w:val="Strong"/></w:rPr><w:t>Next steps</w:t></w:r>', "heading", id="bold by style"
        ),
        pytest.param('<w:r><w:rPr><w:b w:val="0"/></w:rPr><w:t>Next steps</w:t></w:r>', "paragraph", id="bold off"),
        pytest.param(run("Next ", "b") + run("steps"), "paragraph", id="half bold"),
        pytest.param(run("We will act.", "b"), "paragraph", id="a bold sentence"),
        pytest.param(run("5 March 2024", "b"), "paragraph", id="a bold date"),
        pytest.param(run("Action: RJ to write", "b"), "paragraph", id="a bold action"),
    ],
)
def test_emphasis_makes_headings_of_names_only(run_of_heading: str, kind: str) -> None:
    assert opened(p(run_of_heading) + p("We act."), styles=STYLES).blocks[0].kind == kind


def test_numbered_items_that_stand_alone_head_the_text_below() -> None:
    """The items of an agenda, whose numbers alone set them apart in the minutes; those of a list stay items."""
    body = (
        listed("Welcome") + p("The Chair opened the meeting.") + listed("Workforce") + p("RJ spoke of three things.")
        + listed("Pay") + listed("Hours") + p("It ended.")
    )  # fmt: skip
    assert [(kind, text) for kind, _, text in outline(opened(body, numbering=NUMBERING))] == [
        ("heading", "1. Welcome"),
        ("paragraph", "The Chair opened the meeting."),
        ("heading", "2. Workforce"),
        ("paragraph", "RJ spoke of three things."),
        ("item", "Pay"),
        ("item", "Hours"),
        ("paragraph", "It ended."),
    ]


HEAD = row("Action", "Owner", "Deadline", "Progress")
LONG = "The board heard how the work goes on. " * 25


def cells_of(document: Document) -> list[list[tuple[str, str]]]:
    return [
        [(cell.header, document.text[cell.start : cell.end]) for cell in block.cells]
        for block in document.blocks
        if block.kind == "row"
    ]


def test_action_log() -> None:
    document = opened(table(HEAD, row("Write plan", "RJ", "", "Begun")))
    assert cells_of(document)[1] == [("Action", "Write plan"), ("Owner", "RJ"), ("Progress", "Begun")]


def test_cells_keep_their_lists_readable() -> None:
    several = listed("train staff", number=2) + listed("keep staff", number=2)
    numbered = listed("first") + listed("second")
    document = opened(
        table(HEAD, row(several, numbered, listed("May", number=2), p("One.") + p("Two."))), numbering=NUMBERING
    )
    assert cells_of(document)[1] == [
        ("Action", "• train staff • keep staff"),
        ("Owner", "1. first 2. second"),
        ("Deadline", "May"),
        ("Progress", "One. Two."),
    ]


def test_merged_cells_keep_the_columns() -> None:
    wide = f'<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{p("All staff")}'
    above = f'<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>{p("RJ")}'
    below = f"<w:tcPr><w:vMerge/></w:tcPr>{p('')}"
    document = opened(
        table(
            HEAD,
            row(wide, "May", "Done"),
            row("a", above, "June", "Late"),
            row("b", below, "July", "Late"),
            row("c", "July", "Due", properties='<w:gridBefore w:val="1"/>'),
        )
    )
    assert cells_of(document)[1:] == [
        [("Action", "All staff"), ("Deadline", "May"), ("Progress", "Done")],
        [("Action", "a"), ("Owner", "RJ"), ("Deadline", "June"), ("Progress", "Late")],
        [("Action", "b"), ("Deadline", "July"), ("Progress", "Late")],
        [("Owner", "c"), ("Deadline", "July"), ("Progress", "Due")],
    ]


def test_two_rows_of_headers_name_a_column_together() -> None:
    head = "<w:tblHeader/>"
    wide = f'<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{p("Nurses")}'
    document = opened(
        table(row("Region", wide, properties=head), row("", "2023", "2024", properties=head), row("North", "5", "7"))
    )
    assert cells_of(document)[2] == [("Region", "North"), ("Nurses 2023", "5"), ("Nurses 2024", "7")]


def test_a_cell_over_the_whole_width_heads_the_rows_below() -> None:
    wide = f'<w:tcPr><w:gridSpan w:val="4"/></w:tcPr>{p("Workforce")}'
    document = opened(table(HEAD, row(wide), row("Write plan", "RJ", "May", "Begun")))
    assert outline(document)[1] == ("heading", 6, "Workforce")
    assert cells_of(document)[1][1] == ("Owner", "RJ")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(table(row("One."), row("Two.")), ["paragraph", "paragraph"], id="one column sets a box"),
        pytest.param(
            table(row("x", table(row("a", "b"), row("c", "d")) + p(""))), ["paragraph", "row", "row"], id="nested"
        ),
        pytest.param(
            table(HEAD, row("1", p(LONG), "May", ""), row("2", "RJ", "June", "Done")),
            ["row", "paragraph", "paragraph", "paragraph", "row"],
            id="a row of running text is read cell by cell, the others stay rows",
        ),
    ],
)
def test_tables_that_set_a_page(body: str, expected: list[str]) -> None:
    assert [kind for kind, _, _ in outline(opened(body))] == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"main": "word/document2.xml"}, "We act."),  # what Office on the web writes
        ({"namespace": "http://purl.oclc.org/ooxml/wordprocessingml/main"}, "We act."),  # the strict variant
    ],
)
def test_packages_of_other_writers(parts: dict[str, str], expected: str) -> None:
    document = opened(p("We act."), **parts)
    assert (document.text, document.warnings) == (expected, ())


def test_entities_of_the_file_stay_out() -> None:
    raw = make_word(p("We &bomb; act. &secret;"))
    doctype = '<!DOCTYPE x [<!ENTITY bomb "boom"><!ENTITY secret SYSTEM "file:///etc/passwd">]>'
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            new.writestr(name, doctype + text if name == "word/document.xml" else text)
    assert read_bytes(changed.getvalue(), "plan.docx").text == "We act."


def test_elements_nested_too_deeply_are_refused() -> None:
    with pytest.raises(Rejected, match="damaged"):
        opened("<w:sdt><w:sdtContent>" * 5000 + p("x") + "</w:sdtContent></w:sdt>" * 5000)


def test_title_and_day_of_making() -> None:
    core = "<dc:title>Staff plan</dc:title><dcterms:created>2024-03-05T10:00:00Z</dcterms:created>"
    document = opened(p("We act."), core=core)
    assert (document.title, str(document.published)) == ("Staff plan", "2024-03-05")
    assert opened(p("We act."), core="<dc:title>Microsoft Word - Document1</dc:title>").sources["title"] != "file"


@pytest.mark.parametrize(
    ("number", "style", "expected"),
    [
        (27, "lowerLetter", "aa"),  # Word goes on with doubled letters
        (44, "upperRoman", "XLIV"),
        (7, "decimalZero", "07"),
        (112, "ordinal", "112th"),
        (3, "cardinalText", "Three"),
        (2_000_000_000, "lowerLetter", "2000000000"),  # letters for it would fill the memory
        (2_000_000_000, "lowerRoman", "2000000000"),
        (0, "lowerRoman", "0"),
        (5, "chicago", "5"),  # styles of other scripts count in figures
    ],
)
def test_numerals(number: int, style: str, expected: str) -> None:
    assert numeral(number, style) == expected


def test_counts_that_do_not_start_again() -> None:
    """Recommendations that are numbered through, whatever chapter they stand in."""
    levels = {1: Level("decimal", "%1."), 2: Level("decimal", "Recommendation %2:", restart=0)}
    counters = Counters()
    labels = [counters.next("list", levels, depth) for depth in (1, 2, 2, 1, 2)]
    assert labels == ["1.", "Recommendation 1:", "Recommendation 2:", "2.", "Recommendation 3:"]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared documents are not here")
def test_minutes_of_a_real_group() -> None:
    document = read(SHARED / "odug-minutes-2014-05-13.docx")
    kinds = [block.kind for block in document.blocks]
    assert kinds.count("heading") >= 10
    assert kinds.count("item") >= 60
    agenda = [
        cells for cells in cells_of(document) if [header for header, _ in cells] == ["Item", "Description", "Lead"]
    ]
    assert len(agenda) == 7
    assert {block.level for block in document.blocks if block.kind == "item"} == {1, 2}

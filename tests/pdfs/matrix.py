"""The made documents: one for each habit of real PDFs, with a word on why it is here."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from extractor.ingest.lines import word_set
from tests.pdfs import samples
from tests.pdfs.draw import Made, Tagging, make
from tests.pdfs.samples import plan
from tests.pdfs.spec import Look, Spec
from tests.pdfs.tags import BREAKAGES, Breakage


@dataclass(frozen=True, slots=True)
class Case:
    """A document of the matrix."""

    id: str
    why: str
    spec: Callable[[], Spec]
    tagging: Tagging = "untagged"

    def made(self) -> Made:
        """Draw it."""
        return make(self.spec(), self.tagging)


_running = partial(Look, header="alternating", footer="plain", numbers="of")
_RUNNING = _running()
_TWO = Look(columns=2, margins=(50, 60, 50, 70), size=9.5, header="plain", numbers="bare")
_THREE = Look(page=(842, 595), columns=3, margins=(40, 50, 40, 60), gutter=20, size=9, header="plain", numbers="bare")
_REPORT = replace(_RUNNING, justify=True, hyphenate=True, font="Times-Roman", size=11)

_everything = partial(plan, lists=True, tables=True, notes=True, boxes=True, captions=True, look=_RUNNING, chapters=3)

_LOOKS: tuple[tuple[str, str, Callable[[], Spec]], ...] = (
    ("plain", "one column, headings and paragraphs: nothing may go wrong", partial(plan, look=Look())),
    ("everything", "lists, a table, notes, boxes, captions and running lines in one document", _everything),
    ("two-columns", "the usual report: paragraphs run on from column to column", partial(plan, look=_TWO, lists=True)),
    ("three-columns", "a landscape newsletter with narrow columns", partial(plan, look=_THREE, lists=True)),
    (
        "balanced-columns",
        "columns that end level below headings across the page, so that the order is section by section",
        partial(plan, look=replace(_TWO, balance=True), across=True, chapters=6),
    ),
    (
        "narrow-gutter",
        "a gutter hardly wider than a justified space",
        partial(plan, look=replace(_TWO, gutter=12, justify=True, hyphenate=True)),
    ),
    ("justified-hyphens", "words cut at the line's end, wide spaces", partial(plan, look=_REPORT)),
    (
        "small-type",
        "8 point running text, headings of 10",
        partial(plan, look=_running(size=8, heading_sizes=(13, 10, 9))),
    ),
    (
        "no-gaps",
        "paragraphs told by the indent of their first line alone",
        partial(plan, look=replace(_REPORT, gap=0, indent_first=16), sentences=4),
    ),
    (
        "ragged-short-lines",
        "paragraphs without a gap between them and without indent",
        partial(plan, look=_running(gap=2), sentences=2),
    ),
    (
        "loose-leading",
        "lines set one and a half apart, as drafts are",
        partial(plan, look=_running(leading=1.7, gap=10), lists=True),
    ),
    (
        "ligatures",
        "fi, fl, ff, ffi and ffl as single characters",
        partial(plan, look=_running(font="Vera", ligatures=True)),
    ),
    ("bullets", "bullets of every sort, private-use signs and Word's letter o among them", samples.bullets),
    ("drawn-bullets", "bullets that are shapes, as browsers and layout programs draw them", samples.drawn_bullets),
    (
        "numbered-lists",
        "numbers, letters and Roman figures, and lists that count on after a paragraph",
        samples.numbered_lists,
    ),
    ("deep-lists", "three levels, each with its own bullet", samples.deep_lists),
    ("long-items", "items of several lines that go on over columns and pages", samples.long_items),
    (
        "unspaced-items",
        "items with no more room between them than between their lines",
        partial(plan, look=_running(item_gap=0), lists=True),
    ),
    (
        "letter-spaced-headings",
        "headings with room between their letters",
        partial(plan, look=_running(heading_spacing=2.5)),
    ),
    (
        "numbered-headings",
        "1, 1.1: the number says the level",
        partial(plan, look=_running(heading_sizes=(14, 14, 12)), numbered=True),
    ),
    (
        "bold-headings",
        "headings in the size of the text, bold alone",
        partial(plan, look=_running(heading_sizes=(16, 10.5, 10.5))),
    ),
    ("light-headings", "larger headings that are not bold", partial(plan, look=_running(heading_bold=False))),
    ("long-headings", "headings over two and three lines", samples.long_headings),
    (
        "numbered-paragraphs",
        "each paragraph with a number in the margin, as in inquiry reports",
        samples.numbered_paragraphs,
    ),
    ("table", "a ruled table of a few rows", partial(plan, look=_RUNNING, tables=True)),
    ("table-over-pages", "a log of actions over pages, its header printed again on each", samples.action_log),
    (
        "table-header-once",
        "a table over pages that names its columns on the first alone",
        partial(samples.action_log, repeat=False),
    ),
    ("table-rows-split", "rows that the page break cuts in two", partial(samples.action_log, split=True)),
    ("table-unruled", "columns by position alone", partial(samples.action_log, ruled=False, rows=9)),
    ("table-bullets", "bullets inside cells", samples.bullets_in_cells),
    ("table-merged", "cells merged over rows, and rows of one cell over all columns", samples.merged_cells),
    ("table-in-column", "a table in one of two columns", samples.table_in_column),
    (
        "boxes",
        "framed boxes with heading, text and bullets in the run of the page",
        partial(plan, look=_RUNNING, boxes=True),
    ),
    ("margin-boxes", "boxes in the margin beside the text", samples.margin_boxes),
    (
        "captions",
        "pictures with words below them, in the middle of a section",
        partial(plan, look=_RUNNING, captions=True),
    ),
    ("notes", "raised marks, notes at the foot in small type", partial(plan, look=_REPORT, notes=True, chapters=4)),
    (
        "notes-flat",
        "notes whose own number is not raised",
        partial(plan, look=replace(_REPORT, mark="flat-note"), notes=True),
    ),
    ("notes-bracket", "marks in brackets on the line", partial(plan, look=_running(mark="bracket"), notes=True)),
    ("notes-in-columns", "notes at the foot of each column", partial(plan, look=_TWO, notes=True)),
    (
        "notes-many",
        "several marks in a sentence, notes over several lines, figures beside the marks",
        samples.many_notes,
    ),
    (
        "header-chapter",
        "a header that names the chapter, so that it changes",
        partial(plan, look=_running(header="chapter"), chapters=8),
    ),
    (
        "header-close",
        "a running header no further off than the next paragraph",
        partial(plan, look=_running(header="plain", running_gap=16)),
    ),
    ("numbers-bare", "a bare page number is all that is repeated", partial(plan, look=Look(numbers="bare"))),
    (
        "numbers-roman",
        "the front matter's small Roman figures",
        partial(plan, look=Look(numbers="roman", first_number=4)),
    ),
    ("two-pages", "too few pages for a line to be repeated often", partial(plan, look=_RUNNING, chapters=2)),
    (
        "figures-first",
        "lines that begin with a figure at a page's top and foot: they are no page numbers",
        samples.figures_at_edges,
    ),
    (
        "rotated",
        "a landscape page stored upright and turned by 90 degrees",
        partial(plan, look=_running(page=(842, 595), rotate=90), lists=True),
    ),
    ("rotated-back", "the same turned by 270 degrees", partial(plan, look=_running(page=(842, 595), rotate=270))),
    (
        "cropped",
        "a page box off the origin, with the printer's line outside it",
        partial(plan, look=_running(origin=(60, 40)), lists=True),
    ),
    ("rows-first", "two columns whose lines are stored row by row", partial(plan, look=replace(_TWO, order="rows"))),
    ("reversed", "blocks stored last to first", partial(plan, look=_running(order="reversed"), lists=True)),
    ("furniture-last", "headers stored after the text", partial(plan, look=_running(order="furniture-last"))),
    (
        "furniture-first",
        "footers stored before the text",
        partial(plan, look=_running(order="furniture-first"), notes=True),
    ),
    (
        "single-glyphs",
        "each letter a text object of its own, as some layout programs write",
        partial(plan, look=_running(glyphs="glyph"), chapters=3),
    ),
    ("single-words", "each word a text object of its own", partial(plan, look=replace(_REPORT, glyphs="word"))),
    (
        "positioned-spaces",
        "no space is drawn, words stand apart by their place alone",
        partial(plan, look=replace(_REPORT, glyphs="word", spaces=False), lists=True),
    ),
    (
        "glyphs-no-spaces",
        "single letters and no space drawn",
        partial(plan, look=_running(glyphs="glyph", spaces=False), chapters=3),
    ),
    (
        "watermark",
        "a large word aslant behind the text of every page",
        partial(plan, look=_running(watermark="FINAL DRAFT"), lists=True),
    ),
    ("minutes", "minutes of a meeting: names, numbered items, actions in bold", samples.minutes),
)

# What the tags must carry through where geometry alone might fail.
_TAGGED = word_set(
    "plain everything two-columns three-columns justified-hyphens no-gaps ligatures bullets drawn-bullets "
    "numbered-lists deep-lists long-items bold-headings numbered-paragraphs table-over-pages table-unruled table- "
    "bullets table-merged boxes margin-boxes captions notes notes-bracket notes-many header-chapter rotated "
    "cropped reversed furniture-last single-glyphs positioned-spaces"
)

_BROKEN: dict[Breakage, str] = {
    "missing-kids": "every second block is in no element",
    "dangling": "the tree points at marked content that is not there",
    "one-paragraph": "all content in one P",
    "wrong-order": "the tree has the blocks last to first",
    "empty": "a root without kids",
    "no-root": "marked content without any tree",
    "half-untagged": "the second half of the pages has no tags",
    "line-by-line": "every line a P of its own, as from some word processors",
    "loop": "elements that hold their own parent",
    "reused": "one id for two stretches of content",
    "deep": "paragraphs deep in Art, Part, Sect and Div, words in Span and Link",
    "role-map": "names of the author's own, mapped to the standard ones",
    "role-loop": "a role map that goes round in a circle",
    "class-map": "a class map by reference, over which pdfplumber's tree falls",
    "furniture-tagged": "running headers and page numbers tagged as paragraphs",
    "headings-as-paragraphs": "headings tagged as paragraphs",
    "items-as-paragraphs": "bullets typed into paragraphs",
    "no-parent-tree": "a tree without the index from page to element",
    "flat-lists": "inner lists flattened into the outer",
    "items-without-body": "items of a label and loose content, as browsers print them",
    "nested-marks": "marks of language without an id inside those with one, at which pdfplumber loses the words",
    "items-without-label": "items of one paragraph with the bullet in it, as layout programs export them",
}

CASES: tuple[Case, ...] = (
    *(Case(name, why, spec) for name, why, spec in _LOOKS),
    *(Case(f"tagged-{name}", f"tagged: {why}", spec, "tagged") for name, why, spec in _LOOKS if name in _TAGGED),
    *(Case(f"broken-{sort}", _BROKEN[sort], _everything, sort) for sort in BREAKAGES),
    *(
        Case(f"broken-{sort}-columns", f"{_BROKEN[sort]}, in two columns", partial(plan, look=_TWO, lists=True), sort)
        for sort in ("one-paragraph", "wrong-order", "line-by-line", "furniture-tagged")
    ),
)

"""What the office formats share: no word of a table or of a list is lost or doubled, whatever their shape."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.errors import Rejected
from extractor.ingest import read_bytes
from extractor.ingest.archive import MAX_ENTRIES, open_archive
from extractor.ingest.layout import Piece, lay_out
from extractor.ingest.numbering import Counters, Level
from extractor.ingest.office import Paragraph, TableCell, pieces_of, table_pieces, with_numbered_headings
from extractor.settings import Settings
from tests.ingest.builders import make_flat_odt, make_odt, make_word, zipped

WORDS = st.integers(0, 10**9).map(lambda number: f"word{number}")
PIECES = st.builds(
    lambda kind, words, marker: Piece(kind, words, level=1, marker=marker),
    st.sampled_from(["paragraph", "item", "heading"]),
    WORDS,
    st.sampled_from(["-", "(a)"]),
)
CELLS = st.builds(lambda pieces, span: TableCell(tuple(pieces), span), st.lists(PIECES, max_size=3), st.integers(1, 3))


@given(st.lists(st.lists(CELLS, max_size=4), max_size=5), st.integers(0, 6))
def test_every_word_of_a_table_comes_out_once(rows: list[list[TableCell]], heads: int) -> None:
    text, _ = lay_out(table_pieces(rows, heads=heads))
    given_words = Counter(piece.text for row in rows for cell in row for piece in cell.pieces)
    assert Counter(re.findall(r"word\d+", text)) == given_words


@given(st.text("ab \n•-:.", max_size=60), st.integers(0, 3), st.booleans())
def test_every_letter_of_a_paragraph_comes_out_once(text: str, depth: int, emphasised: bool) -> None:
    pieces = with_numbered_headings(pieces_of(Paragraph(text, depth=depth, emphasised=emphasised)))
    letters = [letter for piece in pieces for letter in piece.text if letter.isalpha()]
    marks = [letter for piece in pieces for letter in piece.marker if letter.isalpha()]
    assert Counter(letters + marks) == Counter(letter for letter in text if letter.isalpha())


@given(st.lists(st.integers(1, 9), min_size=1, max_size=40))
def test_a_legal_outline_never_counts_the_same_point_twice(depths: list[int]) -> None:
    levels = {at: Level("decimal", ".".join(f"%{upper}" for upper in range(1, at + 1))) for at in range(1, 10)}
    counters = Counters()
    labels = []
    before = 0
    for depth in depths:
        # a level that is skipped has no number of its own
        before = min(depth, before + 1)
        labels.append(counters.next("list", levels, before))
    assert len(set(labels)) == len(labels)


def test_an_archive_of_very_many_parts_is_refused() -> None:
    raw = zipped({f"{number}.xml": "" for number in range(MAX_ENTRIES + 1)})
    with pytest.raises(Rejected, match="too-large"), open_archive(raw):
        pass


@pytest.mark.parametrize("name", ["plan.docx", "plan.odt", "plan.fodt"])
def test_limits_are_settings(name: str) -> None:
    raw = {
        "plan.docx": make_word("<w:p><w:r><w:t>We act.</w:t></w:r></w:p>"),
        "plan.odt": make_odt("<text:p>We act.</text:p>"),
        "plan.fodt": make_flat_odt("<text:p>We act.</text:p>"),
    }[name]
    assert read_bytes(raw, name).text == "We act."
    with pytest.raises(Rejected, match="setting max_part_bytes"):
        read_bytes(raw, name, settings=Settings(max_part_bytes=150))
    if name != "plan.fodt":
        with pytest.raises(Rejected, match="setting max_unpacked_bytes"):
            read_bytes(raw, name, settings=Settings(max_unpacked_bytes=150))

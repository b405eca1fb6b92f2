"""Text cut where statements begin and end: no word lost, none shown twice."""

from hypothesis import given
from hypothesis import strategies as st

from extractor.web.marking import Piece, Stretch, pieces

TEXT = "We will act. They may not. The rest follows."


def test_plain_text_stays_whole() -> None:
    assert pieces("No pledge here.", 40, ()) == (Piece("No pledge here."),)


def test_a_statement_within_its_block() -> None:
    assert pieces(TEXT, 100, [Stretch("a", 113, 126)]) == (
        Piece("We will act. "),
        Piece("They may not.", "a", opens=True, closes=True),
        Piece(" The rest follows."),
    )


def test_a_statement_over_two_blocks_opens_in_one_and_closes_in_the_other() -> None:
    both = [Stretch("a", 8, 16)]
    assert pieces("We will act", 0, both)[-1] == Piece("act", "a", opens=True, closes=False)
    assert pieces("by then. End", 12, both)[0] == Piece("by t", "a", opens=False, closes=True)


def test_the_first_of_two_that_overlap_keeps_the_common_words() -> None:
    cut = pieces("abcdef", 0, [Stretch("late", 2, 6), Stretch("early", 0, 4)])
    assert [(piece.text, piece.statement) for piece in cut] == [("abcd", "early"), ("ef", "late")]


@given(
    st.text(max_size=60),
    st.integers(0, 50),
    st.lists(
        st.tuples(st.integers(0, 120), st.integers(0, 120)).map(lambda ends: Stretch(str(ends), min(ends), max(ends))),
        max_size=8,
    ),
)
def test_the_pieces_are_the_text(text: str, offset: int, statements: list[Stretch]) -> None:
    cut = pieces(text, offset, statements)
    assert "".join(piece.text for piece in cut) == text
    assert all(piece.text for piece in cut)
    places = {stretch.id: stretch for stretch in statements}
    at = offset
    for piece in cut:
        if piece.statement:
            assert places[piece.statement].start <= at < at + len(piece.text) <= places[piece.statement].end
        at += len(piece.text)

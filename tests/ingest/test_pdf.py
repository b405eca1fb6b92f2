"""Lines of a PDF page out of its words: one test for each real page that was read wrongly."""

from extractor.ingest.pdf_lines import Word, lines_of


def test_a_heading_beside_smaller_lines_draws_none_of_them_in() -> None:
    """A heading in one column once pulled two lines of the other onto its baseline, their words interleaved."""
    left = [
        Word(text, 50.0 + 40 * i, 85.0 + 40 * i, 700.0 - 12 * row, 10.0, False)
        for row, line in enumerate((("one", "two", "three"), ("four", "five", "six")))
        for i, text in enumerate(line)
    ]
    heading = Word("Heading", 320.0, 380.0, 694.0, 14.0, True)
    raised = Word("7", 165.5, 169.0, 704.0, 6.0, False)
    texts = [line.text for line in lines_of([heading, *left, raised], 1)]
    assert [text for text in texts if text != "Heading"] == ["one two three", "four five six"]
    assert "Heading" in texts

"""Records refuse what cannot be."""

from collections.abc import Callable
from datetime import date

import pytest

from extractor.records import Block, Cell, Deadline, Document, Passage, Statement


def statement(**changes: object) -> Statement:
    fields: dict[str, object] = {
        "id": "s",
        "document_id": "d",
        "label": "commitment",
        "quote": "We will act.",
        "start": 5,
        "end": 17,
        "page": None,
        "heading": (),
        "lead_in": None,
        "confidence": 0.9,
        "strength": "firm",
    }
    return Statement(**(fields | changes))  # type: ignore[arg-type]


def document(**changes: object) -> Document:
    fields: dict[str, object] = {
        "id": "d",
        "name": "d.txt",
        "format": "text",
        "sha256": "0",
        "text": "Note\n\nWe will act.",
        "blocks": (),
        "kind": "other",
    }
    return Document(**(fields | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Block("paragraph", 4, 4), "an empty span"),
        (lambda: Block("paragraph", -1, 4), "a span that starts before the text"),
        (lambda: Block("row", 0, 4, cells=(Cell("Due", 3, 9),)), "a cell outside its row"),
        (lambda: document(blocks=(Block("heading", 0, 4), Block("paragraph", 3, 9))), "blocks that overlap"),
        (lambda: document(blocks=(Block("paragraph", 6, 99),)), "a block beyond the text"),
        (lambda: document(published=date(2024, 1, 1)), "a date without its precision"),
        (lambda: Passage("We act.", 0, 5, "sentence"), "a passage that does not fill its span"),
        (lambda: Deadline("by then", None, None, "by", None, 0, 7), "a deadline with no day"),
        (lambda: Deadline("x", date(2024, 2, 1), date(2024, 1, 1), "by", None, 0, 1), "a reversed interval"),
        (lambda: statement(quote="We act."), "a quote that does not fill its span"),
        (lambda: statement(strength=None), "a commitment without strength"),
        (lambda: statement(label="progress"), "progress with a commitment's strength"),
        (lambda: statement(label="progress", strength=None), "progress without a kind"),
        (lambda: statement().check_against(document().text), "a quote that stands elsewhere"),
    ],
)
def test_impossible_records_are_refused(make: Callable[[], object], why: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        pytest.fail(f"accepted {why}: {make()}")


def test_a_statement_that_stands_where_it_says_is_returned() -> None:
    assert statement(start=6, end=18).check_against(document().text).quote == "We will act."

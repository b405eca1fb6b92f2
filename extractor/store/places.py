"""Pages and the boxes of statements on them, as rows."""

from extractor.records import Analysis, Document
from extractor.store.rows import Row


def pages(record: Document) -> list[Row]:
    """The rows of `pages`."""
    return [
        {"document_id": record.id, "number": number, "width": width, "height": height, "turn": turn}
        for number, (width, height, turn) in enumerate(record.frames, start=1)
    ]


def places(found: Analysis) -> list[Row]:
    """The rows of `places`, statement by statement, line by line."""
    return [
        {
            "statement_id": statement.id,
            "line": line,
            "page": box.page,
            "x0": box.x0,
            "top": box.top,
            "x1": box.x1,
            "bottom": box.bottom,
        }
        for statement in found.statements
        for line, box in enumerate(found.boxes.get(statement.id, ()), start=1)
    ]

"""The table that remembers when something was first found: a document that is read again makes nothing new."""

from extractor.store.declaration import Column, Table, refers
from extractor.store.tables.common import DAYS, NOT_NULL

# One row for each id, however often its document is stored anew; made by the database, so that no writer forgets it.
_NEW = "NOT EXISTS (SELECT 1 FROM first_found WHERE id = new.id)"
TRIGGERS: tuple[str, ...] = (
    f"""CREATE TRIGGER first_found_statements AFTER INSERT ON statements BEGIN
INSERT INTO first_found (id, statement_id, run_id, published, document_id, position)
SELECT new.id, new.id, d.run_id, d.published, d.id, new.position
FROM documents d WHERE d.id = new.document_id AND {_NEW};
END""",
    f"""CREATE TRIGGER first_found_links AFTER INSERT ON links BEGIN
INSERT INTO first_found (id, statement_id, run_id, published, document_id, position)
SELECT new.id, new.later_id, (SELECT max(id) FROM runs), d.published, d.id, s.position
FROM statements s JOIN documents d ON d.id = s.document_id WHERE s.id = new.later_id AND {_NEW};
END""",
)

FIRST_FOUND = Table(
    "first_found",
    "First found",
    "The run in which each statement and each link was found for the first time; what is read again keeps its run.",
    (
        Column("id", "The statement, or the link.", rule="PRIMARY KEY NOT NULL"),
        Column("statement_id", "The statement itself, or the later one of the link.", rule=NOT_NULL),
        Column("run_id", "The run that found it first.", "INTEGER", f"NOT NULL {refers('runs', 'RESTRICT')}"),
        Column(
            "published",
            f"Day on which the document of statement_id was published, as known then ({DAYS}); null where unknown.",
        ),
        Column("document_id", "The document of statement_id; it may be there no longer.", rule=NOT_NULL),
        Column(
            "position",
            "The place of statement_id among the statements of its document, as it was then.",
            "INTEGER",
            NOT_NULL,
        ),
    ),
    indexes=("statement_id, run_id",),
    covering={"newest": "run_id DESC, published DESC, document_id, position, statement_id"},
    triggers=TRIGGERS,
    hidden=True,
)

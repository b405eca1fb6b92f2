"""The tables about what came before: earlier versions of documents, and what each run changed."""

from extractor.store.declaration import Column, Table, one_of, refers
from extractor.store.tables.common import DAYS, NOT_NULL

IN_RUN = f"NOT NULL {refers('runs', 'RESTRICT')}"

VERSIONS = Table(
    "versions",
    "Earlier versions",
    "Versions of documents that gave way to another, with their full text; the latest version is in documents.",
    (
        Column("id", "Number of the row, in the order in which versions gave way.", "INTEGER", "PRIMARY KEY"),
        # No foreign key: when a version is replaced, its row in documents goes for a moment.
        Column("document_id", "The document, as in documents.", rule=NOT_NULL),
        Column("run_id", "The run that stored this version.", "INTEGER", IN_RUN),
        Column("until_run_id", "The run that stored the next version in its place.", "INTEGER", IN_RUN),
        Column("sha256", "SHA-256 of the file's bytes, in hexadecimal.", rule=NOT_NULL),
        Column("name", "Name of the file it was read from.", rule=NOT_NULL),
        Column("title", "Title of this version; null where none was given or found."),
        Column(
            "published",
            f"Day of publication of this version ({DAYS}), the first one that its precision leaves open; null where "
            "unknown.",
        ),
        Column("statements", "How many statements stood in it.", "INTEGER", NOT_NULL),
        Column("text", "The whole text of this version.", rule=NOT_NULL),
    ),
    indexes=("document_id", "run_id", "until_run_id"),
    label="name",
)

RUN_CHANGES = Table(
    "run_changes",
    "Changes by run",
    "What each run changed: statements that are new in their document, that changed, and that vanished from it.",
    (
        Column("id", "Number of the row; of no other meaning.", "INTEGER", "PRIMARY KEY"),
        Column("run_id", "The run that changed it.", "INTEGER", IN_RUN),
        # No foreign keys: what vanished is in neither table.
        Column("document_id", "The document, as in documents.", rule=NOT_NULL),
        Column("statement_id", "Permanent id of the statement; not in the database if it vanished.", rule=NOT_NULL),
        Column(
            "change",
            "new, changed (the same words are read otherwise), or vanished (the words are no longer there, or no "
            "longer taken for a statement).",
            rule=f"NOT NULL {one_of('change', ('new', 'changed', 'vanished'))}",
        ),
        Column(
            "fields",
            "Names of the fields in which it changed, such as owner or deadline_end, with commas; null unless changed.",
        ),
        Column(
            "was",
            "What it said before this run, as a JSON object: its words, owner, deadline, measures and the like; null "
            "where it is new.",
            rule="CHECK (was IS NULL OR json_valid(was))",
        ),
    ),
    indexes=("run_id, change", "document_id", "statement_id"),
    facets=("change",),
)

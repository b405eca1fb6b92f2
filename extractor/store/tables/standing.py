"""Columns, indexes and triggers by which a hundred thousand commitments can be listed, narrowed and counted at once.

They hold facts that no day of reading changes. A state (deadline passed, due in 90 days) is never stored.
"""

from extractor.store.declaration import Column, Table, refers
from extractor.store.tables.common import DAYS, NOT_NULL

# Stands for a day that is not known, after every other.
UNDATED = "9999-12-31"

STANDING = (
    Column("published", f"Publication day of its document ({DAYS}), kept here for lists; null where unknown."),
    Column(
        "progress_from",
        f"Publication day of the first report of progress on it ({DAYS}); null where there is none, {UNDATED} where "
        "only documents without a day report on it. Set when links are made.",
    ),
    Column(
        "stated_again",
        f"Publication day of the commitment that comes after it in its thread ({DAYS}); null where it is the last one: "
        "the pledge as it was last stated; empty where that day is unknown. Set when links are made.",
    ),
    Column(
        "due",
        f"Last day the deadline allows, else its first ({DAYS}), kept here for lists; null without a deadline.",
    ),
    Column("measured", "1 where it has a figure in metrics, else 0.", "INTEGER", "NOT NULL DEFAULT 0"),
)

# What lists of commitments are narrowed by. An index that holds all of it answers without a look at the rows, which are
# twenty times as long.
_NARROWED_BY = (
    "strength, voice, deadline_start, deadline_end, progress_from, stated_again, review, thread_id, "
    "measured, id, search_key"
)
INDEXES = {
    "by_certainty": f"sure DESC, published DESC, document_id, start, due, owner_id, {_NARROWED_BY}, deadline_year",
    "by_day": f"published DESC, sure DESC, document_id, start, due, owner_id, {_NARROWED_BY}, deadline_year",
    "by_owner": f"owner_id, published DESC, sure DESC, document_id, start, due, {_NARROWED_BY}, deadline_year",
    "by_deadline": f"due, sure DESC, document_id, start, owner_id, published, {_NARROWED_BY}, deadline_year",
    "by_document": f"document_id, start, published, sure, due, owner_id, {_NARROWED_BY}, deadline_year",
    "by_id": "id, review, thread_id, published, stated_again, owner_id",
    "by_progress": "progress_from, published, review, stated_again, owner_id, thread_id, id",
    "by_year": f"deadline_year, due, sure DESC, document_id, start, owner_id, published, {_NARROWED_BY}",
}

# A person may correct the day of a document, and a deadline.
DAYS_KEPT = (
    "CREATE TRIGGER commitments_days_insert AFTER INSERT ON commitments BEGIN "
    "UPDATE commitments SET published = (SELECT published FROM documents WHERE id = new.document_id), "
    "due = coalesce(new.deadline_end, new.deadline_start) WHERE search_key = new.search_key; END",
    "CREATE TRIGGER commitments_days_update AFTER UPDATE OF deadline_start, deadline_end ON commitments BEGIN "
    "UPDATE commitments SET due = coalesce(new.deadline_end, new.deadline_start) "
    "WHERE search_key = new.search_key; END",
    "CREATE TRIGGER commitments_published_update AFTER UPDATE OF published ON documents BEGIN "
    "UPDATE commitments SET published = new.published WHERE document_id = new.id; END",
)
# These stand with the table of figures.
MEASURED = (
    "CREATE TRIGGER commitments_measured_insert AFTER INSERT ON metrics BEGIN "
    "UPDATE commitments SET measured = 1 WHERE id = new.statement_id AND NOT measured; END",
    "CREATE TRIGGER commitments_measured_delete AFTER DELETE ON metrics BEGIN "
    "UPDATE commitments SET measured = EXISTS (SELECT 1 FROM metrics WHERE statement_id = old.statement_id) "
    "WHERE id = old.statement_id; END",
)

# By it a list of any past day is a range of an index; nothing else could be told of a thread on that day at once.
THREAD_MARKS = Table(
    "thread_marks",
    "Marks of threads by day",
    "From which day until which a thread had a mark: its deadline had moved, or a series that promised it had gone "
    "quiet. One row from each day on which a document spoke of it to the next such day, where it had one in between.",
    (
        Column("thread_id", "The thread.", rule=f"NOT NULL {refers('threads', 'CASCADE')}"),
        Column("since", f"Publication day of what was then its last statement ({DAYS}).", rule=NOT_NULL),
        Column(
            "until", f"Publication day of its next statement ({DAYS}); {UNDATED} where there is none.", rule=NOT_NULL
        ),
        Column("moved", "1 where the deadline stated last was not the one stated first, else 0.", "INTEGER", NOT_NULL),
        Column(
            "quiet_from",
            f"Publication day of the first later document of a series that promised it ({DAYS}); null where none came "
            "before its next statement.",
        ),
        Column("delivered", "1 where a report had said that it was delivered, else 0.", "INTEGER", NOT_NULL),
        Column("commitments", "How many commitments had stated it.", "INTEGER", NOT_NULL),
    ),
    constraints=("PRIMARY KEY (thread_id, since)",),
    covering={
        "moved": "moved, thread_id, since, until, commitments",
        "quiet": "delivered, since, thread_id, quiet_from, until, commitments",
    },
    hidden=True,
)

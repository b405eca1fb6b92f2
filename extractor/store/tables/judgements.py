"""The tables of what people said: about statements, documents, pairs of statements, and owners under two names."""

from extractor.store.declaration import Column, Table, one_of
from extractor.store.tables.common import NOT_NULL

# What a reviewer can say of a statement as a whole, and of whether a commitment was kept.
REVIEWED = ("confirmed", "corrected", "rejected")
DELIVERIES = ("delivered", "partly delivered", "not delivered", "withdrawn", "cannot be told")

DOCUMENT_FIELDS = ("date", "publisher")
SAME, APART = ("confirm", "merge"), ("reject", "split")

_REMARKS = (
    Column("note", "The reviewer's remark; null where there is none."),
    Column("reviewer", "Who reviewed; null where no name was given."),
    Column("at", "When, UTC, ISO 8601.", rule=NOT_NULL),
)

REVIEWS = Table(
    "reviews",
    "Reviews",
    "What people said about statements: confirmed, corrected, rejected, delivered. The newest word on each question "
    "counts, in every run. Rows are only ever added.",
    (
        Column("id", "Number of the review, in the order given.", "INTEGER", "PRIMARY KEY"),
        Column(
            "statement_id",
            "Permanent id of the statement; kept even while the statement is not in the database.",
            rule=NOT_NULL,
        ),
        Column(
            "action",
            "confirm or reject (the statement as a whole), correct (a field), status (whether it was delivered) or "
            "withdraw (what reviewers said before no longer counts).",
            rule=NOT_NULL,
        ),
        Column(
            "field",
            "What is corrected (owner, deadline, strength, kind) or withdrawn (these, verdict or status); null where "
            "the action concerns the whole statement.",
        ),
        Column(
            "value",
            "The value it should have (days as an interval of ISO 8601, open ends as two dots), or the status; null "
            "where the action needs none.",
        ),
        Column("note", "The reviewer's remark; null where there is none."),
        Column("evidence_url", "Address of the evidence; null where none is given."),
        Column("reviewer", "Who reviewed; null where no name was given."),
        Column("at", "When, UTC, ISO 8601.", rule=NOT_NULL),
    ),
    indexes=("statement_id",),
    append_only=True,
    facets=("action",),
)

DOCUMENT_REVIEWS = Table(
    "document_reviews",
    "Reviews of documents",
    "What people said about documents: when they were really published, and by whom. The newest word on each counts, "
    "in every run. Rows are only ever added.",
    (
        Column("id", "Number of the review, in the order given.", "INTEGER", "PRIMARY KEY"),
        Column(
            "document_id",
            "Identity of the document; kept even while the document is not in the database.",
            rule=NOT_NULL,
        ),
        Column(
            "action",
            "correct (a field) or withdraw (what reviewers said of it before no longer counts).",
            rule=f"NOT NULL {one_of('action', ('correct', 'withdraw'))}",
        ),
        Column(
            "field",
            "date (of publication) or publisher; null where all that was said of the document is withdrawn.",
            rule=one_of("field", DOCUMENT_FIELDS),
        ),
        Column(
            "value",
            "The value it should have: a name, or a day, month or year of ISO 8601; null where it is withdrawn.",
        ),
        *_REMARKS,
    ),
    constraints=(
        "CHECK ((action = 'correct') = (value IS NOT NULL))",
        "CHECK (action = 'withdraw' OR field IS NOT NULL)",
    ),
    indexes=("document_id",),
    append_only=True,
    facets=("action", "field"),
)

PAIR_REVIEWS = Table(
    "pair_reviews",
    "Reviews of pairs",
    "What people said about pairs of statements: whether both speak of the same commitment. Links and threads are made "
    "so that they agree with it, in every run; of two reviews that contradict each other the newer counts. Rows are "
    "only ever added.",
    (
        Column("id", "Number of the review, in the order given.", "INTEGER", "PRIMARY KEY"),
        Column(
            "action",
            "confirm (a link) and merge (two threads) say that both speak of the same commitment, reject (a link) and "
            "split (a statement from its thread) that they do not.",
            rule=f"NOT NULL {one_of('action', (*SAME, *APART))}",
        ),
        Column(
            "a_id",
            "Permanent id of one statement; kept even while the statement is not in the database.",
            rule=NOT_NULL,
        ),
        Column("b_id", "Permanent id of the other statement, kept likewise.", rule=NOT_NULL),
        *_REMARKS,
    ),
    constraints=("CHECK (a_id <> b_id)",),
    indexes=("a_id", "b_id"),
    append_only=True,
    facets=("action",),
)

OWNER_REVIEWS = Table(
    "owner_reviews",
    "Reviews of owners",
    "What people said about owners: that two names mean the same body, or no longer. The newest review of an owner "
    "counts. Rows are only ever added.",
    (
        Column("id", "Number of the review, in the order given.", "INTEGER", "PRIMARY KEY"),
        Column(
            "action",
            "merge (its statements count for the other owner) or split (it stands by itself again).",
            rule=f"NOT NULL {one_of('action', ('merge', 'split'))}",
        ),
        Column("owner", "Name of the owner; kept even while no statement in the database names it.", rule=NOT_NULL),
        Column("into_owner", "Name of the owner that it is the same as; null for a split."),
        *_REMARKS,
    ),
    constraints=(
        "CHECK ((action = 'merge') = (into_owner IS NOT NULL))",
        "CHECK (owner <> into_owner)",
    ),
    indexes=("owner",),
    append_only=True,
    facets=("action",),
)

"""The tables of what people said about how things hang together: pairs of statements, and owners under two names."""

from extractor.store.declaration import Column, Table, one_of
from extractor.store.tables.common import NOT_NULL

SAME, APART = ("confirm", "merge"), ("reject", "split")

_REMARKS = (
    Column("note", "The reviewer's remark; null where there is none."),
    Column("reviewer", "Who reviewed; null where no name was given."),
    Column("at", "When, UTC, ISO 8601.", rule=NOT_NULL),
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

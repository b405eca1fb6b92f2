"""The tables about how statements hang together: threads, the vectors that propose links, and the links."""

from extractor.records import RELATIONS
from extractor.store.declaration import Column, Table, one_of
from extractor.store.tables.common import DAYS, JSON, NOT_NULL, OF_STATEMENT

THREADS = Table(
    "threads",
    "Threads",
    "One commitment followed through all its statements: announced, restated, revised, reported on.",
    (
        Column("id", "Identity of the thread.", rule="PRIMARY KEY NOT NULL"),
        Column("title", "Short title in words of its statements.", rule=NOT_NULL),
        Column("first_seen", f"Publication day of its first statement ({DAYS}); null where unknown."),
        Column("last_seen", f"Publication day of its last statement ({DAYS}); null where unknown."),
        Column("statements", "How many statements it has.", "INTEGER", NOT_NULL),
        Column("documents", "In how many documents they stand.", "INTEGER", NOT_NULL),
        Column("moved_days", "Its slippage_days in thread_histories, kept here for lists; null like that.", "INTEGER"),
        Column("quiet", "As in thread_histories, kept here for lists; null without a series.", "INTEGER"),
        Column(
            "quiet_of", "The column later of thread_histories, kept here for lists; null without a series.", "INTEGER"
        ),
        Column(
            "commitments",
            "The column versions of thread_histories, kept here for lists; set when links are made.",
            "INTEGER",
            "NOT NULL DEFAULT 0",
        ),
    ),
    indexes=("moved_days, id, commitments", "quiet, id, commitments"),
    label="title",
)

VECTORS = Table(
    "vectors",
    "Vectors",
    "The words of each statement as the sentence encoder sees them, kept for linking new documents to old ones.",
    (
        Column("statement_id", "The statement.", rule=f"PRIMARY KEY {OF_STATEMENT}"),
        Column("vector", "Unit vector: 32-bit floats, little-endian, one after the other.", "BLOB", NOT_NULL),
        Column(
            "models", "Digest of the models it was made with; those of different models do not compare.", rule=NOT_NULL
        ),
    ),
    hidden=True,
)

LINKS = Table(
    "links",
    "Links",
    "Pairs of statements from different documents that speak of the same commitment, and what changed between them.",
    (
        Column("id", "Identity of the link: made from its two statements.", rule="PRIMARY KEY NOT NULL"),
        Column("earlier_id", "The statement published first.", rule=OF_STATEMENT),
        Column("later_id", "The statement that restates, revises or reports on it.", rule=OF_STATEMENT),
        Column(
            "relation",
            "restates (same again), revises (a field changed) or progresses (reports on it).",
            rule=f"NOT NULL {one_of('relation', [r for r in RELATIONS if r != 'unrelated'])}",
        ),
        Column("score", "How sure the link is, from 0 to 1.", "REAL", NOT_NULL),
        Column(
            "reasons", "Why the two belong together: a JSON list of {rule, score, detail}.", rule=JSON.format("reasons")
        ),
        Column(
            "changes",
            "What changed, a JSON list such as ['deadline moved 92 days later (…)'].",
            rule=JSON.format("changes"),
        ),
    ),
    constraints=("UNIQUE (earlier_id, later_id)", "CHECK (earlier_id <> later_id)"),
    indexes=("earlier_id, relation", "later_id"),
    facets=("relation",),
)

"""Every table of the database, declared once: names, types, constraints, indexes and what each column means."""

from extractor.store.declaration import Table
from extractor.store.tables.judgements import OWNER_REVIEWS, PAIR_REVIEWS
from extractor.store.tables.links import LINKS, THREADS, VECTORS
from extractor.store.tables.sources import BLOCKS, DOCUMENTS, REJECTIONS, REVIEWS, RUNS
from extractor.store.tables.statements import (
    COMMITMENT_OWNERS,
    COMMITMENTS,
    MENTIONS,
    METRICS,
    MILESTONES,
    OWNERS,
    PROGRESS,
    STATEMENTS,
    THEMES,
)

# A table comes after those it refers to.
TABLES: tuple[Table, ...] = (
    RUNS,
    DOCUMENTS,
    BLOCKS,
    OWNERS,
    THREADS,
    STATEMENTS,
    COMMITMENTS,
    PROGRESS,
    MENTIONS,
    COMMITMENT_OWNERS,
    METRICS,
    MILESTONES,
    THEMES,
    VECTORS,
    LINKS,
    REJECTIONS,
    REVIEWS,
    PAIR_REVIEWS,
    OWNER_REVIEWS,
)

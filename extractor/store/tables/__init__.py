"""Every table of the database, declared once: names, types, constraints, indexes and what each column means."""

from extractor.store.declaration import Table
from extractor.store.tables.first_found import FIRST_FOUND
from extractor.store.tables.judgements import DOCUMENT_REVIEWS, OWNER_REVIEWS, PAIR_REVIEWS, REVIEWS
from extractor.store.tables.links import LINKS, THREADS, VECTORS
from extractor.store.tables.pages import HEADINGS, ORIGINALS, PAGES, PLACES, SECTIONS
from extractor.store.tables.sources import BLOCKS, DOCUMENTS, REJECTIONS, RUNS
from extractor.store.tables.standing import THREAD_MARKS
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
from extractor.store.tables.versions import RUN_CHANGES, VERSIONS

# A table comes after those it refers to.
TABLES: tuple[Table, ...] = (
    RUNS,
    DOCUMENTS,
    BLOCKS,
    HEADINGS,
    SECTIONS,
    PAGES,
    ORIGINALS,
    OWNERS,
    THREADS,
    THREAD_MARKS,
    STATEMENTS,
    PLACES,
    COMMITMENTS,
    PROGRESS,
    MENTIONS,
    COMMITMENT_OWNERS,
    METRICS,
    MILESTONES,
    THEMES,
    VECTORS,
    LINKS,
    FIRST_FOUND,
    REJECTIONS,
    REVIEWS,
    DOCUMENT_REVIEWS,
    PAIR_REVIEWS,
    OWNER_REVIEWS,
    VERSIONS,
    RUN_CHANGES,
)

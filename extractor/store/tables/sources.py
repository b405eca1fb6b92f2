"""The tables about where things come from: runs, documents with their layout, and rejected files."""

from typing import get_args

from extractor.records import KINDS, BlockKind, Precision
from extractor.store.declaration import Column, Table, one_of, refers
from extractor.store.tables.common import AS_FOUND, DAYS, IN_DOCUMENT, JSON, NOT_NULL, SEARCH_KEY

RUNS = Table(
    "runs",
    "Runs",
    "One row each time documents were read into the database: when, with which version, and what came of it.",
    (
        Column("id", "Number of the run, counted from 1.", "INTEGER", "PRIMARY KEY"),
        Column("started", "When the run began, UTC, ISO 8601.", rule=NOT_NULL),
        Column("finished", "When it ended, UTC, ISO 8601; null while it works or where it was cut off."),
        Column("version", "Version of the program.", rule=NOT_NULL),
        Column("settings", "Digest of the settings: runs with the same digest were configured alike.", rule=NOT_NULL),
        Column("models", "Digest of the models: runs with the same digest used the same ones.", rule=NOT_NULL),
        Column("documents", "Documents read and stored; null until finished.", "INTEGER"),
        Column(
            "unchanged", "Documents skipped because nothing about them had changed; null until finished.", "INTEGER"
        ),
        Column("rejected", "Documents that could not be taken; null until finished.", "INTEGER"),
        Column("statements", "Statements found in the documents read; null until finished.", "INTEGER"),
        Column("links", "Links in the database when the run ended; null until finished.", "INTEGER"),
        # These stand last, and may be null, because databases of earlier versions were made without them.
        Column("superseded", "Files that gave way to another of the same document; null until finished.", "INTEGER"),
        Column(
            "outcome",
            "How it ended: finished, interrupted (by Ctrl-C) or failed (an error stopped it); null while it works, "
            "where it was cut off (killed, no power), and where an earlier version ran.",
            rule=one_of("outcome", ("finished", "interrupted", "failed")),
        ),
        Column("seconds", "How long it took, in seconds, whatever the clock said; null until finished.", "REAL"),
    ),
)

DOCUMENTS = Table(
    "documents",
    "Documents",
    "The documents read, with their full text and what is known about where they come from.",
    (
        Column(
            "id",
            "Identity: made from the URL, else publisher, title and date, else the content.",
            rule="PRIMARY KEY NOT NULL",
        ),
        Column("name", "Name of the file it was read from.", rule=NOT_NULL),
        Column("title", "Title; null where none is given or found."),
        Column("kind", "What sort of document it is.", rule=f"NOT NULL {one_of('kind', KINDS)}"),
        Column("publisher", "Who published it; null where unknown."),
        Column(
            "published", f"Day of publication ({DAYS}), the first one that precision leaves open; null where unknown."
        ),
        Column(
            "precision",
            "How exactly the day is known: day, month or year; null without a date.",
            rule=one_of("precision", get_args(Precision)),
        ),
        Column("url", "Where it was published; null where unknown."),
        Column("series", "The series it belongs to, such as the minutes of one board; null where unknown."),
        Column("licence", "Licence of its text; null where unknown."),
        Column("format", "File format it was read as, found from its content.", rule=NOT_NULL),
        Column(
            "sha256", "SHA-256 of the file's bytes, in hexadecimal: tells one version from the next.", rule=NOT_NULL
        ),
        Column("pages", "Number of pages; null where the format has none.", "INTEGER"),
        Column("characters", "Length of the text, in characters.", "INTEGER", NOT_NULL),
        Column("text", "The whole text, into which every start and end points.", rule=NOT_NULL),
        Column(
            "sources",
            "Where each piece of metadata came from (option, sidecar, file, text, name, review), as JSON.",
            rule=JSON.format("sources"),
        ),
        Column("warnings", "What was odd when it was read: a JSON list of sentences.", rule=JSON.format("warnings")),
        Column("run_id", "The run that stored this version.", "INTEGER", f"NOT NULL {refers('runs', 'RESTRICT')}"),
        Column(
            "fingerprint",
            "Hash of all that went into the analysis: the file, what was said about it, program, settings and models; "
            "then, after a space each, those of files that gave way to this one.",
            rule=NOT_NULL,
        ),
        SEARCH_KEY,
        AS_FOUND,
    ),
    indexes=("run_id", "sha256", "name", "fingerprint", "series, published"),
    covering={"by_day": "published DESC, name, id"},
    full_text=("title", "text"),
    label="title",
    facets=("publisher", "kind", "format"),
)

BLOCKS = Table(
    "blocks",
    "Blocks",
    "The layout of each document: which stretches of text are headings, paragraphs, items, rows, footnotes.",
    (
        Column("document_id", "The document.", rule=IN_DOCUMENT),
        Column("position", "Place of the block in the document, from 0.", "INTEGER", NOT_NULL),
        Column(
            "kind",
            "What the block is.",
            rule=f"NOT NULL {one_of('kind', get_args(BlockKind))}",
        ),
        Column(
            "level",
            "1 to 6 for headings (1 the highest), depth from 1 for list items, 0 for the rest.",
            "INTEGER",
            NOT_NULL,
        ),
        Column("start", "Where it begins in the document's text, in characters from 0.", "INTEGER", NOT_NULL),
        Column("end", "Where it ends in the document's text, in characters, exclusive.", "INTEGER", NOT_NULL),
        Column("page", "Page, from 1; null where the format has no pages.", "INTEGER"),
    ),
    constraints=("PRIMARY KEY (document_id, position)",),
    hidden=True,
)

REJECTIONS = Table(
    "rejections",
    "Rejected documents",
    "Files that could not be taken, each with the reason.",
    (
        Column("id", "Number of the row; of no other meaning.", "INTEGER", "PRIMARY KEY"),
        Column("run_id", "The run that met the file.", "INTEGER", f"NOT NULL {refers('runs', 'RESTRICT')}"),
        Column("name", "Name of the file.", rule=NOT_NULL),
        Column("reason", "Short code of the reason.", rule=NOT_NULL),
        Column("detail", "The reason in a sentence.", rule=NOT_NULL),
        Column("sha256", "SHA-256 of the file's bytes, in hexadecimal; null where it could not be read."),
        Column("at", "When, UTC, ISO 8601.", rule=NOT_NULL),
    ),
    indexes=("run_id",),
    facets=("reason",),
)

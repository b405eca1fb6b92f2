"""The tables that lead from a statement to its place: pages and boxes on them, sections, headings, and files kept."""

from extractor.store.declaration import Column, Table, refers
from extractor.store.tables.common import IN_DOCUMENT, NOT_NULL, OF_STATEMENT

PAGES = Table(
    "pages",
    "Pages",
    "The pages of documents that have any, each as it is read.",
    (
        Column("document_id", "The document.", rule=IN_DOCUMENT),
        Column("number", "Number of the page, from 1.", "INTEGER", NOT_NULL),
        Column("width", "Width in points (72 to the inch).", "REAL", NOT_NULL),
        Column("height", "Height in points, likewise.", "REAL", NOT_NULL),
        Column(
            "turn",
            "By how many degrees clockwise the page is turned to be read, beside what the file itself asks for.",
            "INTEGER",
            'NOT NULL CHECK ("turn" IN (0, 90, 180, 270))',
        ),
    ),
    constraints=("PRIMARY KEY (document_id, number)",),
    hidden=True,
)

PLACES = Table(
    "places",
    "Places",
    "Where the words of each statement stand on the pages of its document: a box a line, cut to the words, in points "
    "from the upper left of the page as it is read. Statements of documents without pages have none.",
    (
        Column("statement_id", "The statement.", rule=OF_STATEMENT),
        Column("line", "Which line of the statement, from 1.", "INTEGER", NOT_NULL),
        Column("page", "Number of the page, from 1.", "INTEGER", NOT_NULL),
        Column("x0", "Left edge of the box, in points.", "REAL", NOT_NULL),
        Column("top", "Upper edge of the box.", "REAL", NOT_NULL),
        Column("x1", "Right edge of the box.", "REAL", NOT_NULL),
        Column("bottom", "Lower edge of the box.", "REAL", NOT_NULL),
    ),
    constraints=("PRIMARY KEY (statement_id, line)",),
    hidden=True,
)

ORIGINALS = Table(
    "originals",
    "Files kept",
    "The documents of which a copy is kept in the folder beside the database, because their pages may be shown.",
    (
        Column("document_id", "The document.", rule=f"PRIMARY KEY NOT NULL {refers('documents', 'CASCADE')}"),
        Column(
            "allowed_by",
            "What allows it: the name of the licence, or “setting” where whoever runs the program chose to show all.",
            rule=NOT_NULL,
        ),
    ),
    hidden=True,
)

SECTIONS = Table(
    "sections",
    "Sections",
    "Each document cut into what is read at one go: by its headings, short ones joined and long ones cut.",
    (
        Column("document_id", "The document.", rule=IN_DOCUMENT),
        Column("number", "Which section, from 1.", "INTEGER", NOT_NULL),
        Column("title", "Its first heading, or the heading that it goes on under; null before the first heading."),
        Column("part", "Which part of what stands under that heading, from 1.", "INTEGER", NOT_NULL),
        Column("first", "Its first block: place among the document's blocks, from 0.", "INTEGER", NOT_NULL),
        Column("last", "Its last block.", "INTEGER", NOT_NULL),
        Column(
            "start",
            "Where it begins in the document's text, in characters from 0; a very long block is cut.",
            "INTEGER",
            NOT_NULL,
        ),
        Column("end", "Where it ends in the document's text, in characters, exclusive.", "INTEGER", NOT_NULL),
    ),
    constraints=("PRIMARY KEY (document_id, number)",),
    hidden=True,
)

HEADINGS = Table(
    "headings",
    "Headings",
    "The outline of each document.",
    (
        Column("document_id", "The document.", rule=IN_DOCUMENT),
        Column("position", "Place of the heading among the document's blocks, from 0.", "INTEGER", NOT_NULL),
        Column("level", "1 to 6 (1 the highest).", "INTEGER", NOT_NULL),
        Column("text", "The words of the heading.", rule=NOT_NULL),
        Column("section", "The section that it stands in.", "INTEGER", NOT_NULL),
    ),
    constraints=("PRIMARY KEY (document_id, position)",),
    hidden=True,
)

"""The tables about what was found: owners, statements and mentions, figures and dates, themes."""

from typing import get_args

from extractor.records import MENTION_KINDS, PROGRESS_KINDS, STRENGTHS, VOICES, Direction, Label
from extractor.store.declaration import Column, Table, one_of, refers
from extractor.store.tables.common import (
    AS_FOUND,
    DAYS,
    IN_DOCUMENT,
    JSON,
    NOT_NULL,
    OF_STATEMENT,
    SEARCH_KEY,
    UNASKED,
    confidence_of,
    found,
)
from extractor.store.tables.judgements import DELIVERIES, REVIEWED
from extractor.store.tables.standing import DAYS_KEPT, INDEXES, MEASURED, STANDING

THREAD = Column(
    "thread_id",
    "The thread of linked statements it belongs to; null where nothing is linked to it.",
    rule=refers("threads", "SET NULL"),
)


def _place(subject: str) -> tuple[Column, ...]:
    """Where a statement stands; the same columns for commitments and for progress."""
    return (
        Column("document_id", f"The document that holds the {subject}.", rule=IN_DOCUMENT),
        Column("quote", f"The exact words of the {subject}: what stands from start to end in the text.", rule=NOT_NULL),
        Column("start", "Where the quote begins in the document's text, in characters from 0.", "INTEGER", NOT_NULL),
        Column("end", "Where the quote ends in the document's text, in characters, exclusive.", "INTEGER", NOT_NULL),
        Column("page", "Page, from 1; null where the format has no pages.", "INTEGER"),
        Column("heading", "The headings above it, outermost first, joined by ' › '; null where there is none."),
        Column("lead_in", "The sentence that opens the list the quote is an item of; null outside lists."),
    )


def _deadline(subject: str) -> tuple[Column, ...]:
    return (
        Column(
            "deadline_text",
            f"The words that say by when {subject}, in square brackets where they are a reviewer's; null where no date "
            "is given.",
        ),
        Column("deadline_start", f"First day the deadline allows ({DAYS}); null where it is open or there is none."),
        Column("deadline_end", f"Last day the deadline allows ({DAYS}); null where it is open or there is none."),
        Column("deadline_rule", "Name of the rule that turned the words into days; null without a deadline."),
    )


def _verdict(subject: str) -> tuple[Column, ...]:
    return (
        Column("confidence", f"How sure the classifier is that this is {subject}, from 0 to 1.", "REAL", NOT_NULL),
        Column(
            "reasons",
            "Why it was taken and how its fields were filled: a JSON list of {rule, score, detail}.",
            rule=JSON.format("reasons"),
        ),
        THREAD,
    )


def _said(act: str) -> tuple[Column, ...]:
    """How far the program stands by a statement, whose words it is, and the sentence it is a part of.

    They stand last in their tables, and may be null, because a database of version 1 was made without them.
    """
    asked = "null where it was stored by an earlier version, which did not ask"
    return (
        Column(
            "sure",
            "1 where the program decided or a reviewer did, 0 where it abstains and a person should look before this "
            "is counted.",
            "INTEGER",
            'NOT NULL DEFAULT 1 CHECK ("sure" IN (0, 1))',
        ),
        Column(
            "voice",
            f"Whose words they are: own (the publisher's), quoted, reported (retold) or unnamed (a source); {asked}.",
            rule=one_of("voice", VOICES),
        ),
        Column("speaker", "Who is quoted or retold, as written; null for the publisher and where nobody is named."),
        Column("negated", f"1 where it is {act}, else 0; {asked}.", "INTEGER", 'CHECK ("negated" IN (0, 1))'),
        Column(
            "sentence_start",
            "Where the whole sentence begins in the document's text; null where the quote is no mere part of one.",
            "INTEGER",
        ),
        Column(
            "sentence_end",
            "Where the whole sentence ends in the document's text, exclusive; null like sentence_start.",
            "INTEGER",
        ),
    )


# It stands last in its tables, and may be null, because databases of versions 1 to 3 were made without it.
OWNER_AS_FOUND = Column(
    "owner_found_id",
    "The owner as it was found, where a reviewer merged it into the one in owner_id; else null.",
    rule=refers("owners", "RESTRICT"),
)

# What people said of it stands last, too.
REVIEW = Column(
    "review",
    "What reviewers say of it: confirmed, corrected or rejected (it then counts nowhere); null where nobody has.",
    rule=one_of("review", REVIEWED),
)

DELIVERY = Column(
    "delivery",
    "Whether it was kept, as a reviewer found: delivered, partly delivered, not delivered, withdrawn or cannot be "
    "told; null where nobody has looked.",
    rule=one_of("delivery", DELIVERIES),
)

_DEADLINE_FOUND = found("the deadline", field="deadline_", none="without a deadline")

OWNERS = Table(
    "owners",
    "Owners",
    "Who must act: organisations, and classes of them such as NHS trusts, each valid in its time.",
    (
        Column("id", "Short name for addresses, such as nhs-england.", rule="PRIMARY KEY NOT NULL"),
        Column("name", "Canonical name.", rule=NOT_NULL),
        Column("kind", "What sort of body it is; null where the register does not say."),
        Column("valid_from", f"First day it existed ({DAYS}); null where unknown."),
        Column("valid_to", f"Last day it existed ({DAYS}); null where it still exists or that is unknown."),
        Column(
            "successor_id",
            "Who took over its duties; null where nobody did or that is unknown.",
            rule=refers("owners", "SET NULL"),
        ),
        Column(
            "ods_code", "Code in the Organisation Data Service of the NHS; null where it has none or that is unknown."
        ),
        Column(
            "known",
            "1 where the shipped register has it, 0 where the name was only found in a document.",
            "INTEGER",
            'NOT NULL CHECK ("known" IN (0, 1))',
        ),
    ),
    indexes=("successor_id",),
    label="name",
    facets=("kind", "known"),
)

STATEMENTS = Table(
    "statements",
    "Statements",
    "The keys of all commitments and progress reports: what links, figures and themes point to.",
    (
        Column(
            "id",
            "Permanent id: made from the document, the words and which occurrence of them it is.",
            rule="PRIMARY KEY NOT NULL",
        ),
        Column("document_id", "The document it stands in.", rule=IN_DOCUMENT),
        Column(
            "label",
            "What it is: commitment or progress.",
            rule=f"NOT NULL {one_of('label', get_args(Label))}",
        ),
        Column("position", "Its place among the statements of the document, from 0.", "INTEGER", NOT_NULL),
        THREAD,
    ),
    indexes=("document_id, position", "thread_id"),
    hidden=True,
)

COMMITMENTS = Table(
    "commitments",
    "Commitments",
    "What is promised, demanded, aimed at or proposed, in the exact words of the document.",
    (
        Column("id", "Permanent id, as in statements.", rule=f"PRIMARY KEY {OF_STATEMENT}"),
        *_place("commitment"),
        Column(
            "strength",
            "firm, directive (another body is told to), aim or proposal.",
            rule=f"NOT NULL {one_of('strength', STRENGTHS)}",
        ),
        Column(
            "owner_id",
            "Who must act: the best candidate, or who reviewers said that is; null where nobody can be named.",
            rule=refers("owners", "RESTRICT"),
        ),
        Column(
            "owner_explicit",
            "1 where the quote itself names the owner, 0 where it was read from around it; null without an owner.",
            "INTEGER",
        ),
        *_deadline("it is due"),
        Column(
            "deadline_anchor",
            f"Publication day from which a relative date was counted ({DAYS}); null for an absolute one.",
        ),
        Column(
            "deadline_year",
            "UK financial year of the last day, else of the first, such as 2024-25; null without a deadline.",
        ),
        *_verdict("a commitment"),
        SEARCH_KEY,
        *_said("a promise not to act"),
        *_DEADLINE_FOUND,
        OWNER_AS_FOUND,
        REVIEW,
        AS_FOUND,
        DELIVERY,
        *STANDING,
    ),
    indexes=("thread_id", "owner_found_id", "review", "delivery", "sure, confidence, id, owner_id"),
    covering=INDEXES,
    triggers=DAYS_KEPT,
    full_text=("quote", "heading", "lead_in"),
    label="quote",
    facets=("strength", "owner_id", "deadline_year", "sure", "voice"),
)

PROGRESS = Table(
    "progress",
    "Progress reports",
    "What documents report of earlier commitments: done, under way or late, or a figure of the outcome.",
    (
        Column("id", "Permanent id, as in statements.", rule=f"PRIMARY KEY {OF_STATEMENT}"),
        *_place("report"),
        Column(
            "kind",
            "delivered, underway, delayed or measure (a figure of the outcome).",
            rule=f"NOT NULL {one_of('kind', PROGRESS_KINDS)}",
        ),
        Column(
            "owner_id",
            "Who acted or must act: the best candidate, or who reviewers said that is; null where nobody can be named.",
            rule=refers("owners", "RESTRICT"),
        ),
        Column(
            "owner_explicit",
            "1 where the quote itself names the owner, 0 where it was read from around it; null without an owner.",
            "INTEGER",
        ),
        Column("when_text", "The words that say when it happened; null where no date is given."),
        Column("when_start", f"First day they allow ({DAYS}); null where open or not given."),
        Column("when_end", f"Last day they allow ({DAYS}); null where open or not given."),
        Column("when_rule", "Name of the rule that turned the words into days; null without a date."),
        *_deadline("it is now due (a delay)"),
        *_verdict("a progress report"),
        *_said("a report of what was not done"),
        *_DEADLINE_FOUND,
        *found("the date", field="when_", none="without a date"),
        Column("owner_rule", f"Name of the rule that found the owner; null without one, {UNASKED}."),
        *found("the owner", field="owner_", none="where no words name one"),
        OWNER_AS_FOUND,
        REVIEW,
        AS_FOUND,
    ),
    indexes=("document_id", "owner_id", "thread_id", "owner_found_id", "review", "sure, confidence, id, owner_id"),
    label="quote",
    facets=("kind", "owner_id", "sure", "voice"),
)

MENTIONS = Table(
    "mentions",
    "Mentions",
    "Promises that a document speaks of without making them: demanded, recommended, told as history or turned down.",
    (
        Column("id", "Permanent id: made from the document and the words.", rule="PRIMARY KEY NOT NULL"),
        *_place("mention"),
        Column(
            "kind",
            "demand, recommendation, former (an earlier promise, told as history) or refusal (it is turned down).",
            rule=f"NOT NULL {one_of('kind', MENTION_KINDS)}",
        ),
        Column(
            "voice",
            "Whose words they are: own (the publisher's), quoted, reported (retold) or unnamed (a source).",
            rule=f"NOT NULL {one_of('voice', VOICES)}",
        ),
        Column("speaker", "Who demands, recommends or tells it, as written; null for the publisher and where unnamed."),
        Column("confidence", "How sure the classifier is of the kind of mention, from 0 to 1.", "REAL", NOT_NULL),
        Column(
            "reasons",
            "Why it was taken for one: a JSON list of {rule, score, detail}.",
            rule=JSON.format("reasons"),
        ),
    ),
    indexes=("document_id", "kind"),
    label="quote",
    facets=("kind", "voice", "speaker"),
)

COMMITMENT_OWNERS = Table(
    "commitment_owners",
    "Candidate owners",
    "Everyone who may be meant to act on a commitment, ranked, with the reason.",
    (
        Column("commitment_id", "The commitment.", rule=f"NOT NULL {refers('commitments', 'CASCADE')}"),
        Column("owner_id", "The candidate.", rule=f"NOT NULL {refers('owners', 'RESTRICT')}"),
        Column("rank", "Place among the candidates, 1 the best.", "INTEGER", NOT_NULL),
        Column(
            "explicit", "1 where the quote itself names it, 0 where it was read from around it.", "INTEGER", NOT_NULL
        ),
        Column("score", "How well it fits, from 0 to 1.", "REAL", NOT_NULL),
        Column("reason", "How it was found.", rule=NOT_NULL),
        Column("rule", f"Name of the rule that found it; {UNASKED}."),
        *found("the owner", none="where no words name it"),
    ),
    constraints=("PRIMARY KEY (commitment_id, owner_id)",),
    indexes=("owner_id",),
)

METRICS = Table(
    "metrics",
    "Figures",
    "The numbers that measure an action or its outcome.",
    (
        Column("id", "Number of the row; of no other meaning.", "INTEGER", "PRIMARY KEY"),
        Column("statement_id", "The statement that gives the figure.", rule=OF_STATEMENT),
        Column("value", "The number, in the unit beside it; null where every one is meant.", "REAL"),
        Column("is_all", "1 where every one is meant instead of a number, else 0.", "INTEGER", NOT_NULL),
        Column("unit", "What is counted, as written; 'per cent' for percentages, 'GBP' for pounds.", rule=NOT_NULL),
        Column("baseline", "The value it starts from, in the same unit; null where none is given.", "REAL"),
        Column(
            "direction",
            "increase or decrease; null where the words do not say.",
            rule=one_of("direction", get_args(Direction)),
        ),
        Column("scope", "What it applies to, such as all trusts; null where the words do not say."),
        Column("text", "The words that give the figure.", rule=NOT_NULL),
        Column("start", "Where they begin in the document's text, in characters from 0.", "INTEGER", NOT_NULL),
        Column("end", "Where they end in the document's text, in characters, exclusive.", "INTEGER", NOT_NULL),
        Column("target", "The value it is held against, in the same unit; null where none is given.", "REAL"),
        Column("per", "What it is counted by, such as year or trust; null where the words do not say."),
        Column("rule", f"Name of the rule that read it; {UNASKED}."),
        Column("confidence", confidence_of("a figure"), "REAL"),
    ),
    indexes=("statement_id",),
    triggers=MEASURED,
    facets=("unit", "direction"),
)

MILESTONES = Table(
    "milestones",
    "Milestones",
    "Further dates of the same statement, each with the figure that goes with it.",
    (
        Column("id", "Number of the row; of no other meaning.", "INTEGER", "PRIMARY KEY"),
        Column("statement_id", "The statement that sets the milestone.", rule=OF_STATEMENT),
        Column("text", "The words that give the date.", rule=NOT_NULL),
        Column("start_day", f"First day they allow ({DAYS}); null where open."),
        Column("end_day", f"Last day they allow ({DAYS}); null where open."),
        Column("rule", "Name of the rule that turned the words into days.", rule=NOT_NULL),
        Column("value", "The figure due by then; null where none goes with the date, or every one is meant.", "REAL"),
        Column("unit", "What the figure counts; null without a figure."),
        *found("the date"),
    ),
    indexes=("statement_id",),
)

THEMES = Table(
    "themes",
    "Themes",
    "What each statement is about; a statement may have several themes or none.",
    (
        Column("statement_id", "The statement.", rule=OF_STATEMENT),
        Column("theme", "Name of the theme.", rule=NOT_NULL),
    ),
    constraints=("PRIMARY KEY (statement_id, theme)",),
    indexes=("theme, statement_id",),
    facets=("theme",),
)

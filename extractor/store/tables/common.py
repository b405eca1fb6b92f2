"""Column rules that several tables share."""

from extractor.store.declaration import Column, refers

NOT_NULL = "NOT NULL"
JSON = "NOT NULL CHECK (json_valid({0}))"
IN_DOCUMENT = f"NOT NULL {refers('documents', 'CASCADE')}"
OF_STATEMENT = f"NOT NULL {refers('statements', 'CASCADE')}"
DAYS = "ISO 8601, such as 2024-03-31"

SEARCH_KEY = Column(
    "search_key",
    "Number, made from the id, by which the full-text index points to this row; of no other meaning.",
    "INTEGER",
    "NOT NULL UNIQUE",
)

UNASKED = "null where it was stored by an earlier version, which did not keep it"


# What reviewers changed, beside what they changed it to. It may be null, because older databases were made without it.
AS_FOUND = Column(
    "as_found",
    "The columns that reviewers changed, with the values that were found: a JSON object; null where nobody did.",
    rule="CHECK (as_found IS NULL OR json_valid(as_found))",
)


def found(what: str, *, field: str = "", none: str = "") -> tuple[Column, ...]:
    """Where the words of a field stand, and how often what is found in such a way is right. `none` says when there are
    no words. These columns stand last and may be null: databases of versions 1 and 2 were made without them.
    """
    absent = f"null {none}, and where it was stored by an earlier version" if none else UNASKED
    words = f"{field}words_" if field else ""
    return (
        Column(
            f"{words}start",
            f"Where the words of {what} begin in the document's text, in characters from 0; {absent}.",
            "INTEGER",
        ),
        Column(f"{words}end", f"Where the words of {what} end in the document's text, exclusive; {absent}.", "INTEGER"),
        Column(f"{field}confidence", confidence_of(what), "REAL"),
    )


def confidence_of(what: str) -> str:
    """What a column of confidence says."""
    return f"How often {what} found in this way was right on labelled documents, from 0 to 1; null where none was kept."

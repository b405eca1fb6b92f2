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

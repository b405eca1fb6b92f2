"""What a reviewer's word on a field means for the columns of its table: which values there are, and what they set."""

import re
from datetime import date

from extractor.errors import WrongUsage
from extractor.records import PROGRESS_KINDS, STRENGTHS, Precision
from extractor.store.rows import Row, financial_year
from extractor.store.tables.judgements import DOCUMENT_FIELDS

# The name that columns of rules give to the word of a reviewer.
RULE = "reviewed"
NOTHING = "none"
OPEN = ".."
# Stands where a document gives no words for a deadline that a reviewer knows.
REVIEWERS_WORDS = "[given by a reviewer]"
LONGEST_NAME = 300

FIELDS: dict[str, tuple[str, ...]] = {
    "commitment": ("owner", "deadline", "strength"),
    "progress": ("owner", "deadline", "kind"),
}
SORTS: dict[str, tuple[str, ...]] = {"strength": STRENGTHS, "kind": PROGRESS_KINDS}

Days = tuple[date | None, date | None]


def check_field(label: str, field: str, value: str) -> str:
    """The value as it is kept, such as "../2025-03-31" for the deadline "2025-03-31"; the name of an owner as it is.

    Raises WrongUsage where statements of this label have no such field, or it cannot have such a value.
    """
    if field not in FIELDS[label]:
        raise WrongUsage(f"{field!r} is no field of a {label} to correct: choose one of {', '.join(FIELDS[label])}")
    if field == "owner":
        return check_name(value)
    if field == "deadline":
        if value == NOTHING:
            return value
        days = deadline_days(value)
        if days is None:
            raise WrongUsage(
                "a deadline is a day such as 2025-03-31, the first and the last day as in 2024-04-01/2025-03-31 (.. "
                f"for an open end) or {NOTHING}; it cannot be {value!r}"
            )
        return "/".join(day.isoformat() if day else OPEN for day in days)
    if value not in SORTS[field]:
        raise WrongUsage(f"{field} is one of {', '.join(SORTS[field])}; it cannot be {value!r}")
    return value


def check_document_field(field: str, value: str) -> str:
    """The value as it is kept. Raises WrongUsage for a field that cannot be corrected, or a value it cannot have."""
    if field not in DOCUMENT_FIELDS:
        raise WrongUsage(f"{field!r} is no field of a document to correct: choose one of {', '.join(DOCUMENT_FIELDS)}")
    if field == "publisher":
        return check_name(value)
    if published(value) is None:
        raise WrongUsage(f"a date is a day, month or year such as 2025-03-31, 2025-03 or 2025; it cannot be {value!r}")
    return value


def check_name(value: str) -> str:
    """A name on one line without surrounding white space. Raises WrongUsage for one that is empty or too long."""
    name = " ".join(value.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise WrongUsage(f"a name has 1 to {LONGEST_NAME} characters on one line; it cannot be {value[:60]!r}")
    return name


def deadline_days(value: str) -> Days | None:
    """First and last day of an interval, either of which may be open; a day alone is the last. None for no interval."""
    first, last = value.split("/", 1) if "/" in value else (OPEN, value)
    start, end = (None if part == OPEN else _day(part) for part in (first, last))
    given = [day for part, day in ((first, start), (last, end)) if part != OPEN]
    if not given or None in given or (start and end and start > end):
        return None
    return start, end


def published(value: str) -> tuple[date, Precision] | None:
    """The first day that a day, month or year leaves open, and how exactly it is known. None for anything else."""
    for precision, rest in (("day", ""), ("month", "-01"), ("year", "-01-01")):
        day = _day(value + rest)
        if day is not None:
            return day, precision  # type: ignore[return-value]  # the literals above
    return None


def deadline_columns(label: str, value: str, words: str | None) -> Row | None:
    """What a corrected deadline sets; `words` are those of the document. None for a value that says nothing."""
    days = (None, None) if value == NOTHING else deadline_days(value)
    if days is None:
        return None
    first, last = days
    year = last or first
    columns: Row = {
        "deadline_text": (words or REVIEWERS_WORDS) if year else None,
        "deadline_start": first.isoformat() if first else None,
        "deadline_end": last.isoformat() if last else None,
        "deadline_rule": RULE if year else None,
        "deadline_confidence": None,
    }
    if not year:
        columns |= {"deadline_words_start": None, "deadline_words_end": None}
    if label == "commitment":
        columns |= {"deadline_anchor": None, "deadline_year": financial_year(year) if year else None}
    return columns


def document_columns(field: str, value: str) -> Row | None:
    """What a corrected date or publisher sets. None for a value that says nothing."""
    if field == "publisher":
        return {"publisher": value}
    found = published(value)
    return {"published": found[0].isoformat(), "precision": found[1]} if found else None


def _day(text: str) -> date | None:
    # Python reads more forms of ISO 8601 than people would expect.
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

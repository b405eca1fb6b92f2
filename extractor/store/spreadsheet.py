"""Lines of CSV (RFC 4180) that a spreadsheet takes as text and never as a formula."""

import csv
import io
from collections.abc import Iterable

# What a cell begins with that a spreadsheet would work out: https://owasp.org/www-community/attacks/CSV_Injection
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def csv_line(values: Iterable[object]) -> str:
    """One line with its CRLF. A text that begins like a formula gets an apostrophe before it; null is an empty cell."""
    line = io.StringIO()
    csv.writer(line).writerow([guarded(value) for value in values])
    return line.getvalue()


def guarded(value: object) -> object:
    """The value as a cell: a text that begins like a formula with an apostrophe before it, all else as it is."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value

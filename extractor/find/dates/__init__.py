"""An own grammar of date phrases: each is an interval of days with the convention that gave it."""

from extractor.find.dates.phrases import DatePhrase, date_spans, find_dates

__all__ = ["DatePhrase", "date_spans", "find_dates"]

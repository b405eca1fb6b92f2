"""An own grammar of date phrases: each is an interval of days with the convention that gave it."""

from extractor.find.dates.phrases import DateDoubt, DatePhrase, date_spans, find_date_doubts, find_dates

__all__ = ["DateDoubt", "DatePhrase", "date_spans", "find_date_doubts", "find_dates"]

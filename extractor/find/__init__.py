"""Parsed passages → statements: what is promised or reported, by whom, by when, how much; and what is mentioned."""

from extractor.find.describe import describe, describe_mentions
from extractor.find.statement import Decision, Noted, decide

__all__ = ["Decision", "Noted", "decide", "describe", "describe_mentions"]

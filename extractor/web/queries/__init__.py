"""Read-only SQL for the pages, by subject: search, lists of commitments, what there is, owners, what is unreviewed."""

from extractor.web.queries.overview import (
    count_rejections,
    counts,
    filter_choices,
    latest_run,
    newest_documents,
    rejections,
)
from extractor.web.queries.owners import owner, predecessors
from extractor.web.queries.search import EACH, MISSING, ORDERS, STATE_IS, Search, conditions, match_expression, today
from extractor.web.queries.statements import (
    MOST_PLEDGES,
    count_due,
    count_found,
    count_pledges,
    count_states,
    count_unclear,
    deadline_years,
    due,
    due_next,
    find_pledges,
    listed,
    unclear,
)
from extractor.web.queries.unreviewed import DOUBTS, count_unreviewed, latest_reviews, least_certain

__all__ = [
    "DOUBTS",
    "EACH",
    "MISSING",
    "MOST_PLEDGES",
    "ORDERS",
    "STATE_IS",
    "Search",
    "conditions",
    "count_due",
    "count_found",
    "count_pledges",
    "count_rejections",
    "count_states",
    "count_unclear",
    "count_unreviewed",
    "counts",
    "deadline_years",
    "due",
    "due_next",
    "filter_choices",
    "find_pledges",
    "latest_reviews",
    "latest_run",
    "least_certain",
    "listed",
    "match_expression",
    "newest_documents",
    "owner",
    "predecessors",
    "rejections",
    "today",
    "unclear",
]

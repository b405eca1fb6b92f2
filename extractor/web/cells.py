"""How Datasette's own tables show our identifiers and lists: as links to our pages, and as words."""

import json
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from extractor.web.page import web_address

# column → our page for it; an `id` means another thing in each table
STATEMENT_COLUMNS = ("ref", "statement_id", "commitment_id", "earlier_id", "later_id")
PAGES: Mapping[str, str] = {
    **dict.fromkeys(STATEMENT_COLUMNS, "pledge"),
    "document_id": "document",
    "thread_id": "thread",
    "owner_id": "owner",
    "successor_id": "owner",
}
ID_PAGES: Mapping[str, str] = {
    "commitments": "pledge",
    "progress": "pledge",
    "statements": "pledge",
    "documents": "document",
    "threads": "thread",
    "owners": "owner",
}
JSON_COLUMNS = ("reasons", "changes", "themes", "sources", "warnings")


def cell(datasette: Any, value: Any, column: str, table: str | None) -> Markup | None:
    """The cell's HTML, or None where Datasette shows it well enough."""
    if not isinstance(value, str) or not value:
        return None
    target = PAGES.get(column) or (ID_PAGES.get(table or "") if column == "id" else None)
    if target:
        return Markup('<a href="{}">{}</a>').format(datasette.urls.path(f"/{target}/{value}"), value)
    if column in JSON_COLUMNS:
        return _listed(value)
    if column in ("url", "evidence_url") and not web_address(value):
        # Datasette would only link what begins with http; said here so that no other scheme ever becomes a link.
        return Markup("{}").format(value)
    return None


def _listed(value: str) -> Markup | None:
    try:
        content = json.loads(value)
    except ValueError:
        return None
    if isinstance(content, dict):
        items = [f"{key}: {item}" for key, item in content.items()]
    elif isinstance(content, list):
        items = [_reason(item) if isinstance(item, dict) else str(item) for item in content]
    else:
        return None
    listed = Markup("").join(Markup("<li>{}</li>").format(item) for item in items)
    return Markup('<ul class="listed">{}</ul>').format(listed) if items else Markup("–")


def _reason(reason: Mapping[str, Any]) -> str:
    return f"{reason.get('detail') or reason.get('rule')} ({reason.get('score')})"

"""Documents, statements, owners and threads as one directed graph, for network tools."""

import re
from collections.abc import Iterator, Mapping

import networkx as nx
import sqlite_utils

from extractor.store.rows import Value

LABEL_LENGTH = 80  # characters: longer labels cover each other in every viewer

# The characters that XML 1.0 cannot hold, not even escaped (https://www.w3.org/TR/xml/#charsets).
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_NODES = {
    "document": "SELECT id, coalesce(title, name) AS label, kind AS document_kind, publisher, published, url "
    "FROM documents",
    "owner": "SELECT id, name AS label, kind AS owner_kind, valid_from, valid_to FROM owners",
    "thread": "SELECT id, title AS label, first_seen, last_seen FROM threads",
    "commitment": "SELECT id, quote AS label, quote, strength, deadline_start AS due_from, deadline_end AS due_by, "
    "deadline_text AS deadline, confidence, iif(sure, 'yes', 'to be checked') AS sure, voice, speaker FROM commitments",
    "progress": "SELECT id, quote AS label, quote, kind AS progress_kind, when_start AS happened_from, "
    "when_end AS happened_by, confidence, iif(sure, 'yes', 'to be checked') AS sure, voice, speaker FROM progress",
}  # fmt: skip

# Each gives from, to, kind and weight; the names of nodes carry their sort, as ids are unique only within one.
_EDGES = """
SELECT 'statement:' || id, 'document:' || document_id, 'stated-in', 1.0, '' FROM statements
UNION ALL SELECT 'statement:' || id, 'owner:' || owner_id, 'owned-by', 1.0, '' FROM commitments
  WHERE owner_id IS NOT NULL
UNION ALL SELECT 'statement:' || id, 'owner:' || owner_id, 'owned-by', 1.0, '' FROM progress
  WHERE owner_id IS NOT NULL
UNION ALL SELECT 'statement:' || id, 'thread:' || thread_id, 'in-thread', 1.0, '' FROM statements
  WHERE thread_id IS NOT NULL
UNION ALL SELECT 'statement:' || later_id, 'statement:' || earlier_id, relation, score,
  (SELECT coalesce(group_concat(value, '; '), '') FROM json_each(changes)) FROM links
ORDER BY 1, 2, 3
"""


def build(db: sqlite_utils.Database) -> "nx.DiGraph[str]":
    """The graph: edges point from a statement to its document, owner, thread, and to the earlier one it speaks of.

    Attributes are strings and floats only; what is null is left out, as neither format has a null.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    for kind, sql in _NODES.items():
        sort = "statement" if kind in ("commitment", "progress") else kind
        for row in db.query(f"{sql} ORDER BY id"):
            label = str(row["label"])
            row["label"] = label if len(label) <= LABEL_LENGTH else label[: LABEL_LENGTH - 1].rstrip() + "…"
            graph.add_node(f"{sort}:{row.pop('id')}", kind=kind, **_safe(row))
    for start, end, kind, weight, changes in db.execute(_EDGES):
        graph.add_edge(start, end, **_safe({"kind": kind, "weight": float(weight), "changes": changes or None}))
    return graph


def graphml(db: sqlite_utils.Database) -> Iterator[str]:
    """The graph as GraphML (http://graphml.graphdrawing.org), line by line."""
    yield '<?xml version="1.0" encoding="utf-8"?>\n'
    for line in nx.generate_graphml(build(db)):
        yield line + "\n"


def gexf(db: sqlite_utils.Database) -> Iterator[str]:
    """The graph as GEXF 1.2 (https://gexf.net), line by line."""
    yield '<?xml version="1.0" encoding="utf-8"?>\n'
    for line in nx.generate_gexf(build(db)):
        yield line + "\n"


def xml_text(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return _NOT_XML.sub("", text)


def _safe(row: Mapping[str, Value]) -> dict[str, str | float]:
    return {
        name: value if isinstance(value, float) else xml_text(str(value))
        for name, value in row.items()
        if value is not None
    }

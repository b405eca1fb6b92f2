"""Documents, statements, owners and threads as one directed graph, for network tools."""

import io
import json
import re
import tempfile
from collections.abc import Iterator, Mapping

import networkx as nx
import sqlite_utils

from extractor.store.rows import Value

PIECE = 1 << 16
LABEL_LENGTH = 80  # characters: longer labels cover each other in every viewer

# The characters that XML 1.0 cannot hold, not even escaped (https://www.w3.org/TR/xml/#charsets).
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_REJECTED = (
    "(SELECT id FROM commitments WHERE review = 'rejected' UNION ALL SELECT id FROM progress WHERE review = 'rejected')"
)
# `start` and `end` are the days between which a node is there, as Gephi's timeline has it.
_STATED = "d.published AS start, d.published, d.publisher, coalesce(d.title, d.name) AS document"
_NODES = {
    "document": "SELECT id, coalesce(title, name) AS label, kind AS document_kind, publisher, published, "
    "published AS start, series, url, (SELECT count(*) FROM statements s WHERE s.document_id = documents.id "
    f"AND s.id NOT IN {_REJECTED}) AS statements FROM documents",
    "owner": "SELECT id, name AS label, kind AS owner_kind, valid_from, valid_to, valid_from AS start, "
    'valid_to AS "end", '
    "(SELECT count(*) FROM commitments c WHERE c.owner_id = owners.id AND c.review IS NOT 'rejected') AS commitments, "
    "(SELECT count(*) FROM progress p WHERE p.owner_id = owners.id AND p.review IS NOT 'rejected') "
    "AS progress_reports FROM owners",
    "thread": "SELECT id, title AS label, first_seen, last_seen, first_seen AS start, statements, documents, "
    "(SELECT count(*) FROM progress p WHERE p.thread_id = threads.id) AS progress_reports FROM threads",
    "commitment": "SELECT c.id, quote AS label, quote, strength, deadline_start AS due_from, deadline_end AS due_by, "
    "deadline_text AS deadline, confidence, iif(sure, 'yes', 'to be checked') AS sure, voice, speaker, "
    "o.name AS owner, "
    f"{_STATED} FROM commitments c JOIN documents d ON d.id = c.document_id LEFT JOIN owners o ON o.id = c.owner_id "
    "WHERE c.review IS NOT 'rejected'",
    "progress": "SELECT p.id, quote AS label, quote, p.kind AS progress_kind, when_start AS happened_from, "
    "when_end AS happened_by, confidence, iif(sure, 'yes', 'to be checked') AS sure, voice, speaker, o.name AS owner, "
    f"{_STATED} FROM progress p JOIN documents d ON d.id = p.document_id LEFT JOIN owners o ON o.id = p.owner_id "
    "WHERE p.review IS NOT 'rejected'",
}  # fmt: skip
_ORDER = {"commitment": "c.id", "progress": "p.id"}

# Each gives from, to, kind, weight, changes and the day from which it holds; the names of nodes carry their sort, as
# ids are unique only within one.
_EDGES = f"""
SELECT 'statement:' || s.id, 'document:' || s.document_id, 'stated-in', 1.0, '', d.published
  FROM statements s JOIN documents d ON d.id = s.document_id WHERE s.id NOT IN {_REJECTED}
UNION ALL SELECT 'statement:' || c.id, 'owner:' || c.owner_id, 'owned-by', 1.0, '', d.published
  FROM commitments c JOIN documents d ON d.id = c.document_id
  WHERE c.owner_id IS NOT NULL AND c.review IS NOT 'rejected'
UNION ALL SELECT 'statement:' || p.id, 'owner:' || p.owner_id, 'owned-by', 1.0, '', d.published
  FROM progress p JOIN documents d ON d.id = p.document_id
  WHERE p.owner_id IS NOT NULL AND p.review IS NOT 'rejected'
UNION ALL SELECT 'statement:' || s.id, 'thread:' || s.thread_id, 'in-thread', 1.0, '', d.published
  FROM statements s JOIN documents d ON d.id = s.document_id WHERE s.thread_id IS NOT NULL
UNION ALL SELECT 'statement:' || l.later_id, 'statement:' || l.earlier_id, l.relation, l.score,
  (SELECT coalesce(group_concat(value, '; '), '') FROM json_each(l.changes)), d.published
  FROM links l JOIN statements s ON s.id = l.later_id JOIN documents d ON d.id = s.document_id
ORDER BY 1, 2, 3
"""


def build(db: sqlite_utils.Database) -> "nx.DiGraph[str]":
    """The graph: edges point from a statement to its document, owner, thread, and to the earlier one it speaks of.

    Attributes are strings and numbers only; what is null is left out, as neither XML format has a null. `start` and
    `end` (ISO 8601) say from when to when a node or edge is there: a document from its publication on, an owner while
    it lasts, a thread from its first statement on.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    for kind, sql in _NODES.items():
        sort = "statement" if kind in ("commitment", "progress") else kind
        for row in db.query(f"{sql} ORDER BY {_ORDER.get(kind, 'id')}"):
            label = str(row["label"])
            row["label"] = label if len(label) <= LABEL_LENGTH else label[: LABEL_LENGTH - 1].rstrip() + "…"
            graph.add_node(f"{sort}:{row.pop('id')}", kind=kind, **_safe(row))
    for start, end, kind, weight, changes, day in db.execute(_EDGES):
        told = {"kind": kind, "weight": float(weight), "changes": changes or None, "start": day}
        graph.add_edge(start, end, **_safe(told))
    return graph


def graphml(db: sqlite_utils.Database) -> Iterator[str]:
    """The graph as GraphML (http://graphml.graphdrawing.org), in pieces of PIECE characters.

    It goes through a temporary file, as only the writer to a file does without a second copy of the graph as XML.
    """
    with tempfile.TemporaryFile() as file:
        nx.write_graphml_lxml(build(db), file)
        file.seek(0)
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        while piece := text.read(PIECE):
            yield piece


def gexf(db: sqlite_utils.Database) -> Iterator[str]:
    """The graph as GEXF 1.2 (https://gexf.net), line by line; its days make Gephi's timeline."""
    yield '<?xml version="1.0" encoding="utf-8"?>\n'
    for line in nx.generate_gexf(build(db)):
        yield line + "\n"


def node_link(db: sqlite_utils.Database) -> Iterator[str]:
    """The graph as node-link JSON, a node or an edge a line: {"directed", "multigraph", "graph", "nodes", "edges"}.

    What `networkx.node_link_graph(json.load(file), edges="edges")` reads; each node has its "id", each edge "source"
    and "target", beside their attributes.
    """
    data = nx.node_link_data(build(db), edges="edges")
    nodes, edges = data.pop("nodes"), data.pop("edges")
    yield json.dumps(data)[:-1]
    for name, parts in (("nodes", nodes), ("edges", edges)):
        yield f', "{name}": ['
        for number, part in enumerate(parts):
            yield (",\n" if number else "\n") + json.dumps(part, ensure_ascii=False)
        yield "\n]"
    yield "}\n"


def xml_text(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return _NOT_XML.sub("", text)


def _safe(row: Mapping[str, Value]) -> dict[str, str | float]:
    return {
        name: value if isinstance(value, int | float) else xml_text(str(value))
        for name, value in row.items()
        if value is not None
    }

"""The archive that the browser reads: the corpus, hostile texts beside it, and the addresses of what is in it."""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from tests.browser.serving import CORPUS, read_archive
from tests.web import routes
from tests.web.sample import HOSTILE

SHUT = "The Seaside Board will recruit 512 more lifeguards by March 2031."
# What the archive is asked for, by the name that tests call it.
_WANTED = {
    # the pledge that moved most, in the thread that spans the most documents
    "thread": "SELECT id FROM threads WHERE moved_days > 0 ORDER BY documents DESC, id LIMIT 1",
    "pledge": "SELECT id FROM pledges_of_thread ORDER BY published, id LIMIT 1",
    "alone": "SELECT s.id FROM statements s JOIN threads t ON t.id = s.thread_id JOIN commitments USING (id) "
    "WHERE t.statements = 1 ORDER BY s.id LIMIT 1",
    "progress": "SELECT id FROM progress WHERE review IS NULL ORDER BY id LIMIT 1",
    "pictured": "SELECT s.id FROM places p JOIN statements s ON s.id = p.statement_id JOIN commitments USING (id) "
    "JOIN originals o ON o.document_id = s.document_id WHERE length(quote) > 80 ORDER BY s.id LIMIT 1",
    "unpictured": "SELECT s.id FROM commitments JOIN statements s USING (id) JOIN documents d ON d.id = s.document_id "
    "WHERE d.format != 'pdf' ORDER BY s.id LIMIT 1",
    "long": "SELECT document_id FROM sections GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
    "pdf": "SELECT document_id FROM originals ORDER BY 1 LIMIT 1",
    "later": "SELECT id FROM documents WHERE series = 'NHS People Plan' ORDER BY published DESC LIMIT 1",
    "owner": "SELECT owner_id FROM commitments WHERE owner_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 1",
    "hostile": "SELECT id FROM documents WHERE name = 'hostile.txt'",
    "hostile-pledge": "SELECT s.id FROM statements s JOIN documents d ON d.id = s.document_id "
    "WHERE d.name = 'hostile.txt' ORDER BY s.position LIMIT 1",
    "shut-pledge": "SELECT s.id FROM statements s JOIN documents d ON d.id = s.document_id WHERE d.name = 'shut.pdf'",
    "day": "SELECT deadline_end FROM commitments GROUP BY 1 HAVING deadline_end IS NOT NULL ORDER BY count(*) DESC, 1",
}


@dataclass(frozen=True, slots=True)
class Archive:
    """A database, and the ids of what is in it by the names of `_WANTED`."""

    path: Path
    names: Mapping[str, str]

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """What the database answers."""
        with closing(sqlite3.connect(f"{self.path.as_uri()}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            return connection.execute(sql, values).fetchall()

    def values(self) -> routes.Values:
        """A value for every variable of our routes."""
        return {
            ("/pledge/", "ref"): [self.names["pledge"]],
            ("/embed/", "ref"): [self.names["pledge"]],
            ("/thread/", "id"): [self.names["thread"]],
            ("/document/", "id"): [self.names["pdf"]],
            ("/document/*/page/", "number"): ["1"],
            ("/owner/", "slug"): [self.names["owner"]],
            ("/-/commitments/", "name"): routes.assets(),
        }


def make_archive(folder: Path) -> Archive:
    """Read the corpus, hostile words, a PDF that nobody may show and what is no PDF into a database in `folder`."""
    more = folder / "more"
    more.mkdir()
    (more / "hostile.txt").write_text("\n\n".join(HOSTILE), encoding="utf-8")
    about = {"title": "</title><script>alert('title')</script>", "publisher": '"onmouseover=alert(4) x="'}
    (more / "hostile.meta.json").write_text(json.dumps({**about, "published": "2016-01-01"}), encoding="utf-8")
    _write_shut(more)
    (more / "<img src=x onerror=alert(5)>.pdf").write_bytes(bytes(range(256)) * 8)
    path = folder / "archive.db"
    read_archive([CORPUS, more], path)
    return Archive(path, _names(path))


def _write_shut(folder: Path) -> None:
    """Write a PDF with one pledge whose licence lets nobody pass it on."""
    canvas = Canvas(str(folder / "shut.pdf"), invariant=True)
    canvas.setFont("Times-Roman", 12)
    for line, words in enumerate((SHUT, "The board met on a wet day and nobody spoke of it again.")):
        canvas.drawString(72, 740 - 30 * line, words)
    canvas.save()
    about = {"title": "Not to be passed on", "published": "2016-02-01", "licence": "All rights reserved"}
    (folder / "shut.meta.json").write_text(json.dumps(about), encoding="utf-8")


def _names(path: Path) -> dict[str, str]:
    names: dict[str, str] = {}
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        for name, sql in _WANTED.items():
            thread = (
                "(SELECT c.id, d.published FROM commitments c JOIN statements s USING (id) "
                f"JOIN documents d ON d.id = s.document_id WHERE s.thread_id = '{names.get('thread')}')"
            )
            (names[name],) = connection.execute(sql.replace("pledges_of_thread", thread)).fetchone()
    return names

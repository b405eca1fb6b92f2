"""What a user would otherwise do with a folder of documents, in a plain loop: `extract_text`, a spaCy pipe, and the
encoder on every sentence. `python -m tests.bench.plain FILE…` says how many sentences there were.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import pdfplumber
from lxml.html import HtmlElement, document_fromstring

from extractor.encoder import pinned_encoder, prepare_libraries
from extractor.parse import load_syntax

if TYPE_CHECKING:
    from docx.table import Table

BATCH = 16


def _pdf(file: Path) -> str:
    with pdfplumber.open(file) as document:
        return "\n".join(page.extract_text() for page in document.pages)


def _html(file: Path) -> str:
    page: HtmlElement = document_fromstring(file.read_bytes())
    return str(page.text_content())


def _word(file: Path) -> str:
    document = docx.Document(str(file))
    tables: Sequence[Table] = document.tables
    cells = (cell.text for table in tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


READERS: dict[str, Callable[[Path], str]] = {
    ".pdf": _pdf,
    ".html": _html,
    ".docx": _word,
    ".txt": lambda file: file.read_text(encoding="utf-8"),
}


def sentence_transformer() -> Any:
    """The pinned encoder as sentence-transformers loads it."""
    prepare_libraries()
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(pinned_encoder()), device="cpu", local_files_only=True)


def main(arguments: Sequence[str]) -> int:
    """Read, parse and encode the files; see the module's own words."""
    files = [Path(name) for name in arguments]
    syntax, encoder = load_syntax(), sentence_transformer()
    sentences = 0
    for doc in syntax.pipe((READERS[file.suffix](file) for file in files), batch_size=BATCH):
        texts = [sentence.text for sentence in doc.sents]
        encoder.encode(texts, batch_size=32, show_progress_bar=False)
        sentences += len(texts)
    sys.stdout.write(f"{sentences}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

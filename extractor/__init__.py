"""Find who promised what, by when and how much, in policy documents; trace it through the years.

    >>> import extractor
    >>> document = extractor.read("corpus/documents/2017-06-retention-programme-press-release.txt")  # doctest: +SKIP
    >>> extractor.extract(document)  # doctest: +SKIP

The verbs load what they need on first use: importing this package is cheap.
"""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from extractor.errors import ExtractorError, ModelError, Rejected, WrongUsage
from extractor.records import Analysis, Document, Link, Statement
from extractor.settings import Settings, __version__

__all__ = [
    "Analysis",
    "Document",
    "ExtractorError",
    "Link",
    "ModelError",
    "Rejected",
    "Settings",
    "Statement",
    "WrongUsage",
    "__version__",
    "extract",
    "read",
    "relate",
]


def __getattr__(name: str) -> ModuleType:
    """`extractor.link` without an import of its own, loaded when somebody asks for it."""
    if name == "link":
        return import_module("extractor.link")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def read(path: str | Path, *, settings: Settings | None = None) -> Document:
    """Read a document (.txt, .md, .html, .docx, .pdf) with its sidecar. Raises Rejected where it cannot be taken."""
    from extractor.ingest import read as read_file

    return read_file(Path(path), settings=settings or Settings())


def extract(document: Document, *, settings: Settings | None = None) -> tuple[Statement, ...]:
    """The commitments and progress reports of a document, in order of their place in it."""
    from extractor.pipeline import analyse

    return analyse(document, settings=settings or Settings()).statements


def relate(a: Mapping[str, Any], b: Mapping[str, Any], *, settings: Settings | None = None) -> Link:
    """How two statements relate; each is {"text", "published", "owner", "deadline_end"}, all but the text optional."""
    from extractor.relating import relate as relate_two

    return relate_two(a, b, settings=settings)

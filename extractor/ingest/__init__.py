"""Files to Documents: detect the format by content, read it, describe it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from extractor import ids
from extractor.errors import Rejected, too_large
from extractor.ingest.detect import ENDINGS, declared_format, detect
from extractor.ingest.files import read_file, shown_name
from extractor.ingest.layout import Reading
from extractor.ingest.metadata import Metadata, check_overrides, describe, read_sidecar
from extractor.ingest.readers import read_as
from extractor.lexicon.organisations import load_register
from extractor.records import Document
from extractor.settings import Settings

__all__ = ["ENDINGS", "Source", "load", "read", "read_bytes", "read_source", "shown_name"]


@dataclass(frozen=True, slots=True)
class Source:
    """A file and its sidecar as they came from the disk, so that another process can read them without the disk.

    `sidecar` holds checked fields, `problems` says what of the sidecar was not usable.
    """

    raw: bytes
    name: str
    sidecar: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def read(path: Path, *, settings: Settings | None = None, overrides: Mapping[str, str] | None = None) -> Document:
    """Read a document and the sidecar beside it.

    `overrides` are metadata fields that beat every other source ("title", "kind", "publisher", "published", "url",
    "series", "licence"). Raises Rejected with a reason where the file cannot be taken, WrongUsage for a wrong override.
    """
    return read_source(load(path, settings=settings), settings=settings, overrides=overrides)


def load(path: Path, *, settings: Settings | None = None) -> Source:
    """Fetch a file's bytes and its sidecar. Raises Rejected as `files.read_file`."""
    limit = (settings or Settings()).max_file_bytes
    raw = read_file(path, limit=limit, setting="max_file_bytes")
    sidecar, problems = read_sidecar(path)
    return Source(raw, shown_name(path), sidecar, tuple(problems))


def read_bytes(
    raw: bytes, name: str, *, settings: Settings | None = None, overrides: Mapping[str, str] | None = None
) -> Document:
    """Read a document from its bytes alone; `name` is what it is called. Raises as `read`."""
    return read_source(Source(raw, name), settings=settings, overrides=overrides)


def read_source(
    source: Source, *, settings: Settings | None = None, overrides: Mapping[str, str] | None = None
) -> Document:
    """Read a document from what `load` fetched. Raises as `read`."""
    settings = settings or Settings()
    given = check_overrides(overrides or {})
    if len(source.raw) > settings.max_file_bytes:
        raise too_large(f"{len(source.raw):,} bytes", settings.max_file_bytes, "max_file_bytes")
    format = detect(source.raw, source.name)
    reading = read_as(format, source.raw, settings)
    if len(reading.text) > settings.max_characters:
        raise too_large(f"{len(reading.text):,} characters of text", settings.max_characters, "max_characters")
    if not reading.blocks:
        raise Rejected("no-text", "the file holds no text")
    warnings = source.problems
    declared = declared_format(source.name)
    if declared is not None and declared != format:
        warnings = (*warnings, f"the name says {declared}, the content is {format}; read as {format}")
    register = load_register(settings.lexicon_files)
    described = describe(source.name, reading, given, source.sidecar, register=register)
    return _document(source, format, reading, described, warnings)


def _document(
    source: Source, format: str, reading: Reading, described: Metadata, warnings: tuple[str, ...]
) -> Document:
    sha256 = ids.content_hash(source.raw)
    return Document(
        id=ids.document_id(
            url=described.url,
            publisher=described.publisher,
            title=described.title,
            published=described.published.isoformat() if described.published else None,
            sha256=sha256,
        ),
        name=source.name,
        format=format,
        sha256=sha256,
        text=reading.text,
        blocks=reading.blocks,
        kind=described.kind,
        title=described.title,
        publisher=described.publisher,
        published=described.published,
        precision=described.precision,
        url=described.url,
        series=described.series,
        licence=described.licence,
        pages=reading.pages,
        sources=described.sources,
        warnings=(*warnings, *reading.warnings),
        lines=reading.lines,
        recognised=reading.recognised,
        frames=reading.frames,
    )

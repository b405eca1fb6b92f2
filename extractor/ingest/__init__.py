"""Files to Documents: detect the format by content, read it, describe it.

Readers are imported when a file of their format comes: each brings a heavy library, and none is needed to print help.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from extractor import ids
from extractor.errors import ExtractorError, Rejected
from extractor.ingest.detect import ENDINGS, declared_format, detect
from extractor.ingest.layout import Reading
from extractor.ingest.metadata import Metadata, check_overrides, describe, read_sidecar
from extractor.records import Document
from extractor.settings import Settings

__all__ = ["ENDINGS", "Source", "load", "read", "read_bytes", "read_source"]


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
    """Fetch a file's bytes and its sidecar. Raises Rejected where it is too large or cannot be opened."""
    limit = (settings or Settings()).max_file_bytes
    try:
        size = path.stat().st_size
        if size > limit:
            raise _too_large(f"{size:,} bytes", limit, "max_file_bytes")
        raw = path.read_bytes()
    except OSError as problem:
        raise Rejected("unreadable", f"the file cannot be opened: {problem.strerror or problem}") from problem
    sidecar, problems = read_sidecar(path)
    return Source(raw, path.name, sidecar, tuple(problems))


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
        raise _too_large(f"{len(source.raw):,} bytes", settings.max_file_bytes, "max_file_bytes")
    format = detect(source.raw, source.name)
    reading = _reading(format, source.raw)
    if len(reading.text) > settings.max_characters:
        raise _too_large(f"{len(reading.text):,} characters of text", settings.max_characters, "max_characters")
    if not reading.blocks:
        raise Rejected("no-text", "the file holds no text")
    warnings = source.problems
    declared = declared_format(source.name)
    if declared is not None and declared != format:
        warnings = (*warnings, f"the name says {declared}, the content is {format}; read as {format}")
    described = describe(source.name, reading, given, source.sidecar)
    return _document(source, format, reading, described, warnings)


def _too_large(what: str, limit: int, setting: str) -> Rejected:
    return Rejected("too-large", f"{what}; the limit is {limit:,} (setting {setting})")


def _reading(format: str, raw: bytes) -> Reading:
    reader: Callable[[bytes], Reading] = import_module(f"extractor.ingest.{format}").read
    try:
        return reader(raw)
    except ExtractorError:
        raise
    except (MemoryError, RecursionError) as problem:
        raise Rejected("damaged", f"the {format} file is nested too deeply or too large inside") from problem
    except Exception as problem:
        # Readers stand on libraries that raise anything at all on a damaged file; one document must not stop the rest.
        detail = str(problem).splitlines()[0][:200] if str(problem).strip() else type(problem).__name__
        raise Rejected("damaged", f"the {format} file cannot be read: {detail}") from problem


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
    )

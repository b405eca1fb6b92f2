"""Readers by the name of their format.

Readers are imported when a file of their format comes: each brings a heavy library, and none is needed to print help.
"""

from collections.abc import Callable
from importlib import import_module

from extractor.errors import ExtractorError, Rejected
from extractor.ingest.layout import Reading
from extractor.settings import Settings


def read_as(format: str, raw: bytes, settings: Settings) -> Reading:
    """Read a file's bytes as one of `detect.FORMATS`. Whatever goes wrong inside is raised as Rejected."""
    reader: Callable[[bytes, Settings], Reading] = import_module(f"extractor.ingest.{format}").read
    try:
        return reader(raw, settings)
    except ExtractorError:
        raise
    except (MemoryError, RecursionError) as problem:
        raise Rejected("damaged", f"the {format} file is nested too deeply or too large inside") from problem
    except Exception as problem:
        # Readers stand on libraries that raise anything at all on a damaged file; one document must not stop the rest.
        detail = str(problem).splitlines()[0][:200] if str(problem).strip() else type(problem).__name__
        raise Rejected("damaged", f"the {format} file cannot be read: {detail}") from problem

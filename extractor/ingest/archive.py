"""Zip archives of the office formats: checked before anything is unpacked, read part by part."""

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from extractor.errors import Rejected, too_large
from extractor.settings import Settings

# A zip bomb unpacks to a thousand times its size; office XML rarely reaches forty times.
MAX_RATIO = 200
# A small part may pack as well as it likes: what it unpacks to is little all the same.
RATIO_COUNTS_FROM = 20_000_000
# A document has a part for each picture; what lists a million of them fills the memory before anything is read.
MAX_ENTRIES = 20_000
# What a package says of itself, which is looked at before its format and its limits are known.
MAX_LABEL = 1_000_000
_READ = (".xml", ".rels")
# What the standard library raises on damaged archives, depending on where they are damaged.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)


class Archive:
    """A zip archive whose sizes were checked. `limit` is the most bytes that one of its parts may unpack to."""

    def __init__(self, archive: zipfile.ZipFile, limit: int) -> None:
        self._archive = archive
        self._limit = limit
        self.names = frozenset(archive.namelist())

    def part(self, name: str) -> bytes | None:
        """The bytes of a part, None where there is none. Raises Rejected "too-large", "damaged"."""
        if name not in self.names:
            return None
        size = self._archive.getinfo(name).file_size
        if size > self._limit:
            raise too_large(f"its part {name} unpacks to {size:,} bytes", self._limit, "max_part_bytes")
        try:
            return self._archive.read(name)
        except _BROKEN as problem:
            raise Rejected("damaged", f"its part {name} cannot be unpacked: {problem}") from problem


@contextmanager
def open_archive(raw: bytes, settings: Settings | None = None) -> Iterator[Archive]:
    """Open a zip archive. Without settings it is only looked at: no part beyond MAX_LABEL bytes can be unpacked.

    Raises Rejected: "damaged", "encrypted", "too-large" for a zip bomb.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except _BROKEN as problem:
        raise Rejected("damaged", f"the file is a broken zip archive: {problem}") from problem
    with archive:
        entries = archive.infolist()
        if any(entry.flag_bits & 1 for entry in entries):
            raise Rejected("encrypted", "the document is protected by a password; save a copy without one")
        if len(entries) > MAX_ENTRIES:
            raise too_large(f"the document holds {len(entries):,} parts", MAX_ENTRIES)
        if settings is not None:
            _check_sizes(entries, settings)
        yield Archive(archive, settings.max_part_bytes if settings is not None else MAX_LABEL)


def _check_sizes(entries: list[zipfile.ZipInfo], settings: Settings) -> None:
    # pictures are never unpacked, and count for nothing
    parts = [entry for entry in entries if entry.filename.endswith(_READ)]
    unpacked = sum(part.file_size for part in parts)
    bombs = any(
        part.file_size > RATIO_COUNTS_FROM and part.file_size > MAX_RATIO * max(1, part.compress_size) for part in parts
    )
    if unpacked > settings.max_unpacked_bytes or bombs:
        limit = f"the limit is {settings.max_unpacked_bytes:,} (setting max_unpacked_bytes) and {MAX_RATIO} times"
        raise Rejected("too-large", f"the document unpacks to {unpacked:,} bytes; {limit} its packed size")

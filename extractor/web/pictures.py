"""Pictures of pages: drawn one at a time, each by a process with bounds, and kept on disk up to a limit."""

import asyncio
import logging
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from extractor.errors import ExtractorError
from extractor.settings import Settings
from extractor.store.originals import PICTURES, file_in, write_whole
from extractor.web import words

logger = logging.getLogger(__name__)
_PROGRAM = Path(__file__).with_name("draw_page.py")
_DRAWING = ThreadPoolExecutor(1, thread_name_prefix="page pictures")
# Who comes when so many wait already is sent away: each may take as long as a page may.
_QUEUE = threading.BoundedSemaphore(24)


class NotDrawn(ExtractorError):
    """A page could not be drawn: what is wrong, in a sentence."""


class Busy(ExtractorError):
    """Too many pages wait to be drawn."""


@dataclass(frozen=True, slots=True)
class PageOf:
    """A page to be drawn: the folder beside the database, the document's hash, the page from 1, its turn in degrees."""

    folder: Path
    sha256: str
    number: int
    turn: int

    @property
    def picture(self) -> Path:
        """Where its picture is kept."""
        return self.folder / PICTURES / f"{self.sha256}-{self.number}.png"


async def picture(page: PageOf, *, settings: Settings) -> bytes:
    """The picture of a page as PNG, as it is kept or drawn now. Raises NotDrawn and Busy."""
    if (kept := await asyncio.to_thread(_kept, page)) is not None:
        # whoever asks for what is there already does not wait for what is being drawn
        return kept
    if not _QUEUE.acquire(blocking=False):
        raise Busy("Many pages are being drawn. Try again in a minute.")
    try:
        return await asyncio.get_running_loop().run_in_executor(_DRAWING, _picture, page, settings)
    finally:
        _QUEUE.release()


def _kept(page: PageOf) -> bytes | None:
    """The picture that is kept; None where it was not drawn yet, or was thrown away to make room."""
    try:
        return page.picture.read_bytes()
    except OSError:
        return None


def _picture(page: PageOf, settings: Settings) -> bytes:
    # it may have been drawn while this request waited
    if (kept := _kept(page)) is not None:
        return kept
    drawn = _draw(page, settings.page_seconds)
    try:
        write_whole(page.picture, drawn)
        _make_room(page.picture, settings.page_cache_bytes)
    except (OSError, ExtractorError) as problem:
        # drawn anew each time, it can be shown all the same
        logger.warning("pictures of pages are not kept: %s", problem)
    return drawn


def _draw(page: PageOf, seconds: int) -> bytes:
    file = file_in(page.folder, page.sha256)
    if not file.is_file():
        raise NotDrawn("The copy of the document that was kept beside the database is not there any more.")
    # -I: nothing in the environment or the working folder decides what is run
    command = [sys.executable, "-I", str(_PROGRAM), str(file), str(page.number), str(page.turn), str(seconds)]
    try:
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as problem:
        raise NotDrawn(f"Drawing this page took longer than {words.count(seconds, 'second')}.") from problem
    if done.returncode or not done.stdout:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        logger.error("page %s of %s: status %s: %s", page.number, page.sha256, done.returncode, lines[-1:] or "")
        raise NotDrawn("This page could not be drawn.")
    return done.stdout


def _make_room(newest: Path, limit: int) -> None:
    """Throw away pictures, the oldest first, until those kept take no more than `limit` bytes."""
    found = []
    for entry in os.scandir(newest.parent):
        state = entry.stat()
        found.append((state.st_mtime_ns, state.st_size, entry.path))
    total = sum(size for _, size, _ in found)
    for _, size, path in sorted(found):
        if total <= limit:
            return
        if path != str(newest):
            Path(path).unlink(missing_ok=True)
            total -= size

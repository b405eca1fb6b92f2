"""Where reviewers' words are written down: short-lived connections of the store in threads, and linking again after."""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlite_utils

from extractor.errors import Busy as AtWork
from extractor.errors import ExtractorError
from extractor.settings import Settings
from extractor.store import judgements
from extractor.store.schema import open_database
from extractor.web.signing import Door, Reviewer, Session, reviewer

logger = logging.getLogger(__name__)
Act = Callable[[sqlite_utils.Database], bool]

# How long a reviewer waits for another program's transaction, and for linking, in seconds.
BUSY_SECONDS = 5.0
PATIENCE = 2.0
STILL_LINKING = "Links and threads are being made again; this can take a while."
FAILED = "Written down, but links and threads could not be made again: the server's log says why."
LATER = "Written down. Links and threads follow with the next run, as another program is writing to the database."


class Busy(ExtractorError):
    """Another program keeps the database locked: status 503."""


@dataclass(slots=True)
class Desk:
    """What reviewing needs while a database is served: the way in, the file, the settings to link with."""

    path: Path
    settings: Settings
    door: Door = field(default_factory=Door)
    patience: float = PATIENCE
    _linking: threading.Lock = field(default_factory=threading.Lock)
    _asked: int = 0
    _linked: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def write(self, act: Act) -> judgements.State | None:
        """Let `act` write to the database; where it says that linking depends on that, how things hung together before.

        Raises what `act` raises, and Busy where another program keeps the database locked.
        """
        return await asyncio.to_thread(self._write, act)

    async def link_again(self, session: Session, before: judgements.State) -> None:
        """Make links and threads agree with what was said; tell the reviewer what changed, now or later."""
        self._asked += 1
        task = asyncio.create_task(self._link(session, before, self._asked))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        done, _ = await asyncio.wait({task}, timeout=self.patience)
        if not done:
            session.notice = STILL_LINKING

    def _write(self, act: Act) -> judgements.State | None:
        try:
            with (
                closing(open_database(self.path, create=False)) as db,
                closing(open_database(self.path, create=False)) as earlier,
            ):
                db.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
                # From its first read on it sees the database as it is now: https://www.sqlite.org/isolation.html
                earlier.execute("BEGIN")
                earlier.execute("SELECT count(*) FROM runs").fetchone()
                return judgements.state(earlier) if act(db) else None
        except sqlite3.OperationalError as problem:
            if not _locked(problem):
                raise
            raise Busy(
                "Another program is writing to the database. Nothing was changed: send it again in a moment."
            ) from problem

    async def _link(self, session: Session, before: judgements.State, number: int) -> None:
        try:
            session.notice = await asyncio.to_thread(self._relink, before, number)
        except Exception:
            # Nobody waits for this task any more who could be told in another way.
            logger.exception("linking after a review failed")
            session.notice = FAILED

    def _relink(self, before: judgements.State, number: int) -> str:
        # What links needs a second and much memory to load: only where somebody reviews.
        from extractor.relinking import relink
        from extractor.store.lock import alone

        with self._linking:
            if self._linked >= number:
                return "Written down."
            asked = self._asked
            try:
                with closing(open_database(self.path, create=False)) as db, alone(self.path):
                    relink(db, settings=self.settings)
                    changed = judgements.summary(before, judgements.state(db))
            except AtWork:
                return LATER
            except sqlite3.OperationalError as problem:
                if not _locked(problem):
                    raise
                return LATER
            self._linked = asked
        return f"Written down. {changed}"


def desk_of(datasette: Any) -> Desk | None:
    """The desk of an application that reviewers may write to; None where nobody may."""
    found: Desk | None = getattr(datasette, "reviewers_desk", None)
    return found


def reviewer_of(datasette: Any, request: Any) -> Reviewer | None:
    """Who is signed in for this request, if anybody is."""
    desk = desk_of(datasette)
    return reviewer(datasette, request, desk.door) if desk else None


def _locked(problem: sqlite3.OperationalError) -> bool:
    # The low byte is the primary code: https://www.sqlite.org/rescode.html
    code = getattr(problem, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)

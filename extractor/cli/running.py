"""What a run says while it works: a bar on a terminal, plain lines in a log, JSON objects for a machine."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import click

from extractor.cli.terminal import say
from extractor.events import Event, Progress

# What ends a file's way through the run; "superseded" speaks of one that was counted before.
_FILES = ("unchanged", "stored", "rejected")


@contextmanager
def progress(*, as_json: bool) -> Iterator[Progress]:
    """Where a run may tell its events: standard output as JSON objects, one a line, else standard error for people."""
    if as_json:
        yield _object
    elif sys.stderr.isatty():
        bar = _Bar()
        try:
            yield bar.tell
        finally:
            bar.close()
    else:
        yield _line


def _object(event: Event) -> None:
    click.echo(json.dumps(event.as_object(), ensure_ascii=False))
    # Whoever reads this from a pipe wants to know now.
    sys.stdout.flush()


def _line(event: Event) -> None:
    if event.name is not None:
        say(f"{event.kind:10} {event.name}")
    elif event.kind == "started":
        say(f"run {event.run}: {event.documents} files")


@dataclass(slots=True)
class _Bar:
    """A bar of files, with pages, statements, pages a second and the time left; what is rejected stands above it."""

    bar: Any = None
    pages: int = 0
    statements: int = 0
    began: float = field(default_factory=time.monotonic)

    def tell(self, event: Event) -> None:
        if event.kind == "started":
            self.bar = click.progressbar(
                length=event.documents,
                label="files",
                show_pos=True,
                show_eta=True,
                item_show_func=lambda item: item,
                file=sys.stderr,
            )
            self.bar.render_progress()
        elif event.kind in _FILES:
            if event.kind == "rejected":
                self._above(f"rejected   {event.name}")
            self.pages += event.pages or 0
            self.statements += event.statements or 0
            self.bar.update(1, self._counts())
            if self.bar.finished:
                # What is left to be done has no length that could be told.
                self.bar.label = "linking"
                self.bar.render_progress()
        elif event.kind == "linked":
            self.close()

    def close(self) -> None:
        """Leave the bar as it stands."""
        if self.bar is not None:
            self.bar.render_finish()
            say("")
            self.bar = None

    def _counts(self) -> str:
        rate = self.pages / max(time.monotonic() - self.began, 0.001)
        pages = f"{self.pages:,} pages ({rate:.1f}/s), " if self.pages else ""
        return f"{pages}{self.statements:,} statements"

    def _above(self, line: str) -> None:
        # To the start of the line, cleared to its end: https://en.wikipedia.org/wiki/ANSI_escape_code#CSI
        click.echo(f"\r\x1b[K{line}", err=True)

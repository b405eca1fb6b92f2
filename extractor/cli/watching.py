"""The command that takes new and changed documents of a folder as they land."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event as Flag
from typing import TYPE_CHECKING

import click

from extractor.cli.running import progress
from extractor.cli.terminal import DATABASE, FILE, say, tell_rejections
from extractor.errors import Busy, WrongUsage
from extractor.settings import Settings

if TYPE_CHECKING:
    from extractor.pipeline import Report

# How often the folder is looked at while something in it has not come to rest, in seconds.
LOOK_SECONDS = 0.5
# Documents taken in one run: linking comes after each, so that what landed first is not kept waiting for all the rest.
BATCH = 200


@click.command()
@click.argument("folder", type=FILE)
@click.option(
    "--db", "database", type=DATABASE, default=Path("commitments.db"), show_default=True, help="Database to write."
)
@click.option("--workers", type=click.IntRange(min=1), help="Processes to work in, as of “run”.")
@click.option(
    "--settle",
    type=click.FloatRange(min=0),
    default=2.0,
    show_default=True,
    metavar="SECONDS",
    help="How long a file must have stopped growing.",
)
@click.option("--json", "as_json", is_flag=True, help="Tell each step as a JSON object on standard output.")
@click.pass_obj
def watch(settings: Settings, folder: Path, database: Path, workers: int | None, settle: float, as_json: bool) -> None:
    """Read what FOLDER holds into a database, then new and changed documents as they land. Ctrl-C ends."""
    from extractor import pipeline

    if not folder.is_dir():
        raise WrongUsage(f"{folder} is no folder")
    for batch in batches(folder, settle=settle, stop=Flag()):
        take = partial(pipeline.run, batch, database=database, settings=settings, workers=workers)
        report = _when_free(take, as_json=as_json)
        tell_rejections(report)
        say(f"{len(report.stored)} stored, {report.statements} statements in the database; watching {folder}")


def _when_free(take: Callable[..., "Report"], *, as_json: bool) -> "Report":
    """What comes of a run, when no other is at work on the database any longer."""
    told = False
    while True:
        try:
            with progress(as_json=as_json) as tell:
                return take(progress=tell)
        except Busy as problem:
            if not told:
                say(f"waiting: {problem}")
                told = True
            time.sleep(LOOK_SECONDS)


@dataclass(slots=True)
class _Landing:
    """Files that changed, each with its size and time as last seen, and since when these are what they are."""

    seen: dict[Path, tuple[int, int]] = field(default_factory=dict)
    since: dict[Path, float] = field(default_factory=dict)

    def look(self, files: Iterable[Path]) -> None:
        """Look at files that may have changed, and again at those that have not come to rest."""
        for file in {*files, *self.seen}:
            try:
                found = file.stat()
            except OSError:
                # It was moved or deleted again, which is no business of ours.
                self.seen.pop(file, None)
                continue
            state = (found.st_size, found.st_mtime_ns)
            if self.seen.get(file) != state:
                self.seen[file], self.since[file] = state, time.monotonic()

    def at_rest(self, settle: float) -> list[Path]:
        """Take out up to BATCH files that have not changed for so many seconds, by name."""
        rested = sorted(file for file in self.seen if time.monotonic() - self.since[file] >= settle)[:BATCH]
        for file in rested:
            del self.seen[file], self.since[file]
        return rested


def batches(folder: Path, *, settle: float, stop: Flag) -> Iterator[list[Path]]:
    """Documents of a folder, and of those in it, that are new or changed and have stopped growing, as they come.

    First all that is there. A sidecar that changes brings its document. Ends when `stop` is set; Ctrl-C is raised.
    """
    import watchfiles

    from extractor.ingest.folders import documents_in

    folder = folder.resolve()
    landing = _Landing()
    first = True
    for found in watchfiles.watch(
        folder,
        watch_filter=None,
        debounce=100,
        step=50,
        rust_timeout=int(LOOK_SECONDS * 1000),
        yield_on_timeout=True,
        stop_event=stop,
    ):
        landing.look(file for _, name in found for file in _documents(folder, Path(name)))
        if first:
            # Only now is the folder watched: nothing can land between this look and the next.
            landing.look(documents_in(folder))
            first = False
        while batch := landing.at_rest(settle):
            yield batch
            # A run takes its time, in which files come and go.
            landing.look(())


def _documents(folder: Path, changed: Path) -> Iterator[Path]:
    """The documents that a changed file stands for: itself, the one whose sidecar it is, or all of a folder that was
    moved here whole.
    """
    from extractor.ingest import ENDINGS
    from extractor.ingest.folders import documents_in
    from extractor.ingest.metadata import SIDECAR_ENDING

    if any(part.startswith(".") for part in changed.relative_to(folder).parts):
        return
    if changed.name.endswith(SIDECAR_ENDING):
        of = changed.name.removesuffix(SIDECAR_ENDING)
        beside = documents_in(changed.parent) if changed.parent.is_dir() else ()
        yield from (file for file in beside if file.parent == changed.parent and of in (file.name, file.stem))
    elif changed.is_dir():
        yield from documents_in(changed)
    elif changed.suffix.lower() in ENDINGS:
        yield changed

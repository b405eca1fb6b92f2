"""What the commands share: speaking to the terminal, refusing what is not there, reading lines of JSON."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from extractor.errors import Rejected, WrongUsage

if TYPE_CHECKING:
    from extractor.pipeline import Report

REJECTED, WRONG, INTERRUPTED = 1, 2, 130

FILE = click.Path(path_type=Path)
DATABASE = click.Path(path_type=Path, dir_okay=False)


def say(line: str) -> None:
    """Tell the person at the terminal something that is not output."""
    click.echo(line, err=True)


def tell_rejections(report: "Report") -> None:
    """Name each document that a run rejected, with the reason."""
    for rejection in report.rejected:
        say(f"rejected: {rejection.name}: {rejection.reason}: {rejection.detail}")


def existing(path: Path) -> Path:
    """The path itself; raises WrongUsage where nothing is there."""
    if not path.exists():
        raise WrongUsage(f"no such file or folder: {path}")
    return path


def writable(path: Path) -> None:
    """Raise WrongUsage where no file can be written, before the work whose result it is to take."""
    if not path.parent.is_dir():
        raise WrongUsage(f"{path}: there is no folder {path.parent}")
    if path.is_dir():
        raise WrongUsage(f"{path} is a folder")


@contextmanager
def naming(file: Path) -> Iterator[None]:
    """Where this one document cannot be taken, say so with its name and end."""
    try:
        yield
    except Rejected as refusal:
        from extractor.ingest import shown_name

        say(f"rejected: {shown_name(file)}: {refusal}")
        sys.exit(REJECTED)


def read_lines(file: Path, keys: Sequence[str], check: Callable[[dict[str, Any]], None]) -> list[dict[str, Any]]:
    """The JSON objects of a file, one a line. Raises WrongUsage naming the line that lacks a key or fails the check."""
    from extractor.present import read_jsonl

    rows = []
    for number, row in read_jsonl(existing(file)):
        if any(key not in row for key in keys):
            raise WrongUsage(f"{file}, line {number}: an object with {', '.join(keys)} is needed")
        try:
            check(row)
        except WrongUsage as problem:
            raise WrongUsage(f"{file}, line {number}: {problem}") from problem
        rows.append(row)
    return rows

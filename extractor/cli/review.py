"""The commands by which people judge links, threads and owners; each links the database again."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import click

from extractor.cli.terminal import DATABASE, say
from extractor.settings import Settings

# Of a change that moves thousands of statements this many lines are printed.
LINES = 50


@click.group()
@click.argument("database", type=DATABASE)
@click.pass_context
def review(context: click.Context, database: Path) -> None:
    """Judge links, threads and owners of DATABASE: the word of a person stands above the evidence, in every run.

    Statements and threads are named by their permanent ids, owners by name. Prints what changed.
    """
    context.meta["database"] = database


def _judging(command: Callable[..., None]) -> Callable[..., None]:
    """The options that every judgement takes."""
    for option in (
        click.option("--reviewer", metavar="NAME", help="Who says so."),
        click.option("--note", metavar="TEXT", help="Why."),
    ):
        command = option(command)
    return click.pass_context(command)


@review.command()
@click.argument("a")
@click.argument("b")
@_judging
def confirm(context: click.Context, a: str, b: str, **remark: str | None) -> None:
    """Statements A and B speak of the same commitment."""
    _judge(context, "confirm", a, b, **remark)


@review.command()
@click.argument("a")
@click.argument("b")
@_judging
def reject(context: click.Context, a: str, b: str, **remark: str | None) -> None:
    """Statements A and B do not speak of the same commitment."""
    _judge(context, "reject", a, b, **remark)


@review.command()
@click.argument("thread")
@click.argument("other")
@_judging
def merge(context: click.Context, thread: str, other: str, **remark: str | None) -> None:
    """Threads THREAD and OTHER are one."""
    _judge(context, "merge", thread, other, **remark)


@review.command()
@click.argument("statement")
@_judging
def split(context: click.Context, statement: str, **remark: str | None) -> None:
    """STATEMENT does not belong to its thread; what the evidence holds to it goes with it."""
    _judge(context, "split", statement, **remark)


@review.command()
@click.argument("name")
@click.argument("into")
@_judging
def merge_owner(context: click.Context, name: str, into: str, **remark: str | None) -> None:
    """Owner NAME is the same as INTO, for which its statements count from now on."""
    _judge(context, "merge_owner", name, into, **remark)


@review.command()
@click.argument("name")
@_judging
def split_owner(context: click.Context, name: str, **remark: str | None) -> None:
    """Owner NAME, merged into another before, stands by itself again."""
    _judge(context, "split_owner", name, **remark)


def _judge(context: click.Context, action: str, *names: str, note: str | None, reviewer: str | None) -> None:
    """Write a judgement down, link again and print what that changed."""
    from extractor.relinking import relink
    from extractor.store import judgements
    from extractor.store.schema import open_database

    settings: Settings = context.obj
    with closing(open_database(context.meta["database"], create=False)) as db:
        before = judgements.state(db)
        getattr(judgements, action)(db, *names, remark=judgements.Remark(note, reviewer))
        statements, links, threads = relink(db, settings=settings)
        changes = judgements.differences(before, judgements.state(db))
    for line in changes[:LINES]:
        click.echo(line)
    if len(changes) > LINES:
        click.echo(f"and {len(changes) - LINES} changes more")
    say(f"{len(changes)} changes; {statements} statements, {links} links, {threads} threads")

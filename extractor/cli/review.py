"""The commands by which people judge what was found; each links the database again and says what changed."""

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
    """Judge what DATABASE holds: the word of a person stands above what was found, in every run.

    Statements and threads are named by their permanent ids, owners by name, documents by id or file name. Prints what
    changed.
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


@review.command()
@click.argument("statement")
@_judging
def accept(context: click.Context, statement: str, **remark: str | None) -> None:
    """STATEMENT is what it was taken for, a commitment or a report of progress."""
    _judge(context, "accept", statement, **remark)


@review.command()
@click.argument("statement")
@_judging
def dismiss(context: click.Context, statement: str, **remark: str | None) -> None:
    """STATEMENT is neither: it stands in no list, count, link, feed or export any more."""
    _judge(context, "dismiss", statement, **remark)


@review.command()
@click.argument("statement")
@click.argument("field")
@click.argument("value")
@_judging
def correct(context: click.Context, statement: str, field: str, value: str, **remark: str | None) -> None:
    """FIELD of STATEMENT is VALUE: owner (a name), deadline (2025-03-31, or FIRST/LAST), strength or kind.

    An owner or a deadline can be “none”, an end of a deadline open: “2024-04-01/..”.
    """
    _judge(context, "correct", statement, field, value, **remark)


@review.command()
@click.argument("statement")
@click.argument("value", metavar="STATUS")
@click.option("--evidence", metavar="URL", help="Where that can be read.")
@_judging
def status(context: click.Context, statement: str, value: str, evidence: str | None, **remark: str | None) -> None:
    """Commitment STATEMENT was “delivered”, “partly delivered”, “not delivered”, “withdrawn”, or “cannot be told”."""
    _judge(context, "status", statement, value, evidence=evidence, **remark)


@review.command()
@click.argument("statement")
@click.argument("field", required=False)
@_judging
def withdraw(context: click.Context, statement: str, field: str | None, **remark: str | None) -> None:
    """What reviewers said of STATEMENT no longer counts: of FIELD, “verdict” or “status”, or (none given) at all."""
    _judge(context, "withdraw", statement, field, **remark)


@review.command()
@click.argument("document")
@click.argument("field", type=click.Choice(("date", "publisher")))
@click.argument("value")
@_judging
def correct_document(context: click.Context, document: str, field: str, value: str, **remark: str | None) -> None:
    """The date (2025-03-31, 2025-03 or 2025) or publisher of DOCUMENT is VALUE."""
    _judge(context, "correct_document", document, field, value, **remark)


@review.command()
@click.argument("document")
@click.argument("field", type=click.Choice(("date", "publisher")), required=False)
@_judging
def withdraw_document(context: click.Context, document: str, field: str | None, **remark: str | None) -> None:
    """What reviewers said of DOCUMENT no longer counts: of FIELD, or (none given) at all."""
    _judge(context, "withdraw_document", document, field, **remark)


def _judge(
    context: click.Context, action: str, *names: str | None, note: str | None, reviewer: str | None, **more: str | None
) -> None:
    """Write a judgement down, link again and print what that changed."""
    from extractor.relinking import relink
    from extractor.store import judgements, reviews
    from extractor.store.lock import alone
    from extractor.store.schema import open_database

    settings: Settings = context.obj
    database: Path = context.meta["database"]
    with closing(open_database(database, create=False)) as db, alone(database):
        before, fields = judgements.state(db), reviews.fields(db)
        speak = getattr(reviews if action in reviews.VERBS else judgements, action)
        speak(db, *names, remark=judgements.Remark(note, reviewer), **more)
        statements, links, threads = relink(db, settings=settings)
        changes = [
            *judgements.differences(before, judgements.state(db)),
            *(
                f"{name}: {fields.get(name) or 'none'} → {now or 'none'}"
                for name, now in reviews.fields(db).items()
                if fields.get(name) != now
            ),
        ]
    for line in changes[:LINES]:
        click.echo(line)
    if len(changes) > LINES:
        click.echo(f"and {len(changes) - LINES} changes more")
    say(f"{len(changes)} changes; {statements} statements, {links} links, {threads} threads")

"""The commands that make, serve, export and clear a database."""

import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import click

from extractor.cli.terminal import DATABASE, FILE, REJECTED, say, writable
from extractor.settings import Settings

FORMATS = ("jsonl", "csv", "graphml", "gexf", "json", "ics", "atom", "reviews")


@click.command()
@click.argument("paths", nargs=-1, required=True, type=FILE)
@click.option(
    "--db", "database", type=DATABASE, default=Path("commitments.db"), show_default=True, help="Database to write."
)
@click.option(
    "--workers", type=click.IntRange(min=1), help="Processes to work in (default: what the number of documents repays)."
)
@click.option("--dask", metavar="ADDRESS", help="Work on this Dask cluster (extra “cluster”).")
@click.option("--force", is_flag=True, help="Read unchanged documents again.")
@click.pass_obj
def run(
    settings: Settings, paths: Sequence[Path], database: Path, workers: int | None, dask: str | None, force: bool
) -> None:
    """Read documents (files or folders) into a database and link what they say."""
    from extractor import pipeline

    report = pipeline.run(
        paths,
        database=database,
        settings=settings,
        workers=workers,
        dask=dask,
        force=force,
        progress=lambda event, name: say(f"{event:10} {name}"),
    )
    for given_way in report.superseded:
        say(f"superseded: {given_way.name}: of the files of this document, {given_way.kept} is kept")
    for rejection in report.rejected:
        say(f"rejected: {rejection.name}: {rejection.reason}: {rejection.detail}")
    say(
        f"{database}: {len(report.stored)} stored, {len(report.unchanged)} unchanged, "
        f"{len(report.superseded)} superseded, {len(report.rejected)} rejected; "
        f"{report.statements} statements, {report.links} links, {report.threads} threads"
    )
    if report.rejected:
        sys.exit(REJECTED)


@click.command()
@click.argument("database", type=DATABASE, default=Path("commitments.db"))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True)
@click.option("--reviewer", is_flag=True, help="Let one person sign in and review, by a link that is good once.")
@click.option("--name", default="", metavar="NAME", help="Who is expected to sign in; can be changed there.")
@click.pass_obj
def serve(settings: Settings, database: Path, host: str, port: int, reviewer: bool, name: str) -> None:
    """Serve a database as web pages; with --reviewer print a link for signing in."""
    from extractor.web.desk import Desk
    from extractor.web.server import serve as serve_pages
    from extractor.web.signing import LINK_SECONDS, Door

    if name and not reviewer:
        raise click.UsageError("--name says who signs in: --reviewer is needed")

    def ready(address: str, link: str | None) -> None:
        say(f"{address}  (Ctrl-C ends)")
        if link:
            say(f"sign in within {LINK_SECONDS // 60} minutes, once: {link}")

    desk = Desk(database, settings, Door(name)) if reviewer else None
    serve_pages(database, host=host, port=port, desk=desk, settings=settings, ready=ready)


@click.command()
@click.argument("database", type=DATABASE)
@click.option("--format", "style", type=click.Choice(FORMATS), required=True)
@click.option("-o", "--output", type=DATABASE, help="File to write (default: standard output).")
def export(database: Path, style: str, output: Path | None) -> None:
    """Write the whole database in another format."""
    from extractor.store.export import export as write
    from extractor.store.schema import open_database

    if output is not None:
        writable(output)
    with closing(open_database(database, create=False)) as db:
        if output is None:
            for part in write(db, style):
                click.echo(part, nl=False)
        else:
            with output.open("w", encoding="utf-8", newline="") as stream:
                stream.writelines(write(db, style))


@click.command()
@click.argument("document")
@click.option("--db", "database", type=DATABASE, default=Path("commitments.db"), show_default=True)
@click.pass_obj
def remove(settings: Settings, document: str, database: Path) -> None:
    """Take a document (its id or name) and all that hangs on it out of a database."""
    from extractor import pipeline

    say(f"removed {pipeline.remove(document, database=database, settings=settings)}")

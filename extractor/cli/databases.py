"""The commands that make, describe, serve, export and clear a database."""

import json
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

import click

from extractor.cli.running import progress
from extractor.cli.terminal import DATABASE, FILE, REJECTED, say, tell_rejections, writable
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
@click.option(
    "--timeout", type=click.IntRange(min=1), metavar="SECONDS", help="Time for one document (setting document_seconds)."
)
@click.option("--json", "as_json", is_flag=True, help="Tell each step as a JSON object on standard output.")
@click.pass_obj
def run(
    settings: Settings,
    paths: Sequence[Path],
    database: Path,
    workers: int | None,
    dask: str | None,
    force: bool,
    timeout: int | None,
    as_json: bool,
) -> None:
    """Read documents (files or folders) into a database and link what they say."""
    from extractor import pipeline

    if timeout is not None:
        settings = replace(settings, document_seconds=timeout)
    with progress(as_json=as_json) as tell:
        report = pipeline.run(
            paths, database=database, settings=settings, workers=workers, dask=dask, force=force, progress=tell
        )
    for given_way in report.superseded:
        say(f"superseded: {given_way.name}: of the files of this document, {given_way.kept} is kept")
    tell_rejections(report)
    say(
        f"{database}: {len(report.stored)} stored, {len(report.unchanged)} unchanged, "
        f"{len(report.superseded)} superseded, {len(report.rejected)} rejected; "
        f"{report.statements} statements, {report.links} links, {report.threads} threads"
    )
    if report.rejected:
        sys.exit(REJECTED)


@click.command()
@click.argument("database", type=DATABASE, default=Path("commitments.db"))
@click.option("--json", "as_json", is_flag=True, help="As a JSON object.")
@click.pass_obj
def status(settings: Settings, database: Path, as_json: bool) -> None:
    """Tell what is in a database, what its last run did, and what would be read anew."""
    from extractor.cli.telling import status_lines
    from extractor.settings import __version__, models_digest
    from extractor.store.schema import open_database
    from extractor.store.status import status as status_of

    with closing(open_database(database, create=False)) as db:
        found = status_of(db, version=__version__, settings=settings.digest(), models=models_digest(settings.encoder))
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False))
    else:
        click.echo("\n".join(status_lines(found)))


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

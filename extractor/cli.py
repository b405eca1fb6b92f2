"""The command line: the only place that prints, and where errors become one line and an exit status.

Exit status: 0 done; 1 some documents were rejected; 2 wrong usage; 130 interrupted.
"""

import json
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import click

from extractor.errors import ExtractorError, Rejected, WrongUsage
from extractor.settings import Settings, __version__, load_settings, shipped

REJECTED, WRONG, INTERRUPTED = 1, 2, 130

_FILE = click.Path(path_type=Path)
_DATABASE = click.Path(path_type=Path, dir_okay=False)


class Commands(click.Group):
    """The commands, any of which ends in peace where the reader of its output (head, less) has seen enough."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # What is still buffered must go somewhere: https://docs.python.org/3/library/signal.html#note-on-sigpipe
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="extractor")
@click.option(
    "--settings", "settings_file", type=_FILE, help="TOML file that overrides settings and adds lexicon files."
)
@click.pass_context
def cli(context: click.Context, settings_file: Path | None) -> None:
    """Find who promised what, by when and how much, in policy documents; trace it through the years."""
    context.obj = load_settings(settings_file)


@cli.command()
@click.argument("paths", nargs=-1, required=True, type=_FILE)
@click.option(
    "--db", "database", type=_DATABASE, default=Path("commitments.db"), show_default=True, help="Database to write."
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


@cli.command()
@click.argument("database", type=_DATABASE, default=Path("commitments.db"))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True)
def serve(database: Path, host: str, port: int) -> None:
    """Serve a database as web pages."""
    from extractor.web.server import serve as serve_pages

    say(f"http://{host}:{port}/  (Ctrl-C ends)")
    serve_pages(database, host=host, port=port)


@cli.command()
@click.argument("paths", nargs=-1, required=True, type=_FILE)
@click.option("--format", "style", type=click.Choice(["table", "jsonl"]), default="table", show_default=True)
@click.option("--published", metavar="DATE", help="Day (or month) of publication, beats every other source.")
@click.pass_obj
def extract(settings: Settings, paths: Sequence[Path], style: str, published: str | None) -> None:
    """Print the statements of documents without storing them."""
    from extractor import pipeline
    from extractor.ingest import shown_name
    from extractor.present import statement_object, statement_table

    overrides = {"published": published} if published else None
    rejected = 0
    for path in pipeline.gather(paths):
        try:
            analysis = pipeline.analyse_file(path, settings=settings, overrides=overrides)
        except Rejected as refusal:
            rejected += 1
            say(f"rejected: {shown_name(path)}: {refusal}")
            continue
        if style == "jsonl":
            for statement in analysis.statements:
                click.echo(json.dumps(statement_object(analysis.document, statement), ensure_ascii=False))
        else:
            click.echo(statement_table(analysis))
    if rejected:
        sys.exit(REJECTED)


@cli.command()
@click.argument("file", type=_FILE)
@click.pass_obj
def text(settings: Settings, file: Path) -> None:
    """Print a document's canonical text, into which every offset points."""
    from extractor.ingest import read

    with naming(file):
        click.echo(read(existing(file), settings=settings).text, nl=False)


@cli.command()
@click.argument("file", type=_FILE)
@click.option("--images", "folder", type=_FILE, help="Write page images with every passage boxed into this folder.")
@click.option("--page", "pages", type=click.IntRange(min=1), multiple=True, help="Draw this page only (repeatable).")
@click.pass_obj
def show(settings: Settings, file: Path, folder: Path | None, pages: Sequence[int]) -> None:
    """Print how a document is read: metadata, outline, passages with their lead-ins; draw its pages."""
    from extractor.ingest import load, read_source
    from extractor.present import page_images, reading_report
    from extractor.segment import segment

    if pages and folder is None:
        raise WrongUsage("--page says which page images to write: --images FOLDER is needed")
    with naming(file):
        source = load(existing(file), settings=settings)
        document = read_source(source, settings=settings)
    passages = segment(document)
    click.echo(reading_report(document, passages))
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        for number, image in page_images(source.raw, document, passages, pages):
            target = folder / f"{file.stem}-{number:04}.png"
            image.save(target)
            say(f"wrote {target}")


@cli.command()
@click.argument("file", type=_FILE)
def dates(file: Path) -> None:
    """Resolve deadlines: lines of {"published", "text"} become {"phrase", "start", "end", "rule", "reason"}

    All null where there is no deadline, but for the reason why a date that the text names is none.
    """
    from extractor.present import check_sentence, date_object

    for row in read_lines(file, ("published", "text"), lambda row: check_sentence(row, days=("published",))):
        click.echo(json.dumps(date_object(row["text"], row["published"]), ensure_ascii=False))


@cli.command()
@click.argument("file", type=_FILE)
@click.pass_obj
def relate(settings: Settings, file: Path) -> None:
    """Relate pairs: lines of {"a", "b"} become {"relation", "score", "reasons"}."""
    from extractor.relating import check_side, relate_pairs

    def check_pair(row: dict[str, Any]) -> None:
        for name in ("a", "b"):
            if not isinstance(row[name], dict):
                raise WrongUsage(f"“{name}” must be an object")
            check_side(row[name])

    rows = read_lines(file, ("a", "b"), check_pair)
    for link in relate_pairs([(row["a"], row["b"]) for row in rows], settings=settings):
        reasons = [*(f"{reason.rule} {reason.score:+.2f}: {reason.detail}" for reason in link.reasons), *link.changes]
        click.echo(json.dumps({"relation": link.relation, "score": link.score, "reasons": reasons}, ensure_ascii=False))


@cli.command()
@click.argument("gold", nargs=-1, required=True, type=_FILE)
@click.option("--errors", is_flag=True, help="List every miss.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
@click.option("--markdown", is_flag=True, help="Print the figures as the README's accuracy table.")
@click.option(
    "--record",
    type=_DATABASE,
    help="Also write the figures to this file, for the page on method (models/accuracy.json).",
)
@click.pass_obj
def evaluate(
    settings: Settings, gold: Sequence[Path], errors: bool, as_json: bool, markdown: bool, record: Path | None
) -> None:
    """Hold the product against folders of hand-labelled documents."""
    from extractor import pipeline
    from extractor.evaluate import accuracy_rows, accuracy_table, load_gold
    from extractor.evaluate import evaluate as score
    from extractor.records import Analysis

    def analyse(file: Path) -> Analysis:
        with naming(file):
            return pipeline.analyse_file(file, settings=settings)

    if record:
        writable(record)
    sets = {name: load_gold(folder) for name, folder in set_names(gold).items()}
    boards = {name: score((truth, analyse(path)) for path, truth in found) for name, found in sets.items()}
    rows = [row for name, board in boards.items() for row in accuracy_rows(name, board)]
    if record:
        record.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    if as_json:
        figures = {name: board.figures() for name, board in boards.items()}
        click.echo(json.dumps(figures if len(figures) > 1 else next(iter(figures.values()))))
        return
    if markdown:
        click.echo(accuracy_table(rows))
        return
    for name, board in boards.items():
        if errors:
            click.echo("\n".join(board.errors))
        for figure, row in board.figures().items():
            click.echo(f"{name:10} {figure:15} " + "  ".join(f"{key} {value}" for key, value in row.items()))


@cli.command()
@click.argument("database", type=_DATABASE)
@click.option("--format", "style", type=click.Choice(["jsonl", "csv", "graphml", "gexf", "ics", "atom"]), required=True)
@click.option("-o", "--output", type=_DATABASE, help="File to write (default: standard output).")
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


@cli.command()
@click.argument("document")
@click.option("--db", "database", type=_DATABASE, default=Path("commitments.db"), show_default=True)
@click.pass_obj
def remove(settings: Settings, document: str, database: Path) -> None:
    """Take a document (its id or name) and all that hangs on it out of a database."""
    from extractor import pipeline

    say(f"removed {pipeline.remove(document, database=database, settings=settings)}")


@cli.command()
@click.argument("sources", type=_FILE, required=False)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), default=Path("downloads"), show_default=True
)
def fetch(sources: Path | None, output: Path) -> None:
    """Download the public documents that a list of sources names (the one command that uses the network)."""
    from extractor.fetch import fetch_sources

    failed = 0
    for outcome in fetch_sources(existing(sources) if sources else shipped_sources(), output):
        failed += outcome.failed
        say(f"{outcome.what:9} {outcome.name}: {outcome.detail}")
    if failed:
        sys.exit(REJECTED)


@cli.command()
@click.argument("name", type=click.Choice(["syntax", "names", "statements", "fields", "rarity", "relation"]))
@click.option("--data", type=_FILE, multiple=True, help="Further training data (may be given several times).")
@click.option("-o", "--output", type=_FILE, help="Folder to write (default: the project's models/NAME).")
@click.pass_obj
def train(settings: Settings, name: str, data: Sequence[Path], output: Path | None) -> None:
    """Rebuild a part of models/."""
    from extractor.train import train as rebuild

    figures = rebuild(name, [existing(path) for path in data], output, settings=settings, tell=say)
    click.echo(json.dumps(figures, indent=1))


def say(line: str) -> None:
    """Tell the person at the terminal something that is not output."""
    click.echo(line, err=True)


def existing(path: Path) -> Path:
    """The path itself; raises WrongUsage where nothing is there."""
    if not path.exists():
        raise WrongUsage(f"no such file or folder: {path}")
    return path


def shipped_sources() -> Path:
    """The list of sources that the project ships: inside a wheel, or in corpus/ of a checkout."""
    inside = shipped("sources.toml")
    return inside if inside.exists() else shipped("corpus/sources.toml")


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


def set_names(folders: Sequence[Path]) -> dict[str, Path]:
    """Each folder by its name, with as much of its path as tells it from the others; one given twice counts once."""
    paths = {existing(folder).resolve(): folder for folder in folders}
    names: dict[str, Path] = {}
    for path, folder in paths.items():
        tails = (path.parts[-depth:] for depth in range(1, len(path.parts) + 1))
        unlike = (tail for tail in tails if sum(other.parts[-len(tail) :] == tail for other in paths) == 1)
        names[Path(*next(unlike)).as_posix()] = folder
    return names


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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    try:
        cli.main(args=arguments, prog_name="extractor", standalone_mode=False)
    except (click.Abort, KeyboardInterrupt):
        say("interrupted; what was finished is stored")
        return INTERRUPTED
    except click.ClickException as problem:
        problem.show()
        return WRONG
    except Rejected as refusal:
        say(f"rejected: {refusal}")
        return REJECTED
    except (ExtractorError, OSError, sqlite3.OperationalError) as problem:
        say(f"error: {problem}")
        return WRONG
    except SystemExit as leaving:
        return int(leaving.code or 0)
    return 0

"""The commands that read documents, sentences or pairs and print what is found, storing nothing."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from extractor.cli.terminal import FILE, REJECTED, existing, naming, read_lines, say
from extractor.errors import Rejected, WrongUsage
from extractor.settings import Settings


@click.command()
@click.argument("paths", nargs=-1, required=True, type=FILE)
@click.option("--format", "style", type=click.Choice(["table", "jsonl"]), default="table", show_default=True)
@click.option("--published", metavar="DATE", help="Day (or month) of publication, beats every other source.")
@click.pass_obj
def extract(settings: Settings, paths: Sequence[Path], style: str, published: str | None) -> None:
    """Print the statements of documents without storing them."""
    from extractor import pipeline
    from extractor.ingest import shown_name
    from extractor.ingest.folders import gather
    from extractor.present import statement_object, statement_table

    overrides = {"published": published} if published else None
    rejected = 0
    for path in gather(paths):
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


@click.command()
@click.argument("file", type=FILE)
@click.pass_obj
def text(settings: Settings, file: Path) -> None:
    """Print a document's canonical text, into which every offset points."""
    from extractor.ingest import read

    with naming(file):
        click.echo(read(existing(file), settings=settings).text, nl=False)


@click.command()
@click.argument("file", type=FILE)
@click.option("--images", "folder", type=FILE, help="Write page images with every passage boxed into this folder.")
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


@click.command()
@click.argument("file", type=FILE)
def dates(file: Path) -> None:
    """Resolve deadlines: lines of {"published", "text"} become {"phrase", "start", "end", "rule", "reason"}

    All null where there is no deadline, but for the reason why a date that the text names is none.
    """
    from extractor.present import check_sentence, date_object

    for row in read_lines(file, ("published", "text"), lambda row: check_sentence(row, days=("published",))):
        click.echo(json.dumps(date_object(row["text"], row["published"]), ensure_ascii=False))


@click.command()
@click.argument("file", type=FILE)
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

"""The commands of those who work on the product: fetch documents, train its parts, hold it against labels."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from extractor.cli.terminal import DATABASE, FILE, REJECTED, existing, naming, say, writable
from extractor.settings import Settings, shipped
from extractor.train import PARTS


@click.command()
@click.argument("gold", nargs=-1, required=True, type=FILE)
@click.option("--errors", is_flag=True, help="List every miss.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
@click.option("--markdown", is_flag=True, help="Print the figures as the README's accuracy table.")
@click.option(
    "--record",
    type=DATABASE,
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


@click.command()
@click.argument("sources", type=FILE, required=False)
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


@click.command()
@click.argument("name", type=click.Choice(PARTS))
@click.option("--data", type=FILE, multiple=True, help="Further training data (may be given several times).")
@click.option("-o", "--output", type=FILE, help="Folder to write (default: the project's models/NAME).")
@click.pass_obj
def train(settings: Settings, name: str, data: Sequence[Path], output: Path | None) -> None:
    """Rebuild a part of models/."""
    from extractor.train import train as rebuild

    figures = rebuild(name, [existing(path) for path in data], output, settings=settings, tell=say)
    click.echo(json.dumps(figures, indent=1))


def shipped_sources() -> Path:
    """The list of sources that the project ships: inside a wheel, or in corpus/ of a checkout."""
    inside = shipped("sources.toml")
    return inside if inside.exists() else shipped("corpus/sources.toml")


def set_names(folders: Sequence[Path]) -> dict[str, Path]:
    """Each folder by its name, with as much of its path as tells it from the others; one given twice counts once."""
    paths = {existing(folder).resolve(): folder for folder in folders}
    names: dict[str, Path] = {}
    for path, folder in paths.items():
        tails = (path.parts[-depth:] for depth in range(1, len(path.parts) + 1))
        unlike = (tail for tail in tails if sum(other.parts[-len(tail) :] == tail for other in paths) == 1)
        names[Path(*next(unlike)).as_posix()] = folder
    return names

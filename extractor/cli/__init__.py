"""The command line: the only place that prints, and where errors become one line and an exit status.

Exit status: 0 done; 1 some documents were rejected; 2 wrong usage; 130 interrupted.
"""

import os
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from extractor.cli.databases import export, remove, run, serve, status
from extractor.cli.documents import dates, extract, relate, show, text
from extractor.cli.making import evaluate, fetch, shipped_sources, train
from extractor.cli.review import review
from extractor.cli.terminal import FILE, INTERRUPTED, REJECTED, WRONG, say
from extractor.cli.watching import watch
from extractor.errors import ExtractorError, Rejected
from extractor.settings import __version__, load_settings

__all__ = ["cli", "main", "shipped_sources"]


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
    "--settings", "settings_file", type=FILE, help="TOML file that overrides settings and adds lexicon files."
)
@click.pass_context
def cli(context: click.Context, settings_file: Path | None) -> None:
    """Find who promised what, by when and how much, in policy documents; trace it through the years."""
    context.obj = load_settings(settings_file)


for command in (run, watch, status, serve, export, remove, review, extract, text, show, dates, relate):
    cli.add_command(command)
for command in (evaluate, fetch, train):
    cli.add_command(command)


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

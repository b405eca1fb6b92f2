"""The README: its commands exist, its options exist, nothing is missing, and what can be run here runs."""

import json
import re
import shlex
from pathlib import Path

import click
import pytest

from extractor.cli import cli
from extractor.evaluate import accuracy_table
from extractor.train import PARTS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHELL = "\n".join(re.findall(r"```sh\n(.*?)```", README, re.DOTALL))
COMMANDS = [shlex.split(line, comments=True) for line in SHELL.splitlines() if line.startswith("extractor ")]
TARGETS = set(re.findall(r"\bmake ([a-z-]+)", README))


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_of_the_readme_is_understood(words: list[str]) -> None:
    # Parsing alone: the files of the examples are the reader's own.
    arguments = words[1:]
    group = (
        cli.make_context("extractor", list(arguments))
        if arguments[0] != "--settings"
        else cli.make_context("extractor", arguments[2:])
    )
    name, command, rest = cli.resolve_command(group, [*group._protected_args, *group.args])
    assert command is not None
    assert name is not None
    command.make_context(name, rest, parent=group)


def test_every_command_and_option_is_in_the_readme() -> None:
    for name, command in cli.commands.items():
        assert re.search(rf"extractor {name}\b", README), name
        for option in (p for p in command.params if isinstance(p, click.Option)):
            assert any(re.search(rf"{re.escape(spelling)}\b", README) for spelling in option.opts), (
                f"{name} {option.opts}"
            )


@pytest.mark.parametrize("card", sorted(ROOT.glob("models/*/README.md")), ids=lambda card: card.parent.name)
def test_the_rebuilding_that_a_model_card_tells_of_is_a_command(card: Path) -> None:
    named = re.findall(r"extractor train (\w+)", card.read_text(encoding="utf-8"))
    assert named, "every card says how its model is made"
    assert set(named) <= set(PARTS)


def test_every_make_target_of_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert {"run", "test", "setup", "db", "serve", "lint"} <= TARGETS
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in TARGETS)


def test_the_python_example_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(compile(example, "README.md", "exec"), {})
    assert "commitment" in capsys.readouterr().out


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:extractor|corpus|models|tests)/[\w./-]*)`", README))))
def test_every_path_in_the_readme_exists(path: str) -> None:
    assert (ROOT / path).exists()


def test_the_accuracy_table_is_the_recorded_one() -> None:
    rows = json.loads((ROOT / "models" / "accuracy.json").read_text(encoding="utf-8"))
    (table,) = re.findall(r"<!-- accuracy -->\n(.*?)\n<!-- /accuracy -->", README, re.DOTALL)
    assert table == accuracy_table(rows), (
        "paste the table that extractor.evaluate.accuracy_table makes of models/accuracy.json"
    )

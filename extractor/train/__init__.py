"""Everything in models/ is rebuilt from here."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from extractor.errors import WrongUsage
from extractor.settings import PACKAGE, Settings

LABELS = PACKAGE.parent / "corpus" / "labels"


def train(
    name: str, data: Sequence[Path], output: Path, *, settings: Settings, tell: Callable[[str], None]
) -> dict[str, Any]:
    """Rebuild the part of models/ called `name` into the folder `output`; returns its figures.

    `data` adds to what the project ships: folders of labels for "statements", files of pairs for "relation"; "syntax"
    needs the folder of a Universal Dependencies treebank. Raises WrongUsage for an unknown name or missing data.
    """
    output.mkdir(parents=True, exist_ok=True)
    if name == "syntax":
        if len(data) != 1:
            raise WrongUsage("train syntax needs --data with the folder of a Universal Dependencies treebank")
        from extractor.train.syntax import train_syntax

        return dict(train_syntax(data[0], output))
    if name == "statements":
        from extractor.encoder import encoder_folder
        from extractor.train.labels import load_examples
        from extractor.train.statements import train_statements

        return train_statements(encoder_folder(settings), load_examples([LABELS, *data]), output, tell=tell)
    if name == "relation":
        from extractor.train.relation import train_relation

        return train_relation(LABELS.parent, output, settings=settings, pairs=data, tell=tell)
    raise WrongUsage(f"no part of models/ is called {name!r}")

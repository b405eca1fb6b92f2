"""Everything in models/ is rebuilt from here."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from extractor.errors import WrongUsage
from extractor.settings import PACKAGE, Settings, shipped

LABELS = PACKAGE.parent / "corpus" / "labels"
PARTS = ("syntax", "names", "statements", "fields", "rarity", "pairs", "relation")


def train(
    name: str, data: Sequence[Path], output: Path | None, *, settings: Settings, tell: Callable[[str], None]
) -> dict[str, Any]:
    """Rebuild the part of models/ called `name` into the folder `output` (None: where it is shipped).

    `data` adds to what the project ships: folders of labels for "statements" and "fields", files of pairs for "pairs"
    and "relation". "rarity" takes none; "syntax" needs the folder of a Universal Dependencies treebank, "names" that of
    Universal NER with CrossNER's politics in it. Raises WrongUsage for an unknown name and for missing data. Returns
    the figures of what was made.
    """
    # How rare words are is part of what links are weighed with.
    output = output or shipped("models") / ("relation" if name == "rarity" else name)
    output.mkdir(parents=True, exist_ok=True)
    if name == "syntax":
        if len(data) != 1:
            raise WrongUsage("train syntax needs --data with the folder of a Universal Dependencies treebank")
        from extractor.train.syntax import train_syntax

        return dict(train_syntax(data[0], output))
    if name == "names":
        if len(data) != 1:
            raise WrongUsage("train names needs --data with the folder of Universal NER and CrossNER politics")
        from extractor.train.names import train_names

        return dict(train_names(data[0], LABELS, output))
    if name == "statements":
        from extractor.encoder import pinned_encoder
        from extractor.train.labels import load_examples
        from extractor.train.statements import train_statements

        return train_statements(pinned_encoder(), load_examples([LABELS, *data]), output, tell=tell)
    if name == "fields":
        from extractor.train.fields import train_fields

        return train_fields([LABELS, *data], output, settings=settings)
    if name == "rarity":
        from extractor.train.relation import train_rarity

        return train_rarity(LABELS.parent, output)
    if name == "pairs":
        from extractor.encoder import pinned_encoder
        from extractor.train.pairs import train_pairs

        return train_pairs(pinned_encoder(), [*sorted((LABELS / "links").glob("*.jsonl")), *data], output, tell=tell)
    if name == "relation":
        from extractor.train.relation import train_relation

        return train_relation(LABELS.parent, output, settings=settings, pairs=data, tell=tell)
    raise WrongUsage(f"no part of models/ is called {name!r}")

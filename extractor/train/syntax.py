"""Train the syntax pipeline (tagger, dependency parser, lemmatiser) on the UD English Web Treebank."""

import gzip
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import spacy
from spacy.cli.train import train as spacy_train
from spacy.tokens import Doc, DocBin
from spacy.training import Corpus
from spacy.training.converters.conllu_to_docs import conllu_to_docs

from extractor.errors import WrongUsage

CONFIG = Path(__file__).with_name("syntax.cfg")
# Sentences are grouped so that the parser also learns where one ends: passages may hold a fragment and a sentence.
SENTENCES_A_DOC = 3


def treebank_docs(folder: Path, part: str) -> Iterator[Doc]:
    """Yield gold Docs of one part ("train", "dev" or "test") of a UD treebank folder of `*-ud-PART.conllu[.gz]` files.

    Raises WrongUsage where the folder has no such file.
    """
    files = sorted(folder.glob(f"*-ud-{part}.conllu*"))
    if not files:
        raise WrongUsage(f"{folder}: no *-ud-{part}.conllu file; name the folder of a Universal Dependencies treebank")
    for file in files:
        raw = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        yield from conllu_to_docs(raw.decode("utf-8"), n_sents=SENTENCES_A_DOC, no_print=True)  # type: ignore[no-untyped-call]  # spaCy ships this converter without types


def train_syntax(data: Path, output: Path, *, steps: int | None = None) -> dict[str, float]:
    """Train on `data` (a UD treebank folder), write the pipeline to `output`, and return its figures on the test part.

    `steps` shortens the training (tests use it); None takes the configured number. Figures are shares between 0 and 1.
    """
    with tempfile.TemporaryDirectory() as scratch:
        paths = {}
        for part in ("train", "dev", "test"):
            paths[part] = Path(scratch) / f"{part}.spacy"
            DocBin(docs=treebank_docs(data, part), store_user_data=True).to_disk(paths[part])
        overrides: dict[str, object] = {"paths.train": str(paths["train"]), "paths.dev": str(paths["dev"])}
        if steps is not None:
            overrides |= {"training.max_steps": steps, "training.eval_frequency": steps}
        trained = Path(scratch) / "trained"
        spacy_train(CONFIG, trained, overrides=overrides)
        nlp = spacy.load(trained / "model-best")
        scores = nlp.evaluate(list(Corpus(paths["test"])(nlp)))
    figures = {
        name: round(float(scores[name]), 4) for name in ("tag_acc", "dep_uas", "dep_las", "lemma_acc", "sents_f")
    }
    # The scratch files are gone, and their names would make every rebuild differ.
    nlp.config["paths"].update(train=None, dev=None)
    nlp.meta.update(
        name="policy_syntax",
        version="1",
        description="Tagger, dependency parser and lemmatiser for English policy documents",
        license="CC BY-SA 4.0",
        author="The commitment extractor's authors",
        performance=figures,
    )
    nlp.to_disk(output)
    (output / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return figures

"""Passages → spaCy Docs. The only place that loads a spaCy pipeline."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from extractor.errors import ModelError
from extractor.records import Passage
from extractor.settings import shipped

# A passage without a full stop may run to a whole chapter; its owner and verb stand at its head.
MAX_CHARACTERS = 5_000


@lru_cache(maxsize=1)
def load_syntax() -> Language:
    """The shipped tagger, parser and lemmatiser, with the recogniser that marks persons' names (`doc.ents`, "PERSON").

    A name is marked without a title before it ("Ms", "Cllr"), and initials ("RJ") are none. Raises ModelError where
    models/syntax or models/names is missing or does not load.
    """
    nlp = _load("syntax")
    # First: sentences as the parser sees them must not cut names, and the parser takes no notice of names.
    nlp.add_pipe("ner", source=_load("names"), first=True)
    return nlp


def _load(name: str) -> Language:
    folder = shipped("models") / name
    try:
        return spacy.load(folder)
    except (OSError, ValueError) as problem:
        raise ModelError(f"{name} pipeline {folder}: {problem}") from problem


def parse(passages: Iterable[Passage]) -> Iterator[Doc]:
    """Parse the text of each passage, in order; offsets of the Docs are relative to their passage."""
    yield from load_syntax().pipe((passage.text[:MAX_CHARACTERS] for passage in passages), batch_size=128)

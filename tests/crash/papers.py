"""Made documents that restate each other: small, so that fifty of them take seconds, and of every trouble one."""

import json
from collections.abc import Mapping
from pathlib import Path

from tests.synthetic import synthetic

DOCUMENTS = 50
_A_DOCUMENT = 5
# Of so many an earlier version is there before the run.
EARLIER = 8


def write_papers(folder: Path, *, count: int = DOCUMENTS) -> None:
    """Write `count` documents with sidecars into a folder: text, Markdown and HTML; every tenth has a second file that
    must give way, and one is no text at all.
    """
    folder.mkdir(parents=True, exist_ok=True)
    claims, _ = synthetic(count * _A_DOCUMENT, document=_A_DOCUMENT)
    for number in range(count):
        of = claims[number * _A_DOCUMENT : (number + 1) * _A_DOCUMENT]
        sidecar = {"url": f"https://papers.example/{number}", "published": str(of[0].published), "series": "Papers"}
        _write(folder, number, [claim.text for claim in of], sidecar)
        if number % 10 == 3:
            # The other file of this document comes later by name, so this one is kept.
            _save(folder / f"paper-{number:03}-copy.txt", "Nobody will read this copy by May 2024.\n", sidecar)
    (folder / "noise.txt").write_bytes(bytes(range(256)))


def write_earlier(folder: Path) -> None:
    """Write earlier versions of the first documents of `write_papers` under the same addresses."""
    folder.mkdir(parents=True, exist_ok=True)
    claims, _ = synthetic(EARLIER * _A_DOCUMENT, document=_A_DOCUMENT)
    for number in range(EARLIER):
        of = claims[number * _A_DOCUMENT :][: _A_DOCUMENT - 2]
        sidecar = {"url": f"https://papers.example/{number}", "published": str(of[0].published), "series": "Papers"}
        _write(folder, number, [*(claim.text for claim in of), "The board will close the old mill."], sidecar)


def _write(folder: Path, number: int, sentences: list[str], sidecar: Mapping[str, str]) -> None:
    name = folder / f"paper-{number:03}"
    match number % 3:
        case 0:
            _save(name.with_suffix(".txt"), "\n\n".join(sentences) + "\n", sidecar)
        case 1:
            _save(name.with_suffix(".md"), "# A paper\n\n" + "\n\n".join(sentences) + "\n", sidecar)
        case _:
            body = "".join(f"<p>{sentence}</p>" for sentence in sentences)
            page = f"<!doctype html><html><body><main><h1>A paper</h1>{body}</main></body></html>"
            _save(name.with_suffix(".html"), page, sidecar)


def _save(file: Path, text: str, sidecar: Mapping[str, str]) -> None:
    file.write_text(text, encoding="utf-8")
    file.with_suffix(".meta.json").write_text(json.dumps(sidecar), encoding="utf-8")

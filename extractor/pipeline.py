"""The order of the stages, for one document and for a run over many. No stage logic lives here."""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import sqlite_utils

from extractor import find, ids, link
from extractor.errors import Rejected, WrongUsage
from extractor.ingest import Source, load, read, read_source
from extractor.lexicon.organisations import load_register
from extractor.parse import parse
from extractor.records import Analysis, Document, Rejection
from extractor.segment import segment
from extractor.settings import Settings, __version__, models_digest
from extractor.store import writer
from extractor.store.reader import load_claims, load_vectors
from extractor.store.rows import RegisterEntry
from extractor.store.schema import open_database

# What a folder is searched for; a file named on the command line is taken whatever it is called.
ENDINGS = frozenset({".txt", ".md", ".markdown", ".html", ".htm", ".docx", ".pdf"})
# A worker loads the models for some ten seconds, which fewer documents than this do not repay.
WORTH_A_WORKER = 12

Progress = Callable[[str, str], None]


def analyse(document: Document, *, settings: Settings) -> Analysis:
    """One document through segment → decide → parse → describe."""
    passages = segment(document)
    decisions = find.decide(document, passages, settings=settings)
    docs = parse(passages[decision.index] for decision in decisions)
    return Analysis(document, passages, find.describe(document, passages, decisions, docs, settings=settings))


def analyse_file(path: Path, *, settings: Settings, overrides: Mapping[str, str] | None = None) -> Analysis:
    """Read a file and analyse it. Raises Rejected where it cannot be read."""
    return analyse(read(path, settings=settings, overrides=overrides), settings=settings)


def work(source: Source, settings: Settings) -> Analysis | Rejection:
    """What a worker does with a document, which comes by content; what cannot be read goes back as a record."""
    try:
        return analyse(read_source(source, settings=settings), settings=settings)
    except Rejected as refusal:
        return Rejection(source.name, refusal.reason, refusal.detail, ids.content_hash(source.raw))


@dataclass(slots=True)
class Report:
    """What a run did: names of documents, the rejected ones with their reasons, and what the database now holds."""

    stored: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    statements: int = 0
    links: int = 0
    threads: int = 0


def gather(paths: Sequence[Path]) -> list[Path]:
    """The files that the paths stand for: files as named, folders searched for documents, each file once.

    Raises WrongUsage for a path that does not exist and where there is no document at all, before anything is read.
    """
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise WrongUsage(f"no such file or folder: {', '.join(missing)}")
    found: dict[Path, Path] = {}
    for path in paths:
        for file in sorted(_documents_in(path)) if path.is_dir() else [path]:
            found.setdefault(file.resolve(), file)
    if not found:
        raise WrongUsage(f"no documents in {', '.join(map(str, paths))} (looked for {', '.join(sorted(ENDINGS))})")
    return list(found.values())


def _documents_in(folder: Path) -> Iterator[Path]:
    # Links to folders are not followed: two that point at each other would never end.
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (
            Path(root) / name for name in names if Path(name).suffix.lower() in ENDINGS and not name.startswith(".")
        )


def run(
    paths: Sequence[Path],
    *,
    database: Path,
    settings: Settings,
    workers: int | None = None,
    dask: str | None = None,
    force: bool = False,
    progress: Progress = lambda event, name: None,
) -> Report:
    """Take documents through every stage into the database, then link everything in it.

    One transaction a document: what was finished is stored, whatever happens to the rest. A document whose bytes,
    sidecar, models and settings are those of the stored one is left alone unless `force`. `progress` hears of each
    document ("stored", "unchanged" or "rejected", and its name). Raises WrongUsage as `gather`, and where the database
    is not ours.
    """
    files = gather(paths)
    register = register_entries(settings)
    digests = {"version": __version__, "settings": settings.digest(), "models": models_digest()}
    db = open_database(database, create=True)
    try:
        report = Report()
        run_id = writer.start_run(db, **digests)
        known = set() if force else set(writer.known(db))

        def changed() -> Iterator[Source]:
            for source in _sources(files, settings, report, progress):
                mark = writer.fingerprint(ids.content_hash(source.raw), **digests, metadata=_metadata_digest(source))
                if mark in known:
                    report.unchanged.append(source.name)
                    progress("unchanged", source.name)
                else:
                    yield source

        with _executor(workers, dask, len(files)) as executor:
            for source, result in _results(changed(), settings, executor):
                if isinstance(result, Rejection):
                    report.rejected.append(result)
                else:
                    writer.save_analysis(db, result, run_id, register=register, metadata=_metadata_digest(source))
                    report.stored.append(source.name)
                progress("rejected" if isinstance(result, Rejection) else "stored", source.name)
        for rejection in report.rejected:
            writer.save_rejection(db, rejection, run_id)
        report.statements, report.links, report.threads = relink(db, settings=settings)
        writer.finish_run(db, run_id, unchanged=len(report.unchanged))
        return report
    finally:
        db.close()


def _sources(files: Iterable[Path], settings: Settings, report: Report, progress: Progress) -> Iterator[Source]:
    for file in files:
        try:
            yield load(file, settings=settings)
        except Rejected as refusal:
            report.rejected.append(Rejection(file.name, refusal.reason, refusal.detail))
            progress("rejected", file.name)


def _metadata_digest(source: Source) -> str:
    return ids.short_id("sidecar", json.dumps(dict(source.sidecar), sort_keys=True)) if source.sidecar else ""


def register_entries(settings: Settings) -> dict[str, RegisterEntry]:
    """What the register knows, by id, as the store keeps it."""
    return {
        body.slug: RegisterEntry(
            id=body.slug,
            name=body.name,
            kind=body.kind,
            valid_from=body.valid_from,
            valid_to=body.valid_to,
            successor_id=body.successors[0] if body.successors else None,
            ods_code=body.ods_code,
        )
        for body in load_register(settings.lexicon_files).organisations.values()
    }


@contextmanager
def _executor(workers: int | None, dask: str | None, documents: int) -> Iterator[Executor | None]:
    """Where the work is done: a Dask cluster, local processes, or (None) this process, for a few documents."""
    if dask is not None:
        try:
            from distributed import Client
        except ImportError as problem:
            raise WrongUsage(
                "--dask needs the extra “cluster”: pip install 'commitment-extractor[cluster]'"
            ) from problem
        with Client(dask) as client:
            yield client.get_executor()
        return
    count = workers or min(os.cpu_count() or 1, documents // WORTH_A_WORKER)
    if count <= 1:
        yield None
        return
    # A forked copy of a process that has torch's threads can hang: https://github.com/pytorch/pytorch/issues/17199
    with ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_one_thread) as executor:
        yield executor


def _one_thread() -> None:
    # Each worker has a core to itself; threads on top of that only take turns.
    import torch

    torch.set_num_threads(1)


def _results(
    sources: Iterator[Source], settings: Settings, executor: Executor | None
) -> Iterator[tuple[Source, Analysis | Rejection]]:
    if executor is None:
        for source in sources:
            yield source, work(source, settings)
        return
    waiting = {executor.submit(work, source, settings): source for source in sources}
    for done in as_completed(waiting):
        yield waiting.pop(done), done.result()


def relink(db: sqlite_utils.Database, *, settings: Settings) -> tuple[int, int, int]:
    """Link all statements in the database, encoding only those without a kept vector.

    Returns how many statements, links and threads there now are.
    """
    claims = link.in_order(load_claims(db))
    vectors = load_vectors(db)
    fresh = [claim for claim in claims if claim.id not in vectors]
    if fresh:
        encoded = dict(
            zip(
                (claim.id for claim in fresh),
                link.encode([claim.text for claim in fresh], settings=settings),
                strict=True,
            )
        )
        writer.save_vectors(db, encoded)
        vectors |= encoded
    links, threads = link.link_claims(claims, np.array([vectors[claim.id] for claim in claims]), settings=settings)
    writer.save_links(db, links, threads)
    return len(claims), len(links), len(threads)


def remove(document: str, *, database: Path, settings: Settings) -> str:
    """Take a document (its id or name) and all that hangs on it out of the database, and link the rest anew.

    Returns the document's id. Raises WrongUsage where the database is not ours or holds no such document.
    """
    db = open_database(database, create=False)
    try:
        removed = writer.remove_document(db, document)
        relink(db, settings=settings)
        return removed
    finally:
        db.close()

"""The order of the stages, for one document and for a run over many. No stage logic lives here."""

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path

import sqlite_utils

from extractor import find, ids
from extractor.errors import ExtractorError, Rejected, WrongUsage
from extractor.ingest import ENDINGS, Source, load, read, read_source, shown_name
from extractor.lexicon.organisations import load_register
from extractor.parse import parse
from extractor.records import Analysis, Document, Rejection
from extractor.relinking import relink
from extractor.segment import segment
from extractor.settings import Settings, __version__, models_digest
from extractor.store import originals, removal, writer
from extractor.store.rows import RegisterEntry
from extractor.store.schema import open_database
from extractor.workers import cluster, executor, results

Progress = Callable[[str, str], None]


def analyse(document: Document, *, settings: Settings) -> Analysis:
    """One document through segment → decide → parse → describe."""
    passages = segment(document)
    decisions, noted = find.decide(document, passages)
    docs = parse(passages[index] for index in (*(d.index for d in decisions), *(n.index for n in noted)))
    statements = find.describe(document, passages, decisions, islice(docs, len(decisions)), settings=settings)
    return Analysis(document, passages, statements, find.describe_mentions(document, passages, noted, docs))


def analyse_file(path: Path, *, settings: Settings, overrides: Mapping[str, str] | None = None) -> Analysis:
    """Read a file and analyse it. Raises Rejected where it cannot be read."""
    return analyse(read(path, settings=settings, overrides=overrides), settings=settings)


def boxed(analysis: Analysis, raw: bytes) -> Analysis:
    """The analysis of a document with the boxes of its statements, where its format has pages; `raw` is the file."""
    document, found = analysis.document, analysis.statements
    if not document.lines or not found:
        return analysis
    from extractor.ingest.pdf.boxes import boxes_of

    boxes = boxes_of(raw, document, [(statement.start, statement.end) for statement in found])
    return replace(analysis, boxes={s.id: tuple(lines) for s, lines in zip(found, boxes, strict=True)})


def work(source: Source, settings: Settings) -> Analysis | Rejection:
    """What a worker does with a document, which comes by content; what cannot be read goes back as a record.

    So does a document on which our own code fails: one must not stop the others. Raises ModelError, which stops all.
    """
    try:
        return boxed(analyse(read_source(source, settings=settings), settings=settings), source.raw)
    except Rejected as refusal:
        return Rejection(source.name, refusal.reason, refusal.detail, ids.content_hash(source.raw))
    except ExtractorError:
        raise
    except Exception as problem:
        return _internal(source.name, ids.content_hash(source.raw), problem)


def _internal(name: str, sha256: str, problem: BaseException) -> Rejection:
    first = next(iter(str(problem).splitlines()), "")
    return Rejection(name, "internal", f"{type(problem).__name__}: {first[:200]}", sha256)


@dataclass(frozen=True, slots=True)
class Superseded:
    """A file that had to give way to another of the same document, whose name is `kept`."""

    name: str
    kept: str


@dataclass(slots=True)
class Report:
    """What a run did: names of documents, the rejected ones with their reasons, and what the database now holds."""

    stored: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    superseded: list[Superseded] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    statements: int = 0
    links: int = 0
    threads: int = 0


def gather(paths: Sequence[Path]) -> list[Path]:
    """The files that the paths stand for: files as named, folders searched for documents, each file once.

    A folder that cannot be opened stands for itself, so that reading it says why. Raises WrongUsage for a path that
    does not exist and where there is no document at all, before anything is read.
    """
    missing = [str(path) for path in paths if _is_missing(path)]
    if missing:
        raise WrongUsage(f"no such file or folder: {', '.join(missing)}")
    found: dict[str, Path] = {}
    for path in paths:
        for file in sorted(_documents_in(path)):
            # unlike Path.resolve, this takes a link that points at itself
            found.setdefault(os.path.realpath(file), file)
    if not found:
        raise WrongUsage(f"no documents in {', '.join(map(str, paths))} (looked for {', '.join(sorted(ENDINGS))})")
    return list(found.values())


def _is_missing(path: Path) -> bool:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return True
    except OSError:
        # it may be there: whoever opens it will say what is wrong
        return False
    return False


def _documents_in(path: Path) -> Iterator[Path]:
    try:
        is_folder = path.is_dir()
    except OSError:
        is_folder = False
    if not is_folder:
        yield path
        return
    # Links to folders are not followed: two that point at each other would never end.
    closed: list[Path] = []
    for root, folders, names in os.walk(path, onerror=lambda problem: closed.append(Path(problem.filename))):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (
            Path(root) / name for name in names if Path(name).suffix.lower() in ENDINGS and not name.startswith(".")
        )
    yield from closed


@dataclass(frozen=True, slots=True, order=True)
class _Version:
    """A file as one version of its document. Of several given in one run the first in this order is kept, so that
    neither the order of the paths nor that of the workers decides.
    """

    name: str
    sha256: str
    fingerprint: str
    metadata: str


@dataclass(slots=True)
class _Run:
    """A run on its way: the database it writes, what there is to tell, and the version that each document now has."""

    db: sqlite_utils.Database
    id: int
    digests: Mapping[str, str]
    settings: Settings
    progress: Progress
    register: Mapping[str, RegisterEntry]
    report: Report = field(default_factory=Report)
    # By document, the version kept among the files of this run, with the list of the report that names it.
    kept: dict[str, tuple[_Version, list[str]]] = field(default_factory=dict)
    # The other files of this run that are versions of such a document.
    given_way: list[tuple[str, _Version]] = field(default_factory=list)


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

    One transaction a document: what was finished is stored, whatever happens to the rest. A document whose bytes, name,
    sidecar, models and settings are those of the stored one is left alone unless `force`. Of several files of one
    document the first by name, then by content, is kept, and the others are superseded; a stored version whose file is
    not among those given gives way to the one that is. `progress` hears of each document ("stored", "unchanged",
    "superseded" or "rejected", and its name). Raises WrongUsage as `gather`, where the cluster cannot be had, and where
    the database is not ours.
    """
    files = gather(paths)
    register = register_entries(settings)
    digests = {"version": __version__, "settings": settings.digest(), "models": models_digest(settings.encoder)}
    with cluster(dask) as client, closing(open_database(database, create=True)) as db:
        this = _Run(db, writer.start_run(db, **digests), digests, settings, progress, register)
        fresh = files if force else _fresh(this, files)
        with executor(client, workers, len(fresh)) as (pool, window):
            sources = (((version, source.raw), source) for _, version, source in _sources(this, fresh))
            for (version, raw), result in results(sources, partial(work, settings=settings), pool, window):
                if isinstance(result, Exception):
                    result = _internal(version.name, version.sha256, result)
                _settle(this, version, raw, result)
        originals.settle(db, settings=settings)
        report = this.report
        report.superseded = [Superseded(old.name, this.kept[document][0].name) for document, old in this.given_way]
        report.statements, report.links, report.threads = relink(db, settings=settings)
        writer.finish_run(db, this.id, unchanged=len(report.unchanged))
        return report


def _sources(this: _Run, files: Iterable[Path]) -> Iterator[tuple[Path, _Version, Source]]:
    for file in files:
        try:
            source = load(file, settings=this.settings)
        except Rejected as refusal:
            _reject(this, Rejection(shown_name(file), refusal.reason, refusal.detail))
            continue
        sha256 = ids.content_hash(source.raw)
        sidecar = ids.short_id("sidecar", json.dumps(dict(source.sidecar), sort_keys=True)) if source.sidecar else ""
        mark = writer.fingerprint(sha256, source.name, **this.digests, metadata=sidecar)
        yield file, _Version(source.name, sha256, mark, sidecar), source


def _fresh(this: _Run, files: Sequence[Path]) -> list[Path]:
    """The files that must be read; the others are told to be unchanged.

    A file is unchanged where the database holds just it, or another of this run that it has given way to before. This
    is known of all before any is read: what is kept must not depend on which comes first.
    """
    known, superseded = writer.known(this.db), writer.superseded(this.db)
    others: list[tuple[Path, _Version]] = []
    for file, version, source in _sources(this, files):
        if (document := known.get(version.fingerprint)) is None:
            others.append((file, version))
        else:
            # what may be shown of it can have changed though nothing about it has
            originals.keep(this.db, document, source.raw, settings=this.settings)
            this.kept[document] = (version, this.report.unchanged)
            _unchanged(this, version)
    fresh = []
    for file, version in others:
        document = superseded.get(version.fingerprint)
        if document in this.kept and this.kept[document][0] < version:
            _unchanged(this, version)
        else:
            fresh.append(file)
    return fresh


def _unchanged(this: _Run, version: _Version) -> None:
    this.report.unchanged.append(version.name)
    this.progress("unchanged", version.name)


def _reject(this: _Run, rejection: Rejection) -> None:
    writer.save_rejection(this.db, rejection, this.id)
    this.report.rejected.append(rejection)
    this.progress("rejected", rejection.name)


def _settle(this: _Run, version: _Version, raw: bytes, result: Analysis | Rejection) -> None:
    """Store what was made of a file, unless another of this run stands for the same document."""
    if isinstance(result, Rejection):
        _reject(this, result)
        return
    document = result.document.id
    before = this.kept.get(document)
    if before is not None and before[0] <= version:
        loser = version
    else:
        try:
            writer.save_analysis(this.db, result, this.id, register=this.register, metadata=version.metadata)
        except (ValueError, sqlite3.IntegrityError) as problem:
            # Nothing of it was stored, and the next document has nothing to do with it.
            _reject(this, _internal(version.name, version.sha256, problem))
            return
        originals.keep(this.db, document, raw, settings=this.settings)
        this.kept[document] = (version, this.report.stored)
        this.report.stored.append(version.name)
        this.progress("stored", version.name)
        if before is None:
            return
        loser, named_in = before
        named_in.remove(loser.name)
    this.given_way.append((document, loser))
    writer.save_superseded(this.db, document, [old.fingerprint for of, old in this.given_way if of == document])
    this.progress("superseded", loser.name)


def register_entries(settings: Settings) -> dict[str, RegisterEntry]:
    """What the register knows, by id, as the store keeps it."""
    return {
        b.slug: RegisterEntry(
            b.slug, b.name, b.kind, b.valid_from, b.valid_to, next(iter(b.successors), None), b.ods_code
        )
        for b in load_register(settings.lexicon_files).organisations.values()
    }


def remove(document: str, *, database: Path, settings: Settings) -> str:
    """Take a document (its id or name) and all that hangs on it out of the database, and link the rest anew.

    Returns the document's id. Raises WrongUsage where the database is not ours or holds no such document, and
    ExtractorError where it is gone but the file could not be cleared of its words.
    """
    with closing(open_database(database, create=False)) as db:
        try:
            removed = removal.remove_document(db, document)
        except WrongUsage:
            raise
        except ExtractorError:
            # It is deleted, only not yet cleared from the file: the others' threads must be made anew all the same.
            originals.settle(db, settings=settings)
            relink(db, settings=settings)
            raise
        originals.settle(db, settings=settings)
        relink(db, settings=settings)
        return removed

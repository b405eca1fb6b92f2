"""The order of the stages, for one document and for a run over many. No stage logic lives here."""

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cache, partial
from itertools import islice
from pathlib import Path

import sqlite_utils

from extractor import ids
from extractor.errors import ExtractorError, ModelError, Rejected, WrongUsage
from extractor.events import Event, Progress, silence
from extractor.ingest import Source, load, read, read_source, shown_name
from extractor.ingest.folders import gather
from extractor.lexicon.organisations import load_register
from extractor.records import Analysis, Document, Rejection
from extractor.relinking import relink
from extractor.segment import segment
from extractor.settings import Settings, __version__, models_digest
from extractor.store import originals, removal, writer
from extractor.store.lock import alone
from extractor.store.rows import RegisterEntry
from extractor.store.schema import open_database
from extractor.store.status import known_rejections, was_cut_off
from extractor.workers import Limits, cluster, results


def analyse(document: Document, *, settings: Settings) -> Analysis:
    """One document through segment → decide → parse → describe."""
    # Loaded late: with spaCy and torch they take two seconds, and a run in which nothing is new needs neither.
    from extractor import find
    from extractor.parse import parse

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


def encoded(analysis: Analysis, *, settings: Settings) -> Analysis:
    """The analysis with the vectors by which linking compares its statements' words."""
    found = analysis.statements
    if not found:
        return analysis
    from extractor import link

    vectors = link.encode([statement.quote for statement in found], settings=settings)
    return replace(analysis, vectors={s.id: v.astype("<f4").tobytes() for s, v in zip(found, vectors, strict=True)})


# Native libraries (torch, oneDNN, C++) say it in words only.
_NO_MEMORY = ("allocate memory", "could not create a primitive", "could not create a memory object", "bad_alloc")


def work(source: Source, settings: Settings) -> Analysis | Rejection:
    """What a worker does with a document, which comes by content; what cannot be read goes back as a record.

    So does a document on which our own code fails: one must not stop the others. Raises ModelError, which stops all,
    and MemoryError.
    """
    try:
        analysis = boxed(analyse(read_source(source, settings=settings), settings=settings), source.raw)
        return encoded(analysis, settings=settings)
    except Rejected as refusal:
        return Rejection(source.name, refusal.reason, refusal.detail, ids.content_hash(source.raw))
    except (ExtractorError, MemoryError):
        # The workers know what to do for want of memory.
        raise
    except Exception as problem:
        if any(words in str(problem) for words in _NO_MEMORY):
            raise MemoryError(str(problem).partition("\n")[0]) from problem
        return _internal(source.name, ids.content_hash(source.raw), problem)


@cache
def load_models(version: str, models: str, encoder: str) -> None:
    """Load all that documents are read with, so that no document's time goes into it.

    Raises ModelError where the worker, which may be on another machine, has another program or other models than the
    run: one database must not hold what two programs found.
    """
    if (__version__, models_digest(encoder)) != (version, models):
        raise ModelError(f"a worker has version {__version__} or other models than this program (version {version})")
    any_file = read_source(Source(b"The board will publish a plan by May 2024.\n", "any.txt"))
    encoded(analyse(any_file, settings=Settings()), settings=Settings(encoder=encoder))


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
    began: float = field(default_factory=time.monotonic)


def run(
    paths: Sequence[Path],
    *,
    database: Path,
    settings: Settings,
    workers: int | None = None,
    dask: str | None = None,
    force: bool = False,
    progress: Progress = silence,
) -> Report:
    """Take documents through every stage into the database, then link everything in it.

    One transaction a document: what was finished is stored, whatever happens to the rest. A document whose bytes, name,
    sidecar, models and settings are those of the stored one is left alone unless `force`, and so is a file that was
    rejected before. Of several files of one document the first by name, then by content, is kept, and the others are
    superseded; a stored version whose file is not among those given gives way to the one that is. `workers` and `dask`
    say where documents are read, as `workers.results` has it; `progress` hears of each as it is done. Raises WrongUsage
    as `gather`, where the cluster cannot be had, and where the database is not ours; Busy where another run is at work
    on it.
    """
    files = gather(paths)
    register = register_entries(settings)
    digests = {"version": __version__, "settings": settings.digest(), "models": models_digest(settings.encoder)}
    with cluster(dask) as client, closing(open_database(database, create=True)) as db, alone(database):
        apart = was_cut_off(db)
        this = _Run(db, writer.start_run(db, **digests), digests, settings, progress, register)
        with _closed(this):
            progress(Event("started", run=this.id, documents=len(files)))
            fresh = files if force else _fresh(this, files)
            outcomes = results(
                (((version, source.raw), source) for _, version, source in _sources(this, fresh)),
                partial(work, settings=settings),
                prepare=partial(load_models, __version__, digests["models"], settings.encoder),
                limits=Limits(settings.document_seconds, settings.worker_bytes),
                client=client,
                workers=workers,
                expected=len(fresh),
                apart=apart,
            )
            with closing(outcomes):
                for (version, raw), result in outcomes:
                    _settle(this, version, raw, _rejected(version, result) if isinstance(result, Exception) else result)
            originals.settle(db, settings=settings)
            _link(this)
        return this.report


@contextmanager
def _closed(this: _Run) -> Iterator[None]:
    """Close the run in the database when it ends, however that comes about; only what kills it leaves it open."""
    outcome: writer.Outcome = "finished"
    try:
        yield
    except BaseException as problem:
        outcome = "interrupted" if isinstance(problem, KeyboardInterrupt) else "failed"
        # Where the database itself is what fails, the run stays open, and the failure is what counts.
        with suppress(sqlite3.Error):
            _close(this, outcome)
        raise
    _close(this, outcome)
    report = this.report
    this.progress(
        Event(
            "finished",
            run=this.id,
            seconds=round(time.monotonic() - this.began, 3),
            stored=len(report.stored),
            unchanged=len(report.unchanged),
            superseded=len(report.superseded),
            rejected=len(report.rejected),
        )
    )


def _close(this: _Run, outcome: writer.Outcome) -> None:
    seconds = round(time.monotonic() - this.began, 3)
    counts = {"unchanged": len(this.report.unchanged), "superseded": len(this.given_way)}
    writer.finish_run(this.db, this.id, outcome=outcome, seconds=seconds, **counts)


def _link(this: _Run) -> None:
    report = this.report
    report.superseded = [Superseded(old.name, this.kept[document][0].name) for document, old in this.given_way]
    report.statements, report.links, report.threads = relink(this.db, settings=this.settings)
    this.progress(Event("linked", statements=report.statements, links=report.links, threads=report.threads))


def _rejected(version: "_Version", problem: Exception) -> Rejection:
    """What is recorded where no analysis came of a document, and no Rejection either."""
    if isinstance(problem, Rejected):
        return Rejection(version.name, problem.reason, problem.detail, version.sha256)
    return _internal(version.name, version.sha256, problem)


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
    """The files that must be read; the others are told to be unchanged, or to be rejected as they were before.

    A file is unchanged where the database holds just it, or another of this run that it has given way to before. This
    is known of all before any is read: what is kept must not depend on which comes first.
    """
    known, superseded = writer.known(this.db), writer.superseded(this.db)
    rejected = known_rejections(this.db, **this.digests)
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
        if (again := rejected.get((version.name, version.sha256))) is not None:
            _reject(this, again)
        elif document in this.kept and this.kept[document][0] < version:
            _unchanged(this, version)
        else:
            fresh.append(file)
    return fresh


def _unchanged(this: _Run, version: _Version) -> None:
    this.report.unchanged.append(version.name)
    this.progress(Event("unchanged", version.name))


def _reject(this: _Run, rejection: Rejection) -> None:
    writer.save_rejection(this.db, rejection, this.id)
    this.report.rejected.append(rejection)
    this.progress(Event("rejected", rejection.name, reason=rejection.reason, detail=rejection.detail))


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
        this.progress(_stored(version.name, result))
        if before is None:
            return
        loser, named_in = before
        named_in.remove(loser.name)
    this.given_way.append((document, loser))
    writer.save_superseded(this.db, document, [old.fingerprint for of, old in this.given_way if of == document])
    this.progress(Event("superseded", loser.name, kept=this.kept[document][0].name))


def _stored(name: str, analysis: Analysis) -> Event:
    read = analysis.document
    return Event(
        "stored",
        name,
        document=read.id,
        pages=read.pages,
        characters=len(read.text),
        statements=len(analysis.statements),
    )


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

    Returns the document's id. Raises WrongUsage where the database is not ours or holds no such document, Busy where
    a run is at work on it, and ExtractorError where it is gone but the file could not be cleared of its words.
    """
    with closing(open_database(database, create=False)) as db, alone(database):
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

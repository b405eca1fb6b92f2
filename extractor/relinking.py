"""All statements in the database, linked: only what is new or changed since the last run is searched and weighed."""

from pathlib import Path

import numpy as np
import sqlite_utils

from extractor import link
from extractor.errors import ExtractorError
from extractor.link.archive import pack, unpack
from extractor.link.heard import heard
from extractor.link.kept import Kept, Stored, nothing_kept
from extractor.link.renewal import renew
from extractor.settings import Settings
from extractor.store import originals, writer
from extractor.store.links import file_of, load_places, load_scores
from extractor.store.reader import load_claims, load_judgements, load_vectors

# In the folder beside the database.
FILE = "links"


def relink(db: sqlite_utils.Database, *, settings: Settings) -> tuple[int, int, int]:
    """Link all statements in the database, encoding only those without a kept vector.

    What search and weighing found is kept in a folder beside the database; where that is missing, damaged or of other
    models or settings, all is linked from the beginning. Links and threads are the same either way. Returns how many
    statements, links and threads there now are. Raises ExtractorError where the folder cannot be written.
    """
    claims = link.in_order(load_claims(db))
    vectors = load_vectors(db)
    fresh = [claim for claim in claims if claim.id not in vectors]
    if fresh:
        found = link.encode([claim.text for claim in fresh], settings=settings)
        encoded = dict(zip((claim.id for claim in fresh), found, strict=True))
        writer.save_vectors(db, encoded)
        vectors |= encoded
    file = kept_beside(file_of(db))
    judgements = load_judgements(db)
    matrix = np.array([vectors[claim.id] for claim in claims])
    renewal = renew(
        _load(file, settings),
        claims,
        matrix,
        settings=settings,
        judgements=judgements,
        stored=Stored(load_scores(db), load_places(db)),
    )
    links, gone = heard(renewal, claims, matrix, judgements, settings=settings)
    writer.renew_links(db, links, renewal.threads, gone=gone, loose=renewal.loose)
    _save(file, renewal.kept, settings)
    threads = set(renewal.kept.threads.tolist()) - {""}
    return len(claims), db["links"].count, len(threads)


def kept_beside(database: str) -> Path | None:
    """The file in which is kept what linking found in a database; None for a database in memory ("")."""
    folder = originals.beside(database)
    return folder / FILE if folder else None


def _load(file: Path | None, settings: Settings) -> Kept:
    try:
        kept = unpack(file.read_bytes(), settings=settings) if file else None
    except OSError:
        # It may never have been written; whoever writes it will say what is wrong.
        kept = None
    return kept or nothing_kept(settings.link_neighbours)


def _save(file: Path | None, kept: Kept, settings: Settings) -> None:
    if not file:
        return
    half = file.with_suffix(".part")
    try:
        file.parent.mkdir(exist_ok=True)
        half.write_bytes(pack(kept, settings=settings))
        half.replace(file)
    except OSError as problem:
        raise ExtractorError(f"links are stored, but not kept for the next run: {problem}") from problem

"""The state of a database, in lines for people."""

from collections.abc import Iterator, Mapping
from typing import Any

from extractor.store.status import Status

# Rejected files named one by one; the table has them all.
NAMED = 20

_STALE = {"version": "another version of the program", "models": "other models", "settings": "other settings"}


def status_lines(status: Status) -> Iterator[str]:
    """What `extractor status` prints."""
    counts = status.counts
    formats = ", ".join(f"{count:,} {name}" for name, count in status.formats.items())
    yield f"documents   {counts['documents']:,}{f' ({formats})' if formats else ''}, {counts['pages']:,} pages"
    yield (
        f"statements  {counts['commitments']:,} commitments, {counts['progress']:,} progress reports; "
        f"{counts['mentions']:,} mentions"
    )
    yield f"links       {counts['links']:,} in {counts['threads']:,} threads; {counts['owners']:,} owners"
    yield f"kept        {counts['versions']:,} earlier versions, {counts['reviews']:,} reviews"
    yield f"runs        {status.runs:,}"
    if status.last_run is not None:
        yield from _run_lines(status.last_run, status.changes)
    yield f"rejected    {len(status.rejected):,}"
    for name, reason, detail in status.rejected[:NAMED]:
        yield f"            {name}: {reason}: {detail}"
    if len(status.rejected) > NAMED:
        yield f"            and {len(status.rejected) - NAMED:,} more"
    stale = "; ".join(f"{count:,} read with {_STALE[name]}" for name, count in status.stale.items())
    yield f"stale       {stale or 'none'}"


def _run_lines(run: Mapping[str, Any], changes: Mapping[str, int]) -> Iterator[str]:
    if run["finished"] is None:
        yield f"last run    {run['id']}, begun {run['started']}, was cut off or is still at work"
    else:
        took = f" in {run['seconds']:,.1f} s" if run["seconds"] is not None else ""
        yield f"last run    {run['id']}, {run['outcome'] or 'finished'} {run['finished']}{took}"
        yield (
            f"            {run['documents']:,} read, {run['unchanged']:,} unchanged, "
            f"{run['superseded'] or 0:,} superseded, {run['rejected']:,} rejected"
        )
    said = ", ".join(f"{changes.get(change, 0):,} {change}" for change in ("new", "changed", "vanished"))
    yield f"            statements: {said}"

"""What a run tells while it works: events, for a bar on a terminal, lines in a log, or objects for a machine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

EventKind = Literal["started", "unchanged", "stored", "superseded", "rejected", "linked", "finished"]

# Of the events as JSON objects; it grows when a field is taken away or comes to mean something else.
VERSION = 1

# The fields of each kind of event, in order; `name` is that of a file.
FIELDS: Mapping[EventKind, tuple[str, ...]] = {
    "started": ("run", "documents"),
    "unchanged": ("name",),
    "stored": ("name", "document", "pages", "characters", "statements"),
    "superseded": ("name", "kept"),
    "rejected": ("name", "reason", "detail"),
    "linked": ("statements", "links", "threads"),
    "finished": ("run", "seconds", "stored", "unchanged", "superseded", "rejected"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The fields of an event besides what it is and whom it concerns; those that FIELDS does not give it are None."""

    run: int | None = None
    documents: int | None = None
    document: str | None = None
    pages: int | None = None
    characters: int | None = None
    statements: int | None = None
    links: int | None = None
    threads: int | None = None
    kept: str | None = None
    reason: str | None = None
    detail: str | None = None
    seconds: float | None = None
    stored: int | None = None
    unchanged: int | None = None
    superseded: int | None = None
    rejected: int | None = None


@dataclass(frozen=True, slots=True)
class Event(Counts):
    """Something that happened in a run.

    started: how many files there are to look at. unchanged, stored (`pages` is None where the format has none),
    superseded (by the file `kept`, for now), rejected: a file. linked: what the database now holds. finished: how many
    files came to what, and the seconds in all.
    """

    kind: EventKind
    name: str | None = None

    def as_object(self) -> dict[str, object]:
        """The event for JSON: the version of the format, the kind, and the fields of that kind, null where unknown."""
        fields = {field: getattr(self, field) for field in FIELDS[self.kind]}
        return {"version": VERSION, "event": self.kind, **fields}


Progress = Callable[[Event], None]


def silence(event: Event) -> None:
    """Nobody listens."""

"""What a feed, a calendar, the changes and a dossier are about: everything, a thread, an owner or a search."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from extractor.store.changes import Chosen
from extractor.web import asking, page, queries, words

# The parameters that say what a list holds, and not how it is shown.
PARAMETERS = ("as_of", "kind", "owner", "q", "state", "strength", "sure", "theme", "thread", "voice", "year")


@dataclass(frozen=True, slots=True)
class Scope:
    """A thread by its id, else the commitments that a search finds; all of them where neither asks for anything.

    `given` are the parameters that say so, as in an address.
    """

    thread: str
    search: queries.Search
    given: Mapping[str, str]

    def __bool__(self) -> bool:
        return bool(self.given)

    def chosen(self) -> Chosen:
        """The same as SQL."""
        if self.thread:
            return Chosen("SELECT id FROM statements WHERE thread_id = :thread", {"thread": self.thread})
        if not self:
            return Chosen()
        condition, given = queries.conditions(self.search)
        return Chosen(f"SELECT c.id FROM commitments c WHERE {condition}", given)


def asked(request: Any) -> Scope:
    """The scope that the parameters of a request ask for; each of them is checked.

    Every statement counts, also one that was stated again: what follows a pledge follows all its versions.
    """
    search = asking.search(request)
    thread = page.text_parameter(request, "thread")
    given = {name: page.text_parameter(request, name) for name in PARAMETERS}
    return Scope(thread, replace(search, each="statement"), {name: value for name, value in given.items() if value})


def name(connection: sqlite3.Connection, scope: Scope) -> str:
    """What a scope is called: the owner's name, the thread's title, the words searched for, each filter in words.

    Raises NothingHere for an owner or a thread that is not there.
    """
    if scope.thread:
        row = connection.execute("select title from threads where id = ?", [scope.thread]).fetchone()
        if row is None:
            raise page.NothingHere("No thread has this reference.")
        return f"“{words.shorten(row['title'], 90)}”"
    parts = []
    if scope.search.owner:
        row = connection.execute("select name from owners where id = ?", [scope.search.owner]).fetchone()
        if row is None:
            raise page.NothingHere("No owner has this name here.")
        parts.append(str(row["name"]))
    return ", ".join([*parts, *described(scope.search)])


def described(search: queries.Search) -> list[str]:
    """All that a search asks for but the owner, in words."""
    said = {
        "words": f"“{search.words}”",
        "theme": f"theme {words.term(search.theme)}",
        "strength": f"strength {search.strength}",
        "state": search.state,
        "kind": f"in documents of the kind {words.term(search.kind).lower()}",
        "year": f"due in {search.year}",
        "sure": words.SURE.get(search.sure, ""),
        "voice": f"words: {words.VOICE_NAMES.get(search.voice, '')}",
        "as_of": f"as of {words.day(search.as_of)}" if search.as_of else "",
    }
    return [text for name, text in said.items() if getattr(search, name)]

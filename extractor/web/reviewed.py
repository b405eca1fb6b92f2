"""What reviewers said, for readers: which word counts on each question, and what was found before it was corrected."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from extractor.web import words
from extractor.web.queries.kept import kept

# Links between statements of which nobody has said whether they belong together.
_UNJUDGED = """links l where not exists (
    select 1 from pair_reviews r
    where (r.a_id = l.earlier_id and r.b_id = l.later_id) or (r.a_id = l.later_id and r.b_id = l.earlier_id)
)"""
_QUESTIONS = {"confirm": "verdict", "reject": "verdict", "status": "status"}


@dataclass(frozen=True, slots=True)
class Corrected:
    """A field that a reviewer corrected: its name, what was found (None: that was kept nowhere), the review."""

    name: str
    found: str | None
    review: sqlite3.Row

    @property
    def now(self) -> str:
        """The value that the review gives, in words."""
        return words.reviewed_value(self.name, self.review["value"])


@dataclass(frozen=True, slots=True)
class Spoken:
    """What counts of all that was said of one statement or document; None where nobody said anything on a question."""

    verdict: sqlite3.Row | None
    delivery: sqlite3.Row | None
    corrected: tuple[Corrected, ...]

    def __bool__(self) -> bool:
        return bool(self.verdict or self.delivery or self.corrected)


def spoken(connection: sqlite3.Connection, row: sqlite3.Row, said: Sequence[sqlite3.Row]) -> Spoken:
    """What counts of the reviews of a statement or document, which come oldest first; `row` is its own."""
    counts: dict[str, sqlite3.Row] = {}
    for review in said:
        question = _QUESTIONS.get(review["action"], review["field"])
        if review["action"] != "withdraw":
            counts[question] = review
        elif question:
            counts.pop(question, None)
        else:
            counts.clear()
    verdict, delivery = counts.pop("verdict", None), counts.pop("status", None)
    found = _found(connection, json.loads(row["as_found"] or "{}"))
    return Spoken(verdict, delivery, tuple(Corrected(name, found.get(name), counts[name]) for name in sorted(counts)))


def _found(connection: sqlite3.Connection, columns: dict[str, str | None]) -> dict[str, str]:
    """Columns as found, as fields that a reader knows."""
    fields: dict[str, str] = {}
    if "owner_id" in columns:
        owner = connection.execute("select name from owners where id = ?", [columns["owner_id"]]).fetchone()
        fields["owner"] = owner["name"] if owner else "nobody"
    if "deadline_rule" in columns:
        fields["deadline"] = words.interval(columns["deadline_start"], columns["deadline_end"])
    if "published" in columns:
        fields["date"] = words.day(columns["published"], columns["precision"])
    if "publisher" in columns:
        fields["publisher"] = columns["publisher"] or "not known"
    return fields | {name: value for name in ("strength", "kind") if (value := columns.get(name))}


def of_document(connection: sqlite3.Connection, id: str) -> list[sqlite3.Row]:
    """What people said of a document, in the order given."""
    return connection.execute("select * from document_reviews where document_id = ? order by id", [id]).fetchall()


def of_owner(connection: sqlite3.Connection, name: str) -> list[sqlite3.Row]:
    """What people said of an owner under two names, in the order given."""
    return connection.execute(
        "select * from owner_reviews where :name in (owner, into_owner) order by id", {"name": name}
    ).fetchall()


def of_pairs(connection: sqlite3.Connection, statements: Sequence[str]) -> list[sqlite3.Row]:
    """What people said of pairs that one of these statements is in, in the order given."""
    return connection.execute(
        """select * from pair_reviews
           where a_id in (select value from json_each(:these)) or b_id in (select value from json_each(:these))
           order by id""",
        {"these": json.dumps(list(statements))},
    ).fetchall()


@kept
def count_doubtful_links(connection: sqlite3.Connection) -> int:
    """How many links nobody has judged."""
    return int(connection.execute(f"select count(*) from {_UNJUDGED}").fetchone()[0])


@kept
def doubtful_links(connection: sqlite3.Connection, *, limit: int) -> list[sqlite3.Row]:
    """The links that nobody has judged, the least certain first, with the words of both statements."""
    keys = connection.execute(f"select l.id from {_UNJUDGED} order by l.score, l.id limit ?", [limit]).fetchall()
    return connection.execute(
        """select l.*, coalesce(c.quote, g.quote) as earlier_quote, coalesce(n.quote, h.quote) as later_quote,
              d.published as earlier_published, d.precision as earlier_precision,
              e.published as later_published, e.precision as later_precision
           from json_each(?) k join links l on l.id = k.value
           join statements s on s.id = l.earlier_id join documents d on d.id = s.document_id
           left join commitments c on c.id = s.id left join progress g on g.id = s.id
           join statements t on t.id = l.later_id join documents e on e.id = t.document_id
           left join commitments n on n.id = t.id left join progress h on h.id = t.id order by k.key""",
        [json.dumps([key["id"] for key in keys])],
    ).fetchall()

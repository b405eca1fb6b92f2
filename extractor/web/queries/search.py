"""What a reader can ask of a list of commitments, and the conditions in SQL that it comes to."""

import re
from dataclasses import dataclass, fields
from datetime import UTC, datetime

from extractor.store.tables.standing import UNDATED
from extractor.web.queries.marks import marked

ORDERS = ("newest", "due")
NEWEST = "c.published desc, c.sure desc, c.document_id, c.start"
WITHIN_DAY = "c.sure desc, c.document_id, c.start"
BY_DEADLINE = f"c.due, {WITHIN_DAY}"
# Whether a pledge that was stated again is listed once, as it was last stated, or as often as it was stated.
EACH = ("latest", "statement")
# What a commitment can lack that it could be checked by.
MISSING = {"date": "c.due is null", "measure": "not c.measured", "owner": "c.owner_id is null"}
_UNREPORTED = "(c.progress_from is null or c.progress_from > :known)"
# The same as the expression `store.pledges.state`, as conditions that an index can answer.
STATE_IS = {
    "progress reported": "c.progress_from <= :known",
    "deadline passed": f"c.due < :today and c.deadline_end is not null and {_UNREPORTED}",
    "start date passed": f"c.due < :today and c.deadline_end is null and {_UNREPORTED}",
    "due in 90 days": f"c.due between :today and date(:today, '+90 days') and {_UNREPORTED}",
    "dated": f"c.due > date(:today, '+90 days') and {_UNREPORTED}",
    "no date": f"c.due is null and {_UNREPORTED}",
}
# A theme and a kind of document, asked of one row after the other (the sign keeps the planner to that) or of all.
_FEW = (
    "exists (select 1 from themes where statement_id = c.id and theme = :theme)",
    "+c.document_id in (select id from documents where kind = :kind)",
)
_MANY = (
    "c.id in (select statement_id from themes where theme = :theme)",
    "c.document_id in (select id from documents where kind = :kind)",
)
Given = dict[str, str]


@dataclass(frozen=True, slots=True)
class Search:
    """What a reader asks of a list of commitments; empty strings ask for nothing.

    `sure` is "1" for those that the program decided, "0" for those to be checked. `state` is a state or a mark. `as_of`
    is a day (ISO 8601): only documents published by then are known, and what is due is counted from it. `each` is one
    of EACH. Neither these two nor the order narrow what is asked for: without anything else a search is false.
    """

    words: str = ""
    owner: str = ""
    theme: str = ""
    strength: str = ""
    state: str = ""
    kind: str = ""
    year: str = ""
    sure: str = ""
    voice: str = ""
    each: str = ""
    as_of: str = ""
    order: str = ""

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self) if field.name not in ("each", "as_of", "order"))

    @property
    def today(self) -> str:
        """The day to count from (ISO 8601)."""
        return self.as_of or today()

    @property
    def known(self) -> str:
        """The last day whose documents are known (ISO 8601); after every other where all are, those undated too."""
        return self.as_of or UNDATED


def today() -> str:
    """This day, as SQLite has it: that of UTC."""
    return datetime.now(UTC).date().isoformat()


def match_expression(text: str) -> str:
    """A full-text query that takes every word as it is: phrases in quotation marks stay together, `*` ends a stem.

    Nothing that a reader types can be an operator, so no search is an error; "" where no letter or digit is left.
    """
    terms: list[str] = []
    for phrase, word in re.findall(r'"([^"]*)"|(\S+)', text.replace("“", '"').replace("”", '"')):
        content = (phrase or word).replace('"', " ").strip()
        if any(character.isalnum() for character in content):
            terms.append(f'"{content.rstrip("*")}"' + ("*" if content.endswith("*") else ""))
    return " ".join(terms)


def conditions(search: Search, *, few: bool = False) -> tuple[str, Given]:
    """The condition on a commitment `c` that a search comes to, and the values to bind; `today` and `known` always.

    `few` is for a query that reads rows in their order and ends with the first page of them.
    """
    given = {"today": search.today, "known": search.known}
    wanted = ["c.review is not 'rejected'"]
    if search.as_of:
        wanted.append("c.published <= :known")
    if search.each == "latest":
        again = " or c.stated_again > :known" if search.as_of else ""
        wanted.append(f"(c.stated_again is null{again})")
    if search.state:
        wanted.append(_state(search, few))
    themed, of_kind = _FEW if few else _MANY
    for name, condition in (
        ("owner", "c.owner_id = :owner"),
        ("theme", themed),
        ("strength", "c.strength = :strength"),
        ("kind", of_kind),
        ("year", "c.deadline_year = :year"),
        ("sure", "c.sure = :sure"),
        ("voice", "c.voice = :voice"),
    ):
        if value := getattr(search, name):
            wanted.append(condition)
            given[name] = value
    if search.words:
        given["words"] = match_expression(search.words)
        # A search for nothing but punctuation finds nothing, rather than everything.
        found = "c.search_key in (select rowid from commitments_fts where commitments_fts match :words)"
        wanted.append(found if given["words"] else "0")
    return " and ".join(wanted), given


def _state(search: Search, few: bool) -> str:
    if search.state in STATE_IS:
        # the sign keeps the planner from putting all reports in order for the first few
        return f"+{STATE_IS[search.state]}" if few and search.state == "progress reported" else STATE_IS[search.state]
    # an owner's commitments are few, too
    return marked(search.state, then=bool(search.as_of), one_by_one=few or bool(search.owner))

"""How well linking names what a later statement does with an earlier one, on labelled pairs that are related.

`python -m tests.pairs [--half even|odd] [--errors] FILE...`, each line as in corpus/labels/links: "family", "a", "b",
"relation" and, on a revision, "changed" (deadline, figure, owner, wording, scope). Families with an even number are
there to be read and learnt from, those with an odd one only to be counted.
"""

import argparse
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from extractor.lexicon.organisations import load_register
from extractor.link.bodies import Bodies
from extractor.link.changes import FIELDS, changes_between, kind_of
from extractor.link.evidence import reading
from extractor.records import RELATIONS, Claim
from extractor.relating import claims_of
from extractor.train.pairs import read_labelled

Half = Literal["even", "odd"]
Row = Mapping[str, Any]
KINDS = tuple(relation for relation in RELATIONS if relation != "unrelated")
AT_ONCE = 500  # pairs whose texts the networks read together


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled pair with what the program says of it: the relation, and the changes in words."""

    row: Row
    earlier: Claim
    later: Claim
    kind: str
    changes: tuple[str, ...]

    @property
    def fields(self) -> frozenset[str]:
        """The fields that the program says changed."""
        return frozenset(change.split()[0] for change in self.changes)

    @property
    def right(self) -> bool:
        """Whether relation and fields are as labelled; fields count on a revision with labelled ones only."""
        return self.kind == self.row["relation"] and (not self.row.get("changed") or self.fields == labelled(self.row))


def labelled(row: Row) -> frozenset[str]:
    """The fields that a pair's writer says changed."""
    return frozenset(row.get("changed", ()))


def half_of(family: object) -> Half:
    """Which half a family belongs to, by the number in its name (7, "p007")."""
    digits = re.sub(r"\D", "", str(family))
    return "odd" if int(digits) % 2 else "even"


def related(files: Sequence[Path], half: Half | None) -> list[Row]:
    """The labelled pairs that are related, of one half or of both."""
    rows = read_labelled(files)
    return [r for r in rows if r["relation"] != "unrelated" and half in (None, half_of(r["family"]))]


def claimed(rows: Sequence[Row]) -> Iterator[tuple[Row, Claim, Claim]]:
    """Each pair with its claims, as `extractor relate` would make them."""
    for first in range(0, len(rows), AT_ONCE):
        some = rows[first : first + AT_ONCE]
        claims = claims_of([row[side] for row in some for side in ("a", "b")])
        yield from zip(some, claims[::2], claims[1::2], strict=True)


def judge(row: Row, earlier: Claim, later: Claim) -> Judged:
    """What the program says of a pair, given that it is related."""
    bodies = _bodies()
    kind = kind_of(reading(earlier, bodies), reading(later, bodies), bodies)
    return Judged(row, earlier, later, kind, changes_between(earlier, later, bodies))


@lru_cache(maxsize=1)
def _bodies() -> Bodies:
    return Bodies(load_register())


def confusion(judged: Sequence[Judged]) -> Iterator[str]:
    """Labelled relation against the one given, and F1 of each."""
    table = Counter((j.row["relation"], j.kind) for j in judged)
    yield "labelled ↓ given →  " + "".join(f"{kind:>12}" for kind in KINDS)
    for kind in KINDS:
        yield f"{kind:20}" + "".join(f"{table[kind, given]:12}" for given in KINDS)
    scores = [
        _f1(
            table[kind, kind],
            sum(n for (_, given), n in table.items() if given == kind),
            sum(n for (said, _), n in table.items() if said == kind),
        )
        for kind in KINDS
    ]
    right = sum(table[kind, kind] for kind in KINDS)
    yield f"{'F1':20}" + "".join(f"{score:12.3f}" for score in scores)
    yield f"accuracy {right / max(1, len(judged)):.3f}, macro-F1 {sum(scores) / len(scores):.3f}, {len(judged)} pairs"


def by_field(judged: Sequence[Judged]) -> Iterator[str]:
    """On labelled revisions: precision, recall and F1 of each field said to have changed."""
    revisions = [j for j in judged if j.row["relation"] == "revises" and j.row.get("changed")]
    yield f"{'field':10}{'labelled':>9}{'given':>7}{'right':>7}{'precision':>11}{'recall':>8}{'F1':>7}"
    for field in FIELDS:
        there = sum(field in labelled(j.row) for j in revisions)
        given = sum(field in j.fields for j in revisions)
        right = sum(field in labelled(j.row) & j.fields for j in revisions)
        yield (
            f"{field:10}{there:9}{given:7}{right:7}{right / max(1, given):11.3f}{right / max(1, there):8.3f}"
            f"{_f1(right, given, there):7.3f}"
        )
    exact = sum(j.fields == labelled(j.row) for j in revisions)
    some = sum(bool(j.fields & labelled(j.row)) for j in revisions)
    total = max(1, len(revisions))
    yield f"all fields right {exact / total:.3f}, a labelled one named {some / total:.3f}"
    silent = sum(j.row["relation"] == "restates" and not j.changes for j in judged)
    again = sum(j.row["relation"] == "restates" for j in judged)
    yield f"of {again} labelled restates, {silent / max(1, again):.3f} have no change named"


def _f1(right: int, given: int, there: int) -> float:
    return 2 * right / max(1, given + there)


def errors(judged: Sequence[Judged]) -> Iterator[str]:
    """The pairs that are not as labelled, for reading: of the even half only, lest the other be learnt from."""
    for j in judged:
        if not j.right and half_of(j.row["family"]) == "even":
            fields = " ".join(sorted(labelled(j.row)))
            yield f"{j.row['family']} labelled {j.row['relation']} {fields} – given {j.kind}: {'; '.join(j.changes)}"
            yield from (
                f"    {c.published} {c.owner} {c.deadline_end} {c.label} {c.strength or c.kind} {c.figures} | {c.text}"
                for c in (j.earlier, j.later)
            )


def main() -> None:
    """Measure the files that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m tests.pairs", description="Measure kind_of and changes_between.")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--half", choices=get_args(Half))
    parser.add_argument("--errors", action="store_true", help="list what is not as labelled, of the even half")
    given = parser.parse_args()
    judged = [judge(*pair) for pair in claimed(related(given.files, given.half))]
    lines = [*confusion(judged), "", *by_field(judged), *(errors(judged) if given.errors else ())]
    print("\n".join(lines))  # noqa: T201  # a tool for the command line


if __name__ == "__main__":
    main()

"""Check the themes labelled by hand, and measure how well the product finds them.

`python corpus/check_themes.py` prints one line per problem and, where there is none, the figures on both halves; the
exit status is 1 where there is a problem. `labels/themes/README.md` describes the format and the conventions.
"""

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extractor.find.theme import find_themes
from extractor.lexicon.themes import load_themes
from extractor.records import Passage
from extractor.train.labels import label_passages

LABELS = Path(__file__).resolve().parent / "labels"
FOLDER = LABELS / "themes"
HALVES = ("development", "kept")
DRAWS = frozenset({"random", "rare"})
KEYS = frozenset({"document", "draw", "words", "units"})


@dataclass(frozen=True, slots=True)
class ThemedStatement:
    """A statement read in its place, the title of its document, and the slugs of its themes."""

    where: str
    passage: Passage
    title: str
    draw: str
    themes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one theme, or of all together: hits, false finds and misses."""

    hits: int
    false: int
    missed: int

    @property
    def total(self) -> int:
        """Statements that have the theme."""
        return self.hits + self.missed

    @property
    def precision(self) -> float:
        """The share of the finds that are right; 0 where there are none."""
        found = self.hits + self.false
        return self.hits / found if found else 0.0

    @property
    def recall(self) -> float:
        """The share of the statements with the theme that were found; 0 where there are none."""
        return self.hits / self.total if self.total else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = 2 * self.hits + self.false + self.missed
        return 2 * self.hits / both if both else 0.0


def check_folder(folder: Path, labels: Path) -> list[str]:
    """Every problem of the labels of themes in `folder`; `labels` holds the documents they speak of."""
    problems: list[str] = []
    seen: dict[str, str] = {}
    for half in HALVES:
        for number, row in _rows(folder / f"{half}.jsonl"):
            where = f"{half}.jsonl:{number}"
            problems.extend(f"{where}: {what}" for what in _check_row(row, labels))
            first = seen.setdefault(str(row.get("document")), where)
            if first != where:
                problems.append(f"{where}: {row.get('document')} is labelled in {first} already")
    return problems


def read_half(folder: Path, half: str, labels: Path) -> list[ThemedStatement]:
    """The statements of one half, in the order of the file, each as the product would meet it."""
    statements = []
    for _, row in _rows(folder / f"{half}.jsonl"):
        head, *units = _document(labels, row["document"])
        passages = list(label_passages(units, kind=head["kind"]))
        for unit, slugs in row["units"].items():
            where, passage = f"{row['document']}:{unit}", passages[int(unit) - 1]
            statements.append(ThemedStatement(where, passage, head["title"], row["draw"], frozenset(slugs)))
    return statements


def find(statement: ThemedStatement) -> frozenset[str]:
    """The slugs of the themes that the product gives the statement, from all the context there is."""
    slugs = {theme.name: theme.slug for theme in load_themes()}
    passage = statement.passage
    found = find_themes(passage.text, heading=passage.heading, lead_in=passage.lead_in, title=statement.title)
    names = [theme.name for theme in found]
    return frozenset(slugs[name] for name in names)


def measure(statements: Iterable[ThemedStatement]) -> dict[str, Figures]:
    """Figures by slug, in the order of the lexicon."""
    pairs = [(statement.themes, find(statement)) for statement in statements]
    return {
        theme.slug: Figures(
            sum(theme.slug in gold and theme.slug in found for gold, found in pairs),
            sum(theme.slug in found and theme.slug not in gold for gold, found in pairs),
            sum(theme.slug in gold and theme.slug not in found for gold, found in pairs),
        )
        for theme in load_themes()
    }


def micro(figures: Mapping[str, Figures]) -> Figures:
    """All themes together, every find counting the same."""
    values = figures.values()
    return Figures(sum(f.hits for f in values), sum(f.false for f in values), sum(f.missed for f in values))


def macro_f1(figures: Mapping[str, Figures]) -> float:
    """The mean F1 of the themes that any statement has, every theme counting the same."""
    scores = [f.f1 for f in figures.values() if f.total]
    return sum(scores) / len(scores)


def format_figures(figures: Mapping[str, Figures]) -> str:
    """The figures as text, one theme a line, all together last."""
    lines = [f"{'theme':<28}{'precision':>10}{'recall':>8}{'F1':>6}{'of':>6}"]
    for name, f in [*figures.items(), ("all (micro)", micro(figures))]:
        lines.append(f"{name:<28}{f.precision:>10.2f}{f.recall:>8.2f}{f.f1:>6.2f}{f.total:>6}")
    return "\n".join([*lines, f"{'mean F1 (macro)':<46}{macro_f1(figures):>6.2f}"])


def digest(texts: Iterable[str]) -> str:
    """What `words` holds: labels are of words, and words that have changed need a second look."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        yield number, json.loads(line)


def _document(labels: Path, name: str) -> list[dict[str, Any]]:
    return [row for _, row in _rows(labels / f"{name}.jsonl")]


def _check_row(row: Mapping[str, Any], labels: Path) -> Iterator[str]:
    yield from (f"{key} is missing" for key in sorted(KEYS - row.keys()))
    yield from (f"{key} does not belong here" for key in sorted(row.keys() - KEYS))
    if row.keys() != KEYS:
        return
    if row["draw"] not in DRAWS:
        yield f"unknown draw {row['draw']!r}"
    order = [theme.slug for theme in load_themes()]
    for unit, slugs in row["units"].items():
        if unknown := sorted(set(slugs) - set(order)):
            yield f"unit {unit}: unknown theme {unknown[0]!r}"
        elif slugs != sorted(set(slugs), key=order.index):
            yield f"unit {unit}: a theme twice, or not in the order of the lexicon"
    if not (labels / f"{row['document']}.jsonl").is_file():
        yield f"there is no document {row['document']}"
        return
    _, *units = _document(labels, row["document"])
    if outside := [unit for unit in row["units"] if not 1 <= int(unit) <= len(units)]:
        yield f"{row['document']} has no unit {outside[0]}"
    elif row["words"] != digest(units[int(unit) - 1]["text"] for unit in row["units"]):
        yield f"the words of {row['document']} have changed since they were labelled"


def main() -> int:
    """Check the project's own labels of themes and print the findings."""
    problems = check_folder(FOLDER, LABELS)
    for problem in problems:
        print(problem)
    if problems:
        return 1
    for half in HALVES:
        statements = read_half(FOLDER, half, LABELS)
        print(f"{half}: {len(statements)} statements\n{format_figures(measure(statements))}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Which kind of document a text is: by its opening, its title, and where neither says so, its turns of phrase."""

import re

from extractor.ingest.cues import cues, matches
from extractor.ingest.opening import Line, without_date
from extractor.records import Kind

BODY_CHARACTERS = 30_000
MIN_WORDS = 150
# Turns of phrase before they decide: how many, how many in a thousand words, and how far the best kind must lead. In a
# long text many of them with a clear lead are enough.
MIN_FOUND = 3
MIN_RATE = 6.0
MIN_LEAD = 1.3
MANY = 8
CLEAR_LEAD = 2.0


def strong_kind(lines: tuple[Line, ...]) -> Kind | None:
    """The kind that outweighs the title, which may name the plan that a letter or minutes are about."""
    for line in lines:
        for entry in cues().kinds:
            # of running text only what a letter says to its reader counts: reports speak of minutes, too
            telling = entry.kind == "letter" or not line.is_sentence
            shown = matches(entry.opening, line.text) or matches(entry.opening, without_date(line.text).strip(" ,–-"))
            if entry.opening_first and telling and shown:
                return entry.kind
    return None


def kind_in_title(title: str) -> Kind | None:
    """The kind that a title names."""
    return next((entry.kind for entry in cues().kinds if matches(entry.title, title)), None)


def kind_in_opening(lines: tuple[Line, ...]) -> Kind | None:
    """The kind that a line of the first page names."""
    for line in lines:
        for entry in cues().kinds:
            if matches(entry.opening, line.text):
                return entry.kind
    return None


def kind_in_name(stem: str) -> Kind | None:
    """The kind that a file's name gives."""
    words = re.sub(r"[_\W]+", " ", stem)
    return next((entry.kind for entry in cues().kinds if matches(entry.name, words) or matches(entry.name, stem)), None)


def kind_in_body(text: str) -> Kind | None:
    """The kind whose turns of phrase are the most frequent in a text, None where none leads clearly."""
    sample = text[:BODY_CHARACTERS]
    found: dict[Kind, int] = {}
    for entry in cues().kinds:
        found[entry.kind] = found.get(entry.kind, 0) + sum(len(pattern.findall(sample)) for pattern in entry.body)
    best, second = sorted(found, key=lambda kind: -found[kind])[:2]
    rate = 1000 * found[best] / max(MIN_WORDS, len(sample.split()))
    dense = found[best] >= MIN_FOUND and rate >= MIN_RATE and found[best] >= MIN_LEAD * found[second]
    many = found[best] >= MANY and found[best] >= CLEAR_LEAD * found[second]
    return best if dense or many else None

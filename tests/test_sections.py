"""A document cut into sections: every block in one of them, chapters apart, nothing longer than a page can show."""

import sqlite3
from pathlib import Path

import pytest
import sqlite_utils
from hypothesis import given
from hypothesis import strategies as st

from extractor.records import Block
from extractor.store import version5, writer
from extractor.store.schema import open_database
from extractor.store.sections import AMPLE, BLOCKS, LONG, SHORT, Section, rows, sections
from tests.store_samples import RUN, corpus

Sort = tuple[str, int, int]


def made(sorts: list[Sort]) -> tuple[str, list[Block]]:
    """A text of blocks given as (kind, level, length), in words of seven letters."""
    text, blocks = "", []
    for kind, level, length in sorts:
        text += "\n\n" if text else ""
        start = len(text)
        text += ("letters " * (length // 8 + 1))[: length - 1] + "."
        blocks.append(Block(kind, start, len(text), level))  # type: ignore[arg-type]
    return text, blocks


def cut(*sorts: Sort) -> tuple[Section, ...]:
    return sections(*made(list(sorts)))


def chapter(level: int, paragraphs: int, length: int = 1_000) -> list[Sort]:
    return [("heading", level, 20), *[("paragraph", 0, length)] * paragraphs]


CASES = [
    # as short as a press release: one page
    ([*chapter(1, 2), *chapter(2, 4)], [(0, 1)]),
    # a title, then chapters: each by itself, the title with the first
    ([("heading", 1, 20), *chapter(2, 5), *chapter(2, 6), *chapter(2, 7)], [(0, 1), (7, 1), (14, 1)]),
    # chapters too short for a page are joined until they make one
    ([*chapter(1, 2) * 6], [(0, 1), (6, 1), (12, 1)]),
    # a chapter of many deeper headings is left whole up to a point
    ([*chapter(1, 1), *chapter(2, 3), *chapter(2, 3), *chapter(1, 5)], [(0, 1), (10, 1)]),
    # without headings: cut by length, and nothing is called by a name
    ([("paragraph", 0, 1_000)] * 40, [(None, 1), (None, 2), (None, 3)]),
    # a chapter too long for a page goes on under its name
    ([*chapter(1, 40), *chapter(1, 1)], [(0, 1), (0, 2), (0, 3), (41, 1)]),
    # a paragraph longer than any page, such as a text file without line breaks
    ([("heading", 1, 20), ("paragraph", 0, 100_000)], [(0, n) for n in range(1, 7)]),
    # rows of a table are cut by their number
    ([("heading", 1, 20), *[("row", 0, 30)] * 400], [(0, n) for n in range(1, 7)]),
    ([], []),
]


@pytest.mark.parametrize(("sorts", "expected"), CASES)
def test_sections_follow_the_headings(sorts: list[Sort], expected: list[tuple[int | None, int]]) -> None:
    assert [(section.heading, section.part) for section in cut(*sorts)] == expected


def test_a_cut_falls_between_words() -> None:
    text, blocks = made([("paragraph", 0, 100_000)])
    for section in sections(text, blocks)[1:]:
        assert text[section.start - 1] == " "


SORTS = st.lists(
    st.tuples(
        st.sampled_from(["heading", "paragraph", "item", "row"]),
        st.integers(1, 6),
        st.one_of(st.integers(2, 60), st.integers(2, 5_000), st.sampled_from([LONG, 3 * LONG, 40_000])),
    ),
    max_size=150,
)


@given(SORTS)
def test_sections_hold_everything_once_and_are_bounded(sorts: list[Sort]) -> None:
    text, blocks = made(sorts)
    found = sections(text, blocks)
    assert "".join("".join(text[s.start : s.end].split()) for s in found) == "".join(text.split())
    shown = [position for s in found for position in range(s.first, s.last + 1)]
    assert sorted(set(shown)) == list(range(len(blocks)))
    for section in found:
        assert section.end - section.start <= 2 * LONG
        assert section.last - section.first < 2 * BLOCKS + 1
    assert len({(s.heading, s.part) for s in found}) == len(found)


def test_the_outline_says_in_which_section_a_heading_stands() -> None:
    text, blocks = made([*chapter(1, 5), *chapter(2, 1), *chapter(1, 5)])
    found = rows("d", text, blocks)
    assert [(row["position"], row["level"], row["section"]) for row in found["headings"]] == [
        (0, 1, 1),
        (6, 2, 1),
        (8, 1, 2),
    ]
    assert found["headings"][0]["text"] == text[blocks[0].start : blocks[0].end]
    assert SHORT < AMPLE < LONG


def cuts(db: sqlite_utils.Database) -> list[list[tuple[object, ...]]]:
    return [db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in ("sections", "headings")]


def test_an_upgrade_cuts_the_documents_that_are_there(tmp_path: Path) -> None:
    """As they are cut when they are read anew."""
    path = tmp_path / "old.db"
    db = open_database(path, create=True)
    run = writer.start_run(db, **RUN)
    for found in corpus():
        writer.save_analysis(db, found, run)
    kept = cuts(db)
    db.close()
    assert kept[0]
    assert kept[1]
    bare = sqlite_utils.Database(sqlite3.connect(path))
    for table in ("sections", "headings", "pages", "originals", "places"):
        bare.execute(f"DROP TABLE {table}")
    version5.pages_and_sections(bare)
    assert [
        bare.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in ("sections", "headings")
    ] == kept
    bare.close()

"""Markdown: its blocks, what GitHub and Pandoc added to it, and front matter."""

import pytest

from extractor.errors import Rejected
from extractor.ingest import read_bytes
from extractor.records import Document
from extractor.settings import Settings
from tests.ingest.page_set import written


def read(source: str) -> Document:
    return read_bytes(source.encode(), "plan.md")


PLAN = """---
title: Staff plan
date: 2024-03-05
organisation: Example Trust
---

# Staff plan

The trust **will** act by [May](https://example.org).

Trusts must:

- train
  - nurses
- keep

3. Third
4. Fourth

| Action | Due |
| --- | --- |
| Write plan | May |

> We mean it.
"""


def test_markdown() -> None:
    document = read(PLAN)
    assert written(document) == [
        "h1 Staff plan",
        "p The trust will act by May.",
        "p Trusts must:",
        "i1 - train",
        "i2 - nurses",
        "i1 - keep",
        "i1 3. Third",
        "i1 4. Fourth",
        "r Action | Due",
        "r Action ⇒ Write plan | Due ⇒ May",
        "p We mean it.",
    ]
    assert (document.title, document.publisher, str(document.published)) == (
        "Staff plan",
        "Example Trust",
        "2024-03-05",
    )
    assert document.sources["published"] == "file"


CASES = [
    ("headings that are underlined", "Plan\n====\n\nAims\n----\n\nWe act.\n", ["h1 Plan", "h2 Aims", "p We act."]),
    ("links by reference", "We act by [May][1].\n\n[1]: https://example.org\n", ["p We act by May."]),
    ("hard breaks", "We act.  \nWe report.\\\nWe end.\n", ["p We act. We report. We end."]),
    ("tasks, done and open", "- [x] Plan sent\n- [ ] Staff trained\n", ["i1 ☑ Plan sent", "i1 ☐ Staff trained"]),
    ("footnotes apart", "We act[^1].\n\n[^1]: From May.\n\nWe end.\n", ["p We act.", "p We end.", "n From May."]),
    ("definitions", "Owner\n: The board\n", ["r Owner | Owner ⇒ The board"]),
    ("struck out", "We ~~may~~ will act.\n", ["p We may will act."]),
    ("HTML inside", "<details><summary>Pay</summary>\n\nWe **act**.\n\n</details>\n", ["h2 Pay", "p We act."]),
    (
        "a table in HTML",
        "<table><tr><th>A<th>B<tr><td>x<td>y</table>\n\n# Plan\n",
        ["r A | B", "r A ⇒ x | B ⇒ y", "h1 Plan"],
    ),
    ("deep lists", "- a\n" + "".join(f"{'  ' * n}- a\n" for n in range(1, 12)), [f"i{n} - a" for n in range(1, 13)]),
]


@pytest.mark.parametrize(("why", "source", "expected"), CASES, ids=[case[0] for case in CASES])
def test_blocks(why: str, source: str, expected: list[str]) -> None:
    assert written(read(source)) == expected, why


FRONT = [
    ("YAML", "---\ntitle: Plan\npublished: 5 March 2024\n---\n", "Plan", "2024-03-05"),
    ("Windows line ends", "---\r\ntitle: Plan\r\n---\r\n", "Plan", None),
    ("TOML", '+++\ntitle = "Plan"\ndate = 2024-03-05T10:00:00Z\n+++\n', "Plan", "2024-03-05"),
    ("several bodies", "---\ntitle: Plan\norganisations: [{name: Trust}, x]\n---\n", "Plan", None),
    ("the day on which it was made", "---\ntitle: Plan\ncreated: 15/7/2011\n---\n", "Plan", "2011-07-15"),
    ("a day that is none", "---\ntitle: Plan\ndate: soon\n---\n", "Plan", None),
    ("an anchor said often", "---\na: &a [x, x]\nb: &b [*a, *a]\ntitle: Plan\n---\n", "Plan", None),
]


@pytest.mark.parametrize(("why", "front", "title", "published"), FRONT, ids=[case[0] for case in FRONT])
def test_front_matter(why: str, front: str, title: str, published: str | None) -> None:
    document = read(f"{front}\nwe act, and trusts follow.\n")
    assert (document.title, document.published and str(document.published)) == (title, published), why
    assert document.text == "we act, and trusts follow."
    assert document.warnings == ()


@pytest.mark.parametrize(
    "front", ["---\ntitle: [unclosed\n---\n", "+++\ntitle = \n+++\n", f"---\na: {'[' * 5000}\n---\n"]
)
def test_broken_front_matter_is_named_and_left_out(front: str) -> None:
    document = read(f"{front}\nWe will act.\n")
    assert document.text == "We will act."
    assert "front matter" in document.warnings[0]


def test_a_source_longer_than_any_text_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(Rejected, match="max_characters") as refusal:
        read_bytes(b"# Plan\n\nWe act.\n" * 10, "plan.md", settings=Settings(max_characters=100))
    assert refusal.value.reason == "too-large"

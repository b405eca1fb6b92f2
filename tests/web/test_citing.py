"""Citations in three styles, and what is put beside them to copy."""

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.web.citing import citations, escaped
from tests.web.conftest import Site
from tests.web.sample import HOSTILE

DAY = date(2026, 3, 9)
ROW: dict[str, Any] = {
    "id": "0123456789abcdef",
    "quote": "We will recruit\n5,000 nurses.",
    "publisher": "Care Office",
    "title": "Plan & budget",
    "file": "plan.pdf",
    "published": "2024-05-01",
    "precision": "day",
    "page": 3,
    "document_kind": "plan",
}
BARE = ROW | {"publisher": None, "title": None, "published": None, "precision": None, "page": None}


def cited(row: dict[str, Any], address: str = "https://example.org/plan") -> dict[str, str]:
    made = citations(row, address=address, permalink="https://here.example/pledge/0", today=DAY)  # type: ignore[arg-type]
    return {citation.name: citation.text for citation in made}


@pytest.mark.parametrize(
    ("row", "style", "expected"),
    [
        (ROW, "Newspaper", "“We will recruit 5,000 nurses”, Care Office, Plan & budget, 1 May 2024, page 3. "
                           "https://example.org/plan"),
        (ROW, "Harvard", "Care Office (2024) Plan & budget. Plan, 1 May 2024, p. 3. Available at: "
                         "https://example.org/plan (Accessed: 9 March 2026). Quoted: “We will recruit 5,000 nurses.”"),
        (ROW, "BibTeX", "@misc{care2024-012345,\n  author = {{Care Office}},\n  title = {{Plan \\& budget}},\n"
                        "  year = {2024},\n  month = {5},\n  howpublished = {Plan},\n  pages = {3},\n"
                        "  url = {https://example.org/plan},\n  urldate = {2026-03-09},\n"
                        "  note = {“We will recruit 5,000 nurses.” Pledge on record at https://here.example/pledge/0}\n}"),
        (ROW | {"precision": "year"}, "Harvard", "Care Office (2024) Plan & budget. Plan, p. 3. Available at: "
                         "https://example.org/plan (Accessed: 9 March 2026). Quoted: “We will recruit 5,000 nurses.”"),
        (BARE, "Newspaper", "“We will recruit 5,000 nurses”, plan.pdf, undated. https://example.org/plan"),
        (BARE, "Harvard", "Unknown publisher (no date) plan.pdf. Plan. Available at: https://example.org/plan "
                          "(Accessed: 9 March 2026). Quoted: “We will recruit 5,000 nurses.”"),
        (BARE, "BibTeX", "@misc{unknownnd-012345,\n  title = {{plan.pdf}},\n  howpublished = {Plan},\n"
                         "  url = {https://example.org/plan},\n  urldate = {2026-03-09},\n"
                         "  note = {“We will recruit 5,000 nurses.” Pledge on record at https://here.example/pledge/0}\n}"),
    ],
)  # fmt: skip
def test_a_citation(row: dict[str, Any], style: str, expected: str) -> None:
    assert cited(row)[style] == expected


def test_a_document_without_an_address_is_cited_by_ours() -> None:
    assert "Available at: https://here.example/pledge/0 (" in cited(ROW, "")["Harvard"]
    assert "url = {https://here.example/pledge/0}" in cited(ROW, "")["BibTeX"]
    assert cited(ROW, "")["Newspaper"].endswith("page 3.")


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_words_can_end_an_entry(title: str, quote: str) -> None:
    """Braces stay balanced, whatever a document holds."""
    entry = cited(ROW | {"title": title or "x", "quote": quote})["BibTeX"]
    bare = re.sub(r"\\[{}$&#%_]", "", entry)
    assert bare.count("{") == bare.count("}")
    depths = [bare[: at + 1].count("{") - bare[: at + 1].count("}") for at in range(len(bare))]
    assert min(depths[5:-1]) >= 1
    assert depths[-1] == 0


def test_what_means_something_to_tex_is_taken_as_itself() -> None:
    assert escaped("50% of {A} & B_1 #2 $3 ~ ^ \\") == (
        "50\\% of \\{A\\} \\& B\\_1 \\#2 \\$3 \\textasciitilde{} \\textasciicircum{} \\textbackslash{}"
    )


def test_each_can_be_copied_and_none_needs_a_script(site: Site) -> None:
    page = site.page(f"/pledge/{site.names['first']}")
    copied = [element.get("data-copy") for element in page.xpath("//*[@data-copy]")]
    assert copied == ["Newspaper", "Harvard", "BibTeX", "mark-up of a frame"]
    assert not list(page.find_class("pledge")[0].iter("button")), "buttons come with the script"
    script = site.get("/-/commitments/copy.js")
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert len(script.content) < 2_000
    assert "fetch(" not in script.text


def test_the_frame_holds_none_of_the_words(site: Site) -> None:
    """Only an address: a quote could not break out of the page that it is pasted into."""
    for number in range(len(HOSTILE)):
        ref = site.names[f"hostile-{number}"]
        page = site.page(f"/pledge/{ref}")
        (frame,) = page.xpath("//*[@data-copy='mark-up of a frame']")
        assert frame.text_content() == (
            f'<iframe src="http://localhost/embed/{ref}" title="A pledge on the record" width="100%" '
            'height="320"></iframe>'
        )
        assert site.get(f"/embed/{ref}").status_code == 200

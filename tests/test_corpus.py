"""The shipped corpus: sidecars, markings, formats, reproducible rendering, the story in its README, and its sources."""

from __future__ import annotations

import html
import io
import json
import re
import tomllib
import zipfile
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import docx
import pdfplumber
import pytest

from tests.scripts import corpus_script

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "corpus"
DOCUMENTS = CORPUS / "documents"
GOLD = ROOT.parent / "shared" / "gold"
KINDS = {"letter", "plan", "minutes", "press_release", "news", "response", "report", "other"}
SIDECAR_KEYS = {"title", "kind", "publisher", "published", "url", "series", "licence"}
SUFFIXES = {".txt", ".md", ".html", ".docx", ".pdf"}
# These two show that title, publisher and date are detected where there is no sidecar.
WITHOUT_SIDECAR = {"2017-12-draft-workforce-strategy-news.html", "2019-12-workforce-pledges-news.md"}
PATHS = sorted(path for path in DOCUMENTS.iterdir() if path.suffix in SUFFIXES)
SIDECARS = sorted(DOCUMENTS.glob("*.meta.json"))
STORY_ROW = re.compile(r"^\| `([^`]+)` \| “(.+)” \| (.+) \|$", re.MULTILINE)
RUN_LENGTH = 12


make_documents = corpus_script("make_documents")


def sidecar_of(path: Path) -> Path:
    return path.with_name(f"{path.stem}.meta.json")


def is_date(text: str) -> bool:
    """Whether the text is an ISO day, or an ISO month."""
    try:
        date.fromisoformat(f"{text}-01" if re.fullmatch(r"\d{4}-\d{2}", text) else text)
    except ValueError:
        return False
    return True


@cache
def plain_text(path: Path) -> str:
    """The words of a document with single spaces, and without its markup; footers of pages included."""
    match path.suffix:
        case ".docx":
            document = docx.Document(str(path))
            cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
            footers = (paragraph.text for section in document.sections for paragraph in section.footer.paragraphs)
            text = "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells, *footers])
        case ".pdf":
            with pdfplumber.open(path) as pdf:
                text = "\n".join(page.extract_text() for page in pdf.pages)
        case ".html":
            text = html.unescape(re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8")))
        case _:
            text = path.read_text(encoding="utf-8")
    return " ".join(text.split())


def written_text(name: str) -> str:
    """The words of a document as they were written: a PDF's come from its manuscript, for its columns interleave."""
    (path,) = (path for path in PATHS if path.stem == name)
    if path.suffix == ".pdf":
        return " ".join((CORPUS / "manuscripts" / f"{name}.md").read_text(encoding="utf-8").split())
    return plain_text(path)


def runs(text: str) -> set[tuple[str, ...]]:
    """Every run of twelve words, in lower case and without punctuation."""
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[start : start + RUN_LENGTH]) for start in range(len(words) - RUN_LENGTH + 1)}


def test_every_file_is_a_document_or_a_sidecar_of_one() -> None:
    assert {path.name for path in DOCUMENTS.iterdir()} == {path.name for path in (*PATHS, *SIDECARS)}
    assert {path.name for path in PATHS if not sidecar_of(path).exists()} == WITHOUT_SIDECAR
    assert {path.name for path in SIDECARS} <= {sidecar_of(path).name for path in PATHS}


def test_formats_and_kinds_are_all_there() -> None:
    kinds = {json.loads(path.read_text(encoding="utf-8"))["kind"] for path in SIDECARS}
    assert {path.suffix for path in PATHS} == SUFFIXES
    assert {"letter", "plan", "minutes", "press_release", "news", "response", "report"} == kinds


@pytest.mark.parametrize("path", SIDECARS, ids=lambda path: path.name)
def test_sidecar_is_valid(path: Path) -> None:
    sidecar = json.loads(path.read_text(encoding="utf-8"))
    assert set(sidecar) == SIDECAR_KEYS
    assert sidecar["kind"] in KINDS
    assert is_date(sidecar["published"])
    # A file's name tells a reader its month and its kind, so it must tell the truth.
    assert path.name.startswith(sidecar["published"][:7])
    assert path.name.removesuffix(".meta.json").endswith(f"-{sidecar['kind'].replace('_', '-')}")
    assert sidecar["title"]
    assert sidecar["publisher"]
    assert sidecar["url"] is None
    assert sidecar["licence"] == "Apache-2.0 (written for this project)"


def test_minutes_of_the_forum_form_a_series() -> None:
    forum = [path.name for path in SIDECARS if "-spf-" in path.name]
    series = [
        path.name for path in SIDECARS if json.loads(path.read_text(encoding="utf-8"))["series"] == "SPF Wider Group"
    ]
    assert forum == series
    assert len(series) == 4


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_document_says_that_it_is_an_illustration(path: Path) -> None:
    assert make_documents.MARKING in plain_text(path)


@pytest.mark.parametrize(
    "path", [path for path in PATHS if path.name not in WITHOUT_SIDECAR], ids=lambda path: path.name
)
def test_title_of_the_sidecar_stands_in_the_document(path: Path) -> None:
    title = json.loads(sidecar_of(path).read_text(encoding="utf-8"))["title"]
    if path.stem.endswith("-minutes"):
        # Minutes are titled by what they are; the document has the date in its heading.
        assert title.rsplit(" of ", 1)[-1].rsplit(", ", 1)[-1] in plain_text(path)
    else:
        assert title in plain_text(path).replace("’", "'")


def test_rendering_gives_the_documents_that_are_shipped(tmp_path: Path) -> None:
    written = make_documents.make_documents(CORPUS / "manuscripts", DOCUMENTS, tmp_path)
    shipped = [path for path in PATHS if path.suffix in {".docx", ".pdf"}]
    assert [path.name for path in written] == [path.name for path in shipped]
    for new, old in zip(written, shipped, strict=True):
        if new.suffix == ".pdf":
            assert new.read_bytes() == old.read_bytes(), new.name
            continue
        # What the entries compress to is up to the build of zlib; what they hold is not.
        with zipfile.ZipFile(new) as new_archive, zipfile.ZipFile(old) as old_archive:
            assert [(entry.filename, entry.date_time, entry.CRC) for entry in new_archive.infolist()] == [
                (entry.filename, entry.date_time, entry.CRC) for entry in old_archive.infolist()
            ], new.name


def test_rendering_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    folders = [tmp_path / "first", tmp_path / "second"]
    for folder in folders:
        folder.mkdir()
        make_documents.make_documents(CORPUS / "manuscripts", DOCUMENTS, folder)
    first, second = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders)
    assert first == second


def test_fixed_times_leave_nothing_of_the_clock() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        target.writestr(zipfile.ZipInfo("a.xml", (2024, 2, 29, 12, 30, 0)), "<a/>")
    with zipfile.ZipFile(io.BytesIO(make_documents.with_fixed_times(archive.getvalue()))) as fixed:
        assert [(entry.filename, entry.date_time) for entry in fixed.infolist()] == [
            ("a.xml", make_documents.ZIP_EPOCH)
        ]
        assert fixed.read("a.xml") == b"<a/>"


@pytest.mark.parametrize(
    ("markdown", "problem"),
    [
        ("---\n", "hr"),  # a rule has no rendering
        ("    code\n", "code_block"),  # an indented paragraph would be lost
        ("> quoted\n", "blockquote_open"),  # a quotation would lose its mark
        ("<div>raw</div>\n", "html_block"),  # only the two column marks are known
        ("a [link](https://example.org)\n", "link_open"),  # its address would be lost
    ],
)
def test_manuscript_that_cannot_be_rendered_is_refused(markdown: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        list(make_documents.parse_blocks(markdown))


def test_pdf_has_two_columns_a_ruled_table_and_numbered_pages() -> None:
    with pdfplumber.open(DOCUMENTS / "2019-06-interim-people-plan-plan.pdf") as pdf:
        lines = [line for line in pdf.pages[1].extract_text_lines() if 40 < line["top"] < 500]
        middle = pdf.pages[1].width / 2
        assert sum(line["x0"] < middle - 20 and line["x1"] > middle + 20 for line in lines) > 10
        assert not pdf.pages[1].crop((middle - 5, 60, middle + 5, 760)).extract_words()
        assert [f"Page {number}" in page.extract_text() for number, page in enumerate(pdf.pages, 1)] == [True] * 3
        assert "Interim People Plan: a working summary" in pdf.pages[2].extract_text()
    with pdfplumber.open(DOCUMENTS / "2022-07-workforce-commitments-report.pdf") as pdf:
        (table,) = (table for page in pdf.pages for table in page.extract_tables())
        assert table[0] == ["Commitment", "First made", "Date now", "Position in July 2022"]


def test_word_documents_use_real_styles() -> None:
    styles: set[str] = set()
    tables = 0
    for path in DOCUMENTS.glob("*.docx"):
        document = docx.Document(str(path))
        styles |= {paragraph.style.name or "" for paragraph in document.paragraphs if paragraph.style is not None}
        tables += len(document.tables)
    assert {"Heading 1", "Heading 2", "List Bullet", "List Number"} <= styles
    assert tables == 2


def test_readme_names_every_document() -> None:
    readme = (CORPUS / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in PATHS if f"`{path.name}`" not in readme] == []


def story() -> list[tuple[str, str, str]]:
    """The rows of the story in the README: document, words, relation."""
    return STORY_ROW.findall((CORPUS / "README.md").read_text(encoding="utf-8"))


def test_story_quotes_the_documents_word_for_word() -> None:
    rows = story()
    assert len(rows) > 150
    assert [(name, words) for name, words, _ in rows if words not in written_text(name)] == []


def test_story_reaches_every_document() -> None:
    assert {name for name, _, _ in story()} == {path.stem for path in PATHS}


def test_story_runs_forward_in_time() -> None:
    sections = (CORPUS / "README.md").read_text(encoding="utf-8").split("\n### ")[1:]
    for section in sections:
        names = [name for name, _, _ in STORY_ROW.findall(section)]
        title = section.splitlines()[0]
        assert len(names) >= 2, title
        assert all(earlier[:7] <= later[:7] for earlier, later in pairwise(names)), title


def test_sources_are_valid_and_unique() -> None:
    sources = tomllib.loads((CORPUS / "sources.toml").read_text(encoding="utf-8"))
    entries = sources["document"]
    assert set(sources) == {"document"}
    assert len(entries) >= 20
    for entry in entries:
        needed = {"title", "publisher", "published", "kind", "url", "licence"}
        assert needed <= set(entry) <= needed | {"series", "sha256"}, entry
        assert all(isinstance(value, str) and value.strip() == value and value for value in entry.values()), entry
        address = urlsplit(entry["url"])
        assert address.scheme == "https", entry["url"]
        assert "." in address.netloc, entry["url"]
        assert entry["kind"] in KINDS, entry["kind"]
        assert is_date(entry["published"]), entry["published"]
        assert re.fullmatch(r"[0-9a-f]{64}", entry.get("sha256", "0" * 64)), entry["url"]
    assert len({entry["url"] for entry in entries}) == len(entries)
    assert len({(entry["publisher"], entry["title"], entry["published"]) for entry in entries}) == len(entries)


def test_no_run_of_twelve_words_is_shared_with_the_gold() -> None:
    if not GOLD.is_dir():
        pytest.skip("the labelled texts that this is compared with are not in this checkout")
    gold = set[tuple[str, ...]]()
    for path in (*GOLD.rglob("*.txt"), *GOLD.rglob("*.jsonl")):
        gold |= runs(path.read_text(encoding="utf-8"))
    shared = {path.name: sorted(map(" ".join, runs(written_text(path.stem)) & gold)) for path in PATHS}
    assert {name: found for name, found in shared.items() if found} == {}

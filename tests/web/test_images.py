"""Pages as pictures: shown with the words boxed where the licence allows it, and nowhere and to nobody else."""

import asyncio
import io
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from PIL import Image
from reportlab.pdfgen import canvas

from extractor.records import Analysis
from extractor.settings import Settings
from extractor.store import originals, removal, writer
from extractor.store.schema import open_database
from extractor.web import draw_page, pictures
from extractor.web.server import make_datasette
from tests.ingest.test_pdf_places import darkest
from tests.paged import FIRST, OVER, RUN, letter, opened, save
from tests.paged import analysis as read_letter

OGL = "Open Government Licence v3.0"
SETTINGS = Settings()
Text = Callable[[Any], str]


@dataclass(frozen=True)
class Library:
    """A database of letters, served; the letters by a short name."""

    path: Path
    datasette: Any
    letters: dict[str, Analysis]

    def get(self, path: str, **headers: str) -> Any:
        return asyncio.run(self.datasette.client.get(path, headers=headers))

    def page(self, name: str, quote: str) -> Any:
        """The page of a statement of a letter."""
        ref = next(s.id for s in self.letters[name].statements if s.quote == quote)
        return self.parsed(f"/pledge/{ref}")

    def parsed(self, path: str) -> Any:
        response = self.get(path)
        assert response.status_code == 200
        return lxml.html.document_fromstring(response.text)

    def reading(self, name: str) -> Any:
        """The page of a letter itself."""
        return self.parsed(f"/document/{self.letters[name].document.id}")

    def image(self, name: str, number: object = 1) -> str:
        return f"/document/{self.letters[name].document.id}/page/{number}.png"


def library(path: Path, settings: Settings = SETTINGS) -> Library:
    db = opened(path)
    letters = {
        "free": save(db, letter(), settings=settings, name="free.pdf", licence=OGL),
        "unknown": save(db, letter("estuary"), settings=settings, name="unknown.pdf"),
        "closed": save(db, letter("quay"), settings=settings, name="closed.pdf", licence="<b>All</b> rights reserved"),
    }
    bare = replace(read_letter(letter("mole"), "bare.pdf", licence=OGL), boxes={})
    writer.save_analysis(db, bare, writer.start_run(db, **RUN))
    originals.keep(db, bare.document.id, letter("mole"), settings=settings)
    db.close()
    return Library(path, make_datasette(path, settings=settings), {**letters, "bare": bare})


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return library(tmp_path_factory.mktemp("images") / "letters.db")


@pytest.fixture
def own(tmp_path: Path) -> Library:
    """One that a test may change."""
    return library(tmp_path / "own.db")


def test_a_page_is_a_picture_of_its_paper(shelf: Library) -> None:
    response = shelf.get(shelf.image("free"))
    assert response.status_code == 200
    assert response.headers["content-type"] == "image/png"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "no-cache"
    with Image.open(io.BytesIO(response.content)) as picture:
        assert picture.size == (1191, 1684)  # A4 at 144 dots an inch
    assert len(response.content) < 300_000


def test_the_boxes_lie_on_the_words(shelf: Library) -> None:
    """What the page draws over the picture holds ink, line by line, and the paper left and right of it none."""
    with Image.open(io.BytesIO(shelf.get(shelf.image("free")).content)) as picture:
        paper = picture.convert("L")
    boxes = shelf.page("free", FIRST).findall(".//figure//rect")
    assert len(boxes) == 2
    for box in boxes:
        x, y, width, height = (2 * float(box.get(name)) for name in ("x", "y", "width", "height"))
        assert darkest(paper.crop((round(x), round(y), round(x + width), round(y + height)))) < 100
        assert darkest(paper.crop((0, round(y), round(x), round(y + height)))) > 200
    wide = [float(box.get("width")) for box in boxes]
    assert wide[0] > wide[1] > 100


def test_the_figure_says_what_it_shows(shelf: Library, text: Text) -> None:
    page = shelf.page("free", OVER)
    figures = page.findall(".//figure")
    assert [text(figure.find("figcaption")).startswith(f"Page {n} of 2") for n, figure in enumerate(figures, 1)] == [
        True
    ] * 2
    for number, figure in enumerate(figures, 1):
        assert text(figure.find("figcaption")).startswith(f"Page {number} of 2")
        (image,) = figure.iter("img")
        assert image.get("src") == shelf.image("free", number)
        assert image.get("alt") == f"Page {number} of A letter, with this passage in 1 box."
        assert (image.get("width"), image.get("height"), image.get("loading")) == ("595", "842", "lazy")
        assert figure.find(".//svg").get("aria-hidden") == "true"
        assert figure.find(".//svg").get("viewbox") == "0 0 595.28 841.89"
        assert image.get("src") in [a.get("href") for a in figure.iter("a")]
        assert OGL in text(figure)


WITHOUT = [
    ("unknown", "The licence of this document is not known, so its page is not shown; see the original."),
    ("closed", "The licence of this document (“<b>All</b> rights reserved”) is none that lets its page be shown here"),
    ("bare", "Nobody kept where on the page these words stand"),  # the words of a version before boxes
]


@pytest.mark.parametrize(("name", "why"), WITHOUT)
def test_without_a_picture_the_page_says_why(shelf: Library, text: Text, name: str, why: str) -> None:
    page = shelf.page(name, OVER)
    assert not page.findall(".//figure")
    assert why in text(page)
    if name != "bare":
        assert shelf.get(shelf.image(name)).status_code == 404


ADDRESSES = ["0", "3", "99", "-1", "1.5", "01", "x", "1e1", "%31%00", "٣", "9" * 30, "..%2f1", "1%00"]


@pytest.mark.parametrize("number", ADDRESSES)
def test_there_are_only_the_pages_that_there_are(shelf: Library, number: str) -> None:
    response = shelf.get(shelf.image("free", number))
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    "id", ["none", "..", "%2e%2e%2ffiles", "'", "free.pdf", "*", "%00", "' OR 1=1 --", "..%5c..%5cfiles"]
)
def test_only_documents_of_the_database_have_pages(shelf: Library, id: str) -> None:
    assert shelf.get(f"/document/{id}/page/1.png").status_code == 404


def test_the_folder_itself_is_not_served(shelf: Library) -> None:
    sha256 = shelf.letters["free"].document.sha256
    for path in (f"/files/{sha256}.pdf", f"/letters.db.index/files/{sha256}.pdf", "/letters.db.index/", "/pages/"):
        assert shelf.get(path).status_code != 200


def test_a_browser_that_has_the_picture_is_told_so(shelf: Library) -> None:
    first = shelf.get(shelf.image("free"))
    again = shelf.get(shelf.image("free"), **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    other = shelf.get(shelf.image("free", 2), **{"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200
    assert other.headers["etag"] != first.headers["etag"]


def drawn(library: Library) -> list[str]:
    return sorted(path.name for path in Path(f"{library.path}.index").glob("pages/*"))


def test_a_picture_is_drawn_once(own: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    first = own.get(own.image("free")).content
    assert drawn(own) == [f"{own.letters['free'].document.sha256}-1.png"]
    monkeypatch.setattr(pictures, "_PROGRAM", Path("nowhere"))
    assert own.get(own.image("free")).content == first


def test_a_withdrawn_document_has_no_pages_any_more(own: Library) -> None:
    tag = own.get(own.image("free")).headers["etag"]
    db = open_database(own.path, create=False)
    removal.remove_document(db, "free.pdf")
    originals.settle(db, settings=SETTINGS)
    db.close()
    assert drawn(own) == []
    assert own.get(own.image("free"), **{"If-None-Match": tag}).status_code == 404


def test_a_new_version_has_new_pages(own: Library) -> None:
    before = own.get(own.image("free"))
    db = open_database(own.path, create=False)
    save(db, letter("pier"), settings=SETTINGS, name="free.pdf", licence=OGL)
    db.close()
    after = own.get(own.image("free"), **{"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert after.content != before.content
    assert len(drawn(own)) == 1


def test_everything_is_shown_where_the_user_chose_so(tmp_path: Path, text: Text) -> None:
    shelf = library(tmp_path / "all.db", Settings(publish_pages="all"))
    assert shelf.get(shelf.image("unknown")).status_code == 200
    page = shelf.reading("unknown")
    assert "Whoever runs this site has chosen to show the pages of every document" in text(page)


def test_nothing_is_shown_where_the_user_chose_that(tmp_path: Path, text: Text) -> None:
    shelf = library(tmp_path / "none.db", Settings(publish_pages="none"))
    assert shelf.get(shelf.image("free")).status_code == 404
    assert "whoever runs this site has chosen so" in text(shelf.page("free", FIRST))


def test_a_copy_that_is_gone_is_said_to_be(own: Library) -> None:
    originals.file_in(Path(f"{own.path}.index"), own.letters["free"].document.sha256).unlink()
    response = own.get(own.image("free"))
    assert response.status_code == 500
    assert "is not there any more" in response.text


@pytest.mark.parametrize("content", [b"%PDF-1.7 broken", b"", b"<html></html>"])
def test_a_copy_that_is_spoilt_is_an_error_and_no_picture(own: Library, content: bytes) -> None:
    originals.file_in(Path(f"{own.path}.index"), own.letters["free"].document.sha256).write_bytes(content)
    response = own.get(own.image("free"))
    assert response.status_code == 500
    assert "This page could not be drawn" in response.text
    assert drawn(own) == []


def test_drawing_ends_when_its_time_is_up(own: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "slow.py"
    slow.write_text("import time\ntime.sleep(60)\n", encoding="utf-8")
    monkeypatch.setattr(pictures, "_PROGRAM", slow)
    own.datasette.program_settings = Settings(page_seconds=1)
    begun = time.monotonic()
    response = own.get(own.image("free"))
    assert time.monotonic() - begun < 20
    assert response.status_code == 500
    assert "took longer than 1 second." in response.text


def test_many_who_wait_are_sent_away(own: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    full = threading.BoundedSemaphore(1)
    full.acquire()
    monkeypatch.setattr(pictures, "_QUEUE", full)
    response = own.get(own.image("free"))
    assert response.status_code == 503
    assert "Try again" in response.text


def test_pictures_kept_stay_below_the_limit(own: Library) -> None:
    """The oldest goes first; the newest stays even where it alone is too much."""
    own.get(own.image("free"))
    own.datasette.program_settings = Settings(page_cache_bytes=1)
    own.get(own.image("free", 2))
    assert drawn(own) == [f"{own.letters['free'].document.sha256}-2.png"]


def test_where_nothing_can_be_kept_pages_are_shown_all_the_same(own: Library, caplog: pytest.LogCaptureFixture) -> None:
    Path(f"{own.path}.index/pages").write_bytes(b"in the way")
    assert own.get(own.image("free")).status_code == 200
    assert "pictures of pages are not kept" in caplog.text


def test_a_huge_page_is_drawn_coarser(tmp_path: Path) -> None:
    poster = tmp_path / "poster.pdf"
    drawing = canvas.Canvas(str(poster), pagesize=(10_000, 14_000))
    drawing.rect(1_000, 1_000, 5_000, 5_000, fill=1)
    drawing.showPage()
    drawing.save()
    with Image.open(io.BytesIO(draw_page.draw(str(poster), 1, 90))) as picture:
        assert picture.width * picture.height <= draw_page.MOST_PIXELS * 1.01
        assert picture.width > picture.height


def test_pages_without_pictures_stay_light(shelf: Library) -> None:
    for statement in shelf.letters["free"].statements:
        assert len(shelf.get(f"/pledge/{statement.id}").content) < 100_000


def test_the_document_leads_to_its_pages(shelf: Library, text: Text) -> None:
    page = shelf.reading("free")
    assert [a.get("href") for a in page.xpath("//p[@class='page-number']/a")] == [
        shelf.image("free", n) for n in (1, 2)
    ]
    assert "Its licence allows it: Open Government Licence." in text(page)
    closed = shelf.reading("closed")
    assert not closed.xpath("//p[@class='page-number']/a")
    assert re.search("Pictures of its pages Not shown The licence of this document", text(closed))

"""Scanned pages: pages of our own, set, worn and read again, and everything that can keep a page from being read."""

import io
import os
import shutil
import stat
import sys
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageFilter
from reportlab.lib.utils import ImageReader

import extractor
from extractor.errors import Rejected
from extractor.ingest import read_bytes
from extractor.ingest.pdf import ocr
from extractor.ingest.pdf.lines import lines_of
from extractor.ingest.pdf.ocr import Recognised, Unrecognised, missing, needs_recognition, recognise, recognise_page
from extractor.settings import Settings
from tests.ingest.builders import HEIGHT, WIDTH, lines, make_pdf, together

SETTINGS = Settings()
# Set where Tesseract has to be there, so that a broken installation does not pass as a skipped test.
REQUIRED = "EXTRACTOR_OCR_REQUIRED"
LACKING = missing(SETTINGS)
needs_tesseract = pytest.mark.skipif(
    LACKING is not None and not os.environ.get(REQUIRED), reason=f"scans cannot be read here: {LACKING}"
)


def worn(page: Any, *, dpi: int, angle: float, turn: int = 0) -> Image.Image:
    """A page as a scanner gives it: askew, blurred, on greyish paper, with noise and the blocks of JPEG."""
    picture: Image.Image = page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
    picture = picture.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255).filter(ImageFilter.GaussianBlur(0.7))
    noise = np.random.default_rng(3).normal(0, 10, (picture.height, picture.width))
    dirty = np.clip(np.asarray(picture) * 0.93 + noise, 0, 255).astype(np.uint8)
    squeezed = io.BytesIO()
    Image.fromarray(dirty).rotate(90 * turn, expand=True).save(squeezed, "jpeg", quality=50)
    return Image.open(squeezed)


def scanned(draw: Callable[[Any], None], *, dpi: int = 200, angle: float = 0.0, turn: int = 0) -> bytes:
    """A PDF of one page that is nothing but a picture of what `draw` sets."""
    with pypdfium2.PdfDocument(make_pdf([draw])) as document:
        picture = worn(document[0], dpi=dpi, angle=angle, turn=turn)

    def paste(page: Any) -> None:
        width, height = (WIDTH, HEIGHT) if turn % 2 == 0 else (HEIGHT, WIDTH)
        page.setPageSize((width, height))
        page.drawImage(ImageReader(picture), 0, 0, width, height)

    return make_pdf([paste])


def read(raw: bytes, settings: Settings = SETTINGS, sizes: Sequence[float] = ()) -> Recognised:
    with pypdfium2.PdfDocument(raw) as document:
        return recognise_page(document[0], settings, sizes=sizes)


LETTER = together(
    lines("Mending the harbour wall", top=760, font="Helvetica-Bold", size=18),
    lines(
        "I am writing to tell you what the department will do about the harbour wall at",
        "Penmarrow. We will publish the survey by 30 June 2023 and will spend up to",
        "\u00a34.75 million on the repairs, of which 85% has been set aside.",
        top=720,
    ),
    lines("Next steps", top=660, font="Helvetica-Bold"),
    lines("\u2022", "\u2022", "\u2022", x=78, top=640),
    lines(
        "meet the trustees before the end of April;",
        "open a telephone line for residents no later than 17 April; and",
        "pay \u00a3185 a week to families that have to move.",
        x=96,
        top=640,
    ),
)


@pytest.fixture(scope="module")
def letter() -> Recognised:
    return read(scanned(LETTER, angle=0.8))


def test_tesseract_is_there_where_it_is_required() -> None:
    if not os.environ.get(REQUIRED):
        pytest.skip(f"{REQUIRED} is not set, so scans may go unread")
    assert LACKING is None


SAID = [
    "Mending the harbour wall",
    "I am writing to tell you what the department will do about the harbour wall at",
    "Penmarrow. We will publish the survey by 30 June 2023 and will spend up to",
    "£4.75 million on the repairs, of which 85% has been set aside.",
    "Next steps",
    "• meet the trustees before the end of April;",
    "• open a telephone line for residents no later than 17 April; and",
    "• pay £185 a week to families that have to move.",
]


@needs_tesseract
def test_a_worn_page_is_read_line_by_line(letter: Recognised) -> None:
    got = [line.text for line in lines_of(letter.words, 1)]
    assert len(got) == len(SAID)
    # versions of Tesseract differ by a space here and there, but never in what is asserted below
    assert SequenceMatcher(None, " ".join(got), " ".join(SAID), autojunk=False).ratio() > 0.99
    assert [line[:2] == "• " for line in got] == [line[:2] == "• " for line in SAID]
    for exact in ("30 June 2023", "£4.75 million", "85%", "17 April", "£185"):
        assert exact in " ".join(got)


@needs_tesseract
def test_words_stand_where_they_were_set(letter: Recognised) -> None:
    read_lines = lines_of(letter.words, 1)
    # 0.8 degrees over half a page are six points; the words must stand as if the page had lain straight
    assert [line.baseline for line in read_lines] == pytest.approx([760, 720, 706, 692, 660, 640, 626, 612], abs=1.5)
    assert [line.x0 for line in read_lines] == pytest.approx([72] * 5 + [78] * 3, abs=3)


@needs_tesseract
def test_sizes_and_weight_tell_headings_from_text(letter: Recognised) -> None:
    title, body, *_, heading, first, _, _ = lines_of(letter.words, 1)
    assert title.size == pytest.approx(18, rel=0.1)
    assert body.size == first.size == pytest.approx(11, rel=0.1)
    assert [line.bold for line in (title, body, heading, first)] == [True, False, True, False]


@needs_tesseract
def test_confidence_is_a_share_and_high_for_a_readable_page(letter: Recognised) -> None:
    assert 0.85 < letter.confidence <= 1
    assert letter.sizes[0] == lines_of(letter.words, 1)[1].size


@needs_tesseract
@pytest.mark.parametrize("turn", [1, 2, 3])
def test_a_page_scanned_sideways_or_upside_down_is_turned(turn: int) -> None:
    got = read(scanned(LETTER, turn=turn))
    assert got.turn == turn
    assert (got.width, got.height) == pytest.approx((WIDTH, HEIGHT), abs=1)
    assert lines_of(got.words, 1)[0].text == "Mending the harbour wall"
    assert lines_of(got.words, 1)[0].baseline == pytest.approx(760, abs=3)


@needs_tesseract
def test_a_page_far_askew_is_straightened() -> None:
    got = [line.text for line in lines_of(read(scanned(LETTER, angle=3.0)).words, 1)]
    assert SAID[-1] in got


@needs_tesseract
def test_the_rules_of_a_table_are_seen() -> None:
    def grid(page: Any) -> None:
        for y in (700, 670, 640, 610):
            page.line(72, y, 472, y)
        for x in (72, 272, 472):
            page.line(x, 610, x, 700)

    rows = [("Action", "Deadline"), ("Repair the wall", "May 2024"), ("Report back", "June 2024")]
    cells = [
        lines(text, x=80 + 200 * column, top=680 - 30 * row)
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    ]
    got = read(scanned(together(grid, *cells), angle=0.5))
    level = sorted({round(y0 / 10) for x0, y0, x1, y1 in got.rules if y0 == y1})
    upright = sorted({round(x0 / 10) for x0, y0, x1, y1 in got.rules if x0 == x1})
    assert (level, upright) == ([61, 64, 67, 70], [7, 27, 47])
    assert [word.text for word in got.words if word.text.strip("|[]_") == ""] == []


@needs_tesseract
def test_a_blank_page_has_no_words_and_nothing_misread() -> None:
    got = recognise(Image.new("L", (1240, 1754), 250), width=WIDTH, height=HEIGHT, settings=SETTINGS)
    assert (got.words, got.confidence) == ((), 1.0)


@needs_tesseract
def test_specks_and_rules_are_no_words() -> None:
    picture = np.full((1754, 1240), 255, dtype=np.uint8)
    random = np.random.default_rng(5)
    for y, x in zip(random.integers(0, 1750, 300), random.integers(0, 1235, 300), strict=True):
        picture[y : y + 3, x : x + 3] = 0
    got = recognise(Image.fromarray(picture), width=WIDTH, height=HEIGHT, settings=SETTINGS)
    assert [word.text for word in got.words] == []


@needs_tesseract
def test_sizes_of_earlier_pages_are_kept_to(letter: Recognised) -> None:
    # another page of the letter, read as a little larger or smaller, must not look like another kind of text
    nearly = letter.sizes[0] * 1.05
    assert read(scanned(LETTER, angle=0.8), sizes=[nearly]).sizes[0] == round(2 * nearly) / 2


@needs_tesseract
def test_a_page_that_cannot_be_relied_on_says_so() -> None:
    # upside down lines that nobody turned: what Tesseract makes of them is what it makes of an unknown script
    with pypdfium2.PdfDocument(make_pdf([LETTER])) as document:
        picture = document[0].render(scale=150 / 72, grayscale=True).to_pil()
    half = picture.height // 2
    mirrored = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT).crop((0, 0, picture.width, half))
    with pytest.raises(Unrecognised, match=r"too unsure of it \(confidence 0\.\d\d, language eng"):
        recognise(mirrored, width=WIDTH, height=HEIGHT / 2, settings=SETTINGS)


@needs_tesseract
def test_a_huge_page_is_drawn_coarser_and_not_refused() -> None:
    # ten metres square at 300 dots an inch would be fourteen gigabytes
    def poster(page: Any) -> None:
        page.setPageSize((28_000, 28_000))
        page.setFont("Helvetica", 900)
        page.drawString(3000, 14_000, "Open until the 4th of May")

    got = read(make_pdf([poster]), Settings(max_page_pixels=2_000_000))
    assert " ".join(word.text for word in got.words) == "Open until the 4th of May"


def test_a_picture_larger_than_the_limit_is_refused_before_it_is_decoded() -> None:
    def bomb(page: Any) -> None:
        page.drawImage(ImageReader(Image.new("1", (3000, 3000))), 0, 0, WIDTH, HEIGHT)

    with pytest.raises(Unrecognised, match=r"3,000 × 3,000 pixels; the limit is 4,000,000 \(setting max_page_pixels\)"):
        read(make_pdf([bomb]), Settings(max_page_pixels=1_000_000))


def stand_in(folder: Path, script: str) -> str:
    """A program that behaves as Tesseract does not."""
    program = folder / "tesseract"
    program.write_text(f"#!{sys.executable}\nimport sys, time\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


BROKEN = [
    ("sys.stderr.write('out of luck\\nmore'); sys.exit(3)", r"Tesseract ended with status 3: out of luck"),
    ("import os; os.abort()", r"Tesseract ended with status -6"),
    ("time.sleep(30)", r"took longer than 1 seconds \(setting ocr_page_seconds\)"),
    ("sys.exit(0)", r"Tesseract cannot be run: .*No such file"),
    ("open(sys.argv[2] + '.hocr', 'w').write('<no')", r"Tesseract wrote what is no hOCR"),
]


@pytest.mark.parametrize(("script", "message"), BROKEN, ids=["fails", "crashes", "hangs", "writes nothing", "nonsense"])
def test_a_tesseract_that_breaks_down_costs_one_page(
    script: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytesseract = pytest.importorskip("pytesseract")
    monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", stand_in(tmp_path, script))
    with pytest.raises(Unrecognised, match=message) as caught:
        recognise(Image.new("L", (400, 400), 255), width=96, height=96, settings=Settings(ocr_page_seconds=1))
    assert "\n" not in str(caught.value)
    assert "OMP_THREAD_LIMIT" not in os.environ


def test_what_is_missing_is_named_with_its_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytesseract = pytest.importorskip("pytesseract")
    monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", str(tmp_path / "tesseract"))
    assert "apt-get install tesseract-ocr" in (missing(SETTINGS) or "")
    monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", stand_in(tmp_path, "sys.exit(2)"))
    assert (missing(SETTINGS) or "").startswith("Tesseract does not start")
    listing = "print('List of available languages (1):'); print('deu')"
    monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", stand_in(tmp_path, listing))
    assert "no data for 'eng'" in (missing(SETTINGS) or "")
    assert "apt-get install tesseract-ocr-eng" in (missing(SETTINGS) or "")
    assert missing(Settings(ocr_languages="deu")) is None
    monkeypatch.setattr(ocr, "find_spec", lambda name: None)
    assert "pip install" in (missing(SETTINGS) or "")


@pytest.mark.parametrize(
    ("characters", "pictured", "outlines", "expected"),
    [
        (0, 1.0, 0, True),  # a scan
        (0, 0.0, 600, True),  # printed to PDF with every letter as an outline
        (0, 0.0, 0, False),  # a blank page
        (0, 0.02, 12, False),  # a page with a logo on it and nothing else
        (31, 0.97, 0, True),  # a scan with a stamped header
        (1800, 1.0, 0, False),  # a searchable scan, or text over a picture
        (150, 0.2, 10, False),  # a short page with a photograph
        (90, 0.0, 900, True),  # outlines with a page number that was added later
        (120, 0.0, 60, False),  # a title page with a vector logo
    ],
)
def test_which_pages_are_scans(characters: int, pictured: float, outlines: int, expected: bool) -> None:
    assert needs_recognition(characters, pictured=pictured, outlines=outlines) is expected


def test_a_photograph_does_not_look_like_paper() -> None:
    shades = np.random.default_rng(7).integers(0, 255, (40, 30)).astype(np.uint8)
    photograph = Image.fromarray(shades).resize((600, 800), Image.Resampling.BICUBIC)

    def paste(page: Any) -> None:
        page.drawImage(ImageReader(photograph), 0, 0, WIDTH, HEIGHT)

    with pypdfium2.PdfDocument(make_pdf([paste])) as document:
        assert not ocr.looks_like_paper(document[0])
    with pypdfium2.PdfDocument(scanned(LETTER, dpi=150)) as document:
        assert ocr.looks_like_paper(document[0])


def test_a_folder_of_temporary_files_is_left_clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytesseract = pytest.importorskip("pytesseract")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", shutil.which("false") or "false")
    with pytest.raises(Unrecognised):
        recognise(Image.new("L", (400, 400), 255), width=96, height=96, settings=SETTINGS)
    assert list(tmp_path.iterdir()) == []


@needs_tesseract
def test_a_scanned_letter_is_a_document_like_any_other() -> None:
    """Headings, items, statements; the page says how sure it is, and so does every statement on it."""
    with_text = make_pdf([lines("The board met in May. The department will publish its minutes by 1 June 2023.")])
    with pypdfium2.PdfDocument(with_text) as mixed, pypdfium2.PdfDocument(scanned(LETTER)) as scan:
        mixed.import_pages(scan)
        buffer = io.BytesIO()
        mixed.save(buffer)
    document = read_bytes(buffer.getvalue(), "letter.pdf")
    assert set(document.recognised) == {2}
    assert 0.85 < document.recognised[2] <= 1
    assert any("text recognition: page 2" in warning for warning in document.warnings)
    assert [block.kind for block in document.blocks][-5:] == ["paragraph", "heading", "item", "item", "item"]
    reasons = {
        statement.page: {reason.rule for reason in statement.reasons} for statement in extractor.extract(document)
    }
    assert "recognised" in reasons[2]
    assert "recognised" not in reasons[1]


def test_a_scan_without_tesseract_is_refused_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractor.ingest.pdf.reader.missing", lambda settings: "apt-get install tesseract-ocr")
    with pytest.raises(Rejected, match="apt-get install tesseract-ocr") as refusal:
        read_bytes(scanned(LETTER), "letter.pdf")
    assert refusal.value.reason == "no-text"
